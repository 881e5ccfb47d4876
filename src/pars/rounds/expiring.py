"""Every two seconds, terms whose last day is over are ended and entered. They stopped answering at midnight anyway."""

import threading

import structlog

from pars.actions import agreements
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 2.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """End what is over until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            for name in agreements.over(store):
                agreements.expire(store, name)
        except Unavailable:
            log.warning("expiring waits for the database")
