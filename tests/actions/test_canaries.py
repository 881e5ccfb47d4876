"""Records that stand for nobody: two owners register them, a partner is shown them as any other, one touch is told."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest
from tests.actions.test_instruments import approved, given
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import canaries, disclosure, dossiers, figures, inquiries, instruments, life, placing
from pars.actions.watching import Watching
from pars.errors import Conflicts, NotAllowed, NotThere
from pars.record.groups import Counted
from pars.record.roles import Owner, Role
from pars.sharing.duty import View
from pars.sharing.inquiry import Refused
from pars.sharing.instrument import Answered
from pars.sharing.reading import terms_of
from pars.store import figures as figure_rows
from pars.store import watching as rows
from pars.watch.replay import Replay

POLICE, ATTORNEY, COURT = Owner


def number(admin_url: str, arrest: UUID, *, gone: bool = True) -> int:
    """The number of an arrest; nobody is kept under it any more."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if gone:
            connection.execute(
                "update record.arrest set custody = 'released', left_at = house.city_now() where id = %s", (arrest,)
            )
        row = connection.execute("select number from record.arrest where id = %s", (arrest,)).fetchone()
    assert row is not None
    return int(row[0])


def registered(city: Partnership, admin_url: str, surname: str = "Nobodie") -> UUID:
    """A record that stands for nobody."""
    arrest = city.charged(surname)
    new = canaries.propose(city.store, city.speaker(POLICE), number(admin_url, arrest))
    canaries.confirm(city.store, city.speaker(COURT), new)
    return arrest


def judged(city: Partnership) -> list[rows.Alarm]:
    """The alarms of all that was done by now."""
    placing.place(city.store)
    Watching().watch(city.store)
    with city.store.transaction("pars_act") as connection:
        return rows.alarms(connection)


def test_one_owner_proposes_and_another_confirms(partnership: Partnership, admin_url: str) -> None:
    city, arrest = partnership, partnership.charged("Nobodie")
    new = canaries.propose(city.store, city.speaker(POLICE), number(admin_url, arrest))
    waits = canaries.is_one(city.store, arrest)

    with pytest.raises(NotAllowed):
        canaries.confirm(city.store, city.speaker(POLICE), new)
    with pytest.raises(Conflicts):
        canaries.propose(city.store, city.speaker(COURT), number(admin_url, arrest))
    canaries.confirm(city.store, city.speaker(COURT), new)
    stands = canaries.is_one(city.store, arrest)
    with pytest.raises(NotThere):
        canaries.confirm(city.store, city.speaker(ATTORNEY), new)
    canaries.end(city.store, city.speaker(ATTORNEY), new)

    assert (waits, stands, canaries.is_one(city.store, arrest)) == (False, True, False)
    (one,) = canaries.canaries(city.store, city.speaker(POLICE))
    assert (one.proposed_owner, one.confirmed_owner, one.ended_at is None) == (POLICE, COURT, False)


def test_only_a_finished_charged_record_that_no_partner_was_shown_can_stand_for_nobody(
    partnership: Partnership, admin_url: str
) -> None:
    city = partnership
    city.agree()
    held, waiting, asked = city.charged("Kept"), city.record("Waiting"), city.charged()
    inquiries.inquire(city.store, city.analyst(), asks())

    for arrest, gone, refused in ((held, False, "at-desk"), (waiting, True, "at-desk"), (asked, True, "asked-for")):
        with pytest.raises(Conflicts) as refusal:
            canaries.propose(city.store, city.speaker(POLICE), number(admin_url, arrest, gone=gone))
        assert refusal.value.code == refused
    with pytest.raises(NotThere):
        canaries.propose(city.store, city.speaker(POLICE), 10**9)
    with pytest.raises(NotAllowed):
        canaries.propose(city.store, city.staff(Role.PRIVACY_OFFICER), 1)
    with pytest.raises(NotAllowed):
        canaries.canaries(city.store, city.analyst())


def test_no_desk_works_on_it_and_no_figure_counts_it(partnership: Partnership, admin_url: str) -> None:
    city = partnership
    somebody = city.charged("Somebodie")
    before, counts = figures.of_month(city.store, city.speaker(COURT)).figures, _counted(city)
    arrest = registered(city, admin_url)

    with pytest.raises(Conflicts) as refusal:
        life.take(city.store, city.staff(Role.CLERK), arrest, "certify", {"verified": True})

    shown = disclosure.open_list(city.store, city.staff(Role.CLERK), View.LISTING)
    assert refusal.value.code == "canary"
    assert [line.id for line in shown.lines] == [somebody]
    assert figures.of_month(city.store, city.speaker(COURT)).figures == before
    assert _counted(city) == counts != []


def _counted(city: Partnership) -> list[Counted]:
    """The counts by sex, race, ethnicity and age, and of what the court did, of the last day."""
    with city.store.transaction("pars_act") as connection:
        return sorted(figure_rows.counted(connection, clock.now() - timedelta(days=1), clock.now()))


def test_a_partner_is_shown_it_as_any_other_and_the_answer_says_nothing_of_it(
    partnership: Partnership, admin_url: str
) -> None:
    city = partnership
    city.agree()
    city.charged("Somebodie")
    registered(city, admin_url)

    person = inquiries.inquire(city.store, city.analyst(), asks("Somebodie"))
    nobody = inquiries.inquire(city.store, city.analyst(), asks("Nobodie"))

    assert person.record is not None
    assert nobody.record is not None
    assert msgspec.json.encode(nobody.record) == msgspec.json.encode(person.record).replace(b"Somebodie", b"Nobodie")
    assert nobody.withheld == person.withheld


def test_no_instrument_releases_it_as_somebodys_record(partnership: Partnership, admin_url: str) -> None:
    city = partnership
    registered(city, admin_url)

    taken = approved(city, given(surname="Nobodie"))
    answer = instruments.answer(city.store, city.staff(Role.POLICE_SUPERVISOR), taken.id)

    assert answer.outcome is Answered.NOTHING
    assert answer.records == []


def test_a_touch_asks_for_a_signature_of_that_user_alone_and_the_sealed_log_tells_the_same(
    partnership: Partnership, admin_url: str
) -> None:
    city = partnership
    city.agree()
    registered(city, admin_url)
    registered(city, admin_url, "Untouched")
    inquiries.inquire(city.store, city.analyst("analyst-2"), asks("Nobodie"))

    (alarm,) = [one for one in judged(city) if one.action != "note"]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.alarm set day = day - 1")
    with pytest.raises(Refused) as refusal:
        inquiries.inquire(city.store, city.analyst("analyst-2"), asks())
    inquiries.inquire(city.store, city.analyst(), asks())
    made = dossiers.dossier(city.store, city.speaker(COURT), alarm.id, sealed=True)
    sealed = msgspec.json.decode(dossiers.as_json(made, sealed=True))
    opened = msgspec.json.decode(dossiers.as_json(made, sealed=False))

    assert (alarm.detector, alarm.action) == ("canary", "cosign")
    assert refusal.value.code == "cosign"
    terms = terms_of(sealed["terms"])
    replay = Replay(
        terms.watch,
        ZoneInfo(sealed["time_zone"]),
        rows={one.code: one.rows for one in terms.purposes},
        canaries=sealed["canaries"],
    )
    told = [one for one in replay.alarms(line.encode() for line in sealed["log"]) if one.alarm.action != "note"]
    assert [(one.alarm.detector.value, one.disclosures_so_far) for one in told] == [("canary", alarm.look_ups)]
    assert len(sealed["canaries"]) == 2
    assert "canaries" not in opened
    assert clock.city_day(made.made_at) >= alarm.day
