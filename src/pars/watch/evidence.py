"""How evidence is added up, and why the bound on false alarms holds.

A *factor* is a likelihood ratio for one draw whose expectation under honest behaviour, given all that came before, is
at most 1. A *bank* keeps, for each key (an agency, a user, a purpose), the sum over all starts of the products of
factors since that start: a Shiryaev–Roberts e-detector (Shin, Ramdas and Rinaldo, 2024). Mass for new starts comes in
with the clock, never with the number of look-ups: together, over all keys, at most the bank's share times the days
gone by, and one day's worth at the beginning. Which key a start falls to is settled before the draw's outcome is seen.

So for any stopping time τ the expected sum over all banks of an agency is at most the expected number of days until τ
plus one, as their shares together are at most 1. By Markov's inequality, with alarms at `threshold(bound)`, the chance
of an alarm within T ≥ 1 years is at most T × bound, however banks, levels and characteristics depend on each other.
Nothing here is tuned; a clamp and a forgotten key only ever take evidence away.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Final, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Reals: TypeAlias = NDArray[np.float64]
Handful: TypeAlias = tuple[float, ...]
Row = TypeVar("Row", Reals, Handful)

DAYS_A_YEAR: Final = 365.25
SECOND_GRADE: Final = 100.0
"""How much more evidence turns a request for a co-signature into a suspension."""
MOST: Final = 1e15
MOST_KEYS: Final = 1024
"""Keys of a bank at most; the half with the least evidence is forgotten when there are more."""
SECONDS_A_DAY: Final = 86_400.0


def threshold(false_alarms_per_year: float) -> float:
    """The sum at which an alarm falls: (days of a year + the first day's credit) ÷ bound, for both grades together."""
    return (DAYS_A_YEAR + 1) * (1 + 1 / SECOND_GRADE) / false_alarms_per_year


class Bank(ABC, Generic[Row]):
    """Evidence of one detector at one level of one agency. `start` says how a day's mass is spread over its tests."""

    def __init__(self, start: Row) -> None:
        self.start: Row = start
        self._kept: dict[str, Row] = {}
        self._sums: dict[str, float] = {}
        self.total = 0.0

    def draw(self, key: str, days: float, factor: Row) -> None:
        """One draw under this key, after so many days of mass that no earlier start has had."""
        self._kept[key], now = self.grown(self._kept.get(key), days, factor)
        self.total = max(0.0, self.total - self._sums.get(key, 0.0) + now)
        self._sums[key] = now
        if len(self._kept) > MOST_KEYS:
            self._forget()

    @abstractmethod
    def grown(self, kept: Row | None, days: float, factor: Row) -> tuple[Row, float]:
        """What a key's tests hold after a draw, each at most `MOST`, and their sum."""

    def of(self, key: str) -> Row | None:
        """What this key's tests hold."""
        return self._kept.get(key)

    def strongest(self) -> str:
        """The key with most of the evidence; empty when there is none."""
        return max(self._sums, key=self._sums.__getitem__, default="")

    def _forget(self) -> None:
        for key in sorted(self._sums, key=self._sums.__getitem__)[: MOST_KEYS // 2]:
            del self._kept[key], self._sums[key]
        self.total = sum(self._sums.values())


class Many(Bank[Reals]):
    """Hundreds of tests at once."""

    def grown(self, kept: Reals | None, days: float, factor: Reals) -> tuple[Reals, float]:
        """By numpy."""
        now = self.start * days
        if kept is not None:
            now += kept
        now *= factor
        together = float(now.sum())
        if together > MOST:
            np.minimum(now, MOST / now.size, out=now)
            together = float(now.sum())
        return now, together


class Few(Bank[Handful]):
    """Three or four tests: plain numbers are ten times faster than numpy here."""

    def grown(self, kept: Handful | None, days: float, factor: Handful) -> tuple[Handful, float]:
        """One by one."""
        before = kept or (0.0,) * len(factor)
        now = tuple(
            min((held + begun * days) * ratio, MOST)
            for held, begun, ratio in zip(before, self.start, factor, strict=True)
        )
        return now, sum(now)


class Mass:
    """The days that have not been given to a start yet; one at the beginning."""

    def __init__(self) -> None:
        self._last: datetime | None = None

    def until(self, at: datetime) -> float:
        """The days since the last draw, given away once."""
        days = 1.0 if self._last is None else (at - self._last).total_seconds() / SECONDS_A_DAY
        self._last = at
        return days
