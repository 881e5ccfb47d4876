"""An older backup is restored: the log is behind its witnesses, and nothing that ended comes back (T2)."""

import contextlib
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.ledger.logs import reader
from tests.partnership import Partnership, asks
from tests.witnesses import Asked, witnessing

from pars.actions import agreements_shown, door, inquiries, placing, recovery
from pars.actions.recovery import Compared
from pars.errors import Conflicts, NotAllowed, ParsError, Unavailable
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.entry import canonical
from pars.ledger.lost import lost
from pars.ledger.note import note_from
from pars.ledger.verify import Trust, Verifier
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.store import placing as places
from pars.store import recovery as rows
from pars.store.database import Store
from pars.store.tilefiles import CHECKPOINT
from pars.web.witnesses import Witnesses

OWNERS = [owner.value for owner in Owner]


@dataclass
class Backup:
    """A copy of the database as it was at one moment."""

    server_url: str
    name: str
    copy: str

    def restore(self, store: Store) -> None:
        """The copy takes the place of the database."""
        store.close()
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(self.name)))
            connection.execute(_copied(self.name, self.copy))
        door._seen.clear()


def _copied(new: str, of: str) -> sql.Composed:
    return sql.SQL("create database {} template {} strategy file_copy").format(sql.Identifier(new), sql.Identifier(of))


@pytest.fixture
def backed_up(server_url: str, admin_url: str, store: Store) -> Iterator[list[Backup]]:
    """Backups that a test makes, dropped afterwards."""
    made: list[Backup] = []
    yield made
    with psycopg.connect(server_url, autocommit=True) as connection:
        for each in made:
            connection.execute(sql.SQL("drop database {}").format(sql.Identifier(each.copy)))


@dataclass
class House:
    """A partnership whose log three owners' witnesses sign."""

    city: Partnership
    server_url: str
    name: str
    witnesses: Sequence[Asked]
    log: Witnesses
    made: list[Backup]

    @property
    def store(self) -> Store:
        """Its store."""
        return self.city.store

    def place(self) -> int:
        """A round of placing; how large the signed tree is."""
        return placing.place(self.store, self.log, self.log.keys).size

    def back_up(self) -> Backup:
        """The database as it is now."""
        self.store.close()
        made = Backup(self.server_url, self.name, f"pars_copy_{secrets.token_hex(4)}")
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(_copied(made.copy, made.name))
        self.made.append(made)
        return made

    def ask(self) -> str:
        """The code of what the analyst is answered."""
        try:
            inquiries.inquire(self.store, self.city.analyst(), asks())
        except ParsError as refusal:
            return refusal.code
        return "answered"

    def open(self) -> bool:
        """Whether partners are answered at all."""
        try:
            door.still_open(self.store)
        except Unavailable:
            return False
        return True

    def state(self) -> str:
        """How the agreement stands, for its owners."""
        return agreements_shown.agreement(self.store, self.city.speaker(Owner.POLICE), "sheriff").standing.state

    def compared(self, witness: int = 0) -> Compared:
        """The copy of one witness against what is here."""
        copy = recovery.copy_from(self.store, lambda path: self.witnesses[witness].get(f"/{path}")[2])
        return recovery.compare(self.store, copy, self.log.keys, self.log.newest())

    def say(self, owner: Owner) -> None:
        """An owner's representative says that its own acts were entered again."""
        recovery.confirm(self.store, self.city.speaker(owner), reason="entered again from the duty book")

    def signed(self) -> tuple[int, bytes]:
        """The tree that is signed on disk."""
        body = self.store.files.read(CHECKPOINT)
        assert body is not None
        tree = checkpoint_from(note_from(body).text)
        return tree.size, tree.root

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Entries by their places."""
        with self.store.transaction("pars_ledger") as connection:
            return list(rows.leaves(connection, start, end))


@pytest.fixture
def house(partnership: Partnership, server_url: str, tmp_path: Path, backed_up: list[Backup]) -> Iterator[House]:
    """An agreement in force, somebody to ask about, everything signed by the three owners' witnesses."""
    partnership.agree()
    partnership.charged()
    name = str(conninfo_to_dict(partnership.store.conninfo("pars_act"))["dbname"])
    with contextlib.ExitStack() as open_:
        key = placing.log_key(partnership.store)
        witnesses = [open_.enter_context(witnessing(key, tmp_path, owner)) for owner in OWNERS]
        log = open_.enter_context(Witnesses([each.named for each in witnesses], key, partnership.store.files.tile))
        made = House(partnership, server_url, name, witnesses, log, backed_up)
        made.place()
        yield made


