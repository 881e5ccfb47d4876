"""Children in custody on a page: the clock of six hours, what is done, and a record that turns out to be a child's."""

from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import children, counting_children, disclosure
from pars.actions.children import Grown
from pars.actions.disclosure import Child
from pars.errors import BadInput, Conflicts, NotAllowed, ParsError
from pars.record.answers import Answer
from pars.record.children import MOVES, STEPS, TAKERS
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.counting import given_by
from pars.web.pages import ask_why, page
from pars.web.problems import status_of
from pars.web.reading import Fields, day, instant, plain_answers

router = APIRouter(include_in_schema=False)
CHILD_PAPERS = (("parent-notice", "Notice to a parent or guardian"),)


@router.get("/children")
def show(request: Request, _: Asking) -> Response:
    """Children in custody with the six-hour clock, for those whose duty is with them."""
    return _shown(request, {})


@router.post("/children")
def show_because(request: Request, fields: PostedFields) -> Response:
    """The same, off shift, with the reason that was typed."""
    return _shown(request, fields)


@router.post("/children/{child}/steps/{step}")
def take(request: Request, store: TheStore, by: Asking, fields: PostedFields, child: UUID, step: str) -> Response:
    """Take a step about a child."""
    try:
        form = STEPS.get(step)
        said = plain_answers(form.asks, fields) if form else {}
        children.take(store, by, child, step, said, at=instant(fields, "happened_on", "happened_at"))
    except (BadInput, Conflicts) as refusal:
        return _shown(request, fields, refusal, at=f"{child}-{step}")
    return _shown(request, {"why": fields["why"]}) if fields.get("why") else RedirectResponse("/children", 303)


@router.post("/arrests/{arrest_id}/child-found")
def found(store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID) -> Response:
    """Move a record that is a child's across, whole."""
    children.move_across(store, by, arrest_id, reason=fields.get("reason", ""), why=fields.get("why") or None)
    return RedirectResponse("/children", 303)


@router.post("/children/count")
def counted(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Write a count of the children down."""
    try:
        said = given_by(fields)
        counting_children.count(store, by, said.present, said.missing)
    except (BadInput, Conflicts) as refusal:
        return _shown(request, fields, refusal, at="count")
    return _shown(request, {"why": fields["why"]}) if fields.get("why") else RedirectResponse("/children", 303)


@router.post("/children/differences/{difference}")
def explained(request: Request, store: TheStore, by: Asking, fields: PostedFields, difference: UUID) -> Response:
    """Say where a child was who was not there."""
    try:
        how, note = fields.get("how", ""), fields.get("note", "")
        counting_children.explain(store, by, difference, how, note=note)
    except BadInput as refusal:
        return _shown(request, fields, refusal, at=str(difference))
    return _shown(request, {"why": fields["why"]}) if fields.get("why") else RedirectResponse("/children", 303)


@router.post("/children/{child}/grown")
def grown(request: Request, store: TheStore, by: Asking, fields: PostedFields, child: UUID) -> Response:
    """Move a record to the adults' of somebody whose age was in doubt and is 18 or more."""
    try:
        shows = Grown(fields.get("reason", ""), day(fields, "birth_date"))
        children.move_to_adults(store, by, child, shows, why=fields.get("why") or None)
    except (BadInput, Conflicts) as refusal:
        return _shown(request, fields, refusal, at=f"{child}-grown")
    return RedirectResponse(f"/arrests/{child}", 303)


def _shown(request: Request, typed: Fields, error: ParsError | None = None, *, at: str | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        kept = disclosure.open_children(store, by, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code == "say-why":
            return ask_why(request, refusal, typed, error=error)
        raise
    return page(
        request,
        "children.html",
        200 if error is None else status_of(error),
        title="Children in custody",
        children=[(one, _name(one), _done(one)) for one in kept],
        forms=STEPS,
        labels={(form.name, ask.name): ask.label for form in STEPS.values() for ask in form.asks},
        may_take=by.role in TAKERS,
        papers=CHILD_PAPERS,
        count=counting_children.standing(store),
        explains=[(how.value, how.value.replace("-", " ")) for how in counting_children.EXPLAINED],
        may_move=by.role in MOVES,
        typed=typed,
        why=typed.get("why", ""),
        error=error,
        at=at,
    )


def _name(child: Child) -> str:
    content = msgspec.json.decode(child.content, type=dict[str, object])
    surname, given = content.get("surname"), content.get("given")
    return f"{str(surname).upper()}, {given or ''}".rstrip(", ") if surname else "name unknown"


def _done(child: Child) -> list[tuple[str, str, str, dict[str, Answer]]]:
    """What was done: when, which step, by whom, and what was said."""
    return [
        (one.happened_at.isoformat(), one.step, one.by, msgspec.json.decode(one.content, type=dict[str, Answer]))
        for one in child.steps
    ]
