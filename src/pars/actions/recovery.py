"""Recovering the log after an older backup was restored (T2): the missing leaves, the ends in them, the owners' word.

The witnesses' copies say byte for byte what is missing, so the log goes on as the one that they signed and never forks.
What they hold is the public part: ends are entered again from it, seals and other acts of the owners' own people are
not in it. So partners wait until each owner has said, by an act on the record, that it entered its own again.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from pars.actions import placing
from pars.actions.acting import Act, By, act, entitled
from pars.actions.agreements import representative
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotThere, Unavailable
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.entry import Kind
from pars.ledger.lost import End, Lost, NewKey, lost, named_in
from pars.ledger.note import Note, NoteKey, note_from
from pars.ledger.tiles import WIDTH, Tile, hashes_in, nodes_of, tile_of, tiles_between, unbundled
from pars.ledger.tree import EMPTY_ROOT, Peaks, leaf_hash, root
from pars.record.roles import Owner
from pars.sharing.consent import STOPPING, Decision
from pars.store import agreements as kept
from pars.store import placing as places
from pars.store import recovery as rows
from pars.store.database import Store
from pars.store.locks import Lock, key_of
from pars.store.recovery import OwnersPart, Recovery
from pars.store.tilefiles import CHECKPOINT

AGREE: Final = 2
"""How many of the owners' witnesses have to agree on the copy that is taken."""
REASON: Final = "entered again from the log after a backup was restored"

