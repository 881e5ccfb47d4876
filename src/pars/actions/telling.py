"""Telling partners of steps: for whom a step is, and each time the question again, through the one door.

Whatever cannot be shown leaves nothing behind: no row, no entry, no count. What has ended is silent.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, act
from pars.actions.disclosure import read_permitted
from pars.actions.inquiries import ANSWERED_WITHIN, Answer, Decided, answer_of, candidates, case_fits, decide
from pars.actions.signin import in_the_name_of
from pars.actions.subscribing import about, question_of
from pars.actions.webhooks import Address, address_of
from pars.clock import city_day, now, speed
from pars.errors import ParsError, Unavailable
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.sharing.release import record
from pars.sharing.subscription import KEPT, RETRIES, next_try
from pars.store import accounts, installation, partners
from pars.store import agreements as kept_agreements
from pars.store import subscriptions as kept
from pars.store.database import Store
from pars.store.locks import WHOLE, Lock, share
from pars.store.partners import Asked, Candidate
from pars.store.subscriptions import Delivery, Step, Subscription

LEASE = timedelta(seconds=60)
"""For so long one try has a message to itself; a process that died in it leaves the message to the next."""
TRIES = 2
"""How often a message is asked for, where the record changed between its entry and its read."""
_UNASKED = Asked(0, 0, 0, 0, None)
"""What is told is not what somebody asks: it stands in no day's quota, and is counted apart."""


class _Owed(msgspec.Struct, frozen=True):
    """What a delivery holds, sealed."""

    arrest: UUID
    step: str


class _Silence(Exception):
    """There is nothing to tell. No refusal: a refusal would be an entry, and an entry would say that there was."""


@dataclass(frozen=True, slots=True)
class Told:
    """What goes to the partner, built from an answer of this moment, and dropped when that comes too late."""

    message: UUID
    subscription: UUID
    step: str
    answer: Answer


def match(store: Store, at: datetime, most: int = 50) -> int:
    """Queue what was taken for those who may be told of it; how many steps were looked at."""
    with store.transaction("pars_act") as connection:
        taken = kept.steps_taken(connection, most)
        for step in taken:
            keys = [about(store.keys, arrest) for arrest in kept.same_person(connection, step.arrest)]
            for one in kept.about(connection, keys, step):
                _queue(store, connection, one, step, at)
    return len(taken)


def _queue(store: Store, connection: Connection[TupleRow], one: Subscription, step: Step, at: datetime) -> None:
    """Queue a step for a subscription whose question would show the arrest, but for the agreement's delay."""
    by = _asker(connection, one)
    if by is None:
        return
    try:
        decided, _ = _asked_again(store, Act(connection, now(), by), by, one, _Owed(step.arrest, step.step), wait=False)
    except _Silence:
        return
    waits = step.at + timedelta(hours=decided.projected.rule.delay_hours) - now()
    due = at + max(waits, timedelta()) / speed()
    message = uuid4()
    sealed = store.keys.seal(msgspec.json.encode(_Owed(step.arrest, step.step)), _place(message))
    kept.queue(connection, message=message, subscription=one.id, sealed=sealed, queued_at=due, due_at=due)


def _place(message: UUID) -> str:
    return f"sharing.delivery:{message}"


def _asker(connection: Connection[TupleRow], one: Subscription) -> By | None:
    """Whoever made the subscription, with the moment at which they made it for the beginning of their session."""
    by = in_the_name_of(connection, one.account, one.made_at)
    return by if by is not None and by.role is Role.ANALYST and by.agency_id == one.agency_id else None


def _asked_again(
    store: Store, doing: Act, by: By, one: Subscription, owed: _Owed, *, wait: bool = True
) -> tuple[Decided, Candidate]:
    """The stored question once more, by the same rules: it has to find the arrest, and one person alone."""
    inquiry = question_of(store.keys, one)
    if inquiry is None:
        raise _Silence
    try:
        ground = kept_agreements.ground(doing.connection, one.agreement, by.account)
        decided = decide(doing, by, inquiry, _UNASKED, ground, [owed.step])
    except Unavailable:
        raise
    except ParsError as refusal:
        raise _Silence from refusal
    if decided.term.id != one.term:
        raise _Silence
    seen = decided if wait else _undelayed(decided)
    fitting = [each for each in candidates(store, doing.connection, seen) if case_fits(decided, each)]
    found = next((each for each in fitting if each.id == owed.arrest), None)
    if found is None or len({each.person for each in fitting}) > 1:
        raise _Silence
    return decided, found


