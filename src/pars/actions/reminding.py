"""What time brings by itself: a term is nearly over, or an answer did not come by its day. Each is said once."""

from uuid import UUID

from pars.actions.acting import NothingToDo, act, once
from pars.clock import city_day, now
from pars.ledger.entry import Kind
from pars.sharing.agreement import Term
from pars.sharing.owed import Notice, reminder
from pars.store import notices, owing
from pars.store.database import Store
from pars.store.notices import AtWork


def remind(store: Store) -> int:
    """Give the reminders that are due, and enter the answers that did not come; how many were said now."""
    with store.transaction("pars_act") as connection:
        terms = [one for one in notices.at_work(connection) if _due(one) is not None]
        late = owing.unsaid_overdue(connection, city_day(now()))
    said = [once(_remind, store, one.id) for one in terms]
    said += [once(_enter_overdue, store, one) for one in late]
    return sum(said)


def _due(one: AtWork) -> int | None:
    return reminder(Term(one.first_day, one.last_day), city_day(one.began_at), city_day(now()), one.reminded)


def _remind(store: Store, term: UUID) -> None:
    with act(store, None, "term.reminded") as doing:
        found = notices.hold(doing.connection, term)
        days = _due(found) if found is not None else None
        if found is None or days is None:
            raise NothingToDo
        notices.tell(doing.connection, agreement=found.agreement, term=term, kind=Notice.REMINDER, days_left=days)
        doing.publish(Kind.AGREEMENT, agreement=found.agreement, days=days, until=found.last_day.isoformat())


def _enter_overdue(store: Store, request_id: UUID) -> None:
    with act(store, None, "request.overdue") as doing:
        found = owing.request(doing.connection, request_id)
        if found is None or not owing.said_overdue(doing.connection, request_id):
            raise NothingToDo
        doing.publish(Kind.DUTY, agreement=found.agreement, due=found.due_on.isoformat())
        doing.commits["request"] = str(request_id)
        doing.note(request=str(request_id))
