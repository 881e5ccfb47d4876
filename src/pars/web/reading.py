"""Reading an HTML form into the same shapes that programs send as JSON."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime

from starlette.datastructures import FormData

from pars.actions.uploads import LARGEST_LETTER
from pars.clock import CITY_ZONE
from pars.errors import BadInput
from pars.record.arrest import Ask, AskKind
from pars.record.identifiers import is_number

Fields = Mapping[str, str]


def day(fields: Fields, name: str) -> date | None:
    """A date as people type it: 07/27/1990, 07271990 or 1990-07-27."""
    text = fields.get(name, "")
    if not text:
        return None
    for shape in ("%m/%d/%Y", "%m%d%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise BadInput("a date is typed as month, day and year, such as 07/27/1990", field=name)


def instant(fields: Fields, date_name: str, time_name: str) -> datetime | None:
    """A city day and a 24-hour time as an instant; refused for a time that the spring change leaves out."""
    on, text = day(fields, date_name), fields.get(time_name, "").replace(":", "")
    if on is None and not text:
        return None
    if on is None or len(text) != 4 or not is_number(text) or int(text[:2]) > 23 or int(text[2:]) > 59:  # noqa: PLR2004
        raise BadInput("a time is typed with its date, in 24 hours, such as 23:40", field=time_name)
    wall = datetime(on.year, on.month, on.day, int(text[:2]), int(text[2:]), tzinfo=CITY_ZONE)
    there = datetime.fromtimestamp(wall.timestamp(), CITY_ZONE)
    if (there.hour, there.minute) != (wall.hour, wall.minute):
        raise BadInput("that time does not exist: the clocks go forward in that night", field=time_name)
    return wall


def whole(fields: Fields, name: str, what: str) -> int | None:
    """A whole number, or nothing; `what` is what it counts, in the words of the page."""
    text = fields.get(name, "").replace(",", "").lstrip("$")
    if not text:
        return None
    if not is_number(text):
        raise BadInput(f"{what} is a whole number, in digits", field=name)
    if len(text) > 9:  # noqa: PLR2004 - what the column takes
        raise BadInput(f"{what} is a whole number from 0 to 999,999,999", field=name)
    return int(text)


def yes_no(fields: Fields, name: str) -> bool | None:
    """Yes, no, or not answered."""
    return {"yes": True, "no": False}.get(fields.get(name, ""))


def rows(fields: Fields, names: tuple[str, ...], most: int = 60) -> list[dict[str, str]]:
    """Repeated lines of a form, `name-1`, `name-2` …; empty lines are left out."""
    found = [{name: fields.get(f"{name}-{n}", "") for name in names} for n in range(1, most + 1)]
    return [row for row in found if row[names[0]]]


def letter_in(form: FormData) -> bytes | None:
    """The file that was chosen, one byte more than a letter may have at most: the action refuses it."""
    file = form.get("letter")
    if file is None or isinstance(file, str):
        return None
    return file.file.read(LARGEST_LETTER + 1) or None


def contract_in(form: FormData) -> bytes | None:
    """The contract that was chosen, one byte more than one may have at most; None when none was."""
    file = form.get("contract")
    return None if file is None or isinstance(file, str) else file.file.read(LARGEST_LETTER + 1) or None


def contract_in_base64(text: str | None) -> bytes | None:
    """The contract that a program sends within its JSON."""
    try:
        return b64decode(text, validate=True) if text else None
    except (binascii.Error, ValueError):
        raise BadInput("a contract is sent in base64, as its file is", field="contract") from None


def letter_in_base64(text: str | None) -> bytes | None:
    """The letter that a program sends within its JSON."""
    try:
        return b64decode(text, validate=True) if text else None
    except (binascii.Error, ValueError):
        raise BadInput("a letter is a PDF in base64", field="letter") from None


def plain_answers(asks: tuple[Ask, ...], fields: Fields) -> dict[str, object]:
    """What was said to the plain asks of a step; forms within it are read by their own page."""
    return {ask.name: fields[ask.name] for ask in asks if ask.kind is not AskKind.FORM and fields.get(ask.name)}
