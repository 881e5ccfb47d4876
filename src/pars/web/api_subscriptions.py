"""Subscriptions for programs: made, seen, ended, told again, tested; and the owners' list of addresses."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import subscribing, webhooks
from pars.actions.subscribing import Own, Wish
from pars.errors import BadInput
from pars.web.api import Acting, Given, for_programs
from pars.web.api_sharing import NO_STORE, inquiry_of, instant
from pars.web.asking import Asking, TheStore
from pars.web.outgoing import send_test, verdict

router = for_programs("sharing")


async def wish_of(body: Annotated[dict[str, Any], Body()]) -> Wish:
    """What a body wants to be told: an inquiry's names, and `tell_of` and `deliver`."""
    asked = {name: value for name, value in body.items() if name not in {"tell_of", "deliver"}}
    told, deliver = body.get("tell_of"), body.get("deliver")
    if not isinstance(told, list) or not all(isinstance(word, str) and len(word) <= 40 for word in told):  # noqa: PLR2004
        raise BadInput("“tell_of” is a list of steps", field="tell_of")
    if not isinstance(deliver, str):
        raise BadInput("“deliver” is webhook or stream", field="deliver")
    return Wish(await inquiry_of(asked), told, deliver)


@router.post("/subscriptions", status_code=201)
def post_subscription(store: TheStore, by: Acting, wish: Annotated[Wish, Depends(wish_of)]) -> Response:
    """Ask to be told of steps of one named person's case. The answer is the same whoever is named."""
    made = subscribing.subscribe(store, by, wish)
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.get("/subscriptions")
def get_subscriptions(store: TheStore, by: Asking) -> Response:
    """One's own subscriptions, newest first; whom they found and what was told is not kept here."""
    return JSONResponse({"subscriptions": [_line(one) for one in subscribing.own(store, by)]}, headers=NO_STORE)


def _line(one: Own) -> dict[str, Any]:
    question = one.question
    return {
        "id": str(one.id),
        "agreement": one.agreement,
        "purpose": one.purpose,
        "case_reference": question.case_reference if question else None,
        "subject": dict(question.subject) if question else None,
        "tell_of": list(one.tell_of),
        "deliver": one.deliver,
        "made_at": instant(one.made_at),
        "at_work": one.at_work,
    }


@router.post("/subscriptions/test", status_code=201)
def post_test(request: Request, store: TheStore, by: Acting) -> Response:
    """Send a signed message without any data to one's own agency's address, and say whether it was taken."""
    tested = webhooks.test(store, by)
    status = send_test(tested, demo=bool(request.app.state.demo))
    return JSONResponse({"id": str(tested.message), "entry": str(tested.entry), **verdict(status)}, 201)


@router.post("/subscriptions/{subscription}/end", status_code=201)
def post_end(store: TheStore, by: Acting, subscription: UUID) -> Response:
    """End one's own subscription; its question is erased."""
    return JSONResponse({"id": str(subscription), "entry": str(subscribing.end(store, by, subscription))}, 201)


@router.post("/subscriptions/{subscription}/replay", status_code=201)
def post_replay(store: TheStore, by: Acting, subscription: UUID) -> Response:
    """Have what was told in the last two days told once more, each asked for anew."""
    return JSONResponse({"id": str(subscription), "entry": str(subscribing.replay(store, by, subscription))}, 201)


class WebhookBody(Given):
    """Where a partner's messages go."""

    partner: Annotated[str, Field(min_length=1, max_length=200)]
    url: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/webhooks", status_code=201)
def post_webhook(store: TheStore, by: Acting, body: WebhookBody) -> Response:
    """Register where a partner's messages go, in place of the one before. The secret is shown here alone."""
    made = webhooks.register(store, by, body.partner, body.url)
    answer = {"id": str(made.id), "url": body.url, "secret": made.secret, "entry": str(made.entry)}
    return JSONResponse(answer, 201, headers=NO_STORE)


@router.get("/webhooks")
def get_webhooks(store: TheStore, by: Asking) -> Response:
    """Every address that was registered, for the owners' representatives."""
    told = [
        {
            "id": str(one.id),
            "partner": one.agency,
            "url": one.address,
            "registered_at": instant(one.registered_at),
            "ended_at": instant(one.ended_at) if one.ended_at else None,
        }
        for one in webhooks.registered(store, by)
    ]
    return JSONResponse({"webhooks": told})


@router.post("/webhooks/{webhook}/end", status_code=201)
def post_webhook_end(store: TheStore, by: Acting, webhook: UUID) -> Response:
    """Stop using an address."""
    return JSONResponse({"id": str(webhook), "entry": str(webhooks.end(store, by, webhook))}, 201)
