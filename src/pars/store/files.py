"""A small file, written whole or not at all: killed or without power at any moment, a folder holds the old or the new.

The bytes go into a part beside the place, named at random, so that what an earlier process left behind is in nobody's
way; the part is flushed, put in its place, and the folder flushed. The log's files, many at once and by one process
alone, have a way of their own (`store/tilefiles`).
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

OWNER_ALONE: Final = 0o600
READABLE: Final = 0o644
_PART: Final = re.compile(r"\..+\.[0-9a-f]{16}\.part")


def write_whole(path: Path, body: bytes, *, mode: int = OWNER_ALONE) -> None:
    """Put a file in its place, instead of the one that may be there; it is on the disk when this returns."""
    with _beside(path, body, mode) as part:
        part.replace(path)
    flush_folder(path.parent)


def write_once(path: Path, body: bytes, *, mode: int = OWNER_ALONE) -> bool:
    """Put a file in its place unless one is there: of several that come at once one wins, and the others leave it.

    Whichever won is on the disk when this returns. Whether it was this one.
    """
    with _beside(path, body, mode) as part:
        try:
            os.link(part, path)
            won = True
        except FileExistsError:
            won = False
    flush_folder(path.parent)
    return won


def is_part(path: Path) -> bool:
    """Whether it is a file on its way to its place, or one whose writer was killed on that way."""
    return _PART.fullmatch(path.name) is not None


def flush_folder(folder: Path) -> None:
    """Make the disk know the names in a folder: until then a file may come back, or be gone, after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _beside(path: Path, body: bytes, mode: int) -> Iterator[Path]:
    """A part with the bytes, on the disk; gone when the block ends, under that name."""
    part = path.with_name(f".{path.name}.{os.urandom(8).hex()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)
