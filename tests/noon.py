"""The hour of the tests: noon when they begin, so that no midnight passes among them, whenever they are run.

The city's clock is set once, here, and the database of each city of theirs is born at the same hour. Sign-in, placing
and receipts use the wall clock, as everywhere.
"""

from datetime import UTC
from typing import Final

import psycopg

from pars import clock
from pars.clock import Pace
from pars.store.installation import found


def _noon() -> Pace:
    real = clock.real_now()
    return Pace(clock.in_city(real).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC), real)


NOON: Final = _noon()


def born(url: str, *, kind: str = "real", city: str = "Testing") -> None:
    """An installation whose city has the hour of the tests, which elsewhere only a demonstration's may have."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table house.installation drop constraint if exists installation_check")
    found(url, kind=kind, city=city, city_start=NOON.city_start, real_start=NOON.real_start, speed=1)
