"""A site without a network goes on typing; it is sent once, in order; whoever sits down next sees nothing of it."""

import re
from datetime import timedelta

import psycopg
from playwright.sync_api import Route, expect

from pars import clock
from pars.actions import caring, disclosure
from pars.actions.life import take
from pars.record.roles import Role

from .conftest import Desk, Served, fill_booking, sign_in
from .test_live import book

RECORD = "form.booking > button"
COUNT = "#waiting [data-count]"


def surnames(admin_url: str) -> list[str]:
    """The arrests in the order in which they were written down."""
    with psycopg.connect(admin_url) as connection:
        return [row[0] for row in connection.execute("select surname from record.arrest order by number")]


def test_a_site_goes_on_typing_without_a_network_and_sends_once_in_order(
    desk: Desk, served: Served, admin_url: str
) -> None:
    page = desk("officer")
    page.goto("/booking")

    page.context.set_offline(True)
    for number, surname in enumerate(("Firstwren", "Secondwren"), 1):
        fill_booking(page, surname=surname)
        page.click(RECORD)
        expect(page.locator(COUNT)).to_have_text(str(number))
    expect(page.locator("[name='surname']").last).to_have_value("")
    kept = page.evaluate("localStorage.getItem('pars-waiting')")
    assert "wren" not in kept
    assert "Rosalind" not in kept
    assert surnames(admin_url) == []

    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()
    assert surnames(admin_url) == ["Firstwren", "Secondwren"]

    def answer_is_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route(
        "**/booking", lambda route: answer_is_lost(route) if route.request.method == "POST" else route.continue_()
    )
    fill_booking(page, surname="Thirdwren")
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    page.unroute("**/booking")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#waiting")).to_be_hidden()
    assert surnames(admin_url) == ["Firstwren", "Secondwren", "Thirdwren"]

    page.route("**/booking", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    fill_booking(page, surname="Fourthwren", birth_date="13/45/1990")
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(re.compile("wren", re.IGNORECASE))
    sign_in(page, Role.DETECTIVE.value)
    page.goto("/booking")
    expect(page.locator("#waiting")).to_be_hidden()
    expect(page.locator("[name='surname']").last).to_have_value("")
    page.unroute("**/booking")
    page.click("form[action='/sign-out'] button")
    sign_in(page, "officer")
    page.goto("/booking")
    expect(page.locator("#waiting li")).to_contain_text("date")
    page.locator("#waiting li button").click()
    expect(page.locator("[name='surname']").last).to_have_value("Fourthwren")
    page.fill("form.booking [name='birth_date']", "02/03/1990")
    page.click(RECORD)
    expect(page.locator("h1")).to_contain_text("FOURTHWREN")
    assert surnames(admin_url) == ["Firstwren", "Secondwren", "Thirdwren", "Fourthwren"]


def test_a_check_that_was_typed_without_a_network_is_sent_once_with_its_time(desk: Desk, served: Served) -> None:
    store, officer = served.store, served.by(Role.DETENTION_OFFICER)
    arrest = book(served, "Adler")
    take(store, officer, arrest, "book", {"site": "D22", "cell": "A-1"})
    ago = clock.now() - timedelta(minutes=5)
    caring.note(store, served.by(Role.MEDIC), arrest, "watch", {"level": "close", "reason": "shakes"}, at=ago)
    page = desk(Role.DETENTION_OFFICER)
    page.goto(f"/arrests/{arrest}/care")
    check, meal = (page.locator(f"form[action='/arrests/{arrest}/care/{kind}']") for kind in ("check", "meal"))

    page.context.set_offline(True)
    check.locator("select").select_option("asleep and breathing")
    check.locator("button").click()
    expect(page.locator(COUNT)).to_have_text("1")
    page.locator("summary", has_text="Meal").click()
    meal.locator("select").select_option("eaten")
    meal.locator("button").click()
    expect(page.locator(COUNT)).to_have_text("2")
    kept = page.evaluate("localStorage.getItem('pars-waiting')")
    assert "asleep" not in kept
    assert str(arrest) not in kept

    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()
    notes = disclosure.open_care(store, officer, arrest, why="the round")
    assert [note.kind for note in notes] == ["watch", "check", "meal"]
    assert all(note.happened_at.second == 0 for note in notes[1:])  # as it was typed, to the minute

    def answer_is_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/care/*", answer_is_lost)
    check.locator("select").select_option("awake and calm")
    check.locator("button").click()
    expect(page.locator(COUNT)).to_have_text("1")
    page.unroute("**/care/*")
    page.goto("/booking")  # any page of theirs sends it, if it may book
    expect(page.locator("#waiting")).to_be_hidden()
    notes = disclosure.open_care(store, officer, arrest, why="the round")
    assert [note.kind for note in notes].count("check") == 2
