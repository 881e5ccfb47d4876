"""`pars watch replay`: what a stranger types; bad input is one sentence and exit code 2."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.watch.logs import written
from typer.testing import CliRunner, Result

from pars.cli import app
from pars.watch.simulate import World, swept

TERMS = """
[agreement]
id = "example"
partner = "Example"
units = ["all"]
term = { from = 2026-01-01, until = 2026-12-31 }
consent = "unanimous"

[[purpose]]
code = "felony-investigation"
case_reference = "partner"
search_by = [["name", "birth_date"]]
fields = ["name"]
"""
KEYS = ["at", "agency", "detector", "evidence", "disclosures_so_far", "action"]


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    file = tmp_path / "terms.toml"
    file.write_text(TERMS)
    return file


def replayed(file: Path, terms: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["watch", "replay", str(file), "--agreement", str(terms), *more])


def refused(file: Path, terms: Path, *more: str) -> str:
    done = replayed(file, terms, *more)
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.startswith("pars: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_sweep_is_told_where_it_tips_and_exit_is_1(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12, pattern=swept(), from_day=10), tmp_path / "log.jsonl")

    done = replayed(log, terms)

    assert done.exit_code == 1
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(one) == KEYS for one in told)
    last = told[-1]
    looks = [one for line in log.read_text().splitlines() if (one := json.loads(line))["type"] == "disclosure"]
    assert looks[last["disclosures_so_far"] - 1]["at"] == last["at"]


def test_honest_work_and_an_empty_log_exit_with_0(tmp_path: Path, terms: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"")

    assert replayed(written(World(days=12), tmp_path / "log.jsonl"), terms).exit_code == 0
    assert replayed(empty, terms).exit_code == 0


def test_a_person_who_stands_for_nobody_is_named_on_the_command_line(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12), tmp_path / "log.jsonl")
    looks = [one for line in log.read_text().splitlines() if (one := json.loads(line))["type"] == "disclosure"]
    touched = next(one for one in looks if one["person"] is not None)

    done = replayed(log, terms, "--canary", touched["person"], "--canary", "nobody-asked-for-this-one")

    (told,) = [one for line in done.stdout.splitlines() if (one := json.loads(line))["action"] != "note"]
    assert done.exit_code == 1
    assert (told["detector"], told["action"], told["at"]) == ("canary", "cosign", touched["at"])
    assert touched["user"] in told["evidence"]


def test_values_on_the_command_line_stand_instead_of_those_of_the_terms(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12, pattern=swept(), from_day=10), tmp_path / "log.jsonl")
    stated = tmp_path / "stated.toml"
    stated.write_text(f"{TERMS}\n[watch]\nodds_ratio_allowed = 1.2\nfalse_alarms_per_year = 0.5\n")

    by_terms = replayed(log, stated)
    by_values = replayed(log, terms, "--odds-ratio-allowed", "1.2", "--false-alarms-per-year", "0.5")

    assert by_values.stdout == by_terms.stdout != replayed(log, terms).stdout
    assert by_values.exit_code == 1
    assert replayed(log, terms, "--coverage-allowed", "2").exit_code == 2


def test_agencies_are_judged_each_by_itself(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12, pattern=swept(), from_day=10), tmp_path / "log.jsonl")
    text = log.read_text()
    log.write_text(text.replace('"agency":"fed","user":"u-', '"agency":"sheriff","user":"u-'))

    told = [json.loads(line) for line in replayed(log, terms).stdout.splitlines()]

    assert {one["agency"] for one in told if one["action"] != "note"} == {"fed"}


def test_what_cannot_be_read_is_one_sentence_and_exit_2(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=1), tmp_path / "log.jsonl")
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(log.read_bytes() + b'{"type":"booking"}\n')
    lines = log.read_bytes().count(b"\n") + 1

    assert f"line {lines}: " in refused(broken, terms)
    refused(tmp_path / "missing.jsonl", terms)
    refused(tmp_path, terms)
    refused(log, tmp_path / "missing.toml")
    refused(log, broken)
    refused(log, terms, "--time-zone", "Nowhere/Land")


def test_an_alarm_of_an_input_that_pauses_is_told_before_it_goes_on(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12, pattern=swept(), from_day=10), tmp_path / "log.jsonl")
    command = [str(Path(sys.executable).with_name("pars")), "watch", "replay", "-", "--agreement", str(terms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None

        running.stdin.write(log.read_bytes())
        running.stdin.flush()
        first = running.stdout.readline()  # and the input has not ended
        running.stdin.close()
        told = [first, *running.stdout.readlines()]

    assert running.returncode == 1
    assert [json.loads(line) for line in told] == [
        json.loads(line) for line in replayed(log, terms).stdout.splitlines()
    ]


def test_an_input_without_an_end_of_its_last_line_is_read_whole(tmp_path: Path, terms: Path) -> None:
    log = written(World(days=12, pattern=swept(), from_day=10), tmp_path / "log.jsonl").read_bytes().rstrip(b"\n")
    command = ["watch", "replay", "-", "--agreement", str(terms)]

    assert CliRunner().invoke(app, command, input=log).exit_code == 1
    assert CliRunner().invoke(app, command, input=b"x" * 2**21).exit_code == 2
