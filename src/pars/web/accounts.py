"""Accounts on a page: made by an administrator, confirmed by a second owner's supervisor, unlocked on the shift."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import places, signin, staff
from pars.actions.founding import NewAccount
from pars.errors import BadInput, ParsError
from pars.record.roles import SUPERVISORS, Role
from pars.sharing.duty import Shift
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/accounts")
def accounts(request: Request, _: Asking) -> Response:
    """Every account with how it stands; an administrator sees no record anywhere."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    speaks = by.role is Role.REPRESENTATIVE
    made = [role for role in Role if (role is Role.REPRESENTATIVE) == speaks]
    return page(
        request,
        "accounts.html",
        200 if error is None else status_of(error),
        title="Accounts",
        accounts=staff.everyone(store, by),
        agencies=places.agencies(store),
        sites=places.sites(store),
        role_words=[(role.value, role.value.replace("-", " ")) for role in made],
        makes=speaks or by.role is Role.ADMINISTRATOR,
        confirms=by.role is not Role.ADMINISTRATOR,
        own=by,
        unlocks=partial(signin.may_unlock, by),
        shifts=[(shift.value, shift.value) for shift in Shift],
        sets_shifts=by.role in SUPERVISORS,
        typed=typed,
        error=error,
    )


@router.post("/accounts")
def create(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """A new account, which reads nothing until it is confirmed."""
    try:
        staff.create(store, by, new_account(fields))
    except ParsError as refusal:
        return _page(request, {**fields, "password": ""}, refusal)
    return RedirectResponse("/accounts", 303)


def new_account(fields: Fields) -> NewAccount:
    """The account that a form says."""
    return NewAccount(
        sign_in=fields.get("sign_in", ""),
        full_name=fields.get("full_name", ""),
        role=role_of(fields.get("role", "")),
        agency_ori=fields.get("agency_ori", ""),
        password=fields.get("password", ""),
        site=fields.get("site") or None,
        badge=fields.get("badge") or None,
        unit=fields.get("unit") or None,
    )


def role_of(text: str) -> Role:
    """A duty by its name; refused when there is none."""
    try:
        return Role(text)
    except ValueError:
        raise BadInput("choose a duty from the list", field="role") from None


@router.post("/accounts/{account_id}/{verb}")
def change(
    request: Request, store: TheStore, by: Asking, fields: PostedFields, account_id: UUID, verb: str
) -> Response:
    """Confirm, disable, unlock, set a shift, or give another duty, name or password."""
    try:
        match verb:
            case "confirm":
                staff.confirm(store, by, account_id)
            case "disable":
                staff.disable(store, by, account_id)
            case "unlock":
                signin.unlock_account(store, by, account_id)
            case "role":
                staff.change_role(store, by, account_id, role_of(fields.get("role", "")))
            case "name":
                staff.change_name(store, by, account_id, fields.get("full_name", ""))
            case "shift":
                staff.set_shift(store, by, account_id, fields.get("shift", ""))
            case "password":
                staff.new_password(store, by, account_id, fields.get("password", ""))
            case _:
                raise BadInput("there is no such change of an account")
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse("/accounts", 303)
