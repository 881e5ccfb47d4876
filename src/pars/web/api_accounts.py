"""Accounts for programs: made by an administrator, confirmed by another owner's supervisor, as on the page."""

from typing import Annotated, Any
from uuid import UUID

from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import signin, staff
from pars.actions.founding import NewAccount
from pars.record.roles import Role
from pars.store.accounts import Account
from pars.web.api import Acting, Given, Short, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("accounts")
Password = Annotated[
    str, Field(max_length=200, description="at least 12 characters", json_schema_extra={"format": "password"})
]


@router.get("/accounts")
def get_accounts(store: TheStore, by: Asking) -> Response:
    """Every account and how it stands; for a representative, those that speak for an owner."""
    return JSONResponse({"accounts": [_shown(one) for one in staff.everyone(store, by)]})


def _shown(one: Account) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "sign_in": one.sign_in,
        "full_name": one.full_name,
        "role": one.role.value,
        "agency": one.agency,
        "owner": one.owner.value if one.owner else None,
        "site": one.site,
        "badge": one.badge,
        "unit": one.unit,
        "shift": one.shift,
        "state": one.state,
        "confirmed": one.confirmed_by is not None,
        "locked": one.locked_at is not None,
    }


class AccountBody(Given):
    """A new account with its first password; `agency_ori` is the agency that it belongs to."""

    sign_in: Short
    full_name: Short
    role: Role
    agency_ori: Short
    password: Password
    site: Short | None = None
    badge: Short | None = None
    unit: Short | None = None


@router.post("/accounts", status_code=201)
def post_account(store: TheStore, by: Acting, body: AccountBody) -> Response:
    """Make an account. It reads nothing until a supervisor of another owner confirms it."""
    made = staff.create(store, by, NewAccount(**body.model_dump()))
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.post("/accounts/{account_id}/confirm", status_code=201)
def post_confirmed(store: TheStore, by: Acting, account_id: UUID) -> Response:
    """Confirm another owner's new or changed account."""
    return _changed(account_id, staff.confirm(store, by, account_id))


@router.post("/accounts/{account_id}/disable", status_code=201)
def post_disabled(store: TheStore, by: Acting, account_id: UUID) -> Response:
    """Take an account out of service; its sessions end at once."""
    return _changed(account_id, staff.disable(store, by, account_id))


@router.post("/accounts/{account_id}/unlock", status_code=201)
def post_unlocked(store: TheStore, by: Acting, account_id: UUID) -> Response:
    """Unlock an account after wrong passwords: a supervisor of its own agency, or a representative."""
    return _changed(account_id, signin.unlock_account(store, by, account_id))


class RoleBody(Given):
    """Another duty."""

    role: Role


@router.post("/accounts/{account_id}/role", status_code=201)
def post_role(store: TheStore, by: Acting, account_id: UUID, body: RoleBody) -> Response:
    """Give an account another duty. Its sessions end, and it waits for its confirmation again."""
    return _changed(account_id, staff.change_role(store, by, account_id, body.role))


class NameBody(Given):
    """Another full name."""

    full_name: Short


@router.post("/accounts/{account_id}/name", status_code=201)
def post_name(store: TheStore, by: Acting, account_id: UUID, body: NameBody) -> Response:
    """Give an account another full name. Its sessions end, and it waits for its confirmation again."""
    return _changed(account_id, staff.change_name(store, by, account_id, body.full_name))


class PasswordBody(Given):
    """A new first password."""

    password: Password


@router.post("/accounts/{account_id}/password", status_code=201)
def post_password(store: TheStore, by: Acting, account_id: UUID, body: PasswordBody) -> Response:
    """Give an account a new first password. Its sessions end, and it waits for its confirmation again."""
    return _changed(account_id, staff.new_password(store, by, account_id, body.password))


class ShiftBody(Given):
    """Which hours somebody works; empty for any."""

    shift: Short


@router.post("/accounts/{account_id}/shift", status_code=201)
def post_shift(store: TheStore, by: Acting, account_id: UUID, body: ShiftBody) -> Response:
    """Say which hours somebody of one's own owner works; off them a look asks why."""
    return _changed(account_id, staff.set_shift(store, by, account_id, body.shift))


def _changed(account: UUID, entry: UUID) -> Response:
    return JSONResponse({"id": str(account), "entry": str(entry)}, 201)
