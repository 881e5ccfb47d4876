"""Disparity: is one group looked up more often than the people who could have been asked about explain?

Null: whenever the agency touches somebody new, then among those whom the agreement would have shown at that instant,
in the same charge class and booked the same day (in the weeks beside it, where few are left: `stock`), the odds of a
member of the group are at most `odds_ratio_allowed` times those of another: either among those left, as for whoever
chooses from a list, or among everybody there, as for whoever takes or leaves people as they come. The same of an
account, or a cohort, and those new to it. Nothing is assumed about when it asks or how often; it may pick persons, or
cases with everybody in them, in any order.
Statistic: for every value against all others, the Wallenius likelihood ratio of each new draw at `RATIOS` times the
allowed odds, against the largest of the chances by persons and by incidents, of those left and of everybody, at the
allowed odds. Persons of one incident are one draw, whose ratio is the mean of theirs: it does not matter who of them is
asked about first. Whoever lacks the label is no evidence and stands in no count: who is missing does not shift the
rest. Where a label is a share (`surnames`), a person is in the group by that share, and the ratio is the mean of the
two: whatever the shares, the odds of a share are raised by at most the allowed ratio when those of people are.
Bound: each factor's expectation is at most 1 for every odds ratio up to the allowed one: among those left by the
monotone likelihood ratio; as they come since, given who has come so far, whoever came last is any of them alike. See
`evidence`. Source: Wallenius 1963; Wald 1947; Vovk, Gammerman and Shafer 2005; Shin, Ramdas and Rinaldo 2024.
"""

from typing import Final

import numpy as np

from pars.watch.scan import Reals
from pars.watch.traits import CHARACTERISTIC, FIRST, FIXED, NAMES, SLOTS, Traits

RATIOS: Final = np.array([2.2, 4.0, 10.0, 60.0])
"""Alternatives, as multiples of the odds ratio that is allowed."""
SHARES: Final = {
    "birthplace": 0.54,
    "national origin": 0.06,
    "race": 0.10,
    "ethnicity": 0.08,
    "sex": 0.05,
    "age": 0.05,
    "neighbourhood": 0.12,
}
"""How the detector's share of the bound is spread over characteristics; together 1. Where birthplaces are hardly ever
known, birthplace and national origin change places."""
_MORE: Final = {("birthplace", "abroad"): 5.0, ("national origin", "abroad, by surname"): 5.0, ("ethnicity", "H"): 3.0}
"""How often more than another value of its characteristic a group is what a pattern is about."""
_ROOM: Final = 1e-6
"""What rounding of incidents' weights could add to the odds."""
_NOBODY: Final = 1e-9


def start(traits: Traits) -> Reals:
    """A day's mass over fields in use and alternatives; together 1."""
    width = traits.width
    shares = dict(SHARES)
    if not traits.labelled:
        shares["birthplace"], shares["national origin"] = shares["national origin"], shares["birthplace"]
    prior = np.ones(width)
    for place, slot in enumerate(SLOTS):
        prior[place] = _MORE.get(slot, 1.0)
    first = FIRST[: len(NAMES) if width > FIXED else len(NAMES) - 1]
    together = np.add.reduceat(prior, first)[CHARACTERISTIC[:width]]
    each = np.array([shares[name] for name in NAMES])[CHARACTERISTIC[:width]]
    return np.repeat((prior / together * each / len(RATIOS))[:, None], len(RATIOS), axis=1)


def factors(open_to: Reals, drawn: Reals, allowed: float) -> Reals:
    """The likelihood ratios of draws, given who could have been drawn and who was; a draw, a field, a ratio.

    `open_to` are those left by persons and by incidents, and everybody likewise; `drawn` is an incident's mean.
    """
    width = drawn.shape[1]
    first = FIRST[: len(NAMES) if width > FIXED else len(NAMES) - 1]
    whole = CHARACTERISTIC[:width]
    others = np.add.reduceat(open_to, first, axis=2).take(whole, axis=2)
    others -= open_to
    nobody = others <= _NOBODY
    tells = (~nobody | (open_to <= _NOBODY)).all(axis=0)
    odds: Reals = (open_to / np.where(nobody, 1.0, others)).max(axis=0)
    tells &= odds > 0
    silent = ~tells
    known = np.add.reduceat(drawn, first, axis=1).take(whole, axis=1)
    odds *= allowed * (1.0 + _ROOM)
    found = np.empty((*drawn.shape, len(RATIOS)))
    for place, more in enumerate(RATIOS.tolist()):
        ratio = 1.0 - known + (1.0 + odds) / (1.0 + odds * more) * (known + drawn * (more - 1.0))
        ratio[silent] = 1.0
        found[:, :, place] = ratio
    return found
