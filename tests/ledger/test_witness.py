"""What a witness decides: each rule of the specification by its answer, and one history whatever is asked."""

import base64
import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.ledger.checkpoint import Checkpoint
from pars.ledger.note import KeyKind, Note, Signature, cosigned, key_of, signed
from pars.ledger.tree import EMPTY_ROOT, Nodes, consistency_proof, leaf_hash, node_hash, root
from pars.ledger.witness import (
    NOTHING,
    SIZE,
    Refused,
    Remembered,
    Request,
    Sound,
    cosignatures,
    decide,
    request_from,
    size_told,
)

ORIGIN = "DEMO-pars/testing"
LOG, STRANGER, OWN = b"l" * 32, b"s" * 32, b"w" * 32
KEYS = [key_of(ORIGIN, KeyKind.LOG, LOG)]
WITNESS = key_of(f"{ORIGIN}/court", KeyKind.WITNESS, OWN)


def tree(words: str = "one history", leaves: int = 40) -> Nodes:
    """A tree with leaves of its own."""

    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(f"{words} {index}".encode())
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


ONE, OTHER = tree(), tree("another history")


def checkpoint(size: int, nodes: Nodes = ONE, *, origin: str = ORIGIN, key: bytes = LOG) -> Note:
    text = Checkpoint(origin, size, root(size, nodes)).text
    return Note(text, [signed(text, ORIGIN, key)])


def asked(old: int, size: int, nodes: Nodes = ONE) -> Request:
    return Request(old, consistency_proof(old, size, nodes) if old <= size else [], checkpoint(size, nodes))


def remembered(size: int, nodes: Nodes = ONE) -> Remembered:
    return Remembered(size, root(size, nodes))


def answered(request: Request | bytes, known: Remembered = NOTHING) -> Refused:
    body = request if isinstance(request, bytes) else request.body
    decided = decide(body, ORIGIN, KEYS, known)
    assert isinstance(decided, Refused)
    return decided


def test_a_tree_that_continues_the_one_before_is_sound() -> None:
    decided = decide(asked(7, 12).body, ORIGIN, KEYS, remembered(7))

    assert isinstance(decided, Sound)
    assert decided.remembered == remembered(12)


@pytest.mark.parametrize("size", [0, 1, 5])
def test_a_witness_that_never_signed_takes_any_tree(size: int) -> None:
    assert isinstance(decide(asked(0, size).body, ORIGIN, KEYS, NOTHING), Sound)


def test_the_same_tree_can_be_signed_again() -> None:
    assert isinstance(decide(asked(7, 7).body, ORIGIN, KEYS, remembered(7)), Sound)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 3\n",
        b"old 03\n\n" + str(checkpoint(3)).encode(),
        b"old -1\n\n" + str(checkpoint(3)).encode(),
        b"new 3\n\n" + str(checkpoint(3)).encode(),
        b"old 3\n" + b"AAAA\n" + b"\n" + str(checkpoint(3)).encode(),
        b"old 3\n" + base64.b64encode(b"h" * 32)[:-2] + b"9=\n\n" + str(checkpoint(3)).encode(),
        Request(1, [b"h" * 32] * 64, checkpoint(3)).body,
        b"old 0\n\nno note",
        b"old 0\n\n" + str(Note("two\nlines\n", [])).encode() + b"\xff",
        b"old 0\n\ntwo\nlines\n\n" + signed("two\nlines\n", ORIGIN, LOG).line.encode(),
    ],
)
def test_what_is_no_request_is_answered_400(body: bytes) -> None:
    assert answered(body).status == 400


def test_sixty_three_lines_of_proof_are_read() -> None:
    assert len(request_from(Request(1, [b"h" * 32] * 63, checkpoint(3)).body).proof) == 63


def test_an_old_size_above_the_new_one_is_answered_400() -> None:
    assert answered(asked(9, 7), remembered(9)).status == 400


def test_another_logs_origin_is_answered_404() -> None:
    assert answered(Request(0, [], checkpoint(3, origin="pars/elsewhere"))).status == 404


def test_a_checkpoint_that_only_a_stranger_signed_is_answered_403() -> None:
    assert answered(Request(0, [], checkpoint(3, key=STRANGER))).status == 403


def test_a_known_key_that_does_not_hold_is_answered_403_even_beside_one_that_does() -> None:
    good, other = checkpoint(3), checkpoint(4)
    note = Note(good.text, [*good.signatures, *other.signatures])

    assert answered(Request(0, [], note)).status == 403


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    good = checkpoint(3)
    stranger = Signature("somebody/else", b"abcd", b"unknown bytes")

    assert isinstance(
        decide(Request(0, [], Note(good.text, [stranger, *good.signatures])).body, ORIGIN, KEYS, NOTHING), Sound
    )


