"""Whether the door may answer partners: only while the log is signed (T2).

Owners' desks go on. Real time decides, twice: the database's clock says how long ago the log was signed, and this
process counts by a clock of its own that nobody can set back.
"""

import threading
import time
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.errors import Unavailable
from pars.store import signed
from pars.store.database import Store
from pars.store.signed import Signed

SIGNED_WITHIN: Final = 60.0
"""Seconds after which a log that was not signed again answers no partner."""
AHEAD: Final = 5.0
"""Seconds by which two machines' clocks may differ."""

_seen: dict[str, tuple[object, float]] = {}
_lock = threading.Lock()


def open_to_partners(connection: Connection[TupleRow], log: Signed) -> None:
    """Refused while the log is behind, or was not signed for a minute: nothing leaves that the log may not hold."""
    if log.behind or not _fresh(connection.info.dbname, log):
        raise Unavailable(
            "the log of this record is not being signed at this moment, so no partner is answered; ask again later",
            code="log-not-signed",
        )


def _fresh(where: str, log: Signed) -> bool:
    """Whether it was signed within a minute. What this process has watched stand still for a minute was not.

    A moment that lies ahead, since a clock was set back, counts only once this process has seen it change.
    """
    moment = time.monotonic()
    with _lock:
        before = _seen.get(where)
        if before is None and log.seconds_ago < -AHEAD:
            _seen[where] = (log.at, moment - SIGNED_WITHIN)
        elif before is None or before[0] != log.at:
            _seen[where] = (log.at, moment)
        return log.seconds_ago < SIGNED_WITHIN and moment - _seen[where][1] < SIGNED_WITHIN


def still_open(store: Store) -> None:
    """The same for a stream that stands open."""
    with store.transaction("pars_act") as connection:
        open_to_partners(connection, signed.read(connection))
