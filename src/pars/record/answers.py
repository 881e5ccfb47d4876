"""Reading what was said when a step was taken, against the step's own table of asks."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from pars.errors import BadInput
from pars.record.arrest import Ask, AskKind, Step

Answer: TypeAlias = str | int | bool | None

_LONGEST = {AskKind.TEXT: 200, AskKind.NARRATIVE: 20_000, AskKind.CHOICE: 60, AskKind.BADGE: 12}
_YES = {"yes": True, "true": True, "no": False, "false": False}


def read(step: Step, given: Mapping[str, object]) -> dict[str, Answer]:
    """The plain answers of a step, cleaned; forms within it are read by the act that knows them.

    Refused: an answer that the step does not ask for, one that is missing, one that cannot be right.
    """
    asks = {ask.name: ask for ask in step.asks}
    for name in given:
        if name not in asks:
            raise BadInput(f"{step.label} does not ask for “{name[:40]}”", field=name[:40])
    return {name: _one(step, ask, given.get(name)) for name, ask in asks.items() if ask.kind is not AskKind.FORM}


def _one(step: Step, ask: Ask, value: object) -> Answer:
    if value is None or (isinstance(value, str) and not value.strip()):
        if ask.required:
            raise BadInput(f"{step.label} needs: {ask.label}", field=ask.name)
        return None
    reader = _READERS.get(ask.kind, _text)
    return reader(ask, value)


def _text(ask: Ask, value: object) -> Answer:
    if not isinstance(value, str):
        raise BadInput(f"{ask.label} is text", field=ask.name)
    text = value.strip()
    if "\x00" in text:
        raise BadInput(f"{ask.label} holds a character that cannot be written", field=ask.name)
    if len(text) > _LONGEST.get(ask.kind, 200):
        raise BadInput(f"{ask.label} takes at most {_LONGEST.get(ask.kind, 200):,} characters", field=ask.name)
    return text


def _choice(ask: Ask, value: object) -> Answer:
    if value not in ask.choices:
        raise BadInput(f"{ask.label} is one of: {', '.join(ask.choices)}", field=ask.name)
    return str(value)


def _yes_no(ask: Ask, value: object) -> Answer:
    answer = value if isinstance(value, bool) else _YES.get(str(value).lower())
    if answer is None:
        raise BadInput(f"{ask.label}: answer yes or no", field=ask.name)
    return answer


def _money(ask: Ask, value: object) -> Answer:
    text = str(value).replace(",", "").replace("$", "").strip()
    if not re.fullmatch(r"[0-9]{1,8}", text):
        raise BadInput(f"{ask.label} is a whole number of dollars, such as 10,000", field=ask.name)
    return int(text)


def _date(ask: Ask, value: object) -> Answer:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise BadInput(f"{ask.label} is a date, such as 2026-09-14", field=ask.name) from None


def _badge(ask: Ask, value: object) -> Answer:
    text = str(value).strip().upper()
    if not re.fullmatch(r"[0-9]{1,6}[A-Z]?", text):
        raise BadInput(
            f"{ask.label} is up to six digits, with a letter if it has one, such as 4417 or 812A", field=ask.name
        )
    return text


_READERS = {
    AskKind.CHOICE: _choice,
    AskKind.YES_NO: _yes_no,
    AskKind.MONEY: _money,
    AskKind.NUMBER: _money,
    AskKind.DATE: _date,
    AskKind.BADGE: _badge,
}
