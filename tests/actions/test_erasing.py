"""Erasing: the private parts of one person go, in every backup too; all others keep theirs, whatever falls."""

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.ledger.logs import placed, reader
from tests.noon import born
from tests.partnership import Partnership, asks, founded
from tests.waiting import comes

from pars.actions import disclosure, erasing, placing, recalling, sealing, tidying
from pars.actions.erasing import Basis, Outcome
from pars.actions.inquiries import inquire
from pars.clock import city_day, now
from pars.errors import Conflicts, NotAllowed, NotThere, Unavailable
from pars.ledger.entry import Private, arrests_in, commitment
from pars.ledger.erasure import STRUCK, Erased, without
from pars.ledger.verify import Verifier
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.duty import View
from pars.store import details, watching
from pars.store.database import Store
from pars.store.epochs import Epochs, name_of
from pars.store.keys import Keys
from pars.store.ledger import place_of
from pars.watch.feed import ALL_HEARD, NAMED, RESET, arrest_of

ORDER = "MC-51-CR-0004711-2026, 12 May"


@pytest.fixture
def city(admin_url: str, keys: Keys, tmp_path: Path) -> Iterator[Partnership]:
    """A city with an agreement, whose epochs' keys are its own."""
    own = Keys(
        keys.passwords, keys.seal_key, keys.index_key, keys.log_key, Epochs(tmp_path / "epochs"), keys.owner_keys
    )
    born(admin_url)
    with Store(admin_url, own, ledger=tmp_path / "ledger") as store:
        made = founded(store)
        made.agree()
        yield made


def expunged(city: Partnership, surname: str = "Quillfeather") -> UUID:
    """Somebody is charged, looked at, asked about by a partner, let go and expunged."""
    arrest = city.charged(surname)
    disclosure.open_list(city.store, city.staff(Role.CUSTODY_SUPERVISOR), View.BOARD)
    disclosure.open_arrest(city.store, city.staff(Role.DETECTIVE), arrest, why=f"a question about {surname}")
    assert inquire(city.store, city.analyst(), asks(surname)).record is not None
    with city.store.transaction("pars_act") as connection:
        connection.execute("update record.arrest set custody = 'released' where id = %s", (arrest,))
    sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, "expunged", order=ORDER)
    inquire(city.store, city.analyst(), asks(surname))  # nothing to show any more; the question names them still
    return arrest


def erase(city: Partnership, arrest: UUID, words: tuple[str, ...] = ("Quillfeather",)) -> Outcome:
    """The court's clerk erases under an order."""
    return erasing.erase(city.store, city.staff(Role.CLERK), arrest, Basis.ORDER, because=ORDER, words=words)


