"""Victims and witnesses: marks by which a text is found to name one, secret addresses, what victims are told."""

import re
from collections.abc import Mapping
from typing import Final

from pars.record.person import Name, name_key, search_keys

WARNING: Final = "The text seems to name a protected person. Papers go to the defendant: write Complainant 1 instead."
"""What the page says after a text that names somebody protected; the text is kept, since the desk may be right."""

NAMED_BEFORE: Final = "A text that was written before seems to name this person. Write it anew with Complainant 1."
"""What the page says when somebody protected is written down after the text."""

ABOUT: Mapping[str, str] = {
    "bail": "bail was set or changed",
    "release": "the person is released, or will be",
    "conditions": "conditions protect you",
    "next-date": "the next date in court",
    "custody": "the person was handed to the prison",
}
"""What a victim is told of (18 P.S. 11.201), by the word of the notice."""

OWED_AFTER: Mapping[str, tuple[str, ...]] = {
    "arraign": ("bail", "next-date"),
    "arraign-at-bedside": ("bail", "next-date"),
    "sign-out": ("release",),
    "commit": ("custody",),
}
"""Which notices become owed with a step; that of a release, too, as soon as it is owed by whatever step."""

WAYS: Final = ("telephone", "text-message", "email", "letter", "in-person")
"""How somebody can be told. Whoever was not reached is still owed the notice."""

_WORD: Final = re.compile(r"[^\W\d_]+|\d{4,}")
_STREET: Final = re.compile(
    r"\b\d+\s+[\w .'-]*\b(street|st|avenue|ave|road|rd|lane|ln|drive|dr|row|place|pl|court|ct|terrace|blvd)\b",
    re.IGNORECASE,
)
_SHORTEST: Final = 3


def marks(surname: str, given: str, contact: str) -> frozenset[str]:
    """Keys of a protected person: each word of the name, each longer number of the contact, and the whole name."""
    words, numbers = _words(f"{surname} {given}"), {word for word in _words(contact) if word.isdigit()}
    whole = {key for key in search_keys(Name(surname, given), None) if key.startswith("n:")} if given else set()
    return frozenset({f"v:{word}" for word in words | numbers if len(word) >= _SHORTEST} | whole)


def marks_in(text: str) -> frozenset[str]:
    """The same keys of every word and longer number of a text."""
    return frozenset(f"v:{word}" for word in _words(text) if len(word) >= _SHORTEST)


def _words(text: str) -> set[str]:
    return {word if word.isdigit() else name_key(word) for word in _WORD.findall(text)}


def street_in(contact: str) -> bool:
    """Whether a contact looks like a street address. The program's own post office box is none."""
    return _STREET.search(contact) is not None
