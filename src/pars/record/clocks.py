"""Clocks of promise 2: hours from the arrest to the magistrate, and minutes from the release owed to the door.

All are settings of a county but one: 48 hours is the limit that the Supreme Court set (County of Riverside v.
McLaughlin, 500 U.S. 44). A level is a call to a person on shift, never a reason to hold anyone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How urgently somebody on shift has to answer."""

    CALM = "calm"
    NOTICE = "notice"
    AMBER = "amber"
    RED = "red"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock by its thresholds, each with its level, in rising order."""

    thresholds: tuple[tuple[timedelta, Level], ...]

    def level(self, since: datetime, at: datetime) -> Level:
        """How urgent it is at an instant. Real time between instants: a change of the wall clock changes nothing."""
        reached = [level for after, level in self.thresholds if at - since >= after]
        return reached[-1] if reached else Level.CALM

    @property
    def minutes(self) -> str:
        """The thresholds for an open page, which counts by itself: `360:notice 720:amber …`."""
        return " ".join(f"{int(after / timedelta(minutes=1))}:{level.value}" for after, level in self.thresholds)


LEGAL_LIMIT: Final = timedelta(hours=48)
TO_MAGISTRATE: Final = Clock(
    (
        (timedelta(hours=6), Level.NOTICE),
        (timedelta(hours=12), Level.AMBER),
        (timedelta(hours=20), Level.RED),
        (LEGAL_LIMIT, Level.OVER),
    )
)
"""From the moment of arrest; time in hospital counts."""
TO_THE_DOOR: Final = Clock(((timedelta(hours=1), Level.AMBER), (timedelta(hours=2), Level.RED)))
"""From the moment a release is owed."""
CHILD: Final = Clock(((timedelta(hours=3), Level.AMBER), (timedelta(hours=6), Level.OVER)))
"""A child in a locked room of an adults' station: six hours at most (237 Pa. Code 221)."""
INTERPRETER: Final = Clock(
    (
        (timedelta(minutes=30), Level.NOTICE),
        (timedelta(hours=1), Level.AMBER),
        (timedelta(hours=2), Level.RED),
    )
)
"""From the moment at which anybody noted that an interpreter is needed, until one is there."""
COUNT: Final = Clock(((timedelta(hours=1), Level.AMBER), (timedelta(hours=2), Level.RED)))
"""From the change of shift, while cells with people in them since before it are not counted."""
HEARING_BEFORE: Final = timedelta(hours=24)
HEARING: Final = Clock(((timedelta(0), Level.NOTICE), (timedelta(hours=18), Level.AMBER), (HEARING_BEFORE, Level.OVER)))
"""From 24 hours before a hearing on a hold is due: a hearing that is missed is somebody kept without one (Rule 150)."""
COMMITMENT_BEFORE: Final = timedelta(days=5)
COMMITMENT: Final = Clock(
    (
        (timedelta(0), Level.NOTICE),
        (timedelta(days=3), Level.AMBER),
        (timedelta(days=4), Level.RED),
        (COMMITMENT_BEFORE, Level.OVER),
    )
)
"""From five days before a fugitive's commitment ends: then it is extended, or the person goes (42 Pa.C.S. 9138)."""
CARE_CHECK: Final = Clock(((timedelta(0), Level.RED), (timedelta(minutes=15), Level.OVER)))
"""From the moment at which somebody on a watch should have been looked at: a missed check rings at once."""
