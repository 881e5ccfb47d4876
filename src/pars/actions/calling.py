"""Calls: a clock that passes a limit is put to a named supervisor on shift, who answers, or it goes on (N3, promise 2).

A round looks who waits and puts what has passed a limit; nobody is asked to look. Each call, each time that it goes on,
each answer and each end is an entry. What nobody answers stands red at the top of the board.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions import disclosure
from pars.actions.acting import Act, By, NothingToDo, act, once
from pars.actions.disclosure import Seen
from pars.clock import CITY_ZONE, city_day, in_city, now, real_now
from pars.errors import BadInput, NotAllowed
from pars.record.arrest import Custody, Standing
from pars.record.calls import (
    ANSWER_WITHIN,
    ANSWERS,
    APART,
    CHILDREN_PLACE,
    CLOCKS,
    LONGEST_UNTIL,
    SITE,
    Waits,
    asked_in_turn,
    desk,
)
from pars.record.care import READERS as CARE_READERS
from pars.record.clocks import COMMITMENT_BEFORE, HEARING_BEFORE, Level
from pars.record.counts import shift_began
from pars.record.needs import INTERPRETED
from pars.record.roles import Role
from pars.sharing.duty import CHILDREN_READERS, VIEWS, Shift, View, on_shift
from pars.store import accounts, calls, care, child_counts, children, counts, needs, sittings
from pars.store.calls import Call, Colleague
from pars.store.database import Store

LONGEST_ANSWER = 300
_SEEN_BY = {
    Waits.CHILD: CHILDREN_READERS,
    Waits.CHECK: APART[Waits.CHECK] | CARE_READERS,
    Waits.COUNT: VIEWS[View.COUNT],
    Waits.CHILDREN_COUNT: CHILDREN_READERS,
}
"""Who sees a call that concerns a store of its own; the others are on the board for everybody."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on a clock: since when, where, and how their arrest stands; a child has no row among the adults'.

    Where the cells of a site wait for their count, the subject says which.
    """

    subject: UUID | str
    waits: Waits
    since: datetime
    arrest: UUID | None = None
    site: str | None = None
    standing: Standing | None = None

    @property
    def clock(self) -> tuple[str, Waits, datetime]:
        """What makes it the same clock."""
        return str(self.subject), self.waits, self.since


@dataclass(frozen=True, slots=True)
class _Passed:
    """The newest limit that a clock has passed."""

    minutes: int
    level: Level


def ring(store: Store) -> int:
    """Put what has passed a limit, pass on what nobody answers, end what is over; how many acts it took."""
    with store.transaction("pars_act") as connection:
        waiting = [*_waiting(connection)]
        before = calls.standing(connection)
        there = {one.id for one in _on_shift(connection, [*ANSWERS])}
    newest = {(call.subject, call.waits, call.since): call for call in reversed(before)}
    clocks = {one.clock for one in waiting}
    done = [once(_look_at, store, one, newest.get(one.clock), there) for one in waiting]
    over = [call for call in before if (call.subject, call.waits, call.since) not in clocks]
    done += [once(_stop, store, call) for call in over]
    return sum(done)


def _waiting(connection: Connection[TupleRow]) -> Iterable[Waiting]:
    for kept in calls.in_custody(connection):
        common = (kept.id, kept.site, kept.standing)
        if kept.standing.awaits_magistrate:
            yield Waiting(kept.id, Waits.MAGISTRATE, kept.arrested_at, *common)
        elif kept.standing.custody is Custody.RELEASE_OWED and kept.release_owed_at is not None:
            yield Waiting(kept.id, Waits.DOOR, kept.release_owed_at, *common)
    for child, arrested_at in children.kept_since(connection):
        yield Waiting(child, Waits.CHILD, arrested_at)
    for need in needs.open_needs(connection):
        if need.kind in INTERPRETED:
            yield Waiting(need.arrest, Waits.INTERPRETER, need.noted_at)
    for watch in care.watches(connection):
        yield Waiting(watch.arrest, Waits.CHECK, watch.due_at)
    began = shift_began(in_city(now()))
    for site in counts.not_counted(connection, began):
        yield Waiting(f"{SITE}{site}", Waits.COUNT, began, site=site)
    if child_counts.not_counted(connection, began):
        yield Waiting(f"{SITE}{CHILDREN_PLACE}", Waits.CHILDREN_COUNT, began)
    yield from _before_the_court(connection)


def _before_the_court(connection: Connection[TupleRow]) -> Iterable[Waiting]:
    """What the court has to do before a day that is written down."""
    for due in sittings.hearings_due(connection):
        yield Waiting(due.id, Waits.HEARING, due.at - HEARING_BEFORE, due.arrest)
    for term in sittings.terms_running(connection):
        ends = datetime.combine(term.until_on, time(), CITY_ZONE) + timedelta(days=1)
        yield Waiting(term.arrest, Waits.COMMITMENT, ends - COMMITMENT_BEFORE, term.arrest)


def _passed(waits: Waits, since: datetime, at: datetime) -> _Passed | None:
    reached = [(after, level) for after, level in CLOCKS[waits].thresholds if at - since >= after]
    return _Passed(int(reached[-1][0] / timedelta(minutes=1)), reached[-1][1]) if reached else None


def _look_at(store: Store, one: Waiting, call: Call | None, on_shift_now: Collection[UUID]) -> None:
    """Do what has to happen about one clock now, if anything."""
    at = now()
    passed = _passed(one.waits, one.since, at)
    if passed is None:
        raise NothingToDo
    if call is None or call.minutes < passed.minutes:
        _put(store, one, passed, call, turn=1)
    elif call.until is None:
        _pass_on(store, one, call, there=call.put_to in on_shift_now)
    elif call.until <= at:
        _put(store, one, passed, call, turn=call.turn + 1)
    else:
        raise NothingToDo


def _put(store: Store, one: Waiting, passed: _Passed, before: Call | None, *, turn: int) -> None:
    """Put a clock to somebody on shift of the desk that holds it up; the call before it is over."""
    with act(store, None, "clock.put", arrest_id=one.arrest) as doing:
        _concern(doing, one.subject)
        if before is not None and not calls.end(doing.connection, before.id, doing.at):
            raise NothingToDo
        first = desk(one.waits, one.standing)
        somebody = _somebody(doing.connection, one, first, ())
        row: dict[str, object] = {
            "id": uuid4(),
            "subject": str(one.subject),
            "arrest_id": one.arrest,
            "waits": one.waits.value,
            "since": one.since,
            "minutes": passed.minutes,
            "level": passed.level.value,
            "turn": turn,
            "desk": first.value,
            "put_to": somebody.id if somebody else None,
            "put_at": doing.at,
        }
        if not calls.put(doing.connection, row):
            raise NothingToDo
        calls.show(doing.connection, one.arrest, "put" if somebody else "escalated")
        _note(doing, one.waits, passed.minutes, to=str(somebody.id) if somebody else None, turn=turn)


def _pass_on(store: Store, one: Waiting, call: Call, *, there: bool) -> None:
    """Put an unanswered call to the next person: after its time, or when whoever had it is not on shift any more."""
    if there and now() - call.put_at < ANSWER_WITHIN[call.level]:
        raise NothingToDo
    with act(store, None, "clock.passed-on", arrest_id=one.arrest) as doing:
        _concern(doing, one.subject)
        held = calls.hold(doing.connection, call.id)
        asked = [*held.asked, *([held.put_to] if held.put_to else [])]
        somebody = _somebody(doing.connection, one, held.desk, asked)
        if held.put_at != call.put_at or held.answered_at is not None or (somebody is None and held.escalated_at):
            raise NothingToDo
        stays = somebody.id if somebody else held.put_to if there else None
        if stays is None and held.put_to is None:
            raise NothingToDo
        calls.put_on(doing.connection, held, stays, doing.at, over=True)
        calls.show(doing.connection, one.arrest, "escalated")
        _note(doing, one.waits, held.minutes, to=str(stays) if stays else None, unanswered_by=str(held.put_to))


def _stop(store: Store, call: Call) -> None:
    """What was waited for has come: the clock has stopped."""
    with act(store, None, "clock.stopped", arrest_id=call.arrest) as doing:
        _concern(doing, call.about)
        if not calls.end(doing.connection, call.id, doing.at):
            raise NothingToDo
        calls.show(doing.connection, call.arrest, None)
        _note(doing, call.waits, call.minutes, answered=call.answered_at is not None)


def _concern(doing: Act, subject: UUID | str | None) -> None:
    """Name in the entry whose clock it is; a site is nobody's."""
    if isinstance(subject, UUID):
        doing.concern([subject])


