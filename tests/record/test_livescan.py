"""A fingerprint file: what is on the list is read, nothing else is looked at, and a broken one is a sentence."""

from contextlib import suppress
from dataclasses import astuple
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fingerprints import a_file, tagged

from pars.errors import BadInput, TooLarge
from pars.record.identifiers import DcNumber, Otn, Pid, Sid
from pars.record.livescan import KEPT, LARGEST, Match, Places, Prints, is_states_own, read
from pars.record.switches import LIVESCAN
from pars.record.switches import read as setting

NONE = Places()
STATE = Places(otn=901, pid=902, quality=903)


def test_numbers_match_quality_and_time_are_read() -> None:
    file = a_file(
        {2: "00", 9: "202618004412", 15: "401-22-7-3", 59: "I", 901: "T1234567", 902: "1004417", 903: "86"},
        {14: "20261105031500Z"},
    )

    assert read(file, STATE) == Prints(
        transaction="T-1",
        case_number=DcNumber("202618004412"),
        otn=Otn("T1234567"),
        sid=Sid("401-22-7-3"),
        pid=Pid("1004417"),
        match=Match.IDENTIFIED,
        quality=86,
        taken_at=datetime(2026, 11, 5, 3, 15, tzinfo=UTC),
    )


def test_the_writing_of_older_scanners_is_read_too() -> None:
    file = tagged(1, {9: "T-1"}).replace(b"1.001", b"1.01", 1).replace(b"1.009", b"1.9")
    shorter = str(len(file) - 1 + 1).encode()

    assert read(file.replace(file[5:7], shorter[:2], 1), NONE).transaction == "T-1"


@given(person=st.dictionaries(st.integers(2, 999), st.text(st.characters(codec="ascii", exclude_categories=["Cc"]))))
def test_nothing_but_the_list_is_kept_whatever_stands_in_it(person: dict[int, str]) -> None:
    prints = read(a_file(person), STATE)

    said = {str(value) for value in astuple(prints)[:-1] if value is not None}
    allowed = {value.strip() for n, value in person.items() if (2, n) in KEPT or n in {901, 902, 903}}
    for value in said - {"T-1", *Match}:
        assert any(_same(value, one) for one in allowed), value


def _same(kept: str, typed: str) -> bool:
    return "".join(c for c in kept if c.isalnum()) == "".join(c for c in typed.upper() if c.isalnum()) or (
        kept.isdigit() and typed.isdigit() and int(kept) == int(typed)
    )


@pytest.mark.parametrize("field", [16, 18, 20, 21, 22, 60])
def test_no_setting_lets_a_federal_field_be_read(field: int) -> None:
    words = "of Sampleland"

    assert not is_states_own(field)
    assert read(a_file({field: words, 2: "00"}), Places(field, field, field)) == Prints(transaction="T-1")
    for name in LIVESCAN:
        with pytest.raises(BadInput, match="federal field"):
            setting(name, str(field))


def test_what_has_another_shape_is_left_out_by_name_and_holds_nobody_up() -> None:
    prints = read(a_file({15: "Sampleland", 59: "MAYBE", 901: "B\xe9b\xe9".encode("latin-1")}), STATE)

    assert prints == Prints(transaction="T-1", left_out=("match", "otn", "sid"))


def test_the_first_of_a_name_counts_and_records_of_images_are_not_read() -> None:
    two = a_file({15: "401-22-7-3"}) + tagged(2, {15: "999-99-9-9", 59: "N"})

    assert read(two + b"\0\0\0\x20" + b"4" * 28, NONE) == Prints(
        transaction="T-1", sid=Sid("401-22-7-3"), match=Match.NOT_IDENTIFIED
    )


WHOLE = a_file({2: "00", 20: "SL", 15: "401-22-7-3"})


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"%PDF-1.7",
        b"<itl:NISTBiometricInformationExchangePackage/>",
        WHOLE[:-1],
        WHOLE[:30],
        WHOLE.replace(b"2.020", b"9.020"),
        WHOLE.replace(b"2.020:", b"2020 "),
        WHOLE.replace(b"1.001:", b"1.001:9"),
        tagged(2, {2: "00"}),
        tagged(1, {9: "T-1"}) * 2,
        a_file(dict.fromkeys(range(3, 2_100), "x")),
    ],
)
def test_a_file_that_is_none_is_one_sentence_that_repeats_nothing_of_it(broken: bytes) -> None:
    with pytest.raises(BadInput, match="nothing of it was kept") as refused:
        read(broken, STATE)

    assert "SL" not in refused.value.sentence


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        read(bytes(LARGEST + 1), NONE)


@given(st.binary(max_size=200), st.integers(0, len(WHOLE)), st.binary(max_size=4))
def test_any_bytes_are_read_or_refused(noise: bytes, at: int, put: bytes) -> None:
    for file in (noise, WHOLE[:at] + put + WHOLE[at:], WHOLE[:at] + put + WHOLE[at + len(put) :]):
        with suppress(BadInput):
            read(file, STATE)
