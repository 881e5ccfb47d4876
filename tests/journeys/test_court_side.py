"""The court's side in real windows: bail as a chain and its review, the defender's desk, instruments, axe on all."""

from datetime import date
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from tests.partnership import Partnership

from pars.actions import arraignment, assigning, bailing, instruments, victims
from pars.actions.arraignment import BailGiven
from pars.actions.instruments import Content, Given
from pars.actions.victims import KeepAway
from pars.record.bail import BailAction, BailType
from pars.record.roles import Role
from pars.sharing.instrument import Class, Presenter

from .conftest import IMAGES, Desk, picture
from .test_access import violations
from .test_sharing import partners, served

__all__ = ["partners", "served"]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BORN = date(1990, 2, 3)
PDF = b"%PDF-1.7 a paper of the tests"
PAGES = (
    (Role.MAGISTRATE.value, "/arrests/{arrest}"),
    (Role.MAGISTRATE.value, "/reviews"),
    (Role.CLERK.value, "/arrests/{arrest}/notices"),
    (Role.CLERK.value, "/notices"),
    (Role.DEFENDER.value, "/clients"),
    (Role.DEFENDER.value, "/arrests/{arrest}"),
    (Role.OFFICER.value, "/orders"),
    (Role.POLICE_SUPERVISOR.value, "/instruments"),
    ("police-counsel", "/instruments"),
    (Role.AUDITOR.value, "/figures"),
    ("court-speaks", "/keeping"),
    ("court-speaks", "/notice-service"),
    (Role.CLERK.value, "/access"),
    (Role.PRIVACY_OFFICER.value, "/breach"),
)


@pytest.fixture
def arrest(partners: Partnership) -> UUID:
    """Somebody held on bail, with a victim, an order, counsel, and two instruments about them."""
    made = partners.record()
    partners.protect(made)
    partners.report(made)
    partners.charge(made)
    partners.arraign(made)
    store = partners.store
    order = KeepAway("no-contact", 1, "No contact with Complainant 1 by any means.")
    victims.order(store, partners.staff(Role.MAGISTRATE), made, order)
    assigning.assign(store, partners.staff(Role.CLERK), made, "defender")
    for kind, presenter in ((Class.COURT_ORDER, Presenter.COURT), (Class.STATUS_REQUEST, Presenter.ANYBODY)):
        content = Content("Pat Counsel, 1 Example Row", "Example Court", "CP-1", "Quillfeather", "Rosalind", BORN)
        fields = ["name", "charges"] if kind is Class.COURT_ORDER else []
        instruments.take_in(store, partners.staff(Role.POLICE_SUPERVISOR), Given(kind, presenter, fields, content, PDF))
    return made


def test_bail_goes_on_as_a_chain_and_is_reviewed_on_the_page(desk: Desk, partners: Partnership, arrest: UUID) -> None:
    page = desk(Role.MAGISTRATE.value)
    page.goto("/reviews")
    page.click("table a")
    chain = page.locator("section[aria-labelledby='court-head'] tbody tr")
    expect(chain).to_have_count(1)

    page.click("summary:has-text('Act on bail')")
    act = page.locator("form[action$='/court/bail']")
    act.locator("[name='action']").select_option("revoked")
    act.locator("[name='reasons']").fill("missed a hearing")
    act.locator("> button").click()
    expect(chain).to_have_count(2)
    page.click("summary:has-text('Act on bail')")
    act.locator("[name='action']").select_option("reinstated")
    act.locator("[name='reasons']").fill("was in hospital that day")
    act.locator("> button").click()
    expect(chain).to_have_count(3)

    review = page.locator("#step-review-bail")
    if review.get_attribute("open") is None:
        review.locator("summary").first.click()
    review.locator("[name='reasons']").fill("works, and lives with an aunt")
    review.locator("[name='bail_type']").select_option("ror")
    review.locator("form > button").click()

    expect(chain).to_have_count(4)
    expect(page.locator(".headline .stage")).to_contain_text("release owed")
    expect(page.locator("section[aria-labelledby='court-head']")).to_contain_text("Early bail review")
    assert [word in chain.nth(3).inner_text() for word in ("modified", "works, and lives with an aunt")] == [True, True]
    page.goto("/reviews")
    expect(page.locator("tbody")).to_contain_text("There is none")


