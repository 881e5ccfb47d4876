"""One person across arrests: found by what sounds alike, linked by prints or by a decision that can be undone."""

from datetime import date

import psycopg
import pytest
from tests.fingerprints import a_file

from pars.actions import disclosure, identity, prints
from pars.actions.disclosure import open_arrest
from pars.actions.life import take
from pars.actions.searching import Asked, search
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Role
from pars.sharing.projection import StepTaken
from pars.store.database import Store

from .conftest import Book, Who

WHY = "booking: is the person known?"
GIVEN = [f"{first}{last}" for first in ("Al", "Be", "Co") for last in ("an", "da", "mo", "ri", "su", "te", "vy")]
"""One more than are shown."""


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked("Quillfeather", "Rosalind", date(1990, 2, 3)), "same birth date"),
        (Asked("QUILLFEATHER", "rosalind"), "same surname"),
        (Asked("Quilfeather", "Rosalind", date(1990, 2, 3)), "surname sounds alike"),
        (Asked("Quillfeather", "Rosalind", date(1990, 3, 2)), "birth date with digits exchanged"),
    ],
)
def test_a_person_is_found_with_the_evidence(store: Store, who: Who, book: Book, asked: Asked, words: str) -> None:
    arrest = book()

    found = search(store, who(Role.OFFICER), asked, why=WHY).found

    assert [one.match.line.id for one in found] == [arrest]
    assert words in {row.words for row in found[0].evidence}


def test_a_short_form_finds_the_long_one(store: Store, who: Who, book: Book) -> None:
    arrest = book(given="William")

    found = search(store, who(Role.OFFICER), Asked("Quillfeather", "Bill"), why=WHY).found

    assert [one.match.line.id for one in found] == [arrest]
    assert "given name is a usual short form" in {row.words for row in found[0].evidence}


def test_somebody_else_is_not_found(store: Store, who: Who, book: Book) -> None:
    book()

    assert search(store, who(Role.OFFICER), Asked("Zimmerman", "Ada", date(1970, 1, 1)), why=WHY).found == []


@pytest.mark.parametrize("asked", ["Quillfeather", "quill-feather ", "Marrowby"])
def test_a_surname_alone_finds_everybody_of_that_surname_under_whatever_name(
    store: Store, who: Who, book: Book, asked: str
) -> None:
    first, second = book(other_names=("Marrowby, Rose",)), book(given="William", other_names=("Marrowby, Bill",))
    book(surname="Quilfeather", given="Rosalind")  # sounds alike: another surname

    searched = search(store, who(Role.OFFICER), Asked(asked), why=WHY)

    assert {one.match.line.id for one in searched.found} == {first, second}
    assert not searched.more


def test_a_given_name_that_nobody_said_is_no_evidence(store: Store, who: Who, book: Book) -> None:
    book(given="")

    [found] = search(store, who(Role.OFFICER), Asked("Quillfeather"), why=WHY).found

    assert [row.words for row in found.evidence] == ["same surname"]


def test_more_of_a_surname_than_are_shown_are_said_and_neither_looked_at_nor_entered(
    store: Store, who: Who, book: Book
) -> None:
    booked = [book(given=given) for given in GIVEN]

    searched = search(store, who(Role.OFFICER), Asked("Quillfeather"), why=WHY)

    assert {one.match.line.id for one in searched.found} == set(booked[1:])  # the newest first
    assert searched.more
    with store.transaction("pars_ledger") as connection:
        [looked] = connection.execute("select arrests from ledger.look order by asked_at desc limit 1").fetchall()
    assert set(looked[0]) == set(booked[1:])
    named = search(store, who(Role.OFFICER), Asked("Quillfeather", GIVEN[0]), why=WHY)
    assert [one.match.line.id for one in named.found] == booked[:1]


@pytest.mark.parametrize("asked", [Asked(), Asked(given="Rosalind"), Asked(surname=" "), Asked(number="%")])
def test_a_search_by_less_than_a_surname_or_a_number_is_refused(store: Store, who: Who, asked: Asked) -> None:
    with pytest.raises(BadInput):
        search(store, who(Role.OFFICER), asked, why=WHY)


def test_the_database_holds_no_search_key_in_clear(book: Book, admin_url: str) -> None:
    book()

    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select search_keys::text from record.arrest").fetchone()

    assert row is not None
    assert "QUILL" not in row[0].upper()
    assert "1990" not in row[0]


def test_the_same_name_and_date_link_nobody(store: Store, who: Who, book: Book) -> None:
    first, second = book(), book()

    for arrest in (first, second):
        seen = open_arrest(store, who(Role.OFFICER), arrest).identity
        assert seen is not None
        assert seen.person_id is None


def test_prints_link_and_a_decision_links_and_can_be_undone(store: Store, who: Who, book: Book) -> None:
    officer, detective = who(Role.OFFICER), who(Role.DETECTIVE)
    arrests = [book() for _ in range(3)]
    for arrest in arrests[:2]:
        take(store, officer, arrest, "take-prints", {"pid": "1004417"})
    number = open_arrest(store, detective, arrests[0]).line.number

    identity.link(store, detective, arrests[2], number, reason="the same tattoo on the photograph")
    people = [open_arrest(store, detective, arrest).identity for arrest in arrests]
    assert len({one.person_id for one in people if one}) == 1

    identity.unlink(store, detective, arrests[2], reason="it was the brother")
    undone = open_arrest(store, detective, arrests[2]).identity
    assert undone is not None
    assert undone.person_id is None


def test_a_link_needs_its_reason_and_a_duty(store: Store, who: Who, book: Book) -> None:
    first, second = book(), book()
    number = open_arrest(store, who(Role.DETECTIVE), second).line.number

    with pytest.raises(BadInput, match="a name and a date alone do not"):
        identity.link(store, who(Role.DETECTIVE), first, number, reason=" ")
    with pytest.raises(NotAllowed):
        identity.link(store, who(Role.OFFICER), first, number, reason="looks alike")
    with pytest.raises(BadInput, match="no other arrest"):
        identity.link(store, who(Role.DETECTIVE), first, 99_999, reason="looks alike")


def test_a_states_answer_that_comes_later_is_read_from_its_file_by_the_same_list(
    store: Store, who: Who, book: Book, admin_url: str
) -> None:
    officer, arrest = who(Role.OFFICER), book()
    take(store, officer, arrest, "take-prints", {"otn": "N 239191-1"})
    with pytest.raises(BadInput):
        prints.attach(store, officer, arrest, b"no file")
    with pytest.raises(NotAllowed):
        prints.attach(store, who(Role.CLERK), arrest, a_file({15: "401-22-7-3"}))

    answer = a_file({15: "401-22-7-3", 20: "Markedplace", 21: "Markedland", 59: "I"})
    attached = prints.attach(store, officer, arrest, answer)
    again = prints.attach(store, officer, arrest, answer)

    page = disclosure.open_arrest(store, officer, arrest)
    assert page.identity is not None
    assert (page.identity.sid, page.identity.otn, page.line.prints.value) == ("401-22-7-3", "N2391911", "done")
    assert [step.step for step in page.all(StepTaken)].count("take-prints") == 1
    assert again.taken.version == attached.taken.version  # it says nothing new
    with pytest.raises(Conflicts, match="another SID"):
        prints.attach(store, officer, arrest, a_file({15: "401-22-7-4"}))
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select t::text from record.arrest t").fetchall()
        rows += connection.execute("select t::text from record.step t").fetchall()
    assert "Marked" not in str(rows)
