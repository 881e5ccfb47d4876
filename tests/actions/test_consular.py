"""Consular notice: everybody is told; a request stands apart from everything, and is erased after its time."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.rows import TupleRow
from tests.partnership import Partnership

from pars import clock
from pars.actions import assigning, consular, disclosure
from pars.clock import Pace
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.consular import KEPT
from pars.record.fields import FIELDS, PartnerField
from pars.record.roles import Role
from pars.store import details

COUNTRY, CONSULATE = "Markedland", "Consulate General of Markedland"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """The city's clock as it was, afterwards."""
    before = clock._pace
    yield
    clock.keep(before)


@pytest.fixture
def told(partnership: Partnership) -> UUID:
    """Somebody who was told, and asked."""
    store, officer, arrest = partnership.store, partnership.staff(Role.OFFICER), partnership.record()
    with pytest.raises(Conflicts, match="tell the person first"):
        consular.request(store, officer, arrest, COUNTRY, CONSULATE)
    with pytest.raises(BadInput):
        consular.tell(store, officer, arrest, "Klingon")
    consular.tell(store, officer, arrest, "Spanish")
    consular.request(store, officer, arrest, COUNTRY, CONSULATE)
    return arrest


def test_a_request_is_read_by_the_custody_supervisor_on_shift_and_assigned_counsel_alone(
    partnership: Partnership, told: UUID
) -> None:
    store, supervisor = partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR)
    with pytest.raises(Conflicts):
        consular.follow(store, supervisor, told, "confirmed")
    with pytest.raises(NotAllowed):
        consular.follow(store, partnership.staff(Role.OFFICER), told, "sent")
    consular.follow(store, supervisor, told, "sent")
    consular.follow(store, supervisor, told, "confirmed")

    found = disclosure.open_consular(store, supervisor, told, why="the round")
    assert [one.kind for one in found] == ["asked", "sent", "confirmed"]
    assert msgspec.json.decode(found[0].content)["country"] == COUNTRY
    for role in set(Role) - {Role.CUSTODY_SUPERVISOR, Role.REPRESENTATIVE, Role.ANALYST}:
        with pytest.raises(NotAllowed):
            disclosure.open_consular(store, partnership.staff(role), told, why="to look")
    assigning.assign(store, partnership.staff(Role.CLERK), told, Role.DEFENDER.value)
    assert len(disclosure.open_consular(store, partnership.staff(Role.DEFENDER), told)) == 3


def test_nothing_joins_a_request_to_an_arrest_or_counts_by_country(
    partnership: Partnership, told: UUID, admin_url: str
) -> None:
    disclosure.open_consular(partnership.store, partnership.staff(Role.CUSTODY_SUPERVISOR), told, why="x")
    with psycopg.connect(admin_url) as connection:
        tables = connection.execute(
            """
            select t.table_schema, t.table_name
            from information_schema.tables t
            where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')
            """
        ).fetchall()
        everything = {
            f"{schema}.{table}": str(connection.execute(f'select t::text from {schema}."{table}" t').fetchall())
            for schema, table in tables
        }
        references = connection.execute(
            "select conname from pg_constraint where contype = 'f' and conrelid = 'consular.note'::regclass"
        ).fetchall()
        entries = _entries(partnership, connection.execute("select nonce from ledger.detail").fetchall())

    assert [name for name, text in everything.items() if "Marked" in text and "arkedland" in text] == []
    assert str(told) not in everything["consular.note"]
    assert references == []
    requests = [one for one in entries if one["verb"] in {"consular.requested", "consular.followed", "consular.shown"}]
    assert requests
    assert all(str(told) not in str(one) for one in requests)


def _entries(partnership: Partnership, nonces: list[TupleRow]) -> list[dict[str, str]]:
    """What the private parts of these entries commit to, with their details."""
    from_store = partnership.store
    with from_store.transaction("pars_ledger") as connection:
        opened = details.open_all(connection, from_store.keys, [row[0] for row in nonces])
    return [{**part.commits, "details": str(part.details)} for part in opened.values()]


def test_no_door_but_two_has_any_grant_on_the_consular_store(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        granted = connection.execute(
            """
            select distinct grantee from information_schema.column_privileges
            where table_schema = 'consular' and grantee <> 'pars_owner'
            """
        ).fetchall()
        read = connection.execute(
            """
            select grantee from information_schema.column_privileges
            where table_schema = 'consular' and table_name = 'note' and column_name = 'sealed'
              and privilege_type = 'SELECT' and grantee <> 'pars_owner'
            """
        ).fetchall()

    assert {row[0] for row in granted} == {"pars_act", "pars_consular"}
    assert [row[0] for row in read] == ["pars_consular"]
    fields = [field for field in FIELDS.values() if field.table.startswith("consular.")]
    assert fields
    assert all(field.partners is PartnerField.FLOOR for field in fields)


def test_a_request_is_erased_thirty_days_after_custody_and_the_signed_fact_stays(
    partnership: Partnership, told: UUID
) -> None:
    store = partnership.store
    consular.follow(store, partnership.staff(Role.CUSTODY_SUPERVISOR), told, "sent")
    partnership.take(Role.POLICE_SUPERVISOR, told, "owe-release", {"reason": "ordered"})
    out = {"opened_by": "4417", "property_returned": True, "papers_given": "release order"}
    partnership.take(Role.DETENTION_OFFICER, told, "sign-out", out)
    assert consular.erase(store) == 0

    clock.keep(Pace(clock.now() + KEPT + timedelta(minutes=1), clock.real_now()))
    assert consular.erase(store) == 1

    with store.transaction("pars_act") as connection:
        assert connection.execute("select count(id) from consular.note").fetchone() == (0,)
    with store.transaction("pars_ledger") as connection:
        nonces = connection.execute("select nonce from ledger.detail").fetchall()
    [erased] = [one for one in _entries(partnership, nonces) if one["verb"] == "consular.erased"]
    assert "'duty_met': True" in erased["details"]
    assert len(consular.told(store, told)) == 1
