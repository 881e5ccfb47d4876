"""The commands; each is a few lines that call an action. 0: it holds; 1: it does not; 2: wrong use."""

import contextlib
import json
import logging
import os
import secrets
import sys
import threading
import tomllib
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pars import __version__, agreement_cli, ledger_cli, print_cli, watch_cli, webhook_cli, witness_cli
from pars.actions import founding, live, loading, mending, placing, prints, readiness
from pars.actions.founding import NewAccount
from pars.actions.installing import Kind, Opened, data_folder, open_to_others, opened, running_on
from pars.demo.cast import CAST_FILE, read_cast
from pars.demo.city import BACK_STORY, DAYS_BEFORE, build, build_night
from pars.demo.life import Life
from pars.demo.night import NIGHT_FILE
from pars.demo.night import read as read_night
from pars.demo.witnesses import witnessed
from pars.errors import BadInput, Misconfigured, ParsError
from pars.record.livescan import LARGEST
from pars.record.roles import Owner, Role
from pars.rounds.all import going
from pars.settings import Settings, read
from pars.store.installation import health
from pars.web.app import Serving, create_app
from pars.web.measuring import SIZES, measure
from pars.web.papers.listed import DOCUMENTS
from pars.web.serving import check_free, log_plainly
from pars.web.serving import serve as serve_http
from pars.web.witnesses import asked

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="PARS, the live record of every arrest.",
)
told = Console(stderr=True)

app.add_typer(agreement_cli.app, name="agreement")
for command in (witness_cli.witness, witness_cli.recover):
    ledger_cli.app.command()(command)
app.add_typer(ledger_cli.app, name="ledger")
app.add_typer(print_cli.app, name="print")
app.add_typer(watch_cli.app, name="watch")
app.add_typer(webhook_cli.app, name="webhook")

BY_DAY, BY_NIGHT = 60.0, 1.0
"""City seconds a second: a demonstration lives an hour a minute; a night stands as it was left."""
_COMPARED = "entries compared with the files of the log"

Data = Annotated[Path | None, typer.Option(help="the folder for data and keys; PARS_DATA means the same")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object alone on standard output")]


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
    with _settings():
        pass  # a misspelt setting is told by every command, also by those that need none


@contextlib.contextmanager
def _settings() -> Iterator[Settings]:
    """The settings; whatever is refused in the block is one sentence and exit 1, wrong settings exit 2."""
    try:
        yield read(os.environ)
    except Misconfigured as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from refusal
    except ParsError as refusal:
        told.print(f"pars: {refusal.sentence}", style="red", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from refusal


@contextlib.contextmanager
def _progress(words: str) -> Iterator[Callable[[int], None]]:
    """A count on standard error for whatever takes longer than two seconds."""
    with Progress(TextColumn(words), TextColumn("{task.completed}"), TimeElapsedColumn(), console=told) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done: progress.update(task, completed=done)


class _NoValues(logging.Filter):
    """A fault in the log is its kind and its place: its message may hold what somebody typed (T26)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without the words of its exception."""
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = _place_of(record.exc_info[0], record.exc_info[2]), ()
            record.exc_info = record.exc_text = None
        return True


def _place_of(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return f"fault {kind.__name__} at {' > '.join(frames[-6:])}"


def _log_without_values() -> None:
    """Everything that reaches standard error, from us or from a library, goes through the same filter."""
    log_plainly()
    handler = logging.StreamHandler()
    handler.addFilter(_NoValues())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_NoValues())  # it has a handler of its own
    threading.excepthook = lambda fell: logging.getLogger("pars").error(_place_of(fell.exc_type, fell.exc_traceback))


@app.command()
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
    with _settings() as settings:
        folder = data_folder(settings, data, kind=Kind.DEMO)
        check_free("127.0.0.1", port)
        _log_without_values()
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
                application = create_app(here.store, Serving(demo=True, city=here.here.city))
                serve_http(application, host="127.0.0.1", port=port, settings=settings)


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


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="the port to listen on")] = 8443,
    data: Data = None,
    *,
    embedded: Annotated[bool, typer.Option(help="use the PostgreSQL that PARS brings along")] = False,
) -> None:
    """Serve a real installation. Refuses a demonstration's folder, and HTTP without TLS."""
    with _settings() as settings:
        if not settings.tls_by_proxy and (settings.tls_certificate is None or settings.tls_key is None):
            raise Misconfigured(
                "give PARS_TLS_CERTIFICATE and PARS_TLS_KEY, or PARS_TLS=proxy when something in front speaks TLS"
            )
        check_free(host, port)
        _log_without_values()
        folder = data_folder(settings, data)
        with (
            opened(settings, folder, kind=Kind.REAL, may_embed=embedded) as here,
            asked(here.store, here.data) as witnesses,
            going(here.store, cosign=witnesses, witnesses=witnesses.keys),
            contextlib.suppress(KeyboardInterrupt),
        ):
            application = create_app(here.store, Serving(city=here.here.city, secure=True))
            serve_http(application, host=host, port=port, settings=settings)


