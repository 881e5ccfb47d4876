"""Each night, and at once when the floor has changed, every agreement in force is proved again."""

import threading

import structlog

from pars.actions import proving
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 5.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Prove what is due until told to stop; the first time at once, since a changed floor keeps partners waiting."""
    while not stop.is_set():
        try:
            proving.prove_again(store)
        except Unavailable:
            log.warning("proving waits for the database")
        stop.wait(EVERY_SECONDS)
