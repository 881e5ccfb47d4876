"""Figures of a month for the owners: what a city would publish, small numbers held back before anybody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pars.actions.acting import By, act
from pars.clock import CITY_ZONE, in_city, now
from pars.errors import BadInput, NotAllowed
from pars.record.figures import Figure, figures
from pars.record.groups import Group, court, groups
from pars.record.roles import Role
from pars.store import figures as rows
from pars.store.database import Store

EARLIEST, LATEST = 1990, 2200
SEES_FIGURES = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of one month; `whole` is false while it is not over."""

    month: str
    whole: bool
    figures: Sequence[Figure]
    court: Sequence[Figure]
    groups: Sequence[Group]


def of_month(store: Store, by: By, month: str = "") -> Month:
    """The figures of a month, such as `2026-11`; the running one when none is named."""
    with act(store, by, "figures.shown") as doing:
        if by.role not in SEES_FIGURES:
            raise NotAllowed("figures are for owners, privacy officer and auditor", code="no-duty")
        named = month or in_city(now()).strftime("%Y-%m")
        since = _first(named)
        until = since.replace(year=since.year + since.month // 12, month=since.month % 12 + 1)
        doing.note(month=named)
        counted = rows.counted(doing.connection, since, until)
        by_site = figures(rows.cases(doing.connection, since, until))
        return Month(named, until <= now(), by_site, court(counted), groups(counted))


def _first(month: str) -> datetime:
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=CITY_ZONE)
    except ValueError:
        first = None
    if first is None or not EARLIEST <= first.year <= LATEST:
        raise BadInput("a month is a year and a month, such as 2026-11", field="month")
    return first
