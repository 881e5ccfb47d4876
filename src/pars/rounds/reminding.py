"""Every five seconds, what time has brought is said: a term is nearly over, an answer is late, a month is over."""

import threading

from pars.actions import reminding, statements
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 5.0


def run(store: Store, stop: threading.Event) -> None:
    """Say it until told to stop."""
    steadily(stop, EVERY_SECONDS, "reminding", lambda: reminding.remind(store), lambda: statements.file(store))
