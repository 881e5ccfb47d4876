"""Coverage: how much of the intake an agency touches, soon or late. Decoys that hide a ratio swell this.

Null: of the incidents booked on a day, the first persons of at most a share `coverage_allowed` are touched, at whatever
hours; or each with a chance of at most that, whatever became of the others. Within a group of people, whose odds may be
`odds_ratio_allowed` times those of others, at most the chance that odds or Wallenius draws would then give it. Whoever
takes a whole group and hides it among many others is within neither.
Statistic: for each of `WINDOWS`, each such person is charged at booking as if nobody would touch them in so many days,
(1 - q) / (1 - c), and repaid when touched in time, by q (1 - c) / (c (1 - q)), for chances q of everybody, of a group
alone, or of a group and the rest (`TESTS`). An unfinished person counts less than the expected final factor, so the
sum is at every moment at most what it will be on average: valid at any stopping time, and the alarm need not wait for
the days to end. The short window sees soon who looks soon; the long ones see who waits, and begin anew less often.
Who works at night or from a morning's list touches most of those who have come by then, and no more of the day. So
whoever can still be expected today is charged from midnight on: as many as came after this hour on any such weekday of
late, and where more have come by now than had by then, in proportion. When the day is over it speaks once more, before
the next is charged; in a log's first week, where nothing can be expected, then alone. A day with far fewer bookings
than those like it counts as one of four fifths as many as the least of them but one, since the feed may have been away
for a part of it. A log's first day may be a part of one, too: it waits until seven others are known, and counts as one
of as many as the largest of them.
A window's starts are at the midnights that part stretches of its length, and a touch counts only for starts before the
booking; as it comes within that length, the booking was in this stretch or in the one before. So, as all charges are
alike, three whole numbers a group say everything of a stretch: booked, touched, and touched of those booked in it,
each in a field of one long whole number (as in `traits`).
Bound: see `evidence`. Source: Bernoulli likelihood ratio; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np

from pars.sharing.agreement import Watch
from pars.watch.scan import MOST, Reals
from pars.watch.stock import Person
from pars.watch.traits import SLOTS, UNIT, fields

Said: TypeAlias = tuple[Sequence[int], Reals, Reals, int, Reals, Reals]
"""Booked and touched in the stretch of each window by group, each in a field; what starts held at its midnight, a
window and a test: those of before and those of it; those booked today, each in a field, and what can be expected
(`Intake.to_come`); and what was held when the day began, a window and a test."""

WINDOWS: Final = ((1, 0.58), (7, 0.18), (30, 0.14), (120, 0.1))
"""Days within which somebody has to be touched to count, and the part of the detector's share; the parts together 1."""
_SECONDS_A_DAY: Final = 86_400
_MOST_LOG: Final = 200.0
_WEEK: Final = 7
_WEEKS: Final = 4
"""How many days like today say what can be expected of it."""
_FEWEST_ALIKE: Final = 3
"""Fewer may have been holidays."""
_SURELY: Final = 0.8
"""This part of the least of days like it, but for one, is expected of each day, whether it comes or not."""
_QUARTERS: Final = 96
"""Of an hour, in a day."""
_FAR: Final = 1e6
"""As many more may come for each who has, where none had come by now."""
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
_FIELD: Final = 64
_HALF: Final = UNIT | UNIT // 2
"""Whoever has a share of a half or more has one of these bits."""
_EVERYBODY: Final = 1
_MEMBERS: Final = tuple(
    (_HALF << (_FIELD * SLOTS.index(one)), 1 << (_FIELD * place)) for place, one in enumerate(GROUPS) if one
)
_UNKNOWN: Final[Reals] = np.full((3, len(GROUPS)), -1.0)
_NONE: Final[Reals] = np.zeros((3, len(GROUPS)))
_NOT_FORESEEN: Final = (_UNKNOWN,) * _QUARTERS
_TOUCHED, _OF_STRETCH = _FIELD * len(GROUPS), 2 * _FIELD * len(GROUPS)


