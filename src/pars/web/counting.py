"""The count of a cell block on pages: who should be there, what was seen, and what is done about each difference."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import counting, places
from pars.actions.booking import NewArrest
from pars.actions.counting import CountGiven
from pars.clock import now
from pars.errors import BadInput, NotAllowed, NotThere, ParsError
from pars.record.counts import EXPLAINS, Kind
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.booking import person_of
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields, instant

router = APIRouter(include_in_schema=False)
ROWS = 3
"""Lines for people without a row on a fresh form."""


@router.get("/counts")
def everywhere(request: Request, store: TheStore, by: Asking) -> Response:
    """The sites, with their newest counts and the differences that stand."""
    return page(request, "counts.html", title="Count", sites=counting.sites(store, by))


@router.get("/counts/{site}")
def block(request: Request, _: Asking, site: str) -> Response:
    """Who should be in the cells of a site."""
    return _block(request, site, {})


@router.post("/counts/{site}")
def take(request: Request, store: TheStore, by: Asking, fields: PostedFields, site: str) -> Response:
    """Write a count down; or open another site's cells with the reason that was typed."""
    if "counted" not in fields:
        return _block(request, site, fields)
    try:
        counting.count(store, by, site, given_by(fields))
    except (NotThere, NotAllowed):
        raise
    except ParsError as refusal:
        return _block(request, site, fields, refusal)
    return _again(request, site, fields)


def given_by(fields: Fields) -> CountGiven:
    """What a form says of a count: `seen-<arrest>` yes or no, and `cell-1` … for people without a row."""
    said = {name.removeprefix("seen-"): value for name, value in fields.items() if name.startswith("seen-")}
    try:
        spoken = {UUID(arrest): value for arrest, value in said.items()}
    except ValueError:
        raise BadInput("this form is not whole; open the page again", field="present") from None
    return CountGiven(
        present=[arrest for arrest, value in spoken.items() if value == "yes"],
        missing=[arrest for arrest, value in spoken.items() if value == "no"],
        without_row=[value for name, value in fields.items() if name.startswith("cell-") and value],
    )


@router.post("/counts/{site}/{difference}/{verb}")
def settle(
    request: Request, store: TheStore, by: Asking, fields: PostedFields, site: str, difference: UUID, verb: str
) -> Response:
    """Explain a difference, hand it to a supervisor, or give the person a row."""
    if verb not in {"explain", "hand-over", "row"}:
        raise NotThere("there is nothing by that address")
    try:
        if verb == "explain":
            counting.explain(store, by, difference, fields.get("how", ""), note=fields.get("note", ""))
        elif verb == "hand-over":
            counting.hand_over(store, by, difference, fields.get("sign_in", ""))
        else:
            counting.make_row(store, by, difference, _arrest(request, fields))
    except (NotThere, NotAllowed):
        raise
    except ParsError as refusal:
        return _block(request, site, fields, refusal, at=difference)
    return _again(request, site, fields)


def _arrest(request: Request, fields: Fields) -> NewArrest:
    """The row of a person in a cell: by default arrested now, by the agency of whoever writes it."""
    store, by = request.app.state.store, request.state.signed.by
    return NewArrest(
        arrested_at=instant(fields, "arrested_on", "arrested_at") or now(),
        place=fields.get("place", ""),
        agency_ori=places.agency_ori(store, by.agency_id),
        person=person_of(fields),
    )


def _again(request: Request, site: str, fields: Fields) -> Response:
    """The cell block once more: by its address, or with the reason that opened another site's."""
    if fields.get("why"):
        return _block(request, site, {"why": fields["why"]})
    return RedirectResponse(f"/counts/{site}", 303)


def _block(
    request: Request, site: str, typed: Fields, error: ParsError | None = None, *, at: UUID | None = None
) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        seen = counting.open_block(store, by, site, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    named = {line.id: line for line in seen.named.lines} if seen.named else {}
    return page(
        request,
        "count.html",
        200 if error is None else status_of(error),
        title="Count",
        block=seen,
        named=named,
        rows=range(1, ROWS + 1),
        explains=_explains(),
        may_count=by.role in counting.MAY_COUNT,
        typed=typed,
        why=typed.get("why", ""),
        error=error,
        at=at,
    )


def _explains() -> Mapping[str, list[tuple[str, str]]]:
    return {kind.value: [(how.value, how.value.replace("-", " ")) for how in EXPLAINS[kind]] for kind in Kind}
