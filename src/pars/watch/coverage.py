"""Coverage: how much of the intake an agency touches, soon or late. Decoys that hide a ratio swell this.

Null: of the incidents booked on a day, the first persons of at most a share `coverage_allowed` are touched, at whatever
hours; or each with a chance of at most that, whatever became of the others. Within a group of people, whose odds may be
`odds_ratio_allowed` times those of others, at most the chance that odds or Wallenius draws would then give it. Whoever
takes a whole group and hides it among many others is within neither.
Statistic: for each of `WINDOWS`, each such person is charged at booking as if nobody would touch them in so many days,
(1 - q) / (1 - c), and repaid when touched in time, by q (1 - c) / (c (1 - q)), for chances q of everybody, of a group
alone, or of a group and the rest (`TESTS`). Whoever can be expected today, by what was booked on such weekdays of
late, is charged from midnight on: who works at night or from a morning's list touches most of those who have
come by then, and no more of the day. Where nothing can be expected, in a log's first week, each day speaks when it is
over; its first day, of which the log may have a part alone, never. An unfinished person counts less than the expected
final factor, so the sum is at every moment at most what it will be on average: valid at any stopping time, and the
alarm need not wait for the days to end. The short window sees soon who looks soon; the long ones see who waits, and
begin anew less often. A window's starts are at the midnights that part stretches of its length, and a touch counts
only for starts before the booking; as it comes within that length, the booking was in this stretch or in the one
before. So, as all charges are alike, three whole numbers a group say everything of a stretch: booked, touched, and
touched of those booked in it, each in a field of one long whole number (as in `traits`).
Bound: see `evidence`. Source: Bernoulli likelihood ratio; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import add
from typing import Final, TypeAlias

import numpy as np

from pars.sharing.agreement import Watch
from pars.watch.evidence import MOST, Reals
from pars.watch.stock import Person
from pars.watch.traits import SLOTS, UNIT, fields

Said: TypeAlias = tuple[Sequence[int], Reals, Reals, int, Reals]
"""Booked and touched in the stretch of each window by group, each in a field; what starts held at its midnight, a
window and a test: those of before and those of it; those booked today, and how many are expected, by group."""

WINDOWS: Final = ((1, 0.58), (7, 0.18), (30, 0.14), (120, 0.1))
"""Days within which somebody has to be touched to count, and the part of the detector's share; the parts together 1."""
_SECONDS_A_DAY: Final = 86_400
_MOST_LOG: Final = 200.0
_WEEK: Final = 7
_WEEKS: Final = 4
"""How many days like today say what can be expected of it."""
_FEWEST_ALIKE: Final = 2
"""One alone may have been a holiday, or a day without a feed."""
_NOBODY: Final[Reals] = np.zeros(4)
"""Of each of the groups below."""
GROUPS: Final = (
    None,
    ("birthplace", "abroad"),
    ("national origin", "abroad, by surname"),
    ("ethnicity", "H"),
)
"""Everybody, and groups that have been swept before."""
_OF_EVERYBODY: Final = (0.2, 0.4, 0.65, 0.92)
_OF_GROUP: Final = ((0.85, 0.0), (0.85, 0.12), (0.85, 0.27), (0.85, 0.45))
"""Of a group, and of the rest beside it: how far a chance lies from the allowed one on the way to 1."""
_PARTS: Final = (0.45, 0.33, 0.14, 0.08)
TESTS: Final = tuple(
    (place, step, rest, part / len(steps))
    for place, part in enumerate(_PARTS)
    for steps in (tuple((one, 0.0) for one in _OF_EVERYBODY) if place == 0 else _OF_GROUP,)
    for step, rest in steps
)
"""Each test's group, its two steps, and its part of the detector's share; the parts together 1."""
GROUP_OF_TEST: Final = tuple(place for place, *_ in TESTS)
_FIELD: Final = 64
_HALF: Final = UNIT | UNIT // 2
"""Whoever has a share of a half or more has one of these bits."""
_EVERYBODY: Final = 1
_MEMBERS: Final = tuple(
    (_HALF << (_FIELD * SLOTS.index(one)), 1 << (_FIELD * place)) for place, one in enumerate(GROUPS) if one
)
_TOUCHED, _OF_STRETCH = _FIELD * len(GROUPS), 2 * _FIELD * len(GROUPS)


