"""The owners' own labels of a person, for the watch alone: they stand in the private part of the entry.

Who somebody is, is said at booking; which grades stand, by the act that charges them or lets a charge fall.

Nothing of them is a column, a page or an answer. What is erased of the ledger is gone from the watch, too.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final

from babel import Locale

from pars.record.identifiers import Statute
from pars.record.offences import find

_UNKNOWN: Final = "U"
_CLASS_LENGTH: Final = 2
_HOME: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM"})
"""The United States and its territories, by their codes."""
_STATES: Final = frozenset(
    """
    alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia, hawaii, idaho,
    illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan, minnesota,
    mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york, north carolina,
    north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas,
    utah, vermont, virginia, washington, west virginia, wisconsin, wyoming, district of columbia, usa, us,
    united states of america, philadelphia
    """.replace("\n   ", "")
    .strip()
    .split(", ")
)
"""What a place at home ends with."""
_SIGNS: Final = re.compile(r"[^a-z ]")


def of_person(
    *, surname: str | None, given: str | None, birth_date: date | None, sex: str, race: str, ethnicity: str
) -> dict[str, object]:
    """What the owners know of somebody; what nobody knows is not in it."""
    said: Mapping[str, object] = {
        "surname": surname or None,
        "given": given or None,
        "birth_date": birth_date.isoformat() if birth_date else None,
        "sex": None if sex == _UNKNOWN else sex,
        "race": None if race == _UNKNOWN else race,
        "ethnicity": None if ethnicity == _UNKNOWN else ethnicity,
    }
    return {name: value for name, value in said.items() if value is not None}


def charge_class(statute: str | None) -> str | None:
    """The class of the leading charge: the first two signs of its NIBRS code, 35 for drugs; None without one."""
    if statute is None:
        return None
    return find(Statute.parse(statute)).nibrs[:_CLASS_LENGTH] or None


def of_charges(grades: Iterable[str]) -> dict[str, object]:
    """The grades of the charges that stand where an agreement could show somebody; none where none could."""
    return {"grades": sorted(set(grades))}


def born_abroad(place: str) -> bool | None:
    """Whether a place of birth, as it was typed, lies abroad; None where the words do not tell."""
    last = " ".join(_SIGNS.sub(" ", place.rpartition(",")[2].lower()).split())
    if last in _STATES:
        return False
    return _countries().get(last)


@cache
def _countries() -> Mapping[str, bool]:
    """Every country by its names in English and Spanish, and whether it is abroad. Georgia is taken for the state."""
    found: dict[str, bool] = {}
    for language in ("en", "es"):
        for code, name in Locale(language).territories.items():
            if len(code) == _CLASS_LENGTH and code.isalpha():
                found[" ".join(_SIGNS.sub(" ", name.lower()).split())] = code not in _HOME
    return found
