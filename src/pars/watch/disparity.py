"""Disparity: is one group looked up more often than the people who could have been asked about explain?

Null: whenever the agency touches somebody new, then among those whom the agreement would have shown at that instant,
in the same charge class and booked the same day (in the same class on any day, where fewer than `FEW` stand there),
the odds of a member of the group are at most `odds_ratio_allowed` times those of another. Nothing is assumed about
when it asks, whom of the class and day, or how often; it may pick persons, or cases with everybody in them.
Statistic: for every value against all others, the Wallenius likelihood ratio of each new draw at `RATIOS` times the
allowed odds, against the larger of the chances by persons and by incidents at the allowed odds. Persons of one incident
are one draw. Whoever lacks the label is no evidence and stands in no count: who is missing does not shift the rest.
Bound: each factor's expectation is at most 1 for every odds ratio up to the allowed one (monotone likelihood ratio);
see `evidence`. Source: Wallenius 1963; Wald 1947; Shin, Ramdas and Rinaldo 2024.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pars.watch.evidence import Reals
from pars.watch.stock import Person, Stock
from pars.watch.traits import CHARACTERISTIC, FIRST, NAMES, WIDTH, Traits

Truths: TypeAlias = NDArray[np.bool_]

RATIOS: Final = np.array([1.8, 3.5, 8.0, 25.0])
"""Alternatives, as multiples of the odds ratio that is allowed."""
FEW: Final = 8
SHARES: Final = {"birthplace": 0.40, "race": 0.13, "ethnicity": 0.13, "sex": 0.10, "age": 0.10, "neighbourhood": 0.14}
"""How the detector's share of the bound is spread over characteristics; together 1."""


def start(traits: Traits, share: float) -> Reals:
    """A day's mass over slots and alternatives: evenly over the values of a characteristic that are in use."""
    known = traits.known()
    each = np.array([SHARES[name] for name in NAMES]) / np.add.reduceat(known, FIRST).clip(min=1.0)
    return np.repeat((share * known * each[CHARACTERISTIC])[:, None] / len(RATIOS), len(RATIOS), axis=1)


def factor(stock: Stock, agency: str, person: Person, allowed: float) -> Reals | None:
    """The likelihood ratios of drawing this person now; None when the draw can say nothing."""
    if not person.slots:
        return None
    of_day, of_class = person.strata
    rows = stock.open_to(agency, of_day)
    persons = np.add.reduceat(rows[0], FIRST)
    if persons.max() < FEW:
        rows = stock.open_to(agency, of_class)
    group = rows.clip(min=0.0)
    everybody = np.add.reduceat(group, FIRST, axis=1)[:, CHARACTERISTIC]
    others = everybody - group
    labelled = np.zeros(len(NAMES))
    labelled[CHARACTERISTIC[list(person.slots)]] = 1.0
    tells = (group[0] > 0) & (others[0] > _NOBODY) & (labelled[CHARACTERISTIC] > 0)
    drawn = np.zeros(WIDTH, dtype=bool)
    drawn[list(person.slots)] = True
    return _ratios(_chance(group, others, tells, allowed), drawn, tells)


_NOBODY: Final = 1e-9


def _chance(group: Reals, others: Reals, tells: Truths, allowed: float) -> Reals:
    """The largest chance of each group that honest behaviour has, by persons or by incidents."""
    weighed = allowed * group
    by_either = weighed / np.where(tells, weighed + others, 1.0)
    return by_either.max(axis=0).clip(_NOBODY, 1.0 - _NOBODY)  # type: ignore[no-any-return]


def _ratios(chance: Reals, drawn: Truths, tells: Truths) -> Reals:
    odds = (chance / (1.0 - chance))[:, None] * RATIOS
    alternative = odds / (1.0 + odds)
    null = chance[:, None]
    ratio = np.where(drawn[:, None], alternative / null, (1.0 - alternative) / (1.0 - null))
    return np.where(tells[:, None], ratio, 1.0)
