"""A statement of disparity: who was looked up, against who could have been, whether or not anything is wrong.

For every group: how many became visible in the period, how many of them an agency looked up, how many it would have
looked up by chance within the same charge class and day, and between which odds ratios the truth lies. Persons of one
incident are one draw. Those limits are a confidence sequence (Robbins 1970, the mixture method; Howard, Ramdas,
McAuliffe and Sekhon 2021): they hold at 95 % for all days of the period together, however often somebody looks.
Over several partners and groups together the e-values are pooled by e-BH (Wang and Ramdas 2022), which bounds the
expected share of groups that are named wrongly, whatever they have to do with one another.
Counts under ten are not told: a person could be read from them.

Where fewer than one booking of the period in ten says a birthplace, national origin is told by surnames: everybody
counts by the share of the surname's bearers (`surnames`), and a draw says as much as its share does beside the others'.
Under the null the odds of a share rise by at most the allowed ratio when those of people do, so the e-value is one.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pars.sharing.agreement import Rows
from pars.watch import surnames
from pars.watch.lines import Attributes, Booking, Disclosure, day
from pars.watch.showing import HORIZON_DAYS, NOTHING, Place, Showing

LEAST_TOLD: Final = 10
FEW: Final = 8
"""Where fewer stand in a class on a day, those of the class on every day stand in."""
LEVEL: Final = 0.05
RATIOS: Final[NDArray[np.float64]] = np.geomspace(1 / 64, 64, 97)
"""Odds ratios that are tried; limits are told to their steps."""
BY_SURNAME: Final = ("national origin", "abroad, by surname")
_WHOLE: Final = 1000
COLLECTED_FROM: Final = 0.1
"""Share of bookings with a birthplace from which on birthplaces speak for themselves."""
AGES: Final = ((25, "18 to 24"), (35, "25 to 34"), (45, "35 to 44"), (55, "45 to 54"), (200, "55 and over"))


@dataclass(frozen=True, slots=True)
class Group:
    """One group's line. `could` and `looked` are None where they are under ten; limits are odds ratios."""

    characteristic: str
    value: str
    could: int | None
    looked: int | None
    expected: float | None
    low: float
    high: float
    e_value: float

    @property
    def told(self) -> bool:
        """Whether enough people stand in it to say anything."""
        return self.could is not None and self.looked is not None


@dataclass(slots=True, eq=False)
class _Person:
    name: str
    on: date
    place: Place
    labels: Mapping[str, str]
    incident: str
    share: float | None
    open: bool = True


@dataclass(slots=True)
class _Cell:
    could: float = 0
    looked: float = 0
    expected: float = 0.0
    likelihood: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(RATIOS)))


