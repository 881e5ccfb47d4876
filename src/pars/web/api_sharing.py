"""Agreements and inquiries for programs: who asks comes first, and a refusal says nothing of anybody."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from pars.actions import (
    agreements,
    agreements_shown,
    amending,
    duties,
    inquiries,
    letters,
    owner_keys,
    partnering,
    questions,
)
from pars.actions.agreements import Saying
from pars.actions.agreements_shown import Shown
from pars.clock import in_city
from pars.errors import BadInput
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Inquiry
from pars.sharing.release import projection, withheld
from pars.sharing.vocabulary import Outcome
from pars.store.notices import Told
from pars.store.partners import OwnInquiry
from pars.web.api import PDF, REFUSALS, Acting, Given, Letter, for_programs
from pars.web.asking import Asking, TheStore, signed_in
from pars.web.bodies import Route
from pars.web.issuing import given_back
from pars.web.letters import LETTER_OF_VOTE
from pars.web.reading import contract_in_base64, letter_in_base64

router = for_programs("sharing")
asking_at_once = APIRouter(prefix="/api/v1", tags=["sharing"], responses=REFUSALS, route_class=Route)
"""For what settles who asks in the thread that answers, before it looks at what is asked."""
NO_STORE = {"Cache-Control": "no-store"}


class TermsBody(Given):
    """Terms of an agreement, the whole file; and the contract that they name, of which the hash is kept."""

    terms: Annotated[str, Field(min_length=1, max_length=200_000)]
    contract: Annotated[
        str | None, Field(max_length=7_000_000, description="the file of at most 5 MB, in base64; its hash is kept")
    ] = None


@router.post("/agreements", status_code=201)
def post_agreement(store: TheStore, by: Acting, body: TermsBody) -> Response:
    """Propose terms to the three owners; refused with the line at fault, or with a theorem that does not hold."""
    proposed = agreements.propose(store, by, body.terms, contract_in_base64(body.contract))
    answer = {"id": proposed.id, "version": proposed.version, "number": proposed.number, "entry": str(proposed.entry)}
    return JSONResponse(answer, 201)


@router.get("/agreements")
def get_agreements(store: TheStore, by: Asking) -> Response:
    """The agreements that the asker is concerned with, and how each stands."""
    return JSONResponse({"agreements": [_shown(one) for one in agreements_shown.agreements(store, by)]})


@router.get("/agreements/{agreement}")
def get_agreement(store: TheStore, by: Asking, agreement: str) -> Response:
    """One agreement: its terms, what the owners said of it, its proofs."""
    found = agreements_shown.agreement(store, by, agreement)
    newest = found.versions[-1]
    said = [
        {
            "owner": one.said.owner.value,
            "decision": one.said.decision.value,
            "version": one.said.version,
            "at": instant(one.said.at),
            "by": one.said_by,
            "reason": one.reason,
            "letter": one.has_letter,
        }
        for one in found.said
    ]
    told = {"terms": newest.terms, "proofs": newest.proofs, "said": said}
    return JSONResponse(_shown(found) | told | ({"to_sign": found.to_sign} if found.to_sign else {}))


def _shown(one: Shown) -> dict[str, Any]:
    standing = one.standing
    terms = standing.made.terms
    return {
        "id": one.id,
        "partner": one.partner,
        "units": list(terms.units),
        "state": standing.state,
        "in_force": standing.stands,
        "version": standing.version.hash,
        "contract": standing.version.contract,
        "from": terms.term.first.isoformat(),
        "until": terms.term.last.isoformat(),
        "days_left": standing.days_left,
        "consent": terms.consent.value,
        "granted": sorted(owner.value for owner in standing.stance.granted),
        "waiting_for": sorted(owner.value for owner in Owner if owner not in standing.stance.granted),
        "newest_version": one.versions[-1].hash,
        "case_pattern": one.case_pattern,
        "notices": [_notice(told) for told in one.notices],
        "purposes": [
            {
                "code": purpose.code,
                "case_reference": purpose.case_reference.value,
                "search_by": [sorted(search) for search in purpose.search_by],
                "fields": list(purpose.fields),
                "withheld": [asdict(field) for field in withheld(projection(purpose), purpose)],
            }
            for purpose in standing.purposes
        ],
    }


def _notice(told: Told) -> dict[str, Any]:
    return {
        "kind": told.kind,
        "days_left": told.days_left,
        "last_day": told.last_day.isoformat(),
        "owner": told.owner,
        "reason": told.reason,
        "at": instant(told.said_at),
    }


def instant(at: datetime) -> str:
    """An instant with the city's wall time, to the second."""
    return in_city(at).isoformat(timespec="seconds")


