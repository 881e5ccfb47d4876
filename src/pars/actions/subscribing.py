"""A partner's subscriptions: made by the rules of an inquiry, seen and ended by whoever made them.

Making one tells nothing of anybody. It is bound to the arrest that the question finds, and to nobody when it finds none
or more than one person: then it stands like any other and never tells. So nobody leaves a wire for a person who was
never arrested, and nobody learns from it who was.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from pars.actions.acting import Act, By, act
from pars.actions.inquiries import Decided, asked_keys, candidates, case_fits, decide, no_agreement, write_down
from pars.actions.standing import standings
from pars.clock import real_now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.sharing.inquiry import Inquiry, Refused
from pars.sharing.subscription import Deliver
from pars.store import agreements as kept_agreements
from pars.store import partners
from pars.store import subscriptions as kept
from pars.store.database import Store
from pars.store.keys import Keys
from pars.store.locks import WHOLE, Lock
from pars.store.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told: a question, of which steps, and how."""

    inquiry: Inquiry
    tell_of: Sequence[str]
    deliver: str


@dataclass(frozen=True, slots=True)
class Made:
    """A subscription that was made: its number and its entry, whoever it is about."""

    id: UUID
    entry: UUID


def about(keys: Keys, arrest: UUID) -> bytes:
    """The blind key by which a subscription about an arrest is found when a step of it is taken."""
    return keys.index(str(arrest), "sharing.subscription")


def question_of(keys: Keys, one: Subscription) -> Inquiry | None:
    """The stored question; None once it was erased."""
    if one.question is None:
        return None
    return msgspec.json.decode(keys.open(one.question, _place(one.id)), type=Inquiry)


def _place(subscription: UUID) -> str:
    return f"sharing.subscription:{subscription}"


def _analyst(by: By) -> None:
    if by.role is not Role.ANALYST:
        raise NotAllowed("subscriptions are for partners' analysts", code="no-duty")


def subscribe(store: Store, by: By, wish: Wish) -> Made:
    """Ask to be told of steps of one named person's case. It is a question like any other, and counts in the quota."""
    _analyst(by)
    with store.glance("pars_act") as connection:
        asked = partners.count_question(connection, wish.inquiry.agreement, by.account, by.unit, by.agency_id)
    if asked.agreement_row is None:
        no_agreement(store, by, "subscription.made")
    new = uuid4()
    shared = [
        (Lock.FLOOR, WHOLE),
        (Lock.AGREEMENT, asked.agreement_row),
        (Lock.AGENCY, by.agency_id),
        (Lock.USER, asked.account_row),
    ]
    with act(store, by, "subscription.made", shared=shared) as doing:
        if not wish.tell_of or len(set(wish.tell_of)) != len(wish.tell_of):
            raise BadInput("name each step of which you want to be told once", field="tell_of")
        if wish.deliver not in tuple(Deliver):
            raise BadInput(f"you are told by one of: {', '.join(Deliver)}", field="deliver")
        ground = kept_agreements.ground(doing.connection, wish.inquiry.agreement, by.account)
        decided = decide(doing, by, wish.inquiry, asked, ground, wish.tell_of)
        _room(doing, by, decided)
        if wish.deliver == Deliver.WEBHOOK and kept.webhook_of(doing.connection, by.agency_id) is None:
            raise Conflicts("no address is registered for your agency's messages; ask an owner", code="no-address")
        _keep(store, doing, by, wish, decided, new, _found(store, doing, decided))
    return Made(new, doing.entry())


def _room(doing: Act, by: By, decided: Decided) -> None:
    """Refused when somebody has as many at work as they may ask in a day: nobody watches a whole city."""
    own, all_of_them = kept.at_work(doing.connection, decided.standing.version.agreement, by.account)
    limits = decided.standing.made.terms.limits
    if own >= limits.per_user_per_day or all_of_them >= limits.per_agency_per_day:
        raise Refused("there are as many subscriptions at work as your agreement lets be asked in a day", code="quota")


