"""T6. The public log beside the public docket says of nobody that they were looked up, nor whose any two leaves are.

A made-up city lives through some hours. Its partner asks about people who stand on the docket, and about some who stand
nowhere. Then somebody who has the log's files, the docket and every ordinary means tries to say who was asked about.
"""

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

import psycopg
import pytest
from tests.cities import Lived, made_up
from tests.logfiles import leaves_of

from pars import clock
from pars.actions import placing, signin
from pars.actions.inquiries import inquire
from pars.demo.partner import AGREEMENT
from pars.sharing.inquiry import Inquiry
from pars.store.database import Store
from pars.store.keys import Keys

ASKED = 150
STRANGERS = 30
DOCKET = 12
"""So many people at least: among few, guessing is right so often that it cannot be told from knowing."""
LUCK = 1e-7
"""How likely it may be that guessing alone does as well as an attacker who is found out."""


@dataclass(frozen=True)
class Docketed:
    """A line of the public docket: whose complaint was filed, under which number, and when to the second."""

    arrest: str
    surname: str
    given: str
    born: str
    otn: str
    filed_at: datetime


@dataclass(frozen=True)
class World:
    """What the attacker has, and what they want to know."""

    leaves: Sequence[bytes]
    docket: Sequence[Docketed]
    asked: Mapping[int, str]  # the index of an inquiry's leaf: the arrest that it was about; empty for a stranger
    accounts: Sequence[str]

    @property
    def public(self) -> Sequence[dict[str, Any]]:
        """The leaves as anybody reads them."""
        return [json.loads(leaf) for leaf in self.leaves]


@pytest.fixture(scope="module")
def world(server_url: str, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The city, its partner's questions, its log and its docket."""
    data = tmp_path_factory.mktemp("unlinkable")
    with made_up(server_url, template, keys, data, seed=6, lived=Lived(30, 0.25)) as built:
        docket = _docket(built.url)
        asked = _ask(built.store, docket)
        placing.place(built.store)
        leaves = leaves_of(data / "ledger", placing.log_key(built.store))
        with psycopg.connect(built.url) as connection:
            rows = connection.execute("select p.index, p.nonce from ledger.place p").fetchall()
            accounts = [str(row[0]) for row in connection.execute("select id from house.account")]
        yield World(leaves, docket, {row[0]: asked[row[1]] for row in rows if row[1] in asked}, accounts)


def _docket(url: str) -> list[Docketed]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """
            select a.id::text, a.surname, a.given, a.birth_date::text, a.otn, s.at
            from record.arrest a
            join record.step s on s.arrest_id = a.id and s.step = 'charge'
            where a.birth_date is not null and a.surname is not null and a.given is not null and a.otn is not null
              and a.charging in ('charged', 'certified') and a.exit = 'none'
            order by s.at
            """
        ).fetchall()
    return [Docketed(*row) for row in rows]


def _ask(store: Store, docket: Sequence[Docketed]) -> dict[object, str]:
    """The analyst asks, at hours that have nothing to do with anybody's complaint; the entries, and about whom."""
    known = signin.known(store, "analyst")
    assert known is not None
    by, dice, asked = replace(known, since=clock.real_now()), Random(6), {}
    shown = 0
    chosen = [dice.choice(docket) for _ in range(ASKED)] + [None] * STRANGERS
    dice.shuffle(chosen)
    for one in chosen:
        surname, given = (one.surname, one.given) if one else ("Nobodyatall", "Whoever")
        subject = {"name": {"surname": surname, "given": given}, "birth_date": one.born if one else "1980-01-01"}
        answer = inquire(store, by, Inquiry(AGREEMENT, "felony-investigation", "ECS-2026-00412", None, subject))
        with store.transaction("pars_act") as connection:
            row = connection.execute("select nonce from ledger.entry order by id desc limit 1").fetchone()
        assert row is not None
        asked[row[0]] = one.arrest if one else ""
        shown += answer.record is not None
    assert shown >= ASKED * 0.9, "people on the docket are found; otherwise there is nothing to tell"
    return asked


# what an attacker may try


def by_commitments(world: World) -> dict[int, str]:
    """Recompute every commitment from what the docket says: without salt, and with every value of the leaf as salt."""
    guesses = {}
    for index in world.asked:
        entry = world.public[index]
        salts = [b"", bytes(32), bytes.fromhex(entry["nonce"]), *(bytes.fromhex(one) for one in _commits(entry))]
        for line, salt in itertools.product(world.docket, salts):
            for value in (line.arrest, line.otn, f"{line.surname}, {line.given}", line.surname, line.born):
                if hashlib.sha256(salt + value.encode()).hexdigest() in _commits(entry):
                    guesses[index] = line.arrest
    return guesses


