"""What is compared: characteristics and their values, each value in a field of one long whole number.

A person is such a number, `UNIT` in the field of each value that it has, so that a sum over people is one sum of
numbers, and a count at one moment is a number that nobody changes later. Where birthplace is not collected, a surname's
share stands for it, in parts of `UNIT` (`surnames`).
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pars.watch import surnames
from pars.watch.lines import Attributes, day
from pars.watch.scan import Reals

UNIT: Final = 256
_BITS: Final = 64
MOST_NEIGHBOURHOODS: Final = 64
"""Neighbourhoods told apart; each that appears later is counted with one of them, always with the same."""
AGES: Final = (18, 25, 35, 45, 55)
_GROUPS: Final = (
    ("birthplace", ("abroad", "here")),
    ("national origin", ("abroad, by surname", "here, by surname")),
    ("race", tuple("WBIAP")),
    ("ethnicity", ("H", "N")),
    ("sex", tuple("MFX")),
    ("age", ("under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 and over")),
)
SLOTS: Final = tuple((name, value) for name, values in _GROUPS for value in values)
FIXED: Final = len(SLOTS)
NAMES: Final = (*(name for name, _ in _GROUPS), "neighbourhood")
CHARACTERISTIC: Final = np.array([NAMES.index(name) for name, _ in SLOTS] + [len(NAMES) - 1] * MOST_NEIGHBOURHOODS)
"""Which characteristic a slot belongs to."""
FIRST: Final = np.array([int(np.argmax(place == CHARACTERISTIC)) for place in range(len(NAMES))])
"""Where each characteristic begins."""
_ONE: Final = {slot: UNIT << (_BITS * place) for place, slot in enumerate(SLOTS)}
_LIKELY: Final = _BITS * SLOTS.index(("national origin", "abroad, by surname"))
_AGE: Final = tuple(UNIT << (_BITS * SLOTS.index(("age", value))) for value in _GROUPS[5][1])
_BORN: Final = {
    True: _ONE["birthplace", "abroad"],
    False: _ONE["birthplace", "here"],
    None: 0,
}
_CODED: Final = {
    name: {None: 0} | {value: _ONE[name, value] for value in values}
    for name, values in _GROUPS
    if name in ("race", "ethnicity", "sex")
}
_RACE, _ETHNICITY, _SEX = _CODED["race"], _CODED["ethnicity"], _CODED["sex"]
_SETTLED: Final = 100
"""Bookings before it is judged whether birthplaces are collected."""
_FORGOTTEN: Final = 2_000
_RARE, _COMMON = 0.1, 0.2
_NAMED: Final = 3


class Traits:
    """The fields as they are given out: fixed ones, and neighbourhoods in the order of their first booking."""

    def __init__(self) -> None:
        self.neighbourhoods: dict[str, int] = {}
        self.labelled = True
        """Whether birthplaces are collected; surnames stand in for nearly all missing."""
        self.version = 0
        """Changes whenever what is compared changes."""
        self._seen = self._known = 0
        self._beside: dict[int, list[str]] = {}
        """Of fields that several neighbourhoods share, those that came last."""

    @property
    def width(self) -> int:
        """How many fields are in use."""
        return FIXED + min(len(self.neighbourhoods), MOST_NEIGHBOURHOODS)

    def unit(self, said: Attributes, on: int) -> int:
        """The number of a person booked on that day; a missing or unknown label is in no field."""
        self._collects(said.birthplace_foreign)
        found = _coded(said.birthplace_foreign, said.race, said.ethnicity, said.sex)
        if said.surname is not None:
            found += _by_surname(said.surname)
        if said.birth_date is not None:
            found += _age(said.birth_date, on)
        if said.neighbourhood is not None:
            found += UNIT << (_BITS * (FIXED + self._neighbourhood(said.neighbourhood)))
        return found

    def named(self, slot: int) -> tuple[str, str]:
        """The characteristic and the value of a field, in words."""
        if slot < FIXED:
            return SLOTS[slot]
        name = next(name for name, place in self.neighbourhoods.items() if place == slot - FIXED)
        return "neighbourhood", " or ".join([*self._beside.get(slot - FIXED, []), name])

    def _collects(self, born_abroad: bool | None) -> None:  # noqa: FBT001 - a label
        """Whether birthplaces are collected, by the bookings of late."""
        self._seen += 1
        self._known += born_abroad is not None
        few, many = self._known < _RARE * self._seen, self._known > _COMMON * self._seen
        if self._seen >= _SETTLED and (few if self.labelled else many):
            self.labelled = not self.labelled
            self.version += 1
        if self._seen >= _FORGOTTEN:
            self._seen, self._known = self._seen // 2, self._known // 2

    def _neighbourhood(self, name: str) -> int:
        place = self.neighbourhoods.get(name)
        if place is None:
            place = len(self.neighbourhoods)
            if place >= MOST_NEIGHBOURHOODS:
                place = crc32(name.encode()) % MOST_NEIGHBOURHOODS
                beside = self._beside.setdefault(place, [])
                if name not in beside:
                    self._beside[place] = [name, *beside][:_NAMED]
                return place
            self.neighbourhoods[name] = place
            self.version += 1
        return place


def counts(numbers: Sequence[int], width: int) -> Reals:
    """Each number's fields in a row, of people in whole ones."""
    return fields(numbers, width) / UNIT


def fields(numbers: Sequence[int], width: int) -> NDArray[np.uint64]:
    """Each number's fields in a row, as they stand there."""
    size = width * _BITS // 8
    flat = np.frombuffer(b"".join([one.to_bytes(size, "little") for one in numbers]), dtype="<u8")
    return flat.reshape(len(numbers), width)


@lru_cache(maxsize=1024)
def _coded(born_abroad: bool | None, race: str | None, ethnicity: str | None, sex: str | None) -> int:  # noqa: FBT001 - a label
    return _BORN[born_abroad] + _RACE.get(race, 0) + _ETHNICITY.get(ethnicity, 0) + _SEX.get(sex, 0)


@lru_cache(maxsize=65_536)
def _by_surname(surname: str) -> int:
    share = surnames.share(surname)
    if share is None:
        return 0
    likely = round(share * UNIT)
    return (likely + ((UNIT - likely) << _BITS)) << _LIKELY


def _age(birth_date: str, on: int) -> int:
    born = _born_on(birth_date)
    return 0 if born is None else _AGE[bisect_right(AGES, (on - born) / 365.2425)]


@lru_cache(maxsize=65_536)
def _born_on(birth_date: str) -> int | None:
    born = day(birth_date)
    return None if born is None else born.toordinal() - _EPOCH


_EPOCH: Final = 719_163
"""The ordinal of 1 January 1970, from which days are counted."""
