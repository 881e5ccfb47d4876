"""Two owners register a record that stands for nobody; whoever asks for it needs a signature, which a page gives."""

import psycopg
from playwright.sync_api import Page, expect
from tests.actions.test_canaries import judged, number
from tests.partnership import CASE, Partnership

from .conftest import Desk
from .test_access import violations
from .test_sharing import ANALYST, COURT, POLICE, partners, served

__all__ = ["partners", "served"]


def fill(page: Page, surname: str) -> None:
    """The form of an inquiry is filled in."""
    page.goto("/inquiry")
    page.select_option("#under", "sheriff felony-investigation")
    said = {"case_reference": CASE, "surname": surname, "given": "Rosalind", "birth_date": "02/03/1990"}
    for name, value in said.items():
        page.fill(f"#{name}", value)


def test_two_owners_register_it_and_a_touch_needs_a_colleagues_signature(
    desk: Desk, partners: Partnership, admin_url: str
) -> None:
    partners.agree()
    partners.charged()
    arrest = partners.charged("Nobodie")
    said = str(number(admin_url, arrest))
    police, court, clerk = desk(POLICE, script=False), desk(COURT), desk("clerk", script=False)
    first, second = desk(ANALYST, script=False), desk("analyst-2")

    police.goto("/canaries")
    police.fill("#number", said)
    police.click("button:has-text('Propose it')")
    expect(police.locator(f"tr[data-canary='{said}'] button:has-text('Confirm')")).to_have_count(0)
    court.goto("/canaries")
    assert violations(court) == []
    court.click(f"tr[data-canary='{said}'] button:has-text('Confirm')")
    expect(court.locator(f"tr[data-canary='{said}']")).to_contain_text("yes")

    clerk.goto(f"/arrests/{arrest}")
    if clerk.locator("#why").count():
        clerk.fill("#why", "a list that was asked for")
        clerk.click("main form button")
    expect(clerk.locator("#nobody")).to_contain_text("stands for nobody")

    fill(second, "Nobodie")
    second.click("form[action='/inquiry'] button:has-text('Ask')")
    expect(second.locator("#answer")).to_be_visible()
    assert "nobody" not in second.inner_text("section.answer").lower()
    judged(partners)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update watch.alarm set day = day - 1")
    fill(second, "Quillfeather")
    second.click("form[action='/inquiry'] button:has-text('Ask')")
    expect(second.locator("#refusal")).to_contain_text("has to sign this inquiry first")
    assert violations(second) == []
    fill(first, "Quillfeather")
    first.click("button:has-text('Sign it for a colleague')")
    expect(first.locator("[role=status]")).to_contain_text("It is signed")
    fill(second, "Quillfeather")
    second.click("form[action='/inquiry'] button:has-text('Ask')")
    expect(second.locator("#answer")).to_be_visible()