def test_another_old_size_is_answered_409_with_the_size_that_was_signed() -> None:
    refused = answered(asked(5, 12), remembered(7))

    assert (refused.status, refused.body, refused.kind) == (409, "7\n", SIZE)
    assert size_told(refused.kind, refused.body.encode()) == 7


def test_an_empty_tree_with_a_root_is_answered_422() -> None:
    text = Checkpoint(ORIGIN, 0, b"r" * 32).text

    assert answered(Request(0, [], Note(text, [signed(text, ORIGIN, LOG)]))).status == 422


def test_a_proof_for_the_empty_tree_is_answered_422() -> None:
    assert answered(Request(0, [b"h" * 32], checkpoint(3))).status == 422


def test_the_same_size_with_another_root_is_answered_422() -> None:
    assert answered(asked(7, 7, OTHER), remembered(7)).status == 422


def test_another_history_is_answered_422_whatever_its_proof() -> None:
    assert answered(asked(7, 12, OTHER), remembered(7)).status == 422
    assert answered(Request(7, consistency_proof(7, 12, ONE), checkpoint(12, OTHER)), remembered(7)).status == 422


def test_a_stolen_log_key_does_not_roll_a_witness_back() -> None:
    refused = answered(asked(5, 6), remembered(7))

    assert (refused.status, refused.body) == (409, "7\n")


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans()), max_size=12))
def test_whatever_is_asked_in_whatever_order_one_history_is_signed(asking: Sequence[tuple[int, int, bool]]) -> None:
    known, signed_trees = NOTHING, [NOTHING]

    for old, size, honest in asking:
        nodes = ONE if honest else OTHER
        decided = decide(asked(old, size, nodes).body, ORIGIN, KEYS, known)
        if isinstance(decided, Sound):
            known = decided.remembered
            signed_trees.append(known)

    sizes = [each.size for each in signed_trees]
    assert sizes == sorted(sizes)
    first = next((each for each in signed_trees if each.size > 0), None)
    whose = ONE if first is None or first.root == root(first.size, ONE) else OTHER
    assert all(each.root == root(each.size, whose) for each in signed_trees)


@given(st.binary(max_size=400) | st.builds(lambda head, tail: head + b"\n\n" + tail, st.binary(), st.binary()))
def test_any_bytes_are_answered_and_never_signed(body: bytes) -> None:
    assert answered(body).status == 400


@given(st.integers(0, 10**17), st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_a_request_is_read_as_it_was_written(old: int, proof: list[bytes]) -> None:
    request = Request(old, proof, checkpoint(3))

    assert request_from(request.body).body == request.body


@given(st.data())
def test_a_request_with_one_changed_byte_is_never_signed_as_another_tree(data: st.DataObject) -> None:
    body = bytearray(asked(7, 12).body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))

    decided = decide(bytes(body), ORIGIN, KEYS, remembered(7))

    assert isinstance(decided, Refused) or decided.remembered == remembered(12)


def test_the_answer_of_a_witness_is_its_own_signature_and_no_other() -> None:
    text = checkpoint(3).text
    own = cosigned(text, WITNESS.name, OWN, 1_700_000_000)
    stranger = cosigned(text, "somebody", STRANGER, 1_700_000_000)

    assert cosignatures((stranger.line + own.line).encode(), text, WITNESS) == [own]


@pytest.mark.parametrize("body", [b"", b"\n", b"\xff\n", b"not a line\n"])
def test_an_answer_without_a_signature_of_the_witness_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        cosignatures(body, checkpoint(3).text, WITNESS)


def test_a_signature_of_another_text_or_without_a_time_is_refused() -> None:
    text = checkpoint(3).text
    for line in (cosigned(checkpoint(4).text, WITNESS.name, OWN, 1).line, cosigned(text, WITNESS.name, OWN, 0).line):
        with pytest.raises(BadInput):
            cosignatures(line.encode(), text, WITNESS)


@pytest.mark.parametrize(
    ("kind", "body"), [("text/plain", b"7\n"), (SIZE, b"7"), (SIZE, b"07\n"), (SIZE, b"-7\n"), (SIZE, b"\xff")]
)
def test_a_size_is_read_exactly(kind: str, body: bytes) -> None:
    with pytest.raises(BadInput):
        size_told(kind, body)


def test_the_empty_trees_root_is_the_hash_of_nothing() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT == NOTHING.root
