"""A store apart is scanned by its entries alone: what else would scan it is found, and ordinary acts leave no gap.

A gap says that somebody read past the wall (docs/adr/0026, docs/adr/0050). So every act that has to do with such a
store is taken here one after another, and whatever in the database could scan one is named: a new function asks the
stand-ins, or has an entry of its own for each scan.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from tests.partnership import Partnership

import pars
from pars import clock
from pars.actions import assigning, auditing, children, disclosure, keeping, life, reporting, switches, victims
from pars.actions.reporting import ProtectedPerson
from pars.actions.victims import KeepAway
from pars.errors import BadInput, Conflicts
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.store import auditing as kept
from pars.store.keys import DOORS

STORES = [table for table, _ in kept.APART.values()]
SCANS = {"function house.end_kept(text,uuid)"}
"""All that scans a store apart beside its door: what ends one, by the entry that says so."""
COMPOSES = {
    "ledger.learn_relations()",
    "record.bring_back(uuid,jsonb,jsonb)",
    "record.forget(uuid)",
}
"""Functions that compose a statement, which may name what their text does not. All of them are of the record alone."""
NAMES = {
    "actions/disclosure.py": "the look, by its entry",
    "actions/interviewing.py": "adds one",
    "actions/reporting.py": "adds one",
    "store/auditing.py": "counts them",
    "store/lookup.py": "the scan of the look",
}
"""Modules that name a store apart, and why."""


@pytest.fixture
def database(admin_url: str) -> Iterator[Connection[TupleRow]]:
    """The database, as its administrator."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        yield connection


def scans(database: Connection[TupleRow]) -> set[str]:
    """Functions, triggers, views, policies of others and foreign keys that scan a store apart, in words."""
    rows = database.execute(
        r"""
        with store as (select s.name, s.name::regclass as oid from unnest(%s::text[]) s (name))
        select 'function ' || p.oid::regprocedure::text
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        join store s on p.prosrc ~* ('\m"?' || replace(s.name, '.', '"?\s*\.\s*"?') || '\M')
          or exists (
            select 1 from pg_depend d
            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refobjid = s.oid)
        where n.nspname not in ('pg_catalog', 'information_schema')
        union
        select 'view ' || w.ev_class::regclass::text
        from pg_rewrite w
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
        join store s on s.oid = d.refobjid
        union
        select 'trigger ' || t.tgname from pg_trigger t join store s on s.oid = t.tgrelid where not t.tgisinternal
        union
        select 'foreign key ' || c.conname
        from pg_constraint c
        join store s on s.oid = c.confrelid
        where c.contype = 'f'
        union
        select 'policy ' || y.polname || ' on ' || y.polrelid::regclass::text
        from pg_policy y
        join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = y.oid
        join store s on s.oid = d.refobjid and s.oid <> y.polrelid
        """,
        (STORES,),
    )
    return {row[0] for row in rows}


def test_whatever_scans_a_store_apart_is_named(database: Connection[TupleRow]) -> None:
    assert scans(database) == SCANS


NEW = {
    "function protected.known(uuid)": """
        create function protected.known(arrest uuid) returns boolean language sql stable security definer as $$
          select exists (select 1 from "protected" . Person p where p.arrest_id = arrest)
        $$""",
    "function house.how_many()": """
        create function house.how_many() returns bigint language sql begin atomic
          select count(*) from interview.interview; end""",
    "view protected.kinds": "create view protected.kinds as select kind from protected.person",
    "foreign key notice_person_id_fkey": """
        alter table protected.notice add constraint notice_person_id_fkey
          foreign key (person_id) references protected.person""",
    "policy known on record.arrest": """
        create policy known on record.arrest
          using (exists (select 1 from protected.person p where p.arrest_id = id))""",
    "trigger counted": """
        create trigger counted before insert on interview.interview
          for each row execute function pg_catalog.suppress_redundant_updates_trigger()""",
}


@pytest.mark.parametrize("named", NEW)
def test_one_that_somebody_adds_is_found(database: Connection[TupleRow], named: str) -> None:
    database.execute(NEW[named].encode())

    assert scans(database) - SCANS == {named}


def test_no_other_function_composes_a_statement_or_finds_a_table_by_another_name(
    database: Connection[TupleRow],
) -> None:
    composes = database.execute(
        r"""
        select p.oid::regprocedure::text
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        join pg_language l on l.oid = p.prolang
        where n.nspname not in ('pg_catalog', 'information_schema') and l.lanname not in ('c', 'internal')
          and p.prosrc ~* '\mexecute\M'
        """
    ).fetchall()
    elsewhere = database.execute(
        """
        select p.oid::regprocedure::text
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and p.prosecdef
          and coalesce(not 'search_path=pg_catalog' = any(p.proconfig), true)
        """
    ).fetchall()

    assert {row[0] for row in composes} == COMPOSES
    assert elsewhere == []


def test_each_store_apart_is_read_through_one_door_and_named_by_few_modules(database: Connection[TupleRow]) -> None:
    readers = database.execute(
        "select s.name, r.door from unnest(%s::text[]) s (name), unnest(%s::text[]) r (door)"
        " where has_any_column_privilege(r.door, s.name, 'select')",
        (STORES, list(DOORS)),
    ).fetchall()
    source = Path(pars.__file__).parent
    names = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if any(store in path.read_text("utf-8") for store in STORES)
    }

    assert sorted(readers) == [("interview.interview", "pars_interview"), ("protected.person", "pars_protected")]
    assert names == set(NAMES)


Gaps = Callable[[], Mapping[str, int]]
NONE = dict.fromkeys([*kept.APART, kept.RECORD], 0)


