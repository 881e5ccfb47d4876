"""Run a command with PARS_DATABASE_URL naming a private cluster of Debian's PostgreSQL, removed afterwards."""

import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")


def binaries() -> Path:
    """The programs of the newest PostgreSQL that Debian has installed; installed by root when there is none."""
    if not list(BINARIES.glob("*/bin/initdb")):
        if os.geteuid() != 0:
            sys.exit("this needs Debian's PostgreSQL; run: sudo apt-get install -y postgresql-15")
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql-15"], check=True, stdout=subprocess.DEVNULL)
    return max(BINARIES.glob("*/bin"), key=lambda p: int(p.parent.name))


def main() -> int:
    """Start, run, stop; the command's exit code."""
    bin_dir = binaries()
    folder = Path(tempfile.mkdtemp(prefix="pars-pg-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    password = secrets.token_urlsafe(16)
    (folder / "pw").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(folder / "pw", user)
    data = folder / "data"
    init = [
        str(bin_dir / "initdb"),
        "-D",
        str(data),
        "-U",
        "pars_admin",
        "-A",
        "scram-sha-256",
        f"--pwfile={folder / 'pw'}",
    ]
    subprocess.run(
        [*init, "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=user if os.geteuid() == 0 else None,
    )
    options = f"-k {folder} -c listen_addresses='' -c max_connections=80"
    control = [str(bin_dir / "pg_ctl"), "-D", str(data), "-w"]
    start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user if os.geteuid() == 0 else None)
    url = f"postgresql://pars_admin:{password}@/postgres?host={folder}"
    try:
        return subprocess.run(sys.argv[1:], env={**os.environ, "PARS_DATABASE_URL": url}, check=False).returncode
    finally:
        subprocess.run(
            [*control, "-m", "fast", "stop"],
            check=False,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            user=user if os.geteuid() == 0 else None,
        )
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
