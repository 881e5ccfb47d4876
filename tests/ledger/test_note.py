"""Signed notes: the examples of the specification, signatures of both kinds, and notes that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.note import KeyKind, Note, cosigned, holds, key_from, key_of, note_from, signed
from pars.ledger.tree import EMPTY_ROOT

PRIVATE, ANOTHER = b"k" * 32, b"l" * 32
NAME = "pars/test-city"
TEXT = Checkpoint(NAME, 0, EMPTY_ROOT).text
LOG = key_of(NAME, KeyKind.LOG, PRIVATE)
WITNESS = key_of("court/witness", KeyKind.WITNESS, ANOTHER)
# The checkpoint of C2SP's tlog-checkpoint, and a key of Go's package note (its example test).
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
    "+xeMcTOAYQ8=\n"
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def whole(*, log: bytes = PRIVATE, at: int = 1_679_315_147) -> Note:
    return Note(TEXT, [signed(TEXT, NAME, log), cosigned(TEXT, WITNESS.name, ANOTHER, at)])


def test_a_note_that_gos_package_signed_verifies() -> None:
    assert [key.name for key, _ in note_from(GO_NOTE.encode()).verified([key_from(GO_KEY)])] == ["PeterNeumann"]


def test_the_specifications_checkpoint_is_read() -> None:
    note = note_from(EXAMPLE.encode())
    told = checkpoint_from(note.text)

    assert (told.origin, told.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert str(note) == EXAMPLE
    assert told.text == note.text


def test_a_key_is_written_as_it_is_read() -> None:
    assert key_from(str(WITNESS)) == WITNESS
    assert key_from(GO_KEY + "\n").kind is KeyKind.LOG


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+0", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-4], "a b+00000000+AQ==", GO_KEY + "AAAA"],
)
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        key_from(text)


def test_log_and_witness_sign_one_text() -> None:
    note = note_from(str(whole()).encode())

    assert [key for key, _ in note.verified([LOG, WITNESS])] == [LOG, WITNESS]
    assert note.signatures[1].at == 1_679_315_147
    assert note.verified([]) == []


def test_a_known_key_that_does_not_hold_refuses_the_whole_note() -> None:
    forged = Note(TEXT.replace("0\n", "1\n"), whole().signatures)

    with pytest.raises(BadInput, match="does not hold"):
        forged.verified([LOG])
    assert forged.verified([key_of("someone/else", KeyKind.LOG, PRIVATE)]) == []


def test_a_witness_signs_the_time_too() -> None:
    line = whole().signatures[1]
    later = type(line)(line.name, line.key_id, (line.at + 1).to_bytes(8, "big") + line.signed[8:])

    assert holds(WITNESS, TEXT, line)
    assert not holds(WITNESS, TEXT, later)
    assert not holds(LOG, TEXT, line)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\xff\n\n\xe2\x80\x94 a AAAAAAAA\n",
        b"a\tb\n\n\xe2\x80\x94 a AAAAAAAA\n",
        b"a\n\nb\n",
        "a\n\n— a !!\n".encode(),
        "a\n\n— a AAAA\n".encode(),
        ("a\n\n" + "— a AAAAAAAA\n" * 101).encode(),
        b"a" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        note_from(body)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_note_or_one_sentence(body: bytes) -> None:
    told: Note | str
    try:
        told = note_from(body)
    except BadInput as refusal:
        told = refusal.sentence

    assert "\n" not in told if isinstance(told, str) else str(told).encode() == body


ROOT = "A" * 43 + "="


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\nAAAA\n", f"a\n-1\n{ROOT}\n", f"a\n{10**18}\n{ROOT}\n", "a\n1\n!\n", f"\n1\n{ROOT}\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        checkpoint_from(text)
