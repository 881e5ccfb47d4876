"""What a partner is told of how it stands: one word of three, and nothing that moves with a single look-up (T3).

It is settled at the close of each day, from what fell on days that are over; and it changes no sooner than twenty
look-ups after its last change, so that no change tells the label of one person.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

LEAST_BETWEEN: Final = 20


class Grade(StrEnum):
    """How a partner stands."""

    ORDINARY = "ordinary"
    NOTED = "noted"
    SIGNATURE = "signature"


_OF: Final = {"note": Grade.NOTED, "cosign": Grade.SIGNATURE, "suspend": Grade.SIGNATURE}


def settled(shown: Grade, look_ups_since: int, fallen: Iterable[tuple[date, str]], today: date) -> Grade:
    """The grade that is told today: `fallen` are the days and the grades of alarms that count and are not explained.

    `look_ups_since` is how many look-ups came since the last change; nobody can count what was not told before.
    """
    due = max((_OF[action] for day, action in fallen if day < today), key=list(Grade).index, default=Grade.ORDINARY)
    return due if look_ups_since >= LEAST_BETWEEN else shown
