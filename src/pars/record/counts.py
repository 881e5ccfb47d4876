"""Counting a cell block: at each shift people are compared with rows, and no difference may stay unexplained (N21)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from pars.record.arrest import Custody

IN_CELLS: Final = frozenset({Custody.BOOKED, Custody.HELD_ON_BAIL, Custody.RELEASE_OWED})
"""Whoever stands so at a site is in one of its cells, or the count says that they are not."""

SHIFT_BEGINS: Final = (time(6), time(14), time(22))
"""When the shifts of a detention unit change, in the city's time: a setting of the owners. Each begins with a count."""


class Kind(StrEnum):
    """Which way people and rows differ."""

    NO_ROW = "person-without-row"
    NOBODY = "row-without-person"


class How(StrEnum):
    """What explains a difference."""

    ROW_MADE = "row-made"
    MISCOUNTED = "miscounted"
    IN_THE_CELLS = "found-in-the-cells"
    AT_COURT = "at-court"
    AT_HOSPITAL = "at-hospital"
    WITH_AN_OFFICER = "with-an-officer"
    AT_ANOTHER_SITE = "at-another-site"
    LEFT = "has-left"


EXPLAINS: Final[Mapping[Kind, tuple[How, ...]]] = {
    Kind.NO_ROW: (How.MISCOUNTED, How.AT_ANOTHER_SITE),
    Kind.NOBODY: tuple(how for how in How if how is not How.ROW_MADE),
}
"""What may be said of each kind. A person without a row gets one; `row-made` is said by the act that makes it."""


def shift_began(at: datetime) -> datetime:
    """When the shift of a city instant began: the newest change that is not after it."""
    begins = [
        datetime.combine(at.date() - timedelta(days=back), begin, at.tzinfo)
        for back in (1, 0)
        for begin in SHIFT_BEGINS
    ]
    return max(begin for begin in begins if begin <= at)
