"""Downtime sheets at a supervisor's desk: printing them, and those that nobody has accounted for."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import Field

from pars.actions import downtime, places
from pars.actions.acting import By
from pars.clock import now
from pars.errors import BadInput, Conflicts, ParsError
from pars.web.api import Acting, Given, Short, for_programs
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.blanks import print_blanks
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, whole

router = APIRouter(include_in_schema=False)
programs = for_programs("downtime")


@router.get("/downtime")
def show(request: Request, by: Asking) -> Response:
    """The sheets, and the form that prints new ones."""
    return _page(request, by, {})


def _page(request: Request, by: By, typed: Fields, error: ParsError | None = None) -> Response:
    store = request.app.state.store
    sheets = downtime.every(store, by)
    return page(
        request,
        "downtime.html",
        200 if error is None else status_of(error),
        title="Downtime sheets",
        open=[one for one in sheets if one.entered_at is None and one.unused is None],
        done=[one for one in sheets if one.entered_at is not None or one.unused is not None],
        sites=places.sites(store, "booking"),
        typed=typed,
        error=error,
    )


@router.post("/downtime")
def print_sheets(request: Request, by: Asking, fields: PostedFields) -> Response:
    """Print blank sheets for a site."""
    store, state, site = request.app.state.store, request.app.state, fields.get("site", "")
    try:
        numbers = downtime.register(store, by, site, whole(fields, "sheets", "how many sheets") or 0)
    except BadInput as refusal:
        return _page(request, by, fields, refusal)
    body = print_blanks(numbers, site=site, city=state.city, at=now(), by=by.full_name, demo=bool(state.demo))
    named = {"Content-Disposition": f'inline; filename="downtime-{numbers[0]}.pdf"'}
    return Response(body, media_type="application/pdf", headers=named)


@router.post("/downtime/unused")
def strike(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Say that a sheet was not used."""
    try:
        downtime.strike(store, by, fields.get("sheet", ""), reason=fields.get("reason", ""))
    except (BadInput, Conflicts) as refusal:
        return _page(request, by, fields, refusal)
    return RedirectResponse("/downtime", 303)


class SheetsBody(Given):
    """How many sheets for which site."""

    site: Short
    sheets: Annotated[int, Field(ge=1, le=500)]


class UnusedBody(Given):
    """A sheet that was not used, and why."""

    sheet: Short
    reason: Short


@programs.post("/sheets", status_code=201)
def post_sheets(store: TheStore, by: Acting, body: SheetsBody) -> Response:
    """Numbers for blank sheets, to be printed elsewhere."""
    return JSONResponse({"sheets": [str(one) for one in downtime.register(store, by, body.site, body.sheets)]}, 201)


@programs.get("/sheets")
def get_sheets(store: TheStore, by: Asking) -> Response:
    """The sheets, those that nobody has accounted for first."""
    rows = [
        {
            "number": one.number,
            "site": one.site,
            "printed_at": one.printed_at.isoformat() if one.printed_at else None,
            "entered_at": one.entered_at.isoformat() if one.entered_at else None,
            "unused": one.unused,
        }
        for one in downtime.every(store, by)
    ]
    return JSONResponse(rows)


@programs.post("/sheets/unused", status_code=201)
def post_unused(store: TheStore, by: Acting, body: UnusedBody) -> Response:
    """Say that a sheet was not used, and why."""
    entry = downtime.strike(store, by, body.sheet, reason=body.reason)
    return JSONResponse({"id": body.sheet, "entry": str(entry)}, 201)
