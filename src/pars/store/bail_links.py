"""The chain of bail as rows: its newest link, and the terms that stood before it ended."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def newest(connection: Connection[TupleRow], arrest_id: UUID) -> tuple[str, str, int | None, int | None] | None:
    """The newest link of the chain of bail: action, type, amount and percent."""
    row = connection.execute(
        """
        select action, type, amount_usd, percent
        from record.bail
        where arrest_id = %s and position = 'order'
        order by id desc
        limit 1
        """,
        (arrest_id,),
    ).fetchone()
    return (row[0], row[1], row[2], row[3]) if row else None


def terms(connection: Connection[TupleRow], arrest_id: UUID) -> tuple[str, int | None, int | None] | None:
    """The terms that stood before bail was revoked or forfeited: type, amount and percent."""
    row = connection.execute(
        """
        select type, amount_usd, percent
        from record.bail
        where arrest_id = %s and position = 'order' and action not in ('revoked', 'forfeited', 'refunded')
        order by id desc
        limit 1
        """,
        (arrest_id,),
    ).fetchone()
    return (row[0], row[1], row[2]) if row else None
