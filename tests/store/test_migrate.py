"""Migrations: forward only, each whole or not at all, and what stood in the tables still stands."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pars.actions import founding
from pars.actions.acting import By
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.founding import NewAccount
from pars.actions.person_given import PersonGiven
from pars.errors import Misconfigured
from pars.record.roles import Owner, Role
from pars.store import migrate as migrating
from pars.store.database import Store
from pars.store.keys import Keys
from pars.store.migrate import Migration, all_migrations, migrate

TABLES = ("house.agency", "house.account", "record.arrest", "ledger.entry", "ledger.detail", "public.pars_migration")
NEXT = Migration("9001_next.sql", "alter table record.arrest add column of_the_test text not null default 'kept'")


def contents(admin_url: str) -> dict[str, list[str]]:
    """Every row of the tables that matter, as text."""
    with psycopg.connect(admin_url) as connection:
        return {
            table: sorted(row[0] for row in connection.execute(f"select t::text from {table} t".encode()))
            for table in TABLES
        }


def lived_in(store: Store) -> None:
    """Put an agency, an account and an arrest with its entries into the tables."""
    founding.agency(store, "PAPEP0000", "Police Department", Owner.POLICE)
    new = NewAccount("officer", "Thaddeus Brindlewick", Role.OFFICER, "PAPEP0000", "a-word-for-the-tests")
    account = founding.account(store, new)
    by = By(account, "officer", "Thaddeus Brindlewick", Role.OFFICER, 1, "Police Department", Owner.POLICE)
    arrested_at = datetime(2026, 1, 5, 3, tzinfo=UTC)
    record_arrest(store, by, NewArrest(arrested_at, "Front St", "PAPEP0000", PersonGiven(surname="Wexelmoor")))


def test_a_second_run_applies_nothing_and_changes_no_row(store: Store, admin_url: str, keys: Keys) -> None:
    lived_in(store)
    before = contents(admin_url)
    assert len(before["record.arrest"]) == 1

    applied = migrate(admin_url, keys)

    assert applied == []
    assert contents(admin_url) == before


def test_a_newer_migration_keeps_the_rows(
    store: Store, admin_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(store)
    before = contents(admin_url)
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*all_migrations(), NEXT])

    applied = migrate(admin_url, keys)

    assert applied == [NEXT.name]
    with psycopg.connect(admin_url) as connection:
        assert connection.execute("select surname, of_the_test from record.arrest").fetchall() == [
            ("Wexelmoor", "kept")
        ]
    assert contents(admin_url)["ledger.entry"] == before["ledger.entry"]


def test_each_migration_follows_the_one_before_with_rows_in_its_tables(
    server_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("create database pars_test_stepwise")
    url = make_conninfo("", **{**conninfo_to_dict(server_url), "dbname": "pars_test_stepwise"})
    try:
        for known in range(1, len(all_migrations()) + 1):
            monkeypatch.setattr(migrating, "all_migrations", lambda known=known: all_migrations()[:known])
            assert migrate(url, keys) == [all_migrations()[known - 1].name]
            with psycopg.connect(url) as connection:
                connection.execute("insert into house.agency (ori, name) values (%s, 'Agency')", (f"PA{known}",))

        with psycopg.connect(url) as connection:
            rows = connection.execute("select count(*) from house.agency").fetchone()

        assert rows == (len(all_migrations()),)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute("drop database pars_test_stepwise with (force)")


def test_stand_ins_are_made_of_those_who_were_protected_before_and_the_counting_of_their_reads_begins_anew(
    server_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then ordinary acts had made a gap; who had left stood on a watch."""
    with _before("0066_stand_ins.sql", server_url, keys, monkeypatch) as url:
        with psycopg.connect(url) as connection:
            connection.execute(BEFORE_STAND_INS.encode())

        migrate(url, keys)

        with psycopg.connect(url) as connection:
            stands = connection.execute("select kind, marks from protected.stand_in").fetchall()
            sealed = connection.execute("select sealed from protected.person").fetchall()
            counts = connection.execute("select place, gap, anew from house.reconciling order by id").fetchall()
            watches = connection.execute("select ended_at is not null from care.watch order by arrest_id").fetchall()
    assert (stands, sealed) == ([("victim", ["one", "two"])], [(b"x",)])
    assert counts == [("interview", 0, False), ("protected", 1305, False), ("protected", 0, True)]
    assert watches == [(True,), (False,)]


