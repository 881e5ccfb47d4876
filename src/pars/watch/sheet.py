"""Look-ups of one agency that have been read and not been judged yet, in columns."""

from dataclasses import dataclass, field

import numpy as np

from pars.watch import coverage, crawl, disparity
from pars.watch.columns import CRAWLS_FROM, DISPARITY_FROM, HABITS
from pars.watch.coverage import Counted, Coverage
from pars.watch.evidence import Factors, Reals
from pars.watch.traits import counts


@dataclass(slots=True)
class Sheet:
    """One entry a look-up in every column but the draws'."""

    looks: list[tuple[float, str, str, str, str, int, str]] = field(default_factory=list)
    """When, by which user of which cohort, for what, on whose behalf, in which order, and as it was written."""
    said: bytearray = field(default_factory=bytearray)
    """What each look-up says of each habit."""
    draws: list[int] = field(default_factory=list)
    """The places of look-ups that drew somebody, and what is said of each of these below."""
    steps: list[float] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)
    weighed: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)
    """What coverage had counted after each look-up."""
    days: list[tuple[int, Reals, Reals]] = field(default_factory=list)
    """What coverage held at midnight, from which look-up on."""

    def __len__(self) -> int:
        """How many look-ups."""
        return len(self.looks)

    def cover(self, whose: Coverage) -> None:
        """Write down what coverage has counted until now."""
        before, today = whose.mass
        if not self.days or self.days[-1][1] is not before:
            self.days.append((len(self.looks) - 1, before, today))
        self.counted.append(whose.said())

    def covered(self) -> tuple[Counted, Reals, Reals]:
        """The same after each look-up, with what was held at its day's midnight."""
        counted = coverage.counts(self.counted)
        begun = [begin for begin, *_ in self.days]
        long = np.diff([*begun, len(self)])
        before, today = (np.repeat(np.stack([day[part] for day in self.days]), long, axis=0) for part in (1, 2))
        return counted, before, today

    def factors(self, habits: Reals, allowed: float, traits_wide: int, tests_wide: int) -> Factors:
        """The factor of each look-up in each test."""
        said = np.frombuffer(bytes(self.said), dtype=np.uint8).reshape(len(self), len(HABITS))
        every = habits[np.arange(len(HABITS)), said].reshape(len(self), -1)
        drawn = np.ones((len(self.draws), tests_wide - CRAWLS_FROM))
        if self.draws:
            steps = crawl.factors(np.array(self.steps).reshape(len(self.draws), -1))
            drawn[:, : DISPARITY_FROM - CRAWLS_FROM] = steps.reshape(len(self.draws), -1)
            persons, weighed, units = (counts(one, traits_wide) for one in (self.persons, self.weighed, self.drawn))
            ratios = disparity.factors(persons, weighed, units, allowed)
            drawn[:, DISPARITY_FROM - CRAWLS_FROM :] = ratios.reshape(len(self.draws), -1)
        return Factors(every, np.array(self.draws, dtype=np.int64), drawn)
