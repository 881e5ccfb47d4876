"""Longer delays of “who looked” as rows: who asked, who of another owner agreed, until when."""

from datetime import date
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Delay(NamedTuple):
    """A longer delay, asked for or agreed to."""

    id: UUID
    days: int
    reason: str
    until: date
    asked_by: UUID
    owner: str
    asked_on: date
    agreed_owner: str | None
    agreed_on: date | None
    stood_at: date | None


_SELECT: LiteralString = """
  select id, days, reason, until, asked_by, owner, asked_on, agreed_owner, agreed_on, stood_at
  from sharing.longer_delay
"""


def ask(  # noqa: PLR0913 - a delay has this many facts, all named
    connection: Connection[TupleRow],
    delay: UUID,
    *,
    days: int,
    reason: str,
    until: date,
    by: UUID,
    owner: str,
    on: date,
) -> None:
    """One owner asks for a longer delay."""
    connection.execute(
        "insert into sharing.longer_delay (id, days, reason, until, asked_by, owner, asked_on)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (delay, days, reason, until, by, owner, on),
    )


def hold(connection: Connection[TupleRow], delay: UUID) -> Delay | None:
    """One that was asked for, held until the transaction ends."""
    row = connection.execute(f"{_SELECT} where id = %s for update", (delay,)).fetchone()
    return Delay(*row) if row else None


def agree(connection: Connection[TupleRow], delay: UUID, *, by: UUID, owner: str, on: date, stood_at: date) -> None:
    """Another owner agrees; `stood_at` is the day that “who looked” had reached."""
    connection.execute(
        "update sharing.longer_delay set agreed_by = %s, agreed_owner = %s, agreed_on = %s, stood_at = %s"
        " where id = %s",
        (by, owner, on, stood_at, delay),
    )


def delays(connection: Connection[TupleRow], today: date) -> list[Delay]:
    """Those that are not over, newest first."""
    rows = connection.execute(f"{_SELECT} where until >= %s order by asked_on desc, id", (today,))
    return [Delay(*row) for row in rows]
