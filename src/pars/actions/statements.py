"""Statements of disparity for the owners, for each partner and together, made from the ledger when they are asked for.

Nothing of them is stored: the same days give the same statement, as long as nobody in them was erased.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pars.actions.acting import By, act
from pars.actions.patterns import SEES_PATTERNS
from pars.actions.watching import watch_of
from pars.clock import CITY_ZONE, city_day
from pars.errors import BadInput, NotAllowed
from pars.store import watching
from pars.store.database import Store
from pars.watch.feed import HEARD, Feed
from pars.watch.lines import Booking, Disclosure
from pars.watch.statement import Group, Statement, named_together, period, periods

AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """A group's line, and whether it is named when all partners and groups are taken together."""

    group: Group
    named: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """One partner's part: what its agreement allows, every group, and the days for a chart."""

    agency: str
    allowed: float
    lines: Sequence[Line]
    by_surname: bool
    """Whether shares of surnames stood in for birthplaces, which were hardly ever collected."""
    days: Sequence[tuple[date, int, int]]


@dataclass(frozen=True, slots=True)
class Statements:
    """A statement of a period, whether or not it is over, for every partner that ever was in force."""

    period: str
    first: date
    last: date
    over: bool
    partners: Sequence[Stated]
    periods: Sequence[str]


def statements(store: Store, by: By, named: str | None = None) -> Statements:
    """The statement of a month (`2026-11`) or a quarter (`2026-Q4`); of this month when none is named."""
    with act(store, by, "statement.shown") as doing:
        if by.role not in SEES_PATTERNS:
            raise NotAllowed("statements are for the owners' representatives and those who oversee", code="no-duty")
        today = city_day(doing.at)
        chosen = named or f"{today.year}-{today.month:02}"
        days = period(chosen)
        if days is None or days[0] > today:
            raise BadInput("name a month such as 2026-11, or a quarter such as 2026-Q4", field="period")
        allowed = {one.agency: watch_of(one.terms).odds_ratio_allowed for one in watching.in_force(doing.connection)}
        doing.note(period=chosen)
    made = {agency: Statement(agency, *days, CITY_ZONE) for agency in allowed}
    began = today
    for at, entry in lines(store):
        began = min(began, city_day(at))
        for one in made.values():
            one.hear(at, entry)
    return Statements(chosen, *days, days[1] < today, _together(made, allowed), periods(began, today))


def lines(store: Store, until: int | None = None) -> Iterator[tuple[datetime, Booking | Disclosure]]:
    """Everything that the watch heard, in the order of the log, from the first entry on; up to a place of it."""
    feed, first = Feed(), 0
    with store.glance("pars_ledger") as connection:
        end = watching.placed(connection) if until is None else until
    while first < end:
        with store.transaction("pars_ledger") as connection:
            heard = watching.heard(connection, store.keys, HEARD, first, end, AT_A_TIME)
        yield from (told for one in heard if (told := feed.line(one)) is not None)
        first = heard[-1].index + 1 if len(heard) == AT_A_TIME else end


def _together(made: Mapping[str, Statement], allowed: Mapping[str, float]) -> list[Stated]:
    """Every partner's lines; which groups are named is settled over all of them (e-BH)."""
    groups = {agency: one.groups(allowed[agency]) for agency, one in made.items()}
    every = [(agency, group) for agency, found in groups.items() for group in found if group.told]
    named = {every[place] for place in named_together([group.e_value for _, group in every])}
    return [
        Stated(
            agency,
            allowed[agency],
            [Line(group, (agency, group) in named) for group in found],
            not made[agency].collected,
            [(on, made[agency].days[on, "visible"], made[agency].days[on, "looked"]) for on in _days(made[agency])],
        )
        for agency, found in sorted(groups.items())
    ]


def _days(one: Statement) -> list[date]:
    return sorted({on for on, _ in one.days})
