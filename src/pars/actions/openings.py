"""Break-glass: asked for by one, opened by two people of two owners, told to the third, closed, and judged afterwards.

An opening is a row, two signatures and a time; whether it is at work is derived from them on each look, here and in the
wall. Closing it takes the lock of the one who looks, so that no look of theirs outlives it.

What opens and what closes leaves an event without an arrest, so that pages already open ask anew what stands open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from pars.actions.acting import Act, By, act
from pars.clock import real_now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.sharing.breakglass import AGREES, CLOSES, MAY_ASK, MINUTES, REVIEWS, SEES, TOLD, Finding, Opened, third
from pars.store import accounts, events
from pars.store import openings as kept
from pars.store.database import Store
from pars.store.locks import Lock

LASTS = timedelta(minutes=MINUTES)
LONGEST = 500
NO_OPENING = "there is no opening by that number"


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening as those who are concerned see it. Times are real time."""

    id: UUID
    arrest: UUID
    number: int | None
    part: Opened
    why: str
    asked_by: UUID
    asker: str
    role: Role
    owner: Owner
    asked_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    signers: Sequence[UUID]
    signed_by: Sequence[str]
    owners: Sequence[Owner]
    looks: int
    reviewer: str | None
    finding: Finding | None
    said: str | None
    state: str
    minutes_left: int

    @property
    def told(self) -> Sequence[Owner]:
        """The owner who is told: the third, once two have opened it."""
        return third(self.owners) if self.opened_at else ()


def _state(row: kept.Opening, at: datetime) -> str:
    """Its state in a word: asked, lapsed, open, closed (and waits for its review), reviewed."""
    if row.finding is not None:
        return "reviewed"
    if row.opened_at is not None and row.closes_at is not None:
        return "open" if row.ended_at is None and at < row.closes_at else "closed"
    return "asked" if row.ended_at is None and at < row.asked_at + LASTS else "lapsed"


def _shown(store: Store, row: kept.Opening) -> Opening:
    at = real_now()
    state = _state(row, at)
    left = (row.closes_at - at) // timedelta(minutes=1) + 1 if state == "open" and row.closes_at else 0
    return Opening(
        id=row.id,
        arrest=row.arrest_id,
        number=row.number,
        part=Opened(row.part),
        why=store.keys.open(row.sealed, f"sharing.opening:{row.id}").decode(),
        asked_by=row.asked_by,
        asker=row.asker,
        role=Role(row.role),
        owner=Owner(row.owner),
        asked_at=row.asked_at,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        signers=row.signers,
        signed_by=row.signed_by,
        owners=[Owner(owner) for owner in row.owners],
        looks=row.looks,
        reviewer=row.reviewer,
        finding=Finding(row.finding) if row.finding else None,
        said=store.keys.open(row.said, f"sharing.opening_review:{row.id}").decode() if row.said else None,
        state=state,
        minutes_left=min(left, MINUTES),
    )


