"""What belongs to one arrest, for programs: the same acts as the smaller buttons of its page, and the stores apart.

See `web.api` for who asks and for requests that are sent twice.
"""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import Body, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from pars.actions import arraignment, belongings, custody, disclosure, identity, optional, prints, sealing
from pars.actions.booking import correct
from pars.actions.effect import converted
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson, protect
from pars.record.interview import Interview
from pars.record.switches import named
from pars.web.api import Acting, Given, PersonBody, Short, Why, Written, for_programs
from pars.web.asking import Asking, TheStore
from pars.web.issuing import Where, issue
from pars.web.papers.sheet import Language

router = for_programs("arrest", "/api/v1/arrests/{arrest_id}")
Fields = Annotated[dict[str, Any], Body()]
BYTES: Final[dict[str, Any]] = {"application/octet-stream": {}}
PICTURES: Final[dict[str, Any]] = {"image/jpeg": {}, "image/png": {}}


def _entered(arrest_id: UUID, entry: UUID) -> Response:
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


@router.post("/positions", status_code=201, response_model=Written)
def post_position(store: TheStore, by: Acting, arrest_id: UUID, body: Fields) -> Response:
    """A recommendation or request on bail."""
    given = converted(body, arraignment.BailGiven, "bail")
    return _entered(arrest_id, arraignment.state_position(store, by, arrest_id, given))


@router.post("/holds", status_code=201, response_model=Written)
def post_hold(store: TheStore, by: Acting, arrest_id: UUID, body: Fields) -> Response:
    """A reason besides this case for keeping someone, signed by a judge or the named authority."""
    return _entered(arrest_id, custody.hold(store, by, arrest_id, converted(body, custody.HoldGiven, "hold")))


@router.post("/holds/{hold_id}/lift", status_code=201, response_model=Written)
def post_lift(store: TheStore, by: Acting, arrest_id: UUID, hold_id: UUID) -> Response:
    """End a hold: it was withdrawn, decided or has run out."""
    return _entered(arrest_id, custody.lift_hold(store, by, arrest_id, hold_id))


class ItemBody(Given):
    """A thing taken for safekeeping."""

    item: Annotated[str, Field(min_length=1, max_length=120)]
    quantity: Annotated[int, Field(ge=1, le=9999)] = 1


@router.post("/property", status_code=201, response_model=Written)
def post_property(store: TheStore, by: Acting, arrest_id: UUID, body: ItemBody) -> Response:
    """A thing taken for safekeeping."""
    return _entered(arrest_id, belongings.take_property(store, by, arrest_id, body.item, body.quantity))


@router.post("/photo", status_code=201, response_model=Written, openapi_extra={"requestBody": {"content": PICTURES}})
async def post_photo(request: Request, store: TheStore, by: Acting, arrest_id: UUID) -> Response:
    """A photograph, JPEG or PNG, as the body; it is made anew from its pixels."""
    picture = await request.body()
    return _entered(arrest_id, await run_in_threadpool(belongings.add_photo, store, by, arrest_id, picture))


class PrintsBody(Written):
    """Prints that were taken from a file, and what of it was left out because it had another shape."""

    left_out: list[str]


@router.post(
    "/prints-file", status_code=201, response_model=PrintsBody, openapi_extra={"requestBody": {"content": BYTES}}
)
async def post_prints(request: Request, store: TheStore, by: Acting, arrest_id: UUID) -> Response:
    """Prints as a scanner's file says (ANSI/NIST-ITL, traditional), the file as the body; all else of it is dropped."""
    file = await request.body()
    attached = await run_in_threadpool(prints.attach, store, by, arrest_id, file)
    answer = {"id": str(arrest_id), "entry": str(attached.taken.entry), "left_out": list(attached.left_out)}
    return JSONResponse(answer, 201)


class CorrectionBody(Given):
    """Who the person is, all of it anew, the version that was read, and why it changes."""

    person: PersonBody
    version: Annotated[int, Field(ge=0, lt=2**31)]
    reason: Annotated[str, Field(max_length=500)]


