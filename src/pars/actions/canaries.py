"""Records that stand for nobody: made at the desks like any other, registered by two owners, and touched by no one.

A canary is an arrest that the desks made up and told to its end: charged, so that an agreement can show it, and nobody
is kept under it, so that no clock runs and no count of cells misses anybody. One owner proposes it, another confirms.
A partner is shown it as any record; its first look-up by each partner asks for a second signature of whoever asked,
and never suspends anything (T24). On its page at the desks it is marked, no step is taken in it, it is on no list.
The figures of a month leave it out.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import Act, By, act, alone_with, entitled
from pars.actions.agreements import representative
from pars.errors import Conflicts, NotAllowed, NotThere
from pars.store import canaries as kept
from pars.store import details
from pars.store.canaries import Canary, Fit
from pars.store.database import Store
from pars.watch.feed import CANARY, CANARY_ENDED

NONE: Final = "there is no record by that number that stands for nobody"


def canaries(store: Store, by: By) -> Sequence[Canary]:
    """Every record that stands, stood or is proposed to stand for nobody, newest first; for the representatives."""
    with act(store, by, "canaries.shown") as doing:
        representative(by)
        return kept.canaries(doing.connection)


def is_one(store: Store, arrest_id: UUID) -> bool:
    """Whether a record that somebody is shown at a desk stands for nobody: its page says so."""
    with store.glance("pars_act") as connection:
        return kept.stands(connection, arrest_id)


def refuse_work(connection: Connection[TupleRow], arrest_id: UUID) -> None:
    """No desk works on a record that stands for nobody."""
    if kept.stands(connection, arrest_id):
        raise Conflicts("this record stands for nobody; the owners keep it, and no desk works on it", code="canary")


def is_somebody(doing: Act, by: By, arrest_id: UUID) -> None:
    """A record turns out to be somebody's: a proposal that waits is over. What stands for nobody is refused."""
    if kept.stands(doing.connection, arrest_id):
        raise Conflicts(
            "this record stands for nobody, so it is no child's; if it is somebody's, an owner ends that first",
            code="canary",
        )
    if over := kept.drop_proposal(doing.connection, arrest_id, by.works_for, by.account):
        doing.note(canary=str(over))


def propose(store: Store, by: By, number: int) -> UUID:
    """Propose, for one's owner, that the arrest of that number stands for nobody; its registration's number."""
    with act(store, by, "canary.proposed") as doing:
        owner = representative(by)
        found = _fit(store, doing.connection, number)
        new = uuid4()
        if not kept.propose(doing.connection, new, found.id, owner, by.account):
            raise Conflicts("this record is proposed already, or stands for nobody already", code="known-canary")
        doing.concern([found.id])
        doing.note(canary=str(new))
        doing.answer |= {"id": str(new)}
    return new


def confirm(store: Store, by: By, canary_id: UUID) -> UUID:
    """Confirm what another owner proposed; from this entry on it counts. It waits for the looks under way."""
    with entitled(store, by, CANARY):
        owner = representative(by)
        with store.transaction("pars_act") as connection:
            waiting = _waiting(connection, canary_id)
            found = _fit(store, connection, waiting.number)
        if waiting.proposed_owner is owner:
            raise NotAllowed("it is confirmed by another owner than the one who proposed it", code="same-owner")
    with act(store, by, CANARY, alone=alone_with(store, found.id)) as doing:
        again = _fit(store, doing.connection, waiting.number)
        if not kept.confirm(doing.connection, canary_id, owner, by.account):
            raise NotThere(NONE)
        doing.arrest_id = again.id  # open lists hear of it
        doing.note(canary=str(canary_id))
        doing.answer |= {"id": str(canary_id)}
    return doing.entry()


def end(store: Store, by: By, canary_id: UUID) -> UUID:
    """Take a proposal back, or end what stands: any owner may. What it has shown stays in the log."""
    with act(store, by, CANARY_ENDED) as doing:
        owner = representative(by)
        found = kept.canary(doing.connection, canary_id)
        if found is None or not kept.end(doing.connection, canary_id, owner, by.account):
            raise NotThere(NONE)
        doing.arrest_id = found.arrest
        doing.note(canary=str(canary_id))
        doing.answer |= {"id": str(canary_id)}
    return doing.entry()


def _waiting(connection: Connection[TupleRow], canary_id: UUID) -> Canary:
    found = kept.canary(connection, canary_id)
    if found is None or found.confirmed_at is not None:
        raise NotThere("there is no proposal by that number that waits")
    return found


def _fit(store: Store, connection: Connection[TupleRow], number: int | None) -> Fit:
    """The arrest of that number, if it can stand for nobody: charged, finished at every desk, shown to no partner."""
    found = kept.fit(connection, number)
    if found is None or not found.open:
        raise NotThere("there is no arrest by that number")
    if not (found.charged and found.gone):
        raise Conflicts("it has to be charged, and nobody may be kept under it: finish it at the desks", code="at-desk")
    with store.transaction("pars_ledger") as ledger:
        asked = details.handed_out(ledger, store.keys, found.id)
    if asked:
        raise Conflicts("a partner was shown this record: somebody had a reason to ask for it", code="asked-for")
    return found
