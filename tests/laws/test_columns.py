"""Nothing escapes the catalogue: every column of a real database stands in it, and it speaks of no other."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from pars.actions.arraignment import POSITIONS
from pars.actions.bailing import MAY_CHANGE
from pars.actions.booking import MAY_BOOK
from pars.actions.custody import MAY_HOLD
from pars.actions.identity import MAY_LINK
from pars.actions.reporting import MAY_PROTECT
from pars.actions.victims import SERVES
from pars.record.care import READERS as CARE_READERS
from pars.record.fields import FIELDS, GROUPS, SAYS_WHO, DataClass, Field, FieldKind
from pars.record.words import status_words
from pars.sharing.instrument import RECEIVES
from pars.store.database import Store

HANDED_ON = frozenset({DataClass.AT_WORK, DataClass.OPERATIONAL})
"""Names of people in their work, and of places: the acting door reads them, since an act names its writer and site."""

READ_TO_DECIDE = {
    "house.answered.sealed",
    "house.draft.sealed",
    "record.arrest.person_id",
    "record.arrest.pid",
    "record.arrest.search_keys",
    "record.arrest.sid",
    "record.person.id",
    "record.person.pid",
    "sharing.delivery.sealed",
    "sharing.subscription.question",
}
"""All that the acting door reads of who somebody is: sealed forms of its own, numbers, and the keys of equality search.

The search keys are blind: made of names and birth dates by an HMAC whose key is not in the database. Another column
joins this list only by somebody's decision.
"""

TYPES: dict[FieldKind, frozenset[str]] = {
    FieldKind.DATE: frozenset({"date"}),
    FieldKind.BIRTH_DATE: frozenset({"date"}),
    FieldKind.INSTANT: frozenset({"timestamp with time zone"}),
    FieldKind.FLAG: frozenset({"boolean"}),
    FieldKind.IMAGE: frozenset({"bytea"}),
    FieldKind.SEALED: frozenset({"bytea"}),
    FieldKind.DIGEST: frozenset({"bytea", "text"}),
    FieldKind.LIST: frozenset({"ARRAY", "jsonb"}),
    FieldKind.REFERENCE: frozenset({"uuid", "integer", "text"}),
    FieldKind.FREE_TEXT: frozenset({"text", "jsonb"}),
    FieldKind.ADDRESS: frozenset({"text"}),
    FieldKind.NAME: frozenset({"text", "ARRAY"}),
    FieldKind.CODE: frozenset({"text"}),
    FieldKind.NUMBER: frozenset({"text", "integer", "bigint", "smallint", "double precision", "xid8"}),
}
"""Which types of PostgreSQL hold which kind."""


@pytest.fixture
def database(store: Store, server_url: str) -> Iterator[Connection[TupleRow]]:
    """The store's database, as its administrator."""
    name = conninfo_to_dict(store.conninfo("pars_act"))["dbname"]
    with psycopg.connect(make_conninfo(server_url, dbname=str(name)), autocommit=True) as connection:
        yield connection


def _columns(database: Connection[TupleRow]) -> dict[str, str]:
    """Every column of every table of ours, with its type; views show columns of tables."""
    rows = database.execute(
        """
        select c.table_schema || '.' || c.table_name || '.' || c.column_name, c.data_type
        from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where c.table_schema not in ('pg_catalog', 'information_schema')
          and t.table_type = 'BASE TABLE'
        """
    )
    return dict(rows.fetchall())


def test_every_column_is_in_the_catalogue_and_every_line_of_it_is_a_column(database: Connection[TupleRow]) -> None:
    columns = set(_columns(database))

    assert sorted(columns - set(FIELDS)) == [], "columns that the catalogue does not know"
    assert sorted(set(FIELDS) - columns) == [], "lines of the catalogue without a column"


def test_a_column_that_somebody_adds_without_its_line_is_found(database: Connection[TupleRow]) -> None:
    database.execute("alter table record.arrest add column shoe_size smallint")

    assert set(_columns(database)) - set(FIELDS) == {"record.arrest.shoe_size"}


