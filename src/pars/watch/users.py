"""What is remembered of each account between two look-ups: the last of everything, and no more."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pars.watch import crawl
from pars.watch.lines import Criteria, Disclosure

MOST_USERS: Final = 1024
"""Accounts remembered at once; the one that has been quiet longest is forgotten first."""
LEAST_PAUSE: Final = 5.0
"""Seconds; a shorter pause is somebody's double click."""


@dataclass(slots=True)
class Last:
    """The last look-up of one account."""

    surname: str | None = None
    birth_date: str | None = None
    place: tuple[str, int] | None = None
    no_hit: Criteria | None = None
    at: datetime | None = None
    pause: float | None = None
    reference: str | None = None

    def guesses(self, asked: Criteria) -> bool:
        """Whether this asks for the name that was asked in vain just before, with another birth date."""
        before = self.no_hit
        if before is None or asked.name is None or asked.birth_date is None:
            return False
        return before.name == asked.name and before.birth_date != asked.birth_date

    def ticks(self, at: datetime) -> bool | None:
        """Whether the pause is the last one again; None when there are no two pauses to compare."""
        if self.at is None:
            return None
        pause = (at - self.at).total_seconds()
        if pause < LEAST_PAUSE or self.pause is None:
            return None
        return abs(pause - self.pause) <= max(1.0, pause / 100)

    def asked(self, entry: Disclosure, at: datetime) -> None:
        """Remember this look-up in place of the one before."""
        self.pause = None if self.at is None else (at - self.at).total_seconds()
        self.at = at
        self.place = crawl.place(entry.criteria)
        self.no_hit = entry.criteria if entry.person is None else None
        self.reference = entry.case_reference


class Users:
    """The accounts of one agency."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, Last] = OrderedDict()

    def last(self, user: str) -> tuple[Last, bool]:
        """What is remembered of an account, and whether nothing was."""
        known = self._last.get(user)
        if known is None:
            known = self._last[user] = Last()
            if len(self._last) > MOST_USERS:
                self._last.popitem(last=False)
            return known, True
        self._last.move_to_end(user)
        return known, False
