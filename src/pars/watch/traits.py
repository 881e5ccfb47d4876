"""What is compared: characteristics and their values, each value in a slot of its own, and all slots in one row."""

from datetime import date
from typing import Final

import numpy as np

from pars.watch.evidence import Reals
from pars.watch.lines import Attributes, day

MOST_NEIGHBOURHOODS: Final = 64
"""Neighbourhoods told apart; those that appear later count as one."""
AGES: Final = (18, 25, 35, 45, 55)
_GROUPS: Final = (
    ("birthplace", ("abroad", "here")),
    ("race", tuple("WBIAP")),
    ("ethnicity", ("H", "N")),
    ("sex", tuple("MFX")),
    ("age", ("under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 and over")),
)
SLOTS: Final = tuple((name, value) for name, values in _GROUPS for value in values)
FIXED: Final = len(SLOTS)
WIDTH: Final = FIXED + MOST_NEIGHBOURHOODS
NAMES: Final = (*(name for name, _ in _GROUPS), "neighbourhood")
CHARACTERISTIC: Final = np.array([NAMES.index(name) for name, _ in SLOTS] + [len(NAMES) - 1] * MOST_NEIGHBOURHOODS)
"""Which characteristic a slot belongs to."""
FIRST: Final = np.array([int(np.argmax(place == CHARACTERISTIC)) for place in range(len(NAMES))])
"""Where each characteristic begins."""
_PLACE: Final = {slot: place for place, slot in enumerate(SLOTS)}


class Traits:
    """Slots as they are given out: fixed ones, and neighbourhoods in the order of their first booking."""

    def __init__(self) -> None:
        self.neighbourhoods: dict[str, int] = {}

    def slots(self, said: Attributes, on: date) -> tuple[int, ...]:
        """The slots of a person, at most one a characteristic; a missing or unknown label has none."""
        birthplace = {True: "abroad", False: "here"}.get(said.birthplace_foreign)  # type: ignore[arg-type]
        given = [
            ("birthplace", birthplace),
            ("race", said.race),
            ("ethnicity", said.ethnicity),
            ("sex", said.sex),
            ("age", _age(said.birth_date, on)),
        ]
        found = [_PLACE[name, value] for name, value in given if value is not None and (name, value) in _PLACE]
        if said.neighbourhood is not None:
            found.append(FIXED + self._neighbourhood(said.neighbourhood))
        return tuple(found)

    def known(self) -> Reals:
        """1 for every slot that is in use, 0 for neighbourhoods not seen yet."""
        row = np.zeros(WIDTH)
        row[: FIXED + len(self.neighbourhoods)] = 1.0
        row[WIDTH - 1] = float(len(self.neighbourhoods) >= MOST_NEIGHBOURHOODS)
        return row

    def named(self, slot: int) -> tuple[str, str]:
        """The characteristic and the value of a slot, in words."""
        if slot < FIXED:
            return SLOTS[slot]
        name = next((name for name, place in self.neighbourhoods.items() if place == slot - FIXED), "others")
        return "neighbourhood", name

    def _neighbourhood(self, name: str) -> int:
        place = self.neighbourhoods.get(name)
        if place is None:
            place = len(self.neighbourhoods)
            if place >= MOST_NEIGHBOURHOODS - 1:
                return MOST_NEIGHBOURHOODS - 1
            self.neighbourhoods[name] = place
        return place


def _age(birth_date: str | None, on: date) -> str | None:
    born = day(birth_date) if birth_date is not None else None
    if born is None:
        return None
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return _GROUPS[4][1][sum(years >= least for least in AGES)]
