"""Tiles and their addresses: what one log writes, any reader of tlog-tiles finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.ledger.tiles import WIDTH, Tile, bundle, hashes_in, nodes_of, tile_at, tile_of, tiles_between, unbundled
from pars.ledger.tree import HASH_BYTES, Peaks, included, inclusion_proof, leaf_hash, node_hash, root


def folded(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def tiles_of(hashes: list[bytes]) -> dict[Tile, bytes]:
    """Every tile of a tree over these leaf hashes."""
    size, made, level = len(hashes), {}, hashes
    for number in range(6):
        wanted = [tile for tile in tiles_between(0, size) if tile.level == number]
        for tile in wanted:
            made[tile] = b"".join(level[tile.number * WIDTH : tile.number * WIDTH + tile.width])
        level = [folded(level[at : at + WIDTH]) for at in range(0, len(level) - WIDTH + 1, WIDTH)]
    return made


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 5, 17), "tile/1/005.p/17"),
        (Tile(None, 1_234_067), "tile/entries/x001/x234/067"),
        (Tile(None, 1_000, 1), "tile/entries/x001/000.p/1"),
    ],
)
def test_a_tile_has_one_address(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/0000", "tile/9/000", "tile/0/x000/001", "tile/0/000.p/256", "tile/0/000.p/0",
        "tile/0/000.p/07", "tile/8/0/000", "tile/entries/../key", "checkpoint", "", "tile/0/x001/2",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(path: str) -> None:
    with pytest.raises(BadInput):
        tile_at(path)


@given(st.integers(0, 10**12), st.sampled_from([None, 0, 1, 5]), st.integers(1, WIDTH))
def test_an_address_leads_back(number: int, level: int | None, width: int) -> None:
    tile = Tile(level, number, width)

    assert tile_at(tile.path) == tile


@given(st.lists(st.binary(max_size=300), max_size=WIDTH))
def test_a_bundle_gives_its_entries_back(entries: list[bytes]) -> None:
    assert unbundled(bundle(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20), st.data())
def test_a_cut_bundle_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    body = bundle(entries)
    cut = body[: data.draw(st.integers(0, len(body) - 1))]

    with pytest.raises(BadInput):
        unbundled(cut, len(entries))


def test_an_entry_too_long_is_no_entry() -> None:
    with pytest.raises(ValueError, match="too long"):
        bundle([b"x" * 65_536])


def test_a_tile_has_its_width_in_hashes() -> None:
    with pytest.raises(BadInput):
        hashes_in(b"x" * 33, 1)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 70_000])
def test_proofs_can_be_made_from_tiles_alone(size: int) -> None:
    hashes, growing = [leaf_hash(b"%d" % number) for number in range(size)], Peaks()
    for each in hashes:
        growing.append(each)
    tiles = tiles_of(hashes)
    nodes = nodes_of(size, tiles.__getitem__)

    assert root(size, nodes) == growing.root()
    for index in {0, size // 2, size - 1}:
        assert included(hashes[index], index, size, inclusion_proof(index, size, nodes), growing.root())


@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_what_a_grown_tree_needs_new_is_what_the_old_one_had_not(old: int, more: int) -> None:
    new = old + more
    told = set(tiles_between(old, new))

    assert told == set(tiles_between(0, new)) - set(tiles_between(0, old))
    assert all(tile_of(tile.level or 0, tile.number, new) == tile for tile in told)
    assert all(tile.leaves <= new for tile in told)


def test_a_hash_is_as_long_as_sha_256() -> None:
    assert len(leaf_hash(b"")) == HASH_BYTES
