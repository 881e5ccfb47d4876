"""Names of accounts in the running system: noted from the ledger, of partners and of the owners' people; no more."""

import json
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from starlette.testclient import TestClient
from tests.partnership import ORI, PARTNER, PASSWORD, Partnership, asks
from tests.waiting import comes

from pars import clock
from pars.actions import (
    booking,
    disclosure,
    dossiers,
    inquiries,
    own_people,
    patterns,
    searching,
    signin,
    staff,
)
from pars.actions.founding import NewAccount
from pars.actions.person_given import PersonGiven
from pars.actions.searching import Asked
from pars.actions.watching import Watching
from pars.clock import Pace
from pars.errors import BadInput, NotAllowed
from pars.ledger.entry import Private
from pars.ledger.erasure import STRUCK, Erased, without
from pars.record.roles import Owner, Role
from pars.rounds.all import going
from pars.sharing.duty import View
from pars.store.own_people import Note
from pars.watch.attention import FEWEST, MONTH, WEEK
from pars.watch.feed import Heard, learn
from pars.watch.namesakes import Namesakes, person_called
from pars.web.app import Serving, create_app

from .test_watching import alarms, judged, state

NAME = "Rosalind Quillfeather"


def hired(city: Partnership, name: str, full_name: str = NAME, role: Role = Role.ANALYST) -> UUID:
    """An account is made and confirmed, as any other."""
    ori, unit = (PARTNER, "warrants") if role is Role.ANALYST else (ORI[Owner.POLICE], None)
    new = NewAccount(name, full_name, role, ori, PASSWORD, unit=unit)
    made = staff.create(city.store, city.staff(Role.ADMINISTRATOR), new).id
    staff.confirm(city.store, city.staff(Role.CLERK), made)
    return made


def noted(city: Partnership) -> list[tuple[str, str]]:
    """What fell on the partner, and what follows from it."""
    return [(one.detector, one.action) for one in alarms(city)]


def notes(city: Partnership) -> list[Note]:
    """What the privacy officer reads of the owners' own people."""
    return list(own_people.notes(city.store, city.staff(Role.PRIVACY_OFFICER)))


# partners


def test_an_analyst_who_looks_up_somebody_of_the_own_name_is_noted_and_nothing_follows(
    partnership: Partnership,
) -> None:
    partnership.agree()
    partnership.charged()
    analyst = hired(partnership, "rosalind")

    with going(partnership.store):
        inquiries.inquire(partnership.store, partnership.analyst("rosalind"), asks())
        assert comes(lambda: alarms(partnership))
    [fallen] = alarms(partnership)

    assert (fallen.detector, fallen.action, fallen.account, fallen.look_ups) == ("own-name", "note", analyst, 1)
    assert state(partnership) == "in-force"
    assert inquiries.inquire(partnership.store, partnership.analyst("rosalind"), asks()).record is not None


