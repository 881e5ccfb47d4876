"""Marks of protected persons, their secret addresses, hearings of cases of their own kind, the chain of bail."""

from dataclasses import replace
from datetime import date

import pytest

from pars.record.arrest import Exit
from pars.record.bail import FOLLOWS, WHO, BailAction
from pars.record.calendar import OWN_HEARINGS, PHILADELPHIA, RULE_SETS, RuleSet, is_sitting_day, next_date, review_day
from pars.record.protected import ABOUT, OWED_AFTER, marks, marks_in, street_in
from pars.record.release import Allowed, Answers, Refused, decide
from pars.record.steps import STEPS


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Def. struck QUILLFEATHER twice.", True),
        ("Rosalínd says that he came back.", True),
        ("She was called at 215-555-0142.", True),
        ("Complainant 1 says that he came back at 21:40.", False),
        ("Ro sat down.", False),
    ],
)
def test_a_text_that_names_somebody_protected_is_found_by_marks(text: str, *, found: bool) -> None:
    kept = marks("Quillfeather", "Rosalind", "215 555 0142")

    assert bool(kept & marks_in(text)) is found


@pytest.mark.parametrize(
    ("contact", "street"),
    [("12 Elm Street, rear", True), ("4411 N. Marshall Rd", True), ("PO Box 2465", False), ("215 555 0142", False)],
)
def test_a_street_address_is_told_from_a_telephone_and_a_post_office_box(contact: str, *, street: bool) -> None:
    assert street_in(contact) is street


def test_notices_are_owed_after_steps_of_the_table_and_of_things_that_have_words() -> None:
    assert set(OWED_AFTER) <= set(STEPS)
    assert {what for about in OWED_AFTER.values() for what in about} | {"conditions"} == set(ABOUT)


def test_every_later_act_on_bail_is_somebodys() -> None:
    later = {action for actions in FOLLOWS.values() for action in actions} - {BailAction.SET, BailAction.POSTED}

    assert set(WHO) == later


@pytest.mark.parametrize(("kind", "most"), [(Exit.FUGITIVE, 30), (Exit.CONTEMPT, 10), (Exit.BENCH_WARRANT_ONLY, 3)])
def test_a_case_of_its_own_kind_is_heard_within_its_own_days(kind: Exit, most: int) -> None:
    friday = date(2026, 11, 13)

    found = next_date(
        PHILADELPHIA,
        friday,
        felony=True,
        in_custody_this_case_only=True,
        sitting=is_sitting_day,
        own=OWN_HEARINGS[kind],
    )

    assert ((found.window_until - friday).days, found.chosen) == (most, date(2026, 11, 16))
    assert not found.needs_cause


ASKED = Answers(
    most_serious_grade="M2",
    is_dui=False,
    threat_to_others=False,
    threat_to_self=False,
    will_appear=True,
    complainant_is_family_or_household=False,
    contempt_of_protection_order=False,
    statutes=["18 § 2701 §§ A1"],
)


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"complainant_is_family_or_household": True}, "2711"),
        ({"contempt_of_protection_order": True}, "6113"),
    ],
)
def test_a_domestic_arrest_or_contempt_is_never_released_by_police(changed: dict[str, bool], law: str) -> None:
    refused = decide(replace(ASKED, **changed))  # type: ignore[arg-type] # fields of the answers

    assert isinstance(decide(ASKED), Allowed)
    assert isinstance(refused, Refused)
    assert [law in reason for reason in refused.reasons] == [True]


@pytest.mark.parametrize(
    ("rules", "charged", "kept", "window"),
    [
        ("philadelphia-2026", "felony", "held", (14, 21)),
        ("philadelphia-2026", "misdemeanor", "held", (20, 180)),
        ("other-counties-2017", "felony", "held", (1, 14)),
        ("other-counties-2017", "felony", "free", (1, 21)),
        ("other-counties-2017", "misdemeanor", "held", (1, 14)),
        ("other-counties-2017", "misdemeanor", "free", (1, 21)),
    ],
)
def test_each_rule_set_has_its_windows(rules: str, charged: str, kept: str, window: tuple[int, int]) -> None:
    monday = date(2026, 11, 2)

    found = next_date(
        RULE_SETS[rules],
        monday,
        felony=charged == "felony",
        in_custody_this_case_only=kept == "held",
        sitting=lambda _: True,
    )

    assert ((found.window_from - monday).days, (found.window_until - monday).days) == window
    assert found.rule == RULE_SETS[rules].source


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
def test_custody_moves_the_end_of_a_window_and_never_its_beginning(rules: RuleSet) -> None:
    """A form proposes the first day before anybody knows what bail will be ordered."""
    assert rules.felony_held[0] == rules.felony[0]
    assert rules.lesser_held[0] == rules.lesser[0]


@pytest.mark.parametrize(
    ("ordered_on", "days", "due"),
    [
        (date(2026, 11, 2), 5, date(2026, 11, 6)),  # Saturday is no sitting day: the last one before it
        (date(2026, 11, 6), 2, date(2026, 11, 9)),  # Friday, and none within two days: the first one after
        (date(2026, 11, 10), 1, date(2026, 11, 12)),  # Veterans Day
    ],
)
def test_an_early_review_falls_on_a_sitting_day(ordered_on: date, days: int, due: date) -> None:
    assert review_day(ordered_on, days, is_sitting_day) == due


@pytest.mark.parametrize(("felony", "chosen"), [("felony", date(2026, 12, 14)), ("misdemeanor", date(2026, 12, 18))])
def test_the_next_date_is_the_first_sitting_day_of_the_rules_window(felony: str, chosen: date) -> None:
    """From 28 November 2026: 14 days later is a Saturday, 20 days later a Friday."""
    found = next_date(
        PHILADELPHIA,
        date(2026, 11, 28),
        felony=felony == "felony",
        in_custody_this_case_only=True,
        sitting=is_sitting_day,
    )

    assert (found.chosen, found.needs_cause) == (chosen, False)
