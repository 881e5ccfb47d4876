"""What partners owe, for programs: information requests and their answers, certificates, letters of agreements."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import agreements_shown, duties, letters, requesting
from pars.actions.requesting import Asked, Question
from pars.clock import in_city
from pars.sharing.vocabulary import Destruction
from pars.store.owing import Certificate
from pars.web.api import PDF, Acting, Given, Letter, for_programs
from pars.web.asking import Asking, TheStore
from pars.web.issuing import Where, given_back
from pars.web.letters import issue_letter
from pars.web.reading import letter_in_base64

router = for_programs("duties")


@router.get("/duties")
def get_duties(store: TheStore, by: Asking) -> Response:
    """What is owed, by agreement and kind (outcome, answer, certificate), and how much of it is overdue."""
    told = [asdict(one) | {"oldest_on": _day(one.oldest_on)} for one in duties.owed(store, by)]
    return JSONResponse({"duties": told})


LookUps = Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=requesting.MOST_LOOK_UPS)]


class RequestBody(Given):
    """What is asked of a partner; `look_ups` are numbers of entries, or hashes from receipts."""

    question: Annotated[str, Field(min_length=1, max_length=requesting.LONGEST)]
    due_on: date
    first_day: date | None = None
    last_day: date | None = None
    look_ups: LookUps = ()


@router.post("/agreements/{agreement}/requests", status_code=201)
def post_request(store: TheStore, by: Acting, agreement: str, body: RequestBody) -> Response:
    """Ask a partner what use was made of which look-ups, and why. Question and answer are sealed."""
    question = Question(body.question, body.due_on, body.first_day, body.last_day, body.look_ups)
    made = requesting.ask(store, by, agreement, question)
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.get("/requests")
def get_requests(store: TheStore, by: Asking) -> Response:
    """The information requests that the asker is concerned with, newest first."""
    return JSONResponse({"requests": [_request(one) for one in requesting.requests(store, by)]})


def _request(one: Asked) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "agreement": one.agreement,
        "partner": one.partner,
        "owner": one.owner,
        "asked_by": one.asked_by,
        "asked_at": _instant(one.asked_at),
        "due_on": one.due_on.isoformat(),
        "first_day": _day(one.first_day),
        "last_day": _day(one.last_day),
        "look_ups": [str(entry) for entry in one.look_ups],
        "state": one.state.value,
        "late": one.late,
        "question": one.question,
        "answer": one.answer,
        "answered_by": one.answered_by,
        "answered_at": _instant(one.answered_at) if one.answered_at else None,
        "letter": one.has_letter,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime) -> str:
    return in_city(at).isoformat(timespec="seconds")


class AnswerBody(Given):
    """A partner's answer; `letter` is a PDF in base64."""

    answer: Annotated[str, Field(min_length=1, max_length=requesting.LONGEST)]
    letter: Letter = None


@router.post("/requests/{request_id}/answer", status_code=201)
def post_answer(store: TheStore, by: Acting, request_id: UUID, body: AnswerBody) -> Response:
    """Answer once what one's own agency was asked."""
    entry = requesting.answer(store, by, request_id, body.answer, letter_in_base64(body.letter))
    return JSONResponse({"id": str(request_id), "entry": str(entry)}, 201)


@router.get("/requests/{request_id}/letter", response_class=Response, responses=PDF)
def get_letter(store: TheStore, by: Asking, request_id: UUID) -> Response:
    """The letter that came with an answer."""
    return given_back(requesting.letter_of(store, by, request_id), f"answer-{request_id}.pdf")


class CertificateBody(Given):
    """That what was given by look-ups up to a day, itself included, is destroyed, and how."""

    up_to: date
    method: Destruction


@router.post("/agreements/{agreement}/certificates", status_code=201)
def post_certificate(store: TheStore, by: Acting, agreement: str, body: CertificateBody) -> Response:
    """Certify destruction for one's own agency's look-ups up to a day that is over."""
    made = duties.certify(store, by, agreement, body.up_to, body.method.value)
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.get("/agreements/{agreement}/certificates")
def get_certificates(store: TheStore, by: Asking, agreement: str) -> Response:
    """The certificates of an agreement, newest first."""
    return JSONResponse({"certificates": [_certificate(one) for one in duties.certificates(store, by, agreement)]})


def _certificate(one: Certificate) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "agreement": one.agreement,
        "up_to": one.up_to.isoformat(),
        "method": one.method,
        "certified_by": one.certified_by,
        "certified_at": _instant(one.certified_at),
    }


class NonRenewalBody(Given):
    """Why an owner will not renew; with `reason_in_letter` false the partner is not told."""

    reason: Annotated[str, Field(min_length=1, max_length=requesting.LONGEST)]
    reason_in_letter: bool = True


@router.post("/agreements/{agreement}/letters/non-renewal", status_code=201)
def post_non_renewal(store: TheStore, by: Acting, agreement: str, body: NonRenewalBody) -> Response:
    """Give notice for one's owner that the term at work will not be renewed. The term itself runs on."""
    entry = letters.decline_renewal(store, by, agreement, body.reason, reason_told=body.reason_in_letter)
    return JSONResponse({"id": agreement, "entry": str(entry)}, 201)


@router.get("/agreements/{agreement}/letters")
def get_letters(store: TheStore, by: Asking, agreement: str) -> Response:
    """The letters of an agreement, newest first."""
    shown = agreements_shown.agreement(store, by, agreement)
    told = [
        {"name": one.name, "kind": one.kind.value, "owner": one.owner, "at": _instant(one.at), "by": one.by}
        for one in letters.letters(store, by, shown)
    ]
    return JSONResponse({"letters": told})


@router.post("/agreements/{agreement}/letters/{name}", response_class=Response, responses=PDF)
def post_letter(request: Request, by: Asking, agreement: str, name: str) -> Response:
    """Print a letter as PDF; each printing is an entry, and the second one by an agency is a copy."""
    return issue_letter(Where.of(request), by, agreement, name)
