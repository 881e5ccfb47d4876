"""Limiting access to a record by a court's order: sealed or expunged, it is gone for every partner at once.

The order is written down by the court's clerk. It ends every disclosure, in the order of the ledger, and what was
handed out before is recalled; erasing what the ledger keeps in private is `erasing`.
"""

from uuid import UUID

from pars.actions.acting import By, act, alone_with, entitled
from pars.actions.recalling import ending
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record.roles import Role
from pars.store import arrests
from pars.store.database import Store

ACCESS = ("sealed", "expunged")


def limit_access(store: Store, by: By, arrest_id: UUID, access: str, *, order: str) -> UUID:
    """Seal or expunge an arrest under the number of a court's order; the entry."""
    verb = f"record.{access if access in ACCESS else 'sealed'}"
    with entitled(store, by, verb, arrest_id=arrest_id):
        if by.role is not Role.CLERK:
            raise NotAllowed("access is limited by the court's clerk, under an order", code="not-your-step")
    with act(store, by, verb, arrest_id=arrest_id, reason=order, alone=alone_with(store, arrest_id)) as doing:
        if access not in ACCESS:
            raise BadInput(f"access is limited as one of: {', '.join(ACCESS)}", field="access")
        if not order.strip() or len(order) > 200:  # noqa: PLR2004 - an order's number and court
            raise BadInput("name the court's order", field="order")
        arrests.hold(doing.connection, arrest_id)
        if access in arrests.access_limited(doing.connection, arrest_id):
            raise Conflicts("access is limited so already", code="limited")
        with ending(doing, arrest_id):
            arrests.change(doing.connection, arrest_id, {"access": access})
        doing.note(access=access, order=order.strip())
    return doing.entry()
