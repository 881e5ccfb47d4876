"""Searching among arrests, for the desks: by name and birth date, or by a number; with the evidence shown.

A name and a date alone never link or arrest anyone (N19): a match is shown to a person, who decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By
from pars.actions.disclosure import Finder, Match, open_matches
from pars.errors import BadInput
from pars.record.arrest import Exit
from pars.record.identifiers import DcNumber, Otn, Pid, is_number
from pars.record.person import (
    USED_BY_ANOTHER,
    Evidence,
    Name,
    Particulars,
    evidence,
    name_key,
    search_keys,
    strength,
    surname_keys,
)
from pars.store import arrests
from pars.store.database import Store

MOST = 20
LEAST_STRENGTH = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody searches by: a surname, alone or with more; or one number."""

    surname: str = ""
    given: str = ""
    birth_date: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A match and what speaks for and against it; the weights order the list and decide nothing."""

    match: Match
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found; `more` says that further arrests share what was asked, at which nobody looked."""

    found: Sequence[Found]
    more: bool


def search(store: Store, by: By, asked: Asked, *, why: str) -> Searched:
    """Arrests that may be of this person, the strongest evidence first. One entry names everyone shown."""
    if asked.number.strip():
        column, value = _number(asked.number)
        matches, more = _first(store, by, lambda c: arrests.by_number(c, column, value, MOST + 1), why)
        return Searched([Found(match, (Evidence("same number", 100),)) for match in matches], more)
    name = Name(asked.surname.strip(), asked.given.strip())
    keys = store.keys.blind(_keys(name, asked.birth_date))
    if not keys:
        raise BadInput("a search needs a surname, or a number", field="surname")
    matches, more = _first(store, by, lambda c: arrests.by_keys(c, keys, MOST + 1), why)
    wanted = Particulars(name, asked.birth_date)
    found = [Found(match, evidence(wanted, _particulars(match))) for match in matches]
    kept = [one for one in found if strength(one.evidence) >= LEAST_STRENGTH]
    return Searched(sorted(map(_marked, kept), key=lambda one: -strength(one.evidence)), more)


def _keys(name: Name, birth_date: date | None) -> frozenset[str]:
    """The keys of what was asked. Only a surname that stands alone finds everybody of that surname."""
    alone = not name_key(name.given) and birth_date is None
    return search_keys(name, birth_date) | (surname_keys(name) if alone else frozenset())


def _first(store: Store, by: By, find: Finder, why: str) -> tuple[Sequence[Match], bool]:
    """The first matches, and whether there are more: those are shown to nobody, and no entry names them."""
    more = False

    def first(connection: Connection[TupleRow]) -> Sequence[UUID]:
        nonlocal more
        found = find(connection)
        more = len(found) > MOST
        return found[:MOST]

    return open_matches(store, by, first, why=why), more


def _marked(found: Found) -> Found:
    """A name under which somebody was arrested who was not the one sought is marked as used by another (N19)."""
    if found.match.line.exit is not Exit.NOT_THE_PERSON:
        return found
    return Found(found.match, (*found.evidence, USED_BY_ANOTHER))


def _particulars(match: Match) -> Particulars:
    known = match.identity
    others = tuple(Name(*(part.strip() for part in name.partition(",")[::2])) for name in known.other_names)
    return Particulars(Name(known.surname or "", known.given or ""), known.birth_date, known.sex, known.pid, others)


def _number(text: str) -> tuple[str, str]:
    """Which column a number belongs to, by its shape; refused when it has none that we know."""
    given = text.strip()
    if is_number(given) and len(given) < 6:  # noqa: PLR2004 - an arrest's own number
        return "number", given.lstrip("0") or "0"
    for column, kind in (("otn", Otn), ("dc_number", DcNumber), ("pid", Pid)):
        try:
            return column, str(kind.parse(given))
        except BadInput:
            continue
    raise BadInput("that is no DC number, PID, OTN or arrest number", field="number")
