"""What partners owe as programs ask, answer and certify it: the same acts, stable codes, once for each key."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.partnership import Partnership

from pars import clock
from pars.actions import reminding
from pars.web.app import Serving, create_app

from .conftest import Headers

TODAY = clock.city_day(clock.now())
ASKED = {"question": "What was it for?", "due_on": (TODAY + timedelta(days=14)).isoformat()}
LETTER = b"%PDF-1.7 a letter"
HTML = {"Accept": "text/html"}


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program, and an agreement in force."""
    partnership.agree()
    with TestClient(
        create_app(partnership.store, Serving(demo=True)), raise_server_exceptions=False, follow_redirects=False
    ) as opened:
        yield opened


def test_a_question_goes_to_the_partner_and_its_answer_comes_back(client: TestClient, by: Headers) -> None:
    court, analyst = by("court-speaks"), by("analyst")
    once = court | {"Idempotency-Key": "the-same"}

    one, two = (client.post("/api/v1/agreements/sheriff/requests", json=ASKED, headers=once) for _ in range(2))
    (seen,) = client.get("/api/v1/requests", headers=analyst).json()["requests"]
    address = f"/api/v1/requests/{seen['id']}"
    said = {"answer": "For case 41.", "letter": b64encode(LETTER).decode()}
    answered = client.post(f"{address}/answer", json=said, headers=analyst)
    again = client.post(f"{address}/answer", json=said, headers=analyst)

    assert (one.status_code, one.json()) == (two.status_code, two.json())
    assert (one.json()["id"], seen["state"], seen["question"]) == (seen["id"], "open", ASKED["question"])
    assert answered.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "answered")
    (after,) = client.get("/api/v1/requests", headers=by("privacy-officer")).json()["requests"]
    assert (after["state"], after["answer"], after["letter"]) == ("answered", "For case 41.", True)
    letter = client.get(f"{address}/letter", headers=court)
    assert (letter.headers["content-type"], letter.content) == ("application/pdf", LETTER)
    assert client.get(f"{address}/letter", headers=by("stranger")).status_code == 404


