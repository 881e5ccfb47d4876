"""Figures of a month by sex, race, ethnicity and age, and of what the court did (N28), from counts alone.

A count below ten is not shown, nor one that would follow from the others and their total. Of what is so or is not, the
count is shown when ten or more stand on either side.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pars.record.figures import LEAST, TOTAL, Figure, held_back
from pars.record.person import WORDS, Ethnicity, Race, Sex

KINDS: Final[Mapping[str, str]] = {"sex": "Sex", "race": "Race", "ethnicity": "Ethnicity", "age": "Age"}
"""How people are grouped, by the word of the record."""
FIGURES: Final[Mapping[str, str]] = {
    "arrests": "Arrests",
    "arraigned": "Came before a magistrate",
    "held": "Held on money or without bail",
    "declined": "Declined in full",
}
COURT: Final[Mapping[str, str]] = {
    "counsel": "Counsel heard in private",
    "interpreter": "Interpreter on the list",
    "recommendation": "Bail as pretrial services recommended, by type",
    "request": "Bail as the Commonwealth asked, by type",
    "small-24": "Held over 24 hours on a deposit under $5,000",
    "small-72": "Held over 72 hours on a deposit under $5,000",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "sex": WORDS[Sex],
    "race": WORDS[Race],
    "ethnicity": WORDS[Ethnicity],
    "age": {},
}
_UNKNOWN: Final = frozenset({"U", "unknown"})


class Counted(NamedTuple):
    """How many people of a month: grouped how, in which group, what is counted."""

    kind: str
    word: str
    figure: str
    people: int


class Group(NamedTuple):
    """The figures of one way to group people: the groups in words, and a line for each figure."""

    name: str
    groups: Sequence[str]
    figures: Sequence[Figure]


def groups(counted: Sequence[Counted]) -> Sequence[Group]:
    """Every way to group people, with its figures as they may be shown."""
    return [_grouped(kind, [one for one in counted if one.kind == kind]) for kind in KINDS]


def _grouped(kind: str, rows: Sequence[Counted]) -> Group:
    found: dict[str, dict[str, int]] = {figure: {} for figure in FIGURES}
    for one in sorted(rows):
        found[one.figure][_in_words(kind, one.word)] = one.people
    unknown = sum(one.people for one in rows if one.figure == "arrests" and one.word in _UNKNOWN)
    some = f"fewer than {LEAST}" if unknown < LEAST else str(unknown)
    quality = f"{some} have no {kind} written down"
    of = _shown(found["arrests"])
    lines = [Figure(words, "people", _shown(found[name]), of, quality) for name, words in FIGURES.items()]
    return Group(KINDS[kind], list(found["arrests"]), lines)


def _in_words(kind: str, word: str) -> str:
    return "Unknown" if word in _UNKNOWN else _WORDS[kind].get(word, word)


def _shown(counts: Mapping[str, int]) -> Mapping[str, int | None]:
    return held_back({**counts, TOTAL: sum(counts.values())})


def court(counted: Sequence[Counted]) -> Sequence[Figure]:
    """What the court did, of how many; held back unless ten or more stand on either side."""
    found = {(one.figure, one.word): one.people for one in counted if one.kind == "court"}
    lines = []
    for name, words in COURT.items():
        yes, no = found.get((name, "yes"), 0), found.get((name, "no"), 0)
        shown = yes >= LEAST and no >= LEAST
        of = yes + no if shown else None
        quality = "those alone of whom it is written down"
        lines.append(Figure(words, "people", {TOTAL: yes if shown else None}, {TOTAL: of}, quality))
    return lines
