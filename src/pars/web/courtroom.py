"""The court's later acts on pages: bail, orders to keep away, notices to victims, the defender's desk."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from pars.actions import bailing, counsel, disclosure, notice_service, printing, sittings, victims
from pars.actions.acting import By
from pars.actions.counsel import TalkGiven
from pars.actions.disclosure import Page
from pars.actions.reporting import ProtectedPerson
from pars.actions.victims import KeepAway
from pars.clock import city_day, now
from pars.errors import BadInput, Conflicts, NotAllowed, NotSignedIn, NotThere, ParsError, Unavailable
from pars.record.bail import TYPE_WORDS, BailAction, BailType
from pars.record.protected import ABOUT, WAYS
from pars.sharing.projection import Arraignment, Bail, NoContact
from pars.store.database import Store
from pars.web.arrests import done, shown
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.issuing import Where
from pars.web.notice_service import send
from pars.web.pages import ask_why, language_of, page, shown_time
from pars.web.papers.parts import person
from pars.web.papers.sheet import Instant, Language, Printed, Sheet, Text
from pars.web.papers.table import FORMS, KINDS
from pars.web.papers.typesetting import typeset
from pars.web.reading import Fields, whole
from pars.web.step_forms import bail_given

router = APIRouter(include_in_schema=False)


class VictimNotice(Sheet, frozen=True, kw_only=True):
    """What a victim is told of a case, to their safe contact and in their language. It is theirs alone."""

    to: Text
    contact: Text | None
    arrest_number: Text
    defendant: Text
    bail: Text | None
    release: Instant | None
    orders: tuple[Text, ...]
    next_date: Instant | None

    @property
    def number(self) -> str:
        """The arrest's number."""
        return self.arrest_number


NOTICE = FORMS["victim-notice"]
NOT_TAKEN = "the service did not take all of them; tell them from the list, or try again"


@router.get("/orders")
def orders(request: Request, store: TheStore, by: Asking) -> Response:
    """Every order to keep away that is in force now, for those who enforce it."""
    return page(request, "orders.html", title="Orders to keep away", kept=disclosure.open_orders(store, by))


@router.get("/clients")
def clients(request: Request, store: TheStore, by: Asking) -> Response:
    """Whom the defender is assigned to, and the papers due to them."""
    found = counsel.clients(store, by)
    return page(request, "clients.html", title="My clients", lines=found.lines, due=found.due, words=KINDS)


@router.get("/reviews")
def reviews(request: Request, _: Asking) -> Response:
    """Whose bail is to be reviewed early, the first due first."""
    return _reviews(request, {})


@router.post("/reviews")
def reviews_because(request: Request, fields: PostedFields) -> Response:
    """The same, off shift, with the reason that was typed."""
    return _reviews(request, fields)


def _reviews(request: Request, typed: Fields) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    try:
        found = sittings.open_reviews(store, by, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed)
    return page(request, "reviews.html", title="Bail reviews", lines=found.lines, due=found.due, today=city_day(now()))


@router.get("/notices")
def notices(request: Request, store: TheStore, by: Asking) -> Response:
    """What victims have to be told of, the oldest first; nobody is named here."""
    return page(request, "victim_notices.html", title="Notices to victims", owed=victims.owed(store, by), about=ABOUT)


