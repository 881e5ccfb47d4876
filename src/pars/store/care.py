"""Care as rows: notes that the act adds and cannot read, watches and their checks, freezes, and the reports owed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Watch(NamedTuple):
    """Somebody who is looked at every so many minutes."""

    id: UUID
    arrest: UUID
    every_minutes: int
    checked_at: datetime

    @property
    def due_at(self) -> datetime:
        """When the next check is due."""
        return self.checked_at + timedelta(minutes=self.every_minutes)


_WATCHES = "select id, arrest_id, every_minutes, checked_at from care.watch where ended_at is null"


def watches(connection: Connection[TupleRow]) -> list[Watch]:
    """Every watch at work, the one whose check is due first at the top."""
    rows = connection.execute(_WATCHES + " order by checked_at + make_interval(mins => every_minutes)", prepare=True)
    return [Watch(*row) for row in rows]


def watch_of(connection: Connection[TupleRow], arrest: UUID) -> Watch | None:
    """The watch of somebody, locked; None without one."""
    row = connection.execute(_WATCHES + " and arrest_id = %s for no key update", (arrest,)).fetchone()
    return Watch(*row) if row else None


def begin_watch(connection: Connection[TupleRow], watch: UUID, arrest: UUID, every_minutes: int, at: datetime) -> None:
    """A watch begins; the first check is due after one interval."""
    connection.execute(
        "insert into care.watch (id, arrest_id, every_minutes, begun_at, checked_at) values (%s, %s, %s, %s, %s)",
        (watch, arrest, every_minutes, at, at),
    )


def checked(connection: Connection[TupleRow], watch: UUID, at: datetime) -> None:
    """Somebody looked."""
    connection.execute("update care.watch set checked_at = greatest(checked_at, %s) where id = %s", (at, watch))


def end_watch(connection: Connection[TupleRow], arrest: UUID, at: datetime) -> bool:
    """A watch ends; False when there was none."""
    done = connection.execute(
        "update care.watch set ended_at = %s where arrest_id = %s and ended_at is null", (at, arrest)
    )
    return done.rowcount > 0


def was_watched(connection: Connection[TupleRow], arrest: UUID, at: datetime) -> bool:
    """Whether somebody was on a watch at that time."""
    row = connection.execute(
        """
        select exists (
          select 1
          from care.watch
          where arrest_id = %(arrest)s
            and begun_at <= %(at)s
            and coalesce(ended_at > %(at)s, true))
        """,
        {"arrest": arrest, "at": at},
    ).fetchone()
    return bool(row and row[0])


def freeze(connection: Connection[TupleRow], arrest: UUID, code: str, at: datetime, by: UUID) -> None:
    """Nothing from before is changed any more."""
    connection.execute(
        """
        insert into care.freeze (arrest_id, code, frozen_at, frozen_by)
        values (%s, %s, %s, %s)
        on conflict do nothing
        """,
        (arrest, code, at, by),
    )


def frozen_at(connection: Connection[TupleRow], arrest: UUID) -> datetime | None:
    """When what was written about somebody was frozen; None while it is not."""
    row = connection.execute("select max(frozen_at) from care.freeze where arrest_id = %s", (arrest,)).fetchone()
    return row[0] if row else None


class ReportOwed(NamedTuple):
    """A report that is owed, and until when."""

    id: UUID
    arrest: UUID
    report: str
    due_at: datetime
    done_at: datetime | None


def owe(connection: Connection[TupleRow], report_id: UUID, arrest: UUID, report: str, due_at: datetime) -> None:
    """A report is owed from now on."""
    connection.execute(
        "insert into care.report_owed (id, arrest_id, report, due_at) values (%s, %s, %s, %s)",
        (report_id, arrest, report, due_at),
    )


def owed(connection: Connection[TupleRow]) -> Sequence[ReportOwed]:
    """The reports that nobody has given yet, the first due at the top."""
    rows = connection.execute(
        "select id, arrest_id, report, due_at, done_at from care.report_owed where done_at is null order by due_at"
    )
    return [ReportOwed(*row) for row in rows]


def given(connection: Connection[TupleRow], report_id: UUID, by: UUID, at: datetime) -> UUID | None:
    """A report was given; whose it was, None when it is not owed any more."""
    row = connection.execute(
        "update care.report_owed set done_at = %s, done_by = %s where id = %s and done_at is null returning arrest_id",
        (at, by, report_id),
    ).fetchone()
    return row[0] if row else None
