"""Numbers of blank sheets, on which a site works on paper while PARS is away (N20): each is used once.

They are drawn by chance, so that two machines without a database draw no number twice, and end in a sign that catches
one mistyped or two exchanged letters. Letters and digits that people mistake for one another do not occur.
"""

import re
from collections.abc import Callable
from typing import ClassVar, Final

from pars.errors import BadInput
from pars.record.identifiers import Identifier

LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1."""
_DRAWN: Final = 9
MOST_SHEETS: Final = 500
"""A print of more than this is a mistake; a large site takes in forty a shift."""


def _check(drawn: str) -> str:
    """The last sign: a sum with odd weights, so that any one wrong sign changes it."""
    return LETTERS[sum((2 * place + 1) * LETTERS.index(sign) for place, sign in enumerate(drawn)) % len(LETTERS)]


class SheetNumber(Identifier):
    """The number of a blank sheet: two groups of five, such as `K7QM3-PXAVD`; blanks and hyphens are optional."""

    __slots__ = ()
    field: ClassVar[str] = "sheet"
    shape: ClassVar[re.Pattern[str]] = re.compile(rf"[{LETTERS}]{{5}}-[{LETTERS}]{{5}}")
    refusal: ClassVar[str] = "this is no number of a downtime sheet; read it from the sheet's head again"

    @classmethod
    def _clean(cls, text: str) -> str:
        plain = re.sub(r"[ -]", "", text.upper())
        if re.fullmatch(rf"[{LETTERS}]{{{_DRAWN + 1}}}", plain) is None or _check(plain[:_DRAWN]) != plain[_DRAWN]:
            return ""
        return f"{plain[:5]}-{plain[5:]}"


def drawn(count: int, draw: Callable[[str], str]) -> tuple[SheetNumber, ...]:
    """So many new numbers; `draw` chooses one of the letters. Refused for no sheet and for a pile."""
    if not 1 <= count <= MOST_SHEETS:
        raise BadInput(f"print between 1 and {MOST_SHEETS} sheets at a time", field="sheets")
    found: set[SheetNumber] = set()
    while len(found) < count:
        signs = "".join(draw(LETTERS) for _ in range(_DRAWN))
        found.add(SheetNumber(signs + _check(signs)))
    return tuple(sorted(found))
