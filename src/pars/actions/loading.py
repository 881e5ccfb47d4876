"""Loading arrests from a file: each row becomes an arrest by the acts that people use, or is written out with a reason.

Row numbers are those of a spreadsheet or an editor: row 1 is the header. Each row is an acknowledged act of its own, so
that a file that breaks off in the middle leaves what was loaded, and the errors file says what was not. The same file
may be given again: a row that became an arrest does not become a second one.
"""

import contextlib
import csv
import itertools
import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from typing import NoReturn, TextIO
from uuid import UUID

from pars.actions import founding, places, signin
from pars.actions.acting import By, act, refuse
from pars.actions.booking import LOADED_BEFORE, MAY_BOOK, ChargeGiven, FileRow, NewArrest, record_arrest
from pars.actions.founding import NewAccount
from pars.actions.life import take
from pars.actions.person_given import LONGEST_TEXT, PersonGiven
from pars.clock import CITY_ZONE, city_day, now
from pars.errors import BadInput, Conflicts, NotAllowed, ParsError, Unavailable
from pars.record import nibrs
from pars.record.arrest import may_take
from pars.record.roles import Owner, Role
from pars.record.steps import step_named
from pars.store import accounts
from pars.store import loaded as kept
from pars.store.database import Store

COLUMNS = (
    "arrested_at",
    "place",
    "agency_ori",
    "dc_number",
    "officers",
    "surname",
    "given",
    "birth_date",
    "sex",
    "race",
    "ethnicity",
    "pid",
    "statute",
    "counts",
)
"""The header of a `csv` file, in its order. Officers are badges, separated by semicolons."""

HEADERS: Mapping[str, Sequence[str]] = {"csv": COLUMNS, "nibrs-csv": nibrs.COLUMNS}
"""The first row of a file of each format."""
LOADER = "loader"
FIRST_ORI = "PAPEP0000"
SUMMONS = "issue-summons"
SUMMONED = "the file says: summoned or cited, not taken into custody (NIBRS type of arrest S)"
LONGEST_LINE = 65_536
MOST_LINES = 20
"""Over how many lines a row may run by quoted line breaks; a quotation mark left open spoils its own line only."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: rows loaded and refused; among the loaded, children and summonses.

    `replaced`: the errors file took the place of one that stood there before.
    """

    loaded: int
    refused: int
    errors_file: Path
    children: int
    summonses: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands in the file, and why it cannot be read, if it cannot."""

    number: int
    cells: Sequence[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Format:
    """A file by its SHA-256, and its kind: its header, and the arrest that a row of it says."""

    file: bytes
    columns: tuple[str, ...]
    arrest: Callable[[Mapping[str, str], int], NewArrest]


@dataclass(slots=True)
class _Count:
    loaded: int = 0
    refused: int = 0
    children: int = 0
    summonses: int = 0


def load(store: Store, by: By, file: Path, fmt: str, errors_file: Path, progress: Callable[[int], None]) -> Loaded:
    """Load a file in the format `csv` or `nibrs-csv`; `progress` is told the number of rows done.

    Refused as a whole, changing nothing: a file that cannot be read or has another header, an errors file that cannot
    be written, and whoever may not book (for `nibrs-csv`: who is no police supervisor, as summonses are theirs).
    When the database stops answering, the rows that are left go to the errors file too, and `Unavailable` says so.
    """
    _may_load(store, by, fmt)
    with _opened(file) as source:
        seed = file_digest(source, "sha256").hexdigest()
        source.seek(0)
        form = _format(store, by, fmt, seed)
        _check_header(source, form.columns)
        with _errors(errors_file, file, form.columns) as (errors, replaced):
            before = _loaded_before(store, seed)
            count = _Count()
            rows = _rows(_lines(source), len(form.columns))
            for done, row in enumerate(rows, 1):
                try:
                    if row.number in before:
                        raise Conflicts(LOADED_BEFORE)
                    _load_row(store, by, form, row, count)
                except Unavailable:
                    _give_up(errors, row, rows, count)
                except ParsError as refusal:
                    _write_error(errors, row, refusal.sentence)
                    count.refused += 1
                progress(done)
    with act(store, by, "file.loaded") as doing:
        doing.note(format=fmt, sha256=seed, loaded=count.loaded, refused=count.refused)
    return Loaded(count.loaded, count.refused, errors_file, count.children, count.summonses, replaced)


def check(file: Path, fmt: str) -> None:
    """Refuse a file that cannot be read, or whose first row is not its format's, before anything is opened for it."""
    with _opened(file) as source:
        _check_header(source, HEADERS[fmt])


def whole(file: Path, largest: int) -> bytes:
    """A file that is read at once; one that is larger is read no further than the refusal needs."""
    with _opened(file) as source:
        return source.read(largest + 1)


