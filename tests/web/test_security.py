"""Signing in and what stands around every answer."""

import io
import re
from uuid import UUID

import psycopg
import pytest
from argon2 import Type, extract_parameters
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from pars.actions import signin
from pars.actions.belongings import reencoded
from pars.errors import BadInput, NotSignedIn, TooLarge
from pars.record.roles import Role
from pars.store import details
from pars.store.database import Store
from pars.web.app import Serving, create_app

from .conftest import PASSWORD, Token


def enter(client: TestClient, name: str, password: str = PASSWORD) -> int:
    """Sign in through the page; the status."""
    status: int = client.post("/sign-in", data={"name": name, "password": password}).status_code
    return status


def test_every_answer_carries_the_strict_headers(client: TestClient, token: Token) -> None:
    for path in ("/sign-in", "/healthz", "/board", "/static/pars.js", "/api/v1/lists/board", "/nowhere"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        if not path.startswith("/static"):
            assert headers["cache-control"] == "no-store"


def test_a_post_without_the_sessions_form_key_is_refused(client: TestClient) -> None:
    assert enter(client, "officer") == 303

    assert client.post("/booking", data={"surname": "X"}).status_code == 403
    assert client.post("/lock", data={"form_key": "guessed"}).status_code == 403


@pytest.mark.parametrize(
    "address", ["/sign-in", "/figures?month=2026-10", "/agreements/sheriff/inquiries?day=11%2F02%2F2026", "/"]
)
def test_the_language_is_changed_on_the_page_where_one_is(client: TestClient, address: str) -> None:
    answer = client.post("/language", data={"chosen": "es", "back": address})

    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize(
    "address",
    [
        "//example.org", "/\\example.org", "\\\\example.org", "https://example.org/",
        "/\t/example.org", "/\n/example.org",
        "", "example.org", "javascript:alert(1)", " //example.org", "/\u2028/x",
    ],
)  # fmt: skip
def test_the_language_leads_to_no_other_house(client: TestClient, address: str) -> None:
    assert client.post("/language", data={"chosen": "es", "back": address}).headers["location"] == "/"


def test_the_button_of_the_language_keeps_what_the_page_was_asked_for(client: TestClient, token: Token) -> None:
    headers = {"Accept": "text/html", **token(Role.REPRESENTATIVE)}

    asked = client.get("/figures?month=2026-10", headers=headers)
    refused = client.post("/sign-in?month=2026-10", data={"name": "officer", "password": "wrong"})

    assert 'name="back" value="/figures?month=2026-10"' in asked.text
    assert 'name="back" value="/sign-in"' in refused.text


def test_the_session_cookie_is_for_the_browser_alone(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"name": "officer", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_five_wrong_passwords_lock_and_a_supervisor_of_the_agency_unlocks(client: TestClient) -> None:
    for _ in range(5):
        assert enter(client, "officer", "wrong") == 401
    assert enter(client, "officer") == 401

    enter(client, "police-supervisor")
    page = client.get("/accounts", headers={"Accept": "text/html"}).text
    key = page.split('name="form_key" value="', 1)[1].split('"', 1)[0]
    unlock = page.split("/unlock", 1)[0].rsplit("/accounts/", 1)[1]
    assert client.post(f"/accounts/{unlock}/unlock", data={"form_key": key}).status_code == 303
    assert enter(client, "officer") == 303


def shown(client: TestClient, name: str, password: str) -> tuple[int, str]:
    """The status and the page, without the name that was typed and the city's time."""
    answer = client.post("/sign-in", data={"name": name, "password": password})
    return answer.status_code, re.sub(r'data-now="[^"]*"', "", answer.text).replace(f'value="{name}"', "")


def test_the_door_tells_a_stranger_neither_who_there_is_nor_which_word_is_right(
    client: TestClient, store: Store, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever guesses on after the lock must not learn at which word the answer changes."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.account set locked_at = now() where sign_in = 'officer'")
        connection.execute("update house.account set state = 'disabled' where sign_in = 'medic'")
    right, worked = signin._right, list[str]()

    def counted(stored: str, password: str) -> bool:
        worked.append(password)
        return right(stored, password)

    monkeypatch.setattr(signin, "_right", counted)
    tried = [
        ("nobody-of-that-name", PASSWORD), ("detective", "wrong"), ("officer", "wrong"), ("officer", PASSWORD),
        ("medic", PASSWORD),
    ]  # fmt: skip

    told = {shown(client, name, password) for name, password in tried}

    assert [status for status, _ in told] == [401]
    assert signin.REFUSED in told.pop()[1]
    assert worked == [password for _, password in tried]
    assert refusals(store) == [("session.started.refused", code) for code in
                               ("not-signed-in", "wrong", "locked", "locked", "not-signed-in")]  # fmt: skip


def refusals(store: Store) -> list[tuple[str, object]]:
    """The verb and the code of every refusal, as they were entered."""
    with store.transaction("pars_act") as connection:
        rows = connection.execute("select nonce, verb from ledger.entry order by id").fetchall()
    return [(verb, noted(store, nonce)["code"]) for nonce, verb in rows if verb.endswith(".refused")]


def noted(store: Store, nonce: UUID) -> dict[str, object]:
    """What stands in the private part of an entry."""
    with store.transaction("pars_ledger") as connection:
        return dict(details.open_all(connection, store.keys, [nonce])[nonce].details)


@pytest.mark.parametrize("where", ["/unlock", "/password"])
def test_nobody_guesses_without_end_who_holds_a_session(client: TestClient, store: Store, where: str) -> None:
    enter(client, "officer")
    key = signin.who(store, client.cookies["pars_session"]).form_key
    if where == "/unlock":
        client.post("/lock", data={"form_key": key})

    def guess(password: str) -> tuple[int, str]:
        said = {"password": password, "form_key": key, "former": password, "chosen": "another-word-of-mine"}
        answer = client.post(where, data=said, headers={"Accept": "text/html"})
        return answer.status_code, answer.text

    guesses = [guess("wrong") for _ in range(5)]
    status, told = guess(PASSWORD)

    assert {status for status, _ in guesses} == {status} == {401}
    assert signin.WRONG_OF_ONE in guesses[3][1]
    assert "name" not in signin.WRONG_OF_ONE
    for said in (guesses[4][1], told):
        assert "this account is locked after wrong passwords; it is unlocked by a supervisor of the same agency" in said
    verb = "session.unlocked" if where == "/unlock" else "account.password-chosen"
    assert refusals(store) == [(f"{verb}.refused", code) for code in ["wrong"] * 4 + ["locked"] * 2]
    assert enter(client, "officer") == 401


@pytest.mark.parametrize("how", ["unlocks", "chooses"])
def test_the_right_password_of_whoever_holds_a_session_forgets_the_wrong_ones(staff: Store, how: str) -> None:
    token = signin.sign_in(staff, "officer", PASSWORD, demo_allowed=True)

    def gives(password: str) -> None:
        if how == "unlocks":
            signin.unlock(staff, token, password)
        else:
            signin.own_password(staff, token, password, "another-word-of-mine")

    for _ in range(4):
        with pytest.raises(NotSignedIn):
            gives("wrong")
    gives(PASSWORD)

    with pytest.raises(NotSignedIn):
        gives("wrong")
    assert signin.sign_in(staff, "officer", PASSWORD if how == "unlocks" else "another-word-of-mine", demo_allowed=True)


def test_a_closed_account_and_a_demonstrations_password_leave_their_refusals(staff: Store, admin_url: str) -> None:
    with pytest.raises(NotSignedIn, match="demonstration"):
        signin.sign_in(staff, "officer", PASSWORD)
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.account set review_by = review_by - 400 where sign_in = 'officer'")
    with pytest.raises(NotSignedIn, match="lapsed"):
        signin.sign_in(staff, "officer", PASSWORD, demo_allowed=True)

    assert refusals(staff) == [("session.started.refused", code) for code in ("demo-password", "lapsed")]


def test_an_entry_says_whose_screen_was_locked_and_unlocked(staff: Store) -> None:
    token = signin.sign_in(staff, "officer", PASSWORD, demo_allowed=True)
    account = str(signin.who(staff, token).by.account)

    signin.lock(staff, token)
    signin.unlock(staff, token, PASSWORD)

    with staff.transaction("pars_act") as connection:
        rows = connection.execute(
            "select nonce from ledger.entry where verb in ('session.locked', 'session.unlocked') order by id"
        ).fetchall()
    assert [noted(staff, nonce)["account"] for (nonce,) in rows] == [account, account]


def test_a_password_is_kept_at_the_cost_that_owasp_names() -> None:
    kept = extract_parameters(signin.password_row("a-word-of-their-own"))

    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (Type.ID, 19_456, 2, 1)


def test_half_an_hour_without_use_locks_the_screen(client: TestClient, admin_url: str) -> None:
    enter(client, "officer")
    with psycopg.connect(admin_url) as connection:
        connection.execute("update house.session set seen_at = seen_at - interval '31 minutes'")

    answer = client.get("/booking", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/unlock")


def test_a_password_of_a_demonstration_opens_nothing_real(app: FastAPI, store: Store) -> None:
    with TestClient(create_app(store, Serving(demo=False))) as real:
        assert enter(real, "officer") == 401


def test_a_body_larger_than_any_form_is_refused_however_it_is_sent(client: TestClient, token: Token) -> None:
    headers = {**token(Role.OFFICER), "Content-Type": "application/json"}

    told = client.post("/api/v1/arrests", content=b"x" * 13_000_000, headers=headers)
    silent = client.post("/api/v1/arrests", content=(b"x" * 1_000_000 for _ in range(13)), headers=headers)

    assert told.status_code == 413
    assert silent.status_code in {400, 413, 422}


def test_a_photograph_loses_everything_but_its_pixels() -> None:
    camera = Image.new("RGB", (1600, 2400), "navy")
    exif = camera.getexif()
    exif[0x010E] = "planted description"
    exif[0x8825] = {1: "N"}
    file = io.BytesIO()
    camera.save(file, "JPEG", exif=exif)
    assert b"planted" in file.getvalue()

    made = reencoded(file.getvalue())

    assert b"planted" not in made.jpeg
    with Image.open(io.BytesIO(made.jpeg)) as shown:
        assert not shown.getexif()
        assert max(shown.size) <= 1280


@pytest.mark.parametrize(("data", "refusal"), [(b"no picture", BadInput), (b"x" * 80_000_000, TooLarge)])
def test_what_is_no_photograph_is_refused(data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        reencoded(data)


def test_nobody_anonymous_opens_a_page(client: TestClient) -> None:
    for path in (
        "/board",
        "/screen",
        "/booking",
        "/lists/charging",
        "/accounts",
        "/children",
        "/settings",
        "/offences",
    ):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path


def test_a_password_is_chosen_by_its_owner_with_the_former_one(client: TestClient) -> None:
    enter(client, "officer")
    page = client.get("/password", headers={"Accept": "text/html"}).text
    key = page.split('name="form_key" value="', 1)[1].split('"', 1)[0]

    def choose(former: str, chosen: str) -> int:
        said = {"form_key": key, "former": former, "chosen": chosen}
        status: int = client.post("/password", data=said, headers={"Accept": "text/html"}).status_code
        return status

    assert choose("wrong", "another-word-of-mine") == 401
    assert choose(PASSWORD, "short") == 422
    assert choose(PASSWORD, PASSWORD) == 422
    assert choose(PASSWORD, "another-word-of-mine") == 303
    assert client.get("/booking", headers={"Accept": "text/html"}).status_code == 200
    assert enter(client, "officer") == 401
    assert enter(client, "officer", "another-word-of-mine") == 303
