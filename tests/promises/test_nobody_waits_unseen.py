"""Promise 2. Nobody waits unseen: everyone in custody is on the board, with the clock that somebody has to answer.

Through HTTP, as the desks see it: the line's own clock, its level, and the thresholds by which an open page counts on;
and the call to a named person on shift, which goes on until somebody answers.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import httpx
import pytest
import uvicorn
from tests.partnership import ONCE, PASSWORD
from tests.serving import serving
from tests.waiting import PATIENCE_SECONDS

from pars import clock
from pars.actions import calling, founding, signin, staff
from pars.actions.arraignment import next_sessions
from pars.actions.founding import NewAccount
from pars.actions.loading import LOADER, loader
from pars.clock import Pace
from pars.record.arrest import IN_CUSTODY, Charging, Court, Custody, Paper, Standing
from pars.record.calls import ANSWER_WITHIN, ANSWERS, CLOCKS, Waits, asked_in_turn, desk
from pars.record.clocks import TO_MAGISTRATE, TO_THE_DOOR, Level
from pars.record.roles import OWNER_OF, Owner, Role
from pars.record.steps import COMPLAINT_READY, KEPT, LATE_CHARGING, STEPS
from pars.store.database import Store
from pars.web.app import Serving, create_app

ORI = {Owner.POLICE: "PAPEP0000", Owner.DISTRICT_ATTORNEY: "PA051013A", Owner.COURT: "PA051033J"}
CHARGE = {"statute": "18 § 3929", "grade": "M1", "grade_fact": "second offense"}
ENDED = (Paper.PENDING, Paper.WRITTEN, Paper.DONE, Paper.REFUSED, Paper.NOT_POSSIBLE)


@dataclass
class Desks:
    """The application, and a credential for each role."""

    client: httpx.Client
    tokens: dict[Role, str]

    def post(self, role: Role, path: str, body: object) -> dict[str, object]:
        """What a program of that desk sends; taken, or the test fails with the refusal."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        answer = self.client.post(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        said: dict[str, object] = answer.json()
        return said

    def page(self, role: Role, path: str) -> str:
        """A page as that desk sees it."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}", "Accept": "text/html"}
        answer = self.client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def arrested(self, since: timedelta, person: dict[str, str] | None = None) -> str:
        """An arrest so long ago, its id."""
        body = {
            "arrested_at": (clock.now() - since).isoformat(),
            "place": "Front and Market",
            "agency_ori": ORI[Owner.POLICE],
            "person": person or {},
            "charges": [CHARGE],
        }
        return str(self.post(Role.OFFICER, "arrests", body)["id"])

    def refused(self, role: Role, path: str, body: object) -> int:
        """With which status the desk is refused."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        return self.client.post(f"/api/v1/{path}", json=body, headers=headers).status_code

    def calls(self, role: Role) -> dict[str, list[dict[str, object]]]:
        """The clocks that were put to that desk, and the others."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        said: dict[str, list[dict[str, object]]] = self.client.get("/api/v1/calls", headers=headers).json()
        return said

    def take(self, role: Role, arrest: str, step: str, body: dict[str, object] | None = None) -> None:
        """Take a step."""
        self.post(role, f"arrests/{arrest}/steps/{step}", body or {})


def body_of(page: str, mark: str) -> str:
    """The lines of the table whose body has that mark."""
    begin = page.index(f"<tbody {mark}")
    return page[begin : page.index("</tbody>", begin)]


def line_of(page: str, arrest: str) -> str:
    """The line of an arrest in the list of everyone; refused when it is not there exactly once."""
    found = re.findall(rf'<tr data-id="{arrest}".*?</tr>', body_of(page, "data-live="), re.DOTALL)
    assert len(found) == 1, f"{len(found)} lines"
    return str(found[0])


def clock_in(line: str) -> tuple[str, datetime, str]:
    """The level that a line shows, since when it counts, and its thresholds."""
    found = re.search(r'class="clock clock--(\w+)" data-clock-since="([^"]+)" data-clock-levels="([^"]+)"', line)
    assert found is not None, line
    return found[1], datetime.fromisoformat(found[2]), found[3]


@pytest.fixture
def city_time() -> Iterator[Callable[[datetime], None]]:
    """Let the city's clock show an instant; it runs on from there."""

    def show(instant: datetime) -> None:
        clock.keep(Pace(instant, clock.real_now()))

    before = clock._pace
    yield show
    clock.keep(before)


