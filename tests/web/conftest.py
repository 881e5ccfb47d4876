"""The application on a real store, with a credential for each role."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.partnership import Partnership
from tests.passwords import lightly_hashed

from pars.actions import founding, signin
from pars.record.roles import OWNER_OF, Owner, Role
from pars.store.database import Store
from pars.web.app import Serving, create_app

PASSWORD = "a-word-for-the-tests"
ONCE = lightly_hashed(PASSWORD)
ORI = {Owner.POLICE: "PAPEP0000", Owner.DISTRICT_ATTORNEY: "PADA00000", Owner.COURT: "PACT00000", None: "PAPD00000"}

Token = Callable[[Role], dict[str, str]]
Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def app(store: Store) -> FastAPI:
    """The application of a demonstration."""
    for owner, ori in ORI.items():
        founding.agency(store, ori, owner.value if owner else "defenders", owner)
    founding.site(store, "D22", "22nd District", "booking")
    with patch.object(signin, "hashed", return_value=ONCE):
        for role in Role:
            new = founding.NewAccount(role.value, f"Sam {role.value}", role, ORI[OWNER_OF[role]], PASSWORD)
            founding.account(store, new, demo_password=True)
    return create_app(store, Serving(demo=True))


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
