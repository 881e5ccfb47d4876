"""Once a minute, erasings that fell are finished."""

import threading

import structlog

from pars.actions import erasing
from pars.errors import Misconfigured, Unavailable
from pars.store.database import Store

EVERY_SECONDS = 60.0
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Finish what was begun, until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            erasing.finish(store)
        except Unavailable:
            log.warning("erasing waits")
        except Misconfigured as refusal:
            log.error("alarm", alarm="erasing", says=refusal.sentence)  # noqa: TRY400 - it names a key and no person
