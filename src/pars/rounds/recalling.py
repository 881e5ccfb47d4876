"""Once a minute, what was handed out about records that no partner can be shown any more is recalled."""

import threading

import structlog

from pars.actions import recalling
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 60.0
"""Not at once: a recall right behind the act that ended the record would tell by its place whose act that was."""
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Recall until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            recalling.recall_ended(store)
        except Unavailable:
            log.warning("recalling waits for the database")
