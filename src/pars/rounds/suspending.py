"""Every five seconds, terms are ended whose agreement ends them for duties that are overdue."""

import threading

from pars.actions import suspending
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 5.0


def run(store: Store, stop: threading.Event) -> None:
    """End them until told to stop."""
    steadily(stop, EVERY_SECONDS, "suspending", lambda: suspending.suspend_overdue(store))
