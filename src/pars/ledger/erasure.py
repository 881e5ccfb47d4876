"""What becomes of a private part when somebody is erased: it goes, or keeps the others whom it names."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec

from pars.ledger.entry import ARREST, Private, arrests_in

STRUCK: Final = "struck out with an erasing"
"""What stands in place of a reason in which an erased person was named."""

OUTCOME: Final = "outcome"
"""What came of a question or a step, in words of ours alone: nobody typed it, and nobody's name is meant by it."""
NAMES_AN_AGENCY: Final = frozenset({"account.founded", "account.confirmed", "watch.reset", "watch.reset-voted"})
"""Entries whose `agency` is one that is registered, and no text: a county may be called like the person."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is erased: the arrests, the keys under which they were asked for, and the words that name them."""

    arrests: frozenset[str]
    asked: frozenset[str] = frozenset()
    words: Collection[str] = ()


def without(private: Private, erased: Erased) -> Private | None:
    """The private part without whom it may not name any more; None when nothing else is in it.

    A list keeps the others who stood on it. A question that named the person in full and showed nobody goes whole.
    """
    named = arrests_in(private)
    left = named - erased.arrests
    if not left and (named & erased.arrests or erased.asked & set(private.about)):
        return None
    ours = {OUTCOME, "agency"} if private.verb in NAMES_AN_AGENCY else {OUTCOME}
    details = {name: value if name in ours else _struck(value, erased) for name, value in private.details.items()}
    if named != left:
        details["arrests"] = [one for one in _listed(details) if one not in erased.arrests]
    about = [one for one in private.about if one.removeprefix(ARREST) not in erased.arrests and one not in erased.asked]
    return msgspec.structs.replace(private, details=details, about=about)


def _listed(details: dict[str, object]) -> list[str]:
    listed = details.get("arrests")
    return [str(one) for one in listed] if isinstance(listed, list) else []


def _struck(value: object, erased: Erased) -> object:
    """A text in which one of the words stands is struck out whole: what is left of a sentence can still tell."""
    if not isinstance(value, str):
        return value
    said = value.casefold()
    return STRUCK if any(re.search(rf"\b{re.escape(word.casefold())}\b", said) for word in erased.words) else value
