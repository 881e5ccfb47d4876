"""Everyone who could have been asked about, and whom an agency has drawn already.

A person stands in the stock from the moment when the agreement shows it until `HORIZON_DAYS` later, in the stratum of
its charge class and day and in that of its class and week; people whom different purposes show stand in different
strata (`showing`). An agency that touches one person of an incident has drawn the incident: its other persons leave
that agency's risk set, and are no evidence (T22). The owners' number makes an incident of whoever is booked within
`JOINED_DAYS`, never a case number of the partner. Each account, and each cohort of later ones, has a risk set of its
own in the same way: whom other accounts of its agency have drawn it can still draw, so that nobody hides behind
colleagues.

A person that is booked again in the same incident was told again: it stands where it is said to stand now, counts once
for coverage, and stays drawn. One of whom nothing is said any more stands nowhere; where nothing was said before
either, somebody was booked again.

Two counts are kept of everything: of persons, and of incidents, in which each person weighs one over how many of the
incident the same purposes show. A partner that picks persons draws by the first, one that picks cases by the second.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from pars.watch.lines import Attributes, Booking
from pars.watch.order import FEW as FEW_WORDS
from pars.watch.order import Order, together
from pars.watch.parameters import Level
from pars.watch.showing import HORIZON_DAYS, NOTHING, Place, Showing
from pars.watch.traits import Traits

SECONDS_A_DAY: Final = 86_400
MOST_PERSONS: Final = 200_000
"""A stock of more forgets the oldest: memory is bounded whatever the log says."""
WHOLE: Final = 232_792_560
"""An incident's weight: divisible by every number up to 22, so that equal parts of it are whole numbers."""
LARGE_INCIDENT: Final = 300
"""Above it the weights of all are brought up to date at each tenth more or fewer, not at each person."""
JOINED_DAYS: Final = 3
"""Whoever is booked so long after the first of an incident is another one: some number theirs anew, or all alike."""
FEW: Final = 8
"""Fewer people of a class and day than this are compared with the class in that week and in the weeks beside it, as
many as it takes: a season that brings another group brings it to those who are compared."""
MOST_DRAWERS: Final = 3
"""Accounts of one agency that draw an incident, and cohorts likewise; whoever comes later draws nobody."""
_WEEK: Final = 7
_WEEKS: Final = HORIZON_DAYS // _WEEK + 2
Whose: TypeAlias = tuple[str, Level, str]
"""An agency, and one of its accounts or cohorts; the agency's own draws are those by whichever account."""
_USER, _COHORT = Level.USER, Level.COHORT  # a name of a module is found sooner than one of an enumeration

Key: TypeAlias = tuple[Place, str, int]
"""Beside whom, whether of a day or a week, and of which one."""


class Counts:
    """People, and their numbers summed up by persons and by incidents."""

    __slots__ = ("heads", "persons", "weighed")

    def __init__(self) -> None:
        self.heads = self.persons = self.weighed = 0

    def add(self, heads: int, persons: int, weighed: int) -> None:
        """So many more, or fewer."""
        self.heads += heads
        self.persons += persons
        self.weighed += weighed


class Stratum:
    """Those who are compared with each other: all of them, and those whom each agency, account and cohort has drawn."""

    __slots__ = ("all", "drawn", "key")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.all = Counts()
        self.drawn: dict[Whose, Counts] = {}


@dataclass(slots=True)
class Drawers:
    """Which accounts and cohorts of an agency have drawn an incident, the first few."""

    accounts: list[str] = field(default_factory=list)
    cohorts: list[str] = field(default_factory=list)
    covered: bool = False
    """Whether the incident's first person was touched."""
    unlinked_on: int | None = None
    """The day on which a look-up of the incident last had no checked case."""

    def whose(self, agency: str) -> Iterator[Whose]:
        """Whose draws it is."""
        yield agency, Level.AGENCY, ""
        for user in self.accounts:
            yield agency, Level.USER, user
        for cohort in self.cohorts:
            yield agency, Level.COHORT, cohort


@dataclass(slots=True, eq=False)
class Incident:
    """Persons arrested together, by whose side they stand, and who drew them, by agency."""

    on: int
    """The day of the first booking."""
    sides: dict[str, list["Person"]] = field(default_factory=dict)
    drawn_by: dict[str, Drawers] = field(default_factory=dict)
    booked: int = 0