def loader(store: Store, name: str) -> By:
    """The account that loads. “loader” is made the first time, as a police supervisor who has no password."""
    if (by := signin.known(store, name)) is not None:
        return by
    if name != LOADER:
        raise BadInput("there is no account with that sign-in name", field="by")
    police = [ori for ori, owner in places.owned_agencies(store) if owner == Owner.POLICE.value]
    ori = police[0] if police else FIRST_ORI
    if not police:
        founding.agency(store, ori, "Police Department", Owner.POLICE)
    new = NewAccount(LOADER, "Loader of files", Role.POLICE_SUPERVISOR, ori, None)
    founding.account(store, new)
    return loader(store, name)


def _may_load(store: Store, by: By, fmt: str) -> None:
    """Refuse before the first row whom every row would refuse."""
    try:
        _check_duty(by, fmt)
    except NotAllowed as refusal:
        refuse(store, by, "file.loaded", refusal)
        raise


def _check_duty(by: By, fmt: str) -> None:
    if not by.confirmed:
        raise NotAllowed("your account waits for a supervisor of another owner to confirm it", code="not-confirmed")
    if by.role not in MAY_BOOK:
        raise NotAllowed("loading arrests is for the police desks", code="not-your-step")
    if fmt == "nibrs-csv":
        may_take(step_named(SUMMONS), by.role)


def _format(store: Store, by: By, fmt: str, seed: str) -> _Format:
    if fmt == "csv":
        return _Format(bytes.fromhex(seed), COLUMNS, lambda row, _: _given(row))
    if fmt == "nibrs-csv":
        oris, own = _agencies(store, by)
        return _Format(
            bytes.fromhex(seed), nibrs.COLUMNS, lambda row, number: _from_nibrs(row, number, oris, own, seed)
        )
    raise BadInput("the format is csv or nibrs-csv", field="format")


def _loaded_before(store: Store, seed: str) -> AbstractSet[int]:
    with store.transaction("pars_act") as connection:
        return kept.rows(connection, bytes.fromhex(seed))


def _load_row(store: Store, by: By, form: _Format, row: Row, count: _Count) -> None:
    if row.fault is not None:
        raise BadInput(row.fault)
    arrest = form.arrest(dict(zip(form.columns, row.cells, strict=True)), row.number)
    recorded = record_arrest(store, by, arrest, of=FileRow(form.file, row.number))
    summons = arrest.kind == "summons"
    if summons and not recorded.child:
        _summon(store, by, recorded.id, arrest.arrested_at)
    count.loaded += 1
    count.children += recorded.child
    count.summonses += summons


def _summon(store: Store, by: By, arrest_id: UUID, at: datetime) -> None:
    try:
        take(store, by, arrest_id, SUMMONS, {"reason": SUMMONED}, at=at)
    except Unavailable:
        raise
    except ParsError as refusal:
        raise Conflicts(f"the arrest was written down, its summons was not: {refusal.sentence}") from refusal


def _agencies(store: Store, by: By) -> tuple[Mapping[str, str], str]:
    """ORIs by ORI and by name in capitals, and the ORI of the one who loads."""
    with store.transaction("pars_act") as connection:
        rows = accounts.agencies(connection)
    oris = {name.upper(): ori for _, ori, name, _ in rows} | {ori: ori for _, ori, _, _ in rows}
    return oris, next(ori for agency_id, ori, _, _ in rows if agency_id == by.agency_id)


def _from_nibrs(row: Mapping[str, str], number: int, oris: Mapping[str, str], own: str, seed: str) -> NewArrest:
    """The arrest of a NIBRS row. An agency that is unknown here is taken as the loader's own, and marked."""
    one = nibrs.read(row, number, before=city_day(now()), seed=seed)
    known = oris.get(one.agency.upper())
    return NewArrest(
        arrested_at=datetime.combine(one.arrested_on, one.arrested_time, CITY_ZONE).astimezone(UTC),
        place=nibrs.PLACE,
        agency_ori=known or own,
        person=PersonGiven(
            surname=one.surname,
            given=one.given,
            birth_date=one.birth_date,
            sex=one.sex,
            race=one.race,
            ethnicity=one.ethnicity,
            lives_in_city=one.lives_in_city,
        ),
        dc_number=one.dc_number,
        officers=(one.badge,),
        charges=(ChargeGiven(one.statute, nibrs=one.nibrs),),
        kind=one.kind,
        weapon=one.weapon,
        synthetic=one.synthetic if known else (*one.synthetic, "agency_id"),
    )


def _given(row: Mapping[str, str]) -> NewArrest:
    """The arrest of a row of our own format; what stands in it is checked where every arrest is."""
    said = {name: text.strip() for name, text in row.items()}
    if said["counts"] and not said["statute"]:
        raise BadInput("counts are given without a statute", field="statute")
    charge = ChargeGiven(said["statute"], _counts(said["counts"])) if said["statute"] else None
    return NewArrest(
        arrested_at=_instant(said["arrested_at"]),
        place=said["place"],
        agency_ori=said["agency_ori"],
        person=PersonGiven(
            surname=said["surname"] or None,
            given=said["given"] or None,
            birth_date=_day(said["birth_date"]) if said["birth_date"] else None,
            sex=said["sex"].upper() or "U",
            race=said["race"].upper() or "U",
            ethnicity=said["ethnicity"].upper() or "U",
            pid=said["pid"] or None,
        ),
        dc_number=said["dc_number"] or None,
        officers=[badge.strip() for badge in said["officers"].split(";") if badge.strip()],
        charges=(charge,) if charge else (),
    )


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            "arrested_at is a day and time with its zone, such as 2026-09-14T18:05:00-04:00", field="arrested_at"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("birth_date is a date, such as 1990-02-03", field="birth_date") from None


