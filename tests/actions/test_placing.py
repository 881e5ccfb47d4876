"""Placing: the order that is final, tiles and checkpoints that survive a crash, and a log that never forks."""

import base64
import contextlib
import pickle
import secrets
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from structlog.testing import capture_logs
from tests.logfiles import checkpoint, leaves_of, strays, written
from tests.partnership import Partnership, asks
from tests.tables import rows_read, told_by_all
from tests.waiting import comes

from pars.actions import door, placing, readiness
from pars.actions.inquiries import inquire
from pars.errors import Unavailable
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.note import KeyKind, Note, NoteKey, Signature, cosigned, key_of, note_from
from pars.ledger.proof import Ahead, Proofs
from pars.ledger.tree import consistent, leaf_hash
from pars.rounds import placing as round_of_placing
from pars.store import placing as kept
from pars.store.database import Store
from pars.store.keys import Keys
from pars.store.ledger import write_entry
from pars.store.measuring.filling import enter

BORN = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def key(store: Store) -> NoteKey:
    """The key by which the log's signature is verified."""
    return placing.log_key(store)


def leaf_of(store: Store, nonce: object) -> bytes:
    with store.transaction("pars_ledger") as connection:
        row = connection.execute("select leaf from ledger.entry where nonce = %s", (nonce,)).fetchone()
    assert row is not None
    return bytes(row[0])


# the order, the tiles and the proofs


def test_a_round_reads_what_waits_and_not_the_whole_log(store: Store, admin_url: str) -> None:
    enter(admin_url, 4_000)
    placing.place(store)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("analyze")
        store.close()
        told_by_all(connection)
        before = rows_read(connection, "ledger.entry, ledger.place")  # of each round, a tile that is not full again
        for _ in range(3):
            written(store, 1)
            placing.place(store)
        store.close()
        told_by_all(connection)

        assert (
            rows_read(connection, "ledger.entry, ledger.place") - before < 2_000
        )  # the tile that is not full is read again


def test_every_entry_gets_its_place_its_tiles_and_its_proof(store: Store, ledger_folder: Path, key: NoteKey) -> None:
    entries = [one for _ in range(3) for one in written(store, 230)]

    placed = placing.place(store)

    found = leaves_of(ledger_folder, key)
    assert placed.size == len(found) == 691  # the floor that was laid is the first
    assert found[1:] == [one.leaf for one in entries]
    for one in (entries[0], entries[255], entries[-1]):
        proof = placing.proof_of(store, one.nonce)
        assert proof is not None
        assert proof.shows(leaf_hash(one.leaf))
        assert not proof.shows(leaf_hash(b"another"))


def test_batch_after_batch_makes_the_same_tree_as_all_at_once(
    store: Store, ledger_folder: Path, key: NoteKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "MOST", 300)
    seen = []
    for some in (1, 254, 1, 1, 400, 700):
        written(store, some)
        placing.place(store)
        seen.append(len(leaves_of(ledger_folder, key)))

    assert seen == [2, 256, 257, 258, 658, 1358]
    assert strays(ledger_folder, 1358) == ["tile/1/000.p/4"], "of the checkpoint before; older parts are gone"


def test_what_commits_late_is_not_skipped_and_nobody_overtakes_it(store: Store) -> None:
    placing.place(store)
    with psycopg.connect(store.conninfo("pars_act")) as late:
        first = write_entry(
            late,
            store.keys,
            verb="list.shown",
            owner="court",
            at=BORN,
            account_id=None,
            commits={},
            details={},
        )
        (second,) = written(store, 1)
        assert placing.place(store).size == 1, "an older transaction is under way"
        late.commit()

    placing.place(store)

    one, two = placing.proof_of(store, first.nonce), placing.proof_of(store, second.nonce)
    assert one is not None
    assert two is not None
    assert (one.index, two.index) == (1, 2)


def test_what_is_rolled_back_has_no_place(store: Store) -> None:
    placing.place(store)
    with contextlib.suppress(ZeroDivisionError), store.transaction("pars_act") as connection:
        write_entry(connection, store.keys, verb="x.y", owner="court", at=BORN, account_id=None, commits={}, details={})
        raise ZeroDivisionError
    written(store, 1)

    assert placing.place(store).size == 2


