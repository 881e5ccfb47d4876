"""The recovery of the log on a page: what an owner's own people enter again, and the owner's word that they did."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import recovery
from pars.errors import ParsError
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/recovery")
def recovering(request: Request, _: Asking) -> Response:
    """What a restored backup lacked, and which owners have said that their own acts were entered again."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    by = request.state.signed.by
    shown = recovery.shown(request.app.state.store, by)
    return page(
        request,
        "recovery.html",
        200 if error is None else status_of(error),
        title="Recovery",
        shown=shown,
        waits=shown is not None and by.owner is not None and shown.waits_for(by.owner),
        typed=typed,
        error=error,
    )


@router.post("/recovery")
def confirm(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Say it for one's owner; a refusal keeps what was typed."""
    try:
        recovery.confirm(store, by, reason=fields.get("reason", ""))
    except ParsError as refusal:
        return _page(request, fields, refusal)
    return RedirectResponse("/recovery", 303)
