"""Every few seconds each clock is looked at: what passed a limit is put to somebody on shift, who has to answer."""

import threading

import structlog

from pars.actions import calling
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 5.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Ring until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            calling.ring(store)
        except Unavailable:
            log.warning("ringing waits for the database")
