"""Telling stories: each beat becomes a call of an action by an account of the cast, in the order of city time."""

import heapq
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from pars import clock
from pars.actions import arraignment, booking, children, custody, disclosure, life, reporting
from pars.actions.acting import By
from pars.actions.arraignment import BailGiven
from pars.actions.booking import NewArrest
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson
from pars.demo import roster
from pars.demo.story import LIFT_HOLDS, Beat, Kind, Story, session_for
from pars.demo.task_force import TaskForce
from pars.errors import ParsError, Unavailable
from pars.record.roles import Role
from pars.sharing.projection import Hold
from pars.store.database import Store

LEFT_AT_MOST = 24
"""How many arrests wait for visitors at a time; beyond it the city takes up the oldest again."""
BLOCK = timedelta(hours=4)
"""A story that is taken up again moves by whole blocks, so that it meets a session of the court as before."""

OVERDUE = timedelta(minutes=30)
"""A listing that comes later than this is for a session that lies ahead, whatever the plan said."""


class Going:
    """A story under way: its arrest, what is still to come, and whether it is left for visitors at some point."""

    __slots__ = ("arrest", "beats", "story", "until_left")

    def __init__(self, story: Story) -> None:
        """At the beginning of the story."""
        self.story = story
        self.beats = deque(story.beats)
        self.until_left = story.left_after
        self.arrest: UUID | None = None

    def move_past(self, at: datetime) -> None:
        """Put the rest of the story behind that instant, in whole blocks."""
        behind = max(timedelta(), at - self.beats[0].at)
        shift = BLOCK * -(-behind // BLOCK)
        self.beats = deque(replace(beat, at=beat.at + shift) for beat in self.beats)


class Telling:
    """All stories under way. A story whose act is refused has been taken over by somebody else, and is let go."""

    def __init__(self, store: Store, duty: Mapping[Role, Sequence[By]], force: TaskForce | None = None) -> None:
        """`duty` says who of the cast acts for each role; the task force hears what is done, where there is one."""
        self._store = store
        self._duty = duty
        self._force = force
        self._due: list[tuple[datetime, int, Going]] = []
        self._left: deque[Going] = deque()
        self._order = count()
        self.refused: list[ParsError] = []
        self.told: dict[int, UUID] = {}
        """The arrest of each story that has begun, by the story's number."""
        self._with_victims: set[UUID] = set()
        self.kept_away: UUID | None = None
        """The newest arrest with bail and a victim or witness, for whom an order to keep away is made."""
        self.protected: UUID | None = None
        """The first arrest with a victim or witness written down."""

    def begin(self, story: Story) -> None:
        """A story that will be told when its time comes."""
        self._schedule(Going(story))

    def next_at(self) -> datetime | None:
        """When the next beat is due in city time; None when nothing is under way."""
        return self._due[0][0] if self._due else None

    def tell_next(self, *, at: datetime | None = None) -> None:
        """Do the act that is due next; `at` is when it happened, now when it is None."""
        due, _, going = heapq.heappop(self._due)
        beat = going.beats[0]
        try:
            self._act(beat, going, at)
        except Unavailable:
            heapq.heappush(self._due, (due, next(self._order), going))
            raise
        except ParsError as refusal:
            self.refused.append(refusal)
            del self.refused[:-LEFT_AT_MOST]
            return
        going.beats.popleft()
        self._go_on(going, beat.at)

    def _go_on(self, going: Going, at: datetime) -> None:
        if not going.beats:
            return
        if going.until_left is not None:
            going.until_left -= 1
        if going.until_left != 0:
            self._schedule(going)
            return
        going.until_left = None
        if going.story.kept:
            return
        self._left.append(going)
        if len(self._left) > LEFT_AT_MOST:
            again = self._left.popleft()
            again.move_past(at)
            self._schedule(again)

    def _schedule(self, going: Going) -> None:
        heapq.heappush(self._due, (going.beats[0].at, next(self._order), going))

    def _act(self, beat: Beat, going: Going, at: datetime | None) -> None:
        by = self._on_duty(beat.role, going.story.number)
        given = beat.given
        if isinstance(given, NewArrest):
            recorded = booking.record_arrest(self._store, by, given)
            going.arrest = self.told[going.story.number] = recorded.id
            self._heard(recorded.id, given.person)
            return
        arrest = going.arrest
        if arrest is None:
            raise RuntimeError("a story begins with its record")
        if isinstance(given, PersonGiven):
            self._correct(by, arrest, given)
            self._heard(arrest, given)
        elif isinstance(given, ProtectedPerson):
            reporting.protect(self._store, by, arrest, given)
            self.protected = self.protected or arrest
            self._with_victims.add(arrest)
        elif isinstance(given, HoldGiven):
            custody.hold(self._store, by, arrest, given)
        elif isinstance(given, BailGiven):
            arraignment.state_position(self._store, by, arrest, given)
        elif beat.verb == LIFT_HOLDS:
            self._lift_holds(by, arrest)
        elif going.story.kind is Kind.JUVENILE:
            children.take(self._store, by, arrest, beat.verb, given, at=at)
        else:
            self._step(beat, by, arrest, going.story.number, at)

    def _step(self, beat: Beat, by: By, arrest: UUID, number: int, at: datetime | None) -> None:
        """Take a step in the life of an arrest, and what follows from it."""
        filled = self._filled(beat, by, arrest)
        life.take(self._store, by, arrest, beat.verb, filled, at=at)
        if beat.verb == "arraign" and arrest in self._with_victims and "bail" in filled:
            self.kept_away = arrest  # such an order goes with bail, which is not set without probable cause
        roster.assign(self._store, self._duty, arrest, number, beat.verb)
        if self._force is not None and beat.verb == "charge":
            self._force.charged(arrest)

    def _heard(self, arrest: UUID, who: PersonGiven) -> None:
        if self._force is not None:
            self._force.arrested(arrest, who)

    def _on_duty(self, role: Role, number: int) -> By:
        people = self._duty[role]
        return people[number % len(people)]

    def _correct(self, by: By, arrest: UUID, person: PersonGiven) -> None:
        version = disclosure.open_arrest(self._store, by, arrest, why="prints found the name").line.version
        booking.correct(self._store, by, arrest, person, version=version, reason="Prints found the name.")

    def _lift_holds(self, by: By, arrest: UUID) -> None:
        for hold in disclosure.open_arrest(self._store, by, arrest, why="the hold has ended").all(Hold):
            custody.lift_hold(self._store, by, arrest, hold.id)

    def _filled(self, beat: Beat, by: By, arrest: UUID) -> Mapping[str, object]:
        """The answers of a step with what only the record knows: the charges' ids, the session."""
        given = beat.given if isinstance(beat.given, Mapping) else {}
        if beat.verb == "list":
            return {**given, "session": session_for(max(beat.at, clock.now() - OVERDUE)).isoformat()}
        form = given.get("decisions")
        if not isinstance(form, Mapping):
            return given
        ids = iter(disclosure.open_arrest(self._store, by, arrest, why="the charging decision").charges)
        charges = [one if one["decision"] == "added" else {**one, "charge": str(next(ids))} for one in form["charges"]]
        return {"decisions": {**form, "charges": charges}}
