"""Half-typed forms, two people at once, a terminal that locks: nothing that was typed is lost."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from pars.actions import signin
from pars.actions.life import take as take_step
from pars.record.roles import Role
from pars.web.asking import COOKIE

from .conftest import PASSWORD, Desk, Served, fill_booking, picture, sign_in, take
from .test_access import violations
from .test_live import book


def test_a_half_typed_form_survives_a_lock(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    officer.fill("form.booking [name=surname]", "Quillfeather")
    officer.fill("form.booking [name=place]", "500 block of Sample Street")
    expect(officer.locator("[data-kept]")).to_have_text("✓")

    officer.click("form[action='/lock'] button")
    expect(officer.locator("h1")).to_have_text("The screen is locked")
    officer.fill("#password", PASSWORD)
    officer.click("form[action='/unlock'] button")

    expect(officer.locator("form.booking [name=surname]")).to_have_value("Quillfeather")
    expect(officer.locator("form.booking [name=place]")).to_have_value("500 block of Sample Street")


def test_a_half_typed_form_survives_a_crash_and_opens_at_another_terminal(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    officer.fill("form.booking [name=surname]", "Quillfeather")
    expect(officer.locator("[data-kept]")).to_have_text("✓")
    officer.context.close()

    elsewhere = desk(Role.OFFICER)

    expect(elsewhere.locator("form.booking [name=surname]")).to_have_value("Quillfeather")


def test_a_form_that_is_sent_after_its_session_ended_in_another_window_is_said_not_to_be_recorded(
    desk: Desk, served: Served
) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer, surname="Marrowby")
    expect(officer.locator("[data-kept]")).to_have_text("✓")
    other = officer.context.new_page()
    other.goto("/board")
    other.click("text=Switch user")
    expect(other.locator("#name")).to_be_visible()
    expect(other.locator("#not-recorded")).to_have_count(0)

    officer.click("text=Record the arrest")

    expect(officer.locator("#not-recorded")).to_contain_text("nothing of what you sent was recorded")
    expect(officer.locator("#not-recorded")).to_contain_text("stands in its form again")
    officer.fill("#name", "officer")
    officer.fill("#password", "not-the-word")
    officer.click("form[action='/sign-in'] button")
    expect(officer.locator("#not-recorded")).to_be_visible()  # also after a wrong password
    officer.fill("#password", PASSWORD)
    officer.click("form[action='/sign-in'] button")
    expect(officer.locator("form.booking [name=surname]")).to_have_value("Marrowby")
    with served.store.transaction("pars_act") as connection:
        assert connection.execute("select count(*) from record.arrest").fetchone() == (0,)


def test_a_form_that_is_sent_while_the_screen_is_locked_stands_in_its_page_again_once_it_is_unlocked(
    desk: Desk, served: Served
) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer, surname="Marrowby")
    other = officer.context.new_page()
    other.goto("/booking")
    other.click("form[action='/lock'] button")
    expect(other.locator("h1")).to_have_text("The screen is locked")

    officer.click("text=Record the arrest")

    expect(officer.locator("h1")).to_have_text("The screen is locked")
    expect(officer.locator("#not-recorded")).to_contain_text("nothing of what you sent was recorded")
    assert "Marrowby" not in officer.content()
    picture(officer, "locked-while-sent.png")
    officer.fill("#password", PASSWORD)
    officer.click("form[action='/unlock'] button")
    expect(officer.locator("#not-recorded")).to_contain_text("It stands here as you sent it")
    expect(officer.locator("form.booking [name=surname]")).to_have_value("Marrowby")
    expect(officer.locator("form.booking [name=given]")).to_have_value("Rosalind")
    picture(officer, "unlocked-booking.png")
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("MARROWBY")
    with served.store.transaction("pars_act") as connection:
        assert connection.execute("select count(*) from record.arrest").fetchone() == (1,)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_what_was_sent_from_a_locked_screen_is_shown_and_sent_by_a_click(
    desk: Desk, served: Served, *, script: bool
) -> None:
    arrest = book(served, "Adler")
    officer = desk(Role.OFFICER, script=script)
    officer.goto(f"/arrests/{arrest}")
    officer.locator("summary:has-text('Note a need')").click()
    officer.select_option("#need-kind", "mobility")
    officer.fill("#need-what", "a chair near the door")
    (cookie,) = [one for one in officer.context.cookies() if one["name"] == COOKIE]
    signin.lock(served.store, cookie["value"])

    officer.click("text=Note it, and tell the court")

    expect(officer.locator("#not-recorded")).to_contain_text("nothing of what you sent was recorded")
    assert "a chair near the door" not in officer.content()
    officer.fill("#password", PASSWORD)
    officer.click("form[action='/unlock'] button")
    expect(officer.locator("h1")).to_have_text("Not recorded")
    expect(officer.locator("main")).to_contain_text("a chair near the door")
    picture(officer, "unsent.png")
    assert not script or violations(officer) == []
    officer.click("text=Send it now")
    expect(officer.locator("section:has(#needs-head)")).to_contain_text("a chair near the door")
    officer.goto("/unsent")
    expect(officer.locator("main")).to_contain_text("Nothing that you sent waits here.")


def test_suggestions_for_a_field_do_not_bring_the_door_into_the_form(desk: Desk, served: Served) -> None:
    officer = desk(Role.OFFICER)
    (cookie,) = [one for one in officer.context.cookies() if one["name"] == COOKIE]
    signin.lock(served.store, cookie["value"])

    with officer.expect_response(lambda answer: "/offences" in answer.url) as told:
        officer.fill("#statute-1", "18 § 39")

    assert told.value.status == 401
    officer.wait_for_timeout(300)
    expect(officer.locator("h1")).to_have_text("Booking")
    assert officer.locator("input[type=password]").count() == 0


def test_a_half_typed_form_is_its_writers_alone(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    officer.fill("form.booking [name=surname]", "Quillfeather")
    expect(officer.locator("[data-kept]")).to_have_text("✓")

    officer.click("text=Switch user")
    sign_in(officer, Role.DETENTION_OFFICER)
    officer.goto("/booking")

    expect(officer.locator("form.booking [name=surname]")).to_have_value("")


def test_the_second_of_two_is_told_what_changed_and_loses_nothing(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    officer = desk(Role.OFFICER)
    officer.goto(f"/arrests/{arrest}")
    take_step(served.store, served.by(Role.DETENTION_OFFICER), arrest, "book", {"site": "D24"})

    officer.locator("summary:has-text('Correct who the person is')").click()
    officer.fill("#correct-given", "Adelaide")
    officer.fill("#correct-reason", "her document says so")
    officer.click("button:has-text('Correct')")

    expect(officer.locator("#refusal")).to_contain_text("somebody else changed this arrest")
    expect(officer.locator("#refusal")).to_contain_text("the last step was “Booking”")
    expect(officer.locator("#correct-given")).to_have_value("Adelaide")
    officer.click("button:has-text('Correct')")
    expect(officer.locator("h1")).to_contain_text("ADLER, Adelaide")
    expect(officer.locator("section:has(#steps-head)")).to_contain_text("her document says so")


def test_a_denial_of_bail_without_reasons_is_refused_and_keeps_the_form(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    supervisor = served.by(Role.CUSTODY_SUPERVISOR)
    take_step(served.store, supervisor, arrest, "list-at-limit", {"reason": "the limit is near"})
    magistrate = desk(Role.MAGISTRATE)
    magistrate.goto(f"/arrests/{arrest}")

    said = ("probable_cause-yes", "counsel_heard-no")
    take(magistrate, "arraign", said=said, chosen={"bail_type": "denied"}, counsel_reason="none was there in time")

    expect(magistrate.locator("#refusal")).to_contain_text("without its reasons in writing")
    expect(magistrate.locator("#arraign-counsel_reason")).to_have_value("none was there in time")
    expect(magistrate.locator("#arraign-bail_type")).to_have_value("denied")


def test_no_probable_cause_means_release_owed(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    supervisor = served.by(Role.CUSTODY_SUPERVISOR)
    take_step(served.store, supervisor, arrest, "list-at-limit", {"reason": "the limit is near"})
    magistrate = desk(Role.MAGISTRATE)
    magistrate.goto(f"/arrests/{arrest}")

    take(magistrate, "arraign", said=("probable_cause-no", "counsel_heard-yes"))

    expect(magistrate.locator(".headline .stage")).to_have_text("release owed")


def test_a_look_outside_ones_own_queue_asks_why(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    defender = desk(Role.DEFENDER)

    defender.goto(f"/arrests/{arrest}")
    expect(defender.locator("h1")).to_have_text("Say why you look")
    defender.fill("#why", "my client, at the family's request")
    defender.click("text=Open the arrest")

    expect(defender.locator("h1")).to_contain_text("ADLER")


def test_the_interview_is_for_its_readers_alone(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    form = {"form": {"residence": "with an aunt", "recommendation": "ROR"}}
    take_step(served.store, served.by(Role.INTERVIEWER), arrest, "interview", form)

    magistrate, attorney = desk(Role.MAGISTRATE), desk(Role.CHARGING_ATTORNEY)
    magistrate.goto(f"/arrests/{arrest}/interview")
    attorney.goto(f"/arrests/{arrest}/interview")

    expect(magistrate.locator("main")).to_contain_text("with an aunt")
    expect(attorney.locator("main")).to_contain_text("no access")


def test_a_new_account_reads_nothing_until_another_owners_supervisor_confirms_it(desk: Desk) -> None:
    administrator = desk(Role.ADMINISTRATOR)
    administrator.click("summary:has-text('New account')")
    for name, value in {"sign_in": "new.officer", "full_name": "Nora Vale", "password": PASSWORD}.items():
        administrator.fill(f"#{name}", value)
    administrator.select_option("#role", "officer")
    administrator.select_option("#agency_ori", "PAPEP0000")
    administrator.click("text=Make the account")
    expect(administrator.locator("tr:has-text('Nora Vale')")).to_contain_text("waits for confirmation")

    for role, outcome in ((Role.POLICE_SUPERVISOR, "another owner"), (Role.CLERK, "works")):
        supervisor = desk(role)
        supervisor.goto("/accounts")
        supervisor.click("tr:has-text('Nora Vale') button")
        expect(supervisor.locator("main")).to_contain_text(outcome)


def test_an_administrator_sees_no_record(desk: Desk, served: Served) -> None:
    arrest = book(served, "Adler")
    administrator = desk(Role.ADMINISTRATOR)

    for address in ("/board", "/lists/charging", f"/arrests/{arrest}", "/booking", "/children"):
        answer = administrator.goto(address)
        assert answer is not None
        assert answer.status == 403, address
        assert "ADLER" not in administrator.content()


def test_an_arrest_that_a_search_found_leads_back_to_the_search(desk: Desk, served: Served) -> None:
    arrest = book(served, "Backhouse")
    officer = desk(Role.OFFICER)
    officer.goto(f"/arrests/{arrest}")
    expect(officer.locator("text=Back to the search")).to_have_count(0)

    number = officer.locator("h1 .quiet").inner_text().split()[-1]

    officer.goto("/booking")
    officer.fill("#search-number", number)
    officer.keyboard.press("Enter")
    officer.click("text=BACKHOUSE")
    expect(officer.locator("h1")).to_contain_text("BACKHOUSE")
    officer.click("text=Back to the search")

    expect(officer.locator("#search-surname")).to_be_visible()
    assert officer.url.endswith("/booking#search-head")


def test_booking_form_fields_filled_by_a_search_stay_out_of_addresses(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    visited: list[str] = []
    officer.on("request", lambda request: visited.append(request.url))

    officer.fill("#search-surname", "Quillfeather")
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("status").first).to_contain_text("arrests found")
    fill_booking(officer)
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER")

    assert not [url for url in visited if "uillfeather" in url]


def facts_of(page: Page) -> dict[str, str]:
    """The facts of the first charge as they stand in the form."""
    fields = page.locator("[name^='fact-1-']")
    expect(fields).to_have_count(8)
    return {
        str(field.get_attribute("name")).removeprefix("fact-1-"): field.input_value()
        for field in fields.all()
        if field.input_value()
    }


def answer_facts(page: Page) -> None:
    """A theft of $150, and the seven questions besides."""
    page.fill("#statute-1", "18 § 3921 §§ A")
    page.keyboard.press("Tab")
    page.get_by_label("What is the property or service worth").fill("150")
    for fact in FACTS.keys() - {"value_usd"}:
        page.select_option(f"#fact-1-{fact}", "no")
    expect(page.locator("#grade-box-1")).to_contain_text("The amount is $50 to under $200.")


FACTS = {"value_usd": "150"} | dict.fromkeys(
    ("vehicle", "firearm", "from_person", "by_threat", "breach_of_trust", "disaster", "anhydrous_ammonia"), "no"
)
SAID = (
    "value: $150; motor vehicle: no; firearm: no; from the person: no; by threat: no; breach of trust: no; "
    "disaster: no; anhydrous ammonia: no"
)


def facts_recorded(admin_url: str) -> list[tuple[str, str]]:
    """The facts of every charge that was written down, with its grade."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("select grade_fact, grade from record.classification order by id").fetchall()
    return [(row[0], row[1]) for row in rows]


