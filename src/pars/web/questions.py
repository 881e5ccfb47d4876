"""Who asked what under an agreement, for those who oversee its partner."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pars.actions import questions
from pars.errors import BadInput
from pars.web.asking import Asking, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import day

router = APIRouter(include_in_schema=False)


@router.get("/agreements/{name}/inquiries")
def asked(request: Request, store: TheStore, by: Asking, name: str) -> Response:
    """What the partner asked, newest first, refused questions among them; of one day when one is typed."""
    typed, error, on = dict(request.query_params), None, None
    try:
        on = day(typed, "day")
    except BadInput as refusal:
        error = refusal
    return page(
        request,
        "questions.html",
        200 if error is None else status_of(error),
        title="Who asked what",
        agreement=name,
        found=questions.asked(store, by, name, on),
        most=questions.MOST,
        typed=typed,
        error=error,
    )
