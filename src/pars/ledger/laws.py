"""The laws of sharing, judged over public entries in the order of the log; no database is asked.

A small machine: it hears every entry that tells its verb, keeps where each agreement stands, and names the law that an
entry breaks. What it needs besides are the files that entries name by their hashes: terms and floors.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import UNSET, UnsetType

from pars.ledger.form import DISCLOSING
from pars.ledger.public import OfAgreement, OfInquiry, Public
from pars.record.roles import Owner
from pars.sharing.agreement import Purpose, Terms
from pars.sharing.consent import STOPPING, Decision, Said, Stance, grants_needed, met, stance, to_sign
from pars.sharing.ed25519 import holds, sound
from pars.sharing.vocabulary import NUMBERS, STEP_WRITER, WRITER, CaseReference, Consent

LAWS: Final[Mapping[str, str]] = {
    "owners-keys": "a key is an owner's once that owner offered it and another owner confirmed it",
    "signed-grants": "every grant is signed by its owner's key at work, over version, days and the last stop before it",
    "consented-terms": "a term begins once, in place of the last, with the grants its rule needs, and ends with them",
    "after-an-end": "nothing is disclosed without a term at work, nor under a version that was replaced",
    "within-its-days": "nothing is disclosed before the first day of the terms or after the last",
    "outside-its-terms": "nothing is disclosed but to units, for purposes, by criteria and in fields that terms have",
    "writers-fields": "under two of three, no owner's field, step or number is disclosed without that owner's grant",
    "the-floor": "nothing is disclosed but under the newest floor that was laid, by terms that were proved under it",
}
"""Every law, and what it says; in this order they are told."""

DOUBT: Final = timedelta(days=2)
"""The log tells days and a suspension lasts thirty times 24 hours: for so long it may or may not be a withdrawal."""

_SAYS: Final[Mapping[str, Decision]] = {
    "consent.granted": Decision.GRANT,
    "consent.withheld": Decision.WITHHOLD,
    "consent.abstained": Decision.ABSTAIN,
    "consent.withdrawn": Decision.WITHDRAW,
    "consent.suspended": Decision.SUSPEND,
}
_VOIDING: Final = frozenset({"agreement.suspended", "agreement.floored"})
"""Ends that nobody voted for: no grant from before counts towards another term."""
_AGAIN: Final = "agreement.recovered"
"""What stopped in a lost stretch is stopped again, though the stretch may have ended it by another name."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that an entry breaks, and how."""

    law: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Files:
    """What entries name by hash: the terms of a version, and the words that a floor refuses in terms."""

    terms: Callable[[str], Terms]
    """Of a version."""
    faults: Callable[[str, str], str | None]
    """`(version, floor)`: the first word of the terms that is on that floor, in a sentence; None when there is none."""
    named: Callable[[str | None, str | None], None]
    """`(version, floor)`: hold their files against their hashes; one that no law needs may be missing."""


@dataclass(slots=True)
class _Term:
    """A term at work: its name, its version, what its terms say, whose grants count, and how many it needs."""

    name: str
    version: str
    terms: Terms
    granted: frozenset[Owner]
    needed: int


@dataclass(slots=True)
class _Agreement:
    """Where an agreement stands: what was said of it, the term at work, how the last one ended, and by which rule.

    `stopped`: the leaf hash of the last entry that stopped each owner's grants.
    """

    said: list[Said] = field(default_factory=list)
    stopped: dict[Owner, bytes] = field(default_factory=dict)
    term: _Term | None = None
    rule: Consent | None = None
    ended_by: str | None = None

    def stance(self, version: str, today: date) -> Stance:
        """Where the owners stand on a version on that day."""
        return stance(self.said, version, _instant(today))

    def without_doubt(self, version: str, today: date, needed: int) -> Stance | None:
        """The same if every suspension became a withdrawal as early as it can have, where consent is met then.

        It is taken to have been so from there on.
        """
        early = [replace(one, at=one.at - DOUBT) if one.decision is Decision.SUSPEND else one for one in self.said]
        stands = stance(early, version, _instant(today))
        if not met(stands, needed):
            return None
        self.said = early
        return stands


