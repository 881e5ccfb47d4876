"""The second wall for partners, tried as somebody with the door's own password and psql would try it (T1, T30)."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow
from tests.partnership import Partnership, asks

from pars.actions.inquiries import inquire
from pars.record.fields import FIELDS, FREE_KINDS, NOT_RELEASED
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.release import of_fields
from pars.sharing.vocabulary import FIELDS as RELEASED
from pars.sharing.vocabulary import WARRANT_FIELDS
from pars.store import agreements
from pars.store.keys import DOORS
from pars.store.ledger import write_entry, write_look

NAMES = "select surname, given from record.arrest"
WORDS = "select name ->> 'surname', name ->> 'given' from sharing.permitted"


@pytest.fixture
def charged(partnership: Partnership) -> UUID:
    """Somebody whom an agreement in force could show."""
    partnership.agree()
    return partnership.charged()


@pytest.fixture
def door(partnership: Partnership) -> Iterator[Connection[TupleRow]]:
    """The partners' door of the database, open."""
    with psycopg.connect(partnership.store.conninfo("pars_partner")) as connection:
        yield connection


def entry(partnership: Partnership, connection: Connection[TupleRow], arrest: UUID, term: UUID) -> UUID:
    """An entry that names somebody, written through the acting door."""
    written = write_entry(
        connection,
        partnership.store.keys,
        verb="inquiry.asked",
        owner="partner",
        at=partnership.analyst().since,  # type: ignore[arg-type] # a session has begun
        account_id=None,
        commits={},
        details={},
    )
    write_look(connection, written.nonce, "partner", [arrest], term)
    return written.nonce


def term_of(admin_url: str) -> UUID:
    """The term that began last."""
    with psycopg.connect(admin_url) as connection:
        return UUID(
            str(connection.execute("select id from sharing.term order by began_at desc limit 1").fetchall()[0][0])
        )


def shown(door: Connection[TupleRow], nonce: object) -> list[TupleRow]:
    """What the door reads under a named entry, word by word as it answers, and the same from the table itself."""
    door.rollback()
    door.execute("select set_config('pars.entry', %s, true)", (str(nonce),))
    found = door.execute(WORDS).fetchall()
    assert door.execute(NAMES).fetchall() == found
    return found


def asked(partnership: Partnership, arrest: UUID, admin_url: str) -> UUID:
    """A committed entry that names somebody."""
    with partnership.store.transaction("pars_act") as connection:
        return entry(partnership, connection, arrest, term_of(admin_url))


def test_without_an_entry_no_row(door: Connection[TupleRow], charged: UUID) -> None:
    assert door.execute(NAMES).fetchall() == door.execute(WORDS).fetchall() == []
    assert shown(door, uuid4()) == []


@pytest.mark.parametrize("setting", ["", "null", "'", "00000000-0000-0000-0000-00000000000g", "*"])
def test_an_empty_or_malformed_setting_shows_nothing(door: Connection[TupleRow], charged: UUID, setting: str) -> None:
    assert shown(door, setting) == []


def test_an_entry_of_an_earlier_transaction_shows_exactly_the_person_that_it_names(
    partnership: Partnership, door: Connection[TupleRow], charged: UUID, admin_url: str
) -> None:
    partnership.charged("Someone", "Else")

    assert shown(door, asked(partnership, charged, admin_url)) == [("Quillfeather", "Rosalind")]


def test_the_partners_door_cannot_write_an_entry_at_all(door: Connection[TupleRow], charged: UUID) -> None:
    for statement in (
        "insert into ledger.entry (nonce, at, verb, public, leaf) values (gen_random_uuid(), now(), 'x', '{}', '')",
        "insert into ledger.look (nonce, door, arrests) values (gen_random_uuid(), 'partner', '{}')",
    ):
        with pytest.raises(InsufficientPrivilege):
            door.execute(statement)
        door.rollback()


