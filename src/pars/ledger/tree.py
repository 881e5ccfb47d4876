"""The Merkle tree of RFC 6962 over the leaves of the log: roots, and proofs that strangers recompute.

Hashes are 32 bytes. A tree is never held whole: growing one needs the peaks of its complete parts (`Peaks`), a proof
needs the hashes of complete subtrees (`Nodes`), which the tiles hold. Sizes count leaves, indices begin at 0.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Nodes = Callable[[int, int], bytes]
"""`(level, index)`: the hash of the complete subtree over `2**level` leaves, beginning at leaf `index * 2**level`."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 over a zero byte and the leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 over a one byte and the two hashes below."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """A growing tree, as the roots of its complete subtrees, highest first: as many as its size has ones in binary."""

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._hashes = list(hashes)
        if len(self._hashes) != size.bit_count():
            raise ValueError("a tree of this size has another number of peaks")

    @property
    def hashes(self) -> Sequence[bytes]:
        """The peaks, highest first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        carried, size = leaf, self.size
        while size & 1:
            carried = node_hash(self._hashes.pop(), carried)
            size >>= 1
        self._hashes.append(carried)
        self.size += 1

    def root(self) -> bytes:
        """The root over everything so far."""
        return _folded(self._hashes)


def peaks(size: int, nodes: Nodes) -> Peaks:
    """The peaks of a tree whose complete subtrees can be looked up."""
    return Peaks(size, [nodes(level, index) for level, index in _cover(0, size)])


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the first `size` leaves."""
    return peaks(size, nodes).root()


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes beside the way from a leaf up to the root of the first `size` leaves, lowest first."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in a tree of this size")
    return _path(index, 0, size, nodes)


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The hashes that show the first `old` leaves to be the beginning of the first `new` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError("a tree does not shrink")
    if old in (0, new):
        return []
    return _subproof(old, 0, new, nodes, whole=True)


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether a leaf's hash is at that index of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root_hash


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of that of `new` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _folded(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring complete subtrees, which get smaller from left to right."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def _cover(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees over `[start, end)`, left to right; `start` is where a subtree as wide as all begins."""
    covered = []
    while start < end:
        level = (end - start).bit_length() - 1
        covered.append((level, start >> level))
        start += 1 << level
    return covered


def _part(start: int, end: int, nodes: Nodes) -> bytes:
    return _folded([nodes(level, index) for level, index in _cover(start, end)])


def _split(start: int, end: int) -> int:
    """Where RFC 6962 parts a tree: after the largest power of two of leaves that is less than all."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, nodes: Nodes) -> list[bytes]:
    if end - start == 1:
        return []
    middle = _split(start, end)
    if index < middle:
        return [*_path(index, start, middle, nodes), _part(middle, end, nodes)]
    return [*_path(index, middle, end, nodes), _part(start, middle, nodes)]


def _subproof(old: int, start: int, end: int, nodes: Nodes, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [_part(start, end, nodes)]
    middle = _split(start, end)
    if old <= middle:
        return [*_subproof(old, start, middle, nodes, whole=whole), _part(middle, end, nodes)]
    return [*_subproof(old, middle, end, nodes, whole=False), _part(start, middle, nodes)]
