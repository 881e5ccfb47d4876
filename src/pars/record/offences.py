"""The offences of Pennsylvania that arrests are charged with: a catalogue, a search as you type, and the NIBRS codes.

The table is `offences.csv` beside this module: titles and grades written from the statutes, counts of charges from
public dockets (aggregates). A count orders the search list and nothing else: no grade, no default, no decision follows
from it (finding N14: the usual grade of the commonest charges is wrong six times in ten).
"""

import csv
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType

from pars.errors import BadInput
from pars.record.identifiers import Statute


class Grade(StrEnum):
    """How serious a charge is, least first; grades compare in this order, as the docket analysts do.

    `M` and `F` are the ungraded misdemeanor and felony, `IC` indirect criminal contempt, `NONE` a charge with no grade
    of its own.
    """

    NONE = ""
    S = "S"
    M = "M"
    IC = "IC"
    M3 = "M3"
    M2 = "M2"
    M1 = "M1"
    F = "F"
    F3 = "F3"
    F2 = "F2"
    F1 = "F1"
    MURDER = "murder"

    def __lt__(self, other: str) -> bool:
        """Whether this grade is less serious."""
        return _RANK[self] < _RANK[Grade(other)]

    def __le__(self, other: str) -> bool:
        """Whether this grade is no more serious."""
        return _RANK[self] <= _RANK[Grade(other)]

    def __gt__(self, other: str) -> bool:
        """Whether this grade is more serious."""
        return _RANK[self] > _RANK[Grade(other)]

    def __ge__(self, other: str) -> bool:
        """Whether this grade is no less serious."""
        return _RANK[self] >= _RANK[Grade(other)]

    @classmethod
    def parse(cls, text: str) -> "Grade":
        """The grade that the text names, whatever its case; refused with the list of them."""
        word = text.strip()
        grade = _GRADE_BY_WORD.get(word.upper())
        if grade is None:
            raise BadInput("A grade is one of S, M, IC, M3, M2, M1, F, F3, F2, F1 or murder.", field="grade")
        return grade


_RANK: Mapping[Grade, int] = MappingProxyType({grade: rank for rank, grade in enumerate(Grade)})
_GRADE_BY_WORD: Mapping[str, Grade] = MappingProxyType({grade.upper(): grade for grade in Grade})
MOST_SERIOUS_FIRST = tuple(reversed(Grade))


class Fact(StrEnum):
    """A fact that the statutes make the grade of some offence depend on; `grading` asks for it in words."""

    VALUE_USD = "value_usd"
    LOSS_USD = "loss_usd"
    VEHICLE = "vehicle"
    FIREARM = "firearm"
    FROM_PERSON = "from_person"
    BY_THREAT = "by_threat"
    BREACH_OF_TRUST = "breach_of_trust"
    DEALER = "dealer"
    DISASTER = "disaster"
    ANHYDROUS_AMMONIA = "anhydrous_ammonia"
    PRIOR_RETAIL_THEFTS = "prior_retail_thefts"
    PRIOR_OFFENSES = "prior_offenses"
    PRIOR_ORDER_VIOLATED = "prior_order_violated"
    MUTUAL_FIGHT = "mutual_fight"
    VICTIM_AGE = "victim_age"
    ACTOR_AGE = "actor_age"
    VICTIM_OFFICE = "victim_office"
    FAMILY_OR_HOUSEHOLD = "family_or_household"
    BODILY_INJURY = "bodily_injury"
    WEAPON = "weapon"
    COURSE_OF_CONDUCT = "course_of_conduct"
    DIVERTED = "diverted"
    UTILITY = "utility"
    ORDER_DEFIED = "order_defied"
    SERIOUS_ANNOYANCE = "serious_annoyance"
    OVERNIGHT = "overnight"
    PERSON_PRESENT = "person_present"
    DRUGS_INTENDED = "drugs_intended"
    DRUG_SCHEDULE = "drug_schedule"
    DRUG_WEIGHT = "drug_weight"
    ACCIDENT = "accident"
    REFUSAL = "refusal"
    MINOR_IN_VEHICLE = "minor_in_vehicle"
    TARGET_GRADE = "target_grade"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Offence:
    """One section, or one subsection, that a person can be charged under.

    `grades` are those that the statute allows, most serious first; one only when the statute gives one only. `facts`
    set the grade. `domestic` says that 18 Pa.C.S. 2711(a) lists it: arrest on probable cause when the victim is family
    or household. `words` are what people at the desks call it. `charges` orders the search list and nothing else.
    """

    statute: Statute
    heading: str
    short_title: str
    grades: tuple[Grade, ...]
    facts: tuple[Fact, ...]
    nibrs: str
    domestic: bool
    words: str
    charges: int

    @property
    def nibrs_group(self) -> str:
        """`A` (an incident report) or `B` (an arrest report only) of the FBI's offence table."""
        return "B" if self.nibrs.startswith("90") else "A"


