"""Care of the person in the cell: who reads it, a check that is missed, restraint, fit to appear, and a freeze."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from tests.partnership import Partnership

from pars import clock
from pars.actions import calling, caring, children, consular, disclosure, staff
from pars.actions.booking import NewArrest, correct, record_arrest
from pars.actions.person_given import PersonGiven
from pars.clock import Pace
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.arrest import GONE
from pars.record.calls import Waits
from pars.record.care import FORMS, LEVELS, REPORTS
from pars.record.roles import Role
from pars.record.steps import STEPS
from pars.sharing.duty import Shift, on_shift
from pars.sharing.projection import Fitness

SCREEN = {
    **dict.fromkeys(("injury", "medicine", "chest_pain", "pregnancy", "self_harm", "disability"), "no"),
    "withdrawal": "yes",
    "more": "Marked care words.",
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """The city's clock as it was, afterwards."""
    before = clock._pace
    yield
    clock.keep(before)


def later(minutes: int) -> None:
    """The city's clock shows some minutes later, and runs on."""
    clock.keep(Pace(clock.now() + timedelta(minutes=minutes), clock.real_now()))


@pytest.fixture
def kept(partnership: Partnership) -> UUID:
    """Somebody in a cell."""
    arrest = partnership.record()
    partnership.take(Role.DETENTION_OFFICER, arrest, "book", {"site": "D22", "cell": "A-1"})
    return arrest


def test_care_is_read_by_custody_and_medical_staff_on_shift_and_by_nobody_else(
    partnership: Partnership, kept: UUID, admin_url: str
) -> None:
    store, medic = partnership.store, partnership.staff(Role.MEDIC)
    caring.note(store, partnership.staff(Role.DETENTION_OFFICER), kept, "screen", SCREEN)

    for role in (Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.MEDIC):
        [found] = disclosure.open_care(store, partnership.staff(role), kept, why="the round")
        assert (found.kind, b"Marked care words." in found.content) == ("screen", True)
    for role in (Role.MAGISTRATE, Role.CHARGING_ATTORNEY, Role.POLICE_SUPERVISOR, Role.DEFENDER, Role.CLERK):
        with pytest.raises(NotAllowed):
            disclosure.open_care(store, partnership.staff(role), kept, why="to look")
        with pytest.raises(NotAllowed):
            caring.note(store, partnership.staff(role), kept, "meal", {"how": "eaten"})
    clock.keep(Pace(datetime(2026, 9, 14, 7, tzinfo=UTC), clock.real_now()))  # three in the morning
    staff.set_shift(store, partnership.staff(Role.CUSTODY_SUPERVISOR), medic.account, "day")
    with pytest.raises(NotAllowed, match="on shift"):
        disclosure.open_care(store, partnership.staff(Role.MEDIC), kept, why="even with a reason")
    with psycopg.connect(admin_url) as connection:
        held = connection.execute("select sealed from care.note").fetchall()
        stepped = connection.execute("select answers::text from record.step").fetchall()
    assert all(b"Marked" not in bytes(row[0]) for row in held)
    assert "Marked care" not in str(stepped)