def test_insert_select_rollback_reads_nothing(partnership: Partnership, charged: UUID, admin_url: str) -> None:
    """T1. Whoever holds the acting door as well still needs a commit: its entry outlives the look."""
    term = term_of(admin_url)
    with psycopg.connect(admin_url) as both:  # a role that may do what both doors may, below the policies
        both.execute("create role both_doors in role pars_act, pars_partner")
        both.execute("set role both_doors")
        written = entry(partnership, both, charged, term)
        both.execute("select set_config('pars.entry', %s, true)", (str(written),))
        found = both.execute("select statute from sharing.standing_charge").fetchall()
        named = both.execute("select ledger.shown('partner')").fetchall()
        both.rollback()

    assert found == []
    assert named == [([],)]


def test_without_a_standing_agreement_a_committed_entry_shows_nothing(
    partnership: Partnership, door: Connection[TupleRow], charged: UUID, admin_url: str
) -> None:
    written = asked(partnership, charged, admin_url)
    before = shown(door, written)
    door.rollback()
    partnership.say(Owner.COURT, Decision.WITHDRAW)

    assert before != []
    assert shown(door, written) == []
    door.rollback()  # the wall took a lock for this look, and whoever decides on the agreement waits for it
    for owner in Owner:
        partnership.say(owner, Decision.GRANT)
    assert shown(door, written) == []  # consent given again is another term


def test_an_entry_is_good_for_five_seconds(
    partnership: Partnership, door: Connection[TupleRow], charged: UUID, admin_url: str
) -> None:
    written = asked(partnership, charged, admin_url)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update ledger.look set asked_at = asked_at - interval '6 seconds'")

    assert shown(door, written) == []


def test_an_entry_of_another_door_shows_a_partner_nothing(
    partnership: Partnership, door: Connection[TupleRow], charged: UUID
) -> None:
    with partnership.store.transaction("pars_act") as connection:
        written = write_entry(
            connection,
            partnership.store.keys,
            verb="list.shown",
            owner="police",
            at=partnership.analyst().since,  # type: ignore[arg-type] # a session has begun
            account_id=None,
            commits={},
            details={},
        )
        write_look(connection, written.nonce, "staff", [charged])

    assert shown(door, written.nonce) == []


def test_a_withheld_column_and_the_stores_of_victims_are_permission_denied(
    door: Connection[TupleRow], charged: UUID
) -> None:
    apart = ("protected.", "interview.", "ledger.", "sharing.", "house.account.", "record.complaint.", "record.bail.")
    withheld = [
        name
        for name, field in FIELDS.items()
        if field.partners in NOT_RELEASED and (field.kind in FREE_KINDS or name.startswith(apart) or "race" in name)
    ]
    assert len(withheld) > 100

    for name in withheld:
        table, _, column = name.rpartition(".")
        query = sql.SQL("select {} from {}").format(sql.Identifier(column), sql.Identifier(*table.split(".")))
        with pytest.raises(InsufficientPrivilege):
            door.execute(query)
        door.rollback()


def readable(admin_url: str, role: str) -> set[str]:
    """The columns that a role may select."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            """
            select n.nspname || '.' || c.relname || '.' || a.attname
            from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('house', 'record', 'interview', 'protected', 'sharing', 'ledger', 'live')
              and a.attnum > 0
              and not a.attisdropped
              and c.relkind in ('r', 'v', 'm')
              and has_schema_privilege(%s, n.oid, 'usage')
              and has_column_privilege(%s, c.oid, a.attnum, 'select')
            """,
            (role, role),
        )
        return {row[0] for row in rows}


NEEDED = {"record.arrest.id", "record.photo.arrest_id", "record.arraignment.arrest_id"}
"""Columns that say nobody's anything: the references by which rows are found."""
BESIDE = {"house.agency.id", "house.agency.ori", "house.agency.name", "house.site.code", "house.site.name"}
VIEWS = {"sharing.standing_charge", "sharing.disposition", "sharing.bail_order", "sharing.permitted"}