@pytest.fixture
def desks(store: Store, city_time: Callable[[datetime], None]) -> Iterator[Desks]:
    for owner, ori in ORI.items():
        founding.agency(store, ori, owner.value, owner)
    founding.site(store, "D22", "22nd District", "booking")
    tokens = {}
    for role in Role:
        works_for = OWNER_OF[role]
        if works_for is not None:
            new = NewAccount(role.value, "Of the House", role, ORI[works_for], PASSWORD)
            with patch.object(signin, "hashed", return_value=ONCE):
                founding.account(store, new)
            tokens[role] = signin.sign_in(store, role.value, PASSWORD, kind="credential")
    with serving(uvicorn.Config(create_app(store, Serving()), port=0, log_level="warning")) as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as client:
            yield Desks(client, tokens)


def test_the_board_shows_everyone_in_custody_with_a_name_or_without_wherever_they_are(desks: Desks) -> None:
    unknown = desks.arrested(timedelta(hours=1))
    hospital = desks.arrested(timedelta(hours=13), {"surname": "Wexelmoor"})
    desks.take(Role.OFFICER, hospital, "arrive-hospital", {"hospital": "Riverbend"})
    evaluation = desks.arrested(timedelta(hours=2))
    desks.take(Role.OFFICER, evaluation, "begin-evaluation", {"place": "Riverbend"})
    booked = desks.arrested(timedelta(hours=3))
    desks.take(Role.DETENTION_OFFICER, booked, "book", {"site": "D22"})

    page = desks.page(Role.CUSTODY_SUPERVISOR, "/board")

    assert "name unknown" in line_of(page, unknown)
    assert "at hospital" in line_of(page, hospital)
    assert clock_in(line_of(page, hospital))[0] == "amber"  # time in hospital counts
    assert "at evaluation" in line_of(page, evaluation)
    assert "D22" in line_of(page, booked)
    assert "<span data-count>4</span>" in page
    screen = desks.page(Role.CUSTODY_SUPERVISOR, "/screen")
    assert "Wexelmoor".upper() not in screen.upper()


@pytest.mark.parametrize(
    ("hours", "before", "after"),
    [(6, "calm", "notice"), (12, "notice", "amber"), (20, "amber", "red"), (48, "red", "over")],
)
def test_the_clock_to_the_magistrate_counts_from_the_arrest(desks: Desks, hours: int, before: str, after: str) -> None:
    early = desks.arrested(timedelta(hours=hours) - timedelta(minutes=2))
    late = desks.arrested(timedelta(hours=hours, seconds=1))

    page = desks.page(Role.POLICE_SUPERVISOR, "/board")

    assert clock_in(line_of(page, early))[0] == before
    assert clock_in(line_of(page, late))[0] == after
    assert clock_in(line_of(page, late))[2] == "360:notice 720:amber 1200:red 2880:over" == TO_MAGISTRATE.minutes


