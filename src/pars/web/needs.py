"""The court's interpreter desk on a page: what is needed, since when, and what became of it."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import needs
from pars.errors import BadInput, Conflicts, NotAllowed, ParsError
from pars.record.needs import INTERPRETED, KINDS, MODES, OWN_WORDS, QUALIFIED
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields
from pars.web.words import spoken

router = APIRouter(include_in_schema=False)


@router.get("/needs")
def show(request: Request, _: Asking) -> Response:
    """The needs that nobody has met yet, oldest first."""
    return _shown(request, {})


@router.post("/needs")
def show_because(request: Request, fields: PostedFields) -> Response:
    """The same, off shift, with the reason that was typed."""
    return _shown(request, fields)


@router.get("/card")
def card(request: Request, _: Asking) -> Response:
    """A card to point at: each language in its own words, and what may be needed; about nobody, and it prints."""
    return page(request, "card.html", title="Card to point at", own=OWN_WORDS, needs=KINDS, spanish=spoken("es"))


@router.post("/needs/{need}/{what}")
def follow(request: Request, store: TheStore, by: Asking, fields: PostedFields, need: UUID, what: str) -> Response:
    """What became of a need."""
    try:
        needs.follow(store, by, need, what, fields)
    except (BadInput, Conflicts) as refusal:
        return _shown(request, fields, refusal, at=need)
    return RedirectResponse("/needs", 303)


def _shown(request: Request, typed: Fields, error: ParsError | None = None, *, at: UUID | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        found, lines = needs.open_needs(store, by, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    return page(
        request,
        "needs.html",
        200 if error is None else status_of(error),
        title="Interpreters and needs",
        needs=found,
        named={line.id: line for line in lines.lines},
        interpreted=INTERPRETED,
        qualified=[(one, one.replace("-", " ")) for one in QUALIFIED],
        modes=[(one, one.replace("-", " ")) for one in MODES],
        may_follow=by.role in needs.FOLLOWS_UP,
        typed=typed,
        error=error,
        at=at,
    )