def test_the_files_that_entries_name_are_there_before_the_checkpoint(
    partnership: Partnership, ledger_folder: Path
) -> None:
    version = partnership.agree()
    names: list[str] = []

    def look(_: Note, __: Proofs) -> Sequence[Signature]:
        names.extend(path.name for path in ledger_folder.glob("terms/*"))
        return []

    placing.place(partnership.store, look)

    assert names == [f"{version}.toml"]
    assert (ledger_folder / "key").read_text() == f"{placing.log_key(partnership.store)}\n"
    assert len(list(ledger_folder.glob("floor/*.toml"))) == 1


# cosigners


def test_a_witness_sees_the_signed_tree_with_its_proof_before_anybody_else(store: Store, ledger_folder: Path) -> None:
    placing.place(store)
    before = checkpoint(ledger_folder, placing.log_key(store))
    written(store, 300)
    private = secrets.token_bytes(32)
    witness = key_of("testing/court", KeyKind.WITNESS, private)
    published: list[int] = []

    def cosign(note: Note, proofs: Proofs) -> Sequence[Signature]:
        after = checkpoint_from(note.text)
        assert consistent(before.size, before.root, after.size, after.root, proofs(before.size))
        published.append(checkpoint(ledger_folder, placing.log_key(store)).size)
        return [cosigned(note.text, witness.name, private, 1_800_000_000)]

    placing.place(store, cosign, [witness])

    note = note_from((ledger_folder / "checkpoint").read_bytes())
    assert {one.name for one, _ in note.verified([placing.log_key(store), witness])} == {"pars/testing", witness.name}
    assert published == [before.size]
    assert (ledger_folder / "witnesses").read_text() == f"{witness}\n"


def test_a_witness_that_has_seen_more_stops_the_log_until_somebody_recovers_it(
    partnership: Partnership, ledger_folder: Path
) -> None:
    store = partnership.store
    partnership.agree()
    partnership.charged()
    before = (ledger_folder / "checkpoint").read_bytes()

    def cosign(_: Note, __: Proofs) -> Sequence[Signature]:
        raise Ahead(9000)

    with capture_logs() as said:
        placing.place(store, cosign)
        placing.place(store)
        placing.place(store)

    assert [(one["alarm"], one["had"]) for one in said if one["event"] == "alarm"] == [("log-behind", 9000)]
    assert (ledger_folder / "checkpoint").read_bytes() == before
    assert placing.state(store).wanting == 9000
    with pytest.raises(Unavailable) as refusal:
        inquire(store, partnership.analyst(), asks())
    assert refusal.value.code == "log-not-signed"

    placing.recovered(store)
    placing.place(store)

    assert not placing.state(store).behind
    assert inquire(store, partnership.analyst(), asks()).record is not None


# crashes, each by really doing it

CRASHES = {
    "between the places and the tiles": "tilefiles.TileFiles.write = lambda *_: die()",
    "in the middle of a tile": """
        real = os.fsync
        def half(descriptor):
            os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
            real(descriptor)
            die()
        os.fsync = half
    """,
    "between two tiles": """
        real, files = tilefiles._write, []
        def write(place, body):
            files.append(place)
            die() if len(files) == 2 else real(place, body)
        tilefiles._write = write
    """,
    "between the tiles and the checkpoint": "placing.signed = lambda *_: die()",
    "in the middle of the checkpoint": """
        real = tilefiles._write
        def write(place, body):
            if place.name == 'checkpoint':
                real(place.with_name('.checkpoint.part'), body[:50])
                die()
            real(place, body)
        tilefiles._write = write
    """,
    "between the checkpoint and the database": "kept.sign = lambda *_: die()",
}


def _where(store: Store) -> str:
    """The address of the database, without who signs in."""
    known = conninfo_to_dict(store.conninfo("pars_act")).items()
    return make_conninfo("", **{k: str(v) for k, v in known if k not in {"user", "password", "options"}})


def elsewhere(store: Store, folder: Path, before: str = "", then: str = "placing.place(store)") -> list[str]:
    """The command of another process that places in this log."""
    program = f"""
import base64, os, pickle, resource, signal, sys, time
from pathlib import Path
from pars.actions import placing
from pars.store import placing as kept, tilefiles
from pars.store.database import Store
from pars.errors import Unavailable

def die():
    os.kill(os.getpid(), signal.SIGKILL)

{textwrap.dedent(before)}
keys = pickle.loads(base64.b64decode({base64.b64encode(pickle.dumps(store.keys)).decode()!r}))
with Store({_where(store)!r}, keys, ledger=Path({str(folder)!r})) as store:
{textwrap.indent(textwrap.dedent(then), "    ")}
"""
    return [sys.executable, "-c", program]


TURN_OF_THE_KILLED = "a round finds the turn taken until the server sees that a killed process is gone"


