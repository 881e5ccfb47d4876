"""The commands, run as an operator runs them: what they refuse, what they print, and how they end."""

import contextlib
import gc
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import httpx
import pytest
from tests.partnership import terms as plain_terms
from tests.partnership import with_contract
from tests.ports import free_port
from tests.waiting import PATIENCE_SECONDS, comes
from typer.testing import CliRunner, Result

from pars import cli
from pars.actions import placing
from pars.actions.installing import Kind, opened
from pars.actions.loading import COLUMNS
from pars.cli import app
from pars.commands import ledger, on_demand
from pars.commands.demo import courthouse
from pars.demo.cast import COURT_ADDRESS, COURT_TELEPHONE
from pars.ledger.tiles import Tile
from pars.settings import Settings, read
from pars.web.papers.parts import Courthouse

PARS = Path(sys.executable).with_name("pars")
ROOT = Path(__file__).parents[1]
COMMANDS = sorted(cli.COMMANDS)
PLAN = """
[[agency]]
ori = "PAPEP0000"
name = "Police Department"
owner = "police"

[[site]]
code = "D22"
name = "22nd District"
kind = "booking"

[[account]]
sign_in = "supervisor"
full_name = "Calliope Dunstervale"
role = "police-supervisor"
agency_ori = "PAPEP0000"
site = "D22"
"""
WHOLE = "2026-03-01T10:00:00-05:00,Front and Market,PAPEP0000,202618004412,4417,Doe,Jo,1990-02-03,F,W,N,,18 2701 A,1"
BROKEN = "2026-13-41,Front and Market,PAPEP0000,202618004412,4417,Doe,Jo,1990-02-03,F,W,N,,18 2701 A,1"
PROXY = {"PARS_TLS": "proxy"}


def pars(
    *words: str | Path, settings: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with no setting but those given."""
    return subprocess.run(
        [PARS, *map(str, words)], env=environment(settings), cwd=cwd, capture_output=True, text=True, check=False
    )


def said(*words: str | Path, settings: Mapping[str, str] | None = None) -> Result:
    """What a command says that ends before it begins, with no setting but those given: no process is started for it."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("PARS_")}
    return CliRunner().invoke(app, [*map(str, words)], env={**unset, **(settings or {})}, prog_name="pars")


def environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without any setting of the tests' own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARS_")}
    return {**kept, "COLUMNS": "200", **(settings or {})}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place under a folder that PostgreSQL's user can reach."""
    made = Path(tempfile.mkdtemp(prefix="pars-cli-"))
    made.chmod(0o755)
    yield made
    rmtree(made)


@pytest.fixture(scope="module")
def founded(folder: Path) -> Path:
    """A real installation with one account."""
    plan = folder / "plan.toml"
    plan.write_text(PLAN)
    done = pars("found", plan, "--data", folder / "real", "--json")
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)["passwords"]) == ["supervisor"]
    return folder / "real"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"], prog_name="pars")

    assert done.exit_code == 0
    assert "Usage: pars" in done.stdout


@pytest.mark.parametrize("command", ledger.MORE)
def test_every_command_of_the_log_that_is_loaded_when_typed_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, ["ledger", command, "--help"], prog_name="pars")

    assert done.exit_code == 0
    assert f"Usage: pars ledger {command}" in done.stdout


def test_a_command_that_is_typed_loads_no_other() -> None:
    places = {place.partition(":")[0] for place in (*cli.COMMANDS.values(), *ledger.MORE.values())}
    asks = f"""if True:
        import atexit, sys
        from pars.cli import main
        atexit.register(lambda: print(sorted({places} & sys.modules.keys())))
        sys.argv = ["pars", "ledger", "verify", "--help"]
        main()
    """

    done = subprocess.run([sys.executable, "-c", asks], env=environment(), capture_output=True, text=True, check=False)

    assert "Usage: pars ledger verify" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "['pars.commands.ledger']"


def test_nobody_looks_for_garbage_while_a_command_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []

    def loaded(_: str) -> Callable[[], None]:
        looked.append(gc.isenabled())
        return lambda: None

    monkeypatch.setattr(on_demand, "resolve_name", loaded)

    on_demand.Commands({}, {"load": "somewhere:load"})["load"]

    assert (looked, gc.isenabled()) == ([False], True)


def test_a_misspelt_command_is_wrong_use_and_told_the_nearest() -> None:
    for words, nearest in ((["lod"], "load"), (["ledger", "recovr"], "recover")):
        done = CliRunner().invoke(app, words, prog_name="pars")

        assert done.exit_code == 2
        assert f"Did you mean '{nearest}'?" in done.output


