"""What is remembered of each account between two look-ups: the last of everything, and no more."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from pars.watch.lines import Criteria, Disclosure
from pars.watch.shares import HAS, HAS_NOT, SILENT
from pars.watch.stock import Person

MOST_USERS: Final = 1024
"""Accounts remembered at once; the one that has been quiet longest is forgotten first."""
MOST_ASKED: Final = 4096
"""Questions of an agency that are remembered, whoever asked them."""
MOST_NAMES: Final = 8
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
    new: bool = False
    """Whether nobody of the agency had asked about that incident: who checks what others did may go by a list."""
    no_hits: dict[str, str | None] = field(default_factory=dict)
    """The names asked for in vain last, and the birth date by which."""
    at: float = 0.0
    pause: float | None = None
    reference: str | None = None
    cohort: str = ""

    def guesses(self, asked: Criteria, *, found: bool) -> bool:
        """Whether this asks for a name that was asked in vain, with another birth date; remembered."""
        if asked.name is None or (found and not self.no_hits):
            return False
        name = " ".join(asked.name.casefold().split())
        tried = self.no_hits.pop(name, None)
        if not found:
            self.no_hits[name] = asked.birth_date
            if len(self.no_hits) > MOST_NAMES:
                del self.no_hits[next(iter(self.no_hits))]
        return tried is not None and asked.birth_date is not None and tried != asked.birth_date

    def asked(self, entry: Disclosure, at: float) -> int:
        """Remember this look-up in place of the one before; whether its pause is the last one again."""
        ticks, before, pause = SILENT, self.pause, at - self.at
        if before is not None and pause >= LEAST_PAUSE:
            ticks = HAS if abs(pause - before) <= max(1.0, pause / 100) else HAS_NOT
        self.pause = pause if self.at else None
        self.at = at
        self.reference = entry.case_reference
        return ticks


class Asked:
    """What the accounts of an agency asked for of late, and on which day."""

    def __init__(self) -> None:
        self._on: OrderedDict[tuple[str, str | Criteria], int] = OrderedDict()

    def last(self, user: str, entry: Disclosure, on: int) -> int | None:
        """The day on which an account last asked this; None: not of late. From now on it is this day."""
        key = (user, entry.criteria if entry.person is None else entry.person)
        before = self._on.pop(key, None)
        self._on[key] = on
        if before is None and len(self._on) > MOST_ASKED:
            self._on.popitem(last=False)
        return before


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
