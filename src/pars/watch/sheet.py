"""Look-ups of one agency that have been read and not been judged yet, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pars.watch import crawl, disparity
from pars.watch.columns import CRAWLS_FROM, HABITS, ORDERS, STEPS_OF
from pars.watch.coverage import Coverage, Said
from pars.watch.parameters import Level
from pars.watch.scan import DRAWERS, Factors, Reals
from pars.watch.stock import Person
from pars.watch.traits import counts


@dataclass(slots=True)
class Sheet:
    """One entry a look-up in every column but the draws'."""

    looks: list[tuple[float, str, str, str, str, int, str]] = field(default_factory=list)
    """When, by which user of which cohort, for what, on whose behalf, in which order, and as it was written."""
    said: list[int] = field(default_factory=list)
    """What each look-up says of each habit."""
    rows: list[int] = field(default_factory=list)
    """Which draw of those below each look-up is by `evidence.DRAWERS`: three for each look-up."""
    levels: list[Level] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    open_to: list[int] = field(default_factory=list)
    """Four for each draw: those left by persons and by incidents, and everybody likewise."""
    drawn: list[int] = field(default_factory=list)
    """The sum of the traits of everybody in the incident that is drawn."""
    many: list[int] = field(default_factory=list)
    """How many these are."""
    changes: list[tuple[int, Said]] = field(default_factory=list)
    """From which look-up on coverage had counted what, and what it held at the midnight before."""
    nights: list[tuple[int, float]] = field(default_factory=list)
    """Before which look-up days were over, and the most that coverage held as one was."""

    def __len__(self) -> int:
        """How many look-ups."""
        return len(self.looks)

    def draw(
        self, level: Level, open_to: tuple[int, int, int, int], mates: Sequence[Person], steps: tuple[float, ...]
    ) -> int:
        """A draw of somebody out of others, and how far it goes on in both orders; its place among the draws."""
        self.levels.append(level)
        self.open_to += open_to
        self.drawn.append(mates[0].unit if len(mates) == 1 else sum([one.unit for one in mates]))
        self.many.append(len(mates))
        self.steps += steps
        return len(self.levels) - 1

    def covered(self, whose: Coverage) -> Reals:
        """What its tests held together after each look-up."""
        held = whose.held([said for _, said in self.changes]).sum(axis=1)
        return np.repeat(held, np.diff([*(begin for begin, _ in self.changes), len(self)]))

    def covered_overnight(self) -> Reals:
        """The most that coverage held as a day was over, before each look-up; nothing where none was."""
        most = np.zeros(len(self))
        for place, held in self.nights:
            most[place] = held
        return most

    def factors(self, habits: Reals, allowed: float, traits_wide: int, tests_wide: int) -> Factors:
        """The factor of each look-up in each test."""
        said = np.frombuffer(bytes(self.said), dtype=np.uint8).reshape(len(self), len(HABITS))
        every = habits[np.arange(len(HABITS)), said].reshape(len(self), -1)
        rows = np.array(self.rows, dtype=np.int64).reshape(len(self), len(DRAWERS)).T
        if not self.levels:
            return Factors(every, rows, np.ones((0, tests_wide - CRAWLS_FROM)))
        open_to = counts(self.open_to, traits_wide).reshape(len(self.levels), 4, -1).transpose(1, 0, 2)
        drawn = counts(self.drawn, traits_wide) / np.array(self.many)[:, None]
        ratios = disparity.factors(open_to, drawn, allowed).reshape(len(self.levels), -1)
        return Factors(every, rows, np.concatenate((self._of_orders(), ratios), axis=1))

    def _of_orders(self) -> Reals:
        """An account's steps and the agency's are told apart: each has tests of its own."""
        many = len(self.levels)
        found = crawl.factors(np.array(self.steps).reshape(many, len(ORDERS), -1)).reshape(many, len(ORDERS), -1)
        by_level = [np.array([one is level for one in self.levels])[:, None, None] for level in STEPS_OF]
        return np.stack([np.where(mine, found, 1.0) for mine in by_level], axis=2).reshape(many, -1)
