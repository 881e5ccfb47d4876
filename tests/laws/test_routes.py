"""Every route names its action, and settles who asks before anything else; who may not learns nothing and stops nobody.

A page that reads or writes without an action would be a way round the door, the entry and the second wall.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Final, cast
from uuid import UUID, uuid4

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient
from tests.partnership import Partnership

from pars.actions import agreements, booking, life, sealing, staff
from pars.actions.agreements import Saying
from pars.actions.person_given import PersonGiven
from pars.errors import NotAllowed
from pars.record.roles import Role
from pars.sharing.consent import Decision
from pars.store.database import Store
from pars.web.app import Serving, create_app

WITHOUT: Final[Mapping[str, str]] = {
    "GET /healthz": "the process answers, and asks nobody",
    "GET /api/openapi.json": "the description of the interface, the same for everybody",
    "HEAD /api/openapi.json": "the same without its body",
    "GET /sign-in": "an empty form",
    "GET /password": "an empty form",
    "GET /break-glass/{part}/{arrest_id}": "the form that asks for an opening; nothing of the record is on it",
    "POST /language": "a cookie of the browser",
    "GET /offences": "the catalogue of offenses, which is a file",
    "GET /offences/grade": "the same catalogue",
    "GET /card": "the card to point at, the same for everybody",
}
"""Routes that do nothing, each with what it is; one that is not needed any more fails, too."""

EVERY_PAGE: Final = frozenset({"pars.actions.openings.at_work"})
"""Actions of the frame around every page, which are not what a route does."""

PUBLIC: Final = frozenset(
    {"/healthz", "/readyz", "/api/openapi.json", "/sign-in", "/unlock", "/language", "/"}
    | {"/ledger", "/api/v1/ledger", "/ledger/checkpoint", "/ledger/tile/{path:path}", "/ledger/key"}
    | {"/ledger/witnesses", "/ledger/terms/{sha256}.toml", "/ledger/floor/{sha256}.toml"}
    | {"/ledger/inclusion/{entry_hash}"}
)
"""Addresses for whom nobody has to be signed in; those of the ledger say themselves how much they serve to whom."""


def routes() -> dict[str, tuple[str, str, Callable[..., object]]]:
    """Every route of the application by method and address."""
    app = create_app(cast(Store, None), Serving())
    return {
        f"{method} {one.path}": (method, one.path or "", one.endpoint)
        for one in iter_route_contexts(app.routes)
        for method in sorted(one.methods or ())
        if one.endpoint is not None
    }


def actions_of(function: Callable[..., object], seen: set[object]) -> Iterator[str]:
    """The actions that a function of the web calls, by itself or by another function of the web."""
    if not isinstance(function, FunctionType) or function in seen:
        return
    seen.add(function)
    body = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(body, ast.FunctionDef | ast.AsyncFunctionDef)
    for node in ast.walk(ast.Module(body.body, [])):
        named = _named(node, vars(sys.modules[function.__module__]))
        module = getattr(named, "__module__", "")
        if isinstance(named, FunctionType) and module.startswith("pars.actions."):
            yield f"{module}.{named.__name__}"
        elif isinstance(named, FunctionType) and module.startswith("pars.web."):
            yield from actions_of(named, seen)
        elif isinstance(named, dict):
            for one in named.values():
                yield from actions_of(one, seen)


def _named(node: ast.AST, known: Mapping[str, object]) -> object:
    """What a name, or a name of a module's, stands for."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(known.get(node.value.id), node.attr, None)
    return None


@pytest.mark.parametrize("name", sorted(routes()))
def test_every_route_names_its_action(name: str) -> None:
    _, _, endpoint = routes()[name]

    assert bool(set(actions_of(endpoint, set())) - EVERY_PAGE) != (name in WITHOUT), name


def test_a_route_without_an_action_would_be_found() -> None:
    def reads_by_itself() -> str:
        return str(uuid4())

    assert set(actions_of(reads_by_itself, set())) == set()


def test_without_a_credential_every_route_asks_who_it_is_whatever_else_is_wrong(store: Store) -> None:
    told = {}
    with TestClient(create_app(store, Serving()), raise_server_exceptions=False, follow_redirects=False) as client:
        for name, (method, path, _) in routes().items():
            if path not in PUBLIC:
                address = "/".join(str(uuid4()) if part.startswith("{") else part for part in path.split("/"))
                sent = {"content": b"{not json", "headers": {"Accept": "text/html"}}
                answer = client.request(method, address, **sent)  # type: ignore[arg-type] # one for all
                told[name] = (answer.status_code, answer.headers.get("location"))

    assert {name: seen for name, seen in told.items() if seen not in {(401, None), (303, "/sign-in")}} == {}


# duties are settled before anything is looked up or locked


NARROWING: Final[Mapping[str, Callable[[Partnership, UUID], object]]] = {
    "a step": lambda city, arrest: life.take(city.store, city.analyst(), arrest, "decline", {"reason": "x"}),
    "a correction": lambda city, arrest: booking.correct(
        city.store, city.analyst(), arrest, PersonGiven(surname="X"), version=1, reason="x"
    ),
    "a seal": lambda city, arrest: sealing.limit_access(city.store, city.analyst(), arrest, "sealed", order="x"),
    "an account disabled": lambda city, _: staff.disable(city.store, city.analyst("stranger"), city.analyst().account),
    "another duty": lambda city, _: staff.change_role(
        city.store, city.analyst("stranger"), city.analyst().account, Role.CLERK
    ),
    "another name": lambda city, _: staff.change_name(
        city.store, city.analyst("stranger"), city.analyst().account, "Sam Other"
    ),
    "a withdrawal": lambda city, _: agreements.say(
        city.store, city.analyst("stranger"), "sheriff", Saying(Decision.WITHDRAW, "x")
    ),
}
"""Acts that take a lock alone, each tried by somebody whose duty they are not."""


@pytest.mark.parametrize("what", sorted(NARROWING))
def test_who_may_not_narrow_a_thing_takes_no_lock_of_it(
    partnership: Partnership, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may not would otherwise hold up other people's looks, and end them after half a second (T16)."""
    partnership.agree()
    arrest = partnership.charged()
    taken: list[object] = []
    monkeypatch.setattr("pars.actions.acting.narrowing", lambda *given, **_: taken.append(given))

    with pytest.raises(NotAllowed):
        NARROWING[what](partnership, arrest)

    assert taken == []


@pytest.mark.parametrize("what", ["a step", "a correction", "a seal"])
def test_who_may_not_is_not_told_whether_there_is_such_a_record(partnership: Partnership, what: str) -> None:
    there = partnership.charged()
    told = []

    for arrest in (there, uuid4()):
        with pytest.raises(NotAllowed) as refusal:
            NARROWING[what](partnership, arrest)
        told.append((refusal.value.sentence, refusal.value.code))

    assert told[0] == told[1]
