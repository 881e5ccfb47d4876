"""Migrations: forward only, each whole or not at all, and what stood in the tables still stands."""

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