def lose(house: House) -> int:
    """A backup; then a withdrawal, a sealing desk at work and further questions; then the backup is restored.

    How many entries the witnesses hold.
    """
    backup = house.back_up()
    assert house.ask() == "answered"
    house.city.say(Owner.COURT, Decision.WITHDRAW)
    assert house.ask() == "not-in-force"
    house.city.record("Lostandfound", "Odette")
    size = house.place()
    backup.restore(house.store)
    return size


def test_what_ended_stays_ended_when_an_older_backup_is_restored(house: House) -> None:
    size = lose(house)
    before = house.signed()
    house.city.record("Written", "Afterwards")
    house.place()

    assert house.ask() == "log-not-signed"
    assert house.signed() == before
    assert before[0] == size
    assert any("recover" in line for line in placing.state(house.store).told)

    compared = house.compared()
    lost, missing = recovery.missing(compared), list(compared.copy.leaves(compared.start))
    assert compared.agree == sorted(f"{placing.log_key(house.store).name}/{owner}" for owner in OWNERS)
    assert (lost.end, len(lost.days)) == (size, 1)
    assert [(one.agreement, one.said, one.by) for one in lost.ends] == [("sheriff", "withdraw", "court")]
    assert "agreement sheriff: withdraw by the court" in "; ".join(lost.told)
    assert lost.acts["police"] >= 1

    recovery.recover(house.store, compared)
    assert house.leaves(compared.start, size) == missing
    assert house.state() == "withdrawn"

    after = house.place()
    assert after > size
    assert {each.newest().size for each in house.witnesses} == {after} == {house.signed()[0]}

    with pytest.raises(NotAllowed):
        recovery.confirm(house.store, house.city.staff(Role.ADMINISTRATOR), reason="all is well")
    with pytest.raises(ParsError, match="say what"):
        recovery.confirm(house.store, house.city.speaker(Owner.COURT), reason=" ")
    for owner in Owner:
        house.place()
        assert not house.open()
        assert owner.value in recovery.waits(house.store)[0]
        house.say(owner)
        with pytest.raises(ParsError):
            house.say(owner)
    house.place()
    assert (recovery.waits(house.store), house.open()) == ([], True)

    for owner in (Owner.POLICE, Owner.DISTRICT_ATTORNEY):  # old grants do not count towards a new term
        house.city.say(owner, Decision.GRANT)
        assert house.ask() == "not-in-force"
    house.city.say(Owner.COURT, Decision.GRANT)
    assert house.ask() == "answered"

    house.place()
    trust = Trust(placing.log_key(house.store), [each.key for each in house.witnesses])
    told = list(Verifier(reader(house.store.files.folder), trust).checks())
    assert [one for one in told if not one.holds] == []  # a stranger sees one history, in which all laws hold


def test_a_folder_that_was_restored_too_is_caught_by_the_witnesses(house: House, tmp_path: Path) -> None:
    """Nothing here knows of what is missing: neither the database nor the log's own files."""
    backup, before = house.back_up(), house.store.files.read(CHECKPOINT)
    house.city.say(Owner.COURT, Decision.WITHDRAW)
    size = house.place()
    backup.restore(house.store)
    assert before is not None
    house.store.files.write([(CHECKPOINT, before)])
    house.city.record("Written", "Afterwards")

    newest = house.log.newest().values()
    assert recovery.ahead(house.store, newest) == size
    house.place()
    assert house.signed()[0] == checkpoint_from(note_from(before).text).size
    assert not house.open()

    recovery.recover(house.store, house.compared())
    assert house.place() > size
    assert {each.newest().size for each in house.witnesses} == {house.signed()[0]}


