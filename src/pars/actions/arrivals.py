"""Arrivals by hour against the usual: counts only, no person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pars.store import figures
from pars.store.database import Store

HOURS = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: when it began, how many came, how many usually come in that hour of the day."""

    starts_at: datetime
    count: int
    usual: float


def by_hour(store: Store, at: datetime) -> list[Hour]:
    """The last 24 hours."""
    start = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    with store.transaction("pars_act") as connection:
        counts = dict(figures.arrivals_by_hour(connection, start, at))
        usual = figures.usual_by_hour(connection, start)
    starts = [start + timedelta(hours=n) for n in range(HOURS)]
    return [Hour(hour, counts.get(hour, 0), usual.get(hour.hour, 0.0)) for hour in starts]
