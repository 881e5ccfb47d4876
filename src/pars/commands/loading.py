"""`pars load`: arrests, or the prints of one, from a file."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from pars.actions import live, loading, placing, prints
from pars.actions.installing import Opened, data_folder, opened
from pars.commands.saying import Data, Json, say, settings_read, told
from pars.errors import BadInput, Misconfigured, TooLarge
from pars.record import livescan
from pars.web.witnesses import asked


def load(
    file: Annotated[Path, typer.Argument(help="the file with one arrest a row")],
    fmt: Annotated[
        str, typer.Option("--format", help="csv, nibrs-csv or livescan; see docs/guides/loading.md")
    ] = "csv",
    by: Annotated[str, typer.Option(help="the sign-in name of the account that loads")] = loading.LOADER,
    errors: Annotated[Path | None, typer.Option(help="where the broken rows go; beside the file's name here")] = None,
    arrest: Annotated[int | None, typer.Option(help="livescan: the arrest's number; else the file's DC number")] = None,
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Load arrests: each row by the same acts as at the desks, or written out with its reason. Or prints of one."""
    if fmt not in {"csv", "nibrs-csv", "livescan"} or (arrest is not None and fmt != "livescan"):
        told.print("pars: --format is csv, nibrs-csv or livescan; --arrest goes with livescan alone", style="red")
        raise typer.Exit(2)
    if fmt == "livescan":
        _load_prints(file, by, arrest, data, as_json=as_json)
        return
    with settings_read() as settings, _wrong_use():
        loading.check(file, fmt)
        with opened(settings, data_folder(settings, data)) as here, _progress("rows") as progress:
            who = loading.loader(here.store, by)
            outcome = loading.load(here.store, who, file, fmt, errors or Path(f"{file.name}.errors.csv"), progress)
            _placed(here)
    if outcome.replaced:
        told.print(f"{outcome.errors_file} was there before, and was replaced", markup=False, highlight=False)
    told.print(f"among the loaded: {outcome.children} children, {outcome.summonses} summonses", highlight=False)
    answer = {"loaded": outcome.loaded, "refused": outcome.refused, "errors_file": outcome.errors_file}
    say(answer, as_json=as_json)


def _load_prints(file: Path, by: str, arrest: int | None, data: Path | None, *, as_json: bool) -> None:
    """Attach the prints of one file. Nothing of a file that is refused is written anywhere, an errors file included."""
    with settings_read() as settings, _wrong_use():
        body = loading.whole(file, livescan.LARGEST)
        livescan.check(body)
        with opened(settings, data_folder(settings, data)) as here:
            who = loading.loader(here.store, by)
            attached = prints.attach_by_case_number(here.store, who, body, arrest)
            _placed(here)
    say({"loaded": 1, "refused": 0, "errors_file": None, "left_out": list(attached.left_out)}, as_json=as_json)


@contextlib.contextmanager
def _wrong_use() -> Iterator[None]:
    """No such account, no such file, or a file that is none of its format: exit 2, like any wrong use."""
    try:
        yield
    except (BadInput, TooLarge) as refusal:
        raise Misconfigured(refusal.sentence) from refusal


def _placed(here: Opened) -> None:
    """What was loaded has its places: in the lists of those who wait, and in the log."""
    live.place_events(here.store)
    with asked(here.store, here.data) as witnesses:
        placing.place(here.store, witnesses, witnesses.keys)


@contextlib.contextmanager
def _progress(words: str) -> Iterator[Callable[[int], None]]:
    """A count on standard error for whatever takes longer than two seconds."""
    with Progress(TextColumn(words), TextColumn("{task.completed}"), TimeElapsedColumn(), console=told) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done: progress.update(task, completed=done)
