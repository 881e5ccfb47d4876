"""Shares: of look-ups of one kind, at most so many are honest. One test for several habits.

Null of each habit: given all that came before, a look-up has it with a chance of at most `allowed`.
Statistic: the Bernoulli likelihood ratio of each look-up at shares between the allowed one and 1.
Bound: the ratio rises with the habit, so its expectation is at most 1 for every chance up to the allowed one; see
`evidence`. Source: Wald 1947; Ville 1939; Shin, Ramdas and Rinaldo 2024.
"""

from typing import Final

import numpy as np

from pars.watch.scan import Reals

STEPS: Final = (0.1, 0.3, 0.6, 0.95)
"""Alternatives: how far each lies from the allowed share on the way to 1."""
SILENT, HAS_NOT, HAS = 0, 1, 2
"""What a look-up says of a habit: nothing, that it has it not, or that it has it."""


def habit(allowed: float) -> Reals:
    """The factors of a silent look-up, of one without and one with the habit, at each alternative.

    A share of 0 or 1 is taken as one thousandth from it, so that no entry decides alone.
    """
    allowed = min(max(allowed, 0.001), 0.999)
    rates = allowed + (1 - allowed) * np.array(STEPS)
    return np.stack([np.ones(len(STEPS)), (1 - rates) / (1 - allowed), rates / allowed])
