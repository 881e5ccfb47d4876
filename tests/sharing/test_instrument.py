"""The table of instruments is complete, and reaches nothing that no agreement of a judge's warrant could."""

import pytest

from pars.record.fields import FREE_KINDS, PartnerField, released_by
from pars.record.roles import SUPERVISORS, Role
from pars.sharing.instrument import CLASSES, Class, approves
from pars.sharing.release import of_fields
from pars.sharing.vocabulary import FIELDS, FLOOR_FIELDS, WARRANT_FIELDS

LETTERS = {Class.ADMINISTRATIVE_WARRANT, Class.ADMINISTRATIVE_SUBPOENA, Class.STATUS_REQUEST}


def test_every_class_has_its_row_with_law_and_presenters() -> None:
    assert set(CLASSES) == set(Class)
    assert all(row.law and row.presented_by and row.owners and row.keeping.until for row in CLASSES.values())


@pytest.mark.parametrize("kind", Class)
def test_no_class_reaches_a_red_line_or_free_text(kind: Class) -> None:
    reached = CLASSES[kind].fields

    assert set(reached) <= {*FIELDS, *WARRANT_FIELDS}
    assert not set(reached) & set(FLOOR_FIELDS)
    columns = [field for name in reached for field in released_by(PartnerField(name))]
    assert not [field.name for field in columns if field.kind in FREE_KINDS]
    shows = of_fields(reached).shows
    assert {shows.victims, shows.juvenile, shows.free_text} == {False}


def test_home_custody_and_release_go_only_on_a_judges_word_to_the_person_or_for_a_life() -> None:
    reaching = {kind for kind, row in CLASSES.items() if set(row.fields) & set(WARRANT_FIELDS) - {"next_hearing"}}

    assert reaching == {Class.COURT_ORDER, Class.JUDGES_WARRANT, Class.OWN_REQUEST, Class.EMERGENCY}


def test_papers_of_an_administration_and_questions_of_status_reach_nothing() -> None:
    assert {kind for kind, row in CLASSES.items() if row.letter} == LETTERS
    assert all(approves(kind) == frozenset() for kind in LETTERS)


def test_counsel_approves_and_in_an_emergency_a_supervisor() -> None:
    others = set(Class) - LETTERS - {Class.EMERGENCY}

    assert {approves(kind) for kind in others} == {frozenset({Role.COUNSEL})}
    assert approves(Class.EMERGENCY) == SUPERVISORS
