"""Keeping times that act: a round ends what is over, each with an entry; a legal hold stops it until its last day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from pars.actions.acting import By, NothingToDo, act, once
from pars.actions.switches import stand
from pars.clock import city_day, now
from pars.errors import BadInput, NotAllowed, NotThere
from pars.record.roles import Role
from pars.record.switches import Name
from pars.store import arrests, keeping
from pars.store.database import Store
from pars.store.keeping import LegalHold

SEES_KEEPING = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})
ENDS: Final[Mapping[str, Name]] = MappingProxyType(
    {
        "interview": Name.KEEP_INTERVIEW_DAYS,
        "protected": Name.KEEP_PROTECTED_DAYS,
        "optional": Name.KEEP_OPTIONAL_DAYS,
    }
)
"""What the round ends of an arrest, by the setting that says how many days after the door and the decision."""
AT_A_TIME = 200
LONGEST_REASON = 500
LONGEST_HOLD = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Ending:
    """What of one kind ends in which month: 0 days mean that no owner has set a time, and it is kept."""

    what: str
    days: int
    months: Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What ends when, what was ended, and which legal holds there are."""

    endings: Sequence[Ending]
    ended: Sequence[tuple[str, date, int]]
    holds: Sequence[LegalHold]


def end_over(store: Store, stop: Callable[[], bool] = lambda: False) -> int:
    """End what is over its time, one act and one entry for each, until nothing is left or told to stop; how many."""
    standing, today = stand(store), city_day(now())
    ended = 0
    for what, name in ENDS.items():
        days = int(standing[name].value)
        while days and not stop():
            with store.transaction("pars_act") as connection:
                found = keeping.over(connection, what, now() - timedelta(days=days), today, AT_A_TIME)
            now_ended = sum(once(_end, store, what, arrest) for arrest in found if not stop())
            ended += now_ended
            if not now_ended or len(found) < AT_A_TIME:
                break
    return ended


def _end(store: Store, what: str, arrest: UUID) -> None:
    """End it; nothing to do when another process did, or a legal hold came first."""
    with act(store, None, f"{what}.ended") as doing:
        if not keeping.end(doing.connection, what, arrest, doing.at):
            raise NothingToDo
        doing.concern([arrest])
        doing.note(arrest=str(arrest))


def kept(store: Store, by: By) -> Kept:
    """What ends when, for owners, the privacy officer and the auditor."""
    standing = stand(store)
    with act(store, by, "keeping.shown") as doing:
        if by.role not in SEES_KEEPING:
            raise NotAllowed("what is kept how long is for owners, privacy officer and auditor", code="no-duty")
        endings = []
        for what, name in ENDS.items():
            days = int(standing[name].value)
            left = keeping.left_by_month(doing.connection, what)
            endings.append(Ending(what, days, [(month + timedelta(days=days), many) for month, many in left]))
        return Kept(endings, keeping.ended(doing.connection), keeping.holds(doing.connection))


def place_hold(store: Store, by: By, number: int, *, reason: str, until: date | None) -> UUID:
    """Hold everything of an arrest until a day, for an owner, whatever its keeping time says; the hold."""
    new = uuid4()
    with act(store, by, "legal-hold.placed") as doing:
        _speaks(by)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise BadInput("a legal hold needs its reason in a sentence", field="reason")
        today = city_day(doing.at)
        if until is None or not today < until <= today + LONGEST_HOLD:
            raise BadInput("a legal hold ends on a day to come, within two years; it can be placed anew", field="until")
        found = arrests.by_number(doing.connection, "number", str(number), 1)
        if not found:
            raise NotThere("there is no arrest by that number")
        keeping.place(doing.connection, (new, found[0], reason.strip(), until, by.account, doing.at))
        doing.concern(found)
        doing.note(hold=str(new), arrest=str(found[0]), reason=reason.strip(), until=until.isoformat())
        doing.answer |= {"id": str(new)}
    return new


def lift_hold(store: Store, by: By, hold: UUID) -> UUID:
    """End a legal hold before its day; the entry."""
    with act(store, by, "legal-hold.lifted") as doing:
        _speaks(by)
        if not keeping.lift(doing.connection, hold, by.account, doing.at):
            raise NotThere("there is no such legal hold, or it was lifted")
        doing.note(hold=str(hold))
        doing.answer |= {"id": str(hold)}
    return doing.entry()


def _speaks(by: By) -> None:
    if by.role is not Role.REPRESENTATIVE or by.owner is None:
        raise NotAllowed("legal holds are an owner's representative's to place", code="not-your-step")
