"""The embedded server: nothing acknowledged is lost when it is killed, and no second one is started."""

import contextlib
import os
import signal
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

from pars.errors import Misconfigured
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
