"""One agency under the watch: each look-up goes to every detector, and their evidence together to one alarm.

Alarms that act share one sum and one threshold (`evidence`). Only evidence at agency level suspends (T24): where most
of the sum is a user's or another key's, a supervisor's co-signature is asked for, and the agreement is suspended once
the agency's own evidence is a hundred times the threshold. Each grade falls once; evidence is never reset here, which
takes the owners' vote.

Look-ups are read one by one and judged many at once, as if one by one: where an alarm falls, those before it are kept,
and the rest is judged anew after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pars.sharing.agreement import Watch
from pars.watch import columns, crawl
from pars.watch.coverage import Coverage
from pars.watch.disparity import RATIOS
from pars.watch.evidence import DAYS_A_YEAR, SECOND_GRADE, Carried, Evidence, Reals, threshold
from pars.watch.lines import Disclosure
from pars.watch.order import NOWHERE
from pars.watch.parameters import BUDGET, NOTED_A_YEAR, NOTES, Alarm, Detector, Level
from pars.watch.shares import said
from pars.watch.sheet import Sheet
from pars.watch.stock import Person, Stock
from pars.watch.users import Last, Users
from pars.watch.words import in_words

SETTLED_SECONDS: Final = 30 * 86_400.0
"""Accounts that first ask so long after the agency's first look-up are new ones."""
_MOST_ASKERS: Final = 4
_CROWD: Final = 2
_NOTED_FROM: Final = {one: BUDGET.get(one, 1.0) * (DAYS_A_YEAR + 1) / NOTED_A_YEAR for one in (*BUDGET, *NOTES)}
"""The evidence from which each detector is noted."""
_LEAST: Final = np.array([_NOTED_FROM[one] for one in columns.DETECTORS])
_LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm where it fell. `at` is the entry's own text, and `disclosures_so_far` the agency's, with this one."""

    at: str
    agency: str
    alarm: Alarm
    disclosures_so_far: int


class Agency:
    """The evidence against one agency's honest habits, and what has followed from it."""

    def __init__(self, name: str, terms: Watch, stock: Stock, coverage: Coverage) -> None:
        self._name, self._terms, self._stock, self.coverage = name, terms, stock, coverage
        self._threshold = threshold(terms.false_alarms_per_year)
        self._habits = columns.habits(terms)
        self._version = stock.traits.version
        self._evidence = Evidence(columns.starts(stock.traits), columns.BEGIN)
        self._users = Users()
        self._since = 0.0
        self._names: tuple[str | None, str | None] = (None, None)
        self._noted: set[Detector] = set()
        self._signature_asked = self._suspended = False
        self._sheet = Sheet()
        self._waiting: list[tuple[int, Told]] = []
        self.looks = 0
        """All that have been read."""

    def look(self, entry: Disclosure, at: float, on: int, order: int) -> int:
        """Read one look-up, in which order of all in the log; how many have not been judged yet."""
        traits = self._stock.traits
        if self._version != traits.version:
            self._waiting += self.judged()
            self._version = traits.version
            self._evidence.begin_with(columns.starts(traits))
        self._read(entry, at, on, order)
        return len(self._sheet)

    def judged(self) -> list[tuple[int, Told]]:
        """The alarms of all that have been read, each with the order of the look-up that tipped it."""
        told, self._waiting = self._waiting, []
        if self._sheet:
            sheet, self._sheet = self._sheet, Sheet()
            told += self._judged(sheet)
        return told

    def _judged(self, sheet: Sheet) -> Iterator[tuple[int, Told]]:
        many, begin = len(sheet), 0
        factors = sheet.factors(self._habits, self._terms.odds_ratio_allowed, self._wide, self._evidence.width)
        at = np.frombuffer(sheet.at, dtype=np.float64)
        said = np.frombuffer(sheet.coverage, dtype=np.int64).reshape(many, -1)
        covered = self.coverage.held(said, sheet.masses).sum(axis=1)
        before = self.looks - many
        while begin < many:
            keys = [one[begin:] for one in sheet.keys]
            carried = self._evidence.carried(at[begin:], keys, factors[begin:])
            tips = self._tips(carried, covered[begin:])
            if tips is None:
                self._evidence.keep(carried)
                return
            end = begin + tips + 1
            keys = [one[begin:end] for one in sheet.keys]
            self._evidence.keep(self._evidence.carried(at[begin:end], keys, factors[begin:end]))
            for alarm in self._alarms(float(covered[end - 1])):
                yield sheet.order[end - 1], Told(sheet.written_at[end - 1], self._name, alarm, before + end)
            begin = end

    @property
    def _wide(self) -> int:
        """The fields that were in use when the sheet was begun."""
        return (self._evidence.width - columns.DISPARITY_FROM) // len(RATIOS)

    def _read(self, entry: Disclosure, at: float, on: int, order: int) -> None:
        """All that must be seen in order: who is left, who was last, and what this look-up says of each habit."""
        sheet, person = self._sheet, None if entry.person is None else self._stock.person(entry.person)
        last, unknown, quiet = self._users.last(entry.user, at)
        self._since = self._since or at
        askers = None if person is None else person.incident.drawn_by.get(self._name)
        place = crawl.place(entry.criteria)
        found, no_hit = entry.person is not None, last.no_hit
        asked_anew = found or entry.criteria != no_hit
        again = askers is not None
        sheet.said += bytes((
            0 if again else said(seen=not entry.case_verified),
            0 if again else said(seen=crawl.walked(last.place, place)),
            said(seen=not found) if asked_anew else 0,
            said(seen=no_hit is not None and last.guesses(entry.criteria)) if asked_anew else 0,
            said(seen=last.ticks(at)),
            0 if again else said(seen=_same(last.reference, entry.case_reference)),
            said(seen=unknown) if at - self._since > SETTLED_SECONDS else 0,
            said(seen=quiet),
            0 if person is None else said(seen=_crowd(askers, entry.user)),
            said(seen=entry.on_behalf_of is not None and entry.on_behalf_of != entry.agency),
        ))  # fmt: skip
        if person is not None and askers is None:
            self._drawn(person, at, on, last, entry.user)
        sheet.written_at.append(entry.at)
        sheet.order.append(order)
        self.looks += 1
        sheet.at.append(at)
        users, cohorts, purposes, behalf = sheet.keys
        users.append(entry.user)
        cohorts.append(last.cohort)
        purposes.append(entry.purpose)
        behalf.append(entry.on_behalf_of or "")
        sheet.coverage.extend(self.coverage.said())
        sheet.masses.append(self.coverage.mass)
        last.asked(entry, at, place)

    def _drawn(self, person: Person, at: float, on: int, last: Last, user: str) -> None:
        """Somebody new: drawn out of everyone who could have been asked about."""
        stock, sheet = self._stock, self._sheet
        persons, weighed = stock.open_to(self._name, person)
        sheet.draws.append(len(sheet))
        sheet.persons.append(persons)
        sheet.weighed.append(weighed)
        sheet.drawn.append(person.unit)
        names, dates = stock.orders(person)
        surname, born = self._names
        for order, ends in ((names, (last.surname, surname)), (dates, (last.birth_date, born))):
            following = person.surname if order is names else person.birth_date
            for one in ends:
                sheet.steps.extend(NOWHERE if one is None else order.step(one, following))
        self.coverage.touched(person, at, on)
        last.surname, last.birth_date = self._names = person.surname, person.birth_date
        stock.draw(self._name, person, user)

    def _tips(self, carried: Carried, covered: Reals) -> int | None:
        """The first look-up after which an alarm falls."""
        tips = np.zeros(len(covered), dtype=bool)
        if not self._suspended:
            together = carried.together[:, columns.ACTING].sum(axis=1) + covered
            tips |= together >= self._threshold
            if self._signature_asked:
                own = carried.own[:, columns.ACTING].sum(axis=1) + covered
                tips &= own >= SECOND_GRADE * self._threshold
        if Detector.COVERAGE not in self._noted:
            tips |= covered >= _NOTED_FROM[Detector.COVERAGE]
        least = np.where([one in self._noted for one in columns.DETECTORS], np.inf, _LEAST)
        tips |= (carried.together >= least).any(axis=1)
        return int(tips.argmax()) if tips.any() else None

    def _alarms(self, covered: float) -> Iterator[Alarm]:
        held = self._evidence.by_column()
        by_level = np.add.reduceat(held, columns.BEGIN, axis=1)
        found = dict(zip(columns.DETECTORS, by_level.sum(axis=0).tolist(), strict=True))
        found[Detector.COVERAGE] = covered
        together = sum(evidence for one, evidence in found.items() if one in BUDGET)
        own = float(by_level[0, columns.ACTING].sum()) + covered
        action = None if self._suspended else self._action(together, own)
        if action is not None:
            strongest = max(BUDGET, key=found.__getitem__)
            self._signature_asked, self._suspended = True, action == "suspend"
            self._noted.add(strongest)
            yield self._told(strongest, found[strongest], self._threshold, action)
        for one, evidence in found.items():
            if evidence >= _NOTED_FROM[one] and one not in self._noted:
                self._noted.add(one)
                yield self._told(one, evidence, _NOTED_FROM[one], "note")

    def _action(self, together: float, own: float) -> str | None:
        """What follows from the sum: nothing yet, a co-signature, or suspension."""
        if together < self._threshold:
            return None
        if self._signature_asked:
            return "suspend" if own >= SECOND_GRADE * self._threshold else None
        return "suspend" if own >= together / 2 else "cosign"

    def _told(self, detector: Detector, evidence: float, least: float, action: str) -> Alarm:
        level, key, group = Level.AGENCY, "", None
        if detector is Detector.COVERAGE:
            return Alarm(detector, in_words(detector, self._terms, level, key, evidence, least), action)
        where = columns.COLUMNS[detector]
        place = int(self._evidence.by_column()[:, where].sum(axis=1).argmax())
        level, (key, held) = _LEVELS[place], self._evidence.strongest(place, where)
        if detector is Detector.DISPARITY:
            group = self._stock.traits.named(int(held.reshape(-1, len(RATIOS)).sum(axis=1).argmax()))
        return Alarm(detector, in_words(detector, self._terms, level, key, evidence, least, group), action, level, key)


def _same(last: str | None, now: str | None) -> bool | None:
    return None if last is None or now is None else last == now


def _crowd(askers: set[str] | None, user: str) -> bool:
    """Whether one more account asks about people about whom several have; remembers it."""
    if askers is None or user in askers:
        return False
    crowd = len(askers) >= _CROWD
    if len(askers) < _MOST_ASKERS:
        askers.add(user)
    return crowd
