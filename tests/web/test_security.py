"""Signing in and what stands around every answer."""

import io

import psycopg
import pytest
from argon2 import Type, extract_parameters
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from pars.actions import signin
from pars.actions.belongings import reencoded
from pars.errors import BadInput, TooLarge
from pars.record.roles import Role
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
