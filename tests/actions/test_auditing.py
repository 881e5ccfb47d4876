"""The auditor's desk: the search, samples that anybody draws again, packs that stand up, reads against entries."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from tests.partnership import Partnership, asks
from typer.testing import CliRunner

from pars import clock
from pars.actions import auditing, disclosure, placing
from pars.actions.acting import By
from pars.actions.auditing import Sought
from pars.actions.inquiries import inquire
from pars.cli import app
from pars.errors import BadInput, NotAllowed, NotThere, Unavailable
from pars.ledger.note import KeyKind, NoteKey, key_of
from pars.ledger.pack import Pack, faults, pack_from
from pars.ledger.sampling import drawn
from pars.record.roles import Role
from pars.sharing.duty import View
from pars.store import auditing as kept
from pars.store.auditing import Reconciled
from pars.store.database import Store

TODAY = clock.city_day(clock.now())
WEEK = Sought(TODAY - timedelta(days=6), TODAY)


@pytest.fixture
def city(partnership: Partnership) -> Partnership:
    """A city in which a partner asked, and a detective looked."""
    partnership.agree()
    arrest = partnership.charged()
    inquire(partnership.store, partnership.analyst(), asks())
    disclosure.open_arrest(partnership.store, partnership.staff(Role.DETECTIVE), arrest, why="to see")
    placing.place(partnership.store)
    return partnership


def verbs(city: Partnership, **sought: str) -> set[str]:
    """The verbs of what a search finds."""
    found = auditing.search(city.store, city.staff(Role.AUDITOR), replace(WEEK, **sought))  # type: ignore[arg-type]
    return {line.verb for line in found.lines}


def test_the_search_finds_by_agency_user_purpose_field_and_days(city: Partnership) -> None:
    assert verbs(city, agency="Example County Sheriff", purpose="felony investigation") == {"inquiry.asked"}
    assert verbs(city, user="analyst") == {"inquiry.asked"}
    assert verbs(city, user="detective", purpose="arrest") == {"arrest.shown"}
    assert verbs(city, field="otn") == {"inquiry.asked"}
    assert verbs(city, field="identity") == {"arrest.shown"}
    assert "arrest.recorded" in verbs(city, agency="police")
    assert verbs(city, agency="Nobody") == set()
    early = auditing.search(city.store, city.staff(Role.AUDITOR), Sought(date(2020, 1, 1), date(2020, 2, 1)))
    assert early.lines == []


def test_the_search_names_nobody_in_words_and_is_an_entry_itself(city: Partnership) -> None:
    found = auditing.search(city.store, city.staff(Role.AUDITOR), WEEK)

    assert "Quillfeather" not in str(found.lines)
    assert "ledger.searched" in verbs(city)
    assert all(line.index is not None for line in found.lines if line.verb == "inquiry.asked")


def test_the_search_is_to_the_hour_of_the_citys_clocks(city: Partnership) -> None:
    by, before = city.staff(Role.AUDITOR), clock._pace
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, 30, tzinfo=clock.CITY_ZONE)
    clock.keep(clock.Pace(noon, clock.real_now(), 0))
    auditing.drawings(city.store, by)
    clock.keep(before)

    def found(**hours: str) -> list[datetime | None]:
        lines = auditing.search(city.store, by, Sought(TODAY, TODAY, user="auditor", **hours)).lines
        return [line.at for line in lines if line.verb == "samples.shown"]

    assert found() == found(from_time="12:00", until_time="13:00") == [noon]
    assert [found(from_time="12"), found(until_time="1300"), found(until_time="24:00")] == [[noon]] * 3
    assert [found(from_time="13:00"), found(until_time="12:00")] == [[], []]


def test_an_entry_without_a_private_part_is_of_no_hour(city: Partnership) -> None:
    by = city.staff(Role.AUDITOR)
    with city.store.transaction("pars_ledger") as connection:
        connection.execute(
            "delete from ledger.detail where nonce in (select nonce from ledger.entry where verb = 'inquiry.asked')"
        )

    day = auditing.search(city.store, by, Sought(TODAY, TODAY, purpose="felony investigation"))
    hour = auditing.search(city.store, by, Sought(TODAY, TODAY, "0:00", "24:00", purpose="felony investigation"))

    assert [(line.private, line.at) for line in day.lines] == [(False, None)]
    assert hour.lines == []


@pytest.mark.parametrize("typed", ["noon", "14:30", "25", "-1", "1 4", "24:01", "\u0664"])
def test_an_hour_that_is_none_is_refused_in_one_sentence(city: Partnership, typed: str) -> None:
    for hours in ({"from_time": typed}, {"until_time": typed}):
        with pytest.raises(BadInput, match="to the hour"):
            auditing.search(city.store, city.staff(Role.AUDITOR), Sought(TODAY, TODAY, **hours))


def test_hours_in_the_wrong_order_and_days_that_no_clock_has_are_refused(city: Partnership) -> None:
    by = city.staff(Role.AUDITOR)
    for sought in (Sought(TODAY, TODAY, "14:00", "14:00"), Sought(date.max, date.max, "", "24:00")):
        with pytest.raises(BadInput):
            auditing.search(city.store, by, sought)


def test_a_search_without_an_end_or_for_nobody_is_refused(city: Partnership) -> None:
    by = city.staff(Role.AUDITOR)

    with pytest.raises(BadInput):
        auditing.search(city.store, by, Sought(date(2020, 1, 1), TODAY))
    with pytest.raises(NotThere):
        auditing.search(city.store, by, replace(WEEK, user="who"))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.REPRESENTATIVE, Role.ANALYST}))
def test_the_desk_is_the_auditors(partnership: Partnership, role: Role) -> None:
    store, by = partnership.store, partnership.staff(role)
    for ask in (
        lambda: auditing.search(store, by, WEEK),
        lambda: auditing.draw(store, by, 5),
        lambda: auditing.drawings(store, by),
        lambda: auditing.pack(store, by, uuid4()),
        lambda: auditing.reconcile(store, by),
        lambda: auditing.reconciled(store, by),
    ):
        with pytest.raises(NotAllowed):
            ask()


def log_key(city: Partnership) -> NoteKey:
    """The log's key, as a stranger has it."""
    return key_of("pars/testing", KeyKind.LOG, city.store.keys.log_key)


