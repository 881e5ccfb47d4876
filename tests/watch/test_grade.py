"""What a partner is told moves at the close of a day, and no sooner than twenty look-ups after it last moved (T3)."""

from datetime import date, timedelta

import pytest

from pars.watch.grade import LEAST_BETWEEN, Grade, settled

TODAY = date(2026, 11, 20)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("fallen", "grade"),
    [
        ([], Grade.ORDINARY),
        ([(YESTERDAY, "note")], Grade.NOTED),
        ([(YESTERDAY, "note"), (YESTERDAY, "cosign")], Grade.SIGNATURE),
        ([(YESTERDAY, "suspend")], Grade.SIGNATURE),
        ([(TODAY, "suspend")], Grade.ORDINARY),
    ],
)
def test_it_is_settled_from_days_that_are_over(fallen: list[tuple[date, str]], grade: Grade) -> None:
    assert settled(Grade.ORDINARY, LEAST_BETWEEN, fallen, TODAY) is grade


def test_it_stays_until_twenty_look_ups_have_come() -> None:
    fallen = [(YESTERDAY, "note")]

    assert settled(Grade.ORDINARY, LEAST_BETWEEN - 1, fallen, TODAY) is Grade.ORDINARY
    assert settled(Grade.SIGNATURE, LEAST_BETWEEN - 1, [], TODAY) is Grade.SIGNATURE
    assert settled(Grade.SIGNATURE, LEAST_BETWEEN, [], TODAY) is Grade.ORDINARY
