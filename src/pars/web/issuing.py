"""One printing of a paper, from a page's button or a program's request: looked at, checked, written down, made."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from pars.actions import disclosure, printing, switches
from pars.actions.acting import By
from pars.actions.printing import Printing
from pars.store.database import Store
from pars.web.pages import shown_time
from pars.web.papers.parts import NO_COURTHOUSE, Courthouse, Desk
from pars.web.papers.sheet import Language, Printed, Sheet
from pars.web.papers.table import FORMS, made
from pars.web.papers.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Where:
    """What a paper says of the installation that printed it."""

    store: Store
    city: str
    demo: bool
    courthouse: Courthouse = NO_COURTHOUSE

    @classmethod
    def of(cls, request: Request) -> "Where":
        """The installation that answers a request."""
        state = request.app.state
        return cls(state.store, state.city, bool(state.demo), state.courthouse)

    def desk(self, by: By) -> Desk:
        """The desk of the colleague who prints."""
        bail = switches.bail_settings(switches.stand(self.store))
        return Desk(self.city, by.full_name, by.role, bail, self.courthouse)


def given_back(letter: bytes, name: str) -> Response:
    """A letter as somebody uploaded it: to be kept as a file of that name, never shown by the browser inside a page."""
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(letter, media_type="application/pdf", headers=named)


def issue(
    where: Where, by: By, arrest_id: UUID, kind: str, wanted: Language, *, why: str | None, large: bool = False
) -> Response:
    """Print a paper as PDF. Refused, naming what is missing, before anything is written down."""
    seen = disclosure.open_arrest(where.store, by, arrest_id, why=why)
    paper = made(kind, seen, where.desk(by))
    spoken = spoken_by(kind, wanted)
    written = printing.write_printing(where.store, by, arrest_id, kind=kind, language=spoken.value)
    return given_out(where, by, kind, written, spoken, paper, large=large)


def spoken_by(kind: str, wanted: Language) -> Language:
    """The language in which a paper is printed for whoever wants that one."""
    return wanted if wanted in FORMS[kind].titles else Language.ENGLISH


def given_out(
    where: Where, by: By, kind: str, written: Printing, spoken: Language, paper: Sheet, *, large: bool = False
) -> Response:
    """A paper whose printing is written down, as PDF."""
    form = FORMS[kind]
    printed = Printed(
        form_number=form.number,
        version=form.version,
        printed_at=shown_time(written.at),
        printed_by=by.full_name,
        entry_code=written.code,
        copy=written.copy,
        language=spoken,
        city=where.city,
        demo=where.demo,
        large=large,
    )
    name = f'inline; filename="{kind}-{written.code}.pdf"'
    return Response(typeset(form, paper, printed), media_type="application/pdf", headers={"Content-Disposition": name})
