"""`pars agreement`: terms on a file, checked, proved, compared and shown; no database is needed."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pars.errors import BadInput
from pars.sharing.agreement import Terms, contract_hash, version_hash
from pars.sharing.amendment import Difference, Direction, difference
from pars.sharing.policy import cedar
from pars.sharing.proof import Broader, Proof, broader, prove, what_it_would_give
from pars.sharing.reading import MOST_CHARACTERS, Reading, read_terms
from pars.sharing.words import clauses, describe

app = typer.Typer(no_args_is_help=True, help="Terms of agreements, on files: check, prove, diff, show.")
told = Console(stderr=True, highlight=False, soft_wrap=True)

File = Annotated[Path, typer.Argument(help="a file of terms, TOML")]
Files = Annotated[list[Path], typer.Argument(help="one or more files of terms, TOML")]
Contract = Annotated[
    Path | None, typer.Option("--contract", help="the contract's file; else the one that the terms name, beside them")
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object alone on standard output")]


def _read(file: Path) -> tuple[str, Reading]:
    """The file's text and what came of reading it; exit 2 when it is no file of text, or no TOML."""
    try:
        with file.open("rb") as opened:
            text = opened.read(4 * MOST_CHARACTERS + 4).decode("utf-8")  # a device or a pipe may never end
        return text, read_terms(text)
    except (OSError, UnicodeDecodeError):
        told.print(f"pars: {file} is no file that can be read as text", style="red", markup=False)
    except BadInput as refusal:
        told.print(f"pars: {file}: {refusal.sentence}", style="red", markup=False)
    raise typer.Exit(2)


def _contract(file: Path, terms: Terms | None, named: Path | None) -> str | None:
    """The hash of the contract's file, as a version keeps it; None when the terms name none, or none lies there.

    That none lies there is told, and is no fault: terms are also read where the contract is not.
    Exit 2 when a file was named that cannot be read, and 1 when it was named for terms that have no contract.
    """
    if terms is None or (terms.text is None and named is None):
        return None
    if terms.text is None:
        told.print(f"{file}: these terms name no contract; name its file in `text` of [agreement]", markup=False)
        raise typer.Exit(1)
    try:
        return contract_hash((named or file.parent / Path(terms.text).name).read_bytes())
    except OSError:
        if named is None:
            told.print(f"{file}: {_unread(terms.text)}", markup=False)
            return None
        told.print(f"pars: {named} is no file that can be read", style="red", markup=False)
        raise typer.Exit(2) from None


def _unread(contract: str) -> str:
    return (
        f"note: no file “{contract}” lies beside these terms, so its hash could not be checked (--contract names one)"
    )


def _tell(file: Path, reading: Reading) -> None:
    for fault in reading.faults:
        told.print(f"{file}: {fault.shown}", markup=False)


def _faultless(file: Path) -> Terms:
    """Terms without a fault; every fault told and exit 1 otherwise."""
    _, reading = _read(file)
    if reading.faults or reading.terms is None:
        _tell(file, reading)
        raise typer.Exit(1)
    return reading.terms


def _json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))


@app.command()
def check(file: File, *, contract: Contract = None, as_json: Json = False) -> None:
    """Read terms word for word: 0 when they hold together, 1 with every fault and its line, 2 when it is no TOML.

    The hash of the contract is told, to be compared with the agreement's page.
    """
    text, reading = _read(file)
    paper = _contract(file, reading.terms, contract)
    holds = not reading.faults and reading.terms is not None
    name = reading.terms.id if reading.terms else None
    if as_json:
        faults = [asdict(fault) for fault in reading.faults]
        named = reading.terms.text if reading.terms else None
        notes = [_unread(named)] if named is not None and paper is None else []
        document = {"holds": holds, "id": name, "version": version_hash(text), "contract": paper, "faults": faults}
        _json(document | {"notes": notes})
    elif holds:
        typer.echo(f"{name}: the terms hold together (version {version_hash(text)[:12]})")
        if paper is not None:
            typer.echo(f"{name}: the contract's hash (SHA-256) is {paper}")
    if not holds:
        _tell(file, reading)
        raise typer.Exit(1)


