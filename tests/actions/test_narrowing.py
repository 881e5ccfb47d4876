"""Who stands among those that could be asked about: exactly whom the agreement would show, from entry to entry."""

from datetime import date
from uuid import UUID, uuid4

import msgspec
import psycopg
from tests.laws.pars_subject import CHILD_BORN, DOCKET, charges_of, corrected
from tests.partnership import BORN, Partnership, asks, terms

from pars import clock
from pars.actions import children, dossiers, inquiries, placing, sealing, statements
from pars.actions.auditing import NEVER_SHOWN
from pars.actions.booking import ChargeGiven, NewArrest, record_arrest
from pars.actions.children import Grown
from pars.actions.dossiers import Dossier
from pars.actions.person_given import PersonGiven
from pars.record.roles import Owner, Role
from pars.sharing.reading import terms_of
from pars.store import watching as rows
from pars.watch.dossier import root_of
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.showing import NOTHING, Showing

COURT = Owner.COURT
THEFT = "18 § 3929 §§ A1"
FELONIES = 'charge_class = ["felony"], '


def agreed(city: Partnership, more: str = FELONIES, *, after: str = "charged") -> None:
    """An agreement all of whose purposes have these rows."""
    said = f'rows = {{ {more}status = ["charged"], after = "{after}" }}'
    text = terms().replace('rows = { status = ["charged"], after = "charged" }', said)
    city.agree(text.replace('"photo", "bail"]', f'"photo", "bail"]\n{said}'))


def person(surname: str, born: str = BORN) -> PersonGiven:
    """Who somebody is."""
    return PersonGiven(surname=surname, given="Rosalind", birth_date=date.fromisoformat(born))


def charged(city: Partnership, surname: str, grade: str, *more: str) -> UUID:
    """Somebody is booked for retail theft, and charged with it once for each grade."""
    said = NewArrest(
        clock.now(), "500 block of Marked Place", "PAPEP0000", person(surname), charges=[ChargeGiven(THEFT)]
    )
    arrest = record_arrest(city.store, city.staff(Role.OFFICER), said).id
    report = {"facts": "Marked narrative.", "charges": [{"statute": THEFT, "grade": grade}]}
    city.take(Role.OFFICER, arrest, "write-report", report)
    city.take(Role.POLICE_SUPERVISOR, arrest, "approve-report", {})
    [recommended] = charges_of(city, arrest)
    added = [{"statute": THEFT, "grade": one, "decision": "added", "reason": "Another shop."} for one in more]
    decisions = {
        "charges": [{"charge": str(recommended), "decision": "approved", "grade": grade}, *added],
        "affiant_name": "Marked Affiant",
        "affiant_badge": "4417",
        "facts": "Marked complaint.",
    }
    city.take(Role.CHARGING_ATTORNEY, arrest, "charge", {"decisions": decisions})
    return arrest


def reduced(city: Partnership, arrest: UUID, falls: str) -> None:
    """The court lets the charges of that grade fall, and holds the others."""
    city.arraign(arrest)
    city.take(Role.CLERK, arrest, "docket", {"docket_number": DOCKET})
    with city.store.transaction("pars_act") as connection:
        found = connection.execute(
            "select charge_id, grade from record.classification where arrest_id = %s and stage = 'district-attorney'",
            (arrest,),
        ).fetchall()
    told = [{"charge": str(one), "disposition": "Withdrawn" if of == falls else "Held for Court"} for one, of in found]
    city.take(Role.CLERK, arrest, "decide", {"dispositions": told})


def dossier(city: Partnership, admin_url: str) -> Dossier:
    """A dossier of an alarm that falls now."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "insert into watch.alarm (id, agency_id, agreement_id, version, era, detector, action, tip, entry,"
            " look_ups, evidence, day) select %s, agency_id, id, 'v', 0, 'disparity', 'note', %s, %s, 20, 'words', %s"
            " from sharing.agreement",
            (alarm := uuid4(), alarm.int % 2**31, uuid4(), clock.city_day(clock.now())),
        )
    placing.place(city.store)
    return dossiers.dossier(city.store, city.speaker(COURT), alarm, sealed=True)


def stand(city: Partnership, admin_url: str) -> set[str]:
    """Those among whom the partner would draw somebody now, as an expert reads them off a dossier's sealed log."""
    made = msgspec.json.decode(dossiers.as_json(dossier(city, admin_url), sealed=True))
    showing = Showing({one.code: one.rows for one in terms_of(made["terms"]).purposes})
    last: dict[str, Attributes] = {}
    for line in made["log"]:
        entry = msgspec.json.decode(line, type=Booking | Disclosure)
        if isinstance(entry, Booking):
            last[entry.person] = entry.attributes
    return {said.surname or "?" for said in last.values() if said != NOTHING and showing.shows(said)}


