"""Whom an agreement's purposes show, as far as a booking tells: by charge class, by district, and after a delay."""

from collections.abc import Mapping
from typing import Final

from pars.sharing.agreement import Rows
from pars.watch.lines import Attributes

MOST_PURPOSES: Final = 32
_SECONDS_AN_HOUR: Final = 3_600


class Showing:
    """The rows of each purpose. People whom the same purposes show are compared with each other alone (T23)."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = list(rows.values())[:MOST_PURPOSES]
        self._narrowed = any(one.charge_class or one.district for one in self._rows)
        self.delay_seconds = min((one.delay_hours for one in self._rows), default=0) * _SECONDS_AN_HOUR
        """How long after booking anybody is shown at the earliest; until then nobody stands in the stock."""

    def to(self, said: Attributes) -> int:
        """The purposes that show somebody, a bit for each."""
        if not self._narrowed:
            return 0
        shown = 0
        for place, rows in enumerate(self._rows):
            by_class = not rows.charge_class or said.charge_class in rows.charge_class
            if by_class and (not rows.district or said.neighbourhood in rows.district):
                shown |= 1 << place
        return shown
