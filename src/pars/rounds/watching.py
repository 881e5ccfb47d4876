"""Every half second, what was disclosed is judged beside what could have been, and alarms fall.

Any number may run, in any process: each makes its own state from the log, and an alarm is one row.
"""

import threading

import structlog

from pars.actions import grading
from pars.actions.watching import Watching
from pars.errors import Unavailable
from pars.store.database import Store

EVERY_SECONDS = 0.5
SETTLES_EVERY = 10
"""Turns between two looks at whether a day has closed."""
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Judge until told to stop; a fresh start makes the state anew."""
    watching, turn = Watching(), 0
    while not stop.wait(EVERY_SECONDS):
        try:
            watching.watch(store)
            if turn % SETTLES_EVERY == 0:
                grading.settle(store)
            turn += 1
        except Unavailable:
            log.warning("the watch waits for the database")
