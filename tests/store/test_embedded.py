"""The embedded server: nothing acknowledged is lost when it is killed, and no second one is started."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
import pytest
from tests.waiting import PATIENCE_SECONDS, comes

from pars.errors import Misconfigured, Unavailable
from pars.store import embedded
from pars.store.embedded import Place, running

JOIN = """
import sys
from pathlib import Path
from pars.store.embedded import running
with running(Path(sys.argv[1])) as url:
    print("joined" if "host" in url else "?")
"""
STAND = """
import sys, time
from pathlib import Path
from pars.store.embedded import running
with running(Path(sys.argv[1])) as url:
    print("up", flush=True)
    time.sleep(600)
"""
HALF = """
import os, signal, sys
from pathlib import Path
from pars.store import embedded
whole = embedded._run
def killed_at_initdb(user, folder, *command):
    if not command[0].endswith("initdb"):
        return whole(user, folder, *command)
    (Path(command[command.index("-D") + 1]) / "PG_VERSION").write_text("15")  # what it writes long before it is done
    os.kill(os.getpid(), signal.SIGKILL)
embedded._run = killed_at_initdb
with embedded.running(Path(sys.argv[1])):
    pass
"""


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pars-embedded-"))
    yield folder
    rmtree(folder)


def postmaster(data: Path) -> int:
    return int((data / "postgresql/cluster/postmaster.pid").read_text().split()[0])


def test_what_was_acknowledged_survives_a_killed_server(data: Path) -> None:
    with running(data) as url:
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (n integer)")
        acknowledged = 0
        for round_ in range(3):
            with psycopg.connect(url, autocommit=True) as connection:
                killer = threading.Timer(0.05, os.kill, (postmaster(data), signal.SIGKILL))
                killer.start()
                with pytest.raises(psycopg.OperationalError):  # noqa: PT012 - the count is the point
                    for n in range(round_ * 1_000_000, (round_ + 1) * 1_000_000):
                        connection.execute("insert into kept values (%s)", (n,))
                        acknowledged += 1
            _wait_for(url)

        with psycopg.connect(url) as connection:
            row = connection.execute("select count(*) from kept").fetchone()

    assert row is not None
    assert acknowledged > 0
    assert acknowledged <= row[0] <= acknowledged + 3


def test_a_second_command_joins_the_running_server(data: Path) -> None:
    with running(data):
        first = postmaster(data)
        told = subprocess.run([sys.executable, "-c", JOIN, str(data)], capture_output=True, text=True, check=True)

        assert told.stdout.strip() == "joined"
        assert postmaster(data) == first


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_goes_when_its_command_goes(data: Path, how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", STAND, str(data)], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline().strip() == "up"
        child = postmaster(data)

        command.send_signal(how)
        command.wait(PATIENCE_SECONDS)

    assert comes(lambda: not _alive(child))


def test_password_and_log_are_for_their_owner_alone(data: Path) -> None:
    with running(data):
        for name in ("password", "log"):
            mode = stat.S_IMODE((data / "postgresql" / name).stat().st_mode)
            assert mode == 0o600, name


def test_it_listens_on_its_socket_alone_with_checksums_and_fsync(data: Path) -> None:
    with running(data) as url, psycopg.connect(url) as connection:
        for name, value in {"listen_addresses": "", "data_checksums": "on", "fsync": "on"}.items():
            row = connection.execute("select current_setting(%s)", (name,)).fetchone()
            assert row == (value,)


def test_programs_that_are_not_there_are_refused_in_words(data: Path) -> None:
    with pytest.raises(Misconfigured, match="PARS_PG_BINDIR"), running(data, bindir=data):
        pass


def test_a_first_start_that_was_killed_while_it_made_the_cluster_is_begun_anew(data: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", HALF, str(data)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (data / "postgresql/cluster.part").mkdir()
    (data / "postgresql/cluster.part/PG_VERSION").write_text("15")

    with running(data) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)

    assert sorted(one.name for one in (data / "postgresql").glob("*.*")) == []


def test_a_cluster_that_lacks_what_it_needs_is_refused_in_words_and_never_made_again(data: Path) -> None:
    kept = data / "postgresql/cluster/base"
    kept.mkdir(parents=True)

    with pytest.raises(Misconfigured, match="holds no PostgreSQL"), running(data):
        pass

    assert kept.exists()


def test_initdbs_copy_of_the_password_is_made_for_its_owner_alone_and_goes_with_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def interrupted(_user: str | None, _folder: Path, *_command: str) -> "subprocess.CompletedProcess[str]":
        modes.append(stat.S_IMODE((data / "password.once").stat().st_mode))
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded, "_run", interrupted)
    monkeypatch.setattr(Path, "chmod", lambda *_: None)  # one that is closed afterwards was open before
    with pytest.raises(KeyboardInterrupt):
        embedded._initialise(Place(data, data, None))

    assert modes == [0o600]
    assert [one.name for one in data.iterdir()] == ["password"]


def test_passwords_that_a_killed_start_left_half_written_are_made_anew(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "password").touch(0o600)
    (data / "password.once").write_text("of before")
    given = []

    def made(_user: str | None, _folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
        once = data / "password.once"
        given.append((once.read_text(), stat.S_IMODE(once.stat().st_mode)))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(embedded, "_run", made)
    embedded._initialise(Place(data, data, None))

    password = (data / "password").read_text()
    assert len(password) > 40
    assert given == [(password, 0o600)]


@pytest.fixture
def deep(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose path is too long for a socket; what needs a short one goes to `elsewhere` beside it."""
    data.chmod(0o755)
    (data / "elsewhere").mkdir()
    (data / "elsewhere").chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(data / "elsewhere"))
    return data / ("deep" * 20)


