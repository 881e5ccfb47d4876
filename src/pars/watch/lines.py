"""One line of a log for replay, read word for word: a booking or a disclosure, or a refusal in one sentence."""

import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NoReturn

import msgspec

from pars.errors import BadInput

MOST_BYTES: Final = 1 << 20
"""The longest line that is read; a longer one is no entry of any ledger."""
YEARS: Final = (1900, 2999)
"""Instants so far from ours are slips, and have no neighbours in every time zone."""

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]00:00)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHERE: Final = re.compile(r"at `\$\.([a-z_.]+)`$")
_UNKNOWN: Final = re.compile(r"(?:unknown field `|Invalid value ')([a-z][a-z0-9_-]{0,39})[`']")
_MISSING: Final = re.compile(r"missing required field `([a-z_]+)`")
_CODES: Final = {"race": "WBIAPU", "ethnicity": "HNU", "sex": "MFUX"}
_LEAP_SECOND: Final = "60"


class Attributes(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """What the owners know of a person at booking; NIBRS codes, each may be missing."""

    surname: str | None = None
    birth_date: str | None = None
    birthplace_foreign: bool | None = None
    race: str | None = None
    ethnicity: str | None = None
    sex: str | None = None
    neighbourhood: str | None = None
    charge_class: str | None = None
    incident: str | None = None


class Criteria(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """By what was asked: the words of an agreement's vocabulary, those on the floor among them."""

    name: str | None = None
    birth_date: str | None = None
    pid: str | None = None
    sid: str | None = None
    otn: str | None = None
    docket_number: str | None = None
    birthplace: str | bool | None = None
    race: str | None = None
    ethnicity: str | None = None
    language: str | None = None
    ssn: str | None = None
    address: str | None = None


class Booking(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False, tag="booking"):
    """Somebody was booked."""

    at: str
    person: str
    attributes: Attributes = Attributes()


class Disclosure(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False, tag="disclosure"):
    """An agency looked somebody up. `person` None: nothing was found; not booked in the log: an older record."""

    at: str
    agency: str
    user: str
    purpose: str
    case_verified: bool
    person: str | None
    criteria: Criteria = Criteria()
    case_reference: str | None = None
    on_behalf_of: str | None = None


_decoder: Final = msgspec.json.Decoder(Booking | Disclosure)
_RACES, _ETHNICITIES, _SEXES = (frozenset({None, *_CODES[name]}) for name in ("race", "ethnicity", "sex"))
_MINUTES: Final = {f"{hour:02}:{minute:02}:": hour * 3600 + minute * 60 for hour in range(24) for minute in range(60)}
_OTHER_FILES: Final = {
    b"\xef\xbb\xbf": "the file begins with a byte order mark; write it as UTF-8 without one",
    b"\xff\xfe": "the file is UTF-16; write it as UTF-8",
    b"\xfe\xff": "the file is UTF-16; write it as UTF-8",
    b"\x1f\x8b": "the file is compressed; unpack it first",
}
"""How files begin that are no lines of UTF-8."""
_WHOLE: Final = {f"{second:02}Z": float(second) for second in range(60)}
"""How most instants go on after their day, and how most end."""


def entries(lines: Iterable[bytes]) -> Iterator[tuple[float, Booking | Disclosure]]:
    """Each entry with its instant in seconds since 1970, in time order; the first line that cannot be right is refused.

    Lines of the same day are read by its midnight, which was read word for word once.
    """
    last, day, midnight = -math.inf, "", 0.0
    decode, minutes, wholes = _decoder.decode, _MINUTES.get, _WHOLE.get
    number = 0
    for number, line in enumerate(lines, 1):
        try:
            try:
                entry: Booking | Disclosure = decode(line) if len(line) <= MOST_BYTES else _too_long()
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
                raise _unread(line, cause) from cause
            if isinstance(entry, Booking):
                _check(entry.attributes)
            said = entry.at
            minute, seconds = minutes(said[11:17]), wholes(said[17:])
            if seconds is None:
                seconds = _seconds(said[17:])
            if seconds is None or minute is None or said[:11] != day:
                at = instant(said).timestamp()
                day, midnight = said[:11], at // 86_400 * 86_400
            else:
                at = midnight + minute + seconds
        except BadInput as refusal:
            raise BadInput(f"line {number}: {refusal.sentence}", code="log") from refusal
        if at < last:
            said = "it is earlier than the line before it; the log must be in time order"
            raise BadInput(f"line {number}: {said}", code="log")
        last = at
        yield at, entry


def _seconds(text: str) -> float | None:
    """Seconds with a fraction as they are usually written; None when they must be read word for word."""
    if text[2:3] == "." and text[-1:] == "Z" and text.isascii() and text[:2].isdigit() and text[3:-1].isdigit():
        seconds = float(text[:9].rstrip("Z"))
        return seconds if seconds < 60 else None  # noqa: PLR2004 - a leap second
    return None


def _too_long() -> NoReturn:
    raise BadInput(f"it is longer than {MOST_BYTES} bytes")


def _unread(line: bytes, cause: Exception) -> BadInput:
    """Why a line is neither a booking nor a disclosure."""
    if isinstance(cause, msgspec.ValidationError):
        return BadInput(_plain(str(cause)))
    for begins, why in _OTHER_FILES.items():
        if line.startswith(begins):
            return BadInput(f"it is no JSON object: {why}")
    return BadInput("it is no JSON object" if line.strip() else "it is empty; every line is one JSON object")


def _plain(fault: str) -> str:
    """What the decoder found. Of what stands in the line only a key or a type that is a small word, and so no name."""
    where, unknown = _WHERE.search(fault), _UNKNOWN.search(fault)
    place, word = where[1] if where else "", f": {unknown[1]}" if unknown else ""
    if place == "type" or "`type`" in fault:
        return f"its type is neither booking nor disclosure{word}"
    if "unknown field" in fault:
        return f"{place or 'it'} has a key that is none of its own{word}"
    missing = _MISSING.search(fault)
    if missing:
        return f"it has no {missing[1]}"
    return f"{place} is of another kind than it has to be" if place else "it is no JSON object"


def _check(said: Attributes) -> None:
    """Codes that are none, and days that there are not, are refused; neighbourhood and class are data."""
    if said.race not in _RACES or said.ethnicity not in _ETHNICITIES or said.sex not in _SEXES:
        name = next(name for name, codes in _CODES.items() if getattr(said, name) not in {None, *codes})
        raise BadInput(f"{name} is none of the NIBRS codes {', '.join(_CODES[name])}")
    if said.birth_date is not None and day(said.birth_date) is None:
        raise BadInput("birth_date is no day written as 1990-02-03")


def instant(text: str) -> datetime:
    """An instant of RFC 3339 in UTC; a leap second is the last moment of the second before it."""
    if not _INSTANT.fullmatch(text):
        raise BadInput("at is no instant in UTC written as 2026-09-01T14:03:00Z")
    leap = text[17:19] == _LEAP_SECOND
    seconds = "59" if leap else text[17:19]
    fraction = text[20:].rstrip("Zz").split("+")[0].split("-")[0][:6] if text[19] == "." else ""
    fraction = "999999" if leap else fraction
    if not YEARS[0] <= int(text[:4]) <= YEARS[1]:
        raise BadInput(f"at lies outside the years {YEARS[0]} to {YEARS[1]}")
    try:
        return datetime(
            int(text[:4]),
            int(text[5:7]),
            int(text[8:10]),
            int(text[11:13]),
            int(text[14:16]),
            int(seconds),
            int(fraction.ljust(6, "0")),
            tzinfo=UTC,
        )
    except ValueError as cause:
        raise BadInput("at is no instant that there is") from cause


@lru_cache(maxsize=65_536)
def day(text: str) -> date | None:
    """A day written as 1990-02-03; None when it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:10]))
    except ValueError:
        return None
