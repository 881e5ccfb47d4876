"""Assigning an arrest to somebody: a detective, a charging attorney, the defender who was appointed. It is theirs then.

Whoever wrote an arrest down, made it or took a step in it needs no assignment.
"""

from collections.abc import Sequence
from uuid import UUID, uuid4

from pars.actions.acting import By, act
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Role
from pars.sharing.duty import ASSIGNS
from pars.store import accounts, arrests, duties, protected
from pars.store.database import Store
from pars.store.duties import Assigned

MAY_ASSIGN = frozenset[Role]().union(*ASSIGNS.values())


def assign(store: Store, by: By, arrest_id: UUID, sign_in: str) -> UUID:
    """Assign an arrest to the colleague or defender of that sign-in name; the entry."""
    with act(store, by, "arrest.assigned", arrest_id=arrest_id) as doing:
        if by.role not in MAY_ASSIGN:
            raise NotAllowed("arrests are assigned by a supervisor, or by the court", code="not-your-step")
        arrests.hold(doing.connection, arrest_id)
        account = accounts.by_sign_in(doing.connection, sign_in.strip().lower())
        if account is None or account.state != "active" or by.role not in ASSIGNS.get(account.role, frozenset()):
            raise BadInput("you assign to nobody by that sign-in name", field="sign_in")
        if account.role is Role.DEFENDER and protected.conflict(doing.connection, arrest_id, account.id):
            raise Conflicts(
                "a conflict of interest stands in the way: assign somebody of another office", code="conflict"
            )
        duties.assign(doing.connection, uuid4(), arrest_id, account.id, by.account)
        doing.note(account=str(account.id))
    return doing.entry()


def end(store: Store, by: By, arrest_id: UUID, assignment: UUID) -> UUID:
    """End an assignment; the entry."""
    with act(store, by, "assignment.ended", arrest_id=arrest_id) as doing:
        arrests.hold(doing.connection, arrest_id)
        found = next((one for one in duties.assigned(doing.connection, arrest_id) if one.id == assignment), None)
        if by.role not in MAY_ASSIGN:
            raise NotAllowed("assignments are ended by a supervisor, or by the court", code="not-your-step")
        if found is None or by.role not in ASSIGNS.get(Role(found.role), frozenset()):
            raise NotThere("there is no assignment of yours by that number")
        duties.end_assignment(doing.connection, assignment)
        doing.note(account=str(found.account))
    return doing.entry()


def assigned(store: Store, arrest_id: UUID) -> Sequence[Assigned]:
    """To whom an arrest is assigned: people at work, named to those who have its page open."""
    with store.transaction("pars_act") as connection:
        return duties.assigned(connection, arrest_id)
