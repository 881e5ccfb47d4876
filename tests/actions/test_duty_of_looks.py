"""A colleague's look: its site, shift and assignment; and what narrows it works in the middle of it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from tests.partnership import ORI, Partnership
from tests.waiting import PATIENCE_SECONDS

from pars.actions import assigning, disclosure, life, sealing, searching, staff
from pars.actions.acting import By
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.person_given import PersonGiven
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere, ParsError
from pars.record.roles import Owner, Role
from pars.sharing.duty import Shift, View
from pars.store import locks, lookup
from pars.store.locks import Lock, alone

from .test_disclosure import entries

NOON = datetime(2026, 1, 5, 17, tzinfo=UTC)
"""Twelve in the city."""


def at(by: By, site: str) -> By:
    """Somebody whose desk is at that site."""
    return replace(by, site=site)


def booked(partnership: Partnership, site: str | None, surname: str = "Adler") -> UUID:
    """An arrest at a site, by an officer of the tests' own."""
    officer = partnership.staff(Role.POLICE_SUPERVISOR)
    arrest = NewArrest(now(), "a street", ORI[Owner.POLICE], PersonGiven(surname=surname), site=site)
    return record_arrest(partnership.store, officer, arrest).id


@pytest.fixture
def sites(partnership: Partnership, admin_url: str) -> dict[str, UUID]:
    """An arrest at each of two districts, and one at none yet."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("insert into house.site (code, name, kind) values ('D24', '24th District', 'booking')")
    return {site or "none": booked(partnership, site, f"Adler{site}") for site in ("D22", "D24", None)}


def code_of(look: Callable[[], object]) -> str:
    """What a look is told: shown, or the code of its refusal."""
    try:
        look()
    except ParsError as refusal:
        return refusal.code
    return "shown"


def opening(partnership: Partnership, by: By, arrest: UUID) -> str:
    """What somebody is told who opens an arrest without a word."""
    return code_of(lambda: disclosure.open_arrest(partnership.store, by, arrest))


# the desk


def test_an_officers_board_is_that_of_the_site_and_the_whole_city_asks_why(
    partnership: Partnership, sites: dict[str, UUID]
) -> None:
    officer = at(partnership.staff(Role.OFFICER), "D22")

    own = disclosure.open_list(partnership.store, officer, View.BOARD)

    assert {line.id for line in own.lines} == {sites["D22"], sites["none"]}
    with pytest.raises(NotAllowed) as refused:
        disclosure.open_list(partnership.store, officer, View.BOARD, city=True)
    assert refused.value.code == "say-why"
    city = disclosure.open_list(partnership.store, officer, View.BOARD, city=True, why="a transfer, for D24")
    assert {line.id for line in city.lines} == set(sites.values())
    said = [one["details"] for one in entries(partnership.store, "list.shown")]
    assert [one["outside"] for one in said] == [[], ["desk"]]  # type: ignore[index] # a JSON object
    assert said[1]["why"] == "a transfer, for D24"  # type: ignore[index] # a JSON object


def test_another_sites_arrest_asks_why_and_for_whom_and_says_so_in_its_entry(
    partnership: Partnership, sites: dict[str, UUID]
) -> None:
    officer, store = at(partnership.staff(Role.OFFICER), "D22"), partnership.store

    told = {name: opening(partnership, officer, arrest) for name, arrest in sites.items()}

    assert told == {"D22": "shown", "D24": "say-why", "none": "shown"}
    disclosure.open_arrest(store, officer, sites["D24"], why="a witness called, for the desk of D24")
    last = entries(store, "arrest.shown")[-1]["details"]
    assert (last["outside"], last["why"]) == (["desk"], "a witness called, for the desk of D24")  # type: ignore[index]


@pytest.mark.parametrize("role", [Role.CUSTODY_SUPERVISOR, Role.DETECTIVE, Role.CLERK, Role.CHARGING_ATTORNEY])
def test_desks_of_the_whole_city_are_bound_to_no_site(
    partnership: Partnership, sites: dict[str, UUID], role: Role
) -> None:
    by = at(partnership.staff(role), "D22")

    assert len(disclosure.open_list(partnership.store, by, View.BOARD).lines) == 3
    assert opening(partnership, by, sites["D24"]) == "shown"


def test_an_open_page_of_a_site_hears_of_its_own_lines_and_that_one_has_left_it(
    partnership: Partnership, sites: dict[str, UUID]
) -> None:
    officer = at(partnership.staff(Role.OFFICER), "D22")
    supervisor = partnership.staff(Role.CUSTODY_SUPERVISOR)

    before = disclosure.lines_for(partnership.store, officer, View.BOARD, [sites["D22"], sites["D24"]], ["1"])
    life.take(partnership.store, supervisor, sites["D22"], "book", {"site": "D24"})
    after = disclosure.lines_for(partnership.store, officer, View.BOARD, [sites["D22"]], ["1"])

    assert before[sites["D22"]] is not None
    assert before[sites["D24"]] is None
    assert after == {sites["D22"]: None}


def test_the_large_screen_names_nobody_and_is_bound_to_nothing(
    partnership: Partnership, sites: dict[str, UUID]
) -> None:
    officer = replace(at(partnership.staff(Role.OFFICER), "D22"), shift=Shift.NIGHT)

    with patch("pars.actions.looking.now", return_value=NOON):
        assert len(disclosure.open_screen(partnership.store, officer)) == 3


# the shift


@pytest.mark.parametrize(("shift", "asked"), [(Shift.DAY, False), (None, False), (Shift.NIGHT, True)])
def test_off_shift_a_look_asks_why_and_hides_nothing(
    partnership: Partnership, shift: Shift | None, *, asked: bool
) -> None:
    arrest, store = booked(partnership, None), partnership.store
    by = replace(partnership.staff(Role.DETENTION_OFFICER), shift=shift)

    with patch("pars.actions.looking.now", return_value=NOON):
        told = {
            code_of(lambda: disclosure.open_list(store, by, View.BOARD)),
            opening(partnership, by, arrest),
        }
        assert told == {"say-why" if asked else "shown"}
        why = "called in to help, for the sergeant"
        assert len(disclosure.open_list(store, by, View.BOARD, why=why).lines) == 1
        assert disclosure.open_arrest(store, by, arrest, why=why).line.id == arrest
    assert entries(store, "arrest.shown")[-1]["details"]["outside"] == (["shift"] if asked else [])  # type: ignore[index]


def test_stores_of_their_own_ask_why_off_shift_too(partnership: Partnership) -> None:
    arrest, store = booked(partnership, None), partnership.store
    partnership.protect(arrest)
    attorney = replace(partnership.staff(Role.CHARGING_ATTORNEY), shift=Shift.NIGHT)
    supervisor = replace(partnership.staff(Role.CUSTODY_SUPERVISOR), shift=Shift.NIGHT)

    with patch("pars.actions.looking.now", return_value=NOON):
        assert code_of(lambda: disclosure.open_protected(store, attorney, arrest)) == "say-why"
        assert len(disclosure.open_protected(store, attorney, arrest, why="the complainant called")) == 1
        assert code_of(lambda: disclosure.open_children(store, supervisor)) == "say-why"
        assert disclosure.open_children(store, supervisor, why="handing over") == []


def test_a_shift_is_set_by_a_supervisor_of_the_same_owner_and_keeps_the_account_confirmed(
    partnership: Partnership,
) -> None:
    store, officer = partnership.store, partnership.staff(Role.OFFICER)
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.CHARGING_SUPERVISOR, Role.CLERK):
        with pytest.raises(NotAllowed):
            staff.set_shift(store, partnership.staff(role), officer.account, "night")
    supervisor = partnership.staff(Role.POLICE_SUPERVISOR)
    with pytest.raises(NotAllowed):
        staff.set_shift(store, supervisor, supervisor.account, "night")
    with pytest.raises(BadInput):
        staff.set_shift(store, supervisor, officer.account, "graveyard")

    staff.set_shift(store, supervisor, officer.account, "night")

    known = partnership.staff(Role.OFFICER)
    assert (known.shift, known.confirmed) == (Shift.NIGHT, True)
    staff.set_shift(store, supervisor, officer.account, "")
    assert partnership.staff(Role.OFFICER).shift is None


# the assignment


def test_ones_own_arrest_opens_without_a_word_wherever_it_is_and_at_any_hour(
    partnership: Partnership, sites: dict[str, UUID], admin_url: str
) -> None:
    store, arrest = partnership.store, sites["D24"]
    officer = replace(at(partnership.staff(Role.OFFICER), "D22"), shift=Shift.NIGHT)
    taken = at(partnership.staff(Role.DETENTION_OFFICER), "D22")
    life.take(store, taken, arrest, "take-prints", {})
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set officers = '{4417}' where id = %s", (arrest,))

    with patch("pars.actions.looking.now", return_value=NOON):
        assert opening(partnership, replace(officer, badge="9999"), arrest) == "say-why"
        assert opening(partnership, replace(officer, badge="4417"), arrest) == "shown"
        assert opening(partnership, taken, arrest) == "shown"
        assert opening(partnership, partnership.staff(Role.POLICE_SUPERVISOR), arrest) == "shown"

    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set arrested_at = arrested_at - interval '31 days'")
        connection.execute("update record.step set at = at - interval '31 days'")
    assert opening(partnership, replace(officer, badge="4417", shift=None), arrest) == "say-why"
    assert opening(partnership, taken, arrest) == "say-why"


def test_the_appointed_defender_opens_the_arrest_until_the_assignment_ends(partnership: Partnership) -> None:
    store, arrest = partnership.store, booked(partnership, None)
    defender, clerk = partnership.staff(Role.DEFENDER), partnership.staff(Role.CLERK)
    assert opening(partnership, defender, arrest) == "say-why"

    assigning.assign(store, clerk, arrest, "defender")

    assert opening(partnership, defender, arrest) == "shown"
    assert code_of(lambda: disclosure.open_interview(store, defender, arrest)) == "shown"
    with pytest.raises(Conflicts):
        assigning.assign(store, clerk, arrest, "defender")
    (one,) = assigning.assigned(store, arrest)
    with pytest.raises(NotAllowed):
        assigning.end(store, defender, arrest, one.id)
    assigning.end(store, clerk, arrest, one.id)
    assert opening(partnership, defender, arrest) == "say-why"


@pytest.mark.parametrize(
    ("by", "to"),
    [
        (Role.CLERK, "detective"),
        (Role.POLICE_SUPERVISOR, "charging-attorney"),
        (Role.CHARGING_SUPERVISOR, "defender"),
        (Role.CLERK, "analyst"),
        (Role.CLERK, "nobody"),
    ],
)
def test_nobody_assigns_beyond_their_table(partnership: Partnership, by: Role, to: str) -> None:
    arrest = booked(partnership, None)

    with pytest.raises(BadInput):
        assigning.assign(partnership.store, partnership.staff(by), arrest, to)
    with pytest.raises(NotAllowed):
        assigning.assign(partnership.store, partnership.staff(Role.OFFICER), arrest, "detective")


# limited access


@pytest.fixture
def gone(partnership: Partnership) -> UUID:
    """Somebody who has left custody, and could be found."""
    arrest = booked(partnership, None, "Quillfeather")
    partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})
    return arrest


def limit(partnership: Partnership, arrest: UUID, access: str) -> None:
    """The court's order is written down."""
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, access, order="an order")


