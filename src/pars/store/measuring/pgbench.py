"""pgbench: the load generator that PostgreSQL brings, sending what the door sends."""

import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pars.errors import Unavailable
from pars.store.database import PLANNED_ONCE
from pars.store.embedded import bundled
from pars.store.measuring.calls import Script

ROLE = "pars_bench"
_RATE = re.compile(r"tps = ([0-9.]+)")


def program() -> Path | None:
    """Where pgbench is: beside the embedded PostgreSQL, or the system's own; None when there is none."""
    package = bundled()
    places = [package / "pginstall" / "bin" / "pgbench"] if package else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)
    found = next((place for place in places if place.exists()), None)
    named = shutil.which("pgbench")
    return found or (Path(named) if named else None)


def role(admin_url: str) -> str:
    """A role that may be the acting door and the partners', one at a time and never both; its address."""
    password = secrets.token_urlsafe(24)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create role {} login noinherit in role pars_act, pars_partner password {}").format(
                sql.Identifier(ROLE), sql.Literal(password)
            )
        )
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(ROLE)))
    where = {k: v for k, v in conninfo_to_dict(admin_url).items() if k not in {"user", "password"}}
    return make_conninfo("", **where, user=ROLE, password=password, options=f"{PLANNED_ONCE} -c role=pars_act")


def rate(address: str, script: Script, *, clients: int, seconds: float) -> float:
    """How often a second a script is run by so many clients at once, every statement of it prepared."""
    found = program()
    if found is None:
        raise Unavailable("there is no pgbench on this machine")
    where = conninfo_to_dict(address)
    password = str(where.pop("password"))
    folder = Path(tempfile.mkdtemp(prefix="pars-bench-"))
    command = [str(found), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients))]
    command += ["-T", str(max(1, round(seconds)))]
    file = folder / "calls.sql"
    file.write_text(script.text)
    command += ["-f", str(file)]
    command += [part for name, value in script.variables.items() for part in ("-D", f"{name}={value}")]
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [*command, make_conninfo("", **where)],
            env={"PGPASSWORD": password, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(folder)
    told = _RATE.search(done.stdout)
    if done.returncode != 0 or told is None:
        raise Unavailable("pgbench could not send the calls: " + done.stderr.strip()[-300:])
    return float(told[1])
