"""The fewest look-ups after which a pattern can be seen, by whatever test raises as few false alarms.

Wald's bound: on average no sooner than log(1/α) look-ups over what one look-up says (Kullback and Leibler) against the
nearest honest behaviour, α one day of the years in which one false alarm is allowed. It is an average, and of patterns
whose look-ups come in heaps a day at a time no test keeps it: beside it stands `informed`, a test that is told
beforehand whom the pattern is after, how many it hides them among and on which day it begins, and has the whole bound.
Source: Wald 1947.
"""

import math
from typing import Final, NamedTuple

from pars.sharing.agreement import Watch
from pars.watch.crawl import CLOSE
from pars.watch.evidence import DAYS_A_YEAR
from pars.watch.lines import Booking
from pars.watch.simulate import DAY, MIDNIGHT, World, events

TERMS: Final = Watch()
NEEDED: Final = math.log(DAYS_A_YEAR / TERMS.false_alarms_per_year)
"""Nats."""
SWEPT: Final = 0.9
"""The share of a group that is swept."""
_ABROAD: Final = World().abroad
_INTAKE: Final = World().intake
_TOUCHED: Final = 0.25
"""About what an honest partner of these worlds touches of a day's intake."""
_OF_GROUP: Final = 1 - (1 - TERMS.coverage_allowed) ** TERMS.odds_ratio_allowed
"""How much of a group may be touched within the agreement."""


def of_group() -> float:
    """For look-ups of people born abroad alone, whose largest honest share the allowed odds give."""
    odds = TERMS.odds_ratio_allowed * _ABROAD / (1 - _ABROAD)
    return NEEDED / math.log((1 + odds) / odds)


def unlinked() -> float:
    """For look-ups without cases alone."""
    return NEEDED / math.log(1 / TERMS.unlinked_allowed)


def of_steps() -> float:
    """For one step after the other along the alphabet."""
    return NEEDED / math.log(_INTAKE / CLOSE) + 1


def hidden(decoys: int) -> float:
    """For a sweep with decoys: of each day's people, those born abroad and the others touched."""
    a_day = SWEPT * _ABROAD * _INTAKE * (1 + decoys)

    def nats(part: float) -> float:
        return max(_a_day(one) for one in _tests(decoys, part))

    looks = 1
    while looks // a_day * nats(1.0) + nats(looks % a_day / a_day) < NEEDED:
        looks += 1
    return float(looks)


def informed(world: World, decoys: int) -> int | None:
    """The look-ups of such a sweep until the informed test has seen it in that world; None: not in its days."""
    tests = max(_tests(decoys, 1.0), key=_a_day)
    missed, seen = ([math.log(one) for one in ratios] for ratios in zip(*(one.ratios for one in tests), strict=True))
    booked: dict[str, tuple[bool, float]] = {}
    incidents = set[str | None]()
    evidence, looks = 0.0, 0
    for at, entry, pattern in events(world):
        if at < MIDNIGHT + world.from_day * DAY:
            continue
        if isinstance(entry, Booking):
            if entry.attributes.incident not in incidents:
                abroad = bool(entry.attributes.birthplace_foreign)
                booked[entry.person] = abroad, at
                evidence += missed[not abroad]
            incidents.add(entry.attributes.incident)
            continue
        looks += pattern is not None
        abroad, since = booked.pop(entry.person or "", (False, -math.inf))
        if at - since <= DAY:
            evidence += seen[not abroad] - missed[not abroad]
        if evidence >= NEEDED:
            return looks
    return None


class _Share(NamedTuple):
    """So many of a day's people, the chance that one of them is touched, and the largest honest one."""

    many: float
    true: float
    allowed: float

    @property
    def ratios(self) -> tuple[float, float]:
        """What somebody says who is not touched, and who is."""
        return (1 - self.true) / (1 - self.allowed), self.true / self.allowed


def _tests(decoys: int, part: float) -> tuple[tuple[_Share, _Share], tuple[_Share, _Share]]:
    """Two ways to test it, by those born abroad and by the others: each by their own chances, or all by one."""
    abroad, here, allowed = _ABROAD * _INTAKE, (1 - _ABROAD) * _INTAKE, TERMS.coverage_allowed
    of_abroad = _TOUCHED + (1 - _TOUCHED) * SWEPT * part
    of_here = _TOUCHED + (1 - _TOUCHED) * min(1.0, SWEPT * abroad * decoys / here * part)
    of_all = (abroad * of_abroad + here * of_here) / _INTAKE
    return (
        (_Share(abroad, of_abroad, _OF_GROUP), _Share(here, of_here, allowed)),
        (_Share(abroad, of_all, allowed), _Share(here, of_all, allowed)),
    )


def _a_day(shares: tuple[_Share, _Share]) -> float:
    """Nats of a day's people."""
    return sum(one.many * _says(one.true, one.allowed) for one in shares)


def _says(true: float, allowed: float) -> float:
    """Nats of one person who is touched with a true chance, where honest is at most the allowed one."""
    if true <= allowed:
        return 0.0
    rest = 0.0 if true >= 1 else (1 - true) * math.log((1 - true) / (1 - allowed))
    return true * math.log(true / allowed) + rest
