"""Patterns, statements and dossiers for programs; and what a partner is told of how it stands."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import canaries, dossiers, grading, own_people, patterns, statements
from pars.actions.patterns import LONGEST, Pattern
from pars.web.api import PDF, Acting, Given, for_programs
from pars.web.api_sharing import instant
from pars.web.asking import Asking, TheStore
from pars.web.dossiers import edition, issue_dossier
from pars.web.issuing import Where

router = for_programs("watch")
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]


@router.get("/patterns")
def get_patterns(store: TheStore, by: Asking) -> Response:
    """Every pattern that needs or needed an explanation, newest first."""
    return JSONResponse({"patterns": [_pattern(one) for one in patterns.patterns(store, by)]})


def _pattern(one: Pattern) -> dict[str, Any]:
    alarm = one.alarm
    return {
        "id": str(alarm.id),
        "partner": alarm.agency,
        "agreement": alarm.agreement,
        "detector": alarm.detector,
        "action": alarm.action,
        "evidence": one.evidence,
        "user": one.user,
        "look_ups": alarm.look_ups,
        "entry": str(alarm.entry),
        "fell_at": instant(alarm.fell_at),
        "case": one.case.value,
        "counts": one.counts,
        "said": [
            {"what": each.what, "owner": each.owner, "by": each.by, "at": instant(each.at), "words": each.words}
            for each in one.said
        ],
        "votes_for_a_new_count": [
            {"owner": each.owner, "by": each.by, "at": instant(each.at), "reason": each.reason} for each in one.votes
        ],
    }


@router.get("/patterns/own-people")
def get_own_people(store: TheStore, by: Asking) -> Response:
    """Notes on looks of the owners' own people, newest first: at names close to them, and at whom many looked."""
    told = [
        {
            "id": str(one.id),
            "user": one.sign_in,
            "agency": one.agency,
            "detector": one.detector,
            "looks": one.look_ups,
            "since": instant(one.since),
            "evidence": one.evidence,
            "entry": str(one.entry),
            "fell_at": instant(one.fell_at),
        }
        for one in own_people.notes(store, by)
    ]
    return JSONResponse({"notes": told})


class SaidBody(Given):
    """What an owner says of a pattern: grounds, a finding, or its vote that the partner's count begins anew."""

    say: Literal["grounds", "explained", "unexplained", "anew"]
    words: Words
    read: Annotated[int, Field(ge=0)] | None = None
    """How much of what was said of it was read: grounds and findings are refused when there is more by now."""


@router.post("/patterns/{pattern}/said", status_code=201)
def post_said(store: TheStore, by: Acting, pattern: UUID, body: SaidBody) -> Response:
    """Say something of a pattern for one's owner."""
    if body.say == "anew":
        partner = patterns.pattern(store, by, pattern).alarm.agency
        entry = patterns.begin_anew(store, by, partner, body.words)
    elif body.say == "grounds":
        entry = patterns.state_grounds(store, by, pattern, body.words, body.read)
    else:
        explained = body.say == "explained"
        entry = patterns.find(store, by, pattern, explained=explained, words=body.words, read=body.read)
    return JSONResponse({"id": str(pattern), "entry": str(entry)}, 201)


class ExplanationBody(Given):
    """How a partner's look-ups came about."""

    words: Words


@router.post("/agreements/{agreement}/explanations", status_code=201)
def post_explanation(store: TheStore, by: Acting, agreement: str, body: ExplanationBody) -> Response:
    """A partner says how its look-ups came about; heard alike whether anything fell or not."""
    return JSONResponse({"id": agreement, "entry": str(patterns.explain(store, by, agreement, body.words))}, 201)


@router.get("/agreements/{agreement}/grade")
def get_grade(store: TheStore, by: Asking, agreement: str) -> Response:
    """How a partner stands, in one word of three; settled at the close of a day."""
    return JSONResponse({"grade": grading.grade(store, by, agreement).value})


@router.get("/statements")
def get_statement(store: TheStore, by: Asking, period: str | None = None) -> Response:
    """The statement of disparity of a month (2026-11) or a quarter (2026-Q4); of this month when none is named."""
    found = statements.statements(store, by, period)
    filed = found.filed
    more = {
        "periods": list(found.periods),
        "filed": {"at": instant(filed.filed_at), "sha256": filed.sha256} if filed else None,
    }
    return JSONResponse(statements.told(found) | more)


@router.get("/statements/{period}/filed", responses={200: {"content": {"application/json": {}}}})
def get_statement_as_filed(store: TheStore, by: Asking, period: str) -> Response:
    """The statement of a month or a quarter byte for byte as it was filed; its hash stands in the ledger."""
    return Response(statements.as_filed(store, by, period).content, media_type="application/json")


@router.post("/patterns/{pattern}/dossier", response_class=Response, responses=PDF)
def post_dossier(request: Request, by: Asking, pattern: UUID) -> Response:
    """The dossier of a pattern as PDF."""
    return issue_dossier(Where.of(request), by, pattern)


@router.post("/patterns/{pattern}/dossier/{which}")
def post_dossier_json(store: TheStore, by: Asking, pattern: UUID, which: Literal["open", "sealed"]) -> Response:
    """The open edition as JSON, or the sealed one, which is for the owners' representatives."""
    sealed = which == "sealed"
    return edition(dossiers.dossier(store, by, pattern, sealed=sealed), sealed=sealed)


@router.get("/canaries")
def get_canaries(store: TheStore, by: Asking) -> Response:
    """Every record that stands, stood or is proposed to stand for nobody; for the owners' representatives."""
    told = [
        {
            "id": str(one.id),
            "arrest": one.number,
            "proposed_by": one.proposed_owner.value,
            "proposed_at": instant(one.proposed_at),
            "confirmed_by": one.confirmed_owner.value if one.confirmed_owner else None,
            "confirmed_at": instant(one.confirmed_at) if one.confirmed_at else None,
            "ended_at": instant(one.ended_at) if one.ended_at else None,
        }
        for one in canaries.canaries(store, by)
    ]
    return JSONResponse({"canaries": told})


class CanaryBody(Given):
    """The number of an arrest that the desks made up and told to its end."""

    arrest: Annotated[int, Field(ge=1, le=2**62)]


@router.post("/canaries", status_code=201)
def post_canary(store: TheStore, by: Acting, body: CanaryBody) -> Response:
    """Propose, for one's owner, that a record stands for nobody."""
    return JSONResponse({"id": str(canaries.propose(store, by, body.arrest))}, 201)


class CanarySaidBody(Given):
    """Confirm what another owner proposed, or end what is proposed or stands."""

    say: Literal["confirm", "end"]


@router.post("/canaries/{canary}/said", status_code=201)
def post_canary_said(store: TheStore, by: Acting, canary: UUID, body: CanarySaidBody) -> Response:
    """Another owner confirms; any owner ends."""
    entry = canaries.confirm(store, by, canary) if body.say == "confirm" else canaries.end(store, by, canary)
    return JSONResponse({"id": str(canary), "entry": str(entry)}, 201)
