"""The court: sessions, lists, the preliminary arraignment with bail and the next date, the docket, dispositions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

from pars.actions.acting import By, act
from pars.actions.effect import Effect, Situation
from pars.actions.switches import Standing, stand_in
from pars.clock import CITY_ZONE, city_day, in_city
from pars.errors import BadInput, NotAllowed
from pars.record.arrest import Charging, Exit, Paper
from pars.record.bail import AbilityToPay, BailOrder, BailType, check
from pars.record.calendar import (
    FUGITIVE_DAYS,
    OWN_HEARINGS,
    PRELIMINARY_HEARING,
    RULE_SETS,
    OwnHearing,
    is_sitting_day,
    next_date,
    review_day,
)
from pars.record.charge import DISPOSITIONS, STANDING_DECISIONS, Decision, Stage
from pars.record.identifiers import DocketNumber
from pars.record.roles import Role
from pars.record.switches import Name
from pars.store import arrests, holds, needs, sittings
from pars.store.database import Store

SESSION_HOURS = (2, 6, 10, 14, 18, 22)
"""Six sessions a day, in city time; a setting of the court."""
ROOM = "B-08"
HELD = frozenset({BailType.MONETARY, BailType.DENIED})
"""Bail that keeps somebody until it is posted or changed."""

POSITIONS = {
    Role.CHARGING_ATTORNEY: "commonwealth",
    Role.CHARGING_SUPERVISOR: "commonwealth",
    Role.DEFENDER: "defence",
    Role.INTERVIEWER: "recommendation",
}
"""Who states which position on bail; the order is the magistrate's alone."""
POSITION_WORDS = {
    "recommendation": "recommendation",
    "commonwealth": "commonwealth",
    "defence": "defense",
    "order": "order",
}
"""What a position is called where people read of it."""


@dataclass(frozen=True, slots=True)
class BailGiven:
    """Bail as somebody asks for it or orders it."""

    type: BailType
    amount_usd: int | None = None
    percent: int | None = None
    conditions: list[str] = field(default_factory=list)
    reasons: str | None = None
    ability_asked: str | None = None
    ability_said: str | None = None

    def order(self) -> BailOrder:
        """The same as the rules of bail read it."""
        ability = AbilityToPay(self.ability_asked, self.ability_said) if self.ability_asked else None
        return BailOrder(self.type, self.amount_usd, self.percent, tuple(self.conditions), self.reasons, ability)


def next_sessions(at: datetime, most: int = 6) -> list[datetime]:
    """The sessions to come, as instants."""
    day = in_city(at).date()
    starts = [
        datetime.combine(day + timedelta(days=ahead), time(hour), CITY_ZONE).astimezone(at.tzinfo)
        for ahead in range(3)
        for hour in SESSION_HOURS
    ]
    return [start for start in starts if start > at - timedelta(hours=1)][:most]


def _list(situation: Situation) -> Effect:
    try:
        starts_at = datetime.fromisoformat(situation.text("session"))
    except ValueError:
        raise BadInput("name the session by its start, such as 2026-09-14T18:00:00-04:00", field="session") from None
    if starts_at.tzinfo is None:
        raise BadInput("the start of the session needs its time zone", field="session")
    local = in_city(starts_at)
    if (local.hour, local.minute, local.second) not in {(hour, 0, 0) for hour in SESSION_HOURS}:
        raise BadInput("no session of the court starts then", field="session")
    return _put_on_list(situation, starts_at, [])


def _list_at_limit(situation: Situation) -> Effect:
    standing = situation.held.standing
    missing = lacking(standing.charging, prints=standing.prints, report=standing.report)
    return _put_on_list(situation, next_sessions(situation.at, 1)[0], missing)


def lacking(charging: Charging, *, prints: Paper, report: Paper) -> list[str]:
    """What a listing at the limit lacks, in the words of its sheet."""
    papers = {"prints": prints, "report": report}
    open_ones = [f"{what} ({state})" for what, state in papers.items() if state is not Paper.DONE]
    return [f"complaint ({charging})", *open_ones]


def _put_on_list(situation: Situation, starts_at: datetime, missing: list[str]) -> Effect:
    connection = situation.doing.connection
    session = sittings.session_at(connection, starts_at, ROOM, uuid4())
    row: dict[str, object] = {
        "arrest_id": situation.held.id,
        "session_id": session,
        "video_site": situation.text("video_site") or situation.held.site,
        "interpreter": situation.text("interpreter") or needs.language(connection, situation.held.id),
        "missing": missing,
    }
    arrests.insert(connection, "record.listing", row)
    return Effect(columns={"session_at": starts_at})


