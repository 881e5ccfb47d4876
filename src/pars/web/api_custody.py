"""The custody desks for programs: counts of cell blocks, clocks to answer, care of the person in the cell.

The same acts as the pages; who asks comes first.
"""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from pars.actions import calling, caring, children, consular, counting, counting_children, custody, disclosure, needs
from pars.actions.booking import NewArrest
from pars.actions.children import Grown
from pars.actions.counting import CountGiven
from pars.actions.person_given import PersonGiven
from pars.web import apart
from pars.web.api import Acting, Given, PersonBody, Short, Why, Written, for_programs
from pars.web.asking import Asking, TheStore
from pars.web.issuing import Where
from pars.web.papers.sheet import Language

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


class NoteBody(Given):
    """A care note of a kind, its answers by name, and when it happened."""

    kind: Short
    said: dict[str, Any] = Field(default_factory=dict)
    at: AwareDatetime | None = None


@router.post("/arrests/{arrest_id}/care", status_code=201, response_model=Written)
def post_note(store: TheStore, by: Acting, arrest_id: UUID, body: NoteBody) -> Response:
    """Write a care note: a screen, a watch, a check, a medicine, a restraint and so on."""
    entry = caring.note(store, by, arrest_id, body.kind, body.said, at=body.at)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


@router.get("/arrests/{arrest_id}/care")
def get_care(store: TheStore, by: Asking, arrest_id: UUID, why: Why = None) -> Response:
    """The care record, for custody and medical staff on shift alone; oldest first."""
    found = disclosure.open_care(store, by, arrest_id, why=why)
    return JSONResponse(
        [
            {
                "kind": one.kind,
                "happened_at": one.happened_at.isoformat(),
                "by": one.by,
                "said": msgspec.json.decode(one.content),
            }
            for one in found
        ]
    )


class FitBody(Given):
    """Whether somebody is fit to appear, and what is needed, in codes."""

    fit: bool
    needs: Annotated[tuple[Short, ...], Field(max_length=20)] = ()


@router.post("/arrests/{arrest_id}/fit", status_code=201, response_model=Written)
def post_fit(store: TheStore, by: Acting, arrest_id: UUID, body: FitBody) -> Response:
    """Tell the court whether somebody is fit to appear, and nothing of why."""
    entry = caring.say_fit(store, by, arrest_id, fit=body.fit, needs=body.needs)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


@router.get("/watches")
def get_watches(store: TheStore, by: Asking) -> Response:
    """Who is on a watch and when the next check is due; and the reports owed, for the custody supervisor."""
    found, lines = caring.watched(store, by)
    watches = [{**one._asdict(), "due_at": one.due_at} for one in found]
    owed = [one._asdict() for one in caring.reports_owed(store, by)]
    return JSONResponse(msgspec.to_builtins({"entry": lines.entry, "watches": watches, "reports_owed": owed}))


@router.post("/reports-owed/{report_id}/given", status_code=201, response_model=Written)
def post_report_given(store: TheStore, by: Acting, report_id: UUID) -> Response:
    """A report that was owed after a death or self-harm was given."""
    return JSONResponse({"id": str(report_id), "entry": str(caring.report_given(store, by, report_id))}, 201)


class ToldBody(Given):
    """In which language somebody was told the words that everybody is told."""

    language: Short


@router.post("/arrests/{arrest_id}/consular/told", status_code=201, response_model=Written)
def post_told(store: TheStore, by: Acting, arrest_id: UUID, body: ToldBody) -> Response:
    """Consular notice was given, as to everybody."""
    entry = consular.tell(store, by, arrest_id, body.language)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


class ConsulateBody(Given):
    """What the person asked for: which country's consulate."""

    country: Short
    consulate: Short


@router.post("/arrests/{arrest_id}/consular/requests", status_code=201, response_model=Written)
def post_consular_request(store: TheStore, by: Acting, arrest_id: UUID, body: ConsulateBody) -> Response:
    """Only when the person asks: a request, in a store of its own."""
    entry = consular.request(store, by, arrest_id, body.country, body.consulate)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


class FollowBody(Given):
    """What became of a request: sent or confirmed, and when."""

    kind: Short
    at: AwareDatetime | None = None


@router.post("/arrests/{arrest_id}/consular/notices", status_code=201, response_model=Written)
def post_consular_notice(store: TheStore, by: Acting, arrest_id: UUID, body: FollowBody) -> Response:
    """The notice was sent to the consulate, or confirmed by it."""
    entry = consular.follow(store, by, arrest_id, body.kind, at=body.at)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


@router.get("/arrests/{arrest_id}/consular")
def get_consular(store: TheStore, by: Asking, arrest_id: UUID, why: Why = None) -> Response:
    """Whether the person asked and what became of it, for the custody supervisor on shift and assigned counsel."""
    found = disclosure.open_consular(store, by, arrest_id, why=why)
    return JSONResponse([{"kind": one.kind, "said": msgspec.json.decode(one.content)} for one in found])


class ChildStepBody(Given):
    """A step about a child: its answers by name, and when it happened."""

    said: dict[str, Any] = Field(default_factory=dict)
    at: AwareDatetime | None = None


@router.post("/children/{child}/steps/{step}", status_code=201, response_model=Written)
def post_child_step(store: TheStore, by: Acting, child: UUID, step: str, body: ChildStepBody) -> Response:
    """Kept apart, parent told, court told, and the ways out."""
    entry = children.take(store, by, child, step, body.said, at=body.at)
    return JSONResponse({"id": str(child), "entry": str(entry)}, 201)


