"""What the cast does besides the stories: supervisors answer clocks, detention officers count their cells.

Not all of it: some clocks stand red, and one count a shift has a difference, so that a visitor finds something to do.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from pars import clock
from pars.actions import calling, caring, consular, counting, needs
from pars.actions.acting import By
from pars.actions.counting import CountGiven
from pars.demo.roster import where_it_can_be
from pars.record.calls import Waits
from pars.record.counts import How, Kind
from pars.record.roles import Role
from pars.store.calls import Call
from pars.store.database import Store

EVERY: Final = timedelta(minutes=4)
"""City time between two looks at what waits."""
THINKS: Final = timedelta(minutes=6)
LEAVES: Final = 9
"""Of so many calls one is left until it goes on; of so many of those one is left for visitors."""
SETTLED_AFTER: Final = timedelta(hours=8)
"""City time after which a difference that no visitor has settled is explained by the cast."""
SAID: Final[Mapping[Waits, Sequence[str]]] = {
    Waits.MAGISTRATE: (
        "Spoke to the officer: the report is being typed.",
        "The charging unit has the case on its desk.",
        "Next session; the clerk knows.",
    ),
    Waits.DOOR: ("The property is being fetched.", "Papers are printing; the door within the hour."),
    Waits.INTERPRETER: ("The agency was called; by video within the hour.",),
    Waits.CHECK: ("Looked in: asleep and breathing; the sheet follows.",),
    Waits.COUNT: ("The officer of the last shift stays until it is taken.",),
    Waits.CHILDREN_COUNT: ("Going to the juvenile room now.",),
    Waits.CHILD: ("The parent is on the way.", "Juvenile court is called."),
}


SCREENED: Final[Mapping[str, object]] = {
    **dict.fromkeys(("injury", "medicine", "chest_pain", "pregnancy", "self_harm", "disability"), "no"),
    "withdrawal": "yes",
    "allergies": "penicillin",
}


class Supervising:
    """The cast at its clocks and cells. What a visitor does first stays as it is."""

    def __init__(self, store: Store, duty: Mapping[Role, Sequence[By]]) -> None:
        """`duty` says who of the cast acts for each role."""
        self._store = store
        self._duty = duty
        self._accounts = {by.account: by for people in duty.values() for by in people}
        self._next: datetime | None = None

    def step(self) -> None:
        """Answer what has waited for a while, and count the cells whose count is due; nothing between two looks."""
        at = clock.now()
        if self._next is not None and at < self._next:
            return
        self._next = at + EVERY
        for call in calling.standing(self._store):
            self._answer(call, at)
        self.count()
        self._check(at)

    def _answer(self, call: Call, at: datetime) -> None:
        by = self._accounts.get(call.put_to) if call.put_to is not None else None
        if by is None or call.answered_at is not None or at - call.put_at < THINKS:
            return
        left = call.id.int % LEAVES == 0 and (call.escalated_at is None or call.id.int % LEAVES**2 == 0)
        if not left:
            with where_it_can_be():
                until = at + timedelta(minutes=60 + call.id.int % 140)
                said = SAID[call.waits][call.id.int % len(SAID[call.waits])]
                calling.answer(self._store, by, call.id, said, until)

    def count(self) -> None:
        """Count each site once a shift; the first one with people in its cells has a difference in either direction."""
        officer, supervisor = self._duty[Role.DETENTION_OFFICER][0], self._duty[Role.CUSTODY_SUPERVISOR][0]
        differs = False
        for site, taken in counting.sites(self._store, supervisor):
            if taken:
                continue
            with where_it_can_be():
                block = counting.open_block(self._store, officer, site.site, why="the count of the shift")
                there = [line.id for line in block.lines.lines]
                odd = not differs and len(there) > 1
                missing, cells = (there[-1:], ["H-1"]) if odd else ([], [])
                counting.count(
                    self._store, officer, site.site, CountGiven(there[: -1 if odd else None], missing, cells)
                )
                differs = differs or odd
                self._settle(block, supervisor)

    def watch(self) -> None:
        """Put three people on a watch; nobody has looked at the first of them for a while."""
        officer, medic = self._duty[Role.DETENTION_OFFICER][0], self._duty[Role.MEDIC][0]
        at = clock.now()
        kept = counting.open_block(self._store, officer, officer.site or "", why="the round of the shift")
        for place, line in enumerate(kept.lines.lines[:3]):
            with where_it_can_be():
                caring.note(self._store, officer, line.id, "screen", SCREENED)
                given = {"level": "close" if place == 0 else "general", "reason": "Said little; shakes since midnight."}
                ago = timedelta(minutes=20 if place == 0 else 5)
                caring.note(self._store, medic, line.id, "watch", given, at=at - ago)
                caring.note(self._store, officer, line.id, "meal", {"how": "eaten" if place else "refused"})
                consular.tell(self._store, officer, line.id, "Spanish" if place == 1 else "English")
                if place == 1:
                    needs.note(self._store, officer, line.id, "spoken-language", language="Spanish")
                caring.say_fit(self._store, medic, line.id, fit=True, needs=["seated", "water"] if place == 0 else [])

    def _check(self, at: datetime) -> None:
        """Look at those whose check is due; the one that was missed at first stays for visitors."""
        officer = self._duty[Role.DETENTION_OFFICER][0]
        for watch in caring.watches(self._store):
            if watch.due_at - EVERY <= at < watch.due_at + EVERY:
                with where_it_can_be():
                    caring.note(self._store, officer, watch.arrest, "check", {"seen": "asleep and breathing"})

    def _settle(self, block: counting.CellBlock, supervisor: By) -> None:
        for one in block.differences:
            if clock.now() - one.found_at > SETTLED_AFTER:
                how = How.MISCOUNTED if one.kind is Kind.NO_ROW else How.IN_THE_CELLS
                counting.explain(self._store, supervisor, one.id, how.value, note="Looked again with the officer.")