def test_off_shift_the_database_shows_nothing_of_care_or_of_a_request(
    partnership: Partnership, kept: UUID, admin_url: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    caring.note(store, partnership.staff(Role.DETENTION_OFFICER), kept, "screen", SCREEN)
    consular.tell(store, partnership.staff(Role.OFFICER), kept, "Spanish")
    consular.request(store, partnership.staff(Role.OFFICER), kept, "Exampleland", "Consulate of Exampleland")
    assert disclosure.open_care(store, supervisor, kept)
    assert disclosure.open_consular(store, supervisor, kept)
    staff.set_shift(store, partnership.staff(Role.POLICE_SUPERVISOR), supervisor.account, "night")  # it is noon

    with patch.object(disclosure, "off_shift", return_value=frozenset()):  # a program that forgot to ask
        care = disclosure.open_care(store, supervisor, kept)
        requested = disclosure.open_consular(store, supervisor, kept)

    assert (care, requested) == ([], [])
    with psycopg.connect(admin_url) as connection:
        for shift in (None, *Shift):
            for minutes in range(0, 24 * 60, 30):
                at = time(minutes // 60, minutes % 60)
                row = connection.execute("select house.on_shift(%s, %s)", (shift, at)).fetchone()
                assert row == (on_shift(shift, at),), (shift, at)


def test_a_missed_check_rings_until_somebody_looks_and_on_no_line_that_others_see(
    partnership: Partnership, kept: UUID
) -> None:
    store, officer, supervisor = (
        partnership.store,
        partnership.staff(Role.DETENTION_OFFICER),
        partnership.staff(Role.CUSTODY_SUPERVISOR),
    )
    caring.note(store, officer, kept, "watch", {"level": "close", "reason": "said they would not wake up"})
    later(LEVELS["close"] - 1)
    assert calling.ring(store) == 0
    later(1)
    assert calling.ring(store) == 1

    [call] = calling.open_calls(store, supervisor).own
    assert (call.waits, call.about, call.arrest) == (Waits.CHECK, kept, None)
    assert calling.unanswered(store, officer, [kept]) != []
    assert calling.unanswered(store, partnership.staff(Role.CHARGING_ATTORNEY), [kept]) == []
    assert disclosure.open_arrest(store, officer, kept, why="x").line.calling is None
    [watch], _ = caring.watched(store, officer)
    assert watch.due_at <= clock.now()

    caring.note(store, officer, kept, "check", {"seen": "asleep and breathing"})
    assert calling.ring(store) == 1
    assert calling.open_calls(store, supervisor).own == []
    caring.note(store, officer, kept, "watch-ended", {"reason": "the doctor said so"})
    assert caring.watched(store, officer)[0] == []
    with pytest.raises(Conflicts, match="no watch"):
        caring.note(store, officer, kept, "watch-ended", {"reason": "again"})


SEEN = {"seen": "asleep and breathing"}
OUT = {"opened_by": "4417", "property_returned": True, "papers_given": "none"}
REASON = {"reason": "as the papers say"}
WAYS_OUT: Mapping[str, Sequence[tuple[Role, str, Mapping[str, object]]]] = {
    "sign-out": [(Role.POLICE_SUPERVISOR, "divert", REASON), (Role.CUSTODY_SUPERVISOR, "sign-out", OUT)],
    "not-the-person": [(Role.POLICE_SUPERVISOR, "not-the-person", REASON), (Role.DETENTION_OFFICER, "sign-out", OUT)],
    "commit": [(Role.DETENTION_OFFICER, "commit", {"facility": "the prison", "received_by": "its desk"})],
    "transfer-juvenile": [(Role.CUSTODY_SUPERVISOR, "transfer-juvenile", REASON)],
    "transfer-jurisdiction": [
        (Role.CUSTODY_SUPERVISOR, "transfer-jurisdiction", {"authority": "a court", "warrant_number": "W-1"})
    ],
    "die": [(Role.CUSTODY_SUPERVISOR, "die", REASON)],
    "issue-summons": [(Role.POLICE_SUPERVISOR, "issue-summons", REASON)],
}
"""Every way out, with the steps that lead there; those that only make a release owed end with signing out."""


def watched_arrest(city: Partnership, way: str) -> UUID:
    """Somebody on a watch who can go that way."""
    if way == "issue-summons":
        new = NewArrest(clock.now(), "a street", "PAPEP0000", PersonGiven(surname="Wexelmoor"), kind="summons")
        arrest = record_arrest(city.store, city.staff(Role.OFFICER), new).id
    elif way == "commit":
        arrest = city.arraigned()
    else:
        arrest = city.record()
        city.take(Role.DETENTION_OFFICER, arrest, "book", {"site": "D22", "cell": "A-1"})
    caring.note(city.store, city.staff(Role.MEDIC), arrest, "watch", {"level": "close", "reason": "shakes"})
    return arrest


def test_each_step_that_ends_custody_is_a_way_out_of_these_tests() -> None:
    leads = {
        step.name
        for step in STEPS.values()
        for to in (step.to, *(step.outcomes or {}).values())
        if to.get("custody") in GONE
    }

    assert leads == {steps[-1][1] for steps in WAYS_OUT.values()}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_watch_ends_when_custody_ends_by_whatever_step_and_rings_no_more(partnership: Partnership, way: str) -> None:
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)
    supervisor, arrest = partnership.staff(Role.CUSTODY_SUPERVISOR), watched_arrest(partnership, way)
    *before, (role, last, answers) = WAYS_OUT[way]
    for first in before:
        partnership.take(first[0], arrest, *first[1:])
    assert [one.arrest for one in caring.watches(store)] == [arrest], "the cell is looked into until the door opens"
    later(LEVELS["close"])
    calling.ring(store)
    assert Waits.CHECK in {call.waits for call in calling.open_calls(store, supervisor).own}

    partnership.take(role, arrest, last, answers)

    assert caring.watched(store, officer)[0] == []
    later(LEVELS["close"])
    calling.ring(store)
    assert calling.unanswered(store, officer, [arrest]) == []
    assert Waits.CHECK not in {call.waits for call in calling.open_calls(store, supervisor).own}
    for kind, said in (("check", SEEN), ("watch", {"level": "close", "reason": "again"})):
        with pytest.raises(Conflicts, match="has left"):
            caring.note(store, officer, arrest, kind, said)
    assert caring.watches(store) == []


def test_a_check_from_before_the_door_opened_is_written_down_when_it_comes_later(
    partnership: Partnership, kept: UUID
) -> None:
    """It waited for the network meanwhile: it was a check at its time."""
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)
    begun = clock.now()
    caring.note(store, officer, kept, "watch", {"level": "close", "reason": "shakes"})
    later(10)
    seen = clock.now()
    later(10)
    partnership.take(Role.POLICE_SUPERVISOR, kept, "divert", REASON)
    partnership.take(Role.CUSTODY_SUPERVISOR, kept, "sign-out", OUT)
    later(10)

    caring.note(store, officer, kept, "check", SEEN, at=seen)

    told = disclosure.open_care(store, officer, kept, why="the log of checks")
    assert [(one.kind, one.happened_at) for one in told if one.kind == "check"] == [("check", seen)]
    assert caring.watches(store) == []
    for wrong in (begun - timedelta(minutes=5), clock.now() - timedelta(minutes=5)):
        with pytest.raises(Conflicts, match="has left"):
            caring.note(store, officer, kept, "check", SEEN, at=wrong)


