"""The auditor's desk on a page: search, samples, reconciling, packs."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import auditing
from pars.actions.auditing import Found, Sought
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, day, whole

router = APIRouter(include_in_schema=False)
WHERE: Final = "/audit"


@router.get(WHERE)
def desk(request: Request, _: Asking) -> Response:
    """The desk with an empty search."""
    return _page(request, {})


def _page(request: Request, typed: Fields, found: Found | None = None, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    samples, reconciled = auditing.drawings(store, by), auditing.reconciled(store, by)
    first, last = auditing.usual_days()
    return page(
        request,
        "audit.html",
        200 if error is None else status_of(error),
        title="Audit",
        samples=samples,
        reconciled=reconciled,
        found=found,
        typed={"first": first.strftime("%m/%d/%Y"), "last": last.strftime("%m/%d/%Y"), **typed},
        error=error,
    )


@router.post(WHERE)
def search(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Search the ledger; what is searched for is in no address."""
    try:
        found = auditing.search(store, by, sought_of(fields))
    except (NotSignedIn, NotAllowed):
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return _page(request, fields, found)


def sought_of(fields: Fields) -> Sought:
    """The search that a form says."""
    first, last = day(fields, "first"), day(fields, "last")
    if first is None or last is None:
        raise BadInput("name a first and a last day", field="first")
    rest = {name: fields.get(name, "") for name in ("from_time", "until_time", "agency", "user", "purpose", "field")}
    return Sought(first, last, **rest)


@router.post(f"{WHERE}/samples")
def draw(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Draw a sample."""
    try:
        auditing.draw(store, by, whole(fields, "count", "the size of the sample") or 0)
    except (NotSignedIn, NotAllowed):
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return RedirectResponse(f"{WHERE}#samples", 303)


@router.get(f"{WHERE}/samples/{{sample}}")
def sampled(request: Request, store: TheStore, by: Asking, sample: UUID) -> Response:
    """A sample with its entries."""
    drawing, lines = auditing.sampled(store, by, sample)
    return page(request, "sample.html", title="Sample", drawing=drawing, lines=lines)


@router.get(f"{WHERE}/samples/{{sample}}/pack")
def pack(store: TheStore, by: Asking, sample: UUID) -> Response:
    """A sample as a pack that stands up by itself."""
    named = {"Content-Disposition": f'attachment; filename="pars-sample-{sample}.json"'}
    return Response(auditing.pack(store, by, sample), media_type="application/json", headers=named)


@router.post(f"{WHERE}/reconcile")
def reconcile(store: TheStore, by: Asking, _: PostedFields) -> Response:
    """Compare reads with entries now."""
    auditing.reconcile(store, by)
    return RedirectResponse(f"{WHERE}#reconciled", 303)