@pytest.mark.parametrize("where", CRASHES)
def test_a_power_cut_at_any_point_leaves_a_log_that_goes_on(
    store: Store, ledger_folder: Path, key: NoteKey, where: str
) -> None:
    written(store, 700)
    placing.place(store)
    before, entries = checkpoint(ledger_folder, key), leaves_of(ledger_folder, key)
    new = written(store, 400)

    fell = subprocess.run(elsewhere(store, ledger_folder, CRASHES[where]), check=False, capture_output=True)
    assert fell.returncode == -signal.SIGKILL, fell.stderr.decode()
    at_rest = leaves_of(ledger_folder, key)
    assert at_rest[: before.size] == entries, "whoever reads in between finds a whole log"

    more = written(store, 3)
    assert comes(lambda: placing.place(store).size == before.size + 403), TURN_OF_THE_KILLED

    after = leaves_of(ledger_folder, key)
    assert after == [*entries, *(one.leaf for one in [*new, *more])]
    assert checkpoint(ledger_folder, key).size == placing.state(store).signed_size == before.size + 403


def test_a_full_disk_stops_placing_with_one_line_and_it_goes_on_when_there_is_room(
    store: Store, ledger_folder: Path, key: NoteKey
) -> None:
    placing.place(store)
    written(store, 40)
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))"
    tries = """
        for _ in range(3):
            try:
                placing.place(store)
            except Unavailable as cause:
                print('refused', cause.code)
    """

    told = subprocess.run(elsewhere(store, ledger_folder, full, tries), check=True, capture_output=True, text=True)

    assert told.stdout.count("refused log-disk") == 3
    assert told.stdout.count("log-disk") - 3 == 1, "the operator is told once"
    assert len(leaves_of(ledger_folder, key)) == 1
    assert any("make room" in one for one in readiness.not_ready(store))
    assert not placing.state(store).behind, "the door closes after a minute, and not at once"

    placing.place(store)

    assert len(leaves_of(ledger_folder, key)) == 41
    assert readiness.not_ready(store) == []


def test_a_disk_that_cannot_be_read_is_named_to_whoever_asks_whether_all_is_ready(
    store: Store, ledger_folder: Path
) -> None:
    placing.place(store)
    (ledger_folder / "checkpoint").rename(ledger_folder / "away")
    (ledger_folder / "checkpoint").mkdir()

    assert readiness.not_ready(store) == ["the log's files cannot be read: the disk refuses (EISDIR)"]


def test_what_is_set_up_wrongly_is_said_as_it_is(admin_url: str, keys: Keys, store: Store) -> None:
    with Store(admin_url, keys) as without_files:
        assert readiness.not_ready(without_files) == ["no folder was named for the files of the ledger"]


def test_two_placers_at_once_make_one_log(store: Store, ledger_folder: Path, key: NoteKey) -> None:
    forever = "while True: placing.place(store)"
    others = [subprocess.Popen(elsewhere(store, ledger_folder, then=forever)) for _ in range(2)]
    try:
        entries = []
        until = time.monotonic() + 2
        while time.monotonic() < until or placing.state(store).size < 50:
            entries += written(store, 7)
            placing.place(store)
    finally:
        for one in others:
            one.kill()
            one.wait()

    assert comes(lambda: placing.place(store).size == 1 + len(entries)), TURN_OF_THE_KILLED

    found = leaves_of(ledger_folder, key)
    assert len(found) == len(set(found))
    assert found[1:] == [one.leaf for one in entries]


# a log that is behind is not signed