def packed(city: Partnership) -> Pack:
    """A pack of a sample of four."""
    by = city.staff(Role.AUDITOR)
    sample = auditing.draw(city.store, by, 4)
    with pytest.raises(Unavailable):
        auditing.pack(city.store, by, sample)
    placing.place(city.store)
    return pack_from(auditing.pack(city.store, by, sample))


def test_the_seed_is_entered_before_it_is_used_and_anybody_draws_the_same(city: Partnership) -> None:
    by = city.staff(Role.AUDITOR)
    sample = auditing.draw(city.store, by, 5)
    (waits,) = auditing.drawings(city.store, by)
    placing.place(city.store)

    drawing, lines = auditing.sampled(city.store, by, sample)

    with city.store.transaction("pars_ledger") as connection:
        (public, place) = connection.execute(
            "select e.public, p.index from ledger.entry e join ledger.place p using (nonce) where e.nonce = %s",
            (sample,),
        ).fetchone() or ({}, 0)
    assert (waits.size, waits.indices) == (None, [])
    assert (public["seed"], public["count"], drawing.size) == (drawing.seed, 5, place)
    assert drawing.indices == drawn(bytes.fromhex(drawing.seed), place, 5)
    assert [line.index for line in lines] == drawing.indices


def test_a_pack_stands_up_by_itself(city: Partnership) -> None:
    pack = packed(city)

    assert list(faults(pack, log_key(city))) == []
    assert len(pack.entries) == 5
    assert all(one.private is not None for one in pack.entries)
    assert "Quillfeather" not in msgspec.json.encode(pack).decode()


