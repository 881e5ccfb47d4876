"""Printing: every paper has a code that finds its entry, and a second printing says that it is a copy (N25)."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pars.actions.acting import Act, By, act
from pars.errors import NotAllowed
from pars.sharing.duty import PARTS, Part
from pars.store import arrests, papers
from pars.store.database import Store
from pars.store.papers import Shelf

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which people mistake for one another."""


@dataclass(frozen=True, slots=True)
class Printing:
    """One printing of a paper."""

    code: str
    copy: bool
    at: datetime
    entry: UUID


def new_code() -> str:
    """A code for a paper, which finds its entry."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def shelved(doing: Act, shelf: Shelf, whose: UUID, *, kind: str, language: str) -> tuple[str, bool]:
    """Within an act of a store apart: write down there that a paper is printed; its code, and whether it is a copy."""
    if doing.by is None:
        raise NotAllowed("papers are printed by somebody")
    code = new_code()
    row = {"code": code, "kind": kind, "language": language, "printed_at": doing.at, "printed_by": doing.by.account}
    copy = papers.printed(doing.connection, shelf, whose, row)
    doing.note(code=code, kind=kind)
    return code, copy


def write_printing(store: Store, by: By, arrest_id: UUID, *, kind: str, language: str) -> Printing:
    """Write down that a paper is printed."""
    with act(store, by, "paper.printed", arrest_id=arrest_id) as doing:
        if Part.PAPERS not in PARTS.get(by.role, frozenset()):
            raise NotAllowed("your duty prints no papers of an arrest", code="no-duty")
        arrests.hold(doing.connection, arrest_id)
        copy = papers.printed_before(doing.connection, arrest_id, kind)
        code = new_code()
        row: dict[str, object] = {
            "code": code,
            "arrest_id": arrest_id,
            "kind": kind,
            "language": language,
            "printed_at": doing.at,
            "printed_by": by.account,
            "copy": copy,
        }
        arrests.insert(doing.connection, "record.paper", row)
        doing.note(code=code, kind=kind)
    return Printing(code, copy, doing.at, doing.entry())
