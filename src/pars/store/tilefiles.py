"""The log as files: what HTTP serves below `/ledger/`, and what a stranger copies.

A file is written beside its place, flushed, and renamed, and its folder flushed: a power cut leaves the old one or the
new one, never half of one. One process writes at a time, which a lock on the folder sees to.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from pars.ledger.growing import cut, edge
from pars.ledger.tiles import HEIGHT, WIDTH, Tile
from pars.store.files import flush_folder

AT_ONCE: Final = 4
"""Files that are flushed at once."""
CHECKPOINT: Final = "checkpoint"
KEY: Final = "key"
WITNESSES: Final = "witnesses"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Exception):
    """The disk took no more, or cannot be written or read; what was there before is whole."""


class TileFiles:
    """The folder of the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process has the folder to itself for as long as the block runs."""
        with _told():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            held = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(held)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None when there is none."""
        with _told():
            try:
                return (self.folder / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def write(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files, each whole or not at all, and flush their folders; all of them are there when this returns.

        Some at once: a disk flushes several files in hardly more time than one.
        """
        every = [(self.folder / path, body) for path, body in files]
        if not every:
            return
        with _told(), ThreadPoolExecutor(min(AT_ONCE, len(every))) as several:
            touched = set[Path]().union(*(_made(place.parent) for place, _ in every))
            list(several.map(_write, *zip(*every, strict=True)))
            list(several.map(flush_folder, touched))

    def tile(self, tile: Tile) -> bytes | None:
        """The bytes of a tile or a bundle of that width, cut from a wider one where it is gone; None without either."""
        for _ in range(2):  # the widest part may become a full tile between two looks
            for width in (tile.width, WIDTH, *sorted(self.parts(tile), reverse=True)):
                if width < tile.width:
                    continue
                body = self.read(Tile(tile.level, tile.number, width).path)
                if body is not None:
                    return body if width == tile.width else cut(tile, body)
        return None

    def prune(self, before: int, size: int) -> None:
        """Remove the parts of tiles that neither the tree before nor this one needs; a full tile needs no parts."""
        for tile in edge(before):
            there = (size >> (HEIGHT * (tile.level or 0))) - tile.number * WIDTH
            with contextlib.suppress(OSError):
                for width in self.parts(tile):
                    if width < tile.width or there >= WIDTH:
                        (self.folder / Tile(tile.level, tile.number, width).path).unlink()
                if there >= WIDTH:
                    (self.folder / tile.path).parent.rmdir()

    def parts(self, tile: Tile) -> list[int]:
        """The widths in which parts of a tile are there."""
        folder = (self.folder / Tile(tile.level, tile.number, 1).path).parent
        with _told():
            try:
                return [int(one.name) for one in folder.iterdir() if one.name.isdigit()]
            except FileNotFoundError:
                return []


def _made(folder: Path) -> set[Path]:
    """The folder, made where it was not; every folder in which a name is new."""
    made = {folder}
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
        made.add(folder)
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
    return made


def _write(place: Path, body: bytes) -> None:
    part = place.with_name(f".{place.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.rename(place)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        full = cause.errno in _FULL
        raise NoRoom(
            "the disk is full" if full else f"the disk refuses ({errno.errorcode.get(cause.errno or 0, '?')})"
        ) from cause