@router.get("/arrests/{arrest_id}/notices")
def notices_of(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """The victims of one arrest with their safe contacts, and what they were and have to be told."""
    return _desk(request, arrest_id, {})


@router.post("/arrests/{arrest_id}/notices")
def notices_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The same, outside the reader's own queue, with the reason that was typed."""
    return _desk(request, arrest_id, fields)


def _desk(request: Request, arrest_id: UUID, typed: Fields, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    told = victims.of_arrest(store, by, arrest_id)
    try:
        held = disclosure.open_protected(store, by, arrest_id, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    return page(
        request,
        "victim_desk.html",
        200 if error is None else 422,
        title="Notices to victims",
        people=[disclosure.read_sealed(one, ProtectedPerson) for one in held],
        notices=told,
        about=ABOUT,
        service=notice_service.connected(store, by),
        ways=WAYS,
        arrest_id=arrest_id,
        why=typed.get("why", ""),
        error=error,
    )


@router.post("/arrests/{arrest_id}/notices/send")
def sent(request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID) -> Response:
    """Send what is owed by the service; what it did not take is said, and stays owed."""
    why, demo = fields.get("why") or None, bool(request.app.state.demo)
    try:
        _, left = send(store, by, arrest_id, why=why, demo=demo)
    except Conflicts as refusal:
        return _desk(request, arrest_id, fields, refusal)
    if left:
        return _desk(request, arrest_id, fields, Unavailable(NOT_TAKEN))
    return RedirectResponse(f"/arrests/{arrest_id}/notices", 303)


@router.post("/arrests/{arrest_id}/notices/{notice_id}")
def told(
    request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID, notice_id: UUID
) -> Response:
    """Write down that a victim was told."""
    try:
        victims.told(store, by, arrest_id, notice_id, fields.get("way", ""))
    except BadInput as refusal:
        return _desk(request, arrest_id, fields, refusal)
    return RedirectResponse(f"/arrests/{arrest_id}/notices", 303)


@router.post("/arrests/{arrest_id}/victim-letter/{place}")
def victim_letter(request: Request, by: Asking, fields: PostedFields, arrest_id: UUID, place: int) -> Response:
    """Print a victim's own notice, in their language: the printed list of a city whose owners connect no service."""
    where, why = Where.of(request), fields.get("why") or None
    if by.role not in victims.NOTICE_DESK:
        raise NotAllowed("notices to victims are given by the court's notice desk", code="no-duty")
    seen = disclosure.open_arrest(where.store, by, arrest_id, why=why)
    held = disclosure.open_protected(where.store, by, arrest_id, why=why)
    people = [disclosure.read_sealed(one, ProtectedPerson) for one in held]
    if not 1 <= place <= len(people) or people[place - 1].kind == "witness":
        raise NotThere("there is no victim of that number in this arrest")
    given = fields.get("language", "")
    language = Language(given if given in set(Language) else language_of(request))
    written = printing.write_printing(
        where.store, by, arrest_id, kind=f"victim-notice-{place}", language=language.value
    )
    printed = Printed(
        form_number=NOTICE.number,
        version=NOTICE.version,
        printed_at=shown_time(written.at),
        printed_by=by.full_name,
        entry_code=written.code,
        copy=written.copy,
        language=language,
        city=where.city,
        demo=where.demo,
    )
    pdf = typeset(NOTICE, notice_of(seen, people[place - 1], place, where.city), printed)
    named = f'inline; filename="victim-notice-{written.code}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": named})


def notice_of(seen: Page, victim: ProtectedPerson, place: int, city: str) -> VictimNotice:
    """The notice: bail, release, the orders that protect this one, the next date."""
    orders = [row for row in seen.all(Bail) if row.position == "order"]
    held = seen.last(Arraignment)
    return VictimNotice(
        issuer=f"{city} Municipal Court, victims’ notice desk",
        to=f"{victim.surname}, {victim.given}".rstrip(", "),
        contact=victim.contact.strip() or None,
        arrest_number=str(seen.line.number),
        defendant=person(seen).name,
        bail=_bail_words(orders[-1]) if orders else None,
        release=seen.line.left_at or seen.line.release_owed_at,
        orders=tuple(row.says for row in seen.all(NoContact) if row.ended_at is None and row.complainant == place),
        next_date=held.next_at if held else None,
    )


def _bail_words(row: Bail) -> str:
    amount = f", ${row.amount_usd:,}" if row.amount_usd else ""
    return f"{TYPE_WORDS[BailType(row.type)]}{amount} ({row.action})"


@router.post("/arrests/{arrest_id}/court/{verb}")
def write(request: Request, store: TheStore, by: Asking, fields: PostedFields, arrest_id: UUID, verb: str) -> Response:
    """The court's later acts on an arrest, each by its name in the address."""
    if verb not in _VERBS:
        raise NotThere("there is nothing by that address")
    try:
        _VERBS[verb](store, by, arrest_id, fields)
    except (NotThere, NotAllowed, NotSignedIn):
        raise
    except ParsError as refusal:
        return shown(request, arrest_id, fields, error=refusal, at_step=f"court-{verb}")
    return done(request, arrest_id, fields)


def _bail(store: Store, by: By, arrest_id: UUID, fields: Fields) -> None:
    chosen = next((action for action in BailAction if action.value == fields.get("action")), None)
    if chosen is None:
        raise BadInput("choose what is done about bail", field="action")
    given = bail_given(fields) if chosen is BailAction.MODIFIED else None
    bailing.change(store, by, arrest_id, chosen, reasons=fields.get("reasons", ""), bail=given)


def _keep_away(store: Store, by: By, arrest_id: UUID, fields: Fields) -> None:
    given = KeepAway(
        fields.get("kind", ""), whole(fields, "complainant", "the complainant number") or 0, fields.get("says", "")
    )
    victims.order(store, by, arrest_id, given)


def _one(fields: Fields) -> UUID:
    try:
        return UUID(fields.get("order", ""))
    except ValueError:
        raise BadInput("choose the order", field="order") from None


def _serve(store: Store, by: By, arrest_id: UUID, fields: Fields) -> None:
    victims.serve(store, by, arrest_id, _one(fields), language=fields.get("language", ""), how=fields.get("how", ""))


def _end(store: Store, by: By, arrest_id: UUID, fields: Fields) -> None:
    victims.end(store, by, arrest_id, _one(fields))


def _talk(store: Store, by: By, arrest_id: UUID, fields: Fields) -> None:
    given = TalkGiven(
        way=fields.get("way", ""),
        place=fields.get("place", ""),
        minutes=whole(fields, "minutes", "the length of the talk in minutes") or 0,
        interpreter=fields.get("interpreter", ""),
        why_not=fields.get("why_not", ""),
    )
    counsel.talked(store, by, arrest_id, given)


_VERBS = {"bail": _bail, "keep-away": _keep_away, "serve": _serve, "end-order": _end, "talk": _talk}
