"""Who looked at one person: a page, a paper for the person and their counsel, and the delay that everybody shares.

The name is in no address: it is sent in the body, and the answer has no address of its own.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from pars.actions import who_looked
from pars.actions.acting import By
from pars.actions.who_looked import LookUp, Person, WhoLooked
from pars.clock import now
from pars.errors import BadInput, NotAllowed, NotSignedIn, ParsError
from pars.record.roles import Role
from pars.web.asking import Asking, PostedFields, TheStore
from pars.web.issuing import Where
from pars.web.pages import language_of, page, shown_time
from pars.web.papers.sheet import Count, Language, Printed, Sheet, Text
from pars.web.papers.table import FORMS
from pars.web.papers.typesetting import typeset
from pars.web.problems import status_of
from pars.web.reading import Fields, day, whole

router = APIRouter(include_in_schema=False)
WHERE: Final = "/who-looked"


class ProofLine(Struct, frozen=True, kw_only=True):
    """One look-up as the paper shows it, with its place in the log."""

    day: date
    agency: Text
    unit: str
    purpose: str
    fields: str
    entry_hash: Text
    index: Count | None
    size: Count | None
    hashes: tuple[str, ...]


class WhoLookedSheet(Sheet, frozen=True, kw_only=True):
    """Every look-up at one person up to a day, as those who asked named the person."""

    name: Text
    birth_date: date
    complete_up_to: date
    look_ups: tuple[ProofLine, ...]
    checkpoints: tuple[str, ...]

    @property
    def number(self) -> str:
        """How many there are."""
        return str(len(self.look_ups))


FORM: Final = FORMS["who-looked"]


@router.get(WHERE)
def form(request: Request, _: Asking) -> Response:
    """The form that names a person; and for owners' representatives how long everybody waits."""
    return _page(request, {})


def _page(request: Request, typed: Fields, found: WhoLooked | None = None, error: ParsError | None = None) -> Response:
    store, by = request.app.state.store, request.state.signed.by
    speaks = by.role in {Role.REPRESENTATIVE, Role.AUDITOR, Role.PRIVACY_OFFICER}
    return page(
        request,
        "who_looked.html",
        200 if error is None else status_of(error),
        title="Who looked",
        up_to=found.complete_up_to if found else who_looked.complete_up_to(store, by),
        asks=by.role in who_looked.SEES,
        lengthens=by.role is Role.REPRESENTATIVE,
        delays=who_looked.longer_delays(store, by) if speaks else [],
        found=found,
        typed=typed,
        error=error,
    )


def person_of(fields: Fields) -> Person:
    """Whom a form names: in full."""
    born = day(fields, "birth_date")
    if not fields.get("surname") or not fields.get("given") or born is None:
        raise BadInput(who_looked.NOBODY_BY_THAT_NAME, field="surname")
    return Person(fields["surname"], fields["given"], born, whole(fields, "number", "the number of the arrest"))


@router.post(WHERE)
def ask(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Every look-up at the person who is named."""
    try:
        found = who_looked.who_looked(store, by, person_of(fields))
    except (NotSignedIn, NotAllowed):
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return _page(request, fields, found)


@router.post(f"{WHERE}/paper")
def paper(request: Request, by: Asking, fields: PostedFields) -> Response:
    """The same as a paper, in the reader's language."""
    return issue(Where.of(request), by, person_of(fields), Language(language_of(request)))


@router.post(f"{WHERE}/delays")
def ask_longer(request: Request, store: TheStore, by: Asking, fields: PostedFields) -> Response:
    """Ask for a longer delay."""
    try:
        until = day(fields, "until")
        days = whole(fields, "days", "the delay in days")
        if until is None or days is None:
            raise BadInput("say how many days, and until when", field="days")
        who_looked.ask_longer(store, by, days=days, reason=fields.get("reason", ""), until=until)
    except (NotSignedIn, NotAllowed):
        raise
    except ParsError as refusal:
        return _page(request, fields, error=refusal)
    return RedirectResponse(WHERE, 303)


@router.post(f"{WHERE}/delays/{{delay_id}}/agree")
def agree_longer(request: Request, store: TheStore, by: Asking, _: PostedFields, delay_id: UUID) -> Response:
    """Agree for another owner."""
    try:
        who_looked.agree_longer(store, by, delay_id)
    except NotSignedIn:
        raise
    except ParsError as refusal:
        return _page(request, {}, error=refusal)
    return RedirectResponse(WHERE, 303)


def issue(where: Where, by: By, person: Person, language: Language) -> Response:
    """Print who looked as PDF, with every proof; the printing is the asking, and so an entry."""
    found = who_looked.who_looked(where.store, by, person)
    printed = Printed(
        form_number=FORM.number,
        version=FORM.version,
        printed_at=shown_time(now()),
        printed_by=by.full_name,
        entry_code=str(found.entry)[:8].upper(),
        copy=False,
        language=language,
        city=where.city,
        demo=where.demo,
    )
    named = {"Content-Disposition": 'inline; filename="who-looked.pdf"'}
    return Response(typeset(FORM, sheet_of(found), printed), media_type="application/pdf", headers=named)


def sheet_of(found: WhoLooked) -> WhoLookedSheet:
    """What the paper says."""
    return WhoLookedSheet(
        issuer="The owners of the record",
        name=f"{found.person.surname}, {found.person.given}",
        birth_date=found.person.birth_date,
        complete_up_to=found.complete_up_to,
        look_ups=tuple(_line(one) for one in found.look_ups),
        checkpoints=tuple(checkpoints_of(found.look_ups)),
    )


def checkpoints_of(look_ups: Sequence[LookUp]) -> list[str]:
    """The checkpoints that the proofs lead to, each once."""
    return sorted({one.proof.checkpoint.decode() for one in look_ups if one.proof})


def _line(one: LookUp) -> ProofLine:
    return ProofLine(
        day=one.day,
        agency=one.agency,
        unit=one.unit,
        purpose=one.purpose,
        fields=", ".join(one.fields),
        entry_hash=one.entry_hash,
        index=one.proof.index if one.proof else None,
        size=one.proof.size if one.proof else None,
        hashes=tuple(each.hex() for each in one.proof.hashes) if one.proof else (),
    )