REFUSED = {
    "an analyst who asks": ("analyst", "/api/v1/agreements/sheriff/requests", ASKED, 403),
    "no agreement": ("court-speaks", "/api/v1/agreements/nobody/requests", ASKED, 404),
    "no day": ("court-speaks", "/api/v1/agreements/sheriff/requests", {"question": "Why?"}, 422),
    "a day that is over": (
        "court-speaks",
        "/api/v1/agreements/sheriff/requests",
        ASKED | {"due_on": "2020-01-01"},
        422,
    ),
    "a letter that is none": ("analyst", "/api/v1/requests/{id}/answer", {"answer": "So.", "letter": "%%%"}, 422),
    "a letter of another kind": ("analyst", "/api/v1/requests/{id}/answer", {"answer": "So.", "letter": "AAAA"}, 422),
    "an unknown method": (
        "analyst",
        "/api/v1/agreements/sheriff/certificates",
        {"up_to": "2026-01-01", "method": "x"},
        422,
    ),
    "another agency's": ("stranger", "/api/v1/requests/{id}/answer", {"answer": "It was us."}, 404),
    "non-renewal by a partner": ("analyst", "/api/v1/agreements/sheriff/letters/non-renewal", {"reason": "no"}, 403),
    "a letter that is not there": ("analyst", "/api/v1/agreements/sheriff/letters/said-1", {}, 404),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_what_cannot_be_right_is_refused_in_one_sentence(client: TestClient, by: Headers, what: str) -> None:
    name, address, said, status = REFUSED[what]
    made = client.post("/api/v1/agreements/sheriff/requests", json=ASKED, headers=by("court-speaks")).json()["id"]

    refused = client.post(address.format(id=made), json=said, headers=by(name))

    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert client.post(address.format(id=made), json=said).status_code == 401


def test_destruction_is_certified_and_listed(client: TestClient, by: Headers) -> None:
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    said = {"up_to": yesterday, "method": "overwritten"}
    address = "/api/v1/agreements/sheriff/certificates"

    made = client.post(address, json=said, headers=by("analyst"))
    again = client.post(address, json=said, headers=by("analyst"))

    assert (made.status_code, again.status_code, again.json()["code"]) == (201, 409, "certified")
    (kept,) = client.get(address, headers=by("auditor")).json()["certificates"]
    assert (kept["id"], kept["up_to"], kept["method"]) == (made.json()["id"], yesterday, "overwritten")


def test_non_renewal_is_a_notice_and_a_letter_as_pdf(client: TestClient, by: Headers) -> None:
    said = {"reason": "The council voted.", "reason_in_letter": False}
    given = client.post("/api/v1/agreements/sheriff/letters/non-renewal", json=said, headers=by("court-speaks"))

    (shown,) = client.get("/api/v1/agreements", headers=by("analyst")).json()["agreements"]
    (letter,) = client.get("/api/v1/agreements/sheriff/letters", headers=by("analyst")).json()["letters"]
    printed = client.post(f"/api/v1/agreements/sheriff/letters/{letter['name']}", headers=by("analyst"))

    assert given.status_code == 201
    (notice,) = shown["notices"]
    assert (notice["kind"], notice["owner"], notice["reason"]) == ("non-renewal", "court", None)
    assert (letter["kind"], letter["owner"]) == ("notice of non-renewal", "court")
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


def test_a_withdrawals_reason_that_is_left_out_reaches_no_partner(client: TestClient, by: Headers) -> None:
    said = {"decision": "withdraw", "reason": "Markedreason.", "reason_in_letter": False}
    client.post("/api/v1/agreements/sheriff/consents", json=said, headers=by("court-speaks"))

    partner, owner = (
        client.get("/api/v1/agreements/sheriff", headers=by(name)) for name in ("analyst", "police-speaks")
    )
    page = client.get("/agreements/sheriff", headers=by("analyst") | HTML)

    assert "Markedreason" in owner.text
    assert "Markedreason" not in partner.text + page.text


def test_after_a_withdrawal_the_page_says_who_withdrew_and_that_the_others_sign_anew(
    client: TestClient, by: Headers
) -> None:
    said = {"decision": "withdraw", "reason": "As voted."}
    client.post("/api/v1/agreements/sheriff/consents", json=said, headers=by("court-speaks"))

    page = client.get("/agreements/sheriff", headers=by("police-speaks") | HTML).text

    told = re.findall(r'data-owner="([^"]+)"><th scope="row">[^<]+</th><td>([^<]+)</td>', page)
    anew = "signed before it ended; has to sign anew"
    assert told == [("police", anew), ("district-attorney", anew), ("court", "withdrew")]


def test_a_reminder_stands_on_the_pages_of_owners_and_partner(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    with partnership.store.transaction("pars_act") as connection:
        connection.execute(
            "insert into sharing.notice (agreement_id, term_id, kind, days_left)"
            " select agreement_id, id, 'reminder', 30 from sharing.term"
        )
    assert reminding.remind(partnership.store) == 0

    for name, address in (
        ("court-speaks", "/agreements"),
        ("court-speaks", "/agreements/sheriff"),
        ("analyst", "/inquiry"),
        ("analyst", "/duties"),
    ):
        text = client.get(address, headers=by(name) | HTML).text
        assert 'data-notice="reminder"' in text, address


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("privacy-officer", "/privacy", 200),
        ("auditor", "/privacy", 200),
        ("court-speaks", "/privacy", 403),
        ("analyst", "/privacy", 403),
        ("officer", "/privacy", 403),
        ("officer", "/duties", 403),
        ("auditor", "/duties", 200),
        ("analyst", "/duties", 200),
        ("court-speaks", "/duties", 200),
    ],
)
def test_whose_pages_these_are(client: TestClient, by: Headers, name: str, address: str, status: int) -> None:
    assert client.get(address, headers=by(name) | HTML).status_code == status
    assert client.get(address, headers=HTML).headers["location"] == "/sign-in"


def test_an_auditors_page_has_no_word_of_question_or_answer(client: TestClient, by: Headers) -> None:
    asked = ASKED | {"question": "Markedquestion?"}
    client.post("/api/v1/agreements/sheriff/requests", json=asked, headers=by("court-speaks"))

    pages = [client.get(address, headers=by("auditor") | HTML).text for address in ("/privacy", "/duties")]
    pages.append(client.get("/api/v1/requests", headers=by("auditor")).text)

    assert all("sheriff" in page for page in pages)
    assert not any("Markedquestion" in page for page in pages)