@pytest.fixture
def restored(partnership: Partnership, server_url: str, ledger_folder: Path) -> Iterator[Callable[[], Store]]:
    """Takes a backup of the database; what is called afterwards gives the store of it."""
    store = partnership.store
    partnership.agree()
    partnership.charged()
    placing.place(store)
    store.close()
    name = f"pars_backup_{secrets.token_hex(6)}"
    old = str(conninfo_to_dict(store.conninfo("pars_act"))["dbname"])
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(old)
            )
        )
        for role in ("pars_act", "pars_ledger", "pars_partner"):
            connection.execute(
                sql.SQL("grant connect on database {} to {}").format(sql.Identifier(name), sql.Identifier(role))
            )
    with Store(make_conninfo(server_url, dbname=name), store.keys, ledger=ledger_folder) as again:
        yield lambda: again
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_a_restored_backup_is_behind_signs_nothing_and_answers_no_partner(
    partnership: Partnership, restored: Callable[[], Store], ledger_folder: Path, key: NoteKey
) -> None:
    written(partnership.store, 5)
    placing.place(partnership.store)
    before = checkpoint(ledger_folder, key)
    backup = restored()
    of_backup = Partnership(backup)

    written(backup, 20)
    with capture_logs() as said:
        placing.place(backup)

    assert [(one["alarm"], one["has"], one["had"]) for one in said if one["event"] == "alarm"] == [
        ("log-behind", before.size - 5, before.size)
    ]
    state = placing.state(backup)
    assert (state.behind, state.why, state.size, state.wanting) == (True, "behind", before.size - 5, before.size)
    assert checkpoint(ledger_folder, key) == before
    with pytest.raises(Unavailable) as refusal:
        inquire(backup, of_backup.analyst(), asks())
    assert refusal.value.code == "log-not-signed"
    of_backup.record("Elsewhere")  # owners' desks go on

    written(partnership.store, 1)
    placing.place(partnership.store)  # the right database goes on where it was

    assert checkpoint(ledger_folder, key).size == before.size + 1


def test_a_database_with_another_past_is_never_signed(
    partnership: Partnership, restored: Callable[[], Store], ledger_folder: Path, tmp_path: Path, key: NoteKey
) -> None:
    backup = restored()
    written(partnership.store, 5)
    placing.place(partnership.store)
    before = checkpoint(ledger_folder, key)
    apart = Store(_where(backup), backup.keys, ledger=tmp_path / "apart")
    for file in ledger_folder.rglob("*"):
        if file.is_file():
            kept_at = tmp_path / "apart" / file.relative_to(ledger_folder)
            kept_at.parent.mkdir(parents=True, exist_ok=True)
            kept_at.write_bytes(file.read_bytes())
    (tmp_path / "apart" / "checkpoint").write_bytes(_note_of(backup))
    written(backup, 300)
    placing.place(apart)
    apart.close()
    assert placing.state(backup).size > before.size

    written(backup, 1)
    placing.place(backup)

    assert placing.state(backup).why == "differs"
    assert checkpoint(ledger_folder, key) == before


def _note_of(store: Store) -> bytes:
    with store.transaction("pars_ledger") as connection:
        found = kept.closed(connection, date.max)
    assert found is not None
    return found[2]


def test_a_folder_that_has_lost_the_log_begins_no_other(store: Store, ledger_folder: Path) -> None:
    written(store, 3)
    placing.place(store)
    (ledger_folder / "checkpoint").rename(ledger_folder.with_name("kept"))
    written(store, 1)

    with pytest.raises(Unavailable) as refusal:
        placing.place(store)

    assert (refusal.value.code, placing.state(store).why) == ("log-folder", "folder")
    assert not (ledger_folder / "checkpoint").exists()

    ledger_folder.with_name("kept").rename(ledger_folder / "checkpoint")
    placing.place(store)
    assert (placing.state(store).why, placing.state(store).signed_size) == (None, 5)


def test_another_log_s_folder_is_not_gone_on_with(store: Store, ledger_folder: Path, key: NoteKey) -> None:
    ledger_folder.mkdir(parents=True)
    text = "pars/elsewhere\n3\n" + base64.b64encode(b"x" * 32).decode() + "\n"
    (ledger_folder / "checkpoint").write_text(str(Note(text, [Signature("pars/elsewhere", b"abcd", b"x" * 64)])))

    with pytest.raises(Unavailable):
        placing.place(store)

    assert placing.state(store).why == "folder"


def test_after_a_dump_is_read_into_another_cluster_the_order_goes_on(
    store: Store, ledger_folder: Path, key: NoteKey, admin_url: str
) -> None:
    """The entries keep the numbers of the transactions of a cluster that had counted much further."""
    before = written(store, 5)
    placing.place(store)
    waited = written(store, 2)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.entry set xid = (xid::text::bigint + 1000000000)::text::xid8")
        connection.execute("update ledger.head set xid = (xid::text::bigint + 1000000000)::text::xid8")
    after = written(store, 3)

    placing.place(store)
    last = written(store, 1)
    placing.place(store)

    found = leaves_of(ledger_folder, key)
    assert found[1:] == [one.leaf for one in [*before, *waited, *after, *last]]


# the door


def _signed_at(admin_url: str, moved: timedelta) -> None:
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.head set signed_at = clock_timestamp() + %s", (moved,))


