"""The clocks that supervisors answer, on a page: what was put to them, and what stands with others."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import calling
from pars.clock import now
from pars.errors import BadInput, NotAllowed, NotThere, ParsError
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields, whole

router = APIRouter(include_in_schema=False)
HOLDS_MINUTES = (30, 60, 120, 240)
"""For how long an answer can be said to hold."""


@router.get("/calls")
def mine(request: Request, _: Asking) -> Response:
    """The clocks that were put to me, and all others that run over."""
    return _calls(request, {})


@router.post("/calls")
def mine_because(request: Request, fields: PostedFields) -> Response:
    """The same, off shift, with the reason that was typed."""
    return _calls(request, fields)


@router.post("/calls/{call}/{verb}")
def settle(request: Request, store: TheStore, by: Asking, fields: PostedFields, call: UUID, verb: str) -> Response:
    """Answer, or hand over."""
    if verb not in {"answer", "hand-over"}:
        raise NotThere("there is nothing by that address")
    try:
        if verb == "answer":
            until = now() + timedelta(minutes=whole(fields, "minutes", "for how many minutes the answer holds") or 0)
            calling.answer(store, by, call, fields.get("done", ""), until)
        else:
            calling.hand_over(store, by, call, fields.get("sign_in", ""))
    except BadInput as refusal:
        return _calls(request, fields, refusal, at=call)
    return RedirectResponse("/calls", 303)


def _calls(request: Request, typed: Fields, error: ParsError | None = None, *, at: UUID | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        found = calling.open_calls(store, by, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    return page(
        request,
        "calls.html",
        200 if error is None else status_of(error),
        title="Clocks to answer",
        calls=found,
        named={line.id: line for line in found.lines.lines},
        minutes=HOLDS_MINUTES,
        typed=typed,
        error=error,
        at=at,
    )
