"""Logs that nobody expects: none breaks the watch, and no honest partner is accused for being unusual."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.watch import logs
from tests.watch.logs import judged

from pars.commands.garbage import unlooked
from pars.sharing.agreement import Rows, Watch
from pars.watch.lines import Attributes, Booking, Criteria, Disclosure
from pars.watch.parameters import Detector
from pars.watch.replay import Replay
from pars.watch.showing import HORIZON_DAYS
from pars.watch.simulate import World

WORDS = st.sampled_from(["", "a", "b", "İbrahim", "O'NEIL-GARCÍA", "李", "\u0000", "x" * 300]) | st.text(max_size=3)
MAYBE = st.none() | WORDS
BORN = st.sampled_from([None, "1990-02-03", "2400-01-01", "1900-12-31"])
BOOKINGS = st.builds(
    Booking,
    at=st.just(""),
    person=st.sampled_from("pqrstu"),
    attributes=st.builds(
        Attributes,
        surname=MAYBE,
        birth_date=BORN,
        birthplace_foreign=st.sampled_from([None, True, False]),
        race=st.sampled_from([None, *"WBIAPU"]),
        ethnicity=st.sampled_from([None, *"HNU"]),
        sex=st.sampled_from([None, *"MFUX"]),
        neighbourhood=MAYBE,
        charge_class=MAYBE,
        incident=st.sampled_from([None, "i", "j"]),
    ),
)
LOOKS = st.builds(
    Disclosure,
    at=st.just(""),
    agency=st.sampled_from(["fed", "sheriff"]),
    user=WORDS,
    purpose=WORDS,
    case_verified=st.booleans(),
    person=st.none() | st.sampled_from("pqrstuvw"),
    criteria=st.builds(Criteria, name=MAYBE, birth_date=st.none() | WORDS | BORN, pid=MAYBE, docket_number=MAYBE),
    case_reference=MAYBE,
    on_behalf_of=MAYBE,
)
PAUSES = st.sampled_from([0, 0, 1, 60, 3600, 86_400, 130 * 86_400])
LOGS = st.lists(st.tuples(BOOKINGS | LOOKS, PAUSES), max_size=60)
TERMS = st.builds(
    Watch,
    odds_ratio_allowed=st.sampled_from([0.5, 1.5, 10.0]),
    coverage_allowed=st.sampled_from([0.0, 0.35, 1.0]),
    unlinked_allowed=st.sampled_from([0.0, 0.06, 1.0]),
    false_alarms_per_year=st.sampled_from([0.01, 1.0]),
)


def written(log: list[tuple[Booking | Disclosure, int]]) -> Iterator[bytes]:
    """As lines of a log, with these pauses in seconds."""
    at = 1_790_000_000
    for entry, pause in log:
        at += pause
        instant = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
        yield msgspec.json.encode(msgspec.structs.replace(entry, at=instant)) + b"\n"


@given(LOGS, TERMS, st.sampled_from([1, 3, 1000]))
@settings(max_examples=40)
def test_no_log_breaks_the_watch(log: list[tuple[Booking | Disclosure, int]], terms: Watch, together: int) -> None:
    lines = list(written(log))

    told, again = (
        [(one.agency, one.alarm.detector, one.alarm.action, one.at) for one in Replay(terms).alarms(lines, many)]
        for many in (together, 7)
    )

    assert told == again
    assert len(set(told)) == len(told)


def test_what_is_forgotten_leaves_no_garbage_that_has_to_be_looked_for(tmp_path: Path) -> None:
    world = World(seed=3, days=HORIZON_DAYS + 40, intake=8, looks=12, users=5, group=6, group_share=0.3)
    lines = logs.written(world, tmp_path / "log.jsonl").read_bytes().splitlines(keepends=True)
    replay = Replay(Watch())

    gc.collect()
    with unlooked():
        list(replay.alarms(lines))
        left = gc.collect()

    assert left == 0


def test_a_log_without_labels_that_books_people_again_and_again_counts_them_each_time() -> None:
    """Thirty people a day come back after six days, and then an agency touches everybody."""
    hour = 3_600
    log: list[tuple[Booking | Disclosure, int]] = []
    for day in range(12):
        names = [f"p-{day % 6}-{place}" for place in range(30)]
        log += [(Booking("", name), 24 * hour if place == 0 else 0) for place, name in enumerate(names)]
        if day >= 6:
            log += [(Disclosure("", "fed", "u", "fugitive", case_verified=True, person=name), 60) for name in names]

    told = [one.alarm.detector for one in Replay(Watch()).alarms(written(log)) if one.alarm.action != "note"]

    assert told == [Detector.COVERAGE]


def test_ten_thousand_accounts_at_one_instant_are_read() -> None:
    people = [(Booking("", f"p-{place}", Attributes(surname="DOE", incident=f"{place}")), 0) for place in range(200)]
    looks = [
        (Disclosure("", "fed", f"u-{place}", "fugitive", case_verified=True, person=f"p-{place % 400}"), 0)
        for place in range(10_000)
    ]

    assert isinstance(list(Replay(Watch()).alarms(written([*people, *looks]))), list)


OF_ONE_PLACE = {"felony-investigation": Rows(district=("7",)), "prosecution": Rows()}
HONEST = {
    "few": World(intake=5, looks=1.5, users=1, abroad=0.3, days=60),
    "many": World(intake=300, looks=60, users=500, abroad=0.05, days=25, odds_ratio=1.5),
    "groups": World(intake=60, looks=15, group=30, group_share=0.2, abroad=0.3, days=45),
    "rests": World(rests=True, looks=30, odds_ratio=1.4, days=60),
    "nights": World(hours=(0, 6), looks=30, unlinked=0.06, days=45),
    "late": World(after_days=3, looks=30, odds_ratio=1.5, days=45),
    "one class": World(only=("charge_class", "drug"), looks=8, odds_ratio=1.5, days=60),
    "one place": World(only=("neighbourhood", "7"), looks=2, days=90, intake=200),
}
"""Honest, and unlike each other in all that no term speaks of."""


@pytest.mark.parametrize("name", HONEST)
def test_an_unusual_honest_partner_is_left_alone(name: str) -> None:
    rows = OF_ONE_PLACE if name == "one place" else None

    assert judged(HONEST[name], rows=rows).acting == []


@pytest.mark.soak
@pytest.mark.parametrize("name", HONEST)
def test_in_forty_years_each_at_most_the_agreed_alarms_fall(name: str) -> None:
    """40 partner-years a row: the bound allows 0.4, and four would be 1 in 1,300 by Poisson."""
    rows = OF_ONE_PLACE if name == "one place" else None
    world = HONEST[name]
    part = min(1.0, 100 / world.intake)  # of the intake and of the look-ups, as coverage is one of the terms
    worlds = (
        replace(world, seed=seed, days=365, intake=int(world.intake * part), looks=world.looks * part)
        for seed in range(40)
    )

    assert sum(bool(judged(world, rows=rows).acting) for world in worlds) <= 3
