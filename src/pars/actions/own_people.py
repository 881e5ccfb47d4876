"""Notes on looks of the owners' own people: they fall by themselves, and those who oversee read them.

A note is a question to put to a supervisor, and no finding: namesakes are common. It holds nobody's name; it says by
which account the looks were, and whom they were at stands in the ledger alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from pars.actions.acting import By, NothingToDo, act, once
from pars.errors import NotAllowed
from pars.record.roles import Role
from pars.store import own_people
from pars.store.database import Store
from pars.store.own_people import Note
from pars.watch.own_people import NotedLook
from pars.watch.words import of_name

SEES_OWN_PEOPLE: Final = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})


def notes(store: Store, by: By) -> Sequence[Note]:
    """Every note, newest first, for the privacy officer and the auditor."""
    with act(store, by, "own-people.shown") as doing:
        if by.role not in SEES_OWN_PEOPLE:
            raise NotAllowed("these notes are for the privacy officer and the auditor", code="no-duty")
        return own_people.notes(doing.connection)


def noted(store: Store, fell: NotedLook) -> bool:
    """Whether the account was noted for it before, at whatever place of the log."""
    with store.transaction("pars_act") as connection:
        return own_people.noted(connection, UUID(fell.noted.account), fell.noted.detector.value)


def note(store: Store, fell: NotedLook) -> bool:
    """Enter a note; False when the account was noted for it before."""
    return once(_note, store, fell)


def _note(store: Store, fell: NotedLook) -> None:
    noted, new = fell.noted, uuid4()
    with act(store, None, "own-people.noted") as doing:
        made = own_people.fall(
            doing.connection,
            new,
            account=UUID(noted.account),
            detector=noted.detector.value,
            look_ups=noted.many,
            since=datetime.fromtimestamp(noted.since, UTC),
            tip=fell.index,
            entry=UUID(fell.entry),
            evidence=of_name(noted),
        )
        if not made:
            raise NothingToDo
        doing.note(note=str(new), account=noted.account, detector=noted.detector.value, tip=fell.entry)
