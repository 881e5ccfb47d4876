"""An auditor's pack: entries, their proofs and their opened private parts, which stand up without the log's server.

One JSON object. `checkpoint` is a signed note; each entry has its leaf, its index and the hashes that lead to the
checkpoint's root, and its private part where it was opened: values and salts that make the commitments of the leaf.
A drawn sample has its seed and the index of the entry that tells it, which is the size of the tree it was drawn from.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from pars.errors import BadInput
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.entry import commitment
from pars.ledger.form import entry_of
from pars.ledger.note import Note, NoteKey, note_from
from pars.ledger.public import NotCanonical
from pars.ledger.sampling import drawn
from pars.ledger.tree import included, leaf_hash

VERSION: Final = 1


class Opened(msgspec.Struct, frozen=True):
    """An opened private part: what was committed to, with its salts, and the details that an auditor may see.

    `at` is the city's time with its offset, empty where the private part tells none. Like the details it is as the
    private part says: the leaf commits to neither, and its day bounds it.
    """

    verb: str
    commits: dict[str, str]
    salts: dict[str, str]
    details: dict[str, object] = {}
    at: str = ""


class Packed(msgspec.Struct, frozen=True):
    """One entry: its leaf as text, its place, its proof in hex, and its private part if it was opened."""

    index: int
    leaf: str
    hashes: list[str]
    private: Opened | None = None


class Sample(msgspec.Struct, frozen=True):
    """A sample: the seed in hex, how many were drawn, and the index of the entry that tells the seed."""

    seed: str
    count: int
    told_at: int


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole pack."""

    version: int
    checkpoint: str
    entries: list[Packed]
    sample: Sample | None = None


def pack_from(body: bytes) -> Pack:
    """A pack as it was exported; refused when it is none."""
    try:
        pack = msgspec.json.decode(body, type=Pack)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise BadInput("this is no auditor's pack", code="not-a-pack") from cause
    if pack.version != VERSION:
        raise BadInput(f"this is a pack of version {pack.version}; this program reads {VERSION}", code="not-a-pack")
    return pack


def faults(pack: Pack, key: NoteKey) -> Iterator[str]:
    """Whatever in it does not hold, a sentence each; nothing when everything does."""
    note = note_from(pack.checkpoint.encode())
    tree = checkpoint_from(note.text)
    if not _signed(note, key):
        yield "the checkpoint is not signed by the log's key"
    for one in pack.entries:
        yield from _of_entry(one, tree)
    if pack.sample is not None:
        yield from _of_sample(pack.sample, pack.entries)


def _signed(note: Note, key: NoteKey) -> bool:
    """Whether the log's key signed it; a signature in its name that does not hold is none."""
    try:
        return bool(note.verified([key]))
    except BadInput:
        return False


def _of_entry(one: Packed, tree: Checkpoint) -> Iterator[str]:
    leaf = one.leaf.encode()
    try:
        said = entry_of(leaf)
        hashes = [bytes.fromhex(each) for each in one.hashes]
    except (NotCanonical, BadInput, ValueError) as fault:
        yield f"entry {one.index}: {fault}"
        return
    if not included(leaf_hash(leaf), one.index, tree.size, hashes, tree.root):
        yield f"entry {one.index} is not in the tree of the checkpoint"
    if one.private is not None:
        made = {
            name: _commitment(one.private.salts.get(name, ""), one.private.commits[name])
            for name in one.private.commits
        }
        if made != said.commit:
            yield f"entry {one.index}: the private part is not the one that the entry commits to"


def _commitment(salt: str, value: str) -> str:
    try:
        return commitment(bytes.fromhex(salt), value)
    except ValueError:
        return hashlib.sha256().hexdigest()


def _of_sample(sample: Sample, entries: Sequence[Packed]) -> Iterator[str]:
    told = {one.index: one for one in entries}
    teller = told.pop(sample.told_at, None)
    if teller is None or f'"seed":"{sample.seed}"' not in teller.leaf or f'"count":{sample.count}' not in teller.leaf:
        yield "the seed of the sample is not the one that its entry tells"
        return
    if sorted(told) != drawn(bytes.fromhex(sample.seed), sample.told_at, sample.count):
        yield "the entries are not the ones that the seed draws"
