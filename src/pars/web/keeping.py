"""What is kept how long, legal holds, the review of access, and the list after a breach, on pages and for programs."""

import csv
import io
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import AwareDatetime, Field

from pars.actions import attesting, breach, keeping
from pars.actions.acting import By
from pars.actions.breach import Breach
from pars.clock import city_day, now
from pars.errors import NotAllowed, ParsError
from pars.record.fields import KEEPING
from pars.record.roles import Role
from pars.web.api import Acting, Given, Short, for_programs
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page, shown_time
from pars.web.problems import status_of
from pars.web.reading import Fields, day, instant, whole

router = APIRouter(include_in_schema=False)
programs = for_programs("keeping")
WHAT = {"interview": "Pretrial interviews", "protected": "Victims and witnesses", "optional": "Optional fields"}


@router.get("/keeping")
def show_keeping(request: Request, _: Asking) -> Response:
    """What ends when, and the legal holds."""
    return _keeping(request, {})


def _keeping(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    by: By = request.state.signed.by
    return page(
        request,
        "keeping.html",
        200 if error is None else status_of(error),
        title="Keeping and losing",
        kept=keeping.kept(request.app.state.store, by),
        classes=KEEPING,
        what=WHAT,
        places=by.role is Role.REPRESENTATIVE,
        today=city_day(now()),
        typed=typed,
        error=error,
    )


@router.post("/keeping/holds")
def place_hold(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Place a legal hold."""
    try:
        number = whole(fields, "number", "the number of the arrest") or 0
        keeping.place_hold(store, by, number, reason=fields.get("reason", ""), until=day(fields, "until"))
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _keeping(request, fields, refusal)
    return RedirectResponse("/keeping", 303)


@router.post("/keeping/holds/{hold_id}/lift")
def lift_hold(store: TheStore, by: Asking, fields: PostedFields, hold_id: UUID) -> Response:
    """End a legal hold before its day."""
    del fields
    keeping.lift_hold(store, by, hold_id)
    return RedirectResponse("/keeping", 303)


@router.get("/access")
def show_access(request: Request, _: Asking) -> Response:
    """The accounts that this person attests, those that close first at the head."""
    return _access(request, {})


def _access(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    today = city_day(now())
    return page(
        request,
        "access.html",
        200 if error is None else status_of(error),
        title="Review of access",
        accounts=attesting.review(request.app.state.store, request.state.signed.by),
        today=today,
        soon=today + attesting.WARNED,
        typed=typed,
        error=error,
    )


@router.post("/access/{account_id}/attest")
def attest(store: TheStore, by: Asking, fields: PostedFields, account_id: UUID) -> Response:
    """Attest an account for a year."""
    del fields
    attesting.attest(store, by, account_id)
    return RedirectResponse("/access", 303)


@router.post("/access/{account_id}/dates")
def set_dates(request: Request, store: TheStore, by: Asking, fields: PostedFields, account_id: UUID) -> Response:
    """Say until when training and certification hold."""
    try:
        attesting.set_dates(store, by, account_id, trained=day(fields, "trained"), certified=day(fields, "certified"))
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _access(request, {**fields, "account": str(account_id)}, refusal)
    return RedirectResponse("/access", 303)


@router.get("/breach")
def breach_form(request: Request, _: Asking) -> Response:
    """The form that asks whose data an account could read, and how often words of status were warned of."""
    return _breach(request, {})


def _breach(request: Request, typed: Fields, found: Breach | None = None, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    return page(
        request,
        "breach.html",
        200 if error is None else status_of(error),
        title="After a breach",
        warned=breach.warnings_by_month(store, by),
        found=found,
        typed=typed,
        error=error,
    )


@router.post("/breach")
def list_breach(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Whose data an account could read between two instants: as a page, or as a file to work with."""
    try:
        since = instant(fields, "since_on", "since_at")
        until = instant(fields, "until_on", "until_at")
        found = breach.reached_by(store, by, fields.get("sign_in", ""), since, until)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _breach(request, fields, None, refusal)
    if fields.get("as") == "csv":
        named = {"Content-Disposition": 'attachment; filename="breach.csv"'}
        return Response(_csv(found), media_type="text/csv; charset=utf-8", headers=named)
    return _breach(request, fields, found)


def _csv(found: Breach) -> str:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["arrest", "first", "last", "times", "parts", "entry of this list"])
    for one in found.reached:
        number = "" if one.number is None else one.number
        last = [shown_time(one.first), shown_time(one.last), one.times, "; ".join(one.parts), found.entry]
        rows.writerow([number, *last])
    return text.getvalue()


class HoldBody(Given):
    """A legal hold: the arrest's number, why, and its last day."""

    number: Annotated[int, Field(ge=1, lt=2**63)]
    reason: Annotated[str, Field(max_length=500)]
    until: date


class DatesBody(Given):
    """Until when training and certification hold; null where none is asked."""

    trained: date | None = None
    certified: date | None = None


class BreachBody(Given):
    """Whose account, and between which instants."""

    sign_in: Short
    since: AwareDatetime
    until: AwareDatetime


@programs.get("/keeping")
def get_keeping(store: TheStore, by: Asking) -> Response:
    """What ends when, what was ended, and the legal holds."""
    return JSONResponse(msgspec.to_builtins(keeping.kept(store, by)))


@programs.post("/legal-holds", status_code=201)
def post_hold(store: TheStore, by: Acting, body: HoldBody) -> Response:
    """Place a legal hold on everything of an arrest."""
    return JSONResponse(
        {"id": str(keeping.place_hold(store, by, body.number, reason=body.reason, until=body.until))}, 201
    )


@programs.post("/legal-holds/{hold_id}/lift", status_code=201)
def post_lift(store: TheStore, by: Acting, hold_id: UUID) -> Response:
    """End a legal hold before its day."""
    return JSONResponse({"id": str(hold_id), "entry": str(keeping.lift_hold(store, by, hold_id))}, 201)


@programs.get("/access")
def get_access(store: TheStore, by: Asking) -> Response:
    """The accounts that one attests, those that close first at the head."""
    return JSONResponse([msgspec.to_builtins(one._asdict()) for one in attesting.review(store, by)])


@programs.post("/access/{account_id}/attest", status_code=201)
def post_attest(store: TheStore, by: Acting, account_id: UUID) -> Response:
    """Attest an account for a year."""
    return JSONResponse({"id": str(account_id), "entry": str(attesting.attest(store, by, account_id))}, 201)


@programs.post("/access/{account_id}/dates", status_code=201)
def post_dates(store: TheStore, by: Acting, account_id: UUID, body: DatesBody) -> Response:
    """Say until when training and certification hold."""
    entry = attesting.set_dates(store, by, account_id, trained=body.trained, certified=body.certified)
    return JSONResponse({"id": str(account_id), "entry": str(entry)}, 201)


@programs.post("/breaches", status_code=201)
def post_breach(store: TheStore, by: Acting, body: BreachBody) -> Response:
    """Whose data an account could read between two instants, from the ledger."""
    found = breach.reached_by(store, by, body.sign_in, body.since, body.until)
    return JSONResponse(msgspec.to_builtins(found), 201)
