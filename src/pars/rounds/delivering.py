"""Steps that were taken are told to those who may be told of them, each asked for anew; and what has ended is erased.

Any number may run, in any process: each message is one try's alone.
"""

import threading

import structlog

from pars.actions import telling
from pars.clock import real_now
from pars.errors import Unavailable
from pars.store.database import Store
from pars.web import outgoing

EVERY_SECONDS = 0.5
TIDIES_EVERY = 4
"""Turns between two looks at what has ended."""
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event) -> None:
    """Match, tell and tidy until told to stop."""
    demo = telling.is_demo(store)
    turn = 0
    while not stop.wait(EVERY_SECONDS):
        try:
            if turn % TIDIES_EVERY == 0:
                telling.tidy(store, real_now())
            turn += 1
            while telling.match(store, real_now()):
                pass
            while not stop.is_set() and outgoing.deliver_next(store, demo=demo):
                pass
        except Unavailable:
            log.warning("messages wait for the database")
