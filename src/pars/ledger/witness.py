"""What a witness is asked, and what it decides (C2SP tlog-witness), as values: no network, no files, no clock.

A witness signs a tree only when it is the one that it signed last, or begins with it. What it remembers is the size and
the root of that one tree; who keeps it (store/witnessing) writes it down before anybody is told.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pars.errors import BadInput
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.note import NOTE_BYTES, Note, NoteKey, Signature, note_from, signature_from
from pars.ledger.tree import EMPTY_ROOT, HASH_BYTES, consistent

PROOF_LINES: Final = 63
REQUEST_BYTES: Final = NOTE_BYTES + PROOF_LINES * 45 + 32
"""The longest request that is read at all."""
ANSWER_BYTES: Final = 100_000
"""The longest answer of a witness that is read at all."""
PLAIN: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"
"""The kind of an answer that tells the size of the tree which the witness signed last."""

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,17})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,17})\n")


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint to be cosigned, and the proof that it continues the tree of `old` leaves."""

    old: int
    proof: Sequence[bytes]
    note: Note

    @property
    def body(self) -> bytes:
        """The request as it is sent."""
        lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.proof)
        return f"old {self.old}\n{lines}\n{self.note}".encode()


@dataclass(frozen=True, slots=True)
class Remembered:
    """The tree that a witness signed last: its size and its root."""

    size: int
    root: bytes


NOTHING: Final = Remembered(0, EMPTY_ROOT)
"""What a witness remembers that never signed: the empty tree, with which every tree begins."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a witness answers when it does not sign."""

    status: int
    body: str
    kind: str = PLAIN


@dataclass(frozen=True, slots=True)
class Sound:
    """A checkpoint that may be signed: the log signed it, and it continues what the witness remembers."""

    note: Note
    checkpoint: Checkpoint
    by: Sequence[Signature]

    @property
    def remembered(self) -> Remembered:
        """What the witness has to remember before it tells anybody that it signed."""
        return Remembered(self.checkpoint.size, self.checkpoint.root)


def request_from(body: bytes) -> Request:
    """A request from its bytes; refused, with a sentence, when it is none."""
    if len(body) > REQUEST_BYTES:
        raise BadInput("this is too long for a checkpoint and its proof", code="not-a-request")
    head, parted, rest = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if not parted or old is None:
        raise BadInput("a request begins with “old” and a size, and has an empty line", code="not-a-request")
    if len(lines) > PROOF_LINES:
        raise BadInput(f"a proof has at most {PROOF_LINES} lines", code="not-a-request")
    return Request(int(old[1]), [_hash(line) for line in lines], note_from(rest))


def _hash(line: bytes) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except binascii.Error as cause:
        raise BadInput("a line of the proof is not base64", code="not-a-request") from cause
    if len(raw) != HASH_BYTES or base64.b64encode(raw) != line:
        raise BadInput("a line of the proof is not one hash", code="not-a-request")
    return raw


def decide(body: bytes, origin: str, keys: Sequence[NoteKey], remembered: Remembered) -> Sound | Refused:
    """Whether the witness may sign: every rule of the specification, in its order, as a value."""
    try:
        request = request_from(body)
        checkpoint = checkpoint_from(request.note.text)
    except BadInput as refusal:
        return Refused(400, refusal.sentence)
    if checkpoint.origin != origin:
        return Refused(404, "this witness knows no log of that origin")
    try:
        by = [signature for _, signature in request.note.verified(keys)]
    except BadInput as refusal:
        return Refused(403, refusal.sentence)
    if not by:
        return Refused(403, "no key that this witness knows for the log signed the checkpoint")
    return _continued(request, checkpoint, remembered) or Sound(request.note, checkpoint, by)


def _continued(request: Request, checkpoint: Checkpoint, remembered: Remembered) -> Refused | None:
    """Why the checkpoint does not continue the tree that is remembered; None when it does."""
    if request.old > checkpoint.size:
        return Refused(400, "the old size is larger than the checkpoint's")
    if request.old != remembered.size:
        return Refused(409, f"{remembered.size}\n", SIZE)
    wrong = _inconsistent(request, checkpoint, remembered)
    return Refused(422, wrong) if wrong else None


def _inconsistent(request: Request, checkpoint: Checkpoint, remembered: Remembered) -> str | None:
    """What is wrong with the proof or the root; None when the new tree begins with the old one."""
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return "the checkpoint of an empty tree has another root"
    if request.old == 0 and request.proof:
        return "every tree continues the empty one, and no proof is sent for it"
    if request.old == 0 and checkpoint.size > 0:
        return None
    if not consistent(request.old, remembered.root, checkpoint.size, checkpoint.root, request.proof):
        return "the checkpoint does not continue the tree that this witness signed"
    return None


def size_told(kind: str, body: bytes) -> int:
    """The size in a witness's answer 409; refused when it tells none."""
    told = _SIZE.fullmatch(body)
    if kind.partition(";")[0].strip() != SIZE or told is None:
        raise BadInput("the witness does not tell the size of the tree that it signed", code="not-a-size")
    return int(told[1])


def cosignatures(body: bytes, text: str, key: NoteKey) -> list[Signature]:
    """That witness's signatures of the text in its answer 200; refused when it sends none that holds.

    Lines of other keys are passed over, as the specification has it.
    """
    try:
        told = body.decode()
    except UnicodeDecodeError as cause:
        raise BadInput("the witness answers no signatures", code="not-a-cosignature") from cause
    if not told.endswith("\n") or len(body) > ANSWER_BYTES:
        raise BadInput("the witness answers no signatures", code="not-a-cosignature")
    lines = Note(text, [signature_from(line) for line in told[:-1].split("\n")])
    own = [signature for _, signature in lines.verified([key]) if signature.at > 0]
    if not own:
        raise BadInput("the witness answers without a signature of its key", code="not-a-cosignature")
    return own