@dataclass
class Insider:
    """Somebody with a database and every key that there is; tries each way from a person to leaves."""

    url: str
    keys: Keys

    def rows(self, query: str, *given: object) -> list[tuple[Any, ...]]:
        """What a superuser reads."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), given).fetchall()

    def opened(self) -> Mapping[UUID, Private]:
        """Every private part that opens with any key at hand, whatever epoch it says."""
        found: dict[UUID, Private] = {}
        for nonce, sealed in self.rows("select nonce, sealed from ledger.detail"):
            for epoch in ["0", *self.keys.epochs.names()]:
                try:
                    plain = self.keys.open_of(epoch, bytes(sealed), place_of(UUID(str(nonce))))
                except Exception:  # noqa: BLE001, S112 - another key may do
                    continue
                found[UUID(str(nonce))] = msgspec.json.decode(plain, type=Private)
        return found

    def by_details(self, *names: str) -> set[UUID]:
        """Leaves whose private part says a name, a number or an arrest, anywhere."""
        return {
            nonce
            for nonce, private in self.opened().items()
            if any(name.casefold() in msgspec.json.encode(private).decode().casefold() for name in names)
        }

    def by_salts(self, arrest: UUID) -> set[UUID]:
        """Leaves one of whose commitments is to this arrest, by any salt at hand."""
        salts = {bytes.fromhex(salt) for private in self.opened().values() for salt in private.salts.values()}
        made = {commitment(salt, str(arrest)) for salt in salts}
        leaves = self.rows("select nonce, public -> 'commit' from ledger.entry")
        return {UUID(str(nonce)) for nonce, commit in leaves if made & set(dict(commit).values())}

    def by_index(self, arrest: UUID) -> set[UUID]:
        """Leaves that a blind mark finds, made with any key at hand."""
        keys = self.rows("select unnest(search_keys) from record.arrest where id = %s", arrest)
        about = details.about_of([arrest], [str(key) for (key,) in keys])
        marks = [self.keys.epochs.key(name).mark(one) for name in self.keys.epochs.names() for one in about]
        return {UUID(str(row[0])) for row in self.rows("select nonce from ledger.trace where mark = any(%s)", marks)}

    def by_looks(self, arrest: UUID) -> set[UUID]:
        """Leaves that the wall's own table ties to the arrest, in the clear."""
        return {UUID(str(row[0])) for row in self.rows("select nonce from ledger.look where %s = any(arrests)", arrest)}

    def by_answers(self, arrest: UUID) -> set[UUID]:
        """Leaves that a kept answer names beside the arrest."""
        found = set()
        for account, key, sealed in self.rows("select account_id, key, sealed from house.answered"):
            for epoch in ["0", *self.keys.epochs.names()]:
                try:
                    told = self.keys.open_of(epoch, bytes(sealed), f"house.answered:{account}:{key}")
                except Exception:  # noqa: BLE001, S112 - another key may do
                    continue
                if str(arrest) in told.decode():
                    found.add(UUID(msgspec.json.decode(told)["entry"]))
        return found

    def by_any_column(self, arrest: UUID, dc: str) -> set[str]:
        """Tables that hold an entry's name and the arrest, or a number of it, in the clear in one row."""
        nonces = {str(row[0]) for row in self.rows("select nonce from ledger.entry")}
        tables = self.rows(
            "select schemaname || '.' || tablename from pg_tables where schemaname in"
            " ('house', 'ledger', 'record', 'sharing', 'live', 'interview', 'protected')"
        )
        found = set()
        for (table,) in tables:
            for (row,) in self.rows(f"select to_jsonb(t)::text from {table} t"):
                text = str(row)
                if (str(arrest) in text or dc in text) and any(nonce in text for nonce in nonces):
                    found.add(str(table))
        return found

    def links(self, arrest: UUID) -> set[UUID]:
        """Every leaf that any way ties to the arrest."""
        return (
            self.by_details(str(arrest))
            | self.by_salts(arrest)
            | self.by_index(arrest)
            | self.by_looks(arrest)
            | self.by_answers(arrest)
        )


@contextmanager
def restored(store: Store, admin_url: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Two backups of the database as it is now, restored: one from a dump, one from a copy of the database's files."""
    where = conninfo_to_dict(admin_url)
    name = str(where["dbname"])
    tools = _tools(admin_url)
    environment = {**os.environ, "PGPASSWORD": str(where.get("password", ""))}
    dump = folder / "dump"
    store.close()
    subprocess.run(
        [str(tools / "pg_dump"), "-Fc", "--no-unlogged-table-data", "-f", str(dump), "-d", _plain(admin_url)],
        env=environment,
        check=True,
    )
    made = [f"{name}_dump", f"{name}_copy"]
    with psycopg.connect(make_conninfo(admin_url, dbname="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(made[0])))
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(made[1]), sql.Identifier(name)
            )
        )
    subprocess.run(
        [str(tools / "pg_restore"), "-d", _plain(make_conninfo(admin_url, dbname=made[0])), str(dump)],
        env=environment,
        check=True,
    )
    yield (make_conninfo(admin_url, dbname=made[0]), make_conninfo(admin_url, dbname=made[1]))
    with psycopg.connect(make_conninfo(admin_url, dbname="postgres"), autocommit=True) as connection:
        for one in made:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(one)))


def _plain(url: str) -> str:
    return make_conninfo("", **{k: v for k, v in conninfo_to_dict(url).items() if k != "password"})


