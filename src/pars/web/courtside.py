"""What an arrest's page shows of the court's later acts: the chain of bail, orders to keep away, talks."""

from collections.abc import Sequence
from dataclasses import dataclass

from pars.actions import counsel, victims
from pars.actions.acting import By
from pars.actions.disclosure import Page
from pars.record.bail import FOLLOWS, WHO, BailAction
from pars.record.roles import Role
from pars.sharing.duty import Part
from pars.sharing.projection import Bail, NoContact, Talk


@dataclass(frozen=True, slots=True)
class Courtside:
    """Orders and talks as rows, and what the reader may do about them now."""

    orders: Sequence[NoContact]
    talks: Sequence[Talk]
    bail_actions: Sequence[BailAction]
    may_order: bool
    may_serve: bool
    may_talk: bool
    tells: bool
    order_kinds: Sequence[str] = victims.ORDER_KINDS
    ways: Sequence[str] = counsel.WAYS


def courtside(by: By, seen: Page) -> Courtside:
    """The same, as far as the reader's duty covers the court's part."""
    orders = [row for row in seen.all(Bail) if row.position == "order"]
    last = BailAction(orders[-1].action) if orders else None
    links = [action for action in BailAction if last and action in FOLLOWS[last] and by.role in WHO.get(action, ())]
    counted = seen.identity.complainants if seen.identity else 0
    return Courtside(
        orders=seen.all(NoContact),
        talks=seen.all(Talk),
        bail_actions=links,
        may_order=by.role in victims.ORDERS and bool(orders) and counted > 0,
        may_serve=by.role in victims.SERVES,
        may_talk=by.role is Role.DEFENDER and Part.COURT in seen.parts,
        tells=by.role in victims.NOTICE_DESK and counted > 0,
    )
