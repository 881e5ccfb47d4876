"""A made-up log in its static files, written as a running log writes them: for measuring, and for the tests.

What it holds is declared here: a ceremony of three owners' keys, a floor, one agreement, and then of each thousand
entries 700 of colleagues, 280 inquiries, 15 refused ones and 5 messages, 25,000 entries a day; every 50,000 entries the
court withdraws and all three consent again.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Final

from pars.ledger.checkpoint import Checkpoint
from pars.ledger.entry import NONCE_BYTES, SALT_BYTES, Draw, Entry, Kind, canonical
from pars.ledger.log import folded, right_root
from pars.ledger.note import KeyKind, Note, NoteKey, cosigned, key_of, signed
from pars.ledger.receipt import public_key
from pars.ledger.tiles import LEVELS, WIDTH, Tile, bundle
from pars.ledger.tree import leaf_hash
from pars.record.roles import Owner
from pars.sharing.agreement import version_hash
from pars.sharing.consent import sign, to_sign
from pars.sharing.floor import FLOOR
from pars.sharing.reading import as_written

LOG: Final = "pars/made-up"
FIRST: Final = date(2026, 9, 1)
COSIGNED_AT: Final = 1_790_000_000
A_DAY: Final = 25_000
A_TERM: Final = 50_000
PARTNER: Final = "Made-up County Sheriff"
TERMS: Final = f"""[agreement]
id = "made-up"
partner = "{PARTNER}"
units = ["warrants"]
term = {{ from = 2026-09-01, until = 2027-08-31 }}
consent = "unanimous"

