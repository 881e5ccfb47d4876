"""Why honest habits raise no alarm more often than agreed: no factor is above 1 on average, each share counts once."""

from collections.abc import Sequence
from itertools import combinations
from itertools import product as combined

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.watch.logs import judged

from pars.sharing.agreement import Watch
from pars.watch import columns, coverage, crawl, disparity
from pars.watch.coverage import Coverage, Intake
from pars.watch.evidence import DAYS_A_YEAR, SECONDS_A_DAY, Evidence, threshold
from pars.watch.lines import Attributes, Booking
from pars.watch.order import FEW, Order
from pars.watch.parameters import BUDGET, LEVELS, NOTES, Detector, Level
from pars.watch.scan import DRAWERS, Factors
from pars.watch.shares import HAS, HAS_NOT, habit
from pars.watch.simulate import World
from pars.watch.stock import Person, Stock, Whose
from pars.watch.traits import Traits, counts

TODAY = 20_700
NOON = (TODAY + 0.5) * SECONDS_A_DAY
FED: Whose = ("fed", Level.AGENCY, "")
Reals = NDArray[np.float64]
Made = tuple[bool | None, str, str, int]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([True, False, None]),
        st.sampled_from("MF"),
        st.sampled_from(["GARCIA", "SMITH", "LEE", "UNHEARDOF"]),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=25,
)


def stocked(people: Sequence[Made]) -> tuple[Stock, list[Person]]:
    stock = Stock()
    booked = [
        stock.book(
            Booking(
                "2026-09-01T12:00:00Z",
                f"p-{place}",
                Attributes(
                    surname=name, birthplace_foreign=abroad, sex=sex, charge_class="drug", incident=f"i-{incident}"
                ),
            ),
            NOON,
            TODAY,
        )
        for place, (abroad, sex, name, incident) in enumerate(people)
    ]
    return stock, booked


@given(PEOPLE, st.sampled_from([0.7, 1.0, 1.5]), st.sampled_from(["persons", "cases"]), st.integers(0, 3))
def test_no_draw_is_evidence_on_average_for_who_keeps_within_the_odds(
    people: list[Made], odds: float, picks: str, drawn: int
) -> None:
    stock, booked = stocked(people)
    for one in booked[:drawn]:
        if "fed" not in one.incident.drawn_by:
            stock.draw(FED, one)
    left = [one for one in booked if "fed" not in one.incident.drawn_by]
    abroad = {one.name for one, (born, *_) in zip(booked, people, strict=True) if born}
    weights = np.array(
        [(odds if one.name in abroad else 1.0) * (one.weight if picks == "cases" else 1.0) for one in left]
    )

    factors = ratios(stock, left) if left else np.zeros((0, stock.traits.width, len(disparity.RATIOS)))

    assert (np.tensordot(weights, factors, 1) <= weights.sum() * (1 + 1e-9)).all()


def ratios(stock: Stock, drawn: Sequence[Person]) -> Reals:
    """The factors of drawing each of these now."""
    wide = stock.traits.width
    open_to = np.stack([counts([stock.open_to(FED, one)[part] for one in drawn], wide) for part in range(4)])
    means = np.stack([counts([mate.unit for mate in one.mates], wide).mean(axis=0) for one in drawn])
    return disparity.factors(open_to, means, 1.5)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 7), st.integers(0, 7), st.sets(st.integers(0, 7), min_size=1))
def test_who_takes_some_as_they_come_is_no_evidence_on_average(many: int, abroad: int, taken: set[int]) -> None:
    """Blind to everything, it leaves a few behind, and who is left is a small sample: over all orders to come in."""
    orders = [set(places) for places in combinations(range(many), min(abroad, many))]
    products = []
    for born_abroad in orders:
        stock, product = Stock(), 1.0
        for place in range(many):
            said = Attributes(birthplace_foreign=place in born_abroad, charge_class="drug")
            one = stock.book(Booking("", f"p-{place}", said), NOON, TODAY)
            if place in taken:
                product = product * ratios(stock, [one])[0]
                stock.draw(FED, one)
        products.append(product)

    assert (np.mean(products, axis=0) <= 1 + 1e-9).all()


