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
from pars.watch.parameters import Detector

SEES_OWN_PEOPLE: Final = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})


def notes(store: Store, by: By) -> Sequence[Note]:
    """Every note, newest first, for the privacy officer and the auditor."""
    with act(store, by, "own-people.shown") as doing:
        if by.role not in SEES_OWN_PEOPLE:
            raise NotAllowed("these notes are for the privacy officer and the auditor", code="no-duty")
        return own_people.notes(doing.connection)


def noted(store: Store, fell: NotedLook) -> bool:
    """Whether the account was noted for it before, at whatever place of the log.

    What many looks at one arrest amount to rests on nobody's name: at a place that was judged, it was noted then.
    """
    if fell.detector is Detector.ATTENTION:
        return True
    with store.transaction("pars_act") as connection:
        return own_people.noted(connection, UUID(fell.account), fell.detector.value)


def note(store: Store, fell: NotedLook) -> bool:
    """Enter a note; False when it stands already: of the account for this habit, or at this look."""
    return once(_note, store, fell)


def _note(store: Store, fell: NotedLook) -> None:
    new = uuid4()
    with act(store, None, "own-people.noted") as doing:
        made = own_people.fall(
            doing.connection,
            new,
            account=UUID(fell.account),
            detector=fell.detector.value,
            look_ups=fell.many,
            since=datetime.fromtimestamp(fell.since, UTC),
            tip=fell.index,
            entry=UUID(fell.entry),
            evidence=fell.evidence,
        )
        if not made:
            raise NothingToDo
        doing.note(note=str(new), account=fell.account, detector=fell.detector.value, tip=fell.entry)
