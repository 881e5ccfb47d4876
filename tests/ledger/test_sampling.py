"""Samples that anybody draws again: from a seed and the size of a tree, and from nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from pars.ledger.sampling import drawn


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10_000), st.integers(1, 60))
def test_a_sample_is_that_many_different_places_below_the_size_and_always_the_same(
    seed: bytes, size: int, count: int
) -> None:
    found = drawn(seed, size, count)

    assert found == drawn(seed, size, count)
    assert len(set(found)) == len(found) == min(size, count)
    assert all(0 <= one < size for one in found)


def test_a_sample_is_what_the_page_says_that_it_is() -> None:
    """Recomputed here from the words of docs/guides/auditor.md alone."""
    seed, size = bytes(32), 7
    hashed = [hashlib.sha256(seed + size.to_bytes(8, "big") + n.to_bytes(8, "big")).digest() for n in range(40)]
    numbers = [int.from_bytes(one[:8], "big") % size for one in hashed]

    first_three = list(dict.fromkeys(numbers))[:3]
    assert drawn(seed, size, 3) == sorted(first_three)


def test_every_place_is_as_likely() -> None:
    times = [0] * 10
    for number in range(2000):
        (place,) = drawn(number.to_bytes(32, "big"), 10, 1)
        times[place] += 1

    assert min(times) > 140
    assert max(times) < 260
