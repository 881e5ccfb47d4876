"""Once an hour, what is over its keeping time is ended, and accounts that have lapsed are told of."""

import threading

import structlog

from pars.actions import attesting, keeping
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 3600.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """End it until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            keeping.end_over(store, stop.is_set)
            attesting.enter_lapsed(store)
        except Unavailable:
            log.warning("keeping times wait for the database")
