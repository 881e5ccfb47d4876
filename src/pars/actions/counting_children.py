"""Counting children in their own place: by supervisors, once a shift, and each difference is explained (N21, N12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from pars.actions.acting import By, act, entitled
from pars.clock import in_city, now
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.children import MOVES as COUNTS
from pars.record.counts import EXPLAINS, Kind, shift_began
from pars.store import child_counts, children
from pars.store.child_counts import Missing
from pars.store.database import Store

EXPLAINED = EXPLAINS[Kind.NOBODY]
"""What may be said of a child who was not there: the same as of an adult."""


@dataclass(frozen=True, slots=True)
class ChildrenCounted:
    """A count of the children: how many should have been there, how many were, and its differences."""

    id: UUID
    entry: UUID
    expected: int
    present: int
    differences: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Standing:
    """When children were counted last, whether that was in this shift, and the differences that stand."""

    counted_at: datetime | None
    this_shift: bool
    missing: Sequence[Missing]


def count(store: Store, by: By, present: Sequence[UUID], missing: Sequence[UUID]) -> ChildrenCounted:
    """Write a count of the children down. Refused while one who should be there is not spoken of."""
    with entitled(store, by, "children.counted"):
        if by.role not in COUNTS:
            raise NotAllowed("children are counted by a police or custody supervisor", code="not-your-step")
    with act(store, by, "children.counted") as doing:
        seen, gone = set(present), set(missing)
        if seen & gone:
            raise BadInput("a child is both there and not there; say one of the two", field="present")
        expected = children.kept(doing.connection)
        if not set(expected) <= seen | gone:
            raise Conflicts(
                "a child who should be there is not spoken of, or came while you counted: look again and send it",
                code="count-incomplete",
            )
        away = [child for child in expected if child in gone]
        taken, there = uuid4(), len(expected) - len(away)
        row = {"counted_at": doing.at, "counted_by": by.account, "expected": len(expected), "present": there}
        child_counts.keep(doing.connection, {"id": taken, **row})
        found = [one for child in away if (one := child_counts.differs(doing.connection, taken, child, doing.at))]
        doing.concern(away)
        doing.note(expected=len(expected), present=there, missing=[str(child) for child in away])
        doing.answer |= {"id": str(taken)}
    return ChildrenCounted(taken, doing.entry(), len(expected), there, found)


def explain(store: Store, by: By, difference: UUID, how: str, *, note: str) -> UUID:
    """Say where a child was who was not there; the entry, which keeps the words."""
    with entitled(store, by, "children.difference-explained"):
        if by.role not in COUNTS:
            raise NotAllowed("children are counted by a police or custody supervisor", code="not-your-step")
    with act(store, by, "children.difference-explained") as doing:
        if how not in EXPLAINED:
            raise BadInput(f"what explains it is one of: {', '.join(one.value for one in EXPLAINED)}", field="how")
        if not note.strip():
            raise BadInput("say in a few words how you know", field="note")
        child = child_counts.explain(doing.connection, difference, how, by.account, doing.at)
        doing.concern([child])
        doing.note(difference=str(difference), how=how, note=note.strip())
        doing.answer |= {"id": str(difference)}
    return doing.entry()


def standing(store: Store) -> Standing:
    """How the count of the children stands; for whoever has opened their page."""
    began = shift_began(in_city(now()))
    with store.transaction("pars_act") as connection:
        last = child_counts.newest(connection)
        return Standing(last, last is not None and last >= began, child_counts.standing(connection))