def _note(doing: Act, waits: Waits, minutes: int, **facts: object) -> None:
    doing.note(waits=waits.value, minutes=minutes, **facts)


def _on_shift(connection: Connection[TupleRow], roles: Sequence[Role]) -> list[Colleague]:
    """Who of these duties is on shift at this moment."""
    at = in_city(now()).time()
    people = calls.colleagues(connection, roles, city_day(real_now()))
    return [one for one in people if on_shift(Shift(one.shift) if one.shift else None, at)]


def _somebody(connection: Connection[TupleRow], one: Waiting, first: Role, asked: Sequence[UUID]) -> Colleague | None:
    """Who is on shift and was not asked yet: of the desk first, at the site first, with the fewest calls first."""
    turns = asked_in_turn(one.waits, first)
    people = [who for who in _on_shift(connection, turns) if who.id not in asked]
    return min(people, key=lambda who: (turns.index(who.role), who.site != one.site, who.calls), default=None)


def answer(store: Store, by: By, call: UUID, done: str, until: datetime) -> UUID:
    """Answer a call that was put to oneself: what is done, and until when; the entry."""
    with act(store, by, "clock.answered") as doing:
        found = _held(doing, by, call)
        if found.put_to != by.account:
            raise NotAllowed("this clock is put to somebody else; take it over first", code="not-yours")
        if not done.strip() or len(done) > LONGEST_ANSWER:
            raise BadInput(f"say in at most {LONGEST_ANSWER} characters what is done", field="done")
        if until.tzinfo is None or not doing.at < until <= doing.at + LONGEST_UNTIL:
            hours = int(LONGEST_UNTIL / timedelta(hours=1))
            raise BadInput(f"an answer holds until a moment within the next {hours} hours", field="until")
        calls.answer(doing.connection, found.id, by.account, doing.at, done.strip(), until)
        calls.show(doing.connection, found.arrest, "answered")
        doing.note(until=until.isoformat())
    return doing.entry()


