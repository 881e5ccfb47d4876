"""Waiting for what takes a moment, however slow the machine: a hang fails a test, slowness fails none."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE_SECONDS: Final = 120.0
"""Far longer than anything takes, even on a machine that does ten things besides."""


def comes(true: Callable[[], object], every: float = 0.02) -> bool:
    """Whether it comes true while one waits."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(every)
    return True