@pytest.mark.parametrize("access", ["sealed", "expunged"])
def test_a_limited_record_is_on_no_list_and_in_no_search(partnership: Partnership, gone: UUID, access: str) -> None:
    store, by = partnership.store, partnership.staff(Role.DETECTIVE)
    asked = searching.Asked(surname="Quillfeather")

    def seen() -> tuple[int, int]:
        found = searching.search(store, by, asked, why="booking").found
        return len(disclosure.open_list(store, by, View.LEFT).lines), len(found)

    before = seen()
    limit(partnership, gone, access)

    assert (before, seen()) == ((1, 1), (0, 0))


def test_a_sealed_record_asks_the_owners_people_why_and_is_not_there_for_anybody_else(
    partnership: Partnership, gone: UUID
) -> None:
    limit(partnership, gone, "sealed")
    store = partnership.store

    for role in (Role.POLICE_SUPERVISOR, Role.DETECTIVE, Role.MAGISTRATE):  # the first one wrote it down, and is asked
        assert opening(partnership, partnership.staff(role), gone) == "say-why"
    page = disclosure.open_arrest(store, partnership.staff(Role.DETECTIVE), gone, why="sentencing, for the court")
    assert page.line.id == gone
    with pytest.raises(NotThere):
        disclosure.open_arrest(store, partnership.staff(Role.DEFENDER), gone, why="my client")


