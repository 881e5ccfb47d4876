"""Records that stand for nobody, as rows. By the acting door: the doors that show the record cannot read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.record.roles import Owner


class Canary(NamedTuple):
    """A record that one owner proposed, and another confirmed or has not yet; `ended_at` is None while it stands.

    `number` is the arrest's; None of a record that has moved to the children's since.
    """

    id: UUID
    arrest: UUID
    number: int | None
    proposed_owner: Owner
    proposed_at: datetime
    confirmed_owner: Owner | None
    confirmed_at: datetime | None
    ended_at: datetime | None


_CANARY: LiteralString = """
  select c.id, c.arrest_id, a.number, c.proposed_owner, c.proposed_at, c.confirmed_owner, c.confirmed_at, c.ended_at
  from watch.canary c
  left join record.arrest a on a.id = c.arrest_id
"""


def canaries(connection: Connection[TupleRow]) -> Sequence[Canary]:
    """Every one, the newest first."""
    rows = connection.execute(f"{_CANARY} order by c.proposed_at desc, c.id")
    return [_canary(row) for row in rows]


def canary(connection: Connection[TupleRow], canary_id: UUID) -> Canary | None:
    """One that stands or waits; None when there is none by that number."""
    row = connection.execute(f"{_CANARY} where c.id = %s and c.ended_at is null", (canary_id,)).fetchone()
    return _canary(row) if row else None


def _canary(row: TupleRow) -> Canary:
    confirmed = Owner(row[5]) if row[5] else None
    return Canary(row[0], row[1], row[2], Owner(row[3]), row[4], confirmed, row[6], row[7])


class Fit(NamedTuple):
    """What of an arrest decides whether it can stand for nobody."""

    id: UUID
    charged: bool
    gone: bool
    open: bool


def fit(connection: Connection[TupleRow], number: int | None) -> Fit | None:
    """The arrest of that number: whether its charge stands, everybody has left, and access to it is open."""
    row = connection.execute(
        """
        select id,
          exists (select 1 from record.step s where s.arrest_id = a.id and s.step in ('charge', 'charge-by-summons')),
          left_at is not null, access = 'open'
        from record.arrest a
        where number = %s
        """,
        (number,),
    ).fetchone()
    return Fit(*row) if row else None


def stands(connection: Connection[TupleRow], arrest_id: UUID) -> bool:
    """Whether an arrest stands for nobody now. By canary_by_arrest."""
    row = connection.execute(
        "select 1 from watch.canary where arrest_id = %s and ended_at is null and confirmed_at is not null",
        (arrest_id,),
    ).fetchone()
    return row is not None


def propose(connection: Connection[TupleRow], new: UUID, arrest_id: UUID, owner: Owner, by: UUID) -> bool:
    """Write down what an owner proposes; False when the arrest is proposed or stands. By canary_by_arrest."""
    made = connection.execute(
        "insert into watch.canary (id, arrest_id, proposed_owner, proposed_by) values (%s, %s, %s, %s)"
        " on conflict (arrest_id) where ended_at is null do nothing",
        (new, arrest_id, owner.value, by),
    )
    return made.rowcount == 1


def confirm(connection: Connection[TupleRow], canary_id: UUID, owner: Owner, by: UUID) -> bool:
    """Another owner confirms; False when somebody was faster."""
    made = connection.execute(
        """
        update watch.canary
        set confirmed_owner = %s, confirmed_by = %s, confirmed_at = house.city_now()
        where id = %s and confirmed_at is null and ended_at is null
        """,
        (owner.value, by, canary_id),
    )
    return made.rowcount == 1


def drop_proposal(connection: Connection[TupleRow], arrest_id: UUID, owner: Owner | None, by: UUID) -> UUID | None:
    """What was proposed of an arrest, and waits, is over; which that was. By canary_by_arrest."""
    row = connection.execute(
        """
        update watch.canary
        set ended_owner = %s, ended_by = %s, ended_at = house.city_now()
        where arrest_id = %s and confirmed_at is null and ended_at is null
        returning id
        """,
        (owner and owner.value, by, arrest_id),
    ).fetchone()
    return row[0] if row else None


def end(connection: Connection[TupleRow], canary_id: UUID, owner: Owner, by: UUID) -> bool:
    """It stands for nobody no longer; False when somebody was faster."""
    made = connection.execute(
        """
        update watch.canary
        set ended_owner = %s, ended_by = %s, ended_at = house.city_now()
        where id = %s and ended_at is null
        """,
        (owner.value, by, canary_id),
    )
    return made.rowcount == 1
