"""A data folder is put back from an older copy, and the commands bring the log to where its witnesses are (T2)."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.partnership import Partnership, asks, founded
from tests.ports import free_port
from tests.waiting import PATIENCE_SECONDS
from tests.witnesses import Asked, witnessing

from pars import clock
from pars.actions import door, inquiries, placing, recovery
from pars.actions.installing import Kind, Opened, opened
from pars.errors import Misconfigured, Unavailable
from pars.ledger.note import KeyKind, key_from, key_of
from pars.ledger.signer import signer_from
from pars.record.roles import Owner
from pars.settings import Settings
from pars.sharing.consent import Decision
from pars.web.witnesses import Named, Witnesses, asked, named_in, write_named

PARS = [sys.executable, "-c", "from pars.cli import main; main()"]
ENVIRONMENT = {**{name: value for name, value in os.environ.items() if name[:5] != "PARS_"}, "PYTHONPATH": "src"}


def pars(*words: str) -> "subprocess.CompletedProcess[str]":
    """A command of the program."""
    return subprocess.run([*PARS, *words], capture_output=True, text=True, env=ENVIRONMENT, check=False)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the database's user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="pars-tests-"))
    folder.chmod(0o711)
    before = clock._pace
    yield folder / "data"
    clock.keep(before)
    shutil.rmtree(folder)


@contextlib.contextmanager
def house(data: Path) -> Iterator[tuple[Opened, Witnesses]]:
    """The installation in its folder, with its own server, as a program opens it."""
    door._seen.clear()
    with opened(Settings(), data, kind=Kind.DEMO) as here, asked(here.store, data) as witnesses:
        yield here, witnesses


def copied(source: Path, to: Path) -> None:
    """A whole folder, owners and all."""
    subprocess.run(["/bin/cp", "-a", str(source), str(to)], check=True)


@pytest.mark.database
def test_a_data_folder_of_yesterday_is_recovered_by_the_commands(data: Path, tmp_path: Path) -> None:
    with contextlib.ExitStack() as at_work:
        witnesses = _grown_old(data, tmp_path, at_work)

        with house(data) as (here, asking):
            city = Partnership(here.store)
            with pytest.raises(Unavailable) as closed:
                inquiries.inquire(here.store, city.analyst(), asks())
            assert closed.value.code == "log-not-signed"
            city.record("Written", "Afterwards")
            placing.place(here.store, asking, asking.keys)
            told = pars("doctor", "--data", str(data), "--json")
            assert told.returncode == 1
            missing = "; ".join(json.loads(told.stdout)["missing"])
            assert "agreement sheriff: withdraw by the police" in missing
            assert "pars ledger recover --from" in missing

            done = pars("ledger", "recover", "--from", str(witnesses[0].folder), "--data", str(data), "--json")
            assert (done.returncode, done.stderr) == (0, "")
            assert len(json.loads(done.stdout)["agree"]) == 3
            for owner in Owner:
                assert recovery.waits(here.store)
                recovery.confirm(here.store, city.speaker(owner), reason="entered again from the duty book")
            size = placing.place(here.store, asking, asking.keys).size
            assert {each.newest().size for each in witnesses} == {size}
            door.still_open(here.store)

        keys = [word for each in witnesses for word in ("--witness", str(each.key))]
        verified = pars("ledger", "verify", str(data / "ledger"), "--key", str(data / "ledger" / "key"), *keys)
        assert verified.returncode == 0, verified.stdout
        (tmp_path / "foreign").mkdir()
        for foreign in (tmp_path / "foreign", tmp_path / "nowhere", "http://127.0.0.1:1/ledger"):
            refused = pars("ledger", "recover", "--from", str(foreign), "--data", str(data))
            assert (refused.returncode, refused.stdout, "Traceback" in refused.stderr) == (2, "", False)
        again = pars("ledger", "recover", "--from", witnesses[1].url, "--data", str(data))
        assert (again.returncode, again.stdout) == (0, f"0 entries are missing, from index {size}\n")


def _grown_old(data: Path, tmp_path: Path, at_work: contextlib.ExitStack) -> list[Asked]:
    """An installation whose three witnesses have seen a withdrawal that its data folder has not; the witnesses."""
    with house(data) as (here, _):
        key = placing.log_key(here.store)
        witnesses = [at_work.enter_context(witnessing(key, tmp_path, owner.value)) for owner in Owner]
        write_named(data, [each.named for each in witnesses])
    with house(data) as (here, asking):
        city = founded(here.store)
        city.agree()
        city.charged()
        placing.place(here.store, asking, asking.keys)
    copied(data, data.with_name("yesterday"))
    with house(data) as (here, asking):
        city = Partnership(here.store)
        inquiries.inquire(here.store, city.analyst(), asks())
        city.say(Owner.POLICE, Decision.WITHDRAW)
        placing.place(here.store, asking, asking.keys)
    shutil.rmtree(data)
    copied(data.with_name("yesterday"), data)
    return witnesses


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1]",
        '[{"url": "http://127.0.0.1:1"}]',
        '[{"url": "http://127.0.0.1:1", "key": "no key"}]',
        json.dumps([{"url": "ftp://127.0.0.1:1", "key": str(key_of("court", KeyKind.WITNESS, b"w" * 32))}]),
        json.dumps([{"url": "http://127.0.0.1:1", "key": str(key_of("court", KeyKind.LOG, b"w" * 32))}]),
        "\\xff",
    ],
)
def test_a_file_of_witnesses_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "witnesses.json").write_text(text)

    with pytest.raises(Misconfigured):
        named_in(tmp_path)


def test_witnesses_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert named_in(tmp_path) == ()
    named = [Named("https://witness.example/court", key_of("court", KeyKind.WITNESS, b"w" * 32))]

    write_named(tmp_path, named)

    assert named_in(tmp_path) == named


def test_the_command_becomes_the_small_program(tmp_path: Path) -> None:
    log = key_of("DEMO-pars/testing", KeyKind.LOG, b"l" * 32)
    options = ["--log", "http://127.0.0.1:1/ledger", "--origin", log.name, "--log-key", str(log)]
    options += ["--key", str(tmp_path / "court.key"), "--listen", str(free_port())]

    with subprocess.Popen([*PARS, "ledger", "witness", *options], stdout=subprocess.PIPE, env=ENVIRONMENT) as running:
        assert running.stdout is not None
        own = key_from(running.stdout.readline().decode())
        program = Path(f"/proc/{running.pid}/cmdline").read_bytes().split(b"\0")
        running.terminate()

        assert running.wait(PATIENCE_SECONDS) == 0
    assert own.name == "DEMO-pars/testing/court"
    assert b"pars.web.witnessing" in program
    assert signer_from((tmp_path / "court.key").read_text()).public == own


def test_a_witness_says_what_it_wants() -> None:
    helped, wrong = pars("ledger", "witness", "--help"), pars("ledger", "witness", "--log", "nowhere")

    assert helped.returncode == 0
    for option in ("--log", "--origin", "--key", "--listen", "--folder", "--log-key"):
        assert option in helped.stdout
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("nowhere", "the address of a log is http(s)://host[:port]/path and nothing else"),
        ("http://127.0.0.1:1/ledger", "the log did not answer for key"),
    ],
)
def test_a_witness_without_a_log_does_not_begin(tmp_path: Path, log: str, words: str) -> None:
    options = ["--log", log, "--origin", "DEMO-pars/x", "--key", str(tmp_path / "court.key"), "--listen", "19"]

    done = pars("ledger", "witness", *options)

    assert (done.returncode, done.stderr) == (2, f"pars: {words}\n")
    assert not (tmp_path / "court.key").exists()