def test_an_expunged_record_is_there_for_nobody_in_the_words_of_one_that_never_was(
    partnership: Partnership, gone: UUID
) -> None:
    limit(partnership, gone, "expunged")
    told = set()
    for arrest in (gone, UUID(int=7)):
        for role in (Role.CLERK, Role.DETECTIVE, Role.DEFENDER):
            with pytest.raises(NotThere) as refused:
                disclosure.open_arrest(partnership.store, partnership.staff(role), arrest, why="I need it")
            told.add((refused.value.sentence, refused.value.code))
        for read in (disclosure.open_protected, disclosure.open_interview):
            by = partnership.staff(Role.DETECTIVE if read is disclosure.open_protected else Role.MAGISTRATE)
            with pytest.raises(NotThere) as refused:
                read(partnership.store, by, arrest, why="I need it")
            told.add((refused.value.sentence, refused.value.code))

    assert len(told) == 1


# in the middle of a look


@contextmanager
def between(do: Callable[[], object]) -> Iterator[None]:
    """Do something between a look's entry and its read, at the last moment before the read's locks."""
    real = disclosure._reading
    done: list[object] = []

    @contextmanager
    def reading(*args: object, **more: object) -> Iterator[object]:
        if not done:
            done.append(do())
        with real(*args, **more) as connection:  # type: ignore[arg-type] # passed on as it came
            yield connection

    with patch.object(disclosure, "_reading", reading):
        yield
    assert done


