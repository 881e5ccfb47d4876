"""A partner's inquiry about one named person: decide, ask, read, answer or drop.

Stranger, hidden, sealed, juvenile, declined and not yet visible get the same words: *nothing to show under this
agreement*. Which it was stands in the private part of the entry alone.
"""

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn
from uuid import UUID, uuid4

import msgspec
import structlog
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, act, drawn, glancing, refuse
from pars.actions.disclosure import read_permitted
from pars.actions.door import open_to_partners
from pars.actions.standing import Released, Standing, released, standing_on
from pars.clock import city_day, real_now
from pars.errors import Conflicts, NotAllowed, Unavailable
from pars.ledger.entry import NOBODY, Kind
from pars.ledger.receipt import Receipt, promise
from pars.record.roles import Role
from pars.sharing.agreement import Purpose
from pars.sharing.inquiry import Criteria, Inquiry, Refused, behalf_of, case_of, criteria_of, purpose_of
from pars.sharing.policy import Permitted
from pars.sharing.release import Projection, Withheld, plan, record
from pars.sharing.subscription import agreed_steps
from pars.sharing.vocabulary import CaseReference
from pars.store import accounts, cosigning, details, installation, partners
from pars.store import agreements as kept
from pars.store.agreements import Ground
from pars.store.database import Store
from pars.store.ledger import Written, key_at_work, learn_key
from pars.store.partners import Answered, Asked, Candidate, OwnInquiry, Question

ANSWERED_WITHIN = 2.0
"""Seconds from the commit of the entry; an answer that is later is dropped (T28)."""

BEAT = 0.025
"""Seconds. An answer with nothing to show leaves at a whole multiple of it after the question came, whatever it took
to find nobody or somebody who is hidden (T20)."""

TRIES = 5
"""How often a question is decided anew, because what it was decided on had changed when it was to be entered."""

NO_AGREEMENT = "your agency has no agreement by that name"
UNSIGNED = "another person of your agency has to sign this inquiry first"

log = structlog.get_logger("pars.inquiries")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a partner is told: the record or nothing, every withheld field with its reason, and the receipt.

    It has to be on its way by `until`, in monotonic seconds.
    """

    receipt: Receipt
    record: dict[str, object] | None
    withheld: Sequence[Withheld]
    until: float

    def in_time(self) -> None:
        """Refused when it is too late for this answer to leave: the last thing that is asked of it (T28)."""
        if time.monotonic() > self.until:
            raise Unavailable("the answer came too late and was dropped; ask again")


@dataclass(frozen=True, slots=True)
class Decided:
    """A question that may be asked: what it names, on which ground and standing, and what it would read."""

    ground: Ground
    standing: Standing
    term: kept.Term
    purpose: Purpose
    criteria: Criteria
    case: str
    behalf: str
    projected: Projection
    co_sign: bool
    withheld: Sequence[Withheld]


@dataclass(frozen=True, slots=True)
class Form:
    """What a question says, each part as its purpose wants it written; nobody was looked up for it."""

    case: str
    behalf: str
    criteria: Criteria


def inquire(store: Store, by: By, inquiry: Inquiry) -> Answer:
    """Ask for one named person. Refused with a code; answered with a record or with nothing to show."""
    began = time.monotonic()
    if by.role is not Role.ANALYST:
        raise NotAllowed("you ask under no agreement: inquiries are for partners' analysts", code="no-agreement")
    with glancing(store, by, "inquiry.asked") as doing:
        asked = partners.count_question(doing.connection, inquiry.agreement, by.account, by.unit, by.agency_id)
        if asked.agreement_row is None:
            raise Refused(NO_AGREEMENT, code="no-agreement")
        found = _ask(store, doing, by, inquiry, asked)
    until = time.monotonic() + ANSWERED_WITHIN
    if found.narrow:
        raise Conflicts("more than one person fits; name the person more exactly", code="narrow-it")
    projected = found.decided.projected
    read = read_permitted(store, doing.entry(), projected, found.shows.id if found.shows else None)
    made = None if read is None else record(projected, read)
    answer = answer_of(store, doing, found.decided, made, until)
    if made is None:
        time.sleep(BEAT - (time.monotonic() - began) % BEAT)
    answer.in_time()
    return answer


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a decided question may show, among how many rows that it names; `narrow` when these are several people."""

    decided: Decided
    shows: Candidate | None
    narrow: bool
    rows: int

    @property
    def outcome(self) -> str:
        """What to call it, in private."""
        if self.narrow:
            return "narrow-it"
        if self.shows is not None:
            return "shown"
        return "case" if self.rows else "nobody"


