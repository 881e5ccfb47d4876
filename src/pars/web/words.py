"""The words of the pages in English and Spanish. The English sentence is the key: a template reads as it shows."""

import csv
import re
from importlib.resources import files
from typing import Final

from pars.web.sentences import Sentences

LANGUAGES = ("en", "es")


def _spanish() -> dict[str, str]:
    text = (files("pars.web") / "spanish.csv").read_text(encoding="utf-8")
    return {row["en"]: row["es"] for row in csv.DictReader(text.splitlines())}


SPANISH: Final = _spanish()
"""Each English sentence of the pages with its Spanish; a test finds a sentence of a template that is not here."""
REFUSALS: Final = Sentences.of("refusals.csv", SPANISH)
"""The sentences by which something is refused; a test tells which have no Spanish."""
CLAUSES: Final = Sentences.of("clauses.csv", SPANISH)
"""What the clauses of an agreement say, as far as it is no name."""
AS_WRITTEN: Final = frozenset(
    {"agreement.id", "agreement.partner", "agreement.units", "agreement.text", "purpose.fields", "purpose.transform"}
)
"""Clauses whose value is a name, or words of the file of terms themselves."""
_RULE: Final = re.compile(r"\bRules?\b")
NO_NAME: Final = "name unknown"
"""What a row says of somebody whose name nobody knows yet."""


class Spoken:
    """How to say the words of a page in a language; what has no translation stays in English, and a test fails."""

    def __init__(self, language: str) -> None:
        self._known = SPANISH if language == "es" else {}
        self._spanish = language == "es"

    def __call__(self, sentence: str) -> str:
        """A sentence or a word of a page."""
        return self._known.get(sentence, sentence)

    def of(self, kind: str, word: str) -> str:
        """A word that is another one in Spanish where it is of this kind: `given` of a name, and of a medicine."""
        return self._known.get(f"{kind}: {word}", self(word))

    def name(self, name: str) -> str:
        """The name of somebody, which is no word of ours; or the words for one that nobody knows."""
        return self(name) if name == NO_NAME else name

    def law(self, source: str) -> str:
        """Where the law says it: the numbers are the same in every language, the word before them is not."""
        return _RULE.sub(lambda word: self(word[0]), self(source))

    def refusal(self, sentence: str) -> str:
        """The sentence of a refusal, with what stands in it."""
        return REFUSALS.in_spanish(sentence) if self._spanish else sentence

    def clause(self, key: str, value: str) -> str:
        """What a clause of an agreement says."""
        if not self._spanish or key in AS_WRITTEN:
            return value
        return self.of("purpose", value.replace("-", " ")) if key == "purpose.code" else CLAUSES.in_spanish(value)


def spoken(language: str) -> Spoken:
    """How to say what a page says in that language."""
    return Spoken(language)