@pytest.mark.parametrize(("minutes", "level"), [(58, "calm"), (61, "amber"), (118, "amber"), (121, "red")])
def test_a_release_that_is_owed_is_on_a_clock_of_its_own_until_the_door(desks: Desks, minutes: int, level: str) -> None:
    arrest = desks.arrested(timedelta(hours=30))
    ordered = clock.now() - timedelta(minutes=minutes)
    order: dict[str, object] = {"reason": "ordered by the court", "at": ordered.isoformat()}
    desks.take(Role.POLICE_SUPERVISOR, arrest, "owe-release", order)

    page = desks.page(Role.CUSTODY_SUPERVISOR, "/board")

    owed = body_of(page, "data-owed")
    assert f'data-id="{arrest}"' in owed
    assert clock_in(line_of(page, arrest)) == (level, ordered, TO_THE_DOOR.minutes)
    assert TO_THE_DOOR.minutes == "60:amber 120:red"
    out = {"opened_by": "4417", "property_returned": True, "papers_given": "bail order"}
    desks.take(Role.DETENTION_OFFICER, arrest, "sign-out", dict(out))
    assert f'data-id="{arrest}"' not in desks.page(Role.CUSTODY_SUPERVISOR, "/board")


def test_releases_that_are_owed_stand_with_the_longest_waiting_first(desks: Desks) -> None:
    waits = {}
    for minutes in (5, 90, 40):
        waits[minutes] = desks.arrested(timedelta(hours=3))
        at = (clock.now() - timedelta(minutes=minutes)).isoformat()
        desks.take(Role.POLICE_SUPERVISOR, waits[minutes], "owe-release", {"reason": "ordered", "at": at})

    page = desks.page(Role.CUSTODY_SUPERVISOR, "/board")

    owed = re.findall(r'<tr data-id="([^"]+)"', body_of(page, "data-owed"))
    assert owed == [waits[90], waits[40], waits[5]]


@pytest.mark.parametrize(
    ("arrested", "wall_clock"),
    [
        (datetime(2025, 11, 1, 10, tzinfo=UTC), "11/03/2025 05:00"),  # 06:00 on Saturday; the clocks go back that night
        (datetime(2026, 3, 7, 11, tzinfo=UTC), "03/09/2026 07:00"),  # 06:00 on Saturday; the clocks go forward
    ],
)
def test_forty_eight_hours_are_real_hours_when_the_clocks_change(
    desks: Desks, city_time: Callable[[datetime], None], arrested: datetime, wall_clock: str
) -> None:
    city_time(arrested)
    arrest = desks.arrested(timedelta(0))
    limit = arrested + timedelta(hours=48)
    assert clock.in_city(limit).strftime("%m/%d/%Y %H:%M") == wall_clock

    city_time(limit - timedelta(minutes=2))
    before = line_of(desks.page(Role.MAGISTRATE, "/board"), arrest)
    city_time(limit + timedelta(seconds=2))
    after = line_of(desks.page(Role.MAGISTRATE, "/board"), arrest)

    assert (clock_in(before)[0], "47 h 58 min" in before) == ("red", True)
    assert (clock_in(after)[0], "48 h 00 min" in after) == ("over", True)


def test_the_summer_hour_that_comes_twice_keeps_its_order(desks: Desks, city_time: Callable[[datetime], None]) -> None:
    city_time(datetime(2025, 11, 2, 7, tzinfo=UTC))
    first = desks.arrested(timedelta(minutes=90))  # 01:30 summer time
    second = desks.arrested(timedelta(minutes=30))  # 01:30 an hour later

    page = desks.page(Role.MAGISTRATE, "/board")

    assert "1 h 30 min" in line_of(page, first)
    assert "0 h 30 min" in line_of(page, second)
    everyone = body_of(page, "data-live=")
    assert everyone.index(first) < everyone.index(second)


