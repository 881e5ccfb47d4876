"""Who looked, erasing, recalls and the auditor's desk in real windows: both languages, without JavaScript, axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import placing, sealing, switches, who_looked
from pars.actions.inquiries import inquire
from pars.record.roles import Owner, Role
from pars.record.switches import Name

from .conftest import Desk
from .test_access import violations
from .test_sharing import ANALYST, COURT, partners, served

__all__ = ["partners", "served"]
AUDITOR, CLERK, POLICE = Role.AUDITOR.value, Role.CLERK.value, "police-speaks"
TODAY = clock.city_day(clock.now())


@pytest.fixture
def looked_at(partners: Partnership) -> Partnership:
    """Somebody about whom a partner asked, ten days before the windows are opened."""
    partners.agree()
    partners.charged()
    inquire(partners.store, partners.analyst(), asks())
    placing.place(partners.store)
    switches.set_to(partners.store, partners.speaker(Owner.COURT), Name.WHO_LOOKED_DELAY_DAYS, "1", reason="soon")
    clock.keep(clock.Pace(clock.now() + timedelta(days=10), clock.real_now()))
    return partners


def test_the_auditor_sees_who_looked_searches_draws_and_reconciles_without_javascript(
    desk: Desk, looked_at: Partnership
) -> None:
    page = desk(AUDITOR, script=False)
    page.goto("/who-looked")
    page.fill("#surname", "Quillfeather")
    page.fill("#given", "Rosalind")
    page.fill("#birth_date", "02/03/1990")
    page.click("main button:has-text('Show')")
    expect(page.locator("#complete")).to_contain_text((TODAY + timedelta(days=8)).strftime("%m/%d/%Y"))
    expect(page.locator("#look-ups tbody tr")).to_contain_text(["Example County Sheriff, warrants"])
    assert page.url.endswith("/who-looked")

    page.goto("/audit")
    page.fill("#first", TODAY.strftime("%m/%d/%Y"))
    page.fill("#user", "analyst")
    page.fill("#from_time", "25:00")
    page.click("main button:has-text('Search')")
    expect(page.locator("#refusal")).to_contain_text("to the hour")
    page.fill("#from_time", "0:00")
    page.click("main button:has-text('Search')")
    expect(page.locator("#entries tbody tr")).to_have_count(1)
    page.fill("#count", "0")
    page.click("button:has-text('Draw')")
    expect(page.locator("#refusal")).to_contain_text("draw 1 to 1000")
    page.fill("#count", "2")
    page.click("button:has-text('Draw')")
    expect(page.locator("[aria-labelledby='samples'] li")).to_have_count(1)
    page.click("button:has-text('Reconcile now')")
    expect(page.locator("tr[data-gap='0']")).to_have_count(3)
    placing.place(looked_at.store)
    page.goto("/audit")
    page.click("[aria-labelledby='samples'] li a")
    expect(page.locator("#entries tbody tr")).to_have_count(2)


def test_two_owners_lengthen_the_delay_the_clerk_erases_and_the_partner_confirms(
    desk: Desk, looked_at: Partnership
) -> None:
    court, police, clerk, analyst = desk(COURT), desk(POLICE), desk(CLERK), desk(ANALYST)
    court.goto("/who-looked")
    court.click("summary:has-text('Ask for a longer delay')")
    court.fill("#days", "20")
    court.fill("#until", (TODAY + timedelta(days=40)).strftime("%m/%d/%Y"))
    court.fill("#reason", "one case")
    court.click("button:has-text('Ask for it')")
    police.goto("/who-looked")
    police.click("article button:has-text('Agree')")
    expect(police.locator("article[data-delay]")).to_contain_text("court and police")

    with looked_at.store.transaction("pars_act") as connection:
        arrest, number = connection.execute(
            "update record.arrest set custody = 'released' returning id, number"
        ).fetchone() or (None, 0)
    assert arrest is not None
    sealing.limit_access(looked_at.store, looked_at.staff(Role.CLERK), arrest, "expunged", order="an order")
    clerk.goto("/erasing")
    clerk.fill("#number", str(number))
    clerk.fill("#because", "an order")
    clerk.fill("#words", "Quillfeather")
    clerk.click("main button:has-text('Erase')")
    expect(clerk.locator("#done")).to_contain_text("Receipts recalled: 1")
    analyst.goto("/duties")
    analyst.click("li[data-recall] button")
    expect(analyst.locator("li[data-recall]")).to_contain_text("destroyed, as the partner says, on")


def test_axe_finds_nothing_nothing_scrolls_sideways_and_they_speak_spanish(desk: Desk, looked_at: Partnership) -> None:
    who_looked.ask_longer(
        looked_at.store, looked_at.speaker(Owner.COURT), days=20, reason="one case", until=TODAY + timedelta(days=40)
    )
    found: dict[str, list[str]] = {}
    for name, address in (
        (AUDITOR, "/who-looked"),
        (POLICE, "/who-looked"),
        (CLERK, "/erasing"),
        (ANALYST, "/duties"),
        (AUDITOR, "/audit"),
    ):
        page = desk(name, width=640)
        page.goto(address)
        if address == "/audit":
            page.click("main button:has-text('Search')")
            page.click("button:has-text('Reconcile now')")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = violations(page)
        if wrong or overflow > 0:
            found[f"{name} {address}"] = [f"{overflow} px too wide", *wrong]
    page.click("footer button:has-text('Español')")
    page.goto("/audit")
    expect(page.locator("main")).to_contain_text("Muestras al azar")
    assert violations(page) == []
    assert found == {}