class FoundBody(Given):
    """What shows that this record is a child's."""

    reason: Short


@router.post("/arrests/{arrest_id}/child-found", status_code=201, response_model=Written)
def post_child_found(store: TheStore, by: Acting, arrest_id: UUID, body: FoundBody) -> Response:
    """Move a record that is a child's from the adults' to the children's, whole, in one act."""
    entry = children.move_across(store, by, arrest_id, reason=body.reason)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


class ChildrenCountBody(Given):
    """Which children somebody saw of those who are kept, and which not."""

    present: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()
    missing: Annotated[tuple[UUID, ...], Field(max_length=500)] = ()


@router.post("/children/count", status_code=201)
def post_children_count(store: TheStore, by: Acting, body: ChildrenCountBody) -> Response:
    """A count of the children in their own place; every child is either present or missing."""
    counted = counting_children.count(store, by, body.present, body.missing)
    return JSONResponse(msgspec.to_builtins(counted), 201)


@router.post("/children/differences/{difference}", status_code=201, response_model=Written)
def post_child_explained(store: TheStore, by: Acting, difference: UUID, body: ExplanationBody) -> Response:
    """Say where a child was who was not there, and how one knows."""
    entry = counting_children.explain(store, by, difference, body.how, note=body.note)
    return JSONResponse({"id": str(difference), "entry": str(entry)}, 201)


class GrownBody(Given):
    """What shows that somebody whose age was in doubt is 18 or older; the birth date when the papers say it."""

    reason: Short
    birth_date: date | None = None


@router.post("/children/{child}/grown", status_code=201, response_model=Written)
def post_grown(store: TheStore, by: Acting, child: UUID, body: GrownBody) -> Response:
    """Move a record to the adults' whole, in one act, of somebody who turned out to be 18 or older."""
    entry = children.move_to_adults(store, by, child, Grown(body.reason, body.birth_date))
    return JSONResponse({"id": str(child), "entry": str(entry)}, 201)


class NeedBody(Given):
    """What somebody needs; a language for an interpreter."""

    kind: Short
    language: Short | None = None
    what: Short | None = None


@router.post("/arrests/{arrest_id}/needs", status_code=201, response_model=Written)
def post_need(store: TheStore, by: Acting, arrest_id: UUID, body: NeedBody) -> Response:
    """Note a need; the court's interpreter desk sees it at that moment."""
    noted = needs.note(store, by, arrest_id, body.kind, language=body.language, what=body.what)
    return JSONResponse({"id": str(noted.id), "entry": str(noted.entry)}, 201)


@router.get("/needs")
def get_needs(store: TheStore, by: Asking, why: Why = None) -> Response:
    """The needs that nobody has met yet, oldest first, for the court."""
    found, lines = needs.open_needs(store, by, why=why)
    return JSONResponse(msgspec.to_builtins({"entry": lines.entry, "needs": [one._asdict() for one in found]}))


class BecameBody(Given):
    """What became of a need: asked, found, arrived or none-found, and what belongs to that."""

    what: Short
    interpreter: Short = ""
    qualified: Short = ""
    mode: Short = ""
    reason: Short = ""


@router.post("/needs/{need}/became", status_code=201, response_model=Written)
def post_became(store: TheStore, by: Acting, need: UUID, body: BecameBody) -> Response:
    """What became of a need, by the court's clerk."""
    given = body.model_dump(exclude={"what"})
    return JSONResponse({"id": str(need), "entry": str(needs.follow(store, by, need, body.what, given))}, 201)


class PaperBody(Given):
    """A paper that is no hold."""

    paper: Short


@router.post("/arrests/{arrest_id}/papers-without-effect", status_code=201, response_model=Written)
def post_without_effect(store: TheStore, by: Acting, arrest_id: UUID, body: PaperBody) -> Response:
    """An administrative warrant or detainer has arrived: an entry, and no effect on custody."""
    entry = custody.arrived_without_effect(store, by, arrest_id, body.paper)
    return JSONResponse({"id": str(arrest_id), "entry": str(entry)}, 201)


PDF: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/pdf": {}}}}


@router.post("/arrests/{arrest_id}/care/papers/{kind}", response_class=Response, responses=PDF)
def post_care_paper(request: Request, by: Asking, arrest_id: UUID, kind: str, why: Why = None) -> Response:
    """Print a care sheet, a log of checks or a handover to a hospital as PDF; the second is a copy."""
    return apart.print_care(Where.of(request), by, arrest_id, kind, why=why)


@router.post("/children/{child}/papers/{kind}", response_class=Response, responses=PDF)
def post_child_paper(
    request: Request, by: Asking, child: UUID, kind: str, language: Language = Language.ENGLISH, why: Why = None
) -> Response:
    """Print a notice to the parent of a child as PDF; the second is a copy."""
    return apart.print_child(Where.of(request), by, child, kind, language, why=why)


@router.post("/arrests/{arrest_id}/consular/papers/{kind}", response_class=Response, responses=PDF)
def post_consular_paper(
    request: Request, by: Asking, arrest_id: UUID, kind: str, language: Language = Language.ENGLISH, why: Why = None
) -> Response:
    """Print the person's copy of their request, or the notice to the consulate, as PDF; the second is a copy."""
    return apart.print_consular(Where.of(request), by, arrest_id, kind, language, why=why)
