"""An agreement that says so ends its own term when a duty has been overdue for too long.

The term ends like any other: under the agreement's lock, entered, for good. The owners' grants from before it are void
(docs/adr/0015-overdue-duties.md); with new ones the partner has the same number of days again.
"""

from datetime import date, timedelta

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import NothingToDo, act, once
from pars.actions.duties import counted
from pars.actions.standing import compiled
from pars.clock import city_day, now
from pars.ledger.entry import Kind
from pars.sharing.floor import FLOOR
from pars.sharing.owed import Duty, Notice
from pars.store import agreements as kept
from pars.store import notices
from pars.store.agreements import Term
from pars.store.database import Store
from pars.store.locks import Lock


def suspend_overdue(store: Store) -> list[str]:
    """End every term whose agreement ends it for overdue duties; the agreements that were ended."""
    with store.transaction("pars_act") as connection:
        found = [one.agreement for one in notices.at_work(connection) if _late(connection, one.agreement)]
    return [name for name in found if once(_suspend, store, name)]


def _late(connection: Connection[TupleRow], agreement: str) -> dict[Duty, int]:
    """How much of each kind has been overdue for longer than the agreement bears; empty when its term may go on."""
    term = kept.term_at_work(connection, agreement)
    return _overdue(connection, term, city_day(now())) if term is not None else {}


def _overdue(connection: Connection[TupleRow], term: Term, today: date) -> dict[Duty, int]:
    made = compiled(kept.version(connection, term.version_id).terms, FLOOR.sha256)
    days = made.terms.duties.overdue_suspends_after_days
    if days is None or today - city_day(term.began_at) <= timedelta(days=days):
        return {}
    counts = counted(connection, [term.agreement], today - timedelta(days=days), of_owners=True)
    return {duty: count[term.agreement].overdue for duty, count in counts.items() if count[term.agreement].overdue}


def _suspend(store: Store, agreement: str) -> None:
    """End a term whose duties are late; nothing to do when what was owed came meanwhile, or another ended it."""
    with store.transaction("pars_act") as connection:
        row = kept.row_of(connection, agreement)
    if row is None:
        raise NothingToDo
    alone = [(Lock.AGREEMENT, row)]
    with act(store, None, "agreement.suspended", alone=alone) as doing:
        term = kept.term_at_work(doing.connection, agreement)
        late = _overdue(doing.connection, term, city_day(doing.at)) if term is not None else {}
        if term is None or not late:
            raise NothingToDo
        kept.end_term(doing.connection, term.id, "overdue")
        notices.tell(doing.connection, agreement=agreement, term=term.id, kind=Notice.OVERDUE)
        doing.publish(Kind.AGREEMENT, agreement=agreement, ended=str(term.id), overdue=sorted(late))
