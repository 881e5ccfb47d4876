"""The owners' settings on a page."""

from datetime import datetime, time

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import switches
from pars.actions.acting import By
from pars.clock import CITY_ZONE
from pars.errors import NotAllowed, ParsError
from pars.record.roles import Role
from pars.record.switches import SWITCHES, named
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, day

router = APIRouter(include_in_schema=False)


@router.get("/settings")
def settings(request: Request, by: Asking) -> Response:
    """Every setting as it stands, with who may change it."""
    return _page(request, by, {})


def _page(request: Request, by: By, typed: Fields, error: ParsError | None = None) -> Response:
    """The settings, for those who set them: after a refusal too, whatever it was that was refused."""
    if by.role is not Role.REPRESENTATIVE:
        raise NotAllowed("settings are the owners' representatives' to set", code="no-duty")
    return page(
        request,
        "settings.html",
        200 if error is None else status_of(error),
        title="Settings of the owners",
        standing=switches.stand(request.app.state.store),
        switches=SWITCHES,
        typed=typed,
        error=error,
    )


@router.post("/settings")
def set_to(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Set one."""
    try:
        last = day(fields, "until")
        until = datetime.combine(last, time(23, 59, 59), CITY_ZONE) if last else None
        switches.set_to(
            store,
            by,
            named(fields.get("name", "")),
            fields.get("value", ""),
            reason=fields.get("reason", ""),
            law=fields.get("law") or None,
            until=until,
        )
    except ParsError as refusal:
        return _page(request, by, fields, refusal)
    return RedirectResponse("/settings", 303)
