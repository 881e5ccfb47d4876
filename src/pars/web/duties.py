"""What partners owe, on pages: for owners, partners and auditors in one list, and the privacy officer's own page."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import agreements_shown, duties, patterns, recalling, requesting
from pars.actions.requesting import Answered, Question
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.record.roles import Role
from pars.sharing.vocabulary import Destruction
from pars.web.asking import Asking, Posted, PostedFields, TheStore
from pars.web.issuing import given_back
from pars.web.openings import review_queue
from pars.web.pages import page
from pars.web.patterns import PATTERN_WORDS
from pars.web.problems import status_of
from pars.web.reading import Fields, day, letter_in

router = APIRouter(include_in_schema=False)
OWN, PRIVACY = "/duties", "/privacy"


@router.get(OWN)
def owed(request: Request, _: Asking) -> Response:
    """Everything that partners owe, and what one can ask, answer or certify; `ask` opens the question to a partner."""
    asked = request.query_params.get("ask")
    return _page(request, OWN, {"agreement": asked} if asked else {})


@router.get(PRIVACY)
def privacy(request: Request, by: Asking) -> Response:
    """What nobody has answered for yet: patterns, overdue duties, open questions, openings to judge."""
    if by.role not in duties.SEES_PRIVACY:
        raise NotAllowed("this page is the privacy officer's", code="no-duty")
    return _page(request, PRIVACY, {})


def _page(request: Request, address: str, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    every = duties.owed(store, by)
    names = sorted({one.agreement for one in every})
    return page(
        request,
        "privacy.html" if address == PRIVACY else "duties.html",
        200 if error is None else status_of(error),
        title="Privacy" if address == PRIVACY else "Duties of partners",
        back=address,
        owed=[one for one in every if one.overdue] if address == PRIVACY else every,
        requests=requesting.requests(store, by),
        states=list(Answered),
        certificates=duties.certificates(store, by),
        recalls=recalling.told(store, by) if address == OWN else [],
        methods=list(Destruction),
        agreements=names,
        asks=by.role in requesting.ASKS,
        answers=by.role is Role.ANALYST,
        found=agreements_shown.agreements(store, by) if address == OWN else [],
        **(_unanswered(request) if address == PRIVACY else {}),
        typed=typed,
        error=error,
    )


def _unanswered(request: Request) -> dict[str, object]:
    """What the privacy officer's own page has besides: openings to judge, and patterns that wait for a finding."""
    store, by = request.app.state.store, request.state.signed.by
    waiting = patterns.waiting(patterns.patterns(store, by))
    return {**review_queue(request), "waiting": waiting, "words": PATTERN_WORDS}


def _back(fields: Fields, by_role: Role) -> str:
    """The page that the form stood on."""
    return PRIVACY if fields.get("back") == PRIVACY and by_role in duties.SEES_PRIVACY else OWN


@router.post("/duties/requests")
def ask(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Ask a partner what use was made of its look-ups."""
    back = _back(fields, by.role)
    try:
        requesting.ask(store, by, fields.get("agreement", ""), _question(fields))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, back, fields, refusal)
    return RedirectResponse(f"{back}#requests", 303)


def _question(fields: Fields) -> Question:
    due = day(fields, "due_on")
    if due is None:
        raise BadInput("say until when the answer is due", field="due_on")
    look_ups = fields.get("look_ups", "").replace(",", " ").split()
    return Question(fields.get("question", ""), due, day(fields, "first_day"), day(fields, "last_day"), look_ups)


@router.post("/duties/requests/{request_id}/answer")
def answer(
    request: Request, store: TheStore, by: Asking, form: Posted, fields: PostedFields, request_id: UUID
) -> Response:
    """Answer what one's agency was asked, with a letter if there is one."""
    try:
        requesting.answer(store, by, request_id, fields.get("answer", ""), letter_in(form))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, OWN, {f"answer-{request_id}": fields.get("answer", "")}, refusal)
    return RedirectResponse(f"{OWN}#requests", 303)


@router.get("/duties/requests/{request_id}/letter")
def letter(store: TheStore, by: Asking, request_id: UUID) -> Response:
    """The letter that came with an answer."""
    return given_back(requesting.letter_of(store, by, request_id), f"answer-{request_id}.pdf")


@router.post("/duties/certificates")
def certify(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Certify that what was given up to a day is destroyed."""
    try:
        up_to = day(fields, "up_to")
        if up_to is None:
            raise BadInput("say up to which day it is destroyed", field="up_to")
        duties.certify(store, by, fields.get("agreement", ""), up_to, fields.get("method", ""))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, OWN, fields, refusal)
    return RedirectResponse(f"{OWN}#certificates", 303)


@router.post("/duties/recalls/{recall_id}/confirm")
def confirm(request: Request, store: TheStore, by: Asking, _: PostedFields, recall_id: UUID) -> Response:
    """Confirm that what came with a recalled receipt is destroyed."""
    try:
        recalling.confirm(store, by, recall_id)
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, OWN, {}, refusal)
    return RedirectResponse(f"{OWN}#recalls", 303)
