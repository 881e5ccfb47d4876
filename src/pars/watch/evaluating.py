"""How soon patterns are seen and how often honest partners are not left alone, on made-up cities, from a seed.

Each run is a world of `simulate` carried through `replay`; nothing here knows more of the watch than a stranger's log
does. The bound beside a pattern's delay is Wald's (`fewest`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np

from pars.watch import fewest
from pars.watch.evidence import DAYS_A_YEAR, TOGETHER
from pars.watch.fewest import TERMS
from pars.watch.lines import Booking, Disclosure
from pars.watch.namesakes import Namesakes, person_called
from pars.watch.replay import Replay
from pars.watch.simulate import DAY, LABELS, MIDNIGHT, Pattern, World, crawled, drawn_name, events, few, listed, swept

BEGIN: Final = 20
"""The day on which a pattern begins, unless it begins at once or after a year."""
PARTNERS: Final = 8
_HONEST_DAYS: Final = 365


Asked: TypeAlias = tuple[float, int, int]
"""When a look-up was, and how many the pattern had made until then: of all, and of people born abroad."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern by name: its world, the days it has to be seen in, what is aimed at, and the fewest look-ups."""

    name: str
    world: World
    pattern: Callable[[], Pattern]
    days: int
    aim: str
    fewest: float | None
    """Wald's bound, in look-ups; None where honest behaviour comes as near as one likes, or it is not known."""
    decoys: int | None = None
    """Of a sweep that is hidden among others, for each of the group."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One run: look-ups and days of the pattern until an alarm acted, and days until the 3-sigma rule's; None: not.

    Counted are all of the pattern's look-ups, and beside them those of people born abroad (`group`).
    """

    looks: int | None
    days: float | None
    sigma_days: int | None
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Honest:
    """Honest partner-years: how many, alarms that acted, notes, alarms of the 3-sigma rule, and notes on names."""

    years: float
    acting: int
    notes: int
    sigma: int
    looks: int
    by_name: int = 0
    """Notes on what accounts are called beside whom they asked about."""


def rows(*, quick: bool) -> list[Row]:
    """The patterns of the table."""
    pure, unlinked, step = fewest.of_group(), fewest.unlinked(), fewest.of_steps()
    world = World(from_day=BEGIN)
    own, honest, one = world, replace(world, accounts=0), replace(world, accounts=-1)
    table = [
        Row("plain daily sweep", own, swept, 30, "100 %, p90 15", pure),
        Row("the same without case references", replace(own, checked=False), swept, 30, "100 %, p90 15", unlinked),
        Row("3 decoys each, cases checked", own, lambda: swept(decoys=3), 30, "99 %, 13", fewest.hidden(3), 3),
        Row("3 decoys each, no cases", replace(own, checked=False), lambda: swept(decoys=3), 30, "99 %, 13", unlinked),
        Row("7 decoys each, cases checked", own, lambda: swept(decoys=7), 30, "99 %, 40", fewest.hidden(7), 7),
        Row("alphabetical crawl, 30 a day", own, lambda: crawled(30), 30, "99 %, 6", step),
        Row("slow crawl, 3 a day", own, lambda: crawled(3), 30, "99 %, 20", step),
        Row("split over 50 accounts", replace(own, accounts=50), swept, 30, "as unsplit", pure),
        Row("one extra a day, own account", own, lambda: few(1), 270, "90 %, 70 days", pure),
        Row("one extra a day, one honest account", one, lambda: few(1), 270, "90 %, 70 days", None),
        Row("one extra a day, any honest account", honest, lambda: few(1), 270, "90 %, 70 days", None),
        Row("three a week, own account", own, lambda: few(1, 3), 365, "above 11 %", pure),
        Row("sweep by honest accounts, all day", replace(honest, spread=True), swept, 30, "", None),
    ]
    if quick:
        return table
    return [
        *table,
        Row("three a day, any honest account", honest, lambda: few(3), 270, "", None),
        Row("sweep on one day of three", own, lambda: swept(chance=1 / 3), 60, "", pure),
        Row("list of surnames", own, listed, 30, "", None),
        Row("sweep 8 days after booking", own, lambda: swept(late=8), 30, "", pure),
        Row("sweep 30 days after booking", replace(own, from_day=35), lambda: swept(late=30), 30, "", pure),
        Row("sweep 90 days after booking", replace(own, from_day=91), lambda: swept(late=90), 30, "", pure),
        Row("sweep from the first day", replace(own, from_day=0), swept, 30, "", pure),
        Row("sweep after a year", replace(own, from_day=365), swept, 30, "", pure),
    ]


def world_of(row: Row, labels: str, seed: int) -> World:
    """A row's world, by these labels."""
    return replace(
        row.world, seed=seed, days=row.world.from_day + row.days, pattern=row.pattern(), labels=labels,
        odds_ratio=(0.8, 1.0, 1.2, 1.4)[seed % 4],
    )  # fmt: skip


def informed(row: Row, seed: int) -> int | None:
    """How soon a test that knows a hidden sweep beforehand sees it in that world (`fewest.informed`)."""
    return None if row.decoys is None else fewest.informed(world_of(row, LABELS[0], seed), row.decoys)


