"""A case from the privacy officer's question to the owners' last word: by keyboard, with axe, in both languages."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.actions.test_watching import asked_to_sign
from tests.partnership import Partnership

from pars.clock import city_day, now

from .conftest import Desk
from .test_access import violations
from .test_sharing import ANALYST, COURT, partners, served

__all__ = ["partners", "served"]

ENTERED = (
    "patterns.shown",
    "request.asked",
    "request.answered",
    "pattern.explained-by-partner",
    "pattern.found-unexplained",
    "pattern.explained-by-partner",
    "pattern.found-explained",
)


def press(page: Page, css: str, key: str = "Enter") -> None:
    """A control is reached and pressed without a pointer."""
    page.locator(css).first.focus()
    page.keyboard.press(key)


def typed(page: Page, css: str, words: str) -> None:
    """Something is typed into a field."""
    page.locator(css).focus()
    page.keyboard.type(words)


def opened(page: Page) -> None:
    """The queue, and in it the case."""
    page.goto("/patterns")
    press(page, "tr[data-case] a[href^='/patterns/']")
    expect(page.locator("#case")).to_be_visible()


def find(page: Page, finding: str, words: str) -> None:
    """An owner finds."""
    opened(page)
    press(page, f"#say-{finding}", "Space")
    typed(page, "#words", words)
    press(page, "form:has(#words) button")


def explain(page: Page, words: str) -> None:
    """The partner says how its look-ups came about."""
    page.goto("/agreements/sheriff")
    typed(page, "#words", words)
    press(page, "section[aria-labelledby='explain'] button")
    expect(page.locator("[role=status]")).to_contain_text("It was heard")


def test_a_case_goes_from_question_to_answer_finding_appeal_and_finding_by_keyboard(
    desk: Desk, partners: Partnership, admin_url: str
) -> None:
    partners.agree()
    asked_to_sign(admin_url, partners, days_ago=1)
    privacy, analyst, court = desk("privacy-officer"), desk(ANALYST), desk(COURT)

    opened(privacy)
    assert violations(privacy) == []
    press(privacy, "main a[href^='/duties']")
    expect(privacy.locator("#agreement")).to_have_value("sheriff")
    typed(privacy, "#due_on", f"{city_day(now()) + timedelta(days=14):%m/%d/%Y}")
    typed(privacy, "#question", "What were the look-ups of this week for?")
    press(privacy, "form[action='/duties/requests'] button")
    expect(privacy.locator("article[data-state='open']")).to_have_count(1)
    analyst.goto("/duties")
    press(analyst, "article summary")
    typed(analyst, "textarea[name='answer']", "Warrants of one operation.")
    press(analyst, "article form button")
    expect(analyst.locator("article[data-state='answered']")).to_have_count(1)
    explain(analyst, "Forty warrants of one operation.")
    find(court, "unexplained", "No warrant is on file.")
    expect(court.locator("#case")).to_have_text("not explained")
    explain(analyst, "They were sent on paper; here are their numbers.")
    opened(privacy)
    expect(privacy.locator("#case")).to_have_text("grounds were stated")
    find(court, "explained", "The warrants were found.")

    expect(court.locator("#case")).to_have_text("explained")
    expect(court.locator("section[aria-labelledby='said'] ol > li")).to_have_count(4)
    assert violations(court) == []
    privacy.click("footer button:has-text('Español')")
    opened(privacy)
    expect(privacy.locator("h1")).to_have_text("Un patrón que necesita una explicación")
    expect(privacy.locator("#case")).to_have_text("explicado")
    assert violations(privacy) == []
    entered = _entered(partners)
    assert [one for one in entered if one in ENTERED[1:]] == list(ENTERED[1:])


def _entered(city: Partnership) -> list[str]:
    with city.store.transaction("pars_ledger") as connection:
        return [row[0] for row in connection.execute("select verb from ledger.entry order by id")]


@pytest.mark.parametrize("name", ["privacy-officer", "auditor"])
def test_who_oversees_reads_a_case_and_finds_nothing(
    desk: Desk, partners: Partnership, admin_url: str, name: str
) -> None:
    partners.agree()
    asked_to_sign(admin_url, partners, days_ago=1)

    page = desk(name)
    opened(page)

    expect(page.locator("#say-explained")).to_have_count(0)
    expect(page.locator("button:has-text('sealed')")).to_have_count(0)
