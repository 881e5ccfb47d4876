"""Every 200 ms, committed entries get their place in the log, and the tree is signed.

Any number may run, in any process that has the folder of the log: one at a time places, another takes over.
"""

import threading
import time
from collections.abc import Mapping, Sequence

import structlog

from pars.actions import placing
from pars.errors import Unavailable
from pars.ledger.note import NoteKey
from pars.ledger.proof import Cosigners, nobody
from pars.store.database import Store

EVERY_SECONDS = 0.2
"""From the beginning of one round to that of the next."""
RESTS_SECONDS = 0.02
"""Between two rounds, however long the first of them took."""
AWAY_SECONDS = 0.5
LOOKS_EVERY = 1.0
"""Seconds between two looks at whether an entry waits too long."""
SAYS_EVERY = 60.0
"""Seconds after which the same alarm is said again."""
log = structlog.get_logger("pars.rounds")


def run(store: Store, stop: threading.Event, cosign: Cosigners = nobody, witnesses: Sequence[NoteKey] = ()) -> None:
    """Place until told to stop; waits for a database that is away and for a disk that is full."""
    looks = says = began = time.monotonic()
    more = False
    while more or not stop.wait(max(RESTS_SECONDS, EVERY_SECONDS - (time.monotonic() - began))):
        told, began = None, time.monotonic()
        try:
            more = placing.place_some(store, cosign, witnesses).more and not stop.is_set()
            if time.monotonic() >= looks:
                looks = time.monotonic() + LOOKS_EVERY
                told = _stalled(store)
        except Unavailable as cause:
            more = False
            told = _trouble(cause)
            stop.wait(AWAY_SECONDS)
        if told is not None and time.monotonic() >= says:
            says = time.monotonic() + SAYS_EVERY
            log.error("alarm", **told)


def _stalled(store: Store) -> Mapping[str, object] | None:
    """What is said when an entry waits too long for its place: for how long, and what holds it (T17)."""
    found = placing.state(store)
    if not found.stalls:
        return None
    return {"alarm": "placing-stalled", "seconds": round(found.waits_seconds), "held_by": found.held_by}


def _trouble(cause: Unavailable) -> Mapping[str, object] | None:
    """What is said of what keeps this process from placing; a full disk has been told of already, once."""
    if cause.code == "log-disk":
        return None
    if cause.code == "log-folder":
        return {"alarm": cause.code, "why": cause.sentence}
    log.warning("placing waits for the database")
    return None
