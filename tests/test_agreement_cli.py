"""`pars agreement`, as somebody runs it on files that others wrote."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.sharing.test_reading import GOOD, MISSING
from typer.testing import CliRunner, Result

from pars.commands import agreement
from pars.sharing.reading import MOST_FAULTS


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
