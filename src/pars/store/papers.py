"""Papers of the stores apart as rows: which was printed, when, by whom, and whether it was a copy."""

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
