"""The offence catalogue: what every row must hold, the search, and the NIBRS codes both ways."""

import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.record.identifiers import Statute
from pars.record.offences import (
    CATALOGUE,
    MOST_SERIOUS_FIRST,
    NIBRS_CODES,
    UNLISTED,
    Grade,
    Index,
    Offence,
    find,
    for_nibrs,
    search,
)

offences = st.sampled_from(list(CATALOGUE.values()))
grades = st.sampled_from(list(Grade))


def cited(found: list[Offence]) -> list[str]:
    return [str(offence.statute) for offence in found]


def test_the_catalogue_holds_the_three_hundred_sections_that_are_charged_most() -> None:
    sections = {offence.statute.whole_section for offence in CATALOGUE.values()}

    assert len(CATALOGUE) >= 600
    assert len(sections) >= 300


def faults(offence: Offence) -> list[str]:
    """What a row of the table lacks or has too much."""
    laws = {
        "a title": bool(offence.short_title and offence.heading),
        "grades, most serious first": list(offence.grades) == sorted(set(offence.grades), reverse=True) != [],
        "facts once, and only where they can change the grade": len(offence.facts) == len(set(offence.facts))
        and (not offence.facts or len(offence.grades) > 1),
        "a NIBRS code": offence.nibrs in NIBRS_CODES,
        "a count": offence.charges >= 0,
        "a citation that reads to itself": Statute.parse(str(offence.statute)) == offence.statute,
    }
    return [law for law, holds in laws.items() if not holds]


def test_every_offence_is_complete() -> None:
    incomplete = {str(statute): faults(offence) for statute, offence in CATALOGUE.items() if faults(offence)}

    assert incomplete == {}


def test_a_section_has_one_heading_and_says_once_what_people_call_it() -> None:
    headings = {(offence.statute.whole_section, offence.heading) for offence in CATALOGUE.values()}

    assert max(Counter(section for section, _ in headings).values()) == 1


@pytest.mark.parametrize(
    ("statute", "grade"),
    [
        ("18 § 2705", "M2"),
        ("18 § 5104", "M2"),
        ("18 § 3502 §§ A1", "F1"),
        ("18 § 2702 §§ A4", "F2"),
        ("35 § 780-113 §§ A16", "M"),
        ("35 § 780-113 §§ A30", "F"),
        ("23 § 6114 §§ A", "IC"),
        ("75 § 3714 §§ A", "S"),
    ],
)
def test_a_statute_that_gives_one_grade_lists_one(statute: str, grade: str) -> None:
    assert find(Statute.parse(statute)).grades == (Grade.parse(grade),)


@pytest.mark.parametrize("statute", ["18 § 3921 §§ A", "18 § 3925 §§ A", "18 § 3929 §§ A1", "18 § 3922 §§ A1"])
def test_a_theft_never_comes_with_one_grade(statute: str) -> None:
    assert len(find(Statute.parse(statute)).grades) >= 4


def test_the_domestic_list_is_that_of_section_2711() -> None:
    domestic = {offence.statute for offence in CATALOGUE.values() if offence.domestic}

    assert {statute.section for statute in domestic} == {"2504", "2701", "2702", "2705", "2706", "2709.1", "2718"}
    assert {statute.subsection for statute in domestic if statute.section == "2702"} == {"A3", "A4", "A5"}


def test_a_listed_subsection_is_found_as_it_is_listed() -> None:
    found = find(Statute.parse("18 § 3701 §§ A1ii"))

    assert found.short_title == "Robbery: threatens serious bodily injury"


def test_an_unlisted_subsection_of_a_listed_section_is_the_section_with_no_grade_narrowed() -> None:
    statute = Statute.parse("18 § 3701 §§ A9")

    found = find(statute)

    assert (found.statute, found.short_title, found.grades) == (statute, "Robbery", MOST_SERIOUS_FIRST)
    assert found.facts == ()


def test_an_unlisted_subsection_is_domestic_only_when_the_whole_section_is() -> None:
    assert find(Statute.parse("18 § 2701 §§ A9")).domestic
    assert not find(Statute.parse("18 § 2702 §§ B")).domestic


def test_an_unknown_section_is_refused_by_its_citation() -> None:
    with pytest.raises(BadInput, match=r"Unknown statute 18 § 9999 §§ A") as refused:
        find(Statute.parse("18 § 9999 §§ A"))

    assert refused.value.field == "statute"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("theft", "18 § 3921 §§ A"),
        ("3925", "18 § 3925 §§ A"),
        ("pwid", "35 § 780-113 §§ A30"),
        ("DUI", "75 § 3802 §§ A1"),
        ("shoplift", "18 § 3929 §§ A1"),
        ("rsp", "18 § 3925 §§ A"),
        ("gun carrying", "18 § 6106 §§ A1"),
        ("18 § 3701 §§ A1ii", "18 § 3701 §§ A1ii"),
        ("3701(a)(1)(iii)", "18 § 3701 §§ A1iii"),
        ("780-113(a)(30)", "35 § 780-113 §§ A30"),
        ("pfa", "23 § 6114 §§ A"),
    ],
)
def test_the_desks_words_find_the_offence_first(typed: str, first: str) -> None:
    assert cited(search(typed))[0] == first