def _undelayed(decided: Decided) -> Decided:
    rule = replace(decided.projected.rule, delay_hours=0)
    return replace(decided, projected=replace(decided.projected, rule=rule))


def tell(store: Store, one: Delivery) -> Told | None:
    """What a partner is told now, under an entry of its own; None when there is nothing to tell any more."""
    asked = one.subscription
    owed = msgspec.json.decode(store.keys.open(one.sealed, _place(one.message)), type=_Owed)
    with store.transaction("pars_act") as connection:
        by = _asker(connection, asked)
        row = kept_agreements.row_of(connection, asked.agreement)
        number = accounts.number_of(connection, asked.account)
    if by is None or row is None:
        return None
    locks = [(Lock.FLOOR, WHOLE), (Lock.AGREEMENT, row), (Lock.AGENCY, asked.agency_id), (Lock.USER, number)]
    with contextlib.suppress(_Silence):
        for _ in range(TRIES):  # what changed between entry and read may still be told, as it is now
            if (answer := _answered(store, by, one, owed, locks)) is not None:
                return Told(one.message, asked.id, owed.step, answer)
    return None


def _answered(store: Store, by: By, one: Delivery, owed: _Owed, locks: Sequence[tuple[Lock, int]]) -> Answer | None:
    """Ask once more, and read; None when the record is no longer as it was found."""
    with act(store, by, "inquiry.told") as doing:
        share(doing.connection, locks)
        decided, candidate = _asked_again(store, doing, by, one.subscription, owed)
        _held(doing, decided, candidate)
        _enter(doing, by, one, decided, owed)
    until = time.monotonic() + ANSWERED_WITHIN
    read = read_permitted(store, doing.entry(), decided.projected, owed.arrest)
    return answer_of(store, doing, decided, record(decided.projected, read), until) if read is not None else None


def _held(doing: Act, decided: Decided, candidate: Candidate) -> None:
    """Take the person's lock, and ask whether the rule still shows the row as it was found, as an inquiry does."""
    share(doing.connection, [(Lock.PERSON, candidate.number % 2**31)])
    if not partners.still(doing.connection, decided.projected.rule, candidate):
        raise _Silence


def _enter(doing: Act, by: By, one: Delivery, decided: Decided, owed: _Owed) -> None:
    """Name whom it found for the read that follows; in public no more than the agreement and the question say."""
    doing.publish(Kind.INQUIRY, tells=sorted(one.subscription.tell_of))
    doing.commits |= {"case": decided.case, "found": str(owed.arrest), "subscription": str(one.subscription.id)}
    doing.note(
        outcome="told",
        arrests=[str(owed.arrest)],
        step=owed.step,
        case=decided.case,
        on_behalf_of=decided.behalf,
        message=str(one.message),
    )
    doing.look("partner", [owed.arrest], one.subscription.term)
    doing.after(kept.count_told, agency_id=by.agency_id, day=city_day(doing.at))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this try has to itself, and where it goes; no address: nowhere at the moment."""

    delivery: Delivery
    address: Address | None


def claim(store: Store, at: datetime) -> Claimed | None:
    """The message that has been due longest at that instant, real time; None when there is none."""
    with store.transaction("pars_act") as connection:
        one = kept.claim(connection, at, at + LEASE)
        if one is None:
            return None
        return Claimed(one, address_of(store, connection, one.subscription.agency_id))


def settle(store: Store, one: Delivery, at: datetime, *, taken: bool) -> None:
    """Write down what came of a try: told, or tried again later, or not any more."""
    with store.transaction("pars_act") as connection:
        if taken:
            kept.told(connection, one.id, at)
        else:
            kept.due_again(connection, one.id, next_try(one.tries, one.queued_at, at))
            kept.hold_back(connection, one.subscription.agency_id, at + RETRIES[0])


def drop(store: Store, one: Delivery) -> None:
    """There is nothing to tell: nothing of it stays."""
    with store.transaction("pars_act") as connection:
        kept.drop(connection, one.id)


def owed_to(store: Store, by: By, at: datetime) -> Sequence[Delivery]:
    """What somebody's open stream may have to tell, told before or not, oldest first."""
    with store.transaction("pars_act") as connection:
        return kept.waiting_for(connection, by.account, at)


def tidy(store: Store, at: datetime) -> None:
    """End what an end of its term or its account has ended, and forget what was queued two days ago."""
    with store.transaction("pars_act") as connection:
        kept.end_those_over(connection)
        kept.forget(connection, at - KEPT)


def is_demo(store: Store) -> bool:
    """Whether this is a demonstration, where a message may go to this very machine."""
    with store.transaction("pars_act") as connection:
        return installation.installation(connection).kind == "demo"
