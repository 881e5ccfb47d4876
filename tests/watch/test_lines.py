"""A log's lines: read word for word, or refused in one sentence with the line's number."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.watch.lines import entries, instant

BOOKING: dict[str, Any] = {
    "type": "booking",
    "at": "2026-09-01T10:00:00Z",
    "person": "p-1",
    "attributes": {
        "surname": "DOE",
        "birth_date": "1990-02-03",
        "birthplace_foreign": True,
        "race": "B",
        "ethnicity": None,
        "sex": "M",
        "charge_class": "anything",
    },
}
LOOK: dict[str, Any] = {
    "type": "disclosure",
    "at": "2026-09-01T10:00:00.250Z",
    "agency": "fed",
    "user": "u-3",
    "purpose": "unheard of",
    "case_reference": "x",
    "case_verified": True,
    "on_behalf_of": None,
    "person": None,
    "criteria": {"name": "DOE, ALEX", "birth_date": "1990-02-03"},
}
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({**LOOK, "colour": "red"}, "colour"),
    ({**LOOK, "type": "release"}, "release"),
    ({**LOOK, "case_verified": "yes"}, "case_verified"),
    ({**LOOK, "at": "2026-09-01T10:00:00+02:00"}, "UTC"),
    ({**LOOK, "at": "2026-02-30T10:00:00Z"}, "instant"),
    ({**LOOK, "at": "0001-01-01T10:00:00Z"}, "years"),
    ({**LOOK, "\x1b[2Jred": 1}, "a key"),
    ({**LOOK, "at": "2026-08-31T10:00:00Z"}, "order"),
    ({**LOOK, "at": "2026-09-01T09:59:59.999999Z"}, "order"),
    ({**LOOK, "at": "2026-09-01T10:00:61Z"}, "instant"),
    ({**LOOK, "at": "2026-09-01T10:00:0_1Z"}, "instant"),
    ({**LOOK, "at": "2026-09-01T10:00:00.2_5Z"}, "instant"),
    ({**LOOK, "at": "2026-09-01T10:00:٠٠.5Z"}, "instant"),
    ({**LOOK, "criteria": {"shoe_size": "9"}}, "shoe_size"),
    ({name: value for name, value in LOOK.items() if name != "agency"}, "agency"),
    ({**BOOKING, "attributes": {"race": "Q"}}, "race"),
    ({**BOOKING, "attributes": {"birth_date": "3 Feb 1990"}}, "birth_date"),
    ({**BOOKING, "attributes": {"eyes": "blue"}}, "eyes"),
]


def log(*said: dict[str, Any]) -> list[bytes]:
    return [json.dumps(one).encode() + b"\n" for one in said]


def test_a_booking_and_a_look_up_are_read() -> None:
    read = list(entries(log(BOOKING, LOOK)))

    assert [at for at, _ in read] == [
        datetime(2026, 9, 1, 10, tzinfo=UTC).timestamp(),
        datetime(2026, 9, 1, 10, 0, 0, 250_000, tzinfo=UTC).timestamp(),
    ]


@pytest.mark.parametrize(("broken", "named"), BROKEN)
def test_what_cannot_be_right_is_named_with_its_line(broken: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput) as refusal:
        list(entries(log(BOOKING, broken)))

    assert refusal.value.sentence.startswith("line 2: ")
    assert named in refusal.value.sentence
    assert "\n" not in refusal.value.sentence


@pytest.mark.parametrize("broken", [{**LOOK, "QUILLFEATHER, ROSALIND": 1}, {**LOOK, "type": "Quillfeather"}])
def test_a_key_or_a_type_that_may_be_a_name_is_not_repeated(broken: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refusal:
        list(entries(log(BOOKING, broken)))

    assert "quillfeather" not in refusal.value.sentence.lower()


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"[]\n",
        b"{",
        b"\xff\xfe",
        b'{"type":' * 5_000,
        b"[" * 100_000,
        b"NaN",
        b'{"type":"booking","at":"\\ud800","person":"\\ud800"}',
    ],
)
def test_what_is_no_object_is_refused(line: bytes) -> None:
    with pytest.raises(BadInput, match="line 1: "):
        list(entries([line]))


@given(st.lists(st.binary(max_size=80) | st.sampled_from(log(BOOKING, LOOK))))
def test_any_bytes_are_read_or_refused(lines: list[bytes]) -> None:
    read: list[float] = []
    refused = None
    try:
        read.extend(at for at, _ in entries(lines))
    except BadInput as refusal:
        refused = refusal.sentence
    assert (refused is None) == (len(read) == len(lines))
    assert refused is None or refused.startswith(f"line {len(read) + 1}: ")
    assert all(one <= other for one, other in pairwise(read))


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: at.year in range(1900, 3000)))
def test_an_instant_is_read_as_it_was_written(at: datetime) -> None:
    assert instant(at.isoformat().replace("+00:00", "Z")) == at
    assert instant(at.isoformat()) == at


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from([0, 250_000, 1])), max_size=8))
@settings(max_examples=40)
def test_instants_are_read_alike_whatever_stood_before(instants: list[tuple[int, int]]) -> None:
    begun = datetime(2026, 9, 1, 23, 58, 1, tzinfo=UTC)
    after = sorted(begun + timedelta(seconds=seconds, microseconds=small) for seconds, small in instants)
    written = [at.isoformat().replace("+00:00", "Z") for at in after]

    read = [at for at, _ in entries(log(*({**LOOK, "at": at} for at in written)))]

    assert read == pytest.approx([instant(at).timestamp() for at in written], abs=1e-6)


def test_a_leap_second_is_after_every_moment_of_the_second_before_it() -> None:
    before, leap = instant("2016-12-31T23:59:59.9Z"), instant("2016-12-31T23:59:60Z")

    assert before < leap < instant("2017-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("begins", "why"),
    [(b"\xef\xbb\xbf{}", "byte order mark"), (b"\xff\xfe{\x00", "UTF-16"), (b"\x1f\x8b\x08", "compressed")],
)
def test_another_kind_of_file_is_said_to_be_one(begins: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        list(entries([begins + b"\n"]))
