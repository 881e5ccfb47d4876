"""Once a minute, what has served its time is forgotten."""

import threading

import structlog

from pars.actions import consular, tidying
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 60.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Tidy until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            tidying.tidy(store)
            consular.erase(store)
        except Unavailable:
            log.warning("tidying waits for the database")