BEFORE_STAND_INS = """
set local session_replication_role = replica;
insert into record.arrest
  (id, arrested_at, written_at, kind, place, agency_id, written_by, sex, race, ethnicity, custody, left_at)
values
  ('00000000-0000-0000-0000-00000000000a', now(), now(), 'on-view', 'Front St', 1, gen_random_uuid(), 'U', 'U', 'U',
    'released', now()),
  ('00000000-0000-0000-0000-00000000000b', now(), now(), 'on-view', 'Front St', 1, gen_random_uuid(), 'U', 'U', 'U',
    'release-owed', null);
insert into care.watch (id, arrest_id, every_minutes, begun_at, checked_at)
  select gen_random_uuid(), id, 15, now(), now() from record.arrest;
insert into protected.person (id, arrest_id, kind, sealed, written_by, written_at, marks)
  select gen_random_uuid(), id, 'victim', 'x', gen_random_uuid(), now(), '{one,two}'
  from record.arrest
  where left_at is null;
insert into house.reconciling (place, reads_before, entries_before, reads, entries, gap, anew)
  values ('interview', 0, 0, 3, 3, 0, false), ('protected', 0, 0, 1310, 5, 1305, false);
"""
"""Somebody who has left and somebody who has not, both on a watch; a victim; and how reads were reconciled."""


@contextlib.contextmanager
def _before(name: str, server_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database that knows every migration before that one; in the block they are all to be had again."""
    url = make_conninfo("", **{**conninfo_to_dict(server_url), "dbname": "pars_test_before"})
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("create database pars_test_before")
    try:
        with monkeypatch.context() as patched:
            patched.setattr(migrating, "all_migrations", lambda: [m for m in all_migrations() if m.name < name])
            migrate(url, keys)
        yield url
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute("drop database pars_test_before with (force)")


def test_a_changed_file_that_was_applied_is_refused_and_changes_nothing(
    store: Store, admin_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(store)
    before = contents(admin_url)
    first, *rest = all_migrations()
    changed = Migration(first.name, first.text + "\n-- one word more")
    monkeypatch.setattr(migrating, "all_migrations", lambda: [changed, *rest, NEXT])

    with pytest.raises(Misconfigured, match=f"{first.name} was applied in another form"):
        migrate(admin_url, keys)

    assert contents(admin_url) == before


def test_a_file_put_in_between_is_refused(admin_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = all_migrations()
    monkeypatch.setattr(migrating, "all_migrations", lambda: [first, Migration("0001a.sql", "select 1"), *rest])

    with pytest.raises(Misconfigured, match="applied in another form"):
        migrate(admin_url, keys)


def test_a_database_of_a_newer_version_is_refused(admin_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    known = all_migrations()[:-1]
    monkeypatch.setattr(migrating, "all_migrations", lambda: known)

    with pytest.raises(Misconfigured, match="newer than this version"):
        migrate(admin_url, keys)


def test_a_migration_that_fails_leaves_nothing_of_itself_and_can_be_done_again(
    store: Store, admin_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(store)
    before = contents(admin_url)
    broken = Migration(NEXT.name, NEXT.text + "; select no_such_function()")
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*all_migrations(), broken])

    with pytest.raises(psycopg.errors.UndefinedFunction):
        migrate(admin_url, keys)

    assert contents(admin_url) == before
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*all_migrations(), NEXT])
    assert migrate(admin_url, keys) == [NEXT.name]
