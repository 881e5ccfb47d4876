"""Every test of an agency in one row: which column is whose, and how a day's mass is spread over columns and levels."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from pars.sharing.agreement import Watch
from pars.watch import crawl, disparity
from pars.watch.parameters import (
    BUDGET,
    GUESSING_ALLOWED,
    LEVELS,
    NO_HITS_ALLOWED,
    NOTES,
    Detector,
    Level,
)
from pars.watch.scan import Reals
from pars.watch.shares import STEPS, habit
from pars.watch.traits import Traits

HABITS: Final = (Detector.UNLINKED, Detector.CRAWL_NUMBERS, Detector.NO_HITS, Detector.GUESSING, *NOTES)
"""The habits that are shares of look-ups, in the order of their columns."""
ORDERS: Final = (Detector.CRAWL_NAMES, Detector.CRAWL_BIRTH_DATES)
"""The orders that one may go through; of each the steps by account and by agency."""
STEPS_OF: Final = (Level.USER, Level.AGENCY)
_DIRECTIONS: Final = (0.75, 0.25)
"""Onward, backward."""
_EACH_ORDER: Final = len(_DIRECTIONS) * len(crawl.WIDTHS)
CRAWLS_FROM: Final = len(HABITS) * len(STEPS)
DISPARITY_FROM: Final = CRAWLS_FROM + len(ORDERS) * len(STEPS_OF) * _EACH_ORDER
_BY_USER: Final = {Level.AGENCY: 0.5, Level.USER: 0.4, Level.COHORT: 0.1}
_BY_ORDER: Final = {Level.AGENCY: 0.45, Level.USER: 0.55}

COLUMNS: Final[Mapping[Detector, slice]] = {
    **{one: slice(place * len(STEPS), (place + 1) * len(STEPS)) for place, one in enumerate(HABITS)},
    **{
        one: slice(CRAWLS_FROM + place * 2 * _EACH_ORDER, CRAWLS_FROM + (place + 1) * 2 * _EACH_ORDER)
        for place, one in enumerate(ORDERS)
    },
    Detector.DISPARITY: slice(DISPARITY_FROM, None),
}
"""Where each detector's tests stand."""
DETECTORS: Final = tuple(COLUMNS)
BEGIN: Final = np.array([one.start for one in COLUMNS.values()])
ACTING: Final = np.array([one in BUDGET for one in DETECTORS])
"""Which detectors may act; the others are only noted."""


def habits(terms: Watch) -> Reals:
    """The factors of every habit: the habit, what a look-up says of it, the alternative."""
    allowed = {
        Detector.UNLINKED: terms.unlinked_allowed,
        Detector.CRAWL_NUMBERS: crawl.walked_at_most(terms.coverage_allowed),
        Detector.NO_HITS: NO_HITS_ALLOWED,
        Detector.GUESSING: GUESSING_ALLOWED,
        **NOTES,
    }
    return np.stack([habit(allowed[one]) for one in HABITS])


def width(traits: Traits) -> int:
    """How many tests there are now."""
    return DISPARITY_FROM + traits.width * len(disparity.RATIOS)


def starts(traits: Traits) -> Reals:
    """A day's mass over levels and tests: each detector's share of the bound, and 1 for what is only noted."""
    mass = np.zeros((len(Level), width(traits)))
    for place, level in enumerate(Level):
        for one in HABITS:
            spread = LEVELS if one is Detector.UNLINKED else _BY_USER
            mass[place, COLUMNS[one]] = BUDGET.get(one, 1.0) * spread.get(level, 0.0) / len(STEPS)
        mass[place, DISPARITY_FROM:] = (BUDGET[Detector.DISPARITY] * LEVELS[level] * disparity.start(traits)).ravel()
    each = np.repeat(np.array(_DIRECTIONS) / len(crawl.WIDTHS), len(crawl.WIDTHS))
    for one in ORDERS:
        begin = COLUMNS[one].start
        for level in STEPS_OF:
            mass[list(Level).index(level), begin : begin + _EACH_ORDER] = BUDGET[one] * _BY_ORDER[level] * each
            begin += _EACH_ORDER
    return mass