def _tools(admin_url: str) -> Path:
    """Where the server's own tools are."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select setting from pg_config where name = 'BINDIR'").fetchone()
    for folder in (Path(str(row[0])) if row else Path(), Path(shutil.which("pg_dump") or "").parent):
        if (folder / "pg_dump").exists():
            return folder
    pytest.skip("the server's pg_dump is not on this machine")


def test_yesterdays_backup_with_every_key_of_today_ties_no_leaf_to_the_erased(
    city: Partnership, admin_url: str, tmp_path: Path
) -> None:
    """T27: details, salts, marks, looks, kept answers; and the others are found as before."""
    store, clerk = city.store, city.staff(Role.CLERK)
    _on_an_earlier_day(store, lambda: city.charged("Thornbury"))
    other, arrest = city.record("Adler"), expunged(city)
    disclosure.open_list(store, city.staff(Role.CUSTODY_SUPERVISOR), View.BOARD)
    (earlier,) = [
        row[0]
        for row in Insider(admin_url, store.keys).rows("select id from record.arrest where surname = 'Thornbury'")
    ]
    held = Insider(admin_url, store.keys)
    assert len(held.links(arrest)) > 8
    assert held.by_any_column(arrest, "no number") <= {"ledger.look"}
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.look set asked_at = asked_at - interval '11 seconds'")
    tidying.tidy(store)

    with restored(store, admin_url, tmp_path) as backups:
        assert erasing.erase(store, clerk, arrest, Basis.ORDER, because=ORDER, words=("Quillfeather",)).done

        for url in (*backups, admin_url):
            insider = Insider(url, store.keys)
            assert insider.links(arrest) == set()
            assert insider.by_details("Quillfeather", "1990-02-03") <= insider.by_details("Thornbury", "Adler")
            assert insider.by_any_column(arrest, "no number") == set()
            assert len(insider.links(UUID(str(earlier)))) > 2
        assert len(Insider(admin_url, store.keys).links(other)) > 1


def _on_an_earlier_day(store: Store, do: Callable[[], object]) -> None:
    """What is done in the block stands in an epoch of its own, as if it had been another day's."""
    do()
    today = city_day(now())
    earlier = today.replace(year=today.year - 1)
    old, new = store.keys.epochs.key(name_of(today, 0)), store.keys.epochs.making(name_of(earlier, 0))
    with store.transaction("pars_ledger") as connection:
        rows = connection.execute("select nonce, sealed from ledger.detail").fetchall()
        connection.execute("delete from ledger.trace")
        for nonce, sealed in rows:
            private = msgspec.json.decode(old.open(bytes(sealed), place_of(nonce)), type=Private)
            again = new.seal(msgspec.json.encode(private), place_of(nonce))
            connection.execute(
                "update ledger.detail set epoch = %s, sealed = %s where nonce = %s", (new.name, again, nonce)
            )
            for one in {*details.about_of(arrests_in(private)), *private.about}:
                connection.execute(
                    "insert into ledger.trace (mark, nonce, epoch) values (%s, %s, %s)",
                    (new.mark(one), nonce, new.name),
                )


def test_the_entry_says_which_epochs_and_how_many_remain_and_nothing_about_whom(city: Partnership) -> None:
    arrest = expunged(city)
    before = set(city.store.keys.epochs.names())

    outcome = erase(city, arrest)

    with city.store.transaction("pars_ledger") as connection:
        (public,) = (
            connection.execute("select public from ledger.entry where verb = 'private-parts.erased'").fetchone() or ()
        )
        remain = connection.execute("select count(*) from ledger.detail").fetchone()
        private = details.open_all(connection, city.store.keys, [outcome.entry])[outcome.entry]
        left = connection.execute("select count(*) from ledger.erasing").fetchone()
    (today,) = before
    assert public["rewrapped"] == [{"epoch": today, "remain": (remain or (0,))[0] - 1}]  # the entry's own came after
    assert set(public) == {"v", "kind", "verb", "owner", "day", "nonce", "commit", "rewrapped"}
    assert private.details == {"basis": "order"}
    assert ORDER not in str(private)
    assert left == (0,)
    assert set(city.store.keys.epochs.names()) == {f"{today}.1"}


