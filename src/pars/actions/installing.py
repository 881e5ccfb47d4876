"""Opening an installation: its folder, its database and its clock. Every command begins here.

A folder is marked `demo` or `real` at birth and never changes: a demonstration's invented people and known passwords
stay out of a real record, and the other way round (T25).
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pars import clock
from pars.actions.proving import lay_floor
from pars.errors import Misconfigured
from pars.settings import Settings
from pars.store import embedded, installation
from pars.store.database import Store
from pars.store.files import READABLE, is_part, write_once
from pars.store.installation import Installation, found
from pars.store.keys import keys_in
from pars.store.migrate import migrate


class Kind(StrEnum):
    """What a folder holds."""

    DEMO = "demo"
    REAL = "real"


@dataclass(frozen=True, slots=True)
class Opened:
    """An installation that can be worked with."""

    store: Store
    admin_url: str
    data: Path
    kind: Kind
    here: Installation
    born: bool


def data_folder(settings: Settings, named: Path | None, *, kind: Kind = Kind.REAL) -> Path:
    """The folder of the data: named by the command, by PARS_DATA, or the usual place of this user."""
    if (chosen := named or settings.data) is not None:
        return chosen.expanduser().absolute()
    if os.geteuid() == 0:
        base = Path("/var/lib/pars")
    else:
        base = (settings.xdg_data_home or settings.home / ".local" / "share") / "pars"
    return base / kind.value


@contextlib.contextmanager
def opened(
    settings: Settings,
    data: Path,
    *,
    kind: Kind | None = None,
    may_embed: bool = True,
    may_found: bool = True,
    ago: timedelta = timedelta(),
) -> Iterator[Opened]:
    """The installation in a folder, migrated to this version, for as long as the block runs.

    `kind` None takes a folder as it is, and makes a new one a real one. Refused: a folder of the other kind, no
    database named when `may_embed` is false, no installation there when `may_found` is false. `ago`: how long before
    this moment the time of a new demonstration begins.
    """
    if settings.database_url is None and not may_embed:
        raise Misconfigured(
            "name the database with PARS_DATABASE_URL, or say --embedded for the one that PARS brings along"
        )
    if not may_found and not (data / "kind").exists():
        raise Misconfigured(f"there is no installation in {data}; name its folder with --data or PARS_DATA")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise Misconfigured(f"{data} cannot be a folder for data: {cause.strerror}") from cause
    born = not (data / "kind").exists()
    marked = _marked(data, kind)
    with _database(settings, data) as url:
        keys = keys_in(data, holding_owners=marked is Kind.DEMO)
        migrate(url, keys)
        moment = clock.real_now()
        found(url, kind=marked.value, city=settings.city, city_start=moment - ago, real_start=moment, speed=1)
        with Store(url, keys, ledger=data / "ledger") as store:
            with store.transaction("pars_act") as connection:
                here = installation.installation(connection)
            if here.kind != marked.value:
                raise Misconfigured(f"this database belongs to a {here.kind} installation and the folder to another")
            clock.keep(here.pace)
            lay_floor(store)
            yield Opened(store, url, data, marked, here, born)


def _marked(data: Path, kind: Kind | None) -> Kind:
    mark = data / "kind"
    if not mark.exists():
        if any(child.name != "lost+found" and not is_part(child) for child in data.iterdir()):
            raise Misconfigured("this folder holds something else; choose an empty one with --data or PARS_DATA")
        write_once(mark, f"{(kind or Kind.REAL).value}\n".encode(), mode=READABLE)
    try:
        stood = Kind(mark.read_text().strip())
    except ValueError:
        raise Misconfigured(
            "this folder's mark “kind” says neither demo nor real; choose another with --data"
        ) from None
    if kind is not None and stood is not kind:
        raise Misconfigured(f"this folder was marked “{stood.value}” at birth and stays so; choose another with --data")
    return stood


@contextlib.contextmanager
def _database(settings: Settings, data: Path) -> Iterator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    with embedded.running(data, bindir=settings.pg_bindir, user=settings.pg_user) as url:
        yield url


def open_to_others(here: Opened) -> list[str]:
    """Key files that somebody else than their owner can read or write, by name."""
    keys = here.data / "keys.json"
    loose = [keys.name] if keys.stat().st_mode & 0o077 else []
    return [*loose, *here.store.keys.epochs.open_to_others()]


def running_on(here: Opened, speed: float) -> None:
    """Let a demonstration's time run on from its last entry: while it was stopped, no time passed in the city."""
    with here.store.transaction("pars_ledger") as connection:
        last = installation.last_entry_at(connection)
    pace = clock.Pace(last or clock.real_now(), clock.real_now(), speed)
    installation.repace(here.admin_url, pace)
    clock.keep(pace)
