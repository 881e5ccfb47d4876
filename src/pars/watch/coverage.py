"""Coverage: how much of the intake an agency touches within a day of booking. Decoys that hide a ratio swell this.

Null: of the incidents booked, the first person of each is touched within 24 hours with a chance of at most
`coverage_allowed`, whatever became of the others; within a group of people, whose odds may be `odds_ratio_allowed`
times those of others, at most the chance that odds or Wallenius draws would then give it. Whoever takes a whole group
and hides it among many others is within neither.
Statistic: each such person is charged at booking as if nobody would touch them, (1 - q) / (1 - c), and repaid when
touched in time, by q (1 - c) / (c (1 - q)), for chances q of everybody, of a group alone, or of a group and the rest
(`TESTS`). An unfinished person counts less than the expected final factor, so the sum is at every moment at most what
it will be on average: valid at any stopping time, and the alarm need not wait for the day to end. Starts are at
midnights, and a touch counts only for starts before the booking.
As all of a day's charges are alike, three whole numbers a group say everything since midnight: booked, touched, and
touched of those booked today, each in a field of one long whole number (as in `traits`).
Bound: see `evidence`. Source: Bernoulli likelihood ratio; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from pars.sharing.agreement import Watch
from pars.watch.evidence import MOST, Reals
from pars.watch.stock import Person
from pars.watch.traits import SLOTS, UNIT, fields

Said: TypeAlias = tuple[int, int, Reals, Reals]
"""Booked and touched since midnight by group, each in a field; and what starts before today and of today held then."""

WITHIN_SECONDS: Final = 86_400
_MOST_LOG: Final = 200.0
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
_TOUCHED, _OF_TODAY = _FIELD * len(GROUPS), 2 * _FIELD * len(GROUPS)


class Intake:
    """The first persons of incidents booked since midnight, by group; one for the whole log."""

    __slots__ = ("booked",)

    def __init__(self) -> None:
        self.booked = 0

    def begin_day(self) -> None:
        """Midnight."""
        self.booked = 0

    def add(self, person: Person) -> None:
        """Somebody is booked; only the first of an incident counts, once, whomever an agreement shows."""
        if person.first and not person.again:
            self.booked += groups(person.unit)


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
        self._mass = share * np.array([part for *_, part in TESTS])
        self._intake = intake
        self._before = np.zeros(len(TESTS))
        self._today = self._mass
        self._touched = 0
        self._said: Said | None = None

    def begun(self) -> "Coverage":
        """The same for an agency whose first entry is now; what grew before it came is at most a day's mass."""
        mine = object.__new__(Coverage)
        mine.charge, mine.repay, mine._mass, mine._intake = self.charge, self.repay, self._mass, self._intake
        mine._before = np.minimum(self._before, self._mass)
        mine._today = self._mass
        mine._touched = 0
        mine._said = None
        return mine

    def touched(self, person: Person, at: float, on: int) -> None:
        """The agency touches somebody for the first time; late touches and others of an incident do not count."""
        if not person.first or at - person.came > WITHIN_SECONDS:
            return
        one = groups(person.unit)
        self._touched += one << _TOUCHED
        if person.came_on == on:
            self._touched += one << _OF_TODAY

    def midnight(self, days: int) -> None:
        """New days: what began earlier goes on together, and a new start has the mass of so many days."""
        self._before = self.held([self.said()])[0]
        self._today = self._mass * days
        self._touched = 0

    def said(self) -> Said:
        """All that has happened until now; the same object while nothing more happens."""
        said, booked = self._said, self._intake.booked
        if said is None or said[0] is not booked or said[1] is not self._touched or said[2] is not self._before:
            said = self._said = (booked, self._touched, self._before, self._today)
        return said

    def held(self, said: Sequence[Said]) -> Reals:
        """The evidence of each test at each of several moments."""
        counted = fields([booked + touched for booked, touched, *_ in said], 3 * len(GROUPS)).astype(np.int64)
        before: Reals = np.stack([before for *_, before, _ in said])
        today: Reals = np.stack([today for *_, today in said])
        many = len(GROUPS)
        charged = counted[:, :many] @ self.charge
        of_before = np.minimum(charged + counted[:, many : 2 * many] @ self.repay, _MOST_LOG)
        of_today = np.minimum(charged + counted[:, 2 * many :] @ self.repay, _MOST_LOG)
        return np.minimum(before * np.exp(of_before) + today * np.exp(of_today), MOST)


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