def test_who_is_named_with_others_is_struck_and_the_others_stay(city: Partnership) -> None:
    other = city.record("Adler")
    arrest = expunged(city)
    supervisor = city.staff(Role.CUSTODY_SUPERVISOR)
    with city.store.transaction("pars_act") as connection:
        connection.execute("update record.arrest set access = 'open' where id = %s", (arrest,))
    seen = disclosure.open_list(
        city.store, supervisor, View.LEFT, lambda _: [other, arrest], why="after Quillfeather’s friend"
    )
    sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, "expunged", order=ORDER)

    erase(city, arrest)

    with city.store.transaction("pars_ledger") as connection:
        private = details.open_all(connection, city.store.keys, [seen.entry])[seen.entry]
        assert seen.entry in details.entries_about(connection, city.store.keys, details.about_of([other]))
    assert (private.details["arrests"], private.details["why"]) == ([str(other)], STRUCK)


def test_without_keeps_drops_and_strikes() -> None:
    both = Private("list.shown", None, {}, {}, {"arrests": ["a", "b"], "why": "the Smiths"}, ["asked:k"])
    gone = Erased(frozenset({"a"}), frozenset({"asked:k"}), ("smith",))

    assert without(both, gone) == Private("list.shown", None, {}, {}, {"arrests": ["b"], "why": "the Smiths"}, [])
    assert without(Private("x", details={"arrests": ["a"]}), gone) is None
    assert without(Private("x", commits={"found": "nobody"}, about=["asked:k"]), gone) is None
    assert without(Private("x", commits={"arrest": "b"}, about=["asked:z"]), gone) is not None
    assert without(Private("x", details={"why": "for SMITH"}), gone) == Private("x", details={"why": STRUCK})


