"""Entries as those read them who oversee: the public part, the leaf's hash, and whose account acted."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Entered(NamedTuple):
    """An entry: its public part, its leaf, the account that acted, and its place in the log once it has one."""

    nonce: UUID
    day: date
    public: Mapping[str, object]
    leaf: bytes
    account: UUID | None
    place: int | None


_SELECT = """
  select e.nonce, (e.public ->> 'day')::date, e.public, e.leaf, d.account_id, p.index
  from ledger.entry e
  left join ledger.detail d on d.nonce = e.nonce
  left join ledger.place p on p.nonce = e.nonce
"""


def entries(connection: Connection[TupleRow], nonces: Collection[UUID]) -> list[Entered]:
    """These entries, in the order of the log. By the ledger's door."""
    rows = connection.execute(f"{_SELECT} where e.nonce = any(%s) order by p.index nulls last, e.id", (list(nonces),))
    return [_entered(row) for row in rows]


def at_indices(connection: Connection[TupleRow], indices: Collection[int]) -> list[Entered]:
    """The entries with these places in the log, in its order."""
    rows = connection.execute(f"{_SELECT} where p.index = any(%s) order by p.index", (list(indices),))
    return [_entered(row) for row in rows]


def _entered(row: TupleRow) -> Entered:
    return Entered(row[0], row[1], row[2], bytes(row[3]), row[4], row[5])


def nonces_of(connection: Connection[TupleRow], account: UUID, since: datetime, until: datetime) -> list[UUID]:
    """The entries of what an account did from one instant up to another. By the ledger's door."""
    rows = connection.execute(
        """
        select e.nonce
        from ledger.entry e
        join ledger.detail d on d.nonce = e.nonce
        where d.account_id = %s and e.at >= %s and e.at < %s
        """,
        (account, since, until),
    )
    return [row[0] for row in rows]


def by_month(connection: Connection[TupleRow], verb: str) -> list[tuple[datetime, int]]:
    """How many entries of a verb there are, by month, newest first."""
    rows = connection.execute(
        """
        select date_trunc('month', at), count(*)
        from ledger.entry
        where verb = %s
        group by 1
        order by 1 desc
        limit 24
        """,
        (verb,),
    )
    return [(row[0], row[1]) for row in rows]


class Desk(NamedTuple):
    """Where somebody works: agency, duty, and a partner's unit."""

    name: str
    sign_in: str
    agency: str
    role: str
    unit: str | None


def desks(connection: Connection[TupleRow], accounts: Collection[UUID]) -> Mapping[UUID, Desk]:
    """Where these accounts work."""
    rows = connection.execute(
        """
        select a.id, a.full_name, a.sign_in, g.name, a.role, a.unit
        from house.account a
        join house.agency g on g.id = a.agency_id
        where a.id = any(%s)
        """,
        (list(accounts),),
    )
    return {row[0]: Desk(*row[1:]) for row in rows}
