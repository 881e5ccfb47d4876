"""Oversight as programs use it: who looked, delays, erasing, recalls, the auditor's desk; names in no address."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient
from tests.partnership import BORN, Partnership, asks

from pars import clock
from pars.actions import placing, sealing, switches
from pars.actions.inquiries import inquire
from pars.record.roles import Owner, Role
from pars.record.switches import Name
from pars.web.app import Serving, create_app

from .conftest import Headers

WHO = {"surname": "Quillfeather", "given": "Rosalind", "birth_date": BORN}
TODAY = clock.city_day(clock.now())


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program, in a city where a partner asked."""
    partnership.agree()
    partnership.charged()
    inquire(partnership.store, partnership.analyst(), asks())
    placing.place(partnership.store)
    with TestClient(
        create_app(partnership.store, Serving(demo=True)), raise_server_exceptions=False, follow_redirects=False
    ) as opened:
        yield opened


def test_who_looked_is_told_with_proofs_and_printed(client: TestClient, by: Headers, partnership: Partnership) -> None:
    switches.set_to(
        partnership.store, partnership.speaker(Owner.COURT), Name.WHO_LOOKED_DELAY_DAYS, "0", reason="at once"
    )
    auditor = by("auditor")

    told = client.post("/api/v1/who-looked", json=WHO, headers=auditor)
    paper = client.post("/api/v1/who-looked/paper", json=WHO | {"language": "es"}, headers=auditor)
    refused = client.post("/api/v1/who-looked", json=WHO, headers=by("officer"))
    wrong = client.post("/api/v1/who-looked", json=WHO | {"surname": ""}, headers=auditor)

    assert told.status_code == 200
    assert told.json()["complete_up_to"] == (TODAY - timedelta(days=1)).isoformat()
    assert told.headers["cache-control"] == "no-store"
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert (refused.status_code, refused.json()["code"]) == (403, "no-duty")
    assert wrong.status_code == 422


def test_a_longer_delay_is_asked_and_agreed_to_once(client: TestClient, by: Headers) -> None:
    court, police = by("court-speaks"), by("police-speaks")
    body = {"days": 20, "reason": "one case", "until": (TODAY + timedelta(days=30)).isoformat()}

    asked = client.post("/api/v1/who-looked/delays", json=body, headers=court)
    own = client.post(f"/api/v1/who-looked/delays/{asked.json()['id']}/agree", headers=court)
    agreed = client.post(f"/api/v1/who-looked/delays/{asked.json()['id']}/agree", headers=police)
    seen = client.get("/api/v1/who-looked/delays", headers=police).json()

    assert (asked.status_code, own.json()["code"], agreed.status_code) == (201, "same-owner", 201)
    assert [(one["days"], one["owner"], one["agreed_by"]) for one in seen["delays"]] == [(20, "court", "police")]


def test_an_expunged_arrest_is_erased_and_its_receipt_recalled(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    store, clerk = partnership.store, by("clerk")
    with store.transaction("pars_act") as connection:
        (arrest,) = connection.execute("update record.arrest set custody = 'released' returning id").fetchone() or ()
    body = {"arrest": str(arrest), "basis": "order", "because": "an order", "words": ["Quillfeather"]}

    early = client.post("/api/v1/erasings", json=body, headers=clerk)
    sealing.limit_access(store, partnership.staff(Role.CLERK), arrest, "expunged", order="an order")
    once = clerk | {"Idempotency-Key": "the-same"}
    done = client.post("/api/v1/erasings", json=body, headers=once)
    again = client.post("/api/v1/erasings", json=body, headers=once)
    (recall,) = client.get("/api/v1/recalls", headers=by("analyst")).json()["recalls"]
    confirmed = client.post(f"/api/v1/recalls/{recall['id']}/confirm", headers=by("analyst"))
    refused = client.post("/api/v1/erasings", json=body, headers=by("officer"))

    assert (early.status_code, early.json()["code"]) == (409, "not-expunged")
    assert again.json()["id"] == done.json()["id"]
    assert (done.status_code, done.json()["done"], done.json()["recalled"]) == (201, True, 1)
    assert set(recall) == {"id", "agreement", "entry_hash", "made_on", "confirmed_on"}
    assert confirmed.status_code == 201
    assert refused.status_code == 403


def test_the_auditor_searches_draws_exports_and_reconciles(
    client: TestClient, by: Headers, partnership: Partnership
) -> None:
    auditor = by("auditor")
    days = {"first": TODAY.isoformat(), "last": TODAY.isoformat()}

    found = client.post("/api/v1/audit/search", json=days | {"user": "analyst"}, headers=auditor).json()
    none = client.post("/api/v1/audit/search", json=days | {"from_time": "9", "until_time": "9"}, headers=auditor)
    bad = client.post("/api/v1/audit/search", json=days | {"from_time": "noon"}, headers=auditor)
    sample = client.post("/api/v1/audit/samples", json={"count": 3}, headers=auditor).json()["id"]
    waits = client.get(f"/api/v1/audit/samples/{sample}/pack", headers=auditor)
    placing.place(partnership.store)
    drawn = client.get(f"/api/v1/audit/samples/{sample}", headers=auditor).json()
    pack = client.get(f"/api/v1/audit/samples/{sample}/pack", headers=auditor).json()
    gaps = client.post("/api/v1/audit/reconcile", headers=auditor).json()["stores"]

    assert [one["verb"] for one in found["entries"]] == ["inquiry.asked"]
    assert none.status_code == 422
    assert bad.json()["detail"] == "a time is typed to the hour, in 24 hours, such as 14:00"
    assert all(one["at"].startswith(TODAY.isoformat()) for one in found["entries"])
    assert all(one["private"]["at"].startswith(TODAY.isoformat()) for one in pack["entries"])
    assert waits.status_code == 503
    assert len(drawn["entries"]) == len(drawn["indices"]) == 3
    assert {one["index"] for one in pack["entries"]} == {*drawn["indices"], drawn["size"]}
    assert {one["gap"] for one in gaps} == {0}
    assert len(client.get("/api/v1/audit/reconcile", headers=auditor).json()["stores"]) == 3
    for address in ("samples", "reconcile"):
        assert client.get(f"/api/v1/audit/{address}", headers=by("officer")).status_code == 403
