"""Mending the log's folder: files that were lost or damaged are made again from the database, or not at all.

The database holds each entry, the folder the signed checkpoint. Only when the tree over the entries is the one that
the checkpoint says is anything written; otherwise one of the two is not the log that was signed, and nobody here knows
which.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pars.actions import recovery
from pars.actions.placing import MOST, floor_file, terms_file
from pars.errors import Conflicts, NotThere, ParsError, Unavailable
from pars.ledger.checkpoint import Checkpoint
from pars.ledger.growing import bundles, cut, grown
from pars.ledger.tiles import WIDTH, Tile, tile_of
from pars.ledger.tree import Peaks, leaf_hash
from pars.store import floors
from pars.store import placing as kept
from pars.store.database import Store
from pars.store.tilefiles import NoRoom, TileFiles

TRIES_SECONDS: Final = 5.0
"""For so long the folder is waited for, which a running server has for a moment at a time."""
_NAMES: Final = 3
"""Files that are named in a sentence; the others are counted."""
_RECOVER: Final = "nothing is made again from it; pars ledger recover takes the log from a witness's copy"

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with the folder of a log of so many entries: files that are lost, and others than were signed."""

    size: int
    lost: Sequence[str]
    damaged: Sequence[str]

    @property
    def files(self) -> Sequence[str]:
        """All of them."""
        return [*self.lost, *self.damaged]

    @property
    def told(self) -> list[str]:
        """The same in the operator's words; empty when nothing is wrong."""
        said = [("lost", self.lost), ("damaged", self.damaged)]
        return [
            f"files of the log are {word}: {_some(paths)}; the database has what was in them: pars ledger mend"
            for word, paths in said
            if paths
        ]


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMES} more" if len(paths) > _NAMES else ""
    return ", ".join(paths[:_NAMES]) + more


def look(store: Store, progress: Progress = lambda _: None) -> Found:
    """Hold every file against the database; refused when its entries are not those of the signed checkpoint."""
    return _found(store, _signed(store), progress)[0]


def mend(store: Store, progress: Progress = lambda _: None) -> Found:
    """Make again whatever is lost or damaged; what it was. Refused, and nothing is written, as `look` is."""
    until = time.monotonic() + TRIES_SECONDS
    while True:
        with store.files.alone() as ours:
            if ours:
                return _mend(store, progress)
        if time.monotonic() > until:
            raise Unavailable("the log is being placed at this moment; try again")
        time.sleep(0.02)


def explained(store: Store, progress: Progress = lambda _: None) -> list[str]:
    """What is wrong with the folder, and how it is mended, for the operator; empty when nothing is."""
    try:
        return look(store, progress).told
    except ParsError as refusal:
        return [refusal.sentence]


def _signed(store: Store) -> Checkpoint:
    """The tree that the folder's checkpoint says, which the log's key signed."""
    try:
        return recovery.copy_from(store, lambda path: _there(store.files, path)).tree
    except ParsError as cause:
        raise Conflicts(
            f"the folder has no checkpoint that the log's key signed: {_RECOVER}", code="log-folder"
        ) from cause


def _there(files: TileFiles, path: str) -> bytes:
    body = files.read(path)
    if body is None:
        raise NotThere(f"{path} is missing")
    return body


def _found(
    store: Store, tree: Checkpoint, progress: Progress
) -> tuple[Found, Mapping[Tile, bytes], Mapping[str, bytes]]:
    """What is wrong; the SHA-256 of each tile that has to be written, and the texts."""
    lost: list[str] = []
    damaged: list[str] = []
    wrong: dict[Tile, bytes] = {}
    peaks = Peaks()
    for tile, body in _tiles(store, tree.size, peaks, progress):
        for path, right in _places(store.files, tile, body):
            word = _compared(store.files, tile, path, right)
            if word is not None:
                (lost if word == "lost" else damaged).append(path)
                wrong[tile] = hashlib.sha256(body).digest()
    if peaks.root() != tree.root:
        raise Conflicts(
            f"the entries of the database are not those of the signed checkpoint: {_RECOVER}", code="log-differs"
        )
    texts: dict[str, bytes] = {}
    for path, body in _texts(store, tree.size):
        there = _read(store.files, path)
        if there != body:
            (lost if there is None else damaged).append(path)
            texts[path] = body
    return Found(tree.size, lost, damaged), wrong, texts


def _mend(store: Store, progress: Progress) -> Found:
    tree = _signed(store)
    found, wrong, texts = _found(store, tree, progress)
    try:
        if wrong:
            for tile, body in _tiles(store, tree.size, Peaks(), progress):
                if tile in wrong:
                    if hashlib.sha256(body).digest() != wrong[tile]:
                        raise Conflicts("the database changed while the folder was being mended", code="log-differs")
                    store.files.write(_places(store.files, tile, body))
        store.files.write(texts.items())
    except NoRoom as cause:
        raise Unavailable(f"the log's files: {cause}", code="log-disk") from cause
    return found


def _tiles(store: Store, size: int, peaks: Peaks, progress: Progress) -> Iterator[tuple[Tile, bytes]]:
    """Every tile and bundle of the tree over the first entries of the database; `peaks` grows with them."""
    edge: dict[Tile, bytes] = {}
    for start in range(0, size, MOST):
        end = min(size, start + MOST)
        with store.transaction("pars_ledger") as connection:
            leaves = kept.leaves(connection, start, end)[1]
        if len(leaves) != end - start:
            raise Conflicts(f"the database has fewer entries than the signed checkpoint: {_RECOVER}", code="log-behind")
        hashes = [leaf_hash(leaf) for leaf in leaves]
        for each in hashes:
            peaks.append(each)
        new = dict(grown(start, hashes, edge.__getitem__))
        edge = {tile: body for tile, body in {**edge, **new}.items() if tile.level and tile == _at(tile, end)}
        yield from ((tile, body) for tile, body in new.items() if tile == _at(tile, size))
        yield from bundles(start, leaves)
        progress(end)


def _at(tile: Tile, size: int) -> Tile:
    return tile_of(tile.level or 0, tile.number, size)


def _places(files: TileFiles, tile: Tile, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Where a tile's bytes stand: at its own place, and cut in the places of older trees that are still there."""
    yield tile.path, body
    for width in files.parts(tile):
        if width < tile.width:
            part = Tile(tile.level, tile.number, width)
            yield part.path, cut(part, body)


def _compared(files: TileFiles, tile: Tile, path: str, right: bytes) -> str | None:
    """What is wrong with a file. A part may be cut from a wider one; one of an older tree may be pruned meanwhile."""
    there = _read(files, path)
    if there is None and path != tile.path:
        return None
    if there is None and tile.width < WIDTH:
        there = files.tile(tile)
    if there == right:
        return None
    return "lost" if there is None else "damaged"


def _read(files: TileFiles, path: str) -> bytes | None:
    """The bytes of a file; none where the disk does not give them."""
    try:
        return files.read(path)
    except NoRoom:
        return b""


def _texts(store: Store, size: int) -> Iterator[tuple[str, bytes]]:
    """The files of terms and floors that entries name, as far as the database has the text of that hash."""
    with store.transaction("pars_ledger") as connection:
        versions, named = kept.named(connection, 0, size)
    with store.transaction("pars_act") as connection:
        terms = {terms_file(name): (name, text) for name, text in kept.terms(connection, sorted(versions)).items()}
        laid = {floor_file(name): (name, text) for name, text in floors.texts(connection, sorted(named)).items()}
    for path, (name, text) in sorted({**terms, **laid}.items()):
        if hashlib.sha256(text.encode()).hexdigest() == name:
            yield path, text.encode()
