"""The service that tells victims: connected by the court's representative, used by the court's notice desk."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from pars.actions import notice_service
from pars.actions.acting import By
from pars.actions.notice_service import TELLS, Connected
from pars.errors import NotAllowed, ParsError
from pars.store.database import Store
from pars.web.api import Acting, Given, Short, Written, for_programs
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.outgoing import tell_service
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)
programs = for_programs("court")
NO_STORE = {"Cache-Control": "no-store"}


def send(store: Store, by: By, arrest_id: UUID, *, why: str | None, demo: bool) -> tuple[int, int]:
    """Send what is owed to the victims of an arrest; how many the service took, and how many it did not."""
    took = left = 0
    for message in notice_service.messages(store, by, arrest_id, why=why):
        if tell_service(message, demo=demo):
            notice_service.taken(store, by, arrest_id, message.notice)
            took += 1
        else:
            left += 1
    return took, left


@router.get("/notice-service")
def show(request: Request, _: Asking) -> Response:
    """The service that is connected, and what it is told."""
    return _shown(request, {})


def _shown(request: Request, typed: Fields, error: ParsError | None = None, made: Connected | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    answer = page(
        request,
        "notice_service.html",
        200 if error is None else status_of(error),
        title="Service for notices",
        service=notice_service.connected(store, by),
        tells=TELLS,
        typed=typed,
        error=error,
        made=made,
    )
    answer.headers.update(NO_STORE)
    return answer


@router.post("/notice-service")
def connect(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Connect a service; its secret is shown on the page that comes back and never again."""
    try:
        made = notice_service.connect(store, by, fields.get("url", ""))
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _shown(request, fields, refusal)
    return _shown(request, {}, made=made)


@router.post("/notice-service/end")
def end(request: Request, store: TheStore, by: Asking, _: PostedFields) -> Response:
    """Stop telling it anything."""
    try:
        notice_service.end(store, by)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _shown(request, {}, refusal)
    return RedirectResponse("/notice-service", 303)


class ServiceBody(Given):
    """Where the service listens."""

    url: Short


@programs.post("/notice-service", status_code=201)
def post_service(store: TheStore, by: Acting, body: ServiceBody) -> Response:
    """Connect the service that tells victims, as the court's representative; its secret is shown once."""
    made = notice_service.connect(store, by, body.url)
    return JSONResponse({"id": str(made.id), "secret": made.secret, "entry": str(made.entry)}, 201, NO_STORE)


@programs.post("/notice-service/end", status_code=201, response_model=Written)
def post_service_ended(store: TheStore, by: Acting) -> Response:
    """Stop telling the service anything."""
    entry = notice_service.end(store, by)
    return JSONResponse({"id": str(entry), "entry": str(entry)}, 201)


@programs.get("/notice-service")
def get_service(store: TheStore, by: Asking) -> Response:
    """The service that is connected, without its secret, and all that it is ever told."""
    found = notice_service.connected(store, by)
    told = {"address": found.address, "connected_at": found.connected_at.isoformat()} if found else None
    return JSONResponse({"service": told, "tells": list(TELLS)})


@programs.post("/arrests/{arrest_id}/notices/send", status_code=201)
def post_sent(request: Request, store: TheStore, by: Asking, arrest_id: UUID) -> Response:
    """Send what is owed to the victims of an arrest by the service; what it does not take stays owed."""
    took, left = send(store, by, arrest_id, why=None, demo=bool(request.app.state.demo))
    return JSONResponse({"id": str(arrest_id), "taken": took, "not_taken": left}, 201)
