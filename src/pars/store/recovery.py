"""A recovery as rows: leaves entered again at their places, how far it is, and which owners said that it is over."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.record.roles import Owner
from pars.sharing.consent import Decision

_PAGE = 4_096


class Recovery(NamedTuple):
    """One recovery: the stretch `[start, until)`, and up to where its ends were entered again."""

    id: UUID
    start: int
    until: int
    began_at: datetime
    applied: int


class OwnersPart(NamedTuple):
    """What of it is an owner's: how many acts, and who said when that they were entered again."""

    owner: Owner
    acts: int
    said_by: str | None
    said_at: datetime | None


def at_work(connection: Connection[TupleRow]) -> Recovery | None:
    """The recovery that is not over; None when there is none."""
    row = connection.execute(
        "select id, start, until, began_at, applied from ledger.recovery where opened_at is null"
    ).fetchone()
    return Recovery(*row) if row else None


def parts(connection: Connection[TupleRow], recovery: UUID) -> list[OwnersPart]:
    """What each owner has to enter again."""
    rows = connection.execute(
        """
        select p.owner, p.acts, a.full_name, p.said_at
        from ledger.recovery_owner p
        left join house.account a on a.id = p.said_by
        where p.recovery_id = %s
        order by p.owner
        """,
        (recovery,),
    )
    return [OwnersPart(Owner(row[0]), int(row[1]), row[2], row[3]) for row in rows]


def hashes(connection: Connection[TupleRow], size: int) -> Iterator[bytes]:
    """The hashes of the placed entries up to an index, in order."""
    for start in range(0, size, _PAGE):
        rows = connection.execute(
            "select hash from ledger.place where index >= %s and index < %s order by index",
            (start, min(size, start + _PAGE)),
            prepare=True,
        )
        yield from (bytes(row[0]) for row in rows.fetchall())


def leaves(connection: Connection[TupleRow], start: int, until: int) -> Iterator[bytes]:
    """The leaves of the placed entries from one index up to another, in order."""
    for first in range(start, until, _PAGE):
        rows = connection.execute(
            """
            select e.leaf
            from ledger.place p
            join ledger.entry e on e.nonce = p.nonce
            where p.index >= %s and p.index < %s
            order by p.index
            """,
            (first, min(until, first + _PAGE)),
            prepare=True,
        )
        yield from (bytes(row[0]) for row in rows.fetchall())


def take_back(connection: Connection[TupleRow], first: int) -> None:
    """Take back every place from an index on."""
    connection.execute("select ledger.take_back(%s)", (first,))


def enter(connection: Connection[TupleRow], at: datetime, first: int, entries: Sequence[bytes]) -> None:
    """Enter leaves again, byte for byte, at their places from an index on; one that is still there is only placed."""
    connection.execute(
        """
        insert into ledger.entry (nonce, at, verb, public, leaf)
        select gen_random_uuid(), %(at)s, coalesce(t.public ->> 'verb', 'entry.recovered'), t.public, t.leaf
        from (
          select l.leaf, convert_from(l.leaf, 'UTF8')::jsonb as public, l.n
          from unnest(%(leaves)s::bytea[]) with ordinality as l (leaf, n)) t
        order by t.n
        on conflict (sha256(leaf)) do nothing
        """,
        {"at": at, "leaves": list(entries)},
    )
    connection.execute(
        """
        insert into ledger.place (index, nonce, hash)
        select %(first)s + l.n - 1, e.nonce, sha256('\\x00'::bytea || e.leaf)
        from unnest(%(leaves)s::bytea[]) with ordinality as l (leaf, n)
        join ledger.entry e on e.leaf = l.leaf
        order by l.n
        """,
        {"first": first, "leaves": list(entries)},
    )
    connection.execute("update ledger.head set size = %s", (first + len(entries),))


def begin(connection: Connection[TupleRow], recovery: Recovery, root: bytes) -> None:
    """A recovery begins; from now on the log is behind until it is over."""
    connection.execute(
        "insert into ledger.recovery (id, start, until, root, applied) values (%s, %s, %s, %s, %s)",
        (recovery.id, recovery.start, recovery.until, root, recovery.applied),
    )
    connection.execute("update ledger.head set behind = true")


def reach(connection: Connection[TupleRow], recovery: UUID, until: int, root: bytes) -> None:
    """A recovery that is not over reaches further: a backup that held it was restored in its turn."""
    connection.execute("update ledger.recovery set until = %s, root = %s where id = %s", (until, root, recovery))


def count(connection: Connection[TupleRow], recovery: UUID, owner: Owner, acts: int) -> None:
    """How many acts of an owner cannot be read from the log; what it said of fewer does not count."""
    connection.execute(
        """
        insert into ledger.recovery_owner (recovery_id, owner, acts) values (%s, %s, %s)
        on conflict (recovery_id, owner) do update
        set acts = excluded.acts, said_by = null, said_at = null
        where recovery_owner.acts <> excluded.acts
        """,
        (recovery, owner, acts),
    )


def signed(connection: Connection[TupleRow], size: int, root: bytes) -> None:
    """The tree of that size is the one that was signed before the database was restored."""
    connection.execute("update ledger.head set signed_size = %s, root = %s", (size, root))


def applied(connection: Connection[TupleRow], recovery: UUID, up_to: int) -> None:
    """The ends before that index were entered again."""
    connection.execute("update ledger.recovery set applied = %s where id = %s", (up_to, recovery))


def say(connection: Connection[TupleRow], recovery: UUID, owner: Owner, account: UUID) -> bool:
    """An owner says that its own acts were entered again; whether it had not said so before."""
    row = connection.execute(
        """
        update ledger.recovery_owner
        set said_by = %s, said_at = house.city_now()
        where recovery_id = %s and owner = %s and said_by is null
        returning 1
        """,
        (account, recovery, owner),
    ).fetchone()
    return row is not None


def open_when_all_said(connection: Connection[TupleRow], recovery: UUID) -> bool:
    """The recovery is over once every owner has said so and every end was entered; whether it is."""
    row = connection.execute(
        """
        update ledger.recovery r
        set opened_at = clock_timestamp()
        where r.id = %s
          and r.opened_at is null
          and r.applied = r.until
          and not exists (select 1 from ledger.recovery_owner p where p.recovery_id = r.id and p.said_by is null)
        returning 1
        """,
        (recovery,),
    ).fetchone()
    return row is not None


def said_again(
    connection: Connection[TupleRow], *, agreement: str, version: UUID, owner: Owner, decision: Decision, reason: str
) -> None:
    """What an owner said in the lost stretch, without who said it; never a grant."""
    connection.execute(
        """
        insert into sharing.consent (version_id, agreement_id, owner, decision, reason, said_by, reason_in_letter)
        values (%s, %s, %s, %s, %s, null, false)
        """,
        (version, agreement, owner, decision, reason),
    )


def replace_keys(connection: Connection[TupleRow], owner: Owner, but: bytes) -> None:
    """Whatever key an owner had before another was confirmed does not sign any more."""
    connection.execute(
        """
        update sharing.owner_key
        set replaced_at = house.city_now()
        where owner = %s and public_key <> %s and confirmed_at is not null and replaced_at is null
        """,
        (owner, but),
    )
