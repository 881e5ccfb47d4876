"""Counts of cell blocks as rows: who should be there, what was counted, and the differences that stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.errors import NotThere
from pars.record.counts import IN_CELLS, How, Kind
from pars.store.arrests import insert

_IN_CELLS = [custody.value for custody in IN_CELLS]


def should_be_there(connection: Connection[TupleRow], site: str) -> list[UUID]:
    """Whom the record places in the cells of a site, by cell. Uses the partial index on who is in custody."""
    rows = connection.execute(
        """
        select id
        from record.arrest
        where site = %s
          and custody = any(%s)
          and custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail',
            'release-owed')
        order by cell, arrested_at
        """,
        (site, _IN_CELLS),
    )
    return [row[0] for row in rows]


def not_counted(connection: Connection[TupleRow], began: datetime) -> list[str]:
    """Sites whose cells nobody has counted since a shift began, with people in them who were arrested before it."""
    rows = connection.execute(
        """
        select distinct a.site
        from record.arrest a
        join house.site s on s.code = a.site
        where s.kind = 'booking'
          and a.custody = any(%s)
          and a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail',
            'release-owed')
          and a.arrested_at < %s
          and not exists (select 1 from record.cell_count k where k.site = a.site and k.counted_at >= %s)
        order by a.site
        """,
        (_IN_CELLS, began, began),
    )
    return [row[0] for row in rows]


def keep(connection: Connection[TupleRow], row: Mapping[str, object]) -> None:
    """Write a count down."""
    insert(connection, "record.cell_count", row)


def differs(connection: Connection[TupleRow], row: Mapping[str, object]) -> None:
    """Write down that people and rows differ."""
    insert(connection, "record.count_difference", row)


class Difference(NamedTuple):
    """A difference that stands: which way, whose row or which cell, and to whom it was handed."""

    id: UUID
    site: str
    kind: Kind
    arrest: UUID | None
    cell: str | None
    found_at: datetime
    handed_to: UUID | None
    handed_name: str | None
    handed_at: datetime | None


_STANDING = """
    select d.id, d.site, d.kind, d.arrest_id, d.cell, d.found_at, d.handed_to, a.full_name, d.handed_at
    from record.count_difference d
    left join house.account a on a.id = d.handed_to
    where d.explained_at is null and """


def _difference(row: TupleRow) -> Difference:
    return Difference(row[0], row[1], Kind(row[2]), *row[3:])


def standing(connection: Connection[TupleRow], site: str) -> list[Difference]:
    """The differences of a site that nobody has explained, oldest first."""
    rows = connection.execute(_STANDING + "d.site = %s order by d.found_at, d.id", (site,))
    return [_difference(row) for row in rows]


def hold(connection: Connection[TupleRow], difference: UUID) -> Difference:
    """Lock a difference that stands; refused when there is none by that number."""
    row = connection.execute(_STANDING + "d.id = %s for no key update of d", (difference,)).fetchone()
    if row is None:
        raise NotThere("there is no open difference by that number: it is explained, or never was")
    return _difference(row)


def explain(
    connection: Connection[TupleRow], difference: UUID, how: How, by: UUID, at: datetime, arrest: UUID | None = None
) -> None:
    """A difference is explained; `arrest` is the row that a person without one was given."""
    connection.execute(
        """
        update record.count_difference
        set how = %s, explained_by = %s, explained_at = %s, arrest_id = coalesce(%s, arrest_id)
        where id = %s
        """,
        (how.value, by, at, arrest, difference),
    )


def hand_to(connection: Connection[TupleRow], difference: UUID, account: UUID, at: datetime) -> None:
    """A difference is somebody's by name from now on."""
    connection.execute(
        "update record.count_difference set handed_to = %s, handed_at = %s where id = %s", (account, at, difference)
    )


class SiteCounted(NamedTuple):
    """How a site stands with its counts."""

    site: str
    name: str
    counted_at: datetime | None
    expected: int | None
    present: int | None
    standing: int


def sites(connection: Connection[TupleRow]) -> list[SiteCounted]:
    """Each booking site with its newest count and how many differences stand."""
    rows = connection.execute(
        """
        select s.code, s.name, c.counted_at, c.expected, c.present,
          (select count(*) from record.count_difference d where d.site = s.code and d.explained_at is null)
        from house.site s
        left join lateral (
          select k.counted_at, k.expected, k.present
          from record.cell_count k
          where k.site = s.code
          order by k.counted_at desc
          limit 1) c on true
        where s.kind = 'booking'
        order by s.code
        """
    )
    return [SiteCounted(*row) for row in rows]
