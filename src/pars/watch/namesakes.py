"""What an account is called beside what those are called whom it touches: its own name, a relative's, a colleague's.

Null of each habit: given all that came before, somebody whom an account touches for the first time bears its surname
with a chance of at most `surnames.borne_by_at_most`, and never above `SURNAME_AT_MOST`; its full name with at most
`GIVEN_NAME_AT_MOST` of that; and the full name of another account of its agency with at most those chances together. So
a hit of a common name says less. By counting the bound of a surname is about ten times what the country has of it,
which leaves a town its own; where more than one of fifty bears a name, that name's bearers are noted more often.
Statistic: the Bernoulli likelihood ratio of each first touch at the alternatives `OFTEN`.
Bound: a Shiryaev-Roberts sum for each account. Mass comes in with the clock, and which account it falls to is settled
before whom it touches is seen: a third goes to whoever touches next, a third to all accounts alike, held until they do,
and a third to the next one that touches for the first time. An account is noted once for a habit, when its sum reaches
the days of a year over the rate. By Markov's inequality for each account, and as the accounts' masses are the clock's
together and one day's at the beginning, the notes of an agency are at most the rate a year on average.
Source: Ville 1939; Shin, Ramdas and Rinaldo 2024; the surnames of the 2020 census.

Whoever's name is not known says nothing: accounts that were named nowhere yet, people whose booking was erased or lies
longer back than people stand in the stock. Names are compared by their letters; short forms are not looked for.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pars.record.person import name_key
from pars.watch import surnames
from pars.watch.evidence import DAYS_A_YEAR, SECONDS_A_DAY, THIRD
from pars.watch.parameters import BY_NAME, GIVEN_NAME_AT_MOST, NOTED_A_YEAR, SURNAME_AT_MOST, Detector
from pars.watch.scan import MOST
from pars.watch.showing import HORIZON_DAYS
from pars.watch.stock import MOST_PERSONS

OFTEN: Final = (0.01, 0.1, 0.5)
"""Alternatives: how far the share of such touches lies from the chance on the way to 1."""
CHANCE_AT_MOST: Final = 0.5
"""Where chance alone would do it so often, a touch says nothing."""
_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015-]+")
_NO_NAMES: Final = frozenset(
    {"JR", "SR", "II", "III", "IV", "DR", "MR", "MRS", "MS"}
    | {"DE", "DEL", "DI", "DA", "DOS", "LA", "LAS", "LOS", "VAN", "VON", "DER", "DEN"}
)
"""Words of a name by which nobody is told apart; initials are none either."""


@dataclass(frozen=True, slots=True)
class Called:
    """A first given name, empty when unknown, and every other word of a name, by their letters."""

    given: str
    surnames: frozenset[str]

    def related(self, other: "Called") -> bool:
        """Whether both have a surname in common."""
        return not self.surnames.isdisjoint(other.surnames)

    @property
    def keys(self) -> Iterator[tuple[str, str]]:
        """Full names by which this one is found; none without a given name."""
        return ((self.given, surname) for surname in self.surnames if self.given)

    @property
    def chance(self) -> float:
        """How many of those whom anybody touches bear one of the surnames at most."""
        return sum(min(SURNAME_AT_MOST, surnames.borne_by_at_most(one)) for one in self.surnames)


def account_called(full_name: str) -> Called | None:
    """What an account is called, whose name stands in one box; None where that is not two words.

    A middle name counts as a surname: which words are one nobody wrote down, and the chance counts it, too.
    """
    surname, comma, given = full_name.partition(",")
    words = _words(f"{given} {surname}" if comma else full_name)
    return Called(words[0], frozenset(words[1:])) if len(words) > 1 else None


def person_called(surname: str, given: str) -> Called | None:
    """What somebody who was booked is called; None without a surname."""
    words, first = _words(surname), _words(given)
    return Called(first[0] if first else "", frozenset(words)) if words else None


def _words(text: str) -> list[str]:
    found = [word for part in _BETWEEN.split(text) if len(word := name_key(part)) > 1]
    return [word for word in found if word not in _NO_NAMES] or found


@dataclass(frozen=True, slots=True)
class Noted:
    """A habit of one account: which, how many such people it touched, since when, and how strong the evidence is."""

    detector: Detector
    account: str
    many: int
    since: float
    evidence: float
    least: float


@dataclass(slots=True)
class _Person:
    called: Called
    at: float
    touched_by: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Habit:
    """What one account's touches said of one habit: the sum at each alternative, how many were such, since when."""

    held: list[float] = field(default_factory=lambda: [0.0] * len(OFTEN))
    many: int = 0
    since: float = 0.0
    noted: bool = False


