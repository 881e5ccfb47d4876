"""Random samples that anybody can draw again: from a seed and the size of a tree, and from nothing else."""

import hashlib
from typing import Final

SEED_BYTES: Final = 32
_ALL: Final = 1 << 64


def drawn(seed: bytes, size: int, count: int) -> list[int]:
    """`count` different places below `size`, in order; all of them when there are no more.

    The n-th number is the first eight bytes of SHA-256(seed ‖ size ‖ n), size and n as eight bytes each, big-endian,
    modulo the size. Numbers above the largest multiple of the size are left out, so that every place is as likely.
    """
    found: set[int] = set()
    fair = _ALL - _ALL % size if size else 0
    number = 0
    while len(found) < min(count, size):
        hashed = hashlib.sha256(seed + size.to_bytes(8, "big") + number.to_bytes(8, "big")).digest()
        value = int.from_bytes(hashed[:8], "big")
        if value < fair:
            found.add(value % size)
        number += 1
    return sorted(found)
