"""A small synthetic city on a real database: its cast can work in it, its times are right, and visitors come first."""

import json
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
import pytest
from tests.cities import EVENING, Lived, MadeUp, made_up
from tests.ledger.logs import reader

from pars import clock
from pars.actions import booking, disclosure, life, openings, placing, signin, staff
from pars.actions.acting import By
from pars.actions.booking import NewArrest
from pars.actions.person_given import PersonGiven
from pars.clock import Pace
from pars.demo import city as making
from pars.demo.author import Author
from pars.demo.cast import PARTS, POLICE, CastMember, found_cast, on_duty, read_cast
from pars.demo.city import build
from pars.demo.life import Life
from pars.demo.roster import KEPT, RENEWED, Roster
from pars.demo.story import Kind
from pars.demo.telling import LEFT_AT_MOST, Telling
from pars.errors import Misconfigured, NotAllowed, NotSignedIn
from pars.ledger.verify import Trust, Verifier
from pars.record.roles import Owner, Role
from pars.sharing.breakglass import Opened
from pars.sharing.duty import Shift, View, on_shift
from pars.store.database import Store
from pars.store.keys import Keys

SPEED = 3600.0
PATIENCE_SECONDS = 60.0


def _dice(seed: int) -> Random:
    return Random(seed)


@pytest.fixture(scope="module")
def built(server_url: str, template: str, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeUp]:
    """A small demonstration: eight hours, a quarter of the arrests, one crowd."""
    data = tmp_path_factory.mktemp("city")
    with made_up(server_url, template, keys, data, seed=18, lived=Lived(8, 0.25), speed=SPEED) as city:
        yield city


