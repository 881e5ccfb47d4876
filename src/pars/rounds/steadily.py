"""The beat of a round: what it does, again and again, until told to stop; a database that is away is waited for."""

import threading
from collections.abc import Callable

import structlog

from pars.errors import Unavailable

log = structlog.get_logger("pars.rounds")


def steadily(
    stop: threading.Event, seconds: float, name: str, *acts: Callable[[], object], at_once: bool = False
) -> None:
    """Do these acts every so many seconds, the first time after as many or `at_once`."""
    while not stop.wait(0.0 if at_once else seconds):
        at_once = False
        try:
            for act in acts:
                act()
        except Unavailable:
            log.warning("a round waits for the database", round=name)
