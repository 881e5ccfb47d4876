"""The offence catalogue as one types: a fragment for an open form, and a page of its own without JavaScript."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pars.errors import ParsError
from pars.record.offences import search
from pars.web.asking import Asking
from pars.web.graded import graded
from pars.web.pages import page

router = APIRouter(include_in_schema=False)
_MOST = 12


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
        return page(request, "grade.html", graded=graded(request.query_params, row))
    except ParsError as refusal:
        return page(request, "grade.html", graded=None, refusal=refusal)