def test_no_grade_is_chosen_for_anybody_and_one_that_was_chosen_stays(desk: Desk) -> None:
    officer = desk(Role.OFFICER)

    answer_facts(officer)

    expect(officer.locator("#grade-box-1")).to_contain_text("nothing is chosen for you")
    expect(officer.locator("#grade-box-1")).to_contain_text("On these facts: M2.")
    expect(officer.locator("#grade-1")).to_have_value("")
    officer.select_option("#grade-1", "M1")
    officer.get_by_label("What is the property or service worth").fill("30")
    officer.keyboard.press("Tab")
    expect(officer.locator("#grade-box-1")).to_contain_text("On these facts: M3.")
    expect(officer.locator("#grade-1")).to_have_value("M1")
    officer.fill("#statute-1", "18 § 2701 §§ A1")
    officer.keyboard.press("Tab")
    expect(officer.locator("#grade-box-1")).to_contain_text("Simple assault")
    expect(officer.locator("#grade-1")).to_have_value("")
    picture(officer, "grade-chosen.png")


def test_the_facts_of_a_grade_stand_in_the_form_again_after_a_closed_window_and_a_refusal(
    desk: Desk, admin_url: str
) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer)
    answer_facts(officer)
    officer.select_option("#grade-1", "M2")
    expect(officer.locator("[data-kept]")).to_have_text("✓")
    officer.wait_for_timeout(1500)  # until the last of it is kept
    officer.context.close()

    elsewhere = desk(Role.OFFICER)
    assert facts_of(elsewhere) == FACTS
    expect(elsewhere.locator("#grade-box-1")).to_contain_text("Theft by unlawful taking")
    expect(elsewhere.locator("#grade-box-1")).to_contain_text("On these facts: M2.")
    expect(elsewhere.locator("#grade-1")).to_have_value("M2")
    elsewhere.fill("form.booking [name=arrested_at]", "25:99")
    elsewhere.click("text=Record the arrest")
    expect(elsewhere.locator("#refusal")).to_contain_text("24 hours")
    assert facts_of(elsewhere) == FACTS
    expect(elsewhere.locator("#grade-box-1")).to_contain_text("The amount is $50 to under $200.")
    expect(elsewhere.locator("#grade-1")).to_have_value("M2")
    picture(elsewhere, "refused-with-facts.png", full_page=True)
    assert violations(elsewhere) == []
    elsewhere.get_by_label("What is the property or service worth").fill("30")
    elsewhere.keyboard.press("Tab")
    expect(elsewhere.locator("#grade-box-1")).to_contain_text("On these facts: M3.")  # it goes on asking
    elsewhere.get_by_label("What is the property or service worth").fill("150")
    elsewhere.fill("form.booking [name=arrested_at]", "0010")
    elsewhere.click("text=Record the arrest")
    expect(elsewhere.locator("h1")).to_contain_text("QUILLFEATHER")
    assert facts_recorded(admin_url) == [(SAID, "M2")]


