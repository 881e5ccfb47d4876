"""A checkpoint: which tree the log stands by, as the text of a signed note (C2SP tlog-checkpoint)."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from pars.errors import BadInput
from pars.ledger.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree of a log: the log's origin, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def checkpoint_from(text: str) -> Checkpoint:
    """The checkpoint that a note's text says; refused when it says none. Lines after the third are passed over."""
    lines = text.split("\n")
    if len(lines) <= _LINES or lines[-1] or not all(lines[:-1]):
        raise BadInput("a checkpoint has three lines: origin, size, root", code="not-a-checkpoint")
    origin, size, root = lines[:_LINES]
    try:
        raw = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise BadInput("the root of a checkpoint is not base64", code="not-a-checkpoint") from cause
    if len(raw) != HASH_BYTES or not _SIZE.fullmatch(size):
        raise BadInput("the size or the root of a checkpoint is malformed", code="not-a-checkpoint")
    return Checkpoint(origin, int(size), raw)
