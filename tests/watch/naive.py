"""The watch once more, written for its reader: one look-up at a time, one number at a time, everybody counted anew.

It shares with the watch only its parameters: how a day's mass is spread, the alternatives, the thresholds. What it
leaves out: habits that are only noted, neighbourhoods, rows of districts, people and questions that are forgotten,
incident numbers that come again, canaries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import exp, inf, log, prod

from pars.sharing.agreement import Watch
from pars.watch import columns, crawl, disparity
from pars.watch.coverage import GROUPS, TESTS, WINDOWS, largest
from pars.watch.evidence import DAYS_A_YEAR, FURTHER, SECOND_GRADE, threshold
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.order import FEW
from pars.watch.parameters import (
    BUDGET,
    GUESSING_ALLOWED,
    NO_HITS_ALLOWED,
    NOTED_A_YEAR,
    Detector,
    Level,
)
from pars.watch.shares import STEPS
from pars.watch.stock import FEW as FEW_LEFT
from pars.watch.stock import MOST_DRAWERS
from pars.watch.traits import SLOTS, UNIT, Traits
from pars.watch.users import MOST_NAMES

DAY, MONTH, QUIET, QUARTER = 86_400.0, 30 * 86_400.0, 45 * 86_400.0, 900.0
Came = Sequence[Counter[int]]
"""How many of each group were booked, by day."""
Alarms = list[tuple[int, str, str, str]]
"""The look-up, the detector, the action, and the evidence as it is told."""


@dataclass(eq=False)
class One:
    """Somebody booked."""

    booking: Booking
    at: float
    incident: str
    first: bool
    values: dict[tuple[str, str], float]
    compared: str
    side: tuple[bool, ...]
    earlier: "One | None" = None
    touched_at: float | None = None
    on: int = field(init=False)
    """The day."""

    def __post_init__(self) -> None:
        """Of the instant."""
        self.on = int(self.at // DAY)

    @property
    def came(self) -> "One":
        """The same as it was told of first."""
        return self if self.earlier is None else self.earlier.came


@dataclass
class Account:
    """The last look-up of an account."""

    cohort: str
    at: float = 0.0
    surname: str | None = None
    born: str | None = None
    in_vain: dict[str, str | None] = field(default_factory=dict)
    new: bool = False


@dataclass
class Keys:
    """A level: when each key came, and what is due to it."""

    came: list[str] = field(default_factory=list)
    each: float = 0.0
    had: dict[str, float] = field(default_factory=dict)
    renewed: float = 0.0


class Naive:
    """One agency's look-ups in a log whose first entry is of its first day."""

    def __init__(self, terms: Watch, *classes: tuple[str, ...]) -> None:
        """`classes` are those that each purpose shows; without any, each shows everybody."""
        self.terms, self.classes = terms, classes
        self.people: dict[str, One] = {}
        self.intake: list[One] = []
        self.drawn: dict[tuple[Level, str], set[str]] = defaultdict(set)
        self.first_cohort = ""
        self.incidents: set[str] = set()
        self.accounts: dict[str, Account] = {}
        self.alarms: Alarms = []
        self.levels = {level: Keys() for level in Level}
        self.starts = columns.starts(Traits())
        self.held: dict[tuple[Level, str, int], float] = defaultdict(float)
        self.last_at: float | None = None
        self.looks = 0
        self.names: tuple[str | None, str | None] = (None, None)
        self.noted: set[Detector] = set()
        self.users_asked, self.everybody_asked, self.suspended = 0, False, False
        self.put_away: dict[str, float] = {}
        self.questions: dict[tuple[str, object], int] = {}
        self.unlinked: dict[str, int] = {}
        self.numbers: dict[str, list[int]] = defaultdict(list)
        self.midnights: list[int] = []
        self.overnight = 0.0

    def book(self, booking: Booking, at: float) -> None:
        """Somebody is booked."""
        said = booking.attributes
        values: dict[tuple[str, str], float] = {}
        unit = Traits().unit(said, int(at // DAY))
        for place, slot in enumerate(SLOTS):
            share = (unit >> (64 * place)) % 2**64
            if share:
                values[slot] = share / UNIT
        incident = said.incident or f"alone-{booking.person}"
        words, _, compared = (said.charge_class or "").rpartition("/")
        side = tuple(any(word in shown for word in words.split("+")) for shown in self.classes)
        earlier = self.people.pop(booking.person, None)
        self._midnight(at)
        if earlier is not None and said == Attributes() != earlier.booking.attributes:
            if all(other.incident != earlier.incident for other in self.people.values()):
                self.incidents.discard(earlier.incident)  # whoever is booked of it later is a new one
                for incidents in self.drawn.values():
                    incidents.discard(earlier.incident)
            return
        one = One(booking, at, incident, incident not in self.incidents, values, compared, side)
        if earlier is not None and earlier.incident == incident:
            one.earlier, one.first = earlier, earlier.first
        else:
            self.intake.append(one)
        self.people[booking.person] = one
        self.incidents.add(incident)

    def _midnight(self, at: float) -> None:
        """Each day on which anything happened; what coverage came to as the one before was over."""
        on = int(at // DAY)
        if not self.midnights or on > self.midnights[-1]:
            if self.looks:
                self.overnight = max(self.overnight, self._covered(None))
            self.midnights.append(on)

    def look(self, entry: Disclosure, at: float) -> None:
        """Somebody is looked up."""
        self._midnight(at)
        self.looks += 1
        if self.overnight:
            self._judge(self.overnight)
        self.overnight = 0.0
        account = self.accounts.setdefault(entry.user, Account(str(int(at // MONTH))))
        if account.at and at - account.at > QUIET:
            account.cohort = str(int(at // MONTH))
        one = self.people.get(entry.person or "")
        new = one is not None and one.incident not in self.drawn[Level.AGENCY, ""]
        days = inf if one is None else (at - one.came.at) / DAY
        habits = self._habits(entry, account, int(at // DAY), None if one is None or new else one, days)
        if one is not None and columns.COLUMNS[Detector.UNLINKED].start in habits and not entry.case_verified:
            self.unlinked[one.incident] = int(at // DAY)
        of_level = {level: habits.copy() for level in Level}
        if one is not None:
            self._drawn(one, entry, account, of_level)
            one.came.touched_at = at if one.came.touched_at is None else one.came.touched_at
        self._carry(at, entry, account.cohort, of_level)
        self._judge(self._covered(at % DAY))
        account.at = at
        if one is not None:
            said = one.booking.attributes
            account.surname, account.born = self.names = said.surname, said.birth_date

    def _habits(self, entry: Disclosure, account: Account, on: int, drawn: One | None, days: float) -> dict[int, float]:
        """The factors of the habits that act, by test; `drawn` is somebody whose incident the agency has drawn."""
        seen: dict[Detector, bool] = {}
        question = (entry.user, entry.person or entry.criteria)
        before = self.questions.get(question)
        self.questions[question] = on
        if before != on and (entry.case_verified or drawn is None or self.unlinked.get(drawn.incident) != on):
            seen[Detector.UNLINKED] = not entry.case_verified
        place = crawl.place(entry.criteria)
        if place:
            last, near = self.numbers[place[0]][-crawl.REMEMBERED :], 3 if place[0] == "birth_date" else 1
            if place[1] not in last:
                if last and drawn is None and (place[0] == "birth_date" or days > 2):
                    seen[Detector.CRAWL_NUMBERS] = min(abs(place[1] - one) for one in last) <= near
                self.numbers[place[0]].append(place[1])
        name, born = entry.criteria.name, entry.criteria.birth_date
        guess = name in account.in_vain and None not in (born, account.in_vain[name]) and account.in_vain[name] != born
        if name is not None:
            account.in_vain.pop(name, None)
            if entry.person is None:
                account.in_vain[name] = born
                account.in_vain = dict(list(account.in_vain.items())[-MOST_NAMES:])
        if before is None or (entry.person is not None and before != on):
            seen[Detector.NO_HITS] = entry.person is None
            seen[Detector.GUESSING] = guess
        allowed = {
            Detector.UNLINKED: self.terms.unlinked_allowed,
            Detector.CRAWL_NUMBERS: 1 - (1 - self.terms.coverage_allowed) ** 2,
            Detector.NO_HITS: NO_HITS_ALLOWED,
            Detector.GUESSING: GUESSING_ALLOWED,
        }
        found: dict[int, float] = {}
        for detector, has in seen.items():
            null = allowed[detector]
            for number, step in enumerate(STEPS):
                rate = null + (1 - null) * step
                found[columns.COLUMNS[detector].start + number] = rate / null if has else (1 - rate) / (1 - null)
        return found

    def _drawn(self, one: One, entry: Disclosure, account: Account, of_level: dict[Level, dict[int, float]]) -> None:
        """Who draws this person, and what it says at each level."""
        self.first_cohort = self.first_cohort or account.cohort
        agency = self._draw((Level.AGENCY, ""), one, self.names)
        before = (account.surname, account.born) if agency is not None or account.new else (None, None)
        user = self._draw((Level.USER, entry.user), one, before)
        account.new = agency is not None
        cohort = agency
        if account.cohort != self.first_cohort:
            cohort = self._draw((Level.COHORT, account.cohort), one, (None, None))
        for level, factors in of_level.items():
            factors.update({Level.USER: user, Level.COHORT: cohort}.get(level, agency) or {})

    def _draw(  # noqa: C901, PLR0912 - all that a draw says, in one place
        self, whose: tuple[Level, str], one: One, before: tuple[str | None, str | None]
    ) -> dict[int, float] | None:
        """The factors of disparity and of both orders; None of somebody whose incident is drawn already."""
        others = [
            key for key, drawn in self.drawn.items() if key[0] == whose[0] != Level.AGENCY and one.incident in drawn
        ]
        if one.incident in self.drawn[whose] or len(others) == MOST_DRAWERS:
            return None
        every = [other for other in self.people.values() if (other.compared, other.side) == (one.compared, one.side)]
        risk = [other for other in every if other.on == one.on]
        weeks = 0
        while sum(other.incident not in self.drawn[whose] for other in risk) < FEW_LEFT and weeks < 20:
            risk = [other for other in every if abs(other.on // 7 - one.on // 7) <= weeks]
            weeks += 1
        left = [other for other in risk if other.incident not in self.drawn[whose]]
        size = Counter((other.incident, other.side) for other in self.people.values())
        mates = [other for other in self.people.values() if (other.incident, other.side) == (one.incident, one.side)]
        found: dict[int, float] = {}
        for place, slot in enumerate(SLOTS):
            same = [other for other in SLOTS if other[0] == slot[0]]
            odds = [
                _odds(some, slot, same, size if weighed else None) for some in (left, risk) for weighed in (False, True)
            ]
            if None in odds or not any(odds):
                continue
            null = self.terms.odds_ratio_allowed * (1 + 1e-6) * float(max(one for one in odds if one is not None))
            for number, ratio in enumerate(disparity.RATIOS.tolist()):
                each = []
                for mate in mates:
                    if any(value in mate.values for value in same):
                        inside = mate.values.get(slot, 0.0)
                        each.append((1 + null) / (1 + null * ratio) * (1 + inside * (ratio - 1)))
                    else:
                        each.append(1.0)
                factor = sum(each) / len(each)
                found[columns.DISPARITY_FROM + place * len(disparity.RATIOS) + number] = factor
        column = columns.CRAWLS_FROM
        for last, word in zip(before, ("surname", "birth_date"), strict=True):
            words = _words(self.people.values(), one, word)
            for level in (Level.USER, Level.AGENCY):
                for step in _steps(words, last, getattr(one.booking.attributes, word)):
                    for width in crawl.WIDTHS.tolist():
                        close = min(1.0, crawl.CLOSE * step) if step <= 1 and level is whose[0] else None
                        if close is not None:
                            found[column] = 1 - crawl.OFTEN + (crawl.OFTEN / width if close <= width else 0.0)
                        column += 1
        self.drawn[whose].add(one.incident)
        return found

    def _carry(self, at: float, entry: Disclosure, cohort: str, of_level: dict[Level, dict[int, float]]) -> None:
        """Mass comes in by the clock, and what a key holds is multiplied."""
        before = at - DAY if self.last_at is None else self.last_at
        days = (at - before) / DAY
        keys = {
            Level.AGENCY: "",
            Level.USER: entry.user,
            Level.COHORT: cohort,
            Level.PURPOSE: entry.purpose,
            Level.BEHALF: entry.on_behalf_of or "",
        }
        mass: dict[tuple[Level, str], list[tuple[Level, float]]] = {(Level.AGENCY, ""): [(Level.AGENCY, days)]}
        for level, key in list(keys.items())[1:]:
            known = self.levels[level]
            renewed = before if self.last_at is None else known.renewed
            new = key not in known.came
            if new:
                known.came.append(key)
            known.each += days / len(known.came)
            if new:
                known.had[key] = known.each
            if len(known.came) == 1:
                mass[Level.AGENCY, ""].append((level, 2 / 3 * days))
                known.had[key] = known.each
            else:
                part = days + (known.each - known.had[key]) + ((at - renewed) / DAY if new else 0.0)
                mass[level, key] = [(level, part / 3)]
            known.had[key] = known.each
            known.renewed = at if new else renewed
        for (level, key), parts in mass.items():
            for column in range(self.starts.shape[1]):
                if level is Level.USER and key in self.put_away:
                    continue
                added = sum(part * float(self.starts[list(Level).index(of), column]) for of, part in parts)
                self.held[level, key, column] = (self.held[level, key, column] + added) * of_level[level].get(
                    column, 1.0
                )
        self.last_at = at

    def _covered(self, second: float | None) -> float:
        """Coverage: the product over everybody booked since each start of a window, over all starts and tests.

        At a second of the day; None: the day is over, nothing more is expected of it, and nothing waits.
        """
        allowed, today = self.terms.coverage_allowed, self.midnights[-1]
        of_group = largest(allowed, self.terms.odds_ratio_allowed)
        began, came = self.began, [self._came(group) for group in range(len(GROUPS))]
        to_come = [self._to_come(group, second, came) for group in range(len(GROUPS))]
        waits = None in to_come
        lacks = {(group, on): self._missing(group, on, came) for group in range(len(GROUPS)) for on in self.midnights}
        together = 0.0
        for days, of_window in WINDOWS:
            first = self._first_day(days, came)
            counted = [one for one in self.intake if one.first and (one.on > began or first is not None)]
            touched = [one.touched_at is not None and one.touched_at - one.at <= days * DAY for one in counted]
            for group, step, rest, part in TESTS:
                null_of_group = of_group if group else allowed
                inside = (null_of_group, null_of_group + (1 - null_of_group) * step)
                outside = (allowed, allowed + (1 - allowed) * rest)
                missing = [to_come[wanted] or 0.0 for wanted in (0, group)]
                charged = 1.0 if waits else _charged(group, missing, inside, outside)
                factors = []
                for one, has in zip(counted, touched, strict=True):
                    null, rate = inside if _of_group(one, group) else outside
                    if waits and one.on >= today:
                        factors.append(1.0)
                    elif has and not (waits and int((one.touched_at or 0.0) // DAY) >= today):
                        factors.append(rate / null)
                    else:
                        factors.append((1 - rate) / (1 - null))
                for begin, mass in self._starts_of(days):
                    product = BUDGET[Detector.COVERAGE] * of_window * part * mass * charged
                    for on in self.midnights[:-1]:
                        if on >= begin:
                            product *= _charged(group, [lacks[wanted, on] for wanted in (0, group)], inside, outside)
                    if first is not None and begin <= began:
                        more = [first[wanted] - came[wanted][began] for wanted in (0, group)]
                        product *= _charged(group, more, inside, outside)
                    product *= prod(factor for one, factor in zip(counted, factors, strict=True) if one.on >= begin)
                    together += product
        return together

    def _to_come(self, group: int, second: float | None, came: Came) -> float | None:
        """The most that can still come today by any such weekday of late, or else by any known day.

        As many as came there after the quarter of an hour began, and so many for each of today as for each before it;
        and whoever is missing to four fifths of the least but one of these days, who alone are, once the day is over.
        None before seven days are known.
        """
        today, many = self.midnights[-1], came[group]
        if second is None:
            return float(self._missing(group, today, came))
        if len(self._known(came[0], today)) < 7:
            return None
        most = float(self._surely(group, today, came) - many[today])
        for day in self._alike(today, came):
            every = [one for one in self.intake if one.first and one.on == day]
            of_day = [one for one in every if not group or _of_group(one, group)]
            before = sum(one.at % DAY // QUARTER < (second or 0) // QUARTER for one in of_day)
            for_each = len(of_day) / before - 1 if before else 1e6
            most = max(most, len(of_day) - before, many[today] * for_each)
        return most

    def _alike(self, on: int, came: Came) -> list[int]:
        """Three such weekdays, or else all known days."""
        known = self._known(came[0], on)
        alike = [day for day in known if (on - day) % 7 == 0]
        return alike if len(alike) > 2 else known

    def _missing(self, group: int, on: int, came: Came) -> int:
        """How many a day lacks to what is sure of it; the first, or an empty one, none."""
        if on == self.began or not came[0][on]:
            return 0
        return max(self._surely(group, on, came) - came[group][on], 0)

    def _surely(self, group: int, on: int, came: Came) -> int:
        """Four fifths of the least of the days like one, but for one."""
        return int(0.8 * ([0, *sorted(came[group][day] for day in self._alike(on, came))[:2]])[-1])

    def _came(self, group: int) -> Counter[int]:
        """How many of a group were booked, by day."""
        return Counter(one.on for one in self.intake if one.first and (not group or _of_group(one, group)))

    def _known(self, came: Counter[int], today: int) -> list[int]:
        """The days before one that tell what can be expected."""
        began = self.began
        return [day for day in came if began < day < today and today - day <= 28]

    def _first_day(self, days: int, came: list[Counter[int]]) -> list[int] | None:
        """As how many of each group the first day counts in a window; None while, or as, it does not."""
        for on in self.midnights:
            known = self._known(came[0], on)
            if len(known) >= 7:
                most = [max(one[self.began], *(one[day] for day in known)) for one in came]
                return most if on // days == self.began // days else None
        return None

    @property
    def began(self) -> int:
        """The first day on which anybody was booked."""
        return self.intake[0].on if self.intake else self.midnights[-1]

    def _starts_of(self, days: int) -> Iterator[tuple[int, float]]:
        """The first day of each stretch of so many days in which anything happened, and the days since the last."""
        last = self.midnights[0]
        yield last // days * days, 1.0
        for before, on in pairwise(self.midnights):
            if on // days != before // days:
                yield on // days * days, float(on - last)
                last = on

    def _judge(self, covered: float) -> None:
        found: dict[Detector, float] = {}
        own = 0.0
        columns_of = self.starts.shape[1]
        for detector in BUDGET:
            if detector is Detector.COVERAGE:
                found[detector] = covered
                own += found[detector]
                continue
            where = range(*columns.COLUMNS[detector].indices(columns_of))
            found[detector] = sum(held for (_, _, column), held in self.held.items() if column in where)
            own += sum(self.held[Level.AGENCY, "", column] for column in where)
        least = threshold(self.terms.false_alarms_per_year)
        together = sum(found.values())
        action = None
        asked = self.users_asked or self.everybody_asked
        needed = least * (FURTHER * 2 ** (self.users_asked - 1) if self.users_asked else 1)
        if not self.suspended and asked and own >= SECOND_GRADE * least:
            action = "suspend"
        elif not self.suspended and not self.everybody_asked and together + sum(self.put_away.values()) >= needed:
            action = "suspend" if not asked and own >= together / 2 else "cosign"
        if action:
            strongest = max(found, key=found.__getitem__)
            self.noted.add(strongest)
            self.alarms.append((self.looks, strongest.value, action, f"{found[strongest]:,.0f}"))
            self._ask(action, strongest)
        for detector, evidence in found.items():
            if evidence >= BUDGET[detector] * (DAYS_A_YEAR + 1) / NOTED_A_YEAR and detector not in self.noted:
                self.noted.add(detector)
                self.alarms.append((self.looks, detector.value, "note", f"{evidence:,.0f}"))

    def _ask(self, action: str, strongest: Detector) -> None:
        """Of one user, whose evidence stays as it is, or of everybody."""
        self.suspended = action == "suspend"
        if self.suspended:
            return
        by_key: dict[tuple[Level, str], float] = defaultdict(float)
        where = range(*columns.COLUMNS[strongest].indices(self.starts.shape[1]))
        for (level, key, column), held in self.held.items():
            by_key[level, key] += held if column in where else 0.0
        most = max(Level, key=lambda level: sum(held for (of, _), held in by_key.items() if of is level))
        if strongest is Detector.COVERAGE or most is not Level.USER:
            self.everybody_asked = True
            return
        user = max((key for level, key in by_key if level is most), key=lambda key: by_key[most, key])
        acting = [one for one in BUDGET if one is not Detector.COVERAGE]
        columns_of = {at for one in acting for at in range(*columns.COLUMNS[one].indices(self.starts.shape[1]))}
        self.users_asked += 1
        acting_held = sum(
            held for (level, key, at), held in self.held.items() if (level, key) == (most, user) and at in columns_of
        )
        self.put_away[user] = min(acting_held, threshold(self.terms.false_alarms_per_year))
        for level, key, at in list(self.held):
            if (level, key) == (most, user):
                self.held[level, key, at] = 0.0


def _odds(
    some: list[One],
    slot: tuple[str, str],
    same: list[tuple[str, str]],
    size: Counter[tuple[str, tuple[bool, ...]]] | None,
) -> Fraction | None:
    """The odds of a value among people, by persons or, with sizes, by incidents; None where there is no other."""
    inside = outside = Fraction(0)
    for other in some:
        many = size[other.incident, other.side] if size else 1
        for value in same:
            if value in other.values:  # one that somebody has not would add nothing
                share = _exact(other.values[value], many)
                inside, outside = (inside + share, outside) if value == slot else (inside, outside + share)
    if not inside:
        return inside
    return inside / outside if outside else None


@cache
def _exact(share: float, many: int) -> Fraction:
    """A share of somebody who is one of so many."""
    return Fraction(share) / many


def _charged(group: int, missing: Sequence[float], inside: tuple[float, float], outside: tuple[float, float]) -> float:
    """What so many of all, and of a group, are charged whom nobody touches."""
    both = (missing[0], 0) if not group else (missing[1], missing[0] - missing[1])
    nats = 0.0
    for many, (null, rate) in zip(both, (inside, outside), strict=True):
        nats += many * log((1 - rate) / (1 - null))
    return exp(nats)


def _of_group(one: One, group: int) -> bool:
    """Whether somebody is in a group of coverage; by surname from a share of a half on."""
    slot = GROUPS[group]
    return slot is None or one.values.get(slot, 0.0) >= 0.5


def _words(people: Iterable[One], one: One, word: str) -> list[str]:
    """The words of those booked on somebody's day, or in its week where fewer than thirty were."""
    some = list(people)
    enough = sum(other.on == one.on and other.booking.attributes.surname is not None for other in some) >= FEW
    near = [other for other in some if (other.on == one.on if enough else other.on // 7 == one.on // 7)]
    return sorted(said for other in near if (said := getattr(other.booking.attributes, word)) is not None)


def _steps(words: list[str], last: str | None, following: str | None) -> tuple[float, float]:
    """The shares of all words that are passed, onward and backward, round the end, the reached ones among them."""
    if last is None or following is None or last == following or len(words) < FEW:
        return 2.0, 2.0
    if last < following:
        onward = sum(last < word <= following for word in words)
        backward = len(words) - sum(last <= word < following for word in words)
    else:
        onward = len(words) - sum(following < word <= last for word in words)
        backward = sum(following <= word < last for word in words)
    return max(onward, 1) / len(words), max(backward, 1) / len(words)
