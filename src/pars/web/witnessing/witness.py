"""A witness at work: it copies what is new, checks it against the root, signs, remembers, and only then tells.

Copying comes first, because a witness that signed has to be able to give back what it signed
(docs/adr/0022-witnesses.md).
"""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import Final

from pars.clock import real_now
from pars.errors import BadInput, NotThere, ParsError, Unavailable
from pars.ledger.lost import named_in
from pars.ledger.note import Note, NoteKey
from pars.ledger.signer import Signer
from pars.ledger.tiles import WIDTH, Tile, unbundled
from pars.ledger.witness import Refused, Sound, decide
from pars.store.tilefiles import NoRoom
from pars.store.witnessed import Memory

Read = Callable[[str], bytes]
"""A file of the log by its path."""
Fresh = Callable[[int, int], Sequence[bytes]]
"""`(start, end)`: the log's entries of those indices, which lie in one bundle."""

WAITS_SECONDS: Final = 0.5
"""For how long a request waits while another one is at work; a long copy goes on when nobody waits for it any more."""
TOGETHER: Final = 4_096
"""Entries that are written together when many are copied."""


class Witness:
    """One witness of one log. Safe to share between threads: one request is at work at a time."""

    def __init__(self, origin: str, log: NoteKey, signer: Signer, memory: Memory, read: Read) -> None:
        self.origin, self.signer, self.memory = origin, signer, memory
        self._log, self._read = log, read
        self._lock = threading.Lock()
        self._wanted: dict[str, None] = {}
        self._papers: threading.Thread | None = None

    def asked(self, body: bytes, fresh: Fresh | None = None) -> Refused | str:
        """The signature lines for a request, or why there are none. What is signed is on disk before this returns.

        `fresh` gives the new entries when they come with the request; without it they are read from the log.
        """
        if not self._lock.acquire(timeout=WAITS_SECONDS):
            return Refused(503, "this witness is copying the log; ask again")
        try:
            decided = decide(body, self.origin, [self._log], self.memory.remembered)
            return decided if isinstance(decided, Refused) else self._signed(decided, fresh or self._published)
        finally:
            self._lock.release()

    def _signed(self, sound: Sound, fresh: Fresh) -> Refused | str:
        try:
            if self._copied(sound.checkpoint.size, fresh) != sound.checkpoint.root:
                return Refused(422, "not signed: the log's entries are not those of its checkpoint")
            own = self.signer.cosigned(sound.note.text, int(real_now().timestamp()))
            self.memory.sign(Note(sound.note.text, [*sound.by, own]))
            if self._wanted:
                self.copy_papers()
        except (Unavailable, NoRoom) as away:
            return Refused(503, f"not signed, because the new entries cannot be copied: {away}")
        except ParsError as refusal:
            return Refused(422, f"not signed, because the new entries are not what they should be: {refusal.sentence}")
        return own.line

    def _copied(self, size: int, fresh: Fresh) -> bytes:
        """Copy the entries up to a size and what they name; the root over them, beginning with what is remembered."""
        tree = self.memory.peaks()
        while tree.size < size:
            entries: list[bytes] = []
            while (start := tree.size + len(entries)) < size and len(entries) < TOGETHER:
                entries += fresh(start, min(size, (start // WIDTH + 1) * WIDTH))
            self.memory.add(tree, entries)
            self._wanted.update(dict.fromkeys(named_in(entries)))
        return tree.root()

    def _published(self, start: int, end: int) -> Sequence[bytes]:
        """Entries as the log publishes them; refused when it shows another one in the place of one that is signed."""
        number = start // WIDTH
        tile = Tile(None, number, end - number * WIDTH)
        try:
            entries = unbundled(self._read(tile.path), tile.width)
        except NotThere as cause:
            raise Unavailable("the log does not show its new entries") from cause
        begun = self.memory.begun(number, start)
        if entries[: len(begun)] != begun:
            raise BadInput("the log shows another entry in the place of one that was signed", code="another-history")
        return entries[len(begun) :]

    def copy_papers(self, *, all_again: bool = False) -> None:
        """Copy the terms and floors that entries name, beside the signing, which waits for none of it.

        `all_again` looks through the whole copy for what is named in it, as after a start.
        """
        if self._papers is None or not self._papers.is_alive():
            self._papers = threading.Thread(target=self._copy_wanted, args=(all_again,), daemon=True)
            self._papers.start()

    def _copy_wanted(self, all_again: bool) -> None:  # noqa: FBT001 - called by its thread alone
        if all_again:
            size = self.memory.remembered.size
            for number in range(-(-size // WIDTH)):
                self._wanted.update(dict.fromkeys(named_in(self.memory.begun(number, size))))
        for path in list(self._wanted):
            with contextlib.suppress(ParsError, NoRoom):  # what is not there yet is asked for again next time
                if self.memory.files.read(path) is None:
                    body = self._read(path)
                    if hashlib.sha256(body).hexdigest() != path.partition("/")[2].removesuffix(".toml"):
                        continue
                    self.memory.files.write([(path, body)])
                self._wanted.pop(path, None)
