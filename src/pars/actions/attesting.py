"""Training, certification and the yearly review of access: an account closes by itself when one of them has lapsed.

Nothing is stored as closed: the first day of the three that is over decides on each request, in real time, and a new
date opens the account again. CJIS Security Policy AC-2 and AC-6 ask for the review, AT-3 for the training.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from pars.actions.acting import By, NothingToDo, act, once
from pars.clock import city_day, real_now
from pars.errors import BadInput, NotAllowed, NotThere
from pars.record.roles import OWNER_OF, SUPERVISORS, Role
from pars.store import accounts, standing
from pars.store.accounts import Account
from pars.store.database import Store
from pars.store.standing import Reviewed

ATTESTS = SUPERVISORS | {Role.REPRESENTATIVE}
REVIEW = timedelta(days=365)
WARNED = timedelta(days=60)
"""So long before an account closes, those who can keep it open see it first in their list."""


def review(store: Store, by: By) -> Sequence[Reviewed]:
    """The accounts that this person attests, those that close first at the head."""
    with act(store, by, "access.reviewed") as doing:
        if by.role not in ATTESTS:
            raise NotAllowed("access is reviewed by a supervisor or an owner's representative", code="no-duty")
        return [one for one in standing.every(doing.connection) if _may(by, one.id, one.role, _owner_of(one))]


def attest(store: Store, by: By, account_id: UUID) -> UUID:
    """Say that somebody still needs the access they have, for a year from today; the entry."""
    with act(store, by, "access.attested") as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _must(by, account)
        standing.set_dates(
            doing.connection, account_id, {"review_by": city_day(doing.at) + REVIEW, "attested_by": by.account}
        )
        doing.note(account=str(account_id))
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def set_dates(store: Store, by: By, account_id: UUID, *, trained: date | None, certified: date | None) -> UUID:
    """Say until when somebody's training and certification hold; empty where none is asked of them. The entry."""
    with act(store, by, "access.dates-set") as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _must(by, account)
        for day in (trained, certified):
            if day is not None and not timedelta(days=-1) <= day - city_day(doing.at) <= 5 * REVIEW:
                raise BadInput("training and certification end on a day to come, within five years", field="trained")
        standing.set_dates(doing.connection, account_id, {"trained_until": trained, "certified_until": certified})
        doing.note(account=str(account_id), trained=str(trained or ""), certified=str(certified or ""))
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def enter_lapsed(store: Store) -> int:
    """Enter, once each, that an account has closed by itself, and end its sessions; how many."""
    with store.transaction("pars_act") as connection:
        found = standing.lapsed(connection, city_day(real_now()))
    return sum(once(_enter_lapsed, store, account) for account in found)


def _enter_lapsed(store: Store, account: UUID) -> None:
    with act(store, None, "access.lapsed") as doing:
        if not standing.tell(doing.connection, account):
            raise NothingToDo
        accounts.end_all(doing.connection, account)
        doing.note(account=str(account))


def _must(by: By, account: Account) -> None:
    if not _may(by, account.id, account.role, OWNER_OF[account.role] or account.owner):
        raise NotAllowed(
            "access is attested by a supervisor of the same owner, and nobody attests their own", code="not-your-step"
        )


def _may(by: By, account_id: UUID, role: Role, owner: object) -> bool:
    """Whether this is somebody who attests that account: supervisors their owner's people, representatives the rest."""
    if by.role not in ATTESTS or account_id == by.account:
        return False
    if role is Role.REPRESENTATIVE or owner is None:
        return by.role is Role.REPRESENTATIVE
    return owner == by.works_for


def _owner_of(one: Reviewed) -> object:
    return OWNER_OF[one.role] or one.owner


def _there(account: Account | None) -> Account:
    if account is None:
        raise NotThere("there is no such account")
    return account