@dataclass(slots=True)
class _House:
    """The accounts of one agency."""

    accounts: dict[str, Called] = field(default_factory=dict)
    bearers: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    chance: float = 0.0
    """Of the full name of any account."""
    at: float | None = None
    """Until when mass came in."""
    next: float = 0.0
    new: float = 0.0
    each: float = 0.0
    """Days that wait for the next touch, for the next first one, and that every account was given alike."""
    had: dict[str, float] = field(default_factory=dict)
    """What of those each account has had; accounts that touched before stand in `begun`."""
    begun: set[str] = field(default_factory=set)
    habits: dict[tuple[str, Detector], _Habit] = field(default_factory=dict)

    def goes_by(self, at: float) -> None:
        """Time goes by, and its mass comes in; the first day's worth waits for the first touch."""
        if self.at is None:
            self.at, self.next = at, 1.0
        days = max(0.0, at - self.at) / SECONDS_A_DAY * THIRD
        self.at = max(self.at, at)
        self.next += days
        self.new += days
        self.each += days / max(1, len(self.accounts))

    def taken(self, account: str) -> float:
        """The days of mass that fall to an account with a touch."""
        mass = self.next + self.each - self.had[account]
        self.next, self.had[account] = 0.0, self.each
        if account not in self.begun:
            self.begun.add(account)
            mass, self.new = mass + self.new, 0.0
        return mass

    def enter(self, account: str, called: Called, at: float) -> None:
        self.leave(account, at)
        self.had[account] = self.each
        self.accounts[account] = called
        self.chance += called.chance * GIVEN_NAME_AT_MOST
        for key in called.keys:
            self.bearers.setdefault(key, set()).add(account)

    def leave(self, account: str, at: float) -> None:
        self.goes_by(at)
        called = self.accounts.pop(account, None)
        if called is not None:
            self.chance -= called.chance * GIVEN_NAME_AT_MOST
            for key in called.keys:
                self.bearers[key].discard(account)

    def has_colleague(self, account: str, one: Called) -> bool:
        """Whether somebody bears the full name of another account."""
        return any(self.bearers.get(key, set()) - {account} for key in one.keys)


class Namesakes:
    """What every account and everybody booked of late is called, and what the touches so far said of it."""

    def __init__(self, noted_a_year: float = NOTED_A_YEAR) -> None:
        self._least = (DAYS_A_YEAR + 1) / noted_a_year
        self._houses: dict[str, _House] = {}
        self._house_of: dict[str, _House] = {}
        self._people: OrderedDict[str, _Person] = OrderedDict()

    def name(self, account: str, agency: str, full_name: str, at: float) -> None:
        """An account is called so from now on; by what is no name it is unknown again."""
        before = self._house_of.pop(account, None)
        if before is not None:
            before.leave(account, at)
        called = account_called(full_name)
        if called is not None:
            house = self._house_of[account] = self._houses.setdefault(agency, _House())
            house.enter(account, called, at)

    def book(self, person: str, called: Called, at: float) -> None:
        """Somebody is booked under a name, or has another one now; whoever was booked long ago is forgotten."""
        known = self._people.get(person)
        if known is not None:
            known.called = called
            return
        self._people[person] = _Person(called, at)
        oldest = at - HORIZON_DAYS * SECONDS_A_DAY
        while len(self._people) > MOST_PERSONS or next(iter(self._people.values())).at < oldest:
            self._people.popitem(last=False)

    def begin_anew(self, agency: str) -> None:
        """The owners put an agency's evidence away."""
        house = self._houses.get(agency)
        if house is not None:
            house.habits.clear()

    def touch(self, account: str, persons: Iterable[str], at: float) -> Sequence[Noted]:
        """An account is shown these people at once; the notes that fall. Whom it was shown before is nobody new."""
        house = self._house_of.get(account)
        if house is None:
            return ()
        new = [one for name in persons if (one := self._people.get(name)) and account not in one.touched_by]
        if not new:
            return ()
        for one in new:
            one.touched_by.add(account)
        house.goes_by(at)
        days = house.taken(account)
        told = []
        for detector, seen, chance in _said(house, account, [one.called for one in new]):
            habit = house.habits.setdefault((account, detector), _Habit())
            if _carry(habit, seen, chance, days, at) >= self._least and seen and not habit.noted:
                habit.noted = True
                told.append(Noted(detector, account, habit.many, habit.since, sum(habit.held), self._least))
        return told


def _said(house: _House, account: str, touched: Sequence[Called]) -> Iterator[tuple[Detector, bool | None, float]]:
    """Of each habit whether a touch has it, None when it says nothing, and the chance that it would by itself.

    Whoever bears the whole name is no relative beside that: to leave a hit out takes evidence away, and gives none.
    """
    mine = house.accounts[account]
    named = sum(bool(one.given) for one in touched)
    own = any(mine.given == one.given and mine.related(one) for one in touched)
    related = None if own else any(mine.related(one) for one in touched)
    colleague = any(house.has_colleague(account, one) for one in touched)
    whole = mine.chance * GIVEN_NAME_AT_MOST
    said = (own, related, colleague)
    chances = (whole * named, mine.chance * len(touched), max(0.0, house.chance - whole) * named)
    for detector, seen, chance in zip(BY_NAME, said, chances, strict=True):
        yield detector, seen if 0 < chance < CHANCE_AT_MOST else None, chance


def _carry(habit: _Habit, seen: bool | None, chance: float, days: float, at: float) -> float:  # noqa: FBT001 - what it says
    """Mass comes in, and what was held is multiplied by what a touch says; all that is held then."""
    if seen:
        habit.since = habit.since or at
        habit.many += 1
    for place, step in enumerate(OFTEN):
        rate = chance + (1 - chance) * step
        factor = 1.0 if seen is None else rate / chance if seen else (1 - rate) / (1 - chance)
        habit.held[place] = min(MOST, (habit.held[place] + days / len(OFTEN)) * factor)
    return sum(habit.held)