class Judge:
    """The machine. It is handed every entry in order; what it keeps is a few values an agreement."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._agreements: dict[str, _Agreement] = {}
        self._offered: set[tuple[Owner, str]] = set()
        self._keys: dict[Owner, str] = {}
        self._ended: set[str] = set()
        self._both = False
        self._floor: str | None = None
        self._proved: set[tuple[str, str, str]] = set()
        self._contracts: dict[str, set[str | None]] = {}
        self.disclosures = 0
        self.terms = 0

    @property
    def keys(self) -> Mapping[Owner, str]:
        """Each owner's key at work, hex: for the owners to compare with their own."""
        return dict(self._keys)

    def judge(self, entry: Public, leaf: bytes) -> Iterator[Broken]:
        """The laws that this entry breaks, after everything before it; `leaf` is its hash."""
        if isinstance(entry, OfInquiry):
            if entry.verb in DISCLOSING and entry.done:
                yield from self._disclosed(entry)
        elif isinstance(entry, OfAgreement) and entry.done:
            yield from self._said(entry, leaf)

    def _said(self, entry: OfAgreement, leaf: bytes) -> Iterator[Broken]:
        if entry.verb in {"key.offered", "key.confirmed", "key.recovered"}:
            yield from self._key(entry)
        if entry.verb == "floor.laid" and entry.floor is not UNSET:
            self._floor = entry.floor
            self._files.named(None, entry.floor)
        if entry.verb in {"agreement.proposed", "agreement.proved"} and entry.version is not UNSET:
            self._proposed(entry, entry.version)
        if entry.agreement is UNSET:
            return
        named = self._agreements.setdefault(entry.agreement, _Agreement())
        if entry.verb in _SAYS:
            yield from self._consent(named, entry, _SAYS[entry.verb])
        if entry.began is not UNSET:
            yield from self._replaced(named, entry.ended)
        if entry.ended is not UNSET:
            yield from self._end(named, entry.ended, entry)
        if entry.began is not UNSET:
            yield from self._begin(named, entry, entry.began)
        yield from self._over(named, entry)
        self._stop(named, entry, leaf)

    def _proposed(self, entry: OfAgreement, version: str) -> None:
        """Terms that were proved, and the contract that went with them."""
        self._proved.add((_text(entry.agreement), version, _text(entry.floor)))
        if entry.verb == "agreement.proposed":
            self._contracts.setdefault(version, set()).add(_contract(entry))
        self._files.named(version, None)

    def _key(self, entry: OfAgreement) -> Iterator[Broken]:
        """A ceremony of two: offered by the one whose it is, confirmed by another; an offer is used once."""
        whose, key = entry.owner_of_key, entry.key
        if whose is UNSET or (key is UNSET and entry.verb != "key.recovered"):
            yield Broken("owners-keys", "does not say whose key, or which")
        elif key is UNSET:  # it was replaced in a stretch that was lost: its owner offers the new one anew
            if entry.owner != "house":
                yield Broken("owners-keys", f"takes a key of {whose.value} out of use and is {entry.owner}'s")
            self._keys.pop(whose, None)
        elif entry.verb == "key.offered":
            if entry.owner != whose.value:
                yield Broken("owners-keys", f"offers a key of {whose.value} and is {entry.owner}'s")
            elif not sound(bytes.fromhex(key)):
                yield Broken("owners-keys", f"offers a key of {whose.value} that is nobody's: its order is small")
            else:
                self._offered.add((whose, key))
        elif (whose, key) not in self._offered:
            yield Broken("owners-keys", f"confirms a key that {whose.value} does not offer")
        elif entry.owner not in set(Owner) or entry.owner == whose.value or entry.by != entry.owner:
            yield Broken("owners-keys", f"confirms a key of {whose.value} and is {entry.owner}'s")
        elif key in {other for owner, other in self._keys.items() if owner is not whose}:
            yield Broken("owners-keys", f"confirms a key of {whose.value} that is another owner's")
        else:
            self._offered.discard((whose, key))
            self._keys[whose] = key

    def _consent(self, named: _Agreement, entry: OfAgreement, decision: Decision) -> Iterator[Broken]:
        if entry.by is UNSET or entry.version is UNSET or entry.owner != entry.by.value:
            yield Broken("signed-grants", "does not say for which owner, or of which version, somebody spoke")
            return
        if decision is Decision.GRANT:
            fault = self._of_another_contract(entry, entry.version)
            fault = fault or self._unsigned(named, entry, entry.by, entry.version)
            if fault is not None:
                yield Broken("signed-grants", fault)
                return
        # A suspension counts as a withdrawal only once that is certain from days alone.
        since = entry.day + (DOUBT if decision is Decision.SUSPEND else timedelta())
        named.said.append(Said(entry.by, decision, entry.version, _instant(since)))
        if named.term is not None:
            named.term.granted = named.stance(named.term.version, entry.day).granted

    def _of_another_contract(self, entry: OfAgreement, version: str) -> str | None:
        """Why the contract that a grant names does not count; None when the terms were proposed with it."""
        contract = _contract(entry)
        known = contract in self._contracts.get(version, {contract})
        return None if known else "grants another contract than was proposed with the terms"

    def _unsigned(self, named: _Agreement, entry: OfAgreement, owner: Owner, version: str) -> str | None:
        """Why a grant does not count; None when its owner signed it."""
        if entry.signature is UNSET or entry.key is UNSET:
            return f"grants for {owner.value} without a signature"
        if self._keys.get(owner) != entry.key:
            return f"grants for {owner.value} by a key that the log does not show to be theirs"
        terms = self._files.terms(version)
        if terms.id != entry.agreement:
            return f"grants terms of {terms.id} under the name of {_text(entry.agreement)}"
        after = None if entry.after is UNSET else bytes.fromhex(entry.after)
        if after != named.stopped.get(owner):
            return f"grants for {owner.value} with a signature that was not made after the last stop"
        message = to_sign(terms, version, contract=_contract(entry), after=after)
        held = holds(bytes.fromhex(entry.key), message, bytes.fromhex(entry.signature))
        return None if held else f"grants for {owner.value} with a signature that does not hold"

    def _end(self, named: _Agreement, term: str, entry: OfAgreement) -> Iterator[Broken]:
        at_work = named.term is not None and named.term.name == term
        again = entry.verb == _AGAIN and term in self._ended
        if not at_work and not again and entry.began is UNSET:
            yield Broken("consented-terms", "ends a term that is not at work")
        if at_work or again:
            named.term, named.ended_by = None, entry.verb
        self._ended.add(term)
        if entry.verb in _VOIDING:
            named.said = [Said(one.owner, one.decision, one.version, one.at, void=True) for one in named.said]

    def _over(self, named: _Agreement, entry: OfAgreement) -> Iterator[Broken]:
        """What takes away that by which a term is at work ends it in the same entry."""
        term = named.term
        if term is None:
            return
        decision = _SAYS.get(entry.verb)
        stopped = decision in STOPPING or entry.verb in {"agreement.suspended", "agreement.expired"}
        floored = entry.verb == "agreement.floored" and entry.version == term.version
        left = decision is not None and not met(named.stance(term.version, entry.day), term.needed)
        if stopped or floored or left:
            yield Broken("consented-terms", "stops the term at work and does not say that it ended")
            self._ended.add(term.name)
            named.term, named.ended_by = None, entry.verb

    def _stop(self, named: _Agreement, entry: OfAgreement, leaf: bytes) -> None:
        """A grant that is signed from now on says that it comes after this."""
        decision = _SAYS.get(entry.verb)
        if decision in STOPPING or (entry.verb in _VOIDING and entry.ended is not UNSET):
            named.stopped = dict.fromkeys(Owner, leaf)
        elif decision in {Decision.WITHHOLD, Decision.ABSTAIN} and entry.by is not UNSET:
            named.stopped[entry.by] = leaf

    def _replaced(self, named: _Agreement, ended: str | UnsetType) -> Iterator[Broken]:
        """What the entry that begins a term says of the one before; older entries said nothing of it.

        A log that has told it once tells it always.
        """
        at_work = named.term.name if named.term is not None else None
        if ended is not UNSET:
            self._both = True
            if ended != at_work:
                yield Broken("consented-terms", "begins a term in place of one that is not at work")
        elif at_work is not None and self._both:
            yield Broken("consented-terms", "begins a term beside another, and does not say that it ended")

    def _begin(self, named: _Agreement, entry: OfAgreement, term: str) -> Iterator[Broken]:
        if entry.version is UNSET:
            yield Broken("consented-terms", "begins a term and does not say of which version")
            return
        terms = self._files.terms(entry.version)
        needed = grants_needed(terms.consent, named.rule)
        stands = named.stance(entry.version, entry.day)
        if not met(stands, needed):
            stands = named.without_doubt(entry.version, entry.day, needed) or stands
        if term in self._ended:
            yield Broken("consented-terms", "begins a term that has ended before")
        elif not met(stands, needed):
            yield Broken("consented-terms", f"begins a term with {len(stands.granted)} of {needed} grants")
        if named.term is not None:
            self._ended.add(named.term.name)
        self.terms += 1
        named.rule = terms.consent
        named.term = _Term(term, entry.version, terms, stands.granted, needed)

    def _disclosed(self, entry: OfInquiry) -> Iterator[Broken]:
        self.disclosures += 1
        named = self._agreements.get(_text(entry.agreement))
        term = named.term if named else None
        if term is None:
            ended = named.ended_by if named else None
            yield Broken("after-an-end", f"is under {_text(entry.agreement) or 'no agreement'}, {_why(ended)}")
            return
        if entry.version != term.version:
            said = f"is under a version of {_text(entry.agreement)} that was replaced or never in force"
            yield Broken("after-an-end", said)
        else:
            first, last = term.terms.term.first, term.terms.term.last
            if not first <= entry.day <= last:
                yield Broken("within-its-days", f"is of {entry.day}; {term.terms.id} runs from {first} to {last}")
            yield from _outside(entry, term.terms, term.granted)
            yield from self._under_the_floor(entry, term, term.terms)

    def _under_the_floor(self, entry: OfInquiry, term: _Term, terms: Terms) -> Iterator[Broken]:
        floor = _text(entry.floor)
        if self._floor is None or floor != self._floor:
            yield Broken("the-floor", "is under a floor that is not the newest one that was laid")
        elif (terms.id, term.version, floor) not in self._proved:
            yield Broken("the-floor", f"is under terms of {terms.id} that were not proved under this floor")
        elif (fault := self._files.faults(term.version, floor)) is not None:
            yield Broken("the-floor", f"is under terms of {terms.id} in which {fault}")


