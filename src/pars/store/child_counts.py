"""Counts of the children as rows: what was counted, and which child was not there."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.errors import NotThere
from pars.store.arrests import insert


class Missing(NamedTuple):
    """A child who was not there, and since when that is not explained."""

    id: UUID
    child: UUID
    found_at: datetime


def keep(connection: Connection[TupleRow], row: Mapping[str, object]) -> None:
    """Write a count down."""
    insert(connection, "protected.child_count", row)


def differs(connection: Connection[TupleRow], count: UUID, child: UUID, at: datetime) -> UUID | None:
    """Write down that a child was not there; None when that stands already."""
    new = uuid4()
    done = connection.execute(
        """
        insert into protected.child_missing (id, count_id, child_id, found_at)
        values (%s, %s, %s, %s)
        on conflict do nothing
        """,
        (new, count, child, at),
    )
    return new if done.rowcount else None


def explain(connection: Connection[TupleRow], difference: UUID, how: str, by: UUID, at: datetime) -> UUID:
    """A difference is explained; whose it was."""
    row = connection.execute(
        """
        update protected.child_missing
        set how = %s, explained_by = %s, explained_at = %s
        where id = %s and explained_at is null
        returning child_id
        """,
        (how, by, at, difference),
    ).fetchone()
    if row is None:
        raise NotThere("there is no open difference by that number: it is explained, or never was")
    return UUID(str(row[0]))


def standing(connection: Connection[TupleRow]) -> list[Missing]:
    """The differences that nobody has explained, oldest first."""
    rows = connection.execute(
        "select id, child_id, found_at from protected.child_missing where explained_at is null order by found_at, id"
    )
    return [Missing(*row) for row in rows]


def newest(connection: Connection[TupleRow]) -> datetime | None:
    """When children were counted last."""
    row = connection.execute("select max(counted_at) from protected.child_count").fetchone()
    return row[0] if row else None


def not_counted(connection: Connection[TupleRow], began: datetime) -> bool:
    """Whether a child is kept since before a shift began, and nobody has counted since."""
    row = connection.execute(
        """
        select exists (select 1 from protected.child where custody = 'arrested' and arrested_at < %s)
          and not exists (select 1 from protected.child_count where counted_at >= %s)
        """,
        (began, began),
    ).fetchone()
    return bool(row and row[0])
