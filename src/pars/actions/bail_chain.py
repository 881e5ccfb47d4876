"""A link of the chain of bail after it was set: which may follow, what it needs, and what bail is from then on."""

from pars.actions.acting import Act, By
from pars.actions.arraignment import BailGiven, bail_row
from pars.errors import BadInput, Conflicts
from pars.record.bail import FOLLOWS, BailAction, BailType, check
from pars.store import bail_links
from pars.store.arrests import Held


def link(doing: Act, by: By, held: Held, action: BailAction, said: str, bail: BailGiven | None) -> dict[str, object]:
    """The row of a link; refused out of order, and when it says anew what bail is without saying it."""
    last = bail_links.newest(doing.connection, held.id)
    if last is None or action not in FOLLOWS[BailAction(last[0])]:
        stands = f"bail was last {last[0]}" if last else "no bail was set"
        raise Conflicts(f"bail cannot be {action.value} now: {stands}", code="out-of-order")
    if action is BailAction.MODIFIED:
        if bail is None:
            raise BadInput("say what bail is from now on", field="bail_type")
        ordered = BailGiven(
            bail.type, bail.amount_usd, bail.percent, bail.conditions, said, bail.ability_asked, bail.ability_said
        )
        check(ordered.order())
    elif action is BailAction.REVOKED:
        ordered = BailGiven(BailType.DENIED, reasons=said)
    else:
        terms = bail_links.terms(doing.connection, held.id) or last[1:]
        ordered = BailGiven(BailType(terms[0]), terms[1], terms[2], reasons=said)
    return {**bail_row(ordered, held.id, by, doing.at), "action": action.value, "position": "order"}
