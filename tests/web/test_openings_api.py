"""Break-glass, assignments, shifts and lists by program: the same acts, stable codes, and who asks first."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient
from tests.partnership import PASSWORD, Partnership, terms
from tests.streams import Stream, served

from pars.actions import signin
from pars.record.roles import Role
from pars.web import live, telling
from pars.web.app import Serving, create_app

from .conftest import Headers

WHY = "she must be warned tonight, for the victim"


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program."""
    application = create_app(partnership.store, Serving(demo=True))
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def arrest(partnership: Partnership) -> UUID:
    """An arrest with a victim."""
    made = partnership.record()
    partnership.protect(made)
    return made


def test_the_whole_life_of_an_opening_by_program(client: TestClient, by: Headers, arrest: UUID) -> None:
    detention, privacy = by("detention-officer"), by("privacy-officer")
    address = f"/api/v1/arrests/{arrest}/protected"
    assert client.get(address, headers=detention).json()["code"] == "no-duty"

    body = {"arrest": str(arrest), "part": "protected", "why": WHY}
    asked = client.post("/api/v1/openings", json=body, headers=detention)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    opening = f"/api/v1/openings/{asked.json()['id']}"
    first = client.post(f"{opening}/agree", headers=by("custody-supervisor"))
    second = client.post(f"{opening}/agree", headers=by("clerk"))
    assert [one.json()["state"] for one in (first, second)] == ["asked", "open"]
    assert client.get(address, headers=detention).json()[0]["surname"] == "Marked Victim"

    (shown,) = client.get("/api/v1/openings", headers=by("district-attorney-speaks")).json()["openings"]
    assert (shown["told"], shown["looks"], shown["state"]) == (["district-attorney"], 1, "open")
    assert [one["owner"] for one in shown["agreed"]] == ["police", "court"]
    closed = client.post(f"{opening}/close", headers=by("district-attorney-speaks"))
    assert closed.json()["state"] == "closed"
    assert client.get(address, headers=detention).status_code == 403
    finding = {"finding": "justified", "reason": "the call is on tape"}
    assert client.post(f"{opening}/review", json=finding, headers=by("clerk")).status_code == 403
    assert client.post(f"{opening}/review", json=finding, headers=privacy).json()["state"] == "reviewed"
    assert client.post(f"{opening}/review", json=finding, headers=privacy).json()["code"] == "over"


def test_what_is_sent_twice_is_done_once(client: TestClient, by: Headers, arrest: UUID) -> None:
    body = {"arrest": str(arrest), "part": "protected", "why": WHY}
    once = by("detention-officer") | {"Idempotency-Key": "the-same"}

    one, two = (client.post("/api/v1/openings", json=body, headers=once).json() for _ in range(2))

    assert one == two
    seen = client.get("/api/v1/openings", headers=by("auditor")).json()["openings"]
    assert [each["id"] for each in seen] == [one["id"]]
    agree = by("clerk") | {"Idempotency-Key": "another"}
    answers = [client.post(f"/api/v1/openings/{one['id']}/agree", headers=agree) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("name", "body", "status", "code"),
    [
        ("detention-officer", {"part": "interview", "why": WHY}, 403, "no-duty"),
        ("defender", {"part": "protected", "why": WHY}, 403, "no-duty"),
        ("analyst", {"part": "arrest", "why": WHY}, 403, "no-duty"),
        ("detention-officer", {"part": "protected", "why": " "}, 422, "bad-input"),
        ("detention-officer", {"part": "everything", "why": WHY}, 422, "bad-input"),
        ("detention-officer", {"part": "protected", "why": WHY, "minutes": 600}, 422, "bad-input"),
        ("detention-officer", {"part": "protected", "why": WHY, "arrest": str(uuid4())}, 404, "not-there"),
    ],
)
def test_a_refusal_is_a_problem_with_a_stable_code(
    client: TestClient, by: Headers, arrest: UUID, name: str, body: dict[str, str], status: int, code: str
) -> None:
    answer = client.post("/api/v1/openings", json={"arrest": str(arrest), **body}, headers=by(name))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/openings", headers=by("auditor")).json() == {"openings": []}


@pytest.mark.parametrize(
    "path",
    ["/openings", "/openings/x/agree", "/openings/x/close", "/openings/x/review", "/arrests/x/assignments",
     "/accounts/x/shift"],
)  # fmt: skip
def test_without_a_credential_it_is_401_whatever_else_is_wrong(client: TestClient, path: str) -> None:
    assert client.post(f"/api/v1{path}", content=b"{not json").status_code == 401


def test_assignment_and_shift_by_program(
    client: TestClient, by: Headers, arrest: UUID, partnership: Partnership
) -> None:
    defender, address = by("defender"), f"/api/v1/arrests/{arrest}"
    assert client.get(address, headers=defender).json()["code"] == "say-why"

    assigned = client.post(f"{address}/assignments", json={"sign_in": "defender"}, headers=by("clerk"))

    assert assigned.status_code == 201
    assert client.get(address, headers=defender).status_code == 200
    officer = partnership.staff(Role.OFFICER).account
    shift = f"/api/v1/accounts/{officer}/shift"
    assert client.post(shift, json={"shift": "night"}, headers=by("police-supervisor")).status_code == 201
    assert client.post(shift, json={"shift": "night"}, headers=by("administrator")).json()["code"] == "not-your-step"


def test_the_list_of_the_whole_city_asks_why(client: TestClient, by: Headers, arrest: UUID, admin_url: str) -> None:
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.account set site = 'D22' where role = 'officer'")
    officer = by("officer")

    own = client.get("/api/v1/lists/board", headers=officer)
    city = client.get("/api/v1/lists/board?reach=city", headers=officer)
    said = client.get("/api/v1/lists/board?reach=city", headers=officer | {"Why": "a transfer"})

    assert [one.status_code for one in (own, city, said)] == [200, 403, 200]
    assert city.json()["code"] == "say-why"
    assert client.get("/api/v1/lists/board?reach=world", headers=officer).status_code == 422


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("custody-supervisor", "/api/v1/live?view=board&since=0"),
        ("privacy-officer", "/api/v1/live?view=openings"),
        ("analyst", "/api/v1/subscriptions/stream"),
    ],
)
def test_an_open_stream_does_not_keep_a_session_from_locking(
    partnership: Partnership, admin_url: str, monkeypatch: pytest.MonkeyPatch, name: str, path: str
) -> None:
    """A terminal that nobody touches locks after half an hour, however many pages ask by themselves."""
    store = partnership.store
    partnership.agree(terms(more='tell_of = ["arraigned"]'))
    token = signin.sign_in(store, name, PASSWORD, demo_allowed=True)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(telling, "BEATS_EVERY", 0.5)
    pass_by(admin_url, 29)

    credential = {"Authorization": f"Bearer {token}"}
    with served(create_app(store, Serving(demo=True))) as port, Stream(port, path, credential) as stream:
        for _ in range(2):
            while stream.line() != ": here":
                pass
        unseen = not signin.who(store, token, used=False).locked
        pass_by(admin_url, 2)
        ended = stream.event() is None

    assert (unseen, ended) == (True, True)
    assert signin.who(store, token, used=False).locked


def pass_by(admin_url: str, minutes: int) -> None:
    """So many minutes pass in which nobody touches anything."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.session set seen_at = seen_at - make_interval(mins => %s)", (minutes,))
