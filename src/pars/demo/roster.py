"""Who of the cast works when, and whose an arrest is: shifts, renewed as the city lives, and assignments.

Those whom the journeys of the README name are on shift at every hour: their supervisor moves them to the shift that
begins. The others keep one, so that outside its hours their pages ask why. Nobody sets the shift of the charging
supervisor and of the clerk, who are the only supervisors of their owner; they work at any hour.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Final
from uuid import UUID

from pars import clock
from pars.actions import assigning, staff
from pars.actions.acting import By
from pars.errors import ParsError, Unavailable
from pars.record.roles import OWNER_OF, Owner, Role
from pars.sharing.duty import Shift
from pars.store.accounts import Account
from pars.store.database import Store

KEPT: Final[Mapping[str, Shift]] = {
    "officer-2": Shift.NIGHT,
    "detective-2": Shift.EVENING,
    "detention-2": Shift.DAY,
    "attorney-2": Shift.NIGHT,
    "magistrate-2": Shift.EVENING,
}
"""Who keeps one shift, by sign-in name."""
RENEWED: Final = frozenset(
    {"officer", "detective", "supervisor", "detention", "custody-supervisor", "attorney", "interviewer", "magistrate"}
)
"""Who is always on the shift of the hour, by sign-in name."""
_CHANGES: Final = ((time(6), Shift.DAY), (time(14), Shift.EVENING), (time(22), Shift.NIGHT))

ASSIGNED: Final[Mapping[str, tuple[Role, Role, int]]] = {
    "book": (Role.POLICE_SUPERVISOR, Role.DETECTIVE, 3),
    "approve-report": (Role.CHARGING_SUPERVISOR, Role.CHARGING_ATTORNEY, 3),
    "list": (Role.CLERK, Role.DEFENDER, 2),
}
"""After which step who assigns the arrest to somebody of which role; and of how many arrests one."""


def shift_at(hour: time) -> Shift:
    """The shift that has begun last."""
    return next((shift for begins, shift in reversed(_CHANGES) if hour >= begins), Shift.NIGHT)


class Roster:
    """The shifts of the cast. A shift that a visitor takes from somebody stays taken."""

    def __init__(self, store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
        """`duty` says who of the cast acts for each role."""
        self._store = store
        self._duty = duty
        self._now: Shift | None = None

    def begin(self) -> None:
        """Everybody's first shift."""
        self._now = shift_at(clock.in_city(clock.now()).time())
        for account in self._everyone():
            shift = KEPT.get(account.sign_in, self._now if account.sign_in in RENEWED else None)
            if shift is not None:
                self._set(account, shift)

    def renew(self) -> None:
        """Move those who are always on shift to the one of the hour; nothing happens within a shift."""
        shift = shift_at(clock.in_city(clock.now()).time())
        if shift is self._now:
            return
        for account in self._everyone():
            if account.sign_in in RENEWED and account.shift is not None and account.shift is not shift:
                self._set(account, shift)
        self._now = shift

    def _everyone(self) -> Sequence[Account]:
        return staff.everyone(self._store, self._duty[Role.POLICE_SUPERVISOR][0])

    def _set(self, account: Account, shift: Shift) -> None:
        """By a supervisor of the same owner who is somebody else; what a visitor has put out of reach stays so."""
        owner = OWNER_OF[account.role]
        if owner is Owner.POLICE:
            setter = Role.POLICE_SUPERVISOR if account.role is not Role.POLICE_SUPERVISOR else Role.CUSTODY_SUPERVISOR
        else:
            setter = Role.CHARGING_SUPERVISOR if owner is Owner.DISTRICT_ATTORNEY else Role.CLERK
        with where_it_can_be():
            staff.set_shift(self._store, self._duty[setter][0], account.id, shift.value)


def assign(store: Store, duty: Mapping[Role, Sequence[By]], arrest_id: UUID, number: int, step: str) -> None:
    """Assign an arrest of the city's own as its step calls for; `number` says whose turn it is."""
    if step not in ASSIGNED:
        return
    giver, role, of = ASSIGNED[step]
    people = duty[role]
    if number % of == 0:
        with where_it_can_be():
            assigning.assign(store, duty[giver][0], arrest_id, people[number // of % len(people)].sign_in)


@contextlib.contextmanager
def where_it_can_be() -> Iterator[None]:
    """What a visitor has taken out of service, or assigned first, stays as it is."""
    try:
        yield
    except Unavailable:
        raise
    except ParsError:
        return
