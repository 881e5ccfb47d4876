"""Children: what is done about them, and a record that turns out to be a child's, or not to be one (N12).

A record among the adults' that is a child's moves whole in one act: it is sealed among the children's, nothing of it
stays among the adults', and each partner that was handed something of it is told to destroy that. An age in doubt that
turns out to be 18 or more moves the other way, as whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from pars.actions import canaries, consular, disclosure, labels
from pars.actions.acting import Act, By, act, alone_with, entitled, not_again
from pars.actions.booking import ChargeGiven, write_adult
from pars.actions.person_given import PersonGiven, keys_of
from pars.actions.printing import Printing, shelved
from pars.clock import AHEAD, city_day
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.answers import read
from pars.record.arrest import IN_CUSTODY, Custody
from pars.record.children import MOVES, STEPS, TAKERS
from pars.record.person import ADULT_AGE, age_on
from pars.sharing.duty import CHILDREN_READERS
from pars.store import arrests, care, children, partners, recalls
from pars.store.database import Store
from pars.store.papers import Shelf


def take(
    store: Store, by: By, child: UUID, name: str, given: Mapping[str, object], *, at: datetime | None = None
) -> UUID:
    """Take a step about a child; the entry. The ways out stop the clock of six hours."""
    with entitled(store, by, "child.step"):
        if by.role not in TAKERS:
            raise NotAllowed("children are for: " + ", ".join(sorted(TAKERS)), code="not-your-step")
    with act(store, by, "child.step") as doing:
        form = STEPS.get(name)
        if form is None:
            raise NotThere("there is no such step; the names stand in docs/arrest-stages.md", code="no-such-step")
        arrested_at, custody = children.hold(doing.connection, child)
        if custody != Custody.ARRESTED:
            raise Conflicts("this child is not kept here any more", code="out-of-order")
        happened = at or doing.at
        if happened.tzinfo is None or not arrested_at - timedelta(minutes=1) <= happened <= doing.at + AHEAD:
            raise BadInput("the time lies before the arrest or in the future; check it", field="at")
        said = read(form, given)
        _keep(store, by, doing.connection, child, name, said, happened)
        if "custody" in form.to:
            children.move(doing.connection, child, form.to["custody"].value)
            care.end_watch(doing.connection, child, happened)
            consular.ends(store, doing, child, happened)
        doing.concern([child])
        doing.note(step=name, at=happened.isoformat())
        doing.answer |= {"id": str(child)}
    return doing.entry()


def write_printing(store: Store, by: By, child: UUID, *, kind: str, language: str) -> Printing:
    """Write down that a paper about a child is printed, in the children's store alone."""
    with entitled(store, by, "child.printed"):
        if by.role not in CHILDREN_READERS:
            raise NotAllowed("papers about children are printed by those whose duty is with them", code="no-duty")
    with act(store, by, "child.printed") as doing:
        children.hold(doing.connection, child)
        doing.concern([child])
        code, copy = shelved(doing, Shelf.CHILD, child, kind=kind, language=language)
    return Printing(code, copy, doing.at, doing.entry())


def _keep(
    store: Store,
    by: By,
    connection: children.Rows,
    child: UUID,
    name: str,
    said: Mapping[str, object],
    happened: datetime,
) -> None:
    row = uuid4()
    content = msgspec.json.encode({key: value for key, value in said.items() if value is not None})
    kept: dict[str, object] = {
        "id": row,
        "child_id": child,
        "step": name,
        "sealed": store.keys.seal(content, f"protected.child_step:{row}"),
        "happened_at": happened,
        "written_by": by.account,
    }
    arrests.insert(connection, "protected.child_step", kept)