class Statement:
    """One agency's statement of a period, told entry by entry; what came before the period makes the stock."""

    def __init__(self, agency: str, first: date, last: date, zone: tzinfo, rows: Sequence[Rows] = ()) -> None:
        self._agency, self._first, self._last, self._zone = agency, first, last, zone
        self._showing = Showing({str(place): one for place, one in enumerate(rows)})
        self._people: dict[str, _Person] = {}
        self._incidents: dict[str, list[_Person]] = {}
        self._queue: deque[_Person] = deque()
        self._strata: dict[tuple[Place, date | None], dict[str, Counter[str]]] = {}
        self._shares: dict[tuple[Place, date | None], tuple[int, int]] = {}
        """Of everybody in a stratum with a share: the sum, in thousandths, and how many."""
        self._cells: dict[tuple[str, str], _Cell] = {}
        self._booked = self._born = 0
        self.days: Counter[tuple[date, str]] = Counter()
        """People who became visible, and draws, by day: for a chart."""

    def hear(self, at: datetime, entry: Booking | Disclosure) -> None:
        """One line, in time order."""
        on = at.astimezone(self._zone).date()
        if isinstance(entry, Booking):
            self._book(entry, on)
        elif entry.agency == self._agency and entry.person in self._people:
            self._draw(self._people[entry.person], on)

    def groups(self, allowed: float) -> list[Group]:
        """Every group's line; `allowed` is the odds ratio that the agency's agreement allows."""
        left_out = BY_SURNAME if self.collected else None
        return [_group(*name, cell, allowed) for name, cell in sorted(self._cells.items()) if name != left_out]

    @property
    def collected(self) -> bool:
        """Whether birthplaces were collected in the period, so that no surname stands in for one."""
        return self._born >= COLLECTED_FROM * self._booked

    def _within(self, on: date) -> bool:
        return self._first <= on <= self._last

    def _book(self, booking: Booking, on: date) -> None:
        self._forget(on)
        said = booking.attributes
        earlier = self._people.pop(booking.person, None)
        incident = said.incident or booking.person
        mates = self._incidents.get(incident, ())
        is_open = earlier.open if earlier is not None else all(one.open for one in mates)  # or it was drawn already
        if earlier is not None:
            self._leave(earlier)
        if said == NOTHING or not self._showing.shows(said):
            return
        person = _Person(
            booking.person,
            on,
            self._showing.place(said),
            labels_of(said, on),
            incident,
            surnames.share(said.surname) if said.surname is not None else None,
            is_open,
        )
        self._people[person.name] = person
        self._incidents.setdefault(person.incident, []).append(person)
        self._queue.append(person)
        if person.open:
            self._count(person, 1)
        if earlier is None and self._within(on):
            self.days[on, "visible"] += 1
            self._booked += 1
            self._born += "birthplace" in person.labels
            if person.share is not None:
                self._cells.setdefault(BY_SURNAME, _Cell()).could += person.share
            for label in person.labels.items():
                self._cells.setdefault(label, _Cell()).could += 1

    def _draw(self, person: _Person, on: date) -> None:
        """Somebody is touched: with everybody of the incident, who leave the stock for this agency."""
        if not person.open:
            return
        if self._within(on):
            self.days[on, "looked"] += 1
            self._learn(person)
        for one in self._incidents.get(person.incident, ()):
            self._close(one)

    def _learn(self, person: _Person) -> None:
        self._learn_share(person)
        rows = self._strata.get((person.place, person.on), {})
        if max((sum(counts.values()) for counts in rows.values()), default=0) < FEW:
            rows = self._strata.get((person.place, None), {})
        for name, drawn in person.labels.items():
            counts = rows.get(name, Counter())
            everybody = sum(counts.values())
            for value, many in counts.items():
                if 0 < many < everybody or value == drawn:
                    self._cell(name, value, many / everybody, drawn=value == drawn)

    def _learn_share(self, person: _Person) -> None:
        """What a draw says by its surname's share, beside the mean share of those who could have been drawn."""
        if person.share is None:
            return
        shares, many = self._shares.get((person.place, person.on), (0, 0))
        if many < FEW:
            shares, many = self._shares[person.place, None]
        mean = shares / many / _WHOLE
        cell = self._cells.setdefault(BY_SURNAME, _Cell())
        cell.looked += person.share
        cell.expected += mean
        cell.likelihood += np.log((1 - person.share + person.share * RATIOS) / (1 - mean + mean * RATIOS))

    def _cell(self, name: str, value: str, chance: float, *, drawn: bool) -> None:
        cell = self._cells.setdefault((name, value), _Cell())
        cell.looked += drawn
        cell.expected += chance
        if chance < 1.0:
            weight = chance * RATIOS
            cell.likelihood += np.log((weight if drawn else 1 - chance) / (weight + 1 - chance))

    def _count(self, person: _Person, change: int) -> None:
        for stratum in ((person.place, person.on), (person.place, None)):
            if person.share is not None:
                shares, many = self._shares.get(stratum, (0, 0))
                self._shares[stratum] = shares + change * round(person.share * _WHOLE), many + change
            rows = self._strata.setdefault(stratum, {})
            for name, value in person.labels.items():
                counts = rows.setdefault(name, Counter())
                counts[value] += change
                if counts[value] <= 0:
                    del counts[value]

    def _close(self, person: _Person) -> None:
        if person.open:
            person.open = False
            self._count(person, -1)

    def _leave(self, person: _Person) -> None:
        """Somebody stands in the stock no longer, or elsewhere."""
        self._close(person)
        mates = self._incidents.get(person.incident, [])
        if person in mates:  # and did not leave before
            mates.remove(person)
        if not mates:
            self._incidents.pop(person.incident, None)

    def _forget(self, on: date) -> None:
        oldest = on - timedelta(days=HORIZON_DAYS)
        while self._queue and self._queue[0].on < oldest:
            gone = self._queue.popleft()
            self._leave(gone)
            if self._people.get(gone.name) is gone:
                del self._people[gone.name]
            self._strata.pop((gone.place, oldest - timedelta(days=1)), None)
            self._shares.pop((gone.place, oldest - timedelta(days=1)), None)


