"""A whole log checked from its files: signatures, tree, entries, and the laws of sharing.

Each check is one line with a verdict; the first that fails is the last that is told. What cannot be read at all is
refused with a sentence instead (`BadInput`): it is neither true nor false.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pars.errors import BadInput, NotThere
from pars.ledger.checking import Check
from pars.ledger.checkpoint import Checkpoint, checkpoint_from
from pars.ledger.form import entry_of
from pars.ledger.holding import Held
from pars.ledger.laws import LAWS, Files, Judge
from pars.ledger.log import Log, Read, Stretch, Unequal
from pars.ledger.note import KeyKind, Note, NoteKey, Signature, key_from, note_from
from pars.ledger.proof import Inclusion
from pars.ledger.public import NotCanonical, Public
from pars.ledger.texts import Texts
from pars.ledger.tree import inclusion_proof
from pars.record.roles import Owner

QUORUM: Final = 2
"""So many of the three owners have to have cosigned."""
BACK: Final = timedelta(days=1)
"""An act that began before midnight may be entered after one that began later; never a whole day after."""

_LAST: Final = int(datetime.max.replace(tzinfo=UTC).timestamp())
"""The last second that there is a date for; a witness may write a later one."""
_TREE: Final = ("entries", "tiles", "root", "canonical", "days")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word counts: the log's key, and the witnesses'; none given means the owners' of the log's own list.

    `tree_alone`: nothing is asked of terms and floors, and no law is judged.
    """

    key: NoteKey
    witnesses: Sequence[NoteKey] = ()
    tree_alone: bool = False


@dataclass(frozen=True, slots=True)
class Signers:
    """Who cosigned a checkpoint: owners with their times, others, and who of both is missing."""

    owners: Mapping[Owner, int]
    missing: Sequence[Owner]
    others: Sequence[str]
    others_missing: Sequence[str]

    @property
    def enough(self) -> bool:
        """Whether two of the three owners are among them."""
        return len(self.owners) >= QUORUM

    @property
    def looked_at(self) -> datetime | None:
        """When the second of the owners looked: by then the log had no larger tree; None without two of them."""
        return _moment(sorted(self.owners.values())[-QUORUM]) if self.enough else None


def looked_at(key: NoteKey, signature: Signature) -> datetime | None:
    """When a witness looked; a log's own signature says no time."""
    return _moment(signature.at) if key.kind is KeyKind.WITNESS else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, _LAST), UTC)


def newest(read: Read) -> tuple[Note, Checkpoint]:
    """The log's newest checkpoint, with whatever stands under it."""
    note = note_from(read("checkpoint"))
    return note, checkpoint_from(note.text)


def log_key(text: str) -> NoteKey:
    """The key of a log; refused when it is a witness's."""
    return _of_kind(key_from(text), KeyKind.LOG, "a log's")


def witness_keys(text: str) -> list[NoteKey]:
    """Keys of witnesses, one a line; refused when one is a log's, or two names have one key."""
    keys = [_of_kind(key_from(line), KeyKind.WITNESS, "a witness's") for line in text.splitlines() if line.strip()]
    if len({key.key for key in keys}) != len(keys):
        raise BadInput("two witnesses have one key, so they are one", code="not-a-key")
    return keys


def _of_kind(key: NoteKey, kind: KeyKind, whose: str) -> NoteKey:
    if key.kind is not kind:
        raise BadInput(f"the key of {key.name} is not {whose}", code="not-a-key")
    return key


def signers(note: Note, origin: str, witnesses: Sequence[NoteKey]) -> Signers:
    """Who of these witnesses cosigned; an owner's witness is called after the log and the owner."""
    told = {key.name: signature.at for key, signature in note.verified(witnesses)}
    names = {f"{origin}/{owner.value}": owner for owner in Owner}
    others = sorted({key.name for key in witnesses} - set(names))
    return Signers(
        {owner: told[name] for name, owner in names.items() if name in told},
        [owner for name, owner in names.items() if name not in told],
        [name for name in others if name in told],
        [name for name in others if name not in told],
    )


