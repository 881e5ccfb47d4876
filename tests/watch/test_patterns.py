"""Patterns are seen: how soon, by which detector, and what follows."""

from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from tests.watch.logs import judged, written

from pars.errors import BadInput
from pars.sharing.agreement import Watch
from pars.watch.agency import Told
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.parameters import Level
from pars.watch.replay import Replay
from pars.watch.simulate import DAY, MIDNIGHT, Pattern, World, crawled, events, few, swept

SEEDS = range(2)


def looks(pattern: Pattern, seed: int, *, days: int = 30, accounts: int = 1, checked: bool = True) -> int:
    """Look-ups that the pattern had made when an alarm acted; too many when it was not seen."""
    world = World(seed=seed, days=10 + days, pattern=pattern, from_day=10, accounts=accounts, checked=checked)
    return judged(world).looks or 10_000


def test_a_plain_daily_sweep_is_seen_within_fifteen_look_ups() -> None:
    assert max(looks(swept(), seed) for seed in SEEDS) <= 15


def test_a_sweep_without_cases_is_seen_as_soon() -> None:
    assert max(looks(swept(), seed, checked=False) for seed in SEEDS) <= 15


def test_a_sweep_over_fifty_accounts_is_seen_as_soon() -> None:
    assert max(looks(swept(), seed, accounts=50) for seed in SEEDS) <= 15


def test_only_the_agencys_own_evidence_suspends() -> None:
    world = World(seed=3, days=25, pattern=swept(), from_day=15, accounts=50)

    first, second = judged(world, grades=2).acting

    assert (first.alarm.action, first.alarm.level) == ("cosign", "cohort")
    assert second.alarm.action == "suspend"
    assert first.alarm.detector == "disparity"
    assert "birthplace" in first.alarm.evidence
    assert "told by the owners’ own labels" in first.alarm.evidence


def test_seven_decoys_each_are_seen_by_how_much_of_the_intake_they_touch() -> None:
    told = judged(World(seed=3, days=25, pattern=swept(decoys=7), from_day=15)).acting

    assert told[0].alarm.detector == "coverage"


def test_decoys_without_cases_are_seen_by_the_cases() -> None:
    assert max(looks(swept(decoys=3), seed, checked=False) for seed in SEEDS) <= 15


def test_an_alphabetical_crawl_is_seen() -> None:
    assert max(looks(crawled(30), seed) for seed in SEEDS) <= 10
    assert looks(crawled(3), 1) <= 15


@pytest.mark.soak
def test_one_more_a_day_is_seen_in_nine_months() -> None:
    assert sum(looks(few(1), seed, days=270) < 10_000 for seed in range(10)) >= 9


def test_alarms_are_the_same_judged_one_by_one_or_many_together(tmp_path: Path) -> None:
    log = written(World(seed=4, days=12, pattern=swept(decoys=3), from_day=9, accounts=3), tmp_path / "log.jsonl")
    lines = log.read_bytes().splitlines(keepends=True)

    assert list(Replay(Watch()).alarms(lines, 1)) == list(Replay(Watch()).alarms(lines, 77))


def test_alarms_before_a_broken_line_are_told(tmp_path: Path) -> None:
    log = written(World(seed=4, days=20, pattern=swept(), from_day=16), tmp_path / "log.jsonl")
    lines = [*log.read_bytes().splitlines(keepends=True), b"{}"]
    told: list[Told] = []

    with pytest.raises(BadInput, match="line"):
        told.extend(Replay(Watch()).alarms(lines))

    assert "cosign" in [one.alarm.action for one in told]


def test_each_alarm_is_told_once_whatever_is_compared_anew_meanwhile() -> None:
    """New neighbourhoods are booked between the look-ups that tip an alarm and the moment when they are judged."""
    lines = [
        msgspec.json.encode(entry)
        for place in range(200)
        for minute in (f"2026-09-01T{place // 60:02}:{place % 60:02}",)
        for entry in (
            Booking(f"{minute}:00Z", f"p-{place}", Attributes(neighbourhood=f"{place}")),
            Disclosure(f"{minute}:30Z", "fed", "u", "x", case_verified=False, person=f"p-{place}"),
        )
    ]

    told = [(one.alarm.detector, one.alarm.action) for one in Replay(Watch()).alarms(lines)]

    assert len(set(told)) == len(told) > 1


def test_who_hides_behind_a_colleague_who_was_asked_to_sign_is_asked_to_sign_as_well() -> None:
    """A first account is given up for it: its look-ups have no cases. Another one looks up the group from then on."""
    world = World(seed=3, days=50, from_day=25, pattern=few(3))
    given_up = 0
    replay = Replay(Watch())
    for at, entry, _ in events(world):
        if isinstance(entry, Disclosure) and at > MIDNIGHT + 20 * DAY and given_up < 8:
            replay.read(structs.replace(entry, user="given-up", case_verified=False), at)
            given_up += 1
        else:
            replay.read(entry, at)
    told = [each for each in replay.judged() if each.alarm.action != "note"]

    first, second = [each.alarm for each in told[:2]]
    assert (first.action, first.key) == ("cosign", "given-up")
    assert second.action == "cosign"
    assert second.level is not Level.USER or second.key == "x-0"  # of everybody who came in that month, or of it alone
