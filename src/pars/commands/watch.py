"""`pars watch`: a log of look-ups judged by an agreement's terms, and the watch itself judged; without a database.

0: no alarm that acts; 1: at least one; 2: the log or the terms cannot be read.
"""

import contextlib
import json
import os
import select
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, replace
from datetime import tzinfo
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from pars import clock
from pars.commands.garbage import unlooked
from pars.errors import BadInput
from pars.sharing.agreement import Terms
from pars.sharing.reading import terms_of
from pars.watch import evaluating, floor
from pars.watch.agency import Told
from pars.watch.lines import MOST_BYTES
from pars.watch.replay import Replay
from pars.watch.report import Best, Report
from pars.watch.scan import keep_pages
from pars.watch.simulate import LABELS

app = typer.Typer(no_args_is_help=True, help="The watch over look-ups: replay, evaluate.")
told = Console(stderr=True, highlight=False, soft_wrap=True)
Result = TypeVar("Result")
TELLS_EVERY = 2.0
"""Seconds between two lines of a count."""
_AT_ONCE = 1 << 16
"""Bytes of standard input that are read together at most."""
INFORMED = 5
"""How many more runs an informed test has, which takes no time."""
_INSTEAD = "instead of what the terms state; a dossier says when"
SEARCHES_FROM = 1_000_000
"""The adversary searches in other worlds than those in which it is measured."""


@app.callback()
def root() -> None:
    """The watch over look-ups."""


@app.command()
def replay(  # noqa: PLR0913 - an option each
    file: Annotated[Path, typer.Argument(help="a log of bookings and look-ups, JSON Lines in time order; - for input")],
    agreement: Annotated[Path, typer.Option(help="the terms by which each agency in the log is judged, TOML")],
    time_zone: Annotated[str, typer.Option(help="whose days are meant, such as America/New_York")] = "UTC",
    canary: Annotated[list[str] | None, typer.Option(help="a person who stands for nobody; once for each")] = None,
    *,
    odds_ratio_allowed: Annotated[float | None, typer.Option(help=_INSTEAD, min=1, max=100)] = None,
    coverage_allowed: Annotated[float | None, typer.Option(help=_INSTEAD, min=0, max=1)] = None,
    unlinked_allowed: Annotated[float | None, typer.Option(help=_INSTEAD, min=0, max=1)] = None,
    false_alarms_per_year: Annotated[float | None, typer.Option(help=_INSTEAD, min=1e-9, max=10)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the same: every alarm is one JSON object a line")] = False,  # noqa: ARG001 - each command takes it
) -> None:
    """Judge a log, a line an alarm: 0 when none asks for a signature or suspends, 1 when one does, 2 if unreadable."""
    acts = False
    try:
        terms = _terms(agreement)
        rows = {purpose.code: purpose.rows for purpose in terms.purposes}
        instead = {
            "odds_ratio_allowed": odds_ratio_allowed,
            "coverage_allowed": coverage_allowed,
            "unlinked_allowed": unlinked_allowed,
            "false_alarms_per_year": false_alarms_per_year,
        }
        allowed = replace(terms.watch, **{name: value for name, value in instead.items() if value is not None})
        judged = Replay(allowed, _zone(time_zone), rows=rows, canaries=canary or ())
        with unlooked():  # a test holds that replay leaves none
            for alarm in _alarms(judged, file):
                acts = acts or alarm.alarm.action != "note"
                _say(_shown(alarm))
    except BadInput as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", markup=False)
        raise typer.Exit(2) from refusal
    if acts:
        raise typer.Exit(1)


@app.command()
def evaluate(
    years: Annotated[float, typer.Option(help="honest partner-years", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="of every made-up world", min=0)] = 1,
    runs: Annotated[int, typer.Option(help="runs of each pattern by each kind of labels", min=1)] = 20,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="24 partner-years, four runs, two kinds of labels")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON alone on standard output")] = False,
) -> None:
    """How soon patterns are seen and how often honest partners are not left alone, on made-up cities."""
    began = time.monotonic()
    labels = LABELS[:2] if quick else LABELS
    years, runs = (24.0, 4) if quick else (years, runs)
    table = evaluating.rows(quick=quick)
    jobs = [(place, kind, seed + number) for kind in labels for place in range(len(table)) for number in range(runs)]
    cities = evaluating.cities(years)
    report = Report(quick=quick)
    told.print(f"begun at {clock.now():%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors", style="dim")
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=keep_pages) as pool:
        honest = pool.map(evaluating.honest, repeat("true"), range(seed, seed + cities))
        report.honest.extend(_counted(honest, cities, "cities' years of honest partners"))
        seen = pool.map(_one, repeat(quick), jobs, chunksize=4)
        for (place, kind, _), one in zip(jobs, _counted(seen, len(jobs), "runs of patterns"), strict=True):
            report.seen.setdefault((table[place].name, kind), []).append(one)
        hidden = [row.name for row in table if row.decoys is not None]
        tests = [(name, seed + number) for name in hidden for number in range(INFORMED * runs)]
        for (name, _), looks in zip(tests, pool.map(_informed, tests, chunksize=4), strict=True):
            report.informed.setdefault(name, []).append(looks)
        if not quick:
            _beneath(pool, report, seed, runs)
    told.print(f"done after {(time.monotonic() - began) / 60:.1f} minutes", style="dim")
    if as_json:
        typer.echo(json.dumps(_as_json(report)))
        return
    for line in report.lines():
        typer.echo(line)