@app.command()
def migrate(data: Data = None, *, as_json: Json = False) -> None:
    """Bring the database to this version; a new one is founded as a real installation."""
    with _settings() as settings, opened(settings, data_folder(settings, data)) as here:
        _say({"kind": here.kind.value, "city": here.here.city, "ready": True}, as_json=as_json)


@app.command()
def doctor(data: Data = None, *, as_json: Json = False) -> None:
    """Whether this installation keeps what it acknowledges: exit 1 when something does not hold."""
    with _settings() as settings, opened(settings, data_folder(settings, data), may_found=False) as here:
        state = health(here.admin_url)
        missing = readiness.not_ready(here.store, serving=False)
        missing += witness_cli.explained(here)
        missing += [name for name in ("checksums", "fsync", "synchronous_commit") if not getattr(state, name)]
        missing += [f"epochs: {name} is open to others; it must be its owner's alone" for name in open_to_others(here)]
        log = placing.state(here.store)
        missing += log.told if log.why is not None else []  # nobody need be serving, so old entries may wait
        if log.signed_size and (log.why is None or log.why == "folder"):
            missing += mending.explained(here.store, ledger_cli.counting(_COMPARED))
        _say({**asdict(state), "kind": here.kind.value, "log": log.line, "missing": missing}, as_json=as_json)
        if missing:
            raise typer.Exit(1)


@ledger_cli.app.command()
def mend(
    data: Data = None,
    *,
    check: Annotated[bool, typer.Option(help="change nothing; exit 1 when something is lost or damaged")] = False,
    as_json: Json = False,
) -> None:
    """Make lost and damaged files of the log again from the database, if it agrees with the signed checkpoint."""
    with _settings() as settings, opened(settings, data_folder(settings, data), may_found=False) as here:
        found = (mending.look if check else mending.mend)(here.store, ledger_cli.counting(_COMPARED))
        _say({"entries": found.size, "lost": found.lost, "damaged": found.damaged}, as_json=as_json)
        if check and found.files:
            raise typer.Exit(1)