@pytest.mark.parametrize(("prints", "interview"), [(None, None), ("refuse-prints", "refuse-interview")])
def test_who_is_charged_comes_to_the_courts_list_without_prints_and_interview(
    desks: Desks, prints: str | None, interview: str | None
) -> None:
    arrest = desks.arrested(timedelta(hours=3))
    if prints and interview:
        desks.take(Role.DETENTION_OFFICER, arrest, prints, {"reason": "said no"})
        desks.take(Role.INTERVIEWER, arrest, interview, {"reason": "said no"})
    desks.take(Role.OFFICER, arrest, "write-report", {"facts": "took two coats", "charges": [CHARGE]})
    desks.take(Role.POLICE_SUPERVISOR, arrest, "approve-report")
    headers = {"Authorization": f"Bearer {desks.tokens[Role.CHARGING_ATTORNEY]}", "Why": "to charge"}
    rows = desks.client.get(f"/api/v1/arrests/{arrest}", headers=headers).json()["rows"]["Classification"]
    charges = [{"decision": "approved", "charge": rows[0]["charge_id"]}]
    decided = {"charges": charges, "affiant_name": "Brindlewick", "affiant_badge": "4417", "facts": "took two coats"}
    desks.take(Role.CHARGING_ATTORNEY, arrest, "charge", {"decisions": decided})
    desks.take(Role.CLERK, arrest, "certify", {"verified": True})
    assert arrest in desks.page(Role.CLERK, "/lists/listing")

    desks.take(Role.CLERK, arrest, "list", {"session": next(iter(next_sessions(clock.now()))).isoformat()})

    assert arrest in desks.page(Role.MAGISTRATE, "/lists/session")


def test_who_has_no_paper_at_all_is_listed_at_the_limit(desks: Desks) -> None:
    arrest = desks.arrested(timedelta(hours=40))

    desks.take(Role.CUSTODY_SUPERVISOR, arrest, "list-at-limit", {"reason": "47 hours are near"})

    assert arrest in desks.page(Role.MAGISTRATE, "/lists/session")


@pytest.mark.parametrize(("prints", "report", "interview"), [*itertools.product(ENDED, repeat=3)])
def test_no_missing_paper_closes_the_way_to_the_magistrate(prints: Paper, report: Paper, interview: Paper) -> None:
    for custody, charging in itertools.product(KEPT, Charging):
        kept = Standing(custody=custody, charging=charging, prints=prints, report=report, interview=interview)
        ways = [step for step in ("list", "list-at-limit") if STEPS[step].open_at(kept)]

        assert ways or charging is Charging.DECLINED, kept
        nothing = Standing(custody=custody, charging=charging)
        assert ways == [step for step in ("list", "list-at-limit") if STEPS[step].open_at(nothing)]

    listed = Standing(court=Court.LISTED, prints=prints, report=report, interview=interview)
    assert STEPS["arraign"].open_at(listed)
    assert STEPS["arraign-at-bedside"].open_at(replace(listed, custody=Custody.AT_HOSPITAL))


def test_every_state_of_custody_and_of_charging_was_thought_of() -> None:
    assert LATE_CHARGING | COMPLAINT_READY | {Charging.DECLINED} == frozenset(Charging)
    assert KEPT | {Custody.RELEASE_OWED} == IN_CUSTODY


# every clock that passes a limit is put to a named person on shift, who answers it


def unanswered(page: str) -> str:
    """The top of the board: what nobody has answered; empty when there is nothing."""
    return page[page.index("calls-head") : page.index('class="board"')] if "calls-head" in page else ""


