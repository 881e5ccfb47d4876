"""Instruments for one person on a page: taking one in, deciding, reviewing, answering; and their counts for owners.

An answer goes out as paper, once; it has no address of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import instruments
from pars.actions.acting import By
from pars.actions.instruments import Answer, Content, Given
from pars.clock import now
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.record.roles import Role
from pars.sharing.breakglass import Finding
from pars.sharing.instrument import CLASSES, COUNTED_FOR, Answered, Class, Decision, Presenter, approves
from pars.sharing.words import FIELD_WORDS
from pars.web.asking import Asking, Posted, PostedFields, TheStore
from pars.web.issuing import Where, given_back
from pars.web.letters import ISSUERS
from pars.web.pages import page, shown_time
from pars.web.papers.sheet import Form, Instant, Language, Ordinal, Printed, Sheet, Text
from pars.web.papers.table import FORMS
from pars.web.papers.typesetting import typeset
from pars.web.problems import status_of
from pars.web.reading import Fields, day, letter_in, whole

router = APIRouter(include_in_schema=False)

COUNTED_DAYS = 365
"""The page counts the last year."""


class Said(Sheet, frozen=True, kw_only=True):
    """What both papers say of the instrument that they answer."""

    instrument: Ordinal
    to: Text
    kind: Text
    issued_by: Text
    reference: Text
    received_at: Instant
    answered_at: Instant
    counsel: Text | None

    @property
    def number(self) -> str:
        """The instrument's number here."""
        return str(self.instrument)


class InstrumentAnswer(Said, frozen=True, kw_only=True):
    """What one instrument reached: records as label and words; none when there is nothing to show under it."""

    law: Text
    records: tuple[tuple[tuple[Text, Text], ...], ...]


class InstrumentRecall(Said, frozen=True, kw_only=True):
    """Destroy what came with an answer. It names no person, and says not why."""

    answer_code: Text


class NotHeld(Said, frozen=True, kw_only=True):
    """The fixed letter: not held, not disclosed. It names no person, since nobody was looked for."""


ANSWER = FORMS["instrument-answer"]
LETTER = FORMS["not-held"]
RECALL = FORMS["instrument-recall"]