def test_the_facts_of_a_grade_stand_in_the_form_again_that_was_sent_while_the_screen_was_locked(
    desk: Desk, served: Served, admin_url: str
) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer)
    answer_facts(officer)
    (cookie,) = [one for one in officer.context.cookies() if one["name"] == COOKIE]
    signin.lock(served.store, cookie["value"])
    officer.click("text=Record the arrest")
    officer.fill("#password", PASSWORD)
    officer.click("form[action='/unlock'] button")

    expect(officer.locator("#not-recorded")).to_contain_text("It stands here as you sent it")
    assert facts_of(officer) == FACTS
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER")
    assert facts_recorded(admin_url) == [(SAID, "")]


def test_without_javascript_the_facts_are_asked_after_a_refusal_and_recorded(desk: Desk, admin_url: str) -> None:
    officer = desk(Role.OFFICER, script=False)
    fill_booking(officer, arrested_at="25:99", **{"statute-1": "18 § 3921 §§ A"})
    officer.click("text=Record the arrest")

    officer.get_by_label("What is the property or service worth").fill("about 150")
    officer.fill("form.booking [name=arrested_at]", "0010")
    officer.click("text=Record the arrest")
    expect(officer.locator("#refusal")).to_contain_text("Give a number, 0 or more.")
    expect(officer.locator("#fact-1-value_usd")).to_have_value("about 150")
    officer.fill("#fact-1-value_usd", "$1,150.50")
    officer.select_option("#fact-1-vehicle", "no")
    officer.click("text=Record the arrest")

    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER")
    assert facts_recorded(admin_url) == [("value: $1150.50; motor vehicle: no", "")]


