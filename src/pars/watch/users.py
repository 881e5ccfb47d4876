"""What is remembered of each account between two look-ups: the last of everything, and no more."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from pars.watch import crawl
from pars.watch.lines import Criteria, Disclosure
from pars.watch.shares import HAS, HAS_NOT, SILENT
from pars.watch.stock import Person

MOST_USERS: Final = 1024
"""Accounts remembered at once; the one that has been quiet longest is forgotten first."""
LEAST_PAUSE: Final = 5.0
"""Seconds; a shorter pause is somebody's double click."""
QUIET_SECONDS: Final = 45 * 86_400.0
"""An account that has been quiet for longer counts as a new one of the month in which it asks again."""
_MONTH: Final = 30 * 86_400.0


@dataclass(slots=True)
class Last:
    """The last look-up of one account, and with which accounts it came."""

    person: Person | None = None
    """Who was found last, and stood in the stock."""
    criteria: Criteria | None = None
    no_hit: Criteria | None = None
    at: float = 0.0
    pause: float | None = None
    reference: str | None = None
    cohort: str = ""

    def guesses(self, asked: Criteria) -> bool:
        """Whether this asks for the name that was asked in vain just before, with another birth date."""
        before = self.no_hit
        if before is None or asked.name is None or asked.birth_date is None:
            return False
        return before.name == asked.name and before.birth_date != asked.birth_date

    def walks(self, asked: Criteria) -> int:
        """Whether this goes on to the next number, as far as the two can be compared."""
        if self.criteria is None:
            return SILENT
        seen = crawl.walked(crawl.place(self.criteria), crawl.place(asked))
        return SILENT if seen is None else HAS if seen else HAS_NOT

    def asked(self, entry: Disclosure, at: float) -> int:
        """Remember this look-up in place of the one before; whether its pause is the last one again."""
        ticks, before, pause = SILENT, self.pause, at - self.at
        if before is not None and pause >= LEAST_PAUSE:
            ticks = HAS if abs(pause - before) <= max(1.0, pause / 100) else HAS_NOT
        self.pause = pause if self.at else None
        self.at = at
        self.criteria = criteria = entry.criteria
        self.no_hit = criteria if entry.person is None else None
        self.reference = entry.case_reference
        return ticks


class Users:
    """The accounts of one agency."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, Last] = OrderedDict()

    def last(self, user: str, at: float) -> tuple[Last, bool, bool]:
        """What is remembered of an account, whether nothing was, and whether it has been quiet for long."""
        known = self._last.get(user)
        if known is None:
            known = self._last[user] = Last(cohort=_cohort(at))
            if len(self._last) > MOST_USERS:
                self._last.popitem(last=False)
            return known, True, False
        self._last.move_to_end(user)
        quiet = at - known.at > QUIET_SECONDS
        if quiet:
            known.cohort = _cohort(at)
        return known, False, quiet


def _cohort(at: float) -> str:
    return str(int(at // _MONTH))
