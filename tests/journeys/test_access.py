"""For everyone: axe finds nothing on any page, small and enlarged screens need no scrolling sideways, and Spanish."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from pars import clock
from pars.actions import founding
from pars.actions.booking import NewArrest, record_arrest
from pars.actions.life import take as take_step
from pars.actions.person_given import PersonGiven
from pars.record.roles import Role

from .conftest import AXE, PASSWORD, Desk, Served
from .test_live import book

PAGES = [
    (Role.OFFICER, "/booking"),
    (Role.CUSTODY_SUPERVISOR, "/board"),
    (Role.CUSTODY_SUPERVISOR, "/screen"),
    (Role.CHARGING_ATTORNEY, "/lists/charging"),
    (Role.CLERK, "/lists/listing"),
    (Role.POLICE_SUPERVISOR, "/children"),
    (Role.ADMINISTRATOR, "/accounts"),
    (Role.AUDITOR, "/ledger"),
    (Role.OFFICER, "/offences?q=theft"),
    (Role.OFFICER, "/nowhere"),
    (Role.OFFICER, "/arrests/{arrest}"),
    (Role.CHARGING_ATTORNEY, "/arrests/{arrest}"),
    (Role.MAGISTRATE, "/arrests/{arrest}"),
    (Role.MAGISTRATE, "/arrests/{arrest}/interview"),
    (Role.DETECTIVE, "/arrests/{arrest}/protected"),
    (Role.DEFENDER, "/arrests/{arrest}"),
    (Role.DEFENDER, "/clients"),
    (Role.OFFICER, "/orders"),
    (Role.CLERK, "/notices"),
    (Role.CLERK, "/instruments"),
]
OPEN_ALL = """
() => document.querySelectorAll("details").forEach(one => { one.removeAttribute("name"); one.open = true; })
"""
WIDEST = """
() => [...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(one => one.outerHTML.slice(0, 80)).slice(0, 5)
"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOUND = "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(found => found.violations)"
"""Nothing else of what axe says comes over to us: it is as long as the page."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, one line each."""
    page.evaluate(
        "() => document.querySelectorAll('main details')"
        ".forEach(one => { one.removeAttribute('name'); one.open = true; })"
    )
    page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')}\n}}")
    found = page.evaluate(FOUND, TAGS)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.fixture
def arrest(served: Served) -> str:
    """An arrest that is submitted, listed at the limit, and has an interview."""
    number = book(served, "Adler")
    store = served.store
    report = {"facts": "what happened", "charges": [{"statute": "18 § 3921 §§ A"}]}
    take_step(store, served.by(Role.OFFICER), number, "write-report", report)
    take_step(store, served.by(Role.POLICE_SUPERVISOR), number, "approve-report", {})
    take_step(store, served.by(Role.CLERK), number, "list-at-limit", {"reason": "the limit is near"})
    take_step(store, served.by(Role.INTERVIEWER), number, "interview", {"form": {"residence": "with an aunt"}})
    return str(number)


def test_axe_finds_nothing_on_any_page(desk: Desk, served: Served, arrest: str) -> None:
    found: dict[str, list[str]] = {}
    desks: dict[Role, Page] = {}
    for role, address in PAGES:
        page = desks.setdefault(role, None) or desk(role)  # type: ignore[arg-type] # filled on the next line
        desks[role] = page
        page.goto(address.format(arrest=arrest))
        if wrong := violations(page):
            found[f"{role} {address}"] = wrong
    page = desks[Role.OFFICER]
    page.goto("/booking")
    page.click("form[action='/lock'] button")
    if wrong := violations(page):
        found["unlock"] = wrong
    page.goto("/sign-in")
    if wrong := violations(page):
        found["sign-in"] = wrong

    assert found == {}


def test_axe_finds_what_is_wrong_with_a_page(desk: Desk) -> None:
    page = desk(Role.OFFICER)
    page.evaluate("document.documentElement.removeAttribute('lang')")

    assert [one.partition(":")[0] for one in violations(page)] == ["html-has-lang"]


@pytest.mark.parametrize(("width", "why"), [(320, "a phone, or 400 % zoom"), (640, "200 % zoom")])
def test_no_page_scrolls_sideways(desk: Desk, served: Served, arrest: str, width: int, why: str) -> None:
    wide = []
    pages = (
        (Role.OFFICER, "/booking"),
        (Role.CUSTODY_SUPERVISOR, "/board"),
        (Role.MAGISTRATE, arrest),
        (Role.AUDITOR, "/ledger"),
    )
    for role, address in pages:
        page = desk(role, width=width, height=700)
        page.goto(address if address.startswith("/") else f"/arrests/{address}")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wide.append((address, overflow, why, page.evaluate(WIDEST)))

    assert wide == []


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_the_board_of_many_sites_scrolls_its_tables_and_not_the_page(desk: Desk, served: Served, width: int) -> None:
    for number in range(1, 7):
        founding.site(served.store, f"D{number}-HALL", "a site", "booking")
        take_step(served.store, served.by(Role.OFFICER), book(served, "Adler"), "book", {"site": f"D{number}-HALL"})
    take_step(served.store, served.by(Role.POLICE_SUPERVISOR), book(served, "Birch"), "owe-release", {"reason": "said"})
    nowhere = NewArrest(clock.now(), "Sample Street", "PAPEP0000", PersonGiven(surname="Cole"))
    record_arrest(served.store, replace(served.by(Role.OFFICER), site=None), nowhere)

    page = desk(Role.CUSTODY_SUPERVISOR, width=width, height=844)
    page.goto("/board")

    expect(page.locator(".tally thead")).to_contain_text("–")
    assert page.evaluate(SIDEWAYS) == 0
    assert violations(page) == []


def test_the_pages_speak_spanish(desk: Desk) -> None:
    officer = desk(Role.OFFICER)

    officer.click("text=Español")

    expect(officer.locator("html")).to_have_attribute("lang", "es")
    expect(officer.locator("main")).not_to_contain_text("Record the arrest")
    assert violations(officer) == []
    officer.click("text=English")
    expect(officer.locator("main")).to_contain_text("Record the arrest")


def test_a_wrong_password_is_said_without_saying_which_was_wrong(desk: Desk) -> None:
    page = desk(Role.OFFICER)
    page.click("text=Switch user")
    sentences = set()
    for name, password in (("officer", "wrong"), ("nobody", PASSWORD)):
        page.fill("#name", name)
        page.fill("#password", password)
        page.click("form[action='/sign-in'] button")
        sentences.add(page.locator("#refusal").inner_text())

    assert len(sentences) == 1