@router.get("/agreements/{agreement}/preview")
def get_preview(store: TheStore, by: Asking, agreement: str) -> Response:
    """What the newest version would change: in words, in people of today's records, and whether it is broader."""
    preview = amending.preview(store, by, agreements_shown.agreement(store, by, agreement))
    if preview is None:
        return JSONResponse({"preview": None})
    told = asdict(preview) | {
        "people": preview.people._asdict(),
        "broader": preview.broader and {"broader": preview.broader.broader, "witness": preview.broader.witness},
    }
    return JSONResponse({"preview": told})


class ConsentBody(Given):
    """What an owner's representative says."""

    decision: Decision
    reason: Annotated[str, Field(min_length=1, max_length=5000)]
    signature: Annotated[str | None, Field(pattern="^[0-9a-fA-F]{128}$")] = None
    version: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None
    reason_in_letter: bool = True
    letter: Letter = None


@router.post("/agreements/{agreement}/consents", status_code=201)
def post_consent(store: TheStore, by: Acting, agreement: str, body: ConsentBody) -> Response:
    """Grant, withhold, abstain, withdraw or suspend for one's owner. Stopping works on the next request."""
    signature = bytes.fromhex(body.signature) if body.signature else None
    saying = Saying(
        body.decision,
        body.reason,
        signature,
        letter_in_base64(body.letter),
        version=body.version,
        reason_told=body.reason_in_letter,
    )
    heard = agreements.say(store, by, agreement, saying)
    return JSONResponse({"id": agreement, "state": heard.state, "entry": str(heard.entry)}, 201)


@router.get("/agreements/{agreement}/consents/{place}/letter", response_class=Response, responses=PDF)
def get_letter_of_vote(store: TheStore, by: Asking, agreement: str, place: int) -> Response:
    """The letter that an owner uploaded with what it said; `place` counts what was said, the oldest being 1."""
    return given_back(letters.letter_of_vote(store, by, agreement, place), LETTER_OF_VOTE)


class KeyBody(Given):
    """An Ed25519 public key, hex."""

    public_key: Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$")]


@router.post("/owner-keys", status_code=201)
def post_key(store: TheStore, by: Acting, body: KeyBody) -> Response:
    """Offer one's owner's signing key; another owner's representative confirms it."""
    return JSONResponse({"id": str(owner_keys.offer_key(store, by, bytes.fromhex(body.public_key)))}, 201)


@router.post("/owner-keys/{key_id}/confirm", status_code=201)
def post_key_confirmed(store: TheStore, by: Acting, key_id: UUID) -> Response:
    """Confirm the key that another owner offered."""
    owner_keys.confirm_key(store, by, key_id)
    return JSONResponse({"id": str(key_id)}, 201)


class PartnerBody(Given):
    """A partner agency; `parent` is the ORI of the agency that it is part of."""

    ori: str
    name: str
    parent: str | None = None
    case_pattern: str = ""


@router.get("/partners")
def get_partners(store: TheStore, by: Asking) -> Response:
    """Agencies that are no owner's, with their agreements."""
    told = [one._asdict() for one in partnering.partners(store, by)]
    return JSONResponse({"partners": [{name: one[name] for name in one if name != "id"} for one in told]})


@router.post("/partners", status_code=201)
def post_partner(store: TheStore, by: Acting, body: PartnerBody) -> Response:
    """Register a partner; it can do nothing until the three owners have signed an agreement with it."""
    partnering.register(store, by, body.ori, body.name, body.parent, body.case_pattern)
    return JSONResponse({"id": body.ori}, 201)


class PatternBody(Given):
    """The form of a partner's own case numbers."""

    case_pattern: str