def test_the_defender_sees_the_client_and_writes_down_a_talk_by_keyboard(
    desk: Desk, partners: Partnership, arrest: UUID
) -> None:
    page = desk(Role.DEFENDER.value, script=False)
    page.goto("/clients")
    expect(page.locator("tbody")).to_contain_text("QUILLFEATHER")
    page.click("tbody a")
    page.click("summary:has-text('Confidential talk')")
    talk = page.locator("form[action$='/court/talk']")
    talk.locator("[name='way']").select_option("video")
    talk.locator("[name='place']").fill("line 3")
    talk.locator("[name='minutes']").fill("20")
    talk.locator("> button").press("Enter")

    expect(page.locator("section[aria-labelledby='court-head']")).to_contain_text("line 3")


def test_an_instrument_is_decided_answered_and_another_withdrawn_on_the_page(
    desk: Desk, partners: Partnership, arrest: UUID
) -> None:
    counsel = desk("police-counsel")
    counsel.goto("/instruments")
    order = counsel.locator("article:has-text('Court order')")
    order.locator("summary:has-text('Decide')").click()
    order.locator("[name='reason']").first.fill("signed by a judge, in order")
    order.locator("button[value='approved']").click()
    expect(counsel.locator("article:has-text('Court order')")).to_contain_text("to be answered")

    page = desk(Role.POLICE_SUPERVISOR.value)
    page.goto("/instruments")
    status = page.locator("article:has-text('status')").first
    status.locator("summary:has-text('Withdraw it')").click()
    status.locator("form[action$='/withdraw'] [name='reason']").fill("sent to us in error")
    status.locator("form[action$='/withdraw'] button").click()
    expect(page.locator("article:has-text('sent to us in error')")).to_contain_text("withdrawn")


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_courts_pages_and_none_is_wider_than_its_window(
    desk: Desk, partners: Partnership, arrest: UUID, width: int
) -> None:
    found: dict[str, object] = {}
    windows: dict[str, Page] = {}
    for name, address in PAGES:
        if name not in windows:
            windows[name] = desk(name, width=width)
        page = windows[name]
        page.goto(address.format(arrest=arrest))
        expect(page.locator("h1")).to_be_visible()
        assert "/sign-in" not in page.url
        found[f"{name} {address}"] = [*violations(page), *(["sideways"] if page.evaluate(SIDEWAYS) else [])]

    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_papers_large_print_stands_beside_its_own_button_on_a_phone(desk: Desk, arrest: UUID, language: str) -> None:
    page = desk(Role.MAGISTRATE.value, width=390)
    in_language(page, language)

    page.goto(f"/arrests/{arrest}")
    papers = page.locator("form.paper")

    assert papers.count() > 3
    for place in range(papers.count()):
        plain, large = (papers.nth(place).locator("button").nth(n).bounding_box() for n in (0, 1))
        assert plain is not None
        assert large is not None
        assert large["x"] >= plain["x"] + plain["width"]
        assert plain["y"] <= large["y"] + large["height"] / 2 <= plain["y"] + plain["height"]
    picture(page, f"papers-{language}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_chain_of_bail_stands_within_a_phones_window(
    desk: Desk, partners: Partnership, arrest: UUID, language: str
) -> None:
    store = partners.store
    asked = BailGiven(BailType.NONMONETARY, None, None, ["house-arrest", "no-driving"], "An address of two years.")
    arraignment.state_position(store, partners.staff(Role.DEFENDER), arrest, asked)
    ordered = BailGiven(BailType.UNSECURED, 250_000, None, ["stay-away", "no-contact", "treatment"])
    bailing.change(
        store, partners.staff(Role.MAGISTRATE), arrest, BailAction.MODIFIED, reasons="works nights", bail=ordered
    )
    page = desk(Role.MAGISTRATE.value, width=390)
    in_language(page, language)

    page.goto(f"/arrests/{arrest}")

    assert page.evaluate(SIDEWAYS) == 0
    table = page.locator("section[aria-labelledby='court-head'] table")
    assert table.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")
    expect(table).to_contain_text({"en": "defense", "es": "defensa"}[language])
    table.screenshot(path=IMAGES / f"bail-{language}.png")


def in_language(page: Page, language: str) -> None:
    """The pages of a window are in that language from now on."""
    page.context.add_cookies([{"name": "pars_language", "value": language, "url": page.evaluate("location.origin")}])
