"""Prints from a scanner's file: what is kept of it becomes the answers of *Prints taken*, and the file is gone (N6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from pars.actions import identity
from pars.actions.acting import By, act, entitled
from pars.actions.life import Taken, take
from pars.actions.switches import stand
from pars.errors import BadInput, Conflicts
from pars.record import livescan
from pars.record.arrest import Paper, may_take
from pars.record.livescan import Places, Prints
from pars.record.steps import step_named
from pars.record.switches import Name
from pars.store import arrests, care, persons
from pars.store.database import Store

STEP = "take-prints"


@dataclass(frozen=True, slots=True)
class Attached:
    """Prints that were attached to an arrest, and what of the file had not the shape that it must have."""

    arrest: UUID
    taken: Taken
    left_out: tuple[str, ...]


def attach(store: Store, by: By, arrest_id: UUID, file: bytes, *, version: int | None = None) -> Attached:
    """Take the prints of an arrest as a scanner's file says; refused as a whole, changing nothing, when it is none.

    Once they are taken, a file is the state's answer: its numbers join the arrest.
    """
    with entitled(store, by, f"step.{STEP}", arrest_id=arrest_id):
        may_take(step_named(STEP), by.role)
        prints = livescan.read(file, _places(store))
    return _take(store, by, arrest_id, prints, version)


def attach_by_case_number(store: Store, by: By, file: bytes, number: int | None = None) -> Attached:
    """The same for the arrest with that number; without one, for the only arrest of the file's case number (DC).

    A name and a birth date find nobody: they are not read.
    """
    with entitled(store, by, f"step.{STEP}"):
        may_take(step_named(STEP), by.role)
        prints = livescan.read(file, _places(store))
        arrest_id = _meant(store, prints, number)
    return _take(store, by, arrest_id, prints, None)


def _meant(store: Store, prints: Prints, number: int | None) -> UUID:
    if number is None and prints.case_number is None:
        raise BadInput("the file names no case number; say the arrest by its number", field="arrest")
    column, value = ("number", str(number)) if number is not None else ("dc_number", str(prints.case_number))
    with store.transaction("pars_act") as connection:
        found = arrests.by_number(connection, column, value, 2)
    if not found:
        raise BadInput("no arrest has the number that the file or you named; say another", field="arrest")
    if len(found) > 1:
        raise Conflicts("several arrests have the file's case number; say the arrest by its number", code="narrow-it")
    return found[0]


def _places(store: Store) -> Places:
    standing = stand(store)
    names = (Name.LIVESCAN_OTN, Name.LIVESCAN_PID, Name.LIVESCAN_QUALITY)
    return Places(*(int(standing[name].value) for name in names))


def _answered(store: Store, by: By, arrest_id: UUID, numbers: Mapping[str, str]) -> Taken:
    """The state's answer about prints that were taken before: its numbers join the arrest. No step is taken again.

    Refused when the answer names another number than the record: somebody has to look at both.
    """
    with act(store, by, "prints.answered", arrest_id=arrest_id) as doing:
        held = arrests.hold(doing.connection, arrest_id)
        if held.standing.prints is not Paper.DONE:
            raise Conflicts("no prints were taken that could be answered", code="out-of-order")
        if care.frozen_at(doing.connection, arrest_id) is not None:
            raise Conflicts("the record is frozen after a death or self-harm: nothing is added", code="frozen")
        sid, pid = persons.numbers(doing.connection, arrest_id)
        columns: dict[str, object] = {}
        for name, stands in (("sid", sid), ("pid", pid)):
            said = numbers.get(name)
            if said is not None and stands is not None and said != stands:
                raise Conflicts(
                    f"the answer names another {name.upper()} than the record; look at both", code="other-number"
                )
            if said is not None and stands is None:
                columns[name] = said
        if "pid" in columns:
            person = persons.with_pid(doing.connection, str(columns["pid"]), uuid4())
            columns["person_id"] = person
            identity.linked(doing.connection, held.id, person, "prints", None, by)
        if columns:
            arrests.change(doing.connection, held.id, columns)
        doing.note(said=sorted(numbers), match=numbers.get("match"), transaction=numbers.get("transaction"))
        doing.answer |= {"id": str(arrest_id)}
    return Taken(doing.entry(), held.standing, held.version + bool(columns))


def _take(store: Store, by: By, arrest_id: UUID, prints: Prints, version: int | None) -> Attached:
    with store.transaction("pars_act") as connection:
        answers = persons.taken_prints(connection, arrest_id)
    named = {"otn": prints.otn, "sid": prints.sid, "pid": prints.pid, "match": prints.match}
    given = {name: str(value) for name, value in named.items() if value is not None}
    given |= {"transaction": prints.transaction} if prints.transaction else {}
    if answers:
        return Attached(arrest_id, _answered(store, by, arrest_id, given), prints.left_out)
    given |= {"quality": str(prints.quality)} if prints.quality is not None else {}
    try:
        return Attached(
            arrest_id, take(store, by, arrest_id, STEP, given, at=prints.taken_at, version=version), prints.left_out
        )
    except BadInput as refusal:
        if refusal.field != "at":
            raise
    # A scanner whose clock is wrong holds nobody up (N1): the prints are taken now, and the time is named as left out.
    return Attached(arrest_id, take(store, by, arrest_id, STEP, given, version=version), (*prints.left_out, "taken_at"))
