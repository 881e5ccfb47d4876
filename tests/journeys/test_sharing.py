"""Three owners sign, a partner asks for one person, the court withdraws: in real windows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.noon import born
from tests.partnership import BORN, CASE, Partnership, founded, terms

from pars.actions.proving import lay_floor
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.store.database import Store
from pars.store.keys import Keys

from .conftest import Desk, Served, listening, picture
from .test_access import violations

COURT, POLICE, ANALYST = "court-speaks", "police-speaks", "analyst"
ATTORNEY = "district-attorney-speaks"


@pytest.fixture
def served(admin_url: str, keys: Keys, ledger_folder: Path) -> Iterator[Served]:
    """A city whose owners have enrolled their keys, with a partner, served over HTTP."""
    born(admin_url, kind="demo", city="Philadelphia")
    with Store(admin_url, keys, ledger=ledger_folder) as store:
        lay_floor(store)
        founded(store)
        with listening(store) as url:
            yield Served(url, store)


@pytest.fixture
def partners(served: Served) -> Partnership:
    """The same city, for acts beside the browser."""
    return Partnership(served.store)


def ask(page: Page, surname: str = "Quillfeather", case: str = CASE, purpose: str = "felony-investigation") -> None:
    """The analyst fills in the form and asks."""
    page.goto("/inquiry")
    page.select_option("#under", f"sheriff {purpose}")
    year, month, day = BORN.split("-")
    for name, value in {
        "case_reference": case,
        "surname": surname,
        "given": "Rosalind",
        "birth_date": f"{month}/{day}/{year}",
    }.items():
        page.fill(f"#{name}", value)
    page.click("form[action='/inquiry'] button")


def say(page: Page, decision: str) -> None:
    """A representative says something for their owner."""
    page.goto("/agreements/sheriff")
    page.select_option("#decision", decision)
    page.fill("#reason", "as voted at the meeting")
    page.click("form[action='/agreements/sheriff/consents'] button")


def test_a_partner_reads_the_pounds_that_were_typed(desk: Desk, partners: Partnership) -> None:
    partners.charged(measured={"weight_lb": 180})
    partners.agree(terms(fields='["name", "description"]'))
    analyst = desk(ANALYST)

    ask(analyst)

    expect(analyst.locator("section.answer")).to_contain_text("180 lb")


def test_three_owners_sign_the_analyst_asks_and_the_court_withdraws_in_another_window(
    desk: Desk, partners: Partnership
) -> None:
    partners.charged()
    police, attorney, court, analyst = (desk(name) for name in (POLICE, ATTORNEY, COURT, ANALYST))

    police.goto("/agreements")
    police.click("summary:has-text('Propose terms')")
    police.fill("#terms", terms())
    police.click("form[action='/agreements'] button:has-text('Propose')")
    expect(police.locator("#state")).to_have_text("proposed")
    expect(police.locator("#preview")).to_contain_text("People who can be found")
    for page in (police, attorney, court):
        say(page, "grant")
    expect(court.locator("#state")).to_have_text("in force")
    analyst.context.clear_cookies()  # the sign-in was older than the term
    analyst.goto("/sign-in")
    analyst.fill("#name", ANALYST)
    analyst.fill("#password", "a-word-for-the-tests")
    analyst.click("form[action='/sign-in'] button")

    ask(analyst)
    answer = analyst.locator("section.answer")
    expect(answer).to_contain_text("Quillfeather")
    expect(answer).to_contain_text("Quillfeather, Rosalind")
    expect(answer).to_contain_text("02/03/1990")
    expect(answer).to_contain_text("18 § 2701 §§ A1 M2 × 1")
    answer.locator("summary:has-text('Withheld')").click()
    expect(answer.locator("[data-field='birthplace']")).to_contain_text("no agreement gives it")
    expect(answer.locator("[data-field='photo']")).to_contain_text("your agreement does not give it")
    expect(answer.locator("[data-field='next_hearing']")).to_contain_text("only under a judge's warrant")
    expect(analyst.locator("#lit[data-connected='yes']")).to_be_visible()
    picture(analyst, "inquiry.png")
    answer.locator("summary:has-text('Receipt')").click()
    expect(answer).to_contain_text(re.compile(r"[0-9/]{10} [0-9:]{5} E[SD]T by the wall clock"))
    expect(answer.locator("details:has-text('Receipt') code").nth(1)).to_have_text(re.compile(r"^[0-9T:-]{19}\+00:00$"))

    say(court, "withdraw")
    expect(court.locator("#state")).to_have_text("withdrawn")
    expect(analyst.locator("#dark")).to_be_visible()
    expect(analyst.locator("body")).not_to_contain_text("Quillfeather")
    assert "Quillfeather" not in analyst.content()
    picture(analyst, "dark.png")
    analyst.goto("/inquiry")
    expect(analyst.locator("main")).to_contain_text("No agreement of your agency is in force")


def test_an_owner_uploads_a_letter_with_its_vote_and_another_owner_downloads_it(
    desk: Desk, partners: Partnership, tmp_path: Path
) -> None:
    partners.agree()
    court, police = desk(COURT), desk(POLICE)
    letter, other = tmp_path / "minutes of 14 May.pdf", tmp_path / "page.html"
    letter.write_bytes(b"%PDF-1.7 the minutes")
    other.write_bytes(b"<html>")

    for file in (other, letter):
        court.goto("/agreements/sheriff")
        court.select_option("#decision", "suspend")
        court.fill("#reason", "as voted at the meeting")
        court.set_input_files("#letter", file)
        court.click("form[action='/agreements/sheriff/consents'] button")
        if file is other:
            expect(court.locator("#refusal")).to_contain_text("a letter is a PDF")
            expect(court.locator("#reason")).to_have_value("as voted at the meeting")

    expect(court.locator("#state")).to_have_text("suspended")
    police.goto("/agreements/sheriff")
    assert violations(police) == []
    with police.expect_download() as download:
        police.click("a:has-text('Letter')")
    assert download.value.suggested_filename == "letter-of-vote.pdf"
    assert Path(download.value.path()).read_bytes() == letter.read_bytes()
    police.click("footer button:has-text('Español')")
    police.goto("/agreements/sheriff")
    expect(police.locator("a[href$='/consents/4/letter']")).to_contain_text("Carta")
    expect(police.locator("#letter-hint")).to_contain_text("el socio no")


def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    page = desk(ANALYST)

    for surname, case, told in (
        ("Quill*", CASE, "no wildcards"),
        ("Quillfeather", "nonsense", "not of the form that your agency registered, such as ECS-1234-1234"),
        ("Q" * 10_000, CASE, "the surname is longer than 200 characters"),
    ):
        ask(page, surname, case)
        expect(page.locator("#refusal")).to_contain_text(told)
        expect(page.locator("#surname")).to_have_value(surname)
    page.click("summary:has-text('felony investigation')")
    may = page.locator("section[aria-labelledby='may']")
    expect(may).to_contain_text("your agency's own, such as ECS-1234-1234")


def test_a_stranger_and_somebody_not_charged_get_the_same_page(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.record("Hidden")
    page = desk(ANALYST)

    told = []
    for surname in ("Hidden", "Stranger"):
        ask(page, surname)
        expect(page.locator("section.answer")).to_contain_text("Nothing to show under this agreement.")
        page.locator("section.answer details:has-text('Receipt')").evaluate("one => one.remove()")
        told.append(page.locator("section.answer").inner_html())

    assert told[0] == told[1]


def test_the_inquiry_works_without_javascript(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.charged()
    page = desk(ANALYST, script=False)

    ask(page)

    expect(page.locator("section.answer")).to_contain_text("Quillfeather")


def test_a_partner_page_hides_what_it_shows_while_nobody_can_say_whether_the_agreement_stands(
    desk: Desk, partners: Partnership
) -> None:
    partners.agree()
    partners.charged()
    page = desk(ANALYST)
    page.route("**/standing", lambda route: route.abort())

    page.goto("/inquiry")

    expect(page.locator("#lit")).to_be_hidden()
    page.unroute("**/standing")
    expect(page.locator("#lit")).to_be_visible()


def renewed(partners: Partnership) -> None:
    """The court withdraws, and all three consent again."""
    partners.say(Owner.COURT, Decision.WITHDRAW)
    for owner in Owner:
        partners.say(owner, Decision.GRANT)


@pytest.mark.parametrize("address", ["/inquiry", "/subscriptions"])
def test_a_sign_in_of_a_term_that_ended_is_told_so_and_led_to_sign_in_again(
    desk: Desk, partners: Partnership, address: str
) -> None:
    partners.agree()
    page, plain = desk(ANALYST), desk(ANALYST, script=False)
    renewed(partners)

    for window in (page, plain):
        window.goto(address)
        expect(window.locator("#renewed")).to_contain_text("This sign-in belongs to a term that has ended")
        expect(window.locator("#dark")).to_be_hidden()
        expect(window.locator("main")).not_to_contain_text("No agreement of your agency is in force")
        expect(window.locator(f"form[action='{address}']")).to_have_count(0)
    assert violations(page) == []
    page.click("#renewed button")
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.fill("#name", ANALYST)
    page.fill("#password", "a-word-for-the-tests")
    page.click("form[action='/sign-in'] button")
    page.goto(address)

    expect(page.locator("#lit[data-connected='yes']")).to_be_visible()
    expect(page.locator("#renewed")).to_be_hidden()


def test_an_open_page_goes_dark_with_a_new_term_and_says_that_the_agreement_is_in_force(
    desk: Desk, partners: Partnership
) -> None:
    partners.agree()
    partners.charged()
    page = desk(ANALYST)
    ask(page)
    expect(page.locator("#lit[data-connected='yes']")).to_contain_text("Quillfeather")

    partners.agree(terms(fields='["name", "birth_date", "otn", "charges", "photo"]'))

    expect(page.locator("#renewed")).to_be_visible()
    expect(page.locator("#dark")).to_be_hidden()
    assert "Quillfeather" not in page.content()


def test_proposed_terms_on_the_floor_are_refused_on_the_page_with_their_line(desk: Desk, partners: Partnership) -> None:
    page = desk(POLICE)
    page.goto("/agreements")
    page.click("summary:has-text('Propose terms')")

    page.fill("#terms", terms(fields='["name", "birthplace"]'))
    page.click("form[action='/agreements'] button:has-text('Propose')")

    expect(page.locator("#refusal")).to_contain_text("“birthplace” is on the floor")
    expect(page.locator("#refusal")).to_contain_text("line ")
    expect(page.locator("#terms")).to_contain_text("birthplace")


def test_an_amendment_says_what_it_opens_and_that_it_is_broader(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.charged()
    partners.propose(terms(fields='["name", "birth_date", "otn", "charges", "photo"]'))
    page = desk(COURT)

    page.goto("/agreements/sheriff")

    expect(page.locator("main")).to_contain_text("for felony-investigation the partner also sees photo")
    expect(page.locator("main")).to_contain_text("Broader: both solvers found an inquiry")
    picture(page, "amendment.png", full_page=True)


def test_axe_finds_nothing_and_nothing_scrolls_sideways(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.charged()
    partners.propose(terms(fields='["name"]'))
    found: dict[str, list[str]] = {}
    for name, address in (
        (POLICE, "/agreements"),
        (POLICE, "/agreements/sheriff"),
        (ANALYST, "/inquiry"),
        (ANALYST, ""),
        (POLICE, "/agreements/sheriff/inquiries"),
        ("administrator", "/partners"),
    ):
        page = desk(name, width=640)
        if address:
            page.goto(address)
        else:
            ask(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong = violations(page)
        if wrong or overflow > 0:
            found[f"{name} {address}"] = [f"{overflow} px too wide", *wrong]

    assert found == {}


def test_the_pages_of_sharing_speak_spanish(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.say(Owner.COURT, Decision.SUSPEND)
    page = desk(POLICE)
    page.goto("/agreements/sheriff")

    page.click("footer button:has-text('Español')")
    page.goto("/agreements/sheriff")

    expect(page.locator("#state")).to_have_text("suspendido")
    expect(page.locator("main")).to_contain_text("Posición de los titulares")


def test_an_analyst_reports_what_came_of_a_look_up(desk: Desk, partners: Partnership) -> None:
    partners.agree()
    partners.charged()
    page, owner = desk(ANALYST), desk(POLICE)
    ask(page)
    expect(page.locator("[data-owed='outcome']")).to_contain_text("open 1, overdue 0")
    owner.goto("/agreements")
    expect(owner.locator("main")).to_contain_text("What partners owe")

    page.select_option("[name='outcome']", "warrant served")
    page.click("button:has-text('Report')")

    expect(page.locator("[data-owed='outcome']")).to_have_count(0)
    expect(page.locator("tbody")).to_contain_text("warrant served")
    picture(page, "log.png", full_page=True)


def test_an_administrator_registers_a_partner_and_a_wrong_form_is_kept_and_said(
    desk: Desk, partners: Partnership
) -> None:
    page = desk("administrator")
    page.goto("/partners")
    page.click("summary:has-text('Register a partner')")
    page.fill("#name", "Example County Warrant Unit")
    page.fill("#ori", "PAWAR0000")
    page.select_option("#parent", label="Example County Sheriff")
    page.fill("#pattern", "(W+)+")
    page.click("button:has-text('Register it'):visible")
    expect(page.locator(".usa-alert--error")).to_contain_text("sets with a count")
    expect(page.locator("#name")).to_have_value("Example County Warrant Unit")

    page.fill("#pattern", "WU-[0-9]{4}")
    page.click("button:has-text('Register it'):visible")

    expect(page.locator("tr", has_text="Warrant Unit")).to_contain_text("WU-[0-9]{4}")
