"""Children: what is done about them, and a record among the adults' that turns out to be a child's (N12).

Such a record moves whole in one act: it is sealed among the children's, nothing of it stays among the adults', and each
partner that was handed something of it is told to destroy that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from pars.actions import consular, disclosure
from pars.actions.acting import By, act, alone_with, entitled, not_again
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.answers import read
from pars.record.arrest import IN_CUSTODY, Custody
from pars.record.children import MOVES, STEPS, TAKERS
from pars.store import arrests, care, children, recalls
from pars.store.database import Store

AHEAD = timedelta(minutes=5)


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
            care.end_watch(doing.connection, child, doing.at)
            consular.ends(store, doing, child, happened)
        doing.concern([child])
        doing.note(step=name, at=happened.isoformat())
        doing.answer |= {"id": str(child)}
    return doing.entry()


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
    """Move a record that is a child's from the adults' to the children's, whole, in one act; the entry."""
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
