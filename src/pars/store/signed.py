"""Whether the log is signed, as far as the acting door may know: when it was, and whether it is behind."""

from datetime import datetime
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow


class Signed(NamedTuple):
    """When the log was signed last, real time; how long ago by the database's clock; whether it lacks entries."""

    at: datetime
    seconds_ago: float
    behind: bool


COLUMNS = "h.signed_at, extract(epoch from clock_timestamp() - h.signed_at)::double precision, h.behind"
"""Of `ledger.head h`, for statements of others that ask on the way."""


def read(connection: Connection[TupleRow]) -> Signed:
    """How it is now."""
    row = connection.execute(f"select {COLUMNS} from ledger.head h", prepare=True).fetchone()
    if row is None:
        raise LookupError("the log has no head")
    return Signed(*row)
