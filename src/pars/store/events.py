"""Events of the outbox as rows, their positions, and the wake-up of who listens."""

import contextlib
import select
import socket
from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.errors import Unavailable
from pars.store.database import DOWN, Store
from pars.store.locks import Round, takes_round

CHANNEL = "pars_live"
Event = tuple[int, UUID | None]
"""A position and the arrest that changed; None when it was the openings by break-glass."""


def waiting(connection: Connection[TupleRow]) -> bool:
    """Whether any event has no position yet. Uses the index on events without one."""
    return connection.execute("select from live.event where position is null limit 1").fetchone() is not None


def place(connection: Connection[TupleRow]) -> int:
    """Positions for visible events without one, in the order in which they were written; then one wake-up.

    When exactly each was written is forgotten with that: it would tie the arrest to an entry of the same instant (T27).
    """
    if not takes_round(connection, Round.TAILING):
        return 0
    placed = connection.execute(
        """
        update live.event e
        set position = p.position, written_at = date_trunc('day', e.written_at)
        from (
          select id, nextval('live.position_seq') as position
          from (select id from live.event where position is null order by id) o
        ) p
        where e.id = p.id
        """
    ).rowcount
    if placed:
        connection.execute("select pg_notify(%s, '')", (CHANNEL,))
    return placed


def changed(connection: Connection[TupleRow], arrest_id: UUID) -> None:
    """Leave an event in the transaction of the act that changed an arrest: its line is to be read anew."""
    connection.execute("insert into live.event (arrest_id) values (%s)", (arrest_id,))


def openings_changed(connection: Connection[TupleRow], _entry: UUID) -> None:
    """Leave an event that concerns no arrest: what stands open by break-glass is to be asked anew."""
    connection.execute("insert into live.event (arrest_id) values (null)")


def since(connection: Connection[TupleRow], position: int, most: int) -> Sequence[Event]:
    """Events after a position, in order. Uses the unique index on `position`."""
    found = connection.execute(
        "select position, arrest_id from live.event where position > %s order by position limit %s", (position, most)
    )
    return [(row[0], row[1]) for row in found]


def newest(connection: Connection[TupleRow]) -> int:
    """The newest position; 0 when there is none."""
    row = connection.execute("select max(position) from live.event").fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def forget(connection: Connection[TupleRow], keep: int) -> int:
    """Forget all but the newest events; a page that is further behind gets the whole list."""
    return connection.execute(
        "delete from live.event where position <= (select max(position) from live.event) - %s", (keep,)
    ).rowcount


class Listener:
    """A connection of its own that waits for the wake-up; another thread can end the wait."""

    def __init__(self, store: Store) -> None:
        """Connect and listen; refused when the database is away."""
        try:
            self._connection = psycopg.connect(store.conninfo("pars_act"), autocommit=True)
            self._connection.execute(f"listen {CHANNEL}")
        except psycopg.OperationalError as cause:
            raise Unavailable(DOWN) from cause
        self._stirred, self._stirs = socket.socketpair()
        self._either = select.poll()  # a server with many open pages has more descriptors than `select.select` takes
        for descriptor in (self._connection.fileno(), self._stirred.fileno()):
            self._either.register(descriptor, select.POLLIN)

    def wait(self, seconds: float) -> bool:
        """Wait for a wake-up, at most so long; whether there was one."""
        try:
            if self._told():
                return True
            self._either.poll(seconds * 1000)
            return self._told()
        except psycopg.OperationalError as cause:
            raise Unavailable(DOWN) from cause

    def _told(self) -> bool:
        return any(True for _ in self._connection.notifies(timeout=0, stop_after=1))

    def stir(self) -> None:
        """End every wait at once, from now on; from any thread, and after `close`, too."""
        with contextlib.suppress(OSError):
            self._stirs.send(b".")

    def close(self) -> None:
        """Stop listening."""
        self._connection.close()
        self._stirred.close()
        self._stirs.close()


@contextlib.contextmanager
def listening(store: Store) -> Iterator[Listener]:
    """Listen for as long as the block runs."""
    listener = Listener(store)
    try:
        yield listener
    finally:
        listener.close()
