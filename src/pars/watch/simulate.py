"""Made-up cities and partners: honest ones of many kinds, and those who sweep, hide or crawl; all from a seed.

An honest partner asks about people booked today and in the last days, by odds of its own below what is allowed; it
asks about everybody of an incident. A pattern begins on `World.from_day`, beside the honest work, by an account
of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import numpy as np

from pars.watch.lines import Attributes, Booking, Criteria, Disclosure

MIDNIGHT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_CLASSES: Final = ("drug", "assault", "theft", "weapon")
_SYLLABLES: Final = tuple(a + b for a in "BCDFGHKLMNPRSTVW" for b in "AEIOU")

Entry: TypeAlias = Booking | Disclosure
Pattern: TypeAlias = Callable[[np.random.Generator, list[Booking], int], list[Booking]]
"""Whom a partner looks up of the day's bookings beside its honest work, in its order; given the day's number."""


@dataclass(frozen=True, slots=True)
class World:
    """A city and its partner."""

    seed: int = 1
    days: int = 60
    intake: int = 100
    abroad: float = 0.12
    looks: float = 40.0
    users: int = 10
    odds_ratio: float = 1.0
    unlinked: float = 0.03
    no_hits: float = 0.1
    group: int = 0
    group_share: float = 0.0
    pattern: Pattern | None = None
    from_day: int = 30
    labels: bool = True
    accounts: int = 1
    checked: bool = True


@dataclass(slots=True)
class _Run:
    world: World
    dice: np.random.Generator
    number: int = 0
    recent: list[list[Booking]] = field(default_factory=list)


def entries(world: World) -> Iterator[tuple[datetime, Entry]]:
    """The log of a world, day by day, in time order."""
    run = _Run(world, np.random.default_rng(world.seed))
    for day in range(world.days):
        booked = _bookings(run, day)
        run.recent = [*run.recent[-4:], [one for _, one in booked]]
        entries: list[tuple[datetime, Entry]] = [*booked, *_honest(run, day)]
        if world.pattern is not None and day >= world.from_day:
            entries += _beside(run, day, world.pattern)
        yield from sorted(entries, key=lambda one: one[0])


def swept(share: float = 0.9, decoys: int = 0) -> Pattern:
    """Nearly everybody born abroad, each with so many others."""

    def of_day(dice: np.random.Generator, booked: list[Booking], _: int) -> list[Booking]:
        abroad = [one for one in booked if _abroad(one) and dice.random() < share]
        here = [one for one in booked if not _abroad(one)]
        many = min(len(here), decoys * len(abroad))
        chosen = abroad + [here[place] for place in dice.choice(len(here), many, replace=False)]
        return [chosen[place] for place in dice.permutation(len(chosen))]

    return of_day


def crawled(many: int) -> Pattern:
    """So many a day, on along the alphabet and round again."""
    last = ""

    def of_day(_: np.random.Generator, booked: list[Booking], __: int) -> list[Booking]:
        nonlocal last
        ordered = sorted(booked, key=lambda one: one.attributes.surname or "")
        after = [one for one in ordered if (one.attributes.surname or "") > last]
        chosen = (after + ordered)[:many]
        last = chosen[-1].attributes.surname or ""
        return chosen

    return of_day


def few(many: int, every: int = 1) -> Pattern:
    """So many born abroad on every so many days."""

    def of_day(dice: np.random.Generator, booked: list[Booking], day: int) -> list[Booking]:
        abroad = [one for one in booked if _abroad(one)]
        chosen = dice.permutation(len(abroad))[: many if day % every == 0 else 0]
        return [abroad[place] for place in chosen]

    return of_day


def _abroad(one: Booking) -> bool:
    return int(one.person.split("-")[2]) == 1


def _bookings(run: _Run, day: int) -> list[tuple[datetime, Booking]]:
    dice, world = run.dice, run.world
    found = [
        _booking(run, day, float(second), abroad=dice.random() < world.abroad, incident=None)
        for second in dice.uniform(0, 86_400, dice.poisson(world.intake))
    ]
    if world.group and dice.random() < world.group_share:
        abroad, second, name = dice.random() < 0.5, float(dice.uniform(0, 70_000)), f"group-{day}"  # noqa: PLR2004 - either
        found += [_booking(run, day, second + n, abroad=abroad, incident=name) for n in range(world.group)]
    return sorted(found, key=lambda one: one[0])


def _booking(run: _Run, day: int, second: float, *, abroad: bool, incident: str | None) -> tuple[datetime, Booking]:
    dice = run.dice
    run.number += 1
    at = MIDNIGHT + timedelta(days=day, seconds=second)
    said = Attributes(
        surname="".join(_SYLLABLES[place] for place in dice.integers(0, len(_SYLLABLES), 3)),
        birth_date=f"{dice.integers(1955, 2007)}-{dice.integers(1, 13):02}-{dice.integers(1, 29):02}",
        birthplace_foreign=bool(abroad) if run.world.labels else None,
        race=str(dice.choice(list("WBA"), p=[0.4, 0.5, 0.1])),
        ethnicity="H" if dice.random() < 0.2 else "N",  # noqa: PLR2004 - a fifth
        sex="M" if dice.random() < 0.8 else "F",  # noqa: PLR2004 - four fifths
        neighbourhood=str(dice.integers(1, 22)),
        charge_class=str(dice.choice(_CLASSES)),
        incident=incident or f"dc-{run.number}",
    )
    return at, Booking(at.isoformat().replace("+00:00", "Z"), f"p-{run.number}-{int(abroad)}", said)


def _honest(run: _Run, day: int) -> list[tuple[datetime, Disclosure]]:
    """The day's honest work, in office hours; a whole incident is looked up at once."""
    dice, world = run.dice, run.world
    known = [one for booked in run.recent for one in booked]
    weights = np.array([world.odds_ratio if _abroad(one) else 1.0 for one in known])
    if not known:
        return []
    found: list[tuple[datetime, Disclosure]] = []
    for _ in range(dice.poisson(world.looks)):
        at = MIDNIGHT + timedelta(days=day, seconds=float(dice.uniform(8 * 3600, 20 * 3600)))
        user = f"u-{dice.integers(world.users)}"
        if dice.random() < world.no_hits:
            found.append((at, _ask(run, at, user, None)))
            continue
        one = known[int(dice.choice(len(known), p=weights / weights.sum()))]
        group = [other for other in known if other.attributes.incident == one.attributes.incident]
        found += [(at, _ask(run, at, user, other)) for other in group]
    return [(at, entry) for at, entry in found if _booked(known, entry, at)]


