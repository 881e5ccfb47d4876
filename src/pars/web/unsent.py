"""What becomes of a form that comes while the screen is locked or the session is over (ADR 0049).

Nothing of it is done, and its sender is told so. It is kept sealed for its writer, never on the page, which anybody who
comes by may read; passwords and files are not kept. Whoever unlocks or signs in again finds it as it was sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match

from pars.actions import drafts, signin, unsent
from pars.actions.acting import By
from pars.actions.unsent import SENT_AT, Unsent
from pars.clock import in_city, now
from pars.errors import ParsError
from pars.record.identifiers import is_number
from pars.store.database import Store
from pars.web.asking import UNSENT, Asking, PostedFields, TheStore, by_bearer, read_form, token_of
from pars.web.labels import Label, label_of
from pars.web.pages import page

router = APIRouter(include_in_schema=False)
HERE: Final = "/unsent"
SECRET: Final = frozenset({"password", "former", "chosen"})
"""Fields that hold a password: they are kept nowhere and typed again."""
_OF_THE_PAGE: Final = frozenset({"form_key", UNSENT})
"""Fields that a page gives each of its forms anew."""
_LONGEST: Final = 4 * drafts.MOST_BYTES
"""Bytes; more is not read of somebody who is not known. A sign may take more room on its way than in what is kept."""
_STEP: Final = re.compile("/arrests/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/steps/")
"""As pages write it; whatever else comes is no form of a page, and is led to none that is not there."""
NOT_SHOWN: Final = frozenset(
    {"once", "version", "_form", SENT_AT, drafts.WINDOW, "as", "back", "counted", "large", "reach", "read"}
)
"""What only goes with a form, or is a button of it."""
ENDS_BY_ITSELF: Final = frozenset({"/sign-in", "/sign-out", "/lock", "/unlock", "/language", "/half-typed"})
"""Forms that record nothing: whoever sends one without a session has lost nothing by it."""


async def kept(request: Request) -> str:
    """What became of a form that could not be taken: `kept` or `lost`; nothing when there was none to lose."""
    if request.method != "POST" or request.url.path in ENDS_BY_ITSELF:
        return ""
    length = request.headers.get("content-length", "")
    if by_bearer(request) or not is_number(length) or int(length) > _LONGEST:
        return "lost"
    try:
        async with read_form(request) as form:
            pairs = form.multi_items()
    except (HTTPException, ParsError):  # no form
        return "lost"
    texts = {name: value.strip() for name, value in pairs if isinstance(value, str)}
    again = {name: "password" for name in texts if name in SECRET}
    again |= {name: "file" for name, value in pairs if not isinstance(value, str)}
    return "kept" if await run_in_threadpool(_keep, request, texts, again) else "lost"


def _keep(request: Request, texts: dict[str, str], again: dict[str, str]) -> bool:
    store: Store = request.app.state.store
    fields = {name: value for name, value in texts.items() if name not in SECRET | _OF_THE_PAGE}
    if not fields and "file" not in again.values():
        return False
    if "once" in fields and "happened_on" in fields and not fields["happened_on"] + fields.get("happened_at", ""):
        at = in_city(now())  # what was seen was seen when it was sent first, as with what waits (ADR 0037)
        fields |= {"happened_on": f"{at:%m/%d/%Y}", "happened_at": f"{at:%H:%M}"}
    try:
        by = signin.whose_form(store, token_of(request), texts.get("form_key", ""))
        if by is None:
            return False
        path = request.url.path
        if path != "/booking" and not _STEP.match(path):
            query = f"?{request.url.query}" if request.url.query else ""
            return unsent.keep(store, by, path + query, fields, again)
        fields.pop("version", None)  # what it is compared with is what its page says by then
        return unsent.put_back(store, by, path.partition("/steps/")[0], fields)
    except ParsError:
        return False


def way_on(store: Store, by: By, *, back: bool = True) -> str | None:
    """Where somebody goes who is there again: to what they sent in vain; `back`: else to what they typed last."""
    if unsent.waits(store, by):
        return HERE
    return drafts.left_at(store, by) if back else None


def sent_at(half: Mapping[str, str]) -> datetime | None:
    """When what stands in a page again was sent in vain; None for what was half typed."""
    return datetime.fromisoformat(half[SENT_AT]) if SENT_AT in half else None


def readable(fields: Mapping[str, str]) -> Sequence[tuple[Label, str]]:
    """What somebody typed into a form, in its order, without what only goes with it."""
    return [
        (label_of(name), value)
        for name, value in fields.items()
        if value and name not in NOT_SHOWN and not _is_id(value)
    ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A form as the page shows it: what it was for, what was typed, and the page that it came from."""

    form: Unsent
    what: str
    typed: Sequence[tuple[Label, str]]
    page: str | None


@router.get(HERE)
def show(request: Request, store: TheStore, by: Asking) -> Response:
    """What somebody sent while it could not be taken: to be sent again, or thrown away."""
    forms = [_shown(request, one) for one in unsent.waiting(store, by)]
    return page(request, "unsent.html", title="Not recorded", forms=forms)


def _shown(request: Request, one: Unsent) -> _Shown:
    path = one.address.partition("?")[0]
    words = [part for part in path.split("/") if part and not _is_id(part)]
    return _Shown(one, words[-1].replace("-", " "), readable(one.fields), _page_of(request, path))


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _page_of(request: Request, path: str) -> str | None:
    """The page that a form stood on: the nearest address above it that can be opened."""
    while path:
        asked = {"type": "http", "method": "GET", "path": path, "headers": [], "root_path": ""}
        if any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes):
            return path
        path = path.rpartition("/")[0]
    return None


@router.post(HERE + "/{ticket}/forget")
def forget(store: TheStore, by: Asking, _: PostedFields, ticket: str) -> Response:
    """Throw a form away."""
    unsent.forget(store, by, ticket)
    return RedirectResponse(HERE if unsent.waiting(store, by) else "/", 303)


def settle(store: Store, by: By, ticket: str, *, taken: bool) -> None:
    """A form was sent again: gone when it was taken; otherwise it stays, and its page says that it was refused."""
    if taken:
        unsent.forget(store, by, ticket)
    else:
        unsent.refused(store, by, ticket)
