"""The offence catalogue as one types: a fragment for an open form, and a page of its own without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pars.errors import ParsError
from pars.record.grading import Document, DrugSchedule, Facts, Kind, Question, only_grade, questions, suggest
from pars.record.identifiers import Statute, is_number
from pars.record.offences import Fact, Grade, find, search
from pars.web.asking import Asking
from pars.web.pages import page

router = APIRouter(include_in_schema=False)
_MOST = 12
_CHOSEN = {Fact.DRUG_SCHEDULE: DrugSchedule, Fact.TARGET_GRADE: Grade, Fact.DOCUMENT: Document}


@router.get("/offences")
def offences(
    request: Request, _: Asking, q: Annotated[str, Query(max_length=100)] = "", row: int | None = None
) -> Response:
    """Search by words, section numbers and what desks call an offence."""
    text = q if row is None else _typed(request, row)
    template = "offences.html" if row is None else "offence_list.html"
    return page(request, template, title="Offenses", found=search(text, _MOST) if text.strip() else [], q=text, row=row)


def _typed(request: Request, row: int) -> str:
    """What stands in the statute's box of a form's row."""
    return request.query_params.get(f"statute-{row}", "")[:100]


@router.get("/offences/grade")
def grade(
    request: Request,
    _: Asking,
    row: Annotated[int, Query(ge=1, le=40)] = 1,
) -> Response:
    """What sets the grade of a charge: the only one, or the facts to ask for and the rule that follows from them."""
    try:
        offence = find(Statute.parse(_typed(request, row)))
    except ParsError as refusal:
        return page(request, "grade.html", row=row, refusal=refusal, offence=None)
    asked = questions(offence)
    answers = {q.code.value: request.query_params.get(f"fact-{row}-{q.code.value}", "") for q in asked}
    try:
        known = {q.code.value: _answer(q, answers[q.code.value]) for q in asked}
        found = suggest(offence, Facts(**known))  # type: ignore[arg-type] # each answer is of its fact's kind
        refusal_of: ParsError | None = None
    except ParsError as refusal:
        found, refusal_of = None, refusal
    return page(
        request,
        "grade.html",
        row=row,
        refusal=refusal_of,
        offence=offence,
        only=only_grade(offence),
        questions=asked,
        answers=answers,
        found=found,
        said="; ".join(f"{q.wording} {answers[q.code.value]}" for q in asked if answers[q.code.value])[:200],
    )


def _answer(question: Question, text: str) -> object:
    """An answer as the rule reads it; nothing typed is not known."""
    if not text:
        return None
    match question.kind:
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(text)
        case Kind.MONEY | Kind.NUMBER:
            plain = text.replace(",", "").removeprefix("$")
            return int(plain) if is_number(plain) and len(plain) < 10 else None  # noqa: PLR2004 - no amount is larger
        case Kind.CHOICE:
            return _CHOSEN.get(question.code, str)(text) if text in question.choices else None