def test_a_log_that_was_not_signed_for_a_minute_answers_no_partner(partnership: Partnership, admin_url: str) -> None:
    store = partnership.store
    partnership.agree()
    partnership.charged()
    assert inquire(store, partnership.analyst(), asks()).record is not None
    _signed_at(admin_url, -timedelta(seconds=61))

    with pytest.raises(Unavailable) as refusal:
        inquire(store, partnership.analyst(), asks())
    assert refusal.value.code == "log-not-signed"
    partnership.record("Elsewhere")
    assert any("last signed 6" in one for one in readiness.not_ready(store))

    placing.place(store)

    assert inquire(store, partnership.analyst(), asks()).record is not None


def test_a_clock_that_is_set_back_revives_nothing(
    partnership: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was signed at an hour that is still to come stands for no time at all, until it is signed again."""
    store = partnership.store
    partnership.agree()
    partnership.charged()
    monkeypatch.setattr(door, "_seen", {})
    _signed_at(admin_url, timedelta(hours=1))
    with pytest.raises(Unavailable):
        inquire(store, partnership.analyst(), asks())
    ahead = _stands_at(store)

    placing.place(store)

    assert ahead < _stands_at(store) < ahead + timedelta(seconds=1), "it never runs back"
    assert inquire(store, partnership.analyst(), asks()).record is not None

    monkeypatch.setattr(door, "SIGNED_WITHIN", 0.3)
    time.sleep(0.4)
    with pytest.raises(Unavailable):
        inquire(store, partnership.analyst(), asks())


def _stands_at(store: Store) -> datetime:
    with store.transaction("pars_ledger") as connection:
        return kept.head(connection).signed_at


def test_when_nothing_is_new_it_is_said_every_ten_seconds_that_the_tree_stands(store: Store, admin_url: str) -> None:
    placing.place(store)
    first = _stands_at(store)
    placing.place(store)
    assert _stands_at(store) == first
    _signed_at(admin_url, -timedelta(seconds=10))

    placing.place(store)

    assert _stands_at(store) > first


# T17: what holds the horizon back is named


def test_an_idle_transaction_in_another_database_is_named_with_no_word_of_what_it_asks(
    store: Store, server_url: str
) -> None:
    placing.place(store)
    name = f"pars_other_{secrets.token_hex(4)}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    stop = threading.Event()
    going = threading.Thread(target=lambda: round_of_placing.run(store, stop))
    url = make_conninfo(server_url, dbname=name, application_name="a report; drop")
    with capture_logs() as said, psycopg.connect(url) as idle:
        idle.execute("select pg_current_xact_id(), 'Quillfeather'")
        going.start()
        written(store, 1)
        assert comes(lambda: placing.state(store).stalls)
        state, missing = placing.state(store), readiness.not_ready(store)
        assert comes(lambda: any(one.get("alarm") == "placing-stalled" for one in said))
        idle.rollback()
        assert comes(lambda: placing.state(store).signed_size >= 2)
    stop.set()
    going.join()
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    assert state.stalls
    assert str(state.held_by).startswith("a report? drop (process ")
    assert "in another database" in str(state.held_by)
    assert any("held by a report" in one for one in missing)
    alarms = [one for one in said if one.get("alarm") == "placing-stalled"]
    assert len(alarms) == 1
    assert "Quillfeather" not in str(said) + str(missing)
    assert placing.state(store).signed_size == 2
    assert readiness.not_ready(store) == []


# days are closed one by one


def test_a_batch_never_reaches_over_the_end_of_a_day(store: Store, ledger_folder: Path, key: NoteKey) -> None:
    placing.place(store)
    days = [datetime(2030, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
    for at in days:
        written(store, 10, at)
    written(store, 1, days[1])  # one that comes late
    written(store, 1, days[2])

    placing.place(store)

    with store.transaction("pars_ledger") as connection:
        sizes = [kept.closed(connection, at.date()) for at in days]
    assert [one[1] for one in sizes if one] == [11, 21, 33]
    assert len(leaves_of(ledger_folder, key)) == 33


def test_the_acting_door_learns_when_the_log_was_signed_and_no_number_of_it(store: Store) -> None:
    with store.transaction("pars_act") as connection:
        connection.execute("select signed_at, behind from ledger.head")
    for what in (
        "select size from ledger.head",
        "select index from ledger.place",
        "select size from ledger.checkpoint",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), store.transaction("pars_act") as connection:
            connection.execute(what.encode())
    for what in ("delete from ledger.place", "update ledger.place set index = 9", "delete from ledger.head"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), store.transaction("pars_ledger") as connection:
            connection.execute(what.encode())