def visible(city: Partnership) -> int:
    """How many became visible to the partner, as the statement of this month says."""
    placing.place(city.store)
    stated = statements.statements(city.store, city.speaker(COURT))
    return sum(many for _, many, _ in stated.partners[0].days)


def test_of_two_who_differ_in_grade_alone_an_agreement_for_felonies_compares_with_the_felon(
    partnership: Partnership, admin_url: str
) -> None:
    agreed(partnership)
    charged(partnership, "Felonious", "F3")
    charged(partnership, "Lesser", "M2")

    seen = [
        inquiries.inquire(partnership.store, partnership.analyst(), asks(name)).record is not None
        for name in ("Felonious", "Lesser")
    ]

    assert seen == [True, False]
    assert stand(partnership, admin_url) == {"Felonious"}
    assert visible(partnership) == 1


def test_whose_felony_falls_drops_out_while_the_misdemeanor_stands(partnership: Partnership, admin_url: str) -> None:
    agreed(partnership)
    arrest = charged(partnership, "Felonious", "F3", "M2")
    charged(partnership, "Other", "F3")
    before = stand(partnership, admin_url)

    reduced(partnership, arrest, "F3")

    assert before == {"Felonious", "Other"}
    assert stand(partnership, admin_url) == {"Other"}
    assert inquiries.inquire(partnership.store, partnership.analyst(), asks("Felonious")).record is None
    assert visible(partnership) == 2


def test_an_agreement_for_every_class_compares_with_both_until_nothing_stands(
    partnership: Partnership, admin_url: str
) -> None:
    agreed(partnership, "")
    arrest = charged(partnership, "Felonious", "F3", "M2")
    charged(partnership, "Lesser", "M2")
    fallen = charged(partnership, "Fallen", "M2")

    reduced(partnership, arrest, "F3")
    order = "MC-51-CR-0004711-2026, 12 May"
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), fallen, "sealed", order=order)

    assert stand(partnership, admin_url) == {"Felonious", "Lesser"}


def test_a_child_leaves_and_whoever_turns_out_to_be_an_adult_comes_back(
    partnership: Partnership, admin_url: str
) -> None:
    city, supervisor = partnership, partnership.staff(Role.POLICE_SUPERVISOR)
    agreed(city)
    arrest, other = charged(city, "Felonious", "F3"), charged(city, "Other", "F3")

    children.move_across(city.store, supervisor, arrest, reason="a school's paper")
    corrected(city, other, person("Other", CHILD_BORN))
    gone = stand(city, admin_url)
    children.move_to_adults(city.store, supervisor, arrest, Grown("a passport"))
    corrected(city, other, person("Other"))

    assert gone == set()
    assert stand(city, admin_url) == {"Felonious", "Other"}


def test_rows_after_an_arraignment_compare_from_the_arraignment_on(partnership: Partnership, admin_url: str) -> None:
    agreed(partnership, FELONIES, after="arraigned")
    arrest = charged(partnership, "Felonious", "F3")
    charged(partnership, "Waiting", "F3")
    before = stand(partnership, admin_url)

    partnership.arraign(arrest)

    assert before == set()
    assert stand(partnership, admin_url) == {"Felonious"}
    assert visible(partnership) == 1


def test_the_sealed_log_of_an_agreement_with_a_delay_tells_replay_the_same_instants(
    partnership: Partnership, admin_url: str
) -> None:
    """Replay waits for the delay of the terms itself, so that people are booked so much before they are shown."""
    agreed(partnership, 'delay_hours = 72, charge_class = ["felony"], ')
    charged(partnership, "Felonious", "F3")

    assert stand(partnership, admin_url) == set()


def test_the_open_edition_tells_nobody_whose_charge_fell(partnership: Partnership, admin_url: str) -> None:
    agreed(partnership)
    arrest = charged(partnership, "Felonious", "F3", "M2")
    reduced(partnership, arrest, "F3")

    made = dossier(partnership, admin_url)
    sealed, opened = (msgspec.json.decode(dossiers.as_json(made, sealed=one)) for one in (True, False))

    assert (len(sealed["log"]), len(opened["log"])) == (2, 1)
    assert opened["commitments"] == sealed["commitments"]
    assert root_of(line.encode() for line in opened["log"]) == opened["log_sha256"]["open"]


def test_grades_are_sealed_erasable_and_shown_to_nobody(partnership: Partnership) -> None:
    charged(partnership, "Felonious", "F3")
    placing.place(partnership.store)

    with partnership.store.transaction("pars_ledger") as connection:
        (heard,) = rows.heard(connection, partnership.store.keys, {"step.charge"}, 0, 10_000, 10)
        public = connection.execute("select leaf from ledger.entry where verb = 'step.charge'").fetchall()

    assert heard.private is not None
    assert heard.private.details["labels"] == {"grades": ["F3"]}
    assert "labels" in NEVER_SHOWN
    assert b"grades" not in public[0][0]
    assert b"F3" not in public[0][0]
