"""On whose behalf a partner asks: names of agencies as people write them, and those for which nothing is asked here.

Nothing is asked for civil immigration enforcement, whichever partner passes the question on. A list of names is no
proof: whoever means to deceive writes another name, or none. It keeps honest partners from asking by mistake, and
leaves no agency a way in under its own name. Look-ups in another's name are noted by the watch (`side-door`).
"""

import re
import unicodedata
from typing import Final

ACRONYMS: Final = frozenset({"ice", "ero", "hsi", "opla", "cbp", "usbp", "uscis", "ins", "dhs"})
"""Agencies of immigration enforcement by the letters that they go by, each a word of its own.

The Department of Homeland Security and its components that enforce immigration law: Customs and Border Protection with
the Border Patrol (6 U.S.C. 211), Immigration and Customs Enforcement (6 U.S.C. 252), Citizenship and Immigration
Services (6 U.S.C. 271); of the second, Enforcement and Removal Operations, Homeland Security Investigations and the
Office of the Principal Legal Advisor; and the Immigration and Naturalization Service, as it was called until 2003
(6 U.S.C. 291). A city's own Department of Human Services has the letters of the first: it is called by its whole name.
"""
PHRASES: Final = (
    "immigration",
    "deportation",
    "homelandsecurity",
    "borderpatrol",
    "borderprotection",
    "customsenforcement",
    "enforcementandremoval",
    "removaloperations",
    "principallegaladvisor",
)
"""What their names say in full, wherever it stands, with whatever between the words."""
STEMS: Final = ("deport",)
"""Beginnings of words."""
LONGEST: Final = 200
_LAST_LATIN: Final = "\u017f"
_MARKS: Final = frozenset({"Mn", "Mc", "Me", "Lm"})
"""What stands on or beside a letter: accents, strokes, the apostrophe that is a letter."""
_ALIKE: Final = str.maketrans("ıøłđħ", "ioldh")
"""Letters with a stroke or without a dot, which are no letter and a mark."""


def plain(name: str) -> str:
    """The words of a name in small plain letters, one blank between them; letters that stand apart are one word.

    `I.C.E.`, `I-C-E`, `Ｉ Ｃ Ｅ` and `ice` are one.
    """
    apart = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold().translate(_ALIKE)
    letters = "".join(each for each in apart if unicodedata.category(each) not in _MARKS)
    words = " ".join(re.findall(r"[^\W_]+", letters))
    return re.sub(r"\b\w(?: \w\b)+", lambda run: run[0].replace(" ", ""), words)


def written_plainly(name: str) -> bool:
    """Whether a name is written in Latin letters alone: those of other scripts can look the same and be others."""
    apart = unicodedata.normalize("NFKD", name)
    kinds = [(each, unicodedata.category(each)) for each in apart]
    odd = any(kind == "So" or (each.isalpha() and each > _LAST_LATIN and kind not in _MARKS) for each, kind in kinds)
    return not odd and name.isprintable() and len(name) <= LONGEST and plain(name) != ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are one but for how they are written."""
    return plain(one).replace(" ", "") == plain(other).replace(" ", "")


def of_immigration_enforcement(name: str) -> bool:
    """Whether a name is known as one of civil immigration enforcement."""
    words = plain(name).split()
    whole = "".join(words)
    return (
        any(word.removeprefix("us") in ACRONYMS or word in ACRONYMS for word in (*words, whole))
        or any(phrase in whole for phrase in PHRASES)
        or any(word.startswith(STEMS) for word in words)
    )
