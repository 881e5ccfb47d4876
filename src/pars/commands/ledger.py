"""`pars ledger`: the log, read and checked by whoever wants to; no database is needed.

0: everything holds; 1: something does not, and it is named; 2: it cannot be read, or was asked wrongly.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from pars.commands.on_demand import on_demand
from pars.errors import BadInput, NotThere, ParsError
from pars.ledger.absence import Absence, absence, absence_from, asked, differences, written
from pars.ledger.checking import Check
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.copying import files
from pars.ledger.holding import as_text, held
from pars.ledger.log import Log, Read, Unequal
from pars.ledger.note import Note, NoteKey, note_from
from pars.ledger.pack import faults, pack_from
from pars.ledger.texts import Texts
from pars.ledger.verify import Trust, Verifier, log_key, looked_at, newest, witness_keys
from pars.settings import read as read_settings
from pars.web.fetching import MOST_BYTES, Fetched

MORE: Final[Mapping[str, str]] = {
    "witness": "pars.commands.witness:witness",
    "recover": "pars.commands.witness:recover",
    "mend": "pars.commands.keeping:mend",
}
"""The commands of this group that need more than the log's files."""

app = typer.Typer(
    cls=on_demand(MORE), no_args_is_help=True, help="The public log: verify, export, checkpoint, witness."
)
told = Console(stderr=True, highlight=False, soft_wrap=True)
TELLS_EVERY = 2.0
"""Seconds between two lines of a count."""

Place = Annotated[str, typer.Argument(metavar="DIR|URL", help="a folder of the log's files, or the log's address")]
KeyOrFile = Annotated[str, typer.Option("--key", metavar="KEY|FILE", help="the log's key, name+hash+base64")]
Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", metavar="KEY|FILE", help="a witness's key that you trust, or a file of them; repeatable"),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object alone on standard output")]


@app.callback()
def root() -> None:
    """The public log."""


@contextlib.contextmanager
def unreadable() -> Iterator[None]:
    """What cannot be read is one sentence and exit 2."""
    try:
        yield
    except ParsError as refusal:
        sentence = refusal.sentence.encode(errors="replace").decode()
        told.print(f"pars: {sentence}", style="red", markup=False)
        raise typer.Exit(2) from refusal


@contextlib.contextmanager
def reading(place: str) -> Iterator[Read]:
    """The files of a log in a folder or at an address."""
    if "://" in place:
        with Fetched(place) as fetched:
            yield fetched
        return
    folder = Path(place)
    if not folder.is_dir():
        raise BadInput(f"{place} is no folder and no address of a log", code="not-a-log")
    yield lambda path: file_of(folder / path, f"{path} of {place}")


def file_of(file: Path, name: str) -> bytes:
    """The bytes of a file; `NotThere` when it is missing, another refusal when it is too long or none."""
    try:
        if not file.exists():
            raise NotThere(f"{name} is missing", code="missing")
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            raise BadInput(f"{name} is no file of a log", code="not-a-log")
        return file.read_bytes()
    except (OSError, ValueError) as cause:
        raise BadInput(f"{name} cannot be read", code="not-a-log") from cause


def text_of(given: str, name: str) -> str:
    """A key as it was given: by itself, or as the name of a file that it stands in."""
    try:
        given.encode()
        if "+" in given and not Path(given).exists():
            return given
    except (OSError, ValueError) as cause:
        raise BadInput(f"{name} is no key and no file", code="not-a-key") from cause
    try:
        text = file_of(Path(given), given).decode()
    except UnicodeDecodeError as cause:
        raise BadInput(f"{given} is no text", code="not-a-key") from cause
    if not text.strip():
        raise BadInput(f"{given} is empty, and no key stands in it", code="not-a-key")
    return text


def counting(words: str) -> Callable[[int], None]:
    """A count on standard error, a line every two seconds."""
    said = time.monotonic()

    def count(done: int) -> None:
        nonlocal said
        if time.monotonic() - said > TELLS_EVERY:
            said = time.monotonic()
            told.print(f"{done} {words}", style="dim")

    return count


