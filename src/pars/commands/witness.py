"""`pars ledger witness` and `pars ledger recover`: who watches over the log, and how it goes on after a restore."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pars.actions import placing, recovery
from pars.actions.installing import Opened, data_folder, opened
from pars.actions.recovery import Compared, Copy
from pars.errors import BadInput, Misconfigured, NotThere, ParsError
from pars.ledger.checkpoint import Checkpoint
from pars.settings import read
from pars.web.fetching import Fetched
from pars.web.witnesses import FILE, Witnesses, named_in, witnesses_in

told = Console(stderr=True, highlight=False, soft_wrap=True)
_COMMAND = "to go on: pars ledger recover --from DIR|URL of a witness's copy"
PROGRAM = "pars.web.witnessing"
"""The program that a witness is; it is small because it imports nothing of the record."""


def witness(  # noqa: PLR0913 - a program's options, all named
    log: Annotated[str, typer.Option(help="the log's address")],
    origin: Annotated[str, typer.Option(help="the log's name, as the first line of its checkpoints has it")],
    key: Annotated[Path, typer.Option(help="the file with this witness's own key; made, with mode 0600, when missing")],
    listen: Annotated[int, typer.Option(min=1, max=65535, help="the port to listen on")],
    host: Annotated[str, typer.Option(help="the address to listen on; behind it stands the live log")] = "127.0.0.1",
    folder: Annotated[Path | None, typer.Option(help="what it remembers; beside the key when none is named")] = None,
    log_key: Annotated[str | None, typer.Option(help="the log's key; asked of the log once without")] = None,
    name: Annotated[str | None, typer.Option(help="the witness's name; origin and the key file's name without")] = None,
    *,
    memory_lost: Annotated[bool, typer.Option(help="begin anew with a key that has signed; tell the others")] = False,
) -> None:
    """Run a witness: it checks that each checkpoint continues the last one, copies what is new, and cosigns."""
    options = ["--log", log, "--origin", origin, "--key", str(key), "--listen", str(listen), "--host", host]
    for option, value in (("--folder", folder), ("--log-key", log_key), ("--name", name)):
        options += [option, str(value)] if value is not None else []
    options += ["--memory-lost"] if memory_lost else []
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", PROGRAM, *options])  # noqa: S606 - this process becomes the program


def recover(
    source: Annotated[
        list[str] | None, typer.Option("--from", metavar="DIR|URL", help="a witness's copy; more of them if you have")
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="go on without that witness, by its key's name")] = None,
    data: Annotated[Path | None, typer.Option(help="the folder for data and keys; PARS_DATA means the same")] = None,
    *,
    check: Annotated[bool, typer.Option(help="change nothing; say what is missing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object alone on standard output")] = False,
) -> None:
    """Enter again what a restored backup lacks, byte for byte from the witnesses' copies, and end what had ended."""
    with _refusals(), opened(settings := read(os.environ), data_folder(settings, data)) as here:
        with witnesses_in(here.data, here.store) as witnesses:
            compared = best(here, witnesses, source or [each.url for each in named_in(here.data)], without or [])
        lost = recovery.missing(compared)
        if not check:
            recovery.recover(here.store, compared, _counted())
        _say(compared, lost.told, recovery.waits(here.store), as_json=as_json)


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (Misconfigured, BadInput) as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", markup=False)
        raise typer.Exit(2) from refusal
    except ParsError as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", markup=False)
        raise typer.Exit(1) from refusal


def best(here: Opened, witnesses: Witnesses, sources: Sequence[str], without: Sequence[str] = ()) -> Compared:
    """The longest copy of those that can be read, against what is here and what each witness signed last."""
    if not witnesses.keys:
        told.print(
            f"pars: {FILE} names no witness: the log's own key alone says that a copy is the log", style="yellow"
        )
    copies: list[Copy] = []
    trees: dict[str, Checkpoint] = {}
    for source in sources:
        try:
            copies.append(recovery.copy_from(here.store, reader(source)))
        except ParsError as refusal:
            told.print(f"pars: {source}: {refusal.sentence}", style="yellow", markup=False)
    if not copies:
        raise BadInput("no copy of the log can be read; name one with --from", code="not-a-copy")
    for copy in copies:
        trees |= {key.name: copy.tree for key, _ in copy.note.verified(witnesses.keys)}
    trees |= witnesses.newest()
    trees = {name: tree for name, tree in trees.items() if name not in without}
    return recovery.compare(here.store, max(copies, key=lambda copy: copy.tree.size), witnesses.keys, trees)


def explained(here: Opened) -> list[str]:
    """What a log that is behind lacks, and how it goes on; empty when it is not behind."""
    waits = recovery.waits(here.store)
    if waits or not placing.state(here.store).behind:
        return waits
    named = named_in(here.data)
    try:
        with witnesses_in(here.data, here.store) as witnesses:
            compared = best(here, witnesses, [each.url for each in named])
    except ParsError as refusal:
        return [f"the log is behind what was signed, and no copy tells what is missing: {refusal.sentence}", _COMMAND]
    return [
        *recovery.missing(compared).told,
        f"agreed to by {', '.join(compared.agree)}",
        *(f"{name} has signed another log" for name in compared.differ),
        _COMMAND,
        "then each owner enters its own acts of these days again, seals first, and says so on the page Recovery",
    ]


def reader(source: str) -> Callable[[str], bytes]:
    """The files of a copy in a folder or at an address."""
    if "://" in source:
        return Fetched(source)
    folder = Path(source)

    def file(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except OSError as cause:
            raise NotThere(f"{path} is missing") from cause

    return file


def _counted() -> Callable[[int], None]:
    return lambda done: told.print(f"{done} entries entered again", style="dim") if done % 65_536 == 0 else None


def _say(compared: Compared, lost: Sequence[str], waits: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        size = compared.copy.tree.size
        answer = {"from": compared.start, "size": size, "agree": compared.agree, "differ": compared.differ}
        typer.echo(json.dumps({**answer, "missing": lost, "waits": waits}))
        return
    for line in (*lost, *waits):
        typer.echo(line)
