"""Open lists: a line changes as it is committed, nothing falls between page and stream, and a line is the same line."""

import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from playwright.sync_api import Page, Route, expect
from tests.waiting import PATIENCE_SECONDS, comes

from pars import clock
from pars.actions import disclosure, signin
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.life import take
from pars.actions.person_given import PersonGiven
from pars.errors import Unavailable
from pars.record.roles import Role
from pars.store.database import DOWN, Store
from pars.web import hub as hubs
from pars.web import live as streaming
from pars.web import pages
from pars.web.asking import COOKIE
from pars.web.hub import KEPT

from .conftest import PASSWORD, Desk, Served

TICKING = re.compile(r'class="clock[^"]*"|<span>\d+ h \d\d min</span>| class="fresh"')


def book(served: Served, surname: str) -> UUID:
    """An arrest that somebody books at another desk."""
    arrest = NewArrest(
        clock.now() - timedelta(minutes=30),
        "500 block of Sample Street",
        "PAPEP0000",
        PersonGiven(surname=surname, given="Test"),
    )
    return record_arrest(served.store, served.by(Role.OFFICER), arrest).id


def connected(page: Page) -> None:
    """Wait until the page's stream is open."""
    expect(page.locator("[data-live]")).to_have_attribute("data-connected", "yes")


def lines(page: Page) -> list[str]:
    """The lines of a list, without what a clock shows and without the mark of a fresh line."""
    rows = page.locator("tbody[data-live] tr").evaluate_all("rows => rows.map(row => row.outerHTML)")
    return [TICKING.sub("", re.sub(r"\s+", " ", row)) for row in rows]


