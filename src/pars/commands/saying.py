"""What the commands have in common: options that mean the same everywhere, and how a refusal or an answer is said."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pars.errors import Misconfigured, ParsError
from pars.settings import Settings, read

told = Console(stderr=True)

Data = Annotated[Path | None, typer.Option(help="the folder for data and keys; PARS_DATA means the same")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object alone on standard output")]


@contextlib.contextmanager
def settings_read() -> Iterator[Settings]:
    """The settings; whatever is refused in the block is one sentence and exit 1, wrong settings exit 2."""
    try:
        yield read(os.environ)
    except Misconfigured as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from refusal
    except ParsError as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from refusal


def say(answer: dict[str, object], *, as_json: bool) -> None:
    """What a command found: an object for programs, lines for people."""
    if as_json:
        typer.echo(json.dumps(answer, default=str))
        return
    for name, value in answer.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")
