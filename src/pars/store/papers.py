"""Papers as rows: which was printed, when, by whom, and whether it was a copy; those of the stores apart by shelf."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.store.arrests import insert


class Shelf(StrEnum):
    """Where printings of a store apart are written, by its table."""

    CARE = "care.paper"
    CHILD = "protected.child_paper"


_KEY = {Shelf.CARE: "arrest_id", Shelf.CHILD: "child_id"}


def printed(connection: Connection[TupleRow], shelf: Shelf, whose: UUID, row: dict[str, object]) -> bool:
    """Write a printing down; whether the same paper was printed before, so that this one is a copy."""
    query = sql.SQL("select 1 from {} where {} = %s and kind = %s limit 1").format(
        sql.Identifier(*shelf.value.split(".")), sql.Identifier(_KEY[shelf])
    )
    copy = connection.execute(query, (whose, row["kind"])).fetchone() is not None
    insert(connection, shelf.value, {**row, _KEY[shelf]: whose, "copy": copy})
    return copy


def printed_by(connection: Connection[TupleRow], ids: Sequence[UUID], printed_by: UUID) -> set[tuple[UUID, str]]:
    """Which papers of these arrests somebody has printed: arrest and kind."""
    rows = connection.execute(
        "select arrest_id, kind from record.paper where arrest_id = any(%s) and printed_by = %s",
        (list(ids), printed_by),
    )
    return {(row[0], row[1]) for row in rows}


def printed_before(connection: Connection[TupleRow], arrest_id: UUID, kind: str) -> bool:
    """Whether this paper of this arrest was printed before."""
    row = connection.execute(
        "select 1 from record.paper where arrest_id = %s and kind = %s limit 1", (arrest_id, kind)
    ).fetchone()
    return row is not None
