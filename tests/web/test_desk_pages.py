"""What the desks' pages say: how many were found, which field is wrong, and who took a step already."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from starlette.testclient import TestClient

from pars import clock
from pars.actions import searching
from pars.record.roles import Role

from .conftest import Token
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
    assert ("1 arrests found" in cut, MORE in cut) == (True, True)
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
