"""`pars agreement`, as somebody runs it on files that others wrote."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sharing.test_reading import GOOD, MISSING
from typer.testing import CliRunner, Result

from pars.commands import agreement
from pars.sharing.cells import MOST_FAULTS
from pars.sharing.proof import PROVED, REFUTED, Broader, Proof
from pars.sharing.theorems import NOT_BROADER


def said(*words: str | Path) -> Result:
    """What a command said, in a window wide enough for a sentence."""
    return CliRunner().invoke(agreement.app, [str(word) for word in words], env={"COLUMNS": "2000"})


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    """A file of terms."""
    path = tmp_path / "terms.toml"
    path.write_text(GOOD)
    return path


def proofs(done: Result) -> Sequence[str]:
    """The counterexamples of a proof that was asked for as JSON."""
    return [one["counterexample"] for one in json.loads(done.stdout)["theorems"]]


FLOODED = {
    "more faults than are told": ("[agreement]", "".join(f"k{n} = 1\n" for n in range(MOST_FAULTS)) + "[agreement]")
}


@pytest.mark.parametrize("what", sorted(MISSING | FLOODED))
def test_a_red_line_has_its_counterexample_whatever_else_is_wrong_with_the_file(terms: Path, what: str) -> None:
    old, new, *stand_ins = (MISSING | FLOODED)[what]
    terms.write_text(GOOD.replace(old, new, 1).replace('"bail"]', '"victims"]'))

    done = said("prove", terms, "--json")

    assert done.exit_code == 1
    assert any("receiving victims" in told for told in proofs(done))
    assert json.loads(done.stdout)["stand_ins"] == [one for each in stand_ins for one in each]
    assert ("stands in for" in done.stderr) == (what in MISSING)


def test_where_nothing_was_proved_no_empty_table_is_printed(terms: Path) -> None:
    terms.write_text("")

    done = said("prove", terms)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "agreement" in done.stderr


@pytest.mark.parametrize("command", ["check", "prove", "show"])
def test_a_file_of_whatever_depth_is_refused_in_one_sentence(terms: Path, command: str) -> None:
    deep = ".".join(["a"] * 1500)

    for old, new in (
        ("consent =", f"consent.{deep} ="),
        ("case_reference =", f"case_reference.{deep} ="),
        ("[limits]", f"transform.{deep} = 1\n[limits]"),
    ):
        terms.write_text(GOOD.replace(old, new, 1))

        done = said(command, terms)

        assert (done.exit_code, done.exception.__class__) == (2, SystemExit)
        assert len(done.stderr.splitlines()) == 1


def diff(path: Path, old: str, new: str, *more: str) -> Result:
    """What `diff` says of the good terms and of those in which one thing is another."""
    before, after = path.with_name("old.toml"), path.with_name("new.toml")
    before.write_text(GOOD)
    after.write_text(GOOD.replace(old, new, 1))
    return said("diff", before, after, *more)


@pytest.mark.parametrize(("z3", "cvc5"), [(PROVED, REFUTED), (REFUTED, PROVED), ("unknown", PROVED)])
def test_solvers_that_do_not_agree_are_told_alike_in_words_and_in_json(
    terms: Path, monkeypatch: pytest.MonkeyPatch, z3: str, cvc5: str
) -> None:
    proof = Proof(NOT_BROADER, z3, cvc5, 0, 0, "a request that one solver found")
    monkeypatch.setattr(agreement, "broader", lambda *_: Broader(proof, proof.counterexample))

    plain, as_json = diff(terms, "5565", "9000"), diff(terms, "5565", "9000", "--json")

    assert (plain.exit_code, as_json.exit_code) == (1, 1)
    assert f"the solvers do not agree whether it is broader (z3: {z3}, cvc5: {cvc5})" in plain.stderr
    told = json.loads(as_json.stdout)
    assert (told["broader"], told["witness"]) == (None, None)
    assert (told["proof"]["z3"], told["proof"]["cvc5"]) == (z3, cvc5)
    monkeypatch.setattr(
        agreement, "broader", lambda *_: Broader(replace(proof, z3=REFUTED, cvc5=REFUTED), "such a one")
    )
    assert diff(terms, "5565", "9000", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"forbidden"', '"with written consent"', "broader: passing on is with written consent instead of forbidden"),
        ("coverage_allowed = 0.35", "coverage_allowed = 0.9", "of duties and of the watch, of which they know nothing"),
        ("5565", "9000", "no inquiry is permitted which was not before\n"),
        ('"example-sheriff-2026"', '"other-sheriff-2026"', "changes: this is another agreement: other-sheriff-2026"),
    ],
)
def test_a_difference_says_what_the_solvers_know_and_what_they_do_not(
    terms: Path, old: str, new: str, told: str
) -> None:
    done = diff(terms, old, new)

    assert done.exit_code == 0
    assert told in done.stdout


def test_a_contract_that_does_not_lie_beside_its_terms_is_noted_and_no_fault(terms: Path) -> None:
    plain, as_json = said("check", terms), said("check", terms, "--json")
    terms.with_name("example-sheriff-2026.md").write_text("It was signed on paper.")
    beside = said("check", terms, "--json")

    assert (plain.exit_code, as_json.exit_code) == (0, 0)
    assert "note: no file “example-sheriff-2026.md” lies beside these terms" in plain.stderr
    assert [note in plain.stderr for note in json.loads(as_json.stdout)["notes"]] == [True]
    assert (json.loads(beside.stdout)["notes"], beside.stderr) == ([], "")
