"""The catalogue by itself: its words, its red lines, and what each cell may say beside the others."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

import pars
from pars.record.fields import (
    CLASS_WORDS,
    ENDED_BY,
    FIELDS,
    FREE_KINDS,
    GROUPS,
    KEEPING,
    KIND_WORDS,
    NOT_RELEASED,
    ONLY_UNDER_A_JUDGES_WARRANT,
    DataClass,
    FieldKind,
    PartnerField,
    released_by,
    tables,
)
from pars.record.roles import Role
from pars.record.steps import STEPS

CLOSED_TO_PARTNERS = frozenset(
    {
        DataClass.INTERVIEW,
        DataClass.VICTIM,
        DataClass.JUVENILE,
        DataClass.CARE,
        DataClass.OFF_BY_DEFAULT,
        DataClass.INVESTIGATIVE,
        DataClass.CREDENTIAL,
        DataClass.LEDGER,
        DataClass.AT_WORK,
    }
)
"""Classes of which no column ever reaches a partner (promise 5; Rule 530; 42 Pa.C.S. 6308)."""


def test_no_column_stands_in_the_table_twice() -> None:
    text = (files("pars.record") / "fields.csv").read_text(encoding="utf-8")

    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert len(lines) - 1 == len(FIELDS)


def test_every_field_has_a_label_and_a_whole_name() -> None:
    for field in FIELDS.values():
        assert field.label.strip(), field.name
        assert field.name.count(".") == 2, field.name
        assert f"{field.table}.{field.column}" == field.name


def test_every_kind_and_class_is_explained() -> None:
    assert set(KIND_WORDS) == set(FieldKind)
    assert set(CLASS_WORDS) == set(DataClass)


def test_every_keeping_time_is_in_use_and_names_its_source() -> None:
    used = {field.keeping for field in FIELDS.values()}

    assert used == set(KEEPING.values())
    assert all(keeping.until and keeping.source for keeping in used)


def test_every_keeping_time_is_ended_by_a_round_that_there_is_or_says_why_by_none() -> None:
    rounds = {path.stem for path in (Path(pars.__file__).parent / "rounds").glob("*ing.py")}

    assert set(ENDED_BY) == set(KEEPING)
    for word, ended in ENDED_BY.items():
        named = re.match(r"round ([a-z]+)", ended)
        assert ended.startswith("no round: ") if named is None else named[1] in rounds, word


def test_a_red_line_is_named_exactly_where_a_column_is_on_the_floor() -> None:
    for field in FIELDS.values():
        assert bool(field.red_lines) == (field.partners is PartnerField.FLOOR), field.name


@pytest.mark.parametrize("word", [word for word in PartnerField if word not in NOT_RELEASED])
def test_every_word_of_an_agreement_gives_at_least_one_column(word: PartnerField) -> None:
    assert released_by(word)


@pytest.mark.parametrize("word", sorted(NOT_RELEASED))
def test_floor_and_never_give_no_column(word: PartnerField) -> None:
    assert released_by(word) == ()


def test_no_free_text_and_nothing_sealed_is_released() -> None:
    released = [f.name for f in FIELDS.values() if f.kind in FREE_KINDS and f.partners not in NOT_RELEASED]

    assert released == []


def test_the_photograph_is_the_only_picture_and_goes_by_its_own_word_alone() -> None:
    pictures = {f.name: f.partners for f in FIELDS.values() if f.kind is FieldKind.IMAGE}

    assert pictures == {"record.photo.image": PartnerField.PHOTO}


def test_nothing_of_a_closed_class_is_released() -> None:
    released = [
        f.name for f in FIELDS.values() if f.data_class in CLOSED_TO_PARTNERS and f.partners not in NOT_RELEASED
    ]

    assert released == []


def test_where_somebody_lives_or_is_kept_is_released_under_a_judges_warrant_alone() -> None:
    told = {f.partners for f in FIELDS.values() if f.kind is FieldKind.ADDRESS or f.data_class is DataClass.CUSTODY}

    assert told - NOT_RELEASED <= ONLY_UNDER_A_JUDGES_WARRANT


@pytest.mark.parametrize("schema", ["interview", "protected"])
def test_the_stores_apart_are_on_the_floor_whole(schema: str) -> None:
    fields = [field for field in FIELDS.values() if field.table.startswith(f"{schema}.")]

    assert fields
    assert {field.partners for field in fields} == {PartnerField.FLOOR}


def test_a_steps_takers_write_what_the_step_writes() -> None:
    assert FIELDS["record.report.facts"].writers == STEPS["write-report"].takes
    assert FIELDS["interview.interview.sealed"].writers == {Role.INTERVIEWER}


def test_whoever_can_move_a_track_writes_its_column() -> None:
    writers = FIELDS["record.arrest.court"].writers

    assert writers >= STEPS["arraign"].takes | STEPS["list-at-limit"].takes
    assert Role.INTERVIEWER not in writers


def test_only_the_system_writes_what_nobody_types() -> None:
    assert FIELDS["record.arrest.search_keys"].writers == frozenset() == GROUPS["system"]


def test_tables_hold_every_field_once() -> None:
    grouped = [field for fields in tables().values() for field in fields]

    assert sorted(f.name for f in grouped) == sorted(FIELDS)
