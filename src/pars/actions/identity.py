"""Prints, numbers and the person behind several arrests: linked by prints or by a decision that can be undone."""

from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act
from pars.actions.effect import Effect, Situation
from pars.actions.switches import stand_in
from pars.errors import BadInput, NotAllowed, NotThere
from pars.record.identifiers import CheckDigitRule, Otn, Pid, Sid, check_digit_warning
from pars.record.roles import Role
from pars.record.switches import Name
from pars.store import arrests, persons
from pars.store.database import Store

MAY_LINK = frozenset({Role.DETECTIVE, Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR})


def _prints(situation: Situation) -> Effect:
    columns: dict[str, object] = {}
    warning: str | None = None
    if otn := situation.text("otn"):
        number = str(Otn.parse(otn))
        arrests.otn_free(situation.doing.connection, number, situation.held.id)
        columns["otn"] = number
        rule = CheckDigitRule(str(stand_in(situation.doing.connection)[Name.OTN_CHECK_DIGIT].value))
        warning = check_digit_warning(Otn(number), rule)
    if sid := situation.text("sid"):
        columns["sid"] = str(Sid.parse(sid))
    if text := situation.text("pid"):
        pid = str(Pid.parse(text))
        columns["pid"] = pid
        person = persons.with_pid(situation.doing.connection, pid, uuid4())
        columns["person_id"] = person
        linked(situation.doing.connection, situation.held.id, person, "prints", None, situation.by)
    return Effect(columns=columns, warning=warning)


def linked(
    connection: Connection[TupleRow], arrest_id: UUID, person: UUID, basis: str, reason: str | None, by: By
) -> None:
    """Write down, within an act, that an arrest belongs to a person, or does not any more, and by what."""
    row = {"arrest_id": arrest_id, "person_id": person, "basis": basis, "reason": reason, "decided_by": by.account}
    arrests.insert(connection, "record.link", row)


def link(store: Store, by: By, arrest_id: UUID, other: int, *, reason: str) -> UUID:
    """Decide that this arrest and the one with number `other` are of one person; the entry.

    A name and a date alone are no reason.
    """
    with act(store, by, "person.linked", arrest_id=arrest_id) as doing:
        if by.role not in MAY_LINK:
            raise NotAllowed("linking arrests is for a detective or a supervisor", code="not-your-step")
        if not reason.strip():
            raise BadInput(
                "say what shows that this is the same person; a name and a date alone do not", field="reason"
            )
        found = arrests.by_number(doing.connection, "number", str(other), 1)
        if not found or found[0] == arrest_id:
            raise BadInput("there is no other arrest with that number", field="other")
        held, second = sorted((arrest_id, found[0]))
        first, last = arrests.hold(doing.connection, held), arrests.hold(doing.connection, second)
        person = first.person_id or last.person_id or persons.new(doing.connection, uuid4())
        for arrest in (first, last):
            if arrest.person_id != person:
                arrests.change(doing.connection, arrest.id, {"person_id": person})
                linked(doing.connection, arrest.id, person, "decision", reason.strip(), by)
    return doing.entry()


def unlink(store: Store, by: By, arrest_id: UUID, *, reason: str) -> UUID:
    """Undo a link; the entry."""
    with act(store, by, "person.unlinked", arrest_id=arrest_id) as doing:
        if by.role not in MAY_LINK:
            raise NotAllowed("linking arrests is for a detective or a supervisor", code="not-your-step")
        if not reason.strip():
            raise BadInput("undoing a link needs its reason", field="reason")
        held = arrests.hold(doing.connection, arrest_id)
        if held.person_id is None:
            raise NotThere("this arrest is linked to no other")
        arrests.change(doing.connection, arrest_id, {"person_id": None})
        linked(doing.connection, arrest_id, held.person_id, "undone", reason.strip(), by)
    return doing.entry()


def _not_the_person(situation: Situation) -> Effect:
    """The arrest leaves the history of whoever was taken for the one sought; the link is kept as undone (N19)."""
    person = situation.held.person_id
    if person is None:
        return Effect()
    linked(situation.doing.connection, situation.held.id, person, "undone", "not the person sought", situation.by)
    return Effect(columns={"person_id": None})


EFFECTS = {"take-prints": _prints, "not-the-person": _not_the_person}