def _ask(store: Store, doing: Act, by: By, inquiry: Inquiry, asked: Asked) -> Found:
    """Decide, find, and enter under the locks, if everything is still as it was decided on; else decide anew.

    No lock is held in between: an end waits for no process of ours, and what is entered was true under the locks.
    """
    ground = asked.ground
    for _ in range(TRIES):
        decided = decide(doing, by, inquiry, asked, ground)
        found = _found(decided, candidates(store, doing.connection, decided))
        _say(store, doing, inquiry, found)
        entry = drawn(by, "inquiry.asked", doing)
        key = key_at_work(doing.connection, store.keys, entry.day)
        came = partners.ask(doing.connection, _question(by, inquiry, asked, found), entry, key)
        if came is Answered.ENTERED:
            doing.written = Written(entry.nonce, entry.leaf, key)
            return found
        if came is Answered.TURNED:
            learn_key(doing.connection, store.keys, entry.day)
        doing.begin_again()
        ground = kept.ground(doing.connection, inquiry.agreement, by.account)
    raise Unavailable("what this is decided on is being changed at this moment; ask again")


def _found(decided: Decided, possible: Sequence[Candidate]) -> Found:
    """The newest row of those to whom the case belongs; nobody when they are several people."""
    fitting = [one for one in possible if case_fits(decided, one)]
    narrow = len({one.person for one in fitting}) > 1
    return Found(decided, fitting[0] if fitting and not narrow else None, narrow, len(possible))


def _question(by: By, inquiry: Inquiry, asked: Asked, found: Found) -> Question:
    """The question as it is entered."""
    decided = found.decided
    return Question(
        agreement=inquiry.agreement,
        asked=asked,
        agency_id=by.agency_id,
        account=by.account,
        ground=decided.ground,
        term=decided.term.id,
        rule=decided.projected.rule,
        shows=found.shows,
        signed=_words(inquiry) if decided.co_sign else None,
        on_behalf_of=decided.behalf,
    )


def no_agreement(store: Store, by: By, verb: str) -> NoReturn:
    """Refuse a question under an agreement that there is not; the same words as under another partner's."""
    refusal = Refused(NO_AGREEMENT, code="no-agreement")
    refuse(store, by, verb, refusal)
    raise refusal


def decide(
    doing: Act, by: By, inquiry: Inquiry, asked: Asked, ground: Ground | None, tells: Sequence[str] = ()
) -> Decided:
    """Everything that depends on question and agreement alone; refused with its code.

    It counts for what is entered on the same ground under the locks; the ground is None where there is no agreement.
    `tells` are the steps of which somebody wants to be told, or the one that is being told.
    """
    ground = _own(by, ground)
    standing = standing_on(ground)
    if standing.term is not None:
        open_to_partners(doing.connection, standing.log)
    doing.at = standing.at  # the entry is of the day by which was decided, or midnight would part the two
    doing.publish(
        Kind.INQUIRY,
        agency=by.agency,
        unit=by.unit or "",
        agreement=standing.version.agreement,
        version=standing.version.hash,
        floor=standing.version.floor_hash,
    )
    term = _stands(standing, by)
    _quota(asked, standing)
    _works(ground)
    given = _given(standing, by, inquiry)
    purpose, projected = given.purpose, given.projected
    doing.publish(Kind.INQUIRY, purpose=purpose.code)
    form = _form(doing.connection, by, inquiry, standing, purpose, ground.basis.case_pattern, tells)
    criteria = form.criteria
    doing.publish(Kind.INQUIRY, criteria=sorted(criteria.search), fields=sorted(projected.fields))
    co_sign = purpose.co_sign or standing.wants_signature(by.account)
    co_signed = co_sign and cosigning.waits(doing.connection, by.agency_id, by.account, _words(inquiry))
    if co_sign and (tells or not co_signed):  # one signature is for one answer, and what is told would use up none
        raise Refused(UNSIGNED, code="cosign")
    _judge(standing, purpose, projected, by, criteria, co_signed=co_signed, tells=tells)
    case, behalf = form.case, form.behalf
    return Decided(ground, standing, term, purpose, criteria, case, behalf, projected, co_sign, given.withheld)


