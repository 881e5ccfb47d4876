"""The second wall: no row of the record without an entry that an earlier transaction committed."""

from uuid import UUID, uuid4

import psycopg
import pytest

from pars import clock
from pars.store.database import Store
from pars.store.ledger import write_entry, write_look


@pytest.fixture
def arrest(store: Store) -> UUID:
    account, new = uuid4(), uuid4()
    with store.transaction("pars_act") as c:
        c.execute("insert into house.agency (ori, name, owner) values ('PAPEP0000', 'Police', 'police')")
        c.execute(
            "insert into house.account (id, sign_in, full_name, role, agency_id, password_hash)"
            " values (%s, 'o', 'O', 'officer', 1, 'x')",
            (account,),
        )
        c.execute(
            "insert into record.arrest (id, arrested_at, written_by, agency_id, kind, place, sex, race, ethnicity)"
            " values (%s, now(), %s, 1, 'on-view', 'a place', 'U', 'U', 'U')",
            (new, account),
        )
    return new


def _entry(store: Store, connection: psycopg.Connection[tuple[object, ...]], arrest: UUID) -> UUID:
    entry = write_entry(
        connection,
        store.keys,
        verb="list.shown",
        owner="police",
        at=clock.now(),
        account_id=None,
        commits={},
        details={},
    )
    write_look(connection, entry.nonce, "staff", [arrest])
    return entry.nonce


def test_without_an_entry_no_row_is_read(store: Store, arrest: UUID) -> None:
    with store.transaction("pars_staff", entry=str(uuid4())) as c:
        assert c.execute("select id from record.arrest").fetchall() == []


@pytest.mark.parametrize("setting", ["", "x", "00000000-0000-0000-0000-00000000000g"])
def test_a_malformed_entry_shows_nothing(store: Store, arrest: UUID, setting: str) -> None:
    with store.transaction("pars_staff", entry=setting) as c:
        assert c.execute("select id from record.arrest").fetchall() == []


def test_a_committed_entry_shows_exactly_what_it_names(store: Store, arrest: UUID) -> None:
    with store.transaction("pars_act") as c:
        nonce = _entry(store, c, arrest)

    with store.transaction("pars_staff", entry=str(nonce)) as c:
        assert c.execute("select id from record.arrest").fetchall() == [(arrest,)]


def test_an_entry_that_is_rolled_back_shows_nothing(store: Store, arrest: UUID) -> None:
    with store.transaction("pars_act") as c:
        nonce = _entry(store, c, arrest)
        c.rollback()

    with store.transaction("pars_staff", entry=str(nonce)) as c:
        assert c.execute("select id from record.arrest").fetchall() == []


def test_the_acting_role_cannot_read_a_name(store: Store, arrest: UUID) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), store.transaction("pars_act") as c:
        c.execute("select surname from record.arrest")


def test_the_ledger_takes_no_change(store: Store, arrest: UUID) -> None:
    for statement in ("update ledger.entry set verb = 'x'", "delete from ledger.entry", "truncate ledger.entry"):
        for door in ("pars_act", "pars_staff", "pars_ledger"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), store.transaction(door) as c:
                c.execute(statement.encode())
