"""Who is asking: settled before anything else of a request is looked at.

A browser carries a session cookie and, in every form, the session's form key (against forged posts); a program carries
`Authorization: Bearer`. No credential is 401, whatever else is wrong with the request.
"""

import contextlib
import hmac
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartParser

from pars.actions import signin
from pars.actions.acting import By
from pars.actions.signin import SignedIn
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.store.database import UNWRITABLE, Store

MOST_BYTES: Final = 12_000_000
"""The largest body that any form takes: a photograph of 10 MB and its envelope."""
TOO_LARGE = "that is larger than 12 MB; send less at once, or a smaller picture"
COOKIE = "pars_session"
LOCKED = "the screen is locked; give your password to go on"
UNSENT: Final = "unsent"
"""The field of a form that was sent in vain and comes again: its ticket, which says nothing of what was typed."""


async def store_of(request: Request) -> Store:
    """The store that this application was started with. It waits for nothing, so it needs no thread."""
    store: Store = request.app.state.store
    return store


def token_of(request: Request) -> str:
    """The token of the request, from the header or the cookie."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    return request.cookies.get(COOKIE, "")


def by_bearer(request: Request) -> bool:
    """Whether a program asks with a credential of its own, so that no browser sent it unasked."""
    return request.headers.get("authorization", "").lower().startswith("bearer ")


def signed_in(request: Request) -> SignedIn:
    """Who asks; refused when nobody is known, or the screen is locked."""
    return _signed_in(request, used=True)


def _signed_in(request: Request, *, used: bool) -> SignedIn:
    signed: SignedIn = getattr(request.state, "signed", None) or _known(request, used=used)
    if signed.locked:
        raise NotSignedIn(LOCKED, code="locked-screen")
    request.state.signed = signed
    return signed


def _known(request: Request, *, used: bool) -> SignedIn:
    token = token_of(request)
    if not token:
        raise NotSignedIn("you are not signed in")
    return signin.who(request.app.state.store, token, used=used)


def perhaps_signed_in(request: Request) -> By | None:
    """Who asks where nobody has to say; a credential that is not known is refused, an old cookie is nobody's."""
    if not token_of(request):
        return None
    try:
        return signed_in(request).by
    except NotSignedIn:
        if by_bearer(request):
            raise
        return None


async def asking(signed: Annotated[SignedIn, Depends(signed_in)]) -> By:
    """The account that asks."""
    return signed.by


def listening(request: Request) -> By:
    """Who listens. A page opens its stream by itself, and again whenever it was lost: that is no use of its session."""
    return _signed_in(request, used=False).by


def on_a_wall(request: Request) -> By:
    """Who opened a large screen; its session may be locked, for as long as a shift lasts.

    Nobody stands before it who would use its session, and it names nobody. To look is no use of the session.
    """
    signed = _known(request, used=False)
    if signed.locked and signed.idle > signin.LARGE_SCREEN_GOES_ON:
        raise NotSignedIn(LOCKED, code="locked-screen")
    return signed.by


def still_here(store: Store, token: str) -> bool:
    """Whether the session of an open stream still stands, neither ended nor locked; to look is no use of it."""
    try:
        return not signin.who(store, token, used=False).locked
    except ParsError:
        return False


def check_form_key(request: Request, signed: SignedIn, given: str) -> None:
    """Refuse a post that did not come from a form of this session (CSRF)."""
    if not by_bearer(request) and not hmac.compare_digest(signed.form_key.encode(), given.encode(errors="replace")):
        raise NotAllowed("this form is not from your session; open the page again", code="form-key")


MultiPartParser.spool_max_size = MOST_BYTES  # what is uploaded is never written to a disk on its way (N6)


@contextlib.asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[FormData]:
    """What a form sent; its files are closed after. Its sender names the encoding: what cannot be text is refused."""
    async with request.form(max_fields=500, max_files=2) as form:
        try:
            for pair in form.multi_items():
                for text in pair:
                    if isinstance(text, str):
                        text.encode()
        except UnicodeEncodeError:
            raise BadInput(UNWRITABLE) from None  # without its cause, which holds what was typed
        yield form


async def posted(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> AsyncIterator[FormData]:
    """What a page's form sent, once it is known who asks and that the form is of their session; files closed after."""
    async with read_form(request) as form:
        given = form.get("form_key", "")
        check_form_key(request, signed, given if isinstance(given, str) else "")
        request.state.unsent = form.get(UNSENT)
        yield form


def posted_fields(form: Annotated[FormData, Depends(posted)]) -> dict[str, str]:
    """The text fields of a form, stripped; a field given several times has its last value."""
    return {name: value.strip() for name, value in form.multi_items() if isinstance(value, str) and name != UNSENT}


Posted = Annotated[FormData, Depends(posted)]
PostedFields = Annotated[dict[str, str], Depends(posted_fields)]
Asking = Annotated[By, Depends(asking)]
Listening = Annotated[By, Depends(listening)]
OnAWall = Annotated[By, Depends(on_a_wall)]
Signed = Annotated[SignedIn, Depends(signed_in)]
TheStore = Annotated[Store, Depends(store_of)]