def by_equal_leaves(world: World) -> dict[int, str]:
    """Find an act of the record that shares a commitment with the inquiry, and the docket's line of that hour."""
    first: dict[str, int] = {}
    for index, entry in enumerate(world.public):
        for one in _commits(entry):
            first.setdefault(one, index)
    shared = {
        index: [first[one] for one in _commits(world.public[index]) if first[one] < index] for index in world.asked
    }
    return {index: _at(world, found[0]) for index, found in shared.items() if found}


def by_order(world: World) -> dict[int, str]:
    """The log is in order, and the docket has hours: whoever was charged at the inquiry's place in the day."""
    return {index: _at(world, index) for index in world.asked}


def by_length(world: World) -> dict[int, str]:
    """Longer names, longer leaves: whoever's name is as long, by rank."""
    lines = sorted(world.docket, key=lambda line: len(line.surname + line.given))
    ranked = sorted(world.asked, key=lambda index: (len(world.leaves[index]), world.leaves[index]))
    return {index: lines[place * len(lines) // len(ranked)].arrest for place, index in enumerate(ranked)}


def by_random_bytes(world: World) -> dict[int, str]:
    """Something in the bytes that looks random may not be: whoever they fall on."""
    lines = sorted(world.docket, key=lambda line: line.arrest)
    return {index: lines[int(world.public[index]["nonce"], 16) % len(lines)].arrest for index in world.asked}


def _commits(entry: Mapping[str, Any]) -> list[str]:
    return list(entry["commit"].values())


def _at(world: World, index: int) -> str:
    return world.docket[index * len(world.docket) // len(world.leaves)].arrest


ATTACKERS: Sequence[Callable[[World], dict[int, str]]] = (
    by_commitments,
    by_equal_leaves,
    by_order,
    by_length,
    by_random_bytes,
)


def luck(hits: int, tries: int, share: float) -> float:
    """How likely guessing has at least so many hits."""
    return sum(math.comb(tries, n) * share**n * (1 - share) ** (tries - n) for n in range(hits, tries + 1))


@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda one: one.__name__)
def test_nobody_says_better_than_by_guessing_who_was_asked_about(
    world: World, attacker: Callable[[World], dict[int, str]]
) -> None:
    about = {index: arrest for index, arrest in world.asked.items() if arrest}
    assert len(world.docket) >= DOCKET, len(world.docket)
    assert len(about) == ASKED

    guesses = {index: guess for index, guess in attacker(world).items() if index in about}

    hits = sum(about[index] == guess for index, guess in guesses.items())
    assert luck(hits, len(guesses), 1 / len(world.docket)) > LUCK if guesses else hits == 0


def test_an_attacker_who_knew_more_would_be_found_out(world: World) -> None:
    about = [arrest for arrest in world.asked.values() if arrest]

    assert luck(len(about) // 3, len(about), 1 / DOCKET) < LUCK


def test_no_two_leaves_share_anything_that_is_random(world: World) -> None:
    drawn = [one for entry in world.public for one in (*_commits(entry), entry["nonce"])]

    assert len(drawn) > 1000
    assert len(drawn) == len(set(drawn))


def test_a_hit_and_a_stranger_are_alike_but_for_random_bytes(world: World) -> None:
    def plain(index: int) -> str:
        entry = world.public[index]
        return json.dumps({**entry, "nonce": "", "commit": sorted(entry["commit"])}, sort_keys=True)

    assert len({plain(index) for index in world.asked}) == 1
    assert len({len(world.leaves[index]) for index in world.asked}) == 1


def test_no_leaf_says_an_hour_a_name_or_a_number_of_the_docket(world: World) -> None:
    text = b"\n".join(world.leaves).decode()
    told = {value for line in world.docket for value in (line.arrest, line.otn, line.surname, line.born)}

    assert [value for value in told if value in text] == []
    assert [account for account in world.accounts if account in text] == []
    assert {len(entry["day"]) for entry in world.public} == {10}
    colleagues = [entry for entry in world.public if entry["kind"] == "record"]
    assert {tuple(sorted(set(entry) - {"commit"})) for entry in colleagues} == {("day", "kind", "nonce", "owner", "v")}
