"""Days of the court: holidays, sitting days, and the next date by the court's rule set (V1, V2, N23)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pars.record.arrest import Exit

PRELIMINARY_HEARING: Final = "Preliminary hearing"

_SATURDAY = 5
_SUNDAY = 6


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _observed(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == _SUNDAY else day


def holidays(year: int) -> frozenset[date]:
    """Days on which the court's lists do not sit in a year; a court may close on more (its own calendar says so)."""
    fixed = (date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25))
    moving = (
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _last_monday_of_may(year),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
        _nth(year, 11, 3, 4) + timedelta(days=1),
    )
    return frozenset({_observed(day) for day in fixed} | set(moving))


def is_sitting_day(day: date) -> bool:
    """Monday to Friday, no holiday, and none observed from the year that follows."""
    following = _observed(date(day.year + 1, 1, 1))
    return day.weekday() < _SATURDAY and day not in holidays(day.year) and day != following


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The windows of one court, in calendar days after the arraignment, with the rule they come from.

    `held` is for who is in custody on this case alone. `lesser` is what follows when no felony is charged.
    """

    name: str
    source: str
    felony_held: tuple[int, int]
    felony: tuple[int, int]
    lesser_held: tuple[int, int]
    lesser: tuple[int, int]
    lesser_court: str


PHILADELPHIA: Final = RuleSet(
    "Philadelphia 2026",
    "Rule 1003(D)(3)(d): felony preliminary hearing 14 to 21 days, municipal trial not less than 20, Rule 1013: 180",
    (14, 21),
    (14, 21),
    (20, 180),
    (20, 180),
    "Municipal Court trial",
)
OTHER_COUNTIES: Final = RuleSet(
    "Other counties 2017",
    "Rule 540(G)(1): 14 days in custody on this case only, otherwise 21",
    (1, 14),
    (1, 21),
    (1, 14),
    (1, 21),
    PRELIMINARY_HEARING,
)
RULE_SETS: Final[Mapping[str, RuleSet]] = {"philadelphia-2026": PHILADELPHIA, "other-counties-2017": OTHER_COUNTIES}
"""The rule sets that a court can choose, each by its name and the year of its version: a new rule is a new line."""


@dataclass(frozen=True, slots=True)
class OwnHearing:
    """The hearing of a case of its own kind: its name, its window in calendar days, the law."""

    court: str
    days: tuple[int, int]
    source: str


OWN_HEARINGS: Mapping[Exit, OwnHearing] = {
    Exit.FUGITIVE: OwnHearing(
        "Extradition hearing", (1, 30), "42 Pa.C.S. 9134 to 9138: commitment for 30 days, extended by 60 at most"
    ),
    Exit.CONTEMPT: OwnHearing("Contempt hearing", (1, 10), "23 Pa.C.S. 6113: hearing within 10 days"),
    Exit.BENCH_WARRANT_ONLY: OwnHearing(
        "Bench warrant hearing", (1, 3), "Rule 150: hearing without unnecessary delay, within 72 hours"
    ),
}
"""Cases that are not the rule set's: fugitives, contempt of a protection order, bench warrants (N17; V5, V8, V16)."""


@dataclass(frozen=True, slots=True)
class NextDate:
    """The window that the rule gives, the first sitting day in it, and whether a cause for a later day is needed."""

    window_from: date
    window_until: date
    chosen: date
    needs_cause: bool
    rule: str


def next_date(
    rules: RuleSet,
    arraigned_on: date,
    *,
    felony: bool,
    in_custody_this_case_only: bool,
    sitting: Callable[[date], bool],
    own: OwnHearing | None = None,
) -> NextDate:
    """The next date: the first sitting day of the window; the first one after it, with a cause, when there is none."""
    if own:
        least, most = own.days
    elif felony:
        least, most = rules.felony_held if in_custody_this_case_only else rules.felony
    else:
        least, most = rules.lesser_held if in_custody_this_case_only else rules.lesser
    window_from, window_until = arraigned_on + timedelta(days=least), arraigned_on + timedelta(days=most)
    chosen = window_from
    while not sitting(chosen):
        chosen += timedelta(days=1)
    return NextDate(window_from, window_until, chosen, chosen > window_until, own.source if own else rules.source)


def review_day(ordered_on: date, within_days: int, sitting: Callable[[date], bool]) -> date:
    """The day of an early bail review: the last sitting day within so many days, or the first one after."""
    days = [ordered_on + timedelta(days=ahead) for ahead in range(within_days, 0, -1)]
    found = next((day for day in days if sitting(day)), None)
    if found is not None:
        return found
    later = ordered_on + timedelta(days=within_days + 1)
    while not sitting(later):
        later += timedelta(days=1)
    return later


FUGITIVE_DAYS: Final = 30
FUGITIVE_EXTENSION_DAYS: Final = 60
"""A fugitive is kept 30 days, extended once by at most 60 (42 Pa.C.S. 9134 to 9138; V8)."""