@app.command()
def verify(
    place: Place,
    key: KeyOrFile,
    witness: Witnesses = None,
    receipt: Annotated[Path | None, typer.Option(help="a receipt, or an answer with one in it, as JSON")] = None,
    proof: Annotated[Path | None, typer.Option(help="where the receipt's proof goes, as a .tlog-proof")] = None,
    *,
    tree_alone: Annotated[bool, typer.Option(help="judge no law, as terms and floors are not here")] = False,
    as_json: Json = False,
) -> None:
    """Check a whole log: signatures, tree, entries, laws; a line each, and exit 1 on the first that does not hold."""
    checks: list[Check] = []
    with unreadable(), reading(place) as read:
        trust = Trust(log_key(text_of(key, "--key")), _witnesses(witness or ()), tree_alone)
        promised = held(file_of(receipt, str(receipt))) if receipt is not None else None
        verifier = Verifier(read, trust, promised, counting("entries checked"))
        for check in verifier.checks():
            checks.append(check)
            if not as_json:
                typer.echo(f"{check.verdict}  {check.name}: {check.said}")
        if verifier.found is not None and proof is not None:
            write(proof, as_text(verifier.found))
    holds = all(check.holds for check in checks)
    if as_json:
        found = verifier.found
        where = {"index": found.index, "hashes": [one.hex() for one in found.hashes]} if found else None
        tree = {"log": verifier.tree.origin, "size": verifier.tree.size, "root": verifier.tree.root.hex()}
        said = {"holds": holds, "judged": not tree_alone, **tree, "checks": [asdict(one) for one in checks]}
        typer.echo(json.dumps({**said, "receipt": where}))
    if not holds:
        raise typer.Exit(1)


@app.command("verify-pack")
def verify_pack(
    file: Annotated[Path, typer.Argument(help="an auditor's pack, as it was exported")],
    key: KeyOrFile,
    *,
    as_json: Json = False,
) -> None:
    """Check an auditor's pack by itself: signature, places, commitments, the sample; exit 1 when one does not hold."""
    with unreadable():
        pack = pack_from(file_of(file, str(file)))
        found = list(faults(pack, log_key(text_of(key, "--key"))))
    if as_json:
        typer.echo(json.dumps({"holds": not found, "entries": len(pack.entries), "faults": found}))
    else:
        for one in found:
            typer.echo(f"FAIL  {one}")
        if not found:
            typer.echo(f"pass  {len(pack.entries)} entries, each in the tree of the signed checkpoint")
    if found:
        raise typer.Exit(1)


def _witnesses(given: list[str] | tuple[str, ...]) -> list[NoteKey]:
    keys = witness_keys("\n".join(text_of(one, "--witness").strip() for one in given))
    if given and not keys:
        raise BadInput("--witness names no witness", code="not-a-key")
    return keys


def write(file: Path, text: str) -> None:
    """Write a file that was asked for; a refusal when it cannot be."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as cause:
        raise BadInput(f"{file} cannot be written", code="not-written") from cause


@app.command()
def export(
    places: Annotated[list[str], typer.Argument(metavar="[DIR|URL] TO", help="the log, unless --data, and the folder")],
    data: Annotated[Path | None, typer.Option(help="the data folder whose log is copied; PARS_DATA the same")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Copy a log's files into a folder that can be verified by itself; again into the same one for what is new."""
    with unreadable():
        if len(places) == 1 and data is None:
            data = read_settings(os.environ).data
        if len(places) != (1 if data else 2):
            raise BadInput("name the log, by --data or as DIR|URL, and the folder that it goes to", code="wrong-use")
        source, to = str(data / "ledger") if data else places[0], Path(places[-1])
        if to.exists() and not (to.is_dir() and ((to / "checkpoint").exists() or not any(to.iterdir()))):
            raise BadInput(f"{to} holds something else than a log", code="wrong-use")
        with reading(source) as read:
            for path, body in files(read, lambda path: file_of(to / path, path), counting("entries copied")):
                _put(to / path, body)
    if as_json:
        typer.echo(json.dumps({"folder": str(to), "key": str(to / "key")}))
    else:
        typer.echo(f"{to} holds the log; check it: pars ledger verify {to} --key {to / 'key'}")