def test_a_child_who_has_left_is_on_no_watch(partnership: Partnership) -> None:
    store, medic = partnership.store, partnership.staff(Role.MEDIC)
    young = PersonGiven(surname="Wexelmoor", birth_date=clock.city_day(clock.now()) - timedelta(days=15 * 365))
    new = NewArrest(clock.now(), "a street", "PAPEP0000", young)
    child = record_arrest(store, partnership.staff(Role.OFFICER), new).id
    caring.note(store, medic, child, "watch", {"level": "close", "reason": "shakes"})

    supervisor = partnership.staff(Role.CUSTODY_SUPERVISOR)
    children.take(store, supervisor, child, "release-to-parent", {"who": "Marked Parent"})

    assert caring.watches(store) == []
    for kind, said in (("check", SEEN), ("watch", {"level": "close", "reason": "again"})):
        with pytest.raises(Conflicts, match="has left"):
            caring.note(store, medic, child, kind, said)
    assert caring.watches(store) == []


def test_nobody_in_labour_is_restrained_and_every_restraint_is_a_finding(partnership: Partnership, kept: UUID) -> None:
    store, officer = partnership.store, partnership.staff(Role.DETENTION_OFFICER)
    said = {"what": "wrist cuffs", "labour_or_recovery": "yes", "pregnancy": "yes", "finding": "ran for the door"}

    with pytest.raises(BadInput, match="in labor"):
        caring.note(store, officer, kept, "restraint", said)
    with pytest.raises(BadInput, match="Finding"):
        caring.note(store, officer, kept, "restraint", {**said, "labour_or_recovery": "no", "finding": ""})
    caring.note(store, officer, kept, "restraint", {**said, "labour_or_recovery": "no"})


def test_the_magistrate_is_told_fit_to_appear_and_what_is_needed(partnership: Partnership, kept: UUID) -> None:
    store, medic = partnership.store, partnership.staff(Role.MEDIC)
    with pytest.raises(BadInput):
        caring.say_fit(store, medic, kept, fit=True, needs=["marked illness"])
    caring.say_fit(store, medic, kept, fit=True, needs=["seated", "water"])

    seen = disclosure.open_arrest(store, partnership.staff(Role.MAGISTRATE), kept, why="the list").last(Fitness)
    assert seen is not None
    assert (seen.fit, seen.needs) == (True, ["seated", "water"])
    attorney = disclosure.open_arrest(store, partnership.staff(Role.CHARGING_ATTORNEY), kept, why="the list")
    assert attorney.all(Fitness) == []


@pytest.mark.parametrize("code", REPORTS)
def test_after_a_death_or_self_harm_nothing_from_before_changes_and_the_reports_are_owed(
    partnership: Partnership, kept: UUID, code: str
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    if code == "death":
        partnership.take(Role.CUSTODY_SUPERVISOR, kept, "die", {"reason": "found at 02:10"})
    else:
        caring.note(store, supervisor, kept, "self-harm", {"what": "cut at the wrist; ambulance called"})

    with pytest.raises(Conflicts, match="frozen"):
        caring.note(store, supervisor, kept, "meal", {"how": "eaten"}, at=clock.now() - timedelta(minutes=20))
    with pytest.raises(Conflicts, match="frozen"):
        correct(store, supervisor, kept, PersonGiven(surname="Other"), version=1, reason="x")
    owed = caring.reports_owed(store, supervisor)
    assert {one.report for one in owed} == set(REPORTS[code])
    caring.report_given(store, supervisor, owed[0].id)
    assert owed[0].report not in {one.report for one in caring.reports_owed(store, supervisor)}


def test_a_child_has_a_care_record_too(partnership: Partnership) -> None:
    store, medic = partnership.store, partnership.staff(Role.MEDIC)
    young = PersonGiven(surname="Wexelmoor", birth_date=clock.city_day(clock.now()) - timedelta(days=15 * 365))
    new = NewArrest(clock.now(), "a street", "PAPEP0000", young)
    child = record_arrest(store, partnership.staff(Role.OFFICER), new).id

    caring.note(store, medic, child, "medicine", {"what": "inhaler, two puffs", "how": "given"})

    assert [one.kind for one in disclosure.open_care(store, medic, child)] == ["medicine"]


def test_every_form_is_asked_in_words_and_moves_nothing() -> None:
    for name, form in FORMS.items():
        assert re.fullmatch(r"[a-z-]+", name)
        assert form.asks
        assert not form.to
