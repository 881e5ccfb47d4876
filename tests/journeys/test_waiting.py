"""A site without a network goes on typing; it is sent once, in order; whoever sits down next sees nothing of it."""

import re
from datetime import timedelta

import psycopg
from playwright.sync_api import Page, Route, expect

from pars import clock
from pars.actions import caring, disclosure
from pars.actions.life import take
from pars.record.roles import Role

from .conftest import Desk, Served, fill_booking, picture, sign_in
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


def test_nothing_of_a_form_that_waits_is_left_for_the_next_person(desk: Desk, admin_url: str) -> None:
    page = desk("officer")
    fresh = filled_in(page)
    fill_booking(page, surname="Firstwren", other_names="Wren, Ro", **{"statute-1": "nonsense"})
    page.fill("#statute-2", "18 § 2701 §§ A")
    page.keyboard.press("Tab")
    page.select_option("#fact-2-mutual_fight", "yes")
    page.select_option("#grade-2", "M3")
    for field, chosen in (("sex", "F"), ("kind", "warrant"), ("site", "D24"), ("lives_in_city", "yes")):
        page.select_option(f"form.booking [name='{field}']", chosen)
    expect(page.locator("[data-kept]")).to_have_text("✓")
    page.click(RECORD)
    expect(page.locator("#refusal")).to_be_visible()
    page.fill("#statute-1", "18 § 3929")
    page.fill("#counts-1", "2")

    page.context.set_offline(True)
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")

    assert filled_in(page) == fresh
    expect(page.locator("#refusal, .usa-input--error, [aria-invalid], form.booking .rule")).to_have_count(0)
    expect(page.locator("[data-kept]")).to_have_text("")
    expect(page.locator("#arrested_at")).to_be_focused()
    picture(page, "waits-and-empty.png", full_page=True)
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()
    fill_booking(page, surname="Secondwren")
    page.fill("#statute-1", "18 § 3921 §§ A")
    page.keyboard.press("Tab")
    expect(page.locator("#fact-1-value_usd")).to_be_visible()  # the emptied form asks like a new one
    page.click(RECORD)
    expect(page.locator("h1")).to_contain_text("SECONDWREN")
    with psycopg.connect(admin_url) as connection:
        charged = connection.execute(
            """
            select a.surname, c.statute, c.counts, c.grade, c.grade_fact
            from record.classification c
            join record.arrest a on a.id = c.arrest_id
            order by c.id
            """
        ).fetchall()
    assert charged == [
        ("Firstwren", "18 § 3929", 2, "", None),
        ("Firstwren", "18 § 2701 §§ A", 1, "M3", "fight by consent: yes"),
        ("Secondwren", "18 § 3921 §§ A", 1, "", None),
    ]


def filled_in(page: Page) -> dict[str, str]:
    """What a booking form says, without the keys that each form has of its own."""
    said: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form.booking')))")
    return {name: value for name, value in said.items() if name not in {"form_key", "once"}}


def test_what_is_put_back_into_its_form_has_the_facts_of_its_charges(desk: Desk) -> None:
    page = desk("officer")
    page.route("**/half-typed", Route.abort)  # nothing but what waits is kept of it
    fill_booking(page, surname="Firstwren", birth_date="13/45/1990", **{"statute-1": "18 § 3921 §§ A"})
    page.keyboard.press("Tab")
    page.fill("#fact-1-value_usd", "150")
    page.select_option("#fact-1-firearm", "no")
    page.select_option("#grade-1", "M2")
    page.context.set_offline(True)
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    page.context.set_offline(False)
    expect(page.locator("#waiting li")).to_contain_text("date")
    page.unroute("**/half-typed")
    page.goto("/booking")
    expect(page.locator("#fact-1-value_usd")).to_have_count(0)

    page.locator("#waiting li button").click()

    expect(page.locator("form.booking [name='surname']")).to_have_value("Firstwren")
    expect(page.locator("#fact-1-value_usd")).to_have_value("150")
    expect(page.locator("#fact-1-firearm")).to_have_value("no")
    expect(page.locator("#grade-1")).to_have_value("M2")
    expect(page.locator("#waiting")).to_be_hidden()


