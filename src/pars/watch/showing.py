"""Whom an agreement's purposes show, as a log tells it: by the class of the charges that stand, by district, in time.

A log says one class of somebody's charge. Where it is one of an agreement's words (`felony`), the word decides. Ours
says more: `felony+misdemeanor/13` is which classes stand, and the class by which people are compared (13, assaults);
`@` and a number behind it, of agreements with steps, say which of their purposes show somebody by now, a bit for each;
at 0 none does yet. Who was shown and is so no longer is booked again with nothing said of them, and stands in no count
from there on.

Whose grade nobody said:

- In a log, a word that is none of an agreement's and none of ours says no grade, and narrows nobody: whoever writes a
  log of people whom an agreement shows need not say why it does. People are compared within that word in any case.
- In the running system a charging entry from before grades were sealed leaves open whether an agreement for some
  classes alone could show somebody. With such people in the comparison a group that is charged with felonies more often
  than others looks swept wherever felonies alone are shown, and the bound would not hold; without them a look-up of one
  would be a draw out of nobody. So for such an agreement they are booked without labels: they are no evidence, for the
  partner or against it, and stand in no count of a group. That costs power, and only over those entries, which leave
  the comparison after 120 days; the bound holds throughout. Agreements for every class compare them as they always did.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import structs

from pars.sharing.agreement import Rows
from pars.sharing.vocabulary import CHARGE_CLASSES
from pars.watch.lines import Attributes, Booking, Disclosure

MOST_PURPOSES: Final = 32
HORIZON_DAYS: Final = 120
"""How long a person counts as somebody who could be asked about; late sweeps begin up to 90 days after booking."""
NOTHING: Final = Attributes()
"""What is said of somebody who is shown no longer."""
_ANY: Final = "any"
_NOT_YET: Final = "0"
_SECONDS_AN_HOUR: Final = 3_600
_HORIZON: Final = timedelta(days=HORIZON_DAYS)
_SHOWN_IN: Final[Mapping[str, str]] = {"arraigned": "arraigned", "disposed": "disposed"}
"""The step that makes a word of `rows.status` true. Any other word counts as true of everybody who is charged."""


class Words(NamedTuple):
    """What a class says: which classes stand (None: nobody said), by which class one is compared, and the steps."""

    classes: frozenset[str] | None
    compared: str
    steps: str = ""


def read(said: str | None, words: frozenset[str] = frozenset(CHARGE_CLASSES)) -> Words:
    """A class as a log has it; `words` are those that say a grade."""
    return _read(said or "", words)


@lru_cache(maxsize=4096)
def _read(said: str, words: frozenset[str]) -> Words:
    before, slash, after = said.partition("/")
    classes = frozenset(before.split("+")) if before else frozenset()
    if slash and classes <= words | {_ANY}:
        compared, _, steps = after.rpartition("@") if "@" in after else (after, "", "")
        return Words(None if _ANY in classes else classes, compared, steps)
    return Words(frozenset({said}) if said in words else None, said)


def written(classes: frozenset[str] | None, compared: str | None, steps: str) -> str | None:
    """The same as a log has it; no more than the class where nothing else is known."""
    if classes is None and not steps:
        return compared
    standing = _ANY if classes is None else "+".join(sorted(classes))
    return f"{standing}/{compared or ''}{f'@{steps}' if steps else ''}"


class Place(NamedTuple):
    """Beside whom somebody stands: those of one class whom the same purposes show."""

    compared: str
    side: str


class Showing:
    """The rows of each purpose. People whom the same purposes show are compared with each other alone (T23)."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = list(rows.values())[:MOST_PURPOSES]
        self._words = frozenset(CHARGE_CLASSES).union(*(one.charge_class for one in self._rows))
        self._narrowed = any(one.charge_class or one.district for one in self._rows)
        self.delay_seconds = min((one.delay_hours for one in self._rows), default=0) * _SECONDS_AN_HOUR
        """How long after booking anybody is shown at the earliest; until then nobody stands in the stock."""

    def place(self, said: Attributes) -> Place:
        """Where somebody stands."""
        known = _read(said.charge_class or "", self._words)
        if not self._narrowed:
            return Place(known.compared, known.steps)
        return Place(known.compared, f"{self._shown(known, said)}@{known.steps}")

    def purposes(self, said: Attributes) -> int:
        """The purposes that show somebody by class and district, a bit for each."""
        return self._shown(_read(said.charge_class or "", self._words), said)

    def shows(self, said: Attributes) -> bool:
        """Whether any purpose shows somebody."""
        known = _read(said.charge_class or "", self._words)
        return known.steps != _NOT_YET and (not self._narrowed or self._shown(known, said) != 0)

    def _shown(self, known: Words, said: Attributes) -> int:
        """The purposes that show somebody, a bit for each."""
        shown = 0
        for place, rows in enumerate(self._rows):
            by_class = not rows.charge_class or known.classes is None or not known.classes.isdisjoint(rows.charge_class)
            if by_class and (not rows.district or said.neighbourhood in rows.district):
                shown |= 1 << place
        return shown


