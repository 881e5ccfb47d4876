"""`pars watch`: a log of look-ups judged by an agreement's terms; no database is needed.

0: no alarm that acts; 1: at least one; 2: the log or the terms cannot be read.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import IO, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from pars.errors import BadInput
from pars.sharing.agreement import Terms
from pars.sharing.reading import terms_of
from pars.watch.agency import Told
from pars.watch.lines import MOST_BYTES
from pars.watch.replay import Replay

app = typer.Typer(no_args_is_help=True, help="The watch over look-ups: replay.")
told = Console(stderr=True, highlight=False, soft_wrap=True)
TELLS_EVERY = 2.0
"""Seconds between two lines of a count."""


@app.callback()
def root() -> None:
    """The watch over look-ups."""


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="a log of bookings and look-ups, JSON Lines in time order; - for input")],
    agreement: Annotated[Path, typer.Option(help="the terms by which each agency in the log is judged, TOML")],
    time_zone: Annotated[str, typer.Option(help="whose days are meant, such as America/New_York")] = "UTC",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="the same: every alarm is one JSON object a line")] = False,  # noqa: ARG001 - each command takes it
) -> None:
    """Judge a log, a line an alarm: 0 when none asks for a signature or suspends, 1 when one does, 2 if unreadable."""
    acts = False
    try:
        terms = _terms(agreement)
        rows = {purpose.code: purpose.rows for purpose in terms.purposes}
        judged = Replay(terms.watch, _zone(time_zone), rows=rows)
        for alarm in judged.alarms(_lines(file), *([1] if str(file) == "-" else [])):
            acts = acts or alarm.alarm.action != "note"
            typer.echo(_shown(alarm))
    except BadInput as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", markup=False)
        raise typer.Exit(2) from refusal
    if acts:
        raise typer.Exit(1)


def _shown(alarm: Told) -> str:
    said = {
        "at": alarm.at,
        "agency": alarm.agency,
        "detector": alarm.alarm.detector.value,
        "evidence": alarm.alarm.evidence,
        "disclosures_so_far": alarm.disclosures_so_far,
        "action": alarm.alarm.action,
    }
    return json.dumps(said)


def _terms(file: Path) -> Terms:
    try:
        return terms_of(file.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as cause:
        raise BadInput(f"{file} is no file of terms that can be read as text") from cause
    except BadInput as refusal:
        raise BadInput(f"{file}: {refusal.sentence}") from refusal


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as cause:
        raise BadInput(f"{name} is no time zone, such as America/New_York") from cause


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file, or of standard input; never more than one of them in memory, nor more of it than is read."""
    try:
        if str(file) == "-":
            yield from _each(sys.stdin.buffer)
            return
        with file.open("rb") as opened:
            yield from _each(opened)
    except (OSError, ValueError) as cause:
        raise BadInput(f"{file} is no file that can be read") from cause


def _each(opened: IO[bytes]) -> Iterator[bytes]:
    said, number = time.monotonic(), 0
    while line := opened.readline(MOST_BYTES + 2):
        number += 1
        if time.monotonic() - said > TELLS_EVERY:
            said = time.monotonic()
            told.print(f"{number} lines read", style="dim")
        yield line
