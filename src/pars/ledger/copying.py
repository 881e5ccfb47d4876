"""A log's files, one after the other, as they make a folder that can be verified by itself."""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import UNSET

from pars.errors import BadInput, NotThere
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.log import Log, Read
from pars.ledger.note import note_from
from pars.ledger.public import NotCanonical, OfRecord, public_of
from pars.ledger.tiles import WIDTH, Tile, bundle, tiles_between, unbundled

_BY_HASH: Final = re.compile(r"(?:terms|floor)/[0-9a-f]{64}\.toml")


def files(read: Read, had: Read, progress: Callable[[int], None]) -> Iterator[tuple[str, bytes]]:
    """Every file of the newest tree that is not had already, the checkpoint last; refused when one cannot be read.

    Full tiles and files that are named by their hash never change, so what is had of them is not asked for again.
    """
    note = read("checkpoint")
    size = checkpoint_from(note_from(note).text).size
    log = Log(read, size)
    yield "key", read("key")
    witnesses = _kept(read, "witnesses")
    if witnesses is not None:
        yield "witnesses", witnesses
    named: set[str] = set()
    for number in range(-(-size // WIDTH)):
        tile = Tile(None, number, min(WIDTH, size - number * WIDTH))
        kept = _unchanging(had, tile)
        entries = unbundled(kept, WIDTH) if kept is not None else _bundled(log, tile)
        if kept is None:
            yield tile.path, bundle(entries)
        named.update(*map(_named, entries))
        progress(number * WIDTH + len(entries))
    for tile in tiles_between(0, size):
        if _unchanging(had, tile) is None:
            yield tile.path, log.hashes(tile)
    for path in sorted(named):
        # A proposal that came to nothing may have none; `verify` says so when a law needs it.
        text = None if _whole(_kept(had, path), path) else _kept(read, path)
        if text is not None:
            yield path, text
    yield "checkpoint", note


def _whole(body: bytes | None, path: str) -> bool:
    """Whether a file is there whose name is the hash of its bytes."""
    return body is not None and hashlib.sha256(body).hexdigest() in path


def _kept(had: Read, path: str) -> bytes | None:
    try:
        return had(path)
    except NotThere:
        return None


def _unchanging(had: Read, tile: Tile) -> bytes | None:
    return _kept(had, tile.path) if tile == tile.full else None


def _bundled(log: Log, tile: Tile) -> list[bytes]:
    entries, fault = log.bundle(tile.number, tile.width)
    if fault is not None or len(entries) != tile.width:
        raise BadInput(fault or f"{tile.path} holds {len(entries)} entries", code="not-a-bundle")
    return entries


def _named(entry: bytes) -> set[str]:
    """The files that an entry names; none for one that cannot be read, which is not this one's to judge."""
    try:
        said = public_of(entry)
    except (BadInput, NotCanonical):
        return set()
    if isinstance(said, OfRecord):
        return set()
    told = [(folder, name) for folder, name in (("terms", said.version), ("floor", said.floor)) if name is not UNSET]
    paths = {f"{folder}/{name}.toml" for folder, name in told}
    return {path for path in paths if _BY_HASH.fullmatch(path)}
