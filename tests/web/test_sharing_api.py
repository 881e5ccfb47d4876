"""Agreements and inquiries as programs use them: the same acts, stable codes, and who asks first."""

import json
import re
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from tests.partnership import BORN, CASE, PASSWORD, Partnership, terms, with_contract

from pars.actions import inquiries, signin
from pars.actions.acting import By
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.sharing.vocabulary import FLOOR_FIELDS
from pars.store.database import Store
from pars.web.app import Serving, create_app
from pars.web.asking import COOKIE

from .conftest import Headers

NAME = {"surname": "Quillfeather", "given": "Rosalind"}
SUBJECT = {"name": NAME, "birth_date": BORN}


@pytest.fixture
def application(partnership: Partnership) -> FastAPI:
    """The application on the partnership's store."""
    return create_app(partnership.store, Serving(demo=True))


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    """A program."""
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def inquiry(**changed: object) -> dict[str, object]:
    """An inquiry as JSON."""
    said: dict[str, object] = {
        "agreement": "sheriff",
        "purpose": "felony-investigation",
        "case_reference": CASE,
        "on_behalf_of": None,
        "subject": SUBJECT,
    }
    return said | changed


def test_the_whole_life_of_an_agreement_by_program(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.charged()
    police, court = by("police-speaks"), by("court-speaks")

    proposed = client.post("/api/v1/agreements", json={"terms": terms()}, headers=police)
    assert proposed.status_code == 201
    assert proposed.json()["id"] == "sheriff"
    for name in ("police-speaks", "district-attorney-speaks", "court-speaks"):
        said = client.post(
            "/api/v1/agreements/sheriff/consents", json={"decision": "grant", "reason": "voted"}, headers=by(name)
        )
        assert said.status_code == 201
    assert said.json()["state"] == "in-force"
    old = by("analyst")
    (named,) = client.get("/api/v1/agreements", headers=old).json()["agreements"]
    assert (named["id"], named["in_force"], named["case_pattern"]) == ("sheriff", True, "ECS-[0-9]{4}-[0-9]{4,6}")

    answered = client.post("/api/v1/inquiries", json=inquiry(), headers=old)
    assert answered.status_code == 200
    assert answered.headers["cache-control"] == "no-store"
    assert set(answered.json()) == {"receipt", "record", "withheld"}
    assert set(answered.json()["receipt"]) == {"entry_hash", "log", "promised_by", "signature"}
    assert set(answered.json()["record"]) == {"name", "birth_date", "otn", "charges"}
    assert {one["field"] for one in answered.json()["withheld"] if one["reason"] == "red-line"} == set(FLOOR_FIELDS)

    ended = client.post(
        "/api/v1/agreements/sheriff/consents", json={"decision": "withdraw", "reason": "the vote"}, headers=court
    )
    assert ended.json()["state"] == "withdrawn"
    refused = client.post("/api/v1/inquiries", json=inquiry(), headers=old)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-in-force")
    assert refused.headers["content-type"] == "application/problem+json"
    for name in ("police-speaks", "district-attorney-speaks", "court-speaks"):
        client.post(
            "/api/v1/agreements/sheriff/consents", json={"decision": "grant", "reason": "again"}, headers=by(name)
        )
    dead = client.post("/api/v1/inquiries", json=inquiry(), headers=old)
    assert (dead.status_code, dead.json()["code"]) == (403, "not-in-force")
    assert client.post("/api/v1/inquiries", json=inquiry(), headers=by("analyst")).status_code == 200


def test_a_letter_goes_with_a_vote_and_comes_back_as_a_file_that_no_page_shows(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    partnership.agree()
    court, letter = by("court-speaks"), b"%PDF-1.7 the minutes"
    said = {"decision": "suspend", "reason": "voted", "letter": b64encode(letter).decode()}

    assert client.post("/api/v1/agreements/sheriff/consents", json=said, headers=court).status_code == 201

    shown = client.get("/api/v1/agreements/sheriff", headers=court).json()
    assert [one["letter"] for one in shown["said"]] == [False, False, False, True]
    for address in ("/api/v1/agreements/sheriff/consents/4/letter", "/agreements/sheriff/consents/4/letter"):
        given = client.get(address, headers=court)
        assert (given.status_code, given.content) == (200, letter)
        assert given.headers["content-type"] == "application/pdf"
        assert given.headers["content-disposition"] == 'attachment; filename="letter-of-vote.pdf"'
        assert given.headers["x-content-type-options"] == "nosniff"
        assert given.headers["cache-control"] == "no-store"
        assert client.get(address, headers=by("analyst")).status_code == 403
    assert client.get("/api/v1/agreements/sheriff/consents/3/letter", headers=court).status_code == 404
    assert client.get("/api/v1/agreements/sheriff/consents/none/letter", headers=court).status_code == 404
    for wrong in ("%%%", b64encode(b"<html>").decode()):
        refused = client.post("/api/v1/agreements/sheriff/consents", json=said | {"letter": wrong}, headers=court)
        assert (refused.status_code, refused.json()["field"]) == (422, "letter")


def test_an_inquiry_that_is_sent_again_is_a_look_up_of_its_own(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    partnership.agree()
    headers = by("analyst") | {"Idempotency-Key": "the-same"}

    one, two = (client.post("/api/v1/inquiries", json=inquiry(), headers=headers).json() for _ in range(2))

    assert one["receipt"]["entry_hash"] != two["receipt"]["entry_hash"]


def test_a_consent_that_is_sent_twice_is_said_once(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.propose()
    headers = by("police-speaks") | {"Idempotency-Key": "the-same"}
    said = {"decision": "grant", "reason": "voted"}

    one, two = (client.post("/api/v1/agreements/sheriff/consents", json=said, headers=headers) for _ in range(2))

    assert one.json() == two.json()
    shown = client.get("/api/v1/agreements/sheriff", headers=by("police-speaks")).json()
    assert len(shown["said"]) == 1


REFUSED: Mapping[str, tuple[dict[str, object], int, str]] = {
    "another agreement": (inquiry(agreement="other"), 403, "no-agreement"),
    "no agreement": (inquiry(agreement=None), 403, "no-agreement"),
    "a purpose of the floor": (inquiry(purpose="civil-immigration-enforcement"), 403, "purpose"),
    "no purpose": (inquiry(purpose=None), 403, "purpose"),
    "no case": (inquiry(case_reference=None), 403, "case-reference"),
    "an unknown form of case": (inquiry(case_reference="12"), 403, "case-reference"),
    "a birthplace": (inquiry(subject={"birthplace": "Honduras"}), 403, "search-not-allowed"),
    "a list": (inquiry(subject=SUBJECT | {"name": ["A, B", "C, D"]}), 403, "search-not-allowed"),
    "a wildcard": (inquiry(subject=SUBJECT | {"name": "Q*, R"}), 403, "search-not-allowed"),
    "nobody": (inquiry(subject={}), 403, "search-not-allowed"),
    "immigration": (inquiry(on_behalf_of="ICE"), 403, "on-behalf-of"),
    "a filter more": (inquiry(order_by="birth_date"), 422, "bad-input"),
    "a subject of many": (inquiry(subject=[SUBJECT, SUBJECT]), 422, "bad-input"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_a_refusal_is_a_problem_with_a_stable_code(
    client: TestClient, by: Headers, partnership: Partnership, what: str
) -> None:
    partnership.agree()
    body, status, code = REFUSED[what]

    answer = client.post("/api/v1/inquiries", json=body, headers=by("analyst"))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not {"Quillfeather", "Honduras"} & set(answer.text.replace('"', " ").split())


def test_two_of_one_name_are_409_narrow_it(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.agree()
    partnership.charged()
    partnership.charged()

    answer = client.post("/api/v1/inquiries", json=inquiry(), headers=by("analyst"))

    assert (answer.status_code, answer.json()["code"]) == (409, "narrow-it")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/inquiries"), ("GET", "/api/v1/inquiries"), ("POST", "/api/v1/agreements"),
        ("GET", "/api/v1/agreements"), ("GET", "/api/v1/agreements/x"), ("GET", "/api/v1/agreements/x/preview"),
        ("POST", "/api/v1/agreements/x/consents"), ("POST", "/api/v1/owner-keys"), ("POST", "/api/v1/cosignatures"),
    ],
)  # fmt: skip
def test_without_a_credential_it_is_401_whatever_else_is_wrong(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, content=b"{not json").status_code == 401


def test_terms_that_are_refused_say_the_line_and_change_nothing(client: TestClient, by: Headers) -> None:
    answer = client.post(
        "/api/v1/agreements", json={"terms": terms(fields='["name", "race"]')}, headers=by("police-speaks")
    )

    assert answer.status_code == 422
    assert "line " in answer.json()["detail"]
    assert client.get("/api/v1/agreements", headers=by("police-speaks")).json() == {"agreements": []}


def test_owners_see_the_preview_and_partners_do_not(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.charged()
    partnership.propose()

    seen = client.get("/api/v1/agreements/sheriff/preview", headers=by("court-speaks"))

    assert seen.json()["preview"]["people"] == {"now": 0, "then": 1, "opened": 1, "closed": 0}
    assert client.get("/api/v1/agreements/sheriff/preview", headers=by("analyst")).status_code == 403


@pytest.mark.parametrize("decision", ["grant", "withdraw", "suspend"])
def test_a_partner_says_nothing_for_an_owner(
    client: TestClient, by: Headers, partnership: Partnership, decision: str
) -> None:
    partnership.agree()

    said = {"decision": decision, "reason": "we would like to"}
    answer = client.post("/api/v1/agreements/sheriff/consents", json=said, headers=by("analyst"))

    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-step")


def test_a_partner_reaches_no_address_of_the_record(client: TestClient, by: Headers, partnership: Partnership) -> None:
    """Whatever a partner's credential opens, it is not the record: every route of the interface is tried."""
    partnership.agree()
    arrest = partnership.charged()
    own = (
        "/api/v1/agreements",
        "/api/v1/inquiries",
        "/api/v1/cosignatures",
        "/api/v1/subscriptions",
        "/api/v1/duties",
        "/api/v1/requests",
        "/api/v1/recalls",
        "/api/openapi.json",
    )
    paths: dict[str, dict[str, Any]] = client.get("/api/openapi.json").json()["paths"]
    headers = by("analyst")
    told = {}
    for path, methods in paths.items():
        for method in methods:
            if path.startswith(own):
                continue
            address = path.replace("{arrest_id}", str(arrest)).replace("{step}", "charge")
            answer = client.request(method.upper(), address.replace("{", "").replace("}", ""), json={}, headers=headers)
            if answer.status_code < 400 and not path.startswith(("/ledger/", "/api/v1/ledger")):  # anybody's
                told[f"{method} {path}"] = answer.text[:80]
            assert "Quillfeather" not in answer.text

    assert {name: text for name, text in told.items() if "healthz" not in name and "readyz" not in name} == {}


def test_the_answer_of_a_hit_and_the_log_say_nothing_besides(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    partnership.agree()
    arrest = partnership.arraigned()
    partnership.protect(arrest)

    answer = client.post("/api/v1/inquiries", json=inquiry(), headers=by("analyst"))
    log = client.get("/api/v1/inquiries", headers=by("analyst"))

    for text in (answer.text, log.text, json.dumps(dict(answer.headers))):
        assert "Marked" not in text
        assert "MARKED" not in text
        assert str(arrest) not in text


def test_what_came_of_a_look_up_is_reported_once_however_often_it_is_sent(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    partnership.agree()
    analyst = by("analyst")
    client.post("/api/v1/inquiries", json=inquiry(), headers=analyst)
    entry = client.get("/api/v1/inquiries", headers=analyst).json()["inquiries"][0]["entry"]
    address, said = f"/api/v1/inquiries/{entry}/outcome", {"outcome": "no action"}

    once = analyst | {"Idempotency-Key": "the-same"}
    one, two = (client.post(address, json=said, headers=once) for _ in range(2))
    again = client.post(address, json=said, headers=analyst)

    assert (one.status_code, one.json()) == (two.status_code, two.json())
    assert (again.status_code, again.json()["code"]) == (409, "reported")
    assert client.post(address, json={"outcome": "fun"}, headers=analyst).status_code == 422
    owed = client.get("/api/v1/duties", headers=by("court-speaks")).json()["duties"]
    told = {one["duty"]: (one["agreement"], one["open"], one["overdue"]) for one in owed}
    assert told == {"outcome": ("sheriff", 0, 0), "answer": ("sheriff", 0, 0), "certificate": ("sheriff", 1, 0)}


def test_owners_read_who_asked_what(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.agree()
    client.post("/api/v1/inquiries", json=inquiry(), headers=by("analyst"))
    client.post("/api/v1/inquiries", json=inquiry() | {"purpose": "fun"}, headers=by("analyst"))
    address = "/api/v1/agreements/sheriff/inquiries"

    told = client.get(address, headers=by("court-speaks")).json()["inquiries"]

    assert [one["refused"] for one in told] == ["purpose", None]
    assert "Quillfeather" not in str(told)
    assert client.get(address, params={"day": "2020-01-01"}, headers=by("court-speaks")).json() == {"inquiries": []}
    assert client.get(address, headers=by("analyst")).status_code == 403
    assert client.get(address, params={"day": "soon"}, headers=by("court-speaks")).status_code == 422


def test_a_partner_is_registered_once_by_an_administrator(client: TestClient, by: Headers) -> None:
    new = {"ori": "PAWAR0000", "name": "Warrant Unit", "parent": "PAEXS0000", "case_pattern": "WU-[0-9]{4}"}
    once = by("administrator") | {"Idempotency-Key": "the-same"}

    first, again = (client.post("/api/v1/partners", json=new, headers=once) for _ in range(2))

    assert (first.status_code, first.json()["id"]) == (again.status_code, again.json()["id"]) == (201, "PAWAR0000")
    changed = client.post(
        "/api/v1/partners/PAWAR0000/case-pattern", json={"case_pattern": "W-[0-9]{5}"}, headers=by("administrator")
    )
    assert changed.status_code == 201
    told = client.get("/api/v1/partners", headers=by("court-speaks")).json()["partners"]
    assert [one["case_pattern"] for one in told if one["name"] == "Warrant Unit"] == ["W-[0-9]{5}"]
    assert client.post("/api/v1/partners", json=new, headers=by("analyst")).status_code == 403
    assert client.get("/api/v1/partners", headers=by("analyst")).status_code == 403


@pytest.mark.parametrize("name", ["officer", "police-speaks", "auditor", "administrator", "stranger"])
def test_whoever_asks_under_no_agreement_is_told_that_alone(
    client: TestClient, by: Headers, partnership: Partnership, name: str
) -> None:
    partnership.agree()
    partnership.charged()

    refused = client.post("/api/v1/inquiries", json=inquiry(), headers=by(name))

    assert (refused.status_code, refused.json()["code"]) == (403, "no-agreement")


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"null", b"7", b"{"])
def test_a_body_that_is_no_object_is_told_so_in_our_words(
    client: TestClient, by: Headers, partnership: Partnership, body: bytes
) -> None:
    headers = by("analyst") | {"Content-Type": "application/json"}
    asked, voted = (
        client.post(f"/api/v1/{address}", content=body, headers=headers)
        for address in ("inquiries", "agreements/sheriff/consents")
    )

    for refused in (asked, voted):
        assert (refused.status_code, refused.json()["code"]) == (422, "not-json")
        assert refused.json()["detail"] == "the body is one JSON object, sent as application/json"


def test_an_inquiry_is_the_first_address_that_is_tried(application: FastAPI) -> None:
    """Addresses are tried one after another, and each that comes before costs every inquiry its time."""
    paths = [context.path for context in iter_route_contexts(application.routes)]

    assert paths.index("/api/v1/inquiries") <= 1  # after the framework's own description of the interface


def test_a_contract_is_sent_with_the_terms_and_its_hash_is_told(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    broken, whole = (
        client.post(
            "/api/v1/agreements", json={"terms": with_contract(), "contract": sent}, headers=by("police-speaks")
        )
        for sent in ("no base64!", b64encode(b"It was signed on paper.").decode())
    )

    assert (broken.status_code, broken.json()["field"]) == (422, "contract")
    assert whole.status_code == 201
    (told,) = client.get("/api/v1/agreements", headers=by("analyst")).json()["agreements"]
    assert told["contract"] == sha256(b"It was signed on paper.").hexdigest()


def test_the_page_of_an_answer_goes_dark_with_the_agreement_that_was_asked_under(
    client: TestClient, partnership: Partnership
) -> None:
    """A partner has two; the other one standing keeps nothing of this one on the page."""
    partnership.agree()
    partnership.propose(terms().replace('id = "sheriff"', 'id = "warrants"'))
    for owner in Owner:
        partnership.say(owner, Decision.GRANT, name="warrants")
    partnership.charged()
    credential = signin.sign_in(partnership.store, "analyst", PASSWORD, kind="browser", demo_allowed=True)
    client.cookies.set(COOKIE, credential)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/inquiry").text)
    assert key is not None

    for name in ("sheriff", "warrants"):
        form = {"under": f"{name} felony-investigation", "case_reference": CASE, "birth_date": "02/03/1990"} | NAME
        page = client.post("/inquiry", data=form | {"form_key": key[1]}).text
        assert "18 § 2701" in page
        assert f'data-standing="{name}"' in page


@pytest.mark.parametrize("how", ["page", "program"])
def test_an_answer_that_is_late_when_it_would_leave_is_dropped_with_all_that_was_made_of_it(
    client: TestClient, by: Headers, partnership: Partnership, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """T28. Whatever holds up the page or the bytes after the read; the page says so, without the record."""
    partnership.agree()
    partnership.charged()
    credential = signin.sign_in(partnership.store, "analyst", PASSWORD, kind="browser", demo_allowed=True)
    client.cookies.set(COOKIE, credential)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get("/inquiry").text)
    assert key is not None
    form = {"under": "sheriff felony-investigation", "case_reference": CASE, "birth_date": "02/03/1990"} | NAME
    form["form_key"] = key[1]

    def asked() -> httpx.Response:
        if how == "page":
            answer: httpx.Response = client.post("/inquiry", data=form)
        else:
            answer = client.post("/api/v1/inquiries", json=inquiry(), headers=by("analyst"))
        return answer

    assert "18 § 2701" in asked().text
    real = inquiries.inquire

    def held_up(store: Store, who: By, asked: Inquiry) -> inquiries.Answer:
        return replace(real(store, who, asked), until=time.monotonic())

    monkeypatch.setattr(inquiries, "inquire", held_up)
    late = asked()

    assert late.status_code == 503
    assert "too late" in late.text
    assert "18 § 2701" not in late.text
