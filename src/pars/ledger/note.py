"""Signed notes (C2SP signed-note): a text, and under it signatures that name their keys.

Two kinds of keys occur: the log's (Ed25519, 0x01), which signs the text, and a witness's (cosignature/v1, 0x04), which
signs the text and the time of its looking. Keys are written as Go writes them: `name+hash+base64`.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pars.errors import BadInput
from pars.sharing import ed25519

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
NOTE_BYTES: Final = 1_000_000
"""The longest note that is read at all."""
SIGNATURES: Final = 100
"""The most signatures of a note that are looked at."""
_DASH = "— "


class KeyKind(IntEnum):
    """What a key signs, as the byte that stands before it."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key of a note: whose, of which kind, and its 32 bytes."""

    name: str
    kind: KeyKind
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that name it in a signature line."""
        said = self.name.encode() + b"\n" + bytes([self.kind]) + self.key
        return hashlib.sha256(said).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The key as Go writes it."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.key).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and what follows the id."""

    name: str
    key_id: bytes
    signed: bytes

    @property
    def line(self) -> str:
        """The line as it stands under a note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signed).decode()}\n"

    @property
    def at(self) -> int:
        """When a witness looked, in POSIX seconds."""
        return int.from_bytes(self.signed[:_TIME_BYTES], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, whoever made them; `verified` says which of them hold."""

    text: str
    signatures: Sequence[Signature]

    def __str__(self) -> str:
        """The note as it is sent and kept."""
        return f"{self.text}\n{''.join(each.line for each in self.signatures)}"

    def verified(self, keys: Iterable[NoteKey]) -> list[tuple[NoteKey, Signature]]:
        """The keys among these that signed, each once; refused when one of them stands under it and does not hold."""
        found: dict[NoteKey, Signature] = {}
        known = {(key.name, key.id): key for key in keys}
        for each in self.signatures:
            key = known.get((each.name, each.key_id))
            if key is None:
                continue
            if not holds(key, self.text, each):
                raise BadInput(f"a signature of {key.name} does not hold", code="bad-signature")
            found.setdefault(key, each)
        return list(found.items())


def key_from(text: str) -> NoteKey:
    """A key as Go writes it; refused when it is malformed, of another kind, or its hash is not its own."""
    name, _, rest = text.strip().partition("+")
    told, _, body = rest.partition("+")
    try:
        raw = base64.b64decode(body, validate=True)
        key = NoteKey(named(name), KeyKind(raw[0]), raw[1:])
    except (ValueError, IndexError) as cause:
        raise BadInput("this is not a key of a note (name+hash+base64)", code="not-a-key") from cause
    if len(key.key) != KEY_BYTES or key.id.hex() != told:
        raise BadInput("this key of a note is damaged: its hash is another", code="not-a-key")
    return key


def named(name: str) -> str:
    """A name that may stand in a signature line: not empty, no blanks, no plus."""
    if not name or "+" in name or any(sign.isspace() or ord(sign) < ord(" ") for sign in name):
        raise BadInput("the name of a key has no blanks and no plus sign", code="not-a-key")
    return name


def key_of(name: str, kind: KeyKind, private: bytes) -> NoteKey:
    """The public key that belongs to 32 private bytes."""
    public = Ed25519PrivateKey.from_private_bytes(private).public_key()
    return NoteKey(named(name), kind, public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def signed(text: str, name: str, private: bytes) -> Signature:
    """The log's signature of a text."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    return Signature(name, key_of(name, KeyKind.LOG, private).id, key.sign(text.encode()))


def cosigned(text: str, name: str, private: bytes, at: int) -> Signature:
    """A witness's signature of a text at a time in POSIX seconds."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    time = at.to_bytes(_TIME_BYTES, "big")
    return Signature(name, key_of(name, KeyKind.WITNESS, private).id, time + key.sign(_cosigned_bytes(text, at)))


def holds(key: NoteKey, text: str, signature: Signature) -> bool:
    """Whether this key made this signature of this text."""
    body, message = signature.signed, text.encode()
    if key.kind is KeyKind.WITNESS:
        if len(body) != _TIME_BYTES + SIGNATURE_BYTES:
            return False
        message = _cosigned_bytes(text, signature.at)
        body = body[_TIME_BYTES:]
    return ed25519.holds(key.key, message, body)


def _cosigned_bytes(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def note_from(body: bytes) -> Note:
    """A note from its bytes; refused, with a sentence, when it is none."""
    if len(body) > NOTE_BYTES:
        raise BadInput("this is too long for a signed note", code="not-a-note")
    try:
        whole = body.decode()
    except UnicodeDecodeError as cause:
        raise BadInput("a signed note is text, and this is none", code="not-a-note") from cause
    if any(ord(sign) < ord(" ") and sign != "\n" for sign in whole):
        raise BadInput("a signed note has no control characters", code="not-a-note")
    text, parted, under = whole.rpartition("\n\n")
    if not parted or not under.endswith("\n"):
        raise BadInput("a signed note is a text, an empty line, and its signatures", code="not-a-note")
    lines = under[:-1].split("\n")
    if len(lines) > SIGNATURES:
        raise BadInput("a signed note has no hundreds of signatures", code="not-a-note")
    return Note(text + "\n", [signature_from(line) for line in lines])


def signature_from(line: str) -> Signature:
    """A signature line without its newline; refused when it is none."""
    name, _, body = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise BadInput("a signature under a note is not base64", code="not-a-note") from cause
    if not line.startswith(_DASH) or len(raw) <= _ID_BYTES:
        raise BadInput("a line under a note is not a signature", code="not-a-note")
    return Signature(named(name), raw[:_ID_BYTES], raw[_ID_BYTES:])
