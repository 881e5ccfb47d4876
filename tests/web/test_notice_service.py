"""The service that tells victims: signed messages of a closed list, the list on paper otherwise."""

import json
from uuid import UUID

import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership

from pars.actions import notice_service, reporting, signin, victims
from pars.actions.notice_service import TELLS
from pars.actions.reporting import ProtectedPerson
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.web.app import Serving, create_app

from .test_subscriptions import Receivers, demo, receivers, verified

__all__ = ["demo", "receivers"]
HTML = {"Accept": "text/html"}


def held_with_a_victim(city: Partnership) -> UUID:
    """Somebody held on bail, of which a victim has to be told; a witness and a victim without a contact beside them."""
    arrest = city.record()
    city.protect(arrest)
    for one in (ProtectedPerson("witness", "Seenall", contact="215-555-0101"), ProtectedPerson("victim", "Nocontact")):
        reporting.protect(city.store, city.staff(Role.DETECTIVE), arrest, one)
    city.report(arrest)
    city.charge(arrest)
    city.arraign(arrest)
    return arrest


def test_victims_are_told_by_the_service_in_signed_messages_of_a_closed_list(
    demo: Partnership, receivers: Receivers
) -> None:
    store, clerk, court = demo.store, demo.staff(Role.CLERK), demo.speaker(Owner.COURT)
    arrest = held_with_a_victim(demo)
    with pytest.raises(Conflicts, match="no service is connected"):
        notice_service.messages(store, clerk, arrest, why="the tests")
    for stranger in (demo.speaker(Owner.POLICE), clerk):
        with pytest.raises(NotAllowed):
            notice_service.connect(store, stranger, "https://notices.example.gov/pars")
    with pytest.raises(BadInput, match="public name"):
        notice_service.connect(store, court, "http://notices.example.gov")
    service = receivers(204, 503)
    secret = notice_service.connect(store, court, service.url).secret

    with TestClient(create_app(store, Serving(demo=True)), follow_redirects=False) as client:
        token = signin.sign_in(store, "clerk", PASSWORD, demo_allowed=True)
        client.cookies.set("pars_session", token)
        key = {"form_key": signin.who(store, token).form_key, "why": "the tests"}
        page = f"/arrests/{arrest}/notices"
        assert "Send what is owed by the service" in client.post(page, data=key, headers=HTML).text
        refused = client.post(f"{page}/send", data=key, headers=HTML)
        assert (refused.status_code, "did not take all of them" in refused.text) == (422, True)
        assert client.post(f"{page}/send", data=key, headers=HTML).status_code == 303

    told = [verified(secret, one) for one in service.came]
    assert [one["type"] for one in told] == ["victim.notice"] * 3  # the second was not taken, and goes again
    assert {frozenset(one["data"]) for one in told} == {frozenset(TELLS)}
    abouts = [one["data"]["about"] for one in told]
    assert (set(abouts), abouts[1] == abouts[2]) == ({"bail", "next-date"}, True)
    assert {one["data"]["contact"] for one in told} == {"Marked Contact"}
    said = json.dumps(told)
    hidden = ("Quillfeather", "Rosalind", "2701", "D22", "Marked Place", "5000", "Seenall")
    assert [word for word in hidden if word in said] == []
    owed = [one for one in victims.of_arrest(store, clerk, arrest) if one.told_at is None]
    assert {one.about for one in owed} == {"bail", "next-date"}  # who has no contact is on the list still
    assert len(owed) == 2


def test_a_service_is_connected_once_ended_and_its_secret_shown_once(demo: Partnership) -> None:
    store, court = demo.store, demo.speaker(Owner.COURT)
    first = notice_service.connect(store, court, "https://notices.example.gov/a").secret
    second = notice_service.connect(store, court, "https://notices.example.gov/b").secret
    found = notice_service.connected(store, demo.staff(Role.CLERK))
    assert found is not None
    assert (found.address, found.secret, first != second) == ("https://notices.example.gov/b", b"", True)
    with pytest.raises(NotAllowed):
        notice_service.connected(store, demo.staff(Role.OFFICER))

    notice_service.end(store, court)

    assert notice_service.connected(store, court) is None
    with pytest.raises(NotThere):
        notice_service.end(store, court)


def test_the_court_connects_its_service_on_a_page_and_by_a_program(demo: Partnership) -> None:
    store = demo.store
    with TestClient(create_app(store, Serving(demo=True)), follow_redirects=False) as client:
        token = signin.sign_in(store, "court-speaks", PASSWORD, demo_allowed=True)
        client.cookies.set("pars_session", token)
        key = {"form_key": signin.who(store, token).form_key}
        bad = client.post("/notice-service", data=key | {"url": "ftp://x"}, headers=HTML)
        assert (bad.status_code, "public name" in bad.text) == (422, True)
        good = client.post("/notice-service", data=key | {"url": "https://notices.example.gov/x"}, headers=HTML)
        assert (good.status_code, "whsec_" in good.text, good.headers["cache-control"]) == (200, True, "no-store")
        assert "whsec_" not in client.get("/notice-service", headers=HTML).text
        assert client.post("/notice-service/end", data=key, headers=HTML).status_code == 303
        client.cookies.clear()
        program = {"Authorization": f"Bearer {signin.sign_in(store, 'court-speaks', PASSWORD, demo_allowed=True)}"}
        made = client.post("/api/v1/notice-service", json={"url": "https://notices.example.gov/y"}, headers=program)
        assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
        shown = client.get("/api/v1/notice-service", headers=program).json()
        assert (shown["service"]["address"], shown["tells"]) == ("https://notices.example.gov/y", list(TELLS))
        assert client.post("/api/v1/notice-service/end", headers=program).status_code == 201
        assert client.get("/api/v1/notice-service", headers=program).json()["service"] is None