def test_each_kind_fits_the_type_of_its_column(database: Connection[TupleRow]) -> None:
    types = _columns(database)

    kinds = {name: FIELDS[name].kind for name in types if name in FIELDS}
    wrong = {name: (kind.value, types[name]) for name, kind in kinds.items() if types[name] not in TYPES[kind]}

    assert wrong == {}


def test_no_name_or_label_speaks_of_status_nationality_or_birthplace(database: Connection[TupleRow]) -> None:
    words = [re.sub(r"[._]", " ", name) for name in _columns(database)]
    words += [f"{field.label}. {field.meaning}" for field in FIELDS.values()]

    found = {text: said for text in words if (said := status_words(text))}

    assert found == {}


def test_birthplace_and_social_security_number_exist_only_as_values_that_are_off(
    database: Connection[TupleRow],
) -> None:
    checks = database.execute(
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'c'"
    ).fetchall()

    tables = {table for table, text in checks if re.search(r"birthplace|\bssn\b", text)}
    rows = database.execute("select count(*) from protected.optional").fetchone()

    assert tables == {"protected.optional"}
    assert rows == (0,)


def _may_select(database: Connection[TupleRow], role: str, field: Field) -> bool:
    row = database.execute(
        "select has_column_privilege(%s, %s, %s, 'select')", (role, field.table, field.column)
    ).fetchone()
    return row is not None and bool(row[0])


def test_the_acting_door_reads_no_name_birth_date_or_address_of_a_person(database: Connection[TupleRow]) -> None:
    read = [
        field.name
        for field in FIELDS.values()
        if field.kind in SAYS_WHO and field.data_class not in HANDED_ON and _may_select(database, "pars_act", field)
    ]

    assert read == []


def test_the_acting_door_reads_of_who_somebody_is_only_what_it_needs_to_decide(
    database: Connection[TupleRow],
) -> None:
    personal = [field for field in FIELDS.values() if field.data_class is DataClass.PERSONAL]

    read = {field.name for field in personal if _may_select(database, "pars_act", field)}

    assert read == READ_TO_DECIDE


def test_the_acting_door_reads_no_report_picture_or_store_apart(database: Connection[TupleRow]) -> None:
    tables = {"record.photo", "protected.person", "protected.child", "care.note", "consular.note"}
    apart = {DataClass.INVESTIGATIVE, DataClass.INTERVIEW, DataClass.OFF_BY_DEFAULT}

    read = [
        field.name
        for field in FIELDS.values()
        if field.kind in {FieldKind.FREE_TEXT, FieldKind.IMAGE, FieldKind.SEALED}
        and (field.data_class in apart or field.table in tables)
        and _may_select(database, "pars_act", field)
    ]

    assert read == []


def test_the_staff_door_reads_no_store_apart(database: Connection[TupleRow]) -> None:
    read = [
        field.name
        for field in FIELDS.values()
        if field.table.startswith(("interview.", "protected.", "care.", "consular."))
        and _may_select(database, "pars_staff", field)
    ]

    assert read == []


def test_the_partners_door_reads_no_column_that_agreements_cannot_give(database: Connection[TupleRow]) -> None:
    about_people = ("record.", "interview.", "protected.", "care.", "consular.")

    read = [
        field.name
        for field in FIELDS.values()
        if field.table.startswith(about_people)
        and field.partners in {"floor", "never"}
        and field.kind is not FieldKind.REFERENCE
        and _may_select(database, "pars_partner", field)
    ]

    assert read == []


def test_groups_of_writers_are_those_whom_the_acts_let_in() -> None:
    assert GROUPS["booking"] == MAY_BOOK
    assert GROUPS["holds"] == MAY_HOLD
    assert GROUPS["care"] == CARE_READERS
    assert GROUPS["receives"] == RECEIVES
    assert GROUPS["serves"] == SERVES
    assert GROUPS["bail-chain"] == MAY_CHANGE
    assert GROUPS["links"] == MAY_LINK
    assert GROUPS["protected"] == MAY_PROTECT
    assert GROUPS["bail-positions"] == set(POSITIONS)
