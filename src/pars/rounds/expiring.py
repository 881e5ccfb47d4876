"""Every two seconds, terms whose last day is over are ended and entered. They stopped answering at midnight anyway."""

import threading

from pars.actions import agreements
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 2.0


def run(store: Store, stop: threading.Event) -> None:
    """End what is over until told to stop."""
    steadily(
        stop, EVERY_SECONDS, "expiring", lambda: [agreements.expire(store, name) for name in agreements.over(store)]
    )
