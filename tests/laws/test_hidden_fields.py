"""Nothing that a partner can send tells it what it may not see (T8, T9, T10, T11, T19, T20, T28).

`worlds.py` is the suite; `pars_subject.py` and `pars_attacks.py` point it at PARS, `leaky.py` at an interface that
leaks.
"""

import json
import secrets
from collections.abc import Iterator, Mapping

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from tests.laws.leaky import Leaky, leaky_world
from tests.laws.pars_attacks import INQUIRIES, Asking, Pars, inquiry
from tests.laws.pars_subject import HIDDEN, TWINS, VISIBLE, Worlds, worlds
from tests.laws.worlds import Said, difference, parted, said_in, untried

from pars.store.keys import Keys

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def three(server_url: str, template: str, keys: Keys) -> Iterator[Worlds]:
    """A plain world, one with everybody who is hidden, and one whose withheld fields are others."""
    with worlds(server_url, template, keys, f"{template}_worlds") as made:
        yield made


@pytest.fixture(scope="module")
def pars(three: Worlds) -> Pars:
    """The adapter, which knows the numbers of hidden records as if somebody had told them."""
    known = {surname: str(arrest) for surname, arrest in three.cities["hidden"].hidden.items()}
    return Pars(Asking(three.tokens, three.form_key, known))


@pytest.fixture(scope="module")
def said(three: Worlds, pars: Pars) -> Mapping[str, Said]:
    """What each world answers to everything."""
    return {name: said_in(pars, world) for name, world in three.world.items()}


def test_every_attack_is_written_against_pars(pars: Pars) -> None:
    assert untried(pars) == set()


def test_worlds_with_and_without_hidden_people_answer_alike_byte_for_byte(said: Mapping[str, Said]) -> None:
    assert parted(said["plain"], said["hidden"]) == {}


def test_worlds_that_differ_in_withheld_fields_answer_alike_byte_for_byte(said: Mapping[str, Said]) -> None:
    assert parted(said["plain"], said["other"]) == {}


def told(said: Mapping[str, Said], surname: str) -> bytes:
    """What the world with hidden people answers a program that asks for somebody."""
    return said["hidden"][f"ask: {surname}, by program"][0]


@pytest.mark.parametrize("surname", sorted(HIDDEN.keys() - {VISIBLE, TWINS}))
def test_whoever_is_hidden_and_a_stranger_are_answered_alike_in_one_world(
    three: Worlds, pars: Pars, said: Mapping[str, Said], surname: str
) -> None:
    body = inquiry("Neverarrested", HIDDEN[surname])

    stranger = pars.blank(three.world["hidden"].send(pars.asking.json(INQUIRIES, body)))

    assert difference([told(said, surname)], [stranger]) == ""
    assert json.loads(stranger.partition(b"\r\n\r\n")[2])["record"] is None


def test_the_worlds_are_not_alike_because_nothing_is_answered(said: Mapping[str, Said]) -> None:
    shown = json.loads(told(said, VISIBLE).partition(b"\r\n\r\n")[2])["record"]

    assert shown["name"]["surname"] == VISIBLE
    assert set(shown) == {"name", "birth_date", "otn", "charges"}
    assert told(said, TWINS).startswith(b"HTTP/1.1 409")
    assert [answer[9:12] for answer in said["hidden"]["quota: what a hidden person costs"]] == [b"200"] * 3 + [
        b"403"
    ] * 2
    assert b"retry: 1000" in said["hidden"]["event: the stream of an agreement"][0]


def test_a_case_number_that_is_not_theirs_does_not_tell_that_two_people_have_the_name(said: Mapping[str, Said]) -> None:
    """Two who are shown are two only under a case of theirs; otherwise they are nothing, like anybody."""
    under_no_case = said["plain"]["conflict: two of one name, and a hidden third"][-1]

    assert json.loads(under_no_case.partition(b"\r\n\r\n")[2])["record"] is None


# the suite itself can fail


@pytest.fixture
def databases(server_url: str) -> Iterator[list[str]]:
    """Three empty databases."""
    names = [f"leaky_{secrets.token_hex(4)}" for _ in range(3)]
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield [make_conninfo(server_url, dbname=name) for name in names]
        for name in names:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


BY_EXISTENCE = {
    "error text: of a cast",
    "count: of all rows",
    "gap: a number that is not shown",
    "conditional: a validator over all rows",
    "quota: what somebody hidden costs",
    "conflict: a name that is taken",
    "event: of a hidden record",
}
BY_VALUE = {
    "filter: by a withheld column",
    "withheld search: a number in full",
    "sort: by a withheld column",
    "alias: of a withheld column",
    "duplicate parameter: checked once",
    "conditional: a validator over all rows",
}


def test_an_interface_that_leaks_is_named_leak_by_leak(databases: list[str]) -> None:
    subject = Leaky()
    with (
        leaky_world(databases[0], hidden=False, ssn="111") as plain,
        leaky_world(databases[1], hidden=True, ssn="111") as hidden,
        leaky_world(databases[2], hidden=False, ssn="999") as other,
    ):
        everything = [said_in(subject, world) for world in (plain, hidden, other)]

    assert untried(subject) == set()
    assert set(parted(everything[0], everything[1])) == BY_EXISTENCE
    assert set(parted(everything[0], everything[2])) == BY_VALUE
