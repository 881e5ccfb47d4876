"""The watch judges what the ledger says, in its order, and what it finds falls as an entry and a row at once.

What one process knows is a function of the log: `Watching` is made anew at any start and carried on with each call. An
alarm is one row for each place of the log, so that processes that judge side by side let none fall twice. What is found
before the place that was judged already has mostly fallen; where it has not, it was found by other parameters than
those of then, and falls now. An end is done under the agreement's lock, like any other
(docs/adr/0030-watch-beside-the-ledger.md).
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Final
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions import own_people
from pars.actions.acting import NothingToDo, act, once
from pars.actions.standing import compiled
from pars.clock import CITY_ZONE, city_day
from pars.ledger.entry import Kind
from pars.sharing.agreement import Watch
from pars.sharing.floor import FLOOR
from pars.sharing.owed import Notice
from pars.store import agreements as kept
from pars.store import notices, watching
from pars.store.database import Store
from pars.store.locks import Lock
from pars.store.watching import Alarm, InForce
from pars.watch import parameters
from pars.watch.feed import ALL_HEARD
from pars.watch.judging import Counted, Fell, Judging, Measured, Plan, planned
from pars.watch.own_people import NotedLook, OwnPeople
from pars.watch.parameters import BY_NAME, Detector, Level

AT_A_TIME: Final = 2000
"""Entries of one transaction: the ledger's door is held for tenths of a second, never for the whole log."""
WATCH_VERSION: Final = 5
"""Of what is measured and how; another one is entered anew for every agreement before it is used."""


class Watching:
    """What one process knows of the log so far. One thread calls it."""

    def __init__(self) -> None:
        self._judging: Judging | None = None
        self._own_people = OwnPeople()
        self._next = 0
        self._fallen: deque[Fell | NotedLook] = deque()
        """What was found and is not written down yet: it waits for a database that goes away in between."""

    def watch(self, store: Store) -> int:
        """Judge what has its place by now; how many alarms fell."""
        with store.glance("pars_ledger") as connection:
            until = watching.placed(connection)
        if until < self._next:
            self._judging = None  # another database answers, restored or a standby, with another log
        elif until == self._next and not self._fallen:
            return 0
        with store.transaction("pars_act") as connection:
            versions = watching.in_force(connection)
            entered, done = watching.entered(connection), watching.judged(connection)
        _enter_parameters(store, versions, entered)
        judging = self._for(versions)
        told = self._let_fall(store, versions, done)
        while self._read_on(store, judging, until):
            told += self._let_fall(store, versions, done)
        with store.transaction("pars_act") as connection:
            watching.judged_up_to(connection, self._next)
        return told

    def _for(self, versions: Sequence[InForce]) -> Judging:
        """What judges by the versions that came into force; begun anew, from the first entry, with other parameters."""
        plan = plan_of(versions)
        if self._judging is None or not self._judging.goes_on(plan):
            self._judging, self._own_people, self._next = Judging(plan, CITY_ZONE), OwnPeople(), 0
            self._fallen.clear()  # they are found again
        return self._judging

    def _let_fall(self, store: Store, versions: Sequence[InForce], done: int) -> int:
        """Write down what was found, each only then forgotten; how much of it had not fallen before."""
        told = 0
        while self._fallen:
            one = self._fallen[0]
            if isinstance(one, NotedLook):
                told += (one.index >= done or not own_people.noted(store, one)) and own_people.note(store, one)
            else:
                known = _repeats(store, one, versions) if one.index >= done else _known(store, one, versions)
                told += not known and _fall(store, one, versions)
            self._fallen.popleft()
        return told

    def _read_on(self, store: Store, judging: Judging, until: int) -> bool:
        """Judge the next entries: the alarms, then the notes on the owners' own people; False when none are left."""
        if self._next >= until:
            return False
        with store.transaction("pars_ledger") as connection:
            heard = watching.heard(connection, store.keys, ALL_HEARD | judging.hears, self._next, until, AT_A_TIME)
        self._fallen += [fell for one in heard for fell in judging.hear(one)]
        self._fallen += [look for one in heard for look in self._own_people.hear(one)]
        self._next = heard[-1].index + 1 if len(heard) == AT_A_TIME else until
        return True