def _put(file: Path, body: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.part")
        part.write_bytes(body)
        part.replace(file)
    except OSError as cause:
        raise BadInput(f"{file} cannot be written", code="not-written") from cause


@app.command()
def checkpoint(
    place: Place,
    key: Annotated[
        str | None, typer.Option(metavar="KEY|FILE", help="the log's key; its own when none is given")
    ] = None,
    witness: Witnesses = None,
    *,
    as_json: Json = False,
) -> None:
    """Print the newest checkpoint, and say who signed it; exit 1 when a signature does not hold, or the log's lacks."""
    with unreadable(), reading(place) as read:
        note, tree = newest(read)
        log = log_key(text_of(key, "--key") if key else _own(read, "key"))
        known = [log, *(_witnesses(witness) if witness else witness_keys(_own(read, "witnesses")))]
    signed, bad = _signed(note, known)
    if as_json:
        by = {name: None if at is None else at.isoformat() for name, at in signed.items()}
        size = {"log": tree.origin, "size": tree.size, "root": tree.root.hex()}
        typer.echo(json.dumps({**size, "checkpoint": str(note), "signed_by": by, "does_not_hold": bad}))
    else:
        typer.echo(str(note))
        for name, at in signed.items():
            typer.echo(f"signed by {name}" + (f" at {at:%Y-%m-%d %H:%M:%S} UTC" if at else ""))
        for name in bad:
            typer.echo(f"FAIL  a signature of {name} does not hold")
        for one in known:
            if one.name not in {*signed, *bad}:
                typer.echo(f"not signed by {one.name}")
    if bad or log.name not in signed:
        raise typer.Exit(1)


def _own(read: Read, name: str) -> str:
    """What the log says of itself; nothing where it has no such file."""
    try:
        return read(name).decode()
    except NotThere:
        return ""
    except UnicodeDecodeError as cause:
        raise BadInput(f"{name} is no text", code="not-a-key") from cause


def _signed(note: Note, known: list[NoteKey]) -> tuple[dict[str, datetime | None], list[str]]:
    signed: dict[str, datetime | None] = {}
    bad = []
    for key in known:
        try:
            for _, one in note.verified([key]):
                signed[key.name] = looked_at(key, one)
        except BadInput:
            bad.append(key.name)
    return signed, bad


@app.command("prove-absence")
def prove_absence(  # noqa: PLR0913 - two uses of one command, each with its options
    place: Place,
    agency: Annotated[str, typer.Option(help="the partner's name, as entries have it")] = "",
    criterion: Annotated[str, typer.Option(help="what it is said not to have searched by: birthplace, name, …")] = "",
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="the first day")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the last day, included")] = None,
    out: Annotated[Path | None, typer.Option(help="where the statement goes, as JSON")] = None,
    check: Annotated[Path | None, typer.Option(help="a statement to compute again from this log, and compare")] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY|FILE", help="the log's key; without it nobody signed")] = None,
    *,
    as_json: Json = False,
) -> None:
    """State by which criteria a partner asked in some days, for strangers to compute again.

    0: the criterion is absent, or the statement is this log's; 1: it is there, or differs; 2: it cannot be read, or
    the log names no such agency.
    """
    with unreadable(), reading(place) as read:
        note, tree = newest(read)
        before = absence_from(file_of(check, str(check))) if check else None
        if before is not None:
            question = asked(*(getattr(before.question, name) for name in before.question.__struct_fields__))
            note = note_from(before.checkpoint.encode())
        elif agency and criterion and since and until and out:
            question = asked(agency, criterion, since.date(), until.date())
        else:
            raise BadInput("give --agency, --criterion, --from, --until and --out, or --check", code="wrong-use")
        if key is not None and not note.verified([log_key(text_of(key, "--key"))]):
            raise BadInput("the checkpoint is not signed by that key", code="bad-signature")
        if checkpoint_from(note.text).size > tree.size:
            raise BadInput("this log is shorter than the one of the statement", code="not-a-log")
        try:
            log, signed = Log(read, tree.size), str(note).encode()
            found = absence(log, Texts(read), signed, question, counting("entries read"))
        except Unequal as fault:
            _absence_fails(f"{fault.check}: {fault.sentence}", as_json=as_json)
            raise typer.Exit(1) from fault
        if out is not None:
            write(out, written(found))
    if before is not None and before != found:
        _absence_fails(
            f"the statement differs from this log in: {', '.join(differences(before, found))}", as_json=as_json
        )
        raise typer.Exit(1)
    _say_absence(found, as_json=as_json)
    if not found.absent:
        raise typer.Exit(1)


def _say_absence(found: Absence, *, as_json: bool) -> None:
    if as_json:
        said = {"absent": found.absent, "says": found.says, "does_not_prove": list(found.does_not_prove)}
        typer.echo(json.dumps({"holds": found.absent, **said}))
        return
    typer.echo(found.says)
    typer.echo("It does not prove:")
    for sentence in found.does_not_prove:
        typer.echo(f"- {sentence}")


def _absence_fails(said: str, *, as_json: bool) -> None:
    typer.echo(json.dumps({"holds": False, "fault": said}) if as_json else f"FAIL  {said}")
