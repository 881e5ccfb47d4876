"""The watch judges what the ledger says, in its order, and what it finds falls as an entry and a row at once.

What one process knows is a function of the log: `Watching` is made anew at any start and carried on with each call. An
alarm is one row for each place of the log, so that processes that judge side by side let none fall twice; those that
lie before the place that was judged already are known. An end is done under the agreement's lock, like any other
(docs/adr/0030-watch-beside-the-ledger.md).
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4

import msgspec

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
from pars.store.watching import InForce
from pars.watch import parameters
from pars.watch.feed import ALL_HEARD
from pars.watch.judging import Fell, Judging, Measured, Plan, planned
from pars.watch.own_people import NotedLook, OwnPeople
from pars.watch.parameters import Level

AT_A_TIME: Final = 2000
"""Entries of one transaction: the ledger's door is held for tenths of a second, never for the whole log."""
WATCH_VERSION: Final = 2
"""Of what is measured and how; another one is entered anew for every agreement before it is used."""


class Watching:
    """What one process knows of the log so far. One thread calls it."""

    def __init__(self) -> None:
        self._judging: Judging | None = None
        self._own_people = OwnPeople()
        self._next = 0

    def watch(self, store: Store) -> int:
        """Judge what has its place by now; how many alarms fell."""
        with store.glance("pars_ledger") as connection:
            until = watching.placed(connection)
        if until <= self._next:
            return 0
        with store.transaction("pars_act") as connection:
            versions = watching.in_force(connection)
            entered, done = watching.entered(connection), watching.judged(connection)
        _enter_parameters(store, versions, entered)
        judging = self._for(versions)
        told = 0
        while (fallen := self._next_batch(store, judging, until)) is not None:
            alarms, notes = fallen
            told += sum(_fall(store, one, versions) for one in alarms if one.index >= done)
            told += sum(own_people.note(store, one) for one in notes if one.index >= done)
        with store.transaction("pars_act") as connection:
            watching.judged_up_to(connection, self._next)
        return told

    def _for(self, versions: Sequence[InForce]) -> Judging:
        """What judges by the versions that came into force; begun anew, from the first entry, with other parameters."""
        plan = plan_of(versions)
        if self._judging is None or self._judging.plan != plan:
            self._judging, self._own_people, self._next = Judging(plan, CITY_ZONE), OwnPeople(), 0
        return self._judging

    def _next_batch(self, store: Store, judging: Judging, until: int) -> tuple[list[Fell], list[NotedLook]] | None:
        """The alarms of the next entries, and the notes on the owners' own people; None when no entries are left."""
        if self._next >= until:
            return None
        with store.transaction("pars_ledger") as connection:
            heard = watching.heard(connection, store.keys, ALL_HEARD | judging.hears, self._next, until, AT_A_TIME)
        fallen = [fell for one in heard for fell in judging.hear(one)]
        noted = [look for one in heard for look in self._own_people.hear(one)]
        self._next = heard[-1].index + 1 if len(heard) == AT_A_TIME else until
        return fallen, noted


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


def _fall(store: Store, fell: Fell, versions: Sequence[InForce]) -> bool:
    """Let an alarm fall, and end the terms of its agency when that follows; whether it had not fallen before."""
    version = next((one for one in versions if one.version == fell.version), None)
    if version is None:
        return False
    if fell.told.alarm.action == "suspend":
        with store.transaction("pars_act") as connection:
            fallen = watching.has_fallen(connection, version.agency_id, fell.era, fell.index)
            at_work = [] if fallen else watching.terms_at_work(connection, version.agency_id)
        for agreement, row in at_work:  # first: a process that falls in between ends them with the next try
            once(_suspend, store, agreement, row)
    return once(_enter, store, fell, version)


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


def _user(fell: Fell) -> UUID | None:
    """The account whose look-ups an alarm rests on, where it is one person's alone."""
    alarm = fell.told.alarm
    return UUID(alarm.key) if alarm.level is Level.USER and alarm.key else None


_PARTICIPLES: Final[Mapping[str, str]] = {"note": "noted", "cosign": "raised", "suspend": "stopped"}


def _suspend(store: Store, agreement: str, row: int) -> None:
    """End a term for a pattern, under its agreement's lock; the partner and the three owners are told at once."""
    alone = [(Lock.AGREEMENT, row)]
    with act(store, None, "agreement.suspended", alone=alone) as doing:
        term = kept.term_at_work(doing.connection, agreement)
        if term is None:
            raise NothingToDo
        kept.end_term(doing.connection, term.id, "pattern")
        notices.tell(doing.connection, agreement=agreement, term=term.id, kind=Notice.PATTERN)
        doing.publish(Kind.AGREEMENT, agreement=agreement, ended=str(term.id))
