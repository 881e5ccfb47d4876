"""An emergency in several windows: asked, agreed, open, told, closed, judged; and the bounds of a desk."""

import re
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Page, expect

from pars.actions import openings, staff
from pars.actions.reporting import ProtectedPerson, protect
from pars.record.roles import Role
from pars.sharing.breakglass import Opened

from .conftest import Desk, Served, picture
from .test_access import violations
from .test_live import book, connected

WHY = "The brother is at her door, armed; to warn the victim."


@pytest.fixture
def arrest(served: Served) -> UUID:
    """An arrest with a victim."""
    made = book(served, "Adler")
    protect(served.store, served.by(Role.DETECTIVE), made, ProtectedPerson("victim", "Quillfeather", contact="215-555"))
    return made


def ask(page: Page, arrest: UUID) -> None:
    """From the page that was refused to the one that asks."""
    page.goto(f"/arrests/{arrest}/protected")
    expect(page.locator("main")).to_contain_text("your duty has no access to this store")
    page.click("text=An emergency? Break the glass")
    page.fill("#why", WHY)
    page.click("button:has-text('Ask for it')")


def test_two_people_of_two_owners_open_it_the_third_is_told_and_closes_it_and_somebody_else_judges(
    desk: Desk, served: Served, arrest: UUID
) -> None:
    officer, police, attorney = (
        desk(Role.DETENTION_OFFICER),
        desk(Role.CUSTODY_SUPERVISOR),
        desk(Role.CHARGING_SUPERVISOR),
    )
    ask(officer, arrest)
    expect(officer.locator("section:has(#waiting) .opening")).to_contain_text("The brother is at her door")
    for page in (police, attorney):
        page.goto("/openings")
        page.click("text=Agree to open it")
    expect(attorney.locator("section:has(#open) .opening")).to_contain_text("60 minutes left")

    officer.goto("/openings")
    expect(officer.locator(".glass")).to_contain_text("minutes left")
    picture(officer, "break-glass.png", full_page=True)
    officer.click("section:has(#open) >> text=Open it")
    expect(officer.locator("main")).to_contain_text("Quillfeather")

    clerk = desk(Role.CLERK)
    expect(clerk.locator(".glass")).to_contain_text("protected persons, Sam Detention Officer")
    expect(clerk.locator(".glass")).not_to_contain_text("ADLER")
    clerk.click("text=See and close")
    clerk.click("text=Close it now")
    expect(clerk.locator(".glass")).to_have_count(0)
    officer.reload()
    expect(officer.locator("main")).to_contain_text("your duty has no access to this store")

    privacy = desk(Role.PRIVACY_OFFICER)
    privacy.goto("/openings")
    review = privacy.locator("section:has(#review) .opening")
    expect(review).to_contain_text("1")
    review.locator("select").select_option("justified")
    review.locator("[name='reason']").fill("the call is on tape")
    privacy.click("text=Write down the finding")
    expect(privacy.locator("section:has(#over)")).to_contain_text("the call is on tape")
    expect(privacy.locator("section:has(#review)")).to_contain_text("There is none.")


def hearing(page: Page) -> str:
    """Wait until a page without a list listens; what its head says."""
    expect(page.locator("#opened")).to_have_attribute("data-connected", "yes")
    return re.sub(r"\s+", " ", page.locator("#opened").inner_html()).strip()


def test_a_page_that_is_open_is_told_at_once_with_nothing_in_the_wake(
    desk: Desk, served: Served, arrest: UUID, admin_url: str
) -> None:
    store, by = served.store, served.by
    clerk, owner, privacy, officer = (
        desk(role) for role in (Role.CLERK, Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.OFFICER)
    )
    clerk.goto("/board")
    connected(clerk)
    owner.click("footer button:has-text('Español')")
    owner.goto("/settings")
    privacy.goto("/privacy")
    officer.goto("/booking")
    for page in (owner, privacy, officer):
        assert hearing(page) == ""

    opening = openings.ask(store, by(Role.DETENTION_OFFICER), arrest, Opened.PROTECTED, why=WHY).id
    openings.agree(store, by(Role.CUSTODY_SUPERVISOR), opening)
    book(served, "Birch")
    openings.agree(store, by(Role.CHARGING_SUPERVISOR), opening)
    book(served, "Cedar")

    for page in (clerk, privacy):
        expect(page.locator(".glass")).to_contain_text("protected persons, Sam Detention Officer")
        expect(page.locator(".glass")).not_to_contain_text("ADLER")
    expect(owner.locator(".glass")).to_contain_text("Abierto tras romper el cristal")
    expect(clerk.locator("tbody[data-live] tr")).to_have_count(3)
    expect(officer.locator(".glass")).to_have_count(0)
    assert violations(privacy) == []
    live = hearing(owner)
    owner.reload()
    assert hearing(owner) == live

    openings.close(store, by(Role.CLERK), opening)

    for page in (clerk, owner, privacy):
        expect(page.locator(".glass")).to_have_count(0)
    with psycopg.connect(admin_url) as connection:
        ((told,),) = connection.execute("select count(*) from live.event where arrest_id is null").fetchall()
    assert told == 2


