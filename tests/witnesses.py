"""Witnesses for tests: real ones, each with its own key, folder and port, in threads of the test."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.note import NoteKey, note_from
from pars.ledger.witness import Request
from pars.store.witnessed import alone_in, begin, memory_in, signer_in
from pars.web.witnesses import Named
from pars.web.witnessing.__main__ import log_at
from pars.web.witnessing.server import server
from pars.web.witnessing.witness import Witness

READY_SECONDS = 120.0
NOWHERE = "http://127.0.0.1:1/ledger"


@dataclass
class Asked:
    """A witness that is at work somewhere."""

    url: str
    key: NoteKey
    log: NoteKey
    folder: Path

    def post(self, request: Request) -> tuple[int, str, bytes]:
        """Ask it as any log does."""
        return self.said("POST", "/add-checkpoint", request.body)

    def get(self, path: str) -> tuple[int, str, bytes]:
        """A file of its copy."""
        return self.said("GET", path, None)

    def said(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        """What it answers."""
        where = self.url.removeprefix("http://")
        with contextlib.closing(http.client.HTTPConnection(where, timeout=READY_SECONDS)) as connection:
            connection.request(method, path, body)
            with connection.getresponse() as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()

    def newest(self) -> Checkpoint:
        """The tree that it signed last, checked with its key and the log's."""
        note = note_from(self.get("/checkpoint")[2])
        assert {key for key, _ in note.verified([self.log, self.key])} == {self.log, self.key}
        return checkpoint_from(note.text)

    @property
    def named(self) -> Named:
        """As the log's configuration names it."""
        return Named(self.url, self.key)


@contextlib.contextmanager
def witnessing(log: NoteKey, home: Path, name: str = "court", url: str = NOWHERE) -> Iterator[Asked]:
    """A witness of the log with that key, which it reads at `url` when entries do not come with a request."""
    with alone_in(home / f"{name}.witness") as files:
        signer = signer_in(home / f"{name}.key", f"{log.name}/{name}")
        begin(files, log, signer)
        at_work = Witness(log.name, log, signer, memory_in(files, log, signer), log_at(url))
        listening = server(at_work, "127.0.0.1", 0)
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield Asked(f"http://127.0.0.1:{listening.server_port}", signer.public, log, files.folder)
        finally:
            listening.shutdown()
            listening.server_close()