def labels_of(said: Attributes, on: date) -> dict[str, str]:
    """A person's groups, one a characteristic; whoever lacks a label stands in no count of it."""
    found = {
        "birthplace": {True: "abroad", False: "here", None: None}[said.birthplace_foreign],
        "race": said.race,
        "ethnicity": said.ethnicity,
        "sex": said.sex,
        "age": _age(said.birth_date, on),
        "district": said.neighbourhood,
    }
    return {name: value for name, value in found.items() if value is not None}


def _age(birth_date: str | None, on: date) -> str | None:
    born = day(birth_date) if birth_date is not None else None
    if born is None:
        return None
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((words for least, words in AGES if years < least), None)


def _group(name: str, value: str, cell: _Cell, allowed: float) -> Group:
    mixed = float(np.logaddexp.reduce(cell.likelihood)) - np.log(len(RATIOS))
    inside = RATIOS[mixed - cell.likelihood < np.log(1 / LEVEL)]
    above = allowed < RATIOS
    e_value = 0.0  # of an agreement that allows whatever is tried
    if above.any():
        honest = float(np.interp(np.log(allowed), np.log(RATIOS), cell.likelihood))
        e_value = float(np.exp(min(700.0, np.logaddexp.reduce(cell.likelihood[above]) - np.log(above.sum()) - honest)))
    told = cell.could >= LEAST_TOLD and cell.looked >= LEAST_TOLD
    return Group(
        name,
        value,
        round(cell.could) if cell.could >= LEAST_TOLD else None,
        round(cell.looked) if cell.looked >= LEAST_TOLD else None,
        cell.expected if told else None,
        float(inside.min()),
        float(inside.max()),
        e_value,
    )


def standing_out(groups: Sequence[Group]) -> set[int]:
    """The places of the groups that are named, taken together over all partners.

    One that is too small to be told of is among them, without evidence: how many of it were looked up decides that, and
    to leave it out for this would choose the hypotheses by what was seen, by which no bound would hold.
    """
    return named_together([one.e_value if one.told else 0.0 for one in groups])


def named_together(e_values: Sequence[float], level: float = LEVEL) -> set[int]:
    """e-BH: the places of the e-values that are named together, over all partners and groups."""
    ordered = sorted(range(len(e_values)), key=lambda place: -e_values[place])
    many = max(
        (rank for rank, place in enumerate(ordered, 1) if e_values[place] >= len(e_values) / (level * rank)), default=0
    )
    return set(ordered[:many])


def period(text: str) -> tuple[date, date] | None:
    """The first and last day of a month (`2026-11`) or a quarter (`2026-Q4`); None when it is neither."""
    year, _, part = text.partition("-")
    quarter = part.startswith("Q")
    number = part.removeprefix("Q")
    most = 4 if quarter else 12
    if not (len(year) == 4 and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= most):  # noqa: PLR2004
        return None
    if int(year) < 1990 or len(number) != (1 if quarter else 2):  # noqa: PLR2004 - nothing older is booked
        return None
    first_month = 3 * int(number) - 2 if quarter else int(number)
    first = date(int(year), first_month, 1)
    after = first_month + (3 if quarter else 1)
    end = date(int(year) + (after > 12), after - 12 if after > 12 else after, 1)  # noqa: PLR2004 - months
    return first, end - timedelta(days=1)


def periods(first: date, today: date) -> list[str]:
    """The months and quarters from the newest back to the one of the first day."""
    found: list[str] = []
    on = today.replace(day=1)
    while on >= first.replace(day=1):
        quarter = f"{on.year}-Q{(on.month + 2) // 3}"
        found += [quarter] if quarter not in found else []
        found.append(f"{on.year}-{on.month:02}")
        on = (on - timedelta(days=1)).replace(day=1)
    return found
