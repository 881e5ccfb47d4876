"""Made-up cities and partners: honest ones of many kinds, and those who sweep, hide or crawl; all from a seed.

An honest partner asks about people booked today and in the last days, by odds of its own that are at most the allowed
ones; it asks about everybody of an incident. A pattern begins on `World.from_day`, beside the honest work. Surnames are
drawn by their public frequencies, so that they say as much of a birthplace as they do elsewhere.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pars.watch import surnames
from pars.watch.lines import Attributes, Booking, Criteria, Disclosure
from pars.watch.scan import Reals

MIDNIGHT: Final = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
DAY: Final = 86_400
LABELS: Final = ("true", "none", "40 % missing", "40 % of one group missing", "10 % wrong")
_CLASSES: Final = ("drug", "assault", "theft", "weapon")
_RECENT: Final = 5
_FRESH: Final = 0.75
"""The share of honest look-ups about people booked today."""
_PAIRS: Final = 0.08
_NAMES: Final = tuple(surnames.known())
_SHARES: Final = np.array([surnames.share(name) or 0.0 for name in _NAMES])
_RANKED: Final = 1.0 / (np.arange(len(_NAMES)) + 30.0)
_ABROAD: Final = np.cumsum(_RANKED * (0.12 + _SHARES)) / (_RANKED * (0.12 + _SHARES)).sum()
_HERE: Final = np.cumsum(_RANKED * (1.1 - 0.6 * _SHARES)) / (_RANKED * (1.1 - 0.6 * _SHARES)).sum()
"""Two of three born abroad, and one of seven born here, have a surname that most often belongs to such families."""

_GIVEN: Final = np.cumsum(1.0 / (np.arange(200) + 15.0)) / (1.0 / (np.arange(200) + 15.0)).sum()
"""Two hundred given names, the most frequent of them borne by one of forty."""

Entry: TypeAlias = Booking | Disclosure


@dataclass(frozen=True, slots=True)
class Made:
    """Somebody made up, with the birthplace that is known to us alone."""

    booking: Booking
    at: float
    abroad: bool
    incident: int


Pattern: TypeAlias = Callable[[np.random.Generator, Sequence[list[Made]], int], list[Made]]
"""Whom a partner looks up beside its honest work, in order; given the last days' people, today's last, and the day."""


@dataclass(frozen=True, slots=True)
class World:
    """A city and its partner; with more `partners`, honest ones of several sizes and skews beside each other."""

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
    labels: str = "true"
    accounts: int = 1
    """Of the pattern's own; 0: those of honest people, at random; -1: one honest person's."""
    checked: bool = True
    spread: bool = False
    """Through the working day, and not at its end."""
    partners: int = 1
    hours: tuple[int, int] = (8, 20)
    """In which honest people work."""
    rests: bool = False
    """On Saturdays, Sundays and every thirtieth day nobody works, and a third of the usual are booked."""
    after_days: int = 0
    """How long after booking honest people ask at the earliest."""
    only: tuple[str, str] | None = None
    """Honest people ask about those alone with this attribute."""


@dataclass(slots=True)
class _Run:
    world: World
    dice: np.random.Generator
    number: int = 0
    recent: deque[list[Made]] = field(default_factory=lambda: deque(maxlen=92))


def entries(world: World) -> Iterator[tuple[float, Entry]]:
    """The log of a world in time order, instants in seconds."""
    for at, entry, _ in events(world):
        yield at, entry


def events(world: World) -> Iterator[tuple[float, Entry, Made | None]]:
    """The same, with whom a pattern's look-up is about; None of everything else."""
    run = _Run(world, np.random.default_rng(world.seed))
    partners = [world] if world.partners == 1 else [_sized(world, place) for place in range(world.partners)]
    later: list[tuple[float, Entry, Made | None]] = []
    for day in range(world.days):
        booked = _bookings(run, day)
        run.recent.append(booked)
        found = [*later, *((one.at, one.booking, None) for one in booked)]
        known = _known(run)
        for place, partner in enumerate(partners if _works(world, day) else ()):
            found += _honest(run, partner, f"partner-{place}" if place else "fed", known, day)
        if world.pattern is not None and day >= world.from_day:
            found += _beside(run, day, world.pattern)
        found.sort(key=lambda one: one[0])
        midnight = MIDNIGHT + (day + 1) * DAY
        later = [one for one in found if one[0] >= midnight]  # about somebody booked in the last minute
        yield from found[: len(found) - len(later)]


