"""The ledger carried through the watch, each agency by the parameters of its own agreements.

What the watch knows is a function of the ledger and of nothing else: any process may make it anew at any time and comes
to the same alarms. Where an agency's agreements state other values one after the other, evidence is not forgotten:
a version that allows as much or more in everything is measured over all that came before, since whoever kept to
less kept to it, too; one that allows less begins its own count beside the old one, and the bound is shared between
them. So nobody is measured by a rule that was stricter than the one of the time. Of two agreements at the same time the
look-ups under the one that allows more stay out of the count of the one that allows less.

Whom the purposes show narrows who is compared, entry by entry (`showing`): the rows of every version of an agency are
taken together, so that two people are compared only where each version that came into force shows both or neither.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from msgspec import structs

from pars.sharing.agreement import Rows, Watch
from pars.watch.agency import Told
from pars.watch.feed import CANARY, CANARY_ENDED, RESET, Feed, Heard, arrest_of, heard_for, learn
from pars.watch.lines import Disclosure
from pars.watch.namesakes import Namesakes
from pars.watch.parameters import Alarm, Level
from pars.watch.replay import Replay
from pars.watch.showing import Case, Telling
from pars.watch.words import of_name


@dataclass(frozen=True, slots=True)
class Count:
    """One count of evidence: by which parameters, and the first of these versions with whose look-ups it begins."""

    versions: frozenset[str]
    allowed: Watch
    rows: tuple[Rows, ...] = ()
    """Different rows of the agency's purposes, in the order in which they came into force; none: no rows narrow."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How a count went by which an alarm fell: what was allowed, whose look-ups it begins with and leaves out.

    Both are hashes of versions. Whoever hears the look-ups of that agency in the same way comes to the same alarm.
    """

    allowed: Watch
    begins: frozenset[str]
    left_out: frozenset[str] = frozenset()

    def goes_on(self, other: "Counted") -> bool:
        """Whether it is the same count, with the look-ups of more versions in it or of fewer."""
        return self.allowed == other.allowed and bool(self.begins & other.begins)


@dataclass(frozen=True, slots=True)
class Fell:
    """An alarm where it fell: at which entry, in which round of counting, under which version, by which count.

    `counted` is None of a note that goes by the names of accounts.
    """

    told: Told
    index: int
    era: int
    version: str
    entry: str
    account: str
    counted: Counted | None = None


Plan = Mapping[str, tuple[Count, ...]]
"""The counts of each agency."""


def rows_of(plan: Plan, agency: str) -> tuple[Rows, ...]:
    """The rows of an agency's purposes; none where it never had an agreement in force."""
    return plan[agency][-1].rows if agency in plan else ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A version that came into force: whose, its hash, what it states of the watch, and the rows of its purposes."""

    agency: str
    version: str
    allowed: Watch
    rows: tuple[Rows, ...] = ()


def planned(versions: Sequence[Measured]) -> dict[str, tuple[Count, ...]]:
    """The counts of each agency, from the versions that came into force, oldest first."""
    found: dict[str, tuple[Count, ...]] = {}
    rows: dict[str, tuple[Rows, ...]] = {}
    for one in versions:
        found[one.agency] = _changed(found.get(one.agency, ()), one.version, one.allowed)
        rows[one.agency] = tuple(dict.fromkeys((*rows.get(one.agency, ()), *one.rows)))
    return {agency: _shared(counts, rows[agency]) for agency, counts in found.items()}


def _changed(counts: tuple[Count, ...], version: str, allowed: Watch) -> tuple[Count, ...]:
    """What counts once another version is in force: the old counts by at least what it allows, and its own."""
    found: dict[Watch, frozenset[str]] = {}
    for count in counts:
        wider = _wider(count.allowed, allowed)
        found[wider] = found.get(wider, frozenset()) | count.versions
    found[allowed] = found.get(allowed, frozenset()) | {version}
    return tuple(Count(versions, parameters) for parameters, versions in found.items())


def _wider(one: Watch, other: Watch) -> Watch:
    """What both allow, and the rate that the newer states."""
    return Watch(
        max(one.odds_ratio_allowed, other.odds_ratio_allowed),
        max(one.coverage_allowed, other.coverage_allowed),
        max(one.unlinked_allowed, other.unlinked_allowed),
        other.false_alarms_per_year,
    )


def _shared(counts: tuple[Count, ...], rows: tuple[Rows, ...]) -> tuple[Count, ...]:
    """The bound, shared evenly between the counts of one agency, all of which have its rows."""
    rate = counts[-1].allowed.false_alarms_per_year / len(counts)
    return tuple(
        replace(count, allowed=replace(count.allowed, false_alarms_per_year=rate), rows=rows) for count in counts
    )


class Judging:
    """Everything that is known after the entries so far. Agencies with the same parameters and rows share one stock."""

    def __init__(self, plan: Plan, zone: tzinfo) -> None:
        self.plan = plan
        self._feed = Feed()
        every = [count for counts in plan.values() for count in counts]
        self._replays = {
            (count.allowed, count.rows): Replay(count.allowed, zone, rows=_at_once(count.rows)) for count in every
        }
        self._tellings = [
            (Telling(rows), [replay for (_, by), replay in self._replays.items() if by == rows])
            for rows in dict.fromkeys(count.rows for count in every)
        ]
        self.hears = heard_for(one for count in every for one in count.rows)
        """The verbs of the entries that it wants to hear."""
        self._begun: dict[str, set[str]] = {}
        self._eras: dict[str, int] = {}
        self._names = Namesakes()
        self._looks: dict[str, int] = {}
        """Of each agency, in the count at work."""

    def goes_on(self, plan: Plan) -> bool:
        """Whether what is known so far is what this plan would have come to; if so it is carried on by it.

        So it is when versions came into force by whose values the same counts go on: none of their look-ups was heard.
        """
        same = {agency: [replace(one, versions=frozenset()) for one in counts] for agency, counts in plan.items()}
        mine = {agency: [replace(one, versions=frozenset()) for one in counts] for agency, counts in self.plan.items()}
        if same != mine or any(
            not one.versions <= other.versions
            for agency, counts in self.plan.items()
            for one, other in zip(counts, plan[agency], strict=True)
        ):
            return False
        self.plan = plan
        return True

    def hear(self, heard: Heard) -> Iterator[Fell]:
        """One entry, in the order of the ledger, and the alarms that it tips."""
        learn(self._names, heard)
        if heard.verb == RESET:
            self._reset(heard)
        elif heard.verb in {CANARY, CANARY_ENDED}:
            self._canary(heard)
        elif heard.verb in self.hears and (line := self._feed.line(heard)) is not None:
            yield from self._line(heard, *line)

    def _reset(self, heard: Heard) -> None:
        """The owners put an agency's evidence away."""
        agency = str(heard.private.details.get("agency", "")) if heard.private else ""
        self._eras[agency] = self._eras.get(agency, 0) + 1
        self._begun.pop(agency, None)
        self._looks.pop(agency, None)
        self._names.begin_anew(agency)

    def _line(self, heard: Heard, at: datetime, entry: Case | Disclosure) -> Iterator[Fell]:
        """A line of the log, as replay reads it, and beside it the names, which no line says."""
        self._told(at, entry if isinstance(entry, Case) else None)
        if isinstance(entry, Case):
            return
        version, era = str(heard.public.get("version", "")), self._eras.get(entry.agency, 0)
        begun = self._begun.setdefault(entry.agency, set())
        begun.add(version)
        asked = _of_count(entry, era)
        left_out: frozenset[str] = frozenset()
        for count in _not_stricter(self.plan.get(entry.agency, ()), version):
            if count.versions & begun:
                counted = Counted(count.allowed, count.versions, left_out)
                for told in self._replays[count.allowed, count.rows].disclose(asked, at):
                    yield Fell(_by_its_name(told, entry), heard.index, era, version, heard.entry, entry.user, counted)
            left_out |= count.versions
        for told in self._by_name(entry, at):
            yield Fell(told, heard.index, era, version, heard.entry, entry.user)

    def _by_name(self, entry: Disclosure, at: datetime) -> Iterator[Told]:
        """Somebody of a user's own name or surname, or of a colleague's name: noted, whatever the agreement states."""
        looks = self._looks[entry.agency] = self._looks.get(entry.agency, 0) + 1
        for noted in self._names.touch(entry.user, [entry.person] if entry.person else [], at.timestamp()):
            alarm = Alarm(noted.detector, of_name(noted), "note", Level.USER, noted.account)
            yield Told(entry.at, entry.agency, alarm, looks)

    def _told(self, at: datetime, case: Case | None) -> None:
        """What is told by now of who is shown, to those who count by these rows."""
        for telling, replays in self._tellings:
            for when, booking in telling.due(at) if case is None else telling.hear(at, case):
                for replay in replays:
                    replay.book(booking, when)

    def _canary(self, heard: Heard) -> None:
        """A record stands for nobody from now on, or no longer; one whose entry was erased is none."""
        arrest = arrest_of(heard)
        if arrest is None:
            return
        for replay in self._replays.values():
            if heard.verb == CANARY:
                replay.put_canary(arrest)
            else:
                replay.take_canary(arrest)


