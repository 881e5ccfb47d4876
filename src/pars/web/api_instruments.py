"""Instruments for one person, for programs: the same acts as the page. An answer is given once."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import instruments
from pars.actions.instruments import Content, Instrument, Taken
from pars.actions.instruments import Given as InstrumentGiven
from pars.clock import now
from pars.sharing.breakglass import Finding
from pars.sharing.instrument import Class, Decision, Presenter
from pars.web.api import Acting, Given, Letter, Short, for_programs
from pars.web.asking import Asking, TheStore
from pars.web.instruments import COUNTED_DAYS
from pars.web.reading import letter_in_base64

router = for_programs("instruments")
Why = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[list[Short], Field(max_length=30)]


class InstrumentBody(Given):
    """An instrument that came: what it is, who presents it, the one person whom it names, what it asks for, the PDF."""

    kind: Class
    presented_by: Presenter
    presenter: Short
    issued_by: Short
    reference: Short
    surname: Short
    given: Short
    birth_date: date
    arrest_number: Annotated[int | None, Field(ge=1, lt=2**63)] = None
    fields: Words = Field(default=[])
    letter: Letter = None


@router.post("/instruments", status_code=201)
def post_instrument(store: TheStore, by: Acting, body: InstrumentBody) -> Response:
    """Take in an instrument for one's own owner. Nobody is looked for before it is approved."""
    content = Content(
        body.presenter, body.issued_by, body.reference, body.surname, body.given, body.birth_date, body.arrest_number
    )
    paper = letter_in_base64(body.letter) or b""
    return _taken(
        instruments.take_in(store, by, InstrumentGiven(body.kind, body.presented_by, body.fields, content, paper))
    )


class DecisionBody(Given):
    """Approved or refused, what that rests on, and which of the fields may go out; all of them when none is named."""

    decision: Decision
    reason: Why
    fields: Words | None = None


@router.post("/instruments/{instrument_id}/decision", status_code=201)
def post_decision(store: TheStore, by: Acting, instrument_id: UUID, body: DecisionBody) -> Response:
    """Decide, as counsel of the owner; of an emergency as a supervisor."""
    return _taken(instruments.decide(store, by, instrument_id, body.decision, reason=body.reason, fields=body.fields))


class FindingBody(Given):
    """What counsel found of an emergency, and what it rests on."""

    finding: Finding
    reason: Why


@router.post("/instruments/{instrument_id}/review", status_code=201)
def post_instrument_review(store: TheStore, by: Acting, instrument_id: UUID, body: FindingBody) -> Response:
    """Judge an emergency that a supervisor approved."""
    return _taken(instruments.review(store, by, instrument_id, body.finding, reason=body.reason))


@router.post("/instruments/{instrument_id}/answer", status_code=201)
def post_instrument_answer(store: TheStore, by: Asking, instrument_id: UUID) -> Response:
    """Answer it, once: the records of one person in the fields that were approved, none, or that it is the letter."""
    made = instruments.answer(store, by, instrument_id)
    told: dict[str, Any] = {
        "id": str(instrument_id),
        "entry": str(made.entry),
        "code": made.code,
        "outcome": made.outcome.value,
        "counsel": made.counsel,
        "records": list(made.records),
    }
    return JSONResponse(told, 201)


class WithdrawalBody(Given):
    """Who withdraws it, and why."""

    reason: Why


@router.post("/instruments/{instrument_id}/withdrawal", status_code=201)
def post_withdrawal(store: TheStore, by: Acting, instrument_id: UUID, body: WithdrawalBody) -> Response:
    """Withdraw it before it is answered."""
    return _taken(instruments.withdraw(store, by, instrument_id, reason=body.reason))


@router.post("/instruments/{instrument_id}/recall", status_code=201)
def post_recall_told(store: TheStore, by: Acting, instrument_id: UUID) -> Response:
    """Who was answered is told to destroy it: the code of the telling, and to whom."""
    told = instruments.tell_recall(store, by, instrument_id)
    return JSONResponse(
        {"id": str(instrument_id), "code": told.code, "presenter": told.instrument.content.presenter}, 201
    )


@router.get("/instruments")
def get_instruments(store: TheStore, by: Asking) -> Response:
    """What came to one's own owner, newest first, and the counts of the last year by kind and outcome."""
    found = instruments.instruments(store, by)
    counts = instruments.counted(store, by, now() - timedelta(days=COUNTED_DAYS))
    return JSONResponse({"instruments": [_shown(one) for one in found], "counts": [one._asdict() for one in counts]})


def _taken(taken: Taken) -> Response:
    return JSONResponse({"id": str(taken.id), "number": taken.number, "entry": str(taken.entry)}, 201)


def _shown(one: Instrument) -> dict[str, Any]:
    row = one.row
    return {
        "id": str(row.id),
        "number": row.number,
        "kind": row.kind,
        "state": one.state,
        "presented_by": row.presented_by,
        "presenter": one.content.presenter,
        "issued_by": one.content.issued_by,
        "reference": one.content.reference,
        "fields": row.fields,
        "allowed": row.allowed,
        "received_at": row.received_at.isoformat(),
        "decided_by": row.decider,
        "review_due": one.review_due.isoformat() if one.review_due else None,
        "finding": row.finding,
        "outcome": row.outcome,
        "recalled_on": row.recalled_on.isoformat() if row.recalled_on else None,
    }