@router.post("/corrections", status_code=201, response_model=Written)
def post_correction(store: TheStore, by: Acting, arrest_id: UUID, body: CorrectionBody) -> Response:
    """Correct who the person is; what stood there is kept."""
    person = PersonGiven(**body.person.model_dump())
    corrected = correct(store, by, arrest_id, person, version=body.version, reason=body.reason)
    return _entered(arrest_id, corrected.entry)


class LinkBody(Given):
    """Another arrest of the same person, by its number, and what shows it."""

    other: Annotated[int, Field(ge=1, lt=2**63)]
    reason: Annotated[str, Field(max_length=500)]


@router.post("/links", status_code=201, response_model=Written)
def post_link(store: TheStore, by: Acting, arrest_id: UUID, body: LinkBody) -> Response:
    """Decide that two arrests are of one person."""
    return _entered(arrest_id, identity.link(store, by, arrest_id, body.other, reason=body.reason))


class UnlinkBody(Given):
    """Why a link is undone."""

    reason: Annotated[str, Field(max_length=500)]


@router.post("/unlink", status_code=201, response_model=Written)
def post_unlink(store: TheStore, by: Acting, arrest_id: UUID, body: UnlinkBody) -> Response:
    """Undo a link: this arrest stands alone again."""
    return _entered(arrest_id, identity.unlink(store, by, arrest_id, reason=body.reason))


class OptionalBody(Given):
    """A field that an owner has switched on, and its value."""

    field: Short
    value: Short


@router.post("/optional", status_code=201, response_model=Written)
def post_optional(store: TheStore, by: Acting, arrest_id: UUID, body: OptionalBody) -> Response:
    """Write down a field that is off unless an owner has switched it on."""
    return _entered(arrest_id, optional.write(store, by, arrest_id, named(body.field), body.value))


class AccessBody(Given):
    """How access is limited, and the court's order that says so."""

    access: Short
    order: Short


@router.post("/access", status_code=201, response_model=Written)
def post_access(store: TheStore, by: Acting, arrest_id: UUID, body: AccessBody) -> Response:
    """Seal or expunge a record under a court's order; it is gone for every partner at once."""
    return _entered(arrest_id, sealing.limit_access(store, by, arrest_id, body.access, order=body.order))


@router.post("/protected", status_code=201, response_model=Written)
def post_protected(store: TheStore, by: Acting, arrest_id: UUID, body: Fields) -> Response:
    """A victim, witness or complainant, sealed into a store of its own."""
    made = protect(store, by, arrest_id, converted(body, ProtectedPerson, "person"))
    return JSONResponse({"id": str(arrest_id), "entry": str(made.entry), "warning": made.warning}, 201)


@router.get("/protected")
def get_protected(store: TheStore, by: Asking, arrest_id: UUID, why: Why = None) -> Response:
    """Victims and witnesses, for those who investigate and prosecute."""
    held = disclosure.open_protected(store, by, arrest_id, why=why)
    return JSONResponse([msgspec.to_builtins(disclosure.read_sealed(one, ProtectedPerson)) for one in held])


@router.get("/interview")
def get_interview(store: TheStore, by: Asking, arrest_id: UUID, why: Why = None) -> Response:
    """The pretrial interview, for the readers of Rule 530 alone."""
    held = disclosure.open_interview(store, by, arrest_id, why=why)
    return JSONResponse([msgspec.to_builtins(disclosure.read_sealed(one, Interview)) for one in held])


@router.post("/papers/{kind}", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def post_paper(
    request: Request,
    by: Asking,
    arrest_id: UUID,
    kind: str,
    language: Language = Language.ENGLISH,
    why: Why = None,
    *,
    large: bool = False,
) -> Response:
    """Print a paper as PDF, in large letters when asked. Refused, naming what is missing; the second is a copy."""
    return issue(Where.of(request), by, arrest_id, kind, language, why=why, large=large)
