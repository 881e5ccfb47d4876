"""From a sheet to the bytes of its PDF, by a template of `forms/`."""

import io
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
import segno
import typst
from babel.dates import format_date

from pars.clock import in_city
from pars.errors import BadInput, Unavailable
from pars.record.bail import FIVE_CONDITIONS
from pars.web.papers.sheet import Form, Language, Printed, Sheet
from pars.web.papers.words import BAIL_WORDS, CONDITION_WORDS, HOLD_WORDS

_FOLDER: Final = Path(__file__).parents[1] / "forms"


_FONTS: Final = typst.Fonts(include_system_fonts=False)
"""Only the fonts in the wheel, so that every machine prints the same bytes; many threads may compile with them."""


_PATTERNS: Mapping[Language, tuple[str, str, str]] = {
    Language.ENGLISH: ("EEEE, MMMM d, y", "MMMM d, y", "en_US"),
    Language.SPANISH: ("EEEE, d 'de' MMMM 'de' y", "d 'de' MMMM 'de' y", "es_US"),
}


def typeset(form: Form, paper: Sheet, printed: Printed) -> bytes:
    """A sheet by its form, as PDF/UA-1.

    Refuses a blank where the paper needs words, and a language that the form does not come in, naming the place. A
    character that the fonts cannot draw is printed as its code point, `[U+738B]`: no spelling keeps a person from it.
    """
    _refuse_gaps(paper)
    _refuse_gaps(printed)
    language = printed.language
    title = form.titles.get(language)
    if title is None:
        raise BadInput("this paper is printed in English only; choose English", field="language")
    data = {
        "paper": _shown(_plain(paper), language),
        "printed": _shown(_plain(printed), language),
        "title": title,
        "number": _drawable_text(paper.number),
        "qr": square_code(printed.entry_code),
        "bail_words": BAIL_WORDS[language],
        "condition_words": CONDITION_WORDS[language],
        "hold_words": HOLD_WORDS[language],
        "five_conditions": FIVE_CONDITIONS[language],
    }
    try:
        return _compile(form.template, {"data": msgspec.json.encode(data).decode()})
    except typst.TypstError:
        # The compiler's message may quote the person's name, and a cause would carry it into the operator's log (T26).
        raise Unavailable("this paper cannot be printed now; use the downtime sheet and tell the operator") from None


def _compile(template: str, inputs: dict[str, str]) -> bytes:
    pdf: bytes = typst.compile(
        str(_FOLDER / f"{template}.typ"),
        root=str(_FOLDER),
        font_paths=_FONTS,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return pdf


def _refuse_gaps(given: Sheet | Printed) -> None:
    """The types are asked again: building a Struct does not ask them."""
    try:
        msgspec.convert(_plain(given), type(given), builtin_types=(date, datetime))
    except msgspec.ValidationError as error:
        found = re.search(r"at `\$\.?([^`]*)`", str(error))
        place = found.group(1) if found else ""
        words = place.replace("_", " ").replace("[...]", "").replace(".", ", ")
        raise BadInput(f"the paper is not printed: “{words}” is missing or cannot be right", field=place) from None


def _plain(given: Sheet | Printed) -> object:
    plain: object = msgspec.to_builtins(given, builtin_types=(date, datetime))
    return plain


def _shown(value: object, language: Language) -> object:
    """A value as templates show it: instants and dates in words, text that the fonts can draw, the rest as it is."""
    match value:
        case dict():
            return {key: _shown(item, language) for key, item in value.items()}
        case list() | tuple():
            return [_shown(item, language) for item in value]
        case datetime():
            return _instant(value, language)
        case date():
            return _day(value, language)
        case str():
            return _drawable_text(value)
        case _:
            return value


def _day(day: date, language: Language) -> str:
    _, short, locale = _PATTERNS[language]
    return format_date(day, short, locale=locale)


def _instant(instant: datetime, language: Language) -> dict[str, str]:
    """The city's wall time with its zone, so that the hour that autumn has twice is one of the two."""
    local = in_city(instant)
    long, short, locale = _PATTERNS[language]
    half = "a.m." if local.hour < 12 else "p.m."  # noqa: PLR2004 - noon
    time = f"{local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"
    day = format_date(local.date(), long, locale=locale)
    return {"day": day, "time": time, "short": f"{format_date(local.date(), short, locale=locale)}, {time}"}


def square_code(code: str) -> str:
    """A code as a square that a telephone reads, as SVG."""
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def _drawable_text(text: str) -> str:
    """The text composed (NFC), every space a space, marks of direction and control left out, the undrawable spelled."""
    return "".join(_shape(char) for char in unicodedata.normalize("NFC", text))


_PLAIN_FOR: Mapping[str, str] = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Cc": "", "Cf": ""}


_NEVER_DRAWN: Final = frozenset({"Cs", "Co", "Cn"})


@lru_cache(maxsize=4096)
def _shape(char: str) -> str:
    if char == "\n" or " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category in _PLAIN_FOR:
        return " " if char == "\t" else _PLAIN_FOR[category]
    if category not in _NEVER_DRAWN and _drawable(char):
        return char
    return f"[U+{ord(char):04X}]"


def _drawable(char: str) -> bool:
    """Whether the wheel's fonts have a glyph; the compiler is asked, about a millisecond for each new character."""
    try:
        _compile("glyph", {"char": char})
    except typst.TypstError:
        return False
    return True