def _outside(entry: OfInquiry, terms: Terms, granted: frozenset[Owner]) -> Iterator[Broken]:
    """What of a disclosure the terms do not have."""
    purpose = terms.purpose(_text(entry.purpose))
    if entry.agency != terms.partner or (terms.units != ("all",) and entry.unit not in terms.units):
        yield Broken("outside-its-terms", f"is another agency's or unit's than those of {terms.id}")
    elif purpose is None:
        yield Broken("outside-its-terms", f"is for a purpose that {terms.id} does not have")
    elif frozenset(_words(entry.criteria)) not in purpose.search_by:
        yield Broken("outside-its-terms", f"searches by criteria that {terms.id} does not have for its purpose")
    elif not set(_words(entry.fields)) <= set(purpose.fields):
        yield Broken("outside-its-terms", f"gives a field that {terms.id} does not have for its purpose")
    elif not set(_words(entry.tells)) <= set(purpose.tell_of):
        yield Broken("outside-its-terms", f"tells of a step that {terms.id} does not have for its purpose")
    elif terms.consent is Consent.TWO_OF_THREE and not _written_by(entry, purpose) <= granted:
        yield Broken("writers-fields", "gives, tells or confirms what an owner writes who has not granted these terms")


def _written_by(entry: OfInquiry, purpose: Purpose) -> set[Owner | None]:
    """Whose fields a disclosure gives, whose steps it tells, and whose numbers it confirms; None for nobody's."""
    numbers = {*_words(entry.criteria)} & {*NUMBERS}
    if purpose.case_reference is CaseReference.DOCKET:
        numbers.add("docket_number")
    return {WRITER.get(word) for word in (*_words(entry.fields), *numbers)} | {
        STEP_WRITER.get(step) for step in _words(entry.tells)
    }


def _why(ended_by: str | None) -> str:
    return "which never was in force" if ended_by is None else f"which ended by {ended_by}"


def _text(said: str | UnsetType) -> str:
    return "" if said is UNSET else said


def _contract(entry: OfAgreement) -> str | None:
    return None if entry.contract is UNSET else entry.contract


def _words(said: list[str] | UnsetType) -> list[str]:
    return [] if said is UNSET else said


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - days are compared with days alone
