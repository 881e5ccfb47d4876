"""Consular notice: telling everybody, and a request by whoever asks, in a store that nothing can be joined to (N7).

The entry of a request names neither the arrest nor the person: whoever reads the ledger's private parts about somebody
learns that they were told, as everybody is, and not whether they asked.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from pars.actions.acting import Act, By, act, entitled
from pars.actions.booking import MAY_BOOK
from pars.actions.printing import Printing, new_code
from pars.clock import now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.consular import KEPT, LANGUAGES, PAPERS, READERS
from pars.record.roles import Role
from pars.store import arrests, children, consular
from pars.store.consular import Told
from pars.store.database import Store

LONGEST = 100
SENDS = frozenset({Role.CUSTODY_SUPERVISOR})


def tell(store: Store, by: By, arrest_id: UUID, language: str) -> UUID:
    """Write down that somebody was told, in which language; the entry. It is asked of everybody alike."""
    with entitled(store, by, "consular.told", arrest_id=arrest_id):
        if by.role not in MAY_BOOK:
            raise NotAllowed("consular notice is given by the police desks", code="not-your-step")
    with act(store, by, "consular.told", arrest_id=arrest_id) as doing:
        if language not in LANGUAGES:
            raise BadInput("choose the language in which the person was told", field="language")
        _kept(doing, arrest_id)
        consular.tell(doing.connection, arrest_id, language, by.account, doing.at)
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()


def told(store: Store, arrest_id: UUID) -> Sequence[Told]:
    """When somebody was told: the same of everybody, for those who have the arrest's page open."""
    with store.transaction("pars_act") as connection:
        return consular.told(connection, arrest_id)


def request(store: Store, by: By, arrest_id: UUID, country: str, consulate: str) -> UUID:
    """Somebody asked that a consulate be told, or named a country unasked; the entry, which says nothing of whom."""
    with entitled(store, by, "consular.requested"):
        if by.role not in MAY_BOOK:
            raise NotAllowed("a request is written down by the police desks", code="not-your-step")
    with act(store, by, "consular.requested") as doing:
        said = {"country": _words("the country", country), "consulate": _words("the consulate", consulate)}
        _kept(doing, arrest_id)
        if not consular.told(doing.connection, arrest_id):
            raise Conflicts("tell the person first, in the words that everybody is told", code="not-told")
        _note(store, doing, arrest_id, "asked", {**said, "at": doing.at.isoformat()})
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()


def follow(store: Store, by: By, arrest_id: UUID, kind: str, *, at: datetime | None = None) -> UUID:
    """The notice was sent to the consulate, or the consulate confirmed it; the entry."""
    with entitled(store, by, "consular.followed"):
        if by.role not in SENDS:
            raise NotAllowed("the notice is sent by the custody supervisor", code="not-your-step")
    with act(store, by, "consular.followed") as doing:
        if kind not in {"sent", "confirmed"}:
            raise BadInput("a notice is sent, or it is confirmed", field="kind")
        _kept(doing, arrest_id)
        kinds = {one for _, one in consular.found(doing.connection, _key(store, arrest_id))}
        if ("asked" if kind == "sent" else "sent") not in kinds:
            raise Conflicts("there is no request that waits for that", code="out-of-order")
        moment = at or doing.at
        if moment.tzinfo is None or moment > doing.at:
            raise BadInput("the time lies in the future or has no zone; check it", field="at")
        _note(store, doing, arrest_id, kind, {"at": moment.isoformat()})
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()


def write_printing(store: Store, by: By, arrest_id: UUID, paper: str, language: str) -> Printing:
    """Write down under the blind key that a consular paper is printed; the entry says nothing of whom.

    The request is the person's own to keep; the notice is what the consulate is sent.
    """
    with entitled(store, by, "consular.printed"):
        if by.role not in READERS:
            raise NotAllowed("consular papers are printed by the custody supervisor and counsel", code="no-duty")
    with act(store, by, "consular.printed") as doing:
        if paper not in PAPERS:
            raise NotThere("there is no such consular paper")
        _kept(doing, arrest_id)
        kinds = {one for _, one in consular.found(doing.connection, _key(store, arrest_id))}
        if "asked" not in kinds:
            raise Conflicts("no request is on record", code="nothing-to-print")
        code, copy = new_code(), f"{paper}-printed" in kinds
        said = {"at": doing.at.isoformat(), "code": code, "language": language}
        _note(store, doing, arrest_id, f"{paper}-printed", said)
        doing.note(code=code, paper=paper)
    return Printing(code, copy, doing.at, doing.entry())


def _kept(doing: Act, arrest_id: UUID) -> None:
    if not children.is_there(doing.connection, arrest_id):
        arrests.hold(doing.connection, arrest_id)


def _key(store: Store, arrest_id: UUID) -> bytes:
    return store.keys.index(str(arrest_id), consular.PLACE)


def _note(store: Store, doing: Act, arrest_id: UUID, kind: str, said: dict[str, str]) -> None:
    row = uuid4()
    sealed = store.keys.seal(msgspec.json.encode(said), f"consular.note:{row}")
    consular.note(doing.connection, row, _key(store, arrest_id), kind, sealed)


def _words(what: str, text: str) -> str:
    words = text.strip()
    if not words or len(words) > LONGEST or not words.isprintable():
        raise BadInput(f"say {what} in at most {LONGEST} characters", field=what.removeprefix("the "))
    return words


def ends(store: Store, doing: Act, arrest_id: UUID, at: datetime) -> None:
    """Custody has ended: what was asked is erased after its time."""
    consular.custody_ended(doing.connection, _key(store, arrest_id), at + KEPT)


def erase(store: Store) -> int:
    """Erase the requests that have served their time; of each the signed fact stays that the duty was met, or not."""
    with store.transaction("pars_act") as connection:
        keys = consular.over(connection, now())
    for key in keys:
        with act(store, None, "consular.erased") as doing:
            kinds = consular.erase(doing.connection, key, doing.at)
            doing.note(duty_met="sent" in kinds, confirmed="confirmed" in kinds, here=bool(kinds))
    return len(keys)
