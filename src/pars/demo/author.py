"""Who writes the city's stories: which way an arrest goes, and how the arrests spread over the hours."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random

from pars.actions.booking import ChargeGiven, NewArrest
from pars.actions.person_given import PersonGiven
from pars.clock import city_day, in_city
from pars.demo import incidents
from pars.demo.cast import DISTRICTS, POLICE, site_of
from pars.demo.chapters import Chapters
from pars.demo.incidents import CROWD, Charged, Incident
from pars.demo.names import Numbers, People, place, weighted
from pars.demo.story import Kind, Sheet, Story
from pars.demo.ways import WAYS
from pars.record.offences import Grade

A_DAY = 110
"""Arrests a day."""
HOURLY = (
    *(5.6, 5.2, 4.6, 3.9, 3.0, 2.2, 2.0, 2.2, 2.8, 3.4, 3.9, 4.2),
    *(4.4, 4.5, 4.7, 5.1, 5.5, 5.9, 6.3, 6.5, 6.7, 6.8, 6.6, 6.2),
)
"""How the arrests of a day spread over its hours in city time: most in the evening, fewest in the early morning."""
SHARES: Mapping[Kind, float] = {
    Kind.USUAL: 58.0,
    Kind.HOSPITAL: 4.5,
    Kind.BEDSIDE: 0.8,
    Kind.EVALUATION: 1.0,
    Kind.NAMELESS: 3.0,
    Kind.RETURNED: 7.0,
    Kind.DECLINED: 5.5,
    Kind.DECLINED_REVIEWED: 0.4,
    Kind.NO_PROBABLE_CAUSE: 1.2,
    Kind.RELEASED_BY_POLICE: 2.5,
    Kind.SUMMONED: 2.0,
    Kind.CITED: 2.0,
    Kind.DIVERTED: 1.5,
    Kind.PENDING: 1.5,
    Kind.BENCH_WARRANT: 4.0,
    Kind.FUGITIVE: 0.8,
    Kind.CONTEMPT: 0.8,
    Kind.GROWN_YOUNG: 0.2,
    Kind.ELSEWHERE: 0.6,
    Kind.NOT_THE_PERSON: 0.4,
    Kind.DIED: 0.04,
    Kind.LATE: 1.5,
    Kind.AT_LIMIT: 0.4,
    Kind.JUVENILE: 2.0,
}
"""How often each way is gone, in a hundred; the crowd comes by itself."""
LEFT = 1 / 6
"""Share of arrests that the city leaves, somewhere on their way, for visitors to act upon."""
CROWDS_A_DAY = 0.3
CROWD_LEAST, CROWD_MOST = 25, 40
CROWD_WITHIN_MINUTES = 20

_KINDS = weighted(SHARES)
_PETTY = frozenset({Kind.RELEASED_BY_POLICE, Kind.SUMMONED, Kind.CITED, Kind.DIVERTED})
_WITHOUT_CHARGES = frozenset({Kind.BENCH_WARRANT, Kind.FUGITIVE, Kind.ELSEWHERE, Kind.NOT_THE_PERSON})


class Author:
    """Writes stories. The same dice give the same stories; the instants are whoever asks's."""

    def __init__(self, random: Random) -> None:
        """All draws come from `random`."""
        self._random = random
        self._people = People(random)
        self._numbers = Numbers(random)
        self._written = 0

    def between(self, start: datetime, end: datetime, *, crowds: float = CROWDS_A_DAY) -> Iterator[Story]:
        """The arrests of a stretch of city time, oldest first; now and then, so often a day, a crowd among them."""
        at = start
        most = max(HOURLY) / sum(HOURLY) * A_DAY / 60
        while (at := at + timedelta(minutes=self._random.expovariate(most))) < end:
            if self._random.random() < HOURLY[in_city(at).hour] / max(HOURLY):
                yield self.story(at)
            if self._random.random() < crowds / (most * 24 * 60):
                yield from self.crowd(at)

    def story(self, at: datetime, kind: Kind | None = None, incident: Incident | None = None) -> Story:
        """One arrest at that instant, of the kind and the incident named, or by their shares."""
        chosen = kind or _KINDS.draw(self._random)
        incident = incident or self._incident(chosen)
        return self._write(at, chosen, incident, place(self._random), self._random.choice(DISTRICTS))

    def crowd(self, at: datetime, size: int | None = None) -> list[Story]:
        """A mass arrest: one place, within twenty minutes."""
        random = self._random
        here, district = place(random), random.choice(DISTRICTS)
        count = size or random.randint(CROWD_LEAST, CROWD_MOST)
        minutes = sorted(random.uniform(0, CROWD_WITHIN_MINUTES) for _ in range(count))
        return [self._write(at + timedelta(minutes=m), Kind.CROWD, CROWD, here, district) for m in minutes]

    def _incident(self, kind: Kind) -> Incident:
        while True:
            found = incidents.incident(self._random)
            petty = all(Grade.parse(grade) <= Grade.M2 for _, grades in found.charges for grade in grades)
            if kind not in _PETTY or (petty and not found.family):
                return found

    def _write(self, at: datetime, kind: Kind, incident: Incident, where: str, district: str) -> Story:
        sheet = Sheet(self._random, at)
        day = city_day(at)
        who = self._people.child(day) if kind is Kind.JUVENILE else self._people.adult(day)
        charges = [] if kind in _WITHOUT_CHARGES else incidents.charges(self._random, incident)
        arrest = self._arrest(at, kind, incident, where, district, who=who, charges=charges)
        chapters = Chapters(sheet, self._numbers, self._people, arrest, who, incident, charges)
        chapters.recorded()
        WAYS[kind](chapters)
        self._written += 1
        beats = sheet.in_order()
        left = len(beats) > 1 and kind not in {Kind.DIED, Kind.AT_LIMIT, Kind.JUVENILE} and sheet.chance(LEFT)
        return Story(self._written, kind, beats, self._random.randrange(1, len(beats)) if left else None)

    def _arrest(
        self,
        at: datetime,
        kind: Kind,
        incident: Incident,
        where: str,
        district: str,
        *,
        who: PersonGiven,
        charges: list[Charged],
    ) -> NewArrest:
        day = city_day(at)
        warrant = kind in {Kind.BENCH_WARRANT, Kind.FUGITIVE, Kind.NOT_THE_PERSON, Kind.ELSEWHERE}
        person = self._people.nameless(who) if kind is Kind.NAMELESS else replace(who, pid=None)
        if kind is Kind.GROWN_YOUNG:
            person = replace(person, birth_date=None)
        return NewArrest(
            arrested_at=at,
            place=where,
            agency_ori=POLICE,
            person=person,
            dc_number=self._numbers.dc(day.year, district),
            officers=[self._numbers.badge() for _ in range(self._random.choice((1, 2, 2)))],
            charges=[ChargeGiven(**asdict(charge)) for charge in charges[:1]],
            kind="warrant" if warrant else "summons" if kind is Kind.CITED else "on-view",
            district=district,
            site=site_of(district),
            offence_on=None if warrant else day,
            warrant_number=self._numbers.warrant(day.year) if warrant else None,
            weapon=incident.weapon or None if charges else None,
        )
