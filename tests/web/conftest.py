"""The application on a real store, with a credential for each role."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.partnership import Partnership

from pars.actions import signin
from pars.record.roles import Role
from pars.store.database import Store
from pars.web.app import Serving, create_app

PASSWORD = "a-word-for-the-tests"

Token = Callable[[Role], dict[str, str]]
Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def app(staff: Store) -> FastAPI:
    """The application of a demonstration."""
    return create_app(staff, Serving(demo=True))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client that sees what people see: faults are answers."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def token(app: FastAPI, store: Store) -> Token:
    """The Authorization header of a role."""

    def of(role: Role) -> dict[str, str]:
        kept = signin.sign_in(store, role.value, PASSWORD, kind="credential", demo_allowed=True)
        return {"Authorization": f"Bearer {kept}"}

    return of


@pytest.fixture
def by(partnership: Partnership) -> Headers:
    """The Authorization header of somebody of the partnership, from a sign-in of this moment."""

    def of(name: str) -> dict[str, str]:
        credential = signin.sign_in(partnership.store, name, PASSWORD, kind="credential", demo_allowed=True)
        return {"Authorization": f"Bearer {credential}"}

    return of
