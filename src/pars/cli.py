"""The commands; each is a few lines that call an action. 0: it holds; 1: it does not; 2: wrong use.

Where each of them stands is one table. A command is loaded when it is typed (`on_demand`).
"""

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from pars import __version__
from pars.on_demand import on_demand
from pars.saying import settings_read

COMMANDS: Final[Mapping[str, str]] = {
    "demo": "pars.demo_cli:demo",
    "serve": "pars.serve_cli:serve",
    "migrate": "pars.keeping_cli:migrate",
    "doctor": "pars.keeping_cli:doctor",
    "found": "pars.founding_cli:found",
    "load": "pars.loading_cli:load",
    "bench": "pars.bench_cli:bench",
    "document": "pars.document_cli:document",
    "agreement": "pars.agreement_cli:app",
    "ledger": "pars.ledger_cli:app",
    "print": "pars.print_cli:app",
    "watch": "pars.watch_cli:app",
    "webhook": "pars.webhook_cli:app",
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
