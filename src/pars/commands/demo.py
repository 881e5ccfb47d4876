"""`pars demo`: a synthetic city, served on this machine."""

import contextlib
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pars.actions.deploying import enter_change
from pars.actions.installing import Kind, Opened, data_folder, opened, running_on
from pars.commands.saying import Data, settings_read, told
from pars.demo.cast import CAST_FILE, COURT_ADDRESS, COURT_TELEPHONE, read_cast
from pars.demo.city import BACK_STORY, DAYS_BEFORE, build, build_night
from pars.demo.life import Life
from pars.demo.night import NIGHT_FILE
from pars.demo.night import read as read_night
from pars.demo.witnesses import witnessed
from pars.rounds.all import going
from pars.settings import Settings
from pars.web.app import Serving, create_app
from pars.web.papers.parts import Courthouse
from pars.web.serving import check_free, log_without_values
from pars.web.serving import serve as serve_http
from pars.web.witnesses import asked

BY_DAY, BY_NIGHT = 60.0, 1.0
"""City seconds a second: a demonstration lives an hour a minute; a night stands as it was left."""


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="where to serve it, on this machine alone")] = 8000,
    data: Data = None,
    speed: Annotated[
        float | None, typer.Option(min=1, max=3600, help="city seconds a second; an hour a minute, by night 1")
    ] = None,
    seed: Annotated[int, typer.Option(help="another seed makes another city")] = 2026,
    *,
    night: Annotated[
        bool, typer.Option("--night", help="a whole night: fifty people, and who to look at for what")
    ] = False,
) -> None:
    """A synthetic city, its cast and their sign-ins; every person in it is made up."""
    with settings_read() as settings:
        folder = data_folder(settings, data, kind=Kind.DEMO)
        check_free("127.0.0.1", port)
        log_without_values()
        with opened(settings, folder, kind=Kind.DEMO, ago=BACK_STORY) as here:
            pace = speed or (BY_NIGHT if night else BY_DAY)
            life = _city(here, pace, seed, night=night)
            _introduce(here, port)
            with (
                witnessed(here, port),
                asked(here.store, here.data) as witnesses,
                going(here.store, life.run, cosign=witnesses, witnesses=witnesses.keys),
                contextlib.suppress(KeyboardInterrupt),
            ):
                enter_change(here.store)
                application = create_app(
                    here.store, Serving(demo=True, city=here.here.city, courthouse=courthouse(settings))
                )
                serve_http(application, host="127.0.0.1", port=port, settings=settings)


def courthouse(settings: Settings) -> Courthouse:
    """What was set; otherwise made up, as everything in a demonstration is."""
    return Courthouse(settings.court_address or COURT_ADDRESS, settings.court_telephone or COURT_TELEPHONE)


def _city(here: Opened, speed: float, seed: int, *, night: bool) -> Life:
    """The city of this folder: built the first time, and from then on where it was left."""
    if (here.data / CAST_FILE).exists():
        running_on(here, speed)
        return Life.taken_up(here.store, read_cast(here.data / CAST_FILE))
    with told.status("a city is made up: its cast, a night and a day of arrests"):
        if night:
            return build_night(here.store, here.admin_url, here.data, seed=seed, speed=speed).life
        return build(here.store, here.admin_url, here.data, seed=seed, speed=speed, days_before=DAYS_BEFORE).life


def _introduce(here: Opened, port: int) -> None:
    table = Table(title=f"The cast of {here.here.city}, a demonstration", title_justify="left")
    for heading in ("duty", "agency", "sign-in", "password"):
        table.add_column(heading, overflow="fold")
    for member in read_cast(here.data / CAST_FILE):
        table.add_row(member.role, member.agency, member.sign_in, member.password)
    out = Console(width=None if sys.stdout.isatty() else 140)
    out.print(table)
    _introduce_night(here, out)
    out.print(f"PARS serves http://127.0.0.1:{port} – credentials for programs are in {here.data / CAST_FILE}")
    out.print("Try: the officer books an arrest in one window; the charging attorney watches the list in another.")


def _introduce_night(here: Opened, out: Console) -> None:
    cases = read_night(here.data / NIGHT_FILE)
    if not cases:
        return
    table = Table(title="The night: who to look at for what (findings: docs/practice.md)", title_justify="left")
    for heading in ("finding", "who", "site", "sign in as", "look at"):
        table.add_column(heading, overflow="fold")
    for case in cases:
        table.add_row(case.findings, case.who, case.site, case.sign_in, case.look)
    out.print(table)
