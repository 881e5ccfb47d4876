"""The tree against RFC 6962's own definition, and its proofs against every way of getting them wrong."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.ledger.tree import (
    EMPTY_ROOT,
    Nodes,
    Peaks,
    consistency_proof,
    consistent,
    included,
    inclusion_proof,
    leaf_hash,
    root,
)

MOST = 300


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """The hash of a tree as RFC 6962, 2.1 writes it down."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:middle]) + by_definition(leaves[middle:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [b"leaf %d" % number for number in range(count)]


def nodes_over(leaves: Sequence[bytes]) -> Nodes:
    return lambda level, index: by_definition(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257])
def test_a_growing_tree_has_the_root_of_the_definition(size: int) -> None:
    leaves, growing = leaves_of(size), Peaks()
    for leaf in leaves:
        growing.append(leaf_hash(leaf))

    assert growing.root() == by_definition(leaves) == root(size, nodes_over(leaves))
    assert size or growing.root() == EMPTY_ROOT


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="number of peaks"):
        Peaks(3, [b"x" * 32])


@given(st.data())
def test_a_leaf_is_where_its_proof_says_and_nowhere_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index, elsewhere = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    proof = inclusion_proof(index, size, nodes_over(leaves))
    top = by_definition(leaves)

    assert included(leaf_hash(leaves[index]), index, size, proof, top)
    assert not included(leaf_hash(b"another"), index, size, proof, top)
    assert elsewhere == index or not included(leaf_hash(leaves[index]), elsewhere, size, proof, top)
    assert not included(leaf_hash(leaves[index]), index, size, [*proof, b"x" * 32], top)
    assert not included(leaf_hash(leaves[index]), size, size, proof, top)
    for place in range(len(proof)):
        assert not included(leaf_hash(leaves[index]), index, size, proof[:place] + proof[place + 1 :], top)


@given(st.integers(0, MOST), st.integers(0, MOST))
def test_an_older_tree_is_the_beginning_of_a_newer_one_by_its_proof(one: int, other: int) -> None:
    old, new = sorted((one, other))
    leaves = leaves_of(new)
    before, after = by_definition(leaves[:old]), by_definition(leaves)
    proof = consistency_proof(old, new, nodes_over(leaves))

    assert consistent(old, before, new, after, proof)
    assert not consistent(old, before, new, b"x" * 32, proof) or old == 0
    assert not consistent(old, b"x" * 32, new, after, proof)
    assert not consistent(old, before, new, after, [*proof, b"x" * 32])
    assert old in (0, new) or not consistent(old, before, new, after, proof[:-1])
    assert old == new or not consistent(new, after, old, before, proof)


def test_a_rewritten_beginning_has_no_proof() -> None:
    leaves = leaves_of(100)
    rewritten = [b"rewritten", *leaves[1:]]
    proof = consistency_proof(64, 100, nodes_over(rewritten))

    assert not consistent(64, by_definition(leaves[:64]), 100, by_definition(rewritten), proof)


def test_there_is_no_proof_for_what_is_not_in_the_tree() -> None:
    nodes = nodes_over(leaves_of(5))

    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(5, 5, nodes)
    with pytest.raises(ValueError, match="does not shrink"):
        consistency_proof(6, 5, nodes)
