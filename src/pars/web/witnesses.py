"""The log's side of witnessing: a new checkpoint goes to every witness at once, and nobody who is slow holds it up."""

import contextlib
import hashlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

import msgspec
import structlog

from pars.actions import placing, recovery
from pars.errors import BadInput, Misconfigured
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.growing import cut
from pars.ledger.note import KeyKind, Note, NoteKey, Signature, key_from, note_from
from pars.ledger.proof import Ahead, Proofs
from pars.ledger.tiles import WIDTH, Tile
from pars.ledger.tree import consistent
from pars.ledger.witness import ANSWER_BYTES, Request, cosignatures, size_told
from pars.store.database import Store
from pars.store.files import READABLE, write_whole

PATIENCE_SECONDS: Final = 0.9
"""For how long a round waits for signatures; a witness that comes later is heard in the next round."""
ANSWERS_WITHIN: Final = 10.0
"""For how long a witness may copy what is new; until then it is not asked again."""
OK, NOT_FOUND, CONFLICT, UNPROCESSABLE = 200, 404, 409, 422

Entries = Callable[[Tile], bytes | None]
"""The bytes of a bundle of the log; None when there is none."""
log = structlog.get_logger("pars.witnesses")


@dataclass(frozen=True, slots=True)
class Named:
    """A witness as the installation knows it: where it is asked, and the key that it signs with."""

    url: str
    key: NoteKey


FILE: Final = "witnesses.json"
"""The file in the data folder that names the witnesses."""


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A witness as the file names it."""

    url: str
    key: str


def named_in(data: Path) -> Sequence[Named]:
    """The witnesses that the folder's `witnesses.json` names; nobody without the file. Refused when it is wrong."""
    try:
        written = msgspec.json.decode((data / FILE).read_bytes(), type=list[_Written])
        named = [Named(each.url, key_from(each.key)) for each in written]
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, BadInput) as cause:
        raise Misconfigured(f"{FILE} is a list of objects with “url” and “key”, and this one is not") from cause
    for each in named:
        if each.key.kind is not KeyKind.WITNESS or urlsplit(each.url).scheme not in {"http", "https"}:
            raise Misconfigured(f"{FILE} names witnesses by http(s) addresses and the keys that they cosign with")
    if len({each.key for each in named}) < len(named):
        raise Misconfigured(f"{FILE} names a witness twice")
    return named


def write_named(data: Path, named: Sequence[Named]) -> None:
    """Write the file anew."""
    body = msgspec.json.encode([_Written(each.url, str(each.key)) for each in named])
    write_whole(data / FILE, body, mode=READABLE)


class _NoAnswer(Exception):
    """The witness is away, or what it says is none of what a witness says."""


@dataclass(slots=True)
class _Asked:
    """One witness as the log remembers it: the size that it signed last (None: not asked yet), an open connection.

    `plain`: it takes checkpoints alone, as the specification has it, and keeps no entries.
    """

    named: Named
    log: NoteKey
    entries: Entries
    size: int | None = None
    plain: bool = False
    at_work: "Future[Sequence[Signature]] | None" = None
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def cosigned(self, note: Note, tree: Checkpoint, proofs: Proofs) -> Sequence[Signature]:
        """Its signatures of a checkpoint; asked again when it says that it stands at another size."""
        if self.size is None:
            begins = self.newest()
            self.size = begins.size if begins is not None else 0
        for _ in range(3):
            old = min(self.size, tree.size)
            status, kind, body = self._submitted(Request(old, proofs(old), note), tree.size)
            if status == OK:
                try:
                    signatures = cosignatures(body, note.text, self.named.key)
                except BadInput as cause:
                    raise _NoAnswer from cause
                self.size = tree.size
                return signatures
            if status == UNPROCESSABLE:
                self._is_ahead(tree, proofs)
                raise _NoAnswer
            if status == NOT_FOUND and not self.plain:
                self.plain = True
            elif status == CONFLICT:
                self._stands_at(kind, body, tree, proofs)
            else:
                break
        raise _NoAnswer

    def _submitted(self, request: Request, size: int) -> tuple[int, str, bytes]:
        if self.plain:
            return self._sent("POST", "add-checkpoint", lambda: [request.body], len(request.body))
        body = request.body
        length = 4 + len(body) + sum(len(each) for each in fresh(self.entries, request.old, size))
        head = len(body).to_bytes(4, "big") + body
        return self._sent("POST", "add-entries", lambda: chain([head], fresh(self.entries, request.old, size)), length)

    def _stands_at(self, kind: str, body: bytes, tree: Checkpoint, proofs: Proofs) -> None:
        try:
            told = size_told(kind, body)
        except BadInput as cause:
            raise _NoAnswer from cause
        if told > tree.size:
            self._is_ahead(tree, proofs)
            raise _NoAnswer
        if self.size is not None and told < self.size:
            log.warning("a witness has forgotten what it signed", witness=self.named.key.name, size=told)
        self.size = told

    def _is_ahead(self, tree: Checkpoint, proofs: Proofs) -> None:
        """Raise `Ahead` when the witness shows a tree that our own key signed and that this one does not continue.

        Its word alone stops nothing: whoever runs one witness could stop the log and close the door to partners.
        """
        shown = self.newest()
        if shown is None:
            log.warning("a witness refuses and shows no checkpoint of ours", witness=self.named.key.name)
            return
        within = shown.size <= tree.size
        if not within or not consistent(shown.size, shown.root, tree.size, tree.root, proofs(shown.size)):
            raise Ahead(shown.size)
        log.warning("a witness refuses what continues its own checkpoint", witness=self.named.key.name)

    def newest(self) -> Checkpoint | None:
        """The tree that it signed last; None when it says none that the log's key and its own signed."""
        try:
            status, _, body = self._sent("GET", f"{hashlib.sha256(self.log.name.encode()).hexdigest()}/checkpoint")
            if status != OK:
                return None
            note = note_from(body)
            if {key for key, _ in note.verified([self.log, self.named.key])} != {self.log, self.named.key}:
                return None
            return checkpoint_from(note.text)
        except (_NoAnswer, BadInput):
            return None

    def _sent(
        self, method: str, path: str, body: Callable[[], Iterable[bytes]] = tuple, length: int = 0
    ) -> tuple[int, str, bytes]:
        for kept_open in (self.connection is not None, False):
            connection = self.connection or _connected(self.named.url)
            self.connection = connection
            try:
                below = urlsplit(self.named.url).path.rstrip("/")
                headers = {"Content-Type": "application/octet-stream", "Content-Length": str(length)} if length else {}
                connection.request(method, f"{below}/{path}", body() if length else None, headers)
                answer = connection.getresponse()
                told = answer.read(ANSWER_BYTES + 1)
            except (OSError, http.client.HTTPException) as cause:
                self.closed()
                if not kept_open:  # one that was kept open may have been closed meanwhile: once more on a new one
                    raise _NoAnswer from cause
                continue
            if answer.will_close or len(told) > ANSWER_BYTES:
                self.closed()
            return answer.status, answer.headers.get("Content-Type", ""), told
        raise _NoAnswer

    def closed(self) -> None:
        """Let go of the connection; whoever waits on it is told at once."""
        if self.connection is not None:
            with contextlib.suppress(OSError):
                if self.connection.sock is not None:
                    self.connection.sock.shutdown(socket.SHUT_RDWR)
            self.connection.close()
        self.connection = None