Read = Callable[[str], bytes]
"""A file of a copy of the log by its path."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the log: its checkpoint, which the log's key signed, and its files."""

    note: Note
    read: Read

    @property
    def tree(self) -> Checkpoint:
        """Which tree it is."""
        return checkpoint_from(self.note.text)

    def tile(self, tile: Tile) -> bytes:
        """The bytes of a tile or a bundle."""
        return self.read(tile.path)

    def hashes(self, number: int) -> list[bytes]:
        """The hashes of a tile of level 0."""
        tile = tile_of(0, number, self.tree.size)
        return hashes_in(self.tile(tile), tile.width)

    def entries(self, number: int) -> list[bytes]:
        """The entries of a bundle; refused when they are not those of its tile of hashes."""
        tile = Tile(None, number, min(WIDTH, self.tree.size - number * WIDTH))
        entries = unbundled(self.tile(tile), tile.width)
        if [leaf_hash(entry) for entry in entries] != self.hashes(number):
            raise BadInput("the copy's entries are not those that its tree was made of", code="not-a-copy")
        return entries

    def leaves(self, start: int) -> Iterator[bytes]:
        """The entries from an index to the end."""
        for number in range(start // WIDTH, -(-self.tree.size // WIDTH)):
            yield from self.entries(number)[max(0, start - number * WIDTH) :]


@dataclass(frozen=True, slots=True)
class Compared:
    """A copy against what is here: from which index on something is missing, and which witnesses agree to it."""

    copy: Copy
    start: int
    agree: Sequence[str]
    differ: Sequence[str]
    needed: int = AGREE


def copy_from(store: Store, read: Read) -> Copy:
    """The copy of the log that lies there; refused when the log's key never signed it."""
    note = note_from(read(CHECKPOINT))
    key = placing.log_key(store)
    if not note.verified([key]) or checkpoint_from(note.text).origin != key.name:
        raise BadInput("this is not a copy of this log: its key did not sign the checkpoint", code="not-a-copy")
    return Copy(note, read)


def compare(store: Store, copy: Copy, keys: Sequence[NoteKey], newest: Mapping[str, Checkpoint]) -> Compared:
    """Where the copy and the database part, and which witnesses' newest trees it begins with.

    `keys` are the witnesses'; `newest` what each of them signed last, by its name. Refused: a copy that is not the tree
    of its checkpoint, or behind a witness that agrees with it. Where nobody ever watched the log, none has to agree.
    """
    signed = {key.name: copy.tree for key, _ in copy.note.verified(keys)}
    trees = {**signed, **newest}
    roots, start = _walked(store, copy, {tree.size for tree in trees.values()})
    agree = sorted(name for name, tree in trees.items() if roots.get(tree.size) == tree.root)
    differ = sorted(name for name, tree in trees.items() if tree.size <= copy.tree.size and name not in agree)
    further = [name for name, tree in trees.items() if tree.size > copy.tree.size] + _ours(store, copy)
    if further:
        raise Conflicts(f"{further[0]} has signed a longer log than this copy; take its copy", code="longer-copy")
    return Compared(copy, start, agree, differ, AGREE if keys else 0)


def _ours(store: Store, copy: Copy) -> list[str]:
    """The log's name, when its own folder holds a signed tree that goes on after this copy: then that is the copy."""
    if store.files.read(CHECKPOINT) is None:
        return []
    mine = copy_from(store, lambda path: _there(store.files.read(path)))
    size = copy.tree.size
    if mine.tree.size <= size:
        return []
    same = root(size, nodes_of(mine.tree.size, lambda tile: _there(store.files.tile(tile)))) == copy.tree.root
    return [f"the log's own folder, {store.files.folder},"] if same else []


def _there(body: bytes | None) -> bytes:
    if body is None:
        raise NotThere("the log's own folder lacks a file")
    return body


def _walked(store: Store, copy: Copy, sizes: set[int]) -> tuple[Mapping[int, bytes], int]:
    """The copy's roots at some sizes, and how many of its leaves stand here at their places."""
    size, roots, tree, same = copy.tree.size, {0: EMPTY_ROOT}, Peaks(), 0
    with store.transaction("pars_ledger") as connection:
        here = rows.hashes(connection, min(size, places.head(connection).size))
        for theirs in (each for number in range(-(-size // WIDTH)) for each in copy.hashes(number)):
            same += same == tree.size and next(here, None) == theirs
            tree.append(theirs)
            if tree.size in sizes or tree.size == size:
                roots[tree.size] = tree.root()
    if roots[size] != copy.tree.root:
        raise BadInput("the copy is not the tree that its checkpoint says", code="not-a-copy")
    return roots, same


def missing(compared: Compared) -> Lost:
    """What stands in the stretch that is missing here."""
    return lost(compared.start, compared.copy.leaves(compared.start))


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery came to: the stretch, and what its public parts said."""

    lost: Lost
    agree: Sequence[str]


def recover(store: Store, compared: Compared, progress: Callable[[int], None] = lambda _: None) -> Recovered:
    """Enter the missing leaves again at their places, then the ends in them; partners wait for the owners' word.

    It can be begun again after whatever killed it. Refused with fewer than two owners' witnesses behind the copy.
    """
    owners = [name for name in compared.agree if name.rpartition("/")[2] in {owner.value for owner in Owner}]
    if len(owners) < compared.needed:
        raise Conflicts("two of the owners' witnesses have to agree on the copy that is taken", code="two-witnesses")
    with store.files.alone() as ours:
        if not ours:
            raise Unavailable("the log is being placed at this moment; try again")
        _enter(store, compared, progress)
        _files(store, compared)
        found = missing(compared)
        going_on(store)
        placing.recovered(store)
    return Recovered(found, owners)


def _enter(store: Store, compared: Compared, progress: Callable[[int], None]) -> None:
    start, tree = compared.start, compared.copy.tree
    with store.transaction("pars_ledger") as connection:
        head = places.head(connection)
        places.stop(connection, "witness", behind=True, wanting=tree.size)
        if start < tree.size and head.size > start:
            rows.take_back(connection, start)
        before = rows.at_work(connection)
        if before is None and tree.size > start:
            rows.begin(connection, Recovery(uuid4(), start, tree.size, now(), start), tree.root)
        elif before is not None and tree.size > before.until:
            rows.reach(connection, before.id, tree.size, tree.root)
    if start == tree.size:  # nothing is missing, and whatever has a place after the copy keeps it
        return
    for number in range(start // WIDTH, -(-tree.size // WIDTH)):
        entries = compared.copy.entries(number)
        first = max(start, number * WIDTH)
        with store.transaction("pars_ledger") as connection:
            rows.enter(connection, now(), first, entries[first - number * WIDTH :])
        progress(number * WIDTH + len(entries) - start)
    with store.transaction("pars_ledger") as connection:
        rows.signed(connection, tree.size, tree.root)


def _files(store: Store, compared: Compared) -> None:
    """The copy's tiles and entries take the place of what lies in the folder, and its checkpoint last."""
    copy, files = compared.copy, store.files
    size = copy.tree.size
    tiles = [*tiles_between(0, size), *(_bundle(number, size) for number in range(-(-size // WIDTH)))]
    for tile in tiles:
        body = copy.tile(tile)
        if files.read(tile.path) != body:
            files.write([(tile.path, body)])
    for path in set(named_in(copy.leaves(compared.start))):
        with contextlib.suppress(NotThere):  # one that the witness could not copy may still be in the database
            body = copy.read(path)
            if hashlib.sha256(body).hexdigest() == path.partition("/")[2].removesuffix(".toml"):
                files.write([(path, body)])
    files.write([(CHECKPOINT, str(copy.note).encode())])


def _bundle(number: int, size: int) -> Tile:
    return Tile(None, number, min(WIDTH, size - number * WIDTH))


def going_on(store: Store) -> bool:
    """Enter the ends of a recovery again, from where it was left; whether there is one that is not over."""
    with store.transaction("pars_act") as connection:
        recovery = rows.at_work(connection)
    if recovery is None:
        return False
    with store.transaction("pars_ledger") as connection:
        found = lost(recovery.start, rows.leaves(connection, recovery.start, recovery.until))
        for owner in Owner:
            rows.count(connection, recovery.id, owner, found.acts.get(owner.value, 0))
    stops: list[End | NewKey] = sorted([*found.ends, *found.keys], key=lambda each: each.index)
    for one in stops:
        if one.index < recovery.applied:
            continue
        if isinstance(one, End):
            _end(store, recovery, one)
        else:
            _key(store, recovery, one)
    if recovery.applied < recovery.until:
        with act(store, None, "ledger.recovered") as doing:
            doing.publish(Kind.AGREEMENT, start=recovery.start, until=recovery.until)
            rows.applied(doing.connection, recovery.id, recovery.until)
    return True


def _end(store: Store, recovery: Recovery, one: End) -> None:
    """What an entry of the stretch stopped is stopped again, under the agreement's lock."""
    with store.transaction("pars_act") as connection:
        row = kept.row_of(connection, one.agreement)
    if row is None:  # the agreement itself is lost: whoever wants it proposes it again
        return
    with act(store, None, "agreement.recovered", reason=REASON, alone=[(Lock.AGREEMENT, row)]) as doing:
        doing.publish(Kind.AGREEMENT, agreement=one.agreement)
        term = kept.term_at_work(doing.connection, one.agreement)
        if one.said is not None and one.by is not None:
            doing.publish(Kind.AGREEMENT, by=one.by, decision=one.said)
            _say(doing, one, Owner(one.by), Decision(one.said))
        if term is not None and _stops(one, str(term.id)):
            kept.end_term(doing.connection, term.id, one.word)
            doing.publish(Kind.AGREEMENT, ended=str(term.id))
        rows.applied(doing.connection, recovery.id, one.index + 1)


def _stops(one: End, term: str) -> bool:
    """Whether an entry of the stretch ended the term that is at work here."""
    if one.said is not None and Decision(one.said) in STOPPING:
        return True
    return one.began != term if one.began is not None else one.ended == term


def _say(doing: Act, one: End, owner: Owner, decision: Decision) -> None:
    """The owner's word, of the version that it spoke of, or of the newest when that version is lost."""
    every = kept.versions(doing.connection, one.agreement)
    version = next((each for each in every if each.hash == one.version), every[-1])
    rows.said_again(
        doing.connection, agreement=one.agreement, version=version.id, owner=owner, decision=decision, reason=REASON
    )


def _key(store: Store, recovery: Recovery, one: NewKey) -> None:
    """A key that was replaced in the stretch does not sign again; its owner offers the new one anew."""
    with act(store, None, "key.recovered", reason=REASON, alone=[key_of(Owner(one.owner))]) as doing:
        doing.publish(Kind.AGREEMENT, owner_of_key=one.owner)
        rows.replace_keys(doing.connection, Owner(one.owner), bytes.fromhex(one.key))
        rows.applied(doing.connection, recovery.id, one.index + 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A recovery as the representatives see it."""

    recovery: Recovery
    parts: Sequence[OwnersPart]

    def waits_for(self, owner: Owner) -> bool:
        """Whether partners still wait for that owner's word."""
        return any(part.owner is owner and part.said_at is None for part in self.parts)


def shown(store: Store, by: By) -> Shown | None:
    """The recovery that is not over, for the owners' representatives; None when there is none."""
    with act(store, by, "recovery.shown") as doing:
        representative(by)
        recovery = rows.at_work(doing.connection)
        return Shown(recovery, rows.parts(doing.connection, recovery.id)) if recovery else None


def confirm(store: Store, by: By, *, reason: str) -> UUID:
    """Say for one's owner that its own acts of the stretch, seals above all, were entered again; the entry.

    With the third owner's word partners are answered again.
    """
    with entitled(store, by, "recovery.confirmed"):
        owner = representative(by)
    with act(store, by, "recovery.confirmed", reason=reason) as doing:
        if not reason.strip():
            raise BadInput("say what was entered again, and from what; it stands in the entry", field="reason")
        recovery = rows.at_work(doing.connection)
        if recovery is None:
            raise NotThere("nothing is being recovered")
        if recovery.applied < recovery.until:
            raise Conflicts(
                "the ends are still being entered again; run pars ledger recover to its end", code="too-soon"
            )
        if not rows.say(doing.connection, recovery.id, owner, by.account):
            raise Conflicts("your owner has said so already", code="said")
        over = rows.open_when_all_said(doing.connection, recovery.id)
        doing.publish(Kind.AGREEMENT, by=owner.value, start=recovery.start, until=recovery.until)
        doing.note(reason=reason.strip())
        doing.answer |= {"id": str(recovery.id), "state": "over" if over else "waits"}
    if over:
        placing.recovered(store)
    return doing.entry()


def waits(store: Store) -> list[str]:
    """What of a recovery is still missing, in words, for readiness; empty when nothing is."""
    with store.transaction("pars_act") as connection:
        recovery = rows.at_work(connection)
        if recovery is None:
            return []
        if recovery.applied < recovery.until:
            return ["a recovery of the log was begun and is not at its end: run pars ledger recover again"]
        silent = [part.owner.value for part in rows.parts(connection, recovery.id) if part.said_at is None]
    return [f"partners wait until these owners say that they entered their own acts again: {', '.join(silent)}"]


def ahead(store: Store, newest: Iterable[Checkpoint]) -> int | None:
    """The size of a tree that a witness signed and that this log does not reach; None when it reaches them all.

    Asked before anything is placed: a restored database would otherwise give places that others have already.
    """
    further = max((tree.size for tree in newest), default=0)
    with store.transaction("pars_ledger") as connection:
        head = places.head(connection)
        if further <= head.size or head.stopped == "witness":
            return None
        places.stop(connection, "witness", behind=True, wanting=further)
    return further
