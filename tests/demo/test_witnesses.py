"""The demonstration's three witnesses: each a small process of its own, started again when it falls, ended with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.partnership import founded

from pars.actions import placing
from pars.actions.installing import Kind, Opened
from pars.demo.witnesses import witnessed
from pars.ledger.note import note_from
from pars.record.roles import Owner
from pars.store.database import Store
from pars.store.installation import installation
from pars.web.witnesses import Witnesses, asked

PATIENCE = 120.0
MOST_KB = 30_000


@pytest.fixture
def here(store: Store, admin_url: str, tmp_path: Path) -> Opened:
    """An installation whose log has something to sign."""
    founded(store)
    with store.transaction("pars_act") as connection:
        is_ = installation(connection)
    return Opened(store, admin_url, tmp_path, Kind.DEMO, is_, born=True)


def children() -> list[int]:
    """The witnesses that this process started."""
    found = subprocess.run(
        ["/usr/bin/pgrep", "-P", str(os.getpid()), "-f", "pars.web.witnessing"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in found.stdout.split()]


def test_three_owners_sign_and_one_that_is_killed_comes_back(here: Opened) -> None:
    with witnessed(here, port=9), asked(here.store, here.data) as witnesses:
        assert signs(here, witnesses) == {f"{placing.log_key(here.store).name}/{owner.value}" for owner in Owner}
        assert max(pss(child) for child in children()) < MOST_KB

        os.kill(children()[0], signal.SIGKILL)
        founded_again = len(signs(here, witnesses))
        assert founded_again == 3
    assert children() == []


def signs(here: Opened, witnesses: Witnesses) -> set[str]:
    """Who signs, once all three do or nobody waits any longer."""
    until = time.monotonic() + PATIENCE
    while True:
        with here.store.transaction("pars_ledger") as connection:
            connection.execute("update ledger.head set signed_at = signed_at - interval '20 seconds'")
        placing.place(here.store, witnesses, ())
        note = note_from(here.store.files.read("checkpoint") or b"")
        found = {each.name for each in note.signatures} - {placing.log_key(here.store).name}
        if (len(found) == len(Owner) and len(children()) == len(Owner)) or time.monotonic() > until:
            return found
        time.sleep(0.1)


def pss(process: int) -> int:
    """The memory that is a process's own part, in kB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def test_a_witness_ends_when_whoever_started_it_is_gone(here: Opened) -> None:
    key = str(placing.log_key(here.store))
    options = ["--log", "http://127.0.0.1:1/ledger", "--origin", "DEMO-pars/x", "--log-key", key, "--listen", "0"]
    command = [
        sys.executable,
        "-m",
        "pars.web.witnessing",
        *options,
        "--key",
        str(here.data / "a.key"),
        "--with-parent",
    ]
    environment = {**os.environ, "PYTHONPATH": "src"}

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        child.stdin.close()

        assert child.wait(PATIENCE) == 0