def test_two_windows_of_one_form_say_that_what_is_kept_is_what_was_typed_last(desk: Desk) -> None:
    first = desk(Role.OFFICER)
    second = first.context.new_page()
    second.goto("/booking")
    first.fill("form.booking [name=place]", "500 block of Sample Street")
    expect(first.locator("[data-kept]")).to_have_text("✓")

    second.fill("form.booking [name=place]", "22 Example Row")

    expect(second.locator("[data-kept]")).to_contain_text("This form is open in another window, too.")
    picture(second, "two-windows.png", full_page=True)
    first.fill("form.booking [name=surname]", "Quillfeather")
    expect(first.locator("[data-kept]")).to_contain_text("What is kept is what was typed last, there or here.")
    second.fill("form.booking [name=surname]", "Marrowby")
    second.wait_for_timeout(1500)
    third = first.context.new_page()
    third.goto("/booking")
    expect(third.locator("form.booking [name=surname]")).to_have_value("Marrowby")
    third.fill("form.booking [name=given]", "Rosalind")
    expect(third.locator("[data-kept]")).to_have_text("✓")  # it began with what the second kept


def test_a_weight_is_shown_and_printed_in_the_pounds_in_which_it_was_typed(desk: Desk) -> None:
    officer = desk(Role.OFFICER)
    fill_booking(officer, weight_lb="180", height_ft="5", height_in="0")
    officer.click("text=Record the arrest")
    expect(officer.locator("h1")).to_contain_text("QUILLFEATHER")

    expect(officer.locator("main")).to_contain_text("5 ft 0 in, 180 lb")
    correction = officer.locator("form[action$='/correct']")
    expect(correction.locator("[name=height_ft]")).to_have_value("5")
    expect(correction.locator("[name=height_in]")).to_have_value("0")
    expect(correction.locator("[name=weight_lb]")).to_have_value("180")
    officer.locator("summary:has-text('Correct who the person is')").click()
    correction.locator("[name=weight_lb]").fill("181")
    correction.locator("[name=reason]").fill("weighed again")
    officer.click("button:has-text('Correct')")
    expect(officer.locator("main")).to_contain_text("5 ft 0 in, 181 lb")
    expect(officer.locator("section:has(#steps-head)")).to_contain_text("weighed again")
    picture(officer, "weight.png", full_page=True)
