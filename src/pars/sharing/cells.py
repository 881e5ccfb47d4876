"""The cells of an agreement's tables: a text, words, a number, a day; each read, or its fault told with its line.

A word on the floor is a fault of its own kind, with its red line, and is read all the same.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pars.sharing.floor import About, Floor
from pars.sharing.places import Places, step

MOST_FAULTS: Final = 100
"""As many faults are told, and as many red lines besides; whoever mends these is told the next ones."""
MOST_SHOWN: Final = 60
"""So much of what somebody wrote is repeated in a sentence."""
LONGEST_LINE: Final = 200
"""Characters of a text."""
_LARGE: Final = 100_000
"""A number above it is not written out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with terms: the line, a sentence, and the law behind it when a word is on the floor."""

    line: int
    sentence: str
    red_line: str | None = None

    @property
    def shown(self) -> str:
        """The fault as a person reads it."""
        because = f" (red line: {self.red_line})" if self.red_line else ""
        return f"line {self.line}: {self.sentence}{because}"


class Cells:
    """The text for its line numbers, and the faults found so far. Each reader says `at` which table a key stands."""

    def __init__(self, text: str, floor: Floor) -> None:
        self._text, self._floor = text, floor
        self._told: Counter[bool] = Counter()
        self.faults: list[Fault] = []

    @cached_property
    def _places(self) -> Places:
        """Asked for by the first fault: terms without one need no line numbers."""
        return Places(self._text)

    def fault(self, at: str, sentence: str, *, word: str | None = None, red_line: str | None = None) -> None:
        """Tell a fault of this key, or of a word in it; as often as may be told, and once alone."""
        if self._told[red_line is None] == MOST_FAULTS:
            return
        printable = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in sentence)
        fault = Fault(self._places.line(at, word), printable, red_line)
        if fault not in self.faults:
            self._told[red_line is None] += 1
            self.faults.append(fault)

    def unknown(self, at: str, what: str, said: object, known: Sequence[str]) -> None:
        """Tell that nobody knows a word, and which are known."""
        word = said if isinstance(said, str) else None
        self.fault(at, f"{shown(said)} is no {what} here; it is one of: {', '.join(known)}", word=word)

    def floored(self, at: str, key: str, word: str | None, known: Sequence[str], about: About, what: str) -> str | None:
        """A word that is known; a fault with its red line when it is on the floor, another when nobody knows it."""
        if word is None:
            return None
        because = self._floor.because(about, word)
        if because is not None:
            self.fault(f"{at}.{key}", f"“{word}” is on the floor: no agreement gives it", word=word, red_line=because)
            return word
        if word not in known:
            self.unknown(f"{at}.{key}", what, word, known)
            return None
        return word

    def known(self, table: Mapping[str, object], known: Sequence[str], at: str) -> None:
        """Tell each key of a table that is none of these."""
        for key in table:
            if key not in known:
                self.fault(step(at, key), f"{shown(key)} is no word of an agreement; here stand: {', '.join(known)}")

    def table(self, said: Mapping[str, object], name: str, *, required: bool = True) -> Mapping[str, object] | None:
        """A table of the file; None, told unless it may be missing."""
        table = said.get(name)
        if table is None and not required:
            return None
        if not isinstance(table, dict):
            self.fault(name, f"[{name}] is missing" if table is None else f"[{name}] is a table")
            return None
        return table

    def text_of(
        self, table: Mapping[str, object], at: str, key: str, *, shape: re.Pattern[str] | None = None
    ) -> str | None:
        """A line of text; None, and told, when it is none or not of this shape."""
        value = table.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_LINE or not value.isprintable():
            self.fault(f"{at}.{key}", f"{key} is missing" if value is None else f"{key} is a line of text")
            return None
        if shape is not None and not shape.fullmatch(value):
            self.fault(f"{at}.{key}", f"{key} is small letters and digits with hyphens, such as example-sheriff-2026")
            return None
        return value

    def words(
        self, table: Mapping[str, object], at: str, key: str, *, shape: re.Pattern[str] | None = None
    ) -> tuple[str, ...]:
        """Words, each once; those that are not of this shape are told, and read all the same."""
        value = table.get(key)
        if not isinstance(value, list) or not value:
            empty = "may not be empty: it is" if value == [] else "is"
            self.fault(f"{at}.{key}", f"{key} is missing" if value is None else f"{key} {empty} a list of words")
            return ()
        words = [word for word in value if isinstance(word, str) and word]
        if len(words) != len(value):
            self.fault(f"{at}.{key}", f"{key} is a list of words")
        for word in twice(words):
            self.fault(f"{at}.{key}", f"{shown(word)} stands in {key} twice", word=word)
        for word in words:
            if shape is not None and not shape.fullmatch(word):
                self.fault(f"{at}.{key}", f"{shown(word)} is not how {key} is written", word=word)
        return tuple(dict.fromkeys(words))

    def one_of(self, table: Mapping[str, object], at: str, key: str, known: Sequence[str]) -> str | None:
        """One of the known words; None, and told, otherwise."""
        value = table.get(key)
        if value is None:
            self.fault(f"{at}.{key}", f"{key} is missing; it is one of: {', '.join(known)}")
            return None
        if not isinstance(value, str) or value not in known:
            self.unknown(f"{at}.{key}", key.replace("_", " "), value, known)
            return None
        return value

    def flag(self, table: Mapping[str, object], at: str, key: str) -> bool:
        """True or false; false when nothing is said."""
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{at}.{key}", f"{key} is true or false")
            return False
        return value

    def whole(self, table: Mapping[str, object], at: str, key: str, usual: int, least: int, most: int) -> int:
        """A whole number within these; the usual one when nothing is said, or, told, something else."""
        value = table.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"{at}.{key}", f"{key} is a whole number from {least} to {most}")
            return usual
        return value

    def optional(self, table: Mapping[str, object], at: str, key: str, most: int) -> int | None:
        """A whole number from 1, or nothing when the key does not stand there."""
        return self.whole(table, at, key, 1, 1, most) if key in table else None

    def number(
        self, table: Mapping[str, object], key: str, usual: float, least: float, most: float, *, above: bool = False
    ) -> float:
        """A number of the watch within these, likewise; above the least where it says so."""
        value = table.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.fault(f"watch.{key}", f"{key} is a number from {least} to {most}")
            return usual
        if above and value == least:
            self.fault(f"watch.{key}", f"{key} is above {least}")
            return usual
        return float(value)


def shown(value: object) -> str:
    """A value as a sentence repeats it: a text in part, a short number, and of anything larger only what it is."""
    match value:
        case str():
            return f"“{value}”" if len(value) <= MOST_SHOWN else f"“{value[:MOST_SHOWN]}…”"
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return "a table" if isinstance(value, dict) else "a list"
        case int() if abs(value) > _LARGE:  # Python refuses to write out a number of thousands of digits
            return "a number so large"
        case _:
            return str(value)


def twice(words: Sequence[str]) -> list[str]:
    """Those that stand there more than once."""
    return sorted(word for word, times in Counter(words).items() if times > 1)
