"""Sums over all starts, carried through many look-ups at once: now = (held before + mass) × factor, key by key.

Look-ups stand in the order of their keys and then of time. The tests that only a draw speaks to are carried from draw
to draw of a key, as what comes between is mass alone.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]

MOST: Final = 1e30
"""What a test holds at most."""
DRAWERS: Final = (0, 1, 2)
"""Levels that draw by themselves: the agency, a user, a cohort. Every other listens to the agency's draws."""
_LISTENS_TO: Final = np.array([*DRAWERS, 0, 0])
_BLOCK: Final = 8
_MOST_TOGETHER: Final = 1e30
"""Factors of so many blocks together stay far from the largest number that there is, and beyond `MOST` all the same."""
_KEPT_BYTES: Final = 31 << 20
"""Below the most that it learns from: 32 MiB."""


def keep_pages() -> None:
    """Give back one large block, so that what is added up takes the same memory again and again.

    The C library of Linux keeps for itself what is given back up to the largest block so far; otherwise it asks the
    system for each sum's memory anew, which was a fifth of a replay.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors of some look-ups: of the tests that each speaks to, and of those that only a draw speaks to."""

    every: Reals
    rows: Places
    """Which draw each look-up is, by `DRAWERS`; -1: none. A row for each of them."""
    of_draws: Reals

    def part(self, begin: int, end: int) -> "Factors":
        """Those of some of the look-ups."""
        return Factors(self.every[begin:end], self.rows[:, begin:end], self.of_draws)


@dataclass(frozen=True, slots=True)
class Runs:
    """Look-ups in the order of keys and then of time: the mass that comes with each, and where each key's are."""

    mass: Reals
    look: Places
    level: Places
    first: Places
    last: Places


@dataclass(frozen=True, slots=True)
class Stretches:
    """From draw to draw of a key: at which look-ups each ends, and what the tests of draws hold there."""

    ends: NDArray[np.bool_]
    begin: Places
    first: Places
    last: Places
    mass: Reals
    sums: Reals


@dataclass(frozen=True, slots=True)
class Scanned:
    """What each detector held in the course of look-ups: at most, which costs little, or after each of them."""

    runs: Runs
    by_habit: Reals
    """After each look-up of a key."""
    stretches: Stretches
    of_draws_a_day: Reals
    summed: Reals
    """By each of these keys before its first look-up, and below by all keys."""
    begun: Reals
    order: Places
    shape: tuple[int, ...]

    def at_the_end(self) -> Reals:
        """By each key."""
        stretches = self.stretches
        return np.concatenate((self.by_habit[self.runs.last], stretches.sums[stretches.last]), axis=1)

    def most(self) -> Reals:
        """Each key at its most, whenever that was: of all together, and of the agency's own.

        Between two draws of a key comes mass alone, so that no more than all of it is added to what it held at a draw.
        """
        stretches = self.stretches
        habits = np.maximum.reduceat(self.by_habit, self.runs.first, axis=0)
        draws = np.maximum.reduceat(stretches.sums, stretches.first, axis=0)
        each = np.maximum(np.concatenate((habits, draws), axis=1), self.summed)
        mass = np.add.reduceat(stretches.mass, stretches.first, axis=0)
        each[:, habits.shape[1] :] += mass @ self.of_draws_a_day
        return np.stack((self.begun + (each - self.summed).sum(axis=0), each[0]))  # the agency's row is the first

    def each(self) -> tuple[Reals, Reals]:
        """Before the first look-up and after each: all keys together, and the agency's own."""
        runs, stretches, sums = self.runs, self.stretches, self.stretches.sums
        where: Places = np.cumsum(stretches.ends) - stretches.ends  # the stretch to which each look-up belongs
        sofar = np.cumsum(runs.mass, axis=0)
        sofar -= (sofar - runs.mass)[stretches.begin][where]
        ahead = np.concatenate((sums[:1], sums[:-1]))
        ahead[stretches.first] = self.summed[:, self.by_habit.shape[1] :]
        by_draw = np.where(stretches.ends[:, None], sums[where], ahead[where] + sofar @ self.of_draws_a_day)
        after = np.concatenate((self.by_habit, by_draw), axis=1)
        changed = np.zeros((self.shape[0] * self.shape[1], after.shape[1]))
        changed[self.order[1:]] = after[1:] - after[:-1]
        changed[self.order[runs.first]] = after[runs.first] - self.summed
        changes = changed.reshape(*self.shape, -1).sum(axis=0)
        together = self.begun + np.concatenate((np.zeros_like(changes[:1]), np.cumsum(changes, axis=0)))
        return together, np.concatenate((self.summed[:1], after[: self.shape[1]]))


