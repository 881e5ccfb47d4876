"""A statement says what was, with limits that hold whenever somebody looks, and tells nobody's count."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.statement import Group, Statement, named_together, period, periods, standing_out

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


def told(
    odds: float, *, seed: int = 7, days: int = 31, intake: int = 40, looks: int = 8, allowed: float = 1.5
) -> dict[str, Group]:
    """A month in which people born abroad, a quarter, are looked up at these odds; the lines of birthplace and sex."""
    dice = np.random.default_rng(seed)
    made = Statement("force", FIRST, LAST, UTC)
    for day in range(days):
        at = MORNING + timedelta(days=day)
        abroad = dice.random(intake) < 0.25
        for place in range(intake):
            said = Attributes(birthplace_foreign=bool(abroad[place]), sex="MF"[place % 2], charge_class="35")
            made.hear(at, Booking(at.isoformat(), f"p-{day}-{place}", said))
        weights = np.where(abroad, odds, 1.0)
        for place in dice.choice(intake, looks, replace=False, p=weights / weights.sum()):
            asked = Disclosure(at.isoformat(), "force", "u", "fugitive", case_verified=True, person=f"p-{day}-{place}")
            made.hear(at + timedelta(hours=1), asked)
    return {one.value: one for one in made.groups(allowed)}


def test_whoever_may_look_at_whatever_odds_is_named_for_none_and_hides_nobody_else() -> None:
    """No ratio that is tried is above what these terms allow."""
    free, swept = told(8.0, allowed=100.0), told(8.0)

    assert {one.e_value for one in free.values()} == {0.0}
    assert standing_out([*free.values(), *swept.values()]) >= {len(free) + list(swept).index("abroad")}


def test_honest_look_ups_are_within_the_limits_and_a_sweep_is_not() -> None:
    honest, swept = told(1.0), told(8.0)

    assert honest["abroad"].low <= 1.0 <= honest["abroad"].high
    assert swept["abroad"].low > 1.5
    assert swept["abroad"].e_value > 1e6
    assert swept["M"].low <= 1.0 <= swept["M"].high
    assert swept["abroad"].looked is not None
    assert swept["abroad"].expected is not None
    assert swept["abroad"].looked > 2 * swept["abroad"].expected


def test_no_count_under_ten_is_told() -> None:
    few = told(1.0, days=2, intake=20, looks=3)

    assert all(one.could is None or one.could >= 10 for one in few.values())
    assert all(one.looked is None and one.expected is None for one in few.values())


def test_persons_of_one_incident_are_one_draw() -> None:
    made = Statement("force", FIRST, LAST, UTC)
    for place in range(40):
        said = Attributes(sex="M" if place < 20 else "F", charge_class="35", incident="one" if place < 20 else None)
        made.hear(MORNING, Booking("", f"p-{place}", said))
    for place in range(20):
        made.hear(MORNING, Disclosure("", "force", "u", "fugitive", case_verified=True, person=f"p-{place}"))

    assert made.days[FIRST, "looked"] == 1


def test_who_is_booked_into_an_incident_that_was_drawn_is_no_other_draw() -> None:
    made = Statement("force", FIRST, LAST, UTC)
    for place in range(12):
        said = Attributes(sex="M", charge_class="35", incident="one")
        made.hear(MORNING, Booking("", f"p-{place}", said))
        made.hear(MORNING, Disclosure("", "force", "u", "fugitive", case_verified=True, person=f"p-{place}"))

    assert made.days[FIRST, "looked"] == 1
    assert made.days[FIRST, "visible"] == 12


def test_over_many_groups_only_what_stands_out_is_named() -> None:
    assert named_together([1.0] * 50) == set()
    assert named_together([1.0, 5000.0, 1.0, 3000.0]) == {1, 3}
    assert named_together([]) == set()


def test_groups_that_are_too_small_to_be_told_of_count_among_those_taken_together() -> None:
    told = Group("race", "B", 40, 12, 6.0, 1.6, 4.0, 30.0)
    small = Group("race", "A", 20, None, None, 0.1, 64.0, 1e6)

    assert standing_out([told]) == {0}
    assert standing_out([told, small]) == set()
    assert standing_out([small, small]) == set()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-11", (date(2026, 11, 1), date(2026, 11, 30))),
        ("2026-12", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2026-Q4", (date(2026, 10, 1), date(2026, 12, 31))),
        ("2026-13", None),
        ("2026-Q5", None),
        ("2026-1", None),
        ("²026-11", None),
        ("", None),
    ],
)
def test_a_period_is_a_month_or_a_quarter(text: str, days: tuple[date, date] | None) -> None:
    assert period(text) == days


def test_the_periods_to_choose_from_go_back_to_the_first_day() -> None:
    assert periods(date(2026, 9, 20), date(2026, 11, 3)) == ["2026-Q4", "2026-11", "2026-10", "2026-Q3", "2026-09"]


def by_surname(odds: float, *, collected: bool = False, seed: int = 7) -> list[Group]:
    """A month in which the bearers of one surname of two are looked up at these odds; no birthplace, or every one."""
    dice = np.random.default_rng(seed)
    made = Statement("force", FIRST, LAST, UTC)
    for day in range(31):
        at = MORNING + timedelta(days=day)
        likely = dice.random(40) < 0.25
        for place in range(40):
            surname = "Garcia" if likely[place] else "Miller"
            said = Attributes(surname=surname, birthplace_foreign=bool(likely[place]) if collected else None)
            made.hear(at, Booking(at.isoformat(), f"p-{day}-{place}", said))
        weights = np.where(likely, odds, 1.0)
        for place in dice.choice(40, 8, replace=False, p=weights / weights.sum()):
            asked = Disclosure(at.isoformat(), "force", "u", "fugitive", case_verified=True, person=f"p-{day}-{place}")
            made.hear(at + timedelta(hours=1), asked)
    return made.groups(1.5)


def test_where_no_birthplace_is_collected_surnames_stand_in() -> None:
    (honest,), (swept,) = by_surname(1.0), by_surname(8.0)

    assert (honest.characteristic, honest.value) == ("national origin", "abroad, by surname")
    assert honest.low <= 1.0 <= honest.high
    assert honest.e_value < 20
    assert swept.low > 1.5
    assert swept.e_value > 1e6


def test_where_birthplaces_are_collected_no_surname_stands_in() -> None:
    assert {one.characteristic for one in by_surname(8.0, collected=True)} == {"birthplace"}
