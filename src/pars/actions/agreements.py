"""Agreements: proposed by one owner's representative, signed by the owners' own keys, stopped by any one of them.

How each stands is `actions/standing`; what of it is shown to whom, `actions/agreements_shown`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, NothingToDo, act, entitled, once
from pars.actions.standing import compiled, counts, standing
from pars.actions.uploads import contract_given, letter_given
from pars.clock import city_day
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Owner, Role
from pars.sharing.agreement import Terms, contract_hash, version_hash
from pars.sharing.consent import (
    STAYS_AWAY,
    STOPPING,
    Decision,
    Granted,
    grants_needed,
    met,
    sign,
    stance,
    to_sign,
    withdrawals,
)
from pars.sharing.ed25519 import holds
from pars.sharing.floor import FLOOR
from pars.sharing.proof import Proof, prove
from pars.sharing.reading import as_written, terms_of
from pars.sharing.vocabulary import Consent
from pars.store import accounts, partnering
from pars.store import agreements as kept
from pars.store.agreements import Term, Version
from pars.store.database import Store
from pars.store.locks import Lock, key_of


def representative(by: By) -> Owner:
    """The owner for whom somebody speaks; refused when they speak for none."""
    if by.role is not Role.REPRESENTATIVE or by.owner is None:
        raise NotAllowed("agreements are for the owners' representatives", code="not-your-step")
    return by.owner


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version that the owners can now decide on."""

    id: str
    version: str
    number: int
    entry: UUID


def proved(terms: Terms) -> Sequence[Proof]:
    """The theorems about these terms, by both solvers; refused with a counterexample when one does not hold."""
    proofs = prove([terms])
    for proof in proofs:
        if not proof.holds:
            raise BadInput(f"not proved: {proof.theorem.sentence}; {proof.counterexample or ''}", code="not-proved")
    return proofs


def propose(store: Store, by: By, text: str, contract: bytes | None = None) -> Proposed:
    """Propose terms to the three owners: read, compiled and proved, or refused with the line at fault.

    Of the contract that goes with them the hash is kept, entered and signed; the file stays with the owners.
    """
    terms = terms_of(text)
    hashed, paper = version_hash(text), contract_hash(contract_given(terms, contract)) if contract else None
    proofs = proved(terms)
    compiled(text, FLOOR.sha256)
    with act(store, by, "agreement.proposed") as doing:
        owner = representative(by)
        doing.publish(Kind.AGREEMENT, agreement=terms.id, version=hashed, floor=FLOOR.sha256, by=owner.value)
        _name_contract(doing, paper)
        agency_id = accounts.partner_named(doing.connection, terms.partner)
        if agency_id is None:
            raise BadInput("no partner agency is registered by that name; ask an administrator", field="partner")
        _stays_away(doing.connection, agency_id, owner, doing.at)
        kept.found(doing.connection, terms.id, agency_id)
        earlier = kept.versions(doing.connection, terms.id)
        if any(one.agency_id != agency_id for one in earlier):
            raise Conflicts("an agreement by that name is with another partner", code="taken")
        if earlier and earlier[-1].hash == hashed:
            raise Conflicts("these very terms are proposed already", code="proposed")
        number = kept.insert_version(
            doing.connection,
            version_id=uuid4(),
            agreement=terms.id,
            text=text,
            hashed=hashed,
            days=(terms.term.first, terms.term.last),
            floor=(FLOOR.version, FLOOR.sha256),
            proofs=[told(proof) for proof in proofs],
            proposed_by=by.account,
            contract=paper,
        )
        if number is None:
            raise Conflicts(
                "somebody proposed other terms at the same moment: read them, then propose yours again",
                code="changed-meanwhile",
            )
        doing.answer |= {"id": terms.id, "version": hashed, "number": number}
    return Proposed(terms.id, hashed, number, doing.entry())


def _name_contract(doing: Act, contract: str | None) -> None:
    """Say in the entry which contract goes with the terms; without one it says nothing of any."""
    if contract is not None:
        doing.publish(Kind.AGREEMENT, contract=contract)


