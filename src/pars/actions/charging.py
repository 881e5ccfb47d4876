"""The charging unit's decision, charge by charge, and the complaint that comes of it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from pars.actions.booking import ChargeGiven, classified, in_charge
from pars.actions.effect import Effect, Situation
from pars.errors import BadInput
from pars.record.charge import NEEDS_REASON, STANDING_DECISIONS, Decision, Stage
from pars.record.identifiers import Badge
from pars.record.protected import marks_in
from pars.store import arrests


@dataclass(frozen=True, slots=True)
class ChargeDecided:
    """What the District Attorney decides about one charge; without `charge` it is one that the police did not name."""

    decision: Decision
    charge: UUID | None = None
    statute: str | None = None
    grade: str = ""
    grade_fact: str | None = None
    counts: int = 1
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """The whole decision: every charge, and what the complaint needs besides (Rule 504)."""

    charges: list[ChargeDecided]
    affiant_name: str
    affiant_badge: str
    facts: str
    laboratory: bool = False


def _charge(situation: Situation) -> Effect:
    decided = situation.form("decisions", Decided)
    recommended = arrests.charges_of(situation.doing.connection, situation.held.id)
    _every_charge(decided, recommended)
    sequence = len(recommended)
    lead: str | None = None
    for number, one in enumerate(decided.charges, 1):
        charge_id = one.charge
        if charge_id is None:
            sequence, charge_id = sequence + 1, uuid4()
            row = {"id": charge_id, "arrest_id": situation.held.id, "sequence": sequence}
            arrests.insert(situation.doing.connection, "record.charge", row)
        stood = recommended.get(charge_id, {}).get(Stage.POLICE.value)
        with in_charge(number):
            statute = _classify(situation, one, charge_id, stood)
        if lead is None and one.decision in STANDING_DECISIONS:
            lead = statute
    _complaint(situation, decided)
    return Effect(columns={"lead_statute": lead})


def _every_charge(decided: Decided, recommended: dict[UUID, dict[str, tuple[str, str, int, str]]]) -> None:
    named = [one.charge for one in decided.charges if one.charge is not None]
    if len(set(named)) != len(named):
        raise BadInput("a charge is decided twice", field="decisions")
    if any(charge not in recommended for charge in named):
        raise BadInput("a decision names a charge that this arrest does not have", field="decisions")
    open_ones = {c for c, stages in recommended.items() if stages["police"][3] != Decision.REFUSED.value}
    if missing := open_ones - set(named):
        raise BadInput(f"{len(missing)} of the recommended charges have no decision yet", field="decisions")
    if not any(one.decision in STANDING_DECISIONS for one in decided.charges):
        raise BadInput("every charge is refused: decline the arrest in full instead", field="decisions")


def _classify(
    situation: Situation, one: ChargeDecided, charge_id: UUID, stood: tuple[str, str, int, str] | None
) -> str:
    if one.decision in NEEDS_REASON and not (one.reason or "").strip():
        raise BadInput(f"a charge that is {one.decision.value} needs its reason", field="reason")
    if (one.charge is None) != (one.decision is Decision.ADDED) or one.decision in {
        Decision.RECOMMENDED,
        Decision.DECIDED,
    }:
        raise BadInput("a recommended charge is approved, modified or refused; a new one is added", field="decision")
    statute = one.statute or (stood[0] if stood else "")
    grade = one.grade or (stood[1] if stood else "")
    row = dict(classified(ChargeGiven(statute, one.counts, grade, one.grade_fact)))
    if one.decision in STANDING_DECISIONS and not row["grade"]:
        raise BadInput(f"{row['statute']} needs its grade: the form asks the facts that set it", field="grade")
    if one.decision is Decision.APPROVED and stood is not None and str(row["statute"]) != stood[0]:
        raise BadInput("another statute is a modified charge and needs its reason", field="decision")
    arrests.insert(
        situation.doing.connection,
        "record.classification",
        {
            "charge_id": charge_id,
            "arrest_id": situation.held.id,
            "stage": Stage.DISTRICT_ATTORNEY.value,
            **row,
            "decision": one.decision.value,
            "reason": (one.reason or "").strip() or None,
            "decided_by": situation.by.account,
            "decided_at": situation.at,
        },
    )
    return str(row["statute"])


def _complaint(situation: Situation, decided: Decided) -> None:
    if not decided.affiant_name.strip():
        raise BadInput("the complaint needs its affiant", field="affiant_name")
    if not decided.facts.strip():
        raise BadInput("the complaint needs a summary of the facts; a citation alone is not enough", field="facts")
    last = arrests.newest_complaint(situation.doing.connection, situation.held.id)
    arrests.insert(
        situation.doing.connection,
        "record.complaint",
        {
            "id": uuid4(),
            "arrest_id": situation.held.id,
            "version": last[1] + 1 if last else 1,
            "affiant_name": decided.affiant_name.strip(),
            "affiant_badge": str(Badge.parse(decided.affiant_badge)),
            "facts": decided.facts.strip(),
            "marks": situation.store.keys.blind(marks_in(decided.facts)),
            "laboratory": decided.laboratory,
            "approved_by": situation.by.account,
            "approved_at": situation.at,
        },
    )


def _certify(situation: Situation) -> Effect:
    if situation.answers.get("verified") is not True:
        raise BadInput("a complaint that its affiant has not verified and signed cannot be certified", field="verified")
    complaint = arrests.newest_complaint(situation.doing.connection, situation.held.id)
    if complaint is None:
        raise BadInput("there is no complaint to certify; the charging unit writes it first")
    arrests.certify(situation.doing.connection, complaint[0], situation.by.account, situation.at)
    return Effect()


EFFECTS = {"charge": _charge, "certify": _certify}
