"""The smaller acts of an arrest's page, which are no steps: what a form says, put to the act that it is for."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from fastapi import Request

from pars.actions import (
    arraignment,
    assigning,
    belongings,
    consular,
    custody,
    identity,
    needs,
    optional,
)
from pars.actions.booking import correct
from pars.actions.effect import converted
from pars.actions.reporting import ProtectedPerson, protect
from pars.errors import BadInput
from pars.record.switches import named
from pars.web.booking import person_of
from pars.web.reading import Fields, instant, whole, yes_no
from pars.web.step_forms import bail as bail_of


def _need(request: Request, arrest_id: UUID, fields: Fields) -> None:
    store, by = request.app.state.store, request.state.signed.by
    language, what = fields.get("language") or None, fields.get("what") or None
    needs.note(store, by, arrest_id, fields.get("kind", ""), language=language, what=what)


def _no_hold(request: Request, arrest_id: UUID, fields: Fields) -> None:
    custody.arrived_without_effect(request.app.state.store, request.state.signed.by, arrest_id, fields.get("paper", ""))


def _tell(request: Request, arrest_id: UUID, fields: Fields) -> None:
    consular.tell(request.app.state.store, request.state.signed.by, arrest_id, fields.get("language", ""))


def _ask_consulate(request: Request, arrest_id: UUID, fields: Fields) -> None:
    store, by = request.app.state.store, request.state.signed.by
    consular.request(store, by, arrest_id, fields.get("country", ""), fields.get("consulate", ""))


def _correct(request: Request, arrest_id: UUID, fields: Fields) -> None:
    version = whole(fields, "version", "the version of the arrest")
    if version is None:
        raise BadInput("the version of the arrest is missing; open the page again", field="version")
    store, by = request.app.state.store, request.state.signed.by
    correct(store, by, arrest_id, person_of(fields), version=version, reason=fields.get("reason", ""))


def _position(request: Request, arrest_id: UUID, fields: Fields) -> None:
    given = bail_of(fields)
    if given is None:
        raise BadInput("choose what you ask for", field="bail_type")
    asked = converted(given, arraignment.BailGiven, "bail")
    arraignment.state_position(request.app.state.store, request.state.signed.by, arrest_id, asked)


def _hold(request: Request, arrest_id: UUID, fields: Fields) -> None:
    given = custody.HoldGiven(
        kind=fields.get("kind", ""),
        authority=fields.get("authority", ""),
        number=fields.get("number", ""),
        signed_by_judge_or_authority=fields.get("signed", "") == "yes",
        hearing_due=instant(fields, "hearing_on", "hearing_at"),
        expires_at=instant(fields, "expires_on", "expires_at"),
    )
    custody.hold(request.app.state.store, request.state.signed.by, arrest_id, given)


def _lift(request: Request, arrest_id: UUID, fields: Fields) -> None:
    try:
        hold_id = UUID(fields.get("hold", ""))
    except ValueError:
        raise BadInput("choose the hold that is lifted", field="hold") from None
    custody.lift_hold(request.app.state.store, request.state.signed.by, arrest_id, hold_id)


def _heard(request: Request, arrest_id: UUID, fields: Fields) -> None:
    try:
        hold_id = UUID(fields.get("hold", ""))
    except ValueError:
        raise BadInput("choose the hold that was heard", field="hold") from None
    outcome = fields.get("outcome", "")
    if outcome not in {"lifted", "stands"}:
        raise BadInput("say whether the hold is lifted or stands", field="outcome")
    again = instant(fields, "again_on", "again_at")
    store, by = request.app.state.store, request.state.signed.by
    custody.hearing_held(store, by, arrest_id, hold_id, lifted=outcome == "lifted", again=again)


def _property(request: Request, arrest_id: UUID, fields: Fields) -> None:
    store, by = request.app.state.store, request.state.signed.by
    belongings.take_property(
        store, by, arrest_id, fields.get("item", ""), whole(fields, "quantity", "the quantity") or 1
    )


def _protect(request: Request, arrest_id: UUID, fields: Fields) -> str | None:
    given = ProtectedPerson(
        kind=fields.get("kind", ""),
        surname=fields.get("surname", ""),
        given=fields.get("given", ""),
        contact=fields.get("contact", ""),
        safe_hours=fields.get("safe_hours", ""),
        language=fields.get("language", ""),
        address_confidential=bool(yes_no(fields, "address_confidential")),
        family_or_household=bool(yes_no(fields, "family_or_household")),
    )
    return protect(request.app.state.store, request.state.signed.by, arrest_id, given).warning


def _optional(request: Request, arrest_id: UUID, fields: Fields) -> None:
    store, by = request.app.state.store, request.state.signed.by
    optional.write(store, by, arrest_id, named(fields.get("name", "")), fields.get("optional", ""))


def _link(request: Request, arrest_id: UUID, fields: Fields) -> None:
    other = whole(fields, "other", "the number of the other arrest")
    if other is None:
        raise BadInput("name the other arrest by its number", field="other")
    store, by = request.app.state.store, request.state.signed.by
    identity.link(store, by, arrest_id, other, reason=fields.get("reason", ""))


def _unlink(request: Request, arrest_id: UUID, fields: Fields) -> None:
    identity.unlink(request.app.state.store, request.state.signed.by, arrest_id, reason=fields.get("reason", ""))


def _assign(request: Request, arrest_id: UUID, fields: Fields) -> None:
    assigning.assign(request.app.state.store, request.state.signed.by, arrest_id, fields.get("sign_in", ""))


def _unassign(request: Request, arrest_id: UUID, fields: Fields) -> None:
    try:
        assignment = UUID(fields.get("assignment", ""))
    except ValueError:
        raise BadInput("choose the assignment that ends", field="assignment") from None
    assigning.end(request.app.state.store, request.state.signed.by, arrest_id, assignment)


SMALL_ACTS: Final[Mapping[str, Callable[[Request, UUID, Fields], str | None]]] = {
    "tell": _tell,
    "need": _need,
    "no-hold": _no_hold,
    "ask-consulate": _ask_consulate,
    "correct": _correct,
    "position": _position,
    "hold": _hold,
    "lift": _lift,
    "heard": _heard,
    "property": _property,
    "protect": _protect,
    "optional": _optional,
    "link": _link,
    "unlink": _unlink,
    "assign": _assign,
    "unassign": _unassign,
}
"""Each by its name in the address; what it answers is a warning."""
