"""What ties a look to a duty, as rows: the shared locks, whose arrest it is, and who was assigned to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.errors import Conflicts
from pars.record.arrest import IN_CUSTODY

_KEPT = [custody.value for custody in IN_CUSTODY]


def share_look(connection: Connection[TupleRow], account: UUID, arrests: Sequence[UUID] = ()) -> bool:
    """Share the locks of the one who looks and of these arrests; whether the account still works.

    A list gives no arrests: one lock for each of its people would be too dear, and the wall asks again for each row.
    """
    row = connection.execute("select house.share_look(%s, %s)", (account, list(arrests)), prepare=True).fetchone()
    return bool(row and row[0])


class Ties(NamedTuple):
    """How an arrest stands to somebody: whether it is theirs; and whether its access is limited and nobody kept."""

    own: bool
    limited: bool


def ties(
    connection: Connection[TupleRow], arrest_id: UUID, account: UUID, *, agency_id: int, badge: str | None, days: int
) -> Ties | None:
    """How an arrest is tied to an account; None when there is none that anybody could still see."""
    row = connection.execute(
        """
        select
          (a.arrested_at > house.city_now() - make_interval(days => %(days)s)
            and (a.written_by = %(account)s or (a.agency_id = %(agency)s and %(badge)s::text = any(a.officers))))
          or exists (
            select 1 from record.step s
            where s.arrest_id = a.id
              and s.taken_by = %(account)s
              and s.at > house.city_now() - make_interval(days => %(days)s))
          or exists (
            select 1 from record.assignment g
            where g.arrest_id = a.id and g.account_id = %(account)s and g.ended_at is null),
          a.access <> 'open' and not a.custody = any(%(kept)s)
        from record.arrest a
        where a.id = %(arrest)s and (a.access <> 'expunged' or a.custody = any(%(kept)s))
        """,
        {"arrest": arrest_id, "account": account, "agency": agency_id, "badge": badge, "days": days, "kept": _KEPT},
        prepare=True,
    ).fetchone()
    return Ties(bool(row[0]), bool(row[1])) if row else None


def at_work(connection: Connection[TupleRow], accounts: Sequence[UUID]) -> set[UUID]:
    """Which of these accounts are active and confirmed."""
    rows = connection.execute(
        "select id from house.account where id = any(%s) and state = 'active' and confirmed_by is not null",
        (list(accounts),),
        prepare=True,
    )
    return {row[0] for row in rows}


class Assigned(NamedTuple):
    """Somebody to whom an arrest is assigned."""

    id: UUID
    account: UUID
    full_name: str
    role: str
    assigned_at: datetime


def assigned(connection: Connection[TupleRow], arrest_id: UUID) -> list[Assigned]:
    """To whom an arrest is assigned now."""
    rows = connection.execute(
        """
        select g.id, g.account_id, a.full_name, a.role, g.assigned_at
        from record.assignment g
        join house.account a on a.id = g.account_id
        where g.arrest_id = %s and g.ended_at is null
        order by g.assigned_at
        """,
        (arrest_id,),
    )
    return [Assigned(*row) for row in rows]


def assigned_to(connection: Connection[TupleRow], account: UUID) -> list[UUID]:
    """The arrests that are assigned to somebody now and were not expunged, the newest assignment first."""
    rows = connection.execute(
        """
        select g.arrest_id
        from record.assignment g
        join record.arrest a on a.id = g.arrest_id
        where g.account_id = %s and g.ended_at is null and a.access = 'open'
        order by g.assigned_at desc
        limit 500
        """,
        (account,),
    )
    return [row[0] for row in rows]


def assign(connection: Connection[TupleRow], assignment: UUID, arrest_id: UUID, account: UUID, by: UUID) -> None:
    """Assign an arrest to somebody."""
    if any(one.account == account for one in assigned(connection, arrest_id)):
        raise Conflicts("this arrest is assigned to them already", code="assigned")
    connection.execute(
        "insert into record.assignment (id, arrest_id, account_id, assigned_by) values (%s, %s, %s, %s)",
        (assignment, arrest_id, account, by),
    )


def end_assignment(connection: Connection[TupleRow], assignment: UUID) -> None:
    """An assignment ends."""
    connection.execute("update record.assignment set ended_at = house.city_now() where id = %s", (assignment,))