def run(row: Row, labels: str, seed: int) -> Seen:
    """A row's world once, by these labels."""
    world = world_of(row, labels, seed)
    replay, usual = Replay(TERMS), Usual()
    looks = group = 0
    seen: Asked | None = None
    begun = MIDNIGHT + world.from_day * DAY
    asked: list[Asked] = []
    for at, entry, one in events(world):
        if isinstance(entry, Disclosure):
            if one is not None:
                looks, group = looks + 1, group + one.abroad
            asked.append((at, looks, group))
            usual.look(at, abroad=entry.person in usual.abroad)
        else:
            usual.booked(entry.person, abroad=bool(entry.attributes.birthplace_foreign))
        if seen is None and replay.read(entry, at) >= TOGETHER:
            seen = first(replay, asked, begun)
        if seen is not None and (usual.since(begun) is not None or at > begun + 30 * DAY):
            break
    seen = seen or first(replay, asked, begun)
    sigma = usual.since(begun)
    sigma_days = None if sigma is None else int((sigma - begun) // DAY)
    return Seen(None, None, sigma_days) if seen is None else Seen(seen[1], (seen[0] - begun) / DAY, sigma_days, seen[2])


def first(replay: Replay, asked: Sequence[Asked], begun: float) -> Asked | None:
    """The look-up at which an alarm first acted, once the pattern had begun."""
    for told in replay.judged():
        look = asked[told.disclosures_so_far - 1]
        if told.alarm.action != "note" and look[0] >= begun:
            return look
    return None


def cities(years: float) -> int:
    """How many cities' years are at least so many partner-years."""
    return math.ceil(years * DAYS_A_YEAR / (_HONEST_DAYS * PARTNERS))


def honest(labels: str, seed: int, days: int = _HONEST_DAYS) -> Honest:
    """A year of a city with `PARTNERS` honest partners of many sizes, skews and co-arrest groups."""
    world = World(
        seed=seed, days=days, partners=PARTNERS, labels=labels, intake=(20, 60, 100)[seed % 3],
        abroad=(0.05, 0.12, 0.3)[seed // 3 % 3], group=(0, 6, 10, 15, 30)[seed % 5], group_share=0.1,
    )  # fmt: skip
    replay = Replay(TERMS)
    usual: dict[str, Usual] = {}
    acting = notes = looks = 0
    abroad: set[str] = set()
    names = Named(seed)
    for at, entry, _ in events(world):
        names.read(entry, at)
        if isinstance(entry, Disclosure):
            looks += 1
            usual.setdefault(entry.agency, Usual()).look(at, abroad=entry.person in abroad)
        elif entry.attributes.birthplace_foreign:
            abroad.add(entry.person)
        if replay.read(entry, at) >= TOGETHER:
            for told in replay.judged():
                acting, notes = acting + (told.alarm.action != "note"), notes + (told.alarm.action == "note")
    for told in replay.judged():
        acting, notes = acting + (told.alarm.action != "note"), notes + (told.alarm.action == "note")
    sigma = sum(len(one.alarms) for one in usual.values())
    return Honest(days / DAYS_A_YEAR * PARTNERS, acting, notes, sigma, looks, names.notes)


class Named:
    """The same log with names that it does not say: of each account, by their frequencies, and given ones of people."""

    def __init__(self, seed: int) -> None:
        self.notes = 0
        self._dice, self._names, self._accounts = np.random.default_rng(seed), Namesakes(), set[str]()

    def read(self, entry: Booking | Disclosure, at: float) -> None:
        """One entry; what falls is counted."""
        if isinstance(entry, Booking):
            called = person_called(entry.attributes.surname or "", drawn_name(self._dice)[1])
            if called is not None:
                self._names.book(entry.person, called, at)
            return
        account = f"{entry.agency} {entry.user}"
        if account not in self._accounts:
            self._accounts.add(account)
            surname, given = drawn_name(self._dice)
            self._names.name(account, entry.agency, f"{given} {surname}", at)
        self.notes += len(self._names.touch(account, [entry.person] if entry.person else [], at))


class Usual:
    """The rule that is usual elsewhere: a day three deviations above its last 30 days' mean, in count or in share."""

    def __init__(self) -> None:
        self.abroad: set[str] = set()
        self.alarms: list[float] = []
        self._on, self._looks, self._abroad = 0, 0, 0
        self._days: list[tuple[float, float]] = []

    def booked(self, person: str, *, abroad: bool) -> None:
        """Somebody is booked, born abroad or not as far as it is known."""
        if abroad:
            self.abroad.add(person)

    def look(self, at: float, *, abroad: bool) -> None:
        """One look-up; the day before is judged when a new one begins."""
        on = int(at // DAY)
        if on != self._on:
            self._judge()
            self._on, self._looks, self._abroad = on, 0, 0
        self._looks += 1
        self._abroad += abroad

    def since(self, begun: float) -> float | None:
        """The first alarm from then on."""
        return next((at for at in self.alarms if at >= begun), None)

    def _judge(self) -> None:
        if not self._looks:
            return
        today = (float(self._looks), self._abroad / self._looks)
        if len(self._days) >= 10:  # noqa: PLR2004 - fewer make no deviation
            past = np.array(self._days)
            if (np.array(today) > past.mean(axis=0) + 3 * past.std(axis=0).clip(min=1e-9)).any():
                self.alarms.append(float(self._on * DAY))
        self._days = [*self._days[-29:], today]


def interval(events: int, years: float) -> tuple[float, float]:
    """The exact 95 % interval of a Poisson rate (Garwood 1936)."""
    low = 0.0 if events == 0 else _mean(lambda mean: 1 - _below(events - 1, mean), 0.025)
    return low / years, _mean(lambda mean: _below(events, mean), 0.025, falls=True) / years


def _below(events: int, mean: float) -> float:
    return sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(events + 1))


def _mean(chance: Callable[[float], float], wanted: float, *, falls: bool = False) -> float:
    low, high = 1e-9, 1e5
    for _ in range(200):
        middle = (low + high) / 2
        if (chance(middle) > wanted) == falls:
            low = middle
        else:
            high = middle
    return low
