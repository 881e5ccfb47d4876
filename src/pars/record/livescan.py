"""Reading what is needed of a fingerprint file (ANSI/NIST-ITL, traditional encoding), and no more of it.

Such files carry place of birth (2.020), citizenship (2.021) and, in answers, what federal departments say (N6, V19). So
the list below is of what is kept: numbers, the match, the quality, the time. Of every other field not even the value is
turned into text, and whatever a kept field holds must have the shape of what it is for. Records of images are not read.

Each state writes its own numbers into fields of its own (V11): which, an owner sets; the federal fields cannot be set.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from pars.errors import BadInput, TooLarge
from pars.record.identifiers import DcNumber, Identifier, Otn, Pid, Sid

LARGEST: Final = 12_000_000
"""Bytes of a file with its images; larger ones are palm prints, which go elsewhere."""
MOST_FIELDS: Final = 2_000
_FILE, _FIELD = b"\x1c", b"\x1d"
_TAG: Final = re.compile(rb"([0-9]{1,2})\.([0-9]{1,9}):")
_NO_FILE: Final = "this is no fingerprint file (ANSI/NIST-ITL, traditional encoding); nothing of it was kept"
_BROKEN: Final = "this fingerprint file breaks off or its lengths do not fit; scan again; nothing of it was kept"

Place: TypeAlias = tuple[int, int]
"""Record type and field number: (2, 15) is 2.015."""


class Match(StrEnum):
    """What the search of the prints came to (2.059)."""

    IDENTIFIED = "identified"
    NOT_IDENTIFIED = "not-identified"


@dataclass(frozen=True, slots=True)
class Places:
    """The fields of type 2 in which this state's scanners write; 0 where they write none."""

    otn: int = 0
    pid: int = 0
    quality: int = 0


@dataclass(frozen=True, slots=True)
class Prints:
    """What is kept of a file. `left_out` names what was there and had not the shape that it must have."""

    transaction: str | None = None
    case_number: DcNumber | None = None
    otn: Otn | None = None
    sid: Sid | None = None
    pid: Pid | None = None
    match: Match | None = None
    quality: int | None = None
    taken_at: datetime | None = None
    left_out: tuple[str, ...] = ()


def is_states_own(field: int) -> bool:
    """Whether a field of type 2 is one that states define: never a federal one, which may hold who somebody is."""
    return 200 <= field <= 999  # noqa: PLR2004 - the range that the federal specification leaves to users


def _transaction(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Za-z0-9-]{1,40}", text) else None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _match(text: str) -> Match | None:
    return {"I": Match.IDENTIFIED, "N": Match.NOT_IDENTIFIED}.get(text.upper())


def _quality(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= 100 else None  # noqa: PLR2004 - a share


def _number(kind: type[Identifier]) -> Callable[[str], Identifier | None]:
    def read_one(text: str) -> Identifier | None:
        try:
            return kind.parse(text)
        except BadInput:
            return None

    return read_one


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "transaction": _transaction,
    "taken_at": _instant,
    "case_number": _number(DcNumber),
    "sid": _number(Sid),
    "match": _match,
    "otn": _number(Otn),
    "pid": _number(Pid),
    "quality": _quality,
}
KEPT: Final[Mapping[Place, str]] = {
    (1, 9): "transaction",
    (1, 14): "taken_at",
    (2, 9): "case_number",
    (2, 15): "sid",
    (2, 59): "match",
}
"""The whole list, besides the state's own three; what does not stand here is never read."""


def read(file: bytes, places: Places) -> Prints:
    """What is kept of a file; refused with one sentence, which repeats nothing of it, when it is none."""
    if len(file) > LARGEST:
        raise TooLarge("a fingerprint file has at most 12 MB")
    own = (("otn", places.otn), ("pid", places.pid), ("quality", places.quality))
    kept = {**KEPT, **{(2, number): name for name, number in own if is_states_own(number)}}
    found: dict[str, object] = {}
    left_out: set[str] = set()
    start, kind = 0, 1
    while file[start : start + 4].startswith((b"1.", b"2.")):
        end = _end(file, start, kind)
        _take(file[start:end], kind, kept, found, left_out)
        start, kind = end + 1, 2
    if not start:
        raise BadInput(_NO_FILE, field="file")
    return Prints(**found, left_out=tuple(sorted(left_out - found.keys())))  # type: ignore[arg-type] # by its readers


def check(file: bytes) -> None:
    """Refuse what is no such file, before there is anything that it could be attached to."""
    read(file, Places())


def _end(file: bytes, start: int, kind: int) -> int:
    """Where a record ends, by the length that its first field says; there its separator has to stand."""
    said = re.compile(rb"0?([12])\.0{0,8}1:([0-9]{1,8})\x1d").match(file, start)
    if said is None or int(said[1]) != kind:
        raise BadInput(_NO_FILE if not start else _BROKEN, field="file")
    end = start + int(said[2]) - 1
    if file[end : end + 1] != _FILE:
        raise BadInput(_BROKEN, field="file")
    return end


def _take(record: bytes, kind: int, kept: Mapping[Place, str], found: dict[str, object], left_out: set[str]) -> None:
    """Read the kept fields of one record. The first of a name counts; a second one changes nothing."""
    fields = record.split(_FIELD)
    if len(fields) > MOST_FIELDS:
        raise BadInput(_BROKEN, field="file")
    for field in filter(None, fields):
        tag = _TAG.match(field)
        if tag is None or int(tag[1]) != kind:
            raise BadInput(_BROKEN, field="file")
        name = kept.get((kind, int(tag[2])))
        if name is None or name in found:
            continue
        value = field[tag.end() :]
        said = _READERS[name](value.decode("ascii").strip()) if value.isascii() else None
        if said is None:
            left_out.add(name)
        else:
            found[name] = said
