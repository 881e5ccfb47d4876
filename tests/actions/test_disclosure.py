"""The one door: an entry is committed before a row is read, it names whom the look found, and nobody sees too much."""

from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from pars.actions import disclosure
from pars.actions.life import take
from pars.actions.reporting import ProtectedPerson, protect
from pars.errors import NotAllowed, NotThere
from pars.record.interview import Interview
from pars.record.roles import Role
from pars.sharing.duty import PARTS, VIEWS, Part, View
from pars.sharing.projection import FETCHED, Line
from pars.store import details
from pars.store.database import Store

from .conftest import Book, Who


def entries(store: Store, verb: str) -> list[dict[str, object]]:
    """The private details of all entries of a verb, oldest first."""
    with store.transaction("pars_ledger") as connection:
        rows = connection.execute(
            """
            select e.nonce
            from ledger.entry e
            where e.verb = %s
            order by e.id
            """,
            (verb,),
        ).fetchall()
        private = details.open_all(connection, store.keys, [row[0] for row in rows])
    return [msgspec.to_builtins(private[row[0]]) for row in rows]


def test_a_list_is_one_entry_that_names_everyone_shown(store: Store, who: Who, book: Book) -> None:
    arrests = {str(book(surname)) for surname in ("Adler", "Birch", "Cedar")}

    seen = disclosure.open_list(store, who(Role.CUSTODY_SUPERVISOR), View.BOARD)

    assert {str(line.id) for line in seen.lines} == arrests
    details = entries(store, "list.shown")
    assert len(details) == 1
    assert set(details[0]["details"]["arrests"]) == arrests  # type: ignore[index] # a sealed JSON object


@pytest.mark.parametrize("role", sorted(PARTS))
def test_each_duty_is_shown_its_parts_and_nothing_else_is_fetched(
    store: Store, who: Who, book: Book, role: Role
) -> None:
    seen = disclosure.open_arrest(store, who(role), book(), why="to see what this duty sees")

    shapes = {shape for part in PARTS[role] for shape in FETCHED[part]}
    assert set(seen.rows) == shapes
    assert seen.parts == PARTS[role]


def test_roles_without_a_duty_see_no_arrest(store: Store, who: Who, book: Book) -> None:
    arrest = book()

    for role in set(Role) - set(PARTS):
        with pytest.raises(NotAllowed):
            disclosure.open_arrest(store, who(role), arrest, why="curious")
        for view in View:
            if role not in VIEWS[view] and view not in {View.SEARCH, View.ARREST}:
                with pytest.raises(NotAllowed):
                    disclosure.open_list(store, who(role), view)


def test_a_refused_look_is_an_entry_too(store: Store, who: Who, book: Book) -> None:
    arrest = book()
    with pytest.raises(NotAllowed) as refused:
        disclosure.open_arrest(store, who(Role.DEFENDER), arrest)

    assert refused.value.code == "say-why"
    assert len(entries(store, "arrest.shown.refused")) == 1


def test_an_arrest_that_is_not_there_says_so(store: Store, who: Who) -> None:
    with pytest.raises(NotThere):
        disclosure.open_arrest(store, who(Role.OFFICER), uuid4(), why="a wrong address")


def test_who_has_left_for_a_day_is_outside_every_queue(store: Store, who: Who, book: Book, admin_url: str) -> None:
    arrest = book()
    take(store, who(Role.POLICE_SUPERVISOR), arrest, "transfer-juvenile", {"reason": "the age was wrong"})
    disclosure.open_arrest(store, who(Role.DETENTION_OFFICER), arrest)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set left_at = left_at - interval '25 hours'")

    with pytest.raises(NotAllowed, match="outside your own queue"):
        disclosure.open_arrest(store, who(Role.DETENTION_OFFICER), arrest)


def test_the_interview_is_sealed_and_read_by_its_readers_alone(
    store: Store, who: Who, book: Book, admin_url: str
) -> None:
    arrest = book()
    form = {"form": {"residence": "planted words", "recommendation": "ROR"}}
    take(store, who(Role.INTERVIEWER), arrest, "interview", form)

    for role in Role:
        if role in {Role.INTERVIEWER, Role.MAGISTRATE, Role.DEFENDER}:
            held = disclosure.open_interview(store, who(role), arrest, why="to see who reads it")
            assert disclosure.read_sealed(held[0], Interview).residence == "planted words"
        else:
            with pytest.raises(NotAllowed):
                disclosure.open_interview(store, who(role), arrest)
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select sealed from interview.interview").fetchone()
        steps = connection.execute("select answers::text from record.step").fetchall()
    assert row is not None
    assert b"planted" not in bytes(row[0])
    assert "planted" not in str(steps)


def test_victims_are_sealed_counted_and_read_by_their_readers_alone(
    store: Store, who: Who, book: Book, admin_url: str
) -> None:
    arrest = book()
    protect(store, who(Role.DETECTIVE), arrest, ProtectedPerson("victim", "Plantedname", contact="215-555-0142"))

    people = disclosure.open_protected(store, who(Role.CHARGING_ATTORNEY), arrest)

    assert disclosure.read_sealed(people[0], ProtectedPerson).surname == "Plantedname"
    seen = disclosure.open_arrest(store, who(Role.CLERK), arrest).identity
    assert seen is not None
    assert seen.complainants == 1
    for role in (Role.MAGISTRATE, Role.DETENTION_OFFICER, Role.DEFENDER, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            disclosure.open_protected(store, who(role), arrest)
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select sealed from protected.person").fetchone()
    assert row is not None
    assert b"Plantedname" not in bytes(row[0])


def test_lines_for_open_pages_are_one_read_and_one_entry_that_names_the_streams(
    store: Store, who: Who, book: Book
) -> None:
    arrest, gone = book("Adler"), UUID(int=1)

    lines = disclosure.lines_for(store, who(Role.CUSTODY_SUPERVISOR), View.BOARD, [arrest, gone], ["7", "9"])

    assert isinstance(lines[arrest], Line)
    assert lines[gone] is None
    assert "7, 9" in str(entries(store, "lines.sent")[0])


def test_every_part_has_rows_and_every_view_has_its_people() -> None:
    assert set(FETCHED) == set(Part)
    assert all(VIEWS[view] for view in View)
