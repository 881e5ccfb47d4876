"""`python -m pars.web.witnessing`: what `pars ledger witness` becomes once its options are read."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from pars.errors import BadInput, Misconfigured, NotThere, ParsError
from pars.ledger.note import KeyKind, NoteKey, key_from
from pars.ledger.signer import Signer
from pars.store.tilefiles import NoRoom, TileFiles
from pars.store.witnessed import alone_in, begin, kept_key, memory_in, signer_in
from pars.web.fetching import Fetched
from pars.web.witnessing.server import serve, server
from pars.web.witnessing.witness import Read, Witness


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pars ledger witness")
    parser.add_argument("--log", required=True)
    parser.add_argument("--origin", required=True)
    parser.add_argument("--key", required=True, type=Path)
    parser.add_argument("--listen", required=True, type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--log-key")
    parser.add_argument("--name")
    parser.add_argument("--memory-lost", action="store_true")
    parser.add_argument("--with-parent", action="store_true")
    return parser


def _end_with_parent() -> None:
    """End when whoever started this process is gone, and with it the other end of standard input."""
    while os.read(0, 1024):  # not sys.stdin: Python ends with a fault while a thread holds its lock
        pass
    os._exit(0)  # what it remembers is on disk, and it may as well be killed


def log_at(url: str) -> Read:
    """The files of a log at its address, or below `/ledger` of it, when the house's is named: the first file tells."""
    there = [Fetched(url)] if url.rstrip("/").endswith("/ledger") else [Fetched(f"{url}/ledger"), Fetched(url)]

    def read(path: str) -> bytes:
        for each in there:
            try:
                body = each(path)
            except NotThere:
                continue
            there[:] = [each]
            return body
        raise NotThere("the log shows no such file")

    return read


def main() -> int:
    """Run one witness until it is told to stop; 2 when it cannot begin."""
    given = _options().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until it serves, there is nothing to finish
    folder = given.folder or given.key.with_name(f"{given.key.stem}.witness")
    try:
        read = log_at(given.log)
        with alone_in(folder) as files:
            key = _log_key(given.log_key, read, files)
            signer = _signer(given, files)
            begin(files, key, signer)
            witness = Witness(given.origin, key, signer, memory_in(files, key, signer), read)
            try:
                listening = server(witness, given.host, given.listen)
            except OSError as cause:
                raise Misconfigured(f"port {given.listen} cannot be listened on") from cause
            print(f"{signer.public}\n", end="", flush=True)  # noqa: T201 - the key that others check with, for a pipe
            witness.copy_papers(all_again=True)
            if given.with_parent:
                threading.Thread(target=_end_with_parent, daemon=True).start()
            serve(listening)
    except (ParsError, NoRoom) as refusal:
        print(f"pars: {refusal}", file=sys.stderr)  # noqa: T201 - what a command says
        return 2
    return 0


def _signer(given: argparse.Namespace, files: TileFiles) -> Signer:
    """The key, made when there is none; one that has signed does not go on without what it remembers."""
    if given.key.exists() and kept_key(files) is None and not given.memory_lost:
        raise Misconfigured(
            "this key has signed, and what it remembers is not in this folder: bring the folder back from a copy, or"
            " tell the other owners and say --memory-lost"
        )
    return signer_in(given.key, given.name or f"{given.origin}/{given.key.stem}")


def _log_key(named: str | None, read: Read, files: TileFiles) -> NoteKey:
    """The log's key: the one that the folder was begun with; the first time the named one, or what the log says."""
    told = key_from(named) if named else None
    kept = kept_key(files)
    if kept is not None and told is not None and told != kept:
        raise Misconfigured("this folder was begun with another key of the log")
    key = kept or told
    if key is None:
        try:
            key = key_from(read("key").decode())
        except UnicodeDecodeError as cause:
            raise BadInput("the log does not tell its key; name it with --log-key", code="not-a-key") from cause
    if key.kind is not KeyKind.LOG:
        raise BadInput("the log's key is one that cosigns; name the one that signs", code="not-a-key")
    return key


if __name__ == "__main__":
    sys.exit(main())
