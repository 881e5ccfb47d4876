"""Records that stand for nobody, on a page for the owners' representatives."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import canaries
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, whole

router = APIRouter(include_in_schema=False)
WHERE = "/canaries"


@router.get(WHERE)
def everything(request: Request, _: Asking) -> Response:
    """Every record that stands, stood or is proposed to stand for nobody."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    return page(
        request,
        "canaries.html",
        200 if error is None else status_of(error),
        title="Records that stand for nobody",
        found=canaries.canaries(store, by),
        own=by.owner,
        typed=typed,
        error=error,
    )


@router.post(WHERE)
def propose(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Propose one by the number of its arrest."""
    try:
        number = whole(fields, "number", "the number of the arrest")
        if number is None:
            raise BadInput("give the number of the arrest", field="number")
        canaries.propose(store, by, number)
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, fields, refusal)
    return RedirectResponse(WHERE, 303)


@router.post(f"{WHERE}/{{canary_id}}")
def decide(request: Request, store: TheStore, by: Asking, fields: PostedFields, canary_id: UUID) -> Response:
    """Confirm what another owner proposed, or end it."""
    try:
        if fields.get("say") == "confirm":
            canaries.confirm(store, by, canary_id)
        else:
            canaries.end(store, by, canary_id)
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse(WHERE, 303)
