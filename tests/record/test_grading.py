"""Grading: nothing preselected without the statute, the statute's own limits, and no guess at what is not known."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.actions.person_given import LONGEST_TEXT
from pars.errors import BadInput
from pars.record.grading import (
    Document,
    DrugSchedule,
    Facts,
    Grade,
    Kind,
    answers_of,
    in_one_sentence,
    only_grade,
    questions,
    suggest,
)
from pars.record.identifiers import Statute
from pars.record.offences import CATALOGUE, Fact, Offence, find

offences = st.sampled_from(list(CATALOGUE.values()))
VALUES: dict[str, st.SearchStrategy[object]] = {
    "value_usd": st.sampled_from([0, 49, 50, 149, 150, 200, 1_000, 1_001, 2_000, Decimal("2000.01"), 100_000, 500_000]),
    "loss_usd": st.sampled_from([0, 150, 151, 500, 501, 1_001, 5_000, 5_001]),
    "drug_weight": st.integers(0, 100),
    "prior_retail_thefts": st.integers(0, 3),
    "prior_offenses": st.integers(0, 3),
    "victim_age": st.integers(0, 90),
    "actor_age": st.integers(10, 90),
    "drug_schedule": st.sampled_from(list(DrugSchedule)),
    "target_grade": st.sampled_from(list(Grade)),
    "document": st.sampled_from(list(Document)),
}
known = st.fixed_dictionaries({fact.value: VALUES.get(fact.value, st.booleans()) for fact in Fact})

PLAIN_THEFT: dict[str, Any] = {
    "vehicle": False,
    "firearm": False,
    "from_person": False,
    "by_threat": False,
    "breach_of_trust": False,
    "disaster": False,
    "anhydrous_ammonia": False,
}


def offence(text: str) -> Offence:
    return find(Statute.parse(text))


def grade(text: str, **facts: Any) -> Grade | None:  # noqa: ANN401 the facts of an example, of their several kinds
    found = suggest(offence(text), Facts(**facts))
    return found.grade if found is not None else None


def test_the_facts_are_the_fields_that_hold_them() -> None:
    assert [field.name for field in fields(Facts)] == list(Fact)


@given(listed=offences)
def test_a_form_asks_the_facts_of_an_offence_and_none_where_the_statute_gives_one_grade(listed: Offence) -> None:
    asked = questions(listed)

    assert [question.code for question in asked] == list(listed.facts)
    assert all(question.wording.endswith("?") for question in asked)
    assert all(bool(question.choices) == (question.kind is Kind.CHOICE) for question in asked)
    assert not (asked and only_grade(listed))


def test_nothing_is_preselected_unless_the_statute_gives_one_grade_only() -> None:
    for listed in CATALOGUE.values():
        nothing_known = suggest(listed, Facts())

        assert (nothing_known is not None) == (len(listed.grades) == 1), str(listed.statute)
        assert (nothing_known.grade if nothing_known else None) == only_grade(listed), str(listed.statute)


@given(listed=offences, facts=known)
def test_a_suggestion_is_always_a_grade_that_the_statute_allows_with_its_rule_and_source(
    listed: Offence, facts: dict[str, Any]
) -> None:
    found = suggest(listed, Facts(**facts))

    assert found is None or (found.grade in listed.grades and found.rule and found.source)


@given(data=st.data(), facts=known)
def test_one_more_answer_never_changes_a_grade_that_was_suggested_without_it(
    data: st.DataObject, facts: dict[str, Any]
) -> None:
    graded = data.draw(st.sampled_from([o for o in CATALOGUE.values() if suggest(o, Facts(**facts)) and o.facts]))
    unknown = data.draw(st.sets(st.sampled_from(list(Fact))))

    before = suggest(graded, Facts(**{fact: value for fact, value in facts.items() if fact not in unknown}))
    after = suggest(graded, Facts(**facts))

    assert before is None or (after is not None and before.grade is after.grade)


@given(listed=offences, facts=known, other=known)
def test_a_fact_of_another_charge_changes_nothing(
    listed: Offence, facts: dict[str, Any], other: dict[str, Any]
) -> None:
    own: dict[str, Any] = {fact.value: facts[fact] for fact in listed.facts}

    assert suggest(listed, Facts(**(other | own))) == suggest(listed, Facts(**own))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "M3"),
        (Decimal("49.99"), "M3"),
        (50, "M2"),
        (Decimal("199.99"), "M2"),
        (200, "M1"),
        (2_000, "M1"),
        (Decimal("2000.01"), "F3"),
        (99_999, "F3"),
        (100_000, "F2"),
        (499_999, "F2"),
        (500_000, "F1"),
    ],
)
def test_a_plain_theft_is_graded_by_its_value(value: Decimal | int, expected: str) -> None:
    assert grade("18 § 3921 §§ A", value_usd=value, **PLAIN_THEFT) == Grade(expected)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ("from_person", "M1"),
        ("by_threat", "M1"),
        ("breach_of_trust", "M1"),
        ("vehicle", "F3"),
        ("firearm", "F2"),
        ("disaster", "F2"),
        ("anhydrous_ammonia", "F2"),
    ],
)
def test_a_theft_of_small_value_is_graded_by_what_was_taken_and_how(fact: str, expected: str) -> None:
    assert grade("18 § 3921 §§ A", value_usd=20, **{**PLAIN_THEFT, fact: True}) == Grade(expected)


def test_a_dealer_in_stolen_property_is_graded_higher_and_highest_with_a_firearm() -> None:
    facts = {**PLAIN_THEFT, "value_usd": 20, "dealer": True}

    assert grade("18 § 3925 §§ A", **facts) == Grade.F3
    assert grade("18 § 3925 §§ A", **{**facts, "firearm": True}) == Grade.F1


def test_a_theft_whose_value_nobody_knows_gets_no_grade() -> None:
    assert grade("18 § 3921 §§ A", **PLAIN_THEFT) is None


@pytest.mark.parametrize(
    ("priors", "value", "expected"),
    [
        (0, Decimal("149.99"), "S"),
        (1, Decimal("149.99"), "M2"),
        (0, 150, "M1"),
        (1, 1_000, "M1"),
        (0, Decimal("1000.01"), "F3"),
        (2, 1, "F3"),
    ],
)
def test_a_retail_theft_is_graded_by_value_and_earlier_ones(priors: int, value: Decimal | int, expected: str) -> None:
    facts = {"firearm": False, "vehicle": False, "disaster": False}

    assert grade("18 § 3929 §§ A1", prior_retail_thefts=priors, value_usd=value, **facts) == Grade(expected)


def test_a_third_retail_theft_needs_no_value_but_a_first_does() -> None:
    assert grade("18 § 3929 §§ A1", prior_retail_thefts=2, disaster=False) == Grade.F3
    assert grade("18 § 3929 §§ A1", prior_retail_thefts=0, disaster=False) is None


@pytest.mark.parametrize(
    ("fight", "victim_age", "actor_age", "expected"),
    [
        (False, 30, 40, Grade.M2),
        (True, 30, 40, Grade.M3),
        (False, 11, 18, Grade.M1),
        (False, 12, 40, Grade.M2),
        (False, 11, 17, Grade.M2),
        (True, 11, 18, None),
    ],
)
def test_a_simple_assault_is_graded_by_the_fight_and_the_ages(
    fight: bool,  # noqa: FBT001 a column of the examples
    victim_age: int,
    actor_age: int,
    expected: Grade | None,
) -> None:
    facts = {"mutual_fight": fight, "victim_age": victim_age, "actor_age": actor_age}

    assert grade("18 § 2701 §§ A1", **facts) == expected


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("18 § 2706 §§ A1", {"diverted": False}, Grade.M1),
        ("18 § 2706 §§ A1", {"diverted": True}, Grade.F3),
        ("18 § 3304 §§ A5", {"loss_usd": 5_001}, Grade.F3),
        ("18 § 3304 §§ A5", {"loss_usd": 10, "utility": True}, Grade.F3),
        ("18 § 3304 §§ A5", {"loss_usd": 1_001, "utility": False}, Grade.M2),
        ("18 § 3304 §§ A5", {"loss_usd": 501, "utility": False}, Grade.M3),
        ("18 § 3304 §§ A5", {"loss_usd": 500, "utility": False}, Grade.S),
        ("18 § 3304 §§ A4", {"loss_usd": 151, "utility": False}, Grade.M3),
        ("18 § 3304 §§ A2", {"loss_usd": 9_000, "utility": False}, None),
        ("18 § 3502 §§ A", {"overnight": False, "person_present": False, "drugs_intended": False}, Grade.F2),
        ("18 § 3502 §§ A", {"overnight": False, "person_present": True}, Grade.F1),
        ("18 § 3502 §§ A", {"overnight": False, "person_present": False}, None),
        ("18 § 3502 §§ A4", {"drugs_intended": True}, Grade.F1),
        ("18 § 3502 §§ A4", {"drugs_intended": False}, Grade.F2),
        ("18 § 3502 §§ A1", {}, Grade.F1),
        ("18 § 3503 §§ A1ii", {}, Grade.F2),
        ("18 § 3503 §§ B1i", {"order_defied": True}, Grade.M3),
        ("18 § 3503 §§ B1i", {"order_defied": False}, Grade.S),
        ("18 § 3701 §§ A1iv", {"drugs_intended": False}, Grade.F2),
        ("18 § 3701 §§ A1v", {"drugs_intended": False}, Grade.F3),
        ("18 § 3701 §§ A1v", {"drugs_intended": True}, Grade.F1),
        ("18 § 3928 §§ A", {"disaster": False}, Grade.M2),
        ("18 § 4101 §§ A2", {"document": Document.LEGAL}, Grade.F3),
        ("18 § 5104", {}, Grade.M2),
        ("18 § 5503 §§ A1", {"serious_annoyance": False}, Grade.S),
        ("18 § 903", {"target_grade": Grade.F2}, Grade.F2),
        ("18 § 903", {"target_grade": Grade.MURDER}, None),
        ("75 § 3802 §§ A1", {"prior_offenses": 0, "accident": False}, None),
    ],
)
def test_a_grade_follows_the_statutes_own_words(text: str, facts: dict[str, Any], expected: Grade | None) -> None:
    assert grade(text, **facts) == expected


def test_a_subsection_that_the_table_does_not_know_gets_no_suggestion() -> None:
    assert suggest(offence("18 § 3701 §§ A9"), Facts(drugs_intended=True)) is None


@pytest.mark.parametrize("value", [-1, Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_cannot_be_is_refused(value: Decimal | int) -> None:
    with pytest.raises(BadInput) as refused:
        Facts(value_usd=value)

    assert refused.value.field == "value_usd"


@given(listed=offences, data=st.data())
def test_the_facts_of_a_charge_fit_into_its_record_and_are_read_back_as_they_were_answered(
    listed: Offence, data: st.DataObject
) -> None:
    answers: dict[Fact, str] = {}
    for question in questions(listed):
        most = {Kind.MONEY: ["0", "999999999.99"], Kind.NUMBER: ["0", "999999999"], Kind.YES_NO: ["yes", "no"]}
        answers[question.code] = data.draw(st.sampled_from(["", *most.get(question.kind, question.choices)]))

    sentence = in_one_sentence(answers)

    assert answers_of(sentence) == {fact: answer for fact, answer in answers.items() if answer}


def test_the_longest_facts_of_every_offence_fit_into_its_record() -> None:
    most = {Kind.MONEY: "999999999.99", Kind.NUMBER: "999999999", Kind.YES_NO: "yes"}
    for listed in CATALOGUE.values():
        longest = {
            question.code: most.get(question.kind) or max(question.choices, key=len) for question in questions(listed)
        }

        assert len(in_one_sentence(longest)) <= LONGEST_TEXT, str(listed.statute)


@pytest.mark.parametrize("own", ["", "second offense", "value: $150; she said so", "seen: by two"])
def test_somebodys_own_words_are_no_answers(own: str) -> None:
    assert answers_of(own) == {}
