"""Signing in and out, locking, switching users at a shared terminal, and the language of the pages."""

import contextlib
import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from pars.actions import signin
from pars.actions.signin import SignedIn
from pars.errors import BadInput, NotSignedIn
from pars.record.roles import Role
from pars.web import unsent
from pars.web.asking import COOKIE, PostedFields, Signed, TheStore, check_form_key, token_of
from pars.web.pages import LANGUAGE_COOKIE, page
from pars.web.problems import status_of
from pars.web.words import LANGUAGES

router = APIRouter(tags=["session"], include_in_schema=False)

HOME = {
    Role.OFFICER: "/booking",
    Role.DETECTIVE: "/lists/reports",
    Role.POLICE_SUPERVISOR: "/lists/reports",
    Role.DETENTION_OFFICER: "/board",
    Role.CUSTODY_SUPERVISOR: "/board",
    Role.MEDIC: "/care",
    Role.CHARGING_ATTORNEY: "/lists/charging",
    Role.CHARGING_SUPERVISOR: "/lists/charging",
    Role.INTERVIEWER: "/lists/interviews",
    Role.MAGISTRATE: "/lists/session",
    Role.CLERK: "/lists/session",
    Role.DEFENDER: "/clients",
    Role.ADMINISTRATOR: "/accounts",
    Role.REPRESENTATIVE: "/agreements",
    Role.COUNSEL: "/instruments",
    Role.ANALYST: "/inquiry",
    Role.PRIVACY_OFFICER: "/privacy",
    Role.AUDITOR: "/agreements",
}
"""The desk that each role sits down at."""

ENDED = "Your session had ended, and nothing of what you sent was recorded."
LOCKED = "The screen was locked, and nothing of what you sent was recorded."
KEPT = "It is kept for you alone and stands in its form again, to be looked through and sent once more."
LOST = "It could not be kept: send it once more."
SENT = {"kept": KEPT, "lost": LOST}
"""What became of a form that came then, by the word that the page hands on."""


async def door(request: Request, refusal: NotSignedIn) -> Response:
    """The way to unlock or to sign in; whoever sent a form is told that it was not recorded, and finds it again."""
    if "hx-request" in request.headers:  # a part of a page: whoever types in it goes on, and is told when they send it
        return Response(status_code=401, headers={"HX-Reswap": "none"})
    locked = refusal.code == "locked-screen"
    sent = await unsent.kept(request)
    if not sent:
        return RedirectResponse("/unlock" if locked else "/sign-in", 303)
    if locked:
        with contextlib.suppress(NotSignedIn):  # over since
            signed = await run_in_threadpool(signin.who, request.app.state.store, token_of(request), used=False)
            return _unlock_page(request, signed, 401, sent=sent)
    return _door_page(request, 401, sent=sent)


async def of_a_former_session(request: Request) -> Response | None:
    """The way to a form that a page of its sender's former session sent: not done; None when it is not theirs."""
    if "hx-request" in request.headers or await unsent.kept(request) != "kept":
        return None
    way_on = await run_in_threadpool(unsent.way_on, request.app.state.store, request.state.signed.by)
    return RedirectResponse(way_on or "/", 303)


def home_of(role: Role) -> str:
    """Where a role begins."""
    return HOME[role]


