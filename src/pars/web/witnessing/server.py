"""The HTTP of a witness: `POST /add-checkpoint` and, to whoever reaches its port, the copy that it keeps."""

import hashlib
import re
import signal
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from types import FrameType
from typing import Final

from pars.errors import BadInput
from pars.ledger.tiles import tile_at
from pars.ledger.witness import PLAIN, REQUEST_BYTES, Refused
from pars.store.tilefiles import CHECKPOINT, KEY, WITNESSES
from pars.web.witnessing.witness import Witness

AT_ONCE: Final = 32
"""Connections that are served at a time; more are closed, so that nobody can fill the memory."""
IDLE_SECONDS: Final = 60
DRAINED_BYTES: Final = 4_000_000
_LENGTH, _ENTRY_LENGTH = 4, 2
NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?"
FILES = re.compile(
    rf"{CHECKPOINT}|{KEY}|{WITNESSES}|tile/(?:entries|[0-5])/{NUMBER}|(?:terms|floor)/[0-9a-f]{{64}}\.toml"
)
"""The files of a copy that are served, by their paths; nothing else in the folder is."""


class _Handler(BaseHTTPRequestHandler):
    """One connection; it stays open between requests."""

    server: "_Server"
    _left: int
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server_version = "PARS-witness"
    sys_version = ""

    def do_POST(self) -> None:
        """A checkpoint that asks for a signature."""
        length = self.headers.get("Content-Length", "")
        asked = {"/add-checkpoint": self._asked, "/add-entries": self._asked_with_entries}.get(self.path)
        if asked is None or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self._answer(Refused(404 if asked is None else 400, "a witness is asked at /add-checkpoint, with a length"))
            return
        self._left = int(length)
        answer = asked()
        if self._left > DRAINED_BYTES:
            self.close_connection = True  # what was not read is no next request
        else:
            self.rfile.read(self._left)  # so that whoever still sends it can read the answer
        self._answer(answer if isinstance(answer, Refused) else Refused(200, answer))

    def _asked(self) -> Refused | str:
        """The request alone, as the specification has it."""
        if self._left > REQUEST_BYTES:
            return Refused(400, "this is too long for a checkpoint and its proof")
        return self.server.witness.asked(self._taken(self._left))

    def _asked_with_entries(self) -> Refused | str:
        """The request after its length in four bytes, and behind it the new entries, each after its own in two."""
        try:
            length = int.from_bytes(self._taken(_LENGTH), "big")
            if length > REQUEST_BYTES:
                return Refused(400, "this is too long for a checkpoint and its proof")
            return self.server.witness.asked(self._taken(length), self._entries)
        except BadInput as refusal:
            return Refused(400, refusal.sentence)

    def _entries(self, start: int, end: int) -> Sequence[bytes]:
        return [self._taken(int.from_bytes(self._taken(_ENTRY_LENGTH), "big")) for _ in range(start, end)]

    def _taken(self, count: int) -> bytes:
        """The next bytes of the body; refused when it has no more."""
        if count > self._left:
            raise BadInput("the request ends in the middle of an entry", code="not-a-request")
        body = self.rfile.read(count)
        if len(body) != count:
            raise BadInput("the request ends in the middle of an entry", code="not-a-request")
        self._left -= count
        return body

    def do_GET(self) -> None:
        """A file of the copy."""
        path = self.path.removeprefix("/").removeprefix(self.server.by_origin)
        body = self.server.file(path) if FILES.fullmatch(path) else None
        if body is None:
            self._answer(Refused(404, "this witness has no such file"))
        else:
            kind = PLAIN if path in {CHECKPOINT, KEY, WITNESSES} else "application/octet-stream"
            self._send(200, body, kind)

    def _answer(self, told: Refused) -> None:
        body = told.body if told.body.endswith("\n") else f"{told.body}\n"
        self._send(told.status, body.encode(), told.kind)

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """What came is nobody's business but the log's."""


class _Server(ThreadingHTTPServer):
    """A thread a connection, and no more than a few."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        self.witness = witness
        self.by_origin = f"{hashlib.sha256(witness.origin.encode()).hexdigest()}/"
        self._free = threading.BoundedSemaphore(AT_ONCE)
        super().__init__((host, port), _Handler)

    def file(self, path: str) -> bytes | None:
        """A file of the copy; None when it has none, or nothing signed reaches it yet."""
        memory = self.witness.memory
        if not path.startswith("tile/"):
            return memory.files.read(path)
        try:
            tile = tile_at(path)
        except BadInput:
            return None
        return memory.files.tile(tile) if tile.leaves <= memory.remembered.size else None

    def process_request(self, request: socket | tuple[bytes, socket], client_address: tuple[str, int]) -> None:
        """Serve a connection in a thread of its own, or close it when there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: tuple[str, int]) -> None:
        """The same, in its thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up in the middle is nobody's fault; what was signed is on disk."""


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """A server for one witness, bound to its port."""
    return _Server(witness, host, port)


def serve(listening: ThreadingHTTPServer) -> None:
    """Serve until a signal comes. It may as well be killed: what it remembers is on disk."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        listening.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        listening.server_close()
