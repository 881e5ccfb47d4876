"""`pars webhook`: for a partner's programmers, to see that messages arrive and verify; no database is needed."""

import json
from typing import Annotated

import typer
from rich.console import Console

from pars.errors import BadInput
from pars.web.receiving import server

app = typer.Typer(no_args_is_help=True, help="Messages of subscriptions: listen for them and verify each.")
told = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback()
def root() -> None:
    """Messages of subscriptions."""


@app.command()
def listen(
    secret: Annotated[str, typer.Option(help="the secret that was shown once: whsec_…")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="the port to listen on, on this machine alone")] = 8080,
    count: Annotated[int, typer.Option(min=0, help="end after so many messages; 0: go on until interrupted")] = 0,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object a message, alone")] = False,
) -> None:
    """Print each message that verifies. Exit 1 when one that came did not, 2 when the secret is none."""
    seen: list[bool] = []

    def heard(name: str | None, words: str) -> None:
        seen.append(name is not None)
        if name is None:
            told.print(f"pars: refused: {words}", style="red", markup=False)
        elif as_json:
            typer.echo(json.dumps({"id": name, "message": json.loads(words)}))
        else:
            typer.echo(f"{name}\n{words}")

    try:
        listening = server(secret, port, heard)
    except BadInput as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", markup=False)
        raise typer.Exit(2) from refusal
    except OSError as cause:
        told.print(f"pars: port {port} cannot be listened on", style="red", markup=False)
        raise typer.Exit(2) from cause
    told.print(f"listening on http://127.0.0.1:{listening.server_port}", markup=False)
    try:
        while not count or len(seen) < count:
            listening.handle_request()
    except KeyboardInterrupt:
        pass
    finally:
        listening.server_close()
    if not all(seen):
        raise typer.Exit(1)