@pytest.fixture
def gaps(partnership: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch) -> Gaps:
    """What is between reads and entries in each place, from now on."""
    monkeypatch.setattr(kept, "SETTLED", "0 seconds")
    monkeypatch.setattr(kept, "FLUSHED", 0.05)
    store, auditor = partnership.store, partnership.staff(Role.AUDITOR)

    def found() -> Mapping[str, int]:
        store.close()  # what its connections read is counted now
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute("select pg_stat_force_next_flush()")
        return {one.place: one.gap for one in auditing.reconcile(store, auditor)}

    found()
    return found


OUT = {"opened_by": "4417", "property_returned": True, "papers_given": "none"}
INTERVIEW = {"form": {"residence": "alone", "recommendation": "Release"}}
NAMING = "He hit Ada Thistlewood."


def _defends(city: Partnership, arrest: UUID) -> None:
    """The defender has a client; the next arrest conflicts, another one does not."""
    clerk = city.staff(Role.CLERK)
    hers, anothers = city.record("Thistlewood", "Ada"), city.record("Somebody", "Else")
    assigning.assign(city.store, clerk, arrest, "defender")
    with pytest.raises(Conflicts):
        assigning.assign(city.store, clerk, hers, "defender")
    assigning.assign(city.store, clerk, anothers, "defender")


def _writes(city: Partnership, arrest: UUID) -> None:
    answers = {"facts": NAMING, "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2"}]}
    assert life.take(city.store, city.staff(Role.OFFICER), arrest, "write-report", answers).warning
    city.take(Role.POLICE_SUPERVISOR, arrest, "approve-report", {})


def _protects(city: Partnership, arrest: UUID) -> None:
    for kind, surname, given in (("victim", "Thistlewood", "Ada"), ("witness", "Wexelmoor", "Ambrose")):
        reporting.protect(city.store, city.staff(Role.DETECTIVE), arrest, ProtectedPerson(kind, surname, given))


def _orders(city: Partnership, arrest: UUID) -> None:
    magistrate = city.staff(Role.MAGISTRATE)
    with pytest.raises(BadInput):
        victims.order(city.store, magistrate, arrest, KeepAway("no-contact", 1, "Keep away from Thistlewood."))
    victims.order(city.store, magistrate, arrest, KeepAway("no-contact", 1, "Keep away from Complainant 1."))


def _tells(city: Partnership, arrest: UUID) -> None:
    clerk = city.staff(Role.CLERK)
    owed = [one for one in victims.owed(city.store, clerk) if one.arrest_id == arrest]
    assert owed
    for one in owed:
        victims.told(city.store, clerk, arrest, one.id, "telephone")


def _looks(city: Partnership, arrest: UUID) -> None:
    assert len(disclosure.open_protected(city.store, city.staff(Role.DETECTIVE), arrest, why="a story")) == 4
    assert len(disclosure.open_interview(city.store, city.staff(Role.INTERVIEWER), arrest, why="a story")) == 1


def _leaves(city: Partnership, arrest: UUID) -> None:
    city.take(Role.CLERK, arrest, "post-bail", {"amount_usd": 510, "security": "cash"})
    city.take(Role.CUSTODY_SUPERVISOR, arrest, "sign-out", OUT)


def _ends(city: Partnership, _: UUID) -> None:
    """Somebody else's time is over, for interview and protected persons alike."""
    arrest = city.record("Overdale")
    _protects(city, arrest)
    city.take(Role.INTERVIEWER, arrest, "interview", INTERVIEW)
    city.take(Role.POLICE_SUPERVISOR, arrest, "divert", {"reason": "program"})
    city.take(Role.CUSTODY_SUPERVISOR, arrest, "sign-out", OUT)
    _tells(city, arrest)
    for kind in (Name.KEEP_INTERVIEW_DAYS, Name.KEEP_PROTECTED_DAYS):
        switches.set_to(city.store, city.speaker(Owner.POLICE), kind, "30", reason="a test")
    clock.keep(clock.Pace(clock.now() + timedelta(days=40), clock.real_now()))
    assert keeping.end_over(city.store) == 2


def _moves(city: Partnership, arrest: UUID) -> None:
    supervisor = city.staff(Role.POLICE_SUPERVISOR)
    children.move_across(city.store, supervisor, arrest, reason="the school's papers")


ACTS: Mapping[str, Callable[[Partnership, UUID], object]] = {
    "somebody is protected": _protects,
    "a text names them": _writes,
    "somebody is protected whom a text named before": _protects,
    "the charge is approved": lambda city, arrest: city.charge(arrest),
    "the interview is held": lambda city, arrest: city.take(Role.INTERVIEWER, arrest, "interview", INTERVIEW),
    "bail is set, and they are owed a notice": lambda city, arrest: city.arraign(arrest),
    "an order to keep away": _orders,
    "a defender is assigned": _defends,
    "the person leaves": _leaves,
    "they are told": _tells,
    "who may looks": _looks,
    "their time is over": _ends,
    "the record moves to the children's": _moves,
}


def test_whatever_is_done_about_stores_apart_leaves_no_gap_and_a_superusers_read_does(
    partnership: Partnership, gaps: Gaps, admin_url: str
) -> None:
    arrest = partnership.record()

    for what, done in ACTS.items():
        done(partnership, arrest)
        assert gaps() == NONE, what

    for place, read in (
        ("protected", "select sealed from protected.person"),
        ("interview", "select sealed from interview.interview"),
        ("record", "select marks from protected.stand_in"),
    ):
        before = gaps()
        with psycopg.connect(admin_url) as superuser:
            superuser.execute(read.encode())
        assert gaps() == {**before, place: 1}, read
