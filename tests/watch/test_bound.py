"""Why honest habits raise no alarm more often than agreed: no factor is above 1 on average, each share counts once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.logs import judged

from pars.watch import crawl, disparity
from pars.watch.coverage import Coverage
from pars.watch.evidence import DAYS_A_YEAR, Few, threshold
from pars.watch.lines import Attributes, Booking
from pars.watch.order import Order
from pars.watch.parameters import BUDGET, LEVELS
from pars.watch.shares import habit
from pars.watch.simulate import World
from pars.watch.stock import Person, Stock
from pars.watch.traits import WIDTH

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
Made = tuple[bool | None, str, int]
PEOPLE = st.lists(
    st.tuples(st.sampled_from([True, False, None]), st.sampled_from("MF"), st.integers(0, 6)), min_size=1, max_size=25
)


def stocked(people: Sequence[Made]) -> tuple[Stock, list[Person]]:
    stock = Stock()
    booked = [
        stock.book(
            Booking(
                "2026-09-01T12:00:00Z",
                f"p-{place}",
                Attributes(birthplace_foreign=abroad, sex=sex, charge_class="drug", incident=f"i-{incident}"),
            ),
            NOON,
            TODAY,
        )
        for place, (abroad, sex, incident) in enumerate(people)
    ]
    return stock, booked


@given(PEOPLE, st.sampled_from([0.7, 1.0, 1.5]), st.sampled_from(["persons", "cases"]), st.integers(0, 3))
def test_no_draw_is_evidence_on_average_for_who_keeps_within_the_odds(
    people: list[Made], odds: float, picks: str, drawn: int
) -> None:
    stock, booked = stocked(people)
    for one in booked[:drawn]:
        if "fed" not in one.incident.drawn_by:
            stock.draw("fed", one)
    left = [one for one in booked if "fed" not in one.incident.drawn_by]
    abroad = {one.name for one, (born, _, _) in zip(booked, people, strict=True) if born}
    weights = np.array(
        [(odds if one.name in abroad else 1.0) * (one.weight if picks == "cases" else 1.0) for one in left]
    )

    factors = [disparity.factor(stock, "fed", one, 1.5) for one in left]

    flat = np.ones((WIDTH, len(disparity.RATIOS)))
    average = sum(
        (weight * (flat if factor is None else factor) for weight, factor in zip(weights, factors, strict=True)),
        start=flat * 0,
    )
    assert (average <= weights.sum() * (1 + 1e-9)).all()


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_share_within_what_is_allowed_is_no_evidence_on_average(allowed: float, part: float) -> None:
    test, chance = habit(allowed), min(max(allowed, 0.001), 0.999) * part

    average = chance * np.array(test.factor(seen=True)) + (1 - chance) * np.array(test.factor(seen=False))

    assert (np.array(average) <= 1 + 1e-9).all()


@given(st.sets(st.text("ABCDEFGHIJ", min_size=3, max_size=3), min_size=crawl.FEW, max_size=60))
def test_a_step_to_anybody_in_the_stock_is_no_evidence_on_average(names: set[str]) -> None:
    order = Order()
    for name in names:
        order.add(name)
    last = min(names)

    factors = [crawl.factor(order, last, name) for name in names]

    known = [np.array(one) for one in factors if one is not None]
    assert (sum(known, start=np.zeros(3)) / len(known) <= 2).all()  # what `CLOSE` leaves room for, used up
    assert (sum(known, start=np.zeros(3)) + 1 <= crawl.CLOSE * len(names)).all()


@given(st.floats(0.05, 0.9), st.integers(1, 6))
def test_coverage_at_what_is_allowed_is_no_evidence_on_average(allowed: float, many: int) -> None:
    average = 0.0
    for touched in product([False, True], repeat=many):
        _, people = stocked([(None, "M", place) for place in range(many)])
        coverage = Coverage(allowed, 1.0, TODAY)
        for one, seen in zip(people, touched, strict=True):
            coverage.booked(one)
            if seen:
                coverage.touched(one, NOON + timedelta(hours=1), TODAY)
        average += allowed ** sum(touched) * (1 - allowed) ** (many - sum(touched)) * coverage.total
    assert average <= 1 + 1e-9


def test_coverage_starts_each_midnight_with_the_mass_of_the_days_between() -> None:
    coverage = Coverage(0.35, 1.0, TODAY)
    _, (person,) = stocked([(None, "M", 0)])
    person.booked_on = date(2026, 9, 5)

    coverage.booked(person)

    assert coverage.total < 5


def test_shares_of_detectors_and_levels_are_counted_once() -> None:
    assert sum(BUDGET.values()) == pytest.approx(1)
    assert sum(LEVELS.values()) == pytest.approx(1)
    assert sum(disparity.SHARES.values()) == pytest.approx(1)
    assert disparity.start(Stock().traits, 1.0).sum() <= 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 3))))
def test_mass_is_given_away_once_whoever_asks(draws: list[tuple[str, float]]) -> None:
    bank = Few((0.5, 0.5))

    for user, days in draws:
        bank.draw(user, days, (1.0, 1.0))

    assert bank.total == pytest.approx(sum(days for _, days in draws))


def test_the_threshold_is_a_hundred_years_of_days_for_one_in_a_hundred() -> None:
    assert threshold(0.01) > 100 * DAYS_A_YEAR


HONEST = [
    World(seed=11, days=45, odds_ratio=1.5, unlinked=0.06),
    World(seed=12, days=45, looks=8, group=30, group_share=0.1),
    World(seed=13, days=45, looks=15, group=10, group_share=0.3, odds_ratio=0.6),
    World(seed=14, days=60, intake=20, looks=4, users=1, no_hits=0.6),
    World(seed=15, days=45, labels=False, unlinked=0.0),
]


@pytest.mark.parametrize("world", HONEST)
def test_an_honest_partner_is_left_alone(world: World) -> None:
    assert judged(world).acting == []


@pytest.mark.soak
@pytest.mark.parametrize("group", [0, 10, 15, 30])
def test_in_a_hundred_honest_years_at_most_the_agreed_alarms_fall(group: int) -> None:
    """25 partner-years a row; the bound allows 0.25, and three would be 1 in 460 by Poisson."""
    worlds = (
        World(
            seed=seed, days=365, looks=8 + seed % 3 * 16, odds_ratio=0.8 + seed % 8 / 10, group=group, group_share=0.1
        )
        for seed in range(25)
    )

    assert sum(bool(judged(world).acting) for world in worlds) <= 2
