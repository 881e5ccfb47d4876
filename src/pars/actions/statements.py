"""Statements of disparity for the owners, for each partner and together, made from the ledger when they are asked for.

When a month or a quarter is over its statement is filed by itself: its bytes are kept, and their hash stands in an
entry. What is shown is made anew each time; the same days give the same statement while nobody in them was erased.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from pars.actions.acting import By, NothingToDo, act, once
from pars.actions.patterns import SEES_PATTERNS
from pars.actions.watching import plan_of, watch_of
from pars.clock import CITY_ZONE, city_day, now
from pars.errors import BadInput, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.store import filing, placing, watching
from pars.store.database import Store
from pars.store.filing import Filed
from pars.store.watching import InForce
from pars.watch.feed import HEARD, STEPPED, Feed
from pars.watch.judging import rows_of
from pars.watch.lines import Disclosure
from pars.watch.showing import Case, Telling
from pars.watch.statement import Group, Statement, period, periods, standing_out

AT_A_TIME: Final = 2000
SETTLES: Final = timedelta(hours=1)
"""After a period has ended, until its last entries have their places."""


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
    filed: Filed | None = None


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
        versions = watching.in_force(doing.connection)
        as_filed = filing.filed(doing.connection, chosen)
        doing.note(period=chosen)
    return _made(store, chosen, days, versions, today, as_filed)


def _allowed(versions: Sequence[InForce]) -> dict[str, float]:
    """The odds ratio that each partner's newest version allows."""
    return {one.agency: watch_of(one.terms).odds_ratio_allowed for one in versions}


def _made(
    store: Store,
    chosen: str,
    days: tuple[date, date],
    versions: Sequence[InForce],
    today: date,
    as_filed: Filed | None = None,
) -> Statements:
    allowed, plan = _allowed(versions), plan_of(versions)
    rows = {agency: rows_of(plan, agency) for agency in allowed}
    made = {agency: Statement(agency, *days, CITY_ZONE, rows[agency]) for agency in allowed}
    tellings = {each: Telling(each) for each in set(rows.values())}
    began = today
    for at, entry in _heard(store, days[1]):
        began = min(began, city_day(at))
        told = {each: list(one.told(at, entry)) for each, one in tellings.items()}
        for agency, one in made.items():
            for when, line in told[rows[agency]]:
                one.hear(when, line)
    last = {each: list(one.due(now())) for each, one in tellings.items()}
    for agency, one in made.items():
        for when, booking in last[rows[agency]]:
            one.hear(when, booking)
    return Statements(chosen, *days, days[1] < today, _together(made, allowed), periods(began, today), as_filed)


def file(store: Store) -> int:
    """File the oldest statement that is due, of a month or a quarter that is over; how many were filed now.

    It waits until every entry of the period has its place: what was filed is not filed again.
    """
    until = city_day(now() - SETTLES)
    with store.transaction("pars_act") as connection:
        began, done = filing.began_on(connection), filing.names(connection)
        if began is None:
            return 0
        named = {one: days for one in periods(began, until) if one not in done and (days := period(one)) is not None}
        due = sorted((days[1], one) for one, days in named.items() if days[1] < until)
        versions = watching.in_force(connection) if due else []
    if not due:
        return 0
    last, chosen = due[0]
    with store.transaction("pars_ledger") as connection:
        if placing.waits_of(connection, last):
            return 0
    content = as_json(_made(store, chosen, named[chosen], versions, until))
    return int(once(_file, store, chosen, content))


def _file(store: Store, chosen: str, content: bytes) -> None:
    hashed = hashlib.sha256(content).hexdigest()
    with act(store, None, "statement.filed") as doing:
        if not filing.file(doing.connection, chosen, content.decode(), hashed):
            raise NothingToDo
        doing.publish(Kind.OVERSIGHT, period=chosen, statement=hashed)


def as_filed(store: Store, by: By, chosen: str) -> Filed:
    """A statement byte for byte as it was filed; refused when none was, of that month or quarter."""
    with act(store, by, "statement.read") as doing:
        if by.role not in SEES_PATTERNS:
            raise NotAllowed("statements are for the owners' representatives and those who oversee", code="no-duty")
        doing.note(period=chosen)
        found = filing.filed(doing.connection, chosen)
        if found is None:
            raise NotThere("no statement of that month or quarter was filed")
        return found


def as_json(found: Statements) -> bytes:
    """What is filed: canonical JSON of the whole statement."""
    return msgspec.json.encode(told(found), order="sorted")


def told(found: Statements) -> dict[str, object]:
    """A statement for programs."""
    return {
        "period": found.period,
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "over": found.over,
        "partners": [_stated(one) for one in found.partners],
    }


def _stated(one: Stated) -> dict[str, object]:
    return {
        "partner": one.agency,
        "odds_ratio_allowed": one.allowed,
        "national_origin_by_surname": one.by_surname,
        "groups": [
            {
                "characteristic": line.group.characteristic,
                "value": line.group.value,
                "could": line.group.could,
                "looked": line.group.looked,
                "expected": line.group.expected,
                "odds_ratio": [line.group.low, line.group.high] if line.group.told else None,
                "stands_out": line.named,
            }
            for line in one.lines
        ],
    }


def _heard(store: Store, last: date) -> Iterator[tuple[datetime, Case | Disclosure]]:
    """What the watch heard, in the order of the log, from the first entry on until a day is over.

    Its time only grows, so nothing behind the first line of a later day is of that day; no figure counts it.
    """
    feed, first = Feed(), 0
    with store.glance("pars_ledger") as connection:
        end = watching.placed(connection)
    while first < end:
        with store.transaction("pars_ledger") as connection:
            heard = watching.heard(connection, store.keys, HEARD | STEPPED, first, end, AT_A_TIME)
        for told in filter(None, map(feed.line, heard)):
            yield told
            if city_day(told[0]) > last:
                return
        first = heard[-1].index + 1 if len(heard) == AT_A_TIME else end


def _together(made: Mapping[str, Statement], allowed: Mapping[str, float]) -> list[Stated]:
    """Every partner's lines; which groups are named is settled over all of them (e-BH)."""
    groups = {agency: one.groups(allowed[agency]) for agency, one in made.items()}
    every = [(agency, group) for agency, found in groups.items() for group in found]
    named = {every[place] for place in standing_out([group for _, group in every])}
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
    """Every day from the first on which something was to the last, so that a chart's days are as far apart as days."""
    every = sorted({on for on, _ in one.days})
    return [every[0] + timedelta(days=place) for place in range((every[-1] - every[0]).days + 1)] if every else []
