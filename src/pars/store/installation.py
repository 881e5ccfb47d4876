"""What this installation is: demonstration or real, how its city's time runs, and how far its migrations are."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.clock import Pace
from pars.errors import Misconfigured
from pars.store.migrate import all_migrations


class Installation(NamedTuple):
    """The one row."""

    kind: str
    city: str
    pace: Pace

    @property
    def log(self) -> str:
        """The name of its log: the origin of checkpoints and receipts; a demonstration's begins with DEMO."""
        name = "-".join(self.city.lower().split())
        return f"{'DEMO-' if self.kind == 'demo' else ''}pars/{name}"


def found(url: str, *, kind: str, city: str, city_start: datetime, real_start: datetime, speed: float) -> None:
    """Write the one row at birth, as the database's administrator; a second birth changes nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set role pars_owner")
        connection.execute(
            """
            insert into house.installation (kind, city, city_start, real_start, speed)
            values (%s, %s, %s, %s, %s)
            on conflict do nothing
            """,
            (kind, city, city_start, real_start, speed),
        )


@contextlib.contextmanager
def pacing(url: str) -> Iterator[Callable[[Pace], None]]:
    """While the block runs, how to let a demonstration's time run on; as the database's administrator.

    On one connection: a back story is told in hundreds of strides, and to connect takes longer than any of them.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set role pars_owner")

        def kept(pace: Pace) -> None:
            connection.execute(
                "update house.installation set city_start = %s, real_start = %s, speed = %s where kind = 'demo'",
                (pace.city_start, pace.real_start, pace.speed),
            )

        yield kept


def repace(url: str, pace: Pace) -> None:
    """Let a demonstration's time run on from here at another speed; as the database's administrator."""
    with pacing(url) as keep:
        keep(pace)


def installation(connection: Connection[TupleRow]) -> Installation:
    """The one row; refused when there is none."""
    row = connection.execute("select kind, city, city_start, real_start, speed from house.installation").fetchone()
    if row is None:
        raise Misconfigured("the database is empty; run pars migrate first")
    return Installation(row[0], row[1], Pace(row[2], row[3], row[4]))


def migrations_applied(connection: Connection[TupleRow]) -> int:
    """How many migrations the database has had."""
    try:
        row = connection.execute("select count(*) from public.pars_migration").fetchone()
    except psycopg.errors.UndefinedTable as cause:
        raise Misconfigured("the database has not been migrated") from cause
    return int(row[0]) if row else 0


def migrations_known() -> int:
    """How many migrations this version brings."""
    return len(all_migrations())


def oldest_unplaced_seconds(connection: Connection[TupleRow]) -> float:
    """For how long the oldest event has waited for its position; 0 when none waits."""
    row = connection.execute(
        "select extract(epoch from clock_timestamp() - min(written_at)) from live.event where position is null"
    ).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0


def last_entry_at(connection: Connection[TupleRow]) -> datetime | None:
    """The city's time at the newest entry; None when there is none."""
    row = connection.execute("select at from ledger.entry order by id desc limit 1").fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Health:
    """What the database says of itself: settings that keep what was acknowledged, and how much it holds."""

    version: str
    checksums: bool
    fsync: bool
    synchronous_commit: bool
    entries: int
    arrests: int


def health(url: str) -> Health:
    """Ask the database how it stands; as its administrator."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            """
            select current_setting('server_version'), current_setting('data_checksums'), current_setting('fsync'),
              current_setting('synchronous_commit'), (select count(*) from ledger.entry),
              (select count(*) from record.arrest)
            """
        ).fetchone()
    if row is None:
        raise Misconfigured("the database does not say how it stands")
    return Health(row[0], row[1] == "on", row[2] == "on", row[3] == "on", row[4], row[5])


def tidy(connection: Connection[TupleRow]) -> None:
    """Forget what has served its time: a look, which names arrests in the clear and is good for five seconds."""
    connection.execute("delete from ledger.look where asked_at < clock_timestamp() - interval '10 seconds'")
