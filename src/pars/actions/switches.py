"""The owners' settings: set by a representative with a reason, seen by everyone whose desk they concern."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act
from pars.clock import now
from pars.errors import BadInput, NotAllowed
from pars.record.bail import BailSettings
from pars.record.roles import Role
from pars.record.switches import SWITCHES, Name, Value, read
from pars.store import switches
from pars.store.database import Store
from pars.store.installation import installation


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting as it stands now; without `since` nobody has set it, or its time is over."""

    value: Value
    reason: str = ""
    law: str | None = None
    until: datetime | None = None
    since: datetime | None = None


def stand_in(connection: Connection[TupleRow]) -> Mapping[Name, Standing]:
    """Every setting as it stands, within an act."""
    at, rows = now(), switches.newest(connection)
    found = {name: Standing(switch.default) for name, switch in SWITCHES.items()}
    for name in Name:
        row = rows.get(name.value)
        if row is not None and (row.until is None or row.until > at):
            found[name] = Standing(read(name, row.value), row.reason, row.law, row.until, row.set_at)
    return found


def stand(store: Store) -> Mapping[Name, Standing]:
    """Every setting as it stands now."""
    with store.transaction("pars_act") as connection:
        return stand_in(connection)


def bail_settings(standing: Mapping[Name, Standing]) -> BailSettings:
    """The settings of bail."""
    return BailSettings(clerk_fee_usd=int(standing[Name.CLERK_FEE_USD].value))


def set_to(
    store: Store,
    by: By,
    name: Name,
    value: object,
    *,
    reason: str,
    law: str | None = None,
    until: datetime | None = None,
) -> UUID:
    """Set it from now on; the entry. A field that is off by default is switched on with its law and its end."""
    with act(store, by, "setting.set") as doing:
        if by.role is not Role.REPRESENTATIVE or by.owner is None:
            raise NotAllowed("settings are the owners' representatives' to set", code="not-your-step")
        answer = read(name, value)
        if not reason.strip():
            raise BadInput("a setting needs its reason", field="reason")
        if SWITCHES[name].needs_law and answer is True:
            if not (law or "").strip():
                raise BadInput("name the law that wants this field", field="law")
            if until is None or until <= doing.at:
                raise BadInput("say on which day to come this ends", field="until")
        if name is Name.LEDGER_DELAY_DAYS and answer == 0 and installation(doing.connection).kind != "demo":
            raise BadInput("only a demonstration shows its ledger at once; a day has to be over", field="value")
        switches.put(doing.connection, name.value, answer, reason=reason.strip(), law=law or None, until=until)
        doing.note(setting=name.value, value=answer, reason=reason.strip(), law=law, until=str(until or ""))
    return doing.entry()
