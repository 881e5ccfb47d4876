"""How evidence is added up, and why the bound on false alarms holds.

A *factor* is a likelihood ratio for one look-up whose expectation under honest behaviour, given all that came before,
is at most 1; 1 where a look-up says nothing. Kept is, for each test and each key (the agency, a user, a purpose), the
sum over all starts of the products of factors since that start: a Shiryaev–Roberts e-detector (Shin, Ramdas and
Rinaldo, 2024). Mass for new starts comes in with the clock, never with the number of look-ups: together at most the
shares times the days gone by, and one day's worth at the beginning. Which key a start falls to is settled before the
look-up's outcome is seen:

- the agency's part goes to its one key;
- of another level's, a third goes to whichever key asks next, a third to every key alike as time goes by, held until it
  asks again, and a third to the next key that is new. An account that comes late, or was quiet, finds mass waiting;
- while a level has a single key, its first two thirds go to the agency's, with which it would agree.

So for any stopping time τ the expected sum over all tests of an agency is at most the expected number of days until τ
plus one, as their shares together are at most 1. By Markov's inequality, with alarms at `threshold(bound)`, the chance
of an alarm within T ≥ 1 years is at most T × bound, however tests, levels and characteristics depend on each other.
Nothing here is tuned; a clamp and a forgotten key only ever take evidence away.

A user who was asked for a co-signature holds what it held then for good, so that the sum goes on to be bounded; asking
further users takes `FURTHER` times the threshold and then twice as much each time, whose parts add up.

Many look-ups are taken together (`scan`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pars.watch import scan
from pars.watch.scan import Factors, Places, Reals, Runs, Scanned

DAYS_A_YEAR: Final = 365.25
SECOND_GRADE: Final = 100.0
"""How much more evidence turns a request for a co-signature into a suspension."""
FURTHER: Final = 30.0
"""How much evidence asks a second user for a co-signature, a third for twice as much, and so on."""
MOST_KEYS: Final = 1024
"""Keys of a level at most; the half with the least evidence is forgotten when there are more."""
SECONDS_A_DAY: Final = 86_400.0
THIRD: Final = 1 / 3
TOGETHER: Final = 2048
"""Look-ups taken together at most; a draw, to which most tests listen, counts as `OF_A_DRAW`."""
OF_A_DRAW: Final = 4


def threshold(false_alarms_per_year: float) -> float:
    """The sum at which an alarm falls: (days of a year + the first day's credit) ÷ bound, for all grades together."""
    return (DAYS_A_YEAR + 1) * (1 + 1 / SECOND_GRADE + 2 / FURTHER) / false_alarms_per_year


@dataclass(slots=True)
class _Level:
    """The keys of one level: their rows, and what of the clock's mass they have had."""

    rows_of: dict[str, int]
    each: float = 0.0
    """Days of mass that every key has been given alike."""
    renewed: float = 0.0
    """When the last new key came, in seconds."""


@dataclass(slots=True)
class Carried:
    """Some look-ups carried through: what all hold of each detector, and what to keep."""

    most: Reals
    """No less than all keys hold together after any of the look-ups, and than the agency's own key does."""
    scanned: Scanned
    rows: Places
    held: tuple[Reals, Reals]
    """Of each row the tests of every look-up, and those of draws."""
    sums: Reals
    credit: Reals
    fresh: list[list[str]]
    levels: list[tuple[float, float]]
    at: float

    def each(self) -> tuple[Reals, Reals]:
        """What all keys hold together before the first look-up and after each, and what the agency's own key does."""
        return self.scanned.each()


class Evidence:
    """All tests of one agency, a row a key."""

    def __init__(self, starts: Reals, first: Places, every: int) -> None:
        """A day's mass by level and test, where each detector's tests begin, and how many each look-up speaks to."""
        self._levels = [_Level({}) for _ in range(len(starts))]
        self._levels[0].rows_of[""] = 0
        self._rows = np.zeros((8, starts.shape[1]))
        self._sums = np.zeros((8, len(first)))
        self._credit = np.zeros(8)
        self._put_away = np.zeros(8, dtype=bool)
        self._used = 1
        self._at: float | None = None
        self._every = every
        self._first = (first[first < every], first[first >= every] - every)
        self.begin_with(starts)

    def begin_with(self, starts: Reals) -> None:
        """From now on a day's mass is spread so over levels and tests; a detector's begin at its place in `first`."""
        self._starts = (starts[:, : self._every], starts[:, self._every :])
        self._of_draws_a_day = scan.sums(self._starts[1], self._first[1])
        missing = starts.shape[1] - self._rows.shape[1]
        if missing > 0:
            self._rows = np.pad(self._rows, ((0, 0), (0, missing)))

    @property
    def width(self) -> int:
        """How many tests there are."""
        return int(self._rows.shape[1])

    def carried(self, at: Reals, keys: Sequence[Sequence[str]], factors: Factors) -> Carried:
        """What would be held after each look-up; `keys` are those of every level but the agency's."""
        before = at[0] - SECONDS_A_DAY if self._at is None else self._at
        days = np.diff(at, prepend=before) / SECONDS_A_DAY
        many, levels = len(at), len(self._levels)
        fresh: list[list[str]] = [[]]
        told = [(0.0, 0.0)]
        used = self._used
        masses = np.zeros((levels, many, levels))
        masses[0, :, 0] = days
        rows = np.zeros((levels, many), dtype=np.int64)
        shared = np.zeros((levels, many))
        for place in range(1, levels):
            level = self._levels[place]
            single = next(iter(level.rows_of)) if len(level.rows_of) == 1 else None
            if single is not None and keys[place - 1].count(single) == many:  # still nobody else
                masses[0, :, place] = 2 * THIRD * days
                rows[place] = -1
                each = level.each + float(days.sum())
                self._credit[level.rows_of[single]] = each
                fresh.append([])
                told.append((each, level.renewed))
                continue
            rows[place], new = self._places(level, keys[place - 1], used, fresh)
            used += len(fresh[place])
            known = len(level.rows_of) + np.cumsum(new)
            shared[place] = level.each + np.cumsum(days / np.maximum(known, 1))
            mass = days * THIRD
            renewed = level.renewed if self._at is not None else before
            if new.any():
                came = at[new]
                mass[new] += THIRD / SECONDS_A_DAY * np.diff(came, prepend=renewed)
                renewed = float(came[-1])
            alone = known < 2  # noqa: PLR2004 - one key says what the agency says
            self._credit[rows[place, new]] = shared[place, new]
            masses[place, :, place] = mass
            if alone.any():
                masses[0, alone, place] = 2 * THIRD * days[alone]
                latest = int(np.flatnonzero(alone)[-1])
                self._credit[rows[place, latest]] = shared[place, latest]  # its part of this went to the agency's
                rows[place, alone] = -1
            told.append((float(shared[place, -1]), renewed))
        return self._scan(at, (rows, masses, shared), factors, (fresh, told))

    def keep(self, carried: Carried) -> None:
        """Make it so."""
        for level, names, (each, renewed) in zip(self._levels, carried.fresh, carried.levels, strict=True):
            for name in names:
                level.rows_of[name] = self._used
                self._used += 1
            level.each, level.renewed = each, renewed
        self._rows[carried.rows, : self._every], self._rows[carried.rows, self._every :] = carried.held
        self._sums[carried.rows] = carried.sums
        self._credit[carried.rows] = carried.credit
        self._at = carried.at
        for place, level in enumerate(self._levels[1:], 1):
            if len(level.rows_of) > MOST_KEYS:
                self._forget(place)

    def by_column(self) -> Reals:
        """What each test holds at each level: levels by tests."""
        return np.stack([self._rows[list(level.rows_of.values())].sum(axis=0) for level in self._levels])

    def put_away(self, place: int, key: str) -> Reals:
        """What a key holds in each test stays as it is from now on, with whoever asks; it has no more mass."""
        row = self._levels[place].rows_of.get(key)
        if row is None:
            return np.zeros(self.width)
        held: Reals = self._rows[row].copy()
        self._rows[row], self._sums[row], self._put_away[row] = 0.0, 0.0, True
        return held

    def strongest(self, place: int, columns: slice) -> tuple[str, Reals]:
        """The key of a level that holds most in these tests, and what it holds in each."""
        names = list(self._levels[place].rows_of)
        held = self._rows[list(self._levels[place].rows_of.values()), columns]
        best = int(held.sum(axis=1).argmax())
        return names[best], held[best]

    def _places(
        self, level: _Level, keys: Sequence[str], used: int, fresh: list[list[str]]
    ) -> tuple[list[int], NDArray[np.bool_]]:
        """The row of each key, and which key is seen for the first time."""
        rows_of = level.rows_of
        if rows_of.keys() >= set(keys):
            fresh.append([])
            return [rows_of[key] for key in keys], np.zeros(len(keys), dtype=bool)
        newer: dict[str, int] = {}
        places, new = [], np.zeros(len(keys), dtype=bool)
        for place, key in enumerate(keys):
            row = rows_of.get(key)
            if row is None:
                row = newer.get(key)
                if row is None:
                    row = newer[key] = used + len(newer)
                    new[place] = True
            places.append(row)
        fresh.append(list(newer))
        if used + len(newer) > len(self._rows):
            more = used + len(newer)
            self._rows = np.pad(self._rows, ((0, more), (0, 0)))
            self._sums = np.pad(self._sums, ((0, more), (0, 0)))
            self._credit = np.pad(self._credit, (0, more))
            self._put_away = np.pad(self._put_away, (0, more))
        return places, new

    def _scan(
        self,
        at: Reals,
        asked: tuple[Places, Reals, Reals],
        factors: Factors,
        told: tuple[list[list[str]], list[tuple[float, float]]],
    ) -> Carried:
        (rows, masses, shared), (fresh, levels) = asked, told
        many = len(at)
        flat = rows.ravel()
        order = np.argsort(flat, kind="stable")[int(np.count_nonzero(flat < 0)) :]
        row, look, level = flat[order], order % many, order // many
        begins = np.diff(row, prepend=-1) != 0
        first = np.flatnonzero(begins)
        since = shared.ravel()[order]
        earlier = np.concatenate(([0.0], since[:-1]))
        mass = masses.reshape(-1, masses.shape[2])[order]
        alike = (since - np.where(begins, self._credit[row], earlier)) * THIRD
        mass[np.arange(len(order)), level] += np.where(level > 0, alike, 0.0)
        mass[self._put_away[row]] = 0.0
        known = (row[first] < self._used)[:, None]
        before = np.where(known, self._rows[row[first]], 0.0)
        summed = np.where(known, self._sums[row[first]], 0.0)
        last = np.append(first[1:], len(order)) - 1
        runs = Runs(mass, look, level, first, last)
        habits, by_habit = scan.of_every(runs, factors, self._starts[0], self._first[0], before[:, : self._every])
        drawn, stretches = scan.of_draws(runs, factors, self._starts[1], self._first[1], before[:, self._every :])
        begun = self._sums[: self._used].sum(axis=0)
        scanned = Scanned(runs, by_habit, stretches, self._of_draws_a_day, summed, begun, order, rows.shape)
        return Carried(
            scanned.most(), scanned, row[last], (habits, drawn), scanned.at_the_end(), since[last], fresh, levels,
            float(at[-1]),
        )  # fmt: skip

    def _forget(self, place: int) -> None:
        """Forget the half with the least evidence, and close the gaps."""
        level = self._levels[place]
        sums = np.where(self._put_away, np.inf, self._rows.sum(axis=1))
        gone = set(sorted(level.rows_of, key=lambda key: sums[level.rows_of[key]])[: MOST_KEYS // 2])
        level.rows_of = {key: row for key, row in level.rows_of.items() if key not in gone}
        kept = sorted(row for each in self._levels for row in each.rows_of.values())
        moved = {row: place for place, row in enumerate(kept)}
        for one in (self._rows, self._sums, self._credit, self._put_away):
            one[: len(kept)] = one[kept]
        self._used = len(kept)
        self._put_away[self._used :] = False
        for each in self._levels:
            each.rows_of = {key: moved[row] for key, row in each.rows_of.items()}
