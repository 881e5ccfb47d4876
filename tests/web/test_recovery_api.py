"""The owners' word after a restore, by program and on the page: the same act, and whose it is comes first."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership

from pars.actions import placing, recovery, signin
from pars.clock import now
from pars.record.roles import Owner
from pars.store import recovery as rows
from pars.store.recovery import Recovery
from pars.web.app import Serving, create_app

from .conftest import Headers


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program, while the first entries of the log are being recovered."""
    size = placing.place(partnership.store).size
    with partnership.store.transaction("pars_ledger") as connection:
        rows.begin(connection, Recovery(uuid4(), size - 2, size, now(), size - 2), b"r" * 32)
    assert recovery.going_on(partnership.store)
    application = create_app(partnership.store, Serving(demo=True))
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def test_each_owner_says_so_once_and_the_third_ends_it(client: TestClient, by: Headers) -> None:
    address, said = "/api/v1/recovery/confirmations", {"reason": "entered again from the duty book"}
    court = by("court-speaks")
    waiting = client.get("/api/v1/recovery", headers=court).json()["recovery"]
    assert [one["said_by"] for one in waiting["owners"]] == [None, None, None]

    told = []
    for owner in Owner:
        headers = by(f"{owner.value}-speaks")
        told.append(client.post(address, json=said, headers=headers | {"Idempotency-Key": owner.value}).status_code)
    assert told == [201, 201, 201]
    assert client.get("/api/v1/recovery", headers=court).json() == {"recovery": None}
    again = client.post(address, json=said, headers=court | {"Idempotency-Key": "later"})
    assert (again.status_code, again.json()["code"]) == (404, "not-there")


def test_nobody_but_a_representative_says_or_sees_it(client: TestClient, by: Headers) -> None:
    for name in ("administrator", "analyst", "auditor"):
        headers = by(name) | {"Idempotency-Key": "once"}
        assert client.get("/api/v1/recovery", headers=headers).json()["code"] == "not-your-step"
        answer = client.post("/api/v1/recovery/confirmations", json={"reason": "all is well"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-your-step")
    assert client.get("/api/v1/recovery").status_code == 401


def test_the_page_says_the_same_and_takes_the_word(client: TestClient, partnership: Partnership) -> None:
    token = signin.sign_in(partnership.store, "police-speaks", PASSWORD, demo_allowed=True)
    client.cookies.set("pars_session", token)
    client.headers["Accept"] = "text/html"
    before = client.get("/recovery")
    assert before.status_code == 200
    form_key = before.text.partition('name="form_key" value="')[2].partition('"')[0]

    empty = client.post("/recovery", data={"form_key": form_key, "reason": " "})
    assert "say what was entered again" in empty.text
    taken = client.post("/recovery", data={"form_key": form_key, "reason": "all of it"})
    assert (taken.status_code, taken.headers["location"]) == (303, "/recovery")

    after = client.get("/recovery").text
    assert "Sam police-speaks" in after
    assert "We have entered our own acts again" not in after