def _own(by: By, ground: Ground | None) -> Ground:
    """The ground of an agreement of the asker's agency; refused alike when there is none and when it is another's."""
    if ground is None or ground.basis.version.agency_id != by.agency_id:
        raise Refused(NO_AGREEMENT, code="no-agreement")
    return ground


def _works(ground: Ground) -> None:
    if not ground.basis.works:
        raise Refused("your account is out of service", code="suspended")


def _given(standing: Standing, by: By, inquiry: Inquiry) -> Released:
    """What is consented to of the purpose that a question names, and what it releases."""
    purpose = purpose_of(standing.made.terms, inquiry, by.unit)
    return released(standing.version.terms, purpose.code, standing.stance.granted)


def _form(
    connection: Connection[TupleRow],
    by: By,
    inquiry: Inquiry,
    standing: Standing,
    purpose: Purpose,
    case_pattern: str | None,
    tells: Sequence[str] = (),
) -> Form:
    """Read a question; refused when its purpose, as far as owners consented to it, does not let it be asked so."""
    if not purpose.search_by:
        raise Refused("an owner without whom nothing can be asked for this purpose has not consented", code="purpose")
    agreed_steps(purpose, tells)
    own_numbers = purpose.case_reference is CaseReference.PARTNER
    case = case_of(purpose, inquiry, case_pattern if own_numbers else None)
    others = accounts.other_agencies(connection, by.agency_id) if inquiry.on_behalf_of is not None else ()
    return Form(case, behalf_of(standing.made.terms, inquiry, frozenset(others)), criteria_of(purpose, inquiry))


def _stands(standing: Standing, by: By) -> kept.Term:
    """The term at work; refused when the agreement does not stand, or the asker's session is older than its term."""
    if not standing.stands:
        code = "suspended" if standing.state == "suspended" else "not-in-force"
        raise Refused(f"no answer: this agreement is not in force ({standing.state}); ask the three owners", code=code)
    term = standing.term
    if term is None or not standing.reaches(by.since):
        raise Refused("this sign-in belongs to a term that has ended; sign in again", code="not-in-force")
    return term


def _quota(asked: Asked, standing: Standing) -> None:
    """Every question counts, refused ones and wrong case numbers too, so that guessing is not free (T19)."""
    limits = standing.made.terms.limits
    if asked.user > limits.per_user_per_day:
        raise Refused("you have asked as often today as your agreement allows one person", code="quota")
    if asked.unit > limits.of_unit:
        raise Refused("your unit has asked as often today as your agreement allows one unit", code="quota")
    if asked.agency > limits.per_agency_per_day:
        raise Refused("your agency has asked as often today as its agreement allows", code="quota")


def _judge(
    standing: Standing,
    purpose: Purpose,
    projected: Projection,
    by: By,
    criteria: Criteria,
    *,
    co_signed: bool,
    tells: Sequence[str],
) -> None:
    """Cedar's judgement of the plan. It comes after our own, so a denial is a disagreement: a refusal and an alarm."""
    planned = plan(
        standing.made.terms,
        purpose,
        projected,
        partner=by.agency,
        unit=by.unit or "",
        search=criteria.search,
        today=standing.today,
        granted=standing.stance.granted,
        stopped=bool(standing.stance.suspended_by),
        co_signed=co_signed,
        tells=frozenset(tells),
    )
    decision = standing.made.policy.decide(planned) if standing.made.policy else None
    if not isinstance(decision, Permitted):
        errors = len(decision.errors) if decision else 0
        log.error("alarm", alarm="disagreement", agreement=standing.version.agreement, errors=errors)
        raise Refused("the rules of this agreement contradict one another; nothing is answered", code="suspended")


def candidates(store: Store, connection: Connection[TupleRow], decided: Decided) -> list[Candidate]:
    """Rows that the agreement could show among those that the question names; by blind keys."""
    keys = store.keys.blind(decided.criteria.keys)
    return partners.candidates(connection, decided.projected.rule, keys, decided.criteria.numbers)


def asked_keys(store: Store, criteria: Criteria) -> list[str]:
    """What a question is found by that names somebody in full, whomever it found: blind, like every search key."""
    exact = {key for key in criteria.keys if key.startswith("x:")}
    return store.keys.blind(exact | number_keys(criteria.numbers))


