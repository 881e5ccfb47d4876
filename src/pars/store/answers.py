"""What was answered to a request that may be sent twice, kept in the act's own transaction."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def place_of(account: UUID, key: str) -> str:
    """Where an answer is sealed."""
    return f"house.answered:{account}:{key}"


def take(connection: Connection[TupleRow], account: UUID, key: str, question: bytes) -> tuple[bytes, str, bytes] | None:
    """Take a key; None when it is new, otherwise the question, and the answer that it had, sealed, with its epoch.

    A request with the same key that is under way holds this one up until it has committed or rolled back.
    """
    new = connection.execute(
        "insert into house.answered (account_id, key, question) values (%s, %s, %s) on conflict do nothing",
        (account, key, question),
    ).rowcount
    if new:
        return None
    row = connection.execute(
        "select question, epoch, sealed from house.answered where account_id = %s and key = %s", (account, key)
    ).fetchone()
    return (bytes(row[0]), row[1], bytes(row[2])) if row else None


def keep(connection: Connection[TupleRow], account: UUID, key: str, epoch: str, sealed: bytes) -> None:
    """Keep the answer beside its key, sealed in the epoch of its entry: it names the entry and the arrest together."""
    connection.execute(
        "update house.answered set epoch = %s, sealed = %s where account_id = %s and key = %s",
        (epoch, sealed, account, key),
    )


def forget(connection: Connection[TupleRow]) -> None:
    """Forget the answers of yesterday, and half-typed forms that nobody came back to for a day."""
    connection.execute("delete from house.answered where at < clock_timestamp() - interval '1 day'")
    connection.execute("delete from house.draft where saved_at < clock_timestamp() - interval '1 day'")
