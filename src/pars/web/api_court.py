"""The court's later acts for programs: bail, orders to keep away, notices to victims, the defender's desk."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Body
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import bailing, counsel, custody, disclosure, sittings, victims
from pars.actions.arraignment import BailGiven
from pars.actions.effect import converted
from pars.record.bail import BailAction
from pars.web.api import Acting, Given, Short, Written, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("court")
Fields = Annotated[dict[str, Any], Body()]


def _entered(arrest_id: UUID, entry: UUID) -> Response:
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


class BailBody(Given):
    """A link of the chain of bail, its reasons, and what bail is from then on when it is modified."""

    action: BailAction
    reasons: Annotated[str, Field(max_length=2000)]
    bail: dict[str, Any] | None = None


@router.post("/arrests/{arrest_id}/bail", status_code=201, response_model=Written)
def post_bail(store: TheStore, by: Acting, arrest_id: UUID, body: BailBody) -> Response:
    """Appeal, modify, revoke, reinstate, forfeit or refund bail, with reasons in writing (Rule 529)."""
    given = converted(body.bail, BailGiven, "bail") if body.bail is not None else None
    return _entered(arrest_id, bailing.change(store, by, arrest_id, body.action, reasons=body.reasons, bail=given))


@router.post("/arrests/{arrest_id}/orders", status_code=201, response_model=Written)
def post_order(store: TheStore, by: Acting, arrest_id: UUID, body: Fields) -> Response:
    """Order somebody to keep away from a complainant, named by number alone; in force at once."""
    return _entered(arrest_id, victims.order(store, by, arrest_id, converted(body, victims.KeepAway, "order")))


class ServedBody(Given):
    """In which language an order was read, and whether the person signed or refused."""

    language: Short
    how: Short


@router.post("/arrests/{arrest_id}/orders/{order_id}/served", status_code=201, response_model=Written)
def post_served(store: TheStore, by: Acting, arrest_id: UUID, order_id: UUID, body: ServedBody) -> Response:
    """Write down that an order was served."""
    return _entered(arrest_id, victims.serve(store, by, arrest_id, order_id, language=body.language, how=body.how))


@router.post("/arrests/{arrest_id}/orders/{order_id}/end", status_code=201, response_model=Written)
def post_order_ended(store: TheStore, by: Acting, arrest_id: UUID, order_id: UUID) -> Response:
    """End an order."""
    return _entered(arrest_id, victims.end(store, by, arrest_id, order_id))


@router.get("/orders")
def get_orders(store: TheStore, by: Asking) -> Response:
    """Every order to keep away that is in force, with whom it binds."""
    return JSONResponse(
        [
            {"line": msgspec.to_builtins(one.line), "orders": [msgspec.to_builtins(row) for row in one.orders]}
            for one in disclosure.open_orders(store, by)
        ]
    )


@router.get("/reviews")
def get_reviews(store: TheStore, by: Asking) -> Response:
    """Whose bail is to be reviewed early, the first due first."""
    found = sittings.open_reviews(store, by)
    return JSONResponse(
        [{"line": msgspec.to_builtins(line), "due_on": found.due[line.id].isoformat()} for line in found.lines]
    )


class HeardBody(Given):
    """What became of a hold at its hearing, and when it is heard again."""

    lifted: bool
    again: datetime | None = None


@router.post("/arrests/{arrest_id}/holds/{hold_id}/heard", status_code=201, response_model=Written)
def post_heard(store: TheStore, by: Acting, arrest_id: UUID, hold_id: UUID, body: HeardBody) -> Response:
    """Write down that the hearing on a hold was held."""
    return _entered(
        arrest_id, custody.hearing_held(store, by, arrest_id, hold_id, lifted=body.lifted, again=body.again)
    )


@router.get("/notices")
def get_notices(store: TheStore, by: Asking) -> Response:
    """What victims have to be told of, the oldest first; nobody is named here."""
    return JSONResponse([msgspec.to_builtins(one._asdict()) for one in victims.owed(store, by)])


class ToldBody(Given):
    """How somebody was told."""

    way: Short


@router.post("/arrests/{arrest_id}/notices/{notice_id}/told", status_code=201, response_model=Written)
def post_told(store: TheStore, by: Acting, arrest_id: UUID, notice_id: UUID, body: ToldBody) -> Response:
    """Write down that a victim was told."""
    return _entered(arrest_id, victims.told(store, by, arrest_id, notice_id, body.way))


@router.get("/clients")
def get_clients(store: TheStore, by: Asking) -> Response:
    """Whom the defender is assigned to, and the papers due to them."""
    found = counsel.clients(store, by)
    return JSONResponse([{"line": msgspec.to_builtins(line), "due": list(found.due[line.id])} for line in found.lines])


@router.post("/arrests/{arrest_id}/talks", status_code=201, response_model=Written)
def post_talk(store: TheStore, by: Acting, arrest_id: UUID, body: Fields) -> Response:
    """Write down that counsel and client talked in confidence, or why not; never what of."""
    return _entered(arrest_id, counsel.talked(store, by, arrest_id, converted(body, counsel.TalkGiven, "talk")))
