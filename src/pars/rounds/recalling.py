"""Once a minute, what was handed out about records that no partner can be shown any more is recalled."""

import threading

from pars.actions import recalling
from pars.rounds.steadily import steadily
from pars.store.database import Store

EVERY_SECONDS = 60.0
"""Not at once: a recall right behind the act that ended the record would tell by its place whose act that was."""


def run(store: Store, stop: threading.Event) -> None:
    """Recall until told to stop."""
    steadily(stop, EVERY_SECONDS, "recalling", lambda: recalling.recall_ended(store))
