"""`pars print`: papers that a machine prints by itself; the blank sheets need no database."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pars.actions import downtime
from pars.actions.installing import Opened, data_folder, opened
from pars.clock import now
from pars.errors import Misconfigured, ParsError, Unavailable
from pars.record.sheets import SheetNumber
from pars.settings import Settings, read
from pars.web.blanks import print_blanks

app = typer.Typer(no_args_is_help=True, help="Papers that a machine prints by itself.")
told = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback()
def root() -> None:
    """Papers that a machine prints by itself."""


@app.command("downtime")
def downtime_sheets(
    site: Annotated[str, typer.Option(help="the site's code")],
    out: Annotated[Path, typer.Option(help="the PDF to write")],
    sheets: Annotated[int, typer.Option(help="how many")] = 20,
    data: Annotated[Path | None, typer.Option(help="the folder for data and keys; PARS_DATA means the same")] = None,
) -> None:
    """Blank numbered sheets for working on paper while PARS is away.

    With a data folder that exists the numbers are written down there, so that missing sheets are listed. Without one,
    or while the database cannot be reached, they are drawn all the same and known once they are entered.
    """
    with _refused():
        settings = read(os.environ)
        numbers, city, demo = _numbers(settings, data, site, sheets)
        body = print_blanks(numbers, site=site, city=city, at=now(), by="the command of the machine", demo=demo)
        try:
            out.write_bytes(body)
        except OSError as cause:
            raise Misconfigured(f"{out.name} cannot be written: {cause.strerror}") from cause
    typer.echo(f"{len(numbers)} sheets in {out}, from {numbers[0]} to {numbers[-1]}")


def _numbers(settings: Settings, data: Path | None, site: str, count: int) -> tuple[Sequence[SheetNumber], str, bool]:
    """New numbers, the city, and whether it is a demonstration's."""
    folder = data_folder(settings, data)
    if (folder / "kind").exists():
        try:
            with opened(settings, folder) as here:
                return downtime.register(here.store, None, site, count), here.here.city, _is_demo(here)
        except (Misconfigured, Unavailable, OSError) as refusal:
            told.print(f"pars: the numbers are written down nowhere yet: {refusal}")
    else:
        told.print("pars: there is no installation here; the numbers are known once the sheets are entered")
    return downtime.blank(count), settings.city, False


def _is_demo(here: Opened) -> bool:
    return here.kind.value == "demo"


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except Misconfigured as refusal:
        told.print(f"pars: {refusal.sentence}", style="red")
        raise typer.Exit(2) from refusal
    except ParsError as refusal:
        told.print(f"pars: {refusal.sentence}", style="red")
        raise typer.Exit(1) from refusal
