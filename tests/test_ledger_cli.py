"""`pars ledger`: what a stranger types, on files and over HTTP; bad input is one sentence and exit code 2."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.logs import fault
from typer.testing import CliRunner, Result

from pars.cli import app
from pars.ledger.entry import Kind
from pars.ledger.receipt import promise
from pars.record.roles import Owner
from pars.web.measuring.made_log import COSIGNED_AT, LOG, PARTNER, Maker, log_key, private, witness_of, write_log

SIZE = 3_000
DAYS = ["--from", "2026-09-01", "--until", "2026-09-30"]


class Quiet(SimpleHTTPRequestHandler):
    """Files, without a line for each."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log; nobody writes into it."""
    folder = tmp_path_factory.mktemp("log") / "log"
    write_log(folder, Maker().leaves(SIZE), listed=[*Owner, "university"])
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A smaller one."""
    folder = tmp_path_factory.mktemp("log") / "log"
    write_log(folder, Maker().leaves(300))
    return folder


@pytest.fixture(scope="module")
def address(log: Path) -> Iterator[str]:
    """The same log, served as plain files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=log.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/log"
        server.shutdown()


def pars(*words: object) -> Result:
    """What `pars ledger` says."""
    return CliRunner().invoke(app, ["ledger", *(str(word) for word in words)])