def _of_count(entry: Disclosure, era: int) -> Disclosure:
    """A look-up of an agency whose count was begun anew so often: there it is another one, which asks for itself."""
    if era == 0:
        return entry
    name = f"{entry.agency}#{era}"
    return structs.replace(
        entry, agency=name, on_behalf_of=name if entry.on_behalf_of == entry.agency else entry.on_behalf_of
    )


def _by_its_name(told: Told, entry: Disclosure) -> Told:
    """What was told of an agency by the name that it has outside its count."""
    if told.agency == entry.agency:
        return told
    alarm = told.alarm
    evidence, key = (text.replace(told.agency, entry.agency) for text in (alarm.evidence, alarm.key))
    return replace(told, agency=entry.agency, alarm=replace(alarm, evidence=evidence, key=key))


def _not_stricter(counts: tuple[Count, ...], version: str) -> tuple[Count, ...]:
    """The counts that allow at least what a version does: its own, and the older ones, which were widened by it."""
    own = next((place for place, count in enumerate(counts) if version in count.versions), len(counts))
    return counts[: own + 1]


def _at_once(rows: Sequence[Rows]) -> dict[str, Rows]:
    """Rows by name, whose delays are over already where somebody is told of."""
    return {str(place): replace(one, delay_hours=0) for place, one in enumerate(rows)}