def test_the_partners_door_answers_in_the_words_of_agreements_and_in_no_others(admin_url: str) -> None:
    may = {name for name in readable(admin_url, "pars_partner") if name.startswith("sharing.permitted.")}

    words = {word.replace(".", "_") for word in (*RELEASED, *WARRANT_FIELDS)}
    assert may == {f"sharing.permitted.{name}" for name in words | {"id"}}


@pytest.mark.parametrize("word", [*RELEASED, *WARRANT_FIELDS])
def test_of_a_word_that_is_not_named_nothing_is_read(admin_url: str, word: str) -> None:
    """A plan tells which tables it looks into: the arrest's, which the wall is on, and those of the words it names."""
    column = sql.Identifier(word.replace(".", "_"))
    with psycopg.connect(admin_url) as connection:
        plan = connection.execute(
            sql.SQL("explain (format json, costs off) select {} from sharing.permitted where id = {}").format(
                column, sql.Literal(uuid4())
            )
        ).fetchall()[0][0]

    read = set(re.findall(r"'Relation Name': '(\w+)'", str(plan)))
    of_word = {FIELDS[name].table.rpartition(".")[2] for name in of_fields((word,)).catalogued}
    beside = {"arrest.agency": {"agency"}, "custody.site": {"site"}}.get(word, set())
    assert read == of_word - {"person"} | beside | {"arrest"}  # a person's numbers stand on each arrest, too


def test_the_partners_door_may_select_what_the_catalogue_gives_partners_and_nothing_else(admin_url: str) -> None:
    through_views = {"record.classification", "record.bail"}
    given = {
        name
        for name, field in FIELDS.items()
        if field.partners not in NOT_RELEASED and field.table not in through_views
    }

    may = {name for name in readable(admin_url, "pars_partner") if name.rpartition(".")[0] not in VIEWS}

    may = {name for name in may if not name.startswith("house.installation.")}  # the city's name and its clock
    assert may <= given | NEEDED | BESIDE
    assert not {name for name in may if FIELDS[name].kind in FREE_KINDS}


@pytest.mark.parametrize("role", ["pars_partner", "pars_staff", "pars_ledger"])
def test_victims_children_and_interviews_are_out_of_reach_of_every_other_door(admin_url: str, role: str) -> None:
    apart = {name for name in readable(admin_url, role) if name.startswith(("protected.", "interview."))}

    assert {name for name in apart if name.endswith(".sealed")} == set()


def test_no_door_owns_a_table_passes_row_security_or_makes_roles(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = any(%s)",
            (list(DOORS),),
        ).fetchall()
        owned = connection.execute(
            "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = any(%s)",
            (list(DOORS),),
        ).fetchall()

    assert len(rows) == len(DOORS)
    assert all(not any(row[1:]) for row in rows)
    assert owned == [(0,)]


def test_only_the_acting_door_and_the_rounds_write_and_what_is_said_is_never_changed(admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            """
            select r.rolname, p.privilege
            from pg_roles r, unnest(array['insert', 'update', 'delete', 'truncate']) as p(privilege), pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where r.rolname = any(%s)
              and n.nspname in ('house', 'record', 'interview', 'protected', 'sharing', 'ledger', 'live')
              and c.relkind = 'r'
              and (has_table_privilege(r.oid, c.oid, p.privilege)
                or (p.privilege in ('insert', 'update') and has_any_column_privilege(r.oid, c.oid, p.privilege)))
            group by 1, 2
            """,
            (list(DOORS),),
        ).fetchall()
        changed = connection.execute(
            """
            select c.relname
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            cross join pg_roles r
            where r.rolname = any(%s)
              and n.nspname || '.' || c.relname in ('sharing.consent', 'ledger.entry')
              and (has_any_column_privilege(r.oid, c.oid, 'update') or has_table_privilege(r.oid, c.oid, 'delete'))
            """,
            (list(DOORS),),
        ).fetchall()

    may = set(rows)
    assert {role for role, _ in may} <= {"pars_act", "pars_ledger", "pars_interview", "pars_protected"}
    assert ("pars_partner", "insert") not in may
    assert not {(role, what) for role, what in may if what == "truncate"}
    assert changed == []