@app.command()
def found(
    file: Annotated[Path, typer.Argument(help="agencies, sites and first accounts, as TOML; see docs/guides")],
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Found agencies, sites and the first accounts of a real installation, with passwords that are shown once."""
    with _settings() as settings:
        plan = _plan(file)
        with opened(settings, data_folder(settings, data), kind=Kind.REAL) as here:
            for ori, name, owner in plan.agencies:
                founding.agency(here.store, ori, name, owner)
            for code, name, kind in plan.sites:
                founding.site(here.store, code, name, kind)
            passwords: dict[str, str] = {}
            try:
                for new in plan.accounts:
                    founding.account(here.store, new)
                    passwords[new.sign_in] = new.password
            finally:  # a password is shown once: those that stand are shown even when a later account is refused
                _say({"passwords": passwords}, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Plan:
    agencies: list[tuple[str, str, Owner | None]]
    sites: list[tuple[str, str, str]]
    accounts: list[NewAccount]


def _plan(file: Path) -> _Plan:
    """Read the whole plan before anything is founded; refused in words, naming what it lacks."""
    try:
        text = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise Misconfigured("the file cannot be read as TOML") from cause
    try:
        return _Plan(
            [(x["ori"], x["name"], Owner(x["owner"]) if "owner" in x else None) for x in text.get("agency", [])],
            [(x["code"], x["name"], x["kind"]) for x in text.get("site", [])],
            [_new_account(x) for x in text.get("account", [])],
        )
    except KeyError as cause:
        raise Misconfigured(f"an agency, site or account in the file lacks its “{cause.args[0]}”") from cause
    except (AttributeError, TypeError, ValueError) as cause:
        raise Misconfigured("the file names a role or an owner that there is not; see docs/guides") from cause


def _new_account(given: dict[str, str]) -> NewAccount:
    return NewAccount(
        given["sign_in"],
        given["full_name"],
        Role(given["role"]),
        given["agency_ori"],
        secrets.token_urlsafe(12),
        given.get("site"),
        given.get("badge"),
    )


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="the file with one arrest a row")],
    fmt: Annotated[
        str, typer.Option("--format", help="csv, nibrs-csv or livescan; see docs/guides/loading.md")
    ] = "csv",
    by: Annotated[str, typer.Option(help="the sign-in name of the account that loads")] = loading.LOADER,
    errors: Annotated[Path | None, typer.Option(help="where the broken rows go; beside the file's name here")] = None,
    arrest: Annotated[int | None, typer.Option(help="livescan: the arrest's number; else the file's DC number")] = None,
    data: Data = None,
    *,
    as_json: Json = False,
) -> None:
    """Load arrests: each row by the same acts as at the desks, or written out with its reason. Or prints of one."""
    if fmt not in {"csv", "nibrs-csv", "livescan"} or (arrest is not None and fmt != "livescan"):
        told.print("pars: --format is csv, nibrs-csv or livescan; --arrest goes with livescan alone", style="red")
        raise typer.Exit(2)
    if fmt == "livescan":
        _load_prints(file, by, arrest, data, as_json=as_json)
        return
    with _settings() as settings, opened(settings, data_folder(settings, data)) as here, _progress("rows") as progress:
        try:
            who = loading.loader(here.store, by)
            outcome = loading.load(here.store, who, file, fmt, errors or Path(f"{file.name}.errors.csv"), progress)
        except BadInput as refusal:
            raise Misconfigured(refusal.sentence) from refusal  # no such account, or no such file: wrong use
        _placed(here)
    told.print(f"among the loaded: {outcome.children} children, {outcome.summonses} summonses", highlight=False)
    answer = {"loaded": outcome.loaded, "refused": outcome.refused, "errors_file": outcome.errors_file}
    _say(answer, as_json=as_json)


def _load_prints(file: Path, by: str, arrest: int | None, data: Path | None, *, as_json: bool) -> None:
    """Attach the prints of one file. Nothing of a file that is refused is written anywhere, an errors file included."""
    with _settings() as settings, opened(settings, data_folder(settings, data)) as here:
        who = loading.loader(here.store, by)
        attached = prints.attach_by_case_number(here.store, who, loading.whole(file, LARGEST), arrest)
        _placed(here)
    _say({"loaded": 1, "refused": 0, "errors_file": None, "left_out": list(attached.left_out)}, as_json=as_json)


def _placed(here: Opened) -> None:
    """What was loaded has its places: in the lists of those who wait, and in the log."""
    live.place_events(here.store)
    with asked(here.store, here.data) as witnesses:
        placing.place(here.store, witnesses, witnesses.keys)


@app.command()
def bench(
    size: Annotated[str, typer.Option(help="small or full")] = "full",
    *,
    as_json: Json = False,
) -> None:
    """Measure this machine: desks, loading, memory, inquiries and withdrawals. Exit 1 when a target is missed."""
    if size not in SIZES:
        told.print("pars: --size is small or full", style="red")
        raise typer.Exit(2)
    with _settings():
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


@app.command()
def document(*, check: Annotated[bool, typer.Option(help="write nothing; exit 1 when one differs")] = False) -> None:
    """Write the documents that are generated from tables."""
    different = [
        path for path, text in DOCUMENTS.items() if not Path(path).exists() or Path(path).read_text() != text()
    ]
    for path in different:
        told.print(path)
        if not check:
            Path(path).write_text(DOCUMENTS[path](), encoding="utf-8")
    if check and different:
        raise typer.Exit(1)


def _say(answer: dict[str, object], *, as_json: bool) -> None:
    """What a command found: an object for programs, lines for people."""
    if as_json:
        typer.echo(json.dumps(answer, default=str))
        return
    for name, value in answer.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def main() -> None:
    """Run the commands."""
    app()
