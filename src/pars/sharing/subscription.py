"""A subscription: a partner is told of steps of one named person's case, each time asked for anew.

What it may be told of, and when a message that was not taken is tried again, are tables.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from pars.sharing.agreement import Purpose
from pars.sharing.floor import FLOOR, About
from pars.sharing.inquiry import Refused


class Deliver(StrEnum):
    """How a partner is told: by a signed message to its address, or on an open stream."""

    WEBHOOK = "webhook"
    STREAM = "stream"


KEPT: Final = timedelta(days=2)
"""For so long something is tried, and can be told again; then it is gone."""

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=16),
)
"""Pauses after each try that failed; together less than two days."""


def next_try(tries: int, queued_at: datetime, at: datetime) -> datetime | None:
    """When a message is tried again after so many tries; None when it is not any more."""
    if not 1 <= tries <= len(RETRIES):
        return None
    due = at + RETRIES[tries - 1]
    return due if due - queued_at < KEPT else None


def agreed_steps(purpose: Purpose, wanted: Sequence[str]) -> None:
    """Refused unless the purpose may have its partner told of each of these steps; the same whoever is named."""
    for word in wanted:
        because = FLOOR.because(About.STEP, word)
        if because is not None:
            raise Refused(f"nobody is told of this step: {because}", code="tell-of")
        if word not in purpose.tell_of:
            known = ", ".join(purpose.tell_of) or "none"
            raise Refused(f"your agreement does not tell of this step; for this purpose it is: {known}", code="tell-of")
