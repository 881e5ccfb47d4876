"""Which program has served this record, as rows."""

from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow


def newest(connection: Connection[TupleRow]) -> str | None:
    """The digest of the program that served last."""
    row = connection.execute("select digest from house.code order by id desc limit 1").fetchone()
    return row[0] if row else None


def change(connection: Connection[TupleRow], version: str, digest: str, by: str, at: datetime) -> None:
    """Another program serves from now on."""
    connection.execute(
        "insert into house.code (version, digest, deployed_by, since) values (%s, %s, %s, %s)",
        (version, digest, by, at),
    )
