"""Once an hour, what is over its keeping time is ended, and accounts that have lapsed are told of."""

import threading

from pars.actions import attesting, keeping
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 3600.0


def run(store: Store, stop: threading.Event) -> None:
    """End it until told to stop."""
    steadily(
        stop,
        EVERY_SECONDS,
        "keeping",
        lambda: keeping.end_over(store, stop.is_set),
        lambda: attesting.enter_lapsed(store),
    )
