"""An owner asks, the partner answers and certifies, the privacy officer sees what is open: in real windows."""

from datetime import timedelta
from pathlib import Path

import psycopg
from playwright.sync_api import expect
from tests.partnership import Partnership, asks

from pars import clock
from pars.actions import letters, requesting
from pars.actions.inquiries import inquire
from pars.actions.requesting import Question
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision

from .conftest import Desk, picture
from .test_access import violations
from .test_sharing import ANALYST, COURT, partners, served

__all__ = ["partners", "served"]

PRIVACY, AUDITOR = Role.PRIVACY_OFFICER.value, Role.AUDITOR.value
TODAY = clock.city_day(clock.now())
DUE = (TODAY + timedelta(days=14)).strftime("%m/%d/%Y")
YESTERDAY = (TODAY - timedelta(days=1)).strftime("%m/%d/%Y")


def test_a_question_its_answer_with_a_letter_and_a_certificate(
    desk: Desk, partners: Partnership, tmp_path: Path
) -> None:
    partners.agree()
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 a letter")
    officer, analyst = desk(PRIVACY), desk(ANALYST)
    expect(officer.locator("h1")).to_have_text("Privacy")

    officer.click("summary:has-text('Ask a partner')")
    officer.fill("#due_on", YESTERDAY)
    officer.fill("#question", "What were they for?")
    officer.click("form[action='/duties/requests'] button")
    expect(officer.locator("#refusal")).to_contain_text("due on a later day")
    expect(officer.locator("#question")).to_have_value("What were they for?")
    officer.fill("#due_on", DUE)
    officer.click("form[action='/duties/requests'] button")
    expect(officer.locator("article[data-state='open']")).to_contain_text("What were they for?")

    analyst.goto("/duties")
    analyst.click("summary:has-text('Answer it')")
    analyst.fill("textarea[name='answer']", "For case 41.")
    analyst.set_input_files("input[name='letter']", letter)
    analyst.click("article button:has-text('Answer')")
    expect(analyst.locator("article[data-state='answered']")).to_contain_text("For case 41.")
    analyst.click("summary:has-text('Certify destruction')")
    analyst.fill("#up_to", YESTERDAY)
    analyst.select_option("#method", "overwritten")
    analyst.click("button:has-text('Certify')")
    expect(analyst.locator("[aria-labelledby='certificates'] li")).to_contain_text("overwritten")

    officer.reload()
    expect(officer.locator("article[data-state='answered']")).to_contain_text("For case 41.")
    with officer.expect_download() as download:
        officer.click("article a:has-text('Letter')")
    assert Path(download.value.path()).read_bytes() == letter.read_bytes()


def test_an_owner_gives_notice_and_both_print_the_letter(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    court, analyst = desk(COURT), desk(ANALYST)
    court.goto("/agreements/sheriff")

    court.click("summary:has-text('Give notice of non-renewal')")
    court.fill("#non-renewal-reason", "voted")
    court.click("button:has-text('Give notice')")

    for page in (court, analyst):
        page.goto("/agreements/sheriff")
        expect(page.locator("[data-notice='non-renewal']")).to_contain_text("will not renew it after its last day")
        key = page.locator("form[action*='/letters/notice-'] [name='form_key']").get_attribute("value")
        address = page.locator("form[action*='/letters/notice-']").get_attribute("action")
        printed = page.request.post(str(address), form={"form_key": str(key)})
        assert printed.headers["content-type"] == "application/pdf"
        assert printed.body().startswith(b"%PDF-")


def test_axe_finds_nothing_nothing_scrolls_sideways_and_they_speak_spanish(
    desk: Desk, partners: Partnership, admin_url: str
) -> None:
    partners.agree()
    inquire(partners.store, partners.analyst(), asks())
    for by in (partners.speaker(Owner.COURT), partners.staff(Role.PRIVACY_OFFICER)):
        made = requesting.ask(partners.store, by, "sheriff", Question("What was it for?", TODAY + timedelta(days=14)))
    requesting.answer(partners.store, partners.analyst(), made.id, "For case 41.", b"%PDF-1.7 a letter")
    requesting.ask(
        partners.store, partners.speaker(Owner.POLICE), "sheriff", Question("And this?", TODAY + timedelta(3))
    )
    letters.decline_renewal(partners.store, partners.speaker(Owner.POLICE), "sheriff", "voted")
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            "update sharing.request set due_on = due_on - 5 where question in"
            " (select question from sharing.request order by asked_at desc limit 1)"
        )
        connection.execute("update sharing.inquiry set day = day - 100")
    partners.say(Owner.COURT, Decision.SUSPEND)

    found: dict[str, list[str]] = {}
    for name, address in (
        (PRIVACY, "/privacy"),
        (AUDITOR, "/privacy"),
        (PRIVACY, "/duties"),
        (COURT, "/duties"),
        (ANALYST, "/duties"),
        (ANALYST, "/inquiry"),
        (COURT, "/agreements/sheriff"),
        (COURT, "/agreements"),
    ):
        page = desk(name, width=640)
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = violations(page)
        if wrong or overflow > 0:
            found[f"{name} {address}"] = [f"{overflow} px too wide", *wrong]
        if (name, address) in {(PRIVACY, "/privacy"), (ANALYST, "/duties")}:
            picture(page, f"{address.strip('/')}.png", full_page=True)
    page.click("footer button:has-text('Español')")
    page.goto("/duties")
    expect(page.locator("main")).to_contain_text("Solicitudes de información")
    assert violations(page) == []
    assert found == {}


def test_the_pages_work_without_javascript(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    page = desk(COURT, script=False)
    page.goto("/duties")

    page.click("summary:has-text('Ask a partner')")
    page.fill("#due_on", DUE)
    page.fill("#question", "What were they for?")
    page.click("form[action='/duties/requests'] button")

    expect(page.locator("article[data-state='open']")).to_contain_text("What were they for?")
