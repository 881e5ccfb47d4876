"""The application: its routes, the headers of every answer, and how a refusal is shown."""

import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pars import __version__
from pars.actions.acting import AnsweredBefore
from pars.errors import BadInput, NotSignedIn, NotThere, ParsError, TooLarge
from pars.record.identifiers import is_number
from pars.store.database import Store
from pars.web import (
    accounts,
    agreements,
    apart,
    api,
    api_accounts,
    api_arrest,
    api_auditing,
    api_court,
    api_custody,
    api_duties,
    api_instruments,
    api_openings,
    api_oversight,
    api_recovery,
    api_sharing,
    api_subscriptions,
    api_watch,
    arrests,
    auditing,
    bodies,
    booking,
    calling,
    canaries,
    caring,
    children,
    consular,
    counting,
    courtroom,
    dossiers,
    downtime,
    duties,
    erasing,
    figures,
    half_typed,
    health,
    inquiry,
    instruments,
    keeping,
    ledger,
    lists,
    live,
    needs,
    notice_service,
    offences,
    openings,
    partnering,
    patterns,
    questions,
    recovering,
    session,
    subscriptions,
    switches,
    telling,
    unsent,
    who_looked,
)
from pars.web.asking import MOST_BYTES, TOO_LARGE, signed_in
from pars.web.hub import Hub
from pars.web.pages import page
from pars.web.papers.parts import NO_COURTHOUSE, Courthouse
from pars.web.problems import problem, status_of

_NAME = re.compile(r"Why|[a-z0-9_-]{1,40}", re.ASCII)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # The browser's Back to a direct answer of a form, such as a search, is its own error page for this. A weaker word
    # would bring the page back, on a shared terminal also to whoever comes after its reader has signed out.
    "Cache-Control": "no-store",
}

log = structlog.get_logger("pars.web")


@dataclass(frozen=True, slots=True)
class Serving:
    """How the application is served."""

    demo: bool = False
    city: str = "Philadelphia"
    secure: bool = False
    courthouse: Courthouse = NO_COURTHOUSE


_ROOMS = (
    health,
    session,
    lists,
    booking,
    downtime,
    keeping,
    figures,
    notice_service,
    courtroom,  # before `arrests`, whose smaller acts take any name in the address
    caring,
    consular,
    children,
    apart,
    arrests,
    offences,
    accounts,
    switches,
    half_typed,
    unsent,
    live,
    api,
    api_arrest,
    api_sharing,
    api_duties,
    api_openings,
    api_accounts,
    api_subscriptions,
    telling,
    agreements,
    duties,
    inquiry,
    questions,
    partnering,
    openings,
    subscriptions,
    ledger,
    api_oversight,
    who_looked,
    erasing,
    auditing,
    api_auditing,
    api_recovery,
    recovering,
    counting,
    calling,
    needs,
    api_custody,
    instruments,
    api_instruments,
    patterns,
    canaries,
    dossiers,
    api_watch,
    api_court,
)
"""Every module that has routes; those with words under an arrest's address come before the one that takes any word."""


def _every_route() -> APIRouter:
    """The routes of all rooms, in the order in which an address is tried."""
    every = APIRouter()
    every.include_router(api_sharing.asking_at_once)  # first: there are some three hundred
    every.mount("/static", StaticFiles(directory=str(files("pars.web") / "static")), name="static")
    for module in _ROOMS:
        every.include_router(module.router)
    for module in (downtime, keeping, figures, notice_service):
        every.include_router(module.programs)
    return every


_ROUTES = _every_route()
"""Shared by all applications of a process: what each route takes is worked out once, when it is first asked for."""


def create_app(store: Store, serving: Serving) -> FastAPI:
    """The application on a store. It holds no state but open connections: any process may die at any moment."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        hub = Hub(store)
        app.state.hub = hub
        async with hub.running():
            yield

    app = FastAPI(
        title="PARS",
        version=__version__,
        summary="The live record of every arrest, from booking to preliminary arraignment",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.store, app.state.demo, app.state.city, app.state.secure = (
        store,
        serving.demo,
        serving.city,
        serving.secure,
    )
    app.state.courthouse = serving.courthouse
    app.router.routes.extend(_ROUTES.routes)
    app.add_exception_handler(ParsError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(AnsweredBefore, _answered_before)
    app.add_exception_handler(Exception, _fault)
    app.add_middleware(Guard, secure=serving.secure)
    return app


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", "")


class Guard:
    """Headers on every answer, a limit on every body, and one line in the operator's log without a person in it."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if is_number(length) and int(length) > MOST_BYTES:
            request, refusal = Request(scope), TooLarge(TOO_LARGE)
            answer = await _stranger(request) or await _refused(request, refusal)
            await answer(scope, receive, self._watched(scope, send))
            return
        await self._app(scope, _limited(receive), self._watched(scope, send))

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _settled(scope, message["status"])
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "public, max-age=3600"
                route = getattr(scope.get("route"), "path", "-")
                log.info("answered", method=scope["method"], route=route, status=message["status"])
            await send(message)

        return sending


