"""Subscriptions on pages: a partner's analyst makes and ends them; an owner registers where messages go."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import agreements_shown, subscribing, webhooks
from pars.actions.subscribing import Wish
from pars.actions.webhooks import Registered
from pars.errors import NotAllowed, NotSignedIn, ParsError
from pars.record.roles import Role
from pars.sharing.subscription import Deliver
from pars.sharing.vocabulary import TELL_OF
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.inquiry import NO_STORE, inquiry_of, lit_and_stale
from pars.web.outgoing import TAKEN, send_test
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/subscriptions")
def form(request: Request, _: Asking) -> Response:
    """One's own subscriptions, and the form that makes one."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None, said: str = "") -> Response:
    store, by = request.app.state.store, request.state.signed.by
    if by.role is not Role.ANALYST:
        raise NotAllowed("subscriptions are for partners' analysts", code="no-duty")
    lit, stale = lit_and_stale(agreements_shown.stood(store, by), by)
    answer = page(
        request,
        "subscriptions.html",
        200 if error is None else status_of(error),
        title="Subscriptions",
        lit=lit,
        stale=stale,
        own=subscribing.own(store, by),
        steps=TELL_OF,
        ways=list(Deliver),
        typed=typed,
        error=error,
        said=said,
    )
    answer.headers.update(NO_STORE)
    return answer


@router.post("/subscriptions")
def make(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Ask to be told; the page says the same whoever is named."""
    try:
        steps = [step for step in TELL_OF if fields.get(f"tell-{step}")]
        subscribing.subscribe(store, by, Wish(inquiry_of(fields), steps, fields.get("deliver", "")))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, fields, refusal)
    return RedirectResponse("/subscriptions#own", 303)


@router.post("/subscriptions/test")
def test(request: Request, store: TheStore, by: Asking, _: PostedFields) -> Response:
    """Send a message without any data to one's agency's address."""
    try:
        status = send_test(webhooks.test(store, by), demo=bool(request.app.state.demo))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    taken = status is not None and status in TAKEN
    return _page(request, {}, said="The message was taken." if taken else "The message was not taken.")


@router.post("/subscriptions/{subscription}/{what}")
def change(request: Request, store: TheStore, by: Asking, _: PostedFields, subscription: UUID, what: str) -> Response:
    """End one's own subscription, or have what was told be told once more."""
    try:
        if what == "replay":
            subscribing.replay(store, by, subscription)
        else:
            subscribing.end(store, by, subscription)
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse("/subscriptions#own", 303)


@router.get("/webhooks")
def addresses(request: Request, _: Asking) -> Response:
    """Where partners' messages go, for the owners' representatives."""
    return _addresses(request, {})


def _addresses(
    request: Request, typed: Fields, error: ParsError | None = None, made: Registered | None = None
) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    found = webhooks.registered(store, by)
    partners = sorted({one.partner for one in agreements_shown.named(store, by)})
    answer = page(
        request,
        "webhooks.html",
        200 if error is None else status_of(error),
        title="Addresses",
        found=found,
        partners=partners,
        typed=typed,
        error=error,
        made=made,
    )
    answer.headers.update(NO_STORE)
    return answer


@router.post("/webhooks")
def register(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Register an address; its secret is shown on the page that comes back and never again."""
    try:
        made = webhooks.register(store, by, fields.get("partner", ""), fields.get("url", ""))
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _addresses(request, fields, refusal)
    return _addresses(request, {}, made=made)


@router.post("/webhooks/{webhook}/end")
def stop(request: Request, store: TheStore, by: Asking, _: PostedFields, webhook: UUID) -> Response:
    """Stop using an address."""
    try:
        webhooks.end(store, by, webhook)
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _addresses(request, {}, refusal)
    return RedirectResponse("/webhooks", 303)