def of_every(runs: Runs, factors: Factors, starts: Reals, first: Places, before: Reals) -> tuple[Reals, Reals]:
    """The tests that each look-up speaks to: what keys hold at the end, and each detector's after each look-up.

    `starts` is a day's mass by level and test, `first` where each detector's tests begin, `before` what each key holds.
    """
    held = _scanned(runs.mass @ starts, factors.every[runs.look], runs.first, before)
    return held[runs.last], sums(held, first)


def of_draws(runs: Runs, factors: Factors, starts: Reals, first: Places, before: Reals) -> tuple[Reals, Stretches]:
    """The same of tests to which a draw alone speaks.

    What follows the last draw of a key is taken together, too, as a look-up whose factors are 1.
    """
    drawn = factors.rows[_LISTENS_TO[runs.level], runs.look]
    ends = drawn >= 0
    ends[runs.last] = True
    end = np.flatnonzero(ends)
    begin = np.concatenate(([0], end[:-1] + 1))
    factor = np.concatenate((factors.of_draws, np.ones((1, before.shape[1]))))[drawn[end]]
    starting = np.searchsorted(end, runs.first)
    mass = np.add.reduceat(runs.mass, begin, axis=0)
    held = _scanned(mass @ starts, factor, starting, before)
    last = np.append(starting[1:], len(end)) - 1
    return held[last], Stretches(ends, begin, starting, last, mass, sums(held, first))


def sums(held: Reals, first: Places) -> Reals:
    """What each detector's tests hold together: many alike, or a few wide ones."""
    many = len(first)
    if many == 0:
        return np.zeros((len(held), 0))
    ends = [*first[1:].tolist(), held.shape[1]]
    widths = {end - begin for begin, end in zip(first.tolist(), ends, strict=True)}
    if len(widths) == 1:
        tests = held.reshape(len(held), many, -1)
        found = tests[:, :, 0].copy()
        for test in range(1, tests.shape[2]):
            found += tests[:, :, test]
        return found
    return np.stack([held[:, begin:end].sum(axis=1) for begin, end in zip(first.tolist(), ends, strict=True)], axis=1)


def _scanned(added: Reals, multiplied: Reals, first: Places, before: Reals) -> Reals:
    """What is held after each of several runs' steps: (held before it + added) × multiplied."""
    added[first] += before
    added *= multiplied
    multiplied[first] = 0.0
    held = _recursion(multiplied, added)
    if held.max(initial=0.0) > MOST:
        np.minimum(held, MOST, out=held)
    return held


def _recursion(multiplied: Reals, added: Reals) -> Reals:
    """Row after row, from nothing: before × multiplied + added; within all blocks at once, and their ends likewise."""
    many, width = added.shape
    if many <= _BLOCK:
        for row in range(1, many):
            added[row] += multiplied[row] * np.minimum(added[row - 1], MOST)
        return added
    blocks = -(-many // _BLOCK)
    short = blocks * _BLOCK - many
    if short:
        multiplied = np.concatenate((multiplied, np.ones((short, width))))
        added = np.concatenate((added, np.zeros((short, width))))
    by_block, sums = multiplied.reshape(blocks, _BLOCK, width), added.reshape(blocks, _BLOCK, width)
    carried = np.empty((blocks, width))
    for row in range(1, _BLOCK):
        np.multiply(by_block[:, row], sums[:, row - 1], out=carried)
        sums[:, row] += carried
        by_block[:, row] *= by_block[:, row - 1]
    ends = _recursion(np.minimum(by_block[:, -1], _MOST_TOGETHER), sums[:, -1].copy())
    sums[1:] += by_block[1:] * np.minimum(ends[:-1, None], MOST)
    return sums.reshape(-1, width)[:many]
