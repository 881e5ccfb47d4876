"""Printing papers of the stores apart: of care, about a child, of a consular request. By their readers alone.

The store is opened first, with its own entry; a paper that cannot be made is refused before anything is written down.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from pars.actions import caring, children, consular, disclosure
from pars.actions.acting import By
from pars.actions.disclosure import CareNote, Child
from pars.errors import NotAllowed, NotThere
from pars.record.consular import PAPERS
from pars.sharing.duty import CHILDREN_READERS
from pars.web.asking import Asking, PostedFields
from pars.web.issuing import Where, given_out, spoken_by
from pars.web.pages import language_of
from pars.web.papers import apart
from pars.web.papers.apart import Kept
from pars.web.papers.parts import Desk
from pars.web.papers.sheet import Language, Paper
from pars.web.reading import Fields

router = APIRouter(include_in_schema=False)

OF_CARE: Final[Mapping[str, Callable[[Kept, Sequence[CareNote], Desk], Paper]]] = {
    "care-sheet": apart.care_sheet,
    "check-log": apart.check_log,
    "hospital-handover": apart.hospital_handover,
}
"""Papers of care by the name of their form."""


@router.post("/arrests/{arrest_id}/care-papers/{kind}")
def care_paper(request: Request, by: Asking, fields: PostedFields, arrest_id: UUID, kind: str) -> Response:
    """Print a paper of care."""
    return print_care(Where.of(request), by, arrest_id, kind, why=fields.get("why") or None)


@router.post("/children/{child}/papers/{kind}")
def child_paper(request: Request, by: Asking, fields: PostedFields, child: UUID, kind: str) -> Response:
    """Print a paper about a child."""
    return print_child(Where.of(request), by, child, kind, _wanted(request, fields), why=fields.get("why") or None)


@router.post("/arrests/{arrest_id}/consular-papers/{kind}")
def consular_paper(request: Request, by: Asking, fields: PostedFields, arrest_id: UUID, kind: str) -> Response:
    """Print a consular paper."""
    wanted = _wanted(request, fields)
    return print_consular(Where.of(request), by, arrest_id, kind, wanted, why=fields.get("why") or None)


def _wanted(request: Request, fields: Fields) -> Language:
    given = fields.get("language", "")
    return Language(given if given in set(Language) else language_of(request))


def print_care(where: Where, by: By, arrest_id: UUID, kind: str, *, why: str | None) -> Response:
    """A care sheet, a log of checks or a handover to a hospital; off shift no reason prints one."""
    if kind not in OF_CARE:
        raise NotThere("there is no such paper")
    notes = disclosure.open_care(where.store, by, arrest_id, why=why)
    paper = OF_CARE[kind](_kept(where, by, arrest_id, why), notes, where.desk(by))
    written = caring.write_printing(where.store, by, arrest_id, kind=kind, language=Language.ENGLISH.value)
    return given_out(where, by, kind, written, Language.ENGLISH, paper)


def print_child(where: Where, by: By, child: UUID, kind: str, wanted: Language, *, why: str | None) -> Response:
    """A notice to the parent of a child that is kept here."""
    if kind != "parent-notice":
        raise NotThere("there is no such paper")
    paper = apart.parent_notice(_child(where, by, child, why), where.desk(by))
    spoken = spoken_by(kind, wanted)
    written = children.write_printing(where.store, by, child, kind=kind, language=spoken.value)
    return given_out(where, by, kind, written, spoken, paper)


def print_consular(where: Where, by: By, arrest_id: UUID, kind: str, wanted: Language, *, why: str | None) -> Response:
    """The person's copy of their request, or the notice to the consulate."""
    if kind not in PAPERS:
        raise NotThere("there is no such consular paper")
    found = disclosure.open_consular(where.store, by, arrest_id, why=why)
    said = {one.kind: msgspec.json.decode(one.content, type=dict[str, str]) for one in found}
    kept = _kept(where, by, arrest_id, why)
    spoken = spoken_by(f"consular-{kind}", wanted)
    written = consular.write_printing(where.store, by, arrest_id, kind, spoken.value)
    make = apart.consular_request if kind == "request" else apart.consular_notice
    return given_out(where, by, f"consular-{kind}", written, spoken, make(kept, said, where.desk(by), written.code))


def _kept(where: Where, by: By, arrest_id: UUID, why: str | None) -> Kept:
    """Who it is. A child's name is for those whose duty is with children."""
    if not disclosure.is_child(where.store, arrest_id):
        return apart.of_adult(disclosure.open_arrest(where.store, by, arrest_id, why=why))
    if by.role not in CHILDREN_READERS:
        raise NotAllowed("papers of a child are printed by the custody supervisor", code="no-duty")
    return apart.of_child(_child(where, by, arrest_id, why))


def _child(where: Where, by: By, child: UUID, why: str | None) -> Child:
    found = [one for one in disclosure.open_children(where.store, by, why=why) if one.id == child]
    if not found:
        raise NotThere("there is no child's arrest by that number")
    return found[0]
