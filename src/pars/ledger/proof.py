"""What shows a stranger that one entry is in the log; and what a log asks of those who cosign its checkpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.note import Note, Signature, note_from
from pars.ledger.tree import included


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where an entry is, and the hashes that lead from its leaf to the root of a signed checkpoint.

    `size` is the checkpoint's; `hashes` go from the leaf upwards; `checkpoint` is the whole note, cosignatures and all.
    """

    index: int
    size: int
    hashes: Sequence[bytes]
    checkpoint: bytes

    def shows(self, leaf: bytes) -> bool:
        """Whether the leaf of that hash is in the tree of the checkpoint; its signatures are for the caller."""
        said = self.tree
        return said.size == self.size and included(leaf, self.index, self.size, self.hashes, said.root)

    @property
    def tree(self) -> Checkpoint:
        """What the checkpoint says; refused when it says nothing."""
        return checkpoint_from(note_from(self.checkpoint).text)


Proofs = Callable[[int], Sequence[bytes]]
"""From an older size of the log: the hashes that show it to be the beginning of the tree at hand (RFC 6962, 2.1.2)."""

Cosigners = Callable[[Note, Proofs], Sequence[Signature]]
"""Shows a signed checkpoint to the witnesses, all at once, and gives the cosignatures that came within a second.

Who is slow, away or refuses is left out. Raises `Ahead` when a witness has cosigned a tree that this one does not
extend: then nothing is published, and partners wait until the log is recovered.
"""


class Ahead(Exception):
    """A witness has cosigned a larger tree than the log can show, or another one: the log is behind, or forks."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a witness has cosigned a tree of {size} entries that this log does not extend")
        self.size = size


def nobody(_: Note, __: Proofs) -> Sequence[Signature]:
    """Without witnesses the log signs alone."""
    return ()