def watch_of(terms: str) -> Watch:
    """What terms state of the watch."""
    return compiled(terms, FLOOR.sha256).terms.watch


def plan_of(versions: Sequence[InForce]) -> Plan:
    """The counts of each agency, from the versions that came into force, oldest first."""
    return planned([_measured(one) for one in versions])


def _measured(one: InForce) -> Measured:
    terms = compiled(one.terms, FLOOR.sha256).terms
    rows = tuple(purpose.rows for purpose in terms.purposes)
    return Measured(one.agency, one.version, terms.watch, rows)


def said_of(allowed: Watch) -> str:
    """The parameters of a version in one canonical line: what its terms state, and the watch's own numbers."""
    said = {
        "watch": WATCH_VERSION,
        "odds_ratio_allowed": str(allowed.odds_ratio_allowed),
        "coverage_allowed": str(allowed.coverage_allowed),
        "unlinked_allowed": str(allowed.unlinked_allowed),
        "false_alarms_per_year": str(allowed.false_alarms_per_year),
        "budget": {str(name): str(share) for name, share in parameters.BUDGET.items()},
        "levels": {str(name): str(share) for name, share in parameters.LEVELS.items()},
    }
    return msgspec.json.encode(said, order="sorted").decode()


def _enter_parameters(store: Store, versions: Sequence[InForce], entered: set[tuple[str, str, str]]) -> None:
    """Enter by what each version is measured, before anything is."""
    for one in versions:
        said = said_of(watch_of(one.terms))
        if (one.agreement, one.version, said) not in entered:
            once(_enter_measure, store, one, said)


def _enter_measure(store: Store, one: InForce, said: str) -> None:
    with act(store, None, "watch.parameters") as doing:
        if not watching.enter(doing.connection, uuid4(), one.agreement, one.version, said):
            raise NothingToDo
        doing.publish(Kind.AGREEMENT, agreement=one.agreement, version=one.version, measured_by=said)


def _known(store: Store, fell: Fell, versions: Sequence[InForce]) -> bool:
    """Whether an alarm at a place that was judged before has fallen: each grade falls once in a count, wherever it did.

    By other values or rows, other programs or after an erasing it falls at another place. What no place had is new.
    """
    alarm, version = fell.told.alarm, _version_of(fell, versions)
    if version is None:
        return True
    with store.transaction("pars_act") as connection:
        put_away = fell.era != watching.era(connection, version.agency_id)
        fallen = [one for one in watching.alarms(connection, version.agency_id) if one.era == fell.era]
    if put_away:
        return True
    alike = [one for one in fallen if one.detector == alarm.detector.value]
    if alarm.detector is Detector.CANARY:
        return any(one.tip == fell.index for one in alike)
    if alarm.detector in BY_NAME:
        return any(one.account == _user(fell) for one in alike)
    if alarm.action == "note":
        return bool(alike)
    acted = [one for one in fallen if one.detector != Detector.CANARY.value]
    same = {None, _user(fell)}  # a co-signature of everybody, or of this user
    return any(one.action == "suspend" or (one.action == alarm.action and one.account in same) for one in acted)


def _repeats(store: Store, fell: Fell, versions: Sequence[InForce]) -> bool:
    """Whether an alarm that acts rests on look-ups for which the agreement was suspended already.

    Within one count nothing acts after a suspension. So it is where an amendment made another count of it, by a bound
    that is reached at a later look-up, and where two counts of one agreement hear the same look-ups: the one that heard
    the look-up that tipped the suspension asks for nothing more, whatever an owner found. A count that begins after it
    acts by its own look-ups, and all three owners can begin anew. Another agreement's count has look-ups of its own.
    """
    alarm, version, counted = fell.told.alarm, _version_of(fell, versions), fell.counted
    if alarm.action == "note" or alarm.detector is Detector.CANARY or version is None or counted is None:
        return False
    of = {one.agreement for one in versions if one.version in counted.begins}
    with store.transaction("pars_act") as connection:
        fallen = watching.alarms(connection, version.agency_id)
    stopped = [one for one in fallen if one.action == "suspend" and one.era == fell.era]
    return any(
        one.version not in counted.left_out and (one.agreement in of or _goes_on(one, counted)) for one in stopped
    )


