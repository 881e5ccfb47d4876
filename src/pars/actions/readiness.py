"""Whether the installation can work now."""

from pars.actions import placing
from pars.errors import Misconfigured, Unavailable
from pars.store import installation
from pars.store.database import Store
from pars.store.tilefiles import NoRoom

EVENT_WAITS_SECONDS = 2.0
"""A live event that waits longer for its position keeps open lists from moving."""


def not_ready(store: Store, *, serving: bool = True) -> list[str]:
    """What is missing, in words; empty when everything is there. Only who serves needs placing to go on.

    Strangers read it: it names no path and no person.
    """
    try:
        with store.transaction("pars_act") as connection:
            applied = installation.migrations_applied(connection)
            stalled = installation.oldest_unplaced_seconds(connection)
        if applied != installation.migrations_known():
            return ["the database is of another version: run pars migrate"]
        log = placing.state(store)
    except Unavailable:
        return ["the database does not answer"]
    except Misconfigured as refusal:  # what is found out once a program runs; a folder is named before it does
        return [refusal.sentence]
    except NoRoom as cause:
        return [f"the log's files cannot be read: {cause}"]
    if not serving:
        return []
    waits = [f"live events wait for their place for {stalled:.0f} s"] if stalled > EVENT_WAITS_SECONDS else []
    return [*waits, *log.told]