def number_keys(numbers: Mapping[str, str]) -> set[str]:
    """The keys of a person's numbers, as a question may name them."""
    return {f"{name}:{number}" for name, number in numbers.items()}


def case_fits(decided: Decided, one: Candidate) -> bool:
    """Whether the case is this arrest's; a partner's own number has a form and nothing to compare with."""
    match decided.purpose.case_reference:
        case CaseReference.WARRANT:
            return " ".join((one.warrant_number or "").split()).upper() == decided.case
        case CaseReference.DOCKET:
            return one.docket_number == decided.case
        case CaseReference.PARTNER:
            return True


def _say(store: Store, doing: Act, inquiry: Inquiry, found: Found) -> None:
    """What the entry says in private: whom the inquiry found, what came of it, and what finds it again.

    It has as many marks and commitments whether somebody was found or not.
    """
    decided, arrests = found.decided, [found.shows.id] if found.shows else []
    doing.commits |= {"case": decided.case, "found": str(arrests[0]) if arrests else NOBODY}
    doing.note(
        outcome=found.outcome,
        arrests=[str(one) for one in arrests],
        case=decided.case,
        on_behalf_of=decided.behalf,
        subject={name: str(value) for name, value in inquiry.subject.items()},
    )
    doing.concern(arrests or [uuid4()], asked_keys(store, decided.criteria))


def write_down(doing: Act, by: By, decided: Decided, term: kept.Term) -> None:
    """Keep that a question was asked whose entry an act writes, for quotas, duties and the partner's own log."""
    doing.after(
        partners.keep_question,
        term=term.id,
        agreement=term.agreement,
        agency_id=by.agency_id,
        account=by.account,
        purpose=decided.purpose.code,
        on_behalf_of=decided.behalf,
        criteria=sorted(decided.criteria.search),
        day=city_day(doing.at),
    )


def answer_of(store: Store, doing: Act, decided: Decided, shown: dict[str, object] | None, until: float) -> Answer:
    """What is answered, with the receipt of the entry that names it."""
    receipt = promise(doing.leaf(), _log_of(store), real_now(), store.keys.log_key)
    return Answer(receipt, shown, decided.withheld, until)


@lru_cache(maxsize=8)
def _log_of(store: Store) -> str:
    """The name of the installation's log, which is written once, at birth."""
    with store.glance("pars_act") as connection:
        return installation.installation(connection).log


def own(store: Store, by: By) -> Sequence[OwnInquiry]:
    """A partner's own inquiries, newest first."""
    with act(store, by, "inquiries.shown") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("a partner's log is for its analysts", code="no-duty")
        found = partners.log_of(doing.connection, by.agency_id)
    cases = private_cases(store, [one.nonce for one in found])
    return [one._replace(case_reference=cases.get(one.nonce, "")) for one in found]


def private_cases(store: Store, nonces: Collection[UUID]) -> Mapping[UUID, str]:
    """The case numbers of inquiries, from their private parts; none for those that were erased."""
    with store.transaction("pars_ledger") as connection:
        private = details.open_all(connection, store.keys, nonces)
    return {nonce: str(part.details.get("case", "")) for nonce, part in private.items()}


def co_sign(store: Store, by: By, inquiry: Inquiry) -> UUID:
    """Sign another person's inquiry of one's own agency, word for word; it can be asked once within half an hour.

    Refused by the same sentences as asking, as far as they are of the question and the agreement; nobody is looked up,
    so a refusal says nothing of anybody. It counts in no quota: the one who asks is counted.
    """
    with act(store, by, "inquiry.co-signed") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("inquiries are signed by partners' analysts", code="no-duty")
        ground = _own(by, kept.ground(doing.connection, inquiry.agreement, by.account))
        standing = standing_on(ground)
        _stands(standing, by)
        _works(ground)
        purpose = _given(standing, by, inquiry).purpose
        _form(doing.connection, by, inquiry, standing, purpose, ground.basis.case_pattern)
        cosigning.sign(doing.connection, by.agency_id, by.account, _words(inquiry))
    return doing.entry()


def _words(inquiry: Inquiry) -> bytes:
    """What makes two inquiries the same: every word of them."""
    return hashlib.sha256(msgspec.json.encode(inquiry, order="sorted")).digest()
