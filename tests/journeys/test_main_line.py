"""From the street to the door: booked, charged, arraigned, signed out, and the papers printed."""

import io

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from pars.record.roles import Role

from .conftest import Desk, fill_booking, picture, take


def words(page: Page, kind: str) -> str:
    """Print a paper as the page's button does, and read it."""
    key = page.locator("input[name=form_key]").first.input_value()
    answer = page.request.post(f"{page.url.split('?')[0]}/papers/{kind}", form={"form_key": key})
    assert answer.headers["content-type"] == "application/pdf", answer.text()
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.body())).pages).split())


def test_an_arrest_goes_from_the_street_to_the_door(desk: Desk) -> None:
    officer, attorney = desk(Role.OFFICER), desk(Role.CHARGING_ATTORNEY)
    expect(attorney.locator("[data-live]")).to_have_attribute("data-connected", "yes")
    expect(attorney.locator("tbody[data-live] tr")).to_have_count(0)

    fill_booking(officer, **{"statute-1": "18 § 3921 §§ A"})
    officer.keyboard.press("Tab")
    officer.get_by_label("What is the property or service worth").fill("3000")
    officer.select_option("[name=grade-1]", "F3")
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER, Rosalind")
    address = officer.url
    take(officer, "book", chosen={"site": "D22"})
    take(officer, "take-prints", otn="N 239191-1")
    take(officer, "write-report", facts="At 9:40 p.m. the defendant took a bicycle worth $3,000 from a porch.")
    supervisor = desk(Role.POLICE_SUPERVISOR)
    supervisor.goto(address)
    take(supervisor, "approve-report")

    row = attorney.locator("tbody[data-live] tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("QUILLFEATHER, Rosalind")
    row.locator("a").click()
    take(attorney, "charge", chosen={"decision-1": "approved"}, affiant_name="Tobias Renner")
    expect(attorney.locator(".headline .stage")).to_have_text("awaits certification")

    clerk, magistrate = desk(Role.CLERK), desk(Role.MAGISTRATE)
    clerk.goto(address)
    take(clerk, "certify", said=("verified-yes",))
    take(clerk, "list", video_site="D22")
    expect(magistrate.locator("tbody[data-live] tr")).to_have_count(1)
    magistrate.locator("tbody[data-live] tr a").click()
    facts = magistrate.locator("#complaint .filed")
    expect(facts).to_have_text("At 9:40 p.m. the defendant took a bicycle worth $3,000 from a porch.")
    expect(facts).to_be_in_viewport()
    magistrate.set_viewport_size({"width": 390, "height": 844})
    magistrate.reload()
    expect(facts).to_be_in_viewport()  # on a phone, too
    take(
        magistrate,
        "arraign",
        said=("probable_cause-yes", "counsel_heard-yes", "condition-report"),
        chosen={"bail_type": "monetary"},
        amount_usd="10,000",
        percent="10",
        ability_asked="income and savings",
        ability_said="600 a week",
    )
    expect(magistrate.locator(".headline .stage")).to_have_text("held on bail")
    order = words(magistrate, "bail-order")
    assert "Release on a monetary condition" in order
    assert "$10,000" in order
    assert "$1,010" in order

    clerk.goto(address)
    take(clerk, "docket", docket_number="MC-51-CR-0004512-2026")
    take(clerk, "post-bail", amount_usd="1010", surety="A. Quillfeather")
    custody = desk(Role.CUSTODY_SUPERVISOR)
    expect(custody.locator("tbody[data-owed] tr")).to_have_count(1)
    custody.locator("tbody[data-owed] tr a").click()
    take(custody, "sign-out", said=("property_returned-yes",), opened_by="812", papers_given="bail order, next date")
    expect(custody.locator(".headline .stage")).to_have_text("released")
    complaint = words(clerk, "complaint")
    for item in ("Quillfeather, Rosalind", "18 § 3921 §§ A", "N 239191-1", "bicycle", "Tobias Renner", "F3"):
        assert item in complaint


def test_the_same_main_line_begins_without_javascript(desk: Desk) -> None:
    officer = desk(Role.OFFICER, script=False)

    fill_booking(officer, **{"statute-1": "18 § 2701 §§ A1"})
    officer.click("text=Record the arrest")

    assert officer.locator("h1").inner_text().startswith("QUILLFEATHER, Rosalind")
    take(officer, "book", chosen={"site": "D22"})
    assert officer.locator(".headline .stage").inner_text() == "booked"
    officer.goto("/board")
    assert officer.locator("tbody[data-live] tr").count() == 1


def test_a_name_that_nobody_knows_yet_is_on_the_board_from_the_first_call(desk: Desk) -> None:
    officer = desk(Role.OFFICER)

    fill_booking(officer, surname="", given="", birth_date="", address="")
    officer.click("text=Record the arrest")

    expect(officer.locator("h1")).to_contain_text("name unknown")
    officer.goto("/board")
    expect(officer.locator("tbody[data-live] tr")).to_contain_text("name unknown")


def test_a_search_shows_what_speaks_for_and_against(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer)
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER")

    officer.goto("/booking")
    officer.fill("#search-surname", "Quilfeather")
    officer.fill("#search-given", "Rosalind")
    officer.fill("#search-birth_date", "03/02/1990")
    officer.keyboard.press("Enter")

    match = officer.locator("section.search tbody tr")
    expect(match).to_have_count(1)
    expect(match).to_contain_text("surname sounds alike")
    expect(match).to_contain_text("birth date with digits exchanged")
    expect(officer.locator("form.booking [name=surname]")).to_have_value("Quilfeather")
    assert "uilfeather" not in officer.url


def test_a_known_person_is_booked_with_the_keyboard_alone(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    at = "0001"
    officer.focus("form.booking [name=arrested_on]")
    keys = 0

    def typed(text: str) -> None:
        nonlocal keys
        officer.keyboard.type(text)
        officer.keyboard.press("Tab")
        keys += len(text) + 1

    for text in ("", at, "500 block of Sample Street", "", "4417", "22nd", "", "", "", "", ""):
        typed(text)
    for text in ("Quillfeather", "Rosalind", "", "", "02031990"):
        typed(text)
    while officer.evaluate("document.activeElement.textContent.trim()") != "Record the arrest":
        officer.keyboard.press("Tab")
        keys += 1
        assert keys < 200
    officer.keyboard.press("Enter")

    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER, Rosalind")
    assert keys <= 150  # 60 seconds at 150 keys a minute, a slow typist


def test_a_refused_form_keeps_what_was_typed_and_says_where(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer, birth_date="02/03/2090")

    officer.click("text=Record the arrest")

    expect(officer.locator("#refusal")).to_contain_text("birth date is not before the arrest")
    expect(officer.locator("form.booking [name=surname]")).to_have_value("Quillfeather")
    expect(officer.locator("form.booking [name=birth_date]")).to_have_attribute("aria-invalid", "true")
    officer.goto("/board")
    expect(officer.locator("tbody[data-live] tr")).to_have_count(0)


def test_immigration_words_in_free_text_warn_their_writer(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer, **{"statute-1": "18 § 2701 §§ A1"})
    officer.click("text=Record the arrest")
    officer.wait_for_url("**/arrests/**")

    take(officer, "write-report", facts="The person is not a citizen and pushed another person.")

    expect(officer.get_by_role("status").first).to_contain_text("no place for that")


def test_screenshots_of_the_main_line_are_there(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer)

    taken = picture(officer, "booking.png", full_page=True)

    assert taken.stat().st_size > 10_000
