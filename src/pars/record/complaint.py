"""The complaint of Rule 504: what it must say, and what is missing before it can be printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the record holds for a complaint; None is not there. Laboratory and prints are notations, yes or no."""

    affiant: str | None
    defendant: str | None
    address_or_description: str | None
    offence_on: str | None
    place: str | None
    charges: int
    facts: str | None
    laboratory: bool | None
    fingerprinted: bool | None
    verified: bool
    approved: bool


ITEMS: Final[Mapping[str, str]] = {
    "affiant": "the affiant (Rule 504(1))",
    "defendant": "the defendant's name, or a description (Rule 504(2))",
    "address_or_description": "the defendant's address or description (Rule 504(2))",
    "offence_on": "the date of the offense (Rule 504(4))",
    "place": "the place of the offense (Rule 504(5))",
    "charges": "a charge that the District Attorney approved (Rule 504(3), 507)",
    "facts": "a summary of the facts; a citation alone is not enough (Rule 504(6))",
    "laboratory": "the notation on laboratory services (Rule 504(8))",
    "fingerprinted": "the notation on fingerprints (Rule 504(9))",
    "approved": "the approval of the attorney for the Commonwealth (Rule 507)",
}
"""Items in the order of the rule. The affiant's verification is signed on the printed complaint itself."""


def missing(complaint: Complaint) -> tuple[str, ...]:
    """The items that are not there, in words; empty when the complaint can be printed."""
    return tuple(words for name, words in ITEMS.items() if _absent(name, getattr(complaint, name)))


def _absent(name: str, value: object) -> bool:
    return value in {None, ""} or (name == "charges" and value == 0) or (name == "approved" and value is False)
