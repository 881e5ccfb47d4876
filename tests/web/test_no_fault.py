"""No request, however odd, makes a fault of ours.

Schemathesis goes over the description of the interface; odd answers go to every step, where it may be taken.
"""

import itertools
import json
import os
import types
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, cast, get_type_hints

import psycopg
import pytest
import requests
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance
from starlette.testclient import TestClient
from tests.logfiles import going_on
from tests.ports import free_port
from tests.serving import serving
from tests.waiting import PATIENCE_SECONDS

from pars.actions.arraignment import BailGiven, Disposed
from pars.actions.booking import ChargeGiven
from pars.actions.charging import Decided
from pars.actions.placing import place
from pars.record.arrest import AskKind, Step
from pars.record.bail import BailType
from pars.record.charge import Decision
from pars.record.interview import Interview
from pars.record.release import Answers
from pars.record.roles import Role
from pars.record.steps import STEPS
from pars.store.database import Store
from pars.web.app import Serving, create_app

from .conftest import Token
from .test_api import arrest

EXAMPLES = int(os.environ.get("ODD_REQUESTS", "12"))
DESKS = (Role.OFFICER, Role.CHARGING_ATTORNEY, Role.MAGISTRATE, Role.CUSTODY_SUPERVISOR, Role.INTERVIEWER)
quick = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where the application is really served."""
    port = free_port()
    with serving(uvicorn.Config(app, port=port, log_config=None)):
        place(app.state.store)
        with going_on(app.state.store):
            yield f"http://127.0.0.1:{port}"


INTERFACE = schemathesis.openapi.from_dict(create_app(cast(Store, None), Serving(demo=True)).openapi()).exclude(
    path="/api/v1/live"  # a stream without an end; tests/journeys/test_live.py reads it
)
Operation: TypeAlias = schemathesis.APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Any]
OPERATIONS = [one.ok() for one in INTERFACE.get_all_operations() if isinstance(one, Ok)]


@pytest.mark.filterwarnings("ignore:Do not use the .random. module")  # threads of the server do, beside the strategy
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method.upper()} {one.path}")
def test_no_request_that_fits_the_description_or_breaks_it_is_a_fault(
    operation: Operation, address: str, headers: dict[str, dict[str, str]], known: str
) -> None:
    """Half of the requests are about an arrest that is there; each desk asks in its turn."""
    turns = itertools.count()

    def sent(case: Case) -> None:
        turn = next(turns)
        if "arrest_id" in (case.path_parameters or {}) and turn % 2:
            case.path_parameters["arrest_id"] = known
        case.call_and_validate(
            base_url=address,
            headers=headers[DESKS[turn % len(DESKS)].value],
            checks=[not_a_server_error, status_code_conformance, content_type_conformance],
            timeout=PATIENCE_SECONDS,
        )

    breaking = [schemathesis.GenerationMode.NEGATIVE] if operation.body else []
    for mode in [schemathesis.GenerationMode.POSITIVE, *breaking]:
        quick(given(operation.as_strategy(generation_mode=mode))(sent))()


@pytest.fixture
def headers(token: Token) -> dict[str, dict[str, str]]:
    """A credential of each desk that asks."""
    return {role.value: token(role) for role in DESKS}


@pytest.fixture
def known(address: str, headers: dict[str, dict[str, str]]) -> str:
    """An arrest that is there."""
    by = {**headers["officer"], "Content-Type": "application/json"}
    booked = requests.post(f"{address}/api/v1/arrests", data=json.dumps(arrest()), headers=by, timeout=PATIENCE_SECONDS)
    return str(booked.json()["id"])


nasty = st.sampled_from(["", " ", "\x00", "\ud800", "0", "-1", "NaN", "x" * 30_000, "2026-02-30", "yes", "'; --"])
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | nasty | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=4,
)
LIKELY: dict[str, list[object]] = {
    "type": [*BailType],
    "amount_usd": [0, 500, -1, 10**12],
    "percent": [10, 0, 101],
    "decision": [*Decision],
    "statute": ["18 § 2701 §§ A1", "18 § 3921", "99 § 1"],
    "grade": ["M2", "F3", ""],
    "counts": [1, 0, 10**9],
    "disposition": ["guilty", "dismissed"],
    "conditions": [[], ["stay away"], ["\x00"]],
    "facts": ["a push"],
    "affiant_name": ["Tobias Renner"],
    "affiant_badge": ["4417"],
}
FORMS: dict[str, object] = {
    "bail": BailGiven,
    "charges": list[ChargeGiven],
    "decisions": Decided,
    "form": Interview,
    "dispositions": list[Disposed],
    "conditions": Answers,
}


def likely(name: str) -> st.SearchStrategy[object]:
    """What somebody might say under a name, and what nobody should."""
    return st.sampled_from(LIKELY[name]) | odd if name in LIKELY else odd


def form(shape: object) -> st.SearchStrategy[object]:
    """A form with the names that its shape has, each with a likely or an odd value."""
    if isinstance(shape, types.GenericAlias):
        return st.lists(form(shape.__args__[0]), min_size=1, max_size=3)
    hints = get_type_hints(shape)
    inner = {name: form(hint) if name == "charges" else likely(name) for name, hint in hints.items()}
    return st.fixed_dictionaries({}, optional=inner)


def said(step: Step) -> st.SearchStrategy[dict[str, object]]:
    """Answers to what a step asks."""
    asked = {
        ask.name: form(FORMS[ask.name]) | odd if ask.kind is AskKind.FORM else likely(ask.name) | nasty
        for ask in step.asks
    }
    return st.fixed_dictionaries({}, optional={**asked, "at": odd, "version": odd})


@pytest.fixture
def standing(admin_url: str, client: TestClient, token: Token) -> Callable[[Step], str]:
    """A new arrest that stands where a step may be taken."""
    officer = token(Role.OFFICER)

    def at(step: Step) -> str:
        number = client.post("/api/v1/arrests", json=arrest(), headers=officer).json()["id"]
        tracks = {track: min(states).value for track, states in step.when.items()}
        moved = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(track), sql.Literal(state)) for track, state in tracks.items()
        )
        with psycopg.connect(admin_url) as connection:
            connection.execute(sql.SQL("update record.arrest set {} where id = {}").format(moved, sql.Literal(number)))
        return str(number)

    return at


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_no_answer_to_a_step_is_a_fault(
    client: TestClient, token: Token, standing: Callable[[Step], str], step: Step
) -> None:
    by = {**token(min(step.takes)), "Content-Type": "application/json"}
    number = standing(step)

    @quick
    @given(said(step))
    def no_fault(answers: dict[str, object]) -> None:
        nonlocal number
        address = f"/api/v1/arrests/{number}/steps/{step.name}"
        answer = client.post(address, content=json.dumps(answers).encode(), headers=by)
        assert answer.status_code < 500, answers
        if answer.status_code == 200:
            number = standing(step)

    no_fault()