def test_a_note_says_whose_look_ups_and_never_whom(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged(given="Ada")
    hired(partnership, "r.quill")
    inquiries.inquire(partnership.store, partnership.analyst("r.quill"), asks(given="Ada"))
    judged(partnership, Watching())

    [found] = patterns.patterns(partnership.store, partnership.speaker(Owner.COURT))
    made = dossiers.dossier(partnership.store, partnership.speaker(Owner.COURT), found.alarm.id, sealed=True)

    assert (found.alarm.detector, found.user) == ("own-surname", "r.quill")
    assert "by user r.quill" in found.evidence
    assert "uillfeather" not in found.evidence
    [alarm] = json.loads(dossiers.as_json(made, sealed=True))["alarms"]
    assert alarm["from_log"] is False


def test_a_colleagues_name_is_noted_and_judged_once_whoever_judges(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    hired(partnership, "rosalind")
    hired(partnership, "ada", "Ada Merriweather")
    inquiries.inquire(partnership.store, partnership.analyst("ada"), asks())

    judged(partnership, Watching())
    again = Watching().watch(partnership.store)

    assert noted(partnership) == [("colleague", "note")]
    assert again == 0


def test_a_name_that_was_erased_is_unknown(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    partnership.charged()
    hired(partnership, "rosalind")
    inquiries.inquire(partnership.store, partnership.analyst("rosalind"), asks())
    with psycopg.connect(admin_url, autocommit=True) as connection:
        gone = connection.execute(
            "delete from ledger.detail d using ledger.entry e where e.nonce = d.nonce and e.verb = 'account.confirmed'"
        )

    judged(partnership, Watching())

    assert gone.rowcount == 1
    assert noted(partnership) == []


def test_an_account_from_before_is_unknown_until_it_is_confirmed_anew(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    partnership.charged()
    analyst = hired(partnership, "rosalind")
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            "delete from ledger.detail d using ledger.entry e where e.nonce = d.nonce and e.verb = 'account.confirmed'"
        )
    inquiries.inquire(partnership.store, partnership.analyst("rosalind"), asks())
    watching = Watching()
    judged(partnership, watching)
    before = noted(partnership)

    staff.new_password(partnership.store, partnership.staff(Role.ADMINISTRATOR), analyst, PASSWORD)
    staff.confirm(partnership.store, partnership.staff(Role.CLERK), analyst)
    inquiries.inquire(partnership.store, partnership.analyst("rosalind"), asks())
    judged(partnership, watching)

    assert before == []
    assert noted(partnership) == [("own-name", "note")]


def test_a_change_of_name_counts_once_another_owner_confirmed_it(partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    analyst = hired(partnership, "rosalind")
    store, administrator = partnership.store, partnership.staff(Role.ADMINISTRATOR)

    staff.change_name(store, administrator, analyst, " Rosalind Merriweather ")
    with pytest.raises(NotAllowed):
        inquiries.inquire(store, partnership.analyst("rosalind"), asks())
    staff.confirm(store, partnership.staff(Role.CLERK), analyst)
    inquiries.inquire(store, partnership.analyst("rosalind"), asks())
    judged(partnership, Watching())

    assert noted(partnership) == []
    assert partnership.who("rosalind").full_name == "Rosalind Merriweather"


def test_a_name_is_changed_by_whoever_makes_such_accounts_and_is_never_empty(partnership: Partnership) -> None:
    store, court = partnership.store, partnership.speaker(Owner.COURT)
    analyst = partnership.analyst().account

    with pytest.raises(BadInput):
        staff.change_name(store, partnership.staff(Role.ADMINISTRATOR), analyst, "  ")
    with pytest.raises(NotAllowed):
        staff.change_name(store, partnership.staff(Role.ADMINISTRATOR), court.account, "Sam Somebody")
    with pytest.raises(NotAllowed):
        staff.change_name(store, partnership.analyst("stranger"), analyst, "Sam Somebody")

    assert partnership.analyst().full_name == "Sam analyst"


def test_what_was_struck_out_with_somebodys_erasing_is_no_name() -> None:
    told = Private(details={"account": "u-1", "agency": "Sheriff", "called": NAME})
    struck = without(told, Erased(frozenset(), words=("Quillfeather",)))
    made, words = Namesakes(), person_called(*STRUCK.split(maxsplit=1))
    assert struck is not None
    assert words is not None
    for place, said in enumerate((told, struck)):
        learn(made, Heard(place, "account.confirmed", clock.now(), {}, None, said))

    made.book("p-1", words, 0.0)
    mine = person_called("Quillfeather", "Rosalind")
    assert mine is not None
    made.book("p-2", mine, 0.0)

    assert struck.details["called"] == STRUCK
    assert made.touch("u-1", ["p-1", "p-2"], 0.0) == ()


def test_names_stand_in_sealed_details_alone(partnership: Partnership, admin_url: str) -> None:
    hired(partnership, "rosalind")

    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select public::text, leaf from ledger.entry").fetchall()

    assert rows
    assert not any("uillfeather" in public or b"uillfeather" in bytes(leaf) for public, leaf in rows)


# the owners' own people


def test_an_officer_who_opens_a_record_of_the_own_name_is_noted_for_those_who_oversee(
    partnership: Partnership,
) -> None:
    officer = hired(partnership, "r.quill", role=Role.DETECTIVE)
    arrest = partnership.record()
    for _ in range(2):
        disclosure.open_arrest(partnership.store, partnership.who("r.quill"), arrest, why="a question")

    judged(partnership, Watching())
    again = Watching().watch(partnership.store)
    [note] = notes(partnership)

    assert again == 0
    assert (note.sign_in, note.detector, note.look_ups) == ("r.quill", "own-name", 1)
    assert str(officer) not in note.evidence
    assert "uillfeather" not in "".join(map(str, note))
    assert alarms(partnership) == []


def test_a_search_for_relatives_is_noted_and_a_desks_list_is_not(partnership: Partnership) -> None:
    hired(partnership, "r.quill", role=Role.DETECTIVE)
    hired(partnership, "ada", "Ada Merriweather", role=Role.CUSTODY_SUPERVISOR)
    partnership.record(given="Bertram")
    partnership.record("Merriweather", "Ada")

    disclosure.open_list(partnership.store, partnership.who("ada"), View.BOARD)
    searching.search(partnership.store, partnership.who("r.quill"), Asked("Quillfeather", "Bertram"), why="a question")
    judged(partnership, Watching())

    assert [(one.sign_in, one.detector) for one in notes(partnership)] == [("r.quill", "own-surname")]


def test_a_name_that_was_corrected_is_the_one_that_counts(partnership: Partnership) -> None:
    hired(partnership, "r.quill", role=Role.DETECTIVE)
    arrest = partnership.record("Unknown", "Somebody")
    person = PersonGiven(surname="Quillfeather", given="Rosalind")
    booking.correct(partnership.store, partnership.staff(Role.OFFICER), arrest, person, version=1, reason="by prints")

    disclosure.open_arrest(partnership.store, partnership.who("r.quill"), arrest, why="a question")
    judged(partnership, Watching())

    assert [one.detector for one in notes(partnership)] == ["own-name"]


def test_only_those_who_oversee_read_the_notes_on_page_and_by_program(partnership: Partnership) -> None:
    hired(partnership, "r.quill", role=Role.DETECTIVE)
    disclosure.open_arrest(partnership.store, partnership.who("r.quill"), partnership.record(), why="a question")
    judged(partnership, Watching())

    told = {}
    with TestClient(create_app(partnership.store, Serving())) as client:
        for name in ("privacy-officer", "auditor", "police-speaks", "officer", "analyst"):
            token = signin.sign_in(partnership.store, name, PASSWORD, kind="credential", demo_allowed=True)
            answer = client.get("/api/v1/patterns/own-people", headers={"Authorization": f"Bearer {token}"})
            told[name] = (answer.status_code, [one["detector"] for one in answer.json().get("notes", [])])
    with pytest.raises(NotAllowed):
        own_people.notes(partnership.store, partnership.speaker(Owner.POLICE))

    assert told == {
        "privacy-officer": (200, ["own-name"]),
        "auditor": (200, ["own-name"]),
        "police-speaks": (403, []),
        "officer": (403, []),
        "analyst": (403, []),
    }


def test_many_who_look_at_one_arrest_without_being_handed_it_are_noted_once_and_at_whom_is_not_told(
    partnership: Partnership,
) -> None:
    """Somebody was booked five weeks ago and a bit; today one person is searched for by everybody."""
    today = clock.real_now()
    clock.keep(Pace(today - timedelta(seconds=MONTH + WEEK), today))
    partnership.record("Merriweather", "Ada")
    clock.keep(Pace(today - timedelta(seconds=WEEK) - timedelta(hours=1), today))
    partnership.record("Merriweather", "Bertram")
    clock.keep(Pace(today, today))
    arrest = partnership.record("Thistlewood", "Cecily")
    names = [f"d.{place}" for place in range(FEWEST + 2)]
    for name in names:
        hired(partnership, name, f"Sam {name}", role=Role.DETECTIVE)

    for name in names[:-2]:
        searching.search(partnership.store, partnership.who(name), Asked("Thistlewood", "Cecily"), why="a question")
    judged(partnership, Watching())
    for name in names[-2:]:
        disclosure.open_arrest(partnership.store, partnership.who(name), arrest, why="a question")
    again = judged(partnership, Watching())
    [note] = notes(partnership)

    assert (note.detector, note.sign_in, note.look_ups) == ("attention", names[FEWEST - 1], FEWEST)
    assert again == 0
    assert "histlewood" not in "".join(map(str, note))
    assert str(arrest) not in "".join(map(str, note))
