"""The police report: facts and recommended charges; victims and witnesses go to a store of their own."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import msgspec

from pars.actions.acting import By, act
from pars.actions.booking import ChargeGiven, classified, in_charge, recommend
from pars.actions.effect import Effect, Situation
from pars.errors import BadInput, NotAllowed
from pars.record.charge import Decision, Stage
from pars.record.protected import NAMED_BEFORE, WARNING, marks, marks_in, street_in
from pars.record.roles import Role
from pars.store import arrests, protected
from pars.store.database import Store

MAY_PROTECT = frozenset({Role.OFFICER, Role.DETECTIVE, Role.POLICE_SUPERVISOR})


def _write(situation: Situation) -> Effect:
    charges = situation.form("charges", list[ChargeGiven])
    if not charges:
        raise BadInput("a report recommends at least one charge", field="charges")
    connection = situation.doing.connection
    arrests.insert(
        connection,
        "record.report",
        {
            "arrest_id": situation.held.id,
            "facts": situation.text("facts"),
            "marks": situation.store.keys.blind(marks_in(situation.text("facts"))),
            "written_by": situation.by.account,
        },
    )
    known = list(arrests.charges_of(connection, situation.held.id))
    for number, (charge_id, charge) in enumerate(zip(known, charges, strict=False), 1):
        with in_charge(number):
            _again(situation, charge_id, charge)
    for charge_id in known[len(charges) :]:
        _withdrawn(situation, charge_id)
    recommend(situation.doing, situation.held.id, charges[len(known) :], at=situation.at, first=len(known) + 1)
    lead = str(classified(charges[0])["statute"])
    warning = names_somebody(situation, situation.text("facts"))
    return Effect(columns={"lead_statute": lead}, kept_apart=frozenset({"facts"}), warning=warning)


def names_somebody(situation: Situation, text: str) -> str | None:
    """The warning, when a text seems to name somebody protected in this arrest; asked by blind marks, and never who."""
    given = situation.store.keys.blind(marks_in(text))
    return WARNING if protected.named(situation.doing.connection, situation.held.id, given) else None


def _again(situation: Situation, charge_id: UUID, charge: ChargeGiven) -> None:
    row = {**classified(charge), "decision": Decision.RECOMMENDED.value}
    arrests.insert(situation.doing.connection, "record.classification", _stamped(situation, charge_id, row))


def _withdrawn(situation: Situation, charge_id: UUID) -> None:
    stood = arrests.charges_of(situation.doing.connection, situation.held.id)[charge_id][Stage.POLICE.value]
    row = {
        "statute": stood[0],
        "grade": stood[1],
        "counts": stood[2],
        "decision": Decision.REFUSED.value,
        "reason": "not recommended any more in the newer report",
    }
    arrests.insert(situation.doing.connection, "record.classification", _stamped(situation, charge_id, row))


def _stamped(situation: Situation, charge_id: UUID, row: dict[str, object]) -> dict[str, object]:
    return {
        "charge_id": charge_id,
        "arrest_id": situation.held.id,
        "stage": Stage.POLICE.value,
        "decided_by": situation.by.account,
        "decided_at": situation.at,
        **row,
    }


EFFECTS = {"write-report": _write}


@dataclass(frozen=True, slots=True)
class ProtectedPerson:
    """A victim, witness or complainant. Kept sealed in a store of its own; papers say “Complainant 1”."""

    kind: str
    surname: str
    given: str = ""
    contact: str = ""
    safe_hours: str = ""
    language: str = ""
    address_confidential: bool = False
    family_or_household: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """A protected person who was written down: the entry, and a warning when an older text seems to name them."""

    entry: UUID
    warning: str | None = None


def protect(store: Store, by: By, arrest_id: UUID, person: ProtectedPerson) -> Protected:
    """Write down a victim or witness, by an entry which names nobody; texts written before are compared then."""
    with act(store, by, "protected.recorded", arrest_id=arrest_id) as doing:
        if by.role not in MAY_PROTECT:
            raise NotAllowed("victims and witnesses are written down by the investigating unit", code="not-your-step")
        if person.kind not in {"victim", "witness", "complainant"}:
            raise BadInput("a protected person is a victim, a witness or a complainant", field="kind")
        if not person.surname.strip():
            raise BadInput("the surname is missing", field="surname")
        if person.address_confidential and street_in(person.contact):
            raise BadInput(
                "this person's address is kept secret by law and is not written here; give a telephone, or the post"
                " office box of the program",
                field="contact",
            )
        arrests.hold(doing.connection, arrest_id)
        arrests.one_more_complainant(doing.connection, arrest_id)
        row, own = uuid4(), store.keys.blind(marks(person.surname, person.given, person.contact))
        older = protected.named_in_texts(doing.connection, arrest_id, own)
        doing.answer |= {"warning": NAMED_BEFORE if older else None}
        said = {"id": row, "arrest_id": arrest_id, "kind": person.kind}
        sealed = store.keys.seal(msgspec.json.encode(person), f"protected.person:{row}")
        arrests.insert(doing.connection, "protected.person", {**said, "sealed": sealed, "written_by": by.account})
        arrests.insert(doing.connection, "protected.stand_in", {**said, "marks": own})
    return Protected(doing.entry(), NAMED_BEFORE if older else None)
