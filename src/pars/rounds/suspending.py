"""Every five seconds, terms are ended whose agreement ends them for duties that are overdue."""

import threading

import structlog

from pars.actions import suspending
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 5.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """End them until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            suspending.suspend_overdue(store)
        except Unavailable:
            log.warning("suspending waits for the database")
