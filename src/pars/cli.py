"""The commands; each is a few lines that call an action. 0: it holds; 1: it does not; 2: wrong use.

Where each of them stands is one table. A command is loaded when it is typed (`on_demand`).
"""

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from pars import __version__
from pars.commands.on_demand import on_demand
from pars.commands.saying import settings_read

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "pars.commands.demo:demo",
    "serve": "pars.commands.serve:serve",
    "migrate": "pars.commands.keeping:migrate",
    "doctor": "pars.commands.keeping:doctor",
    "found": "pars.commands.founding:found",
    "load": "pars.commands.loading:load",
    "bench": "pars.commands.bench:bench",
    "document": "pars.commands.document:document",
    "agreement": "pars.commands.agreement:app",
    "ledger": "pars.commands.ledger:app",
    "print": "pars.commands.printing:app",
    "watch": "pars.commands.watch:app",
    "webhook": "pars.commands.webhook:app",
}

app = typer.Typer(
    cls=on_demand(COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="PARS, the live record of every arrest.",
)


def _version(asked: bool) -> None:  # noqa: FBT001 - how an option's callback is called
    if asked:
        typer.echo(f"PARS {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,  # noqa: ARG001 - told by its callback
) -> None:
    """PARS, the live record of every arrest."""
    with settings_read():
        pass  # a misspelt setting is told by every command, also by those that need none


def main() -> None:
    """Run the commands."""
    app()
