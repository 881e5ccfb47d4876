"""Half-typed forms as rows, sealed by the application; and forms that were sent and could not be taken."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

UNSENT: Final = "/unsent/"
"""Where the forms stand that were sent and could not be taken: pages of their own, which nobody types into."""


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


def drop(connection: Connection[TupleRow], account: UUID, form: str, *, as_kept: bytes | None = None) -> None:
    """Forget a form; `as_kept`: unless another state of it was kept since."""
    connection.execute(
        "delete from house.draft where account_id = %s and form = %s and sealed = coalesce(%s, sealed)",
        (account, form, as_kept),
    )


def newest(connection: Connection[TupleRow], account: UUID) -> str | None:
    """The form that was typed into last, within a day."""
    row = connection.execute(
        """
        select form
        from house.draft
        where account_id = %s and saved_at > clock_timestamp() - interval '1 day' and not starts_with(form, %s)
        order by saved_at desc
        limit 1
        """,
        (account, UNSENT),
    ).fetchone()
    return row[0] if row else None


def unsent(connection: Connection[TupleRow], account: UUID) -> Sequence[tuple[str, bytes]]:
    """The forms of an account that could not be taken within a day, the oldest first."""
    return connection.execute(
        """
        select form, sealed
        from house.draft
        where account_id = %s and starts_with(form, %s) and saved_at > clock_timestamp() - interval '1 day'
        order by saved_at
        """,
        (account, UNSENT),
    ).fetchall()


def one_at_a_time(connection: Connection[TupleRow], account: UUID) -> None:
    """Whoever counts the forms of an account and then keeps one does so alone until the end of their transaction."""
    connection.execute("select from house.account where id = %s for no key update", (account,))


def pages(connection: Connection[TupleRow], account: UUID, but: str) -> int:
    """In how many pages other than one something of an account is half typed, or was put back."""
    row = connection.execute(
        "select count(*) from house.draft where account_id = %s and form <> %s and not starts_with(form, %s)",
        (account, but, UNSENT),
    ).fetchone()
    return int(row[0]) if row else 0


def mark(connection: Connection[TupleRow], account: UUID, form: str, sealed: bytes) -> None:
    """Another state of a form that stands for no longer than it would have."""
    connection.execute(
        "update house.draft set sealed = %s where account_id = %s and form = %s", (sealed, account, form)
    )