def refused(*words: object) -> str:
    """The one sentence of a call that cannot be carried out."""
    done = pars(*words)
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.startswith("pars: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_every_check_is_a_line_and_all_hold(log: Path, address: str) -> None:
    for place in (log, address, f"{address}/"):
        done = pars("verify", place, "--key", log_key())

        assert done.exit_code == 0, done.output
        lines = done.stdout.splitlines()
        assert all(line.startswith("pass  ") for line in lines)
        assert len(lines) == 16
        assert "missing besides, which alone is no failure: pars/made-up/university" in lines[1]


def test_json_stands_alone_on_standard_output(log: Path) -> None:
    told = json.loads(pars("verify", log, "--key", log / "key", "--json").stdout)

    assert (told["holds"], told["log"], told["size"]) == (True, LOG, SIZE)
    assert {"name", "holds", "said", "index", "judged"} == set(told["checks"][0])


def test_witnesses_are_given_by_key_or_by_file(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "witnesses"
    file.write_text(f"{witness_of('police')}\n{witness_of('court')}\n")

    assert pars("verify", log, "--key", log_key(), "--witness", file).exit_code == 0
    by_key = pars("verify", log, "--key", log_key(), "--witness", witness_of("court"))
    assert by_key.exit_code == 1
    assert (
        by_key.stdout.splitlines()[-1]
        == "FAIL  cosignatures: court of the three owners; missing: police, district-attorney"
    )


def test_the_first_check_that_fails_is_the_last_that_is_told(log: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(log, tmp_path / "log")
    file = folder / "tile" / "0" / "002"
    file.write_bytes(b"x" + file.read_bytes()[1:])

    done = pars("verify", folder, "--key", log_key())
    told = json.loads(pars("verify", folder, "--key", log_key(), "--json").stdout)

    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1].startswith("FAIL  entries: entry 512 ")
    assert (told["holds"], told["checks"][-1]["index"]) == (False, 512)


def test_a_receipt_becomes_a_proof_or_evidence(log: Path, tmp_path: Path) -> None:
    at = datetime.fromtimestamp(COSIGNED_AT - 100_000, UTC)
    leaf = next(islice(Maker().leaves(SIZE), 99, None))
    there, missing, proof = tmp_path / "there.json", tmp_path / "missing.json", tmp_path / "99.tlog-proof"
    there.write_text(json.dumps({"receipt": asdict(promise(leaf, LOG, at, private(LOG))), "record": None}))
    missing.write_text(json.dumps(asdict(promise(b"left out", LOG, at, private(LOG)))))

    done = pars("verify", log, "--key", log_key(), "--receipt", there, "--proof", proof)
    told = json.loads(pars("verify", log, "--key", log_key(), "--receipt", there, "--json").stdout)
    evidence = pars("verify", log, "--key", log_key(), "--receipt", missing)

    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == f"pass  receipt: its entry is entry 99 of {SIZE}"
    assert proof.read_text().splitlines()[:2] == ["c2sp.org/tlog-proof@v1", "index 99"]
    assert (told["receipt"]["index"], len(told["receipt"]["hashes"])) == (99, 12)
    assert evidence.exit_code == 1
    assert "evidence against the log" in evidence.stdout


@pytest.mark.parametrize("over_http", [False, True])
def test_a_log_is_copied_into_a_folder_that_holds_by_itself(
    log: Path, address: str, tmp_path: Path, *, over_http: bool
) -> None:
    to = tmp_path / "copy"
    data = tmp_path / "data"
    shutil.copytree(log, data / "ledger")
    done = pars("export", address, to) if over_http else pars("export", "--data", data, to)

    assert done.exit_code == 0, done.output
    assert {path.relative_to(to) for path in to.rglob("*")} == {path.relative_to(log) for path in log.rglob("*")}
    assert fault(to) is None


def test_a_copy_is_brought_up_to_date_without_asking_again_for_what_never_changes(tmp_path: Path) -> None:
    leaves = list(Maker().leaves(1_000))
    write_log(tmp_path / "log", leaves[:700])
    pars("export", tmp_path / "log", tmp_path / "copy")
    write_log(tmp_path / "log", leaves)
    for gone in ("tile/entries/000", "tile/0/001"):
        (tmp_path / "log" / gone).unlink()

    assert pars("export", tmp_path / "log", tmp_path / "copy").exit_code == 0
    assert fault(tmp_path / "copy") is None


def test_the_checkpoint_is_printed_with_who_signed_it(log: Path, address: str) -> None:
    done = pars("checkpoint", address)
    told = json.loads(pars("checkpoint", log, "--json").stdout)
    other = pars("checkpoint", log, "--witness", witness_of("court"), "--key", log_key())

    assert done.exit_code == 0
    assert done.stdout.startswith(f"{LOG}\n{SIZE}\n")
    assert f"signed by {LOG}/court at 2026-09-21" in done.stdout
    assert f"not signed by {LOG}/university" in done.stdout
    assert told["signed_by"].keys() == {LOG, *(f"{LOG}/{owner}" for owner in Owner)}
    assert "police at" not in other.stdout
    thief = str(log_key()).replace("made-up", "thief")
    assert pars("checkpoint", log, "--key", thief).exit_code == 2


def test_absence_is_stated_and_computed_again(log: Path, address: str, tmp_path: Path) -> None:
    out = tmp_path / "absence.json"
    asked = ["--agency", PARTNER, "--criterion", "birthplace", *DAYS]
    done = pars("prove-absence", address, *asked, "--out", out, "--key", log_key())
    told = json.loads(out.read_text())

    assert done.exit_code == 0, done.output
    assert "none of them names birthplace" in done.stdout
    assert "It does not prove:" in done.stdout
    assert (told["absent"], told["size"], told["examined"]["entries"]) == (True, SIZE, SIZE)
    assert told["criteria"] == dict.fromkeys(("birth_date", "name"), told["matched"]["entries"])
    assert told["refused"] == {"quota": told["verbs"]["inquiry.asked.refused"]}
    again = pars("prove-absence", log, "--check", out, "--json")
    assert (again.exit_code, json.loads(again.stdout)["holds"]) == (0, True)


def test_a_partner_that_never_asked_is_stated_with_nothing(tmp_path: Path) -> None:
    write_log(tmp_path / "log", Maker().founding())
    out = tmp_path / "absence.json"

    done = pars(
        "prove-absence", tmp_path / "log", "--agency", PARTNER, "--criterion", "birthplace", *DAYS, "--out", out
    )

    assert done.exit_code == 0, done.output
    assert (json.loads(out.read_text())["absent"], json.loads(out.read_text())["matched"]["entries"]) == (True, 0)


def test_a_misspelt_agency_is_told_and_nothing_is_stated_of_it(log: Path, tmp_path: Path) -> None:
    out, before = tmp_path / "absence.json", tmp_path / "before.json"
    asked = ["--criterion", "birthplace", *DAYS, "--out"]
    pars("prove-absence", log, "--agency", PARTNER, *asked, before)
    before.write_text(before.read_text().replace(PARTNER, "Nobody At All"))

    told = refused("prove-absence", log, "--agency", "Nobody At All", *asked, out)

    assert "name an agency “Nobody At All”" in told
    assert PARTNER in told
    assert not out.exists()
    assert "Nobody At All" in refused("prove-absence", log, "--check", before)


def test_an_agency_that_is_named_by_a_refused_act_alone_is_not_known(tmp_path: Path) -> None:
    made = Maker()
    typed = made.entry(
        Kind.AGREEMENT, "partner.registered.refused", "house", {"agency": "Nobody At All", "refused": "taken"}
    )
    write_log(tmp_path / "log", [*made.founding(), typed])

    refused(
        "prove-absence", tmp_path / "log", "--agency", "Nobody At All", "--criterion", "birthplace", *DAYS,
        "--out", tmp_path / "out",
    )  # fmt: skip


def test_the_log_of_the_data_folder_that_is_set_is_exported(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ledger").symlink_to(small)
    monkeypatch.setenv("PARS_DATA", str(tmp_path / "data"))

    done = pars("export", tmp_path / "copy", "--json")

    assert json.loads(done.stdout) == {"folder": str(tmp_path / "copy"), "key": str(tmp_path / "copy" / "key")}
    assert fault(tmp_path / "copy") is None


def test_absence_holds_on_for_a_log_that_has_grown_since(tmp_path: Path) -> None:
    leaves, out = list(Maker().leaves(1_000)), tmp_path / "absence.json"
    write_log(tmp_path / "log", leaves[:700])
    asked = ["--agency", PARTNER, "--criterion", "birthplace", *DAYS, "--out", out]
    assert pars("prove-absence", tmp_path / "log", *asked).exit_code == 0
    shutil.rmtree(tmp_path / "log")
    write_log(tmp_path / "log", leaves)

    assert pars("prove-absence", tmp_path / "log", "--check", out).exit_code == 0
    write_log(tmp_path / "other", Maker(seed=1).leaves(1_000))
    assert "root" in pars("prove-absence", tmp_path / "other", "--check", out).stdout


def test_a_criterion_that_was_used_is_not_absent_and_a_changed_statement_differs(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "absence.json"
    done = pars("prove-absence", log, "--agency", PARTNER, "--criterion", "name", *DAYS, "--out", out)
    told = json.loads(out.read_text())
    told["absent"], told["with_criterion"]["entries"] = True, 0
    out.write_text(json.dumps(told))
    changed = pars("prove-absence", log, "--check", out)

    assert (done.exit_code, changed.exit_code) == (1, 1)
    assert "differs from this log in: with_criterion, absent" in changed.stdout


def test_what_is_asked_wrongly_is_one_sentence(log: Path, tmp_path: Path) -> None:
    (tmp_path / "something").mkdir()
    (tmp_path / "something" / "else").touch()
    key = log_key()
    for words in (
        ["verify", tmp_path / "nowhere", "--key", key],
        ["verify", log, "--key", "nobody"],
        ["verify", log, "--key", witness_of("court")],
        ["verify", log, "--key", str(key)[:-2]],
        ["verify", log, "--key", key, "--witness", key],
        ["verify", log, "--key", key, "--witness", log / "tile" / "0" / "000"],
        ["verify", log, "--key", key, "--receipt", log / "nothing"],
        ["verify", log, "--key", key, "--receipt", log],
        ["verify", "http://127.0.0.1:9/ledger", "--key", key],
        ["verify", "ftp://example.org/ledger", "--key", key],
        ["verify", "http://example.org:port/", "--key", key],
        ["export", log],
        ["export", log, tmp_path / "something"],
        ["checkpoint", tmp_path],
        ["prove-absence", log],
        ["prove-absence", log, "--agency", PARTNER, "--criterion", "birthplce", *DAYS, "--out", tmp_path / "out"],
        ["prove-absence", log, "--check", log / "checkpoint"],
    ):
        refused(*words)


def test_a_log_that_does_not_answer_as_one_is_one_sentence(address: str) -> None:
    assert "is missing" in refused("verify", f"{address}/tile", "--key", log_key())


def test_what_is_missing_or_empty_is_named_with_its_place(log: Path, address: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert f"checkpoint of {tmp_path} is missing" in refused("verify", tmp_path, "--key", log_key())
    assert f"checkpoint of {address}/tile is missing" in refused("verify", f"{address}/tile/", "--key", log_key())
    assert f"{tmp_path / 'empty'} is empty" in refused("verify", log, "--key", tmp_path / "empty")


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_stands_in_a_file_is_a_verdict_or_one_sentence(
    small: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Any file cut off, lengthened, overwritten or full of other bytes: exit 1 with a line, or 2 with a sentence."""
    paths = sorted(path.relative_to(small) for path in small.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from([*paths[:2], *paths]))
    body = (small / path).read_bytes()
    place = data.draw(st.integers(0, len(body)))
    other = data.draw(st.binary(max_size=60) | st.text(max_size=20).map(str.encode))
    changes = {
        "cut off": body[:place],
        "lengthened": body + other,
        "foreign": other,
        "overwritten": body[:place] + other + body[place + len(other) :],
    }
    new = changes[data.draw(st.sampled_from(sorted(changes)))]
    folder = tmp_path / "log"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(small, folder)
    (folder / path).write_bytes(new)

    for words in (["verify", folder, "--key", log_key()], ["checkpoint", folder], ["export", folder, tmp_path / "to"]):
        shutil.rmtree(tmp_path / "to", ignore_errors=True)
        done = pars(*words)

        assert done.exit_code in {0, 1, 2}, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code != 2 or done.stderr.startswith("pars: ")
        if words[0] == "verify" and new != body and str(path) not in {"key", "witnesses", "checkpoint"}:
            assert done.exit_code != 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    body=st.binary(max_size=80)
    | st.text(max_size=40).map(str.encode)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["receipt", "entry_hash", "log", "promised_by", "signature", "question", "format"]), inner
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_is_handed_over_as_a_receipt_a_key_or_a_statement_is_one_sentence(
    log: Path, tmp_path: Path, body: bytes
) -> None:
    file = tmp_path / "file"
    file.write_bytes(body)

    refused("verify", log, "--key", log_key(), "--receipt", file)
    refused("verify", log, "--key", file)
    refused("prove-absence", log, "--check", file)
