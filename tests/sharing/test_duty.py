"""Duties as tables: who opens what, bound to site and shift; a look outside asks why and refuses nobody of the role."""

from datetime import time

import pytest

from pars.record.roles import OWNER_OF, SUPERVISORS, Role
from pars.sharing.breakglass import third
from pars.sharing.duty import (
    ASSIGNS,
    OUTSIDE,
    PARTS,
    RULES,
    SEALED_READERS,
    SHIFTS,
    Bond,
    Refused,
    Shift,
    Shown,
    View,
    bound_to,
    decide,
    on_shift,
)


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_of_the_table_is_asked_and_never_refused_and_any_other_is_refused(role: Role, view: View) -> None:
    if role not in RULES[view].roles:
        refused = decide(role, view, outside=[], why="curious")
        assert isinstance(refused, Refused)
        assert refused.code == "no-duty"
        return
    for bond in Bond:
        asked = decide(role, view, outside=[bond])
        assert isinstance(asked, Refused)
        assert (asked.code, OUTSIDE[bond] in asked.reason) == ("say-why", True)
        assert decide(role, view, outside=[bond], why="the night is long") == Shown(PARTS[role])
    assert decide(role, view) == Shown(PARTS[role])


@pytest.mark.parametrize("why", ["", "  ", None])
def test_blanks_are_no_reason(why: str | None) -> None:
    assert isinstance(decide(Role.OFFICER, View.BOARD, outside=[Bond.SHIFT], why=why), Refused)


def test_only_those_of_a_view_are_bound_to_their_site_in_it_and_supervisors_to_none() -> None:
    for view, rule in RULES.items():
        for role in rule.roles:
            bound = bound_to(role, view, "D22")
            assert bound == ("D22" if role in rule.at_site else None)
            assert bound_to(role, view, None) is None
        assert not rule.at_site & SUPERVISORS
    assert bound_to(Role.OFFICER, View.BOARD, "D22") == "D22"


@pytest.mark.parametrize(
    ("shift", "hour", "on"),
    [
        (None, 3, True),
        (Shift.NIGHT, 3, True),
        (Shift.NIGHT, 23, True),
        (Shift.NIGHT, 12, False),
        (Shift.DAY, 3, False),
        (Shift.DAY, 6, True),
        (Shift.DAY, 17, False),
        (Shift.EVENING, 0, True),
        (Shift.EVENING, 1, False),
        (Shift.EVENING, 13, False),
    ],
)
def test_a_shift_has_its_hours_over_midnight_too(shift: Shift | None, hour: int, on: bool) -> None:  # noqa: FBT001
    assert on_shift(shift, time(hour)) is on


def test_at_every_hour_some_shift_is_on() -> None:
    assert set(SHIFTS) == set(Shift)
    assert all(any(on_shift(shift, time(hour, minute)) for shift in Shift) for hour in range(24) for minute in (0, 59))


def test_an_assignment_is_made_by_a_supervisor_or_the_court_for_who_can_open_an_arrest() -> None:
    for role, by in ASSIGNS.items():
        assert role in RULES[View.ARREST].roles
        assert by <= SUPERVISORS | {Role.MAGISTRATE}


def test_a_sealed_record_stays_with_the_owners() -> None:
    assert {role for role in PARTS if OWNER_OF[role] is None} == {Role.DEFENDER}
    assert frozenset(PARTS) - {Role.DEFENDER, Role.MEDIC} == SEALED_READERS  # medical staff are no criminal justice


def test_the_third_is_whoever_has_not_agreed() -> None:
    one, two, three = sorted(owner for owner in OWNER_OF.values() if owner) and list(third([]))

    assert third([one, two]) == (three,)
