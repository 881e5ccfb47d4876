"""A witness as a program: it copies before it signs, remembers whatever is killed, and no key of the log's fools it."""

import contextlib
import functools
import hashlib
import http.client
import http.server
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.ports import free_port
from tests.waiting import comes
from tests.witnesses import READY_SECONDS, Asked, witnessing

from pars.ledger.checkpoint import Checkpoint
from pars.ledger.growing import bundles, grown, whole_from
from pars.ledger.note import KeyKind, Note, key_from, key_of, signed
from pars.ledger.proof import Ahead
from pars.ledger.tiles import Tile, bundle, nodes_of, unbundled
from pars.ledger.tree import consistency_proof, leaf_hash, root
from pars.ledger.witness import Request
from pars.store.tilefiles import TileFiles
from pars.web.witnesses import Named, Witnesses

ORIGIN = "DEMO-pars/testing"
LOG = b"l" * 32
KEY = key_of(ORIGIN, KeyKind.LOG, LOG)
ENVIRONMENT = {**os.environ, "PYTHONPATH": "src"}


@dataclass
class Log:
    """A log's files in a folder, as it writes them."""

    files: TileFiles
    url: str
    entries: list[bytes] = field(default_factory=list)

    def add(self, *entries: bytes) -> None:
        """Entries are placed; the tiles over them written."""
        old = len(self.entries)
        self.entries += entries
        new = self.entries[whole_from(old) :]
        hashes = [leaf_hash(entry) for entry in new]
        self.files.write((tile.path, body) for tile, body in [*bundles(old, new), *grown(old, hashes, self.tile)])

    def tile(self, tile: Tile) -> bytes:
        """A tile."""
        body = self.files.tile(tile)
        assert body is not None
        return body

    def checkpoint(self, *, key: bytes = LOG) -> Note:
        """The signed checkpoint over everything so far."""
        size = len(self.entries)
        text = Checkpoint(ORIGIN, size, root(size, nodes_of(size, self.tile))).text
        return Note(text, [signed(text, ORIGIN, key)])

    def proof(self, old: int) -> Sequence[bytes]:
        """The proof that it continues the tree of that size."""
        size = len(self.entries)
        return consistency_proof(old, size, nodes_of(size, self.tile))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@contextlib.contextmanager
def published(folder: Path) -> Iterator[Log]:
    """A log whose files are served."""
    files = TileFiles(folder / "ledger")
    files.write([("key", f"{KEY}\n".encode())])
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Log(files, f"http://127.0.0.1:{serving.server_port}")
    finally:
        serving.shutdown()
        serving.server_close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """A log of a few entries."""
    with published(tmp_path / "log") as made:
        made.add(*(f'{{"n":{n}}}'.encode() for n in range(5)))
        yield made


@pytest.fixture
def witness(log: Log, tmp_path: Path) -> Iterator[Asked]:
    """A witness of the log."""
    with witnessing(KEY, tmp_path, url=log.url) as at_work:
        yield at_work


