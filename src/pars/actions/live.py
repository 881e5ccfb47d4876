"""What open pages hear: positions of events, in an order that nothing can slip behind.

An act leaves its event in its own transaction; the tailer gives positions to whatever has become visible, commits, and
only then wakes the pages, with a position and never with data.
"""

from collections.abc import Sequence

from pars.store import events
from pars.store.database import Store
from pars.store.events import Event


def place_events(store: Store) -> int:
    """Give positions to the events that have none; how many. Does nothing when another tailer is at it."""
    with store.glance("pars_ledger") as connection:  # nearly always none has, and a transaction is four messages
        if not events.waiting(connection):
            return 0
    with store.transaction("pars_ledger") as connection:
        return events.place(connection)


def since(store: Store, position: int, most: int = 500) -> Sequence[Event]:
    """Events after a position, in order."""
    with store.transaction("pars_act") as connection:
        return events.since(connection, position, most)


def newest(store: Store) -> int:
    """The newest position; 0 when there is none."""
    with store.transaction("pars_act") as connection:
        return events.newest(connection)
