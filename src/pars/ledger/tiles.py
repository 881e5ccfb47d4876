"""Tiles: how the tree and its entries lie in files and addresses (C2SP tlog-tiles).

A tile of level L holds up to 256 hashes of complete subtrees of height 8·L; a bundle holds the up to 256 entries under
one tile of level 0, each after its length in two bytes. A full tile never changes. A partial one names its width.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pars.errors import BadInput
from pars.ledger.tree import HASH_BYTES, Nodes, node_hash

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LEVELS: Final = 6
"""The levels of tiles that a tree can have (63 bits would need eight; six hold 2**48 entries)."""
ENTRY_BYTES: Final = 65_535
"""The longest entry that two bytes can announce."""

_PATH = re.compile(r"tile/(entries|[0-5])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level (None for the bundle of entries under a tile of level 0), its number, and its width."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies: `tile/0/x001/234.p/5`."""
        name = _ENTRIES if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{name}/{_number(self.number)}{part}"

    @property
    def full(self) -> "Tile":
        """The same tile once it is full."""
        return Tile(self.level, self.number)

    @property
    def leaves(self) -> int:
        """How many leaves a tree has at least when this tile is in it."""
        below = 1 << (HEIGHT * (self.level or 0))
        return (self.number * WIDTH + self.width) * below


def _number(number: int) -> str:
    parts = [f"{number % 1000:03d}"]
    while number >= 1000:  # noqa: PLR2004 - three digits a part
        number //= 1000
        parts.insert(0, f"x{number % 1000:03d}")
    return "/".join(parts)


def tile_at(path: str) -> Tile:
    """The tile that a path names; refused unless the path is the only one for it."""
    told = _PATH.fullmatch(path)
    if told is not None:
        level = None if told[1] == _ENTRIES else int(told[1])
        tile = Tile(level, int(told[2].replace("x", "").replace("/", "")), int(told[3] or WIDTH))
        if tile.path == path:
            return tile
    raise BadInput("this is not the address of a tile", code="not-a-tile")


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle: each after its length, two bytes, high byte first."""
    if any(len(entry) > ENTRY_BYTES for entry in entries):
        raise ValueError("an entry is too long for a bundle")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(body: bytes, width: int) -> list[bytes]:
    """The entries of a bundle of that width; refused when it holds more, fewer, or is cut off."""
    entries, at = [], 0
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        if at + 2 > len(body) or end > len(body):
            raise BadInput("a bundle of entries is cut off in the middle of an entry", code="not-a-bundle")
        entries.append(body[at + 2 : end])
        at = end
    if len(entries) != width:
        raise BadInput(f"a bundle of {width} entries holds {len(entries)}", code="not-a-bundle")
    return entries


def hashes_in(body: bytes, width: int) -> list[bytes]:
    """The hashes of a tile of that width; refused when it is longer or shorter."""
    if len(body) != width * HASH_BYTES:
        raise BadInput(f"a tile of {width} hashes has {len(body)} bytes", code="not-a-tile")
    return [body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES)]


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles of hashes that are new or wider in a tree of `new` leaves against one of `old`, lowest level first."""
    for level in range(LEVELS):
        before, now = old >> (HEIGHT * level), new >> (HEIGHT * level)
        if now == before:
            return
        for number in range(before // WIDTH, -(-now // WIDTH)):
            yield Tile(level, number, min(WIDTH, now - number * WIDTH))


def tile_of(level: int, number: int, size: int) -> Tile:
    """That tile as a tree of `size` leaves has it: full, or as wide as it is by then."""
    there = (size >> (HEIGHT * level)) - number * WIDTH
    if there <= 0:
        raise ValueError("a tree of this size has no such tile")
    return Tile(level, number, min(WIDTH, there))


def nodes_of(size: int, read: Callable[[Tile], bytes]) -> Nodes:
    """The complete subtrees of a tree of `size` leaves, from its tiles; `read` gives the bytes of one."""

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, HEIGHT)
        first = index << above  # the first of the hashes of that tile level under this node
        tile = tile_of(tile_level, first // WIDTH, size)
        hashes = hashes_in(read(tile), tile.width)[first % WIDTH :][: 1 << above]
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    return node
