"""Custody: booking at a site, holds, posting bail, and the door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from pars.actions import caring
from pars.actions.acting import By, act
from pars.actions.effect import Effect, Situation
from pars.actions.switches import bail_settings, stand_in
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.bail import FOLLOWS, BailAction, BailOrder, BailType, deposit_usd
from pars.record.charge import Stage
from pars.record.offences import Grade
from pars.record.release import Allowed, Answers, decide
from pars.record.roles import Role
from pars.store import accounts, arrests, bail_links, holds
from pars.store.database import Store

MAY_HOLD = frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR, Role.CLERK})
HOLD_KINDS = (
    "bench-warrant",
    "probation-detainer",
    "parole-detainer",
    "other-county",
    "other-state",
    "sentence",
    "protection-order-contempt",
)
"""Only a document signed by a judge, or by the probation or parole authority that the law names, can be a hold (N2)."""


NO_HOLDS = {
    "administrative-immigration-warrant": "administrative immigration warrant",
    "immigration-detainer": "immigration detainer",
    "administrative-database-entry": "administrative entry of a federal database",
}
"""Papers that no judge has signed. They hold nobody: their arrival is an entry, and has no effect on custody (N2)."""
_NO_SUCH_HOLD = "there is no such hold in this arrest, or it is lifted already"
HEARING_WITHIN = timedelta(hours=72)
"""A hearing on a bench warrant is due so soon where the warrant names no day (Rule 150; V5: second-hand, a setting)."""


def _book(situation: Situation) -> Effect:
    site = situation.text("site")
    if site not in dict(accounts.sites(situation.doing.connection, "booking")):
        raise BadInput("there is no such booking site", field="site")
    return Effect(columns={"site": site, "cell": situation.text("cell") or None})


def _post(situation: Situation) -> Effect:
    last = bail_links.newest(situation.doing.connection, situation.held.id)
    if last is None:
        raise Conflicts("there is no bail order to post for")
    action, bail_type, amount, percent = last
    if BailAction.POSTED not in FOLLOWS[BailAction(action)]:
        raise Conflicts("bail cannot be posted as it stands; see the last act on it", code="out-of-order")
    paid = situation.answers["amount_usd"]
    if bail_type == BailType.DENIED.value:
        raise Conflicts("bail was denied; there is nothing to post")
    whole = BailOrder(type=BailType(bail_type), amount_usd=amount, percent=percent)
    settings = bail_settings(stand_in(situation.doing.connection))
    owed = deposit_usd(whole, settings) if situation.text("security") == "cash" else amount or 0
    if not isinstance(paid, int) or paid < owed:
        raise BadInput(f"posting this order takes ${owed:,}", field="amount_usd")
    arrests.insert(
        situation.doing.connection,
        "record.bail",
        {
            "arrest_id": situation.held.id,
            "action": "posted",
            "position": "order",
            "type": bail_type,
            "amount_usd": amount,
            "percent": percent,
            "authority": situation.by.account,
            "at": situation.at,
        },
    )
    return Effect()


def _sign_out(situation: Situation) -> Effect:
    if holds.standing(situation.doing.connection, situation.held.id, situation.at):
        raise Conflicts("another hold still keeps this person: it stands beside the release order", code="hold-remains")
    return Effect()


def _as_recorded(answers: Answers, recorded: Sequence[tuple[str, str, int, str]]) -> Answers:
    """The answers with what the charges themselves say: an answer never makes a charge less serious."""
    grades = [Grade(grade) for _, grade, _, _ in recorded if grade]
    if answers.most_serious_grade:
        grades.append(Grade.parse(answers.most_serious_grade))
    return replace(
        answers,
        statutes=[*answers.statutes, *(statute for statute, *_ in recorded)],
        most_serious_grade=max(grades).value if grades else None,
    )


def _release_by_police(situation: Situation) -> Effect:
    charges = arrests.charges_of(situation.doing.connection, situation.held.id)
    recorded = [stages[Stage.POLICE.value] for stages in charges.values() if Stage.POLICE.value in stages]
    if not recorded:
        raise BadInput("release by police needs at least one charge, so that its grade is known", field="conditions")
    decision = decide(_as_recorded(situation.form("conditions", Answers), recorded))
    if not isinstance(decision, Allowed):
        raise Conflicts("release by police is not allowed: " + "; ".join(decision.reasons), code="rule-519")
    situation.doing.note(conditions="asked one by one")
    return Effect()


def _issue_summons(situation: Situation) -> Effect:
    if situation.held.kind != "summons":
        raise Conflicts("this is no arrest by summons; release by police asks the conditions of Rule 519(B)")
    return Effect()


def _die(situation: Situation) -> Effect:
    caring.freeze(situation.doing, situation.by, situation.held.id, "death")
    return Effect()


EFFECTS = {
    "die": _die,
    "issue-summons": _issue_summons,
    "book": _book,
    "post-bail": _post,
    "sign-out": _sign_out,
    "release-by-police": _release_by_police,
}


@dataclass(frozen=True, slots=True)
class HoldGiven:
    """A reason besides this case for keeping someone."""

    kind: str
    authority: str
    number: str
    signed_by_judge_or_authority: bool
    hearing_due: datetime | None = None
    expires_at: datetime | None = None


def hold(store: Store, by: By, arrest_id: UUID, given: HoldGiven) -> UUID:
    """Write down a hold; the entry. An administrative immigration warrant or detainer is refused and is no hold."""
    with act(store, by, "hold.recorded", arrest_id=arrest_id) as doing:
        if by.role not in MAY_HOLD:
            raise NotAllowed("holds are written down by a supervisor or the court's clerk", code="not-your-step")
        if given.kind in NO_HOLDS:
            raise BadInput(
                f"an {NO_HOLDS[given.kind]} is signed by no judge and is no hold; nobody is kept for it, and its"
                " arrival is written down by itself",
                field="kind",
                code="no-hold",
            )
        if given.kind not in HOLD_KINDS:
            raise BadInput(f"a hold is one of: {', '.join(HOLD_KINDS)}", field="kind")
        if not given.signed_by_judge_or_authority:
            raise BadInput(
                "only a document signed by a judge, or by the probation or parole authority, can be a hold;"
                " administrative warrants and detainers have no effect on custody",
                field="signed_by_judge_or_authority",
            )
        if not given.authority.strip() or not given.number.strip():
            raise BadInput("a hold needs its court or authority, and its number", field="authority")
        held = arrests.hold(doing.connection, arrest_id)
        due = given.hearing_due or (doing.at + HEARING_WITHIN if given.kind == "bench-warrant" else None)
        for name, moment in (("hearing_due", due), ("expires_at", given.expires_at)):
            if moment is not None and (moment.tzinfo is None or moment <= doing.at):
                raise BadInput("a hearing and an expiry lie ahead; check the dates", field=name)
        row: dict[str, object] = {
            "id": uuid4(),
            "arrest_id": held.id,
            "kind": given.kind,
            "authority": given.authority.strip(),
            "number": given.number.strip(),
            "hearing_due": due,
            "expires_at": given.expires_at,
            "written_by": by.account,
        }
        arrests.insert(doing.connection, "record.hold", row)
    return doing.entry()


def lift_hold(store: Store, by: By, arrest_id: UUID, hold_id: UUID) -> UUID:
    """A hold ends; the entry."""
    with act(store, by, "hold.lifted", arrest_id=arrest_id) as doing:
        if by.role not in MAY_HOLD:
            raise NotAllowed("holds are lifted by a supervisor or the court's clerk", code="not-your-step")
        arrests.hold(doing.connection, arrest_id)
        if not holds.lift(doing.connection, hold_id, arrest_id, doing.at):
            raise NotThere(_NO_SUCH_HOLD)
    return doing.entry()


def hearing_held(
    store: Store, by: By, arrest_id: UUID, hold_id: UUID, *, lifted: bool, again: datetime | None = None
) -> UUID:
    """The hearing on a hold was held: the hold is lifted, or stands, and when it is heard again. The entry."""
    with act(store, by, "hold.heard", arrest_id=arrest_id) as doing:
        if by.role not in MAY_HOLD:
            raise NotAllowed(
                "a hearing on a hold is written down by a supervisor or the court's clerk", code="not-your-step"
            )
        if again is not None and (lifted or again.tzinfo is None or again <= doing.at):
            raise BadInput("another hearing lies ahead, and only of a hold that stands; check the date", field="again")
        arrests.hold(doing.connection, arrest_id)
        if not holds.heard(doing.connection, hold_id, arrest_id, at=doing.at, by=by.account, again=again):
            raise NotThere(_NO_SUCH_HOLD)
        if lifted:
            holds.lift(doing.connection, hold_id, arrest_id, doing.at)
        doing.note(hold=str(hold_id), lifted=lifted)
    return doing.entry()


def arrived_without_effect(store: Store, by: By, arrest_id: UUID, paper: str) -> UUID:
    """A paper has arrived that is no hold; the entry, and nothing else: custody stands as it stood."""
    with act(store, by, "paper.arrived-without-effect", arrest_id=arrest_id) as doing:
        if by.role not in MAY_HOLD:
            raise NotAllowed(
                "papers about holds are written down by a supervisor or the court's clerk", code="not-your-step"
            )
        if paper not in NO_HOLDS:
            raise BadInput(f"a paper without effect is one of: {', '.join(NO_HOLDS)}", field="paper")
        arrests.hold(doing.connection, arrest_id)
        doing.note(paper=paper)
        doing.answer |= {"id": str(arrest_id)}
    return doing.entry()
