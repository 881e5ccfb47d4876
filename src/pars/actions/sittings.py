"""What the court decides later about who is kept: early bail review, a fugitive's term; and the list of reviews.

A review is a step: it may come before it is due, and it closes whatever review of the arrest is open. A fugitive is
kept 30 days from the arraignment and once at most 60 more (42 Pa.C.S. 9134 to 9138).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from pars.actions import disclosure
from pars.actions.acting import By
from pars.actions.arraignment import HELD, BailGiven, open_review
from pars.actions.bail_chain import link
from pars.actions.effect import Effect, Situation
from pars.actions.switches import stand_in
from pars.errors import BadInput, Conflicts
from pars.record.bail import BailAction
from pars.record.calendar import FUGITIVE_EXTENSION_DAYS
from pars.sharing.duty import View
from pars.sharing.projection import Line
from pars.store import arrests, protected, sittings
from pars.store.database import Store


def _review(situation: Situation) -> Effect:
    connection, arrest = situation.doing.connection, situation.held.id
    bail = situation.form("bail", BailGiven) if situation.given.get("bail") is not None else None
    outcome = "bail-stands" if bail is None else "bail-changed" if bail.type in HELD else "released"
    sittings.review_held(connection, arrest, at=situation.at, by=situation.by.account, outcome=outcome)
    if bail is not None:
        said = situation.text("reasons").strip()
        row = link(situation.doing, situation.by, situation.held, BailAction.MODIFIED, said, bail)
        arrests.insert(connection, "record.bail", row)
        protected.owe(connection, arrest, ("bail",), situation.at)
        if outcome == "bail-changed":
            open_review(situation, stand_in(connection), bail)
    return Effect(outcome)


def _extend(situation: Situation) -> Effect:
    connection, arrest = situation.doing.connection, situation.held.id
    days = situation.answers.get("days")
    if not isinstance(days, int) or not 1 <= days <= FUGITIVE_EXTENSION_DAYS:
        raise BadInput(f"a commitment is extended by 1 to {FUGITIVE_EXTENSION_DAYS} days", field="days")
    stands = sittings.term(connection, arrest)
    if stands is None:
        raise Conflicts("nobody was committed for another state in this case; there is nothing to extend")
    until, extended = stands
    if extended:
        raise Conflicts(f"this commitment was extended already, once, until {until:%m/%d/%Y}", code="extended")
    row: dict[str, object] = {
        "arrest_id": arrest,
        "until_on": until + timedelta(days=days),
        "extension": True,
        "ordered_by": situation.by.account,
        "ordered_at": situation.at,
    }
    arrests.insert(connection, "record.fugitive_term", row)
    return Effect()


EFFECTS = {"review-bail": _review, "extend-commitment": _extend}


@dataclass(frozen=True, slots=True)
class Reviews:
    """The bail reviews that are due, as a desk sees them: whose, and on which day."""

    lines: Sequence[Line]
    due: Mapping[UUID, date]


def open_reviews(store: Store, by: By, *, why: str | None = None) -> Reviews:
    """Everybody whose bail is to be reviewed, the first due first, under one entry."""
    with store.transaction("pars_act") as connection:
        found = sittings.reviews_due(connection)
    due = {one.arrest: one.due_on for one in found}
    seen = disclosure.open_list(store, by, View.REVIEWS, lambda _: list(due), why=why)
    return Reviews(seen.lines, due)
