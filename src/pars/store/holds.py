"""Reasons besides a case that keep somebody, as rows."""

from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def standing(connection: Connection[TupleRow], arrest_id: UUID, at: datetime) -> int:
    """How many reasons besides this case still keep the person."""
    row = connection.execute(
        """
        select count(*)
        from record.hold
        where arrest_id = %s and lifted_at is null and (expires_at is null or expires_at > %s)
        """,
        (arrest_id, at),
    ).fetchone()
    return int(row[0]) if row else 0


def lift(connection: Connection[TupleRow], hold_id: UUID, arrest_id: UUID, at: datetime) -> bool:
    """A hold of this arrest ends; whether it stood until now."""
    done = connection.execute(
        "update record.hold set lifted_at = %s where id = %s and arrest_id = %s and lifted_at is null",
        (at, hold_id, arrest_id),
    )
    return done.rowcount == 1


def heard(
    connection: Connection[TupleRow], hold_id: UUID, arrest_id: UUID, *, at: datetime, by: UUID, again: datetime | None
) -> bool:
    """The hearing on a hold was held, and when the next one is due; whether the hold of this arrest stands."""
    done = connection.execute(
        """
        update record.hold
        set heard_at = %s, heard_by = %s, hearing_due = %s
        where id = %s and arrest_id = %s and lifted_at is null
        """,
        (at, by, again, hold_id, arrest_id),
    )
    return done.rowcount == 1