def hand_over(store: Store, by: By, call: UUID, sign_in: str) -> UUID:
    """Hand a call to a supervisor on shift, or take it over oneself; the entry. It still waits for its answer."""
    with act(store, by, "clock.handed-over") as doing:
        found = _held(doing, by, call)
        account = accounts.by_sign_in(doing.connection, sign_in.strip().lower())
        may = APART.get(found.waits, ANSWERS)
        if account is None or not account.answers(city_day(real_now())) or account.role not in may:
            raise BadInput("there is no supervisor by that sign-in name who answers this clock", field="sign_in")
        if not on_shift(Shift(account.shift) if account.shift else None, in_city(now()).time()):
            raise BadInput("that supervisor is not on shift; hand it to one who is", field="sign_in")
        calls.put_on(doing.connection, found, account.id, doing.at, over=False)
        doing.note(to=str(account.id))
    return doing.entry()


def _held(doing: Act, by: By, call: UUID) -> Call:
    if by.role not in ANSWERS:
        raise NotAllowed("clocks are answered by supervisors and the court's clerk", code="not-your-step")
    found = calls.hold(doing.connection, call)
    if by.role not in APART.get(found.waits, ANSWERS):
        raise NotAllowed("your duty has no access to this store", code="no-duty")
    doing.arrest_id = found.arrest
    _concern(doing, found.about)
    doing.answer |= {"id": str(found.id)}
    _note(doing, found.waits, found.minutes, call=str(found.id))
    return found


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that stand, as one supervisor sees them: their own first, and whose arrests they are about."""

    own: Sequence[Call]
    others: Sequence[Call]
    lines: Seen


def open_calls(store: Store, by: By, *, why: str | None = None) -> Calls:
    """The calls that stand, with the arrests that they are about under one entry; for those who answer them."""
    if by.role not in ANSWERS:
        raise NotAllowed("clocks are answered by supervisors and the court's clerk", code="no-duty")
    found = _seen_by(store, by)
    named = [call.about for call in found if call.about is not None]
    lines = disclosure.open_list(store, by, View.BOARD, lambda _: named, why=why)
    own = [call for call in found if call.put_to == by.account and call.answered_at is None]
    return Calls(own, [call for call in found if call not in own], lines)


def unanswered(store: Store, by: By, shown: Sequence[UUID]) -> Sequence[Call]:
    """The calls about these arrests that nobody has answered, gravest first; children's for those who read of them."""
    there = set(shown)
    found = [call for call in _seen_by(store, by) if call.answered_at is None]
    return [call for call in found if call.waits in APART or call.about in there]


def standing(store: Store) -> Sequence[Call]:
    """Every call that stands: whom it was put to and how, and nothing of whom it is about."""
    with store.transaction("pars_act") as connection:
        return calls.standing(connection)


def _seen_by(store: Store, by: By) -> Sequence[Call]:
    return [call for call in standing(store) if by.role in _SEEN_BY.get(call.waits, frozenset(Role))]
