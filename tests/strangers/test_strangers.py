"""Other people's code verifies our logs: Go's checksum database and Sigstore's library; both refuse a change."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pars.cli import app
from pars.ledger.receipt import promise
from pars.record.roles import Owner
from pars.web.measuring.made_log import LOG, Maker, log_key, private, witness_of, write_log

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SIZE, OLDER = 70_000, 23_374
NODE = shutil.which("node", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}") or "node"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log, and beside it a checkpoint of when it was younger."""
    folder = tmp_path_factory.mktemp("log")
    leaves = list(Maker().leaves(SIZE))
    write_log(folder / "young", islice(leaves, OLDER))
    write_log(folder / "log", leaves)
    shutil.copy(folder / "young" / "checkpoint", folder / "older")
    return folder


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in Go, built from Debian's packages and nothing that is not on this machine."""
    program = tmp_path_factory.mktemp("go") / "verify"
    env = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(program.parent / "cache")}
    compiler = shutil.which("go") or "go"
    subprocess.run([compiler, "build", "-o", str(program), str(HERE / "verify.go")], env=env, check=True)
    return program


def said(*command: object) -> tuple[int, str]:
    """What a program says, and its exit code."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, cwd=PROJECT)
    return done.returncode, done.stdout + done.stderr


def changed(log: Path, to: Path, path: str, old: bytes, new: bytes) -> Path:
    """A copy of a log in which some bytes of one file are others."""
    shutil.copytree(log, to)
    file = to / path
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    return to


def test_gos_own_code_accepts_the_log_and_that_it_only_grew(log: Path, go: Path) -> None:
    witnesses = [word for owner in Owner for word in ("-witness", witness_of(owner))]

    told = said(go, "-every", 997, "-older", log / "older", *witnesses, log / "log", log_key())

    assert told == (0, f"holds: {SIZE} entries, 71 inclusions, {OLDER} is the beginning of {SIZE}\n")


@pytest.mark.parametrize("path", ["tile/entries/003", "tile/0/003", "tile/1/000"])
def test_gos_own_code_refuses_a_flipped_byte(log: Path, go: Path, tmp_path: Path, path: str) -> None:
    shutil.copytree(log / "log", tmp_path / "log")
    file = tmp_path / "log" / path
    body = bytearray(file.read_bytes())
    body[100] ^= 1
    file.write_bytes(body)

    code, told = said(go, tmp_path / "log", log_key())

    assert (code, told.split(":")[0]) == (1, "does not hold")


def test_gos_own_code_refuses_an_edited_size_another_key_and_another_history(
    log: Path, go: Path, tmp_path: Path
) -> None:
    edited = changed(log / "log", tmp_path / "edited", "checkpoint", b"\n70000\n", b"\n69999\n")
    other = write_log(tmp_path / "other", Maker(seed=1).leaves(OLDER))

    for folder, key, older in (
        (edited, log_key(), log / "older"),
        (log / "log", str(log_key()).replace("+", "x+", 1), log / "older"),
        (log / "log", log_key(), tmp_path / "other" / "checkpoint"),
    ):
        assert said(go, "-every", SIZE, "-older", older, folder, key)[0] == 1
    assert other.size == OLDER


def test_gos_own_code_takes_keys_from_files(log: Path, go: Path, tmp_path: Path) -> None:
    key, witnesses = tmp_path / "key", tmp_path / "witnesses"
    key.write_text(f"{log_key()}\n")
    witnesses.write_text("".join(f"{witness_of(owner)}\n" for owner in Owner))

    assert said(go, "-every", SIZE, "-witness", witnesses, log / "log", key)[0] == 0


def test_gos_own_code_says_of_what_it_cannot_read_that_it_cannot(log: Path, go: Path, tmp_path: Path) -> None:
    empty, text, folder = tmp_path / "empty", tmp_path / "text", tmp_path / "log"
    empty.touch()
    text.write_text("no key\n")
    shutil.copytree(log / "log", folder)
    (folder / "tile" / "entries" / "003").unlink()

    for words in (
        [log / "log", tmp_path / "nothing"],
        [log / "log", empty],
        [log / "log", text],
        [log / "log", "nobody"],
        [tmp_path / "nowhere", log_key()],
        ["-older", tmp_path / "nothing", log / "log", log_key()],
        ["-witness", text, log / "log", log_key()],
        [folder, log_key()],
    ):
        code, told = said(go, "-every", 997, *words)

        assert (code, told.split(":")[0]) == (2, "cannot be read"), words


def test_sigstores_library_accepts_the_proof_that_a_receipt_becomes_and_refuses_another(
    log: Path, tmp_path: Path
) -> None:
    leaf = next(islice(Maker().leaves(SIZE), 4_321, None))
    receipt, proof = tmp_path / "receipt.json", tmp_path / "entry.tlog-proof"
    answer = {"receipt": asdict(promise(leaf, LOG, datetime(2026, 9, 2, tzinfo=UTC), private(LOG))), "record": None}
    receipt.write_text(json.dumps(answer))
    command = ["ledger", "verify", str(log / "log"), "--key", str(log_key()), "--receipt", str(receipt)]
    assert CliRunner().invoke(app, [*command, "--proof", str(proof)]).exit_code == 0

    told = said(NODE, HERE / "verify.mjs", log / "log", log_key(), proof)
    elsewhere = tmp_path / "elsewhere.tlog-proof"
    elsewhere.write_text(proof.read_text().replace("index 4321\n", "index 4320\n"))
    resized = tmp_path / "resized.tlog-proof"
    resized.write_text(proof.read_text().replace("\n70000\n", "\n70001\n"))

    assert told == (0, f"holds: entry 4321 of {SIZE}\n")
    assert said(NODE, HERE / "verify.mjs", log / "log", log_key(), elsewhere)[0] == 1
    assert said(NODE, HERE / "verify.mjs", log / "log", log_key(), resized)[0] == 1
