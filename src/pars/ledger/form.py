"""What an entry of each kind has to say and may not say, beyond the types of its members.

The laws are judged over few verbs. Here nothing passes by them: such a verb stands in its own kind alone, a refusal is
one in its verb and in its code or not at all, and whatever tells a partner something is a disclosure by its verb.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import UNSET, UnsetType

from pars.ledger.public import NotCanonical, OfAgreement, OfInquiry, OfRecord, Public, Told, public_of

COMMITS: Final = frozenset(
    {
        "account", "alarm", "arrest", "case", "found", "inquiry", "instrument", "opening", "receipt", "request",
        "subscription", "verb",
    }
)  # fmt: skip
"""Whatever is committed to, by name (docs/ledger-format.md)."""

DISCLOSING: Final = frozenset({"inquiry.asked", "inquiry.told", "subscription.made"})
"""The verbs after which a partner may be shown something, or has asked to be."""

OF_TERMS: Final = frozenset(
    {
        "agreement.proposed", "agreement.proved", "agreement.expired", "agreement.suspended", "agreement.floored",
        "agreement.recovered", "consent.granted", "consent.withheld", "consent.abstained", "consent.withdrawn",
        "consent.suspended",
    }
)  # fmt: skip
"""The verbs by which an agreement comes to stand where it stands."""

_OF_AGREEMENT: Final = OF_TERMS | {"floor.laid", "key.offered", "key.confirmed", "key.recovered"}


def entry_of(leaf: bytes) -> Public:
    """What an entry says. Raises `NotCanonical` for one that no verifier accepts; refused when it is no JSON object."""
    said = public_of(leaf)
    fault = fault_of(said)
    if fault is not None:
        raise NotCanonical(fault)
    return said


def fault_of(said: Public) -> str | None:
    """What is wrong with an entry's form, in a sentence; None when nothing is."""
    if not said.commit.keys() <= COMMITS or "verb" not in said.commit:
        return "its commitments are not those of this format"
    if isinstance(said, OfRecord):
        return None
    if (said.refused is UNSET) == said.verb.endswith(".refused"):
        return "it is refused by its verb and not by its code, or by its code and not by its verb"
    if said.refused is not UNSET:
        return None
    return _of_its_kind(said) or (_inquiry(said) if isinstance(said, OfInquiry) else None) or _agreement(said)


def _of_its_kind(said: Told) -> str | None:
    if said.verb in DISCLOSING and not isinstance(said, OfInquiry):
        return f"{said.verb} is of the kind inquiry alone"
    if said.verb in _OF_AGREEMENT and not isinstance(said, OfAgreement):
        return f"{said.verb} is of the kind agreement alone"
    return None


def _inquiry(said: OfInquiry) -> str | None:
    if said.verb not in DISCLOSING:
        tells = said.fields is not UNSET or said.tells is not UNSET or said.criteria is not UNSET
        return f"{said.verb} tells a partner something and is no disclosure by its verb" if tells else None
    needed = (said.agreement, said.version, said.floor, said.agency, said.unit, said.purpose, said.criteria)
    if UNSET in needed or (said.fields is UNSET and said.tells is UNSET):
        return "it discloses and does not say under what, to whom, for what, by which criteria, or what"
    if not all(_in_order(words) for words in (said.criteria, said.fields, said.tells)):
        return "its words are not in order, each once"
    return None


def _in_order(words: Sequence[str] | UnsetType) -> bool:
    return words is UNSET or all(one < other for one, other in pairwise(words))


def _agreement(said: Told) -> str | None:
    if not isinstance(said, OfAgreement):
        return None
    if said.agreement is UNSET and (said.verb in OF_TERMS or said.began is not UNSET or said.ended is not UNSET):
        return "it does not say of which agreement"
    if said.verb in {"agreement.proposed", "agreement.proved"} and UNSET in {said.version, said.floor}:
        return "it does not say which version was proved, or under which floor"
    if said.verb == "agreement.proposed" and (said.by is UNSET or said.by.value != said.owner):
        return "it does not say for which owner somebody proposed it"
    if said.verb in {"agreement.proved", "floor.laid"} and said.owner != "house":
        return f"{said.verb} is nobody's act"
    return "it does not say which floor" if said.verb == "floor.laid" and said.floor is UNSET else None
