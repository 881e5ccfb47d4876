"""Entries of the ledger as rows: plain inserts in the act's own transaction, details sealed beside them."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from pars.clock import city_day
from pars.errors import Unavailable
from pars.ledger.entry import NONCE_BYTES, SALT_BYTES, Draw, Entry, Kind, Private, canonical, concerned
from pars.store.epochs import EpochKey
from pars.store.keys import Keys

_TRIES: Final = 4


def place_of(nonce: UUID) -> str:
    """Where the private part of an entry is sealed."""
    return f"ledger.detail:{nonce}"


class Written(NamedTuple):
    """An entry that was written: the nonce that names it, the bytes of its leaf, and the epoch of its private part."""

    nonce: UUID
    leaf: bytes
    epoch: EpochKey


def write_entry(  # noqa: PLR0913 - an entry has this many facts, all named
    connection: Connection[TupleRow],
    keys: Keys,
    *,
    verb: str,
    owner: str,
    at: datetime,
    account_id: UUID | None,
    commits: Mapping[str, str],
    details: Mapping[str, object],
    kind: Kind = Kind.RECORD,
    said: Mapping[str, object] | None = None,
    about: Collection[str] = (),
) -> Written:
    """Insert the entry of an act in its own transaction; its nonce, 122 unguessable bits, names it from now on.

    `about` is what it can be found by again: arrests, and search keys of whoever was asked for.
    """
    day = city_day(at)
    entry = Entry(verb, owner, day, commits, kind, said or {})
    draw = Draw(secrets.token_bytes(NONCE_BYTES), {name: secrets.token_bytes(SALT_BYTES) for name in commits})
    public = entry.public(draw)
    nonce, leaf = uuid4(), canonical(public)
    salts = {name: salt.hex() for name, salt in draw.salts.items()}
    private = Private(verb, at, dict(commits), salts, dict(details))
    private = msgspec.structs.replace(private, about=sorted(set(about) - concerned(private)))
    part = _Part(nonce, account_id, msgspec.json.encode(private), about)
    entering: LiteralString = "with entry as (insert into ledger.entry (nonce, at, verb, public, leaf)"
    entering += " values (%s, %s, %s, %s, %s)), "
    values: tuple[object, ...] = (nonce, at, verb, Jsonb(public), leaf)
    for _ in range(_TRIES):
        key = keys.epochs.at_work(day, lambda day: _generation(connection, day))
        if _insert(connection, key, part, entering, values):
            return Written(nonce, leaf, key)
        keys.epochs.turned(day, _generation(connection, day))
        entering, values = "with ", ()  # the entry stands; its private part is sealed anew, under the key at work
    raise Unavailable("the keys of this day are being changed; please send it again")


@dataclass(frozen=True, slots=True)
class _Part:
    """The private part of an entry before it is sealed."""

    nonce: UUID
    account: UUID | None
    plain: bytes
    about: Collection[str]


def _insert(
    connection: Connection[TupleRow], key: EpochKey, part: _Part, entering: LiteralString, values: Sequence[object]
) -> bool:
    """Insert the private part and what finds it; False, and nothing of it, when another key has taken this one's place.

    Whether it has is asked in the statement itself: an eraser first says so, then waits for every transaction that
    began before, and only then reads what has to be sealed anew.
    """
    sealed = key.seal(part.plain, place_of(part.nonce))
    marks = sorted({key.mark(one) for one in part.about})
    row = connection.execute(
        entering
        + """
        detail as (
          insert into ledger.detail (nonce, account_id, epoch, sealed)
          select %s, %s, %s, %s
          where not exists (select 1 from ledger.turned t where t.epoch = %s)
          returning 1
        ), trace as (
          insert into ledger.trace (mark, nonce, epoch)
          select m.mark, %s, %s
          from unnest(%s::bytea[]) m (mark)
          where exists (select 1 from detail)
        )
        select count(*) from detail
        """,
        (*values, part.nonce, part.account, key.name, sealed, key.name, part.nonce, key.name, marks),
        prepare=True,
    ).fetchone()
    return row is not None and row[0] == 1


def _generation(connection: Connection[TupleRow], day: date) -> int:
    """Which of a day's keys is at work: the one after the last that was turned."""
    query = "select coalesce(max(('0' || split_part(epoch, '.', 2))::integer) + 1, 0) from ledger.turned where day = %s"
    row = connection.execute(query, (day,)).fetchone()
    return int(row[0]) if row else 0


def write_look(  # noqa: PLR0913 - what a look hangs on, all named
    connection: Connection[TupleRow],
    nonce: UUID,
    door: str,
    arrests: Sequence[UUID],
    term: UUID | None = None,
    *,
    account: UUID | None = None,
    opening: UUID | None = None,
    instrument: UUID | None = None,
    limited: bool = False,
) -> None:
    """Say which arrests the entry's look found; the next transaction may read them through that door for 5 s.

    A partner's look names the term of its agreement, a colleague's their account and the opening that it goes through,
    an answer outside the instrument that it answers; it shows nothing once any of them has ended. A `limited` look has
    said why it reads a record with limited access.
    """
    connection.execute(
        "insert into ledger.look (nonce, door, arrests, term_id, account_id, opening_id, instrument_id, limited)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (nonce, door, list(arrests), term, account, opening, instrument, limited),
        prepare=True,
    )


def city_now(connection: Connection[TupleRow]) -> datetime:
    """The city's time as the database tells it, read after whatever lock the transaction took."""
    row = connection.execute("select house.city_now()").fetchone()
    if row is None or row[0] is None:
        raise LookupError("the database has no installation row; run pars migrate")
    at: datetime = row[0]
    return at
