"""The auditor's desk for programs: search, samples, packs, reconciling."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi.responses import JSONResponse, Response
from pydantic import Field

from pars.actions import auditing
from pars.actions.auditing import Drawing, Line, Sought
from pars.clock import in_city
from pars.store.auditing import Reconciled
from pars.web.api import Acting, Given, Short, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("audit", "/api/v1/audit")


class SearchBody(Given):
    """What is searched for; days are the city's, both included.

    `from_time` on the first day and `until_time` on the last (not included) are hours of the city, such as `14:00`.
    """

    first: date
    last: date
    from_time: Short = ""
    until_time: Short = ""
    agency: Short = ""
    user: Short = ""
    purpose: Short = ""
    field: Short = ""


@router.post("/search")
def post_search(store: TheStore, by: Asking, body: SearchBody) -> Response:
    """Search the ledger, newest first; `more`: narrow the days. Every sending is a search of its own, and an entry."""
    found = auditing.search(store, by, Sought(**body.model_dump()))
    told = {"entries": [_line(one) for one in found.lines], "more": found.more, "entry": str(found.entry)}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _line(one: Line) -> dict[str, Any]:
    at = in_city(one.at).isoformat(timespec="seconds") if one.at else None
    return asdict(one) | {"entry": str(one.entry), "day": one.day.isoformat(), "at": at}


class SampleBody(Given):
    """How many entries are drawn."""

    count: Annotated[int, Field(ge=1, le=auditing.MOST_DRAWN)]


@router.post("/samples", status_code=201)
def post_sample(store: TheStore, by: Acting, body: SampleBody) -> Response:
    """Draw a random sample. Its seed stands in the ledger first."""
    made = auditing.draw(store, by, body.count)
    return JSONResponse({"id": str(made), "entry": str(made)}, 201)


@router.get("/samples")
def get_samples(store: TheStore, by: Asking) -> Response:
    """Every sample with its seed and its places, newest first."""
    return JSONResponse({"samples": [_drawing(one) for one in auditing.drawings(store, by)]})


def _drawing(one: Drawing) -> dict[str, Any]:
    return asdict(one) | {"id": str(one.id), "indices": list(one.indices)}


@router.get("/samples/{sample}")
def get_sample(store: TheStore, by: Asking, sample: UUID) -> Response:
    """A sample with its entries."""
    drawing, lines = auditing.sampled(store, by, sample)
    return JSONResponse(_drawing(drawing) | {"entries": [_line(one) for one in lines]})


@router.get("/samples/{sample}/pack")
def get_pack(store: TheStore, by: Asking, sample: UUID) -> Response:
    """A sample as a pack: checkpoint, entries, proofs, opened private parts and the seed, in one JSON object."""
    return Response(auditing.pack(store, by, sample), media_type="application/json")


@router.post("/reconcile", status_code=201)
def post_reconcile(store: TheStore, by: Acting) -> Response:
    """Compare the reads that PostgreSQL counted with the entries that opened what was read."""
    return JSONResponse({"stores": [_reconciled(one) for one in auditing.reconcile(store, by)]}, 201)


@router.get("/reconcile")
def get_reconciled(store: TheStore, by: Asking) -> Response:
    """What was reconciled, newest first."""
    return JSONResponse({"stores": [_reconciled(one) for one in auditing.reconciled(store, by)]})


def _reconciled(one: Reconciled) -> dict[str, Any]:
    return {
        "store": one.place,
        "at": in_city(one.at).isoformat(timespec="seconds"),
        "reads": one.counted_reads,
        "entries": one.counted_entries,
        "unread": one.unread,
        "to_decide": one.counted_decided,
        "gap": one.gap,
        "anew": one.anew,
    }