def _beneath(pool: Executor, report: Report, seed: int, runs: int) -> None:
    """What goes unseen: the floor curve, and the best that an adversary finds."""
    slow = floor.rows()
    jobs = [(place, seed + number) for place in range(len(slow)) for number in range(runs)]
    seen = pool.map(_slow, jobs, chunksize=2)
    for (place, _), one in zip(jobs, _counted(seen, len(jobs), "runs of slow patterns"), strict=True):
        report.slow.setdefault(slow[place].name, []).append(one)
    search = floor.Search()
    while plans := search.next():
        tries = [(plan, SEARCHES_FROM + seed + number) for plan in plans for number in range(floor.TRIES)]
        got = list(_counted(pool.map(_tried, tries), len(tries), "tries to hide"))
        search.learn({plan: got[place * floor.TRIES : (place + 1) * floor.TRIES] for place, plan in enumerate(plans)})
    best = [(search.best, seed + number) for number in range(runs)]
    report.best = Best.of(search.best, search.tried, list(_counted(pool.map(_tried, best), runs, "runs of the best")))


def _as_json(report: Report) -> dict[str, object]:
    said: dict[str, object] = {
        "honest": asdict(report.rates()),
        "patterns": [asdict(one) for one in report.patterns()],
    }
    said["informed"] = {name: report.beforehand(name) for name in report.informed}
    if report.slow:
        said["floor"] = [asdict(one) for one in report.floor()]
    if report.best is not None:
        said["adversary"] = asdict(report.best)
    return said


def _informed(job: tuple[str, int]) -> int | None:
    row = next(one for one in evaluating.rows(quick=True) if one.name == job[0])
    return evaluating.informed(row, job[1])


def _slow(job: tuple[int, int]) -> evaluating.Seen:
    place, seed = job
    return evaluating.run(floor.rows()[place], LABELS[0], seed)


def _tried(job: tuple[floor.Plan, int]) -> floor.Got:
    return floor.tried(*job)


def _one(quick: bool, job: tuple[int, str, int]) -> evaluating.Seen:  # noqa: FBT001 - mapped over processes
    place, kind, seed = job
    return evaluating.run(evaluating.rows(quick=quick)[place], kind, seed)


def _counted(results: Iterator[Result], many: int, what: str) -> Iterator[Result]:
    """Each result, told of on standard error every two seconds."""
    said = time.monotonic()
    for number, result in enumerate(results, 1):
        if time.monotonic() - said > TELLS_EVERY:
            said = time.monotonic()
            told.print(f"{number} of {many} {what}", style="dim")
        yield result


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


def _say(line: str) -> None:
    """A line on standard output; whoever reads it may have gone."""
    try:
        typer.echo(line)
    except OSError as cause:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it goes nowhere
        raise BadInput("the alarms cannot be written to standard output") from cause


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


def _alarms(judged: Replay, file: Path) -> Iterator[Told]:
    """Those of a file, or of standard input."""
    if str(file) != "-":
        yield from judged.alarms(_counting(file, _lines(file)))
        return
    if sys.stdin is None:
        raise BadInput("standard input is closed; name a file, or - for what is sent to it")
    arriving = Arriving(sys.stdin.buffer)
    yield from judged.alarms(_counting(file, arriving), waits=arriving.waits)


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of a file; never more than one of them in memory, nor more of it than is read."""
    with file.open("rb") as opened:
        while line := opened.readline(MOST_BYTES + 2):
            yield line


class Arriving:
    """The lines of an input as they come, and whether the next one has to be waited for."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened, self._ready = opened, 0
        self._number: int | None = None
        with contextlib.suppress(OSError, ValueError):  # an input that is no file of the system
            self._number = opened.fileno()

    def __iter__(self) -> Iterator[bytes]:
        """Each line when it is whole, and what stands after the last one."""
        rest = b""
        while read := self._read():
            *lines, rest = (rest + read).split(b"\n")
            self._ready = len(lines)
            for line in lines:
                self._ready -= 1
                yield line + b"\n"
            if len(rest) > MOST_BYTES:
                break  # longer than a line may be, and refused for it
        if rest:
            yield rest

    def waits(self) -> bool:
        """Whether nothing has arrived yet of what follows."""
        if self._ready:
            return False
        return self._number is None or not select.select([self._number], [], [], 0)[0]

    def _read(self) -> bytes:
        return self._opened.read(_AT_ONCE) if self._number is None else os.read(self._number, _AT_ONCE)


def _counting(file: Path, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Each line; how many there were is told on standard error every two seconds."""
    said = time.monotonic()
    try:
        for number, line in enumerate(lines, 1):
            if time.monotonic() - said > TELLS_EVERY:
                said = time.monotonic()
                told.print(f"{number} lines read", style="dim")
            yield line
    except (OSError, ValueError) as cause:
        raise BadInput(f"{file} is no file that can be read") from cause
