"""One arrest as a plan: what happens to it, when, and at whose desk. Pure: nothing here asks a clock or a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TypeAlias

from pars.actions.arraignment import BailGiven, next_sessions
from pars.actions.booking import NewArrest
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson
from pars.record.roles import Role

Given: TypeAlias = NewArrest | PersonGiven | ProtectedPerson | HoldGiven | BailGiven | Mapping[str, object]
"""What a beat says: its type tells the action; a mapping is the answers of a step."""

LIFT_HOLDS = "lift-holds"
"""The one verb with neither a payload nor a step: every hold of the arrest ends."""


class Kind(StrEnum):
    """Which way a story goes."""

    USUAL = "usual"
    HOSPITAL = "hospital"
    BEDSIDE = "bedside"
    EVALUATION = "evaluation"
    NAMELESS = "name-unknown"
    RETURNED = "returned"
    DECLINED = "declined"
    DECLINED_REVIEWED = "declined-reviewed"
    NO_PROBABLE_CAUSE = "no-probable-cause"
    RELEASED_BY_POLICE = "released-by-police"
    SUMMONED = "charged-by-summons"
    CITED = "cited-on-the-street"
    DIVERTED = "diverted"
    PENDING = "pending-investigation"
    BENCH_WARRANT = "bench-warrant-only"
    FUGITIVE = "fugitive"
    CONTEMPT = "contempt"
    GROWN_YOUNG = "transferred-juvenile"
    ELSEWHERE = "other-jurisdiction"
    NOT_THE_PERSON = "not-the-person"
    DIED = "died"
    LATE = "late"
    AT_LIMIT = "at-limit"
    JUVENILE = "juvenile"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Beat:
    """One act of a story: the city instant, the duty that acts, the verb, and what is said."""

    at: datetime
    role: Role
    verb: str
    given: Given


@dataclass(frozen=True, slots=True)
class Story:
    """A planned arrest. After `left_after` acts the city waits for a visitor: for good when it is `kept`."""

    number: int
    kind: Kind
    beats: tuple[Beat, ...]
    left_after: int | None = None
    kept: bool = False

    def verbs(self) -> list[str]:
        """What happens, in order."""
        return [beat.verb for beat in self.beats]


def person_of(story: Story) -> PersonGiven:
    """Who is arrested in a story, as the booking desk first writes it."""
    return next(beat.given.person for beat in story.beats if isinstance(beat.given, NewArrest))


def session_for(at: datetime) -> datetime:
    """The session for which somebody is listed at that instant: the next one that begins in twenty minutes or later."""
    return next(start for start in next_sessions(at) if start >= at + timedelta(minutes=20))


class Sheet:
    """The beats of one arrest while they are being written down, and the dice that decide."""

    def __init__(self, random: Random, arrested_at: datetime) -> None:
        """Nothing has happened yet."""
        self.random = random
        self.arrested_at = arrested_at
        self.beats: list[Beat] = []

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.random.random() < share

    def after(self, at: datetime, least: float, most: float) -> datetime:
        """Some minutes later, nearer to the least than to the most."""
        return at + timedelta(minutes=self.random.triangular(least, most, least + (most - least) / 3))

    def put(self, at: datetime, role: Role, verb: str, given: Given | None = None) -> datetime:
        """Write a beat down; its instant."""
        self.beats.append(Beat(at, role, verb, given if given is not None else {}))
        return at

    def last(self, *verbs: str) -> datetime | None:
        """When the newest of these verbs happens; None when none does."""
        return max((beat.at for beat in self.beats if beat.verb in verbs), default=None)

    def in_order(self) -> tuple[Beat, ...]:
        """The beats by time. Nobody takes prints of, or interviews, somebody who has left or died."""
        beats = sorted(self.beats, key=lambda beat: beat.at)
        gone = self.last("sign-out", "commit", "transfer-juvenile", "transfer-jurisdiction", "die")
        inside = {
            *("take-prints", "refuse-prints", "prints-not-possible", "hold", LIFT_HOLDS, "correct"),
            *("interview", "refuse-interview", "interview-not-possible", "position", "arrive-hospital"),
        }
        return tuple(beat for beat in beats if gone is None or beat.at < gone or beat.verb not in inside)
