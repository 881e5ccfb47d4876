"""Shares: of look-ups of one kind, at most so many are honest. One test for several habits.

Null of each habit: given all that came before, a look-up has it with a chance of at most `allowed`.
Statistic: the Bernoulli likelihood ratio of each look-up at shares between the allowed one and 1.
Bound: the ratio rises with the habit, so its expectation is at most 1 for every chance up to the allowed one; see
`evidence`. Source: Wald 1947; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

from dataclasses import dataclass
from typing import Final

from pars.watch.evidence import Handful

STEPS: Final = (0.1, 0.3, 0.6, 0.95)
"""Alternatives: how far each lies from the allowed share on the way to 1."""


@dataclass(frozen=True, slots=True)
class Habit:
    """The two factors of a habit: of a look-up that has it, and of one that has it not."""

    has: Handful
    has_not: Handful

    def factor(self, *, seen: bool) -> Handful:
        """The factor of one look-up."""
        return self.has if seen else self.has_not


def habit(allowed: float) -> Habit:
    """The test against a share; one of 0 or 1 is taken as one thousandth from it, so that no entry decides alone."""
    allowed = min(max(allowed, 0.001), 0.999)
    rates = [allowed + (1 - allowed) * step for step in STEPS]
    return Habit(tuple(rate / allowed for rate in rates), tuple((1 - rate) / (1 - allowed) for rate in rates))
