"""One agency under the watch: each look-up goes to every detector, and their evidence together to one alarm.

Alarms that act share one sum and one threshold (`evidence`). Only evidence at agency level suspends (T24): where most
of the sum is a user's or another key's, a supervisor's co-signature is asked for, and the agreement is suspended once
the agency's own evidence is a hundred times the threshold. A co-signature that is asked of one user is asked of others
later, by more evidence each time; of everybody, once. An agreement is suspended once. Evidence is never reset here,
which takes the owners' vote.

Look-ups are read one by one and judged many at once, as if one by one: where an alarm falls, those before it are kept,
and the rest is judged anew after it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pars.sharing.agreement import Watch
from pars.watch import columns
from pars.watch.coverage import Coverage
from pars.watch.crawl import Rows
from pars.watch.disparity import RATIOS
from pars.watch.evidence import DAYS_A_YEAR, FURTHER, OF_A_DRAW, SECOND_GRADE, Carried, Evidence, threshold
from pars.watch.lines import Disclosure
from pars.watch.order import NOWHERE
from pars.watch.parameters import BUDGET, NOTED_A_YEAR, NOTES, Alarm, Detector, Level
from pars.watch.scan import Reals
from pars.watch.shares import HAS, HAS_NOT, SILENT
from pars.watch.sheet import Sheet
from pars.watch.stock import MOST_DRAWERS, SECONDS_A_DAY, Drawers, Person, Stock, Whose
from pars.watch.users import Asked, Last, Users
from pars.watch.words import in_words

SETTLED_SECONDS: Final = 30 * 86_400.0
"""Accounts that first ask so long after the agency's first look-up are new ones."""
_CROWD: Final = 2
_NO_DRAW: Final = (-1, -1, -1)
_NOTED_FROM: Final = {one: BUDGET.get(one, 1.0) * (DAYS_A_YEAR + 1) / NOTED_A_YEAR for one in (*BUDGET, *NOTES)}
"""The evidence from which each detector is noted."""
_LEAST: Final = np.array([_NOTED_FROM[one] for one in columns.DETECTORS])
_ROUNDED: Final = 1 + 1e-9
"""What is added up in another order may differ by less."""
_LEVELS: Final = tuple(Level)
_USER: Final = Level.USER


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
        self._own: Whose = (name, Level.AGENCY, "")
        self._threshold = threshold(terms.false_alarms_per_year)
        self._habits = columns.habits(terms)
        self._version = stock.traits.version
        self._evidence = Evidence(columns.starts(stock.traits), columns.BEGIN, columns.CRAWLS_FROM)
        self._users, self._asked, self._numbers = Users(), Asked(), Rows()
        self._since = 0.0
        self._cohort = ""
        self._found: Person | None = None
        self._noted: set[Detector] = set()
        self._users_asked, self._everybody_asked, self._suspended = 0, False, False
        self._put_away = 0.0
        """The evidence of users who were asked for a co-signature, as it was then."""
        self._sheet = Sheet()
        self._waiting: list[tuple[int, Told]] = []
        self.looks = 0
        """All that have been read."""

    def look(self, entry: Disclosure, at: float, on: int, order: int) -> int:
        """Read one look-up, in which order of all in the log; how much has not been judged yet (`TOGETHER`).

        Read is all that must be seen in order: who is left, who was last, and what this look-up says of each habit.
        """
        if self._version != self._stock.traits.version:
            self._compare_anew()
        sheet, user = self._sheet, entry.user
        person = None if entry.person is None else self._stock.person(entry.person)
        last, unknown, quiet = self._users.last(user, at)
        self._since = self._since or at
        drawers = None if person is None else person.incident.drawn_by.get(self._name)
        days = math.inf if person is None else (at - person.came) / SECONDS_A_DAY
        unlinked, walked, no_hits, guessing, template = self._seen(entry, drawers, last, on, days)
        crowd, rows = SILENT, _NO_DRAW
        if person is not None:
            accounts = [] if drawers is None else drawers.accounts
            crowd = HAS if len(accounts) >= _CROWD and user not in accounts else HAS_NOT
            rows = self._drawn(person, at, on, last, user)
            if unlinked == HAS:
                person.incident.drawn_by[self._name].unlinked_on = on
            last.person, last.new = person, drawers is None
            self._found = person
        behalf = entry.on_behalf_of
        sheet.said += (
            unlinked, walked, no_hits, guessing, last.asked(entry, at), template,
            SILENT if at - self._since <= SETTLED_SECONDS else HAS if unknown else HAS_NOT,
            HAS if quiet else HAS_NOT,
            crowd,
            HAS_NOT if behalf is None or behalf == entry.agency else HAS,
        )  # fmt: skip
        sheet.rows += rows
        covered, looks, overnight = self.coverage.said(), sheet.looks, self.coverage.overnight()
        if overnight:
            sheet.nights.append((len(looks), overnight))
        if not looks or sheet.changes[-1][1] is not covered:
            sheet.changes.append((len(looks), covered))
        looks.append((at, user, last.cohort, entry.purpose, behalf or "", order, entry.at))
        self.looks += 1
        return len(looks) + (OF_A_DRAW - 1) * len(sheet.levels)

    def _seen(
        self, entry: Disclosure, drawers: Drawers | None, last: Last, on: int, days: float
    ) -> tuple[int, int, int, int, int]:
        """What a look-up says of cases, numbers, no-hits, guesses and references.

        A question of an account is counted once a day, as one that found nobody once; of an incident without a case
        that can be checked, too, once a day.
        """
        unlinked = walked = no_hits = guessing = template = SILENT
        found, before = entry.person is not None, self._asked.last(entry.user, entry, on)
        if before != on and (entry.case_verified or drawers is None or drawers.unlinked_on != on):
            unlinked = HAS_NOT if entry.case_verified else HAS
        goes_on = self._numbers.walks(entry.criteria, days)
        if goes_on is not None and drawers is None:
            walked = HAS if goes_on else HAS_NOT
        guesses = last.guesses(entry.criteria, found=found)
        if before is None or (found and before != on):
            no_hits = HAS_NOT if found else HAS
            guessing = HAS if guesses else HAS_NOT
        if drawers is None and last.reference is not None and entry.case_reference is not None:
            template = HAS if last.reference == entry.case_reference else HAS_NOT
        return unlinked, walked, no_hits, guessing, template

    def _compare_anew(self) -> None:
        """What is compared has changed: what was read before is judged first."""
        self._waiting = self.judged()  # those that waited are among them
        self._version = self._stock.traits.version
        self._evidence.begin_with(columns.starts(self._stock.traits))

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
        whens, users, cohorts, purposes, behalf, order, written_at = zip(*sheet.looks, strict=True)
        at, keys = np.array(whens), (users, cohorts, purposes, behalf)
        covered, overnight = sheet.covered(self.coverage), sheet.covered_overnight()
        before = self.looks - many
        while begin < many:
            carried = self._evidence.carried(at[begin:], [one[begin:] for one in keys], factors.part(begin, many))
            tips = self._tips(carried, covered[begin:], overnight[begin:])
            if tips is None:
                self._evidence.keep(carried)
                return
            place, over = tips[0] + begin, tips[1]
            end = place if over else place + 1
            if end > begin:
                some = [one[begin:end] for one in keys]
                self._evidence.keep(self._evidence.carried(at[begin:end], some, factors.part(begin, end)))
            for alarm in self._alarms(float(overnight[place] if over else covered[place])):
                yield order[place], Told(written_at[place], self._name, alarm, before + place + 1)
            if over:
                overnight[place] = 0.0
            begin = end

    @property
    def _wide(self) -> int:
        """The fields that were in use when the sheet was begun."""
        return (self._evidence.width - columns.DISPARITY_FROM) // len(RATIOS)

    def _drawn(self, person: Person, at: float, on: int, last: Last, user: str) -> tuple[int, int, int]:
        """Whose draw this is: the agency's, the account's, its cohort's; of the first cohort's the agency's serve."""
        name, drawers = self._name, person.incident.drawn_by.get(self._name)
        first, by_user, by_cohort = _NO_DRAW
        self._cohort = self._cohort or last.cohort
        if drawers is None:
            first = self._draw(self._own, person, self._found)
            drawers = person.incident.drawn_by[name]
        if person.first and not drawers.covered:
            drawers.covered = True
            self.coverage.touched(person, at, on)
        if user not in drawers.accounts and len(drawers.accounts) < MOST_DRAWERS:
            by_user = self._draw((name, _USER, user), person, last.person if first >= 0 or last.new else None)
        if last.cohort == self._cohort:
            by_cohort = first
        elif last.cohort not in drawers.cohorts and len(drawers.cohorts) < MOST_DRAWERS:
            by_cohort = self._draw((name, Level.COHORT, last.cohort), person, None)
        return first, by_user, by_cohort

    def _draw(self, whose: Whose, person: Person, before: Person | None) -> int:
        """Somebody new, drawn out of everyone who could have been asked about; whom the same found before."""
        open_to, steps = self._stock.open_to(whose, person), NOWHERE + NOWHERE
        if before is not None:
            names, dates = self._stock.orders(person)
            steps = (
                *names.step(before.said.surname, person.said.surname),
                *dates.step(before.said.birth_date, person.said.birth_date),
            )
        self._stock.draw(whose, person)
        return self._sheet.draw(whose[1], open_to, person.mates, steps)

    def _tips(self, carried: Carried, covered: Reals, overnight: Reals) -> tuple[int, bool] | None:
        """The first look-up after which an alarm falls, or before which one fell as a day was over.

        Each is looked at only where the most held at any could tip.
        """
        most, reached = carried.most * _ROUNDED, max(covered.max(), overnight.max())
        if not self._tipping(most[:1], most[1:], np.array([reached])).any():
            return None
        together, own = carried.each()
        before = self._tipping(together[:-1], own[:-1], overnight) & (overnight > 0)
        tips = self._tipping(together[1:], own[1:], covered) | before
        place = int(tips.argmax())
        return (place, bool(before[place])) if tips[place] else None

    def _tipping(self, together: Reals, own: Reals, covered: Reals) -> NDArray[np.bool_]:
        """Whether an alarm falls at so much evidence: of all keys together, the agency's own, and by coverage."""
        tips = np.zeros(len(covered), dtype=bool)
        if not self._suspended:
            tips |= together[:, columns.ACTING].sum(axis=1) + covered + self._put_away >= self._next
            if self._users_asked or self._everybody_asked:
                tips |= own[:, columns.ACTING].sum(axis=1) + covered >= SECOND_GRADE * self._threshold
        if Detector.COVERAGE not in self._noted:
            tips |= covered >= _NOTED_FROM[Detector.COVERAGE]
        least = np.where([one in self._noted for one in columns.DETECTORS], np.inf, _LEAST)
        tips |= (together >= least).any(axis=1)
        return tips

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
            least = self._threshold if action == "suspend" else self._next - self._put_away
            alarm = self._told(strongest, found[strongest], least, action)
            self._asked_for(alarm)
            self._noted.add(strongest)
            yield alarm
        for one, evidence in found.items():
            if evidence >= _NOTED_FROM[one] and one not in self._noted:
                self._noted.add(one)
                yield self._told(one, evidence, _NOTED_FROM[one], "note")

    @property
    def _next(self) -> float:
        """The evidence at which a co-signature is asked for next."""
        if self._everybody_asked:
            return math.inf
        return self._threshold * (FURTHER * 2 ** (self._users_asked - 1) if self._users_asked else 1.0)

    def _asked_for(self, alarm: Alarm) -> None:
        """A co-signature of one user leaves others to be asked."""
        if alarm.action == "suspend":
            self._suspended = True
        elif alarm.level is Level.USER:
            self._users_asked += 1
            held = self._evidence.put_away(_LEVELS.index(Level.USER), alarm.key)
            acting = float(np.add.reduceat(held, columns.BEGIN)[columns.ACTING].sum())
            self._put_away += min(acting, self._threshold)  # a leap says nothing of others
        else:
            self._everybody_asked = True

    def _action(self, together: float, own: float) -> str | None:
        """What follows from the sum: nothing yet, a co-signature, or suspension."""
        if self._users_asked or self._everybody_asked:
            if own >= SECOND_GRADE * self._threshold:
                return "suspend"
            return "cosign" if together + self._put_away >= self._next else None
        if together < self._threshold:
            return None
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