async def _settled(scope: Scope, status: int) -> None:
    """A form that was sent in vain came again: its sender's copy goes before they are told that it was taken."""
    state = Request(scope).state
    ticket, signed = getattr(state, "unsent", None), getattr(state, "signed", None)
    if isinstance(ticket, str) and signed is not None:
        with contextlib.suppress(ParsError):  # it was taken or refused all the same, and its answer says so
            taken = status < HTTPStatus.BAD_REQUEST
            await run_in_threadpool(unsent.settle, scope["app"].state.store, signed.by, ticket, taken=taken)


def _limited(receive: Receive) -> Receive:
    """The body, cut off when it is larger than any form takes, whatever its sender said of its length."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BYTES:
            raise TooLarge(TOO_LARGE)
        return message

    return receiving


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ParsError):
        raise error
    status = status_of(error)
    if _wants_json(request):
        headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, NotSignedIn) else None
        return JSONResponse(problem(error), status, headers, media_type="application/problem+json")
    if isinstance(error, NotSignedIn):
        return await session.door(request, error)
    if error.code == "form-key" and (way_on := await session.of_a_former_session(request)):
        return way_on
    return page(request, "problem.html", status, error=error, title=problem(error)["title"])


async def _stranger(request: Request) -> Response | None:
    """What a program is told that nobody knows, before anything else that is wrong with its request."""
    if not request.url.path.startswith("/api/"):
        return None
    try:
        await run_in_threadpool(signed_in, request)
    except ParsError as unknown:
        return await _refused(request, unknown)
    return None


async def _malformed(request: Request, error: Exception) -> Response:
    """A body that is not of the form's shape: one sentence that names the place, never the value.

    The framework reads a body before it asks who sends it; a program that is unknown is told that first.
    """
    if not isinstance(error, RequestValidationError):
        raise error
    if (unknown := await _stranger(request)) is not None:
        return unknown
    first = error.errors()[0]
    place = ".".join(_ours(part) for part in first["loc"] if part not in _WHERE) or "the request"
    reason = _PLAINLY.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
    if first["type"] == "json_invalid" and first["ctx"]["error"] == bodies.TWICE:
        twice = BadInput("a name stands twice in one object of the body: say each once", code="duplicate-key")
        return await _refused(request, twice)
    if (first["type"] in _NO_OBJECT and len(first["loc"]) < 3) or first["loc"] == ("body",):  # noqa: PLR2004 - the whole body
        return await _refused(
            request, BadInput("the body is one JSON object, sent as application/json", code="not-json")
        )
    if str(first["loc"][0]) == "path":
        return await _refused(request, NotThere("there is nothing by that address"))
    return await _refused(request, BadInput(f"{place}: {reason[0].lower()}{reason[1:]}", field=place))


_NO_OBJECT = frozenset({"json_invalid", "model_attributes_type"})
_WHERE = frozenset({"body", "query", "path", "header"})
_PLAINLY = {
    "missing": "is missing",
    "extra_forbidden": "is no name that stands here",
    "timezone_aware": "an instant says its zone, such as 2026-09-14T02:15:00-04:00",
}
"""The framework's reasons in words of ours, by its own names for them."""


def _ours(part: object) -> str:
    """The name of a place as ours are written; what was typed as a name may itself be somebody's (T26)."""
    return str(part) if _NAME.fullmatch(str(part)) else "…"


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if (unknown := await _stranger(request)) is not None:
        return unknown
    if error.status_code == 404:  # noqa: PLR2004 - the framework's own
        return await _refused(request, NotThere("there is nothing by that address"))
    code, sentence = _OF_THE_FRAMEWORK.get(error.status_code, ("http", str(error.detail)))
    title = HTTPStatus(error.status_code).phrase
    document = {**problem(ParsError(sentence, code=code)), "status": error.status_code, "title": title}
    return JSONResponse(document, error.status_code, error.headers, media_type="application/problem+json")


_OF_THE_FRAMEWORK = {
    400: ("not-read", "the request cannot be read; send what the API's description says"),
    405: ("method", "nothing is done so at this address; the header Allow says which methods there are"),
}
"""The framework's own refusals by their status: a stable code, and a sentence."""


async def _answered_before(_: Request, before: Exception) -> Response:
    """A request that was sent twice and acted upon once: what it was told then."""
    if not isinstance(before, AnsweredBefore):
        raise before
    return JSONResponse(dict(before.answer), 201)


async def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours: a reference for the operator, nothing internal for the person."""
    reference = hashlib.sha256(repr(error).encode()).hexdigest()[:8]
    log.error("fault", reference=reference, kind=type(error).__name__)
    refusal = ParsError(f"something went wrong on our side (reference {reference}); nothing was changed", code="fault")
    document = {**problem(refusal), "status": 500, "title": "A fault of ours"}
    if _wants_json(request):
        return JSONResponse(document, 500, media_type="application/problem+json")
    return page(request, "problem.html", 500, error=refusal, title="A fault of ours")