@dataclass(frozen=True, slots=True)
class Case:
    """A case that an agreement could show, as its last entry left it.

    `said` are the owners' labels, `classes` those of the charges that stand: None when no entry said a grade, empty
    when no agreement can show it any more. `taken` says when each step was, by the words of `rows.after`.
    """

    person: str
    said: Attributes
    classes: frozenset[str] | None
    taken: Mapping[str, datetime]


class _Steps(NamedTuple):
    """What of a purpose's rows comes with time: a step, a delay after it, and steps of which one makes a status."""

    after: str = "charged"
    delay: timedelta = timedelta()
    status: tuple[str, ...] = ()

    def over(self, taken: Mapping[str, datetime], at: datetime) -> bool:
        begun = taken.get(self.after)
        stands = not self.status or any(one in taken for one in self.status)
        return stands and begun is not None and begun + self.delay <= at


@dataclass(slots=True)
class _Told:
    """A case, from when on it counts as booked, and what was last told of it."""

    case: Case
    began: datetime
    told: str | None = None
    at: datetime | None = None


class Telling:
    """A log for these rows: everybody is booked when they count, and again whenever other purposes show them."""

    def __init__(self, rows: Sequence[Rows] = ()) -> None:
        self._showing = Showing({str(place): one for place, one in enumerate(rows)})
        self._steps = [_steps(one) for one in rows[:MOST_PURPOSES]] or [_Steps()]
        self._first = min(one.delay for one in self._steps)
        self._graded = any(one.charge_class for one in rows)
        self._plain = len(set(self._steps)) == 1 and self._steps[0]._replace(delay=timedelta()) == _Steps()
        self._known: dict[str, _Told] = {}
        self._later: list[tuple[datetime, int, str]] = []
        self._number = 0

    def told(self, at: datetime, entry: Case | Disclosure) -> Iterator[tuple[datetime, Booking | Disclosure]]:
        """The lines that an entry makes, after those that were due before it."""
        if isinstance(entry, Case):
            yield from self.hear(at, entry)
            return
        yield from self.due(at)
        yield at, entry

    def hear(self, at: datetime, case: Case) -> Iterator[tuple[datetime, Booking]]:
        """What follows from an entry about a case, after whatever was due before."""
        yield from self.due(at)
        known = self._known.pop(case.person, None)
        if known is None:
            self._forget(at)
            known = _Told(case, max(at, case.taken.get("charged", at) + self._first))
        elif self._plain and known.told is not None and self._alike(known.case, case):
            known.case = case
            self._known[case.person] = known
            return
        known.case = case
        self._known[case.person] = known
        for when in {known.began, *self._overs(case)}:
            if when > at:
                self._number += 1
                heapq.heappush(self._later, (when, self._number, case.person))
        yield from self._line(known, at)

    def due(self, at: datetime) -> Iterator[tuple[datetime, Booking]]:
        """What became so by itself until now: delays that are over."""
        while self._later and self._later[0][0] <= at:
            when, _, person = heapq.heappop(self._later)
            known = self._known.get(person)
            if known is not None:
                yield from self._line(known, when)

    def _alike(self, one: Case, other: Case) -> bool:
        """Whether the rows make no difference between two stages of a case; most steps make none."""
        if self._graded:
            return one.classes == other.classes
        return one.classes != frozenset() != other.classes

    def _overs(self, case: Case) -> Iterator[datetime]:
        return (case.taken[one.after] + one.delay for one in self._steps if one.after in case.taken)

    def _line(self, known: _Told, at: datetime) -> Iterator[tuple[datetime, Booking]]:
        case = known.case
        if known.at is not None and at - known.at > _HORIZON:  # it stands in no stock any more
            known.told = None
        if case.classes is not None and not case.classes:
            if known.told is not None:
                known.told = None
                yield at, Booking(written_at(at), case.person, NOTHING)
            return
        if at < known.began or (self._plain and at - known.began > _HORIZON):
            return
        said = self._said(case, at)
        word = said.charge_class or ""
        if word != known.told:
            known.told, known.at = word, at
            yield at, Booking(written_at(at), case.person, said)

    def _said(self, case: Case, at: datetime) -> Attributes:
        """What a log says of somebody now; no label where it cannot be known whether the rows show them."""
        if self._plain and not self._graded:
            return case.said
        said = structs.replace(case.said, charge_class=written(case.classes, case.said.charge_class, ""))
        if not self._plain:
            over = sum(1 << place for place, one in enumerate(self._steps) if one.over(case.taken, at))
            steps = str(over & self._showing.purposes(said))
            said = structs.replace(said, charge_class=written(case.classes, case.said.charge_class, steps))
        if case.classes is None and self._graded:
            return Attributes(charge_class=said.charge_class, incident=said.incident)
        return said

    def _forget(self, at: datetime) -> None:
        """Whoever was not told of for so long; the oldest come first."""
        while self._known:
            oldest = next(iter(self._known))
            if (self._known[oldest].at or self._known[oldest].began) >= at - _HORIZON:
                return
            del self._known[oldest]


def _steps(rows: Rows) -> _Steps:
    by_step = () if set(rows.status) - set(_SHOWN_IN) else tuple(sorted({_SHOWN_IN[one] for one in rows.status}))
    return _Steps(rows.after, timedelta(hours=rows.delay_hours), by_step)


def written_at(at: datetime) -> str:
    """An instant as a log has it."""
    return at.isoformat().replace("+00:00", "Z")
