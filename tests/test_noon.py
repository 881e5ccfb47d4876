"""The city of the tests stands at noon and is never ahead of the wall clock, at whatever hour they begin."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.noon import NOON, last_noon

from pars import clock

LONGEST_DAY = timedelta(hours=25)
"""The Sunday on which the clocks go back."""


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - given its zone beside
def test_it_was_noon_less_than_a_day_ago(real: datetime) -> None:
    noon = last_noon(real)

    assert clock.in_city(noon).timetuple()[3:6] == (12, 0, 0)
    assert timedelta() <= real - noon < LONGEST_DAY


def test_in_the_morning_it_is_yesterdays_noon_and_in_the_afternoon_todays() -> None:
    morning, afternoon = datetime(2026, 11, 30, 16, 59, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)

    assert last_noon(morning) == datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert last_noon(afternoon) == afternoon


def test_the_tests_themselves_are_not_ahead() -> None:
    assert NOON.city_start <= NOON.real_start
    assert NOON.speed == 1