def test_a_check_that_was_refused_and_then_waits_leaves_an_empty_form(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    take(served.store, served.by(Role.DETENTION_OFFICER), arrest, "book", {"site": "D22", "cell": "A-1"})
    page = desk(Role.DETENTION_OFFICER)
    page.goto(f"/arrests/{arrest}/care")
    meal = page.locator(f"form[action='/arrests/{arrest}/care/meal']")
    page.locator("summary", has_text="Meal").click()
    meal.locator("select").select_option("refused")
    meal.locator("summary", has_text="It happened earlier").click()
    meal.locator("[name=happened_at]").fill("25:99")
    meal.locator("button").click()
    expect(page.locator("#refusal")).to_be_visible()
    expect(meal.locator("[name=happened_at]")).to_have_value("25:99")

    page.context.set_offline(True)
    meal.locator("button").click()
    expect(page.locator(COUNT)).to_have_text("1")

    expect(meal.locator("[name=happened_at]")).to_have_value("")
    expect(meal.locator("select")).not_to_have_value("refused")
    expect(page.locator("#refusal")).to_have_count(0)


KEPT = "[data-kept]"
SURNAME = "form.booking [name='surname']"


def waits_alone(page: Page, surname: str) -> None:
    """One arrest was kept half typed and then waits; the network is back, and nothing of what waits was sent yet."""
    fill_booking(page, surname=surname)
    expect(page.locator(KEPT)).to_have_text("✓")
    page.context.set_offline(True)
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    page.route("**/booking", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.context.set_offline(False)


def sent_at_last(page: Page) -> None:
    """What waits is sent, and taken."""
    page.unroute("**/booking")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#waiting")).to_be_hidden()


def test_sending_what_waits_leaves_the_half_typed_form_of_the_next_person(desk: Desk, admin_url: str) -> None:
    page = desk("officer")
    waits_alone(page, "Firstwren")
    fill_booking(page, surname="Secondwren")
    expect(page.locator(KEPT)).to_have_text("✓")

    sent_at_last(page)

    expect(page.locator(SURNAME)).to_have_value("Secondwren")
    page.reload()
    expect(page.locator(SURNAME)).to_have_value("Secondwren")
    page.click(RECORD)
    expect(page.locator("h1")).to_contain_text("SECONDWREN")
    page.goto("/booking")
    expect(page.locator(SURNAME)).to_have_value("")
    assert surnames(admin_url) == ["Firstwren", "Secondwren"]


def test_what_was_typed_for_the_next_person_without_a_network_is_kept_when_it_is_back(desk: Desk) -> None:
    page = desk("officer")
    fill_booking(page, surname="Firstwren")
    page.context.set_offline(True)
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    fill_booking(page, surname="Secondwren")
    expect(page.locator(KEPT)).to_have_text("…")

    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()

    expect(page.locator(KEPT)).to_have_text("✓")
    page.reload()
    expect(page.locator(SURNAME)).to_have_value("Secondwren")


def test_what_waits_is_not_shown_again_as_what_is_half_typed(desk: Desk, admin_url: str) -> None:
    page = desk("officer")
    fresh = filled_in(page)
    waits_alone(page, "Firstwren")

    page.reload()

    expect(page.locator(COUNT)).to_have_text("1")
    assert filled_in(page) == fresh
    sent_at_last(page)
    page.reload()
    assert filled_in(page) == fresh
    assert surnames(admin_url) == ["Firstwren"]


def test_what_was_refused_after_it_waited_is_not_half_typed_until_it_is_put_back(desk: Desk) -> None:
    page = desk("officer")
    fill_booking(page, surname="Firstwren", birth_date="13/45/1990")
    expect(page.locator(KEPT)).to_have_text("✓")
    page.context.set_offline(True)
    page.click(RECORD)
    expect(page.locator(COUNT)).to_have_text("1")
    page.context.set_offline(False)
    expect(page.locator("#waiting li")).to_contain_text("date")

    page.reload()

    expect(page.locator(SURNAME)).to_have_value("")
    page.locator("#waiting li button").click()
    expect(page.locator(SURNAME)).to_have_value("Firstwren")
    page.reload()
    expect(page.locator(SURNAME)).to_have_value("Firstwren")
