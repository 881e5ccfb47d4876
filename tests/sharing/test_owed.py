"""Reminders before a term's last day: each once, the latest of those passed together, none before the term began."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.sharing.agreement import Term
from pars.sharing.owed import REMINDED_AT, reminder

LAST = date(2027, 8, 31)
YEAR = Term(LAST - timedelta(days=365), LAST)


def lived(term: Term, began: date, days_left: list[int]) -> list[int]:
    """The reminders given when the city's clock stops at these days before the last one."""
    said: list[int] = []
    for left in days_left:
        due = reminder(term, began, term.last - timedelta(days=left), said)
        said += [due] if due is not None else []
    return said


def test_day_by_day_each_reminder_is_given_once_on_its_day() -> None:
    said: list[int] = []
    days = {}
    for left in range(120, -2, -1):
        due = reminder(YEAR, YEAR.first, LAST - timedelta(days=left), said)
        if due is not None:
            said.append(due)
            days[due] = left

    assert days == {90: 90, 60: 60, 30: 30, 7: 7}


@pytest.mark.parametrize(
    ("stops", "given"),
    [([100, 20], [30]), ([91, 59, 3], [60, 7]), ([200, 0], [7]), ([100, -1], []), ([61, 61, 60, 60], [90, 60])],
)
def test_a_clock_that_jumps_says_the_latest_and_no_burst(stops: list[int], given: list[int]) -> None:
    assert lived(YEAR, YEAR.first, stops) == given


def test_a_short_term_does_not_begin_with_reminders_of_days_before_it() -> None:
    short = Term(LAST - timedelta(days=20), LAST)

    assert lived(short, short.first, [20, 15, 8, 7, 1]) == [7]
    assert lived(YEAR, LAST - timedelta(days=40), [40, 35, 30, 6]) == [30, 7]
    assert lived(YEAR, LAST - timedelta(days=60), [60, 31]) == [60]


@given(
    stops=st.lists(st.integers(-5, 400), max_size=40),
    length=st.integers(0, 400),
    began=st.integers(0, 400),
)
def test_whatever_the_clock_does_none_is_given_twice_or_out_of_order(stops: list[int], length: int, began: int) -> None:
    term = Term(LAST - timedelta(days=length), LAST)
    start = LAST - timedelta(days=began)

    said = lived(term, start, sorted(stops, reverse=True))

    assert said == sorted(set(said), reverse=True)
    assert set(said) <= set(REMINDED_AT)
    assert all(LAST - timedelta(days=days) >= max(term.first, start) for days in said)
