"""Each night, and at once when the floor has changed, every agreement in force is proved again."""

import threading

from pars.actions import proving
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 5.0


def run(store: Store, stop: threading.Event) -> None:
    """Prove what is due until told to stop; the first time at once, since a changed floor keeps partners waiting."""
    steadily(stop, EVERY_SECONDS, "proving", lambda: proving.prove_again(store), at_once=True)