Look = Callable[[Partnership, UUID], object]
LOOKS: dict[str, Look] = {
    "an arrest": lambda p, a: disclosure.open_arrest(p.store, p.staff(Role.DETECTIVE), a),
    "protected persons": lambda p, a: disclosure.open_protected(p.store, p.staff(Role.DETECTIVE), a),
    "a list": lambda p, _: disclosure.open_list(p.store, p.staff(Role.DETECTIVE), View.LEFT).lines,
    "children": lambda p, _: disclosure.open_children(p.store, p.staff(Role.DETECTIVE)),
}


@pytest.mark.parametrize("what", LOOKS)
def test_an_account_disabled_between_entry_and_read_reads_nothing(
    partnership: Partnership, gone: UUID, what: str
) -> None:
    account = partnership.staff(Role.DETECTIVE).account

    with between(lambda: staff.disable(partnership.store, partnership.staff(Role.ADMINISTRATOR), account)):
        assert code_of(lambda: LOOKS[what](partnership, gone)) == "out-of-service"


@pytest.mark.parametrize("access", ["sealed", "expunged"])
def test_a_record_limited_between_entry_and_read_is_not_read(partnership: Partnership, gone: UUID, access: str) -> None:
    partnership.protect(gone)

    def told(what: str) -> str:
        arrest = booked(partnership, None, "Another")
        partnership.take(Role.POLICE_SUPERVISOR, arrest, "transfer-juvenile", {"reason": "the age was wrong"})
        with between(lambda: limit(partnership, arrest, access)):
            return code_of(lambda: LOOKS[what](partnership, arrest))

    assert {what: told(what) for what in ("an arrest", "protected persons")} == {
        "an arrest": "not-there",
        "protected persons": "closed",
    }
    with between(lambda: limit(partnership, gone, access)):
        lines = disclosure.open_list(partnership.store, partnership.staff(Role.DETECTIVE), View.LEFT).lines

    assert gone not in {line.id for line in lines}


@pytest.mark.parametrize("lock", [Lock.USER, Lock.PERSON])
def test_what_narrows_a_look_waits_for_the_one_under_way(partnership: Partnership, gone: UUID, lock: Lock) -> None:
    """A look that has its locks goes on to its end; the seal or the disabling comes after it, in that order."""
    by, order = partnership.staff(Role.DETECTIVE), list[str]()
    inside, real = threading.Event(), lookup.rows

    def slow(*args: object) -> object:
        if not inside.is_set():
            inside.set()
            time.sleep(0.1)
        found: object = real(*args)  # type: ignore[arg-type] # passed on as it came
        order.append("read")
        return found

    def narrow() -> None:
        inside.wait(PATIENCE_SECONDS)
        if lock is Lock.USER:
            staff.disable(partnership.store, partnership.staff(Role.ADMINISTRATOR), by.account)
        else:
            limit(partnership, gone, "expunged")
        order.append("narrowed")

    other = threading.Thread(target=narrow)
    other.start()
    with patch.object(lookup, "rows", slow), patch.object(locks, "WAITS_MS", 60_000):
        if lock is Lock.USER:
            code = code_of(lambda: disclosure.open_list(partnership.store, by, View.LEFT))
        else:
            code = opening(partnership, by, gone)
    other.join(PATIENCE_SECONDS)

    assert code == "shown"
    assert order[-1] == "narrowed"


def test_a_look_waits_for_what_narrows_and_then_sees_it(partnership: Partnership, gone: UUID) -> None:
    by = partnership.staff(Role.DETECTIVE)
    with partnership.store.transaction("pars_act") as connection:
        number = connection.execute("select number from house.account where id = %s", (by.account,)).fetchall()[0][0]
    told: list[str] = []
    with psycopg.connect(partnership.store.conninfo("pars_act")) as disabling:
        alone(disabling, [(Lock.USER, number)])
        waiting = threading.Thread(target=lambda: told.append(opening(partnership, by, gone)))
        waiting.start()
        time.sleep(0.2)
        assert told == []
        disabling.execute("update house.account set state = 'disabled' where id = %s", (by.account,))
        disabling.commit()
        waiting.join(PATIENCE_SECONDS)

    assert told == ["out-of-service"]
