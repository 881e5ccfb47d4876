"""Once a minute, what has served its time is forgotten."""

import threading

from pars.actions import consular, tidying
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 60.0


def run(store: Store, stop: threading.Event) -> None:
    """Tidy until told to stop."""
    steadily(stop, EVERY_SECONDS, "tidying", lambda: tidying.tidy(store), lambda: consular.erase(store))