def _booked(known: list[Booking], entry: Disclosure, at: datetime) -> bool:
    """Nobody asks about somebody who is not booked yet."""
    written = at.isoformat().replace("+00:00", "Z")
    return entry.person is None or next(one.at for one in known if one.person == entry.person) <= written


def _beside(run: _Run, day: int, pattern: Pattern) -> list[tuple[datetime, Disclosure]]:
    """What the pattern asks at the end of the day, a look-up every 20 seconds."""
    chosen = pattern(run.dice, run.recent[-1], day)
    late = MIDNIGHT + timedelta(days=day, seconds=86_399 - 20 * len(chosen))
    found: list[tuple[datetime, Disclosure]] = []
    for place, one in enumerate(chosen):
        at = late + timedelta(seconds=20 * place)
        user = f"x-{run.dice.integers(run.world.accounts)}"
        found.append((at, _ask(run, at, user, one, checked=run.world.checked)))
    return found


def _ask(run: _Run, at: datetime, user: str, one: Booking | None, *, checked: bool | None = None) -> Disclosure:
    dice = run.dice
    verified = bool(dice.random() >= run.world.unlinked) if checked is None else checked
    said = one.attributes if one is not None else Attributes(surname=f"NOBODY{dice.integers(10**6)}")
    return Disclosure(
        at=at.isoformat().replace("+00:00", "Z"),
        agency="fed",
        user=user,
        purpose="felony-investigation",
        case_verified=verified,
        person=one.person if one is not None else None,
        criteria=Criteria(name=f"{said.surname}, ALEX", birth_date=said.birth_date or "1990-01-01"),
        case_reference=f"c-{dice.integers(10**6)}",
    )