def test_a_clock_past_its_limit_is_put_to_the_desk_that_holds_it_up_and_goes_on_until_somebody_answers(
    desks: Desks, store: Store, city_time: Callable[[datetime], None]
) -> None:
    arrested = clock.now() - timedelta(hours=5, minutes=58)
    arrest = desks.arrested(timedelta(hours=5, minutes=58), {"surname": "Wexelmoor"})
    assert calling.ring(store) == 0
    city_time(arrested + timedelta(hours=6, seconds=1))
    assert (calling.ring(store), calling.ring(store)) == (1, 0)  # once for each limit, however often one looks
    board = desks.page(Role.CUSTODY_SUPERVISOR, "/board")
    assert "Of the House" in unanswered(board)
    assert "clock: waits for an answer" in line_of(board, arrest)
    [call] = desks.calls(Role.POLICE_SUPERVISOR)["own"]  # nobody has reported yet: the police hold it up
    assert (call["waits"], call["minutes"], call["level"]) == ("magistrate", 360, "notice")
    assert desks.calls(Role.CUSTODY_SUPERVISOR)["own"] == []

    city_time(clock.now() + ANSWER_WITHIN[Level.NOTICE])
    assert calling.ring(store) == 1
    board = desks.page(Role.MAGISTRATE, "/board")
    assert "call--escalated" in unanswered(board)
    assert "nobody has answered" in line_of(board, arrest)
    assert desks.calls(Role.POLICE_SUPERVISOR)["own"] == []
    [call] = desks.calls(Role.CUSTODY_SUPERVISOR)["own"]

    until = clock.now() + timedelta(minutes=30)
    path = f"calls/{call['id']}/answer"
    assert desks.refused(Role.CUSTODY_SUPERVISOR, path, {"done": " ", "until": until.isoformat()}) == 422
    late = {"done": "soon", "until": (clock.now() + timedelta(hours=9)).isoformat()}
    assert desks.refused(Role.CUSTODY_SUPERVISOR, path, late) == 422
    assert desks.refused(Role.CLERK, path, {"done": "x", "until": until.isoformat()}) == 403  # it is not put to them
    assert desks.refused(Role.OFFICER, path, {"done": "x", "until": until.isoformat()}) == 403
    desks.post(Role.CUSTODY_SUPERVISOR, path, {"done": "wagon 4 is sent", "until": until.isoformat()})
    board = desks.page(Role.CUSTODY_SUPERVISOR, "/board")
    assert unanswered(board) == ""
    assert "clock: answered" in line_of(board, arrest)
    assert "wagon 4 is sent" in desks.page(Role.POLICE_SUPERVISOR, f"/arrests/{arrest}")

    city_time(until)
    assert calling.ring(store) == 1  # the answer has run out, and the person still waits: it is put again
    assert unanswered(desks.page(Role.CUSTODY_SUPERVISOR, "/board")) != ""
    city_time(arrested + timedelta(hours=12))
    calling.ring(store)
    [call] = desks.calls(Role.POLICE_SUPERVISOR)["own"]
    assert (call["minutes"], call["level"]) == (720, "amber")  # the next limit is a call of its own

    desks.take(Role.POLICE_SUPERVISOR, arrest, "owe-release", {"reason": "ordered"})
    assert calling.ring(store) == 1
    assert unanswered(desks.page(Role.CUSTODY_SUPERVISOR, "/board")) == ""  # the clock to the magistrate has stopped
    city_time(clock.now() + timedelta(hours=1))
    calling.ring(store)
    [call] = desks.calls(Role.CUSTODY_SUPERVISOR)["own"]
    assert (call["waits"], call["level"]) == ("door", "amber")


def test_a_clock_is_put_to_whoever_is_on_shift_and_stands_red_when_nobody_is(
    desks: Desks, store: Store, city_time: Callable[[datetime], None]
) -> None:
    city_time(datetime(2026, 9, 14, 7, tzinfo=UTC))  # three in the morning
    supervisors = {role: signin.known(store, role.value) for role in ANSWERS}
    police, custody = supervisors[Role.POLICE_SUPERVISOR], supervisors[Role.CUSTODY_SUPERVISOR]
    assert police is not None
    assert custody is not None
    staff.set_shift(store, custody, police.account, "day")
    arrest = desks.arrested(timedelta(hours=7))

    calling.ring(store)
    [call] = desks.calls(Role.CUSTODY_SUPERVISOR)["own"]  # the police supervisor works by day
    assert (
        desks.refused(Role.CUSTODY_SUPERVISOR, f"calls/{call['id']}/hand-over", {"sign_in": "police-supervisor"}) == 422
    )
    desks.post(Role.CUSTODY_SUPERVISOR, f"calls/{call['id']}/hand-over", {"sign_in": "clerk"})
    assert [one["id"] for one in desks.calls(Role.CLERK)["own"]] == [call["id"]]

    with store.transaction("pars_act") as connection:
        connection.execute("update house.account set shift = 'day' where role = any(%s)", ([*ANSWERS],))
    calling.ring(store)

    headers = {"Authorization": f"Bearer {desks.tokens[Role.OFFICER]}", "Accept": "text/html"}
    board = desks.client.get("/board", headers=headers).text
    assert "nobody is on shift to answer" in unanswered(board)
    assert "nobody has answered" in line_of(board, arrest)


