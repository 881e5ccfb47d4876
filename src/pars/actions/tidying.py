"""Forgetting what has served its time: nothing of the record, only what the machinery kept beside it."""

from pars.store import answers, cosigning, events, installation
from pars.store.database import Store

KEPT_EVENTS = 20_000
"""Positions that the outbox goes back; a page that is further behind loads the whole list."""


def tidy(store: Store) -> None:
    """Forget old looks, answers to repeated requests, half-typed forms, and events that every page has passed."""
    with store.transaction("pars_ledger") as connection:
        installation.tidy(connection)
        events.forget(connection, KEPT_EVENTS)
    with store.transaction("pars_act") as connection:
        answers.forget(connection)
        cosigning.forget(connection)
