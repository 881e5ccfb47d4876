"""Patterns are seen: how soon, by which detector, and what follows."""

import pytest
from tests.watch.logs import judged

from pars.watch.simulate import Pattern, World, crawled, few, swept

SEEDS = range(3)


def looks(pattern: Pattern, seed: int, *, days: int = 30, accounts: int = 1, checked: bool = True) -> int:
    """Look-ups that the pattern had made when an alarm acted; too many when it was not seen."""
    world = World(seed=seed, days=15 + days, pattern=pattern, from_day=15, accounts=accounts, checked=checked)
    return judged(world).looks or 10_000


def test_a_plain_daily_sweep_is_seen_within_fifteen_look_ups() -> None:
    assert max(looks(swept(), seed) for seed in SEEDS) <= 15


def test_a_sweep_without_cases_is_seen_as_soon() -> None:
    assert max(looks(swept(), seed, checked=False) for seed in SEEDS) <= 15


def test_a_sweep_over_fifty_accounts_is_seen_as_soon() -> None:
    assert max(looks(swept(), seed, accounts=50) for seed in SEEDS) <= 15


def test_a_sweep_suspends_on_the_agencys_own_evidence() -> None:
    (told,) = judged(World(seed=3, days=20, pattern=swept(), from_day=15, accounts=50)).acting

    assert told.alarm.action == "suspend"
    assert told.alarm.detector == "disparity"
    assert "birthplace" in told.alarm.evidence


def test_seven_decoys_each_are_seen_by_how_much_of_the_intake_they_touch() -> None:
    told = judged(World(seed=3, days=25, pattern=swept(decoys=7), from_day=15)).acting

    assert told[0].alarm.detector == "coverage"


def test_decoys_without_cases_are_seen_by_the_cases() -> None:
    assert max(looks(swept(decoys=3), seed, checked=False) for seed in SEEDS) <= 15


def test_an_alphabetical_crawl_is_seen() -> None:
    assert max(looks(crawled(30), seed) for seed in SEEDS) <= 15
    assert max(looks(crawled(3), seed) for seed in SEEDS) <= 30


@pytest.mark.soak
def test_one_more_a_day_is_seen_in_nine_months() -> None:
    assert sum(looks(few(1), seed, days=270) < 10_000 for seed in range(10)) >= 9
