"""The booking desk: search first, then one form that the keyboard alone can fill."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from pars.actions import drafts, places
from pars.actions.acting import AnsweredBefore, By
from pars.actions.booking import MAY_BOOK, ChargeGiven, NewArrest, record_arrest
from pars.actions.breach import warn
from pars.actions.person_given import HEIGHT, WEIGHT, Measure, PersonGiven
from pars.actions.searching import Asked, Searched, search
from pars.clock import in_city, now
from pars.errors import BadInput, Conflicts, Faults, NotAllowed, ParsError
from pars.record.measures import centimeters
from pars.record.words import status_words
from pars.sharing.duty import CHILDREN_READERS
from pars.store.database import Store
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.pages import page
from pars.web.problems import status_of
from pars.web.reading import Fields, day, instant, whole
from pars.web.step_forms import charges_given, in_row
from pars.web.unsent import sent_at
from pars.web.waiting import NOT_SAID, once, waiting

router = APIRouter(include_in_schema=False)
HERE = "/booking"
CHARGE_ROWS = 4


@router.get(HERE)
def form(request: Request, store: TheStore, by: Asking) -> Response:
    """The search, and the form with what was half typed."""
    if by.role not in MAY_BOOK:
        raise NotAllowed("booking is for the police desks", code="not-your-step")
    half = drafts.half_typed(store, by, HERE)
    return _page(request, half, unsent_at=sent_at(half), own_key=half.get("once"))


def _page(
    request: Request,
    typed: Fields,
    *,
    searched: Searched | None = None,
    asked: Fields | None = None,
    error: ParsError | None = None,
    unsent_at: datetime | None = None,
    own_key: str | None = None,
) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    return page(
        request,
        "booking.html",
        200 if error is None else status_of(error),
        title="Booking",
        typed=typed,
        asked=asked or {},
        searched=searched,
        error=in_row(error, typed),
        agencies=places.arresting(store),
        own_agency=places.agency_ori(store, by.agency_id),
        sites=places.sites(store, "booking"),
        charge_rows=CHARGE_ROWS,
        child=request.query_params.get("notice") == "child",
        today=in_city(now()),
        waiting=waiting(store, by),
        unsent_at=unsent_at,
        own_key=own_key,
    )


@router.post(f"{HERE}/search")
def look(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Who may this be? By POST: what was searched for stands in no address."""
    try:
        asked = Asked(
            fields.get("surname", ""), fields.get("given", ""), day(fields, "birth_date"), fields.get("number", "")
        )
        searched = search(store, by, asked, why="booking: is the person known?")
    except BadInput as refusal:
        return _page(request, {}, asked=fields, error=refusal)
    begun = {name: fields[name] for name in ("surname", "given", "birth_date") if fields.get(name)}
    return _page(request, begun, searched=searched, asked=fields)