@pytest.mark.parametrize("why", ["a program's", "lapsed"])
def test_no_clock_is_put_or_handed_to_an_account_that_nobody_can_sign_in_to(
    desks: Desks, store: Store, city_time: Callable[[datetime], None], why: str
) -> None:
    city_time(datetime(2026, 9, 14, 7, tzinfo=UTC))  # three in the morning: the next count is hours away
    name = loader(store, LOADER).sign_in if why == "a program's" else "police-supervisor"
    with store.transaction("pars_act") as connection:
        connection.execute("update house.account set shift = 'day' where sign_in <> all(%s)", ([name, "officer"],))
        if why == "lapsed":
            connection.execute("update house.account set review_by = '2001-01-01' where sign_in = %s", (name,))
    arrest = desks.arrested(timedelta(hours=7), {"surname": "Wexelmoor"})
    child = desks.arrested(timedelta(hours=7), {"surname": "Young", "birth_date": "2012-01-01"})
    desks.take(Role.OFFICER, arrest, "arrive-hospital", {"hospital": "Riverbend"})

    calling.ring(store)

    put = {call.subject: call.put_to for call in calling.standing(store) if call.site is None}
    assert put == {arrest: None, child: None}
    with store.transaction("pars_act") as connection:
        connection.execute("update house.account set shift = null where sign_in = 'custody-supervisor'")
    calling.ring(store)
    [call] = [one for one in desks.calls(Role.CUSTODY_SUPERVISOR)["own"] if one["arrest"] == arrest]
    assert desks.refused(Role.CUSTODY_SUPERVISOR, f"calls/{call['id']}/hand-over", {"sign_in": name}) == 422


def test_cells_that_nobody_counts_are_put_to_a_supervisor_an_hour_after_the_change_of_shift(
    desks: Desks, store: Store, city_time: Callable[[datetime], None]
) -> None:
    city_time(datetime(2026, 9, 14, 10, 30, tzinfo=UTC))  # half past six in the morning
    arrest = desks.arrested(timedelta(hours=2))
    desks.take(Role.DETENTION_OFFICER, arrest, "book", {"site": "D22", "cell": "A-1"})
    assert calling.ring(store) == 0

    city_time(datetime(2026, 9, 14, 11, 0, 1, tzinfo=UTC))
    assert calling.ring(store) == 1

    [call] = desks.calls(Role.CUSTODY_SUPERVISOR)["own"]
    assert (call["waits"], call["level"], call["arrest"]) == ("count", "amber", None)
    board = unanswered(desks.page(Role.DETENTION_OFFICER, "/board"))
    assert 'href="/counts/D22"' in board
    assert unanswered(desks.page(Role.MAGISTRATE, "/board")) == ""
    until = clock.now() + timedelta(minutes=30)
    said = {"done": "The officer counts now.", "until": until.isoformat()}
    desks.post(Role.CUSTODY_SUPERVISOR, f"calls/{call['id']}/answer", said)
    desks.post(Role.DETENTION_OFFICER, "counts/D22", {"present": [str(arrest)]})
    assert calling.ring(store) == 1  # it is taken: the clock stops
    assert desks.calls(Role.CUSTODY_SUPERVISOR)["others"] == []


def test_every_clock_and_every_desk_has_somebody_to_answer_it() -> None:
    for waits in Waits:
        assert CLOCKS[waits].thresholds
        assert all(level in ANSWER_WITHIN for _, level in CLOCKS[waits].thresholds)
    for charging in Charging:
        first = desk(Waits.MAGISTRATE, Standing(charging=charging))
        assert first in ANSWERS
        assert set(asked_in_turn(Waits.MAGISTRATE, first)) <= ANSWERS
