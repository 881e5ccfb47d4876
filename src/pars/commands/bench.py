"""`pars bench`: this machine, measured."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pars.commands.saying import Json, settings_read, told
from pars.web.measuring import SIZES, measure


def bench(
    size: Annotated[str, typer.Option(help="small or full")] = "full",
    *,
    as_json: Json = False,
) -> None:
    """Measure this machine: desks, loading, memory, inquiries and withdrawals. Exit 1 when a target is missed."""
    if size not in SIZES:
        told.print("pars: --size is small or full", style="red")
        raise typer.Exit(2)
    with settings_read():
        answer = measure(size, lambda words: told.print(words, style="dim"))
    figures = answer["figures"] if isinstance(answer["figures"], list) else []
    if as_json:
        typer.echo(json.dumps(answer))
    else:
        table = Table("what", "measured", "unit", "target")
        for one in figures:
            target = "" if one["target"] is None else f"{one['bound']} {one['target']}"
            table.add_row(one["what"], str(one["value"]), one["unit"], target if one["holds"] else f"{target}: missed")
        Console().print(table)
    if not all(one["holds"] for one in figures):
        raise typer.Exit(1)
