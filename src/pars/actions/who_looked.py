"""Who looked at one person: for the auditor, for counsel, and for the person, whose paper the court's desk prints.

One delay for everybody, whether anything is held back or not: it is always complete up to one day, and says only that.
Whom it is about is named by the one who asks; nothing of the record is read, so nothing of it is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions import placing, switches
from pars.actions.acting import By, act
from pars.actions.acting import Entered as Written
from pars.clock import city_day
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind, Private
from pars.ledger.proof import Inclusion
from pars.ledger.tree import leaf_hash
from pars.record.person import Name, exact_keys
from pars.record.roles import Role
from pars.record.switches import Name as Setting
from pars.store import arrests, delays, details, entered
from pars.store.arrests import OfPerson
from pars.store.database import Store
from pars.store.delays import Delay
from pars.store.entered import Desk, Entered

SEES: Final = frozenset({Role.AUDITOR, Role.DEFENDER, Role.CLERK})
"""The auditor; counsel, for whom they are assigned to; the court's clerk, who prints the person's own paper."""
LONGEST_DAYS: Final = 366
NOBODY_BY_THAT_NAME: Final = "name the person in full: surname, given name and birth date"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked about, as the one who asks named them; `number` is an arrest of theirs, to tell namesakes apart."""

    surname: str
    given: str
    birth_date: date
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up: on which day, by which agency and unit or duty, for what, which fields; and where it stands."""

    entry: UUID
    day: date
    agency: str
    unit: str
    purpose: str
    fields: Sequence[str]
    entry_hash: str
    proof: Inclusion | None


@dataclass(frozen=True, slots=True)
class WhoLooked:
    """Every look-up at one person up to a day, and the entry that says that it was asked."""

    person: Person = field(repr=False)
    complete_up_to: date
    look_ups: Sequence[LookUp]
    entry: UUID


def who_looked(store: Store, by: By, person: Person) -> WhoLooked:
    """Every look-up at a person, oldest first. Nobody by that name, and nobody whom one may ask about, looks alike."""
    with act(store, by, "look-ups.shown") as doing:
        if by.role not in SEES:
            raise NotAllowed("who looked is for the auditor, for counsel and at the court's desk", code="no-duty")
        keys = exact_keys(Name(person.surname.strip(), person.given.strip()), person.birth_date)
        exact = [key for key in keys if key.startswith("x:")]
        if not exact:
            raise BadInput(NOBODY_BY_THAT_NAME, field="surname")
        counsel = by.account if by.role is Role.DEFENDER else None
        found = _one(arrests.of_person(doing.connection, store.keys.blind(exact), counsel), person.number)
        up_to = _complete_up_to(doing.connection, city_day(doing.at))
        doing.concern(found)
        doing.note(arrests=[str(one) for one in found])
    return WhoLooked(person, up_to, _look_ups(store, {str(one) for one in found}, up_to), doing.entry())


def _one(found: Sequence[OfPerson], number: int | None) -> list[UUID]:
    """The arrests of one person; refused when two people have this name and birth date and no number tells which."""
    people = {one.person for one in found if one.person is not None}
    if number is None:
        if len(people) > 1:
            raise Conflicts("two people have this name and birth date; give the number of an arrest", code="narrow-it")
        return [one.id for one in found]
    named = next((one for one in found if one.number == number), None)
    if named is None:
        return []
    return [one.id for one in found if one.id == named.id or (named.person is not None and one.person == named.person)]


def _look_ups(store: Store, found: set[str], up_to: date) -> Sequence[LookUp]:
    with store.transaction("pars_ledger") as connection:
        nonces = details.entries_about(connection, store.keys, details.about_of(found))
        private = details.open_all(connection, store.keys, nonces)
        looks = [nonce for nonce, part in private.items() if found & _seen(part)]
        rows = [one for one in entered.entries(connection, looks) if one.day <= up_to and "refused" not in one.public]
    with store.transaction("pars_act") as connection:
        desks = entered.desks(connection, {one.account for one in rows if one.account})
    return [_look_up(store, one, private[one.nonce], desks) for one in rows]


def _seen(private: Private) -> set[str]:
    """The arrests that an entry let somebody see: a look notes them in its details, an act about one does not."""
    listed = private.details.get("arrests")
    return {str(one) for one in listed} if isinstance(listed, list) else set()


def _look_up(store: Store, one: Entered, private: Private, desks: Mapping[UUID, Desk]) -> LookUp:
    desk = desks.get(one.account) if one.account else None
    said, noted = one.public, private.details
    fields = said.get("fields") or noted.get("parts") or [noted.get("view") or private.verb.partition(".")[0]]
    return LookUp(
        one.nonce,
        one.day,
        str(said.get("agency") or (desk.agency if desk else said.get("owner", ""))),
        str(said.get("unit") or (desk.role.replace("-", " ") if desk else "")),
        str(said.get("purpose") or noted.get("view") or private.verb).replace("-", " "),
        [str(each) for each in fields] if isinstance(fields, list) else [],
        leaf_hash(one.leaf).hex(),
        placing.proof_of(store, one.nonce),
    )


def complete_up_to(store: Store, by: By) -> date:
    """The day up to which everybody learns everything; the same for whoever asks about whomever."""
    with act(store, by, "delays.shown") as doing:
        if by.role not in SEES | {Role.REPRESENTATIVE, Role.PRIVACY_OFFICER}:
            raise NotAllowed("your duty has no access to who looked", code="no-duty")
        return _complete_up_to(doing.connection, city_day(doing.at))


def _complete_up_to(connection: Connection[TupleRow], today: date) -> date:
    """The last day that is told: a closed one, after the delay, and no later while two owners hold it longer."""
    standing = switches.stand_in(connection)
    usual = today - timedelta(days=1 + int(standing[Setting.WHO_LOOKED_DELAY_DAYS].value))
    held = [
        max(one.stood_at, today - timedelta(days=1 + one.days))
        for one in delays.delays(connection, today)
        if one.stood_at is not None
    ]
    return min([usual, *held])


def ask_longer(store: Store, by: By, *, days: int, reason: str, until: date) -> Written:
    """Ask for a longer delay, for everybody alike, with a reason and an end; it waits until another owner agrees."""
    new = uuid4()
    with act(store, by, "delay.asked") as doing:
        owner = _owner(by)
        today = city_day(doing.at)
        if not 1 <= days <= LONGEST_DAYS:
            raise BadInput(f"a longer delay is 1 to {LONGEST_DAYS} days", field="days")
        if not reason.strip() or len(reason) > 500:  # noqa: PLR2004 - a sentence or two
            raise BadInput("say why everybody has to wait longer", field="reason")
        if not today < until <= today + timedelta(days=LONGEST_DAYS):
            raise BadInput("a longer delay ends on a later day, within a year", field="until")
        delays.ask(
            doing.connection, new, days=days, reason=reason.strip(), until=until, by=by.account, owner=owner, on=today
        )
        doing.publish(Kind.OVERSIGHT, days=days, until=until.isoformat())
        doing.note(delay=str(new), reason=reason.strip())
        doing.answer |= {"id": str(new)}
    return Written(new, doing.entry())


def agree_longer(store: Store, by: By, delay_id: UUID) -> UUID:
    """Agree to a longer delay for another owner than the one who asked; the entry."""
    with act(store, by, "delay.lengthened") as doing:
        owner = _owner(by)
        found = delays.hold(doing.connection, delay_id)
        if found is None:
            raise NotThere("no longer delay was asked for by that number")
        if found.agreed_on is not None:
            raise Conflicts("another owner has agreed already", code="agreed")
        if found.owner == owner:
            raise NotAllowed("the second owner is another one than the one who asked", code="same-owner")
        today = city_day(doing.at)
        if found.until <= today:
            raise Conflicts("its last day has passed; ask anew", code="over")
        stood_at = _complete_up_to(doing.connection, today)
        delays.agree(doing.connection, delay_id, by=by.account, owner=owner, on=today, stood_at=stood_at)
        doing.publish(
            Kind.OVERSIGHT, days=found.days, until=found.until.isoformat(), owners=sorted({owner, found.owner})
        )
        doing.note(delay=str(delay_id))
        doing.answer |= {"id": str(delay_id)}
    return doing.entry()


def _owner(by: By) -> str:
    if by.role is not Role.REPRESENTATIVE or by.owner is None:
        raise NotAllowed("how long everybody waits is for the owners' representatives", code="not-your-step")
    return by.owner.value


def longer_delays(store: Store, by: By) -> Sequence[Delay]:
    """The longer delays that are asked for or at work, with their reasons, for those who may read them."""
    with act(store, by, "delays.shown") as doing:
        if by.role not in {Role.REPRESENTATIVE, Role.AUDITOR, Role.PRIVACY_OFFICER}:
            raise NotAllowed("your duty has no access to longer delays", code="no-duty")
        return delays.delays(doing.connection, city_day(doing.at))
