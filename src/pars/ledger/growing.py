"""How the tiles grow when leaves are added at the end, and how a narrower tile is cut from a wider one."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pars.ledger.tiles import HEIGHT, LEVELS, WIDTH, Tile, bundle, hashes_in, tile_of, tiles_between
from pars.ledger.tree import HASH_BYTES, node_hash

Read = Callable[[Tile], bytes]
"""Gives the bytes of a tile that is there."""

_HEADER: Final = 2
"""Bytes before each entry of a bundle, which say how long it is."""


def whole_from(size: int) -> int:
    """Where the tile begins that the next leaf of a tree of this size comes into."""
    return size // WIDTH * WIDTH


def grown(old: int, hashes: Sequence[bytes], read: Read) -> Iterator[tuple[Tile, bytes]]:
    """The tiles of hashes that are new or wider than in a tree of `old` leaves, with their bytes, lowest level first.

    `hashes` are those of the leaves from `whole_from(old)` on; `read` gives the tiles of the older tree.
    """
    start = whole_from(old)
    new = start + len(hashes)
    below: dict[tuple[int, int], bytes] = {}
    for tile in tiles_between(old, new):
        if tile.level == 0:
            first = tile.number * WIDTH - start
            parts = list(hashes[first : first + tile.width])
        else:
            parts = _above(tile, old, below, read)
        if tile.width == WIDTH:
            below[tile.level or 0, tile.number] = _folded(parts)
        yield tile, b"".join(parts)


def _above(tile: Tile, old: int, below: dict[tuple[int, int], bytes], read: Read) -> list[bytes]:
    """The hashes of a tile of a higher level: those that it had, and one for each tile below that has become full."""
    level = tile.level or 0
    had = max(0, (old >> (HEIGHT * level)) - tile.number * WIDTH)
    parts = hashes_in(read(tile_of(level, tile.number, old)), had) if had else []
    first = tile.number * WIDTH
    return [*parts, *(below[level - 1, number] for number in range(first + had, first + tile.width))]


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of a full tile."""
    folded = list(hashes)
    while len(folded) > 1:
        folded = [node_hash(left, right) for left, right in zip(folded[::2], folded[1::2], strict=True)]
    return folded[0]


def bundles(old: int, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The bundles of entries that are new or wider; `leaves` are those from `whole_from(old)` on."""
    start = whole_from(old)
    for first in range(0, len(leaves), WIDTH):
        part = leaves[first : first + WIDTH]
        yield Tile(None, (start + first) // WIDTH, len(part)), bundle(part)


def edge(size: int) -> Iterator[Tile]:
    """The tiles and the bundle of a tree that are not full."""
    for level in range(LEVELS):
        if part := (size >> (HEIGHT * level)) % WIDTH:
            yield Tile(level, (size >> (HEIGHT * level)) // WIDTH, part)
    if part := size % WIDTH:
        yield Tile(None, size // WIDTH, part)


def cut(tile: Tile, wider: bytes) -> bytes:
    """The bytes of a tile or bundle, from those of a wider one."""
    if tile.level is not None:
        return wider[: tile.width * HASH_BYTES]
    end = 0
    for _ in range(tile.width):
        end += _HEADER + int.from_bytes(wider[end : end + _HEADER], "big")
    return wider[:end]
