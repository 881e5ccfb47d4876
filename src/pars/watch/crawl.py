"""Crawl: one goes through the stock in the order of its names, its birth dates or its numbers.

Null of names and of birth dates: going on from the last person whom the same user touched, the next one lies within
the first share x of the whole stock, in that order, with a chance of at most `CLOSE` × x. An honest user's next case
has nothing to do with the alphabet; `CLOSE` leaves room for a morning's pile that was sorted. The next person of the
same incident, and one of the same name or day, are no draw.
Statistic: a density that falls, `OFTEN` / w up to w and 1 - `OFTEN` on all of (0, 1), at min(1, `CLOSE` × x), for each
w of `WIDTHS`.
Null of numbers: a number or a birth date that one asks by is within `NEXT` of the last one the same user asked by with
a chance of at most a tenth (`shares`); equal ones are no draw.
Bound: the density falls with x and integrates to 1; see `evidence`. Source: conformal p-to-e calibrators, Shafer 2011;
Vovk and Wang 2021; Shin, Ramdas and Rinaldo 2024.
"""

from typing import Final

from pars.watch.evidence import Handful
from pars.watch.lines import Criteria, day
from pars.watch.order import Order

CLOSE: Final = 2.0
WIDTHS: Final = (0.01, 0.06, 0.2)
OFTEN: Final = 0.7
NEXT: Final = 3
FEW: Final = 20
"""A stock of fewer has no order to speak of."""
_NUMBERS: Final = ("pid", "sid", "otn", "docket_number")
_MOST_DIGITS: Final = 18


def factor(order: Order, last: str | None, following: str | None) -> Handful | None:
    """The ratios of a step from one word to the next; None when it can say nothing."""
    if last is None or following is None or last == following or len(order) < FEW:
        return None
    share = max(order.step(last, following), 1.0 / len(order))
    close = min(1.0, CLOSE * share)
    return tuple(1.0 - OFTEN + (OFTEN / width if close <= width else 0.0) for width in WIDTHS)


def place(asked: Criteria) -> tuple[str, int] | None:
    """By which number somebody was asked for, or else by which birth date, and its place in its row."""
    for kind in _NUMBERS:
        said = getattr(asked, kind)
        digits = "".join(sign for sign in said or "" if "0" <= sign <= "9")
        if 0 < len(digits) <= _MOST_DIGITS:
            return kind, int(digits)
    born = day(asked.birth_date) if asked.birth_date is not None else None
    return None if born is None else ("birth_date", born.toordinal())


def walked(last: tuple[str, int] | None, now: tuple[str, int] | None) -> bool | None:
    """Whether one goes on to the next number; None when the two cannot be compared or are one."""
    if last is None or now is None or last[0] != now[0] or last[1] == now[1]:
        return None
    return abs(now[1] - last[1]) <= NEXT
