"""Break-glass on pages: asking for it, agreeing, closing, and the review queue."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import openings
from pars.actions.openings import Opening
from pars.errors import BadInput, NotAllowed, NotThere, ParsError
from pars.sharing.breakglass import AGREES, CLOSES, MAY_ASK, MINUTES, REVIEWS, SEES, Finding, Opened
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import OPENED_WORDS, page
from pars.web.problems import status_of
from pars.web.reading import Fields, whole

router = APIRouter(include_in_schema=False)


@router.get("/openings")
def everything(request: Request, _: Asking) -> Response:
    """What waits for a second person, what stands open, what waits for its review, and what is over."""
    return _list(request, None)


def _list(request: Request, error: ParsError | None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    found = openings.openings(store, by)
    return page(
        request,
        "openings.html",
        200 if error is None else status_of(error),
        title="Break-glass",
        waiting=[one for one in found if one.state == "asked"],
        open_now=[one for one in found if one.state == "open"],
        over=[one for one in found if one.state in {"lapsed", "reviewed"}],
        **review_queue(request, found),
        may_agree=by.role in AGREES,
        may_close=by.role in CLOSES,
        may_ask_child=by.role in MAY_ASK[Opened.CHILDREN],
        minutes=MINUTES,
        error=error,
    )


def review_queue(request: Request, found: Sequence[Opening] | None = None) -> dict[str, object]:
    """What `openings_review.html` needs, for this page and for the privacy officer's."""
    store, by = request.app.state.store, request.state.signed.by
    if by.role in SEES:
        unjudged = [one for one in found if one.state == "closed"] if found else openings.awaiting_review(store, by)
    else:
        unjudged = []
    return {
        "unjudged": sorted(unjudged, key=lambda one: one.asked_at),
        "may_review": by.role in REVIEWS,
        "findings": list(Finding),
        "own": by,
    }


@router.get("/break-glass/{part}/{arrest_id}")
def form(request: Request, by: Asking, part: Opened, arrest_id: UUID) -> Response:
    """Ask for one part of one arrest: what the emergency is, and for whom."""
    if by.role not in MAY_ASK[part]:
        raise NotAllowed("no emergency opens this to your duty", code="no-duty")
    return _form(request, part, arrest_id, {})


def _form(request: Request, part: Opened, arrest_id: UUID, typed: Fields, error: ParsError | None = None) -> Response:
    status = 200 if error is None else status_of(error)
    return page(
        request,
        "break_glass.html",
        status,
        title="Break-glass",
        words=OPENED_WORDS[part],
        arrest_id=arrest_id,
        minutes=MINUTES,
        typed=typed,
        error=error,
    )


@router.post("/break-glass/{part}/{arrest_id}")
def ask(request: Request, store: TheStore, by: Asking, fields: PostedFields, part: Opened, arrest_id: UUID) -> Response:
    """Ask; a refusal keeps what was typed."""
    try:
        openings.ask(store, by, arrest_id, part, why=fields.get("why", ""))
    except BadInput as refusal:
        return _form(request, part, arrest_id, fields, refusal)
    return RedirectResponse("/openings", 303)


@router.post("/openings/child")
def ask_for_child(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Ask for a child's arrest by the number that the booking desk knows."""
    try:
        openings.ask_for_child(
            store, by, whole(fields, "number", "the number of the arrest") or 0, why=fields.get("why", "")
        )
    except (BadInput, NotThere) as refusal:
        return _list(request, refusal)
    return RedirectResponse("/openings", 303)


@router.post("/openings/{opening_id}/{verb}")
def change(
    request: Request, store: TheStore, by: Asking, fields: PostedFields, opening_id: UUID, verb: str
) -> Response:
    """Agree, close, or judge."""
    try:
        match verb:
            case "agree":
                openings.agree(store, by, opening_id)
            case "close":
                openings.close(store, by, opening_id)
            case "review":
                openings.review(store, by, opening_id, fields.get("finding", ""), reason=fields.get("reason", ""))
            case _:
                raise NotThere("there is nothing by that address")
    except ParsError as refusal:
        return _list(request, refusal)
    return RedirectResponse("/openings", 303)