def _unlist(situation: Situation) -> Effect:
    sittings.unlist(situation.doing.connection, situation.held.id)
    return Effect(columns={"session_at": None})


def _arraign(situation: Situation) -> Effect:
    found = situation.answers["probable_cause"] is True
    heard = situation.answers["counsel_heard"] is True
    if not heard and not situation.text("counsel_reason"):
        raise BadInput("counsel was not heard in private: say why", field="counsel_reason")
    told, notice = _parent(situation)
    bail = situation.form("bail", BailGiven) if found else None
    held = bail is not None and bail.type in HELD
    standing = stand_in(situation.doing.connection)
    rules = str(standing[Name.NEXT_DATE_RULES].value)
    next_at, next_reason = _next(situation, rules, held=held) if found else (None, None)
    arrests.insert(
        situation.doing.connection,
        "record.arraignment",
        {
            "arrest_id": situation.held.id,
            "magistrate": situation.by.account,
            "held_at": situation.at,
            "probable_cause": found,
            "counsel_heard": heard,
            "counsel_reason": situation.text("counsel_reason") or None,
            "next_court": _next_court(situation, rules) if found else None,
            "next_at": next_at,
            "next_reason": next_reason,
            "next_rule": rules if found and not _own_kind(situation) else None,
            "parent_told": told,
            "parent_notice": notice,
        },
    )
    if bail is None:
        return Effect("no-probable-cause")
    check(bail.order())
    _write_bail(situation, bail)
    if held:
        open_review(situation, standing, bail)
    if situation.held.standing.exit is Exit.FUGITIVE:
        _keep_for_another_state(situation)
    return Effect("held-on-bail" if held else "released")


def _parent(situation: Situation) -> tuple[bool | None, str | None]:
    """Whether the parent was told, asked when an excluded offense keeps a child with the adults (Rule 540(B); N12)."""
    if not situation.held.excluded_offence:
        return None, None
    told, notice = situation.answers.get("parent_told"), situation.text("parent_notice").strip()
    if not isinstance(told, bool) or not notice:
        raise BadInput(
            "an excluded offense keeps this child with the adults: say whether the parent or guardian was told of the"
            " arraignment, and who and how, or why nobody was (Rule 540(B))",
            field="parent_told",
        )
    return told, notice


def open_review(situation: Situation, standing: Mapping[Name, Standing], bail: BailGiven) -> None:
    """Money that holds somebody is looked at again within days, as the court's settings say (N16)."""
    days, most = int(standing[Name.REVIEW_DAYS].value), int(standing[Name.REVIEW_MOST_USD].value)
    if bail.type is not BailType.MONETARY or not days or (most and (bail.amount_usd or 0) > most):
        return
    row: dict[str, object] = {
        "id": uuid4(),
        "arrest_id": situation.held.id,
        "due_on": review_day(city_day(situation.at), days, is_sitting_day),
        "opened_at": situation.at,
    }
    arrests.insert(situation.doing.connection, "record.bail_review", row)


def _keep_for_another_state(situation: Situation) -> None:
    row: dict[str, object] = {
        "arrest_id": situation.held.id,
        "until_on": city_day(situation.at) + timedelta(days=FUGITIVE_DAYS),
        "extension": False,
        "ordered_by": situation.by.account,
        "ordered_at": situation.at,
    }
    arrests.insert(situation.doing.connection, "record.fugitive_term", row)


def _write_bail(situation: Situation, bail: BailGiven) -> None:
    row = bail_row(bail, situation.held.id, situation.by, situation.at)
    arrests.insert(situation.doing.connection, "record.bail", {**row, "action": "set", "position": "order"})


def bail_row(bail: BailGiven, arrest_id: UUID, by: By, at: datetime) -> dict[str, object]:
    """A link of the chain of bail as a row, without what kind of link it is and whose position."""
    return {
        "arrest_id": arrest_id,
        "type": bail.type.value,
        "amount_usd": bail.amount_usd,
        "percent": bail.percent,
        "conditions": list(bail.conditions),
        "reasons": (bail.reasons or "").strip() or None,
        "ability_asked": bail.ability_asked,
        "ability_said": bail.ability_said,
        "authority": by.account,
        "at": at,
    }


def _felony(situation: Situation) -> bool:
    charges = arrests.charges_of(situation.doing.connection, situation.held.id)
    standing = [
        stages[Stage.DISTRICT_ATTORNEY.value] for stages in charges.values() if Stage.DISTRICT_ATTORNEY.value in stages
    ]
    return _any_felony((grade, decision) for _, grade, _, decision in standing)