class _Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(place: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fall before the n-th thing that lasts: a transaction's commit, a key made, written over, or unlinked."""
    passed: list[str] = []

    def counted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def doing(*given: object, **more: object) -> object:
            passed.append(name)
            if len(passed) == place:
                raise _Killed
            return real(*given, **more)

        return doing

    with monkeypatch.context() as patch:
        for where, name in ((os, "link"), (os, "fsync"), (os, "unlink"), (Path, "unlink")):
            patch.setattr(where, name, counted(name, getattr(where, name)))
        patch.setattr(psycopg.Connection, "commit", counted("commit", psycopg.Connection.commit))
        yield passed


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.soak)])
def test_whatever_falls_between_any_two_steps_it_is_finished_and_nothing_is_lost(
    city: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    clerk, supervisor, place, fell = city.staff(Role.CLERK), city.staff(Role.CUSTODY_SUPERVISOR), 0, True
    other = city.record("Adler")
    while fell:
        place += every
        arrest = city.record("Quill" + "".join("abcdefghij"[int(digit)] for digit in str(place)))
        disclosure.open_list(city.store, supervisor, View.BOARD, _both(arrest, other))
        with psycopg.connect(admin_url) as connection:
            connection.execute(
                "update record.arrest set custody = 'released', access = 'expunged' where id = %s", (arrest,)
            )
        insider = Insider(admin_url, city.store.keys)
        others = len(insider.links(other))
        fell = False
        with killed_at(place, monkeypatch) as passed:
            try:
                erasing.erase(city.store, clerk, arrest, Basis.ORDER, because=ORDER, words=())
            except _Killed:
                fell = True
        city.store.keys.epochs.__init__(city.store.keys.epochs.folder)  # type: ignore[misc] # as after a restart
        with city.store.glance("pars_ledger") as connection:
            begun = connection.execute("select count(*) from ledger.erasing").fetchone() != (0,)

        assert erasing.finish(city.store)

        assert insider.links(arrest) == set() or (fell and not begun), passed[-1]
        assert len(insider.links(other)) == others, passed[-1]
        assert len(insider.opened()) == insider.rows("select count(*) from ledger.detail")[0][0], passed[-1]
    assert place > 12


def _both(*arrests: UUID) -> Callable[[object], list[UUID]]:
    return lambda _: list(arrests)


def test_who_writes_and_looks_meanwhile_loses_nothing(city: Partnership, admin_url: str) -> None:
    arrest, stop, written = expunged(city), threading.Event(), list[UUID]()
    officer, supervisor = city.staff(Role.DETECTIVE), city.staff(Role.CUSTODY_SUPERVISOR)
    other = city.record("Adler")

    def at_work() -> None:
        while not stop.is_set():
            written.append(disclosure.open_arrest(city.store, officer, other, why="goes on").entry)
            written.append(disclosure.open_list(city.store, supervisor, View.BOARD).entry)

    threads = [threading.Thread(target=at_work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        assert erase(city, arrest).done
    assert comes(lambda: len(written) > 20)
    stop.set()
    for thread in threads:
        thread.join()

    opened = Insider(admin_url, city.store.keys).opened()
    with city.store.transaction("pars_ledger") as connection:
        found = set(details.entries_about(connection, city.store.keys, details.about_of([other])))
    assert set(written) <= set(opened)
    assert set(written) <= found


def test_what_began_under_an_old_key_and_does_not_end_holds_the_erasing_up_and_nothing_is_destroyed(
    city: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrest = expunged(city)
    monkeypatch.setattr(erasing, "WAITS_SECONDS", 0.2)
    before = city.store.keys.epochs.names()
    with city.store.transaction("pars_act") as writer:
        writer.execute("select 1")

        with pytest.raises(Unavailable):
            erase(city, arrest)
        assert set(before) <= set(city.store.keys.epochs.names())

    assert erasing.finish(city.store)
    assert not set(before) & set(city.store.keys.epochs.names())


def test_receipts_are_recalled_by_their_hash_alone_and_the_partner_confirms(city: Partnership) -> None:
    arrest = city.charged("Quillfeather")
    receipt = inquire(city.store, city.analyst(), asks()).receipt
    nothing = inquire(city.store, city.analyst(), asks("Nobody")).receipt
    city.say(Owner.COURT, Decision.WITHDRAW)
    with city.store.transaction("pars_act") as connection:
        connection.execute("update record.arrest set custody = 'released' where id = %s", (arrest,))
    sealing.limit_access(city.store, city.staff(Role.CLERK), arrest, "expunged", order=ORDER)

    assert erase(city, arrest).recalled == 1
    assert erase(city, arrest).recalled == 0

    (told,) = recalling.told(city.store, city.analyst())
    assert told.receipt.hex() == receipt.entry_hash != nothing.entry_hash
    recalling.confirm(city.store, city.analyst(), told.id)
    with pytest.raises(Conflicts):
        recalling.confirm(city.store, city.analyst(), told.id)
    with pytest.raises(NotThere):
        recalling.confirm(city.store, city.who("stranger"), told.id)
    assert recalling.told(city.store, city.who("stranger")) == []
    (seen,) = recalling.told(city.store, city.staff(Role.AUDITOR))
    assert seen.confirmed_on == city_day(now())
    with city.store.transaction("pars_ledger") as connection:
        public = connection.execute(
            "select public from ledger.entry where verb in ('receipt.recalled', 'recall.confirmed')"
        )
        assert [set(row[0]) - {"v", "kind", "verb", "owner", "day", "nonce", "commit"} for row in public] == [
            {"agreement"}
        ] * 2


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.OFFICER, Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR])
def test_who_may_not_is_told_the_same_whether_there_is_such_a_record(city: Partnership, role: Role) -> None:
    by = (
        city.speaker(Owner.POLICE)
        if role is Role.REPRESENTATIVE
        else city.staff(role)
        if role is not Role.ANALYST
        else city.analyst()
    )

    with pytest.raises(NotAllowed):
        erasing.erase(city.store, by, UUID(int=1), Basis.ORDER, because=ORDER)


def test_only_an_expunged_record_of_somebody_who_is_gone_is_erased_and_for_its_time_by_its_owner(
    city: Partnership,
) -> None:
    arrest, clerk = city.charged(), city.staff(Role.CLERK)
    for access, custody, refused in (("open", "released", "not-expunged"), ("expunged", "booked", "in-custody")):
        with city.store.transaction("pars_act") as connection:
            connection.execute(
                "update record.arrest set access = %s, custody = %s where id = %s", (access, custody, arrest)
            )
        with pytest.raises(Conflicts) as told:
            erasing.erase(city.store, clerk, arrest, Basis.ORDER, because=ORDER)
        assert told.value.code == refused
    with city.store.transaction("pars_act") as connection:
        connection.execute("update record.arrest set custody = 'released' where id = %s", (arrest,))
    with pytest.raises(NotAllowed):
        erasing.erase(city.store, city.speaker(Owner.COURT), arrest, Basis.KEEPING_TIME, because="CHRIA 9122")

    assert erasing.erase(city.store, city.speaker(Owner.POLICE), arrest, Basis.KEEPING_TIME, because="CHRIA 9122").done


def test_what_was_sealed_before_there_were_epochs_is_searched_whole_and_has_a_key_of_its_own_afterwards(
    city: Partnership, admin_url: str
) -> None:
    other, arrest = city.record("Adler"), expunged(city)
    keys, insider = city.store.keys, Insider(admin_url, city.store.keys)
    with psycopg.connect(admin_url) as connection:
        connection.execute("delete from ledger.trace")
        for nonce, private in insider.opened().items():
            old = keys.seal(msgspec.json.encode(private), place_of(nonce))
            connection.execute("update ledger.detail set epoch = '0', sealed = %s where nonce = %s", (old, nonce))

    assert erase(city, arrest).done

    assert insider.links(arrest) == set()
    assert len(insider.by_index(other)) > 0
    assert {row[0] for row in insider.rows("select distinct epoch from ledger.detail")} >= {"0.1"}
    assert insider.rows("select 1 from ledger.detail where epoch = '0'") == []


def test_the_log_verifies_afterwards_and_every_leaf_stands_where_it_stood(city: Partnership, tmp_path: Path) -> None:
    arrest = expunged(city)
    placing.place(city.store)
    with city.store.transaction("pars_ledger") as connection:
        before = connection.execute("select index, hash from ledger.place order by index").fetchall()

    assert erase(city, arrest).done
    trust = placed(city.store, tmp_path)
    told = list(Verifier(reader(tmp_path / "ledger"), trust).checks())

    with city.store.transaction("pars_ledger") as connection:
        after = connection.execute("select index, hash from ledger.place order by index").fetchall()
    assert [one for one in told if not one.holds] == []
    assert after[: len(before)] == before
    assert len(after) > len(before)


@pytest.mark.parametrize("verb", sorted(NAMED | {RESET}))
def test_an_agency_called_like_an_erased_person_is_struck_out_of_nothing_that_the_watch_goes_by(verb: str) -> None:
    """Or a count that the owners began anew would go on where it was, from the next start on."""
    registered = Private(verb, details={"agency": "Franklin County Sheriff", "reason": "what Franklin did"})
    typed = Private("ledger.searched", details={"agency": "Franklin"})
    asked = Private("inquiry.asked", details={"outcome": "case", "case": "of Franklin Case"})
    gone = Erased(frozenset(), words=["Franklin", "Case"])

    left = [one.details for one in (without(each, gone) for each in (registered, typed, asked)) if one is not None]

    assert left == [
        {"agency": "Franklin County Sheriff", "reason": STRUCK},
        {"agency": STRUCK},
        {"outcome": "case", "case": STRUCK},
    ]


def test_the_watch_hears_of_all_others_while_their_private_parts_are_sealed_anew(city: Partnership) -> None:
    gone, stays = expunged(city), city.charged("Stays")
    placing.place(city.store)
    keys, opened, done = city.store.keys, details.opened, list[Outcome]()

    def late(keys: Keys, part: details.Part) -> Private:
        """Between reading and opening somebody is erased, and the key of the day goes."""
        if not done:
            done.append(erase(city, gone))
        return opened(keys, part)

    with city.store.glance("pars_ledger") as connection:
        with patch.object(watching, "opened", late):
            meanwhile = watching.heard(connection, keys, ALL_HEARD, 0, 10_000, 10_000)
        afterwards = watching.heard(connection, keys, ALL_HEARD, 0, 10_000, 10_000)

    assert done[0].done
    assert str(stays) in {arrest_of(one) for one in meanwhile}
    assert [one.private for one in meanwhile] == [one.private for one in afterwards]