def told(proof: Proof) -> Mapping[str, object]:
    """A proof as it is kept with its version."""
    return {
        "theorem": proof.theorem.name,
        "sentence": proof.theorem.sentence,
        "z3": proof.z3,
        "cvc5": proof.cvc5,
        "z3_ms": round(proof.z3_ms, 1),
        "cvc5_ms": round(proof.cvc5_ms, 1),
    }


def _stays_away(connection: Connection[TupleRow], agency_id: int, owner: Owner, at: datetime) -> None:
    """For 90 days after a withdrawal the partner, or one of its family, comes back only with who withdrew (T18)."""
    for agreement in partnering.agreements_of_family(connection, agency_id):
        said = [one.said for one in kept.spoken(connection, agreement)]
        for withdrew, since in withdrawals(said, at):
            if at - since < STAYS_AWAY and withdrew is not owner:
                raise NotAllowed(
                    "within 90 days of a withdrawal only the owner who withdrew proposes this partner again",
                    code="stays-away",
                )


@dataclass(frozen=True, slots=True)
class Saying:
    """What a representative says for their owner; with `reason_told` off the partner is not told why."""

    decision: Decision
    reason: str
    signature: bytes | None = None
    letter: bytes | None = None
    version: str | None = None
    reason_told: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of it: the entry, and how the agreement stands now."""

    entry: UUID
    state: str


_VERBS: Mapping[Decision, str] = {
    Decision.GRANT: "consent.granted",
    Decision.WITHHOLD: "consent.withheld",
    Decision.ABSTAIN: "consent.abstained",
    Decision.WITHDRAW: "consent.withdrawn",
    Decision.SUSPEND: "consent.suspended",
}


def say(store: Store, by: By, agreement: str, saying: Saying) -> Heard:
    """Say something for one's owner. Stopping ends the term at once and waits half a second at most.

    A grant shares the lock of its owner's key: it is checked with the key that is at work at its place in the log.
    """
    with entitled(store, by, _VERBS[saying.decision]):
        owner = representative(by)
    with store.transaction("pars_act") as connection:
        row = kept.row_of(connection, agreement)
    if row is None:
        raise NotThere("there is no agreement by that name")
    alone, shared = [(Lock.AGREEMENT, row)], [key_of(owner)] if saying.decision is Decision.GRANT else []
    with act(store, by, _VERBS[saying.decision], reason=saying.reason, alone=alone, shared=shared) as doing:
        if not saying.reason.strip():
            raise BadInput("say why; it stands in the minutes", field="reason")
        version = _version(doing.connection, agreement, saying)
        doing.publish(
            Kind.AGREEMENT, agreement=agreement, version=version.hash, floor=version.floor_hash, by=owner.value
        )
        _name_contract(doing, version.contract)
        signature, key = _signature(store, doing, owner, version, saying)
        kept.say(
            doing.connection,
            version=version,
            owner=owner,
            decision=saying.decision,
            reason=saying.reason.strip(),
            said_by=by.account,
            key_id=key,
            signature=signature,
            letter=store.keys.seal(letter_given(saying.letter), letter_place(version.id, owner))
            if saying.letter
            else None,
            reason_told=saying.reason_told,
        )
        state = _settle(doing, version, saying.decision)
        doing.answer |= {"id": agreement, "state": state}
    return Heard(doing.entry(), state)


def letter_place(version_id: UUID, owner: Owner) -> str:
    """Where in the database the letter is sealed that an owner uploaded with what it said of a version."""
    return f"sharing.consent.letter:{version_id}:{owner.value}"


def _version(connection: Connection[TupleRow], agreement: str, saying: Saying) -> Version:
    """The version that is spoken of: the named one, or the newest; what is in force when it is to be stopped."""
    every = kept.versions(connection, agreement)
    if saying.version is not None:
        every = [one for one in every if one.hash == saying.version]
    elif saying.decision in STOPPING and (term := kept.term_at_work(connection, agreement)) is not None:
        every = [one for one in every if one.id == term.version_id]
    if not every:
        raise NotThere("there is no such version of this agreement")
    return every[-1]


def _signature(
    store: Store, doing: Act, owner: Owner, version: Version, saying: Saying
) -> tuple[bytes | None, UUID | None]:
    """A grant's signature, checked with the owner's key at work; a demonstration holds the keys and signs itself."""
    if saying.decision is not Decision.GRANT:
        return None, None
    keys = [key for key in kept.keys(doing.connection, owner) if key.confirmed_at and not key.replaced_at]
    if not keys:
        raise Conflicts("your owner has no signing key yet: offer one, and another owner confirms it", code="no-key")
    after = kept.last_stop(doing.connection, version.agreement, owner)
    message = to_sign(as_written(version.terms), version.hash, contract=version.contract, after=after)
    held = store.keys.owner_keys.get(owner.value)
    signature = saying.signature or (sign(held, message) if held else None)
    if signature is None:
        raise BadInput("a grant needs the signature of your owner's key", field="signature")
    if not holds(keys[-1].public_key, message, signature):
        raise BadInput(
            "that is not your owner's signature over these terms and what the agreement's page says to sign",
            field="signature",
        )
    if version.floor_hash != FLOOR.sha256 or not version.proofs:
        raise Conflicts("these terms are not proved under the floor of today; propose them again", code="not-proved")
    doing.publish(Kind.AGREEMENT, signature=signature.hex(), key=keys[-1].public_key.hex())
    if after is not None:
        doing.publish(Kind.AGREEMENT, after=after.hex())
    return Granted(signature, after).kept, keys[-1].id


def _settle(doing: Act, version: Version, decision: Decision) -> str:
    """End or begin the term as what was just said demands; how the agreement stands now, in a word."""
    connection, agreement = doing.connection, version.agreement
    term = kept.term_at_work(connection, agreement)
    terms = as_written(version.terms)
    said = [one.said for one in kept.spoken(connection, agreement) if counts(one, terms, version)]
    stands = stance(said, version.hash, doing.at)
    ending = "suspended" if decision is Decision.SUSPEND else "withdrawn"
    taken_back = term is not None and term.version_id == version.id and not met(stands, term.grants_needed)
    if term is not None and (decision in STOPPING or taken_back):
        kept.end_term(connection, term.id, ending)
        doing.publish(Kind.AGREEMENT, ended=str(term.id))
        return ending
    if decision in STOPPING:
        return ending
    needed = grants_needed(terms.consent, _rule_before(connection, agreement))
    if decision is Decision.GRANT and met(stands, needed) and city_day(doing.at) <= terms.term.last:
        if term is not None and term.version_id == version.id:
            return "in-force"
        if term is not None:
            kept.end_term(connection, term.id, "replaced")
            doing.publish(Kind.AGREEMENT, ended=str(term.id))
        begun = uuid4()
        kept.begin_term(connection, begun, version, needed)
        doing.publish(Kind.AGREEMENT, began=str(begun))
        return "in-force"
    if term is not None:
        return "in-force"
    after = standing(connection, agreement, doing.at)
    return after.state if after is not None and after.state in {"suspended", "withdrawn"} else "proposed"


def _rule_before(connection: Connection[TupleRow], agreement: str) -> Consent | None:
    """The rule of consent of the agreement's last term; None when it never was in force."""
    every = kept.terms(connection, agreement)
    return as_written(kept.version(connection, every[-1].version_id).terms).consent if every else None


def over(store: Store) -> Sequence[str]:
    """Agreements whose term has begun, was not ended, and whose last day is over."""
    with store.transaction("pars_act") as connection:
        return kept.over(connection)


def expire(store: Store, agreement: str) -> bool:
    """End a term whose last day is over, and enter that it ended; whether there was one. One end is one entry."""
    return once(_expire, store, agreement)


def _expire(store: Store, agreement: str) -> None:
    with store.transaction("pars_act") as connection:
        row = kept.row_of(connection, agreement)
    if row is None:
        raise NothingToDo
    alone = [(Lock.AGREEMENT, row)]
    with act(store, None, "agreement.expired", alone=alone) as doing:
        term = kept.term_at_work(doing.connection, agreement)
        if term is None or city_day(doing.at) <= _last_day(doing.connection, term):
            raise NothingToDo
        kept.end_term(doing.connection, term.id, "expired")
        doing.publish(Kind.AGREEMENT, agreement=agreement, ended=str(term.id))


def _last_day(connection: Connection[TupleRow], term: Term) -> date:
    return as_written(kept.version(connection, term.version_id).terms).term.last
