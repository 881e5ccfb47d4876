"""Whether a colleague's look stays within their duty: desk, shift and assignment; and the locks that it shares.

The locks come first, in the order user, person: whoever disables the account or limits access to the record waits for
the look, and every later look sees it. A list shares the lock of its reader alone; the wall asks again for each row.
"""

from collections.abc import Sequence
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By
from pars.clock import in_city, now
from pars.errors import NotAllowed, NotThere
from pars.sharing.duty import (
    ASSIGNED_DAYS,
    RULES,
    SEALED_READERS,
    VIEWS,
    Bond,
    Refused,
    View,
    bound_to,
    on_shift,
)
from pars.store import arrests, duties
from pars.store.database import Store

Bonds = frozenset[Bond]
NO_ARREST = "there is no arrest by that number"


def share(connection: Connection[TupleRow], by: By, found: Sequence[UUID] = ()) -> None:
    """Share the locks of a look; refused when the account was taken out of service meanwhile."""
    if not duties.share_look(connection, by.account, found):
        raise NotAllowed("your account is out of service", code="out-of-service")


def off_shift(by: By) -> Bonds:
    """The bond of the shift, when it does not hold at this hour."""
    return frozenset() if on_shift(by.shift, in_city(now()).time()) else frozenset({Bond.SHIFT})


def outside_list(by: By, view: View, *, city: bool) -> Bonds:
    """The bonds that do not hold for a list; `city` says that it reaches beyond the reader's site."""
    found = off_shift(by) if RULES[view].on_shift else frozenset[Bond]()
    return found | {Bond.DESK} if city and bound_to(by.role, view, by.site) else found


def outside_arrest(connection: Connection[TupleRow], by: By, arrest_id: UUID) -> Bonds:
    """The bonds that do not hold for one arrest; none for somebody's own. Refused when nobody could still see it."""
    tied = duties.ties(connection, arrest_id, by.account, agency_id=by.agency_id, badge=by.badge, days=ASSIGNED_DAYS)
    if tied is None or (tied.limited and by.role not in SEALED_READERS):
        raise NotThere(NO_ARREST)
    if tied.limited:
        return frozenset({Bond.SEALED})
    if tied.own:
        return frozenset()
    return off_shift(by) if _in_own_queue(connection, by, arrest_id) else off_shift(by) | {Bond.DESK}


def _in_own_queue(connection: Connection[TupleRow], by: By, arrest_id: UUID) -> bool:
    """Whether some list of this duty, as far as it reaches without a word typed, holds the arrest now."""
    own = (view for view, roles in VIEWS.items() if by.role in roles and view.value in arrests.FINDERS)
    return any(arrests.belongs(connection, view.value, [arrest_id], bound_to(by.role, view, by.site)) for view in own)


def at_work(store: Store, accounts: Sequence[UUID]) -> set[UUID]:
    """Which of these accounts still work: the open pages of the others get nothing more."""
    with store.transaction("pars_act") as connection:
        return duties.at_work(connection, accounts)


def allowed(refused: Refused | None) -> None:
    """Raise what a duty refuses."""
    if refused is not None:
        raise NotAllowed(refused.reason, code=refused.code)
