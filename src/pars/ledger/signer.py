"""A witness's own key: its name and 32 private bytes, written as Go writes the private key of a note."""

import base64
from dataclasses import dataclass, field
from typing import Final

from pars.errors import BadInput
from pars.ledger.note import KEY_BYTES, KeyKind, NoteKey, Signature, cosigned, key_from, key_of

_MARK: Final = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who cosigns: a name, and the private key that belongs to it."""

    name: str
    private: bytes = field(repr=False)

    @property
    def public(self) -> NoteKey:
        """The key that others check its signatures with."""
        return key_of(self.name, KeyKind.WITNESS, self.private)

    def cosigned(self, text: str, at: int) -> Signature:
        """Its signature of a checkpoint at a time in POSIX seconds."""
        return cosigned(text, self.name, self.private, at)

    def written(self) -> str:
        """The key as it is kept in a file, one line; whoever reads it can sign."""
        body = base64.b64encode(bytes([KeyKind.WITNESS]) + self.private).decode()
        return f"{_MARK}{self.name}+{self.public.id.hex()}+{body}\n"


def signer_from(text: str) -> Signer:
    """A witness's key from its line; refused when it is malformed, damaged, or another kind of key."""
    line = text.strip()
    try:
        name, told, body = line.removeprefix(_MARK).split("+", 2)
        raw = base64.b64decode(body, validate=True)
    except ValueError as cause:
        raise BadInput("this is not the key of a witness", code="not-a-key") from cause
    if not line.startswith(_MARK) or len(raw) != 1 + KEY_BYTES or raw[0] != KeyKind.WITNESS:
        raise BadInput("this is not the key of a witness", code="not-a-key")
    signer = Signer(name, raw[1:])
    if signer.public.id.hex() != told or key_from(str(signer.public)) != signer.public:
        raise BadInput("this key of a witness is damaged: its hash is another", code="not-a-key")
    return signer