def drawn_name(dice: np.random.Generator) -> tuple[str, str]:
    """A surname and a given name by their frequencies; the given name is a word of its own, whatever it sounds like."""
    surname, given = np.searchsorted(_HERE, dice.random()), np.searchsorted(_GIVEN, dice.random())
    return _NAMES[min(int(surname), len(_NAMES) - 1)], f"GIVEN{_NAMES[min(int(given), len(_GIVEN) - 1)]}"


def _works(world: World, day: int) -> bool:
    """Whether it is a working day; the first day of the log is a Thursday."""
    return not world.rests or (day % 7 not in (2, 3) and day % 30 != 0)


def _known(run: _Run) -> list[Made]:
    """The people about whom honest partners ask now."""
    days = list(run.recent)
    days = days[: len(days) - run.world.after_days][-_RECENT:]
    known = [one for some in days for one in some]
    if run.world.only is None:
        return known
    name, value = run.world.only
    return [one for one in known if getattr(one.booking.attributes, name) == value]


def swept(share: float = 0.9, decoys: int = 0, late: int = 0, chance: float = 1.0, most: int | None = None) -> Pattern:
    """Nearly everybody born abroad, each with so many others; of so many days ago; each day with a chance.

    With `most`, no more than so many born abroad a day.
    """

    def of_day(dice: np.random.Generator, days: Sequence[list[Made]], _: int) -> list[Made]:
        if len(days) <= late or dice.random() > chance:
            return []
        booked = days[-1 - late]
        abroad = [one for one in booked if one.abroad and dice.random() < share]
        if most is not None:
            abroad = [abroad[place] for place in dice.permutation(len(abroad))[:most]]
        here = [one for one in booked if not one.abroad]
        many = min(len(here), decoys * len(abroad))
        chosen = abroad + [here[place] for place in dice.choice(len(here), many, replace=False)]
        return [chosen[place] for place in dice.permutation(len(chosen))]

    return of_day


def crawled(many: int) -> Pattern:
    """So many a day, on along the alphabet and round again."""
    last = ""

    def of_day(_: np.random.Generator, days: Sequence[list[Made]], __: int) -> list[Made]:
        nonlocal last
        ordered = sorted(days[-1], key=lambda one: one.booking.attributes.surname or "")
        after = [one for one in ordered if (one.booking.attributes.surname or "") > last]
        chosen = (after + ordered)[:many]
        last = chosen[-1].booking.attributes.surname or ""
        return chosen

    return of_day


def few(many: int, a_week: int = 7) -> Pattern:
    """So many born abroad a day, on so many days of a week."""

    def of_day(dice: np.random.Generator, days: Sequence[list[Made]], _: int) -> list[Made]:
        if dice.random() >= a_week / 7:
            return []
        abroad = [one for one in days[-1] if one.abroad]
        return [abroad[place] for place in dice.permutation(len(abroad))[:many]]

    return of_day


def listed() -> Pattern:
    """Everybody whose surname stands on a list: most of its bearers are of such families."""

    def of_day(_: np.random.Generator, days: Sequence[list[Made]], __: int) -> list[Made]:
        named = [(one, one.booking.attributes.surname or "") for one in days[-1]]
        return [one for one, name in named if (surnames.share(name) or 0.0) >= 0.8]  # noqa: PLR2004 - such a list

    return of_day


