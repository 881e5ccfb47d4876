"""How an agreement stands: derived on every request from what was said; nothing is kept that answers for consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.clock import city_day
from pars.record.roles import Owner
from pars.sharing.agreement import Purpose, Terms
from pars.sharing.consent import Decision, Granted, Stance, in_force, stance, to_sign
from pars.sharing.ed25519 import holds
from pars.sharing.floor import FLOOR
from pars.sharing.policy import Policy
from pars.sharing.reading import as_written, read_terms
from pars.sharing.release import Projection, Withheld, consented, projection, withheld
from pars.store import agreements as kept
from pars.store.agreements import Ground, Spoken, Term, Version, Voted
from pars.store.signed import Signed


@dataclass(frozen=True, slots=True)
class Compiled:
    """Terms that were signed, and the policies that decide under them; none for terms that today's floor refuses."""

    terms: Terms
    policy: Policy | None


@lru_cache(maxsize=1024)
def compiled(text: str, floor_hash: str) -> Compiled:
    """Terms and their policies, by the text and the floor they were compiled with. A value: consent is not in it."""
    if floor_hash != FLOOR.sha256:
        raise LookupError("these terms were compiled with another floor")
    terms = as_written(text)
    return Compiled(terms, None if read_terms(text, FLOOR).faults else Policy.of(terms, FLOOR))


@dataclass(frozen=True, slots=True)
class Released:
    """What is consented to of a purpose, what it releases, and what it withholds with which reasons."""

    purpose: Purpose
    projected: Projection
    withheld: Sequence[Withheld]


@lru_cache(maxsize=4096)
def released(text: str, code: str, granted: frozenset[Owner]) -> Released:
    """What a purpose of these terms releases while these owners' grants stand; a value, like the terms."""
    terms = compiled(text, FLOOR.sha256).terms
    purpose = terms.purpose(code)
    if purpose is None:
        raise LookupError("these terms have no such purpose")
    agreed = consented(terms, purpose, granted)
    projected = projection(agreed)
    return Released(agreed, projected, withheld(projected, agreed))


@lru_cache(maxsize=4096)
def _signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    return holds(public_key, message, signature)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands at the moment `at`: the version that counts, where the owners stand, the term at work.

    `stopped_at` says when the last term ended, if none is at work and nobody voted for its end: overdue duties, a
    changed floor or a pattern. It counts as suspended until the owners sign anew. `log` says whether the log is
    signed; `co_sign` whose inquiries the watch wants signed by a second person, empty for everybody's.
    """

    version: Version
    made: Compiled
    stance: Stance
    term: Term | None
    stands: bool
    today: date
    at: datetime
    stopped_at: datetime | None
    log: Signed
    co_sign: frozenset[str]

    def wants_signature(self, account: UUID) -> bool:
        """Whether the watch wants an inquiry of this account signed by a second person."""
        return bool(self.co_sign & {"", str(account)})

    def reaches(self, since: datetime | None) -> bool:
        """Whether a sign-in of that moment is of the term at work; one from before the term began stays dead."""
        return self.term is not None and since is not None and since >= self.term.really_began_at

    @property
    def purposes(self) -> Sequence[Purpose]:
        """Its purposes, as far as they are consented to while it stands."""
        terms = self.made.terms
        return [consented(terms, one, self.stance.granted) if self.stands else one for one in terms.purposes]

    @property
    def state(self) -> str:
        """The word for it: in force, suspended, withdrawn, expired, proposed or replaced."""
        if self.stands:
            return "in-force"
        if self.stance.suspended_by or self.stopped:
            return "suspended"
        if self.term is None and self.stance.withdrawn_by is not None and not self.stance.granted:
            return "withdrawn"
        return "expired" if self.today > self.made.terms.term.last else "proposed"

    @property
    def stopped(self) -> bool:
        """Whether overdue duties, a changed floor or a pattern ended the last term, and no owner withdrew since."""
        if self.stopped_at is None or self.today > self.made.terms.term.last:
            return False
        return self.stance.withdrawn_at is None or self.stance.withdrawn_at < self.stopped_at

    @property
    def days_left(self) -> int:
        """Days until the last one of the term."""
        return (self.made.terms.term.last - self.today).days


def standing(connection: Connection[TupleRow], agreement: str, at: datetime | None = None) -> Standing | None:
    """How an agreement stands; None when there is none by that name. Read again under its lock before it counts."""
    ground = kept.ground(connection, agreement)
    return standing_on(ground, at) if ground is not None else None


def standings(
    connection: Connection[TupleRow], agreements: Sequence[str], at: datetime | None = None
) -> Mapping[str, Standing]:
    """How these agreements stand, in one question for all; without those that are not there."""
    return {name: standing_on(ground, at) for name, ground in kept.grounds(connection, agreements).items()}


def standing_on(ground: Ground, at: datetime | None = None) -> Standing:
    """How an agreement stands by what was read of it."""
    basis, moment = ground.basis, at or ground.at
    version, term, today = basis.version, basis.term, city_day(moment)
    made = compiled(version.terms, FLOOR.sha256)
    said = [one.said for one in basis.said if counts(one, made.terms, version)]
    now_stands = stance(said, version.hash, moment)
    sound = made.policy is not None and version.floor_hash == FLOOR.sha256 and version.floor_stands
    stands = sound and term is not None and in_force(made.terms, now_stands, term.grants_needed, today)
    return Standing(
        version, made, now_stands, term, stands, today, moment, basis.stopped_at, ground.log, frozenset(basis.co_sign)
    )


def counts(one: Spoken | Voted, terms: Terms, version: Version) -> bool:
    """Whether it counts: a grant of this version only with its owner's signature over it; everything else always."""
    if one.said.decision is not Decision.GRANT or one.said.version != version.hash:
        return True
    if one.key is None or one.signature is None:
        return False
    granted = Granted.of(one.signature)
    message = to_sign(terms, version.hash, contract=version.contract, after=granted.after)
    return _signed(one.key, message, granted.signature)