NIBRS_CODES = tuple(
    """
    09A 09B 09C 100 11A 11B 11C 11D 120 13A 13B 13C 200 210 220 23A 23B 23C 23D 23E 23F 23G 23H 240 250
    26A 26B 26C 26D 26E 26F 26G 270 280 290 35A 35B 36A 36B 370 39A 39B 39C 39D 40A 40B 40C 510 520 64A 64B 720
    90A 90B 90C 90D 90E 90F 90G 90H 90I 90J 90Z 999
    """.split()  # noqa: SIM905 sixty-five codes are read better in rows than one a line
)
"""Every offence code of the FBI's NIBRS table (UCROffenseCodeType), 999 being unknown."""


def _read_table() -> dict[Statute, Offence]:
    text = files("pars.record").joinpath("offences.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    offences = (_offence(row) for row in rows)
    return {offence.statute: offence for offence in offences}


def _offence(row: Mapping[str, str]) -> Offence:
    return Offence(
        statute=Statute(row["title"], row["section"], row["subsection"]),
        heading=row["heading"],
        short_title=row["short_title"],
        grades=tuple(Grade("" if word == "-" else word) for word in row["grades"].split("|")),
        facts=tuple(Fact(word) for word in row["facts"].split("|") if word),
        nibrs=row["nibrs"],
        domestic=row["domestic"] == "yes",
        words=row["words"],
        charges=int(row["charges"]),
    )


CATALOGUE: Mapping[Statute, Offence] = MappingProxyType(_read_table())
"""Every offence of the table by its citation."""


def _by_section(offences: Iterable[Offence]) -> dict[Statute, tuple[Offence, ...]]:
    sections: dict[Statute, list[Offence]] = {}
    for offence in offences:
        sections.setdefault(offence.statute.whole_section, []).append(offence)
    return {section: tuple(listed) for section, listed in sections.items()}


_SECTIONS = _by_section(CATALOGUE.values())


def find(statute: Statute) -> Offence:
    """The offence of a citation.

    A subsection that the table does not list, of a section that it does, is taken as the section: its heading, and
    every grade, because nothing is known that would narrow them. A section that is not listed is refused.
    """
    listed = CATALOGUE.get(statute)
    if listed is not None:
        return listed
    section = _SECTIONS.get(statute.whole_section)
    if section is None:
        raise BadInput(
            f"Unknown statute {statute}; search the offenses by a word or a section number.", field="statute"
        )
    most_charged = max(section, key=lambda offence: offence.charges)
    return Offence(
        statute=statute,
        heading=most_charged.heading,
        short_title=most_charged.heading,
        grades=MOST_SERIOUS_FIRST,
        facts=(),
        nibrs=most_charged.nibrs,
        domestic=all(offence.domestic for offence in section),
        words=most_charged.words,
        charges=0,
    )


_WORD = re.compile(r"[a-z0-9.-]*[a-z0-9]")
_LONGEST_SEARCH = 100


def _words(text: str) -> list[str]:
    """Words and numbers in small letters; a bracketed subsection joins its section, `3701(a)(1)` as `3701a1`."""
    return _WORD.findall(re.sub(r"[()']", "", text.lower()))


class Index:
    """A search over offences by the beginnings of words, built once and read by every keystroke."""

    def __init__(self, offences: Iterable[Offence]) -> None:
        self._offences = sorted(offences, key=lambda offence: (-offence.charges, str(offence.statute)))
        holders: dict[str, set[int]] = {}
        for place, offence in enumerate(self._offences):
            for word in self._words_of(offence):
                holders.setdefault(word, set()).add(place)
        self._words = sorted(holders)
        self._holders = [holders[word] for word in self._words]

    def search(self, text: str, limit: int = 20) -> list[Offence]:
        """The offences in which every word of the text stands or begins a word.

        Best match first (a whole word beats a beginning), then the most charged. Nothing typed finds nothing.
        """
        scores: dict[int, int] | None = None
        for word in dict.fromkeys(_words(text[:_LONGEST_SEARCH])):
            found = self._places(word)
            scores = found if scores is None else {p: scores[p] + found[p] for p in scores.keys() & found.keys()}
        best = sorted((-score, place) for place, score in (scores or {}).items())
        return [self._offences[place] for _, place in best[:limit]]

    def _places(self, word: str) -> dict[int, int]:
        """Where the word stands (2) or begins another (1)."""
        places: dict[int, int] = {}
        at = first = bisect_left(self._words, word)
        while at < len(self._words) and self._words[at].startswith(word):
            places.update(dict.fromkeys(self._holders[at], 1))
            at += 1
        if first < at and self._words[first] == word:
            places.update(dict.fromkeys(self._holders[first], 2))
        return places

    @staticmethod
    def _words_of(offence: Offence) -> set[str]:
        cited = offence.statute
        words = {*_words(offence.heading), *_words(offence.short_title), *_words(offence.words)}
        words.update(part for word in tuple(words) for part in word.split("-") if part)
        return (
            words
            | {cited.title, cited.section.lower(), *_words(cited.section + cited.subsection)}
            | ({cited.subsection.lower()} - {""})
        )


_INDEX = Index(CATALOGUE.values())


def search(text: str, limit: int = 20) -> list[Offence]:
    """Search as you type over the catalogue: words, section numbers and desk words (`theft`, `3925`, `pwid`)."""
    return _INDEX.search(text, limit)


UNLISTED = Statute("18", "106", "E")
"""Stands for an arrest whose section is not known. 18 Pa.C.S. 106(e) classes the offences that other laws define."""

_STANDS_FOR: Mapping[str, Statute] = MappingProxyType(
    {
        # Of several sections, one that says less about victim, place or age, as the code does not say it.
        "11B": Statute("18", "3123", "A1"),
        "11C": Statute("18", "3125", "A1"),
        "11D": Statute("18", "3126", "A1"),
        "370": Statute("18", "5903", "A3"),
        "90G": Statute("47", "4-491", "1"),
        "90J": Statute("18", "3503", "B1i"),
        "720": Statute("18", "5533", "A"),
        # Pennsylvania has no section of its own: the nearest wider one.
        "23A": Statute("18", "3921", "A"),
        "23B": Statute("18", "3921", "A"),
        "23D": Statute("18", "3921", "A"),
        "23E": Statute("18", "3921", "A"),
        "23G": Statute("18", "3921", "A"),
        "26E": Statute("18", "3922", "A1"),
        # No crime, or any crime.
        "09C": UNLISTED,
        "90I": UNLISTED,
        "90Z": UNLISTED,
        "999": UNLISTED,
    }
)


def _standing_for(code: str) -> Offence:
    if code in _STANDS_FOR:
        return CATALOGUE[_STANDS_FOR[code]]
    return max(
        (offence for offence in CATALOGUE.values() if offence.nibrs == code), key=lambda offence: offence.charges
    )


_BY_NIBRS: Mapping[str, Offence] = MappingProxyType({code: _standing_for(code) for code in NIBRS_CODES})


def for_nibrs(code: str) -> Offence:
    """The Pennsylvania offence that stands for a NIBRS offence code, so that arrests of other systems can be loaded.

    It is the most charged one with that code, except where `_STANDS_FOR` says another and why; `UNLISTED` stands for
    the codes that are no particular crime. It is a stand-in, never evidence of what the person did.
    """
    offence = _BY_NIBRS.get(code.strip().upper())
    if offence is None:
        raise BadInput("That is no NIBRS offense code; they have three signs, such as 13B or 90D.", field="nibrs")
    return offence