def test_the_minutes_of_a_notice_count_down_and_it_leaves_by_itself(desk: Desk, served: Served, arrest: UUID) -> None:
    page = desk(Role.PRIVACY_OFFICER)
    page.clock.install()
    page.goto("/privacy")
    hearing(page)
    opening = openings.ask(served.store, served.by(Role.DETENTION_OFFICER), arrest, Opened.PROTECTED, why=WHY).id
    for role in (Role.CUSTODY_SUPERVISOR, Role.CHARGING_SUPERVISOR):
        openings.agree(served.store, served.by(role), opening)
    expect(page.locator(".glass strong")).to_have_text("60")

    page.clock.fast_forward("30:00")
    expect(page.locator(".glass strong")).to_have_text("30")
    page.clock.fast_forward("31:00")
    expect(page.locator(".glass")).to_have_count(0)


def test_it_works_without_javascript_and_a_refusal_keeps_what_was_typed(
    desk: Desk, served: Served, arrest: UUID
) -> None:
    officer = desk(Role.DETENTION_OFFICER, script=False)
    officer.goto(f"/break-glass/protected/{arrest}")
    officer.fill("#why", "x" * 501)
    officer.click("button:has-text('Ask for it')")
    expect(officer.locator("#refusal")).to_contain_text("say what the emergency is")
    expect(officer.locator("#why")).to_have_value("x" * 501)
    officer.fill("#why", WHY)
    officer.click("button:has-text('Ask for it')")

    for role in (Role.CUSTODY_SUPERVISOR, Role.CLERK):
        page = desk(role, script=False)
        page.goto("/openings")
        page.click("text=Agree to open it")

    officer.goto(f"/arrests/{arrest}/protected")
    expect(officer.locator("main")).to_contain_text("Quillfeather")


def test_axe_finds_nothing_and_the_pages_speak_spanish(desk: Desk, served: Served, arrest: UUID) -> None:
    store, by = served.store, served.by
    for part in (Opened.PROTECTED, Opened.ARREST):
        opening = openings.ask(store, by(Role.DETENTION_OFFICER), arrest, part, why=WHY).id
        openings.agree(store, by(Role.CUSTODY_SUPERVISOR), opening)
        openings.agree(store, by(Role.CLERK), opening)
        if part is Opened.PROTECTED:
            openings.close(store, by(Role.CLERK), opening)
    openings.ask(store, by(Role.OFFICER), arrest, Opened.PROTECTED, why=WHY)
    found: dict[str, list[str]] = {}
    for role, address in (
        (Role.CHARGING_SUPERVISOR, "/openings"),
        (Role.PRIVACY_OFFICER, "/openings"),
        (Role.DETENTION_OFFICER, f"/arrests/{arrest}"),
        (Role.DETENTION_OFFICER, f"/break-glass/protected/{arrest}"),
        (Role.CLERK, f"/arrests/{arrest}"),
        (Role.POLICE_SUPERVISOR, "/accounts"),
        (Role.OFFICER, "/board"),
    ):
        page = desk(role, width=640)
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if (wrong := violations(page)) or overflow > 0:
            found[f"{role} {address}"] = [f"{overflow} px too wide", *wrong]
    assert found == {}

    page.click("footer button:has-text('Español')")
    page.goto("/openings")
    expect(page.locator("h1")).to_have_text("Romper el cristal")
    expect(page.locator("main")).to_contain_text("A la espera de que se acepte")
    expect(page.locator("main")).not_to_contain_text("minutes left")


def test_an_officers_board_is_that_of_the_site_it_lives_and_the_city_asks_why(
    desk: Desk, served: Served, admin_url: str
) -> None:
    own, other = book(served, "Adler"), book(served, "Birch")
    with psycopg.connect(admin_url) as connection:
        connection.execute("update record.arrest set site = 'D24', written_by = (select id from house.account"
                           " where role = 'clerk') where id = %s", (other,))  # fmt: skip
    officer = desk(Role.OFFICER)
    officer.goto("/board")
    connected(officer)
    expect(officer.locator("tbody[data-live] tr")).to_have_count(1)
    book(served, "Cedar")
    expect(officer.locator("tbody[data-live] tr")).to_have_count(2)

    officer.goto(f"/arrests/{other}")
    expect(officer.locator("main")).to_contain_text("outside your own queue and site")
    officer.goto(f"/arrests/{own}")
    expect(officer.locator("h1")).to_contain_text("ADLER")
    officer.goto("/board")
    officer.click("text=This list is of your site")
    officer.fill("#city-why", "looking for a cell, for the sergeant")
    officer.click("text=Show the whole city")

    expect(officer.locator("main")).to_contain_text("BIRCH")
    expect(officer.locator("[data-live]")).to_have_count(0)


def test_an_open_page_of_a_disabled_account_goes_to_the_sign_in(desk: Desk, served: Served) -> None:
    page = desk(Role.CUSTODY_SUPERVISOR)
    connected(page)

    staff.disable(served.store, served.by(Role.ADMINISTRATOR), served.by(Role.CUSTODY_SUPERVISOR).account)
    book(served, "Adler")

    expect(page.locator("#password")).to_be_visible()
    assert "ADLER" not in page.content()