def test_without_a_command_it_says_which_there_are() -> None:
    done = pars()

    assert all(command in done.stdout + done.stderr for command in COMMANDS)


@pytest.mark.parametrize("command", ["demo", "serve", "migrate", "doctor"])
def test_an_unknown_setting_is_refused_by_name(command: str, tmp_path: Path) -> None:
    done = said(command, "--data", tmp_path / "data", settings={"PARS_DATABSE_URL": "x"})

    assert (done.exit_code, done.stdout) == (2, "")
    assert "PARS_DATABSE_URL" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [["agreement", "check", "x.toml"], ["ledger", "checkpoint", "x"]])
def test_an_unknown_setting_is_refused_by_commands_that_need_none(command: list[str]) -> None:
    done = CliRunner().invoke(app, command, env={"PARS_DATABSE_URL": "x"})

    assert (done.exit_code, "PARS_DATABSE_URL" in done.output) == (2, True)


def test_the_contract_beside_the_terms_is_told_by_its_hash(tmp_path: Path) -> None:
    terms, contract = tmp_path / "terms.toml", tmp_path / "signed.md"
    terms.write_text(with_contract())
    alone = CliRunner().invoke(app, ["agreement", "check", str(terms), "--json"])
    contract.write_bytes(b"It was signed on paper.")
    hashed = sha256(b"It was signed on paper.").hexdigest()
    beside = CliRunner().invoke(app, ["agreement", "check", str(terms), "--json"])
    shown = CliRunner().invoke(app, ["agreement", "show", str(terms), "--contract", str(contract)])
    missing = CliRunner().invoke(app, ["agreement", "check", str(terms), "--contract", str(tmp_path / "none")])
    terms.write_text(plain_terms())
    unnamed = CliRunner().invoke(app, ["agreement", "check", str(terms), "--contract", str(contract)])

    assert json.loads(alone.stdout)["contract"] is None
    assert json.loads(beside.stdout)["contract"] == hashed
    assert hashed in shown.stdout
    assert (missing.exit_code, unnamed.exit_code) == (2, 1)
    assert "name no contract" in unnamed.output


