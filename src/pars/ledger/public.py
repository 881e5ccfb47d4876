"""The public part of an entry as it is read back: its known members, and whether its bytes are the canonical ones.

Whatever an act says in public stands here with its type (docs/ledger-format.md); a test holds the two together.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pars.errors import BadInput
from pars.record.roles import Owner

Hash: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Nonce: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Signed: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Whose: TypeAlias = Literal["police", "district-attorney", "court", "partner", "house"]


class _Public(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every entry says."""

    v: Literal[1]
    owner: Whose
    day: date
    nonce: Nonce
    commit: dict[str, Hash]


class OfRecord(_Public, frozen=True, tag="record", kw_only=True):
    """An act of the owners' own people, of which nothing more is told."""


class Told(_Public, frozen=True, kw_only=True):
    """What an entry says that tells its verb; a refused act says why, and did nothing of what it tells."""

    verb: str
    refused: str | UnsetType = UNSET
    agreement: str | UnsetType = UNSET
    version: Hash | UnsetType = UNSET
    floor: Hash | UnsetType = UNSET
    agency: str | UnsetType = UNSET

    @property
    def done(self) -> bool:
        """Whether the act was done; a refusal tells what was asked."""
        return self.refused is UNSET and not self.verb.endswith(".refused")


class OfInquiry(Told, frozen=True, tag="inquiry", kw_only=True):
    """A partner's question, a message to it, or what it reported of one."""

    unit: str | UnsetType = UNSET
    purpose: str | UnsetType = UNSET
    criteria: list[str] | UnsetType = UNSET
    fields: list[str] | UnsetType = UNSET
    tells: list[str] | UnsetType = UNSET
    deliver: str | UnsetType = UNSET


class OfAgreement(Told, frozen=True, tag="agreement", kw_only=True):
    """What owners say of an agreement, and what time, duties and the floor do to it."""

    by: Owner | UnsetType = UNSET
    signature: Signed | UnsetType = UNSET
    key: Hash | UnsetType = UNSET
    after: Hash | UnsetType = UNSET
    owner_of_key: Owner | UnsetType = UNSET
    began: str | UnsetType = UNSET
    ended: str | UnsetType = UNSET
    host: str | UnsetType = UNSET
    pattern: str | UnsetType = UNSET
    days: int | UnsetType = UNSET
    until: date | int | UnsetType = UNSET
    start: int | UnsetType = UNSET
    decision: Literal["grant", "withhold", "abstain", "withdraw", "suspend"] | UnsetType = UNSET
    overdue: list[str] | UnsetType = UNSET
    floor_version: int | UnsetType = UNSET
    contract: Hash | UnsetType = UNSET
    measured_by: str | UnsetType = UNSET


class OfDuty(Told, frozen=True, tag="duty", kw_only=True):
    """What a partner owes."""

    due: date | UnsetType = UNSET
    late: bool | UnsetType = UNSET
    up_to: date | UnsetType = UNSET
    method: str | UnsetType = UNSET


class Rewrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An epoch whose private parts were sealed anew, and how many of them remain."""

    epoch: str
    remain: int


class OfErasing(Told, frozen=True, tag="erasing", kw_only=True):
    """That private parts were erased: from which epochs, and how many remain; nothing about whom."""

    rewrapped: list[Rewrapped] | UnsetType = UNSET


class OfOversight(Told, frozen=True, tag="oversight", kw_only=True):
    """What those do who oversee: a longer delay of “who looked”, a sample's seed, reads, a statement that was filed."""

    days: int | UnsetType = UNSET
    until: date | UnsetType = UNSET
    owners: list[Owner] | UnsetType = UNSET
    seed: Hash | UnsetType = UNSET
    count: int | UnsetType = UNSET
    gap: int | UnsetType = UNSET
    period: str | UnsetType = UNSET
    statement: Hash | UnsetType = UNSET


Public: TypeAlias = OfRecord | OfInquiry | OfAgreement | OfDuty | OfErasing | OfOversight
KINDS: Final = (OfRecord, OfInquiry, OfAgreement, OfDuty, OfErasing, OfOversight)

_reader = msgspec.json.Decoder(Public)
_canonical = msgspec.json.Encoder(order="sorted")


class NotCanonical(Exception):
    """JSON, but not the public part of an entry of this version in its canonical bytes; says why."""


def public_of(leaf: bytes) -> Public:
    """What an entry says. Raises `NotCanonical` with the reason; refused whole when it is no JSON object at all."""
    try:
        said: Public = _reader.decode(leaf)
    except msgspec.ValidationError as cause:
        once_each(leaf)
        raise NotCanonical(f"it is no entry of this format: {cause}") from cause
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise BadInput("this is no JSON object", code="not-an-entry") from cause
    if _canonical.encode(said) != leaf:
        once_each(leaf)
        raise NotCanonical("its bytes are not the canonical ones (RFC 8785)")
    return said


def once_each(body: bytes) -> object:
    """JSON in which every name stands once in its object; refused otherwise, and when it is none."""
    try:
        return json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as cause:
        raise BadInput("this is no JSON", code="not-json") from cause


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise BadInput("a JSON object names something twice", code="named-twice")
    return dict(pairs)


def _no_constant(name: str) -> object:
    raise ValueError(name)