@router.post("/partners/{ori}/case-pattern", status_code=201)
def post_pattern(store: TheStore, by: Acting, ori: str, body: PatternBody) -> Response:
    """Register the form of a partner's own case numbers."""
    partnering.register_pattern(store, by, ori, body.case_pattern)
    return JSONResponse({"id": ori}, 201)


async def inquiry_of(body: Annotated[dict[str, Any], Body()]) -> Inquiry:
    """The inquiry that a body says."""
    return read_inquiry(body)


def read_inquiry(body: Mapping[str, Any]) -> Inquiry:
    """The inquiry that a body says; each name once, and none that is not an inquiry's."""
    known = ("agreement", "purpose", "case_reference", "on_behalf_of", "subject")
    if set(body) - set(known):  # their names are not said again: one may be somebody's
        raise BadInput(f"an inquiry has {', '.join(known)} and nothing else")
    subject = body.get("subject")
    if not isinstance(subject, dict):
        raise BadInput("name one person under “subject”", field="subject")
    texts = {name: _text(body, name) for name in ("agreement", "purpose", "case_reference")}
    if "on_behalf_of" not in body:
        behalf: str | None = ""
    else:
        behalf = None if body["on_behalf_of"] is None else _text(body, "on_behalf_of")
    return Inquiry(**texts, on_behalf_of=behalf, subject=subject)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 500:  # noqa: PLR2004 - no case number is longer
        raise BadInput(f"“{name}” is a line of text", field=name)
    return value


Asked = Annotated[Inquiry, Depends(inquiry_of)]


@asking_at_once.post("/inquiries")
async def post_inquiry(request: Request, body: Annotated[dict[str, Any], Body()]) -> Response:
    """Ask for one named person. Every sending is a look-up of its own: an inquiry that is sent again is asked again."""
    return await run_in_threadpool(_asked_at_once, request, body)


def _asked_at_once(request: Request, body: dict[str, Any]) -> Response:
    """Who asks, what, and the answer, in one thread: to change threads twice costs a tenth of an inquiry."""
    by = signed_in(request).by
    answer = inquiries.inquire(request.app.state.store, by, read_inquiry(body))
    told = {"receipt": answer.receipt, "record": answer.record, "withheld": answer.withheld}
    given = Response(msgspec.json.encode(told), headers=NO_STORE, media_type="application/json")
    answer.in_time()
    return given


@router.post("/cosignatures", status_code=201)
def post_cosignature(store: TheStore, by: Asking, inquiry: Asked) -> Response:
    """Sign another person's inquiry, word for word; it may be asked once within half an hour."""
    return JSONResponse({"entry": str(inquiries.co_sign(store, by, inquiry))}, 201)


@router.get("/inquiries")
def get_inquiries(store: TheStore, by: Asking) -> Response:
    """The asker's agency's own inquiries, newest first; what they found is not kept here."""
    return JSONResponse({"inquiries": [_line(one) for one in inquiries.own(store, by)]})


class OutcomeBody(Given):
    """What came of a look-up."""

    outcome: Outcome


@router.post("/inquiries/{entry}/outcome", status_code=201)
def post_outcome(store: TheStore, by: Acting, entry: UUID, body: OutcomeBody) -> Response:
    """Report once what came of a look-up of one's own agency."""
    reported = duties.report(store, by, entry, body.outcome.value)
    return JSONResponse({"id": str(entry), "entry": str(reported)}, 201)


@router.get("/agreements/{agreement}/inquiries")
def get_questions(store: TheStore, by: Asking, agreement: str, day: date | None = None) -> Response:
    """Who asked what under an agreement, newest first and 500 at most, refused questions among them.

    Whom a question was about and what it found are not told.
    """
    told = [
        asdict(one) | {"entry": str(one.entry), "at": instant(one.at)}
        for one in questions.asked(store, by, agreement, day)
    ]
    return JSONResponse({"inquiries": told})


def _line(one: OwnInquiry) -> dict[str, Any]:
    return {
        "entry": str(one.nonce),
        "agreement": one.agreement,
        "purpose": one.purpose,
        "case_reference": one.case_reference,
        "criteria": one.criteria,
        "asked_by": one.asked_by,
        "asked_at": instant(one.asked_at),
        "outcome": one.outcome,
    }
