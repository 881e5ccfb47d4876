"""Mending: what the folder of the log has lost is made again from the database, if that is the log that was signed."""

from pathlib import Path

import psycopg
import pytest
from tests.logfiles import leaves_of, strays, written
from tests.partnership import Partnership

from pars.actions import mending, placing
from pars.errors import Conflicts, Unavailable
from pars.ledger.note import NoteKey
from pars.store.database import Store


@pytest.fixture
def key(store: Store) -> NoteKey:
    """The key by which the log's signature is verified."""
    return placing.log_key(store)


def grown(store: Store) -> None:
    """A log of two bundles and a part, and the part of the checkpoint before."""
    for some in (520, 60):
        written(store, some)
        placing.place(store)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of the log, with its bytes."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_each_lost_and_each_damaged_file_is_named_and_made_again_as_it_was(store: Store, ledger_folder: Path) -> None:
    grown(store)
    before, older = files_in(ledger_folder), strays(ledger_folder, 581)
    assert older
    assert mending.look(store).files == []

    for path in sorted(one for one in before if one.startswith("tile/")):
        place = ledger_folder / path
        for body in (before[path][:-1], b"", before[path][::-1], None):
            place.unlink()
            if body is not None:
                place.write_bytes(body)
            found = mending.look(store)
            if body is not None or path not in older:
                assert found.files == [path], (path, body)
                assert [path in said and "pars ledger mend" in said for said in mending.explained(store)] == [True]
                assert files_in(ledger_folder) != before
            assert mending.mend(store).files == found.files
            place.write_bytes(before[path])  # an older part that is gone was cut from a wider one anyway
            assert files_in(ledger_folder) == before


def test_a_folder_with_nothing_but_its_checkpoint_is_whole_again_and_goes_on(
    store: Store, ledger_folder: Path, key: NoteKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "MOST", 512)
    for some in (700, 900):
        written(store, some)
        placing.place(store)
    for path in files_in(ledger_folder):
        if path != "checkpoint":
            (ledger_folder / path).unlink()
    written(store, 1)
    with pytest.raises(Unavailable):
        placing.place(store)

    assert mending.mend(store).size == 1601

    assert placing.place(store).size == 1602
    assert len(leaves_of(ledger_folder, key)) == 1602
    assert mending.explained(store) == []


@pytest.mark.parametrize("how", ["another leaf", "another order", "fewer", "no checkpoint", "a foreign checkpoint"])
def test_a_database_that_is_not_what_was_signed_mends_nothing(
    store: Store, admin_url: str, ledger_folder: Path, how: str
) -> None:
    grown(store)
    (ledger_folder / "tile/0/000").unlink()
    with psycopg.connect(admin_url) as connection:
        match how:
            case "another leaf":
                connection.execute(
                    "update ledger.entry set leaf = leaf || ' ' where nonce ="
                    " (select nonce from ledger.place where index = 300)"
                )
            case "another order":
                connection.execute("update ledger.place set index = 99999 where index = 7")
                connection.execute("update ledger.place set index = 7 where index = 8")
                connection.execute("update ledger.place set index = 8 where index = 99999")
            case "fewer":
                connection.execute("delete from ledger.place where index = 580")
            case "no checkpoint":
                (ledger_folder / "checkpoint").unlink()
            case _:
                (ledger_folder / "checkpoint").write_text("pars/elsewhere\n3\nAAAA\n\n\u2014 x AAAA\n")
    before = files_in(ledger_folder)

    with pytest.raises(Conflicts) as refusal:
        mending.mend(store)

    assert "pars ledger recover" in refusal.value.sentence
    assert mending.explained(store) == [refusal.value.sentence]
    assert files_in(ledger_folder) == before


def test_terms_that_are_lost_or_another_ones_are_made_again(partnership: Partnership, ledger_folder: Path) -> None:
    version = partnership.agree()
    placing.place(partnership.store)
    file = ledger_folder / "terms" / f"{version}.toml"
    text = file.read_bytes()
    for body in (None, text + b"\n"):
        file.unlink()
        if body is not None:
            file.write_bytes(body)

        assert mending.mend(partnership.store).files == [f"terms/{version}.toml"]

        assert file.read_bytes() == text


def test_who_mends_while_the_log_is_placed_waits_and_then_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    grown(store)
    monkeypatch.setattr(mending, "TRIES_SECONDS", 0.1)
    with store.files.alone() as ours:
        assert ours
        with pytest.raises(Unavailable):
            mending.mend(store)
