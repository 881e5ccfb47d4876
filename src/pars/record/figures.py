"""Figures of a month that a city could publish (N28), from rows that name nobody, with small numbers held back.

A count below ten is not shown. Where a total is shown, one hidden cell could be worked out from the others: then the
smallest cell that is shown is hidden as well. A share is shown when both of its parts are ten or more, a median or
a ninth decile when it is of ten people or more. Each figure says of how many it is, and for how many nothing is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEAST: Final = 10
"""Counts below it are not shown."""
TOTAL: Final = "all sites"
HOURS: Final = (12, 20, 48)
LATE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Case:
    """What of one arrest the figures need. `bail` is the type of the last order; `amount` its whole dollars."""

    site: str
    arrested_at: datetime
    written_at: datetime
    arraigned_at: datetime | None
    owed_at: datetime | None
    left_at: datetime | None
    exit: str
    charging: str
    hospital: bool
    bail: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure for each site and for all: numbers as they may be shown, None where held back. `quality` in words."""

    name: str
    unit: str
    cells: Mapping[str, float | None]
    of: Mapping[str, int | None]
    quality: str


def figures(cases: Sequence[Case]) -> Sequence[Figure]:
    """Every figure of a month's arrests, in the order of a night."""
    late = sum(one.written_at - one.arrested_at > LATE for one in cases)
    counted = f"{_some(late)} were written down more than an hour after the arrest"
    waits = [one for one in cases if not one.hospital]
    hospital = [one for one in cases if one.hospital]
    return [
        _counts("Arrests", cases, lambda _: True, counted),
        *_waiting("Arrest to magistrate", waits),
        *_waiting("Arrest to magistrate, by way of a hospital", hospital),
        *_shares(waits),
        *_door(cases),
        *(_counts(words, cases, _exit_is(code), counted) for code, words in EXITS.items()),
        *(_counts(words, cases, _bail_is(code), _missing_bail(cases)) for code, words in BAIL.items()),
        _amounts(cases),
    ]


EXITS: Final[Mapping[str, str]] = {
    "released-by-police": "Released by police",
    "charged-by-summons": "Charged by summons",
    "diverted": "Diverted before charge",
    "pending-investigation": "Released pending investigation",
    "declined": "Declined in full",
    "no-probable-cause": "No probable cause",
    "not-the-person": "Not the person sought",
    "bench-warrant-only": "Bench warrant only",
    "died": "Death in custody",
}
"""Ways out, by the word of the record. A death is counted like the rest: an owner reports it by name elsewhere."""
BAIL: Final[Mapping[str, str]] = {
    "ror": "Bail: own recognizance",
    "nonmonetary": "Bail: conditions without money",
    "unsecured": "Bail: unsecured",
    "nominal": "Bail: nominal",
    "monetary": "Bail: monetary",
    "denied": "Bail: denied",
}


def _exit_is(code: str) -> Callable[[Case], bool]:
    return lambda one: one.exit == code


def _bail_is(code: str) -> Callable[[Case], bool]:
    return lambda one: one.bail == code


def _some(number: int) -> str:
    return f"fewer than {LEAST}" if number < LEAST else str(number)


def _missing_bail(cases: Sequence[Case]) -> str:
    seen = [one for one in cases if one.arraigned_at is not None]
    return f"{_some(sum(one.bail is None for one in seen))} of those arraigned have no order written down"


def _by_site(cases: Sequence[Case]) -> Mapping[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for one in sorted(cases, key=lambda case: case.site):
        found.setdefault(one.site, []).append(one)
    return {**found, TOTAL: list(cases)}


def held_back(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    """Counts by site with their total, small ones held back, and no held-back one left to be worked out."""
    hidden = {site for site, many in counts.items() if many < LEAST}
    sites = [site for site in counts if site != TOTAL]
    if TOTAL not in hidden and len(hidden) == 1 and len(sites) > 1:
        hidden.add(min((site for site in sites if site not in hidden), key=lambda site: counts[site]))
    if len(sites) == 1 and hidden:
        hidden = set(counts)
    return {site: None if site in hidden else many for site, many in counts.items()}


def _counts(name: str, cases: Sequence[Case], which: Callable[[Case], bool], quality: str) -> Figure:
    by_site = _by_site(cases)
    cells = held_back({site: sum(map(which, rows)) for site, rows in by_site.items()})
    return Figure(name, "people", cells, held_back({site: len(rows) for site, rows in by_site.items()}), quality)


def _waiting(name: str, cases: Sequence[Case]) -> Sequence[Figure]:
    hours = _hours(cases, lambda one: (one.arrested_at, one.arraigned_at))
    missing = (
        f"{_some(sum(one.arraigned_at is None for one in cases))} have not come before a magistrate, and are not in it"
    )
    return _quantiles(name, hours, missing)


def _door(cases: Sequence[Case]) -> Sequence[Figure]:
    owed = [one for one in cases if one.owed_at is not None]
    hours = _hours(owed, lambda one: (one.owed_at, one.left_at))
    missing = f"{_some(sum(one.left_at is None for one in owed))} wait for the door, and are not in it"
    return _quantiles("Release owed to the door", hours, missing)


def _hours(
    cases: Sequence[Case], between: Callable[[Case], tuple[datetime | None, datetime | None]]
) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = {}
    for site, rows in _by_site(cases).items():
        pairs = [between(one) for one in rows]
        found[site] = sorted((end - start) / timedelta(hours=1) for start, end in pairs if start and end)
    return found


def _quantiles(name: str, hours: Mapping[str, list[float]], quality: str) -> Sequence[Figure]:
    of = held_back({site: len(values) for site, values in hours.items()})
    found = []
    for words, share in (("median", 0.5), ("nine in ten within", 0.9)):
        cells = {site: _quantile(values, share) if of[site] else None for site, values in hours.items()}
        found.append(Figure(f"{name}: {words}", "hours", cells, of, quality))
    return found


def _quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share does not exceed, to a tenth."""
    return round(values[min(len(values) - 1, int(share * len(values)))], 1)


def _shares(cases: Sequence[Case]) -> Sequence[Figure]:
    hours = _hours(cases, lambda one: (one.arrested_at, one.arraigned_at))
    of = held_back({site: len(values) for site, values in hours.items()})
    found = []
    for limit in HOURS:
        over = {site: sum(value > limit for value in values) for site, values in hours.items()}
        cells = {
            site: round(100 * many / len(hours[site]), 1)
            if of[site] and many >= LEAST and len(hours[site]) - many >= LEAST
            else None
            for site, many in over.items()
        }
        quality = "a share is shown when ten or more lie on either side of the limit"
        found.append(Figure(f"Arrest to magistrate: over {limit} hours", "percent", cells, of, quality))
    return found


def _amounts(cases: Sequence[Case]) -> Figure:
    amounts = {
        site: sorted(one.amount for one in rows if one.bail == "monetary" and one.amount is not None)
        for site, rows in _by_site(cases).items()
    }
    of = held_back({site: len(values) for site, values in amounts.items()})
    cells = {site: _quantile(values, 0.5) if of[site] else None for site, values in amounts.items()}
    return Figure("Monetary bail: median amount", "dollars", cells, of, "the last order of each arrest")
