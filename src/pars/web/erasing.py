"""Erasing on a page: the number of an expunged arrest, the order, and the words that name the person."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pars.actions import erasing
from pars.actions.erasing import Basis, Outcome
from pars.errors import NotAllowed, NotSignedIn, ParsError
from pars.record.roles import Role
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/erasing")
def form(request: Request, by: Asking) -> Response:
    """The form; nothing about anybody stands on it."""
    erasing.may(by)
    return _page(request, {})


def _page(request: Request, typed: Fields, done: Outcome | None = None, error: ParsError | None = None) -> Response:
    return page(
        request,
        "erasing.html",
        200 if error is None else status_of(error),
        title="Erasing",
        done=done,
        typed=typed,
        error=error,
    )


@router.post("/erasing")
def erase(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Erase under an order, or because the time of keeping is over."""
    basis = Basis.ORDER if by.role is Role.CLERK else Basis.KEEPING_TIME
    words = fields.get("words", "").replace(",", " ").split()
    try:
        done = erasing.erase_numbered(
            store, by, fields.get("number", ""), basis, because=fields.get("because", ""), words=words
        )
    except (NotSignedIn, NotAllowed):
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return _page(request, {}, done)
