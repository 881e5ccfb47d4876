"""The one place that asks the time.

City time is what the record lives in: `now()`. In a demonstration it may run faster than the wall clock;
anywhere else it is the wall clock. Sign-in, placing and receipts use `real_now()`. All instants are aware and UTC,
so that 48 hours are 48 hours on the two nights a year when the clocks change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = "America/New_York"
"""The city's time zone by its name. Functions of the database and scripts say it, too; a test holds them to it."""
CITY_ZONE = ZoneInfo(ZONE)
AHEAD: Final = timedelta(minutes=5)
"""How far a terminal's clock may run ahead before what it says happened lies in the future."""


@dataclass(frozen=True)
class Pace:
    """How city time follows real time: at `real_start` the city's clocks showed `city_start`."""

    city_start: datetime
    real_start: datetime
    speed: float = 1.0

    def at(self, real: datetime) -> datetime:
        """The city instant at a real instant."""
        return self.city_start + timedelta(seconds=(real - self.real_start).total_seconds() * self.speed)


_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_pace = Pace(_EPOCH, _EPOCH)


def keep(pace: Pace) -> None:
    """Follow this pace from now on. Called once at start, with what the database of a demonstration says."""
    global _pace  # noqa: PLW0603 - the process has one clock, and this module is its only home
    _pace = pace


def real_now() -> datetime:
    """This instant on the wall clock, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """This instant in the city, UTC. Equal to `real_now()` outside a demonstration."""
    return _pace.at(real_now())


def speed() -> float:
    """City seconds in a real second."""
    return _pace.speed


def city_day(instant: datetime) -> date:
    """The calendar day that people in the city would write for this instant."""
    return instant.astimezone(CITY_ZONE).date()


def in_city(instant: datetime) -> datetime:
    """The same instant with the city's wall time, for showing."""
    return instant.astimezone(CITY_ZONE)
