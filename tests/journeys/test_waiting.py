"""A site without a network goes on typing; it is sent once, in order; whoever sits down next sees nothing of it."""

import re

import psycopg
from playwright.sync_api import Route, expect

from pars.record.roles import Role

from .conftest import Desk, Served, fill_booking, sign_in

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