@pytest.mark.parametrize("door_name", DOORS)
def test_nobody_takes_an_advisory_lock_but_through_the_house(partnership: Partnership, door_name: str) -> None:
    """T16: whoever could hold one for as long as they like could stop a withdrawal."""
    with psycopg.connect(partnership.store.conninfo(door_name)) as connection:
        for call in (
            "lock(7102, 1)", "lock_shared(7102, 1)", "xact_lock(7102, 1)", "xact_lock_shared(1)", "unlock_all()",
        ):  # fmt: skip
            with pytest.raises(InsufficientPrivilege):
                connection.execute(sql.SQL("select pg_advisory_" + call))
            connection.rollback()


def test_a_lock_is_refused_once_something_is_written(partnership: Partnership) -> None:
    """T13: written first, the transaction's number would come before its lock."""
    with psycopg.connect(partnership.store.conninfo("pars_act")) as connection:
        connection.execute("insert into sharing.asked (day, agency_id) values ('2026-01-01', 1)")
        with pytest.raises(psycopg.DatabaseError, match="before anything is written") as refusal:
            connection.execute("select house.take_lock(7102, 1, false)")

    assert refusal.value.sqlstate == "PR001"


def test_a_look_is_one_flat_transaction_without_a_savepoint(partnership: Partnership, admin_url: str) -> None:
    """T14: rolling back to a savepoint would give up the lock while the transaction goes on."""
    partnership.agree()
    partnership.charged()
    said: list[str] = []
    real = psycopg.Connection.execute

    def heard(self: Connection[TupleRow], query: object, *args: object, **more: object) -> object:
        said.append(str(query).lower())
        return real(self, query, *args, **more)  # type: ignore[call-overload] # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", heard)
        patch.setattr(psycopg.Connection, "transaction", _none)
        assert inquire(partnership.store, partnership.analyst(), asks()).record is not None

    assert said != []
    assert not [statement for statement in said if "savepoint" in statement]


def _none(*_: object, **__: object) -> None:
    raise AssertionError("a nested transaction is a savepoint")


@pytest.mark.parametrize("named", ["nothing", "another", "the one that ended"])
def test_nothing_is_entered_where_no_term_is_at_work_by_whoever_asks(
    partnership: Partnership, charged: UUID, admin_url: str, named: str
) -> None:
    """Not even by a process that has the acting door's own password, the basis of this moment and a term's name."""
    ended, entry = term_of(admin_url), uuid4()
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    term = {"nothing": None, "another": uuid4(), "the one that ended": ended}[named]
    account = partnership.analyst().account
    with psycopg.connect(partnership.store.conninfo("pars_act"), autocommit=True) as acting:
        ground = agreements.ground(acting, "sheriff", account)
        assert ground is not None
        row = acting.execute("select number from sharing.agreement where id = 'sheriff'").fetchall()[0][0]
        leaf = b'{"purpose":"felony-investigation","criteria":["name"],"day":"2026-11-30"}'
        came = acting.execute(
            "select sharing.ask('sheriff', %s, %s, %s, 0, %s, %s, %s, 0, 1, '{}', null, %s, %s, %s, 'e', '', '{}', '')",
            (row, partnership.analyst().agency_id, account, ground.text, term, charged, entry, ground.at, leaf),
        ).fetchall()
    with psycopg.connect(admin_url) as connection:
        entered = connection.execute("select nonce from ledger.look where nonce = %s", (entry,)).fetchall()

    assert (came, entered) == ([("changed",)], [])
