"""Look-ups of one agency that have been read and not been judged yet, in columns."""

from array import array
from dataclasses import dataclass, field

import numpy as np

from pars.watch import crawl, disparity
from pars.watch.columns import CRAWLS_FROM, DISPARITY_FROM, HABITS
from pars.watch.evidence import Reals
from pars.watch.traits import counts


@dataclass(slots=True)
class Sheet:
    """One entry a look-up in every column but the draws'."""

    written_at: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    at: "array[float]" = field(default_factory=lambda: array("d"))
    keys: tuple[list[str], list[str], list[str], list[str]] = field(default_factory=lambda: ([], [], [], []))
    said: bytearray = field(default_factory=bytearray)
    """What each look-up says of each habit."""
    draws: list[int] = field(default_factory=list)
    """The places of look-ups that drew somebody, and what is said of each of these below."""
    steps: "array[float]" = field(default_factory=lambda: array("d"))
    persons: list[int] = field(default_factory=list)
    weighed: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    coverage: "array[int]" = field(default_factory=lambda: array("q"))
    masses: list[tuple[Reals, Reals]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many look-ups."""
        return len(self.written_at)

    def factors(self, habits: Reals, allowed: float, traits_wide: int, tests_wide: int) -> Reals:
        """The factor of each look-up in each test."""
        many = len(self)
        found = np.ones((many, tests_wide))
        said = np.frombuffer(bytes(self.said), dtype=np.uint8).reshape(many, len(HABITS))
        found[:, :CRAWLS_FROM] = habits[np.arange(len(HABITS)), said].reshape(many, -1)
        if self.draws:
            steps = crawl.factors(np.frombuffer(self.steps, dtype=np.float64).reshape(len(self.draws), -1))
            found[self.draws, CRAWLS_FROM:DISPARITY_FROM] = steps.reshape(len(self.draws), -1)
            persons, weighed, drawn = (counts(one, traits_wide) for one in (self.persons, self.weighed, self.drawn))
            ratios = disparity.factors(persons, weighed, drawn, allowed)
            found[self.draws, DISPARITY_FROM:] = ratios.reshape(len(self.draws), -1)
        return found