@router.get("/instruments")
def everything(request: Request, _: Asking) -> Response:
    """What came to one's own owner, the form that takes one in, and the counts."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    found = instruments.instruments(store, by)
    return page(
        request,
        "instruments.html",
        200 if error is None else status_of(error),
        title="Instruments for one person",
        found=found,
        counts=instruments.counted(store, by, now() - timedelta(days=COUNTED_DAYS)),
        desk=by.role not in COUNTED_FOR,
        own=by,
        counsel=by.role is Role.COUNSEL,
        may_decide={kind for kind in Class if by.role in approves(kind)},
        classes=CLASSES,
        presenters=list(Presenter),
        fields=list(dict.fromkeys(name for row in CLASSES.values() for name in row.fields)),
        findings=list(Finding),
        typed=typed,
        error=error,
    )


@router.post("/instruments")
def take_in(request: Request, store: TheStore, by: Asking, form: Posted, fields: PostedFields) -> Response:
    """Take one in; a refusal keeps what was typed."""
    try:
        instruments.take_in(store, by, _given(fields, letter_in(form) or b""))
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, fields, refusal)
    return RedirectResponse("/instruments", 303)


def _given(fields: Fields, letter: bytes) -> Given:
    try:
        kind, presenter = Class(fields.get("kind", "")), Presenter(fields.get("presented_by", ""))
    except ValueError:
        raise BadInput("choose what it is, and who presents it", field="kind") from None
    born = day(fields, "birth_date")
    if born is None:
        raise BadInput("it names one person in full: surname, given name and birth date", field="birth_date")
    content = Content(
        presenter=fields.get("presenter", ""),
        issued_by=fields.get("issued_by", ""),
        reference=fields.get("reference", ""),
        surname=fields.get("surname", ""),
        given=fields.get("given", ""),
        birth_date=born,
        arrest_number=whole(fields, "arrest_number", "the number of the arrest"),
    )
    return Given(kind, presenter, _chosen(fields, "field-"), content, letter)


def _chosen(fields: Fields, prefix: str) -> list[str]:
    return [name.removeprefix(prefix) for name in fields if name.startswith(prefix)]


@router.get("/instruments/{instrument_id}/paper.pdf")
def paper(store: TheStore, by: Asking, instrument_id: UUID) -> Response:
    """The PDF as it came, to be kept as a file."""
    return given_back(instruments.paper(store, by, instrument_id), "instrument.pdf")


@router.post("/instruments/{instrument_id}/decide")
def decide(request: Request, store: TheStore, by: Asking, fields: PostedFields, instrument_id: UUID) -> Response:
    """Approve what is ticked, or refuse."""
    try:
        decision = Decision.APPROVED if fields.get("decision") == "approved" else Decision.REFUSED
        ticked = _chosen(fields, "field-") if decision is Decision.APPROVED else None
        instruments.decide(store, by, instrument_id, decision, reason=fields.get("reason", ""), fields=ticked)
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse("/instruments", 303)


@router.post("/instruments/{instrument_id}/review")
def review(request: Request, store: TheStore, by: Asking, fields: PostedFields, instrument_id: UUID) -> Response:
    """Judge an emergency that a supervisor approved."""
    try:
        if fields.get("finding") not in tuple(Finding):
            raise BadInput(f"a finding is one of: {', '.join(Finding)}", field="finding")
        instruments.review(store, by, instrument_id, Finding(fields["finding"]), reason=fields.get("reason", ""))
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse("/instruments", 303)


@router.post("/instruments/{instrument_id}/withdraw")
def withdraw(request: Request, store: TheStore, by: Asking, fields: PostedFields, instrument_id: UUID) -> Response:
    """Withdraw it before it is answered."""
    try:
        instruments.withdraw(store, by, instrument_id, reason=fields.get("reason", ""))
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return RedirectResponse("/instruments", 303)


@router.post("/instruments/{instrument_id}/recall")
def recall(request: Request, store: TheStore, by: Asking, _: PostedFields, instrument_id: UUID) -> Response:
    """Print the letter that tells who was answered to destroy it, once."""
    try:
        told = instruments.tell_recall(store, by, instrument_id)
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    one = told.instrument
    sheet = InstrumentRecall(
        issuer=ISSUERS[one.row.owner],
        instrument=one.row.number,
        to=one.content.presenter,
        kind=CLASSES[one.kind].label,
        issued_by=one.content.issued_by,
        reference=one.content.reference,
        received_at=one.row.received_at,
        answered_at=one.row.answered_at or told.at,
        counsel=None,
        answer_code=one.row.code or "–",
    )
    return _letter(Where.of(request), by, RECALL, sheet, told.code, told.at)


@router.post("/instruments/{instrument_id}/answer")
def answer(request: Request, store: TheStore, by: Asking, _: PostedFields, instrument_id: UUID) -> Response:
    """Answer it, once, on paper."""
    try:
        made = instruments.answer(store, by, instrument_id)
    except (NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return _page(request, {}, refusal)
    return _printed(Where.of(request), by, made)


def _printed(where: Where, by: By, made: Answer) -> Response:
    form = LETTER if made.outcome is Answered.LETTER else ANSWER
    return _letter(where, by, form, sheet_of(made), made.code, made.at)


def _letter(where: Where, by: By, form: Form, sheet: Sheet, code: str, at: datetime) -> Response:
    printed = Printed(
        form_number=form.number,
        version=form.version,
        printed_at=shown_time(at),
        printed_by=by.full_name,
        entry_code=code,
        copy=False,
        language=Language.ENGLISH,
        city=where.city,
        demo=where.demo,
    )
    named = f'inline; filename="instrument-{code}.pdf"'
    pdf = typeset(form, sheet, printed)
    return Response(
        pdf, media_type="application/pdf", headers={"Content-Disposition": named, "Cache-Control": "no-store"}
    )


def sheet_of(made: Answer) -> Sheet:
    """The answer, or the letter, as it is printed."""
    one, row = made.instrument, CLASSES[made.instrument.kind]
    said: dict[str, object] = {
        "issuer": ISSUERS[one.row.owner],
        "instrument": one.row.number,
        "to": one.content.presenter,
        "kind": row.label,
        "issued_by": one.content.issued_by,
        "reference": one.content.reference,
        "received_at": one.row.received_at,
        "answered_at": made.at,
        "counsel": made.counsel,
    }
    if made.outcome is Answered.LETTER:
        return NotHeld(**said)  # type: ignore[arg-type] # asked again before it is printed
    records = tuple(
        tuple((FIELD_WORDS[name], in_words(value)) for name, value in each.items()) for each in made.records
    )
    return InstrumentAnswer(**said, law=row.law, records=records)  # type: ignore[arg-type] # as above


def in_words(value: object) -> str:
    """A value of an answer as a line of a paper."""
    match value:
        case None | "" | []:
            return "–"
        case Mapping():
            return "; ".join(
                f"{name.replace('_', ' ')}: {in_words(one)}" for name, one in value.items() if one not in (None, [])
            )
        case str():
            return _moment(value)
        case Sequence():
            return "; ".join(in_words(one) for one in value)
        case _:
            return str(value)


def _moment(text: str) -> str:
    """An instant of JSON in the city's time; any other text as it is."""
    if "T" not in text:
        return text
    try:
        return shown_time(datetime.fromisoformat(text))
    except ValueError:
        return text
