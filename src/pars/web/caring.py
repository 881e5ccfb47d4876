"""Care of the person in the cell on pages: the watches, one person's record, and what is written into it."""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from pars.actions import caring, disclosure
from pars.actions.acting import AnsweredBefore
from pars.errors import BadInput, Conflicts, NotAllowed, ParsError
from pars.record.answers import Answer
from pars.record.care import FORMS, NEEDS, WAITS
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields, instant, plain_answers, yes_no
from pars.web.waiting import once, waiting

router = APIRouter(include_in_schema=False)
PAPERS = {
    "care-sheet": ("Care sheet", frozenset(FORMS) - {"check"}),
    "check-log": ("Log of checks", frozenset({"watch", "check", "watch-ended"})),
    "hospital-handover": ("Handover to a hospital", frozenset({"to-hospital"})),
}
"""Papers of care with the words of their button, and the notes that are an occasion for each."""


@router.get("/care")
def watches(request: Request, store: TheStore, by: Asking) -> Response:
    """Who is on a watch, the check that is due first at the top; and the reports owed."""
    found, lines = caring.watched(store, by)
    named = {line.id: line for line in lines.lines}
    owed = caring.reports_owed(store, by)
    return page(request, "care_watches.html", title="Care", watches=found, named=named, owed=owed)


@router.post("/care/reports/{report_id}")
def report_given(store: TheStore, by: Asking, _: PostedFields, report_id: UUID) -> Response:
    """A report that was owed was given."""
    caring.report_given(store, by, report_id)
    return RedirectResponse("/care", 303)


@router.get("/arrests/{arrest_id}/care")
def record(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """The care record of one person, for custody and medical staff on shift."""
    return _record(request, arrest_id, {})


@router.post("/arrests/{arrest_id}/care")
def record_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The same, outside the reader's own queue, with the reason that was typed."""
    return _record(request, arrest_id, fields)


@router.post("/arrests/{arrest_id}/care/{kind}")
def note(request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID, kind: str) -> Response:
    """Write a care note. The page's script, which keeps what is typed without a network, asks for JSON."""
    by_script = "text/html" not in request.headers.get("accept", "")
    try:
        form = FORMS.get(kind)
        said = plain_answers(form.asks, fields) if form else {}
        happened = instant(fields, "happened_on", "happened_at")
        caring.note(store, once(store, by, "care", fields), arrest_id, kind, said, at=happened)
    except AnsweredBefore:
        pass  # its first sending was acknowledged, and the answer was lost on its way
    except (BadInput, Conflicts) as refusal:
        if by_script:
            raise
        return _record(request, arrest_id, fields, refusal, at=kind)
    if by_script:
        return JSONResponse({"address": f"/arrests/{arrest_id}/care"}, 201)
    return _again(request, arrest_id, fields)


@router.post("/arrests/{arrest_id}/fit")
def fit(request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID) -> Response:
    """Say whether somebody is fit to appear, and what is needed."""
    try:
        needs = [need for need in NEEDS if fields.get(f"need-{need}")]
        caring.say_fit(store, by, arrest_id, fit=_fit(fields), needs=needs)
    except BadInput as refusal:
        return _record(request, arrest_id, fields, refusal, at="fit")
    return _again(request, arrest_id, fields)


def _fit(fields: Fields) -> bool:
    answer = yes_no(fields, "fit")
    if answer is None:
        raise BadInput("say whether the person is fit to appear", field="fit")
    return answer


def _again(request: Request, arrest_id: UUID, fields: Fields) -> Response:
    if fields.get("why"):
        return _record(request, arrest_id, {"why": fields["why"]})
    return RedirectResponse(f"/arrests/{arrest_id}/care", 303)


def _record(
    request: Request, arrest_id: UUID, typed: Fields, error: ParsError | None = None, *, at: str | None = None
) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        notes = disclosure.open_care(store, by, arrest_id, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    read = [(one, msgspec.json.decode(one.content, type=dict[str, Answer])) for one in notes]
    watched = arrest_id in {one.arrest for one in caring.watches(store)}
    return page(
        request,
        "care.html",
        200 if error is None else status_of(error),
        title="Care",
        notes=list(reversed(read)),
        forms=FORMS,
        first=[FORMS["check"]] if watched else [],
        labels={(form.name, ask.name): ask.label for form in FORMS.values() for ask in form.asks},
        needs=NEEDS,
        waiting=waiting(store, by),
        waits=WAITS,
        papers=[(kind, words) for kind, (words, occasion) in PAPERS.items() if occasion & {one.kind for one in notes}],
        says_fit=by.role in caring.SAYS_FIT,
        arrest_id=arrest_id,
        typed=typed,
        why=typed.get("why", ""),
        error=error,
        at=at,
    )
