"""Whoever waits before asking is seen as surely as whoever asks at once: by a longer window of coverage."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

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


@pytest.mark.parametrize("hours", [1, 25, 150, 8 * 24])
def test_a_fourth_of_everybody_is_within_the_terms_however_late(hours: int) -> None:
    assert not [
        one for one in Replay(Watch()).alarms(log(timedelta(hours=hours), every=4)) if one.alarm.action != "note"
    ]