def _rows(built: MadeUp, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(built.url) as connection:
        return connection.execute(query.encode()).fetchall()


def _entries(built: MadeUp) -> int:
    return int(str(_rows(built, "select count(*) from ledger.entry")[0][0]))


def _by(built: MadeUp, role: Role) -> By:
    return on_duty(built.store, built.city.cast)[role][0]


def _one(role: Role, cast: list[CastMember]) -> CastMember:
    return next(member for member in cast if member.role == role)


def test_its_log_holds_from_the_first_entry_on_days_and_laws_included(built: MadeUp) -> None:
    verifier = Verifier(reader(built.data / "ledger"), Trust(placing.log_key(built.store)))

    told = [verifier._signature(), *verifier._entries()]  # nobody cosigns while a city is built

    assert [one for one in told if not one.holds] == []
    assert verifier.tree.size > 100


def test_everybody_of_the_cast_can_sign_in_and_only_the_owner_of_the_folder_can_read_how(built: MadeUp) -> None:
    path = built.data / "cast.json"

    cast = read_cast(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cast == built.city.cast
    assert {member.role for member in cast} == {role.value for role in Role}
    for member in cast:
        token = signin.sign_in(built.store, member.sign_in, member.password, demo_allowed=True)
        signed, program = signin.who(built.store, token), signin.who(built.store, member.credential)
        assert replace(signed.by, since=None) == replace(program.by, since=None)
        assert (signed.by.full_name, signed.by.agency) == (member.full_name, member.agency)
        assert program.kind == "credential"


def test_cast_json_has_the_promised_keys_and_a_representative_of_each_owner(built: MadeUp) -> None:
    rows = json.loads((built.data / "cast.json").read_text())

    agencies = [row["agency"] for row in rows if row["role"] == "representative"]

    assert all({"role", "agency", "sign_in", "password", "credential"} <= set(row) for row in rows)
    assert sorted(agencies) == ["District Attorney’s Office", "Municipal Court", "Police Department"]
    assert _one(Role.ANALYST, built.city.cast).agency == "Example County Sheriff"


def test_a_child_is_here_when_the_doors_open_apart_and_within_the_six_hours(built: MadeUp) -> None:
    kept = disclosure.open_children(built.store, _by(built, Role.CUSTODY_SUPERVISOR), why="the round of the shift")

    assert kept
    for child in kept:
        assert EVENING - child.arrested_at < timedelta(hours=6)
        assert "place-apart" in {step.step for step in child.steps}


def test_a_password_of_the_demonstration_opens_nothing_elsewhere(built: MadeUp) -> None:
    member = built.city.cast[0]

    with pytest.raises(NotSignedIn, match="demonstration password"):
        signin.sign_in(built.store, member.sign_in, member.password)


def test_no_act_of_the_back_story_is_refused_and_the_lists_have_people_on_them(built: MadeUp) -> None:
    board = disclosure.open_list(built.store, _by(built, Role.OFFICER), View.BOARD, why="the whole night", city=True)

    refused = _rows(
        built, "select verb from ledger.entry where verb like 'step.%refused' or verb like 'arrest.%refused'"
    )

    assert built.city.refused == 0
    assert not refused
    assert len(board.lines) > 10
    assert not _rows(built, "select id from record.arrest where synthetic <> '{}'")


def test_everything_was_written_within_minutes_of_happening_and_nothing_in_the_future(built: MadeUp) -> None:
    steps = _rows(built, "select extract(epoch from written_at - at) from record.step")
    arrests = _rows(built, "select arrested_at, written_at from record.arrest")

    assert len(steps) > 100
    assert all(-1 < float(str(seconds)) < 400 for (seconds,) in steps)
    assert all(arrested < written for arrested, written in arrests)  # type: ignore[operator] # rows are untyped


def test_the_clock_goes_on_from_now_at_the_citys_speed_here_and_in_the_database(built: MadeUp) -> None:
    [(there,)] = _rows(built, "select house.city_now()")

    here = clock.now()

    assert clock.speed() == SPEED
    assert isinstance(there, datetime)
    assert abs(here - there) < timedelta(seconds=0.5 * SPEED)
    assert here >= EVENING


def test_the_city_lives_on_and_leaves_a_visitors_arrest_alone(built: MadeUp) -> None:
    officer = _by(built, Role.OFFICER)
    new = NewArrest(clock.now(), "1 Sample Street", POLICE, PersonGiven(surname="Visitor", given="Vera"))
    mine = booking.record_arrest(built.store, officer, new)
    before = _entries(built)
    stop = threading.Event()
    running = threading.Thread(target=built.city.life.run, args=(stop,))

    running.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while _entries(built) <= before + 20 and time.monotonic() < until:
        stop.wait(0.1)
    stop.set()
    running.join(PATIENCE_SECONDS)

    assert not running.is_alive()
    assert _entries(built) > before + 20
    assert disclosure.open_arrest(built.store, officer, mine.id, why="my own").line.version == 1


def _account(built: MadeUp, sign_in: str) -> By:
    known = signin.known(built.store, sign_in)
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("hour", "shift"),
    [(0, Shift.NIGHT), (5, Shift.NIGHT), (6, Shift.DAY), (13, Shift.DAY), (14, Shift.EVENING), (22, Shift.NIGHT)],
)
def test_those_whom_the_journeys_name_are_on_shift_at_every_hour(built: MadeUp, hour: int, shift: Shift) -> None:
    before, real = clock._pace, clock.real_now()
    roster = Roster(built.store, on_duty(built.store, built.city.cast))
    at = clock.in_city(EVENING).replace(hour=hour, minute=30)
    try:
        clock.keep(Pace(at, real, 1))
        roster.renew()
        roster.renew()
    finally:
        clock.keep(before)

    shifts = {part.sign_in: _account(built, part.sign_in).shift for part in PARTS}

    assert {name: shifts[name] for name in RENEWED} == dict.fromkeys(RENEWED, shift)
    assert {name: shifts[name] for name in KEPT} == KEPT
    assert on_shift(shift, at.time())
    assert all(shifts[name] is None for name in ("clerk", "charging-supervisor", "defender", "analyst", "auditor"))


def test_whoever_keeps_one_shift_is_asked_why_outside_it_and_whoever_is_renewed_is_not(built: MadeUp) -> None:
    before, real = clock._pace, clock.real_now()
    noon = clock.in_city(EVENING).replace(hour=12)
    try:
        clock.keep(Pace(noon, real, 1))
        Roster(built.store, on_duty(built.store, built.city.cast)).renew()
        disclosure.open_list(built.store, _account(built, "officer"), View.BOARD)
        with pytest.raises(NotAllowed) as refusal:
            disclosure.open_list(built.store, _account(built, "officer-2"), View.BOARD)
    finally:
        clock.keep(before)

    assert (refusal.value.code, "not on shift" in refusal.value.sentence) == ("say-why", True)


def test_a_visitors_any_hour_stays_and_so_does_one_who_is_out_of_service(built: MadeUp) -> None:
    supervisor = _by(built, Role.POLICE_SUPERVISOR)
    detective = _account(built, "detective")
    staff.set_shift(built.store, supervisor, detective.account, "")

    Roster(built.store, on_duty(built.store, built.city.cast)).renew()

    assert _account(built, "detective").shift is None
    staff.set_shift(built.store, supervisor, detective.account, Shift.DAY.value)


def test_the_court_assigns_its_defender_who_opens_the_arrest_without_a_word(built: MadeUp) -> None:
    [(arrest,)] = _rows(
        built,
        "select arrest_id from record.assignment g join house.account a on a.id = g.account_id"
        " where a.role = 'defender' and g.ended_at is null order by g.assigned_at limit 1",
    )

    seen = disclosure.open_arrest(built.store, _by(built, Role.DEFENDER), arrest)  # type: ignore[arg-type] # rows are untyped

    assert seen.line.id == arrest
    [(roles,)] = _rows(
        built,
        "select array_agg(distinct a.role order by a.role) from record.assignment g"
        " join house.account a on a.id = g.account_id",
    )
    assert roles == ["charging-attorney", "defender", "detective"]


def test_one_opening_by_break_glass_waits_for_the_privacy_officer(built: MadeUp) -> None:
    [waiting] = openings.awaiting_review(built.store, _by(built, Role.PRIVACY_OFFICER))

    assert (waiting.state, waiting.part, waiting.looks) == ("closed", Opened.PROTECTED, 1)
    assert (waiting.role, waiting.owners) == (Role.DETENTION_OFFICER, [Owner.POLICE, Owner.DISTRICT_ATTORNEY])
    assert waiting.ended_by == "Wendeline Harrowgant"


def test_a_story_that_a_visitor_has_taken_over_is_let_go_quietly(built: MadeUp) -> None:
    telling = Telling(built.store, on_duty(built.store, built.city.cast))
    story = Author(_dice(4)).story(clock.now() - timedelta(hours=3), Kind.DIVERTED)
    telling.begin(story)
    telling.tell_next()
    officer, newest = _by(built, Role.OFFICER), "select id from record.arrest order by number desc limit 1"
    [(arrest,)] = _rows(built, newest)

    life.take(built.store, officer, arrest, "transport", {})  # type: ignore[arg-type] # rows are untyped
    telling.tell_next()

    assert [refusal.code for refusal in telling.refused] == ["out-of-order"]
    assert telling.next_at() is None


def test_of_too_many_arrests_left_for_visitors_the_oldest_is_taken_up_again(built: MadeUp) -> None:
    author, telling = Author(_dice(9)), Telling(built.store, on_duty(built.store, built.city.cast))
    stories = [replace(author.story(clock.now(), Kind.DIVERTED), left_after=1) for _ in range(LEFT_AT_MOST + 1)]

    for story in stories[:-1]:
        telling.begin(story)
        telling.tell_next()
    quiet = telling.next_at()
    telling.begin(stories[-1])
    telling.tell_next()

    assert quiet is None
    oldest = stories[0].beats[1].at
    again = telling.next_at()
    assert again is not None
    assert (again - oldest) % timedelta(hours=4) == timedelta()
    assert again >= stories[-1].beats[0].at


def test_a_city_that_was_there_before_is_taken_up_with_new_arrests(built: MadeUp) -> None:
    life_again = Life.taken_up(built.store, read_cast(built.data / "cast.json"), seed=2)

    wait = life_again.step()

    assert 0 <= wait <= 1


def test_its_log_is_signed_by_the_way_however_slow_the_machine_is(
    built: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, pace = clock.real_now(), clock._pace
    signed: list[float] = []
    monkeypatch.setattr(placing, "place", lambda _: signed.append((clock.real_now() - began).total_seconds()))

    with making._demonstrations(built.store, built.url) as keep:
        for seconds in (4, 9, 20, 25, 40, 41):
            monkeypatch.setattr(clock, "real_now", lambda seconds=seconds: began + timedelta(seconds=seconds))
            keep(pace)

    assert signed == [20, 40]


def test_a_real_installation_gets_no_synthetic_city(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        build(store, "", tmp_path, seed=1, speed=60)

    assert not list(tmp_path.iterdir())


def test_passwords_that_are_given_are_taken_and_the_others_are_new_each_time(store: Store) -> None:
    cast = found_cast(store, {"clerk": "a clerk of long standing"})

    by_name = {member.sign_in: member.password for member in cast}

    assert by_name["clerk"] == "a clerk of long standing"
    assert len(set(by_name.values())) == len(PARTS)
    assert all(len(password) >= 12 for password in by_name.values())
