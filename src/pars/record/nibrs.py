"""A row of NIBRS arrestee segments (the FBI's 6 and 7) in our words, with made-up particulars where it has none.

Such rows come without names, numbers and exact days. What they lack is made up from the file and the row's number, so
that the same file always gives the same people; `Arrestee.synthetic` names every field that is made up. Codes: the
FBI's NIBRS technical specification, data elements 40 to 52.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256

from pars.errors import BadInput
from pars.record.offences import for_nibrs
from pars.record.person import ADULT_AGE

COLUMNS = (
    "agency",
    "segment",
    "action",
    "arrest_month",
    "weekday",
    "arrest_type",
    "multiple_indicator",
    "ucr_offense",
    "armed_with",
    "automatic",
    "age",
    "sex",
    "race",
    "ethnicity",
    "resident",
    "disp_under18",
    "clearance",
)
"""The header of such a file, in its order."""

PLACE = "not stated in the file"

_ACTIONS_REFUSED = {
    "D": "action D deletes an arrest that was sent earlier; this file brings new arrests only",
    "R": "action R replaces an arrest that was sent earlier; this file brings new arrests only",
}
_KINDS = {"O": "on-view", "T": "warrant", "S": "summons"}
_RESIDENT = {"R": "yes", "N": "no", "U": "unknown", "": "unknown"}
_SEX = {code: code for code in "MFU"}
_RACE = {**{code: code for code in "WBIAPU"}, "": "U"}
_ETHNICITY = {**{code: code for code in "HNU"}, "": "U"}
_WEAPONS = {
    "": None,
    "01": None,
    "99": None,
    "11": "firearm, type not stated",
    "12": "handgun",
    "13": "rifle",
    "14": "shotgun",
    "15": "other firearm",
    "16": "lethal cutting instrument",
    "17": "club, blackjack or brass knuckles",
}
_FIREARMS = frozenset({"11", "12", "13", "14", "15"})
_DISPOSITIONS = frozenset({"", "H", "R"})
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_INFANTS = {"NN": 1, "NB": 3, "BB": 180}
"""Ages under a year, with a number of days that each code covers: under a day, 1 to 6 days, 7 to 364 days."""

_ALWAYS_MADE_UP = ("arrested_at", "place", "dc_number", "officers", "surname", "given", "statute", "grade", "counts")
_SYLLABLES = tuple(consonant + vowel for consonant in "bdklmnrstv" for vowel in "aeou")
_NAMES = len(_SYLLABLES) ** 4
_STRIDE = 1_087_651
"""Prime to the number of names, so that no two rows of a file share one, and neighbours do not sound alike."""


@dataclass(frozen=True, slots=True)
class Arrestee:
    """One row as this record says it. Day and time are the city's; `nibrs` is the file's own offence code."""

    agency: str
    kind: str
    arrested_on: date
    arrested_time: time
    nibrs: str
    statute: str
    weapon: str | None
    birth_date: date | None
    sex: str
    race: str
    ethnicity: str
    lives_in_city: str
    surname: str
    given: str
    dc_number: str
    badge: str
    synthetic: tuple[str, ...]


def read(row: Mapping[str, str], number: int, *, before: date, seed: str) -> Arrestee:
    """The arrest of a row. Refused: a deletion or replacement, an unknown code, an age that its disposition denies.

    `number` is the row's in its file and `seed` stands for the file: the same two give the same made-up particulars.
    The made-up day lies in the row's month, falls on its weekday, and comes before `before`.
    """
    codes = {name: value.strip().upper() for name, value in row.items()}
    _check(codes)
    made = _Made(seed, number)
    arrested_on = _day(codes, made, before)
    birth_date = _birth_date(codes, made, arrested_on)
    minute = made.draw("minute", 24 * 60)
    return Arrestee(
        agency=row["agency"].strip(),
        kind=_word(_KINDS, codes, "arrest_type"),
        arrested_on=arrested_on,
        arrested_time=time(minute // 60, minute % 60),
        nibrs=codes["ucr_offense"],
        statute=str(for_nibrs(codes["ucr_offense"]).statute),
        weapon=_weapon(codes),
        birth_date=birth_date,
        sex=_word(_SEX, codes, "sex"),
        race=_word(_RACE, codes, "race"),
        ethnicity=_word(_ETHNICITY, codes, "ethnicity"),
        lives_in_city=_word(_RESIDENT, codes, "resident"),
        surname=f"{made.name('surname')}-Invented",
        given=made.name("given"),
        dc_number=f"{arrested_on.year}99{(number + made.draw_once('dc_number', 10**6)) % 10**6:06d}",
        badge=f"99{made.draw('badge', 100):04d}",
        synthetic=(*_ALWAYS_MADE_UP, *(("birth_date",) if birth_date else ())),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """What is made up for one row: numbers that depend on nothing but the file, the row and what they are for."""

    seed: str
    number: int

    def draw(self, what: str, below: int) -> int:
        """A number of this row."""
        return _drawn(f"{self.seed}\n{self.number}\n{what}", below)

    def draw_once(self, what: str, below: int) -> int:
        """A number that all rows of the file share."""
        return _drawn(f"{self.seed}\n{what}", below)

    def name(self, what: str) -> str:
        """Four syllables that are nobody's name; no two rows of a file share them."""
        left = (self.number * _STRIDE + self.draw_once(what, _NAMES)) % _NAMES
        letters = ""
        for _ in range(4):
            left, place = divmod(left, len(_SYLLABLES))
            letters += _SYLLABLES[place]
        return letters.capitalize()


