"""How much is measured, and what a figure is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    booking_seconds: float
    clients: int
    pages: int
    bookings: int
    in_custody: int
    views: int
    rows: int
    asking_clients: tuple[int, ...]
    asking_seconds: float
    turns: int  # of two rates that are compared
    withdrawals: int
    arrests: tuple[int, int]  # before and after growing
    entries: int  # that wait for their place at once
    strangers: int  # entries of a made-up log that a stranger verifies
    log_lines: int  # of a log that the watch judges, at most
    replays: int


SIZES: Mapping[str, Size] = {
    "small": Size(1.0, 4, 20, 5, 40, 5, 60, (1, 4), 0.5, 1, 3, (100, 400), 500, 5_000, 600, 1),
    "full": Size(
        8.0, 8, 200, 40, 500, 30, 1000, (1, 4, 16, 64), 4.0, 3, 200, (40_000, 400_000), 200_000, 1_000_000, 30_000, 8
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its unit; `target` None is only told, and `at_least` says on which side of it is well."""

    what: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it keeps to its target."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target

    def told(self) -> dict[str, object]:
        """The figure as programs read it."""
        value = round(self.value, 1) if self.value >= 10 else round(self.value, 3)  # noqa: PLR2004 - three digits
        bound = "at least" if self.at_least else "at most"
        return {
            "what": self.what,
            "value": value,
            "unit": self.unit,
            "target": self.target,
            "bound": bound if self.target is not None else None,
            "holds": self.holds,
        }


def at(times: Sequence[float], share: float) -> float:
    """The least of them within which that share of all lies (the nearest rank)."""
    return sorted(times)[max(0, math.ceil(share * len(times)) - 1)]
