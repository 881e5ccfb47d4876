"""Victims served: the notices that are owed to them, and the orders that keep a defendant away (18 P.S. 11.201; N13).

The protected store has two exits: the court's notice desk, which reads name and safe contact, and the victim's own
notice. What is written here names nobody; an order speaks of Complainant 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from pars.actions.acting import By, act
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.protected import WAYS, marks_in
from pars.record.roles import Role
from pars.store import arrests, bail_links
from pars.store import protected as kept
from pars.store.database import Store
from pars.store.protected import Notice

NOTICE_DESK = frozenset({Role.CLERK})
ORDERS = frozenset({Role.MAGISTRATE})
SERVES = frozenset({Role.CLERK, Role.MAGISTRATE, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR})
ORDER_KINDS = ("no-contact", "stay-away")
SERVED_HOW = ("signed", "refused")
LONGEST = 500


def owed(store: Store, by: By) -> Sequence[Notice]:
    """Everything of which a victim has to be told and was not, the oldest first; it names nobody."""
    with act(store, by, "notices.shown") as doing:
        if by.role not in NOTICE_DESK:
            raise NotAllowed("notices to victims are given by the court's notice desk", code="no-duty")
        return kept.owed(doing.connection)


def of_arrest(store: Store, by: By, arrest_id: UUID) -> Sequence[Notice]:
    """The notices of one arrest, given and owed."""
    with act(store, by, "notices.shown") as doing:
        if by.role not in NOTICE_DESK:
            raise NotAllowed("notices to victims are given by the court's notice desk", code="no-duty")
        doing.concern([arrest_id])
        return kept.of_arrest(doing.connection, arrest_id)


def told(store: Store, by: By, arrest_id: UUID, notice: UUID, way: str) -> UUID:
    """Write down that a notice was given, and how; the entry."""
    with act(store, by, "victim.told", arrest_id=arrest_id) as doing:
        if by.role not in NOTICE_DESK:
            raise NotAllowed("notices to victims are given by the court's notice desk", code="not-your-step")
        if way not in WAYS:
            raise BadInput(f"say how they were told: {', '.join(WAYS)}", field="way")
        arrests.hold(doing.connection, arrest_id)
        if notice not in {one.id for one in kept.of_arrest(doing.connection, arrest_id)}:
            raise NotThere("there is no such notice in this arrest")
        if not kept.told(doing.connection, notice, way, by.account, doing.at):
            raise Conflicts("this notice was given already", code="told")
        doing.note(way=way)
    return doing.entry()


@dataclass(frozen=True, slots=True)
class KeepAway:
    """An order to keep away: from which complainant, by number, and what the defendant's copy says."""

    kind: str
    complainant: int
    says: str


def order(store: Store, by: By, arrest_id: UUID, given: KeepAway) -> UUID:
    """Order somebody to keep away; in force from this minute. The entry."""
    with act(store, by, "no-contact.ordered", arrest_id=arrest_id) as doing:
        if by.role not in ORDERS:
            raise NotAllowed("such an order is the magistrate's", code="not-your-step")
        if given.kind not in ORDER_KINDS:
            raise BadInput(f"an order is one of: {', '.join(ORDER_KINDS)}", field="kind")
        says = given.says.strip()
        if not says or len(says) > LONGEST:
            raise BadInput(f"write what the order says, in at most {LONGEST} characters", field="says")
        held = arrests.hold(doing.connection, arrest_id)
        if bail_links.newest(doing.connection, arrest_id) is None:
            raise Conflicts("an order to keep away goes with bail, which is not set yet", code="out-of-order")
        if not 1 <= given.complainant <= held.complainants:
            raise BadInput("there is no complainant of that number in this arrest", field="complainant")
        if kept.named(doing.connection, arrest_id, store.keys.blind(marks_in(says))):
            raise BadInput(
                "the defendant's copy would name a protected person; write Complainant 1, and no address", field="says"
            )
        row = {
            "id": uuid4(),
            "arrest_id": arrest_id,
            "kind": given.kind,
            "complainant": given.complainant,
            "says": says,
            "ordered_by": by.account,
            "ordered_at": doing.at,
        }
        arrests.insert(doing.connection, "record.no_contact", row)
        kept.owe(doing.connection, arrest_id, ("conditions",), doing.at)
        doing.note(order=str(row["id"]), kind=given.kind)
    return doing.entry()


def serve(store: Store, by: By, arrest_id: UUID, order_id: UUID, *, language: str, how: str) -> UUID:
    """Write down that an order was served: in which language, signed or refused. The entry."""
    with act(store, by, "no-contact.served", arrest_id=arrest_id) as doing:
        if by.role not in SERVES:
            raise NotAllowed("an order is served by the court or by custody", code="not-your-step")
        if how not in SERVED_HOW:
            raise BadInput("say whether the person signed or refused", field="how")
        spoken = language.strip()
        if not spoken or len(spoken) > 60:  # noqa: PLR2004 - the name of a language
            raise BadInput("say in which language it was read", field="language")
        arrests.hold(doing.connection, arrest_id)
        stands = kept.order(doing.connection, order_id, arrest_id)
        if stands is None:
            raise NotThere("there is no such order in this arrest")
        if any(stands):
            raise Conflicts("this order has ended or was served already", code="over")
        kept.serve(doing.connection, order_id, at=doing.at, by=by.account, language=spoken, how=how)
        doing.note(order=str(order_id), how=how)
    return doing.entry()


def end(store: Store, by: By, arrest_id: UUID, order_id: UUID) -> UUID:
    """End an order; the entry. Whoever it protected is told."""
    with act(store, by, "no-contact.ended", arrest_id=arrest_id) as doing:
        if by.role not in ORDERS:
            raise NotAllowed("such an order is ended by the magistrate", code="not-your-step")
        arrests.hold(doing.connection, arrest_id)
        stands = kept.order(doing.connection, order_id, arrest_id)
        if stands is None:
            raise NotThere("there is no such order in this arrest")
        if stands[0]:
            raise Conflicts("this order has ended already", code="over")
        kept.end(doing.connection, order_id, doing.at, by.account)
        kept.owe(doing.connection, arrest_id, ("conditions",), doing.at)
        doing.note(order=str(order_id))
    return doing.entry()