def _sized(world: World, place: int) -> World:
    """Honest partners of many skews and ways of working, and of sizes within what they may touch of the intake."""
    return replace(
        world,
        looks=(4, 8, 15, 25, 40, 12, 30, 20)[place % 8] * world.intake / 100,
        users=(1, 3, 5, 10, 20, 2, 15, 8)[place % 8],
        odds_ratio=(1.0, 1.5, 0.8, 1.2, 1.4, 1.5, 1.0, 0.6)[(place + world.seed) % 8],
        unlinked=(0.02, 0.05, 0.03, 0.06, 0.04, 0.0, 0.05, 0.06)[(place + world.seed) % 8],
        no_hits=(0.1, 0.3, 0.6, 0.1, 0.2, 0.4, 0.1, 0.05)[place % 8],
    )


def _bookings(run: _Run, day: int) -> list[Made]:
    dice, world = run.dice, run.world
    many = int(dice.poisson(world.intake if _works(world, day) else world.intake / 3))
    seconds = np.sort(dice.uniform(0, DAY - 1, many))
    incidents = np.arange(many)
    pairs = np.flatnonzero(dice.random(many) < _PAIRS)
    incidents[pairs[pairs > 0]] = incidents[pairs[pairs > 0] - 1]
    abroad = dice.random(many) < world.abroad
    if world.group and dice.random() < world.group_share:
        seconds = np.append(seconds, dice.uniform(0, 70_000) + np.arange(world.group))
        incidents = np.append(incidents, np.full(world.group, many))
        abroad = np.append(abroad, np.full(world.group, dice.random() < 0.5))  # noqa: PLR2004 - either
    return sorted(_people(run, day, seconds, incidents, abroad), key=lambda one: one.at)


def _people(
    run: _Run, day: int, seconds: Reals, incidents: NDArray[np.int64], abroad: NDArray[np.bool_]
) -> Iterator[Made]:
    dice, labels, many = run.dice, run.world.labels, len(seconds)
    chance = dice.random((6, many))
    names = np.where(abroad, np.searchsorted(_ABROAD, chance[0]), np.searchsorted(_HERE, chance[0])).clip(
        max=len(_NAMES) - 1
    )
    races, sexes = np.searchsorted([0.4, 0.9], chance[1]), chance[2] < 0.8  # noqa: PLR2004 - four fifths
    hispanic = chance[3] < 0.15 + 0.6 * abroad
    years, months, dates = dice.integers(1955, 2007, many), dice.integers(1, 13, many), dice.integers(1, 29, many)
    places, classes = dice.integers(1, 22, many), dice.integers(0, len(_CLASSES), many)
    columns = (seconds.astype(np.int64), incidents, abroad, chance[4], names, years, months, dates, races, hispanic)
    for second, incident, born_abroad, luck, name, year, month, date, race, is_hispanic, sex, place, charged in zip(
        *(one.tolist() for one in (*columns, sexes, places, classes)), strict=True
    ):
        run.number += 1
        at = MIDNIGHT + day * DAY + second
        said = Attributes(
            _NAMES[name],
            f"{year}-{month:02}-{date:02}",
            _labelled(born_abroad, labels, luck),
            "WBA"[race],
            "H" if is_hispanic else "N",
            "M" if sex else "F",
            str(place),
            _CLASSES[charged],
            f"dc-{day}-{incident}",
        )
        yield Made(Booking(_written(at), f"p-{run.number}", said), at, born_abroad, incident + day * 10_000)


def _labelled(abroad: bool, labels: str, chance: float) -> bool | None:  # noqa: FBT001 - a birthplace
    """The label that the owners hold of somebody."""
    match LABELS.index(labels):
        case 0:
            return abroad
        case 1:
            return None
        case 2:
            return None if chance < 0.4 else abroad  # noqa: PLR2004 - as it says
        case 3:
            return None if abroad and chance < 0.4 else abroad  # noqa: PLR2004 - as it says
        case _:
            return abroad != (chance < 0.1)  # noqa: PLR2004 - as it says


