"""What the desks' pages say: how many were found, which field is wrong, and who took a step already."""

import re
from datetime import timedelta
from unittest.mock import patch

import psycopg
import pytest
from starlette.testclient import TestClient

from pars import clock
from pars.actions import searching, signin
from pars.record.calendar import PHILADELPHIA, is_sitting_day, next_date
from pars.record.roles import Role
from pars.store.database import Store

from .conftest import PASSWORD, Token
from .test_api import arrest

MORE = "There are more than were looked at"


def test_a_search_says_when_more_bear_the_surname_than_it_looked_at(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    for given in ("Rosalind", "William"):
        person = {"surname": "Quillfeather", "given": given}
        assert client.post("/api/v1/arrests", json=arrest(person=person), headers=officer).status_code == 201

    page = client.post("/booking/search", data={"surname": "quillfeather"}, headers=officer).text
    with patch.object(searching, "MOST", 1):
        cut = client.post("/booking/search", data={"surname": "quillfeather"}, headers=officer).text
        said = client.post("/api/v1/searches", json={"surname": "Quillfeather", "why": "a stop"}, headers=officer)

    assert ("2 arrests found" in page, MORE in page) == (True, False)
    assert ("1 arrest found" in cut, MORE in cut) == (True, True)
    assert (len(said.json()["found"]), said.json()["more"]) == (1, True)


def test_a_step_that_was_taken_in_another_window_is_said_to_be_taken_and_by_whom(
    client: TestClient, token: Token
) -> None:
    officer, supervisor = token(Role.OFFICER), token(Role.POLICE_SUPERVISOR)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    form = {"version": "1", "_form": "book", "site": "D22"}
    assert client.post(f"/arrests/{booked}/steps/book", data=form, headers=officer).status_code == 303

    own = client.post(f"/arrests/{booked}/steps/book", data=form, headers=officer)
    others = client.post(f"/arrests/{booked}/steps/book", data=form, headers=supervisor)

    assert (own.status_code, others.status_code) == (409, 409)
    assert "“Booking” has been taken already, by you in another window; nothing of this form was written" in own.text
    assert "“Booking” has been taken already, by somebody else; nothing of this form was written" in others.text


def test_a_form_that_is_still_open_is_kept_and_says_whose_the_last_step_was(client: TestClient, token: Token) -> None:
    officer, supervisor = token(Role.OFFICER), token(Role.POLICE_SUPERVISOR)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    form = {"version": "1", "_form": "book", "site": "D22"}
    assert client.post(f"/arrests/{booked}/steps/book", data=form, headers=officer).status_code == 303
    report = {"version": "1", "_form": "write-report", "facts": "a push in the hall"}

    own = client.post(f"/arrests/{booked}/steps/write-report", data=report, headers=officer).text
    correction = {"version": "1", "given": "Ada", "reason": "her document", "why": "to correct it"}
    others = client.post(f"/arrests/{booked}/correct", data=correction, headers=supervisor).text

    assert "changed since you opened it in this window (the last step was your own, “Booking”)" in own
    assert "a push in the hall" in own
    assert "somebody else changed this arrest while you were typing (the last step was “Booking”)" in others


def test_a_form_whose_step_another_step_has_closed_says_which(client: TestClient, token: Token) -> None:
    officer, supervisor = token(Role.OFFICER), token(Role.POLICE_SUPERVISOR)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    out = {"reason": "a mistake", "version": "1"}
    owed = client.post(f"/arrests/{booked}/steps/owe-release", data=out, headers=supervisor)
    assert owed.status_code == 303, owed.text

    form = {"version": "1", "_form": "book", "site": "D22"}
    said = client.post(f"/arrests/{booked}/steps/book", data=form, headers=officer).text

    assert "“Booking” cannot be taken any more: somebody else took “" in said


def _rows(page: str, mark: str) -> list[str]:
    """The numbers of the arrests in the table whose body has that mark, in order."""
    begin = page.index(f"<tbody {mark}")
    return re.findall(r'<tr data-id="([^"]+)"', page[begin : page.index("</tbody>", begin)])


@pytest.fixture
def owed(client: TestClient, token: Token) -> list[str]:
    """Two releases that are owed, the first arrested first and owed last."""
    made = []
    for arrested, ordered in ((300, 5), (120, 40)):
        at = (clock.now() - timedelta(minutes=arrested)).isoformat()
        booked = client.post("/api/v1/arrests", json=arrest(arrested_at=at), headers=token(Role.OFFICER)).json()["id"]
        order = {"reason": "ordered", "at": (clock.now() - timedelta(minutes=ordered)).isoformat()}
        path = f"/api/v1/arrests/{booked}/steps/owe-release"
        assert client.post(path, json=order, headers=token(Role.POLICE_SUPERVISOR)).status_code == 200
        made.append(booked)
    return made


def test_whose_release_is_owed_stands_by_that_clock_among_releases_and_by_the_arrest_on_the_board(
    client: TestClient, token: Token, owed: list[str]
) -> None:
    supervisor = token(Role.CUSTODY_SUPERVISOR)

    board = client.get("/board", headers=supervisor).text
    releases = client.get("/lists/releases", headers=supervisor).text

    assert "In custody, longest since the arrest first" in board
    assert _rows(board, "data-live") == owed
    assert _rows(board, "data-owed") == _rows(releases, "data-live") == owed[::-1]
    assert board.count("since release was owed") == 4  # a clock of another kind says so, in both tables


def test_who_left_stands_in_the_order_of_leaving_with_the_time_and_no_clock_that_runs_on(
    client: TestClient, token: Token, owed: list[str]
) -> None:
    left = {}
    for booked, minutes in zip(owed, (2, 20), strict=True):
        left[booked] = clock.now() - timedelta(minutes=minutes)
        out = {"opened_by": "4417", "property_returned": True, "papers_given": "none", "at": left[booked].isoformat()}
        path = f"/api/v1/arrests/{booked}/steps/sign-out"
        assert client.post(path, json=out, headers=token(Role.DETENTION_OFFICER)).status_code == 200

    page = client.get("/lists/left", headers=token(Role.CUSTODY_SUPERVISOR)).text

    assert "on this list, in the order in which they left" in page
    assert _rows(page, "data-live") == owed[::-1]
    for at in left.values():
        assert f'<span class="quiet">left</span> {clock.in_city(at).strftime("%m/%d/%Y %H:%M")}' in page
    assert 'class="clock' not in page


MARKED = re.compile(r'<(?:input|select|textarea)[^>]*?\bid="([^"]+)"[^>]*aria-invalid="true"')
RIGHT = {
    "arrested_on": "11/02/2026",
    "arrested_at": "1010",
    "place": "500 block of Sample Street",
    "agency_ori": "PAPEP0000",
    "officers": "4417",
    "surname": "Quillfeather",
    "birth_date": "02/03/1990",
    "statute-1": "18 § 2701 §§ A1",
    "counts-1": "1",
    "grade-1": "M2",
    "statute-3": "18 § 3929",
}
HEIGHT = "the height lies between 1 foot 4 inches and 8 feet 6 inches"
TOO_LONG = "x" * 201


@pytest.mark.parametrize(
    ("typed", "sentence", "marked"),
    [
        ({"place": ""}, "the place of arrest is missing", ["place"]),
        ({"place": TOO_LONG}, "the place of arrest takes at most 200 characters", ["place"]),
        ({"surname": TOO_LONG}, "the surname takes at most 200 characters", ["surname"]),
        ({"eyes": TOO_LONG}, "the color of eyes takes at most 200 characters", ["eyes"]),
        ({"officers": "4417, sergeant"}, "A badge is up to six digits", ["officers"]),
        ({"height_ft": "99"}, HEIGHT, ["height_ft", "height_in"]),
        ({"height_ft": "tall"}, "the feet of the height is a whole number", ["height_ft"]),
        ({"weight_lb": "heavy"}, "the weight in pounds is a whole number, in digits", ["weight_lb"]),
        ({"weight_lb": "-5"}, "the weight lies between 4 and 882 pounds", ["weight_lb"]),
        ({"height_ft": "-5"}, HEIGHT, ["height_ft", "height_in"]),
        ({"weight_lb": "900"}, "the weight lies between 4 and 882 pounds", ["weight_lb"]),
        ({"statute-1": "retail theft"}, "Choose the statute from the list", ["statute-1"]),
        ({"statute-3": "18 § 9999"}, "Unknown statute", ["statute-3"]),
        ({"counts-1": "many"}, "the number of counts is a whole number", ["counts-1"]),
        ({"counts-3": "1000"}, "the number of counts is between 1 and 999", ["counts-3"]),
        ({"grade-1": "F1"}, "has no grade F1", ["grade-1"]),
        ({"site": "D99"}, "there is no such site", ["site"]),
    ],
)
def test_what_booking_refuses_is_said_in_the_words_of_the_page_and_marked(
    client: TestClient, token: Token, typed: dict[str, str], sentence: str, marked: list[str]
) -> None:
    day = clock.in_city(clock.now() - timedelta(days=1)).strftime("%m/%d/%Y")
    headers = token(Role.OFFICER) | {"Accept": "text/html"}

    answer = client.post("/booking", data=RIGHT | {"arrested_on": day} | typed, headers=headers)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert MARKED.findall(answer.text) == marked


def test_a_right_booking_form_is_taken(client: TestClient, token: Token) -> None:
    day = clock.in_city(clock.now() - timedelta(days=1)).strftime("%m/%d/%Y")
    least, most = {"height_ft": "1", "height_in": "4", "weight_lb": "4"}, {"height_in": "102", "weight_lb": "882"}

    for body in (least, most):
        answer = client.post(
            "/booking",
            data=RIGHT | {"arrested_on": day} | body,
            headers=token(Role.OFFICER) | {"Accept": "text/html"},
        )
        assert answer.status_code == 303, answer.text


def test_a_search_that_is_refused_marks_the_field_of_the_search(client: TestClient, token: Token) -> None:
    nobody = client.post("/booking/search", data={"form_key": "-"}, headers=token(Role.OFFICER)).text
    day = client.post("/booking/search", data={"surname": "X", "birth_date": "May"}, headers=token(Role.OFFICER)).text

    assert MARKED.findall(nobody) == ["search-surname"]
    assert MARKED.findall(day) == ["search-birth_date"]


def test_a_correction_and_a_report_mark_their_own_fields(client: TestClient, token: Token) -> None:
    officer, supervisor = token(Role.OFFICER), token(Role.POLICE_SUPERVISOR)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
    correction = {"version": "1", "height_ft": "99", "reason": "her document", "why": "to correct it"}
    rows = {"statute-1": "18 § 3929", "statute-4": "18 § 9999"}
    report = {"version": "1", "_form": "write-report", "facts": "a push", **rows}

    corrected = client.post(f"/arrests/{booked}/correct", data=correction, headers=supervisor).text
    written = client.post(f"/arrests/{booked}/steps/write-report", data=report, headers=officer).text

    assert HEIGHT in corrected
    assert MARKED.findall(corrected) == ["correct-height_ft", "correct-height_in"]
    assert MARKED.findall(written) == ["statute-4"]


def test_bail_that_is_no_number_is_told_in_dollars_and_marked_where_it_was_typed(
    client: TestClient, token: Token
) -> None:
    booked = client.post("/api/v1/arrests", json=arrest(), headers=token(Role.OFFICER)).json()["id"]
    asked = {"bail_type": "monetary", "amount_usd": "a lot", "why": "to charge"}

    page = client.post(f"/arrests/{booked}/position", data=asked, headers=token(Role.CHARGING_ATTORNEY)).text

    assert "the amount in dollars is a whole number" in page
    assert MARKED.findall(page) == ["position-amount_usd"]


@pytest.mark.parametrize("kept", [True, False], ids=["of a session that is over", "of none"])
@pytest.mark.parametrize(
    "path",
    [
        "/booking",
        "/arrests/6ba7b812-9dad-11d1-80b4-00c04fd430c8/steps/book",
        "/arrests/6ba7b812-9dad-11d1-80b4-00c04fd430c8/correct",
    ],
)
def test_a_form_without_a_session_is_told_that_it_was_not_recorded_and_whether_it_is_kept(
    client: TestClient, staff: Store, path: str, *, kept: bool
) -> None:
    token = signin.sign_in(staff, "officer", PASSWORD, demo_allowed=True)
    key = signin.who(staff, token).form_key if kept else "of-no-session"
    signin.sign_out(staff, token)

    answer = client.post(path, data={"surname": "X", "form_key": key}, headers={"Accept": "text/html"})

    assert answer.status_code == 401
    assert "nothing of what you sent was recorded" in answer.text
    assert ("stands in its form again" in answer.text) == kept
    assert 'name="back" value="/sign-in"' in answer.text  # choosing a language leads to a page that there is


@pytest.mark.parametrize("path", ["/sign-out", "/lock"])
def test_leaving_without_a_session_leads_to_the_bare_door(client: TestClient, path: str) -> None:
    answer = client.post(path, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "not-recorded" not in client.get("/sign-in", headers={"Accept": "text/html"}).text


def test_the_courts_rule_proposes_the_next_date_and_a_refusal_names_its_days_as_the_field_asks_for_them(
    client: TestClient, token: Token
) -> None:
    magistrate = token(Role.MAGISTRATE)
    booked = client.post("/api/v1/arrests", json=arrest(), headers=token(Role.OFFICER)).json()["id"]
    listed = client.post(
        f"/api/v1/arrests/{booked}/steps/list-at-limit", json={"reason": "near the limit"}, headers=token(Role.CLERK)
    )
    assert listed.status_code == 200, listed.text
    rule = next_date(
        PHILADELPHIA,
        clock.city_day(clock.now()),
        felony=False,
        in_custody_this_case_only=False,
        sitting=is_sitting_day,
    )
    heard = {"version": listed.json()["version"], "probable_cause": "yes", "counsel_heard": "yes", "bail_type": "ror"}

    page = client.get(f"/arrests/{booked}", headers=magistrate).text
    early = (rule.window_from - timedelta(days=9)).strftime("%m/%d/%Y")
    refused = client.post(f"/arrests/{booked}/steps/arraign", data=heard | {"next_date": early}, headers=magistrate)
    taken = client.post(f"/arrests/{booked}/steps/arraign", data=heard, headers=magistrate)

    assert f"left empty, by the court&#39;s rule: {rule.chosen:%m/%d/%Y}" in page
    assert f"a sitting day from {rule.window_from:%m/%d/%Y} to {rule.window_until:%m/%d/%Y};" in refused.text
    assert taken.status_code == 303, taken.text
    assert (
        f"Municipal Court trial {rule.chosen:%m/%d/%Y} 09:00"
        in client.get(f"/arrests/{booked}?", headers=magistrate).text
    )


def test_a_report_and_a_decision_show_the_facts_of_a_grade_and_keep_them(
    client: TestClient, token: Token, admin_url: str
) -> None:
    officer, attorney = token(Role.OFFICER), token(Role.CHARGING_ATTORNEY)
    day = clock.in_city(clock.now() - timedelta(days=1)).strftime("%m/%d/%Y")
    theft = {"statute-1": "18 § 3921 §§ A", "grade-1": "", "fact-1-value_usd": "150", "fact-1-firearm": "no"}
    own = {"statute-3": "18 § 3929", "grade_fact-3": "second offense"}
    body = RIGHT | {"arrested_on": day} | theft | own
    booked = client.post("/booking", data=body, headers=officer).json()["address"].rpartition("/")[2]
    said = ["value: $150; firearm: no", "second offense"]
    assert _facts(admin_url) == said

    page = client.get(f"/arrests/{booked}", headers=officer).text
    assert 'id="fact-1-value_usd" name="fact-1-value_usd" inputmode="numeric" value="150"' in page
    assert 'name="grade_fact-2" value="second offense"' in page
    again = {"statute-1": "18 § 3921 §§ A", "fact-1-value_usd": "150", "fact-1-firearm": "no"}
    report = {"version": "1", "facts": "a bicycle", "statute-2": "18 § 3929", "grade_fact-2": "second offense"}
    written = client.post(f"/arrests/{booked}/steps/write-report", data=report | again, headers=officer)
    assert written.status_code == 303, written.text
    assert _facts(admin_url) == said * 2

    supervisor = token(Role.POLICE_SUPERVISOR)
    approved = client.post(f"/arrests/{booked}/steps/approve-report", data={"why": "to read it"}, headers=supervisor)
    assert approved.status_code == 303, approved.text
    decision = {"decision-1": "approved", "charge-1": "x", "statute-1": "18 § 3921 §§ A", "fact-1-value_usd": "90"}
    why = {"why": "to charge"}
    refused = client.post(f"/arrests/{booked}/steps/charge", data=decision | why, headers=attorney)
    assert refused.status_code == 422
    assert 'id="fact-1-value_usd" name="fact-1-value_usd" inputmode="numeric" value="90"' in refused.text
    assert "Theft by unlawful taking" in refused.text


def _facts(admin_url: str) -> list[str]:
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "select grade_fact from record.classification where grade_fact is not null order by id"
        ).fetchall()
    return [row[0] for row in rows]


def test_one_arrest_that_was_found_is_one_in_both_languages(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    assert client.post("/api/v1/arrests", json=arrest(), headers=officer).status_code == 201

    pages = []
    for language in ("en", "es"):
        client.cookies.set("pars_language", language)
        pages.append(client.post("/booking/search", data={"surname": "quillfeather"}, headers=officer).text)

    assert ("1 arrest found" in pages[0], "1 arresto encontrado" in pages[1]) == (True, True)


def test_a_new_account_without_a_duty_marks_the_list_of_duties(client: TestClient, token: Token) -> None:
    new = {"sign_in": "new-clerk", "full_name": "Sam New", "agency_ori": "PACT00000", "password": "twelve-letters"}

    page = client.post("/accounts", data=new, headers=token(Role.ADMINISTRATOR))

    assert (page.status_code, "choose a duty from the list" in page.text) == (422, True)
    assert 'usa-input--error" id="role"' in page.text


def booked_wrongly(client: TestClient, token: Token, language: str = "en") -> str:
    """The page of a booking form in which much is wrong."""
    form = {
        "arrested_on": "13/45/2026",
        "arrested_at": "23:40",
        "place": "",
        "agency_ori": "PAPEP0000",
        "surname": "Quillfeather",
        "birth_date": "02/30/1990",
        "offence_on": "yesterday",
        "dc_number": "7",
        "officers": "badge",
        "weight_lb": "9000",
        "pid": "x",
        "statute-1": "18 § 2701 §§ A1",
        "statute-3": "no statute",
        "counts-1": "many",
        "once": "one-form",
    }
    headers = token(Role.OFFICER) | {"Accept": "text/html", "Cookie": f"pars_language={language}"}
    answer = client.post("/booking", data=form, headers=headers)
    assert answer.status_code == 422
    return str(answer.text)


WRONG = ("arrested_on", "birth_date", "offence_on", "place", "dc_number", "officers", "weight_lb", "pid")


def test_everything_that_is_wrong_with_a_booking_is_said_at_once_each_by_its_sentence_and_all_is_kept(
    client: TestClient, token: Token, store: Store
) -> None:
    page = booked_wrongly(client, token)

    named = dict(re.findall(r'<span class="usa-error-message" id="([^"]+)-wrong">([^<]*)</span>', page))
    assert named.keys() == {*WRONG, "counts-1", "statute-3"}
    assert named["place"] == "the place of arrest is missing"
    assert named["birth_date"].startswith("a date is typed as month, day and year")
    for field in named:
        assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-wrong" aria-invalid="true"', page) or (
            re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-wrong"', page)
        ), field
    alert = page[page.index('id="refusal"') :].partition("</ul>")[0]
    assert alert.count("<li>") == len(set(named.values()))  # three dates are wrong in the same way
    for typed in ("13/45/2026", "02/30/1990", "yesterday", "9000", "many", "no statute", "Quillfeather"):
        assert f'value="{typed}"' in page
    with store.transaction("pars_act") as connection:
        assert connection.execute("select count(*) from record.arrest").fetchone() == (0,)


def test_everything_that_is_wrong_is_said_in_spanish_too(client: TestClient, token: Token) -> None:
    page = booked_wrongly(client, token, "es")

    assert "No todo esto puede ser correcto:" in page
    assert "the place of arrest" not in page


def test_one_wrong_field_is_told_as_before_and_a_program_is_told_of_all(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    form = {"arrested_on": "13/45/2026", "arrested_at": "23:40", "place": "x", "agency_ori": "PAPEP0000"}

    page = client.post("/booking", data=form, headers=officer | {"Accept": "text/html"}).text
    body = arrest(dc_number="7", person={"surname": "Quillfeather", "pid": "x"})
    told = client.post("/api/v1/arrests", json=body, headers=officer).json()

    assert "usa-error-message" not in page.partition("<template>")[0]
    assert 'aria-describedby="arrested_on-hint refusal" aria-invalid="true"' in page
    assert (told["field"], [one["field"] for one in told["also"]]) == ("dc_number", ["pid"])
