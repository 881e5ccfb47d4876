"""Look-ups of one agency that have been read and not been judged yet, in columns."""

from dataclasses import dataclass, field

import numpy as np

from pars.watch import crawl, disparity
from pars.watch.columns import CRAWLS_FROM, DISPARITY_FROM, HABITS
from pars.watch.coverage import Coverage, Said
from pars.watch.evidence import Factors, Reals
from pars.watch.traits import counts


@dataclass(slots=True)
class Sheet:
    """One entry a look-up in every column but the draws'."""

    looks: list[tuple[float, str, str, str, str, int, str]] = field(default_factory=list)
    """When, by which user of which cohort, for what, on whose behalf, in which order, and as it was written."""
    said: list[int] = field(default_factory=list)
    """What each look-up says of each habit."""
    draws: list[int] = field(default_factory=list)
    """The places of look-ups that drew somebody, and what is said of each of these below."""
    steps: list[float] = field(default_factory=list)
    persons: list[int] = field(default_factory=list)
    weighed: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    changes: list[tuple[int, Said]] = field(default_factory=list)
    """From which look-up on coverage had counted what, and what it held at the midnight before."""

    def __len__(self) -> int:
        """How many look-ups."""
        return len(self.looks)

    def covered(self, whose: Coverage) -> Reals:
        """What its tests held together after each look-up."""
        held = whose.held([said for _, said in self.changes]).sum(axis=1)
        return np.repeat(held, np.diff([*(begin for begin, _ in self.changes), len(self)]))

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
