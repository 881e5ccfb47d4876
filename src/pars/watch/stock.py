"""Everyone who could have been asked about, and whom an agency has drawn already.

A person stands in the stock from booking until `HORIZON_DAYS` later, in the stratum of its charge class and day of
booking and in that of its class over all days. An agency that touches one person of an incident has drawn the
incident: its other persons leave that agency's risk set, and are no evidence (T22). The owners' number makes an
incident, never a case number of the partner.

Two counts are kept for every slot: persons, and incidents, in which each person weighs one over the incident's size.
A partner that picks persons draws by the first, one that picks cases by the second.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from pars.watch.evidence import Reals
from pars.watch.lines import Booking
from pars.watch.order import Order
from pars.watch.traits import WIDTH, Traits

HORIZON_DAYS: Final = 120
"""How long a person counts as somebody who could be asked about; late sweeps begin up to 90 days after booking."""
MOST_PERSONS: Final = 200_000
"""A stock of more forgets the oldest: memory is bounded whatever the log says."""
LARGE_INCIDENT: Final = 300
"""Above it the weights of all are brought up to date at each tenth more, not at each person."""
MOST_CLASSES: Final = 64
"""Charge classes told apart; those that appear later count as one."""
_OTHERS: Final = "others"


@dataclass(slots=True, eq=False)
class Incident:
    """Persons arrested together, and the agencies that have drawn one of them."""

    persons: list["Person"] = field(default_factory=list)
    drawn_by: set[str] = field(default_factory=set)
    booked: int = 0


@dataclass(slots=True, eq=False)
class Person:
    """One booking in the stock."""

    name: str
    booked_at: datetime
    booked_on: date
    charge_class: str
    slots: tuple[int, ...]
    incident: Incident
    key: str | None
    weight: float = 0.0
    first: bool = False
    surname: str | None = None
    birth_date: str | None = None

    @property
    def strata(self) -> tuple[Hashable, Hashable]:
        """The class on its day, and the class on every day."""
        return (self.charge_class, self.booked_on), self.charge_class


class _Counts:
    """Counts by stratum: one row of persons and one of incidents."""

    def __init__(self) -> None:
        self._rows: dict[Hashable, Reals] = {}

    def of(self, stratum: Hashable) -> Reals | None:
        return self._rows.get(stratum)

    def add(self, person: Person, persons: int, weight: float) -> None:
        for stratum in person.strata:
            row = self._rows.get(stratum)
            if row is None:
                row = self._rows[stratum] = np.zeros((2, WIDTH))
            for slot in person.slots:
                row[0, slot] += persons
                row[1, slot] += weight

    def forget_day(self, on: date) -> None:
        for stratum in [one for one in self._rows if isinstance(one, tuple) and one[1] == on]:
            del self._rows[stratum]


class Stock:
    """The persons of a log, and for each agency those that it has drawn."""

    def __init__(self) -> None:
        self.traits = Traits()
        self.surnames, self.birth_dates = Order(), Order()
        self._classes: set[str] = set()
        self._persons: dict[str, Person] = {}
        self._incidents: dict[str, Incident] = {}
        self._queue: deque[Person] = deque()
        self._all = _Counts()
        self._drawn: dict[str, _Counts] = {}

    def book(self, booking: Booking, at: datetime, on: date) -> Person:
        """Somebody is booked; a second booking of the same person takes the place of the first."""
        self._expire(at)
        said = booking.attributes
        known = said.incident is not None
        incident = self._incidents.get(said.incident or "") if known else None
        if incident is None:
            incident = Incident()
            if said.incident is not None:
                self._incidents[said.incident] = incident
        slots = self.traits.slots(said, on)
        person = Person(booking.person, at, on, self._class(said.charge_class), slots, incident, said.incident)
        person.surname, person.birth_date = said.surname, said.birth_date
        person.first = incident.booked == 0
        earlier = self._persons.pop(booking.person, None)
        if earlier is not None:
            self._leave(earlier)
        incident.booked += 1
        self._join(person)
        return person

    def person(self, name: str) -> Person | None:
        """The person as booked; None for an older record."""
        return self._persons.get(name)

    def open_to(self, agency: str, stratum: Hashable) -> Reals:
        """Persons and incidents of a stratum, by slot, that the agency has not drawn."""
        rows = self._all.of(stratum)
        drawn = self._drawn[agency].of(stratum) if agency in self._drawn else None
        if rows is None:
            return np.zeros((2, WIDTH))
        return rows if drawn is None else rows - drawn

    def draw(self, agency: str, person: Person) -> None:
        """The agency has touched somebody: that person's incident is drawn."""
        person.incident.drawn_by.add(agency)
        counts = self._drawn.setdefault(agency, _Counts())
        for one in person.incident.persons:
            counts.add(one, 1, one.weight)

    def _class(self, said: str | None) -> str:
        name = said or ""
        if name not in self._classes:
            if len(self._classes) >= MOST_CLASSES:
                return _OTHERS
            self._classes.add(name)
        return name

    def _join(self, person: Person) -> None:
        self._persons[person.name] = person
        self._queue.append(person)
        person.incident.persons.append(person)
        self._change(person, 1, 0.0)
        self._weigh(person.incident)
        self.surnames.add(person.surname)
        self.birth_dates.add(person.birth_date)

    def _leave(self, person: Person) -> None:
        self._change(person, 0, -person.weight)
        person.weight = 0.0
        self._change(person, -1, 0.0)
        incident = person.incident
        incident.persons.remove(person)
        if incident.persons:
            self._weigh(incident)
        elif person.key is not None and self._incidents.get(person.key) is incident:
            del self._incidents[person.key]
        self.surnames.remove(person.surname)
        self.birth_dates.remove(person.birth_date)

    def _weigh(self, incident: Incident) -> None:
        many = len(incident.persons)
        weight = 1.0 / many
        newest = many > LARGE_INCIDENT and many % (many // 10) != 0
        for one in incident.persons[-1:] if newest else incident.persons:
            if one.weight != weight:
                self._change(one, 0, weight - one.weight)
                one.weight = weight

    def _change(self, person: Person, persons: int, weight: float) -> None:
        self._all.add(person, persons, weight)
        for agency in person.incident.drawn_by:
            self._drawn[agency].add(person, persons, weight)

    def _expire(self, at: datetime) -> None:
        oldest = at - timedelta(days=HORIZON_DAYS)
        while self._queue and (self._queue[0].booked_at < oldest or len(self._queue) >= MOST_PERSONS):
            person = self._queue.popleft()
            if self._persons.get(person.name) is not person:
                continue  # booked again since
            del self._persons[person.name]
            self._leave(person)
            if not self._queue or self._queue[0].booked_on != person.booked_on:
                self._forget_day(person)

    def _forget_day(self, person: Person) -> None:
        """Nobody of that day is left in the stock."""
        for counts in (self._all, *self._drawn.values()):
            counts.forget_day(person.booked_on)
