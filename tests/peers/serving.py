"""PostGraphile as a process beside us: installed by its lock file for the long campaigns, and nowhere else."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

HERE: Final = Path(__file__).parent / "postgraphile"
PATIENCE_SECONDS: Final = 60.0
LIBPQ: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}


def installed() -> bool:
    """Whether `make peers` has put the packages there."""
    return (HERE / "node_modules" / "postgraphile").is_dir()


def version() -> str:
    """Which one."""
    found: str = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]["postgraphile"]
    return found


def node() -> str:
    """The interpreter of the packages: the one that came with our own, or the machine's."""
    beside = Path(sys.executable).parent / "node"
    found = str(beside) if beside.exists() else shutil.which("node")
    assert found, "there is no node: make install"
    return found


@contextlib.contextmanager
def postgraphile(url: str) -> Iterator[int]:
    """Serve the schema `peer` of a database to whomever the address signs in; the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    named = conninfo_to_dict(url)
    where = {variable: str(named[name]) for name, variable in LIBPQ.items() if name in named}
    env = {**os.environ, **where, "NODE_ENV": "production", "PEER_PORT": str(port)}
    with subprocess.Popen([node(), "server.mjs"], cwd=HERE, env=env, start_new_session=True) as process:
        try:
            _answers(process, port)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # with its child: `node` may be a script that starts the real one


def _answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("POST", "/graphql", '{"query": "{ __typename }"}', {"Content-Type": "application/json"})
            with connection.getresponse() as answer:
                if answer.status == http.HTTPStatus.OK:
                    return
        time.sleep(0.1)
    raise AssertionError("PostGraphile does not serve")
