"""Run a command with PARS_DATABASE_URL naming private clusters of Debian's PostgreSQL, removed afterwards.

`python -m tools.debian_postgres 2 COMMAND…`: one for each of so many workers of the tests, gw0 and on, because roles
and their passwords belong to a whole cluster. In the address `{worker}` stands for the worker's name.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.memory import write_in_memory

BINARIES = Path("/usr/lib/postgresql")
ADMINISTRATOR = "pars_admin"
SETTINGS = "-c listen_addresses='' -c max_connections=80 -c fsync=off -c full_page_writes=off"
"""They end with the tests, and need not wait for a disk."""


def binaries() -> Path:
    """The programs of the newest PostgreSQL that Debian has installed; installed by root when there is none."""
    if not list(BINARIES.glob("*/bin/initdb")):
        if os.geteuid() != 0:
            sys.exit("this needs Debian's PostgreSQL; run: sudo apt-get install -y postgresql-15")
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql-15"], check=True, stdout=subprocess.DEVNULL)
    return max(BINARIES.glob("*/bin"), key=lambda p: int(p.parent.name))


def _run(folder: Path, user: str, command: list[str]) -> None:
    own = user if os.geteuid() == 0 else None
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=own)


@contextlib.contextmanager
def cluster(bin_dir: Path, folder: Path, user: str, password: str) -> Iterator[None]:
    """A cluster in that folder, its socket included, for as long as the block runs."""
    folder.mkdir()
    (folder / "pw").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder, user)
        shutil.chown(folder / "pw", user)
    data = str(folder / "data")
    initdb = [str(bin_dir / "initdb"), "-D", data, "-U", ADMINISTRATOR, "-A", "scram-sha-256"]
    _run(folder, user, [*initdb, f"--pwfile={folder / 'pw'}", "-E", "UTF8", "--locale=C.UTF-8"])
    control = [str(bin_dir / "pg_ctl"), "-D", data, "-w"]
    _run(folder, user, [*control, "-o", f"-k {folder} {SETTINGS}", "-l", str(folder / "log"), "start"])
    try:
        yield
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            _run(folder, user, [*control, "-m", "fast", "stop"])


def main() -> int:
    """Start, run, stop; the command's exit code."""
    workers, command = int(sys.argv[1]), sys.argv[2:]
    write_in_memory()
    bin_dir, password = binaries(), secrets.token_urlsafe(16)
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="pars-pg-"))
    folder.chmod(0o755)  # for their user to pass; each cluster is its own alone
    url = f"postgresql://{ADMINISTRATOR}:{password}@/postgres?host={folder}/{{worker}}"
    try:
        with contextlib.ExitStack() as running:
            for number in range(workers):
                running.enter_context(cluster(bin_dir, folder / f"gw{number}", user, password))
            return subprocess.run(command, env={**os.environ, "PARS_DATABASE_URL": url}, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