@router.get("/")
def home(request: Request, store: TheStore) -> Response:
    """The desk of whoever is signed in; otherwise the sign-in page."""
    token = token_of(request)
    try:
        signed = signin.who(store, token) if token else None
    except NotSignedIn:
        signed = None
    if signed is None:
        return RedirectResponse("/sign-in", 303)
    if signed.locked:
        return RedirectResponse("/unlock", 303)
    return RedirectResponse(unsent.way_on(store, signed.by, back=False) or home_of(signed.by.role), 303)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The sign-in page, with the use banner."""
    return _door_page(request)


def _door_page(
    request: Request, status: int = 200, *, typed: str = "", sent: str = "", error: NotSignedIn | None = None
) -> Response:
    said = {"typed": typed, "sent": sent, "notice": SENT.get(sent), "why": ENDED, "error": error}
    return page(request, "sign_in.html", status, title="Sign in", path="/sign-in", here="/sign-in", **said)


@router.post("/sign-in")
def sign_in(
    request: Request,
    store: TheStore,
    name: Annotated[str, Form(max_length=80)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    sent: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Start a session. A session that this browser had before ends: one terminal, one person."""
    try:
        token = signin.sign_in(store, name, password, demo_allowed=bool(request.app.state.demo))
    except NotSignedIn as refusal:
        return _door_page(request, 401, typed=name, sent=sent, error=refusal)
    _end_former(request, store)
    signed = signin.who(store, token)
    way_on = unsent.way_on(store, signed.by, back=sent == "kept")
    answer = RedirectResponse(way_on or home_of(signed.by.role), 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=bool(request.app.state.secure), path="/")
    return answer


def _end_former(request: Request, store: TheStore) -> None:
    former = request.cookies.get(COOKIE)
    if not former:
        return
    try:
        signin.sign_out(store, former)
    except NotSignedIn:
        return


@router.post("/sign-out")
def sign_out(request: Request, store: TheStore, signed: Signed, form_key: Annotated[str, Form()] = "") -> Response:
    """End the session."""
    check_form_key(request, signed, form_key)
    signin.sign_out(store, token_of(request))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.post("/lock")
def lock(request: Request, store: TheStore, signed: Signed, form_key: Annotated[str, Form()] = "") -> Response:
    """Lock the screen and keep what is half typed."""
    check_form_key(request, signed, form_key)
    signin.lock(store, token_of(request))
    return RedirectResponse("/unlock", 303)


@router.get("/unlock")
def unlock_page(request: Request, store: TheStore) -> Response:
    """Ask for the password of the locked session; another person may sign in instead."""
    try:
        signed: SignedIn = signin.who(store, token_of(request))
    except NotSignedIn:
        return RedirectResponse("/sign-in", 303)
    if not signed.locked:
        return RedirectResponse(home_of(signed.by.role), 303)
    return _unlock_page(request, signed)


def _unlock_page(
    request: Request, signed: SignedIn, status: int = 200, *, sent: str = "", error: NotSignedIn | None = None
) -> Response:
    said = {"sent": sent, "notice": SENT.get(sent), "why": LOCKED, "error": error, "sign_in": signed.by.sign_in}
    return page(request, "unlock.html", status, path="/unlock", here="/unlock", **said)


@router.post("/unlock")
def unlock(
    request: Request,
    store: TheStore,
    password: Annotated[str, Form(max_length=200)] = "",
    sent: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Open the locked screen and go on where it was left, with what was sent in vain."""
    token = token_of(request)
    signed = signin.who(store, token)
    try:
        signin.unlock(store, token, password)
    except NotSignedIn as refusal:
        return _unlock_page(request, signed, 401, sent=sent, error=refusal)
    return RedirectResponse(unsent.way_on(store, signed.by) or home_of(signed.by.role), 303)


@router.get("/password")
def password_page(request: Request, _: Signed) -> Response:
    """Choose another password."""
    return page(request, "password.html", title="Your password", error=None)


@router.post("/password")
def choose_password(request: Request, store: TheStore, fields: PostedFields) -> Response:
    """Another password of one's own, with the former one beside it."""
    try:
        signin.own_password(store, token_of(request), fields.get("former", ""), fields.get("chosen", ""))
    except (BadInput, NotSignedIn) as refusal:
        return page(request, "password.html", status_of(refusal), title="Your password", error=refusal)
    return RedirectResponse("/", 303)


@router.post("/language")
def language(chosen: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Choose the language of the pages."""
    answer = RedirectResponse(back if _is_here(back) else "/", 303)
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, chosen, samesite="strict", path="/", max_age=31_536_000)
    return answer


def _is_here(address: str) -> bool:
    """Whether an address is one of this house: a path, and nothing that browsers take for another host."""
    return re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", address) is not None
