"""The partner's desk: what it may ask and see, the form that asks for one named person, the answer, its own log."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import agreements_shown, duties, inquiries
from pars.actions.acting import By
from pars.actions.agreements_shown import Shown, SignIn, Stood, for_sign_in
from pars.actions.inquiries import Answer
from pars.errors import NotSignedIn, ParsError
from pars.record.roles import Role
from pars.sharing.inquiry import Inquiry, example_of
from pars.sharing.vocabulary import Outcome
from pars.web.answered import in_words
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, day

router = APIRouter(include_in_schema=False)
NO_STORE = {"Cache-Control": "no-store"}


@router.get("/inquiry")
def form(request: Request, _: Asking) -> Response:
    """What may be asked, said beforehand; then the form."""
    return _page(request, {})


def _page(
    request: Request,
    typed: Fields,
    answer: Answer | None = None,
    error: ParsError | None = None,
    *,
    signed_for: bool = False,
) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    found = agreements_shown.agreements(store, by)
    lit, stale = lit_and_stale(found, by)
    allowed = by.role is Role.ANALYST
    return page(
        request,
        "inquiry.html",
        200 if error is None else status_of(error),
        title="Inquiry",
        found=found,
        lit=lit,
        stale=stale,
        log=inquiries.own(store, by) if allowed else [],
        owed=duties.owed(store, by) if allowed else [],
        outcomes=list(Outcome),
        example_of=example_of,
        answer=answer,
        in_words=in_words,
        promised_by=datetime.fromisoformat(answer.receipt.promised_by) if answer else None,
        watched=_watched(lit, typed),
        signed_for=signed_for,
        typed=typed,
        error=error,
    )


def _watched(lit: Sequence[Shown], typed: Fields) -> str | None:
    """The agreement with whose end the page goes dark: the one that was asked under, else the first in force."""
    asked = typed.get("under", "").partition(" ")[0]
    return next((one.id for one in lit if one.id == asked), lit[0].id if lit else None)


Concerned = TypeVar("Concerned", Shown, Stood)


def lit_and_stale(found: Sequence[Concerned], by: By) -> tuple[Sequence[Concerned], Sequence[Concerned]]:
    """The agreements in force: those under which this sign-in may ask, and those whose term began after it."""
    of = {one.id: for_sign_in(one.standing, by) for one in found}
    lit = [one for one in found if of[one.id] is SignIn.OF_THIS_TERM]
    return lit, [one for one in found if of[one.id] is SignIn.OF_ANOTHER]


@router.post("/inquiry")
def ask(request: Request, by: Asking, fields: PostedFields) -> Response:
    """Ask for one named person. The answer is shown here alone: it has no address of its own."""
    store = request.app.state.store
    try:
        answer = inquiries.inquire(store, by, inquiry_of(fields))
        shown = _page(request, fields, answer)
        answer.in_time()
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return shown


@router.post("/inquiry/signature")
def sign(request: Request, by: Asking, fields: PostedFields) -> Response:
    """Sign the very same inquiry for a colleague, who then asks it; nobody is looked up by signing."""
    try:
        inquiries.co_sign(request.app.state.store, by, inquiry_of(fields))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return _page(request, {}, signed_for=True)


@router.post("/inquiry/{entry}/outcome")
def report(request: Request, store: TheStore, by: Asking, fields: PostedFields, entry: UUID) -> Response:
    """Report what came of a look-up."""
    try:
        duties.report(store, by, entry, fields.get("outcome", ""))
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, {}, error=refusal)
    return RedirectResponse("/inquiry#log", 303)


def inquiry_of(fields: Fields) -> Inquiry:
    """The inquiry that the form says; empty criteria were not given."""
    name, _, purpose = fields.get("under", "").partition(" ")
    subject: dict[str, object] = {}
    if fields.get("surname") or fields.get("given"):
        subject["name"] = {"surname": fields.get("surname", ""), "given": fields.get("given", "")}
    born = day(fields, "birth_date")
    if born is not None:
        subject["birth_date"] = born.isoformat()
    for number in ("pid", "sid", "otn", "docket_number"):
        if fields.get(number):
            subject[number] = fields[number]
    behalf = fields.get("on_behalf_of")
    return Inquiry(name, purpose, fields.get("case_reference", ""), behalf or None, subject)
