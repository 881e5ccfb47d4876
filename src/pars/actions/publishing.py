"""What is read of the log: the tree of closed days by anybody, the live one by those who watch over it (T7).

A live tree counts what others write, and how soon. So a stranger is served the last checkpoint of a day that is over,
after the owners' delay. Whoever holds a receipt gets the proof of that one entry once its day is over, whatever the
delay is: within the day that the receipt promises. In a demonstration without delay everything is live.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pars.actions import placing, switches
from pars.actions.acting import By
from pars.clock import city_day, now
from pars.errors import BadInput, NotThere
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.note import Note, note_from
from pars.ledger.proof import Inclusion
from pars.ledger.tiles import tile_at
from pars.record.roles import Role
from pars.record.switches import Name
from pars.store import placing as kept
from pars.store.database import Store
from pars.store.tilefiles import CHECKPOINT, KEY, WITNESSES

LIVE_READERS: Final = frozenset({Role.REPRESENTATIVE, Role.AUDITOR})
"""Who is served the live tree: those who watch over the log for its owners."""
_DAY: Final = timedelta(days=1)
_NOT_YET = "the log has published nothing yet; the first closed day comes first"


@dataclass(frozen=True, slots=True)
class Tree:
    """A signed tree that a reader may have: the note, and whether it is the newest there is."""

    note: Note
    live: bool

    @property
    def said(self) -> Checkpoint:
        """What the note says."""
        return checkpoint_from(self.note.text)

    @property
    def body(self) -> bytes:
        """The note as it is served."""
        return str(self.note).encode()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the log: its bytes, and whether any stranger may have them."""

    body: bytes
    public: bool


def delay_days(store: Store) -> int:
    """After how many days of the city strangers may read what was entered; 0 in a demonstration: at once."""
    return int(switches.stand(store)[Name.LEDGER_DELAY_DAYS].value)


def tree(store: Store, by: By | None) -> Tree:
    """The newest tree that this reader may have; `by` None is a stranger."""
    delay = delay_days(store)
    if delay == 0 or (by is not None and by.confirmed and by.role in LIVE_READERS):
        return Tree(note_from(_there(store.files.read(CHECKPOINT))), live=True)
    return _closed(store, city_day(now()) - delay * _DAY)


def _closed(store: Store, up_to: date) -> Tree:
    with store.transaction("pars_ledger") as connection:
        found = kept.closed(connection, up_to)
    if found is None:
        raise NotThere(_NOT_YET)
    return Tree(note_from(found[2]), live=False)


def _there(body: bytes | None) -> bytes:
    if body is None:
        raise NotThere(_NOT_YET)
    return body


def tile(store: Store, by: By | None, path: str) -> Part:
    """A tile or a bundle of entries by its address; parts of it that are gone are cut from wider ones."""
    try:
        asked = tile_at(path)
    except BadInput as cause:
        raise NotThere("there is no tile by that address") from cause
    mine = tree(store, by)
    public = mine if by is None else _public(store)
    if asked.leaves > mine.said.size:
        raise NotThere("the log has no such tile yet")
    body = store.files.tile(asked)
    if body is None:
        raise NotThere("the log has no such tile")
    return Part(body, public is not None and asked.leaves <= public.said.size)


def _public(store: Store) -> Tree | None:
    try:
        return tree(store, None)
    except NotThere:
        return None


def key(store: Store) -> bytes:
    """The key by which the log's signature is verified, one line."""
    return _there(store.files.read(KEY))


def witnesses(store: Store) -> bytes:
    """The keys of the witnesses, one a line."""
    return _there(store.files.read(WITNESSES))


def terms(store: Store, sha256: str) -> bytes:
    """The file of terms that entries name by this hash, byte for byte."""
    return _named(store, "terms", sha256)


def floor(store: Store, sha256: str) -> bytes:
    """The file of a floor that was laid, byte for byte."""
    return _named(store, "floor", sha256)


def _named(store: Store, folder: str, sha256: str) -> bytes:
    body = store.files.read(f"{folder}/{_hash(sha256).hex()}.toml")
    if body is None:
        raise NotThere("no entry names a file by that hash")
    return body


def _hash(text: str) -> bytes:
    """The 32 bytes of a hash in lower-case hex; whatever else it is, there is nothing by it."""
    if len(text) != 64 or set(text) - set("0123456789abcdef"):  # noqa: PLR2004 - 32 bytes in hex
        raise NotThere("a hash is 64 hexadecimal digits")
    return bytes.fromhex(text)


def inclusion(store: Store, by: By | None, entry_hash: str) -> Inclusion:
    """The proof of the one entry whose hash somebody holds, of a receipt for instance."""
    leaf = _hash(entry_hash)
    with store.transaction("pars_ledger") as connection:
        found = kept.of_hash(connection, leaf)
    if found is not None:
        for mine in _trees(store, by):
            proof = placing.proof_at(store, found.place, mine.body)
            if proof is not None:
                return proof
    raise NotThere("no entry by that hash has been published; one that was promised is, once its day is over")


def _trees(store: Store, by: By | None) -> Iterator[Tree]:
    """The trees against which this reader may have a proof, best first."""
    with contextlib.suppress(NotThere):
        yield tree(store, by)
    with contextlib.suppress(NotThere):
        yield _closed(store, city_day(now()) - _DAY)


@dataclass(frozen=True, slots=True)
class About:
    """The log as its page tells of it. `complete_up_to`: every entry of that day of the city is in the tree."""

    log: str
    key: str
    size: int
    live: bool
    complete_up_to: date | None
    delay_days: int
    signed_by: list[str]
    witnesses: list[str]
    checkpoint: str


def about(store: Store, by: By | None) -> About:
    """What there is to know of the log before one reads it. The keys and the delay are told before anything else is."""
    own, delay = placing.log_key(store), delay_days(store)
    told = (store.files.read(WITNESSES) or b"").decode().split()
    try:
        shown = tree(store, by)
    except NotThere:
        shown = None
    stands = placing.state(store)
    sound = shown is not None and not stands.behind and not stands.stalls
    days = 1 if shown is not None and shown.live else delay
    return About(
        log=own.name,
        key=str(own),
        size=shown.said.size if shown else 0,
        live=shown is not None and shown.live,
        complete_up_to=city_day(now()) - days * _DAY if sound else None,
        delay_days=delay,
        signed_by=[each.name for each in shown.note.signatures] if shown else [],
        witnesses=[each.partition("+")[0] for each in told],
        checkpoint=str(shown.note) if shown else "",
    )