def test_doctor_founds_nothing_where_there_is_no_installation(tmp_path: Path) -> None:
    none = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path / "data")])
    (tmp_path / "file").touch()
    file = CliRunner().invoke(app, ["migrate", "--data", str(tmp_path / "file")])

    assert (none.exit_code, "no installation" in none.output) == (2, True)
    assert (file.exit_code, "cannot be a folder" in file.output) == (2, True)
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_told_before_a_city_is_built(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = CliRunner().invoke(app, ["demo", "--port", port, "--data", str(tmp_path / "data")])

    assert (done.exit_code, "cannot be listened on" in done.output) == (2, True)
    assert not (tmp_path / "data").exists()


def test_serve_wants_a_database_or_the_word_embedded(tmp_path: Path) -> None:
    done = pars("serve", "--data", tmp_path / "data", settings=PROXY)

    assert done.returncode == 2
    assert "PARS_DATABASE_URL" in done.stderr
    assert "--embedded" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("settings", [{}, {"PARS_TLS": "no"}, {"PARS_TLS_CERTIFICATE": "/only/one.pem"}])
def test_serve_wants_tls_or_the_word_that_a_proxy_does_it(settings: dict[str, str], tmp_path: Path) -> None:
    done = said("serve", "--embedded", "--data", tmp_path / "data", settings=settings)

    assert done.exit_code == 2
    assert "PARS_TLS" in done.stderr


def test_serve_refuses_a_demonstrations_folder(tmp_path: Path) -> None:
    (tmp_path / "kind").write_text("demo\n")

    done = pars("serve", "--embedded", "--data", tmp_path, settings=PROXY)

    assert done.returncode == 2
    assert "“demo” at birth" in done.stderr


def test_demo_refuses_a_real_folder(tmp_path: Path) -> None:
    (tmp_path / "kind").write_text("real\n")

    done = pars("demo", "--data", tmp_path)

    assert done.returncode == 2
    assert "“real” at birth" in done.stderr


@pytest.mark.parametrize("command", [("demo",), ("serve", "--embedded"), ("migrate",)])
def test_a_folder_with_other_things_in_it_is_left_alone(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    done = pars(*command, "--data", tmp_path, settings=PROXY)

    assert done.returncode == 2
    assert "this folder holds something else" in done.stderr
    assert [child.name for child in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_doctor_founds_nothing_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    done = said("doctor", "--data", tmp_path, settings=PROXY)

    assert done.exit_code == 2
    assert "there is no installation in" in done.stderr
    assert [child.name for child in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_whose_mark_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "kind").write_text("")

    done = said("doctor", "--data", tmp_path)

    assert done.exit_code == 2
    assert "pars: " in done.stderr


@pytest.mark.parametrize("plan", ["no toml at [all", '[[agency]]\nname = "no ORI"\n', '[[account]]\nrole = "king"\n'])
def test_a_plan_that_cannot_be_read_founds_nothing(plan: str, founded: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(plan)

    done = pars("found", file, "--data", founded, "--json")

    assert done.returncode in {1, 2}
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_password_that_stands_is_shown_even_when_a_later_account_is_refused(founded: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    account = PLAN[PLAN.index("[[account]]") :]
    file.write_text(account.replace("supervisor", "second", 1) + account)  # the other stands already

    done = pars("found", file, "--data", founded, "--json")

    assert done.returncode == 1
    assert list(json.loads(done.stdout)["passwords"]) == ["second"]
    assert "taken" in done.stderr


def test_a_plan_that_is_not_there_is_wrong_use(founded: Path) -> None:
    done = pars("found", founded / "no.toml", "--data", founded)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_plan_that_is_missing_or_empty_makes_no_installation(tmp_path: Path) -> None:
    empty, comment, new = tmp_path / "empty.toml", tmp_path / "comment.toml", tmp_path / "new"
    empty.touch()
    comment.write_text("# later\n[[agencies]]\n")

    for file, told in (
        (tmp_path / "no.toml", "there is no file"),
        (tmp_path, "there is no file"),
        (empty, "nothing to found"),
        (comment, "nothing to found"),
    ):
        done = said("found", file, "--data", new)

        assert (done.exit_code, done.stdout) == (2, "")
        assert told in done.stderr
        assert str(file) in done.stderr
        assert not new.exists()


@pytest.mark.parametrize("fmt", ["csv", "nibrs-csv", "livescan"])
def test_a_file_that_cannot_be_loaded_makes_no_installation(fmt: str, tmp_path: Path) -> None:
    other, new = tmp_path / "other", tmp_path / "new"
    other.write_bytes(b"\0\1\2 neither rows nor prints")

    for file in (tmp_path / "missing", other, tmp_path):
        done = said("load", file, "--format", fmt, "--data", new, "--json")

        assert (done.exit_code, done.stdout) == (2, ""), done.stderr
        assert not new.exists()


def test_a_second_load_says_that_it_replaced_the_errors_file(founded: Path, tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("\n".join([",".join(COLUMNS), BROKEN]) + "\n")

    first = pars("load", file, "--data", founded, "--json", cwd=tmp_path)
    second = pars("load", file, "--data", founded, "--json", cwd=tmp_path)

    assert "replaced" not in first.stderr
    assert "twice.csv.errors.csv was there before, and was replaced" in second.stderr
    assert json.loads(second.stdout)["errors_file"] == "twice.csv.errors.csv"


def test_load_says_alone_on_standard_output_what_became_of_the_rows(founded: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("\n".join([",".join(COLUMNS), WHOLE, BROKEN, WHOLE]) + "\n")

    done = pars("load", file, "--data", founded, "--json", cwd=tmp_path)

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told == {"loaded": 2, "refused": 1, "errors_file": "in.csv.errors.csv"}
    assert (tmp_path / told["errors_file"]).read_text().count("\n") == 2


def test_load_refuses_a_file_that_is_not_there(founded: Path, tmp_path: Path) -> None:
    done = pars("load", "no-such.csv", "--data", founded, "--json", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("pars:") == 1
    assert "Traceback" not in done.stderr


def test_load_refuses_a_format_that_it_does_not_know(founded: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text(",".join(COLUMNS) + "\n")

    unknown = pars("load", file, "--format", "excel", "--data", founded, "--json", cwd=tmp_path)
    wrong = pars("load", file, "--format", "nibrs-csv", "--data", founded, "--json", cwd=tmp_path)

    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_doctor_says_as_json_that_everything_holds(founded: Path) -> None:
    done = pars("doctor", "--data", founded, "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["kind"], told["missing"]) == ("real", [])
    assert told["checksums"] is told["fsync"] is told["synchronous_commit"] is True


def test_doctor_names_a_lost_file_of_the_log_and_one_command_mends_it(founded: Path) -> None:
    with opened(Settings(), founded, kind=Kind.REAL) as here:
        size = placing.place(here.store).size
    lost = founded / "ledger" / Tile(None, 0, size).path
    kept = lost.read_bytes()
    lost.unlink()

    told = pars("doctor", "--data", founded, "--json")
    looked = pars("ledger", "mend", "--check", "--data", founded)
    mended = pars("ledger", "mend", "--data", founded, "--json")
    after = pars("doctor", "--data", founded, "--json")

    assert told.returncode == looked.returncode == 1
    (sentence,) = [one for one in json.loads(told.stdout)["missing"] if "pars ledger mend" in one]
    assert Tile(None, 0, size).path in sentence
    assert json.loads(mended.stdout)["lost"] == [Tile(None, 0, size).path]
    assert lost.read_bytes() == kept
    assert "pars ledger mend" not in after.stdout


def test_doctor_names_a_key_that_others_can_read(founded: Path) -> None:
    key = next((founded / "epochs").iterdir())
    key.chmod(0o644)

    done = pars("doctor", "--data", founded, "--json")

    key.chmod(0o600)
    assert done.returncode == 1
    assert json.loads(done.stdout)["missing"] == [f"epochs: {key.name} is open to others; it must be its owner's alone"]


def test_migrate_run_again_says_that_it_is_ready(founded: Path) -> None:
    done = pars("migrate", "--data", founded, "--json")

    assert json.loads(done.stdout) == {"kind": "real", "city": "Philadelphia", "ready": True}


def test_document_check_finds_every_document_as_generated_and_sees_one_that_differs(tmp_path: Path) -> None:
    assert pars("document", "--check").returncode == 0

    done = pars("document", "--check", cwd=tmp_path)

    assert done.returncode == 1
    assert "docs/" in done.stderr
    assert list(tmp_path.iterdir()) == []


def serving(*words: str | Path, settings: Mapping[str, str] | None = None, log: Path) -> "subprocess.Popen[bytes]":
    """A command that goes on, with what it says in a file."""
    with log.open("ab") as told:
        return subprocess.Popen([PARS, *map(str, words)], env=environment(settings), cwd=ROOT, stdout=told, stderr=told)


def wait_until_ready(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until it says that it can work."""

    def ready() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE_SECONDS).status_code == 200
        return process.poll() is not None

    assert comes(ready), log.read_text()[-2000:]
    assert process.poll() is None, log.read_text()[-2000:]


def postmaster(data: Path) -> int:
    """The process id of a folder's PostgreSQL."""
    return int((data / "postgresql/cluster/postmaster.pid").read_text().split()[0])


def test_a_second_command_joins_the_running_server_and_the_server_goes_on(founded: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    server = serving("serve", "--embedded", "--port", str(port), "--data", founded, settings=PROXY, log=log)
    try:
        wait_until_ready(port, server, log)
        first = postmaster(founded)

        done = pars("doctor", "--data", founded, "--json")

        assert done.returncode == 0, done.stderr
        assert postmaster(founded) == first
        wait_until_ready(port, server, log)
    finally:
        server.terminate()
        server.wait(PATIENCE_SECONDS)


def test_a_demo_ends_within_ten_seconds_of_sigterm_and_goes_on_with_the_same_cast(folder: Path) -> None:
    data, log, casts, took = folder / "demo", folder / "demo.log", [], []
    for _ in range(2):
        port = free_port()
        demo = serving("demo", "--port", str(port), "--data", data, log=log)
        wait_until_ready(port, demo, log)
        child = postmaster(data)
        casts.append((data / "cast.json").read_bytes())
        shown = log.read_text()

        began = time.monotonic()
        demo.send_signal(signal.SIGTERM)
        ended = demo.wait(PATIENCE_SECONDS)

        took.append(time.monotonic() - began)
        assert ended == 0
        assert not Path(f"/proc/{child}").exists()
    assert min(took) < 10, "seconds; once, where a busy machine was slow the other time"
    assert casts[0] == casts[1]
    officer = next(member for member in json.loads(casts[0]) if member["sign_in"] == "officer")
    assert re.search(rf"officer\W.*{re.escape(officer['password'])}", shown)


def test_the_court_that_papers_name_is_what_was_set_and_in_a_demonstration_made_up() -> None:
    set_so = read({"PARS_COURT_ADDRESS": "22 Set Street", "PARS_COURT_TELEPHONE": "215-555-0177"})
    unset = read({"PARS_COURT_ADDRESS": " "})

    assert (unset.court_address, unset.court_telephone) == (None, None)
    assert courthouse(set_so) == Courthouse("22 Set Street", "215-555-0177")
    assert courthouse(unset) == Courthouse(COURT_ADDRESS, COURT_TELEPHONE)
