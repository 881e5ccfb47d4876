"""A pattern is seen, read, explained and found: without script, with axe, in both languages."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.partnership import Partnership
from tests.promises.test_habits_are_seen import guessed

from .conftest import Desk
from .test_access import violations
from .test_sharing import ANALYST, COURT, POLICE, partners, served

__all__ = ["partners", "served"]


def open_pattern(page: Page) -> None:
    """The newest pattern's own page, once the rounds have seen it."""
    page.goto("/patterns")
    while page.locator("tr[data-action='suspend']").count() == 0:
        page.wait_for_timeout(200)
        page.goto("/patterns")
    page.click("tr[data-action='suspend'] a[href^='/patterns/']")


def test_owners_read_a_pattern_its_dossier_and_a_statement_and_an_owner_finds_it_explained(
    desk: Desk, partners: Partnership
) -> None:
    partners.agree()
    guessed(partners)
    court, analyst, privacy = desk(COURT, script=False), desk(ANALYST, script=False), desk("privacy-officer")

    open_pattern(court)
    expect(court.locator("#case")).to_have_text("open")
    expect(court.locator("main")).to_contain_text("Birth dates were tried")
    assert not re.search(r"attack|dishonest|profil|violat|guilty", court.inner_text("main"), re.IGNORECASE)
    with court.expect_download() as download:
        court.click("button:has-text('JSON, sealed edition')")
    assert b'"edition":"sealed"' in Path(download.value.path()).read_bytes()

    analyst.goto("/agreements/sheriff")
    expect(analyst.locator("#grade")).to_have_attribute("data-grade", "ordinary")
    analyst.fill("#words", "A list of namesakes of one warrant.")
    analyst.click("section[aria-labelledby='explain'] button")
    expect(analyst.locator("[role=status]")).to_contain_text("It was heard")
    court.reload()
    expect(court.locator("#case")).to_have_text("grounds were stated")
    court.click("label[for=say-explained]")
    court.click("form:has(#words) button")
    expect(court.locator("#refusal")).to_contain_text("say why")
    court.click("label[for=say-explained]")
    court.fill("#words", "The warrant is on file.")
    court.click("form:has(#words) button")
    expect(court.locator("#case")).to_have_text("explained")

    open_pattern(privacy)
    for address in ("/patterns", privacy.url, "/statements"):
        privacy.goto(address)
        assert violations(privacy) == [], address
    expect(privacy.locator("button:has-text('JSON, sealed edition')")).to_have_count(0)
    privacy.click("footer button:has-text('Español')")
    privacy.goto("/statements")
    expect(privacy.locator("h1")).to_contain_text("Declaración de disparidad")


def test_a_stale_page_is_told_what_was_said_and_keeps_the_words(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    guessed(partners)
    court, police = desk(COURT), desk(POLICE, script=False)
    open_pattern(court)
    police.goto(court.url)

    court.click("label[for=say-explained]")
    court.fill("#words", "The warrant is on file.")
    court.click("form:has(#words) button")
    expect(court.locator("#case")).to_have_text("explained")
    police.click("label[for=say-unexplained]")
    police.fill("#words", "No warrant is on file.")
    police.click("form:has(#words) button")

    expect(police.locator("#refusal")).to_contain_text("something was said of it meanwhile")
    expect(police.locator("section[aria-labelledby='said']")).to_contain_text("The warrant is on file.")
    expect(police.locator("#words")).to_have_value("No warrant is on file.")
    expect(police.locator("#say-unexplained")).to_be_checked()
    police.click("form:has(#words) button")
    expect(police.locator("#case")).to_have_text("not explained")


def test_an_explanation_that_cannot_be_taken_comes_back_with_its_words(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    analyst = desk(ANALYST, script=False)
    words = "x" * 5001

    analyst.goto("/agreements/sheriff")
    analyst.fill("#words", words)
    analyst.click("section[aria-labelledby='explain'] button")

    expect(analyst.locator("#refusal")).to_contain_text("at most 5000 characters")
    expect(analyst.locator("#words")).to_have_value(words)


def test_a_pattern_prints_without_what_is_clicked(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    guessed(partners)
    court = desk(COURT)

    open_pattern(court)
    court.emulate_media(media="print")

    expect(court.locator("form:has(#words)")).to_be_hidden()
    expect(court.locator("footer")).to_be_hidden()
    expect(court.locator("#case")).to_be_visible()