@router.post(HERE)
def record(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Write the arrest down; a refusal keeps everything that was typed.

    The page's script, which keeps what is typed without a network (ADR 0029), asks for JSON: where the arrest stands.
    """
    by_script = "text/html" not in request.headers.get("accept", "")
    try:
        new, child = _recorded(store, by, fields)
    except NotAllowed:
        raise
    except ParsError as refusal:
        if by_script:
            raise
        return _page(request, fields, error=refusal)
    waited = "pars-waited" in request.headers
    drafts.done(store, by, HERE, once=fields.get("once") if waited else None)
    warned = any(status_words(value) for name, value in fields.items() if name not in NOT_SAID)
    if warned:
        warn(store, by)
    address = f"/arrests/{new}" + ("?notice=words" if warned else "")
    if child:
        address = "/children" if by.role in CHILDREN_READERS else f"{HERE}?notice=child"
    return JSONResponse({"address": address}, 201) if by_script else RedirectResponse(address, 303)


def _recorded(store: Store, by: By, fields: Fields) -> tuple[str, bool]:
    """The arrest's number and whether it is a child's; a form that comes a second time is answered as it was then."""
    try:
        faults = Faults()
        arrest = arrest_of(fields, faults)
        written = record_arrest(store, once(store, by, "booking", fields), arrest, unread=faults.found)
    except AnsweredBefore as before:
        return str(before.answer["id"]), bool(before.answer["child"])
    except Conflicts as refusal:
        if refusal.code != "key-reused":
            raise
        raise Conflicts("this form was sent before and its arrest stands; open it and correct it there") from refusal
    return str(written.id), written.child


def arrest_of(fields: Fields, faults: Faults) -> NewArrest:
    """The new arrest that a form says. What of it cannot be read is among its faults, and left out or now."""
    return NewArrest(
        arrested_at=faults.in_reading(_time_of, fields) or now(),
        place=fields.get("place", ""),
        agency_ori=fields.get("agency_ori", ""),
        person=_person(fields, faults),
        dc_number=fields.get("dc_number") or None,
        officers=_list(fields.get("officers", ""), " ,;"),
        charges=[
            ChargeGiven(str(row["statute"]), int(str(row["counts"])), str(row["grade"]), _said(row["grade_fact"]))
            for row in charges_given(fields, faults)
        ],
        kind=fields.get("kind") or "on-view",
        district=fields.get("district") or None,
        site=fields.get("site") or None,
        offence_on=faults.in_reading(day, fields, "offence_on"),
        warrant_number=fields.get("warrant_number") or None,
        weapon=fields.get("weapon") or None,
        sheet=fields.get("sheet") or None,
        age=fields.get("age") or "known",
        excluded_offence=fields.get("excluded_offence") == "yes",
    )


def _time_of(fields: Fields) -> datetime:
    arrested_at = instant(fields, "arrested_on", "arrested_at")
    if arrested_at is None:
        raise BadInput("the date and time of arrest are missing", field="arrested_on")
    return arrested_at


def _said(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _list(text: str, separators: str) -> list[str]:
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return [part.strip() for part in text.split(separators[0]) if part.strip()]


def _measured(fields: Fields, name: str, what: str, measure: Measure) -> int | None:
    """A number of a body; one below zero is told what bodies measure."""
    if fields.get(name, "").startswith("-"):
        raise BadInput(measure.refusal, field=measure.field)
    return whole(fields, name, what)


def person_of(fields: Fields) -> PersonGiven:
    """Who somebody is, as a form says; refused with everything in it that cannot be read."""
    faults = Faults()
    person = _person(fields, faults)
    faults.settle()
    return person


def _person(fields: Fields, faults: Faults) -> PersonGiven:
    """Who was arrested, as far as the form can be read; a height in feet and inches is converted."""
    feet, inches, pounds = (
        faults.in_reading(_measured, fields, "height_ft", "the feet of the height", HEIGHT),
        faults.in_reading(_measured, fields, "height_in", "the inches of the height", HEIGHT),
        faults.in_reading(_measured, fields, "weight_lb", "the weight in pounds", WEIGHT),
    )
    tall = feet is not None or inches is not None
    return PersonGiven(
        surname=fields.get("surname") or None,
        given=fields.get("given") or None,
        middle=fields.get("middle") or None,
        suffix=fields.get("suffix") or None,
        other_names=_list(fields.get("other_names", ""), ";"),
        birth_date=faults.in_reading(day, fields, "birth_date"),
        sex=fields.get("sex") or "U",
        race=fields.get("race") or "U",
        ethnicity=fields.get("ethnicity") or "U",
        lives_in_city=fields.get("lives_in_city") or "unknown",
        address=fields.get("address") or None,
        height_cm=centimeters(feet or 0, inches or 0) if tall else None,
        weight_lb=pounds,
        eyes=fields.get("eyes") or None,
        hair=fields.get("hair") or None,
        pid=fields.get("pid") or None,
    )
