"""A log as static files, read from wherever they lie, and the walk over all of it that trusts none of them.

Every entry is hashed and held against its tile, every tile against the one above it, and what is left at the right
against the root of the checkpoint. Nothing is kept but one tile a level.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pars.errors import BadInput, NotThere
from pars.ledger.tiles import HEIGHT, LEVELS, WIDTH, Tile, hashes_in, nodes_of, tile_of
from pars.ledger.tree import HASH_BYTES, Nodes, Peaks

Read = Callable[[str], bytes]
"""The bytes of one file by its path below the log, `tile/0/000` or `key`; `NotThere` when there is none."""

MOST: Final = 1 << (HEIGHT * LEVELS)
"""More entries than any log has; a count above it is not believed."""


class Unequal(Exception):
    """The files contradict one another: which check found it, at which entry, in a sentence."""

    def __init__(self, check: str, index: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.check, self.index, self.sentence = check, index, sentence


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of one bundle: the index of the first, their bytes, and their hashes."""

    first: int
    entries: Sequence[bytes]
    hashes: Sequence[bytes]


class Log:
    """The tiles of a log whose files are those of a tree of `size` entries, or of a larger one."""

    def __init__(self, read: Read, size: int) -> None:
        if size >= MOST:
            raise BadInput(f"a log of {size} entries is not believed", code="not-a-checkpoint")
        self._read, self._size = read, size

    def _wider(self, tile: Tile) -> tuple[Tile, bytes]:
        """A tile, or the wider one that has taken its place: partial tiles go once they are full."""
        there = tile_of(tile.level or 0, tile.number, self._size)
        candidates = dict.fromkeys((tile, Tile(tile.level, tile.number, there.width), tile.full))
        for one in candidates:
            try:
                return one, self._read(one.path)
            except NotThere:
                continue
        raise NotThere(f"{tile.path} is missing", code="missing")

    def hashes(self, tile: Tile) -> bytes:
        """The hashes of a tile, one behind the other; refused when the file has another height."""
        found, body = self._wider(tile)
        try:
            hashes_in(body, found.width)
        except BadInput as cause:
            raise BadInput(f"{found.path}: {cause.sentence}", code=cause.code) from cause
        return body[: tile.width * HASH_BYTES]

    def bundle(self, number: int, width: int) -> tuple[list[bytes], str | None]:
        """The entries of a bundle as far as they can be read, and what is wrong with the rest of it."""
        found, body = self._wider(Tile(None, number, width))
        entries, whole = _entries(body)
        if not whole:
            return entries, f"{found.path} is cut off in the middle of entry {number * WIDTH + len(entries)}"
        return (entries[:width] if len(entries) == found.width else entries), None

    def nodes(self, size: int) -> Nodes:
        """The complete subtrees of a tree of that many entries, for proofs."""
        return nodes_of(size, self.hashes)

    def walk(self, size: int, root: bytes) -> Iterator[Stretch]:
        """Every entry in order, each bundle after its hashes were held against the tiles; at the end all levels.

        Raises `Unequal` at the first that differs. A stretch can be believed only once the walk came to its end.
        """
        beside: list[list[bytes]] = [[] for _ in range(LEVELS)]
        for number in range(-(-size // WIDTH)):
            stretch = self._stretch(number, min(WIDTH, size - number * WIDTH))
            yield stretch
            beside[0] = list(stretch.hashes)
            self._carry(beside, number)
        for level in range(1, LEVELS):
            if beside[level]:
                self._hold(level, size >> (HEIGHT * (level + 1)), beside[level])
        if right_root(size, beside) != root:
            raise Unequal("root", None, f"{size} entries and their tiles have another root than the checkpoint")

    def _stretch(self, number: int, width: int) -> Stretch:
        entries, fault = self.bundle(number, width)
        told = self.hashes(Tile(0, number, width))
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        first = number * WIDTH
        if fault is None and b"".join(hashes) == told:
            return Stretch(first, entries, hashes)
        for place in range(min(len(hashes), width)):
            if hashes[place] != told[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
                raise _at(first + place, "is not the one whose hash the tree holds there")
        if fault is not None:
            raise BadInput(fault, code="not-a-bundle")
        raise _at(first + min(len(hashes), width), "is missing" if len(hashes) < width else "is one too many")

    def _carry(self, beside: list[list[bytes]], number: int) -> None:
        """Hand the hash of each tile that is full now to the level above, and hold that against its file if full."""
        level = 0
        while len(beside[level]) == WIDTH and level + 1 < LEVELS:
            if level:
                self._hold(level, number, beside[level])
            beside[level + 1].append(folded(beside[level]))
            beside[level] = []
            level, number = level + 1, number // WIDTH

    def _hold(self, level: int, number: int, hashes: Sequence[bytes]) -> None:
        told = self.hashes(Tile(level, number, len(hashes)))
        if b"".join(hashes) == told:
            return
        place = next(n for n, one in enumerate(hashes) if one != told[n * HASH_BYTES : (n + 1) * HASH_BYTES])
        below = 1 << (HEIGHT * level)
        first = (number * WIDTH + place) * below
        raise Unequal(
            "tiles",
            first,
            f"level {level} holds another hash over the entries {first} to {first + below - 1} than they have",
        )


def _at(index: int, sentence: str) -> Unequal:
    return Unequal("entries", index, f"entry {index} {sentence}")


def _entries(body: bytes) -> tuple[list[bytes], bool]:
    """The entries of a bundle, and whether it ends where one ends."""
    entries: list[bytes] = []
    at, length = 0, len(body)
    while at + 2 <= length:
        end = at + 2 + (body[at] << 8) + body[at + 1]
        if end > length:
            return entries, False
        entries.append(body[at + 2 : end])
        at = end
    return entries, at == length


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over a complete subtree; as many hashes as a power of two."""
    while len(hashes) > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


def right_root(size: int, beside: Sequence[Sequence[bytes]]) -> bytes:
    """The root from what stands at the right of each level: its complete subtrees, highest first."""
    peaks = []
    for level in reversed(beside):
        at = 0
        while at < len(level):
            wide = 1 << (len(level) - at).bit_length() - 1
            peaks.append(folded(level[at : at + wide]))
            at += wide
    return Peaks(size, peaks).root()
