"""An answer's record in the words and dates of the other pages; a program gets it as it is."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from pars.record.bail import CONDITIONS, TYPE_WORDS, BailType
from pars.record.person import WORDS, Sex
from pars.web.looks import height, weight
from pars.web.pages import shown_date, shown_time
from pars.web.words import Spoken

Parts: TypeAlias = Mapping[str, object]
"""A field that has several parts, by their names."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
OUTCOMES: Final = {"probable-cause": "probable cause found", "no-probable-cause": "no probable cause"}


def in_words(field: str, value: object, t: Spoken) -> Sequence[str]:
    """What one field of an answer says, a line each; none where nothing is written down."""
    if isinstance(value, list):
        return [line for one in value for line in in_words(field, one, t)]
    if isinstance(value, dict):
        said = _PARTS[field](value, t) if field in _PARTS else ", ".join(str(one) for one in value.values() if one)
        return [said] if said else []
    return [] if value is None else [_in_a_word(field, str(value), t)]


def _in_a_word(field: str, text: str, t: Spoken) -> str:
    """A code as a word, a day and an instant as pages write them; a year or a decade alone stays what it is."""
    match field:
        case "sex":
            return t(WORDS[Sex].get(text, text))
        case "arraignment.outcome":
            return t(OUTCOMES.get(text, text))
        case "custody.released_at":
            return shown_time(datetime.fromisoformat(text))
        case _:
            return shown_date(date.fromisoformat(text)) if _DAY.fullmatch(text) else text


def _name(said: Parts, _: Spoken) -> str:
    surname, given = str(said.get("surname") or ""), str(said.get("given") or "")
    more = [str(said[part]) for part in ("middle", "suffix") if said.get(part)]
    return " ".join([f"{surname}, {given}".rstrip(", "), *more])


def _description(said: Parts, t: Spoken) -> str:
    """In the units that booking asks for."""
    tall, heavy = (int(str(said.get(part) or 0)) for part in ("height_cm", "weight_lb"))
    return ", ".join(one for one in (height(tall, t), weight(heavy, t)) if one)


def _agency(said: Parts, _: Spoken) -> str:
    return f"{said.get('name')} (ORI {said.get('ori')})"


def _charge(said: Parts, t: Spoken) -> str:
    return f"{said.get('statute')} {said.get('grade') or t('grade open')} × {said.get('counts')}"


def _bail(said: Parts, t: Spoken) -> str:
    kind, amount, percent, asked = (said.get(part) for part in ("type", "amount_usd", "percent", "conditions"))
    if kind is None:
        return ""
    money = f", ${int(str(amount)):,}" if amount else ""
    share = f" ({percent} %)" if amount and percent else ""
    conditions = [t(CONDITIONS[one]) for one in asked] if isinstance(asked, list) else []
    return "; ".join([f"{t(TYPE_WORDS[BailType(str(kind))])}{money}{share}", *conditions])


def _hearing(said: Parts, _: Spoken) -> str:
    at = said.get("at")
    return ", ".join(one for one in (str(said.get("court") or ""), shown_time(_instant(at)) if at else "") if one)


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


_PARTS: Final[Mapping[str, Callable[[Parts, Spoken], str]]] = {
    "name": _name,
    "description": _description,
    "arrest.agency": _agency,
    "charges": _charge,
    "bail": _bail,
    "next_hearing": _hearing,
}
"""The fields of several parts; what an answer gives of each is in the view `sharing.permitted`."""
