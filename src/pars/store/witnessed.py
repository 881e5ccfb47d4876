"""What a witness keeps, in a folder of its own: the checkpoint that it signed last, and the log up to there.

The folder has the layout of the log itself, so that whatever reads the one reads the other. `checkpoint` is written
last and whole: killed at any moment, a witness remembers the tree before or the tree that it signs, with every entry.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pars.errors import BadInput, Misconfigured, Unavailable
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.growing import bundles, grown
from pars.ledger.note import Note, NoteKey, key_from, note_from
from pars.ledger.signer import Signer, signer_from
from pars.ledger.tiles import WIDTH, Tile, nodes_of, unbundled
from pars.ledger.tree import Peaks, leaf_hash, peaks
from pars.ledger.witness import NOTHING, Remembered
from pars.store.files import write_once
from pars.store.tilefiles import CHECKPOINT, KEY, WITNESSES, NoRoom, TileFiles


def signer_in(file: Path, name: str) -> Signer:
    """The witness's key in a file of mode 0600; made, once, by that name when there is none."""
    try:
        signer = signer_from(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        signer = _born(file, name)
    except (OSError, UnicodeDecodeError) as cause:
        raise Misconfigured("the file with the witness's key cannot be read") from cause
    if file.stat().st_mode & 0o077:
        raise Misconfigured("others can read the file with the witness's key; chmod 600 it, or make another key")
    return signer


def _born(file: Path, name: str) -> Signer:
    written = Signer(name, os.urandom(32)).written()
    signer_from(written)  # a name that cannot stand in a note is refused before anything is written
    file.parent.mkdir(parents=True, exist_ok=True)
    return signer_from(written if write_once(file, written.encode()) else file.read_text(encoding="utf-8"))


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[TileFiles]:
    """Be the one witness of a folder for as long as the block runs; refused when another is at work there."""
    files = TileFiles(folder)
    with files.alone() as alone:
        if not alone:
            raise Misconfigured("another witness is at work in this folder")
        yield files


def kept_key(files: TileFiles) -> NoteKey | None:
    """The log's key that the folder was begun with; None when it has not been begun."""
    body = files.read(KEY)
    return None if body is None else key_from(body.decode())


def begin(files: TileFiles, log: NoteKey, signer: Signer) -> None:
    """Write down whose log is kept here, and by which witness."""
    files.write([(KEY, f"{log}\n".encode()), (WITNESSES, f"{signer.public}\n".encode())])


class Memory:
    """The folder of one witness, open. `tree` is the one that it signed last, the empty one before the first."""

    def __init__(self, files: TileFiles, tree: Checkpoint | None = None) -> None:
        self.files = files
        self._tree = tree

    @property
    def remembered(self) -> Remembered:
        """The tree that was signed last."""
        return NOTHING if self._tree is None else Remembered(self._tree.size, self._tree.root)

    def tile(self, tile: Tile) -> bytes:
        """A tile, as far as it was copied; whatever comes after the signed tree changes nothing before it."""
        body = self.files.tile(tile)
        if body is None:
            raise Misconfigured(f"the witness's copy lacks {tile.path}")
        return body

    def peaks(self) -> Peaks:
        """The peaks of the tree that was signed last, from the tiles on disk."""
        size = self.remembered.size
        return peaks(size, nodes_of(size, self.tile))

    def begun(self, number: int, size: int) -> list[bytes]:
        """The entries of a bundle as far as a tree of that size, which is copied, reaches into it."""
        width = min(WIDTH, max(0, size - number * WIDTH))
        return unbundled(self.tile(Tile(None, number, width)), width) if width else []

    def add(self, tree: Peaks, fresh: Sequence[bytes]) -> None:
        """Copy entries after those of the tree, which grows.

        None of it counts before `sign` has named a tree that holds it.
        """
        old = tree.size
        entries = [*self.begun(old // WIDTH, old), *fresh]
        hashes = [leaf_hash(entry) for entry in entries]
        new = [*bundles(old, entries), *grown(old, hashes, self.tile)]
        self.files.write((tile.path, body) for tile, body in new)
        for each in hashes[old % WIDTH :]:
            tree.append(each)
        self.files.prune(old, tree.size)

    def sign(self, note: Note) -> None:
        """Remember a checkpoint with the witness's own signature. Only then may anybody be told."""
        try:
            self.files.write([(CHECKPOINT, str(note).encode())])
        except NoRoom as cause:
            raise Unavailable(f"the witness's folder: {cause}") from cause
        self._tree = checkpoint_from(note.text)


def memory_in(files: TileFiles, log: NoteKey, signer: Signer) -> Memory:
    """What the folder remembers; refused when it was changed, or when its copy is not the tree that was signed."""
    body = files.read(CHECKPOINT)
    if body is None:
        return Memory(files)
    try:
        note = note_from(body)
        signed = {key for key, _ in note.verified([log, signer.public])}
        tree = checkpoint_from(note.text)
    except BadInput as cause:
        raise Misconfigured("the checkpoint that this witness remembers is damaged; bring the folder back") from cause
    if signed != {log, signer.public}:
        raise Misconfigured("the checkpoint in this folder is not one that this witness signed for this log")
    memory = Memory(files, tree)
    try:
        same = memory.peaks().root() == tree.root
    except BadInput:  # a tile of another length than its name says
        same = False
    if not same:
        raise Misconfigured("the copy in this folder is not the tree that this witness signed; bring the folder back")
    return memory
