"""Blank sheets as rows: which were printed, which were entered, and which were never used."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Kept(NamedTuple):
    """A sheet. `printed_at` is None for one that was printed where no database was."""

    number: str
    site: str | None
    printed_at: datetime | None
    entered_at: datetime | None
    unused: str | None


def printed(connection: Connection[TupleRow], numbers: Iterable[str], site: str, at: datetime) -> None:
    """Blank sheets that were printed."""
    connection.cursor().executemany(
        "insert into house.sheet (number, site, printed_at) values (%s, %s, %s)",
        [(number, site, at) for number in numbers],
    )


def enter(connection: Connection[TupleRow], number: str, site: str | None, by: UUID, at: datetime) -> bool:
    """Use a sheet, whether its printing is known or not; False when it was used or struck off before."""
    found = connection.execute(
        """
        insert into house.sheet (number, site, entered_at, entered_by)
        values (%s, %s, %s, %s)
        on conflict (number) do update set entered_at = excluded.entered_at, entered_by = excluded.entered_by
        where sheet.entered_at is null and sheet.unused is null
        """,
        (number, site, at, by),
    )
    return found.rowcount == 1


def strike(connection: Connection[TupleRow], number: str, reason: str) -> bool:
    """Say that a sheet was not used; False when there is no such sheet, or it was used or struck off before."""
    found = connection.execute(
        "update house.sheet set unused = %s where number = %s and entered_at is null and unused is null",
        (reason, number),
    )
    return found.rowcount == 1


def every(connection: Connection[TupleRow]) -> list[Kept]:
    """Sheets that nobody has accounted for, oldest first, and then the newest hundred of the others."""
    rows = connection.execute(
        """
        (select number, site, printed_at, entered_at, unused
         from house.sheet
         where entered_at is null and unused is null
         order by printed_at, number)
        union all
        (select number, site, printed_at, entered_at, unused
         from house.sheet
         where entered_at is not null or unused is not null
         order by coalesce(entered_at, printed_at) desc, number
         limit 100)
        """
    )
    return [Kept(*row) for row in rows]
