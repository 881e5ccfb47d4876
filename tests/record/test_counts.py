"""When the shifts of a detention unit begin, and what may explain a difference."""

from datetime import datetime

import pytest

from pars.clock import CITY_ZONE
from pars.record.counts import EXPLAINS, How, Kind, shift_began


@pytest.mark.parametrize(
    ("at", "began"),
    [
        ((3, 5, 59), (2, 22)),
        ((3, 6, 0), (3, 6)),
        ((3, 13, 59), (3, 6)),
        ((3, 21, 59), (3, 14)),
        ((3, 22, 0), (3, 22)),
        ((1, 0, 30), (31, 22)),
    ],
)
def test_a_shift_began_at_the_newest_change(at: tuple[int, int, int], began: tuple[int, int]) -> None:
    day, hour, minute = at
    found = shift_began(datetime(2026, 9, day, hour, minute, tzinfo=CITY_ZONE))

    assert (found.day, found.hour, found.minute) == (*began, 0)


def test_a_person_without_a_row_is_never_explained_away_as_gone() -> None:
    assert How.LEFT not in EXPLAINS[Kind.NO_ROW]
    assert all(How.ROW_MADE not in words for words in EXPLAINS.values())
    assert set(EXPLAINS) == set(Kind)
