"""An entry: its public part, its commitments, and the canonical bytes of its leaf.

The public part says the day, never the hour, and of a colleague's act only its owner and “record”; of an inquiry and of
what an owner says it tells what depends on question and agreement alone. Whom and what it concerns stands in it as
commitments, each with its own random 32-byte salt, so that no two leaves can be linked; the leaf holds 16 random bytes
besides. Salts and details are kept apart, sealed and erasable.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

VERSION: Final = 1
SALT_BYTES: Final = 32
NONCE_BYTES: Final = 16
NOBODY: Final = "nobody"
"""What an inquiry that showed nobody commits to in place of an arrest."""

_canonical = msgspec.json.Encoder(order="sorted")


def canonical(value: Mapping[str, object]) -> bytes:
    """RFC 8785 bytes of a tree of strings, integers, booleans, lists and mappings with ASCII keys (no floats)."""
    return _canonical.encode(value)


def commitment(salt: bytes, value: str) -> str:
    """Hex SHA-256 over a 32-byte salt and the value's UTF-8 bytes."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draw:
    """The random bytes of one leaf: its own 16, and a salt for each thing committed to."""

    nonce: bytes
    salts: Mapping[str, bytes]


class Kind(StrEnum):
    """What an entry tells the public that it is."""

    RECORD = "record"
    INQUIRY = "inquiry"
    AGREEMENT = "agreement"
    DUTY = "duty"
    ERASING = "erasing"
    OVERSIGHT = "oversight"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of the record, as the ledger keeps it.

    `verb` is a past participle (`arrest.booked`); `owner` whose act it is; `commits` whom and what it concerns
    (account, arrest, …), which the public sees only as commitments; `said` is what stands in public besides.
    """

    verb: str
    owner: str
    day: date
    commits: Mapping[str, str]
    kind: Kind = Kind.RECORD
    said: Mapping[str, object] = field(default_factory=dict)

    def public(self, draw: Draw) -> dict[str, object]:
        """The public part. A colleague's act shows its owner and “record”, not its verb."""
        told = {} if self.kind is Kind.RECORD else {"verb": self.verb, **self.said}
        return {
            **told,
            "v": VERSION,
            "kind": self.kind.value,
            "owner": self.owner,
            "day": self.day.isoformat(),
            "nonce": draw.nonce.hex(),
            "commit": {name: commitment(draw.salts[name], value) for name, value in self.commits.items()},
        }


class Private(msgspec.Struct, frozen=True):
    """The private part of an entry: what its commitments commit to, their salts, when it was, and the details.

    `salts` are hex; `details` depend on the verb; `about` is what else the entry is found by than the arrests that
    it names. Parts from before there were epochs have no verb and no time of their own.
    """

    verb: str = ""
    at: datetime | None = None
    commits: dict[str, str] = {}
    salts: dict[str, str] = {}
    details: dict[str, object] = {}
    about: list[str] = []


ARREST: Final = "arrest:"
"""What an entry is found by begins with this when it is an arrest."""


def arrests_in(private: Private) -> set[str]:
    """Every arrest that a private part names."""
    listed = private.details.get("arrests")
    found = {str(one) for one in listed} if isinstance(listed, list) else set()
    found |= {str(private.details["arrest"])} if "arrest" in private.details else set()
    return found | {
        private.commits[name] for name in ("arrest", "found") if private.commits.get(name, NOBODY) != NOBODY
    }


def concerned(private: Private) -> set[str]:
    """What an entry is found by for the arrests that it names."""
    return {f"{ARREST}{one}" for one in arrests_in(private)}
