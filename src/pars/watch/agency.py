"""One agency under the watch: each look-up goes to every detector, and their evidence together to one alarm.

Alarms that act share one sum and one threshold (`evidence`). Only evidence at agency level suspends (T24): where most
of the sum is a user's or a purpose's, a supervisor's co-signature is asked for, and the agreement is suspended once the
agency's own evidence is a hundred times the threshold. Each grade falls once; evidence is never reset here, which takes
the owners' vote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pars.sharing.agreement import Watch
from pars.watch import crawl, disparity
from pars.watch.coverage import Coverage
from pars.watch.evidence import DAYS_A_YEAR, SECOND_GRADE, Handful, threshold
from pars.watch.levels import Tests, few, many
from pars.watch.lines import Disclosure
from pars.watch.parameters import (
    BUDGET,
    GUESSING_ALLOWED,
    LEVELS,
    NO_HITS_ALLOWED,
    NOTED_A_YEAR,
    NOTES,
    WALKING_ALLOWED,
    Alarm,
    Detector,
    Level,
)
from pars.watch.shares import STEPS, Habit, habit
from pars.watch.stock import Person, Stock
from pars.watch.users import Last, Users
from pars.watch.words import in_words

SETTLED: Final = timedelta(days=30)
"""Accounts that first ask so long after the agency's first look-up are new ones."""
_BY_USER: Final = {Level.AGENCY: 0.6, Level.USER: 0.4}
_NOTED_FROM: Final = {one: BUDGET.get(one, 1.0) * (DAYS_A_YEAR + 1) / NOTED_A_YEAR for one in (*BUDGET, *NOTES)}
"""The evidence from which each detector is noted."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look-up: when, on which day, what was asked, who it was when booked in the log, and whether newly drawn."""

    entry: Disclosure
    at: datetime
    on: date
    person: Person | None
    new: bool

    @property
    def again(self) -> bool:
        """Whether somebody was found whose incident this agency had drawn before: no draw of its own."""
        return self.person is not None and not self.new


