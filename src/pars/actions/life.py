"""Taking a step in the life of an arrest: one way for all of them, from a page or a program.

The table says whether it may be taken, the step's own effect says what else is written. Steps with no effect of their
own are plain rows of the table.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from pars.actions import arraignment, canaries, charging, consular, custody, identity, interviewing, reporting, sittings
from pars.actions.acting import By, act, alone_with, entitled
from pars.actions.effect import Effect, Situation
from pars.actions.recalling import ending
from pars.clock import AHEAD, now
from pars.errors import BadInput
from pars.record.answers import read
from pars.record.arrest import GONE, Charging, Court, Custody, Standing, after, may_take
from pars.record.protected import OWED_AFTER
from pars.record.steps import step_named
from pars.sharing.vocabulary import AFTER_STEPS
from pars.store import arrests, care, protected
from pars.store.database import Store
from pars.store.subscriptions import TOLD_AS, step_taken

EFFECTS = {
    **identity.EFFECTS,
    **reporting.EFFECTS,
    **charging.EFFECTS,
    **interviewing.EFFECTS,
    **arraignment.EFFECTS,
    **custody.EFFECTS,
    **sittings.EFFECTS,
}
"""What a step does besides moving its tracks, by the step's name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: its entry, how the arrest stands now, and its version."""

    entry: UUID
    standing: Standing
    version: int
    warning: str | None = None


def take(
    store: Store,
    by: By,
    arrest_id: UUID,
    name: str,
    given: Mapping[str, object],
    *,
    at: datetime | None = None,
    version: int | None = None,
) -> Taken:
    """Take a step. Refused, changing nothing, when it is not this person's, out of order, or something is missing."""
    step = step_named(name)
    with entitled(store, by, f"step.{name}", arrest_id=arrest_id):
        may_take(step, by.role)
    with act(store, by, f"step.{name}", arrest_id=arrest_id, alone=alone_with(store, arrest_id)) as doing:
        held = arrests.hold(doing.connection, arrest_id)
        canaries.refuse_work(doing.connection, arrest_id)
        if version is not None:
            arrests.unchanged_since(doing.connection, held, version, by.account, step)
        if not step.open_at(held.standing):
            after(held.standing, step)  # says which track stands in the way
        happened = _when(at, held.arrested_at)
        plain = read(step, given)
        situation = Situation(store, doing, by, held, happened, plain, given)
        with ending(doing, arrest_id, charging=name in AFTER_STEPS["charged"]):
            effect = EFFECTS[name](situation) if name in EFFECTS else Effect()
            standing = after(held.standing, step, effect.outcome)
            changed = moved(held.standing, standing, happened)
            arrests.change(doing.connection, arrest_id, {**changed, **effect.columns})
        if "left_at" in changed:
            care.end_watch(doing.connection, arrest_id, happened)
            consular.ends(store, doing, arrest_id, happened)
        arrests.insert(
            doing.connection,
            "record.step",
            {
                "arrest_id": arrest_id,
                "step": name,
                "outcome": effect.outcome,
                "at": happened,
                "taken_by": by.account,
                "answers": Jsonb({k: v for k, v in plain.items() if v is not None and k not in effect.kept_apart}),
            },
        )
        told_of = set(OWED_AFTER.get(name, ()))
        if standing.custody is Custody.RELEASE_OWED is not held.standing.custody:
            told_of.add("release")
        protected.owe(doing.connection, arrest_id, sorted(told_of), happened)
        if name in TOLD_AS:
            step_taken(doing.connection, arrest_id, TOLD_AS[name], happened)
        doing.answer |= {"standing": asdict(standing), "version": held.version + 1}
        doing.note(step=name, outcome=effect.outcome, at=happened.isoformat())
    return Taken(doing.entry(), standing, held.version + 1, effect.warning)


def _when(at: datetime | None, arrested_at: datetime) -> datetime:
    moment = now()
    if at is None:
        return moment
    if at.tzinfo is None:
        raise BadInput("the time needs its time zone", field="at")
    if at > moment + AHEAD:
        raise BadInput("the time lies in the future; check the date and the clock", field="at")
    if at < arrested_at - timedelta(minutes=1):
        raise BadInput("the time lies before the arrest; check the date", field="at")
    return at


def moved(was: Standing, standing: Standing, at: datetime) -> dict[str, object]:
    """The columns that a move of the tracks writes, with the instants at which clocks start and stop."""
    columns: dict[str, object] = {
        "custody": standing.custody.value,
        "prints": standing.prints.value,
        "report": standing.report.value,
        "charging": standing.charging.value,
        "interview": standing.interview.value,
        "court": standing.court.value,
        "exit": standing.exit.value,
    }
    if standing.custody is Custody.RELEASE_OWED and was.custody is not Custody.RELEASE_OWED:
        columns["release_owed_at"] = at
    if standing.custody in GONE and was.custody not in GONE:
        columns["left_at"] = at
    if standing.charging is Charging.SUBMITTED and was.charging is not Charging.SUBMITTED:
        columns["submitted_at"] = at
    if standing.court is Court.ARRAIGNED and was.court is not Court.ARRAIGNED:
        columns["arraigned_at"] = at
    return columns
