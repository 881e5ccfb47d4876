"""Entries of the ledger as rows: plain inserts in the act's own transaction, details sealed beside them."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

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


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry before it is written, with its random bytes drawn: its name, its leaf, and its private part unsealed."""

    nonce: UUID
    verb: str
    at: datetime
    account: UUID | None
    leaf: bytes
    private: bytes = field(repr=False)
    about: Collection[str] = field(repr=False)

    @property
    def day(self) -> date:
        """The city's day of which it is; the private part is sealed under a key of that day."""
        return city_day(self.at)

    def sealed(self, key: EpochKey) -> tuple[bytes, list[bytes]]:
        """The private part sealed under a key, and the marks by which that key finds it."""
        return key.seal(self.private, place_of(self.nonce)), sorted({key.mark(one) for one in self.about})


def draw_entry(  # noqa: PLR0913 - an entry has this many facts, all named
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
) -> Drawn:
    """Make the entry of an act; its nonce, 122 unguessable bits, names it from now on.

    `about` is what it can be found by again: arrests, and search keys of whoever was asked for.
    """
    entry = Entry(verb, owner, city_day(at), commits, kind, said or {})
    draw = Draw(secrets.token_bytes(NONCE_BYTES), {name: secrets.token_bytes(SALT_BYTES) for name in commits})
    salts = {name: salt.hex() for name, salt in draw.salts.items()}
    private = Private(verb, at, dict(commits), salts, dict(details))
    private = msgspec.structs.replace(private, about=sorted(set(about) - concerned(private)))
    leaf = canonical(entry.public(draw))
    return Drawn(uuid4(), verb, at, account_id, leaf, msgspec.json.encode(private), about)


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
    """Make the entry of an act and insert it in the act's own transaction."""
    drawn = draw_entry(
        verb=verb,
        owner=owner,
        at=at,
        account_id=account_id,
        commits=commits,
        details=details,
        kind=kind,
        said=said,
        about=about,
    )
    return write_drawn(connection, keys, drawn)


def write_drawn(connection: Connection[TupleRow], keys: Keys, drawn: Drawn) -> Written:
    """Insert an entry that was made, under the key at work."""
    for _ in range(_TRIES):
        key = key_at_work(connection, keys, drawn.day)
        sealed, marks = drawn.sealed(key)
        row = connection.execute(
            "select ledger.enter(%s, %s, %s, %s, %s, %s, %s, %s)",
            (drawn.nonce, drawn.at, drawn.verb, drawn.leaf, drawn.account, key.name, sealed, marks),
            prepare=True,
        ).fetchone()
        if row is not None and row[0]:
            return Written(drawn.nonce, drawn.leaf, key)
        learn_key(connection, keys, drawn.day)
    raise Unavailable("the keys of this day are being changed; please send it again")


def key_at_work(connection: Connection[TupleRow], keys: Keys, day: date) -> EpochKey:
    """The key under which a day's entries are sealed, as far as this process knows."""
    return keys.epochs.at_work(day, lambda day: _generation(connection, day))


def learn_key(connection: Connection[TupleRow], keys: Keys, day: date) -> None:
    """Learn which of a day's keys is at work: another one took the place of the one that was."""
    keys.epochs.turned(day, _generation(connection, day))


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
    said why it reads a record with limited access. What goes outside goes as it is now: the locks are held.
    """
    connection.execute(
        """
        insert into ledger.look (nonce, door, arrests, versions, term_id, account_id, opening_id, instrument_id,
          limited)
        select l.nonce, l.door, l.arrests,
          case when l.door = 'partner' then array(
            select a.version
            from unnest(l.arrests) with ordinality f (id, place)
            left join record.arrest a on a.id = f.id
            order by f.place) end,
          %s, %s, %s, %s, %s
        from (select %s::uuid as nonce, %s::text as door, %s::uuid[] as arrests) l
        """,
        (term, account, opening, instrument, limited, nonce, door, list(arrests)),
        prepare=True,
    )


def city_now(connection: Connection[TupleRow]) -> datetime:
    """The city's time as the database tells it, read after whatever lock the transaction took."""
    row = connection.execute("select house.city_now()").fetchone()
    if row is None or row[0] is None:
        raise LookupError("the database has no installation row; run pars migrate")
    at: datetime = row[0]
    return at
