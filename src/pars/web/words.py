"""The words of the pages in English and Spanish. The English sentence is the key: a template reads as it shows."""

import csv
from collections.abc import Callable
from importlib.resources import files

LANGUAGES = ("en", "es")


def _spanish() -> dict[str, str]:
    text = (files("pars.web") / "spanish.csv").read_text(encoding="utf-8")
    return {row["en"]: row["es"] for row in csv.DictReader(text.splitlines())}


SPANISH = _spanish()
"""Each English sentence of the pages with its Spanish; a test finds a sentence of a template that is not here."""


def spoken(language: str) -> Callable[[str], str]:
    """How to say a sentence in that language; what has no translation stays in English, and a test fails."""
    if language == "es":
        return lambda sentence: SPANISH.get(sentence, sentence)
    return lambda sentence: sentence