def _drawn(words: str, below: int) -> int:
    return int.from_bytes(sha256(words.encode()).digest()[:8], "big") % below


def _check(codes: Mapping[str, str]) -> None:
    """Refuse what is no new arrest, and codes that nothing below reads."""
    action = codes["action"]
    if action in _ACTIONS_REFUSED:
        raise BadInput(_ACTIONS_REFUSED[action], field="action")
    known = {
        "action": {"A", "I"},
        "segment": {"6", "7"},
        "multiple_indicator": {"", "N", "C", "M"},
        "disp_under18": _DISPOSITIONS,
        "automatic": {"", "A"},
    }
    for name, words in known.items():
        if codes[name] not in words:
            raise _unknown(name, words)


def _word(words: Mapping[str, str], codes: Mapping[str, str], name: str) -> str:
    try:
        return words[codes[name]]
    except KeyError:
        raise _unknown(name, words) from None


def _unknown(name: str, words: Iterable[str]) -> BadInput:
    allowed = ", ".join(sorted(word or "blank" for word in words))
    return BadInput(f"{name} holds a code that is not known here; it is one of: {allowed}", field=name)


def _weapon(codes: Mapping[str, str]) -> str | None:
    code = codes["armed_with"]
    if code not in _WEAPONS:
        raise _unknown("armed_with", _WEAPONS)
    weapon = _WEAPONS[code]
    if codes["automatic"] == "A":
        if code not in _FIREARMS:
            raise BadInput("automatic is for firearms; look at armed_with", field="automatic")
        return f"{weapon}, automatic"
    return weapon


def _day(codes: Mapping[str, str], made: _Made, before: date) -> date:
    """One of the days of the row's month that fall on its weekday."""
    month = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", codes["arrest_month"])
    if month is None:
        raise BadInput("arrest_month is a year and a month, such as 2019-05", field="arrest_month")
    if codes["weekday"] not in _WEEKDAYS:
        raise BadInput("weekday is one of: Mon, Tue, Wed, Thu, Fri, Sat, Sun", field="weekday")
    first = date(int(month[1]), int(month[2]), 1)
    first += timedelta(days=(_WEEKDAYS.index(codes["weekday"]) - first.weekday()) % 7)
    days = [first + timedelta(weeks=week) for week in range(5)]
    days = [day for day in days if day.month == first.month and day < before]
    if not days:
        raise BadInput("no such weekday of that month has passed yet; check arrest_month", field="arrest_month")
    return days[made.draw("day", len(days))]


def _birth_date(codes: Mapping[str, str], made: _Made, arrested_on: date) -> date | None:
    """A date that gives exactly the row's age on the day of the arrest; None when the age is unknown."""
    age = _age(codes["age"])
    child = bool(codes["disp_under18"])
    if age is None:
        if child:
            raise BadInput("the age is unknown and disp_under18 says that this is a child; state the age", field="age")
        return None
    if child and age >= ADULT_AGE:
        raise BadInput("disp_under18 is for those under 18; check it and the age", field="disp_under18")
    if codes["age"] in _INFANTS:
        return arrested_on - timedelta(days=_INFANTS[codes["age"]])
    earliest = _years_before(arrested_on, age + 1) + timedelta(days=1)
    latest = min(_years_before(arrested_on, age), arrested_on - timedelta(days=1))
    return earliest + timedelta(days=made.draw("birth_date", (latest - earliest).days + 1))


def _age(code: str) -> int | None:
    """Full years: 00 is unknown, 99 over 98, infants have letters, a range (2530) counts as its middle (FBI rule)."""
    if code in _INFANTS:
        return 0
    if re.fullmatch(r"[0-9]{1,2}", code):
        return int(code) or None
    if re.fullmatch(r"[0-9]{4}", code) and 0 < int(code[:2]) < int(code[2:]):
        return (int(code[:2]) + int(code[2:])) // 2
    raise BadInput("age is in full years from 01 to 99, 00 for unknown, or NN, NB or BB for an infant", field="age")


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)
