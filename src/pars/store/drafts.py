"""Half-typed forms as rows, sealed by the application."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def put(connection: Connection[TupleRow], account: UUID, form: str, sealed: bytes) -> None:
    """Keep the newest state of a form."""
    connection.execute(
        """
        insert into house.draft (account_id, form, sealed)
        values (%s, %s, %s)
        on conflict (account_id, form) do update set sealed = excluded.sealed, saved_at = clock_timestamp()
        """,
        (account, form, sealed),
    )


def get(connection: Connection[TupleRow], account: UUID, form: str) -> bytes | None:
    """The sealed state of a form."""
    row = connection.execute(
        "select sealed from house.draft where account_id = %s and form = %s", (account, form)
    ).fetchone()
    return bytes(row[0]) if row else None


def drop(connection: Connection[TupleRow], account: UUID, form: str) -> None:
    """Forget a form."""
    connection.execute("delete from house.draft where account_id = %s and form = %s", (account, form))


def newest(connection: Connection[TupleRow], account: UUID) -> str | None:
    """The form that was typed into last, within a day."""
    row = connection.execute(
        """
        select form
        from house.draft
        where account_id = %s and saved_at > clock_timestamp() - interval '1 day'
        order by saved_at desc
        limit 1
        """,
        (account,),
    ).fetchone()
    return row[0] if row else None