def test_a_pack_is_checked_by_a_command_that_needs_no_server(city: Partnership, tmp_path: Path) -> None:
    pack, file = packed(city), tmp_path / "pack.json"
    file.write_bytes(msgspec.json.encode(pack))
    words = ["ledger", "verify-pack", str(file), "--key", str(log_key(city))]

    whole = CliRunner().invoke(app, [*words, "--json"])
    file.write_bytes(msgspec.json.encode(_R(pack, entries=pack.entries[1:])))
    torn = CliRunner().invoke(app, words)
    file.write_bytes(b"{}")
    none = CliRunner().invoke(app, words)

    assert (whole.exit_code, msgspec.json.decode(whole.stdout)) == (0, {"holds": True, "entries": 5, "faults": []})
    assert (torn.exit_code, torn.stdout.startswith("FAIL")) == (1, True)
    assert none.exit_code == 2


_R = msgspec.structs.replace
CHANGED: dict[str, Callable[[Pack], Pack]] = {
    "not signed by the log's key": lambda p: _R(p, checkpoint=p.checkpoint[:-8] + "AAAAAA=\n"),
    "not in the tree": lambda p: _R(p, entries=[_R(p.entries[0], hashes=["00" * 32]), *p.entries[1:]]),
    "no entry of this format": lambda p: _R(p, entries=[_R(p.entries[0], leaf="{}"), *p.entries[1:]]),
    "not the one that the entry commits to": lambda p: _R(
        p,
        entries=[_R(p.entries[0], private=_R(p.entries[0].private, commits={"verb": "else"})), *p.entries[1:]],  # type: ignore[type-var]
    ),
    "not the ones that the seed draws": lambda p: _R(p, entries=p.entries[1:]),
    "not the one that its entry tells": lambda p: _R(p, sample=_R(p.sample, seed="00" * 32)),  # type: ignore[type-var]
}


def test_whatever_is_changed_in_a_pack_is_named(city: Partnership) -> None:
    pack = packed(city)

    for says, change in CHANGED.items():
        assert any(says in fault for fault in faults(change(pack), log_key(city))), says


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"\xff", b'{"version":9,"checkpoint":"","entries":[]}', b"[" * 5000]
)
def test_what_is_no_pack_is_a_sentence(body: bytes) -> None:
    with pytest.raises(BadInput):
        pack_from(io.BytesIO(body).read())


