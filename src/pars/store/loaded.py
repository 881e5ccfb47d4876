"""Which rows of which files became arrests."""

from collections.abc import Set as AbstractSet

from psycopg import Connection
from psycopg.rows import TupleRow


def rows(connection: Connection[TupleRow], file: bytes) -> AbstractSet[int]:
    """The numbers of the rows of a file, named by its SHA-256, that were loaded before."""
    found = connection.execute("select row from house.loaded_row where file = %s", (file,))
    return frozenset(row for (row,) in found)


def take(connection: Connection[TupleRow], file: bytes, row: int) -> bool:
    """Take a row for this transaction; false when it became an arrest before, by another command a moment ago."""
    taken = connection.execute(
        "insert into house.loaded_row (file, row) values (%s, %s) on conflict do nothing", (file, row)
    )
    return bool(taken.rowcount)