def test_a_deep_folders_socket_stands_elsewhere_and_goes_with_the_server(data: Path, deep: Path) -> None:
    with running(deep) as url:
        psycopg.connect(url).close()
        (address,) = (data / "elsewhere").iterdir()
        assert stat.S_IMODE(address.stat().st_mode) == 0o700

    assert list((data / "elsewhere").iterdir()) == []


def chosen(folder: Path) -> Path:
    """Where a start puts the socket of a folder, written down as it writes it down."""
    folder.mkdir(parents=True, exist_ok=True)
    address = embedded._socket_folder(Place(folder, folder, None))
    (folder / "socket").write_text(str(address))
    return address


def test_what_a_killed_server_left_elsewhere_is_used_again(data: Path, deep: Path) -> None:
    left = chosen(deep)

    assert chosen(deep) == left
    assert list((data / "elsewhere").iterdir()) == [left]


@pytest.mark.parametrize("what", ["gone", "open to others", "a link", "a file"])
def test_a_name_elsewhere_that_is_no_longer_as_it_was_left_is_left_alone(data: Path, deep: Path, what: str) -> None:
    left, trap = chosen(deep), data / "trap"
    trap.mkdir(mode=0o700)
    if what == "open to others":
        left.chmod(0o711)
    else:
        left.rmdir()
    if what == "a link":
        left.symlink_to(trap)
    elif what == "a file":
        left.touch(0o600)

    new = chosen(deep)

    assert new != left
    assert stat.S_IMODE(new.lstat().st_mode) == 0o700
    assert what != "open to others" or stat.S_IMODE(left.stat().st_mode) == 0o711
    assert list(trap.iterdir()) == []


def test_a_folder_elsewhere_that_is_another_users_is_left_alone(deep: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left, own = chosen(deep), os.geteuid()

    monkeypatch.setattr(os, "geteuid", lambda: own + 1)

    assert chosen(deep) != left


def test_a_copy_of_a_data_folder_has_a_socket_of_its_own(deep: Path) -> None:
    first, copy = chosen(deep), deep.with_name("copy" * 20)
    copy.mkdir()
    (copy / "socket").write_text(str(first))

    assert chosen(copy) != first


def test_the_password_is_told_to_nobody_who_took_the_sockets_name(
    data: Path, deep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, taken = deep / "postgresql", data / "elsewhere" / "pars-taken"
    (folder / "cluster").mkdir(parents=True)
    (folder / "password").write_text("of the administrator")
    (folder / "socket").write_text(str(taken))
    taken.mkdir(mode=0o755)
    monkeypatch.setattr(embedded, "READY_SECONDS", 0.3)

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(taken / ".s.PGSQL.5432"))
        listening.listen()
        with pytest.raises(Unavailable, match="does not answer"):
            embedded._joined(folder)

        listening.setblocking(False)  # noqa: FBT003 - the socket's own way of saying it
        with pytest.raises(BlockingIOError):
            listening.accept()


def _wait_for(url: str) -> None:
    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return True
        return False

    assert comes(answers)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
