"""Coverage: how much of the intake an agency touches within a day of booking. Decoys that hide a ratio swell this.

Null: of the incidents booked, the first person of each is touched within 24 hours with a chance of at most
`coverage_allowed`, whatever became of the others.
Statistic: each such person is charged at booking as if nobody would touch them, (1 - q) / (1 - c), and repaid when
touched in time, by q (1 - c) / (c (1 - q)), for each q of `rates`. An unfinished person counts less than the expected
final factor, so the sum is at every moment at most what it will be on average: valid at any stopping time, and the
alarm need not wait for the day to end. Starts are at midnights, and a touch counts only for starts before the booking.
Bound: see `evidence`. Source: Bernoulli likelihood ratio; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

from copy import copy
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from pars.watch.evidence import MOST
from pars.watch.stock import Person

WITHIN: Final = timedelta(hours=24)
_STEPS: Final = np.array([0.25, 0.5, 0.75, 0.95])


class Coverage:
    """The evidence of one agency. Every agency begins as one that has been there and touched nobody: `begun`."""

    def __init__(self, allowed: float, share: float, on: date) -> None:
        allowed = min(max(allowed, 0.001), 0.999)
        rates = allowed + (1 - allowed) * _STEPS
        self._charge = (1 - rates) / (1 - allowed)
        self._repay = rates / allowed / self._charge
        self._mass = share / len(rates)
        self._on = on
        self._before = np.zeros(len(rates))
        self._today = np.full(len(rates), self._mass)

    @property
    def total(self) -> float:
        """The evidence of all starts."""
        return float(self._before.sum() + self._today.sum())

    def begun(self, on: date) -> "Coverage":
        """The same for an agency whose first entry is now; what grew before it came is at most a day's mass."""
        self._until(on)
        mine = copy(self)
        mine._before = np.minimum(self._before, self._mass)  # noqa: SLF001 - its own copy
        mine._today = np.minimum(self._today, self._mass)  # noqa: SLF001 - the same
        return mine

    def booked(self, person: Person) -> None:
        """Somebody is booked; only the first of an incident counts."""
        self._until(person.booked_on)
        if person.first:
            self._before = self._before * self._charge
            self._today = self._today * self._charge

    def touched(self, person: Person, at: datetime, on: date) -> None:
        """The agency touches somebody for the first time; late touches and others of an incident do not count."""
        self._until(on)
        if not person.first or at - person.booked_at > WITHIN:
            return
        self._before = np.minimum(self._before * self._repay, MOST)
        if person.booked_on == self._on:
            self._today = np.minimum(self._today * self._repay, MOST)

    def _until(self, on: date) -> None:
        """A new day: what began yesterday or earlier goes on together, and a new start has the mass since."""
        if on > self._on:
            self._before = self._before + self._today
            self._today = np.full(len(self._today), self._mass * (on - self._on).days)
            self._on = on