def _counts(text: str) -> int:
    if not text:
        return 1
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise BadInput("the number of counts is between 1 and 999", field="counts")
    return int(text)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[BufferedReader]:
    try:
        if not file.is_file():  # a pipe or a device would never end
            raise BadInput(f"there is no file {file.name} to read; check its name and folder", field="file")
        source = file.open("rb")
    except OSError as cause:
        raise BadInput(f"{file.name} cannot be read: {cause.strerror}", field="file") from cause
    with source:
        yield source


def _check_header(source: BufferedReader, columns: Sequence[str]) -> None:
    line = source.readline(LONGEST_LINE).removeprefix(b"\xef\xbb\xbf")
    header = _row(1, [line], len(columns))
    if header.fault is not None or [cell.strip().lower() for cell in header.cells] != list(columns):
        raise BadInput(f"the file's first row must be: {','.join(columns)}", field="file")


@contextlib.contextmanager
def _errors(errors_file: Path, file: Path, columns: Sequence[str]) -> Iterator[tuple[TextIO, bool]]:
    """The errors file, readable by its owner alone and written through row by row; and whether it replaces another."""
    try:
        replaces = errors_file.exists()
        if replaces and errors_file.samefile(file):
            raise BadInput("the errors file cannot be the file that is loaded; name another", field="errors_file")
        descriptor = os.open(errors_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as cause:
        raise BadInput(f"the errors file cannot be written: {cause.strerror}", field="errors_file") from cause
    with os.fdopen(descriptor, "w", buffering=1, encoding="utf-8", newline="") as errors:
        csv.writer(errors).writerow(["row", "reason", *columns])
        yield errors, replaces


def _write_error(errors: TextIO, row: Row, reason: str) -> None:
    csv.writer(errors).writerow([row.number, reason, *(cell.replace("\0", "\\0") for cell in row.cells)])


def _give_up(errors: TextIO, row: Row, rest: Iterator[Row], count: _Count) -> NoReturn:
    """Write out the row that may or may not stand and all that were not tried, and say so."""
    _write_error(errors, row, "the database stopped answering; look whether this arrest stands before loading it again")
    for left in rest:
        _write_error(errors, left, "not tried: the database had stopped answering")
    raise Unavailable(
        f"the database stopped answering after {count.loaded} arrests were loaded;"
        " every row that was not stands in the errors file"
    )


def _lines(source: BufferedReader) -> Iterator[bytes]:
    """Lines, of which one that is longer than any row could be comes cut off, so that no file fills the memory."""
    while line := source.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (rest := source.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line


def _rows(lines: Iterator[bytes], width: int) -> Iterator[Row]:
    """The rows below the header. A broken one is a row with its fault, and the next line begins the next row."""
    ahead: deque[bytes] = deque()
    number = 1
    while ahead or (ahead := deque(itertools.islice(lines, 1))):
        number += 1
        first = ahead[0]
        taken, row = 1, _row(number, [first], width)
        if row.fault is not None and first.count(b'"') % 2:
            taken, row = _over_lines(row, ahead, lines, width)
        for _ in range(taken):
            ahead.popleft()
        if first.strip():
            yield row
        number += taken - 1


def _over_lines(alone: Row, ahead: deque[bytes], lines: Iterator[bytes], width: int) -> tuple[int, Row]:
    """A row whose quoted cells hold line breaks, and its number of lines; otherwise its first line, alone at fault."""
    ahead.extend(itertools.islice(lines, max(0, MOST_LINES - len(ahead))))
    quotes = 0
    for taken, line in enumerate(itertools.islice(ahead, MOST_LINES), 1):
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            row = _row(alone.number, list(itertools.islice(ahead, taken)), width)
            return (taken, row) if row.fault is None else (1, alone)
    return 1, alone


def _row(number: int, lines: Sequence[bytes], width: int) -> Row:
    """The row that these lines make; bytes that are no text are shown by their numbers in its cells."""
    text = b"".join(lines).decode("utf-8", "backslashreplace").rstrip("\r\n")
    if any(len(line) > LONGEST_LINE for line in lines):
        return Row(number, [text[:LONGEST_TEXT] + "…"], "the row is too long")
    try:
        cells = next(csv.reader([text], strict=True), [])
    except csv.Error:
        return Row(number, [text], "the row's quotation marks or line breaks cannot be read")
    if not all(map(_is_text, lines)):
        return Row(number, cells, "the row holds bytes that are no UTF-8 text")
    if len(cells) != width:
        return Row(number, cells, f"the row has {len(cells)} columns instead of {width}")
    if any("\0" in cell for cell in cells):
        return Row(number, cells, "the row holds a NUL character")
    return Row(number, cells)


def _is_text(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