@dataclass(slots=True, eq=False)
class Person:
    """One booking in the stock, and what it `said`: told `at` so many seconds, `on` that day; `unit` is its traits.

    `came`, `came_on` and `came_unit` are the same of when it was first told, `again` whether that was before.
    """

    name: str
    said: Attributes
    at: float
    on: int
    came: float
    came_on: int
    came_unit: int
    unit: int
    strata: tuple[Stratum, Stratum]
    """Of its day and of its week."""
    incident: Incident
    mates: list["Person"]
    first: bool
    again: bool
    weight: int = 0


class Stock:
    """The persons of a log, and for each agency those that it has drawn."""

    def __init__(self, showing: Showing | None = None) -> None:
        self.traits = Traits()
        self._showing = showing or Showing({})
        self._persons: dict[str, Person] = {}
        self._incidents: dict[str, Incident] = {}
        self._queue: deque[Person] = deque()
        self._strata: dict[Key, Stratum] = {}
        self._orders: dict[int, tuple[Order, Order]] = {}
        self._weeks: dict[int, tuple[Order, Order]] = {}

    def leave(self, name: str) -> bool:
        """Nothing is said of somebody any more: they stand nowhere from now on. Whether anything was said of them."""
        person = self._persons.get(name)
        if person is None or person.said == NOTHING:
            return False
        self._leave(self._persons.pop(name))
        return True

    def book(self, booking: Booking, at: float, on: int) -> Person:
        """Somebody is booked; a second booking of the same person takes the place of the first."""
        self._expire(at)
        said = booking.attributes
        earlier = self._persons.pop(booking.person, None)
        if earlier is not None:
            self._leave(earlier)
        numbered = said.incident is not None and bool(said.incident.strip())
        again = earlier is not None and numbered and earlier.said.incident == said.incident
        incident = self._incident(said.incident, on, earlier.incident if earlier is not None and again else None)
        place, unit = self._showing.place(said), self.traits.unit(said, on)
        person = Person(
            booking.person,
            said,
            at,
            on,
            earlier.came if earlier is not None and again else at,
            earlier.came_on if earlier is not None and again else on,
            earlier.came_unit if earlier is not None and again else unit,
            unit,
            (self._stratum((place, "day", on)), self._stratum((place, "week", on // _WEEK))),
            incident,
            incident.sides.setdefault(place.side, []),
            earlier.first if earlier is not None and again else incident.booked == 0,
            again,
        )
        incident.booked += not again
        self._join(person)
        return person

    def person(self, name: str) -> Person | None:
        """The person as booked; None for an older record."""
        return self._persons.get(name)

    def open_to(self, whose: Whose, person: Person) -> tuple[int, int, int, int]:
        """Those beside whom somebody is drawn, that one among them: by persons and by incidents.

        Then the same of everybody who stands there, drawn or not.
        """
        every, drawn = person.strata[0].all, person.strata[0].drawn.get(whose)
        if every.heads - (0 if drawn is None else drawn.heads) < FEW:
            every, drawn = self._of_weeks(whose, person.strata[1].key)
        if drawn is None:
            return every.persons, every.weighed, every.persons, every.weighed
        return every.persons - drawn.persons, every.weighed - drawn.weighed, every.persons, every.weighed

    def _of_weeks(self, whose: Whose, key: Key) -> tuple[Counts, Counts]:
        """Everybody of a week and of those beside it, until enough are left, and whom of these it has drawn."""
        place, kind, week = key
        every, drawn = Counts(), Counts()
        for apart in range(_WEEKS):
            for beside in (week - apart, week + apart)[: 1 if apart == 0 else 2]:
                stratum = self._strata.get((place, kind, beside))
                if stratum is not None:
                    every.add(stratum.all.heads, stratum.all.persons, stratum.all.weighed)
                    gone = stratum.drawn.get(whose)
                    if gone is not None:
                        drawn.add(gone.heads, gone.persons, gone.weighed)
            if every.heads - drawn.heads >= FEW:
                break
        return every, drawn

    def draw(self, whose: Whose, person: Person) -> None:
        """Somebody touches a person, whose incident is drawn by it from now on; the agency before all others."""
        agency, level, key = whose
        drawers = person.incident.drawn_by.setdefault(agency, Drawers())
        if level is _USER:
            drawers.accounts.append(key)
        elif level is _COHORT:
            drawers.cohorts.append(key)
        for mates in person.incident.sides.values():
            for one in mates:
                weighed = one.unit * one.weight
                for stratum in one.strata:
                    drawn = stratum.drawn.get(whose)
                    if drawn is None:
                        drawn = stratum.drawn[whose] = Counts()
                    drawn.add(1, one.unit, weighed)

    def orders(self, person: Person) -> tuple[Order, Order]:
        """Names and birth dates of those booked on the person's day, or in its week where a day has few."""
        of_day = self._orders[person.on]
        if len(of_day[0].words) >= FEW_WORDS:
            return of_day
        week = person.on // _WEEK
        found = self._weeks.get(week)
        if found is None:  # put together when it is first asked for, and kept up from then on
            days = [self._orders[day] for day in range(week * _WEEK, (week + 1) * _WEEK) if day in self._orders]
            found = self._weeks[week] = (together(day[0] for day in days), together(day[1] for day in days))
        return found

    def _incident(self, name: str | None, on: int, same: Incident | None) -> Incident:
        if name is None or not name.strip():
            return Incident(on)
        incident = same or self._incidents.get(name)
        if incident is None or (incident is not same and on - incident.on > JOINED_DAYS):
            incident = Incident(on)
        self._incidents[name] = incident
        return incident

    def _stratum(self, key: Key) -> Stratum:
        stratum = self._strata.get(key)
        if stratum is None:
            stratum = self._strata[key] = Stratum(key)
        return stratum

    def _join(self, person: Person) -> None:
        said = person.said
        self._persons[person.name] = person
        self._queue.append(person)
        person.mates.append(person)
        many = len(person.mates)
        person.weight = WHOLE // many
        self._change(person, 1, person.weight)
        if many > 1:
            self._weigh(person.mates)
        orders = self._orders.get(person.on)
        if orders is None:
            orders = self._orders[person.on] = (Order(), Order())
        orders[0].add(said.surname)
        orders[1].add(said.birth_date)
        if self._weeks:
            orders = self._weeks.get(person.on // _WEEK)
            if orders is not None:
                orders[0].add(said.surname)
                orders[1].add(said.birth_date)

    def _leave(self, person: Person) -> None:
        self._change(person, -1, -person.weight)
        person.weight = 0
        incident, said = person.incident, person.said
        person.mates.remove(person)
        if person.mates:
            self._weigh(person.mates)
        elif (
            said.incident is not None
            and not any(incident.sides.values())
            and self._incidents.get(said.incident) is incident
        ):
            del self._incidents[said.incident]
        for orders in (self._orders.get(person.on), self._weeks.get(person.on // _WEEK)):
            if orders is not None:
                orders[0].remove(said.surname)
                orders[1].remove(said.birth_date)

    def _weigh(self, mates: list[Person]) -> None:
        many = len(mates)
        weight = WHOLE // many
        newest = many > LARGE_INCIDENT and 9 * WHOLE <= 10 * many * mates[0].weight <= 11 * WHOLE
        for one in mates[-1:] if newest else mates:
            if one.weight != weight:
                self._change(one, 0, weight - one.weight)
                one.weight = weight

    def _change(self, person: Person, heads: int, weight: int) -> None:
        persons, weighed = person.unit * heads, person.unit * weight
        drawn_by = [whose for agency, one in person.incident.drawn_by.items() for whose in one.whose(agency)]
        for stratum in person.strata:
            stratum.all.add(heads, persons, weighed)
            for whose in drawn_by:
                drawn = stratum.drawn.get(whose)
                if drawn is None:
                    drawn = stratum.drawn[whose] = Counts()
                drawn.add(heads, persons, weighed)
                if drawn.heads == 0:
                    del stratum.drawn[whose]

    def _expire(self, at: float) -> None:
        oldest = at - HORIZON_DAYS * SECONDS_A_DAY
        while self._queue and (self._queue[0].at < oldest or len(self._queue) >= MOST_PERSONS):
            person = self._queue.popleft()
            if self._persons.get(person.name) is person:  # and was not booked again since
                del self._persons[person.name]
                self._leave(person)
            for stratum in person.strata:
                if stratum.all.heads == 0:
                    self._strata.pop(stratum.key, None)
            if not self._queue or self._queue[0].on != person.on:
                self._orders.pop(person.on, None)
                if not self._queue or self._queue[0].on // _WEEK != person.on // _WEEK:
                    self._weeks.pop(person.on // _WEEK, None)
