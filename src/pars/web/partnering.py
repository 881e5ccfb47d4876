"""Partner agencies on a page: registered by an administrator, read by those who oversee them."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import partnering
from pars.errors import NotAllowed, ParsError
from pars.record.roles import Role
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)


@router.get("/partners")
def partners(request: Request, _: Asking) -> Response:
    """Every partner with its agreements; for an administrator the form that registers one."""
    return _page(request, {})


def _page(request: Request, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    return page(
        request,
        "partners.html",
        200 if error is None else status_of(error),
        title="Partners",
        found=partnering.partners(store, by),
        registers=by.role is Role.ADMINISTRATOR,
        typed=typed,
        error=error,
    )


@router.post("/partners")
def register(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Register a partner, or the form of a registered one's case numbers."""
    try:
        if fields.get("of"):
            partnering.register_pattern(store, by, fields["of"], fields.get("pattern", ""))
        else:
            partnering.register(
                store,
                by,
                fields.get("ori", ""),
                fields.get("name", ""),
                fields.get("parent") or None,
                fields.get("pattern", ""),
            )
    except NotAllowed:
        raise
    except ParsError as refusal:
        return _page(request, fields, refusal)
    return RedirectResponse("/partners", 303)
