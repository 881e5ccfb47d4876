"""What ends when, and legal holds, as rows. The acting door finds what is over by columns that name nobody."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

_OVER = """
    from record.arrest a
    where a.left_at is not null
      and (a.court = 'decided' or a.exit <> 'none')
      and case %(what)s when 'interview' then a.interview = 'done' when 'protected' then a.complainants > 0
        when 'optional' then house.holds_optional(a.id) end
      and not exists (select 1 from house.ended e where e.arrest_id = a.id and e.what = %(what)s)
"""


class LegalHold(NamedTuple):
    """A legal hold with the number of its arrest; None where the record has moved to the children's since."""

    id: UUID
    number: int | None
    reason: str
    until: date
    placed_at: datetime
    lifted_at: datetime | None


def over(connection: Connection[TupleRow], what: str, left_before: datetime, today: date, most: int) -> list[UUID]:
    """Arrests of which that is to be ended: left before then, over in court, and without a legal hold.

    Protected persons stay until they have been told of everything that they are owed: somebody has to reach them.
    """
    rows = connection.execute(
        f"""
        select a.id {_OVER}
          and a.left_at < %(before)s
          and not exists (
            select 1 from house.legal_hold h where h.arrest_id = a.id and h.lifted_at is null and h.until >= %(today)s)
          and not (%(what)s = 'protected' and exists (
            select 1 from protected.notice n where n.arrest_id = a.id and n.told_at is null))
        order by a.left_at
        limit %(most)s
        """,
        {"what": what, "before": left_before, "today": today, "most": most},
    )
    return [row[0] for row in rows]


def left_by_month(connection: Connection[TupleRow], what: str) -> list[tuple[date, int]]:
    """How many arrests still have that to be ended, by the month in which custody ended."""
    rows = connection.execute(
        f"select date_trunc('month', a.left_at)::date, count(*) {_OVER} group by 1 order by 1", {"what": what}
    )
    return [(row[0], row[1]) for row in rows]


def end(connection: Connection[TupleRow], what: str, arrest: UUID, at: datetime) -> bool:
    """End that of one arrest; False when another process was first, or a legal hold came in between."""
    new = connection.execute(
        """
        insert into house.ended (arrest_id, what, ended_at)
        select %s, %s, %s
        where not exists (
          select 1 from house.legal_hold h where h.arrest_id = %s and h.lifted_at is null and h.until >= %s::date)
        on conflict do nothing
        """,
        (arrest, what, at, arrest, at),
    ).rowcount
    if new:
        connection.execute("select house.end_kept(%s, %s)", (what, arrest))
    return bool(new)


def ended(connection: Connection[TupleRow]) -> Sequence[tuple[str, date, int]]:
    """How much was ended, by kind and month, newest first."""
    rows = connection.execute(
        """
        select what, date_trunc('month', ended_at)::date, count(*)
        from house.ended
        group by 1, 2
        order by 2 desc, 1
        limit 60
        """
    )
    return [(row[0], row[1], row[2]) for row in rows]


def place(connection: Connection[TupleRow], row: tuple[UUID, UUID, str, date, UUID, datetime]) -> None:
    """A legal hold: id, arrest, reason, last day, by whom, when."""
    connection.execute(
        """
        insert into house.legal_hold (id, arrest_id, reason, until, placed_by, placed_at)
        values (%s, %s, %s, %s, %s, %s)
        """,
        row,
    )


def lift(connection: Connection[TupleRow], hold: UUID, by: UUID, at: datetime) -> bool:
    """End a legal hold; False when there is none, or it was lifted."""
    found = connection.execute(
        "update house.legal_hold set lifted_at = %s, lifted_by = %s where id = %s and lifted_at is null",
        (at, by, hold),
    )
    return found.rowcount == 1


def holds(connection: Connection[TupleRow]) -> list[LegalHold]:
    """Every legal hold, those at work first."""
    rows = connection.execute(
        """
        select h.id, a.number, h.reason, h.until, h.placed_at, h.lifted_at
        from house.legal_hold h
        left join record.arrest a on a.id = h.arrest_id
        order by h.lifted_at is not null, h.until, h.placed_at
        limit 500
        """
    )
    return [LegalHold(*row) for row in rows]
