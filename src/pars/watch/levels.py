"""Evidence of one detector at each level of one agency."""

from collections.abc import Mapping
from datetime import datetime
from typing import Generic

from pars.watch.evidence import Bank, Few, Handful, Many, Mass, Reals, Row
from pars.watch.lines import Disclosure
from pars.watch.parameters import Level


class Tests(Generic[Row]):
    """One detector's banks by level; together they begin with at most the detector's share."""

    def __init__(self, banks: Mapping[Level, Bank[Row]]) -> None:
        self._banks: Mapping[Level, Bank[Row]] = banks
        self._mass = Mass()

    def draw(self, asked: Disclosure, at: datetime, factor: Row) -> None:
        """One draw, at every level."""
        days = self._mass.until(at)
        for level, bank in self._banks.items():
            key = "" if level is Level.AGENCY else asked.user if level is Level.USER else asked.purpose
            bank.draw(key, days, factor)

    def begin_with(self, starts: Mapping[Level, Row]) -> None:
        """From now on starts are spread so."""
        for level, bank in self._banks.items():
            bank.start = starts[level]

    @property
    def total(self) -> float:
        """The evidence at all levels."""
        return sum([bank.total for bank in self._banks.values()])

    def at_level(self, level: Level) -> float:
        """The evidence at one level."""
        return self._banks[level].total if level in self._banks else 0.0

    def strongest(self) -> tuple[Level, str]:
        """The level with most of the evidence, and its key that holds most."""
        level = max(self._banks, key=lambda one: self._banks[one].total)
        return level, self._banks[level].strongest()

    def kept(self, level: Level, key: str) -> Row | None:
        """What the tests of one key hold."""
        return self._banks[level].of(key)


def few(share: float, tests: int, levels: Mapping[Level, float]) -> Tests[Handful]:
    """A handful of tests with the same part of a share."""
    return Tests({level: Few((share * part / tests,) * tests) for level, part in levels.items()})


def many(start: Reals, levels: Mapping[Level, float]) -> Tests[Reals]:
    """Tests with parts of their own."""
    return Tests({level: Many(start * part) for level, part in levels.items()})
