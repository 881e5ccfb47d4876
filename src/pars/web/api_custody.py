"""The custody desks for programs: counts of cell blocks, clocks to answer.

The same acts as the pages; who asks comes first.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from pars.actions import calling, counting
from pars.actions.booking import NewArrest, PersonGiven
from pars.actions.counting import CountGiven
from pars.web.api import Acting, Given, PersonBody, Short, Why, Written, for_programs
from pars.web.asking import Asking, TheStore

router = for_programs("custody")


class CountBody(Given):
    """Whom somebody saw of those who should be there, whom not, and the cells in which people without a row stood."""

    present: Annotated[tuple[UUID, ...], Field(max_length=2000)] = ()
    missing: Annotated[tuple[UUID, ...], Field(max_length=2000)] = ()
    without_row: Annotated[tuple[Short, ...], Field(max_length=20)] = ()


@router.get("/counts/{site}")
def get_count(store: TheStore, by: Asking, site: str, why: Why = None) -> Response:
    """Who should be in the cells of a site, and the differences that nobody has explained."""
    block = counting.open_block(store, by, site, why=why)
    answer = {
        "entry": block.lines.entry,
        "should_be_there": block.lines.lines,
        "differences": [one._asdict() for one in block.differences],
    }
    return JSONResponse(msgspec.to_builtins(answer))


@router.post("/counts/{site}", status_code=201)
def post_count(store: TheStore, by: Acting, site: str, body: CountBody) -> Response:
    """A count; everybody who should be there is either present or missing."""
    counted = counting.count(store, by, site, CountGiven(body.present, body.missing, body.without_row))
    return JSONResponse(msgspec.to_builtins(counted), 201)


class ExplanationBody(Given):
    """What explains a difference, and how one knows."""

    how: Short
    note: Short


@router.post("/differences/{difference}/explain", status_code=201, response_model=Written)
def post_explanation(store: TheStore, by: Acting, difference: UUID, body: ExplanationBody) -> Response:
    """Explain a difference of a count."""
    entry = counting.explain(store, by, difference, body.how, note=body.note)
    return JSONResponse({"id": str(difference), "entry": str(entry)}, 201)


class HandOverBody(Given):
    """The supervisor on shift, by sign-in name."""

    sign_in: Short


@router.post("/differences/{difference}/hand-over", status_code=201, response_model=Written)
def post_hand_over(store: TheStore, by: Acting, difference: UUID, body: HandOverBody) -> Response:
    """Hand a difference to a supervisor; it stands until it is explained."""
    entry = counting.hand_over(store, by, difference, body.sign_in)
    return JSONResponse({"id": str(difference), "entry": str(entry)}, 201)


class RowBody(Given):
    """The arrest of a person who stood in a cell without a row; who it is may be unknown."""

    arrested_at: AwareDatetime
    place: Short
    agency_ori: Short
    person: PersonBody


@router.post("/differences/{difference}/row", status_code=201, response_model=Written)
def post_row(store: TheStore, by: Acting, difference: UUID, body: RowBody) -> Response:
    """Give the person a row; they stand booked in that cell at once."""
    person = PersonGiven(**body.person.model_dump())
    arrest = NewArrest(body.arrested_at, body.place, body.agency_ori, person)
    made = counting.make_row(store, by, difference, arrest)
    return JSONResponse({"id": str(made.id), "entry": str(made.entry)}, 201)


@router.get("/calls")
def get_calls(store: TheStore, by: Asking, why: Why = None) -> Response:
    """The clocks that passed a limit: those put to the asker, then the others."""
    found = calling.open_calls(store, by, why=why)
    answer = {"own": [one._asdict() for one in found.own], "others": [one._asdict() for one in found.others]}
    return JSONResponse(msgspec.to_builtins({"entry": found.lines.entry, **answer}))


class AnswerBody(Given):
    """What is done about a clock, and until when that holds."""

    done: Annotated[str, Field(max_length=300)]
    until: AwareDatetime


@router.post("/calls/{call}/answer", status_code=201, response_model=Written)
def post_answer(store: TheStore, by: Acting, call: UUID, body: AnswerBody) -> Response:
    """Answer a clock that was put to oneself."""
    return JSONResponse({"id": str(call), "entry": str(calling.answer(store, by, call, body.done, body.until))}, 201)


@router.post("/calls/{call}/hand-over", status_code=201, response_model=Written)
def post_call_handed(store: TheStore, by: Acting, call: UUID, body: HandOverBody) -> Response:
    """Hand a clock to a supervisor on shift, or take it over by one's own sign-in name."""
    return JSONResponse({"id": str(call), "entry": str(calling.hand_over(store, by, call, body.sign_in))}, 201)
