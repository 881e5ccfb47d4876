"""Needs as rows: what is open, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.errors import NotThere


class Need(NamedTuple):
    """A need that is open: whose, which, since when, and how far it has come."""

    id: UUID
    arrest: UUID
    kind: str
    language: str | None
    noted_at: datetime
    asked_at: datetime | None
    found_at: datetime | None


_OPEN = """
    select n.id, n.arrest_id, n.kind, n.language, n.noted_at, n.asked_at, n.found_at
    from record.need n
    where n.ended_at is null"""


def open_needs(connection: Connection[TupleRow]) -> list[Need]:
    """The needs of people who are kept that nobody has met yet, oldest first."""
    rows = connection.execute(
        _OPEN
        + """
          and exists (
            select 1 from record.arrest a
            where a.id = n.arrest_id and a.court in ('not-listed', 'listed')
              and a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail'))
        order by n.noted_at
        """,
        prepare=True,
    )
    return [Need(*row) for row in rows]


def hold(connection: Connection[TupleRow], need: UUID) -> Need:
    """Lock a need that is open."""
    row = connection.execute(_OPEN + " and n.id = %s for no key update of n", (need,)).fetchone()
    if row is None:
        raise NotThere("there is no open need by that number")
    return Need(*row)


def change(connection: Connection[TupleRow], need: UUID, row: Mapping[str, object]) -> None:
    """Write down what became of a need."""
    connection.execute(
        sql.SQL("update record.need set {} where id = %s").format(
            sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in row)
        ),
        [*row.values(), need],
    )


def language(connection: Connection[TupleRow], arrest: UUID) -> str | None:
    """The language for which an interpreter is needed, for the list of the session; None when none is."""
    row = connection.execute(
        """
        select language
        from record.need
        where arrest_id = %s and kind in ('spoken-language', 'sign-language') and language is not null
        order by noted_at desc
        limit 1
        """,
        (arrest,),
    ).fetchone()
    return row[0] if row else None
