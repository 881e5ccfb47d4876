"""Keys of epochs: one a day, the same for whoever comes first or second; gone when destroyed; refused in words."""

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from pars import clock
from pars.clock import city_day
from pars.errors import Misconfigured
from pars.store import details
from pars.store.database import Store
from pars.store.epochs import Epochs, KeyGone, day_of, following, name_of
from pars.store.keys import Keys, keys_in
from pars.store.ledger import place_of, write_entry

DAY = date(2026, 11, 25)


def made(folder: str) -> str:
    """The key that a process finds, which made it or did not."""
    return Epochs(Path(folder)).making("2026-11-25").mark("who").hex()


def test_processes_that_come_at_once_get_the_same_key_and_it_is_its_owners_alone(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        keys = set(pool.map(made, [str(tmp_path / "epochs")] * 32))

    assert len(keys) == 1
    assert [one.name for one in (tmp_path / "epochs").iterdir()] == ["2026-11-25.key"]
    assert (tmp_path / "epochs" / "2026-11-25.key").stat().st_mode & 0o777 == 0o600
    assert Epochs(tmp_path / "epochs").open_to_others() == []


def test_a_file_that_others_can_read_is_named(tmp_path: Path) -> None:
    epochs = Epochs(tmp_path / "epochs")
    epochs.making("2026-11-25")

    (epochs.folder / "2026-11-25.key").chmod(0o640)

    assert epochs.open_to_others() == ["2026-11-25.key"]


def test_a_lost_a_damaged_and_a_foreign_key_are_one_sentence_each(tmp_path: Path) -> None:
    epochs, path = Epochs(tmp_path), tmp_path / "2026-11-25.key"
    sealed = epochs.making("2026-11-25").seal(b"whom", "a place")
    whole = path.read_bytes()

    for text, says in (
        (None, "is not in the folder"),
        (whole[:-9], "is damaged"),
        (whole.replace(b"key", b"kex"), "is damaged"),
        (b"\xff\xfe", "is damaged"),
    ):
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_bytes(text)
        with pytest.raises(KeyGone, match=f"the key of epoch 2026-11-25 {says}; put epochs/2026-11-25.key back"):
            Epochs(tmp_path).key("2026-11-25")
    path.unlink()
    with pytest.raises(KeyGone, match="is not the one that sealed"):
        Epochs(tmp_path).making("2026-11-25").open(sealed, "a place")


def test_a_destroyed_key_is_forgotten_by_every_process_and_its_bytes_are_not_on_disk(tmp_path: Path) -> None:
    here, there = Epochs(tmp_path), Epochs(tmp_path)
    key = (here.making("2026-11-25"), there.key("2026-11-25"))[0]
    sealed = key.seal(b"whom", "a place")
    path = tmp_path / "2026-11-25.key"
    kept, text = tmp_path / "kept", path.read_bytes()
    os.link(path, kept)  # whoever kept a name of the same file finds it written over

    here.destroy("2026-11-25")
    here.destroy("2026-11-25")

    for epochs in (here, there):
        with pytest.raises(KeyGone):
            epochs.key("2026-11-25")
    assert len(kept.read_bytes()) == len(text)
    assert kept.read_bytes() != text
    assert sealed not in kept.read_bytes()


def test_names_count_on_within_a_day() -> None:
    assert (name_of(DAY, 0), name_of(DAY, 2)) == ("2026-11-25", "2026-11-25.2")
    assert [following(name) for name in ("2026-11-25", "2026-11-25.1", "0")] == ["2026-11-25.1", "2026-11-25.2", "0.1"]
    assert (day_of("2026-11-25.12"), day_of("0"), day_of("0.3")) == (DAY, None, None)


@pytest.mark.parametrize("name", ["../keys", "", "2026-11-25/x", "2026-11-25.key"])
def test_a_name_that_is_no_epochs_reaches_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match="named by its day"):
        Epochs(tmp_path).making(name)


def _entry(store: Store, connection: psycopg.Connection[tuple[object, ...]], about: str = "arrest:a") -> UUID:
    written = write_entry(
        connection,
        store.keys,
        verb="list.shown",
        owner="police",
        at=clock.now(),
        account_id=None,
        commits={"verb": "list.shown"},
        details={"arrests": ["a"]},
        about=[about],
    )
    return written.nonce


def test_a_private_part_opens_with_the_key_of_its_day_and_is_found_by_whom_it_is_about(store: Store) -> None:
    with store.transaction("pars_act") as connection:
        nonce = _entry(store, connection)

    with store.transaction("pars_ledger") as connection:
        (part,) = details.parts(connection, [nonce])
        found = details.entries_about(connection, store.keys, ["arrest:a"])
        other = details.entries_about(connection, store.keys, ["arrest:b"])

    assert part.epoch.startswith(city_day(clock.now()).isoformat())
    assert details.opened(store.keys, part).details == {"arrests": ["a"]}
    assert found == [nonce]
    assert other == []
    with pytest.raises(Misconfigured, match="does not open"):
        store.keys.open(part.sealed, place_of(nonce))  # the one key of the installation opens none of it


def test_what_was_sealed_before_there_were_epochs_still_opens(store: Store) -> None:
    with store.transaction("pars_act") as connection:
        nonce = _entry(store, connection)
        old = store.keys.seal(b'{"commits":{"verb":"x"},"salts":{},"details":{"was":1}}', place_of(nonce))
    with store.transaction("pars_ledger") as connection:
        connection.execute("update ledger.detail set epoch = '0', sealed = %s where nonce = %s", (old, nonce))

        private = details.open_all(connection, store.keys, [nonce])[nonce]

    assert (private.details, private.at) == ({"was": 1}, None)


def test_a_writer_whose_key_is_turned_meanwhile_seals_anew_and_loses_nothing(
    store: Store, admin_url: str, tmp_path: Path
) -> None:
    own = Store(admin_url, _with(store.keys, keys_in(tmp_path).epochs))
    day = city_day(clock.now())
    with own, own.transaction("pars_act") as connection:
        first = _entry(own, connection)
        with store.transaction("pars_ledger") as eraser:
            eraser.execute("insert into ledger.turned (epoch, day) values (%s, %s)", (name_of(day, 0), day))
        second = _entry(own, connection)

    with store.transaction("pars_ledger") as connection:
        epochs = {part.nonce: part.epoch for part in details.parts(connection, [first, second])}

    assert epochs == {first: name_of(day, 0), second: name_of(day, 1)}


def _with(keys: Keys, epochs: Epochs) -> Keys:
    return Keys(keys.passwords, keys.seal_key, keys.index_key, keys.log_key, epochs, keys.owner_keys)


def test_threads_that_come_at_once_get_the_same_key(tmp_path: Path) -> None:
    epochs, got = Epochs(tmp_path), set()
    ready = threading.Barrier(8)

    def take() -> None:
        ready.wait()
        got.add(epochs.at_work(DAY, lambda _: 0).mark("who"))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 1


def test_a_look_is_in_no_archive_and_on_no_replica(store: Store) -> None:
    with store.transaction("pars_act") as connection:
        row = connection.execute("select relpersistence from pg_class where oid = 'ledger.look'::regclass").fetchone()

    assert row == ("u",)