def _goes_on(alarm: Alarm, counted: Counted) -> bool:
    """Whether a count is the one in which an alarm fell, by whatever values."""
    by = counted_by(alarm)
    return by is not None and bool(by.begins & counted.begins)


def _version_of(fell: Fell, versions: Sequence[InForce]) -> InForce | None:
    """The version under which somebody was looked up when an alarm fell."""
    return next((one for one in versions if one.version == fell.version), None)


def _fall(store: Store, fell: Fell, versions: Sequence[InForce]) -> bool:
    """Let an alarm fall, and end the terms of its agency when that follows; whether it had not fallen before."""
    version = _version_of(fell, versions)
    if version is None:
        return False
    if fell.told.alarm.action == "suspend":
        with store.transaction("pars_act") as connection:
            over = _is_over(connection, fell, version.agency_id)
            at_work = [] if over else watching.terms_at_work(connection, version.agency_id)
        for agreement, row in at_work:  # first: a process that falls in between ends them with the next try
            once(_suspend, store, agreement, row, fell, version.agency_id)
    return once(_enter, store, fell, version)


def _is_over(connection: Connection[TupleRow], fell: Fell, agency_id: int) -> bool:
    """Whether nothing follows from an alarm any more: it has fallen, or its count was put away."""
    fallen = watching.has_fallen(connection, agency_id, fell.era, fell.index)
    return fallen or fell.era != watching.era(connection, agency_id)


def _enter(store: Store, fell: Fell, version: InForce) -> None:
    """Enter an alarm. In public it is an act of the house like any other, or its place would answer a look-up (T7)."""
    new, alarm = uuid4(), fell.told.alarm
    with act(store, None, f"pattern.{_PARTICIPLES[alarm.action]}") as doing:
        made = watching.fall(
            doing.connection,
            new,
            agency_id=version.agency_id,
            agreement=version.agreement,
            version=version.version,
            era=fell.era,
            detector=alarm.detector.value,
            action=alarm.action,
            account=_user(fell),
            tip=fell.index,
            entry=UUID(fell.entry),
            look_ups=fell.told.disclosures_so_far,
            evidence=alarm.evidence,
            day=city_day(doing.at),
            counted=None if fell.counted is None else _written(fell.counted),
        )
        if not made:
            raise NothingToDo
        doing.commits |= {"alarm": str(new)}
        doing.note(
            alarm=str(new),
            agreement=version.agreement,
            detector=alarm.detector.value,
            action=alarm.action,
            tip=fell.entry,
            evidence=alarm.evidence,
        )


def _written(counted: Counted) -> str:
    said = {
        "allowed": asdict(counted.allowed),
        "begins": sorted(counted.begins),
        "left_out": sorted(counted.left_out),
    }
    return msgspec.json.encode(said, order="sorted").decode()


def counted_by(alarm: Alarm) -> Counted | None:
    """By which count an alarm fell; None where it is not known."""
    return None if alarm.counted is None else msgspec.json.decode(alarm.counted, type=Counted)


def _user(fell: Fell) -> UUID | None:
    """The account whose look-ups an alarm rests on, where it is one person's alone."""
    alarm = fell.told.alarm
    return UUID(alarm.key) if alarm.level is Level.USER and alarm.key else None


_PARTICIPLES: Final[Mapping[str, str]] = {"note": "noted", "cosign": "raised", "suspend": "stopped"}


def _suspend(store: Store, agreement: str, row: int, fell: Fell, agency_id: int) -> None:
    """End a term for a pattern, under its agreement's lock; the partner and the three owners are told at once.

    Where another process was first, a term that is at work by now is one that the owners began since; and what they put
    away with a count ends nothing more.
    """
    alone = [(Lock.AGREEMENT, row)]
    with act(store, None, "agreement.suspended", alone=alone) as doing:
        term = kept.term_at_work(doing.connection, agreement)
        if term is None or _is_over(doing.connection, fell, agency_id):
            raise NothingToDo
        kept.end_term(doing.connection, term.id, "pattern")
        notices.tell(doing.connection, agreement=agreement, term=term.id, kind=Notice.PATTERN)
        doing.publish(Kind.AGREEMENT, agreement=agreement, ended=str(term.id))
