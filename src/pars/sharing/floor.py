"""The floor: red lines that no agreement overrides, each with the law or policy behind it. A file, versioned."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files

from pars.sharing.vocabulary import FLOOR_CRITERIA, FLOOR_FIELDS, FLOOR_PURPOSES, FLOOR_STATUS, FLOOR_STEPS


class About(StrEnum):
    """Where in terms a red line bites."""

    PURPOSE = "purpose"
    SEARCH = "search"
    FIELD = "field"
    ROW = "row"
    STEP = "step"


KNOWN: Mapping[About, tuple[str, ...]] = {
    About.PURPOSE: FLOOR_PURPOSES,
    About.SEARCH: FLOOR_CRITERIA,
    About.FIELD: FLOOR_FIELDS,
    About.ROW: FLOOR_STATUS,
    About.STEP: FLOOR_STEPS,
}
"""The words on the floor; the file gives each its reason, and a test holds the two against each other."""


@dataclass(frozen=True, slots=True)
class Line:
    """One red line."""

    word: str
    about: About
    because: str


@dataclass(frozen=True, slots=True)
class Floor:
    """All red lines of one version, and the file that says them with its hash."""

    version: int
    lines: tuple[Line, ...]
    sha256: str
    text: str = field(repr=False)

    def because(self, about: About, word: str) -> str | None:
        """Why a word is on the floor; None when it is not."""
        return next((line.because for line in self.lines if line.about is about and line.word == word), None)

    def words(self, about: About) -> tuple[str, ...]:
        """The words that are on the floor in one place of terms."""
        return tuple(line.word for line in self.lines if line.about is about)


def read_floor(text: str) -> Floor:
    """A floor from its file; a line without a reason, or a second one for a word, is a fault of the file."""
    said = tomllib.loads(text)
    lines = tuple(Line(one["word"], About(one["about"]), one["because"]) for one in said["line"])
    if len({(line.about, line.word) for line in lines}) != len(lines):
        raise ValueError("a word stands on the floor twice")
    return Floor(int(said["version"]), lines, hashlib.sha256(text.encode()).hexdigest(), text)


FLOOR_TEXT = (files("pars.sharing") / "floor.toml").read_text(encoding="utf-8")
"""Its file, for those who verify the ledger."""
FLOOR = read_floor(FLOOR_TEXT)
"""The floor that this program was built with."""
