"""Instruments for one person by program, on pages and on paper: the same acts, stable codes, and who asks first."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership

from pars.actions import recalling, sealing, signin
from pars.record.roles import Role
from pars.web.app import Serving, create_app
from pars.web.instruments import in_words

from .conftest import Headers

PDF = b"%PDF-1.7 a paper of the tests"
BODY: dict[str, object] = {
    "kind": "court-order",
    "presented_by": "a court",
    "presenter": "Pat Counsel, 1 Example Row",
    "issued_by": "Example Court",
    "reference": "CP-1",
    "surname": "Quillfeather",
    "given": "Rosalind",
    "birth_date": "1990-02-03",
    "fields": ["name", "charges", "arrest.date"],
    "letter": b64encode(PDF).decode(),
}
APPROVED = {"decision": "approved", "reason": "in order"}


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program, or a browser."""
    application = create_app(partnership.store, Serving(demo=True))
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def test_the_whole_life_of_an_instrument_by_program(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.charged()
    desk, counsel = by("police-supervisor"), by("police-counsel")
    odd: tuple[dict[str, object], ...] = ({"fields": ["victims"]}, {"kind": "curiosity"}, {"letter": "no"})
    for wrong in odd:
        assert client.post("/api/v1/instruments", json=BODY | wrong, headers=desk).status_code == 422
    assert client.post("/api/v1/instruments", json=BODY, headers=by("officer")).json()["code"] == "no-duty"
    once = desk | {"Idempotency-Key": "the-same"}
    taken, again = (client.post("/api/v1/instruments", json=BODY, headers=once) for _ in range(2))
    assert (taken.status_code, again.json()) == (201, taken.json())
    address = f"/api/v1/instruments/{taken.json()['id']}"

    assert client.post(f"{address}/answer", headers=desk).json()["code"] == "not-approved"
    assert client.post(f"{address}/decision", json=APPROVED, headers=desk).json()["code"] == "not-your-step"
    assert client.post(f"{address}/decision", json=APPROVED, headers=by("court-counsel")).status_code == 404
    assert client.post(f"{address}/decision", json=APPROVED, headers=counsel).status_code == 201
    assert client.post(f"{address}/decision", json=APPROVED, headers=counsel).json()["code"] == "decided"
    answer = client.post(f"{address}/answer", headers=desk).json()
    assert (answer["outcome"], list(answer["records"][0])) == ("record", ["arrest.date", "charges", "name"])
    assert client.post(f"{address}/answer", headers=desk).json()["code"] == "answered"

    told = client.get("/api/v1/instruments", headers=desk).json()
    assert [one["state"] for one in told["instruments"]] == ["answered"]
    watching = client.get("/api/v1/instruments", headers=by("court-speaks")).json()
    assert (watching["instruments"], watching["counts"][0]["record"]) == ([], 1)


def test_page_paper_and_letter(client: TestClient, by: Headers, partnership: Partnership) -> None:
    partnership.charged()
    counsel = by("police-counsel")
    token = signin.sign_in(partnership.store, "police-supervisor", PASSWORD, demo_allowed=True)
    client.cookies.set("pars_session", token)
    key = signin.who(partnership.store, token).form_key
    plain = {name: value for name, value in BODY.items() if isinstance(value, str) and name != "letter"}
    form = {**plain, "birth_date": "02/03/1990", "form_key": key}
    file = {"letter": ("order.pdf", PDF, "application/pdf")}
    html = {"Accept": "text/html"}

    refused = client.post("/instruments", data=form, files=file, headers=html)
    assert (refused.status_code, "say which fields it asks for" in refused.text) == (422, True)
    assert "Quillfeather" in refused.text  # what was typed is kept
    ticked = {"field-name": "yes", "field-charges": "yes", "field-bail": "yes"}
    assert client.post("/instruments", data=form | ticked, files=file, headers=html).status_code == 303
    letter = form | {"kind": "status-request", "presented_by": "anybody"}
    assert client.post("/instruments", data=letter, files=file, headers=html).status_code == 303

    status, order = client.get("/api/v1/instruments", headers=counsel).json()["instruments"]
    assert client.get(f"/instruments/{order['id']}/paper.pdf").content == PDF
    assert client.post(f"/api/v1/instruments/{order['id']}/decision", json=APPROVED, headers=counsel).status_code == 201
    page = client.get("/instruments", headers=html).text
    assert ("Answer it, once" in page, "Print the letter" in page) == (True, True)
    for one in (status, order):
        made = client.post(f"/instruments/{one['id']}/answer", data={"form_key": key}, headers=html)
        assert (made.status_code, made.content[:5], made.headers["cache-control"]) == (200, b"%PDF-", "no-store")
    again = client.post(f"/instruments/{order['id']}/answer", data={"form_key": key}, headers=html)
    assert (again.status_code, "was answered already" in again.text) == (409, True)


def test_an_instrument_is_withdrawn_and_a_recall_is_told_on_page_and_by_program(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    arrest = partnership.charged()
    desk, counsel = by("police-supervisor"), by("police-counsel")
    warrant = BODY | {"kind": "judges-warrant", "presented_by": "a law enforcement agency"}
    first, second, third = (
        client.post("/api/v1/instruments", json=body, headers=desk).json()["id"] for body in (BODY, BODY, warrant)
    )
    for one in (first, second, third):
        client.post(f"/api/v1/instruments/{one}/decision", json=APPROVED, headers=counsel)
    assert client.post(f"/api/v1/instruments/{third}/answer", headers=desk).json()["outcome"] == "record"
    sealing.limit_access(partnership.store, partnership.staff(Role.CLERK), arrest, "expunged", order="O-1")
    recalling.recall_ended(partnership.store)
    token = signin.sign_in(partnership.store, "police-supervisor", PASSWORD, demo_allowed=True)
    client.cookies.set("pars_session", token)
    key = {"form_key": signin.who(partnership.store, token).form_key}
    html = {"Accept": "text/html"}

    refused = client.post(f"/instruments/{first}/withdraw", data=key | {"reason": " "}, headers=html)
    assert (refused.status_code, "who withdraws it" in refused.text) == (422, True)
    assert client.post(f"/instruments/{first}/withdraw", data=key | {"reason": "asked back"}).status_code == 303
    gone = {"reason": "asked back"}
    assert client.post(f"/api/v1/instruments/{second}/withdrawal", json=gone, headers=desk).status_code == 201
    assert client.post(f"/api/v1/instruments/{second}/withdrawal", json=gone, headers=desk).json()["code"] == "answered"
    page = client.get("/instruments", headers=html).text
    assert ("Print the letter: destroy it" in page, "asked back" in page) == (True, True)
    letter = client.post(f"/instruments/{third}/recall", data=key, headers=html)
    assert (letter.status_code, letter.content[:5]) == (200, b"%PDF-")
    assert client.post(f"/api/v1/instruments/{third}/recall", headers=desk).json()["code"] == "over"
    assert client.post(f"/api/v1/instruments/{third}/recall", headers=by("officer")).json()["code"] == "no-duty"


def test_values_are_printed_in_words() -> None:
    charges = [{"statute": "18 § 2701", "counts": 1}, {"statute": "18 § 3701", "counts": 2}]

    assert in_words(charges) == "statute: 18 § 2701; counts: 1; statute: 18 § 3701; counts: 2"
    assert (in_words(None), in_words([]), in_words("1990-02-03")) == ("–", "–", "1990-02-03")
    assert in_words({"surname": "Q", "middle": None}) == "surname: Q"
