"""Identifiers: what is read, how it is written again, what is refused."""

import copy
import json
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.record.identifiers import (
    Badge,
    CheckDigitRule,
    DcNumber,
    DocketNumber,
    Identifier,
    Ori,
    Otn,
    Pid,
    Sid,
    Statute,
    check_digit_warning,
    demo_check_digit,
)

STRINGS: tuple[type[Identifier], ...] = (DcNumber, Pid, Sid, Otn, DocketNumber, Ori, Badge)

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@st.composite
def citations(draw: st.DrawFn) -> tuple[str, str, tuple[str, ...]]:
    """A title, a section and the brackets of a subsection, in the law's own order of letter, number, roman, letter."""
    title = str(draw(st.integers(1, 99)))
    section = str(draw(st.integers(1, 9999))) + draw(st.sampled_from(["", ".1", "-113"]))
    brackets = (
        draw(st.sampled_from("abcdefg")),
        str(draw(st.integers(1, 40))),
        draw(st.sampled_from(ROMAN)),
        draw(st.sampled_from("ABC")),
    )
    return title, section, brackets[: draw(st.integers(0, 4))]


@pytest.mark.parametrize(
    ("kind", "typed", "canonical"),
    [
        (DcNumber, "2017 77 001445", "201777001445"),
        (DcNumber, "17-77-001445", "1777001445"),
        (Pid, " 1004417 ", "1004417"),
        (Sid, "401-22-7-3", "401-22-7-3"),
        (Sid, "401 – 22 – 7 – 3", "401-22-7-3"),
        (Otn, "q 333333-0", "Q3333330"),
        (Otn, "Q333333-0", "Q3333330"),
        (Otn, "Q3333330", "Q3333330"),
        (DocketNumber, "mc-51-cr-0001234-2026", "MC-51-CR-0001234-2026"),
        (DocketNumber, "CP-51-MD-0000007-2025", "CP-51-MD-0000007-2025"),
        (Ori, "pa0510000", "PA0510000"),
        (Badge, "812a", "812A"),
    ],
)
def test_an_identifier_is_read_from_the_writings_in_use(kind: type[Identifier], typed: str, canonical: str) -> None:
    assert kind.parse(typed) == canonical


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (DcNumber, ""),
        (DcNumber, "20177700144"),
        (DcNumber, "2017770014450"),
        (DcNumber, "٢٠١٧٧٧٠٠١٤٤٥"),
        (Pid, "123456789"),
        (Pid, "12-3"),
        (Sid, "4011-22-7-3"),
        (Sid, "401-22-7"),
        (Otn, "3333330"),
        (Otn, "QQ333330"),
        (Otn, "Q33333300"),
        (DocketNumber, "MJ-51301-CR-0000001-2026"),
        (DocketNumber, "MC-52-CR-0001234-2026"),
        (DocketNumber, "MC-51-CR-1234-2026"),
        (Ori, "PA051000"),
        (Ori, "ßßßßA"),
        (Badge, "1234567"),
        (Badge, "A12"),
    ],
)
def test_what_is_no_such_identifier_is_refused_with_an_example(kind: type[Identifier], typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        kind.parse(typed)

    assert "such as" in refused.value.sentence
    assert refused.value.field == kind.field


@pytest.mark.parametrize("kind", STRINGS)
def test_the_example_of_a_refusal_is_itself_read(kind: type[Identifier]) -> None:
    example = re.search(r"such as (.+?)(?: or .*)?[.;]", kind.refusal)

    assert example is not None
    assert kind.parse(example[1])


@pytest.mark.parametrize("kind", STRINGS)
@given(text=st.text(max_size=80))
def test_any_text_is_read_to_itself_or_refused_without_repeating_it(kind: type[Identifier], text: str) -> None:
    read, sentence = None, kind.refusal

    try:
        read = kind.parse(text)
    except BadInput as refused:
        sentence = refused.sentence

    assert sentence == kind.refusal
    assert read is None or kind.parse(str(read)) == read


@pytest.mark.parametrize("kind", STRINGS)
@given(data=st.data())
def test_every_canonical_writing_is_read_as_it_stands(kind: type[Identifier], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(kind.shape, fullmatch=True))

    assert str(kind.parse(text)) == text


def test_an_identifier_is_a_key_a_json_text_and_survives_a_copy() -> None:
    otn = Otn.parse("T 123456-7")

    assert {otn: 1}[Otn.parse("t123456-7")] == 1
    assert json.dumps({"otn": otn}) == '{"otn": "T1234567"}'
    assert type(copy.deepcopy(otn)) is Otn
    assert pickle.loads(pickle.dumps(otn)) == otn  # noqa: S301 our own bytes


def test_an_otn_is_shown_as_dockets_print_it_and_exchanged_as_systems_do() -> None:
    otn = Otn.parse("q333333-0")

    assert otn.shown == "Q 333333-0"
    assert otn.exchanged == "Q3333330"
    assert Otn.parse(otn.shown) == otn


@given(otn=st.from_regex(Otn.shape, fullmatch=True).map(Otn))
def test_no_rule_never_warns_and_the_demos_rule_warns_of_all_digits_but_one(otn: Otn) -> None:
    siblings = [Otn(otn[:7] + digit) for digit in "0123456789"]

    quiet = [sibling for sibling in siblings if check_digit_warning(sibling, CheckDigitRule.INVENTED_DEMO) is None]

    assert check_digit_warning(otn, CheckDigitRule.NONE) is None
    assert quiet == [Otn(otn[:7] + demo_check_digit(otn))]


def test_a_docket_number_says_its_court_and_year() -> None:
    docket = DocketNumber.parse("CP-51-CR-0001234-2026")

    assert (docket.court, docket.year) == ("CP", 2026)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("18 § 3701 §§ A1ii", "18 § 3701 §§ A1ii"),
        ("18 3701 a1ii", "18 § 3701 §§ A1ii"),
        ("18:3701(a)(1)(ii)", "18 § 3701 §§ A1ii"),
        ("18 Pa.C.S. § 3701(a)(1)(ii)", "18 § 3701 §§ A1ii"),
        ("18 Pa.C.S.A. § 2701", "18 § 2701"),
        ("18 § 3701 §§ A1II", "18 § 3701 §§ A1ii"),
        ("35 780-113(a)(30)", "35 § 780-113 §§ A30"),
        ("35 P.S. § 780-113(a)(16)", "35 § 780-113 §§ A16"),
        ("75 § 3802 §§ A1", "75 § 3802 §§ A1"),
        ("75 § 3802 §§ A1**", "75 § 3802 §§ A1"),
        ("18 § 5511 §§ A2.1IA", "18 § 5511 §§ A2.1iA"),
        ("3 459-505-A A1", "3 § 459-505-A §§ A1"),
        ("18§2705", "18 § 2705"),
        ("18 § 2705 §§ ", "18 § 2705"),
    ],
)
def test_a_statute_is_read_from_the_writings_in_use(typed: str, canonical: str) -> None:
    assert str(Statute.parse(typed)) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "18",
        "theft",
        "183701",
        "18 § ",
        "18 3701(a)(1)(ii",
        "18 3701 drop table",
        "0 3701",
        "18 3701 a1ii; --",
        "18" * 40,
    ],
)
def test_what_is_no_citation_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match="such as 18 § 3701") as refused:
        Statute.parse(typed)

    assert refused.value.field == "statute"


@given(cited=citations())
def test_a_citation_with_brackets_and_one_as_dockets_print_it_are_the_same(
    cited: tuple[str, str, tuple[str, ...]],
) -> None:
    title, section, brackets = cited

    statute = Statute.parse(f"{title} {section}" + "".join(f"({bracket})" for bracket in brackets))

    assert statute == Statute.parse(f"{title} § {section} §§ {''.join(brackets).upper()}")
    assert Statute.parse(str(statute)) == statute
    assert (statute.title, statute.section) == (title, section)


@given(text=st.text(alphabet="0123456789 §.:-()*abcivx", max_size=40))
def test_any_text_is_a_citation_that_reads_to_itself_or_is_refused(text: str) -> None:
    try:
        statute = Statute.parse(text)
    except BadInput:
        return
    assert Statute.parse(str(statute)) == statute


def test_a_statute_cannot_be_made_of_parts_that_the_parser_would_not_give() -> None:
    with pytest.raises(BadInput):
        Statute("18", "3701", "a1II")


def test_a_statute_knows_its_whole_section() -> None:
    assert Statute.parse("18 3701 a1ii").whole_section == Statute.parse("18 § 3701")
