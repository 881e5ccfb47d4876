"""Every few seconds each clock is looked at: what passed a limit is put to somebody on shift, who has to answer."""

import threading

from pars.actions import calling
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 5.0


def run(store: Store, stop: threading.Event) -> None:
    """Ring until told to stop."""
    steadily(stop, EVERY_SECONDS, "ringing", lambda: calling.ring(store))
