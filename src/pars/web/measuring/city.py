"""A city of the bench's own: a folder that is thrown away, and the processes that serve it."""

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pars.clock import now
from pars.errors import Unavailable

PASSWORD = "a-word-for-the-bench"  # noqa: S105 - of made-up accounts in a folder that is thrown away
ORI = "PAPEP0000"
WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class City:
    """The served processes, and the credentials of two accounts."""

    folder: Path
    ports: Sequence[int]
    officer: str
    supervisor: str
    processes: Sequence["subprocess.Popen[bytes]"]

    @property
    def port(self) -> int:
        """Where the first process serves."""
        return self.ports[0]

    def connection(self) -> http.client.HTTPConnection:
        """A kept-alive connection."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def book(self, connection: http.client.HTTPConnection) -> str:
        """Book one arrest; its id once it is acknowledged."""
        body = {
            "arrested_at": (now() - timedelta(minutes=5)).isoformat(),
            "place": "500 block of Sample Street",
            "agency_ori": ORI,
            "dc_number": None,
            "officers": ["4417"],
            "person": {"surname": "Quillfeather", "given": "Rosalind", "birth_date": "1990-02-03", "sex": "F"},
            "charges": [{"statute": "18 § 2701 §§ A1", "counts": 1}],
        }
        headers = {"Authorization": f"Bearer {self.officer}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/arrests", json.dumps(body), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status != http.HTTPStatus.CREATED:
            raise Unavailable(f"booking was answered with {answer.status}")
        return str(told["id"])

    def memory(self) -> float:
        """The proportional memory of the first process and everything that it started, in megabytes."""
        return sum(_pss_kb(pid) for pid in _family(self.processes[0].pid)) / 1024


@contextlib.contextmanager
def served(processes: int = 1) -> Iterator[City]:
    """A new city, served by so many processes, each on a port of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pars-bench-"))
    with contextlib.ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        started = [ending.enter_context(process("city", folder)) for _ in range(processes)]
        keys = json.loads((folder / "bench.json").read_text())
        ports = [port for port, _ in started]
        yield City(folder, ports, keys["officer"], keys["supervisor"], [child for _, child in started])


@contextlib.contextmanager
def process(what: str, folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A process that serves the city, or the plain endpoint beside it, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pars.web.measuring", what, str(folder), str(port)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        _until_ready(port)
        yield port, child
    finally:
        child.terminate()
        child.wait(20)


def _until_ready(port: int) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise Unavailable("the process to be measured does not come up")


def _family(root: int) -> list[int]:
    """A process and everything under it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _pss_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