def move_across(store: Store, by: By, arrest_id: UUID, *, reason: str, why: str | None = None) -> UUID:
    """Move a record that is a child's from the adults' to the children's, whole, in one act; the entry.

    A legal hold on it goes on standing. What stands for nobody is no child's, and stays.
    """
    with entitled(store, by, "child.moved", arrest_id=arrest_id):
        if by.role not in MOVES:
            raise NotAllowed("a record is moved by a police or custody supervisor", code="not-your-step")
        if not reason.strip():
            raise BadInput("say what shows that this is a child", field="reason")
    whole = disclosure.open_whole(store, not_again(store, by), arrest_id, why=why or reason)
    with act(store, by, "child.moved", arrest_id=arrest_id, alone=alone_with(store, arrest_id)) as doing:
        held = arrests.hold(doing.connection, arrest_id)
        if whole.version != held.version:
            raise Conflicts("somebody else changed this arrest meanwhile; look again", code="changed-meanwhile")
        canaries.is_somebody(doing, by, arrest_id)
        content = {**whole.arrest, "moved": {"reason": reason.strip(), "at": doing.at.isoformat()}, "rows": whole.rows}
        kept: dict[str, object] = {
            "id": arrest_id,
            "arrested_at": held.arrested_at,
            "agency_id": held.agency_id,
            "sealed": store.keys.seal(msgspec.json.encode(content), f"protected.child:{arrest_id}"),
            "custody": "arrested" if held.standing.custody in IN_CUSTODY else held.standing.custody.value,
            "written_by": by.account,
        }
        arrests.insert(doing.connection, "protected.child", kept)
        recalls.owe(doing.connection, arrest_id)
        children.forget_adult(doing.connection, arrest_id)
        doing.note(tables=sorted(whole.rows))
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()


@dataclass(frozen=True, slots=True)
class Grown:
    """What shows that somebody is an adult; `birth_date` None where the papers say an age and no day."""

    reason: str
    birth_date: date | None = None


_Kept = dict[str, object]


def move_to_adults(store: Store, by: By, child: UUID, grown: Grown, *, why: str | None = None) -> UUID:
    """Move a record to the adults' of somebody whose age was in doubt and is 18 or more, whole, in one act; the entry.

    What was moved across from there before comes back with every row that it had.
    """
    reason = grown.reason.strip()
    with entitled(store, by, "adult.moved"):
        if by.role not in MOVES:
            raise NotAllowed("a record is moved by a police or custody supervisor", code="not-your-step")
        if not reason:
            raise BadInput("say what shows that this is an adult", field="reason")
    whole = disclosure.open_child_whole(store, not_again(store, by), child, why=why or reason)
    with act(store, by, "adult.moved", arrest_id=child) as doing:
        arrested_at, custody = children.hold(doing.connection, child)
        if custody != Custody.ARRESTED:
            raise Conflicts("this child is not kept here any more", code="out-of-order")
        said = msgspec.json.decode(whole.content, type=_Kept)
        _born(said, grown.birth_date, city_day(arrested_at))
        hung = said.pop("rows", None)
        said.pop("moved", None)
        if isinstance(hung, dict):
            _as_it_was(store, doing, child, said, hung)
        else:
            _for_the_first_time(store, doing, child, said, arrested_at)
        children.forget_child(doing.connection, child)
        doing.concern([child])
        doing.note(reason=reason, again=isinstance(hung, dict))
        doing.answer |= {"id": str(child)}
    return doing.entry()


def _born(said: _Kept, birth_date: date | None, arrested_on: date) -> None:
    """Put the birth date that was found into what is kept; refused when it, or what stands there, is a child's."""
    if birth_date is not None:
        said["birth_date"] = birth_date.isoformat()
    stands = said.get("birth_date")
    born = date.fromisoformat(stands) if isinstance(stands, str) else None
    if born is not None and age_on(born, arrested_on) < ADULT_AGE:
        raise BadInput(
            "by this birth date the person is under 18; give the one that the papers show", field="birth_date"
        )


def _for_the_first_time(store: Store, doing: Act, child: UUID, said: _Kept, arrested_at: datetime) -> None:
    """Write a record among the adults' that was booked as a child's."""
    charges = msgspec.convert(said.pop("charges"), list[ChargeGiven])
    said.pop("age")
    who = _person(said)
    keys = store.keys.blind(keys_of(who, city_day(arrested_at)))
    lead = charges[0].statute if charges else None
    write_adult(doing, child, {**said, "search_keys": keys, "lead_statute": lead}, who, charges, at=arrested_at)


def _as_it_was(store: Store, doing: Act, child: UUID, said: _Kept, hung: Mapping[str, object]) -> None:
    """Write a record again that was among the adults' before, to be found by what is known now."""
    arrested_on = city_day(datetime.fromisoformat(str(said["arrested_at"])))
    said["search_keys"] = sorted(store.keys.blind(keys_of(_person(said), arrested_on)))
    children.bring_back(doing.connection, child, said, hung)
    doing.note(labels=labels.of_charges(partners.charges_shown(doing.connection, child).values()))


def _person(said: Mapping[str, object]) -> PersonGiven:
    """Who it is, of what was kept."""
    return msgspec.convert({one.name: said[one.name] for one in fields(PersonGiven) if one.name in said}, PersonGiven)
