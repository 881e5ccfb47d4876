"""Needs: noted by anybody at any desk, told to the court at that moment, asked, found, arrived (N18)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from pars.actions import disclosure
from pars.actions.acting import By, Entered, act, entitled
from pars.actions.disclosure import Seen
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.consular import LANGUAGES
from pars.record.needs import FOLLOWS, INTERPRETED, KINDS, MODES, QUALIFIED
from pars.record.roles import Role
from pars.sharing.duty import PARTS, View
from pars.store import arrests, needs
from pars.store.database import Store
from pars.store.needs import Need

FOLLOWS_UP = frozenset({Role.CLERK})
"""The court's interpreter desk."""
SEES = frozenset({Role.CLERK, Role.MAGISTRATE})
LONGEST = 200


def note(
    store: Store, by: By, arrest_id: UUID, kind: str, *, language: str | None = None, what: str | None = None
) -> Entered:
    """Note what somebody needs; it stands on the court's page at that moment, before anybody is listed."""
    with entitled(store, by, "need.noted", arrest_id=arrest_id):
        if by.role not in PARTS:
            raise NotAllowed("a need is noted by whoever meets the person", code="not-your-step")
    need = uuid4()
    with act(store, by, "need.noted", arrest_id=arrest_id) as doing:
        if kind not in KINDS:
            raise BadInput(f"a need is one of: {', '.join(KINDS)}", field="kind")
        if kind in INTERPRETED and language not in LANGUAGES:
            raise BadInput("choose the language that the person understands", field="language")
        held = arrests.hold(doing.connection, arrest_id)
        row: dict[str, object] = {
            "id": need,
            "arrest_id": held.id,
            "kind": kind,
            "language": language if kind in INTERPRETED else None,
            "what": _words(what),
            "noted_by": by.account,
            "noted_at": doing.at,
        }
        arrests.insert(doing.connection, "record.need", row)
        doing.answer |= {"id": str(need)}
    return Entered(need, doing.entry())


def follow(store: Store, by: By, need_id: UUID, what: str, given: Mapping[str, str]) -> UUID:
    """What became of a need: asked, found, arrived, or none found and why; the entry."""
    with entitled(store, by, "need.followed"):
        if by.role not in FOLLOWS_UP:
            raise NotAllowed("needs are followed by the court's clerk", code="not-your-step")
    with act(store, by, "need.followed") as doing:
        if what not in FOLLOWS:
            raise BadInput(f"what became of it is one of: {', '.join(FOLLOWS)}", field="what")
        need = needs.hold(doing.connection, need_id)
        doing.arrest_id = need.arrest
        needs.change(doing.connection, need.id, _became(need, what, given, doing.at))
        doing.note(need=str(need.id), what=what)
        doing.answer |= {"id": str(need.id)}
    return doing.entry()


def _became(need: Need, what: str, given: Mapping[str, str], at: datetime) -> dict[str, object]:
    """The columns that a word of what became of it writes."""
    if what == "asked":
        return {"asked_at": at}
    if what == "found":
        name, qualified, mode = given.get("interpreter", ""), given.get("qualified", ""), given.get("mode", "")
        if not name.strip() or qualified not in QUALIFIED or mode not in MODES:
            raise BadInput("an interpreter has a name, is certified or otherwise qualified, and comes in a mode")
        asked = {} if need.asked_at else {"asked_at": at}
        return {**asked, "found_at": at, "interpreter": _words(name), "qualified": qualified, "mode": mode}
    if what == "arrived":
        if need.kind in INTERPRETED and need.found_at is None:
            raise Conflicts("say first who was found", code="out-of-order")
        return {"arrived_at": at, "ended_at": at}
    reason = _words(given.get("reason"))
    if reason is None:
        raise BadInput("say why it went on without, or until when it is adjourned", field="reason")
    return {"none_reason": reason, "ended_at": at}


def _words(text: str | None) -> str | None:
    words = (text or "").strip()
    if len(words) > LONGEST or not words.isprintable():
        raise BadInput(f"that takes at most {LONGEST} characters, without line breaks")
    return words or None


def open_needs(store: Store, by: By, *, why: str | None = None) -> tuple[Sequence[Need], Seen]:
    """The needs that nobody has met yet, with whose they are under one entry; for the court."""
    if by.role not in SEES:
        raise NotAllowed("this page is the court's interpreter desk", code="no-duty")
    with store.transaction("pars_act") as connection:
        found = needs.open_needs(connection)
    lines = disclosure.open_list(store, by, View.BOARD, lambda _: [one.arrest for one in found], why=why)
    return found, lines