class Agency:
    """The evidence against one agency's honest habits, and what has followed from it."""

    def __init__(self, name: str, terms: Watch, stock: Stock, coverage: Coverage) -> None:
        self._name, self._terms, self._stock, self._coverage = name, terms, stock, coverage
        self._threshold = threshold(terms.false_alarms_per_year)
        self._neighbourhoods = len(stock.traits.neighbourhoods)
        self._disparity = many(disparity.start(stock.traits, BUDGET[Detector.DISPARITY]), LEVELS)
        self._tests = _tests()
        self._habits: dict[Detector, Habit] = {
            Detector.UNLINKED: habit(terms.unlinked_allowed),
            Detector.CRAWL_NUMBERS: habit(WALKING_ALLOWED),
            Detector.NO_HITS: habit(NO_HITS_ALLOWED),
            Detector.GUESSING: habit(GUESSING_ALLOWED),
            **{one: habit(allowed) for one, allowed in NOTES.items()},
        }
        self._users = Users()
        self._since: datetime | None = None
        self._noted: set[Detector] = set()
        self._signature_asked = self._suspended = False

    @property
    def coverage(self) -> Coverage:
        """Its share of the intake; told of every booking."""
        return self._coverage

    def look(self, look: Look) -> Iterator[Alarm]:
        """One look-up, and the alarms that it tips."""
        last, unknown = self._users.last(look.entry.user)
        self._since = self._since or look.at
        if look.new and look.person is not None:
            self._drawn(look, look.person, last)
        if not look.again:
            self._seen(Detector.UNLINKED, look, seen=not look.entry.case_verified)
            self._seen(Detector.CRAWL_NUMBERS, look, seen=crawl.walked(last.place, crawl.place(look.entry.criteria)))
            self._seen(Detector.TEMPLATE, look, seen=_same(last.reference, look.entry.case_reference))
        if look.entry.person is not None or look.entry.criteria != last.no_hit:
            self._seen(Detector.NO_HITS, look, seen=look.entry.person is None)
            self._seen(Detector.GUESSING, look, seen=last.guesses(look.entry.criteria))
        self._seen(Detector.CLOCKWORK, look, seen=last.ticks(look.at))
        if look.at - self._since > SETTLED:
            self._seen(Detector.FAN_OUT, look, seen=unknown)
        last.asked(look.entry, look.at)
        yield from self._alarms()

    def _drawn(self, look: Look, person: Person, last: Last) -> None:
        """Somebody new: drawn out of everyone who could have been asked about."""
        stock = self._stock
        if self._neighbourhoods != len(stock.traits.neighbourhoods):
            self._neighbourhoods = len(stock.traits.neighbourhoods)
            start = disparity.start(stock.traits, BUDGET[Detector.DISPARITY])
            self._disparity.begin_with({level: start * part for level, part in LEVELS.items()})
        ratios = disparity.factor(stock, self._name, person, self._terms.odds_ratio_allowed)
        if ratios is not None:
            self._disparity.draw(look.entry, look.at, ratios)
        self._add(Detector.CRAWL_NAMES, look, crawl.factor(stock.surnames, last.surname, person.surname))
        self._add(Detector.CRAWL_BIRTH_DATES, look, crawl.factor(stock.birth_dates, last.birth_date, person.birth_date))
        self._coverage.touched(person, look.at, look.on)
        last.surname, last.birth_date = person.surname, person.birth_date
        stock.draw(self._name, person)

    def _add(self, detector: Detector, look: Look, factor: Handful | None) -> None:
        if factor is not None:
            self._tests[detector].draw(look.entry, look.at, factor)

    def _seen(self, detector: Detector, look: Look, *, seen: bool | None) -> None:
        self._add(detector, look, None if seen is None else self._habits[detector].factor(seen=seen))

    @property
    def evidence(self) -> dict[Detector, float]:
        """What each detector that may act holds."""
        found = {one: tests.total for one, tests in self._tests.items() if one in BUDGET}
        found[Detector.DISPARITY] = self._disparity.total
        found[Detector.COVERAGE] = self._coverage.total
        return found

    def _alarms(self) -> Iterator[Alarm]:
        found = self.evidence
        action = None if self._suspended else self._action(sum(found.values()))
        if action is not None:
            strongest = max(found, key=found.__getitem__)
            self._signature_asked, self._suspended = True, action == "suspend"
            self._noted.add(strongest)
            whose = self._whose(strongest)
            yield Alarm(strongest, self._told(strongest, self._threshold), action, *whose)
        for one in NOTES:
            found[one] = self._tests[one].total
        for one, evidence in found.items():
            if evidence >= _NOTED_FROM[one] and one not in self._noted:
                self._noted.add(one)
                yield Alarm(one, self._told(one, _NOTED_FROM[one]), "note")

    def _action(self, together: float) -> str | None:
        """What follows from the sum: nothing yet, a co-signature, or suspension."""
        if together < self._threshold:
            return None
        own = self._coverage.total + self._disparity.at_level(Level.AGENCY)
        own += sum(self._tests[one].at_level(Level.AGENCY) for one in self._tests if one in BUDGET)
        if self._signature_asked:
            return "suspend" if own >= SECOND_GRADE * self._threshold else None
        return "suspend" if own >= together / 2 else "cosign"

    def _whose(self, detector: Detector) -> tuple[Level, str]:
        if detector is Detector.COVERAGE:
            return Level.AGENCY, ""
        return (self._disparity if detector is Detector.DISPARITY else self._tests[detector]).strongest()

    def _told(self, detector: Detector, least: float) -> str:
        if detector is Detector.COVERAGE:
            return in_words(detector, self._terms, Level.AGENCY, "", self._coverage.total, least)
        if detector is not Detector.DISPARITY:
            tests = self._tests[detector]
            return in_words(detector, self._terms, *tests.strongest(), tests.total, least)
        level, key = self._disparity.strongest()
        kept = self._disparity.kept(level, key)
        group = None if kept is None else self._stock.traits.named(int(kept.sum(axis=1).argmax()))
        return in_words(detector, self._terms, level, key, self._disparity.total, least, group)


def _tests() -> dict[Detector, Tests[Handful]]:
    """Every detector of a handful of tests, those that are only noted among them."""
    return {
        Detector.UNLINKED: few(BUDGET[Detector.UNLINKED], len(STEPS), LEVELS),
        Detector.CRAWL_NAMES: few(BUDGET[Detector.CRAWL_NAMES], len(crawl.WIDTHS), _BY_USER),
        Detector.CRAWL_BIRTH_DATES: few(BUDGET[Detector.CRAWL_BIRTH_DATES], len(crawl.WIDTHS), _BY_USER),
        Detector.CRAWL_NUMBERS: few(BUDGET[Detector.CRAWL_NUMBERS], len(STEPS), _BY_USER),
        Detector.NO_HITS: few(BUDGET[Detector.NO_HITS], len(STEPS), _BY_USER),
        Detector.GUESSING: few(BUDGET[Detector.GUESSING], len(STEPS), _BY_USER),
        **{one: few(1.0, len(STEPS), _BY_USER) for one in NOTES},
    }


def _same(last: str | None, now: str | None) -> bool | None:
    return None if last is None or now is None else last == now