def test_a_release_that_comes_to_be_owed_takes_its_place_by_that_order_and_not_by_the_arrest(
    desk: Desk, served: Served
) -> None:
    first, second = book(served, "Adler"), book(served, "Birch")
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)

    for arrest, minutes in ((second, 20), (first, 5)):
        at = clock.now() - timedelta(minutes=minutes)
        take(served.store, served.by(Role.POLICE_SUPERVISOR), arrest, "owe-release", {"reason": "ordered"}, at=at)
        expect(page.locator(f"tbody[data-owed] tr[data-id='{arrest}']")).to_be_visible()

    named = page.locator("tbody[data-owed] tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert named == [str(second), str(first)]
    page.reload()
    fresh = page.locator("tbody[data-owed] tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert fresh == named


def test_the_line_on_an_open_page_is_the_line_of_a_fresh_page(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    first = book(served, "Adler")
    book(served, "Birch")
    take(served.store, served.by(Role.OFFICER), first, "book", {"site": "D24", "cell": "3"})
    expect(page.locator("tbody[data-live] tr").first).to_contain_text("D24")
    expect(page.locator("tbody[data-live] tr")).to_have_count(2)
    live = lines(page)

    page.reload()

    assert lines(page) == live


def test_a_release_owed_moves_to_its_column_and_leaves_it_at_the_door(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    arrest = book(served, "Cedar")
    expect(page.locator("tbody[data-live] tr")).to_have_count(1)

    take(served.store, served.by(Role.POLICE_SUPERVISOR), arrest, "divert", {"reason": "agreed to the programme"})
    expect(page.locator("tbody[data-owed] tr")).to_contain_text("CEDAR")
    said = {"opened_by": "812", "property_returned": "yes", "papers_given": "none"}
    take(served.store, served.by(Role.DETENTION_OFFICER), arrest, "sign-out", said)

    expect(page.locator("tbody[data-owed] tr")).to_have_count(0)
    expect(page.locator("tbody[data-live] tr")).to_have_count(0)


def test_what_happened_while_the_network_was_away_arrives_when_it_is_back(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    book(served, "Adler")
    expect(page.locator("tbody[data-live] tr")).to_have_count(1)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.headers.get("last-event-id", "")))

    page.context.set_offline(True)
    page.evaluate("0")
    book(served, "Birch")
    book(served, "Cedar")
    page.context.set_offline(False)

    expect(page.locator("tbody[data-live] tr")).to_have_count(3)


def test_what_is_written_between_page_and_stream_is_not_lost(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    already = threading.Lock()

    def booked_first(route: Route) -> None:
        if already.acquire(blocking=False):  # a stream that is opened a second time finds it written
            book(served, "Between")
        route.continue_()

    page.route("**/api/v1/live*", booked_first)

    page.reload()

    expect(page.locator("tbody[data-live] tr")).to_contain_text("BETWEEN")


@pytest.mark.parametrize("had", [0, 1], ids=["before any line", "after a line"])
def test_a_page_that_could_not_be_told_comes_again_by_itself_and_is_told(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch, had: int
) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    if had:
        book(served, "Adler")
        expect(page.locator("tbody[data-live] tr")).to_have_count(1)
    failed = threading.Lock()

    def lines_for(*asked: Any) -> Any:  # noqa: ANN401 - the action's own arguments
        if failed.acquire(blocking=False):
            raise Unavailable(DOWN)
        return disclosure.lines_for(*asked)

    monkeypatch.setattr(hubs, "lines_for", lines_for)

    book(served, "Birch")

    expect(page.locator("tbody[data-live] tr")).to_have_count(had + 1)
    expect(page.locator("tbody[data-live]")).to_contain_text("BIRCH")
    assert failed.locked()


def test_a_page_without_a_list_that_could_not_be_told_comes_again_by_itself(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk(Role.PRIVACY_OFFICER)
    asked: list[int] = []

    def opened_now(*said: Any) -> Any:  # noqa: ANN401 - the page's own arguments
        asked.append(1)
        if len(asked) == 1:
            raise Unavailable(DOWN)
        return pages.opened_now(*said)

    monkeypatch.setattr(hubs, "opened_now", opened_now)

    with page.expect_request("**/api/v1/live?view=openings"):
        page.goto("/openings")

    assert comes(lambda: len(asked) > 1)


def test_a_page_asks_again_after_an_answer_that_is_no_stream(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    away = threading.Lock()

    def away_once(route: Route) -> None:
        if away.acquire(blocking=False):
            route.fulfill(status=503, json={"code": "unavailable"})
        else:
            route.continue_()

    page.route("**/api/v1/live*", away_once)
    page.reload()
    expect(page.locator("[data-live-state]")).to_have_class("lost")

    book(served, "Adler")

    expect(page.locator("tbody[data-live]")).to_contain_text("ADLER")
    assert away.locked()


def test_a_session_that_ends_ends_its_streams(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)

    with page.context.expect_page() as opened:
        page.evaluate("window.open('/children')")
    opened.value.click("text=Switch user")
    time.sleep(0.2)
    book(served, "Adler")

    expect(page.locator("tbody[data-live] tr")).to_have_count(0)


@pytest.mark.parametrize(
    ("ends", "door", "head"),
    [(signin.lock, "/unlock", "The screen is locked"), (signin.sign_out, "/sign-in", "PARS")],
    ids=["locked", "over"],
)
def test_a_list_whose_session_is_locked_or_over_shows_nobody_and_leads_to_the_door(
    desk: Desk,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    ends: Callable[[Store, str], None],
    door: str,
    head: str,
) -> None:
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.2)
    book(served, "Adler")
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    expect(page.locator("tbody[data-live]")).to_contain_text("ADLER")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]

    ends(served.store, cookie["value"])

    expect(page).to_have_url(re.compile(f"{door}$"))
    expect(page.locator("h1")).to_have_text(head)
    assert "ADLER" not in page.content()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []


def test_the_lines_of_a_list_are_gone_before_the_door_is_there(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network may be lost at that very moment, and the page would stand there with its names."""
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.2)
    book(served, "Adler")
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]
    page.route("**/board", lambda route: route.fulfill(status=204))  # the page that is there stays

    signin.lock(served.store, cookie["value"])

    expect(page.locator("main")).to_have_count(1)
    expect(page.locator("tbody[data-live] tr")).to_have_count(0)
    assert "ADLER" not in page.content()


def test_a_page_that_somebody_types_in_stays_when_its_session_is_over_and_says_no_more_of_openings(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.2)
    page = desk(Role.REPRESENTATIVE)
    page.goto("/password")
    expect(page.locator("#opened")).to_have_attribute("data-connected", "yes")
    page.fill("#former", "half typed")
    page.evaluate("document.querySelector('#opened').innerHTML = '<p data-minutes=60>planted <strong>60</strong></p>'")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]

    with page.expect_response(lambda answer: answer.status == 401 and "openings" in answer.url):
        signin.lock(served.store, cookie["value"])

    expect(page.locator("#opened")).to_be_empty()
    expect(page.locator("#former")).to_have_value("half typed")


def test_the_large_screen_shows_no_name(desk: Desk, served: Served) -> None:
    book(served, "Zinnia")
    page = desk(Role.CUSTODY_SUPERVISOR)

    page.goto("/screen")

    expect(page.locator(".tile")).to_have_count(1)
    assert "zinnia" not in page.content().lower()


def asks_again(page: Page, status: int | None = None) -> None:
    """The large screen's own next question, and what it was answered; None for whatever came."""
    with page.expect_response(lambda answer: "/screen/again" in answer.url) as told:
        page.clock.fast_forward("00:16")
    assert status in {None, told.value.status}


def test_a_large_screen_comes_back_by_itself_and_says_meanwhile_that_it_is_old(
    desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    book(served, "Zinnia")
    page = desk(Role.CUSTODY_SUPERVISOR)
    page.clock.install()
    page.goto("/screen")
    old = page.get_by_text("The record cannot be reached: these figures are old")
    expect(old).to_be_hidden()

    def away(*_: object) -> None:
        raise Unavailable(DOWN)

    with monkeypatch.context() as without:
        without.setattr(disclosure, "open_screen", away)
        asks_again(page, 503)
        expect(old).to_be_visible()
        expect(page.locator(".tile")).to_have_count(1)
    book(served, "Aster")
    asks_again(page, 200)
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator("h1")).to_have_text("Everyone in custody: 2")
    expect(old).to_be_hidden()

    page.context.set_offline(True)
    page.clock.fast_forward("00:16")
    expect(old).to_be_visible()
    page.context.set_offline(False)
    asks_again(page, 200)
    expect(old).to_be_hidden()
    assert "zinnia" not in page.content().lower()


def test_a_large_screen_goes_on_while_its_session_is_locked_and_says_how_it_is_opened_once_a_shift_is_over(
    desk: Desk, served: Served, admin_url: str
) -> None:
    book(served, "Zinnia")
    page = desk(Role.CUSTODY_SUPERVISOR)
    page.clock.install()
    page.goto("/screen")
    unused(admin_url, minutes=29)
    before = last_used(admin_url)
    asks_again(page, 200)
    assert last_used(admin_url) == before

    unused(admin_url, minutes=2)
    book(served, "Aster")
    asks_again(page, 200)
    expect(page.locator(".tile")).to_have_count(2)
    locked = page.context.new_page()
    locked.goto("/board")
    assert locked.url.endswith("/unlock")

    unused(admin_url, minutes=12 * 60)
    asks_again(page, 401)

    expect(page.locator(".tile")).to_have_count(0)
    door = page.get_by_role("link", name="This screen is locked or its session over: give the password here")
    expect(door).to_be_visible()
    assert page.url.endswith("/screen")
    door.click()
    page.fill("#password", PASSWORD)
    page.click("form[action='/unlock'] button")
    page.wait_for_url("**/board")
    page.click("text=Large screen")
    expect(page.locator(".tile")).to_have_count(2)


def test_a_large_screen_goes_on_once_its_session_was_unlocked_in_another_window(
    desk: Desk, served: Served, admin_url: str
) -> None:
    book(served, "Zinnia")
    page = desk(Role.CUSTODY_SUPERVISOR)
    page.clock.install()
    page.goto("/screen")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]
    signin.lock(served.store, cookie["value"])
    unused(admin_url, minutes=12 * 60 + 1)
    asks_again(page, 401)
    expect(page.locator(".tile")).to_have_count(0)

    signin.unlock(served.store, cookie["value"], PASSWORD)
    asks_again(page, 200)

    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator("[data-screen-locked]")).to_be_hidden()


def unused(admin_url: str, *, minutes: int) -> None:
    """Let that time pass without a use of any session."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.session set seen_at = seen_at - %s", (timedelta(minutes=minutes),))


def last_used(admin_url: str) -> datetime:
    """When a session was last used."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select max(seen_at) from house.session").fetchone()
    assert row is not None
    at: datetime = row[0]
    return at


@pytest.mark.parametrize("position", [KEPT * 1000, 10**28])
def test_a_position_far_ahead_of_the_log_is_told_to_load_the_list_anew(served: Served, position: int) -> None:
    """It stands in a page of a log that is no longer: no line would ever be new to it."""
    name = Role.CUSTODY_SUPERVISOR.value
    token = signin.sign_in(served.store, name, PASSWORD, kind="credential", demo_allowed=True)
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": str(position)}

    said = httpx.get(f"{served.url}/api/v1/live", headers=headers, timeout=PATIENCE_SECONDS).text

    assert [line for line in said.splitlines() if line.startswith("event:")] == ["event: reload"]
