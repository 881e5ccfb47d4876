"""Promise 8. Nobody can rewrite the past unseen.

The real program places its entries, three witnesses with keys of their own cosign, and a stranger verifies the files.
Then whoever owns the machine changes them: a byte, an entry, the order, or the whole history with the log's own key.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.ledger.logs import placed, reader
from tests.partnership import Partnership, asks

from pars.actions.inquiries import inquire
from pars.errors import ParsError
from pars.ledger.checkpoint import Checkpoint
from pars.ledger.note import Note, note_from, signed
from pars.ledger.tiles import Tile, bundle, tiles_between, unbundled
from pars.ledger.tree import Peaks, leaf_hash
from pars.ledger.verify import Trust, Verifier, newest
from pars.record.roles import Owner
from pars.sharing.consent import Decision

Change = Callable[[list[bytes], int], list[bytes]]
CHANGES: dict[str, Change] = {
    "dropped": lambda entries, at: [*entries[:at], *entries[at + 1 :]],
    "added": lambda entries, at: [*entries[:at], entries[0], *entries[at:]],
    "swapped": lambda entries, at: [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]],
    "changed": lambda entries, at: [
        *entries[:at],
        entries[at].replace(b'"owner":"', b'"owner":"x'),
        *entries[at + 1 :],
    ],
}


@pytest.fixture
def log(partnership: Partnership, ledger_folder: Path, tmp_path: Path) -> tuple[Path, Trust]:
    """A log with a consent, a look-up and a withdrawal in it, and whom a stranger trusts."""
    partnership.agree()
    partnership.charged()
    inquire(partnership.store, partnership.analyst(), asks())
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    return ledger_folder, placed(partnership.store, tmp_path)


def verdict(folder: Path, trust: Trust) -> tuple[str, int | None]:
    """What a stranger finds: that all holds, the check that fails and its entry, or that it cannot be read."""
    try:
        last = list(Verifier(reader(folder), trust).checks())[-1]
    except ParsError as refusal:
        return refusal.sentence, None
    return ("holds", None) if last.holds else (last.name, last.index)


def test_what_was_placed_holds_and_no_byte_of_it_can_be_another(log: tuple[Path, Trust]) -> None:
    folder, trust = log
    assert verdict(folder, trust) == ("holds", None)
    dice = Random(8)
    size = newest(reader(folder))[1].size
    tiles = list(tiles_between(0, size))
    tiles += [Tile(None, tile.number, tile.width) for tile in tiles if tile.level == 0]
    needed = [folder / tile.path for tile in tiles]

    for _ in range(40):
        file = dice.choice(needed)
        body = file.read_bytes()
        place = dice.randrange(len(body))
        file.write_bytes(body[:place] + bytes([body[place] ^ 1 << dice.randrange(8)]) + body[place + 1 :])

        found, index = verdict(folder, trust)

        file.write_bytes(body)
        assert found in {"entries", "tiles"} or "cut off in the middle of entry" in found, found
        assert found not in {"entries", "tiles"} or index is not None
    assert verdict(folder, trust) == ("holds", None)


def test_an_entry_that_is_dropped_added_swapped_or_changed_is_named(log: tuple[Path, Trust]) -> None:
    folder, trust = log
    width = min(256, newest(reader(folder))[1].size)
    file = folder / Tile(None, 0, width).path
    entries = unbundled(file.read_bytes(), width)

    for name, change in CHANGES.items():
        file.write_bytes(bundle(change(entries, 17)))

        assert verdict(folder, trust) == ("entries", 17), name
    file.write_bytes(bundle(entries))


def test_the_logs_own_key_is_not_enough_to_write_another_history(
    log: tuple[Path, Trust], partnership: Partnership, tmp_path: Path
) -> None:
    """Whoever holds the machine and its key leaves the look-up out, and makes every tile anew."""
    folder, trust = log
    note, tree = newest(reader(folder))
    forged = Path(shutil.copytree(folder, tmp_path / "forged"))
    entries = unbundled((folder / Tile(None, 0, min(256, tree.size)).path).read_bytes(), min(256, tree.size))
    assert tree.size < 256
    kept = [entry for entry in entries if b'"inquiry.asked"' not in entry]
    grown = Peaks()
    for entry in kept:
        grown.append(leaf_hash(entry))
    for tile, body in (
        (Tile(0, 0, len(kept)), b"".join(map(leaf_hash, kept))),
        (Tile(None, 0, len(kept)), bundle(kept)),
    ):
        (forged / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (forged / tile.path).write_bytes(body)
    text = Checkpoint(tree.origin, len(kept), grown.root()).text
    own = signed(text, tree.origin, partnership.store.keys.log_key)
    (forged / "checkpoint").write_text(str(Note(text, [own])))
    alone = verdict(forged, trust)
    (forged / "checkpoint").write_text(str(Note(text, [own, *note.signatures[1:]])))
    with_old_ones = verdict(forged, trust)

    assert len(kept) < len(entries)
    assert alone == with_old_ones == ("cosignatures", None)
    assert note_from((folder / "checkpoint").read_bytes()) == note
