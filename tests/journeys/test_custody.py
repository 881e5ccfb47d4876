"""The custody desks by keyboard and on a telephone: care, count, children, consular notice, needs, and the menu."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from pars import clock
from pars.actions import calling, caring, consular, counting, needs
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.counting import CountGiven
from pars.actions.life import take
from pars.actions.person_given import PersonGiven
from pars.record.roles import Role

from .conftest import Desk, Served, picture
from .test_access import WIDEST, violations
from .test_live import book

PAGES = (
    (Role.CUSTODY_SUPERVISOR, "/calls"),
    (Role.CUSTODY_SUPERVISOR, "/care"),
    (Role.CUSTODY_SUPERVISOR, "/children"),
    (Role.CUSTODY_SUPERVISOR, "/counts"),
    (Role.CUSTODY_SUPERVISOR, "/downtime"),
    (Role.CUSTODY_SUPERVISOR, "/arrests/{arrest}/consular"),
    (Role.CUSTODY_SUPERVISOR, "/arrests/{arrest}"),
    (Role.DETENTION_OFFICER, "/counts/D22"),
    (Role.DETENTION_OFFICER, "/arrests/{arrest}/care"),
    (Role.DETENTION_OFFICER, "/card"),
    (Role.MEDIC, "/arrests/{arrest}/care"),
    (Role.CLERK, "/needs"),
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Night:
    """Whom the desks have to do with: somebody in a cell, and a child."""

    arrest: UUID
    child: UUID


@pytest.fixture
def night(served: Served) -> Night:
    """Somebody in a cell with a watch whose check is missed, a request, needs and a difference; and a child."""
    store, officer = served.store, served.by(Role.DETENTION_OFFICER)
    supervisor, medic = served.by(Role.CUSTODY_SUPERVISOR), served.by(Role.MEDIC)
    arrest = book(served, "Adler")
    take(store, officer, arrest, "book", {"site": "D22", "cell": "A-1"})
    late = clock.now() - timedelta(minutes=25)
    caring.note(store, medic, arrest, "watch", {"level": "close", "reason": "shakes since midnight"}, at=late)
    consular.tell(store, officer, arrest, "Portuguese")
    consular.request(store, officer, arrest, "Exampleland", "Consulate of Exampleland")
    needs.note(store, officer, arrest, "spoken-language", language="Portuguese")
    needs.note(store, officer, arrest, "sight")
    counting.count(store, officer, "D22", CountGiven([], [arrest], ["C-9"]))
    person = PersonGiven(surname="Younger", given="Test")
    hours_ago = clock.now() - timedelta(hours=4)
    new = NewArrest(hours_ago, "500 block of Sample Street", "PAPEP0000", person, age="in-doubt")
    child = record_arrest(store, supervisor, new).id
    calling.ring(store)
    return Night(arrest, child)


def pressed(page: Page, *keys: str) -> None:
    """Keys one after another."""
    for key in keys:
        page.keyboard.press(key)


def tabbed_to(page: Page, found: Callable[[], bool], most: int = 80) -> None:
    """Move on by the tabulator until that has the keyboard."""
    for _ in range(most):
        if found():
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")


def focused(page: Page, selector: str) -> Callable[[], bool]:
    """Whether that has the keyboard."""
    return lambda: bool(page.evaluate("one => document.activeElement.matches(one)", selector))


@pytest.mark.parametrize(("width", "name"), [(1280, "wide"), (320, "phone")])
def test_axe_finds_nothing_at_the_custody_desks_and_no_page_scrolls_sideways(
    desk: Desk, night: Night, width: int, name: str
) -> None:
    desks: dict[Role, Page] = {}
    wrong: dict[str, list[str]] = {}

    for role, address in PAGES:
        page = desks.get(role) or desk(role, width=width, height=800)
        desks[role] = page
        page.goto(address.format(arrest=night.arrest))
        if page.evaluate(SIDEWAYS) > 0:
            wrong[f"{address} is too wide"] = page.evaluate(WIDEST)
        place = address.format(arrest="arrest").strip("/").replace("/", "-")
        picture(page, f"custody-{name}-{role.value}-{place}.png", full_page=True)
        if found := violations(page):
            wrong[f"{role} {address}"] = found

    assert wrong == {}


def test_the_menu_of_the_desks_opens_by_the_keyboard_and_closes_by_escape(desk: Desk, night: Night) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    page.goto("/board")
    head = page.locator(".desks a").first.bounding_box()
    last = page.locator(".desks a").last.bounding_box()
    assert head is not None
    assert last is not None
    assert head["y"] == last["y"]  # one row

    tabbed_to(page, focused(page, ".more > summary"))
    pressed(page, "Enter")
    expect(page.locator(".more a[href='/counts']")).to_be_visible()
    picture(page, "custody-menu.png")
    pressed(page, "Escape")
    expect(page.locator(".more a[href='/counts']")).to_be_hidden()
    assert focused(page, ".more > summary")()
    pressed(page, "Enter")
    tabbed_to(page, focused(page, ".more a[href='/counts']"))
    pressed(page, "Enter")

    expect(page.locator("h1")).to_have_text("Count of the cell blocks")
    expect(page.locator(".more > summary")).to_contain_text("Count")


def test_a_telephone_has_every_desk_in_the_menu_also_without_script(desk: Desk) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR, script=False, width=320, height=700)
    page.goto("/board")

    page.locator(".more > summary").click()
    menu = page.locator(".more > ul").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= 320
    page.locator(".more a[href='/children']").click()

    expect(page.locator("h1")).to_have_text("Children in custody")
    assert page.url.endswith("/children")


def test_a_check_that_was_missed_is_signed_by_the_keyboard_alone(desk: Desk, night: Night) -> None:
    page = desk(Role.DETENTION_OFFICER)
    page.goto("/care")
    expect(page.locator("tbody")).to_contain_text("missed since")

    tabbed_to(page, focused(page, "tbody a"))
    pressed(page, "Enter")
    expect(page.locator("h1")).to_have_text("Care record")
    check = f"form[action='/arrests/{night.arrest}/care/check']"
    tabbed_to(page, focused(page, f"{check} select"))  # open already: it is due
    page.keyboard.type("asleep")
    tabbed_to(page, focused(page, f"{check} button"))
    pressed(page, "Enter")

    expect(page.locator(".history li").first).to_contain_text("asleep and breathing")
    page.goto("/care")
    expect(page.locator("tbody")).not_to_contain_text("missed since")


def test_a_count_is_taken_and_a_difference_explained_by_the_keyboard_alone(desk: Desk, night: Night) -> None:
    page = desk(Role.DETENTION_OFFICER)
    page.goto("/counts/D22")

    tabbed_to(page, focused(page, f"input[name='seen-{night.arrest}']"))
    pressed(page, "Space")
    tabbed_to(page, focused(page, "main form button.usa-button:not(.usa-button--outline):not(.usa-button--unstyled)"))
    with page.expect_navigation():
        pressed(page, "Enter")

    page.goto("/counts")
    expect(page.locator("tbody tr", has_text="22nd District")).to_contain_text("counted")


def test_a_parent_is_told_and_an_age_in_doubt_moves_to_the_adults_on_a_telephone(desk: Desk, night: Night) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR, width=320, height=700)
    page.goto("/children")
    told = f"form[action='/children/{night.child}/steps/tell-parent']"
    form = page.locator(told)
    page.locator(f"details:has(> {told}) > summary").click()
    form.locator("[name='who']").fill("Mother")
    form.locator("label", has_text="Yes").click()
    form.locator("[name='how']").fill("By telephone; on her way.")
    form.locator("button").last.click()
    expect(page.locator("main")).not_to_contain_text("parent not reached yet")

    moved = f"form[action='/children/{night.child}/grown']"
    grown = page.locator(moved)
    page.locator(f"details:has(> {moved}) > summary").click()
    grown.locator("button").click()
    expect(page.locator("#refusal")).to_contain_text("say what shows")
    grown.locator("[name='reason']").fill("the passport")
    grown.locator("[name='birth_date']").fill("02/03/1990")
    grown.locator("button").click()

    expect(page.locator("h1")).to_contain_text("YOUNGER")
    assert page.url.endswith(f"/arrests/{night.child}")


def test_a_notice_is_sent_and_an_interpreter_found_by_the_keyboard_alone(desk: Desk, night: Night) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    page.goto(f"/arrests/{night.arrest}/consular")
    tabbed_to(page, focused(page, f"form[action='/arrests/{night.arrest}/consular/sent'] button"))
    pressed(page, "Enter")
    expect(page.locator(f"form[action='/arrests/{night.arrest}/consular/confirmed'] button")).to_be_visible()

    clerk = desk(Role.CLERK)
    clerk.goto("/needs")
    tabbed_to(clerk, focused(clerk, "form[action$='/asked'] button"))
    pressed(clerk, "Enter")
    expect(clerk.locator("main")).to_contain_text("asked for")
    clerk.locator("summary", has_text="Found").first.focus()
    pressed(clerk, "Enter")
    tabbed_to(clerk, focused(clerk, "input[name='interpreter']"))
    clerk.keyboard.type("Ms. Example")
    pressed(clerk, "Tab")
    clerk.keyboard.type("cert")
    pressed(clerk, "Tab")
    clerk.keyboard.type("vid")
    pressed(clerk, "Tab", "Enter")
    expect(clerk.locator("main")).to_contain_text("found")
