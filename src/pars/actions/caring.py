"""Care of the person in the cell: notes into a store of their own, watches and their checks, and fit to appear (N11).

The act adds and cannot read. Custody and medical staff read through `disclosure.open_care`, on shift alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from pars.actions import disclosure
from pars.actions.acting import Act, By, act, entitled
from pars.actions.disclosure import Seen
from pars.actions.printing import Printing, shelved
from pars.clock import AHEAD, now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.answers import Answer, read
from pars.record.arrest import GONE, Custody
from pars.record.care import FORMS, LEVELS, NEEDS, READERS, REPORTS
from pars.record.roles import Role
from pars.sharing.duty import View
from pars.store import arrests, care, children
from pars.store.care import ReportOwed, Watch
from pars.store.database import Store
from pars.store.papers import Shelf

WATCHES = frozenset({"watch", "check"})
"""Notes that somebody is looked at, which nobody is who has left."""
SAYS_FIT = frozenset({Role.CUSTODY_SUPERVISOR, Role.MEDIC})
OWES_REPORTS = frozenset({Role.CUSTODY_SUPERVISOR})


def note(
    store: Store, by: By, arrest_id: UUID, kind: str, given: Mapping[str, object], *, at: datetime | None = None
) -> UUID:
    """Write a care note; the entry, which says its kind in private and nothing of what it holds."""
    with entitled(store, by, "care.noted", arrest_id=arrest_id):
        if by.role not in READERS:
            raise NotAllowed("care is noted by custody and medical staff", code="no-duty")
    with act(store, by, "care.noted", arrest_id=arrest_id) as doing:
        form = FORMS.get(kind)
        if form is None:
            raise NotThere("there is no such care note")
        left = _hold(doing, arrest_id)
        happened = _when(doing, arrest_id, at)
        said = read(form, given)
        if left and kind in WATCHES:
            _watched_then(doing, arrest_id, kind, happened)
        if kind == "restraint" and said["labour_or_recovery"]:
            raise BadInput(
                "nobody in labor, or recovering from birth, is restrained (61 Pa.C.S. 1104, 5905): take it off",
                field="labour_or_recovery",
            )
        _watched(doing, arrest_id, kind, said, happened)
        if kind == "self-harm":
            freeze(doing, by, arrest_id, "self-harm")
        _seal(store, doing, by, arrest_id, kind, said, happened)
        doing.answer |= {"id": str(arrest_id)}
        doing.note(kind=kind, at=happened.isoformat())
    return doing.entry()


def _hold(doing: Act, arrest_id: UUID) -> bool:
    """Lock an adult's arrest, or a child's; whether the person has left. Refused when there is neither."""
    if children.is_there(doing.connection, arrest_id):
        return children.hold(doing.connection, arrest_id)[1] != Custody.ARRESTED
    return arrests.hold(doing.connection, arrest_id).standing.custody in GONE


def _watched_then(doing: Act, arrest_id: UUID, kind: str, happened: datetime) -> None:
    """Refused for somebody who has left, but for a check that was made on the watch and comes later (ADR 0037)."""
    if kind != "check" or not care.was_watched(doing.connection, arrest_id, happened):
        raise Conflicts(
            "this person has left custody, and nobody checks on them any more; for a check made before, give its time",
            code="left",
        )


def _when(doing: Act, arrest_id: UUID, at: datetime | None) -> datetime:
    """When it happened; what lies before a freeze is not written any more."""
    happened = at or doing.at
    if happened.tzinfo is None or happened > doing.at + AHEAD:
        raise BadInput("the time lies in the future or has no zone; check it", field="at")
    frozen = care.frozen_at(doing.connection, arrest_id)
    if frozen is not None and happened < frozen:
        raise Conflicts("what happened before is frozen; write what you know as a note of now", code="frozen")
    return happened


def _watched(doing: Act, arrest_id: UUID, kind: str, said: Mapping[str, Answer], at: datetime) -> None:
    """What a note does to the watch: it begins, goes on, or ends."""
    if kind == "watch":
        care.end_watch(doing.connection, arrest_id, doing.at)
        care.begin_watch(doing.connection, uuid4(), arrest_id, LEVELS[str(said["level"])], at)
    elif kind == "check":
        watch = care.watch_of(doing.connection, arrest_id)
        if watch is not None:
            care.checked(doing.connection, watch.id, at)
    elif kind == "watch-ended" and not care.end_watch(doing.connection, arrest_id, doing.at):
        raise Conflicts("there is no watch that could end")


def _seal(
    store: Store, doing: Act, by: By, arrest_id: UUID, kind: str, said: Mapping[str, Answer], at: datetime
) -> None:
    row = uuid4()
    content = msgspec.json.encode({name: value for name, value in said.items() if value is not None})
    kept: dict[str, object] = {
        "id": row,
        "arrest_id": arrest_id,
        "kind": kind,
        "sealed": store.keys.seal(content, f"care.note:{row}"),
        "happened_at": at,
        "written_by": by.account,
    }
    arrests.insert(doing.connection, "care.note", kept)


def freeze(doing: Act, by: By, arrest_id: UUID, code: str) -> None:
    """After a death or serious self-harm: what was written stays as it is, and the reports owed begin."""
    care.freeze(doing.connection, arrest_id, code, doing.at, by.account)
    for report, within in REPORTS[code].items():
        care.owe(doing.connection, uuid4(), arrest_id, report, doing.at + within)


def say_fit(store: Store, by: By, arrest_id: UUID, *, fit: bool, needs: Sequence[str] = ()) -> UUID:
    """Say whether somebody is fit to appear, and what is needed: all that the magistrate is told; the entry."""
    with entitled(store, by, "care.fit-said", arrest_id=arrest_id):
        if by.role not in SAYS_FIT:
            raise NotAllowed("fit to appear is said by medical staff or the custody supervisor", code="no-duty")
    with act(store, by, "care.fit-said", arrest_id=arrest_id) as doing:
        if any(need not in NEEDS for need in needs):
            raise BadInput(f"a need is one of: {', '.join(NEEDS)}", field="needs")
        held = arrests.hold(doing.connection, arrest_id)
        row: dict[str, object] = {
            "arrest_id": held.id,
            "fit": fit,
            "needs": sorted(set(needs)),
            "said_by": by.account,
            "said_at": doing.at,
        }
        arrests.insert(doing.connection, "record.fitness", row)
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()


def write_printing(store: Store, by: By, arrest_id: UUID, *, kind: str, language: str) -> Printing:
    """Write down that a paper of care is printed, in the store of care alone."""
    with entitled(store, by, "care.printed", arrest_id=arrest_id):
        if by.role not in READERS:
            raise NotAllowed("papers of care are printed by custody and medical staff", code="no-duty")
    with act(store, by, "care.printed", arrest_id=arrest_id) as doing:
        _hold(doing, arrest_id)
        code, copy = shelved(doing, Shelf.CARE, arrest_id, kind=kind, language=language)
    return Printing(code, copy, doing.at, doing.entry())


def watches(store: Store) -> Sequence[Watch]:
    """Every watch at work: how often and when looked at last, and nothing of why."""
    with store.transaction("pars_act") as connection:
        return care.watches(connection)


def watched(store: Store, by: By) -> tuple[Sequence[Watch], Seen]:
    """Who is on a watch, the first check due at the top, with the lines of whom it is; a look with its entry."""
    if by.role not in READERS:
        raise NotAllowed("your duty has no access to this store", code="no-duty")
    found = watches(store)
    lines = disclosure.open_list(store, by, View.BOARD, lambda _: [one.arrest for one in found], why="care watch")
    return found, lines


def reports_owed(store: Store, by: By) -> Sequence[ReportOwed]:
    """The reports that are owed after a death or self-harm; for the custody supervisor."""
    if by.role not in OWES_REPORTS:
        return []
    with store.transaction("pars_act") as connection:
        return care.owed(connection)


def report_given(store: Store, by: By, report_id: UUID) -> UUID:
    """A report that was owed was given; the entry."""
    with act(store, by, "care.report-given") as doing:
        if by.role not in OWES_REPORTS:
            raise NotAllowed("reports are given by the custody supervisor", code="no-duty")
        arrest = care.given(doing.connection, report_id, by.account, now())
        if arrest is None:
            raise NotThere("no report by that number is owed")
        doing.concern([arrest])
        doing.note(report=str(report_id))
        doing.answer |= {"id": str(report_id)}
    return doing.entry()