@pytest.mark.parametrize("typed", ["", "   ", "§", "zzzz", "theft zzzz"])
def test_nothing_typed_or_nothing_like_it_finds_nothing(typed: str) -> None:
    assert search(typed) == []


@given(offence=offences)
def test_every_offence_is_found_by_its_citation_and_by_its_title(offence: Offence) -> None:
    everything = len(CATALOGUE)

    assert offence in search(str(offence.statute), everything)
    assert offence in search(offence.short_title, everything)


@given(offence=offences, length=st.integers(1, 12))
def test_one_more_letter_never_finds_more(offence: Offence, length: int) -> None:
    everything, typed = len(CATALOGUE), offence.short_title[:length]

    shorter, longer = search(typed[:-1], everything), search(typed, everything)

    assert not typed[:-1].strip() or set(cited(longer)) <= set(cited(shorter))


@given(text=st.text(max_size=200), limit=st.integers(0, 30))
def test_any_text_is_searched_within_the_limit(text: str, limit: int) -> None:
    assert len(search(text, limit)) <= limit


@pytest.mark.parametrize("typed", ["theft", "18", "a", "assault", "driving", "3802 a"])
def test_frequencies_change_the_order_of_a_search_and_nothing_else(typed: str) -> None:
    everything = len(CATALOGUE)
    turned = Index(replace(offence, charges=10**9 - offence.charges) for offence in CATALOGUE.values())

    counted, other_way = cited(search(typed, everything)), cited(turned.search(typed, everything))

    assert set(counted) == set(other_way)
    assert counted != other_way


def test_a_whole_word_comes_before_a_beginning_whatever_the_counts() -> None:
    rare, common = find(Statute.parse("18 § 5501 §§ 2")), find(Statute.parse("18 § 3921 §§ A"))
    index = Index([replace(rare, words="thef"), common])

    assert cited(index.search("thef")) == [str(rare.statute), str(common.statute)]


@pytest.mark.parametrize("typed", ["a", "s", "18", "theft", "18 § 3701 §§ A1ii", "a b c d e f g h i j"])
def test_a_keystroke_is_answered_in_two_milliseconds(typed: str) -> None:
    def once() -> float:
        start = time.perf_counter()
        search(typed)
        return time.perf_counter() - start

    assert min(once() for _ in range(20)) < 0.002


@pytest.mark.parametrize("code", NIBRS_CODES)
def test_every_nibrs_code_has_an_offence_that_stands_for_it(code: str) -> None:
    offence = for_nibrs(code)

    assert CATALOGUE[offence.statute] is offence


@pytest.mark.parametrize(
    ("code", "section"),
    [
        ("13A", "2702"),
        ("13B", "2701"),
        ("35A", "780-113"),
        ("90D", "3802"),
        ("23C", "3929"),
        ("280", "3925"),
        ("220", "3502"),
        ("120", "3701"),
    ],
)
def test_a_nibrs_code_stands_for_the_section_that_people_would_name(code: str, section: str) -> None:
    offence = for_nibrs(code)

    assert offence.statute.section == section
    assert offence.nibrs == code


@pytest.mark.parametrize("code", ["90Z", "90I", "09C", "999"])
def test_a_code_that_is_no_particular_crime_is_not_given_one(code: str) -> None:
    offence = for_nibrs(code)

    assert offence.statute == UNLISTED
    assert set(offence.grades) == set(Grade)


@pytest.mark.parametrize("code", ["", "  ", "13", "ZZZ", "13b13b"])
def test_what_is_no_nibrs_code_is_refused(code: str) -> None:
    with pytest.raises(BadInput, match="NIBRS"):
        for_nibrs(code)


def test_the_group_of_a_code_says_which_report_it_needs() -> None:
    assert find(Statute.parse("75 § 3802 §§ A1")).nibrs_group == "B"
    assert find(Statute.parse("18 § 2701 §§ A1")).nibrs_group == "A"


def test_the_grades_stand_in_the_order_of_the_dockets() -> None:
    words = ["", "S", "M", "IC", "M3", "M2", "M1", "F", "F3", "F2", "F1", "murder"]

    assert sorted(Grade) == [Grade.parse(word) for word in words]


@given(one=grades, other=grades)
def test_two_grades_compare_one_way_only(one: Grade, other: Grade) -> None:
    assert (one < other) + (one > other) + (one == other) == 1
    assert (one <= other) == (not one > other)
    assert (one >= other) == (not one < other)
    assert (one < str(other)) == (one < other)


@given(grade=grades)
def test_a_grade_is_read_in_any_case(grade: Grade) -> None:
    assert Grade.parse(f" {grade.lower()} ") is grade


@pytest.mark.parametrize("word", ["M4", "H1", "felony"])
def test_what_is_no_grade_is_refused_with_the_list(word: str) -> None:
    with pytest.raises(BadInput, match="M3, M2, M1"):
        Grade.parse(word)
