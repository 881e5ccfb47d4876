"""Sentences that are made of parts, in Spanish: refusals, and the values of clauses.

A refusal is raised as a finished English sentence, and programs are told it so. For a page it is recognized here
again: `{1} needs its amount in dollars` in `refusals.csv` is every sentence of that form, and what stood at `{1}` is
put in its Spanish, translated itself where it is a word of ours. What is not recognized stays in English. Rejected: to
hand on the form and its values with each refusal, as then each of 600 sentences would be written in two parts for one
reader.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Self

_PLACE: Final = re.compile(r"\{([0-9])\}")
_JOINS: Final = {"; or ": "; o ", "; ": "; ", ", ": ", ", " or ": " o ", " and ": " y "}
"""What stands between several values, in both languages; the one that holds others together comes first."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A sentence with places: how it is recognized, and its Spanish."""

    shape: re.Pattern[str]
    spanish: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one kind with their Spanish, some with places for values, and the words that stand in those."""

    known: Mapping[str, str]
    words: Mapping[str, str]
    forms: tuple[_Form, ...]

    @classmethod
    def of(cls, file: str, words: Mapping[str, str]) -> Self:
        """Those of a file beside this one; `words` are the pages' own."""
        text = (files("pars.web") / file).read_text(encoding="utf-8")
        known = {row["en"]: row["es"] for row in csv.DictReader(text.splitlines())}
        placed = sorted(filter(_PLACE.search, known), key=lambda one: -len(_PLACE.sub("", one)))
        return cls(known, words, tuple(_Form(_shape(english), known[english]) for english in placed))

    def in_spanish(self, sentence: str) -> str:
        """A sentence in Spanish; the same one where it is not known."""
        return self._whole(sentence) or self._joined(sentence) or sentence

    def _whole(self, sentence: str) -> str | None:
        if (known := self.known.get(sentence) or self.words.get(sentence)) is not None:
            return known
        for form in self.forms:  # those that say more of their own come first
            if (found := form.shape.fullmatch(sentence)) is not None:
                said = {name[1:]: self._value(text) for name, text in found.groupdict().items()}
                return _PLACE.sub(lambda place, said=said: said[place[1]], form.spanish)  # type: ignore[misc]
        return None

    def _value(self, text: str) -> str:
        """What stands in a sentence: a word of ours, several joined, another sentence, or just what it is."""
        return self._word(text) or self._joined(text) or self._whole(text) or text

    def _word(self, text: str) -> str | None:
        """A word as the pages or the tables write it; in a sentence a label may begin with a small letter."""
        if text.startswith("“") and text.endswith("”") and "”" not in text[:-1]:
            return f"«{self._word(text[1:-1]) or text[1:-1]}»"
        for one in (text, text.replace("-", " "), text.replace("_", " ")):
            if (known := self.known.get(one) or self.words.get(one)) is not None:
                return known
            if (label := self.words.get(one[:1].upper() + one[1:])) is not None:
                return label[:1].lower() + label[1:]
        return None

    def _joined(self, text: str) -> str | None:
        """Several values behind one another, each the longest run that is known: a value may hold a comma itself.

        None when nothing in it is known, so that a sentence without Spanish is not told in two languages.
        """
        for join, spanish in _JOINS.items():
            parts = text.split(join)
            if len(parts) == 1:
                continue
            said: list[str] = []
            any_known = False
            while parts:
                size, known = self._longest(parts, join)
                said.append(known or parts[0])
                any_known = any_known or known is not None
                parts = parts[size:]
            return spanish.join(said) if any_known else None
        return None

    def _longest(self, parts: list[str], join: str) -> tuple[int, str | None]:
        """How many parts make the longest run at the beginning that is known, and its Spanish; else one part."""
        for size in range(len(parts), 0, -1):
            run = join.join(parts[:size])
            known = self._word(run) or (self._whole(run) if join != ", " else None)
            if known is not None:
                return size, known
        return 1, self._joined(parts[0])


def _shape(english: str) -> re.Pattern[str]:
    """What recognizes a sentence; its places hold anything."""
    parts = _PLACE.split(english)  # text, number, text, number, …, text
    return re.compile(
        "".join(f"(?P<v{part}>.+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)), re.DOTALL
    )
