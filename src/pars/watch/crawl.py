"""Crawl: one goes through the people of a day in the order of their names, their birth dates or their numbers.

Null of names and of birth dates: going on from the last person touched, by the same user or by the agency, the next one
lies within the first share x of those who were booked on its day (in its week, where a day has few), in that order
onward or backward, with a chance of at most `CLOSE` × x. An honest next case has nothing to do with the alphabet;
`CLOSE` leaves room for a morning's pile that was sorted. The next person of the same incident, and one of the same name
or day, are no draw.
Statistic: a density that falls, `OFTEN` / w up to w and 1 - `OFTEN` on all of (0, 1), at min(1, `CLOSE` × x), for each
w of `WIDTHS`, onward and backward.
Null of numbers: a number that one asks by is the next to one of the last `REMEMBERED` of its kind that the agency asked
by with a chance of at most 1 - (1 - c)², for the share c of the intake that may be touched: numbers are given out in a
row, and whoever takes a share c of a row, in whatever order, has taken one of two neighbours with that chance. A birth
date likewise, within `NEAR_DAYS`. Equal ones are no draw; nor is the number of somebody who was booked within
`AS_THEY_COME` days: who takes people as they come takes numbers as they are given, and `coverage` says how many.
Bound: the density falls with x and integrates to 1; see `evidence`. Source: conformal p-to-e calibrators, Shafer 2011;
Vovk and Wang 2021; Shin, Ramdas and Rinaldo 2024.
"""

from collections import deque
from functools import lru_cache
from typing import Final

import numpy as np

from pars.watch.lines import Criteria, day
from pars.watch.scan import Reals

CLOSE: Final = 2.0
WIDTHS: Final = np.array([0.027, 0.08, 0.25])
OFTEN: Final = 0.8
REMEMBERED: Final = 8
NEAR_DAYS: Final = 3
AS_THEY_COME: Final = 2.0
_NUMBERS: Final = ("pid", "sid", "otn", "docket_number")
_MOST_DIGITS: Final = 18
BIRTH_DATE: Final = "birth_date"


def factors(steps: Reals) -> Reals:
    """The ratios of steps, given as the shares that they pass (the last axis of the answer: `WIDTHS`)."""
    close, none = (CLOSE * steps).clip(max=1.0), steps > 1.0
    ratios = [np.where(none, 1.0, 1.0 - OFTEN + OFTEN / one * (close <= one)) for one in WIDTHS.tolist()]
    return np.stack(ratios, axis=-1)


def place(asked: Criteria) -> tuple[str, int] | None:
    """By which number somebody was asked for, or else by which birth date, and its place in its row."""
    if asked.pid is None and asked.sid is None and asked.otn is None and asked.docket_number is None:
        return None if asked.birth_date is None else _born(asked.birth_date)
    for kind in _NUMBERS:
        said = getattr(asked, kind)
        digits = "".join([sign for sign in said or "" if "0" <= sign <= "9"])
        if 0 < len(digits) <= _MOST_DIGITS:
            return kind, int(digits)
    return None if asked.birth_date is None else _born(asked.birth_date)


@lru_cache(maxsize=65_536)
def _born(text: str) -> tuple[str, int] | None:
    born = day(text)
    return None if born is None else (BIRTH_DATE, born.toordinal())


def walked_at_most(coverage_allowed: float) -> float:
    """The largest honest chance to ask for the number next to one of the last."""
    return 1 - (1 - coverage_allowed) ** 2


class _Row:
    """The last numbers of one kind, each once: in the order in which they came, and to look them up."""

    __slots__ = ("known", "last")

    def __init__(self) -> None:
        self.last: deque[int] = deque()
        self.known: set[int] = set()

    def add(self, number: int) -> None:
        """One more; the oldest is forgotten."""
        if len(self.last) == REMEMBERED:
            self.known.discard(self.last.popleft())
        self.last.append(number)
        self.known.add(number)


class Rows:
    """The numbers that an agency asked by last, by kind."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}

    def walks(self, asked: Criteria, days: float) -> bool | None:
        """Whether one goes on to a neighbour of a number; None when there is nothing to compare, or they are one.

        `days` have passed since somebody was booked; endless where nobody was.
        """
        found = place(asked)
        if found is None:
            return None
        kind, number = found
        row = self._rows.get(kind)
        if row is None:
            row = self._rows[kind] = _Row()
        known = row.known
        if number in known:
            return None
        goes_on = None
        if known and (kind == BIRTH_DATE or days > AS_THEY_COME):
            near = NEAR_DAYS if kind == BIRTH_DATE else 1
            goes_on = not known.isdisjoint(range(number - near, number + near + 1))
        row.add(number)
        return goes_on