def _found(store: Store, doing: Act, decided: Decided) -> tuple[UUID | None, str]:
    """The newest arrest of the one person whom the question finds and whose case it is, and what came of it in private.

    None for nobody, for several, and where the case is none of theirs, by which the watch goes as with any question.
    """
    possible = candidates(store, doing.connection, decided)
    fitting = [one for one in possible if case_fits(decided, one)]
    if len({one.person for one in fitting}) == 1:
        return fitting[0].id, "found"
    return None, "case" if possible and not fitting else "nobody"


def _keep(
    store: Store, doing: Act, by: By, wish: Wish, decided: Decided, new: UUID, came: tuple[UUID | None, str]
) -> None:
    term, (found, outcome) = decided.term, came
    kept.make(
        doing.connection,
        subscription=new,
        term=term.id,
        agreement=term.agreement,
        agency_id=by.agency_id,
        account=by.account,
        purpose=decided.purpose.code,
        tell_of=sorted(wish.tell_of),
        deliver=wish.deliver,
        question=store.keys.seal(msgspec.json.encode(wish.inquiry), _place(new)),
        about=about(store.keys, found) if found else secrets.token_bytes(32),
    )
    doing.publish(Kind.INQUIRY, tells=sorted(wish.tell_of), deliver=wish.deliver)
    doing.commits |= {"case": decided.case, "found": str(found) if found else "nobody", "subscription": str(new)}
    doing.note(
        outcome=outcome,
        arrests=[str(found)] if found else [],
        case=decided.case,
        on_behalf_of=decided.behalf,
        subject={name: str(value) for name, value in wish.inquiry.subject.items()},
    )
    doing.concern([found or uuid4()], asked_keys(store, decided.criteria))
    doing.answer |= {"id": str(new)}
    write_down(doing, by, decided, term)


@dataclass(frozen=True, slots=True)
class Own:
    """One's own subscription: what was asked, and whether it is at work. Never whom it found, or what was told."""

    id: UUID
    agreement: str
    purpose: str
    tell_of: Sequence[str]
    deliver: str
    made_at: datetime
    at_work: bool
    question: Inquiry | None


def own(store: Store, by: By) -> Sequence[Own]:
    """One's own subscriptions, newest first. What has ended stands there without its question."""
    with act(store, by, "subscriptions.shown") as doing:
        _analyst(by)
        every, found = kept.of_account(doing.connection, by.account), []
        stands = standings(doing.connection, sorted({one.agreement for one in every if one.ended_at is None}))
        for one in every:
            stood = stands.get(one.agreement) if one.ended_at is None else None
            works = stood is not None and stood.stands and stood.term is not None and stood.term.id == one.term
            question = question_of(store.keys, one) if works else None
            found.append(
                Own(one.id, one.agreement, one.purpose, one.tell_of, one.deliver, one.made_at, works, question)
            )
        return found


def end(store: Store, by: By, subscription: UUID) -> UUID:
    """End one's own subscription: its question is erased and nothing that waits is told; the entry."""
    with act(store, by, "subscription.ended") as doing:
        _analyst(by)
        if not kept.end(doing.connection, subscription, by.account):
            raise NotThere("you have no subscription at work by that number")
        doing.commits["subscription"] = str(subscription)
        doing.answer |= {"id": str(subscription)}
    return doing.entry()


def replay(store: Store, by: By, subscription: UUID, at: datetime | None = None) -> UUID:
    """Have everything of the last two days told once more, each asked for anew; the entry.

    It says the same whether there is anything or not.
    """
    with act(store, by, "subscription.replayed") as doing:
        _analyst(by)
        if not kept.is_at_work(doing.connection, subscription, by.account):
            raise NotThere("you have no subscription at work by that number")
        kept.again(doing.connection, subscription, by.account, at or real_now())
        doing.commits["subscription"] = str(subscription)
        doing.answer |= {"id": str(subscription)}
    return doing.entry()
