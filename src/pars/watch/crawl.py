"""Crawl: one goes through the people of a day in the order of their names, their birth dates or their numbers.

Null of names and of birth dates: going on from the last person touched, by the same user or by the agency, the next one
lies within the first share x of those who were booked on its day (in its week, where a day has few), in that order
onward or backward, with a chance of at most `CLOSE` × x. An honest next case has nothing to do with the alphabet;
`CLOSE` leaves room for a morning's pile that was sorted. The next person of the same incident, and one of the same name
or day, are no draw.
Statistic: a density that falls, `OFTEN` / w up to w and 1 - `OFTEN` on all of (0, 1), at min(1, `CLOSE` × x), for each
w of `WIDTHS`, onward and backward.
Null of numbers: a number or a birth date that one asks by is within `NEXT` of the last one the same user asked by with
a chance of at most a tenth (`shares`); equal ones are no draw.
Bound: the density falls with x and integrates to 1; see `evidence`. Source: conformal p-to-e calibrators, Shafer 2011;
Vovk and Wang 2021; Shin, Ramdas and Rinaldo 2024.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from pars.watch.evidence import Reals
from pars.watch.lines import Criteria, day

CLOSE: Final = 2.0
WIDTHS: Final = np.array([0.027, 0.08, 0.25])
OFTEN: Final = 0.8
NEXT: Final = 3
_NUMBERS: Final = ("pid", "sid", "otn", "docket_number")
_MOST_DIGITS: Final = 18


def factors(steps: Reals) -> Reals:
    """The ratios of steps, given as the shares that they pass (the last axis of the answer: `WIDTHS`)."""
    close = (CLOSE * steps).clip(max=1.0)[..., None]
    ratio = 1.0 - OFTEN + np.where(close <= WIDTHS, OFTEN / WIDTHS, 0.0)
    return np.where(steps[..., None] > 1.0, 1.0, ratio)


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
    return None if born is None else ("birth_date", born.toordinal())


def walked(last: tuple[str, int] | None, now: tuple[str, int] | None) -> bool | None:
    """Whether one goes on to the next number; None when the two cannot be compared or are one."""
    if last is None or now is None or last[0] != now[0] or last[1] == now[1]:
        return None
    return -NEXT <= now[1] - last[1] <= NEXT
