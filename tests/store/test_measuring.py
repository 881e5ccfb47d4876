"""What the bench gives to pgbench is what the door sends, in the door's order."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from tests.partnership import Partnership, asks
from tests.tables import told_by_all

from pars.actions.disclosure import open_arrest
from pars.actions.inquiries import inquire
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.store.keys import Keys
from pars.store.measuring import pgbench, wall
from pars.store.measuring.calls import Overheard, script

ACTING, PARTNERS = "pars_act", "pars_partner"


@pytest.fixture
def overheard(partnership: Partnership, admin_url: str, keys: Keys) -> Overheard:
    """A store through which somebody was asked about and found."""
    partnership.agree()
    partnership.charged()
    by = replace(partnership.analyst(), unit="warrants")
    with Overheard(admin_url, keys) as store:
        for _ in range(2):
            store.heard = []
            assert inquire(store, by, asks()).record is not None
    return store


def test_a_question_is_counted_then_entered_and_only_then_read(overheard: Overheard) -> None:
    """The order is the promise: counted before it is decided, the entry committed before a column is read."""
    asking, read = overheard.heard

    assert [asking.door, read.door] == [ACTING, PARTNERS]
    assert [asking.flat, read.flat] == [False, False]  # each statement is a transaction by itself
    count, find, ask = [call.text for call in asking.calls]  # every message is paid for at every inquiry
    assert "sharing.asked" in count
    assert "sharing.shown_under" in find
    assert "sharing.ask(" in ask
    assert not any("sharing.permitted" in call.text for call in asking.calls)
    assert ["sharing.permitted" in call.text for call in read.calls] == [True]


def test_a_refusal_after_an_end_is_counted_and_entered_however_often_it_ended_before(
    partnership: Partnership, admin_url: str, keys: Keys
) -> None:
    partnership.agree()
    for _ in range(3):
        partnership.say(Owner.COURT, Decision.WITHDRAW)
        for owner in Owner:
            partnership.say(owner, Decision.GRANT)
    partnership.say(Owner.COURT, Decision.WITHDRAW)
    with Overheard(admin_url, keys) as store:
        for _ in range(2):
            store.heard = []
            with pytest.raises(Refused) as refused:
                inquire(store, replace(partnership.analyst(), unit="warrants"), asks())

    assert refused.value.code == "not-in-force"
    count, entered = [call.text for part in store.heard for call in part.calls]
    assert "sharing.asked" in count
    assert "ledger.enter(" in entered


def test_what_is_asked_takes_its_locks_then_looks_and_only_then_writes(admin_url: str) -> None:
    """T13. In the one statement that enters a question, too; every look in it comes after the last lock."""
    with psycopg.connect(admin_url) as connection:
        body = connection.execute("select prosrc from pg_proc where oid = 'sharing.ask'::regproc").fetchall()[0][0]

    parts = ("take_locks", "7101", "7102", "7103", "7104", "7105", "sharing.basis", "sharing.shown_under")
    order = [body.index(part) for part in parts]
    assert order == sorted(order)
    assert order[-1] < body.index("ledger.enter") < body.index("ledger.look")
    assert body.rindex("take_lock") < order[-2]


def test_pgbench_sends_it_and_enters_it_each_time(overheard: Overheard, admin_url: str) -> None:
    if pgbench.program() is None:
        pytest.skip("there is no pgbench on this machine")
    made = script(overheard.heard)

    rate = pgbench.rate(pgbench.role(admin_url), made, clients=2, seconds=1)

    with psycopg.connect(admin_url) as connection:
        entries = connection.execute("select count(*) from ledger.entry where verb = 'inquiry.asked'").fetchall()[0][0]
        asked = connection.execute("select max(times) from sharing.asked").fetchall()[0][0]
        connection.execute("drop owned by pars_bench")
        connection.execute("drop role pars_bench")
    assert rate > 0
    assert entries > 2
    assert asked == entries


def test_the_read_that_is_measured_behind_the_wall_finds_what_the_bare_one_finds(
    overheard: Overheard, partnership: Partnership, admin_url: str
) -> None:
    pgbench.role(admin_url)
    with psycopg.connect(admin_url) as connection:
        found = [row[0] for row in connection.execute("select id from record.arrest")]
    scripts = wall.scripts(partnership.store, admin_url, found)

    with psycopg.connect(admin_url, autocommit=True) as connection:
        rows = []
        for made in scripts:
            lines = [
                line.replace(":found", "%(found)s").replace(":entry", "%(entry)s") for line in made.text.split("\n")
            ]
            rows.append([connection.execute(line.encode(), made.variables) for line in lines][2:4])
            connection.execute("reset role")
        names = [[len(cursor.fetchall()) for cursor in each] for each in rows]
        for role in ("pars_bench", "pars_bench_bare"):
            connection.execute(f"drop owned by {role}".encode())
        connection.execute("drop role pars_bench, pars_bench_bare")
    assert names == [[1, 1], [1, 1]]


def test_no_inquiry_goes_through_a_table_that_grows(partnership: Partnership, admin_url: str) -> None:
    """Plans are made once for a connection, here while every table is small and known to be."""
    partnership.agree()
    partnership.charged()
    inquire(partnership.store, partnership.analyst(), asks())

    with gone_through(partnership, admin_url) as tables:
        for _ in range(7):  # a statement in a function is planned for good after five times
            inquire(partnership.store, partnership.analyst(), asks())

    assert tables == []


def test_nor_does_the_wall_for_colleagues(partnership: Partnership, admin_url: str) -> None:
    partnership.agree()
    arrest = partnership.charged()

    with gone_through(partnership, admin_url) as tables:
        for _ in range(7):
            open_arrest(partnership.store, partnership.staff(Role.CHARGING_ATTORNEY), arrest)

    assert [one for one in tables if one in {"ledger.entry", "ledger.look"}] == []


@contextlib.contextmanager
def gone_through(partnership: Partnership, admin_url: str) -> Iterator[list[str]]:
    """Which tables that grow with every look are read from end to end meanwhile, by connections of their own."""
    names = """
        'ledger.entry', 'ledger.detail', 'ledger.trace', 'ledger.look', 'sharing.inquiry', 'sharing.asked',
        'sharing.consent', 'sharing.term', 'house.session', 'record.arrest', 'record.step', 'record.classification'
        """
    found: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as connection:

        def scans() -> dict[str, int]:
            partnership.store.close()
            told_by_all(connection)
            told = "select relid::regclass::text, seq_scan from pg_stat_user_tables where relid::regclass::text in"
            return dict(connection.execute(f"{told} ({names})").fetchall())

        connection.execute("analyze")
        before = scans()
        yield found
        after = scans()
    found += [table for table in after if after[table] != before[table]]
