"""Patterns that need an explanation: owners and those who oversee see them, partner and owners speak, an owner finds.

Nothing here is a finding before an owner makes it. A partner states its grounds on its agreement, and is told neither
which alarm fell nor on what (T3). An owner's finding closes a case: explained ends what the alarm asks for; not
explained leaves it. Evidence itself is never reset but by all three owners.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act
from pars.actions.agreements import representative
from pars.actions.agreements_shown import concerned
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Owner, Role
from pars.store import accounts, grades, watching
from pars.store.database import Store
from pars.store.watching import Alarm, Vote
from pars.watch.feed import RESET

SEES_PATTERNS: Final = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})
LONGEST: Final = 5000


class Case(StrEnum):
    """How a case stands."""

    OPEN = "open"
    APPEALED = "grounds were stated"
    EXPLAINED = "explained"
    UNEXPLAINED = "not explained"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of a pattern; `words` are None for who does not read them."""

    what: str
    owner: str | None
    by: str
    agency: str
    at: datetime
    words: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """An alarm as those see it who oversee: what was seen, what follows, what was said of it, how its case stands."""

    alarm: Alarm
    user: str | None
    said: Sequence[Word]
    case: Case
    counts: bool
    votes: Sequence[Vote]
    """The owners' votes that the count of this alarm be put away; all three where it was."""

    @property
    def stands(self) -> bool:
        """Whether what it asks for stands: of the count at work, and not found explained last."""
        findings = [each.what for each in self.said if each.what != "appeal"]
        return self.counts and findings[-1:] != ["explained"]

    @property
    def waits(self) -> bool:
        """Whether no owner has found anything yet; no pattern waits whose count all three put away."""
        return self.counts and self.case in {Case.OPEN, Case.APPEALED}

    def of_one_kind(self, other: Self) -> bool:
        """Whether both are of the same detector, in the same count of the same partner."""
        mine, its = self.alarm, other.alarm
        return (mine.detector, mine.agency_id, mine.era) == (its.detector, its.agency_id, its.era)

    def led_to(self, other: Self) -> bool:
        """Whether this is a note, and the other a later alarm that acts on the same, of everybody or the same user.

        What an owner finds is found of that one, which holds all the evidence of the note and more. A note that comes
        after it is news, and so is one of another user.
        """
        mine, its = self.alarm, other.alarm
        grew = mine.action == "note" and its.action != "note" and its.number > mine.number
        same = mine.agreement == its.agreement and its.account in {None, mine.account}
        return grew and same and self.of_one_kind(other)

    @property
    def evidence(self) -> str:
        """The evidence in words, with the sign-in name of whose it mostly is, where that is one person."""
        if self.user is None:
            return self.alarm.evidence
        return self.alarm.evidence.replace(str(self.alarm.account), self.user)


def patterns(store: Store, by: By) -> Sequence[Pattern]:
    """Every pattern that needs or needed an explanation, newest first."""
    with act(store, by, "patterns.shown") as doing:
        if by.role not in SEES_PATTERNS:
            raise NotAllowed("patterns are for the owners' representatives and those who oversee", code="no-duty")
        found = watching.alarms(doing.connection)
        doing.note(patterns=[str(one.id) for one in found])
        return _told(store, doing.connection, found)


def _told(store: Store, connection: Connection[TupleRow], found: Sequence[Alarm]) -> Sequence[Pattern]:
    said: dict[UUID, list[watching.Said]] = {}
    for one in watching.said(connection, [alarm.id for alarm in found]):
        said.setdefault(one.alarm, []).append(one)
    eras = {alarm.agency_id: watching.era(connection, alarm.agency_id) for alarm in found}
    votes = {
        (agency, era): watching.votes(connection, agency, era)
        for agency, era in {(alarm.agency_id, alarm.era) for alarm in found}
    }
    return [
        Pattern(
            alarm,
            _user(connection, alarm),
            [_word(store, alarm, each) for each in said.get(alarm.id, ())],
            _case([each.what for each in said.get(alarm.id, ())]),
            alarm.era == eras[alarm.agency_id],
            votes[alarm.agency_id, alarm.era],
        )
        for alarm in found
    ]


