"""A second signature on a partner's inquiry, by another person of the same agency, used once."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def sign(connection: Connection[TupleRow], agency_id: int, account: UUID, question: bytes) -> None:
    """Sign an inquiry that somebody else of the agency will ask."""
    connection.execute(
        "insert into sharing.cosignature (agency_id, signed_by, question) values (%s, %s, %s)",
        (agency_id, account, question),
    )


def waits(connection: Connection[TupleRow], agency_id: int, asks: UUID, question: bytes) -> bool:
    """Whether somebody else's signature of the last half hour waits for this question; asking uses it up."""
    row = connection.execute(
        """
        select 1
        from sharing.cosignature
        where agency_id = %s
          and question = %s
          and signed_by <> %s
          and signed_at > clock_timestamp() - interval '30 minutes'
        limit 1
        """,
        (agency_id, question, asks),
    ).fetchone()
    return row is not None


def forget(connection: Connection[TupleRow]) -> None:
    """Forget signatures that nobody used in time: who knows a person can tell that a question was about them."""
    connection.execute("delete from sharing.cosignature where signed_at < clock_timestamp() - interval '1 hour'")