def fresh(entries: Entries, old: int, size: int) -> Iterator[bytes]:
    """The bundles of the entries from one size to another, without what the first of them has from before."""
    for number in range(old // WIDTH, -(-size // WIDTH)):
        tile = Tile(None, number, min(WIDTH, size - number * WIDTH))
        body = entries(tile)
        if body is None:
            raise _NoAnswer
        had = max(0, old - number * WIDTH)
        yield body[len(cut(Tile(None, number, had), body)) :] if had else body


def _connected(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=ANSWERS_WITHIN, context=context)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWERS_WITHIN)


class Witnesses:
    """The witnesses of an installation; calling it is `ledger.proof.Cosigners`. `missing`: who did not sign last."""

    def __init__(self, named: Sequence[Named], log_key: NoteKey, entries: Entries) -> None:
        self._asked = [_Asked(each, log_key, entries) for each in named]
        self._pool = ThreadPoolExecutor(max(1, len(named)), thread_name_prefix="witness")
        self._lock = threading.Lock()
        self.missing: Sequence[str] = ()

    @property
    def keys(self) -> Sequence[NoteKey]:
        """The keys of all of them."""
        return [each.named.key for each in self._asked]

    def __call__(self, note: Note, proofs: Proofs) -> Sequence[Signature]:
        """The cosignatures that came in time. Raises `Ahead` when a witness signed what this log does not extend."""
        tree = checkpoint_from(note.text)
        with self._lock:
            asking = self._asking(lambda each: each.cosigned(note, tree, proofs))
            wait(asking.values(), timeout=PATIENCE_SECONDS)
            return self._gathered(asking)

    def _asking(self, ask: Callable[[_Asked], Sequence[Signature]]) -> dict[str, "Future[Sequence[Signature]]"]:
        """Ask everybody at once, but those who are still at work on what they were asked before."""
        asking = {}
        for each in self._asked:
            if each.at_work is None or each.at_work.done():
                each.at_work = self._pool.submit(ask, each)
                asking[each.named.key.name] = each.at_work
        return asking

    def _gathered(self, asking: dict[str, "Future[Sequence[Signature]]"]) -> Sequence[Signature]:
        found: list[Signature] = []
        signed = set()
        for name, answer in asking.items():
            if not answer.done():
                continue
            try:
                found += answer.result()
                signed.add(name)
            except _NoAnswer:
                continue
            except Ahead as ahead:
                log.warning("a witness signed a tree that this log does not extend", witness=name, size=ahead.size)
                raise
        missing = sorted(each.named.key.name for each in self._asked if each.named.key.name not in signed)
        if missing != list(self.missing):
            log.warning("witnesses are missing" if missing else "every witness signs", missing=missing)
        self.missing = missing
        return found

    def newest(self) -> dict[str, Checkpoint]:
        """The tree that each witness signed last, by its name; those who do not answer in time are left out."""
        with self._lock:
            asking = {each.named.key.name: self._pool.submit(each.newest) for each in self._asked}
            wait(asking.values(), timeout=PATIENCE_SECONDS)
            told = {name: answer.result() for name, answer in asking.items() if answer.done()}
        return {name: tree for name, tree in told.items() if tree is not None}

    def close(self) -> None:
        """Let go of the threads and connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for each in self._asked:
            each.closed()

    def __enter__(self) -> Self:
        """For `with Witnesses(…) as witnesses`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of them."""
        self.close()


def witnesses_in(data: Path, store: Store) -> Witnesses:
    """The witnesses that the data folder names."""
    return Witnesses(named_in(data), placing.log_key(store), store.files.tile)


@contextlib.contextmanager
def asked(store: Store, data: Path) -> Iterator[Witnesses]:
    """The witnesses of an installation, for as long as the block runs.

    They are asked what they signed before the first entry is placed: a database that was restored from an older backup
    would otherwise give places that others have already.
    """
    with witnesses_in(data, store) as witnesses:
        further = recovery.ahead(store, witnesses.newest().values())
        if further is not None:
            log.error("alarm", alarm="log-behind", why="a witness has signed a longer log", had=further)
        yield witnesses
