"""The hour of the tests: the last noon when they begin, so that no midnight passes among them, whenever they are run.

The city's clock is set once, here, and the database of each city of theirs is born at the same hour. It is never ahead
of the wall clock, which sign-in, placing and receipts use as everywhere: in the morning it is yesterday's noon.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

from pars import clock
from pars.clock import Pace
from pars.store.installation import found


def last_noon(real: datetime) -> datetime:
    """The newest noon of the city that is not after this instant."""
    local = clock.in_city(real)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    return (noon if noon <= local else noon - timedelta(days=1)).astimezone(UTC)  # by the clock on the wall


def _noon() -> Pace:
    real = clock.real_now()
    return Pace(last_noon(real), real)


NOON: Final = _noon()


def born(url: str, *, kind: str = "real", city: str = "Testing") -> None:
    """An installation whose city has the hour of the tests, which elsewhere only a demonstration's may have."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
    found(url, kind=kind, city=city, city_start=NOON.city_start, real_start=NOON.real_start, speed=1)