def _user(connection: Connection[TupleRow], alarm: Alarm) -> str | None:
    if alarm.account is None:
        return None
    account = accounts.by_id(connection, alarm.account)
    return account.sign_in if account else None


def _case(said: Sequence[str]) -> Case:
    if not said:
        return Case.OPEN
    return {"appeal": Case.APPEALED, "explained": Case.EXPLAINED}.get(said[-1], Case.UNEXPLAINED)


def _word(store: Store, alarm: Alarm, said: watching.Said) -> Word:
    words = store.keys.open(said.words, _place(alarm.id)).decode()
    return Word(said.what, said.owner, said.by, said.agency, said.at, words)


def _place(alarm: UUID) -> str:
    return f"watch.said:{alarm}"


def pattern(store: Store, by: By, alarm_id: UUID) -> Pattern:
    """One pattern; refused when there is none by that number."""
    return with_others(store, by, alarm_id)[0]


def with_others(store: Store, by: By, alarm_id: UUID) -> tuple[Pattern, Sequence[Pattern]]:
    """One pattern, and the others of the same detector, partner and count, newest first; refused when there is none."""
    every = patterns(store, by)
    found = next((one for one in every if one.alarm.id == alarm_id), None)
    if found is None:
        raise NotThere("there is no pattern by that number")
    return found, [one for one in every if one is not found and one.of_one_kind(found)]


def waiting(every: Sequence[Pattern]) -> Sequence[Pattern]:
    """Those of all patterns that wait for an owner's finding: all that act, and notes of which nothing came."""
    return [one for one in every if one.waits and not any(one.led_to(other) for other in every)]


def find(store: Store, by: By, alarm_id: UUID, *, explained: bool, words: str, read: int | None = None) -> UUID:
    """An owner's finding: explained, or not, and why; the entry. A later finding takes its place.

    `read` is how much of what was said of it the owner has read: refused when there is more by now. None where the
    owner does not say.
    """
    what = "explained" if explained else "unexplained"
    with act(store, by, f"pattern.found-{what}", reason=words) as doing:
        owner = representative(by)
        alarm = _alarm(doing.connection, alarm_id)
        _nothing_more(doing.connection, alarm, read)
        _say(store, doing.connection, alarm, what, by, owner, words)
        doing.commits |= {"alarm": str(alarm.id)}
        doing.note(alarm=str(alarm.id), agreement=alarm.agreement, finding=what)
        doing.answer |= {"id": str(alarm.id)}
    return doing.entry()


def state_grounds(store: Store, by: By, alarm_id: UUID, words: str, read: int | None = None) -> UUID:
    """An owner states grounds against an alarm; the entry. What follows from it stands until an owner's finding."""
    with act(store, by, "pattern.appealed", reason=words) as doing:
        owner = representative(by)
        alarm = _alarm(doing.connection, alarm_id)
        _nothing_more(doing.connection, alarm, read)
        _say(store, doing.connection, alarm, "appeal", by, owner, words)
        doing.commits |= {"alarm": str(alarm.id)}
        doing.note(alarm=str(alarm.id), agreement=alarm.agreement)
        doing.answer |= {"id": str(alarm.id)}
    return doing.entry()


def explain(store: Store, by: By, agreement: str, words: str) -> UUID:
    """A partner says how its look-ups came about; the entry.

    It is heard whether an alarm fell or not, and answered alike, so that nobody learns from it whether one did. It
    stands beside every pattern of the agreement that no owner has found explained.
    """
    with act(store, by, "pattern.explained-by-partner") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("look-ups are explained by the partner's analysts", code="no-duty")
        if not concerned(doing.connection, by, agreement):
            raise NotThere("your agency has no agreement by that name")
        _checked(words)
        found = [one for one in watching.alarms(doing.connection, by.agency_id) if one.agreement == agreement]
        waiting = _not_explained(doing.connection, found) or found[:1]
        for alarm in waiting:
            _say(store, doing.connection, alarm, "appeal", by, None, words)
        doing.publish(Kind.DUTY, agreement=agreement)
        doing.note(words=words.strip(), alarms=[str(one.id) for one in waiting])
        doing.answer |= {"id": agreement}
    return doing.entry()


