"""The chain of bail after it was set: appealed, modified, revoked, reinstated, forfeited, refunded (Rule 529; N16).

Each link has its authority, its time and its reasons in writing. Posting is a step of the arrest; who is released since
bail was modified is owed their release in the same act, by the table of steps.
"""

from uuid import UUID

from psycopg.types.json import Jsonb

from pars.actions.acting import Act, By, act, alone_with, entitled
from pars.actions.arraignment import HELD, BailGiven
from pars.actions.bail_chain import link
from pars.actions.life import moved
from pars.errors import BadInput, NotAllowed
from pars.record.arrest import Custody, after
from pars.record.bail import WHO, BailAction, BailType
from pars.record.roles import Role
from pars.record.steps import step_named
from pars.store import arrests, protected
from pars.store.arrests import Held
from pars.store.database import Store

MAY_CHANGE = frozenset[Role]().union(*WHO.values())
"""Whoever adds some link to the chain."""
NEW_ORDER = frozenset({BailAction.MODIFIED, BailAction.REINSTATED})
"""Links that say anew what bail is."""


def change(
    store: Store, by: By, arrest_id: UUID, action: BailAction, *, reasons: str, bail: BailGiven | None = None
) -> UUID:
    """Add a link to the chain of bail; the entry. Refused out of order, or without reasons in writing (Rule 529)."""
    verb = f"bail.{action.value}"
    with entitled(store, by, verb, arrest_id=arrest_id):
        if by.role not in WHO.get(action, frozenset()):
            raise NotAllowed("this act on bail is not your duty", code="not-your-step")
    with act(store, by, verb, arrest_id=arrest_id, alone=alone_with(store, arrest_id)) as doing:
        held = arrests.hold(doing.connection, arrest_id)
        said = reasons.strip()
        if not said:
            raise BadInput("an act on bail needs its reasons in writing (Rule 529)", field="reasons")
        row = link(doing, by, held, action, said, bail)
        arrests.insert(doing.connection, "record.bail", row)
        if action is not BailAction.REFUNDED:
            protected.owe(doing.connection, arrest_id, ("bail",), doing.at)
        if action in NEW_ORDER and BailType(str(row["type"])) not in HELD:
            _let_go(doing, by, held)
        doing.note(action=action.value)
    return doing.entry()


def _let_go(doing: Act, by: By, held: Held) -> None:
    """Whoever bail does not hold any more is owed their release now: the step of the table, in the same act."""
    if held.standing.custody is not Custody.HELD_ON_BAIL:
        return
    step = step_named("owe-release")
    standing = after(held.standing, step)
    arrests.change(doing.connection, held.id, moved(held.standing, standing, doing.at))
    said = {"reason": "Bail was modified and holds nobody any more (Rule 529)."}
    arrests.insert(
        doing.connection,
        "record.step",
        {
            "arrest_id": held.id,
            "step": step.name,
            "outcome": None,
            "at": doing.at,
            "taken_by": by.account,
            "answers": Jsonb(said),
        },
    )
    protected.owe(doing.connection, held.id, ("release",), doing.at)