def _any_felony(decided: Iterable[tuple[str, str]]) -> bool:
    """Whether one stands among the charges, each with its grade and what the District Attorney decided of it."""
    standing = {decision.value for decision in STANDING_DECISIONS}
    return any((grade.startswith("F") or grade == "murder") and decision in standing for grade, decision in decided)


def proposed_date(standing: Mapping[Name, Standing], on: date, exit_: Exit, decided: Iterable[tuple[str, str]]) -> date:
    """The next date that the court's rule gives whoever is arraigned that day, for a form to propose.

    It is what an arraignment without another date gives: custody moves the end of a rule's window, never its beginning.
    """
    return next_date(
        RULE_SETS[str(standing[Name.NEXT_DATE_RULES].value)],
        on,
        felony=_any_felony(decided),
        in_custody_this_case_only=False,
        sitting=is_sitting_day,
        own=OWN_HEARINGS.get(exit_),
    ).chosen


def _own_kind(situation: Situation) -> OwnHearing | None:
    return OWN_HEARINGS.get(situation.held.standing.exit)


def _next_court(situation: Situation, rules: str) -> str:
    if own := _own_kind(situation):
        return own.court
    return PRELIMINARY_HEARING if _felony(situation) else RULE_SETS[rules].lesser_court


def _next(situation: Situation, rules: str, *, held: bool) -> tuple[datetime, str | None]:
    """The next date by the court's rule set; another one only with its recorded cause."""
    other_holds = holds.standing(situation.doing.connection, situation.held.id, situation.at)
    rule = next_date(
        RULE_SETS[rules],
        city_day(situation.at),
        felony=_felony(situation),
        in_custody_this_case_only=held and not other_holds,
        sitting=is_sitting_day,
        own=_own_kind(situation),
    )
    chosen, reason = rule.chosen, None
    if asked := situation.text("next_date"):
        chosen = date.fromisoformat(asked)
        reason = situation.text("next_reason") or None
        outside = not rule.window_from <= chosen <= rule.window_until or not is_sitting_day(chosen)
        if outside and reason is None:
            raise BadInput(
                f"the rule gives a sitting day from {rule.window_from:%m/%d/%Y} to {rule.window_until:%m/%d/%Y};"
                " another date needs its cause in writing",
                field="next_date",
            )
        if chosen <= city_day(situation.at):
            raise BadInput("the next date lies after the arraignment", field="next_date")
    return datetime.combine(chosen, time(9), CITY_ZONE), reason


def _docket(situation: Situation) -> Effect:
    return Effect(columns={"docket_number": str(DocketNumber.parse(situation.text("docket_number")))})


@dataclass(frozen=True, slots=True)
class Disposed:
    """How the court decided one charge."""

    charge: UUID
    disposition: str


def _decide(situation: Situation) -> Effect:
    given = situation.form("dispositions", list[Disposed])
    charges = arrests.charges_of(situation.doing.connection, situation.held.id)
    if {one.charge for one in given} != set(charges) or len(given) != len(charges):
        raise BadInput("every charge needs its disposition, once", field="dispositions")
    for one in given:
        if one.disposition not in DISPOSITIONS:
            raise BadInput("a disposition is one of the court's own words; see the list", field="dispositions")
        stages = charges[one.charge]
        stood = stages.get(Stage.DISTRICT_ATTORNEY.value) or stages[Stage.POLICE.value]
        arrests.insert(
            situation.doing.connection,
            "record.classification",
            {
                "charge_id": one.charge,
                "arrest_id": situation.held.id,
                "stage": Stage.COURT.value,
                "statute": stood[0],
                "grade": stood[1],
                "counts": stood[2],
                "decision": Decision.DECIDED.value,
                "disposition": one.disposition,
                "decided_by": situation.by.account,
                "decided_at": situation.at,
            },
        )
    return Effect()


EFFECTS = {
    "list": _list,
    "list-at-limit": _list_at_limit,
    "unlist": _unlist,
    "arraign": _arraign,
    "arraign-at-bedside": _arraign,
    "docket": _docket,
    "decide": _decide,
}


def state_position(store: Store, by: By, arrest_id: UUID, bail: BailGiven) -> UUID:
    """A recommendation or request on bail, beside the others and before the order; the entry."""
    with act(store, by, "bail.position", arrest_id=arrest_id) as doing:
        position = POSITIONS.get(by.role)
        if position is None:
            raise NotAllowed("positions on bail are the Commonwealth's, the defense's and pretrial services'")
        held = arrests.hold(doing.connection, arrest_id)
        row = bail_row(bail, held.id, by, doing.at)
        arrests.insert(doing.connection, "record.bail", {**row, "action": "requested", "position": position})
    return doing.entry()
