"""Break-glass and assignments for programs: the same acts, and who asks comes first."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import assigning, openings
from pars.actions.openings import Heard, Opening
from pars.sharing.breakglass import Finding, Opened
from pars.web.api import Acting, Given, Short, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("duties")


class OpeningBody(Given):
    """One part of one arrest, and what the emergency is."""

    arrest: UUID
    part: Opened
    why: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/openings", status_code=201)
def post_opening(store: TheStore, by: Acting, body: OpeningBody) -> Response:
    """Ask for an opening by break-glass. Nothing is open until two people of two owners agree, for 60 minutes then."""
    return _heard(openings.ask(store, by, body.arrest, body.part, why=body.why))


@router.post("/openings/{opening_id}/agree", status_code=201)
def post_agree(store: TheStore, by: Acting, opening_id: UUID) -> Response:
    """Agree for one's owner; the second signature opens it and the third owner is told."""
    return _heard(openings.agree(store, by, opening_id))


@router.post("/openings/{opening_id}/close", status_code=201)
def post_close(store: TheStore, by: Acting, opening_id: UUID) -> Response:
    """Close it at once, or take back what was asked."""
    return _heard(openings.close(store, by, opening_id))


class ReviewBody(Given):
    """What came of the review, and what it rests on."""

    finding: Finding
    reason: Annotated[str, Field(min_length=1, max_length=500)]


@router.post("/openings/{opening_id}/review", status_code=201)
def post_review(store: TheStore, by: Acting, opening_id: UUID, body: ReviewBody) -> Response:
    """Judge an opening that is over; by nobody who took part."""
    return _heard(openings.review(store, by, opening_id, body.finding.value, reason=body.reason))


@router.get("/openings")
def get_openings(store: TheStore, by: Asking) -> Response:
    """The openings that the asker is concerned with, newest first."""
    return JSONResponse({"openings": [_shown(one) for one in openings.openings(store, by)]})


def _heard(heard: Heard) -> Response:
    told: dict[str, Any] = {"id": str(heard.id), "entry": str(heard.entry), "state": heard.state}
    if heard.closes_at is not None:
        told["closes_at"] = heard.closes_at.isoformat()
    return JSONResponse(told, 201)


def _shown(one: Opening) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "arrest": str(one.arrest),
        "part": one.part.value,
        "state": one.state,
        "why": one.why,
        "asked_by": one.asker,
        "owner": one.owner.value,
        "asked_at": one.asked_at.isoformat(),
        "agreed": [{"owner": owner.value, "by": name} for owner, name in zip(one.owners, one.signed_by, strict=True)],
        "told": [owner.value for owner in one.told],
        "opened_at": _instant(one.opened_at),
        "closes_at": _instant(one.closes_at),
        "ended_at": _instant(one.ended_at),
        "ended_by": one.ended_by,
        "minutes_left": one.minutes_left,
        "looks": one.looks,
        "finding": one.finding.value if one.finding else None,
        "finding_by": one.reviewer,
        "finding_reason": one.said,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


class AssignmentBody(Given):
    """To whom an arrest is assigned, by sign-in name."""

    sign_in: Short


@router.post("/arrests/{arrest_id}/assignments", status_code=201)
def post_assignment(store: TheStore, by: Acting, arrest_id: UUID, body: AssignmentBody) -> Response:
    """Assign an arrest to a detective, a charging attorney or the appointed defender; it opens to them from then on."""
    return JSONResponse({"id": str(arrest_id), "entry": str(assigning.assign(store, by, arrest_id, body.sign_in))}, 201)


@router.post("/arrests/{arrest_id}/assignments/{assignment_id}/end", status_code=201)
def post_assignment_ended(store: TheStore, by: Acting, arrest_id: UUID, assignment_id: UUID) -> Response:
    """End an assignment."""
    return JSONResponse({"id": str(arrest_id), "entry": str(assigning.end(store, by, arrest_id, assignment_id))}, 201)