class Verifier:
    """One verification. `checks` tells every check in order and stops after the first that fails."""

    def __init__(
        self,
        read: Read,
        trust: Trust,
        held: Held | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._read, self._trust, self._held, self._progress = read, trust, held, progress
        self.note, self.tree = newest(read)
        self.log = Log(read, self.tree.size)
        self.found: Inclusion | None = None
        self._faults: dict[str, tuple[str, int]] = {}
        self._last_day: date | None = None
        self._place: int | None = None

    def checks(self) -> Iterator[Check]:
        """The checks, one after the other; what cannot be read is refused in between."""
        for check in self._every():
            yield check
            if not check.holds:
                return

    def _every(self) -> Iterator[Check]:
        yield self._signature()
        given = list(self._trust.witnesses)
        cosigners = self._signers(given or self._listed())
        if isinstance(cosigners, Check):
            yield cosigners
            return
        yield _cosignatures(cosigners, own_list=not given)
        if self._held is not None:
            yield self._held.signed_by(self._trust.key)
        yield from self._entries()
        if self._held is not None:
            yield self._receipt(self._held, cosigners)

    def _signature(self) -> Check:
        key = self._trust.key
        try:
            signed = bool(self.note.verified([key]))
        except BadInput as refusal:
            return Check("signature", holds=False, said=refusal.sentence)
        if not signed or key.name != self.tree.origin:
            return Check("signature", holds=False, said=f"the checkpoint of {self.tree.origin} is not {key.name}'s")
        return Check("signature", holds=True, said=f"{key.name} stands by {self.tree.size} entries")

    def _listed(self) -> Sequence[NoteKey]:
        try:
            return witness_keys(_plain(self._read("witnesses"), "witnesses"))
        except NotThere:
            return []

    def _signers(self, witnesses: Sequence[NoteKey]) -> Signers | Check:
        if not witnesses:
            return _unknown(self.note, self.tree.origin)
        if self._trust.key.key in {one.key for one in witnesses}:
            return Check("cosignatures", holds=False, said="a witness has the log's own key, and witnesses nothing")
        try:
            return signers(self.note, self.tree.origin, witnesses)
        except BadInput as refusal:
            return Check("cosignatures", holds=False, said=refusal.sentence)

    def _entries(self) -> Iterator[Check]:
        """Everything that takes a walk over all entries, in one."""
        texts = Texts(self._read)
        judge = None if self._trust.tree_alone else Judge(Files(texts.terms, texts.fault, texts.named))
        try:
            for stretch in self.log.walk(self.tree.size, self.tree.root):
                self._look_at(stretch, judge)
                self._progress(stretch.first + len(stretch.entries))
        except Unequal as found:
            yield Check(found.check, holds=False, said=found.sentence, index=found.index)
            return
        said = _words(self.tree.size, judge)
        for name in _TREE if judge is None else (*_TREE, "terms", *LAWS):
            if name in self._faults:
                sentence, index = self._faults[name]
                yield Check(name, holds=False, said=f"entry {index} {sentence}", index=index)
            else:
                yield Check(name, holds=True, said=said.get(name) or LAWS[name])
        if judge is None:
            yield Check("laws", holds=True, said="none was judged: the tree alone was asked for", judged=False)

    def _look_at(self, stretch: Stretch, judge: Judge | None) -> None:
        if self._held is not None and self._place is None and self._held.leaf in stretch.hashes:
            self._place = stretch.first + stretch.hashes.index(self._held.leaf)
        for index, (leaf, hashed) in enumerate(zip(stretch.entries, stretch.hashes, strict=True), stretch.first):
            try:
                said = entry_of(leaf)
                self._day(index, said)
                for broken in judge.judge(said, hashed) if judge is not None else ():
                    self._fault(broken.law, index, broken.sentence)
            except NotCanonical as fault:
                self._fault("canonical", index, f"cannot be accepted: {fault}")
            except Unequal as fault:
                self._fault(fault.check, index, fault.sentence)
            except BadInput as refusal:
                raise BadInput(f"entry {index}: {refusal.sentence}", code=refusal.code) from refusal
            except NotThere as missing:
                sentence = f"entry {index} rests on a file: {missing.sentence}; without it the tree alone is verified"
                raise NotThere(sentence, code=missing.code) from missing

    def _day(self, index: int, said: Public) -> None:
        if self._last_day is None or said.day > self._last_day:
            self._last_day = said.day
        elif self._last_day - said.day > BACK:
            self._fault("days", index, f"is of {said.day}, after entries of {self._last_day}")

    def _fault(self, check: str, index: int, sentence: str) -> None:
        self._faults.setdefault(check, (sentence, index))

    def _receipt(self, held: Held, cosigners: Signers) -> Check:
        if self._place is None:
            return held.missing(self.tree.size, cosigners.looked_at)
        hashes = inclusion_proof(self._place, self.tree.size, self.log.nodes(self.tree.size))
        self.found = Inclusion(self._place, self.tree.size, hashes, str(self.note).encode())
        return Check("receipt", holds=True, said=f"its entry is entry {self._place} of {self.tree.size}")


def _unknown(note: Note, origin: str) -> Check:
    """What is said of cosignatures where no witness's key is known: names alone, which anybody can write there."""
    names = {one.name for one in note.signatures}
    signed = [owner.value for owner in Owner if f"{origin}/{owner.value}" in names]
    missing = [owner.value for owner in Owner if owner.value not in signed]
    said = [f"by the names under it {', '.join(signed) or 'none'} of the three owners, unverified"]
    said += [f"missing: {', '.join(missing)}"] if missing else []
    said.append("no key of a witness is known: give --witness")
    return Check("cosignatures", holds=False, said="; ".join(said))


def _cosignatures(found: Signers, *, own_list: bool) -> Check:
    who = ", ".join(owner.value for owner in found.owners) or "none"
    said = [f"{who} of the three owners"]
    if found.missing:
        said.append(f"missing: {', '.join(owner.value for owner in found.missing)}")
    if found.others:
        said.append(f"besides: {', '.join(found.others)}")
    if found.others_missing:
        said.append(f"missing besides, which alone is no failure: {', '.join(found.others_missing)}")
    if own_list:
        said.append("by the log's own list of witnesses; give --witness to trust your own")
    return Check("cosignatures", holds=found.enough, said="; ".join(said))


def _words(size: int, judge: Judge | None) -> Mapping[str, str]:
    keys = ", ".join(f"{owner.value} {key}" for owner, key in sorted(judge.keys.items())) if judge else ""
    judged = f": {judge.disclosures} disclosures, {judge.terms} terms begun" if judge else ""
    return {
        "entries": f"each of {size} entries has the hash that the tree holds for it",
        "tiles": "every tile is the one over those below it",
        "root": "the root is the checkpoint's",
        "canonical": "every entry is in its canonical bytes, with known members, of version 1",
        "days": "no entry is more than a day older than one before it",
        "terms": "terms and floors that entries name are the files of those hashes",
        "owners-keys": f"{LAWS['owners-keys']}: {keys or 'none yet'}",
        "after-an-end": f"{LAWS['after-an-end']}{judged}",
    }


def _plain(body: bytes, name: str) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as cause:
        raise BadInput(f"{name} is no text", code="not-a-key") from cause