class Intake:
    """The first persons of incidents booked in the stretch of each window, by group; one for the whole log."""

    __slots__ = ("_days", "booked", "expected", "first_on", "of_midnight", "today")

    def __init__(self) -> None:
        self.booked = self.of_midnight = (0,) * len(WINDOWS)
        """Now, and when the day began. Another object whenever anything has changed."""
        self.today = 0
        self.expected: Reals | None = None
        """What is to be expected of today: the middle of such weekdays of late, or the most of any known day."""
        self.first_on: int | None = None
        """The first day on which anybody is booked: how much of it the log has is unknown."""
        self._days: dict[int, Reals] = {}

    def begin(self, before: int, on: int) -> None:
        """A new day, after another."""
        if self.first_on is not None:
            for day in range(max(before, self.first_on + 1, on - _WEEK * _WEEKS), on):
                self._days[day] = _NOBODY
            if before in self._days:
                self._days[before] = fields([self.today], len(GROUPS))[0].astype(np.float64)
        self.today = 0
        self._days = {day: booked for day, booked in self._days.items() if on - day <= _WEEK * _WEEKS}
        alike = _sorted([booked for day, booked in self._days.items() if (on - day) % _WEEK == 0])
        if len(alike) >= _FEWEST_ALIKE:
            self.expected = alike[len(alike) // 2]
        elif len(self._days) >= _WEEK:
            self.expected = np.max(list(self._days.values()), axis=0)
        else:
            self.expected = None
        self.booked = self.of_midnight = tuple(
            booked if before // days == on // days else 0
            for booked, (days, _) in zip(self.booked, WINDOWS, strict=True)
        )

    def add(self, person: Person) -> None:
        """Somebody is booked; only the first of an incident counts, once, whomever an agreement shows."""
        if self.first_on is None:
            self.first_on = person.came_on
        if person.first and not person.again and person.came_on != self.first_on:
            one = groups(person.unit)
            self.today += one
            self.booked = tuple([booked + one for booked in self.booked])


def _sorted(days: Sequence[Reals]) -> Reals:
    """The bookings of several days, of each group from the fewest to the most."""
    return np.sort(np.stack(days), axis=0) if days else np.zeros((0, len(GROUPS)))


@lru_cache(maxsize=4096)
def groups(unit: int) -> int:
    """One in the field of each group that somebody belongs to; by surname: those whose share is at least a half."""
    found = _EVERYBODY
    for has, one in _MEMBERS:
        if unit & has:
            found += one
    return found


class Coverage:
    """The evidence of one agency. Every agency begins as one that has been there and touched nobody: `begun`."""

    def __init__(self, terms: Watch, share: float, intake: Intake) -> None:
        allowed = min(max(terms.coverage_allowed, 0.001), 0.999)
        of_group = largest(allowed, terms.odds_ratio_allowed)
        self.charge, self.repay = np.zeros((len(GROUPS), len(TESTS))), np.zeros((len(GROUPS), len(TESTS)))
        for test, (group, step, rest, _) in enumerate(TESTS):
            charge, repay = _logs(of_group if group else allowed, step)
            self.charge[group, test], self.repay[group, test] = charge, repay
            if rest:  # everybody but the group
                charge, repay = _logs(allowed, rest)
                self.charge[0, test], self.charge[group, test] = charge, self.charge[group, test] - charge
                self.repay[0, test], self.repay[group, test] = repay, self.repay[group, test] - repay
        self._mass = share * np.outer([part for _, part in WINDOWS], [part for *_, part in TESTS])
        self._intake = intake
        self._begin(np.zeros_like(self._mass), None)

    def _begin(self, before: Reals, on: int | None) -> None:
        self._before, self._of_stretch = before, self._mass
        self._touched = self._of_midnight = [0 for _ in WINDOWS]
        self._since: list[int | None] = [on for _ in WINDOWS]
        """The day of each window's last start, from which on mass has come in; None: nothing has happened yet."""
        self._counted = self._intake.booked
        self._said: Said | None = None

    def begun(self, on: int) -> "Coverage":
        """The same for an agency whose first entry is of this day; what grew before it came is at most a day's mass."""
        mine = object.__new__(Coverage)
        mine.charge, mine.repay, mine._mass, mine._intake = self.charge, self.repay, self._mass, self._intake
        mine._begin(np.minimum(self._before, self._mass), on)
        return mine

    def touched(self, person: Person, at: float, on: int) -> None:
        """The agency touches somebody for the first time; others of an incident do not count."""
        if not person.first or person.came_on == self._intake.first_on:
            return
        self._touched = self._touched.copy()
        one, since = groups(person.unit), at - person.came
        for place, (days, _) in enumerate(WINDOWS):
            apart = on // days - person.came_on // days
            if since <= days * _SECONDS_A_DAY and apart <= 1:  # a stretch with a day of 23 hours is shorter
                self._touched[place] += one << _TOUCHED
                if apart == 0:
                    self._touched[place] += one << _OF_STRETCH
        self._said = None

    def midnight(self, before: int, on: int) -> None:
        """A new day, after another: where a stretch is over what began earlier goes on together, and a start begins.

        A new start has the mass of the days since the one before.
        """
        counted = list(map(add, self._intake.booked, self._touched))
        held = self._held([(counted, self._before, self._of_stretch, 0, _NOBODY)])[0]  # the day is over
        over = [before // days != on // days for days, _ in WINDOWS]
        since = [before if one is None else one for one in self._since]
        self._before = np.where(np.array(over)[:, None], held, self._before)
        mass = self._mass * (on - np.array(since))[:, None]
        self._of_stretch = np.where(np.array(over)[:, None], mass, self._of_stretch)
        self._touched = [0 if ends else one for one, ends in zip(self._touched, over, strict=True)]
        self._of_midnight = self._touched
        self._since = [on if ends else one for one, ends in zip(since, over, strict=True)]
        self._said = None

    def said(self) -> Said:
        """All that can be said by now; the same object while nothing more happens."""
        said, booked = self._said, self._intake.booked
        if said is None or self._counted is not booked:
            self._counted = booked
            touched, today, expected = self._touched, self._intake.today, self._intake.expected
            if expected is None:  # nothing is said before the day is over
                booked, touched, today, expected = self._intake.of_midnight, self._of_midnight, 0, _NOBODY
            counted = list(map(add, booked, touched))
            said = self._said = (counted, self._before, self._of_stretch, today, expected)
        return said

    def held(self, said: Sequence[Said]) -> Reals:
        """The evidence of each test at each of several moments; the tests of one window after the other."""
        return self._held(said).reshape(len(said), -1)

    def _held(self, said: Sequence[Said]) -> Reals:
        """A moment, a window, a test."""
        many = len(GROUPS)
        numbers = [one for counted, *_ in said for one in counted]
        counted = fields(numbers, 3 * many).astype(np.int64).reshape(len(said), len(WINDOWS), -1)
        before: Reals = np.stack([before for _, before, *_ in said])
        of_stretch: Reals = np.stack([started for _, _, started, *_ in said])
        today = fields([today for *_, today, _ in said], many).astype(np.float64)
        missing: Reals = np.maximum(np.stack([expected for *_, expected in said]) - today, 0.0)
        charged = (counted[:, :, :many] + missing[:, None]) @ self.charge
        of_before = np.minimum(charged + counted[:, :, many : 2 * many] @ self.repay, _MOST_LOG)
        of_own = np.minimum(charged + counted[:, :, 2 * many :] @ self.repay, _MOST_LOG)
        return np.minimum(before * np.exp(of_before) + of_stretch * np.exp(of_own), MOST)


def _logs(null: float, step: float) -> tuple[float, float]:
    """What a booking is charged and a touch repays, in logarithms."""
    rate = null + (1 - null) * step
    charge = math.log((1 - rate) / (1 - null))
    return charge, math.log(rate / null) - charge


def largest(allowed: float, ratio: float) -> float:
    """The largest chance that a group has whose odds are so many times those of others, who have the allowed one."""
    by_odds = ratio * allowed / (1 - allowed + ratio * allowed)
    by_draws = 1 - (1 - allowed) ** ratio
    return float(min(max(by_odds, by_draws, allowed), 0.999))
