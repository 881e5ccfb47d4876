"""What owners say of an agreement, and when that puts it in force.

A grant counts only with a signature by the owner's own key over agreement, version, term and decision (T5). Stopping
needs no key, so that stopping is never harder than starting. A withdrawal voids every grant; a suspension takes back
its owner's own, and only that owner's new grant lifts it: no other owner's word does, a withdrawal neither.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pars.record.roles import Owner
from pars.sharing.agreement import Terms
from pars.sharing.ed25519 import SIGNATURE_BYTES
from pars.sharing.vocabulary import Consent

STAYS_AWAY: Final = timedelta(days=90)
"""For so long a partner cannot be proposed again without the owner who withdrew (T18)."""

SUSPENSION_LASTS: Final = timedelta(days=30)
"""A suspension that is not lifted by then is a withdrawal (T18)."""


class Decision(StrEnum):
    """What an owner can say."""

    GRANT = "grant"
    WITHHOLD = "withhold"
    ABSTAIN = "abstain"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"


_canonical = msgspec.json.Encoder(order="sorted")
STOPPING: Final = frozenset({Decision.WITHDRAW, Decision.SUSPEND})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that an owner said, of one version, at a moment of the city.

    `void`: a term was ended by the agreement itself since then (overdue duties, a changed floor), so that a grant does
    not count towards another one.
    """

    owner: Owner
    decision: Decision
    version: str
    at: datetime
    void: bool = False


@dataclass(frozen=True, slots=True)
class Stance:
    """Where the owners stand on a version: whose grants count, who suspends, who withdrew last and when."""

    granted: frozenset[Owner]
    suspended_by: frozenset[Owner] = frozenset()
    withdrawn_by: Owner | None = None
    withdrawn_at: datetime | None = None


def stance(said: Sequence[Said], version: str, at: datetime) -> Stance:
    """Where the owners stand on a version at a moment, from all that was said of the agreement, oldest first."""
    granted: set[Owner] = set()
    suspended: dict[Owner, datetime] = {}
    withdrawn: tuple[Owner, datetime] | None = None
    for one in said:
        over = [owner for owner, since in suspended.items() if one.at - since >= SUSPENSION_LASTS]
        if over:
            granted.clear()
            withdrawn = (over[0], suspended[over[0]] + SUSPENSION_LASTS)
            suspended = {owner: since for owner, since in suspended.items() if owner not in over}
        match one.decision:
            case Decision.GRANT:
                suspended.pop(one.owner, None)
                if one.version == version and not one.void:
                    granted.add(one.owner)
            case Decision.WITHDRAW:
                granted.clear()
                suspended.pop(one.owner, None)
                withdrawn = (one.owner, one.at)
            case Decision.SUSPEND:
                granted.discard(one.owner)
                suspended.setdefault(one.owner, one.at)  # said again it lasts no longer
            case Decision.WITHHOLD | Decision.ABSTAIN:
                if one.version == version:
                    granted.discard(one.owner)
    if any(at - since >= SUSPENSION_LASTS for since in suspended.values()):
        first, since = min(suspended.items(), key=lambda pair: pair[1])
        return Stance(frozenset(), frozenset(), first, since + SUSPENSION_LASTS)
    last = withdrawn or (None, None)
    return Stance(frozenset(granted), frozenset(suspended), *last)


class Stands(StrEnum):
    """Where one owner stands on a version, in words."""

    SUSPENDS = "suspends"
    SIGNED = "signed"
    WITHDREW = "withdrew"
    ANEW = "signed before it ended; has to sign anew"
    UNSIGNED = "has not signed"


def stands_of(owner: Owner, said: Sequence[Said], version: str, now: Stance) -> Stands:
    """Where an owner stands. A grant that another owner's word or the agreement itself ended has to be given anew."""
    if owner in now.suspended_by:
        return Stands.SUSPENDS
    if owner in now.granted:
        return Stands.SIGNED
    own = [one for one in said if one.owner is owner]
    last = next((one for one in reversed(own) if one.version == version or one.decision in STOPPING), None)
    match last.decision if last else None:
        case Decision.GRANT:
            return Stands.ANEW
        case Decision.WITHDRAW | Decision.SUSPEND:  # a suspension that nobody lifted in time is a withdrawal
            return Stands.WITHDREW
        case _:
            return Stands.UNSIGNED


def withdrawals(said: Sequence[Said], at: datetime) -> Iterator[tuple[Owner, datetime]]:
    """Who withdrew and when, owner by owner: by saying so, or by a suspension that nobody lifted in time."""
    for owner in Owner:
        since: datetime | None = None
        for one in said:
            if one.owner is not owner:
                continue
            if since is not None and one.at - since >= SUSPENSION_LASTS:
                yield owner, since + SUSPENSION_LASTS
                since = None
            match one.decision:
                case Decision.SUSPEND:
                    since = since or one.at
                case Decision.GRANT:
                    since = None
                case Decision.WITHDRAW:
                    since = None
                    yield owner, one.at
        if since is not None and at - since >= SUSPENSION_LASTS:
            yield owner, since + SUSPENSION_LASTS


def grants_needed(rule: Consent, before: Consent | None) -> int:
    """How many grants put a version in force; `before` is the rule that the agreement had until now.

    The rule is adopted and changed only by all three, so two are enough only where two were enough before.
    """
    two = rule is Consent.TWO_OF_THREE and before is Consent.TWO_OF_THREE
    return 2 if two else 3


def met(now: Stance, needed: int) -> bool:
    """Whether the owners' grants put a version in force."""
    return not now.suspended_by and len(now.granted) >= needed


def in_force(terms: Terms, now: Stance, needed: int, today: date) -> bool:
    """Whether terms stand: consent is met and the day lies within the term, both ends included."""
    return met(now, needed) and terms.term.first <= today <= terms.term.last


def to_sign(
    terms: Terms,
    version: str,
    decision: Decision = Decision.GRANT,
    *,
    contract: str | None = None,
    after: bytes | None = None,
) -> bytes:
    """The bytes that an owner's key signs: canonical JSON of agreement, version hash, term and decision.

    And of the hash of the contract, when the version was proposed with one. `after` is the leaf hash of the last entry
    that stopped that owner's grants, if there is one: so no signature from before a withdrawal can be entered again
    after it, whoever holds the log's own key.
    """
    said = {
        "agreement": terms.id,
        "decision": decision.value,
        "from": terms.term.first.isoformat(),
        "until": terms.term.last.isoformat(),
        "version": version,
    }
    said |= {} if contract is None else {"contract": contract}
    said |= {} if after is None else {"after": after.hex()}
    return _canonical.encode(said)


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant's signature, and the leaf hash of the stop that it was made after; None where nothing was stopped."""

    signature: bytes
    after: bytes | None

    @property
    def kept(self) -> bytes:
        """Both as one value: 64 bytes, or 96."""
        return self.signature + (self.after or b"")

    @classmethod
    def of(cls, kept: bytes) -> Self:
        """As it was kept."""
        return cls(kept[:SIGNATURE_BYTES], kept[SIGNATURE_BYTES:] or None)


def sign(private_key: bytes, message: bytes) -> bytes:
    """An Ed25519 signature, 64 bytes, by a raw private key of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)