def _said(text: str, what: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise BadInput(f"{what}, in at most {LONGEST} characters", field="why")
    return said


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an act about an opening: which, its entry, and how it stands now."""

    id: UUID
    entry: UUID
    state: str
    closes_at: datetime | None = None


def ask(store: Store, by: By, arrest_id: UUID, part: Opened, *, why: str) -> Heard:
    """Ask for one part of one arrest; nothing is open until two people of two owners agree."""
    new = uuid4()
    with act(store, by, "opening.asked") as doing:
        owner = by.works_for
        if by.role not in MAY_ASK[part] or owner is None:
            raise NotAllowed("no emergency opens this to your duty", code="no-duty")
        said = _said(why, "say what the emergency is, and for whom")
        if not kept.subject(doing.connection, arrest_id, child=part is Opened.CHILDREN):
            raise NotThere("there is no arrest by that number")
        sealed = store.keys.seal(said.encode(), f"sharing.opening:{new}")
        kept.ask(doing.connection, new, arrest_id, part.value, sealed=sealed, by=by.account, owner=owner.value)
        _name(doing, new, "asked")
        doing.concern([arrest_id])
        doing.note(arrest=str(arrest_id), part=part.value, why=said)
    return Heard(new, doing.entry(), "asked")


def ask_for_child(store: Store, by: By, number: int, *, why: str) -> Heard:
    """Ask for the arrest of a child by its number."""
    with store.transaction("pars_act") as connection:
        child = kept.child_numbered(connection, number)
    return ask(store, by, child or uuid4(), Opened.CHILDREN, why=why)


def _name(doing: Act, opening: UUID, state: str) -> None:
    doing.commits["opening"] = str(opening)
    doing.note(opening=str(opening))
    doing.answer |= {"id": str(opening), "state": state}


def agree(store: Store, by: By, opening_id: UUID) -> Heard:
    """Agree for one's owner. The second signature, of another owner, opens it and tells the third."""
    with act(store, by, "opening.agreed") as doing:
        owner = by.works_for
        if by.role not in AGREES or owner is None:
            raise NotAllowed("an opening is agreed to by a supervisor", code="not-your-step")
        row = kept.hold(doing.connection, opening_id)
        if row is None:
            raise NotThere(NO_OPENING)
        if row.asked_by == by.account:
            raise NotAllowed("nobody opens for themselves what they asked for", code="not-your-step")
        if _state(row, real_now()) != "asked":
            raise Conflicts("this was opened, closed or has lapsed; ask again", code="over")
        if owner.value in row.owners:
            raise NotAllowed("your owner has agreed; the second person is of another owner", code="same-owner")
        if by.account in row.signers:  # for the owner for whom they worked before
            raise NotAllowed("you have agreed already; the second person is somebody else", code="not-your-step")
        kept.sign(doing.connection, opening_id, by.account, owner.value)
        signed = kept.opening(doing.connection, opening_id)
        closes_at = signed.closes_at if signed else None
        state = "open" if closes_at is not None else "asked"
        _name(doing, opening_id, state)
        if closes_at is not None:
            doing.note(opened=True, told=[one.value for one in third([*map(Owner, row.owners), owner])])
            doing.answer |= {"closes_at": closes_at.isoformat()}
            doing.after(events.openings_changed)
    return Heard(opening_id, doing.entry(), state, closes_at)


def close(store: Store, by: By, opening_id: UUID) -> Heard:
    """Close it at once, or take back what was asked: by its asker, or a supervisor or representative of any owner."""
    with store.transaction("pars_act") as connection:
        found = kept.opening(connection, opening_id)
        number = accounts.number_of(connection, found.asked_by) if found else 0
    alone = [(Lock.USER, number)] if found else []
    with act(store, by, "opening.closed", alone=alone) as doing:
        if by.role not in CLOSES and (found is None or found.asked_by != by.account):
            raise NotAllowed(
                "an opening is closed by its asker, a supervisor or a representative", code="not-your-step"
            )
        row = kept.hold(doing.connection, opening_id)
        if row is None:
            raise NotThere(NO_OPENING)
        if _state(row, real_now()) not in {"asked", "open"}:
            raise Conflicts("this is over already", code="over")
        kept.end(doing.connection, opening_id, by.account)
        state = "closed" if row.opened_at is not None else "lapsed"
        if row.opened_at is not None:
            doing.after(events.openings_changed)
        _name(doing, opening_id, state)
    return Heard(opening_id, doing.entry(), state)


def review(store: Store, by: By, opening_id: UUID, finding: str, *, reason: str) -> Heard:
    """Judge an opening that is over: by nobody who took part, and by no representative of the asker's own owner."""
    with act(store, by, "opening.reviewed") as doing:
        if by.role not in REVIEWS:
            raise NotAllowed("openings are judged by the privacy officer or a representative", code="not-your-step")
        row = kept.hold(doing.connection, opening_id)
        if row is None:
            raise NotThere(NO_OPENING)
        if by.account in {row.asked_by, *row.signers}:
            raise NotAllowed("nobody judges an opening in which they took part", code="not-your-step")
        if by.works_for is not None and by.works_for.value == row.owner:
            raise NotAllowed("the asker's own owner does not judge it", code="same-owner")
        if finding not in tuple(Finding):
            raise BadInput(f"a finding is one of: {', '.join(Finding)}", field="finding")
        said = _said(reason, "say what the finding rests on")
        if _state(row, real_now()) != "closed":
            raise Conflicts("it is judged once, when it is over", code="over")
        sealed = store.keys.seal(said.encode(), f"sharing.opening_review:{opening_id}")
        kept.review(doing.connection, opening_id, by.account, finding, sealed)
        _name(doing, opening_id, "reviewed")
        doing.note(finding=finding, reason=said)
    return Heard(opening_id, doing.entry(), "reviewed")


def openings(store: Store, by: By) -> Sequence[Opening]:
    """The openings that somebody is concerned with, newest first: all for those who watch, one's own for others."""
    with act(store, by, "openings.shown") as doing:
        if by.role not in TOLD:
            raise NotAllowed("your duty has no access to openings", code="no-duty")
        rows = kept.openings(doing.connection, None if by.role in SEES else by.account)
    return [_shown(store, row) for row in rows]


def awaiting_review(store: Store, by: By) -> Sequence[Opening]:
    """The review queue: openings that are over and not judged, oldest first."""
    with act(store, by, "openings.shown") as doing:
        if by.role not in SEES:
            raise NotAllowed("your duty has no access to the review of openings", code="no-duty")
        rows = kept.unreviewed(doing.connection)
    return [_shown(store, row) for row in rows]


@dataclass(frozen=True, slots=True)
class Notice:
    """An opening at work, as the head of every page of those concerned says it; it names no person arrested."""

    id: UUID
    part: Opened
    asker: str
    minutes_left: int
    own: bool


def at_work(store: Store, by: By) -> Sequence[Notice]:
    """What is open now, for its asker and for the supervisors and representatives of all three owners."""
    if by.role not in TOLD:
        return []
    with store.transaction("pars_act") as connection:
        rows = kept.at_work(connection, None if by.role in SEES else by.account)
    shown = [_shown(store, row) for row in rows]
    return [Notice(one.id, one.part, one.asker, one.minutes_left, one.asked_by == by.account) for one in shown]
