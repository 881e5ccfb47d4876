"""Statements that were filed, as rows; and from which day on there is something to state."""

from datetime import date, datetime
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.store.days import day_in_city


class Filed(NamedTuple):
    """A statement as it was filed, the hash of its bytes, and when."""

    period: str
    content: str
    sha256: str
    filed_at: datetime


def began_on(connection: Connection[TupleRow]) -> date | None:
    """The day on which the first agreement came into force; None when none ever did."""
    row = connection.execute(f"select {day_in_city('min(began_at)')} from sharing.term").fetchone()
    return row[0] if row else None


def names(connection: Connection[TupleRow]) -> set[str]:
    """The months and quarters whose statements were filed."""
    return {row[0] for row in connection.execute("select period from watch.statement")}


def filed(connection: Connection[TupleRow], period: str) -> Filed | None:
    """The statement of a month or a quarter as it was filed; None while it was not."""
    row = connection.execute(
        "select period, content, sha256, filed_at from watch.statement where period = %s", (period,)
    ).fetchone()
    return Filed(*row) if row else None


def file(connection: Connection[TupleRow], period: str, content: str, sha256: str) -> bool:
    """File a statement; False when it was filed before."""
    made = connection.execute(
        "insert into watch.statement (period, content, sha256) values (%s, %s, %s) on conflict do nothing",
        (period, content, sha256),
    )
    return made.rowcount == 1
