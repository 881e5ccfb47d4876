"""An owner registers an address, an analyst subscribes, and nothing on the page says of whom: in real windows."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.partnership import BORN, CASE, Partnership, terms

from pars.actions import signin
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.web.asking import COOKIE

from .conftest import Desk, Served
from .test_access import violations
from .test_sharing import ANALYST, COURT
from .test_sharing import served as served  # noqa: PLC0414 - the city of the partners, not of every role


@pytest.fixture
def partners(served: Served) -> Partnership:
    """The city, with an agreement that tells of steps, and somebody who is charged."""
    city = Partnership(served.store)
    city.agree(terms(more='tell_of = ["charged", "arraigned"]'))
    city.charged()
    return city


def subscribe(page: Page, surname: str = "Quillfeather", deliver: str = "stream", step: str = "arraigned") -> None:
    """The analyst fills in the form."""
    page.goto("/subscriptions")
    year, month, day = BORN.split("-")
    for name, value in {
        "case_reference": CASE,
        "surname": surname,
        "given": "Rosalind",
        "birth_date": f"{month}/{day}/{year}",
    }.items():
        page.fill(f"#{name}", value)
    page.click(f"label[for='tell-{step}']")
    page.select_option("#deliver", deliver)
    page.click("form[action='/subscriptions'] button")


def test_an_analyst_subscribes_repeats_and_ends_and_a_stranger_stands_there_alike(
    desk: Desk, partners: Partnership
) -> None:
    page = desk(ANALYST)
    for surname in ("Quillfeather", "Neverarrest"):
        subscribe(page, surname)
        expect(page.locator("#refusal")).to_have_count(0)

    lines = page.locator("section[aria-labelledby='own'] tbody tr")
    expect(lines).to_have_count(2)
    told = [lines.nth(place).locator("td:nth-child(n+5)").all_inner_texts() for place in (0, 1)]
    assert told[0] == told[1]
    lines.nth(0).locator("button:has-text('Tell once more')").click()
    expect(lines.nth(0)).to_contain_text("at work")
    lines.nth(0).locator("button:has-text('End it')").click()
    expect(lines.nth(0)).to_contain_text("ended")
    expect(page.locator("body")).not_to_contain_text("Neverarrest")


def test_a_refusal_keeps_what_was_typed_and_an_address_is_an_owners(desk: Desk, partners: Partnership) -> None:
    page, court = desk(ANALYST), desk(COURT)
    subscribe(page, deliver="webhook")
    expect(page.locator("#refusal")).to_contain_text("no address is registered")
    expect(page.locator("#surname")).to_have_value("Quillfeather")
    subscribe(page, step="certified")
    expect(page.locator("#refusal")).to_contain_text("does not tell of this step")

    court.goto("/webhooks")
    court.fill("#url", "http://10.0.0.1/")
    court.click("button:has-text('Register it')")
    expect(court.locator("#refusal")).to_contain_text("https:// with a public name")
    court.fill("#url", "http://127.0.0.1:9/pars")
    court.click("button:has-text('Register it')")
    expect(court.locator("#secret")).to_contain_text("whsec_")
    court.goto("/webhooks")
    expect(court.locator("body")).not_to_contain_text("whsec_")

    page.goto("/subscriptions")
    page.click("button:has-text('Send a message without data')")
    expect(page.locator("[role='status']")).to_contain_text("The message was not taken.")  # nobody listens there
    subscribe(page, deliver="webhook")
    expect(page.locator("section[aria-labelledby='own'] tbody tr")).to_have_count(1)


def test_the_page_works_without_javascript_and_goes_dark_with_its_agreement(desk: Desk, partners: Partnership) -> None:
    plain, page = desk(ANALYST, script=False), desk(ANALYST)
    subscribe(plain)
    expect(plain.locator("section[aria-labelledby='own'] tbody tr")).to_have_count(1)
    page.goto("/subscriptions")
    expect(page.locator("#lit[data-connected='yes']")).to_contain_text("Quillfeather")

    partners.say(Owner.COURT, Decision.WITHDRAW)

    expect(page.locator("#dark")).to_be_visible()
    assert "Quillfeather" not in page.content()
    plain.goto("/subscriptions")
    expect(plain.locator("main")).to_contain_text("No agreement of your agency is in force")
    expect(plain.locator("main")).not_to_contain_text("Quillfeather")


def test_an_open_page_of_a_partner_shows_nothing_more_once_its_screen_is_locked(
    desk: Desk, partners: Partnership
) -> None:
    page = desk(ANALYST)
    subscribe(page)
    expect(page.locator("#lit[data-connected='yes']")).to_contain_text("Quillfeather")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]

    signin.lock(partners.store, cookie["value"])

    expect(page).to_have_url(re.compile("/unlock$"))
    assert "Quillfeather" not in page.content()


def test_axe_finds_nothing_nothing_scrolls_sideways_and_they_speak_spanish(desk: Desk, partners: Partnership) -> None:
    found: dict[str, list[str]] = {}
    for name, address, spanish in (
        (ANALYST, "/subscriptions", "Sus suscripciones"),
        (COURT, "/webhooks", "Direcciones registradas"),
    ):
        page = desk(name, width=640)
        if name == ANALYST:
            subscribe(page)
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = violations(page)
        if wrong or overflow > 0:
            found[address] = [f"{overflow} px too wide", *wrong]
        page.click("footer button:has-text('Español')")
        page.goto(address)
        expect(page.locator("main")).to_contain_text(spanish)

    assert found == {}