@dataclass
class Process:
    """A witness as its owner runs it: a process of its own."""

    log: Log
    home: Path
    port: int
    process: "subprocess.Popen[str] | None" = None

    def command(self, *more: str) -> list[str]:
        """How it is started."""
        options = ["--log", self.log.url, "--origin", ORIGIN, "--key", str(self.home / "court.key")]
        return [sys.executable, "-m", "pars.web.witnessing", *options, "--listen", str(self.port), *more]

    def start(self, *more: str) -> Asked:
        """Start it; it is there once it has told its key."""
        self.process = subprocess.Popen(self.command(*more), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        assert self.process.stdout is not None
        key = key_from(self.process.stdout.readline())
        return Asked(f"http://127.0.0.1:{self.port}", key, KEY, self.home / "court.witness")

    def refused(self, *more: str) -> str:
        """What it says when it does not start."""
        done = subprocess.run(self.command(*more), capture_output=True, text=True, env=ENVIRONMENT, check=False)
        assert done.returncode == 2
        return done.stderr

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(READY_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def process(log: Log, tmp_path: Path) -> Iterator[Process]:
    """A witness that can be started."""
    made = Process(log, tmp_path, free_port())
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end()


@pytest.fixture
def asking(log: Log, witness: Asked) -> Iterator[Witnesses]:
    """The log's side, which knows that witness."""
    with Witnesses([witness.named], KEY, log.files.tile) as made:
        yield made


def asked(log: Log, old: int) -> Request:
    return Request(old, log.proof(old), log.checkpoint())


def test_it_signs_what_continues_and_gives_back_what_it_signed(log: Log, witness: Asked) -> None:
    status, _, body = witness.post(asked(log, 0))
    log.add(*(b"entry %d" % n for n in range(600)))
    again, _, _ = witness.post(asked(log, 5))

    assert (status, again) == (200, 200)
    assert body.decode().startswith(f"— {ORIGIN}/court ")
    assert witness.newest().size == 605
    kept = [unbundled(witness.get(f"/{Tile(None, n, w).path}")[2], w) for n, w in ((0, 256), (1, 256), (2, 93))]
    assert [entry for part in kept for entry in part] == log.entries


def test_the_log_brings_its_new_entries_along(log: Log, witness: Asked, asking: Witnesses) -> None:
    """Nothing is published before it is signed, so a witness need not be able to read what it is asked to sign."""
    first = asking(log.checkpoint(), log.proof)
    log.add(*(b"entry %d" % n for n in range(1000)))
    second = asking(log.checkpoint(), log.proof)

    assert (len(first), len(second)) == (1, 1)
    assert asking.missing == []
    assert witness.newest().size == 1005
    assert unbundled(witness.get(f"/{Tile(None, 3, 237).path}")[2], 237) == log.entries[768:]


def test_a_new_witness_is_brought_a_long_log(log: Log, witness: Asked, asking: Witnesses) -> None:
    log.add(*(b"entry %d" % n for n in range(20_000)))

    assert comes(lambda: asking(log.checkpoint(), log.proof))

    assert witness.newest().size == 20_005
    parts = [part for part in witness.folder.rglob("*.p/*") if part.is_file()]
    assert len(parts) <= 4


def test_a_witness_that_keeps_no_entries_is_asked_plainly(log: Log, witness: Asked) -> None:
    with plain(witness) as other, Witnesses([Named(other, witness.key)], KEY, log.files.tile) as asking:
        assert len(asking(log.checkpoint(), log.proof)) == 1


@contextlib.contextmanager
def plain(witness: Asked) -> Iterator[str]:
    """The same witness behind something that lets only the specification's own address through."""

    class Front(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, told = witness.said("POST", self.path, body) if "check" in self.path else (404, "", b"")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with listening(Front) as url:
        yield url


def test_its_key_is_its_own_and_closed_to_others(witness: Asked) -> None:
    assert (witness.folder.parent / "court.key").stat().st_mode & 0o777 == 0o600
    assert witness.get("/witnesses")[2].decode() == f"{witness.key}\n"
    assert {witness.get(path)[0] for path in ("/court.key", "/lock", "/../court.key", "/tile/0/000.p/1")} == {404}


def test_it_says_at_which_size_it_stands(log: Log, witness: Asked) -> None:
    witness.post(asked(log, 0))

    assert witness.post(asked(log, 0)) == (409, "text/x.tlog.size", b"5\n")


def test_its_newest_checkpoint_lies_at_the_address_of_its_origin(log: Log, witness: Asked) -> None:
    witness.post(asked(log, 0))
    by_origin = hashlib.sha256(ORIGIN.encode()).hexdigest()

    assert witness.get(f"/{by_origin}/checkpoint") == witness.get("/checkpoint")


def test_a_log_key_that_it_does_not_know_is_refused(log: Log, witness: Asked) -> None:
    forged = Request(0, [], log.checkpoint(key=b"f" * 32))

    assert witness.post(forged)[0] == 403
    assert witness.get("/checkpoint")[0] == 404


def test_it_signs_nothing_that_it_could_not_copy(log: Log, witness: Asked) -> None:
    request = asked(log, 0)
    (log.files.folder / Tile(None, 0, 5).path).unlink()

    assert witness.post(request)[0] == 503
    assert witness.get("/checkpoint")[0] == 404
    log.files.write([(Tile(None, 0, 5).path, bundle(log.entries))])
    assert witness.post(request)[0] == 200


def test_entries_that_are_not_those_of_the_root_are_not_signed(log: Log, witness: Asked) -> None:
    """Neither read from the log nor brought along; and what is right is signed afterwards all the same."""
    request, right = asked(log, 0), bundle(log.entries)
    wrong = bundle([*log.entries[:4], b"another"])
    log.files.write([(Tile(None, 0, 5).path, wrong)])

    assert witness.post(request)[0] == 422
    for body, status in ((wrong, 422), (right[:-3], 422), (b"", 422), (right, 200)):
        brought = len(request.body).to_bytes(4, "big") + request.body + body
        assert witness.said("POST", "/add-entries", brought)[0] == status


@pytest.mark.parametrize("body", [b"", b"old 0\n", b"\xff" * 100])
@pytest.mark.parametrize("address", ["/add-checkpoint", "/add-entries"])
def test_what_is_no_request_is_refused_in_words(witness: Asked, address: str, body: bytes) -> None:
    status, kind, told = witness.said("POST", address, body)

    assert (status, kind) == (400, "text/plain; charset=utf-8")
    assert told.decode().endswith("\n")


def test_a_stolen_log_key_shows_no_second_history(log: Log, witness: Asked, tmp_path: Path) -> None:
    """A log that forks is refused by whoever signed the other branch, and is told that it is behind."""
    witness.post(asked(log, 0))
    with published(tmp_path / "fork") as fork:
        fork.add(*log.entries[:3], b"another", b"history", b"signed", b"by a thief")

        assert witness.post(Request(5, fork.proof(5), fork.checkpoint()))[0] == 422
        with Witnesses([witness.named], KEY, fork.files.tile) as asking, pytest.raises(Ahead):
            asking(fork.checkpoint(), fork.proof)
    assert witness.newest().root == root(5, nodes_of(5, log.tile))


def test_two_histories_for_two_witnesses_are_seen_as_soon_as_one_is_shown_to_both(log: Log, tmp_path: Path) -> None:
    with (
        published(tmp_path / "fork") as fork,
        witnessing(KEY, tmp_path, "court", log.url) as ours,
        witnessing(KEY, tmp_path, "police", fork.url) as theirs,
    ):
        fork.add(*(b"fork %d" % n for n in range(7)))
        assert ours.post(asked(log, 0))[0] == theirs.post(asked(fork, 0))[0] == 200
        log.add(b"goes on", b"and on", b"and on")

        with Witnesses([ours.named, theirs.named], KEY, log.files.tile) as asking, pytest.raises(Ahead):
            asking(log.checkpoint(), log.proof)


def test_a_log_that_rolls_back_is_told_how_far_it_was_signed(log: Log, witness: Asked, tmp_path: Path) -> None:
    witness.post(asked(log, 0))
    with published(tmp_path / "older") as older:
        older.add(*log.entries[:3])

        with Witnesses([witness.named], KEY, older.files.tile) as asking, pytest.raises(Ahead) as told:
            asking(older.checkpoint(), older.proof)
    assert told.value.size == 5


@pytest.mark.parametrize(
    ("status", "body"), [(409, b"999\n"), (422, b"no\n"), (409, b"0\n"), (500, b""), (200, b"ok\n")]
)
def test_the_word_of_a_witness_alone_stops_nothing(log: Log, witness: Asked, status: int, body: bytes) -> None:
    """One that claims a larger tree, or refuses, without a checkpoint that the log's own key signed is only missing."""
    with answering(status, body) as liar:
        named = Named(liar, key_of("liar", KeyKind.WITNESS, b"x" * 32))
        with Witnesses([witness.named, named], KEY, log.files.tile) as asking:
            assert len(asking(log.checkpoint(), log.proof)) == 1
            assert asking.missing == ["liar"]


@contextlib.contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """Something that answers every request alike."""

    class Liar(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.send_header("Content-Type", "text/x.tlog.size")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with listening(Liar) as url:
        yield url


@contextlib.contextmanager
def listening(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a small server."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=serving.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}"
    finally:
        serving.shutdown()
        serving.server_close()


def test_a_slow_witness_holds_nobody_up_and_is_named(log: Log, witness: Asked) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        slow = Named(f"http://127.0.0.1:{deaf.getsockname()[1]}", key_of("slow", KeyKind.WITNESS, b"x" * 32))
        with Witnesses([witness.named, slow], KEY, log.files.tile) as asking:
            began = time.monotonic()

            first = asking(log.checkpoint(), log.proof)
            took = time.monotonic() - began
            second = asking(log.checkpoint(), log.proof)

            assert (len(first), len(second)) == (1, 1)
            assert took < 1
            assert asking.missing == ["slow"]


def test_an_answer_that_is_not_the_witnesss_own_does_not_count(log: Log, witness: Asked) -> None:
    other = Named(witness.url, key_of(f"{ORIGIN}/court", KeyKind.WITNESS, b"o" * 32))

    with Witnesses([other], KEY, log.files.tile) as asking:
        assert asking(log.checkpoint(), log.proof) == []
        assert asking.missing == [f"{ORIGIN}/court"]


def test_the_newest_tree_of_each_witness_can_be_asked_for(log: Log, witness: Asked, asking: Witnesses) -> None:
    assert asking.newest() == {}

    asking(log.checkpoint(), log.proof)

    assert asking.newest()[f"{ORIGIN}/court"].size == 5


def test_a_second_witness_on_one_folder_refuses(log: Log, witness: Asked, process: Process) -> None:
    assert process.refused() == "pars: another witness is at work in this folder\n"


def test_a_witness_that_forgot_does_not_begin_anew_by_itself(log: Log, process: Process) -> None:
    with Witnesses([process.start().named], KEY, log.files.tile) as asking:
        asking(log.checkpoint(), log.proof)
        process.end()
        shutil.rmtree(process.home / "court.witness")

        assert "--memory-lost" in process.refused()

        witness = process.start("--memory-lost")
        log.add(b"one more")
        assert len(asking(log.checkpoint(), log.proof)) == 1
        assert witness.newest().size == 6


def test_a_damaged_memory_does_not_start(log: Log, process: Process) -> None:
    with witnessing(KEY, process.home, url=log.url) as witness:
        witness.post(asked(log, 0))
        tile = witness.folder / Tile(0, 0, 5).path
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])

    assert "is not the tree that this witness signed" in process.refused()


def test_killed_at_any_moment_it_remembers_what_it_signed(log: Log, process: Process) -> None:
    """Kills in the middle of signing: whatever it told, it still stands by, with every entry."""
    dice = random.Random(7)
    told = 0
    for _ in range(5):
        witness = process.start()
        _, _, stands = witness.post(asked(log, 0)) if told else (0, "", b"0")
        assert int(stands) >= told
        told = int(stands)
        killer = threading.Timer(dice.uniform(0.05, 0.3), process.end, [signal.SIGKILL])
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                log.add(*(os.urandom(40) for _ in range(dice.randint(1, 90))))
                assert witness.post(asked(log, told))[0] == 200
                told = len(log.entries)
                if killer.ident is None:
                    killer.start()
        killer.join()

    tree = process.start().newest()
    assert tree.size >= told
    assert tree.root == root(tree.size, nodes_of(len(log.entries), log.tile))
    assert process.end() == 0