def test_it_does_not_matter_who_of_an_incident_is_asked_about_first() -> None:
    couples = [(abroad, "MF"[place % 2], "LEE", place // 2) for place in range(20) for abroad in [place % 2 == 1]]
    stock, people = stocked(couples)

    first, second = ratios(stock, people[:2])

    assert first == pytest.approx(second)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_share_within_what_is_allowed_is_no_evidence_on_average(allowed: float, part: float) -> None:
    test, chance = habit(allowed), min(max(allowed, 0.001), 0.999) * part

    average = chance * test[HAS] + (1 - chance) * test[HAS_NOT]

    assert (average <= 1 + 1e-9).all()


@settings(max_examples=30)
@given(st.sets(st.text("ABCDEFGHIJ", min_size=3, max_size=3), min_size=FEW, max_size=60))
def test_a_step_to_anybody_of_the_day_is_no_evidence_on_average(names: set[str]) -> None:
    order = Order()
    for name in names:
        order.add(name)
    last = min(names)

    steps = np.array([order.step(last, name) for name in names if name != last])
    factors = crawl.factors(steps)

    assert (factors.sum(axis=0) + 1 <= crawl.CLOSE * len(names)).all()  # what `CLOSE` leaves room for, used up


@settings(max_examples=30)
@given(st.floats(0.05, 0.9), st.integers(1, 6), st.sampled_from([True, False]), st.sampled_from([None, 0, 3]))
def test_coverage_at_what_is_allowed_is_no_evidence_on_average(
    allowed: float,
    many: int,
    abroad: bool,  # noqa: FBT001 - a label
    expected: int | None,
) -> None:
    """At once, while so many can still come that day, or where nothing can be expected, when the day is over."""
    average = mass = 0.0
    chance = coverage.largest(allowed, 1.5) if abroad else allowed
    tests = [group == abroad for group, *_ in coverage.TESTS]
    for touched in combined([False, True], repeat=many):
        _, people = stocked([(abroad, "M", "SMITH", place) for place in range(many)])
        intake = Intake()
        held = Coverage(Watch(coverage_allowed=allowed), 1.0, intake)
        intake.first_on = TODAY - 1
        if expected is not None:
            intake.to_come = np.full((3, len(coverage.GROUPS)), [[float(expected)], [0.0], [0.0]])
        mass = held.said()[2][:, tests].sum()
        for one, seen in zip(people, touched, strict=True):
            intake.add(one)
            if seen:
                held.touched(one, NOON + 3600, TODAY)
        if expected is None:
            assert not held.held([held.said()]).any()  # an agency of today
            held.midnight(TODAY, TODAY + 1)
            intake.begin(TODAY, TODAY + 1)
            mass += coverage.WINDOWS[0][1] * mass  # a day's new start of the shortest window
        mine = held.held([held.said()])[0][tests * len(coverage.WINDOWS)]
        average += chance ** sum(touched) * (1 - chance) ** (many - sum(touched)) * mine.sum()
    assert mass * 1e-9 < average <= mass * (1 + 1e-9)


def test_each_window_of_coverage_starts_with_the_mass_of_the_days_since_its_last_start() -> None:
    held = Coverage(Watch(), 1.0, Intake())
    parts = [part for _, part in coverage.WINDOWS]

    for before, on in ((0, 4), (4, 9), (9, 31)):
        held.midnight(before, on)

    _, began, started, *_ = held.said()
    assert list(zip(began.sum(axis=1), started.sum(axis=1), strict=True)) == [
        pytest.approx((parts[0] * (1 + 4 + 5), parts[0] * 22)),
        pytest.approx((parts[1] * (1 + 9), parts[1] * 22)),
        pytest.approx((parts[2], parts[2] * 31)),
        pytest.approx((0.0, parts[3])),
    ]
    assert sum(parts) == pytest.approx(1)


@pytest.mark.parametrize(("days_later", "counts"), [(0, True), (1, True), (2, False)])
def test_a_touch_counts_only_for_starts_before_the_booking_on_the_day_that_has_23_hours_too(
    days_later: int, *, counts: bool
) -> None:
    """Booked in the last hour before such a day, and touched 24 hours later: in the first hour of the day after it."""
    _, [one] = stocked([(True, "M", "SMITH", 0)])
    intake = Intake()
    intake.to_come = np.zeros((3, len(coverage.GROUPS)))
    held = Coverage(Watch(), 1.0, intake)

    held.touched(one, one.came + 86_400, TODAY + days_later)

    assert bool(held.said()[0][0]) == counts


def test_an_agency_that_comes_later_is_given_no_days_of_before() -> None:
    every = Coverage(Watch(), 1.0, Intake())
    every.midnight(0, 1)
    mine = every.begun(20)

    mine.midnight(20, 31)

    days = [11, 11, 11, 1]  # no stretch of 120 days began in between
    assert list(mine.said()[2].sum(axis=1)) == [
        pytest.approx(part * many) for (_, part), many in zip(coverage.WINDOWS, days, strict=True)
    ]


@pytest.mark.parametrize("labelled", [True, False])
def test_shares_of_detectors_and_levels_are_counted_once(*, labelled: bool) -> None:
    traits = Traits()
    traits.labelled = labelled
    starts = columns.starts(traits)
    acting = np.concatenate([np.full(4, one not in NOTES) for one in columns.HABITS] + [np.ones(24)])

    assert sum(BUDGET.values()) == pytest.approx(1)
    assert sum(LEVELS.values()) == pytest.approx(1)
    assert sum(disparity.SHARES.values()) == pytest.approx(1)
    together = starts[:, columns.DISPARITY_FROM :].sum() + (starts[:, : columns.DISPARITY_FROM] * acting).sum()
    assert together + BUDGET[Detector.COVERAGE] <= 1 + 1e-9


LOOKS = st.lists(
    st.tuples(st.floats(0, 3), st.sampled_from("abc"), st.sampled_from("xy"), st.floats(0.2, 4)),
    min_size=1,
    max_size=25,
)
Looks = list[tuple[float, str, str, float]]


def of_every(factors: Reals) -> Factors:
    """As of tests that every look-up speaks to."""
    return Factors(factors, np.full((len(DRAWERS), len(factors)), -1), np.zeros((0, 0)))


def evidence_of(looks: Looks, part: int, *, silent: bool) -> tuple[Evidence, Reals, Reals]:
    """So many look-ups at a time; and what was held after each, of all and of the agency's own."""
    evidence = Evidence(np.full((len(Level), 2), 1 / 2 / len(Level)), np.array([0]), 2)
    at = np.cumsum([days * SECONDS_A_DAY for days, *_ in looks]) + 1.0
    together, own = [], []
    for begin in range(0, len(looks), part):
        some = looks[begin : begin + part]
        keys = [[user for _, user, *_ in some], [cohort for *_, cohort, _ in some], ["p"] * len(some), [""] * len(some)]
        factors = np.array([[1.0, 1.0] if silent else [factor, 1 / factor] for *_, factor in some])
        carried = evidence.carried(at[begin : begin + part], keys, of_every(factors))
        evidence.keep(carried)
        together.append(carried.each()[0][1:])
        own.append(carried.each()[1][1:])
    return evidence, np.concatenate(together), np.concatenate(own)


@given(LOOKS, st.integers(1, 40))
@settings(max_examples=30)
def test_mass_is_given_away_once_whoever_asks(looks: Looks, part: int) -> None:
    evidence, _, _ = evidence_of(looks, part, silent=True)

    assert evidence.by_column().sum() <= sum(days for days, *_ in looks[1:]) + 1 + 1e-9


@given(LOOKS)
@settings(max_examples=30)
def test_many_look_ups_together_are_evidence_as_one_by_one(looks: Looks) -> None:
    _, together, own = evidence_of(looks, len(looks), silent=False)
    _, one_by_one, own_one_by_one = evidence_of(looks, 1, silent=False)

    assert one_by_one == pytest.approx(together)
    assert own_one_by_one == pytest.approx(own)


def test_a_scan_of_the_agencys_own_is_the_sum_over_all_starts() -> None:
    """Computed anew, and otherwise: each start's product of factors, added up."""
    dice = np.random.default_rng(7)
    looks = 200
    at, factors = np.cumsum(dice.exponential(3600, looks)), dice.uniform(0.5, 1.7, (looks, 3))
    starts = np.zeros((len(Level), 3))
    starts[0] = [0.2, 0.3, 0.5]
    evidence = Evidence(starts, np.array([0, 1, 2]), 3)

    own = np.concatenate([_kept(evidence, at[part], factors[part]) for part in (slice(0, 90), slice(90, looks))])

    days = np.diff(at, prepend=at[0] - SECONDS_A_DAY) / SECONDS_A_DAY
    for now in (0, 1, 89, 90, looks - 1):
        anew = sum(days[start] * starts[0] * factors[start : now + 1].prod(axis=0) for start in range(now + 1))
        assert own[now] == pytest.approx(anew)


def _kept(evidence: Evidence, at: Reals, factors: Reals) -> Reals:
    carried = evidence.carried(at, [[""] * len(at)] * 4, of_every(factors))
    evidence.keep(carried)
    return carried.each()[1][1:]


DRAWS = st.lists(
    st.tuples(
        st.floats(0, 3),
        st.sampled_from("abc"),
        st.sampled_from("xy"),
        st.floats(0.1, 9),
        st.sets(st.sampled_from(DRAWERS)),
    ),
    min_size=1,
    max_size=25,
)


@given(DRAWS, st.integers(1, 12))
@settings(max_examples=60)
def test_the_most_is_no_less_than_what_is_held_after_any_look_up(
    looks: list[tuple[float, str, str, float, set[int]]], part: int
) -> None:
    """Of tests that each look-up speaks to, and of tests to which draws alone do."""
    evidence = Evidence(np.full((len(Level), 5), 1 / 5 / len(Level)), np.array([0, 2, 3]), 2)
    at = np.cumsum([days * SECONDS_A_DAY for days, *_ in looks]) + 1.0
    for begin in range(0, len(looks), part):
        some = looks[begin : begin + part]
        keys = [
            [user for _, user, *_ in some],
            [cohort for _, _, cohort, *_ in some],
            ["p"] * len(some),
            [""] * len(some),
        ]
        rows, drawn = np.full((len(DRAWERS), len(some)), -1), list[float]()
        for place, (*_, factor, drew) in enumerate(some):
            for drawer in sorted(drew):
                rows[drawer, place] = len(drawn)
                drawn.append((1 + drawer) / factor)
        every = np.outer([factor for *_, factor, _ in some], [1.0, 0.9])
        of_draws = np.outer(drawn, [1.0, 0.5, 2.0])

        carried = evidence.carried(at[begin : begin + part], keys, Factors(every, rows, of_draws))
        evidence.keep(carried)

        for most, each in zip(carried.most, carried.each(), strict=True):
            assert (each <= most * (1 + 1e-9)).all()


def test_the_threshold_is_a_hundred_years_of_days_for_one_in_a_hundred() -> None:
    assert threshold(0.01) > 100 * DAYS_A_YEAR


HONEST = [
    World(seed=11, days=45, odds_ratio=1.5, unlinked=0.06),
    World(seed=12, days=45, looks=8, group=30, group_share=0.1),
    World(seed=13, days=45, looks=15, group=10, group_share=0.3, odds_ratio=0.6),
    World(seed=14, days=60, intake=20, looks=4, users=1, no_hits=0.6),
    World(seed=15, days=45, labels="none", unlinked=0.0),
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
