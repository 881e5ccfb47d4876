"""The files of a log, read as a stranger reads them: nothing but the folder and the key."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from tests.waiting import PATIENCE_SECONDS

from pars import clock
from pars.actions.placing import log_key, place
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.growing import edge
from pars.ledger.note import NoteKey, note_from
from pars.ledger.tiles import WIDTH, Tile, hashes_in, tiles_between, unbundled
from pars.ledger.tree import leaf_hash, node_hash
from pars.rounds import placing
from pars.rounds.all import kept_going
from pars.store.database import Store
from pars.store.ledger import Written, write_entry


def written(store: Store, times: int, at: datetime | None = None, *, owner: str = "police") -> list[Written]:
    """So many entries, committed together."""
    with store.transaction("pars_act") as connection:
        return [
            write_entry(
                connection,
                store.keys,
                verb="list.shown",
                owner=owner,
                at=at or clock.now(),
                account_id=None,
                commits={},
                details={},
            )
            for _ in range(times)
        ]


def checkpoint(folder: Path, key: NoteKey) -> Checkpoint:
    """The newest checkpoint, with the log's signature under it."""
    note = note_from((folder / "checkpoint").read_bytes())
    assert [found for found, _ in note.verified([key])] == [key]
    return checkpoint_from(note.text)


def leaves_of(folder: Path, key: NoteKey) -> list[bytes]:
    """Every leaf of the log, the tree over them computed anew and compared with each tile and with the checkpoint."""
    said = checkpoint(folder, key)
    leaves: list[bytes] = []
    for first in range(0, said.size, WIDTH):
        tile = Tile(None, first // WIDTH, min(WIDTH, said.size - first))
        leaves += unbundled((folder / tile.path).read_bytes(), tile.width)
    assert len(leaves) == said.size
    level = [leaf_hash(leaf) for leaf in leaves]
    levels = [level]
    for tile in tiles_between(0, said.size):
        while len(levels) <= (tile.level or 0):
            full = levels[-1][: len(levels[-1]) // WIDTH * WIDTH]
            levels.append([_root(full[at : at + WIDTH]) for at in range(0, len(full), WIDTH)])
        hashes = hashes_in((folder / tile.path).read_bytes(), tile.width)
        assert hashes == levels[tile.level or 0][tile.number * WIDTH :][: tile.width]
    assert _root(level) == said.root
    return leaves


@contextlib.contextmanager
def going_on(store: Store) -> Iterator[None]:
    """Entries are placed and signed while the block runs, as wherever something is served."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: kept_going(partial(placing.run, store), "placing", stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def whole_log(store: Store) -> list[bytes]:
    """Every leaf, from the log's files alone, once all that was committed has its place; each entry is there once."""
    until = time.monotonic() + PATIENCE_SECONDS
    with store.transaction("pars_ledger") as connection:
        row = connection.execute("select count(*) from ledger.entry").fetchone()
    while place(store).size < (row[0] if row else 0):
        assert time.monotonic() < until, "entries wait for their place"
        time.sleep(0.05)
    leaves = leaves_of(store.files.folder, log_key(store))
    assert len(leaves) == len(set(leaves)) >= (row[0] if row else 0)
    return leaves


def _root(hashes: Sequence[bytes]) -> bytes:
    """The root as RFC 6962 writes it down, without any of our own trees."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(_root(hashes[:half]), _root(hashes[half:]))


def strays(folder: Path, size: int) -> list[str]:
    """Files of tiles that a tree of this size does not have, at their widths."""
    lawful = {tile.path for tile in [*tiles_between(0, size), *edge(size)]}
    lawful |= {Tile(None, number).path for number in range(size // WIDTH)}
    found = {str(path.relative_to(folder)) for path in (folder / "tile").rglob("*") if path.is_file()}
    return sorted(found - lawful)