def _flushed(store_url: str) -> None:
    """PostgreSQL counts what a connection read when it is told to, or when the connection ends."""
    with psycopg.connect(store_url, autocommit=True) as connection:
        connection.execute("select pg_stat_force_next_flush()")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads are counted as soon as their connections end, which the tests see to."""
    monkeypatch.setattr(kept, "SETTLED", "0 seconds")
    monkeypatch.setattr(kept, "FLUSHED", 0.05)


@pytest.mark.usefixtures("quick")
def test_reads_agree_with_entries_until_somebody_reads_past_the_wall(partnership: Partnership, admin_url: str) -> None:
    store, by = partnership.store, partnership.staff(Role.AUDITOR)
    arrest = partnership.charged()
    partnership.protect(arrest)

    def gaps() -> dict[str, tuple[int, int, int]]:
        store.close()  # every door's reads are counted now
        _flushed(admin_url)
        found = [one for one in auditing.reconcile(store, by) if one.place in kept.APART]
        return {one.place: (one.counted_reads, one.counted_entries, one.gap) for one in found}

    store.close()
    assert all(one.anew for one in auditing.reconcile(store, by))
    for _ in range(3):
        disclosure.open_protected(store, partnership.staff(Role.DETECTIVE), arrest, why="to see")
    disclosure.open_interview(store, partnership.staff(Role.INTERVIEWER), arrest, why="to see")
    honest = gaps()
    with psycopg.connect(admin_url) as superuser:
        superuser.execute("select sealed from protected.person").fetchall()
    after = gaps()

    assert honest == {"interview": (1, 1, 0), "protected": (3, 3, 0)}
    assert after == {"interview": (1, 1, 0), "protected": (4, 3, 1)}
    with store.transaction("pars_ledger") as connection:
        told = connection.execute("select public ->> 'gap' from ledger.entry where public ->> 'kind' = 'oversight'")
        assert [row[0] for row in told] == ["0", "0", "1"]


@pytest.mark.usefixtures("quick")
def test_counters_that_were_reset_are_told_and_an_entry_without_its_read_hides_no_read(
    partnership: Partnership, admin_url: str
) -> None:
    store, by = partnership.store, partnership.staff(Role.AUDITOR)
    arrest = partnership.charged()
    auditing.reconcile(store, by)
    with store.transaction("pars_act") as connection:
        connection.execute(
            "insert into ledger.entry (nonce, at, verb, public, leaf)"
            " values (gen_random_uuid(), now(), 'protected.shown', '{\"day\": \"2020-01-01\"}', 'x')"
        )
    (_, unread, _) = auditing.reconcile(store, by)
    with psycopg.connect(admin_url) as superuser:
        superuser.execute("select sealed from protected.person").fetchall()
    _flushed(admin_url)
    (_, past, _) = auditing.reconcile(store, by)
    with psycopg.connect(admin_url, autocommit=True) as superuser:
        superuser.execute("select pg_stat_reset()")
    again = auditing.reconcile(store, by)

    assert (unread.place, unread.unread, unread.gap) == ("protected", 1, 0)
    assert (past.unread, past.gap) == (1, 1)
    assert all(one.anew for one in again)
    assert arrest is not None


def record_now(store: Store, by: By) -> Reconciled:
    """The record's own account."""
    return next(one for one in auditing.reconcile(store, by) if one.place == kept.RECORD)


@pytest.fixture
def counting(partnership: Partnership, quick: None) -> tuple[Partnership, UUID]:
    """A city whose reads are counted from now on, with an arrest that a partner may ask about."""
    partnership.agree()
    arrest = partnership.charged()
    record_now(partnership.store, partnership.staff(Role.AUDITOR))
    return partnership, arrest


Counting = tuple[Partnership, UUID]


def test_the_records_reads_agree_with_entries_whatever_is_done_and_whatever_fails(counting: Counting) -> None:
    city, arrest = counting
    store, by = city.store, city.staff(Role.AUDITOR)
    detective = city.staff(Role.DETECTIVE)

    inquire(store, city.analyst(), asks())
    disclosure.open_arrest(store, detective, arrest, why="to see")
    disclosure.open_list(store, detective, View.BOARD, why="to see")
    disclosure.open_protected(store, detective, arrest, why="to see")
    city.charged()
    with pytest.raises(NotThere):
        disclosure.open_arrest(store, detective, uuid4(), why="to see")
    for error, then in ((Misled, misled), (BadInput, divides_by_zero)):
        with pytest.raises(error), store.transaction("pars_act") as connection:
            reads_and(then, connection)
    for _ in range(3):
        found = record_now(store, by)

    assert (found.gap, found.unread, found.anew) == (0, 0, False)
    assert found.counted_reads == found.counted_entries > found.counted_decided > 0


class Misled(Exception):
    """Something goes wrong in the middle of an act."""


def misled(_: Connection[TupleRow]) -> None:
    """Go wrong in the program."""
    raise Misled


def divides_by_zero(connection: Connection[TupleRow]) -> None:
    """Go wrong in the database."""
    connection.execute("select 1 / 0")


def reads_and(then: Callable[[Connection[TupleRow]], None], connection: Connection[TupleRow]) -> None:
    """Read to decide, and go on."""
    connection.execute("select id from record.arrest")
    then(connection)


READS = (
    "select surname, birth_date from record.arrest",
    "select count(*) from record.photo",
    "set enable_seqscan = off; select a.address from record.arrest a join record.report r on r.arrest_id = a.id",
)


