"""Who keeps to an agreement for felonies alone is accused of nothing where a group is charged with more of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from pars.ledger.entry import Private
from pars.sharing.agreement import Rows, Watch
from pars.watch.dossier import in_time
from pars.watch.feed import Feed, Heard
from pars.watch.judging import Judging, Measured, planned
from pars.watch.replay import Replay
from pars.watch.showing import Telling

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
FELONIES = Rows(charge_class=("felony",))
DAYS, A_DAY, LOOKS = 180, 30, 3


def entries(seed: int, *, sweeps: bool = False, graded: bool = True) -> Iterator[Heard]:
    """Half a year in which people born abroad are charged with felonies five times as often.

    The partner asks about three of a day's felons at random; one that sweeps asks about those born abroad.
    """
    dice = np.random.default_rng(seed)
    place = 0
    for day in range(DAYS):
        felons: list[tuple[str, bool]] = []
        for number in range(A_DAY):
            arrest, at = f"a-{day}-{number}", BEGAN + timedelta(days=day, minutes=10 * number)
            abroad = bool(dice.random() < 0.2)
            felony = bool(dice.random() < (0.6 if abroad else 0.12))
            labels: dict[str, object] = {"birthplace_foreign": abroad, "charge_class": "13"}
            grades: dict[str, object] = {"labels": {"grades": ["F3" if felony else "M2"]}} if graded else {}
            booked: dict[str, object] = {"labels": labels}
            for verb, details in (("arrest.recorded", booked), ("step.charge", grades)):
                place += 1
                yield Heard(place, verb, at, {}, None, Private(commits={"arrest": arrest}, details=details))
            felons += [(arrest, abroad)] if felony else []
        chosen = [felons[one] for one in dice.permutation(len(felons))]
        if sweeps:
            chosen.sort(key=lambda one: not one[1])
        for number, (arrest, _) in enumerate(chosen[:LOOKS]):
            place += 1
            yield asked(place, BEGAN + timedelta(days=day, hours=12, minutes=47 * number), arrest)


def asked(place: int, at: datetime, arrest: str) -> Heard:
    """A look-up that found an arrest, under a case of its own."""
    details: dict[str, object] = {"outcome": "shown", "case": f"C-{place}", "subject": {}}
    public = {"agency": "sheriff", "purpose": "felony-investigation", "version": "one"}
    private = Private(commits={"found": arrest}, details=details)
    return Heard(place, "inquiry.asked", at, public, "u-1", private, f"e-{place}")


def acting(heard: Iterator[Heard], rows: Rows) -> list[str]:
    """What asks for a signature or suspends, by detectors, under an agreement with these rows."""
    judging = Judging(planned([Measured("sheriff", "one", Watch(), (rows,))]), UTC)
    told = [fell.told.alarm for one in heard for fell in judging.hear(one)]
    return [one.detector.value for one in told if one.action != "note"]


def replayed(heard: Iterator[Heard], rows: Rows) -> list[str]:
    """The same of the log of a dossier, by replay, which is given the terms and nothing besides."""
    feed, telling = Feed(), Telling([rows])
    said = [line for one in heard if (told := feed.line(one)) is not None for line in telling.told(*told)]
    log = [msgspec.json.encode(one) for one in in_time(said, timedelta(hours=rows.delay_hours))]
    fallen = Replay(Watch(), rows={"felony-investigation": rows}).alarms(log)
    return [one.alarm.detector.value for one in fallen if one.alarm.action != "note"]


@pytest.mark.parametrize("seed", [1, 2])
def test_an_honest_partner_of_an_agreement_for_felonies_is_left_alone(seed: int) -> None:
    assert acting(entries(seed), FELONIES) == []


def test_the_same_look_ups_would_be_a_disparity_among_everybody() -> None:
    assert "disparity" in acting(entries(1), Rows())


def test_a_sweep_among_felons_is_still_seen() -> None:
    assert "disparity" in acting(entries(1, sweeps=True), FELONIES)


@pytest.mark.parametrize("delay_hours", [0, 5])
def test_replay_tells_the_same_of_the_log_of_a_dossier(delay_hours: int) -> None:
    rows = replace(FELONIES, delay_hours=delay_hours)

    assert replayed(entries(1, sweeps=True), rows) == acting(entries(1, sweeps=True), rows)
    assert replayed(entries(1), rows) == []


def test_where_no_entry_says_a_grade_an_honest_partner_is_left_alone_too() -> None:
    assert acting(entries(1, graded=False), FELONIES) == []