def test_places_that_only_the_restored_database_gave_are_given_anew(house: House) -> None:
    """The log placed entries after the restore before any witness answered: they come after the recovered ones."""
    backup, before = house.back_up(), house.store.files.read(CHECKPOINT)
    house.city.say(Owner.COURT, Decision.WITHDRAW)
    size = house.place()
    backup.restore(house.store)
    assert before is not None
    house.store.files.write([(CHECKPOINT, before)])
    for number in range(5):
        house.city.record(f"Fork{number}", "Afterwards")
    forked = placing.place(house.store).size
    assert forked > checkpoint_from(note_from(before).text).size

    house.city.record("One", "More")
    house.place()
    assert placing.state(house.store).why == "witness"

    compared = house.compared()
    recovery.recover(house.store, compared)
    after = house.place()
    assert after >= size + forked - compared.start
    assert {each.newest().size for each in house.witnesses} == {after}


def test_a_recovery_takes_no_copy_that_two_do_not_hold_and_goes_on_after_a_kill(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(house)
    house.place()
    whole = house.compared()

    with pytest.raises(Conflicts) as refused:
        recovery.recover(house.store, Compared(whole.copy, whole.start, whole.agree[:1], ()))
    assert refused.value.code == "two-witnesses"

    part = next(file for file in (house.witnesses[0].folder / "tile" / "entries").rglob("[0-9]*") if file.is_file())
    body = part.read_bytes()
    part.write_bytes(body.replace(b"withdrawn", b"witheld!!"))
    assert part.read_bytes() != body
    with pytest.raises(ParsError) as changed:
        recovery.missing(house.compared())
    assert changed.value.code == "not-a-copy"

    with monkeypatch.context() as broken:
        broken.setattr(rows, "said_again", _killed)
        with pytest.raises(KeyboardInterrupt):
            recovery.recover(house.store, house.compared(1))
    assert "not at its end" in recovery.waits(house.store)[0]
    with pytest.raises(Conflicts):
        house.say(Owner.COURT)

    recovery.recover(house.store, house.compared(1))
    assert "court" in recovery.waits(house.store)[0]
    assert house.state() == "withdrawn"


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_desks_go_on_while_it_is_recovered_and_a_suspension_comes_back(house: House) -> None:
    backup = house.back_up()
    house.city.say(Owner.POLICE, Decision.SUSPEND)
    house.place()
    backup.restore(house.store)
    house.place()
    compared = house.compared()
    written: list[UUID] = []
    stop = threading.Event()

    def desk() -> None:
        while not stop.is_set():
            written.append(house.city.record(f"Desk{len(written)}", "Busy"))

    with contextlib.ExitStack() as after:
        thread = threading.Thread(target=desk)
        thread.start()
        after.callback(thread.join)
        after.callback(stop.set)
        recovery.recover(house.store, compared)

    assert written
    assert house.state() == "suspended"
    size = house.place()
    assert {each.newest().size for each in house.witnesses} == {size}


@pytest.mark.parametrize("word", [Decision.WITHHOLD, Decision.ABSTAIN])
def test_what_the_log_says_is_read_off_and_what_it_refused_is_not(word: Decision) -> None:
    verb = {Decision.WITHHOLD: "consent.withheld", Decision.ABSTAIN: "consent.abstained"}[word]
    said = {"kind": "agreement", "day": "2026-11-25", "agreement": "sheriff", "by": "court", "owner": "court"}
    leaves = [
        canonical(said | {"verb": verb}),
        canonical(said | {"verb": f"{verb}.refused", "refused": "not-allowed"}),
        canonical(said | {"verb": "consent.granted", "began": "a-term"}),
        canonical(said | {"verb": "agreement.expired", "ended": "a-term", "owner": "house"}),
        canonical(said | {"verb": "agreement.expired", "owner": "house"}),
        canonical(said | {"verb": "key.confirmed", "owner_of_key": "police", "key": "00" * 32}),
        canonical({"kind": "record", "day": "2026-11-26", "owner": "police"}),
        canonical({"kind": "inquiry", "day": "2026-11-26", "owner": "partner", "agreement": "sheriff"}),
    ]

    found = lost(40, leaves)

    assert [(one.index, one.word, one.said) for one in found.ends] == [
        (40, "withdrawn", word.value),
        (42, "replaced", None),
        (43, "expired", None),
    ]
    assert [(one.index, one.owner) for one in found.keys] == [(45, "police")]
    assert (found.acts, found.began, found.end) == ({"police": 1}, ["sheriff"], 48)
    assert found.told[0] == "8 entries are missing, from index 40, of 2026-11-25 to 2026-11-26"


def test_a_copy_that_lacks_what_was_signed_takes_nothing_back(house: House) -> None:
    """An older copy of a witness, on a log that is not behind."""
    files = {path: house.witnesses[0].get(path)[2] for path in _paths(house.signed()[0])}
    old = recovery.copy_from(house.store, lambda path: files[f"/{path}"])
    house.city.record("Written", "Afterwards")
    size = house.place()

    with pytest.raises(Conflicts) as refused:
        recovery.compare(house.store, old, house.log.keys, {})

    assert refused.value.code == "longer-copy"
    recovery.recover(house.store, house.compared())
    assert house.place() == size
    assert recovery.waits(house.store) == []


def test_a_backup_that_holds_a_recovery_is_recovered_in_its_turn(house: House) -> None:
    lose(house)
    house.place()
    recovery.recover(house.store, house.compared())
    house.place()
    house.say(Owner.POLICE)
    backup = house.back_up()
    house.city.record("Twice", "Lost")
    for owner in Owner:
        house.city.say(owner, Decision.GRANT)
    house.city.say(Owner.COURT, Decision.SUSPEND)
    size = house.place()
    backup.restore(house.store)
    house.place()

    recovery.recover(house.store, house.compared())

    assert house.state() == "suspended"
    assert "police" in recovery.waits(house.store)[0]
    for owner in Owner:
        with contextlib.suppress(Conflicts):
            house.say(owner)
    assert house.place() > size
    assert house.open()


def test_where_nothing_is_missing_nothing_moves(house: House) -> None:
    house.city.record("Placed", "Unsigned")
    with house.store.transaction("pars_ledger") as connection:
        given = places.give(connection, 10)
    compared = house.compared()

    recovery.recover(house.store, compared)

    with house.store.transaction("pars_ledger") as connection:
        assert places.head(connection).size == compared.copy.tree.size + given > compared.start
    assert house.place() >= compared.start + given
    assert recovery.waits(house.store) == []


def _paths(size: int) -> list[str]:
    return ["/checkpoint", f"/tile/0/000.p/{size}", f"/tile/entries/000.p/{size}"]


def test_a_database_that_was_read_in_from_a_dump_goes_on(house: House, admin_url: str) -> None:
    """Its entries bear the numbers of another cluster's transactions, which this one will not reach for long."""
    size = lose(house)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        moved = "set xid = (xid::text::bigint + 1000000000)::text::xid8"
        connection.execute("alter table ledger.entry disable trigger user")
        for table in ("entry", "head"):
            connection.execute(f"update ledger.{table} {moved}".encode())
    house.city.record("Written", "Afterwards")
    house.place()
    assert placing.state(house.store).why == "behind"

    recovery.recover(house.store, house.compared())
    house.city.record("And", "On")
    after = house.place()

    assert after > size
    assert {each.newest().size for each in house.witnesses} == {after}
    with psycopg.connect(admin_url) as connection:
        row = connection.execute(
            "select count(*) from ledger.entry e left join ledger.place p on p.nonce = e.nonce where p.nonce is null"
        ).fetchone()
    assert row == (0,)
