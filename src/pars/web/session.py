"""Signing in and out, locking, switching users at a shared terminal, and the language of the pages."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import drafts, signin
from pars.actions.signin import SignedIn
from pars.errors import BadInput, NotSignedIn
from pars.record.roles import Role
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

KEPT_WORDS = (
    "Your session had ended, and nothing of what you sent was recorded. What you typed before it ended stands in its"
    " form again: sign in, open the page and send it once more."
)
LOST_WORDS = "Your session had ended, and nothing of what you sent was recorded. Sign in and send it once more."
SENT = {"kept": KEPT_WORDS, "lost": LOST_WORDS}
"""What the sign-in page says to somebody whose form came without a session, by the word that the page hands on."""
_ENDS_BY_ITSELF = frozenset({"/sign-out", "/lock", "/unlock", "/language"})
"""Forms that record nothing: whoever sends one without a session has lost nothing by it."""


def door(request: Request) -> Response:
    """The way to sign in for a request without a session; a form that was sent is told that it was not recorded."""
    path = request.url.path
    if request.method != "POST" or path in _ENDS_BY_ITSELF:
        return RedirectResponse("/sign-in", 303)
    keeps = path == "/booking" or (path.startswith("/arrests/") and "/steps/" in path)  # the forms with `data-keep`
    return _door_page(request, 401, sent="kept" if keeps else "lost")


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
    return RedirectResponse("/unlock" if signed.locked else home_of(signed.by.role), 303)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """The sign-in page, with the use banner."""
    return _door_page(request)


def _door_page(
    request: Request, status: int = 200, *, typed: str = "", sent: str = "", error: NotSignedIn | None = None
) -> Response:
    said = {"typed": typed, "sent": sent, "notice": SENT.get(sent), "error": error}
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
    answer = RedirectResponse(home_of(signed.by.role), 303)
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
    return page(request, "unlock.html", error=None, sign_in=signed.by.sign_in)


@router.post("/unlock")
def unlock(request: Request, store: TheStore, password: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Open the locked screen and go on where it was left."""
    token = token_of(request)
    signed = signin.who(store, token)
    try:
        signin.unlock(store, token, password)
    except NotSignedIn as refusal:
        return page(request, "unlock.html", 401, error=refusal, sign_in=signed.by.sign_in)
    return RedirectResponse(drafts.left_at(store, signed.by) or home_of(signed.by.role), 303)


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