@app.command("prove")
def prove_files(files: Files, *, as_json: Json = False) -> None:
    """Prove every theorem of these agreements by two solvers: 0 when all hold, 1 with a counterexample otherwise."""
    readings = [(file, *_read(file)) for file in files]
    faulty = [(file, reading) for file, _, reading in readings if reading.faults or reading.terms is None]
    terms = [reading.terms for _, _, reading in readings if reading.terms is not None]
    _once_each(terms)
    if faulty:
        proofs = [
            proof
            for _, reading in faulty
            if reading.on_the_floor and reading.readable is not None
            for proof in what_it_would_give(reading.readable)
        ]
    else:
        proofs = list(prove(terms))
    holds = not faulty and all(proof.holds for proof in proofs)
    if as_json:
        faults = [asdict(fault) for _, reading in faulty for fault in reading.faults]
        document = {
            "holds": holds,
            "agreements": [one.id for one in terms],
            "theorems": [_told(one) for one in proofs],
            "faults": faults,
            "stand_ins": [one for _, reading in faulty if reading.on_the_floor for one in reading.stand_ins],
        }
        _json(document)
    elif proofs:
        _table(proofs)
    for file, reading in faulty:
        _tell(file, reading)
        if reading.on_the_floor and reading.stand_ins:
            told.print(f"{file}: the counterexample stands in for {', '.join(reading.stand_ins)}", markup=False)
    if not holds:
        raise typer.Exit(1)


def _once_each(terms: Sequence[Terms]) -> None:
    """Theorems speak of an agreement by its name: two versions of one would be taken for each other."""
    twice = [name for name, times in Counter(one.id for one in terms).items() if times > 1]
    if twice:
        told.print(f"pars: two of these files are of the agreement {twice[0]}; prove each by itself", style="red")
        raise typer.Exit(2)


def _told(proof: Proof) -> dict[str, object]:
    return {
        "name": proof.theorem.name,
        "sentence": proof.theorem.sentence,
        "z3": proof.z3,
        "cvc5": proof.cvc5,
        "z3_ms": round(proof.z3_ms, 2),
        "cvc5_ms": round(proof.cvc5_ms, 2),
        "holds": proof.holds,
        "counterexample": proof.counterexample,
    }


def _table(proofs: list[Proof]) -> None:
    table = Table("theorem", "z3", "cvc5", "ms", "ms")
    for proof in proofs:
        table.add_row(proof.theorem.sentence, proof.z3, proof.cvc5, f"{proof.z3_ms:.1f}", f"{proof.cvc5_ms:.1f}")
        if proof.counterexample:
            table.add_row(f"  counterexample: {proof.counterexample}", "", "", "", "")
    Console(highlight=False).print(table)


@app.command()
def diff(old: File, new: File, *, as_json: Json = False) -> None:
    """What the second file changes against the first, and whether it is broader, proved with a witness.

    Ends with 0 when both solvers say whether it is broader, and with 1 when they do not agree.
    """
    before, after = _faultless(old), _faultless(new)
    change, wider = difference(before, after), broader(after, before)
    verdict = _verdict(wider)
    if as_json:
        lines = [{"direction": line.direction.value, "sentence": line.sentence} for line in change.lines]
        witness = wider.witness if verdict else None
        _json({"changes": lines, "broader": verdict, "witness": witness, "proof": _told(wider.proof)})
    else:
        for line in change.lines:
            typer.echo(f"{line.direction.value}: {line.sentence}")
        if not change.lines:
            typer.echo("nothing changes")
        if verdict is not None:
            typer.echo(f"broader: {wider.witness}" if verdict else _not_broader(change))
    if verdict is None:
        solvers = f"z3: {wider.proof.z3}, cvc5: {wider.proof.cvc5}"
        told.print(f"pars: the solvers do not agree whether it is broader ({solvers})", style="red")
        raise typer.Exit(1)


def _verdict(wider: Broader) -> bool | None:
    """Whether it is broader; None when the solvers do not agree and nothing else says that it is."""
    if wider.broader:
        return True
    return False if wider.proof.holds else None


def _not_broader(change: Difference) -> str:
    sentence = "not broader: both solvers proved that no inquiry is permitted which was not before"
    if any(line.direction is Direction.OPENS for line in change.lines):
        sentence += "; what opens is of duties and of the watch, of which they know nothing"
    return sentence


@app.command()
def show(
    file: File,
    *,
    contract: Contract = None,
    as_json: Json = False,
    as_cedar: Annotated[bool, typer.Option("--cedar", help="print the Cedar policies instead")] = False,
) -> None:
    """Terms in plain words, each clause with what becomes of it: enforced, attested or prose."""
    terms = _faultless(file)
    if as_cedar:
        typer.echo(cedar(terms))
    elif as_json:
        _json([asdict(clause) for clause in clauses(terms)])
    else:
        typer.echo(describe(terms))
        if (paper := _contract(file, terms, contract)) is not None:
            typer.echo(f"\nThe contract's hash (SHA-256): {paper}")
