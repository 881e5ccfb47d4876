"""Who somebody is: words, dates, and the evidence that two arrests are of one person.

A name and a date alone never link, arrest or disclose (N19): the evidence is shown to a person, who decides.
Search is by precomputed equality keys, so that row security costs nothing (docs/adr).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

ADULT_AGE: Final = 18
"""Whoever is younger is a child, kept apart (42 Pa.C.S. 6302)."""


class Sex(StrEnum):
    """As recorded, in NIBRS codes."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


class Race(StrEnum):
    """As recorded, in NIBRS codes."""

    WHITE = "W"
    BLACK = "B"
    NATIVE = "I"
    ASIAN = "A"
    PACIFIC = "P"
    UNKNOWN = "U"


class Ethnicity(StrEnum):
    """As recorded, in NIBRS codes."""

    HISPANIC = "H"
    NOT_HISPANIC = "N"
    UNKNOWN = "U"


class Resident(StrEnum):
    """“Lives in the city”: not a question about status of any kind (N26)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


WORDS: dict[type[StrEnum], dict[str, str]] = {
    Sex: {"M": "Male", "F": "Female", "U": "Unknown"},
    Race: {
        "W": "White",
        "B": "Black or African American",
        "I": "American Indian or Alaska Native",
        "A": "Asian",
        "P": "Native Hawaiian or Pacific Islander",
        "U": "Unknown",
    },
    Ethnicity: {"H": "Hispanic or Latino", "N": "Not Hispanic or Latino", "U": "Unknown"},
    Resident: {"yes": "Yes", "no": "No", "unknown": "Unknown"},
}
"""How pages say them: by word, not by code (N29)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A surname and a given name, as typed in their own boxes."""

    surname: str
    given: str = ""


def name_key(text: str) -> str:
    """Letters only, upper case, without accents: `O’Neil` and `oneil` are one, `José` and `JOSE` too."""
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^A-Z]", "", "".join(c for c in plain if not unicodedata.combining(c)).upper())


_CODES = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}


def sound_key(text: str) -> str:
    """American Soundex (the National Archives' rules) of the letters of a name; empty for none."""
    letters = name_key(text)
    if not letters:
        return ""
    digits: list[str] = []
    last = _CODES.get(letters[0], "")
    for letter in letters[1:]:
        code = _CODES.get(letter, "")
        if code and code != last:
            digits.append(code)
        if letter not in "HW":
            last = code
    return (letters[0] + "".join(digits) + "000")[:4]


_SHORT_FORMS = """
alexander alejandro alex al sandy|alexandra alejandra alex sandra|andrew andres andy drew|anthony antonio tony|
barbara barb|benjamin benito ben benny|bernard bernie|catherine katherine kathryn catalina cathy kathy kate katie|
charles carlos charlie chuck|christopher cristobal chris|christina cristina tina chris|daniel dan danny|david dave|
deborah debra debbie deb|donald don donnie|dorothy dot dottie|douglas doug|edward eduardo ed eddie ted|
elizabeth isabel liz beth betty lisa|
eugene gene|florence flo|francis francisco frank pancho paco|
frederick federico fred freddy|
gabriel gabe|gerald jerry|gregory gregorio greg|guillermo william bill billy will memo|
harold harry hal|henry enrique hank harry|
jacob jake|james jaime jim jimmy jamie|jeffrey jeff|jennifer jen jenny|john juan jack johnny|jonathan jon|
joseph jose joe joey pepe|joshua josue josh|kenneth ken kenny|lawrence lorenzo larry|leonard leonardo len leo|
louis luis lou louie|manuel manny|margaret margarita maggie meg peggy rita|martin marty|matthew mateo matt|
melissa missy|michael miguel mike mikey mickey|nathaniel nathan nate|nicholas nicolas nick|pamela pam|
patricia pat patty tricia|patrick patricio pat paddy|peter pedro pete|philip felipe phil|rafael rafa|
raymond ramon ray|rebecca becky|richard ricardo rick rich dick ricky|robert roberto bob rob bobby beto|
ronald ron ronnie|rosario charo|samuel sam sammy|sandra sandy|stephen steven esteban steve|susan susana sue susie|
terrence terrance terry|theodore teodoro ted theo|thomas tomas tom tommy|timothy timoteo tim|victoria vicky|
vincent vicente vince vinny|walter walt|zachary zach zack
"""


def _families() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for family in _SHORT_FORMS.replace("\n", "").split("|"):
        names = frozenset(name_key(name) for name in family.split())
        for name in names:
            found[name] = found.get(name, frozenset()) | names
    return found


_FAMILY = _families()


def given_names_alike(one: str, other: str) -> bool:
    """Whether two given names are usual forms of one, in English or Spanish (Bill and William, Pepe and José)."""
    first, second = name_key(one), name_key(other)
    return bool(first) and (first == second or second in _FAMILY.get(first, frozenset()))


def transposed_dates(day: date) -> frozenset[date]:
    """Dates that a slip of the hand makes of this one: month and day exchanged, two neighbouring digits exchanged."""
    return frozenset(_slips(day)) - {day}


def _slips(day: date) -> Iterator[date]:
    if day.day <= 12:  # noqa: PLR2004 - months of a year
        yield date(day.year, day.day, day.month)
    text = day.isoformat().replace("-", "")
    for place in (2, 4, 6):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        try:
            yield date(int(swapped[:4]), int(swapped[4:6]), int(swapped[6:]))
        except ValueError:
            continue


def search_keys(name: Name, birth_date: date | None) -> frozenset[str]:
    """Equality keys under which an arrest is found: exact name, sound, short form, date, and mixtures.

    `n:` surname and given; `s:` sound of the surname and first letter of the given name; `f:` surname and family of
    short forms; `d:` birth date and sound of the surname.
    """
    surname, given = name_key(name.surname), name_key(name.given)
    if not surname:
        return frozenset()
    sound = sound_key(surname)
    keys = {f"n:{surname}|{given}", f"s:{sound}|{given[:1]}"}
    keys |= {f"f:{surname}|{form}" for form in _FAMILY.get(given, frozenset())}
    if birth_date is not None:
        keys.add(f"d:{birth_date.isoformat()}|{sound}")
        keys |= {f"t:{slip.isoformat()}|{surname}" for slip in transposed_dates(birth_date) | {birth_date}}
    return frozenset(keys)


def surname_keys(name: Name) -> frozenset[str]:
    """The equality key `a:` of a surname alone: written for every name, asked by the desks when they say no more.

    Nobody else asks by it. What a partner names, it names exactly (`exact_keys`).
    """
    surname = name_key(name.surname)
    return frozenset({f"a:{surname}"} if surname else ())


def exact_keys(name: Name | None, birth_date: date | None) -> frozenset[str]:
    """Equality keys for one person in full: `p:` the whole name, `b:` the birth date, `x:` both.

    No sounds, short forms, slips or other names: what a partner names, it names exactly.
    """
    surname, given = (name_key(name.surname), name_key(name.given)) if name else ("", "")
    keys = set()
    if surname and given:
        keys.add(f"p:{surname}|{given}")
        if birth_date is not None:
            keys.add(f"x:{surname}|{given}|{birth_date.isoformat()}")
    if birth_date is not None:
        keys.add(f"b:{birth_date.isoformat()}")
    return frozenset(keys)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is compared when two records may be of one person."""

    name: Name
    birth_date: date | None = None
    sex: str = "U"
    pid: str | None = None
    other_names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One agreement (`weight` above 0) or disagreement (below 0), in words."""

    words: str
    weight: int


USED_BY_ANOTHER = Evidence("name used by another: whoever was arrested under it was not the person sought", -1)
"""What a search says of an arrest of somebody who was not the one sought, so that the next stop does not repeat it."""


def evidence(asked: Particulars, found: Particulars) -> tuple[Evidence, ...]:
    """Everything that speaks for or against the two being one person, the strongest first."""
    rows = [*_name_evidence(asked, found), *_date_evidence(asked.birth_date, found.birth_date)]
    if asked.pid and found.pid:
        same = asked.pid == found.pid
        rows.append(Evidence("same PID from prints" if same else "another PID from prints", 100 if same else -100))
    if "U" not in {asked.sex, found.sex} and asked.sex != found.sex:
        rows.append(Evidence("another sex is recorded", -6))
    return tuple(sorted(rows, key=lambda row: -abs(row.weight)))


def _name_evidence(asked: Particulars, found: Particulars) -> Iterator[Evidence]:
    one, other = asked.name, found.name
    if name_key(one.surname) == name_key(other.surname):
        yield Evidence("same surname", 4)
    elif any(name_key(one.surname) == name_key(name.surname) for name in found.other_names):
        yield Evidence("surname is another name used", 3)
    elif sound_key(one.surname) == sound_key(other.surname):
        yield Evidence("surname sounds alike", 2)
    else:
        yield Evidence("another surname", -4)
    if name_key(one.given) and name_key(one.given) == name_key(other.given):
        yield Evidence("same given name", 3)
    elif given_names_alike(one.given, other.given):
        yield Evidence("given name is a usual short form", 2)
    elif one.given and other.given:
        yield Evidence("another given name", -3)


def _date_evidence(one: date | None, other: date | None) -> Iterator[Evidence]:
    if one is None or other is None:
        return
    if one == other:
        yield Evidence("same birth date", 5)
    elif other in transposed_dates(one):
        yield Evidence("birth date with digits exchanged", 3)
    else:
        yield Evidence("another birth date", -5)


def strength(rows: tuple[Evidence, ...]) -> int:
    """The sum of the weights: an order for a list, never a decision."""
    return sum(row.weight for row in rows)


def may_link(rows: tuple[Evidence, ...]) -> bool:
    """Whether the evidence links by itself: only the same PID from prints does."""
    return any(row.words == "same PID from prints" for row in rows)


def age_on(birth_date: date, day: date) -> int:
    """Full years on that day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