@pytest.mark.parametrize("read", READS)
def test_a_superusers_read_of_the_record_is_found_and_entered(counting: Counting, admin_url: str, read: str) -> None:
    city, arrest = counting
    store, by = city.store, city.staff(Role.AUDITOR)
    with psycopg.connect(admin_url) as superuser:
        superuser.execute(read)
    disclosure.open_arrest(store, city.staff(Role.DETECTIVE), arrest, why="to see")

    found, again = record_now(store, by), record_now(store, by)

    assert 1 <= found.gap <= 3
    assert again.gap == found.gap
    with store.transaction("pars_ledger") as connection:
        told = connection.execute(
            "select public ->> 'gap' from ledger.entry where public ->> 'kind' = 'oversight' order by id desc limit 1"
        ).fetchone()
    assert told == (str(found.gap),)


@pytest.mark.parametrize(
    ("door", "read"),
    [
        ("pars_act", "select pid, otn from record.arrest"),
        ("pars_staff", "select surname from record.arrest"),
        ("pars_staff", "select surname from record.arrest; select ledger.reckon()"),
        ("pars_partner", "select surname from record.arrest; select ledger.reckon()"),
        ("pars_staff", f"set pars.entry = '{UUID(int=0)}'; select surname from record.arrest; select ledger.reckon()"),
    ],
)
def test_a_read_with_a_doors_own_password_and_without_entry_is_found(counting: Counting, door: str, read: str) -> None:
    city, _ = counting
    with psycopg.connect(city.store.conninfo(door)) as insider:
        insider.execute(read)

    assert record_now(city.store, city.staff(Role.AUDITOR)).gap == 1


def test_no_door_hides_a_superusers_read_by_reckoning_more_than_it_read(counting: Counting, admin_url: str) -> None:
    city, _ = counting
    with psycopg.connect(city.store.conninfo("pars_act")) as insider:
        insider.execute("select id from record.arrest; " + "select ledger.reckon(); " * 9)
        insider.execute("commit; begin; select ledger.reckon(); commit")
        with insider.pipeline():
            for words in ("select id from record.arrest", "select ledger.reckon()", "commit", "begin") * 2:
                insider.execute(words.encode(), prepare=False)
            insider.execute("select ledger.reckon()")
        insider.commit()
        for forged in ("select setval('ledger.reads_to_decide', 99)", "select nextval('ledger.reads_entered')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                insider.execute(forged.encode())
            insider.rollback()
    with psycopg.connect(admin_url) as superuser:
        superuser.execute("select surname from record.arrest")

    assert record_now(city.store, city.staff(Role.AUDITOR)).gap >= 1


def test_an_index_that_comes_later_is_reckoned_with_once_it_is_learnt(counting: Counting, admin_url: str) -> None:
    city, _ = counting
    with psycopg.connect(admin_url) as superuser:
        superuser.execute("create index arrest_by_cell on record.arrest (kind)")
        superuser.execute("select ledger.learn_relations()")
    record_now(city.store, city.staff(Role.AUDITOR))
    before = record_now(city.store, city.staff(Role.AUDITOR)).gap
    with city.store.transaction("pars_act") as connection:
        connection.execute("set local enable_seqscan = off")
        connection.execute("select id from record.arrest where kind = 'warrant'")

    assert record_now(city.store, city.staff(Role.AUDITOR)).gap == before


def test_the_desk_begins_with_the_citys_days_and_reconciles_by_the_citys_clocks(city: Partnership) -> None:
    before, by = clock._pace, city.staff(Role.AUDITOR)
    clock.keep(clock.Pace(clock.now() + timedelta(days=10), clock.real_now(), 0))
    try:
        first, last = auditing.usual_days()
        found = auditing.search(city.store, by, Sought(first, last))
        gaps = auditing.reconcile(city.store, by)

        assert last == clock.city_day(clock.now())
        assert "ledger.searched" in {line.verb for line in found.lines}
        assert {one.at for one in gaps} == {clock.now()}
    finally:
        clock.keep(before)
