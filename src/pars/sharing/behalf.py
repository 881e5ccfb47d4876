"""On whose behalf a partner asks: names of agencies as people write them, and those for which nothing is asked here.

Nothing is asked for civil immigration enforcement, whichever partner passes the question on. A list of names is no
proof: whoever means to deceive writes another name, or none. It keeps honest partners from asking by mistake, and
leaves no agency a way in under its own name. Look-ups in another's name are noted by the watch (`side-door`).
"""

import re
import unicodedata
from collections.abc import Iterator
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
_LETTERS: Final = re.compile(f"(?:us|{'|'.join(sorted(ACRONYMS))})*(?:{'|'.join(sorted(ACRONYMS))})")
"""One of the acronyms, or several without anything between them."""
_BETWEEN: Final = re.compile(r"[^\w.\-'’·]+")
"""What parts words; dots, hyphens and apostrophes may stand within one that is spelled out."""
_MARKS: Final = frozenset({"Mn", "Mc", "Me", "Lm"})
"""What stands on or beside a letter: accents, strokes, the apostrophe that is a letter."""
_ALIKE: Final = str.maketrans("ıøłđħ", "ioldh")
"""Letters with a stroke or without a dot, which are no letter and a mark."""


def _words(name: str) -> list[tuple[str, bool]]:
    """The words of a name in small plain letters, each with whether it was spelled out: `I.C.E.`, `I-C-E`, `i`."""
    apart = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold().translate(_ALIKE)
    letters = "".join(each for each in apart if unicodedata.category(each) not in _MARKS)
    found: list[tuple[str, bool]] = []
    for chunk in _BETWEEN.split(letters):
        parts = re.findall(r"[^\W_]+", chunk)
        if parts and all(len(part) == 1 for part in parts):
            found.append(("".join(parts), True))
        else:
            found += [(part, False) for part in parts]
    return found


def _joined(name: str) -> str:
    return "".join(word for word, _ in _words(name))


def written_plainly(name: str) -> bool:
    """Whether a name is written in Latin letters alone: those of other scripts can look the same and be others."""
    apart = unicodedata.normalize("NFKD", name)
    kinds = [(each, unicodedata.category(each)) for each in apart]
    odd = any(kind == "So" or (each.isalpha() and each > _LAST_LATIN and kind not in _MARKS) for each, kind in kinds)
    return not odd and name.isprintable() and len(name) <= LONGEST and _joined(name) != ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are one but for how they are written."""
    return _joined(one) == _joined(other)


def of_immigration_enforcement(name: str) -> bool:
    """Whether a name is known as one of civil immigration enforcement."""
    words, whole = [word for word, _ in _words(name)], _joined(name)
    return (
        any(_LETTERS.fullmatch(one) for one in (*words, *_spelled(name), whole))
        or any(phrase in whole for phrase in PHRASES)
        or any(word.startswith(STEMS) for word in words)
    )


def _spelled(name: str) -> Iterator[str]:
    """What spelled-out words that stand side by side may be together: `I C E`, `I.C. E.`."""
    run: list[str] = []
    for word, spelled in (*_words(name), ("", False)):
        if spelled:
            run.append(word)
            continue
        yield from ("".join(run[first:last]) for first in range(len(run)) for last in range(first + 1, len(run) + 1))
        run = []
