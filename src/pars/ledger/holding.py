"""A receipt held against a log: what was promised becomes a proof that it is there, or evidence that it is not."""

import base64
from dataclasses import dataclass
from datetime import datetime

from pars.errors import BadInput
from pars.ledger.checking import Check
from pars.ledger.note import NoteKey
from pars.ledger.proof import Inclusion
from pars.ledger.public import once_each
from pars.ledger.receipt import Receipt, holds
from pars.ledger.tree import HASH_BYTES

NAMES = ("entry_hash", "log", "promised_by", "signature")
MOST_BYTES = 64_000_000
"""The longest answer that a receipt is looked for in: a photograph may stand beside it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt, the hash of the entry that it promises, and until when it was to be in the log."""

    receipt: Receipt
    leaf: bytes
    promised_by: datetime

    def signed_by(self, key: NoteKey) -> Check:
        """Whether the log promised this at all."""
        signed = self.receipt.log == key.name and holds(self.receipt, key.key)
        said = f"{key.name} promised entry {self.receipt.entry_hash}" if signed else f"{key.name} did not promise this"
        return Check("promise", signed, said)

    def missing(self, size: int, looked_at: datetime | None) -> Check:
        """What it means that the entry is not in a tree of that size, which two owners saw at that moment."""
        late = looked_at is not None and looked_at > self.promised_by
        until = self.receipt.promised_by
        said = (
            f"its entry is not among {size} entries, promised by {until}, and two owners saw no larger log after that: "
            "this receipt with this checkpoint is evidence against the log"
            if late
            else f"its entry is not among {size} entries yet; it is promised by {until}: look again after that"
        )
        return Check("receipt", holds=False, said=said)


def held(body: bytes) -> Held:
    """A receipt from its JSON, by itself or in the answer that it came with; refused when there is none in it."""
    if len(body) > MOST_BYTES:
        raise BadInput("this is too long for a receipt", code="not-a-receipt")
    said = once_each(body)
    if isinstance(said, dict) and "receipt" in said:
        said = said["receipt"]
    if not isinstance(said, dict) or set(said) != set(NAMES) or not all(isinstance(one, str) for one in said.values()):
        raise BadInput(f"this holds no receipt, which has {', '.join(NAMES)}", code="not-a-receipt")
    receipt = Receipt(**said)
    try:
        leaf, until = bytes.fromhex(receipt.entry_hash), datetime.fromisoformat(receipt.promised_by)
        receipt.log.encode()
    except ValueError as cause:
        raise BadInput("the hash, the time or the name in this receipt is malformed", code="not-a-receipt") from cause
    if len(leaf) != HASH_BYTES or until.tzinfo is None:
        raise BadInput("the hash or the time of this receipt is malformed", code="not-a-receipt")
    return Held(receipt, leaf, until)


def as_text(proof: Inclusion) -> str:
    """An inclusion proof as text that others' programs read (C2SP tlog-proof)."""
    hashes = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof.hashes)
    return f"c2sp.org/tlog-proof@v1\nindex {proof.index}\n{hashes}\n{proof.checkpoint.decode()}"
