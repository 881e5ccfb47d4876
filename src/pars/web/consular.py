"""A consular request on a page, for the custody supervisor on shift and for counsel."""

from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import consular, disclosure
from pars.errors import BadInput, Conflicts, NotAllowed, ParsError
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)
PAPERS = (("request", "The person's copy"), ("notice", "Notice to the consulate"))


@router.get("/arrests/{arrest_id}/consular")
def show(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """Whether the person asked, and what became of it."""
    return _shown(request, arrest_id, {})


@router.post("/arrests/{arrest_id}/consular")
def show_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The same, outside the reader's own queue, with the reason that was typed."""
    return _shown(request, arrest_id, fields)


@router.post("/arrests/{arrest_id}/consular/{kind}")
def follow(request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID, kind: str) -> Response:
    """The notice was sent, or confirmed."""
    try:
        consular.follow(store, by, arrest_id, kind)
    except (BadInput, Conflicts) as refusal:
        return _shown(request, arrest_id, fields, refusal)
    if fields.get("why"):
        return _shown(request, arrest_id, fields)
    return RedirectResponse(f"/arrests/{arrest_id}/consular", 303)


def _shown(request: Request, arrest_id: UUID, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        found = disclosure.open_consular(store, by, arrest_id, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    said = [(one.kind, msgspec.json.decode(one.content, type=dict[str, str])) for one in found]
    notes = [(kind, datetime.fromisoformat(words["at"]), words) for kind, words in said if not kind.endswith("printed")]
    return page(
        request,
        "consular.html",
        200 if error is None else status_of(error),
        title="Consular request",
        notes=notes,
        kinds={kind for kind, _, _ in notes},
        papers=PAPERS,
        may_send=by.role in consular.SENDS,
        arrest_id=arrest_id,
        why=typed.get("why", ""),
        error=error,
    )
