"""The life of the running city: new arrests and the next steps of those that the city itself began."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Self

from pars import clock
from pars.demo.author import Author
from pars.demo.cast import CastMember, on_duty
from pars.demo.roster import Roster
from pars.demo.supervising import Supervising
from pars.demo.task_force import TaskForce
from pars.demo.telling import Telling
from pars.errors import Unavailable
from pars.record.roles import Role
from pars.store.database import Store

AHEAD = timedelta(hours=1)
"""How far ahead new arrests are planned."""
LONGEST_SLEEP_SECONDS = 1.0
AGAIN_SECONDS = 2.0
"""How long the city waits before it tries again when the record cannot be reached."""


class Life:
    """Keeps the city going until it is told to stop. What people begin themselves it never touches."""

    def __init__(
        self,
        author: Author,
        telling: Telling,
        roster: Roster,
        supervising: Supervising,
        planned_until: datetime,
        force: TaskForce | None = None,
    ) -> None:
        """From the stories under way, with arrests planned up to that city instant."""
        self._supervising = supervising
        self._force = force
        self._author = author
        self._telling = telling
        self._roster = roster
        self._planned_until = planned_until

    @classmethod
    def taken_up(cls, store: Store, cast: Sequence[CastMember], *, seed: int | None = None) -> Self:
        """The life of a city that was there before: its older arrests stay with whoever acts upon them."""
        random = Random(seed)  # noqa: S311 - dice of a made-up city
        duty = on_duty(store, cast)
        force = TaskForce(store, duty[Role.ANALYST], random.randrange(1 << 30))
        force.sweeps = True
        roster, supervising = Roster(store, duty), Supervising(store, duty)
        return cls(Author(random), Telling(store, duty, force), roster, supervising, clock.now(), force)

    def run(self, stop: threading.Event) -> None:
        """Tell what is due, sleep until the next beat at the city's pace, until `stop` is set."""
        while not stop.is_set():
            stop.wait(self.step())

    def step(self) -> float:
        """Plan, tell one beat if it is due, and say how many real seconds may pass until the next look."""
        try:
            self._roster.renew()
            self._supervising.step()
            if self._force is not None:
                self._force.step()
        except Unavailable:
            return AGAIN_SECONDS
        if clock.now() + AHEAD > self._planned_until:
            self._plan(clock.now() + 2 * AHEAD)
        due = self._telling.next_at()
        wait = LONGEST_SLEEP_SECONDS if due is None else (due - clock.now()).total_seconds() / clock.speed()
        if wait > 0:
            return min(wait, LONGEST_SLEEP_SECONDS)
        try:
            self._telling.tell_next()
        except Unavailable:
            return AGAIN_SECONDS
        return 0.0

    def _plan(self, until: datetime) -> None:
        for story in self._author.between(self._planned_until, until):
            self._telling.begin(story)
        self._planned_until = until
