"""Placing: each committed entry gets its index in the log, for good; tiles are written, and a checkpoint signed.

The order is that of the transactions' numbers, taken below the oldest that is still under way, so that no late commit
is skipped. What is signed always extends the checkpoint on disk; a database that does not is behind, and partners wait.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import structlog

from pars.errors import Misconfigured, ParsError, Unavailable
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.entry import Kind
from pars.ledger.growing import bundles, grown, whole_from
from pars.ledger.note import KeyKind, Note, NoteKey, Signature, key_of, note_from, signed
from pars.ledger.proof import Ahead, Cosigners, Inclusion, nobody
from pars.ledger.tiles import WIDTH, Tile, nodes_of
from pars.ledger.tree import EMPTY_ROOT, Nodes, consistency_proof, inclusion_proof, root
from pars.sharing.floor import FLOOR
from pars.store import floors as laid
from pars.store import installation
from pars.store import placing as kept
from pars.store.database import Store
from pars.store.locks import Round, takes_round
from pars.store.placing import Head
from pars.store.tilefiles import CHECKPOINT, KEY, WITNESSES, NoRoom

MOST: Final = 8_192
"""Entries of one batch: one transaction, one checkpoint."""
CONFIRMS_EVERY: Final = timedelta(seconds=10)
"""When nothing is new it is said this often that the tree still stands."""
ENTRY_WAITS_SECONDS: Final = 5.0
"""A committed entry that waits longer for its place is an alarm (T17)."""
_OURS = re.compile(r"[^A-Za-z0-9 ._()-]")

log = structlog.get_logger("pars.placing")


@dataclass(frozen=True, slots=True)
class Placed:
    """What a round came to: the size of the newest signed tree, and whether more entries wait for their turn."""

    size: int
    more: bool


class _Stopped(Exception):
    """Nothing can be signed: why, and how many entries the log is known to have had."""

    def __init__(self, why: str, wanting: int | None = None) -> None:
        super().__init__(why)
        self.why, self.wanting = why, wanting


def place(store: Store, cosign: Cosigners = nobody, witnesses: Sequence[NoteKey] = ()) -> Placed:
    """Place and sign everything that was committed before any transaction still under way began to write.

    `witnesses` are the keys of those who cosign; strangers find them beside the log's own. Does nothing while another
    process is at it. A log that is behind is not signed (`log-behind` in the operator's log).
    """
    while (placed := place_some(store, cosign, witnesses)).more:
        pass
    return placed


def place_some(store: Store, cosign: Cosigners = nobody, witnesses: Sequence[NoteKey] = ()) -> Placed:
    """The same for one batch: what a round does every 200 ms."""
    with store.transaction("pars_ledger") as turn:
        ours = takes_round(turn, Round.PLACING)
        head = kept.head(turn)
        idle = Placed(head.signed_size, more=False)
        if not ours or not _due(head):
            return idle
        try:
            with store.files.alone() as alone:
                return _batch(store, head, cosign, witnesses) if alone else idle
        except NoRoom as cause:
            _stop(store, head, "disk")
            raise Unavailable(f"the log's files: {cause}", code="log-disk") from cause
        except _Stopped as why:
            if why.why == "folder":  # of this machine alone: another may have the log's folder, and go on
                raise Unavailable(f"the log is not signed here: {_TOLD[why.why]}", code="log-folder") from why
            _stop(store, head, why.why, why.wanting)
            return idle


def _due(head: Head) -> bool:
    """Whether there is something to do. A clock that was set back makes what was signed seem to lie ahead."""
    if head.stopped == "witness":
        return False
    waits = head.waits or head.size > head.signed_size or head.renumbered or head.stopped is not None
    return waits or not timedelta() <= head.now - head.signed_at < CONFIRMS_EVERY


def _batch(store: Store, head: Head, cosign: Cosigners, witnesses: Sequence[NoteKey]) -> Placed:
    """One batch, alone with the folder: compare, give places, write tiles, sign, have it cosigned, publish."""
    stood = _on_disk(store)
    _compare(head, stood)
    if head.renumbered:
        with store.transaction("pars_ledger") as connection:
            kept.renumber(connection)
            head = kept.head(connection)
    if head.waits and head.size == max(head.signed_size, stood.size):
        with store.glance("pars_ledger") as connection:  # each a transaction by itself, the first of them durable
            kept.give(connection, MOST)
            head = kept.head(connection)
    grew = _grow(store, stood.size, head.size)
    _extends(head, stood, grew.nodes)
    _beside(store, grew, witnesses)
    tree = Checkpoint(stood.origin, head.size, root(head.size, grew.nodes))
    _publish(store, head, stood, tree, cosign, grew.nodes)
    return Placed(head.size, head.waits)


def _on_disk(store: Store) -> Checkpoint:
    """What the folder says of itself; an empty tree in a new one."""
    name = _log_of(store)
    body = store.files.read(CHECKPOINT)
    if body is None:
        return Checkpoint(name, 0, EMPTY_ROOT)
    try:
        note = note_from(body)
        tree = checkpoint_from(note.text)
        ours = note.verified([log_key(store)])
    except ParsError as cause:
        raise _Stopped("folder") from cause
    if tree.origin != name or not ours:
        raise _Stopped("folder")
    return tree


def _compare(head: Head, stood: Checkpoint) -> None:
    """Refuse to go on from a database that has less than the folder, or a folder that has lost everything."""
    if stood.size == 0 and head.signed_size > 0:
        raise _Stopped("folder", head.signed_size)
    if head.size < stood.size:
        raise _Stopped("behind", stood.size)


class _Leaf(msgspec.Struct):
    """Of a leaf: which terms and which floor it names, if it is of a kind that names any."""

    kind: Kind
    version: str = ""
    floor: str = ""


_leaf = msgspec.json.Decoder(_Leaf)


class _Grown(NamedTuple):
    """The complete subtrees of a tree, and which terms and floors its new leaves name."""

    nodes: Nodes
    versions: set[str]
    floors: set[str]


def _grow(store: Store, old: int, end: int) -> _Grown:
    """Write the tiles of the tree of `end` leaves, a batch at a time."""
    new: dict[Tile, bytes] = {}
    versions, floors = set[str](), set[str]()
    while old < end:
        upto = min(end, whole_from(old) + MOST + WIDTH)
        with store.glance("pars_ledger") as connection:
            hashes, leaves = kept.leaves(connection, whole_from(old), upto)
        new = dict(grown(old, hashes, _reader(store, {})))
        store.files.write((tile.path, body) for tile, body in [*new.items(), *bundles(old, leaves)])
        for leaf in map(_leaf.decode, leaves[old - whole_from(old) :]):
            if leaf.kind in {Kind.INQUIRY, Kind.AGREEMENT}:
                versions.add(leaf.version)
                floors.add(leaf.floor)
        old = upto
    return _Grown(nodes_of(end, _reader(store, new)), versions - {""}, floors - {""})


def _reader(store: Store, new: dict[Tile, bytes]) -> Callable[[Tile], bytes]:
    def read(tile: Tile) -> bytes:
        if tile not in new:
            body = store.files.tile(tile)
            if body is None:
                raise _Stopped("folder")
            new[tile] = body
        return new[tile]

    return read


def _extends(head: Head, stood: Checkpoint, nodes: Nodes) -> None:
    """Never sign a tree that is not an extension of the one on disk and of the one that the database had signed."""
    for size, before in ((stood.size, stood.root), (head.signed_size, head.root)):
        if size and root(size, nodes) != before:
            raise _Stopped("differs", stood.size)


def _beside(store: Store, grew: _Grown, witnesses: Sequence[NoteKey]) -> None:
    """The log's key and its witnesses', and the files of all terms and floors that the new entries name."""
    files = store.files
    new = {KEY: f"{log_key(store)}\n".encode()}
    told = "".join(f"{key}\n" for key in witnesses).encode()
    if told or files.read(WITNESSES) is None:
        new[WITNESSES] = told
    missing = [each for each in sorted(grew.versions) if files.read(terms_file(each)) is None]
    if missing:
        with store.transaction("pars_act") as connection:
            new |= {terms_file(name): text.encode() for name, text in kept.terms(connection, missing).items()}
    lacking = [each for each in sorted(grew.floors) if files.read(floor_file(each)) is None]
    if lacking:
        with store.transaction("pars_act") as connection:
            texts = {FLOOR.sha256: FLOOR.text, **laid.texts(connection, lacking)}
        new |= {floor_file(name): texts[name].encode() for name in lacking if name in texts}
    files.write((path, body) for path, body in new.items() if files.read(path) != body)


def terms_file(name: str) -> str:
    """Where the file of a version's terms lies in the log's folder."""
    return f"terms/{name}.toml"


def floor_file(name: str) -> str:
    """Where the file of a floor lies in the log's folder."""
    return f"floor/{name}.toml"


def _publish(store: Store, head: Head, stood: Checkpoint, tree: Checkpoint, cosign: Cosigners, nodes: Nodes) -> None:
    """Sign, have it cosigned, put it in the place of the one before, and say so in the database."""
    own = signed(tree.text, tree.origin, store.keys.log_key)
    before = store.files.read(CHECKPOINT)
    had = note_from(before).signatures if before is not None and tree == stood else ()
    try:
        came = cosign(Note(tree.text, [own]), lambda old: consistency_proof(old, tree.size, nodes))
    except Ahead as ahead:
        raise _Stopped("witness", ahead.size) from ahead
    body = str(Note(tree.text, [own, *_newest(had, came, own)])).encode()
    if body != before:
        store.files.write([(CHECKPOINT, body)])
        store.files.prune(stood.size, tree.size)
    with store.glance("pars_ledger") as connection:
        kept.sign(connection, tree.size, tree.root, head.day, body)
    if head.stopped is not None:
        log.info("the log is signed again", size=tree.size)


def _newest(had: Sequence[Signature], came: Sequence[Signature], own: Signature) -> list[Signature]:
    """One cosignature of each witness, the newest; a witness that is away now has cosigned this tree before."""
    by_key = {(each.name, each.key_id): each for each in [*had, *came]}
    by_key.pop((own.name, own.key_id), None)
    return list(by_key.values())


_TOLD: Final = {
    "disk": "the log's files cannot be written; make room, and it goes on by itself",
    "folder": "the folder of the log is empty, another one's or incomplete; put back the one that belongs here",
    "behind": "the database has fewer entries than the log that was signed; recover it before partners are answered",
    "differs": "the database holds other entries than the log that was signed; recover it before partners are answered",
    "witness": "a witness has cosigned a longer log than this one; recover it before partners are answered",
}
"""Why nothing is signed, in the operator's words."""
_BEHIND: Final = frozenset(_TOLD) - {"disk"}
"""For these no partner is answered from the first moment; a full disk closes the door after a minute, like a stop."""


def _stop(store: Store, head: Head, why: str, wanting: int | None = None) -> None:
    """Say once, in the operator's log and in the database, that nothing is signed."""
    behind = why in _BEHIND
    if head.stopped != why:
        code = "log-behind" if behind else "log-disk"
        log.error("alarm", alarm=code, why=_TOLD[why], has=head.size, had=wanting)
        with store.transaction("pars_ledger") as connection:
            kept.stop(connection, why, behind=behind, wanting=wanting)


def recovered(store: Store) -> None:
    """Let the next round look for itself: what a witness said was missing has been entered again."""
    with store.transaction("pars_ledger") as connection:
        kept.go_on(connection)


@lru_cache(maxsize=8)
def _log_of(store: Store) -> str:
    with store.glance("pars_ledger") as connection:
        return installation.installation(connection).log


def log_key(store: Store) -> NoteKey:
    """The key by which strangers verify the log's own signature."""
    return key_of(_log_of(store), KeyKind.LOG, store.keys.log_key)


@dataclass(frozen=True, slots=True)
class State:
    """How the log stands, for operators.

    `waits_seconds`: how long the oldest committed entry has waited to be signed; `held_by` names what holds it, when
    that is another transaction. A log that is `behind` lacks the entries from `size` up to `wanting`.
    """

    size: int
    signed_size: int
    signed_seconds_ago: float
    behind: bool
    why: str | None
    wanting: int | None
    waits_seconds: float
    held_by: str | None

    @property
    def stalls(self) -> bool:
        """Whether an entry has waited too long."""
        return self.waits_seconds > ENTRY_WAITS_SECONDS

    @property
    def line(self) -> str:
        """The log in one line."""
        ago = f"signed {max(0.0, self.signed_seconds_ago):.0f} s ago" if self.signed_size else "not signed yet"
        return f"{self.signed_size} of {self.size} placed entries signed, {ago}"

    @property
    def told(self) -> list[str]:
        """What is wrong, in the operator's words; empty when nothing is."""
        found = []
        if self.why is not None:
            had = f" (it has {self.size} entries and had {self.wanting})" if self.wanting is not None else ""
            found.append(f"the log is not signed: {_TOLD[self.why]}{had}")
        if self.stalls:
            holder = f"; held by {self.held_by}" if self.held_by else ""
            found.append(f"entries wait for their place in the log for {self.waits_seconds:.0f} s{holder}")
        elif self.why is None and self.signed_seconds_ago > 3 * CONFIRMS_EVERY.total_seconds():
            found.append(f"the log was last signed {self.signed_seconds_ago:.0f} s ago")
        return found


def state(store: Store) -> State:
    """How the log stands now."""
    with store.transaction("pars_ledger") as connection:
        head = kept.head(connection)
        waits = kept.waits_seconds(connection)
        held = kept.held_back_by(connection) if waits > ENTRY_WAITS_SECONDS else None
    by = None
    if held is not None and head.size == head.signed_size:
        name = _OURS.sub("?", held.application)[:40] or "a program without a name"
        where = " in another database" if held.elsewhere else ""
        process = f" (process {held.process})" if held.process is not None else ""
        by = f"{name}{process}{where} for {held.seconds:.0f} s"
    ago = (head.now - head.signed_at).total_seconds()
    why, wanting = head.stopped, head.wanting
    if why is None:
        try:
            _compare(head, _on_disk(store))
        except _Stopped as found:
            why, wanting = found.why, found.wanting
    return State(head.size, head.signed_size, ago, head.behind or why in _BEHIND, why, wanting, waits, by)


def proof_of(store: Store, nonce: UUID) -> Inclusion | None:
    """The proof of an entry by its name, against the newest checkpoint; None while it waits for its place."""
    with store.transaction("pars_ledger") as connection:
        found = kept.of_entry(connection, nonce)
    checkpoint = store.files.read(CHECKPOINT)
    return None if found is None or checkpoint is None else proof_at(store, found.place, checkpoint)


def proof_at(store: Store, index: int, checkpoint: bytes) -> Inclusion | None:
    """The proof of the entry at an index against a checkpoint; None when the checkpoint is older than the entry."""
    size = checkpoint_from(note_from(checkpoint).text).size
    if index >= size:
        return None
    try:
        hashes = inclusion_proof(index, size, nodes_of(size, _reader(store, {})))
    except _Stopped as cause:
        raise Misconfigured("a tile of the log is not there") from cause
    return Inclusion(index, size, hashes, checkpoint)
