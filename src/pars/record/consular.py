"""Consular notice without asking (Vienna Convention on Consular Relations, article 36(1)(b); N7, V18).

Everybody who is arrested is told in the same words, so that being told says nothing of anybody. Nobody is asked where
they come from, and nobody may read it from a name, a language, a birthplace or papers.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pars.record.roles import Role

WORDS: Final[Mapping[str, str]] = {
    "en": (
        "If you are not a citizen of the United States you may ask us to tell your country's consulate that you are"
        " here. You need not answer. Nobody will be told that you were asked."
    ),
    "es": (
        "Si usted no es ciudadano de los Estados Unidos, puede pedirnos que avisemos al consulado de su país que está"
        " aquí. No tiene que responder. A nadie se le dirá que se le preguntó."
    ),
}
"""What everybody is told; an interpreter says it in other languages."""

LANGUAGES: Final = (
    "English",
    "Spanish",
    "American Sign Language",
    "Arabic",
    "Cantonese",
    "French",
    "Haitian Creole",
    "Khmer",
    "Korean",
    "Mandarin",
    "Portuguese",
    "Russian",
    "Vietnamese",
    "another, by interpreter",
)
"""Languages that a desk chooses from: what the person understands, a word of service and nothing more."""

READERS: Final = frozenset({Role.CUSTODY_SUPERVISOR, Role.DEFENDER})
"""The custody supervisor on shift and the person's counsel read a request. No partner, no search, no statistic."""

PAPERS: Final = ("request", "notice")
"""What prints of a request: the person's own copy of it, and the notice that the consulate is sent."""

KEPT: Final = timedelta(days=30)
"""A request is erased so long after custody ends; the signed fact that the duty was met stays (setting)."""