def _honest(
    run: _Run, partner: World, agency: str, known: list[Made], day: int
) -> Iterator[tuple[float, Disclosure, None]]:
    """The day's honest work; a whole incident is looked up at once."""
    dice = run.dice
    many = int(dice.poisson(partner.looks))
    if not known:
        return
    newest = MIDNIGHT + (day - run.world.after_days) * DAY
    today = np.array([one.at >= newest for one in known])
    weights = np.where([one.abroad for one in known], partner.odds_ratio, 1.0)
    fresh = max(float((weights * today).sum()), 1e-9)
    weights = np.where(today, _FRESH / fresh, (1 - _FRESH) / max(float((weights * ~today).sum()), 1e-9)) * weights
    chosen = np.searchsorted(np.cumsum(weights) / weights.sum(), dice.random(many)).clip(max=len(known) - 1)
    seconds = np.sort(dice.uniform(partner.hours[0] * 3600, partner.hours[1] * 3600, many))
    users, nobody = dice.integers(0, partner.users, many), dice.random(many) < partner.no_hits
    together: dict[int, list[Made]] = {}
    for one in known:
        together.setdefault(one.incident, []).append(one)
    for place, second, number, in_vain in zip(
        chosen.tolist(), seconds.astype(np.int64).tolist(), users.tolist(), nobody.tolist(), strict=True
    ):
        at, user = MIDNIGHT + day * DAY + second, f"u-{number}"
        if in_vain:
            yield at, _ask(run, at, (agency, user), None, checked=dice.random() >= partner.unlinked), None
            continue
        one = known[place]
        at = max(at, one.at + 60)
        group = [other for other in together[one.incident] if other.at < at]
        checked = bool(dice.random() >= partner.unlinked)
        for other in group:
            yield at, _ask(run, at, (agency, user), other, checked=checked), None


def _beside(run: _Run, day: int, pattern: Pattern) -> Iterator[tuple[float, Disclosure, Made]]:
    """What the pattern asks: at the end of the day, a look-up every 20 seconds, or through it after each booking."""
    dice, world = run.dice, run.world
    chosen = pattern(dice, run.recent, day)
    late = MIDNIGHT + (day + 1) * DAY - 1 - 20 * len(chosen)
    for place, one in enumerate(chosen):
        at = late + 20 * place
        if world.spread:
            at = max(one.at + 60, MIDNIGHT + day * DAY + float(dice.uniform(8 * 3600, 20 * 3600)))
        user = _account(dice, world)
        yield float(int(at)), _ask(run, int(at), ("fed", user), one, checked=world.checked), one


def _account(dice: np.random.Generator, world: World) -> str:
    """By which account a pattern's look-up is made."""
    if world.accounts < 0:
        return "u-0"
    return f"x-{dice.integers(world.accounts)}" if world.accounts else f"u-{dice.integers(world.users)}"


def _ask(run: _Run, at: float, by: tuple[str, str], one: Made | None, *, checked: bool) -> Disclosure:
    said = one.booking.attributes if one is not None else None
    number = int(run.dice.integers(10**6))
    return Disclosure(
        at=_written(at),
        agency=by[0],
        user=by[1],
        purpose="felony-investigation",
        case_verified=checked,
        person=one.booking.person if one is not None else None,
        criteria=Criteria(
            name=f"{said.surname}, ALEX" if said else f"NOBODY{number}, ALEX",
            birth_date=said.birth_date if said else f"{1950 + number % 50}-0{1 + number % 9}-1{number % 10}",
        ),
        case_reference=f"c-{number}",
    )


def _written(at: float) -> str:
    minutes, seconds = divmod(int(at), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{_day(days)}T{hours:02}:{minutes:02}:{seconds:02}Z"


@lru_cache(maxsize=1024)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, UTC).isoformat()[:10]
