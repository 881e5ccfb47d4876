"""Whoever waits before asking is seen as surely as whoever asks at once: by a longer window of coverage."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from tests.watch.cities import BEGAN as CITY_BEGAN
from tests.watch.cities import DAY, HOUR, City

from pars.sharing.agreement import Watch
from pars.watch.lines import Attributes, Booking, Disclosure
from pars.watch.parameters import Detector
from pars.watch.replay import Replay

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
A_DAY, DAYS = 60, 60


def log(late: timedelta, every: int) -> Iterator[bytes]:
    """Sixty people a day, one of seven born abroad; one of so many is looked up so long after booking."""
    lines: list[tuple[datetime, Booking | Disclosure]] = []
    for number in range(A_DAY * DAYS):
        at = BEGAN + timedelta(days=1) / A_DAY * number
        said = Attributes(birthplace_foreign=number % 7 == 0, charge_class="theft", incident=f"i-{number}")
        lines.append((at, Booking("", f"p-{number}", said)))
        if number % every == 0:
            asked = at + late
            lines.append((asked, Disclosure("", "fed", "u-1", "fugitive", case_verified=True, person=f"p-{number}")))
    for at, line in sorted(lines, key=lambda one: one[0]):
        yield msgspec.json.encode(msgspec.structs.replace(line, at=at.isoformat().replace("+00:00", "Z"))) + b"\n"


@pytest.mark.parametrize(("hours", "days"), [(1, 3), (25, 5), (150, 20), (8 * 24, 40), (20 * 24, 60)])
def test_everybody_is_looked_up_so_late(hours: int, days: int) -> None:
    told = [
        one for one in Replay(Watch()).alarms(log(timedelta(hours=hours), every=1)) if one.alarm.action == "suspend"
    ]

    assert [one.alarm.detector for one in told] == [Detector.COVERAGE]
    assert datetime.fromisoformat(told[0].at) < BEGAN + timedelta(days=days)


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_a_heap_that_is_told_on_the_first_day_is_not_gone_through_unseen(share: float) -> None:
    """Two thousand are told when the log begins, and from the next day on 250 a day of them are asked about."""
    city = City(1)
    heap = [city.book(at) for at in city.times(0, 2000, (6, 20))]
    for day in range(1, 14):
        for at in city.times(day, 100, (0, 8)):
            city.book(at)
        for place, person in enumerate(heap[250 * (day - 1) : 250 * day]):
            if city.dice.random() < share:
                city.ask(CITY_BEGAN + day * DAY + 9 * HOUR + 60 * place, person, place % 4)

    assert [one.alarm.detector for one in city.acting()] == [Detector.COVERAGE]


@pytest.mark.parametrize("hours", [1, 25, 150, 8 * 24])
def test_a_fourth_of_everybody_is_within_the_terms_however_late(hours: int) -> None:
    assert not [
        one for one in Replay(Watch()).alarms(log(timedelta(hours=hours), every=4)) if one.alarm.action != "note"
    ]


def test_what_a_day_came_to_is_told_before_the_next_one_is_charged() -> None:
    """A fifth as they come, and on one day, on which nobody comes after noon, three fourths: by then as many could."""
    city = City(3)
    looks = 0
    for day in range(25):
        for place, at in enumerate(city.times(day, 100, (0, 12) if day == 23 else (0, 24))):
            person = city.book(at)
            if city.dice.random() < (0.75 if day == 23 else 0.2):
                city.ask(at + 60, person, place % 4)
                looks += day <= 23

    [told] = city.acting()

    assert told.alarm.detector is Detector.COVERAGE
    assert told.disclosures_so_far == looks + 1
