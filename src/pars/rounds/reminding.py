"""Every five seconds, what time has brought is said: a term is nearly over, an answer is late, a month is over."""

import threading

import structlog

from pars.actions import reminding, statements
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 5.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Say it until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            reminding.remind(store)
            statements.file(store)
        except Unavailable:
            log.warning("reminding waits for the database")
