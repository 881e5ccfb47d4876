"""`pars migrate`, `pars doctor`, `pars ledger mend`: an installation brought up to date, looked at, and mended."""

from dataclasses import asdict
from typing import Annotated

import typer

from pars.actions import mending, placing, readiness
from pars.actions.installing import data_folder, open_to_others, opened
from pars.commands import ledger, witness
from pars.commands.saying import Data, Json, say, settings_read
from pars.store.installation import health

_COMPARED = "entries compared with the files of the log"


def migrate(data: Data = None, *, as_json: Json = False) -> None:
    """Bring the database to this version; a new one is founded as a real installation."""
    with settings_read() as settings, opened(settings, data_folder(settings, data)) as here:
        say({"kind": here.kind.value, "city": here.here.city, "ready": True}, as_json=as_json)


def doctor(data: Data = None, *, as_json: Json = False) -> None:
    """Whether this installation keeps what it acknowledges: exit 1 when something does not hold."""
    with settings_read() as settings, opened(settings, data_folder(settings, data), may_found=False) as here:
        state = health(here.admin_url)
        missing = readiness.not_ready(here.store, serving=False)
        missing += witness.explained(here)
        missing += [name for name in ("checksums", "fsync", "synchronous_commit") if not getattr(state, name)]
        missing += [f"epochs: {name} is open to others; it must be its owner's alone" for name in open_to_others(here)]
        log = placing.state(here.store)
        missing += log.told if log.why is not None else []  # nobody need be serving, so old entries may wait
        if log.signed_size and (log.why is None or log.why == "folder"):
            missing += mending.explained(here.store, ledger.counting(_COMPARED))
        say({**asdict(state), "kind": here.kind.value, "log": log.line, "missing": missing}, as_json=as_json)
        if missing:
            raise typer.Exit(1)


def mend(
    data: Data = None,
    *,
    check: Annotated[bool, typer.Option(help="change nothing; exit 1 when something is lost or damaged")] = False,
    as_json: Json = False,
) -> None:
    """Make lost and damaged files of the log again from the database, if it agrees with the signed checkpoint."""
    with settings_read() as settings, opened(settings, data_folder(settings, data), may_found=False) as here:
        found = (mending.look if check else mending.mend)(here.store, ledger.counting(_COMPARED))
        say({"entries": found.size, "lost": found.lost, "damaged": found.damaged}, as_json=as_json)
        if check and found.files:
            raise typer.Exit(1)