class Intake:
    """The first persons of incidents booked in the stretch of each window, by group; one for the whole log."""

    __slots__ = (
        "_by_quarter", "_days", "_first", "_foreseen", "_quarter", "_surely",
        "booked", "first_on", "let_in", "to_come", "today",
    )  # fmt: skip

    def __init__(self) -> None:
        self.booked = (0,) * len(WINDOWS)
        """Another object whenever anything has changed."""
        self.today = 0
        self.to_come = _UNKNOWN
        """Of today by group: how many can still come, and for each who has come, and at least how many in all."""
        self.first_on: int | None = None
        """The first day on which anybody is booked: how much of it the log has is unknown."""
        self.let_in = (False,) * len(WINDOWS)
        """Of which windows the first day is among those booked by now."""
        self._first = 0
        self._quarter = 0
        self._by_quarter = [0] * _QUARTERS
        """Who was booked today in each quarter of an hour, each group in a field."""
        self._days: dict[int, Reals] = {}
        """Of each known day how many of each group were booked before each quarter, and in all."""
        self._surely = _NONE[0]
        self._foreseen: Sequence[Reals] = _NOT_FORESEEN
        """Of each quarter of today, `to_come`."""

    def begin(self, before: int, on: int) -> None:
        """A new day, after another. One on which nobody was booked says nothing: the feed may have been away."""
        missing = 0
        if self.today:
            counted = np.cumsum(fields([0, *self._by_quarter], len(GROUPS)), axis=0)
            self._days[before] = counted.astype(np.float64)
            self._by_quarter = [0] * _QUARTERS
            missing = _packed(np.maximum(self._surely - self._days[before][-1], 0.0))
        self.today = self._quarter = 0
        goes_on = [before // days == on // days for days, _ in WINDOWS]
        self.booked = tuple([one + missing if goes else 0 for one, goes in zip(self.booked, goes_on, strict=True)])
        self.let_in = tuple([one and goes for one, goes in zip(self.let_in, goes_on, strict=True)])
        self._days = {day: booked for day, booked in self._days.items() if on - day <= _WEEK * _WEEKS}
        alike = [booked for day, booked in self._days.items() if (on - day) % _WEEK == 0]
        known = alike if len(alike) >= _FEWEST_ALIKE else list(self._days.values())
        wholes = np.sort([booked[-1] for booked in known], axis=0)
        self._surely = np.floor(_SURELY * wholes[min(1, len(known) - 1)]) if known else _NONE[0]
        self._foreseen = _foreseen(np.stack(known), self._surely) if len(self._days) >= _WEEK else _NOT_FORESEEN
        self.to_come = self._foreseen[0]
        if self._first and self._foreseen is not _NOT_FORESEEN:
            self._let_in(self.first_on or 0, on)

    def go_on(self, quarter: int) -> None:
        """It is another quarter of an hour of the day, counted from its midnight."""
        self._quarter = quarter
        self.to_come = self._foreseen[quarter]

    def nothing_more(self) -> Reals:
        """What can be expected of a day that is over. One without any booking says nothing."""
        return np.stack((_NONE[0], _NONE[1], self._surely)) if self.today else _NONE

    def _let_in(self, first_on: int, on: int) -> None:
        """The first day counts from now on, where its stretch goes on, as one of as many as the largest known day."""
        had = fields([self._first], len(GROUPS))[0].astype(np.int64)
        most = np.max([counted[-1] for counted in self._days.values()], axis=0)
        first = _packed(np.maximum(had, most))
        self.let_in = tuple(first_on // days == on // days for days, _ in WINDOWS)
        self.booked = tuple([one + first * let for one, let in zip(self.booked, self.let_in, strict=True)])
        self._first = 0

    def add(self, person: Person) -> None:
        """Somebody is booked; only the first of an incident counts, once, whomever an agreement shows."""
        if self.first_on is None:
            self.first_on = person.came_on
        if not person.first or person.again:
            return
        one = groups(person.came_unit)
        if person.came_on == self.first_on:
            self._first += one
        else:
            self.today += one
            self._by_quarter[self._quarter] += one
            self.booked = tuple([booked + one for booked in self.booked])


def _foreseen(known: Reals, surely: Reals) -> Sequence[Reals]:
    """`Intake.to_come` of each quarter of a day like known ones."""
    before, whole = known[:, :-1], known[:, -1:]
    for_each = np.where(before > 0, whole / np.maximum(before, 1.0) - 1.0, _FAR).max(axis=0)
    return list(np.stack(((whole - before).max(axis=0), for_each, np.broadcast_to(surely, for_each.shape)), axis=1))


def _stacked(each: Sequence[Reals]) -> Reals:
    """Several in one, of which most are the very one before them."""
    told, where = [each[0]], []
    for one in each:
        if one is not told[-1]:
            told.append(one)
        where.append(len(told) - 1)
    return np.stack(told)[where]


def _packed(counted: Reals) -> int:
    """How many of each group, each in its field."""
    return sum(int(many) << (_FIELD * group) for group, many in enumerate(counted.tolist()))


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
        self._touched, self._of_first = [0 for _ in WINDOWS], [0 for _ in WINDOWS]
        """Apart, those booked on the log's first day."""
        self._at_midnight = np.zeros_like(self._mass)
        self._since: list[int | None] = [on for _ in WINDOWS]
        """The day of each window's last start, from which on mass has come in; None: nothing has happened yet."""
        self._counted_by, self._foresaw = self._intake.booked, self._intake.to_come
        self._said: Said | None = None
        self._overnight = 0.0

    def begun(self, on: int) -> "Coverage":
        """The same for an agency whose first entry is of this day; what grew before it came is at most a day's mass."""
        mine = object.__new__(Coverage)
        mine.charge, mine.repay, mine._mass, mine._intake = self.charge, self.repay, self._mass, self._intake
        mine._begin(np.minimum(self._before, self._mass), on)
        return mine

    def touched(self, person: Person, at: float, on: int) -> None:
        """The agency touches somebody for the first time; others of an incident do not count."""
        if not person.first:
            return
        touched = self._of_first if person.came_on == self._intake.first_on else self._touched
        one, since = groups(person.came_unit), at - person.came
        for place, (days, _) in enumerate(WINDOWS):
            apart = on // days - person.came_on // days
            if since <= days * _SECONDS_A_DAY and apart <= 1:  # a stretch with a day of 23 hours is shorter
                touched[place] += one << _TOUCHED
                if apart == 0:
                    touched[place] += one << _OF_STRETCH
        self._said = None

    def midnight(self, before: int, on: int) -> None:
        """A new day, after another: where a stretch is over what began earlier goes on together, and a start begins.

        A new start has the mass of the days since the one before.
        """
        today, more = self._intake.today, self._intake.nothing_more()
        held = self._held([(self._counted(), self._before, self._of_stretch, today, more, self._at_midnight)])[0]
        self._overnight = max(self._overnight, float(held.sum()))
        ends = [before // days != on // days for days, _ in WINDOWS]
        since = [before if one is None else one for one in self._since]
        ended = np.array(ends)[:, None]
        mass = self._mass * (on - np.array(since))[:, None]
        self._before = np.where(ended, held, self._before)
        self._of_stretch = np.where(ended, mass, self._of_stretch)
        self._at_midnight = np.where(ended, held + mass, held)
        self._touched = [0 if end else one for one, end in zip(self._touched, ends, strict=True)]
        self._of_first = [0 if end else one for one, end in zip(self._of_first, ends, strict=True)]
        self._since = [on if end else one for one, end in zip(since, ends, strict=True)]
        self._said = None

    def overnight(self) -> float:
        """The most that all tests held together when a day was over, of the days since this was asked last."""
        most, self._overnight = self._overnight, 0.0
        return most

    def said(self) -> Said:
        """All that has happened until now; the same object while nothing more happens."""
        said, intake = self._said, self._intake
        if said is None or self._counted_by is not intake.booked or self._foresaw is not intake.to_come:
            self._counted_by, self._foresaw = intake.booked, intake.to_come
            said = self._said = (
                self._counted(), self._before, self._of_stretch, intake.today, intake.to_come, self._at_midnight,
            )  # fmt: skip
        return said

    def _counted(self) -> list[int]:
        let_in = self._intake.let_in
        return [
            booked + touched + (first if let else 0)
            for booked, touched, first, let in zip(
                self._intake.booked, self._touched, self._of_first, let_in, strict=True
            )
        ]

    def held(self, said: Sequence[Said]) -> Reals:
        """The evidence of each test at each of several moments; the tests of one window after the other."""
        return self._held(said).reshape(len(said), -1)

    def _held(self, said: Sequence[Said]) -> Reals:
        """A moment, a window, a test."""
        many = len(GROUPS)
        numbers = [one for counted, *_ in said for one in counted]
        counted = fields(numbers, 3 * many).astype(np.int64).reshape(len(said), len(WINDOWS), -1)
        before, of_stretch = _stacked([one[1] for one in said]), _stacked([one[2] for one in said])
        to_come, at_midnight = _stacked([one[4] for one in said]), _stacked([one[5] for one in said])
        today = fields([one[3] for one in said], many).astype(np.float64)
        missing = np.maximum(np.maximum(to_come[:, 0], today * to_come[:, 1]), to_come[:, 2] - today)
        charged = (counted[:, :, :many] + missing[:, None]) @ self.charge
        of_before = np.minimum(charged + counted[:, :, many : 2 * many] @ self.repay, _MOST_LOG)
        of_own = np.minimum(charged + counted[:, :, 2 * many :] @ self.repay, _MOST_LOG)
        held: Reals = np.minimum(before * np.exp(of_before) + of_stretch * np.exp(of_own), MOST)
        return np.where(to_come[:, :1, :1] < 0, at_midnight, held)


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