[[purpose]]
code = "felony-investigation"
case_reference = "partner"
search_by = [["name", "birth_date"], ["otn", "name"]]
fields = ["name", "birth_date", "otn", "charges"]
tell_of = ["arraigned"]
"""
FLOOR_TEXT: Final = (files("pars.sharing") / "floor.toml").read_text(encoding="utf-8")


def private(whose: str) -> bytes:
    """The private key of somebody in a made-up log."""
    return sha256(f"made up: {whose}".encode()).digest()


def log_key() -> NoteKey:
    """The key of a made-up log."""
    return key_of(LOG, KeyKind.LOG, private(LOG))


def witness_of(whose: str) -> NoteKey:
    """The key of a made-up witness: an owner's, or another's."""
    return key_of(f"{LOG}/{whose}", KeyKind.WITNESS, private(f"{LOG}/{whose}"))


class Maker:
    """Makes entries, one after the other, by the code that writes real ones; the day is whatever is set."""

    def __init__(self, seed: int = 2026) -> None:
        self._dice = Random(seed)  # noqa: S311 - made-up salts of a made-up log
        self.day = FIRST
        self._stopped: dict[tuple[str, Owner], bytes] = {}

    def nonce(self) -> bytes:
        """The random bytes of one leaf."""
        return self._dice.randbytes(NONCE_BYTES)

    def entry(
        self, kind: Kind, verb: str, owner: str, said: Mapping[str, object], names: Iterable[str] = ("account", "verb")
    ) -> bytes:
        """A leaf that says this in public, with commitments of those names."""
        commits = dict.fromkeys(sorted(names), "made up")
        salts = {name: self._dice.randbytes(SALT_BYTES) for name in commits}
        entry = Entry(verb, owner, self.day, commits, kind, said)
        return canonical(entry.public(Draw(self.nonce(), salts)))

    def record(self) -> bytes:
        """An act of a colleague."""
        return self.entry(Kind.RECORD, "arrest.shown", "police", {}, ("account", "arrest", "verb"))

    def ceremony(self, owner: Owner, by: Owner, whose: str = "") -> list[bytes]:
        """An owner's key: offered, and confirmed by another."""
        key = public_key(private(whose or owner.value)).hex()
        said = {"owner_of_key": owner.value, "key": key}
        return [
            self.entry(Kind.AGREEMENT, "key.offered", owner.value, said),
            self.entry(Kind.AGREEMENT, "key.confirmed", by.value, said | {"by": by.value}),
        ]

    def floor(self, text: str = FLOOR_TEXT, version: int = FLOOR.version) -> bytes:
        """A floor is laid."""
        hashed = sha256(text.encode()).hexdigest()
        return self.entry(Kind.AGREEMENT, "floor.laid", "house", {"floor": hashed, "floor_version": version})

    def say(self, verb: str, owner: Owner, text: str = TERMS, *, whose: str = "", **more: object) -> bytes:
        """Something that an owner says of an agreement; a grant is signed with the key of that owner, or another's."""
        terms, version = as_written(text), version_hash(text)
        said: dict[str, object] = {"agreement": terms.id, "version": version, "floor": FLOOR.sha256, "by": owner.value}
        if verb == "consent.granted":
            held, after = private(whose or owner.value), self._stopped.get((terms.id, owner))
            said |= {"key": public_key(held).hex()}
            said |= {"signature": sign(held, to_sign(terms, version, after=after)).hex()}
            said |= {} if after is None else {"after": after.hex()}
        leaf = self.entry(Kind.AGREEMENT, verb, owner.value, said | more)
        if verb in {"consent.withheld", "consent.abstained"}:
            self._stopped[terms.id, owner] = leaf_hash(leaf)
        elif verb in {"consent.withdrawn", "consent.suspended"}:
            self._stopped |= {(terms.id, each): leaf_hash(leaf) for each in Owner}
        return leaf

    def house(self, verb: str, text: str = TERMS, **more: object) -> bytes:
        """Something that nobody did: time, an overdue duty, a floor."""
        said = {"agreement": as_written(text).id, "version": version_hash(text), "floor": FLOOR.sha256}
        leaf = self.entry(Kind.AGREEMENT, verb, "house", said | more)
        if verb in {"agreement.suspended", "agreement.floored"} and "ended" in more:
            self._stopped |= {(said["agreement"], each): leaf_hash(leaf) for each in Owner}
        return leaf

    def inquiry(self, verb: str = "inquiry.asked", text: str = TERMS, **more: object) -> bytes:
        """A question under an agreement, or a message; of the first of its purposes, in all its fields."""
        terms = as_written(text)
        purpose = terms.purposes[0]
        said: dict[str, object] = {
            "agency": terms.partner,
            "unit": terms.units[0],
            "agreement": terms.id,
            "version": version_hash(text),
            "floor": FLOOR.sha256,
            "purpose": purpose.code,
            "criteria": sorted(purpose.search_by[0]),
            "fields": sorted(purpose.fields),
        }
        return self.entry(Kind.INQUIRY, verb, "partner", said | more, ("account", "case", "found", "verb"))

    def founding(self, text: str = TERMS) -> list[bytes]:
        """Floor, keys and an agreement that all three have signed; it comes first, whatever was stopped meanwhile."""
        owners = list(Owner)
        later, self._stopped = self._stopped, {}
        keys = [one for place, owner in enumerate(owners) for one in self.ceremony(owner, owners[place - 1])]
        made = [self.floor(), *keys, self.say("agreement.proposed", owners[0], text), *self.consent("term-0", text)]
        self._stopped = later
        return made

    def consent(self, term: str, text: str = TERMS) -> list[bytes]:
        """All three grant; with the last a term begins."""
        return [
            self.say("consent.granted", owner, text, **({"began": term} if owner is list(Owner)[-1] else {}))
            for owner in Owner
        ]

    def leaves(self, count: int) -> Iterator[bytes]:
        """So many entries, in the proportions above."""
        made = self.founding()
        yield from made
        place, term = len(made), 0
        inquiry, told = self._fast(self.inquiry()), self._fast(self.inquiry("inquiry.told", tells=["arraigned"]))
        refused = self._fast(self.inquiry("inquiry.asked.refused", refused="quota"))
        record = self._fast(self.record())
        shares = ((700, record), (980, inquiry), (995, refused), (1000, told))
        while place < count:
            self.day = FIRST + timedelta(days=place // A_DAY)
            if place % A_TERM < WIDTH and term < place // A_TERM and place + WIDTH < count:
                again = [self.say("consent.withdrawn", Owner.COURT, ended=f"term-{term}")]
                term += 1
                again += self.consent(f"term-{term}")
                yield from again
                place += len(again)
            which = place % 1000
            yield next(make for below, make in shares if which < below)()
            place += 1

    def _fast(self, leaf: bytes) -> "Fresh":
        return Fresh(leaf, self)


class Fresh:
    """One kind of entry again and again: a new nonce, the day of its maker, everything else as it was."""

    def __init__(self, leaf: bytes, maker: Maker) -> None:
        self._leaf, self._maker = leaf, maker
        self._nonce = leaf.index(b'"nonce":"') + 9
        self._day = leaf.index(b'"day":"') + 7

    def __call__(self) -> bytes:
        """The next one."""
        day, nonce = self._maker.day.isoformat().encode(), self._maker.nonce().hex().encode()
        leaf = self._leaf
        return leaf[: self._day] + day + leaf[self._day + 10 : self._nonce] + nonce + leaf[self._nonce + 32 :]


def write_log(
    folder: Path,
    leaves: Iterable[bytes],
    *,
    texts: Iterable[str] = (TERMS,),
    cosigners: Iterable[str] = tuple(Owner),
    listed: Iterable[str] = tuple(Owner),
) -> Checkpoint:
    """Write a log's files with these texts as terms; `cosigners` sign its checkpoint, `listed` stand in its list."""
    writing = _Writing(folder)
    for leaf in leaves:
        writing.add(leaf)
    tree = writing.finish()
    for place, text in [("floor", FLOOR_TEXT), *(("terms", one) for one in texts)]:
        writing.put(f"{place}/{sha256(text.encode()).hexdigest()}.toml", text.encode())
    note = Note(tree.text, [signed(tree.text, LOG, private(LOG))])
    for whose in cosigners:
        key = witness_of(whose)
        note = Note(note.text, [*note.signatures, cosigned(note.text, key.name, private(key.name), COSIGNED_AT)])
    writing.put("key", f"{log_key()}\n".encode())
    writing.put("witnesses", "".join(f"{witness_of(whose)}\n" for whose in listed).encode())
    writing.put("checkpoint", str(note).encode())
    return tree


class _Writing:
    """Tiles and bundles as they grow; nothing is kept but one tile a level."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: list[bytes] = []
        self._beside: list[list[bytes]] = [[] for _ in range(LEVELS)]
        self._size = 0

    def put(self, path: str, body: bytes) -> None:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)

    def add(self, leaf: bytes) -> None:
        self._entries.append(leaf)
        self._beside[0].append(leaf_hash(leaf))
        self._size += 1
        level = 0
        while len(self._beside[level]) == WIDTH:
            self._write(level)
            self._beside[level + 1].append(folded(self._beside[level]))
            self._beside[level] = []
            level += 1

    def finish(self) -> Checkpoint:
        for level in range(LEVELS):
            if self._beside[level]:
                self._write(level)
        return Checkpoint(LOG, self._size, right_root(self._size, self._beside))

    def _write(self, level: int) -> None:
        hashes = self._beside[level]
        number = (self._size // WIDTH**level - 1) // WIDTH  # that of the last complete subtree
        self.put(Tile(level, number, len(hashes)).path, b"".join(hashes))
        if level == 0:
            self.put(Tile(None, number, len(hashes)).path, bundle(self._entries))
            self._entries = []