def _not_explained(connection: Connection[TupleRow], found: Sequence[Alarm]) -> Sequence[Alarm]:
    """Those of them that no owner has found explained last."""
    said: dict[UUID, list[str]] = {}
    for one in watching.said(connection, [alarm.id for alarm in found]):
        said.setdefault(one.alarm, []).append(one.what)
    return [alarm for alarm in found if _case(said.get(alarm.id, [])) is not Case.EXPLAINED]


def begin_anew(store: Store, by: By, agency: str, reason: str) -> UUID:
    """An owner's vote that an agency's count begins anew; the entry. With the third the evidence so far is put away."""
    owner = representative(by)
    with store.transaction("pars_act") as connection:
        agency_id = accounts.partner_named(connection, agency)
        last = agency_id is not None and _others(connection, agency_id, owner) == len(Owner) - 1
    with act(store, by, RESET if last else "watch.reset-voted", reason=reason) as doing:
        if agency_id is None:
            raise NotThere("no partner agency is registered by that name")
        if not reason.strip():
            raise BadInput("say why; it stands in the minutes", field="reason")
        grades.hold(doing.connection, agency_id)  # one vote at a time: of two together neither would be the third
        era = watching.era(doing.connection, agency_id)
        if (_others(doing.connection, agency_id, owner) == len(Owner) - 1) is not last:
            raise Conflicts("another owner voted at the same moment; please vote again", code="voted-meanwhile")
        if not watching.vote(doing.connection, agency_id, era, owner=owner.value, reason=reason.strip(), by=by.account):
            raise Conflicts("your owner has voted for it already", code="voted")
        doing.note(agency=agency, era=era)
        doing.answer |= {"id": agency}
    return doing.entry()


def _others(connection: Connection[TupleRow], agency_id: int, owner: Owner) -> int:
    """How many other owners have voted for the count of this agency to begin anew."""
    era = watching.era(connection, agency_id)
    return len({one.owner for one in watching.votes(connection, agency_id, era)} - {owner.value})


def _alarm(connection: Connection[TupleRow], alarm_id: UUID) -> Alarm:
    found = watching.alarm(connection, alarm_id)
    if found is None:
        raise NotThere("there is no pattern by that number")
    return found


def _nothing_more(connection: Connection[TupleRow], alarm: Alarm, read: int | None) -> None:
    """Refused when more was said of an alarm than the owner has read; owners who speak at once speak one by one."""
    if read is None:
        return
    grades.hold(connection, alarm.agency_id)
    if len(watching.said(connection, [alarm.id])) > read:
        raise Conflicts("something was said of it meanwhile: read it, then say yours", code="said-meanwhile")


def _checked(words: str) -> str:
    text = words.strip()
    if not text:
        raise BadInput("say why, in a sentence or two", field="words")
    if len(text) > LONGEST:
        raise BadInput(f"at most {LONGEST} characters", field="words")
    return text


def _say(
    store: Store, connection: Connection[TupleRow], alarm: Alarm, what: str, by: By, owner: Owner | None, words: str
) -> None:
    sealed = store.keys.seal(_checked(words).encode(), _place(alarm.id))
    watching.say(connection, alarm.id, what, owner=owner.value if owner else None, by=by.account, words=sealed)


def parameters_of(store: Store, by: By, agreement: str) -> Sequence[Mapping[str, object]]:
    """By what the versions of an agreement are measured, as it was entered; oldest first."""
    with act(store, by, "watch.parameters-shown") as doing:
        if by.role not in SEES_PATTERNS:
            raise NotAllowed("patterns are for the owners' representatives and those who oversee", code="no-duty")
        found = sorted(one for one in watching.entered(doing.connection) if one[0] == agreement)
        doing.note(agreement=agreement)
    return [{"version": version, **msgspec.json.decode(said, type=dict[str, object])} for _, version, said in found]
