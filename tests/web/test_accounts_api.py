"""Accounts by program: the same acts as on the page, each with its entry, and what is refused with its code."""

from collections.abc import Iterator

import psycopg
import pytest
from starlette.testclient import TestClient
from tests.partnership import ORI, Partnership

from pars.actions import signin
from pars.errors import NotSignedIn
from pars.record.roles import Owner, Role
from pars.web.app import Serving, create_app

from .conftest import Headers

FIRST = "a-first-word-for-it"
ACCOUNTS = "/api/v1/accounts"
NEW = {
    "sign_in": "newcomer",
    "full_name": "Nova Newcomer",
    "role": "officer",
    "agency_ori": ORI[Owner.POLICE],
    "password": FIRST,
    "site": "D22",
    "badge": "7788",
}


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program."""
    application = create_app(partnership.store, Serving(demo=True))
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


def test_the_whole_life_of_an_account_by_program(
    client: TestClient, by: Headers, partnership: Partnership, admin_url: str
) -> None:
    administrator, clerk, supervisor = by("administrator"), by("clerk"), by("police-supervisor")
    once = administrator | {"Idempotency-Key": "the-newcomer"}

    made, again = (client.post(ACCOUNTS, json=NEW, headers=once) for _ in range(2))
    assert (made.status_code, made.json()) == (201, again.json())
    one = f"{ACCOUNTS}/{made.json()['id']}"
    (shown,) = [a for a in client.get(ACCOUNTS, headers=clerk).json()["accounts"] if a["sign_in"] == "newcomer"]
    assert (shown["id"], shown["role"], shown["site"], shown["confirmed"]) == (
        made.json()["id"],
        "officer",
        "D22",
        False,
    )
    assert not [name for name in shown if "password" in name]

    newcomer = signin.sign_in(partnership.store, "newcomer", FIRST)
    mine = {"Authorization": f"Bearer {newcomer}"}
    assert client.get("/api/v1/lists/board", headers=mine).json()["code"] == "not-confirmed"
    assert client.post(f"{one}/confirm", headers=supervisor).json()["code"] == "same-owner"
    assert client.post(f"{one}/confirm", headers=clerk).status_code == 201
    assert client.get("/api/v1/lists/board", headers=mine).status_code == 200
    assert client.post(f"{one}/confirm", headers=clerk).json()["code"] == "confirmed"

    assert client.post(f"{one}/shift", json={"shift": "night"}, headers=supervisor).status_code == 201
    assert client.post(f"{one}/role", json={"role": "detective"}, headers=administrator).status_code == 201
    assert client.post(f"{one}/name", json={"full_name": "Nova Renamed"}, headers=administrator).status_code == 201
    assert client.get("/api/v1/lists/board", headers=mine).status_code == 401
    assert client.post(f"{one}/password", json={"password": FIRST + "-anew"}, headers=administrator).status_code == 201
    with pytest.raises(NotSignedIn):
        signin.sign_in(partnership.store, "newcomer", FIRST)
    assert client.post(f"{one}/unlock", headers=supervisor).status_code == 201
    disabled = client.post(f"{one}/disable", headers=administrator)
    assert disabled.status_code == 201
    with psycopg.connect(admin_url) as connection:
        told = connection.execute(
            "select verb from ledger.entry where nonce = any(%s::uuid[]) order by at",
            ([made.json()["entry"], disabled.json()["entry"]],),
        ).fetchall()
    assert told == [("account.created",), ("account.disabled",)]


REFUSED = {
    "an analyst": ("analyst", "", NEW, 403),
    "a supervisor who makes one": ("police-supervisor", "", NEW, 403),
    "an administrator who makes a voice": ("administrator", "", NEW | {"role": "representative"}, 403),
    "an unknown duty": ("administrator", "", NEW | {"role": "king"}, 422),
    "a short password": ("administrator", "", NEW | {"password": "short"}, 422),
    "an unknown agency": ("administrator", "", NEW | {"agency_ori": "PA0000000"}, 422),
    "an unknown site": ("administrator", "", NEW | {"site": "nowhere"}, 422),
    "a name that is taken": ("administrator", "", NEW | {"sign_in": "officer"}, 409),
    "a name with a blank": ("administrator", "", NEW | {"sign_in": "a b"}, 422),
    "a name that says more": ("administrator", "", NEW | {"more": "x"}, 422),
    "an account that is not there": ("administrator", "/00000000-0000-0000-0000-000000000001/disable", {}, 404),
    "an account without a number": ("administrator", "/nobody/disable", {}, 404),
    "one's own": ("administrator", "/{administrator}/disable", {}, 403),
    "another duty for a voice": ("administrator", "/{court-speaks}/role", {"role": "clerk"}, 403),
    "a new password for a voice": ("administrator", "/{court-speaks}/password", {"password": FIRST}, 403),
    "unlocked by another agency": ("clerk", "/{officer}/unlock", {}, 403),
}


def test_what_is_refused_changes_nothing_and_has_its_code(
    client: TestClient, by: Headers, partnership: Partnership, admin_url: str
) -> None:
    numbers = {name: str(partnership.who(name).account) for name in ("administrator", "court-speaks", "officer")}

    def kept() -> list[tuple[object, ...]]:
        with psycopg.connect(admin_url) as connection:
            return connection.execute("select * from house.account order by id").fetchall()

    before, told = kept(), {}
    for what, (who, address, body, _) in REFUSED.items():
        answer = client.post(ACCOUNTS + address.format(**numbers), json=body, headers=by(who))
        told[what] = answer.status_code
        assert set(answer.json()) >= {"code", "detail"}
        assert FIRST not in answer.text

    assert told == {what: status for what, (*_, status) in REFUSED.items()}
    assert kept() == before


def test_what_is_kept_of_a_body_that_was_sent_is_blind(
    client: TestClient, by: Headers, partnership: Partnership, admin_url: str
) -> None:
    """Whoever copies the database cannot try passwords against a plain hash of the request."""
    sent = client.build_request("POST", ACCOUNTS, json=NEW, headers=by("administrator") | {"Idempotency-Key": "one"})

    assert client.send(sent).status_code == 201

    with psycopg.connect(admin_url) as connection:
        ((question, plain),) = connection.execute(
            "select question, sha256(%s) from house.answered", (f"POST {ACCOUNTS}\n".encode() + sent.content,)
        ).fetchall()
    assert len(question) == len(plain)
    assert question != plain


def test_every_change_of_an_account_on_the_page_has_its_route_for_programs(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()["paths"]

    assert {path.rpartition("/")[2] for path in described if path.startswith(f"{ACCOUNTS}/{{account_id}}/")} == {
        *("confirm", "disable", "unlock", "role", "name", "shift", "password")
    }
    assert Role.OFFICER.value in str(client.get("/api/openapi.json").json()["components"]["schemas"]["Role"])
