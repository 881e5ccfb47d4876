"""JSON bodies: each name once in each object, at any depth, for every route that takes one, inquiries included."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.partnership import CASE, Partnership, asks

from pars.web import bodies
from pars.web.app import Serving, create_app

from .conftest import Headers

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client(partnership: Partnership) -> Iterator[TestClient]:
    """A program."""
    with TestClient(create_app(partnership.store, Serving(demo=True)), raise_server_exceptions=False) as opened:
        yield opened


def taking(client: TestClient) -> list[tuple[str, str]]:
    """Method and address of every route that takes JSON."""
    described = client.get("/api/openapi.json").json()["paths"]
    return [
        (method, "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/")))
        for path, methods in described.items()
        for method, route in methods.items()
        if "application/json" in route.get("requestBody", {}).get("content", {})
    ]


@pytest.mark.parametrize(
    "body", ['{"x": 1, "x": 1}', '{"a": [{"b": {"x": 1, "y": 2, "x": 3}}]}', '[[{"x": 1, "\\u0078": 2}]]']
)
def test_every_route_refuses_a_name_that_stands_twice_and_says_who_asks_first(
    client: TestClient, by: Headers, body: str
) -> None:
    known, found = by("analyst") | JSON, taking(client)

    told = {address: client.request(method, address, content=body, headers=known) for method, address in found}
    unknown = {client.request(method, address, content=body, headers=JSON).status_code for method, address in found}

    assert len(found) > 25
    assert {(one.status_code, one.json()["code"]) for one in told.values()} == {(422, "duplicate-key")}
    assert len({one.json()["detail"] for one in told.values()}) == 1
    assert unknown == {401}


def test_every_route_for_programs_that_takes_a_body_reads_it_so(partnership: Partnership) -> None:
    application = create_app(partnership.store, Serving())
    every = [
        one.original_route for one in iter_route_contexts(application.routes) if (one.path or "").startswith("/api/v1/")
    ]

    assert [
        route for route in every if getattr(route, "body_field", None) and not isinstance(route, bodies.Route)
    ] == []


def test_an_inquiry_with_two_cases_asks_for_nobody_and_what_stands_twice_is_not_said_again(
    client: TestClient, by: Headers, partnership: Partnership, admin_url: str
) -> None:
    partnership.agree()
    asked = asdict(asks()) | {"case_reference": CASE}
    body = json.dumps(asked).replace('"case_reference":', '"case_reference": "ECS-2026-0001", "case_reference":')

    refused = client.post("/api/v1/inquiries", content=body, headers=by("analyst") | JSON)

    assert (refused.status_code, refused.json()["code"]) == (422, "duplicate-key")
    assert "case" not in refused.json()["detail"]
    with psycopg.connect(admin_url) as connection:
        assert connection.execute("select count(*) from sharing.inquiry").fetchall() == [(0,)]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )
)
def test_whatever_says_each_name_once_is_read_as_it_stands(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert bodies.read(json.dumps(value).encode()) == value
