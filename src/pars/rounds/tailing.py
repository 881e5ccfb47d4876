"""The tailer: every 10 ms it gives positions to the events that acts have left, and wakes the open pages.

Any number may run, in any process: the database lets one at a time place.
"""

import threading

import structlog

from pars.actions import live
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 0.01
AWAY_SECONDS = 0.5
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Place events until told to stop; waits for a database that is away."""
    while not stop.wait(EVERY_SECONDS):
        try:
            live.place_events(store)
        except Unavailable:
            log.warning("events wait for the database")
            stop.wait(AWAY_SECONDS)
