"""Booking: an arrest is written down, from the first call on, with a name or without one.

A child goes to the children's store whole; nothing of it stands in the adult tables (42 Pa.C.S. 6308).
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions import downtime, labels
from pars.actions.acting import Act, By, act, alone_with, entitled
from pars.actions.person_given import PersonGiven, keys_of, known_adult, person_row, text_given
from pars.clock import AHEAD, city_day, now
from pars.errors import BadInput, Conflicts, Faults, NotAllowed
from pars.record.children import Age, may_be_excluded
from pars.record.grading import only_grade
from pars.record.identifiers import Badge, DcNumber, Ori, Statute
from pars.record.offences import NIBRS_CODES, Grade, find
from pars.record.person import ADULT_AGE, age_on
from pars.record.roles import Role
from pars.store import accounts, arrests, care, loaded, partners, recalls
from pars.store.database import Store

MAY_BOOK = frozenset(
    {Role.OFFICER, Role.DETECTIVE, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}
)
_DISTRICT = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChargeGiven:
    """A charge as somebody puts it: statute, counts, and the grade with the fact relied on, when said.

    `nibrs` is the code under which another system sent it; without one the offence catalogue's own stands.
    """

    statute: str
    counts: int = 1
    grade: str = ""
    grade_fact: str | None = None
    nibrs: str | None = None


@dataclass(frozen=True, slots=True)
class NewArrest:
    """An arrest as it is written down first."""

    arrested_at: datetime
    place: str
    agency_ori: str
    person: PersonGiven
    dc_number: str | None = None
    officers: Sequence[str] = ()
    charges: Sequence[ChargeGiven] = ()
    kind: str = "on-view"
    district: str | None = None
    site: str | None = None
    offence_on: date | None = None
    warrant_number: str | None = None
    weapon: str | None = None
    age: str = Age.KNOWN.value
    excluded_offence: bool = False
    synthetic: Sequence[str] = field(default=())
    sheet: str | None = None
    """The number of the downtime sheet on which it was written first."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where an arrest was written: its id, the entry that says so, and whether it is a child's."""

    id: UUID
    entry: UUID
    child: bool = False


class FileRow(NamedTuple):
    """The row of a file that an arrest was read from: the file's SHA-256, and the row's number in an editor."""

    file: bytes
    number: int


LOADED_BEFORE = "this row was loaded before, from this very file"


def record_arrest(
    store: Store, by: By, arrest: NewArrest, *, of: FileRow | None = None, unread: Sequence[BadInput] = ()
) -> Recorded:
    """Write an arrest down. Refused, changing nothing, when something in it cannot be, or `of` was loaded before.

    `unread` is what of a form could not be read at all: it is refused together with what else cannot be.
    """
    with act(store, by, "arrest.recorded") as doing:
        if by.role not in MAY_BOOK:
            raise NotAllowed("booking is for the police desks", code="not-your-step")
        if of is not None and not loaded.take(doing.connection, of.file, of.number):
            raise Conflicts(LOADED_BEFORE, code="loaded-before")
        new, child = write_down(store, doing, by, arrest, unread)
        doing.answer |= {"id": str(new), "child": child}
    return Recorded(new, doing.entry(), child)


def write_down(
    store: Store, doing: Act, by: By, arrest: NewArrest, unread: Sequence[BadInput] = ()
) -> tuple[UUID, bool]:
    """Write an arrest down within an act; its number, and whether it is a child's and so stands apart."""
    new = uuid4()
    row = _checked(doing.connection, arrest, by, unread)
    row["search_keys"] = store.keys.blind(keys_of(arrest.person, city_day(arrest.arrested_at)))
    if arrest.sheet:
        downtime.enter(doing, arrest.sheet, arrest.site or by.site, by)
    child = _is_child(arrest)
    doing.note(child=child, kind=arrest.kind, age=arrest.age, excluded_offence=arrest.excluded_offence)
    if child:
        _keep_child(store, doing, new, arrest, row)
    else:
        whole = {**row, "excluded_offence": _excluded(arrest)}
        write_adult(doing, new, whole, arrest.person, arrest.charges, at=arrest.arrested_at)
    return new, child


def write_adult(
    doing: Act,
    new: UUID,
    row: Mapping[str, object],
    who: PersonGiven,
    charges: Sequence[ChargeGiven],
    *,
    at: datetime,
) -> None:
    """Write an adult's row with its charges, and tell the watch of it; for whoever books, or moves a record here."""
    doing.arrest_id = new
    doing.note(labels=_labels(row, who, charges))
    arrests.insert(doing.connection, "record.arrest", {"id": new, **row})
    recommend(doing, new, charges, at=at)


def _labels(row: Mapping[str, object], who: PersonGiven, charges: Sequence[ChargeGiven]) -> Mapping[str, object]:
    """What the watch is told of somebody who is booked."""
    said: Mapping[str, object] = {
        "neighbourhood": row["district"],
        "incident": row["dc_number"],
        "charge_class": labels.charge_class(charges[0].statute if charges else None),
    }
    return {
        **labels.of_person(
            surname=who.surname,
            given=who.given,
            birth_date=who.birth_date,
            sex=who.sex,
            race=who.race,
            ethnicity=who.ethnicity,
        ),
        **{name: value for name, value in said.items() if value is not None},
    }


def recommend(doing: Act, arrest_id: UUID, charges: Sequence[ChargeGiven], *, at: datetime, first: int = 1) -> None:
    """Write down charges as the police recommend them."""
    if doing.by is None:
        raise NotAllowed("charges are recommended by somebody")
    for sequence, charge in enumerate(charges, first):
        with in_charge(sequence):
            row = classified(charge)
        charge_id = uuid4()
        arrests.insert(
            doing.connection, "record.charge", {"id": charge_id, "arrest_id": arrest_id, "sequence": sequence}
        )
        arrests.insert(
            doing.connection,
            "record.classification",
            {
                "charge_id": charge_id,
                "arrest_id": arrest_id,
                "stage": "police",
                **row,
                "decision": "recommended",
                "decided_by": doing.by.account,
                "decided_at": at,
            },
        )


@contextlib.contextmanager
def in_charge(number: int) -> Iterator[None]:
    """What is refused within is the field of that charge, the first being 1: `statute-2`."""
    try:
        yield
    except BadInput as refusal:
        place = f"{refusal.field}-{number}" if refusal.field else None
        raise BadInput(refusal.sentence, code=refusal.code, field=place) from refusal


def classified(charge: ChargeGiven) -> Mapping[str, object]:
    """Statute, grade, counts and NIBRS code of a charge, checked against the offence catalogue."""
    statute = Statute.parse(charge.statute)
    offence = find(statute)
    if not 1 <= charge.counts <= 999:  # noqa: PLR2004 - what the column takes
        raise BadInput("the number of counts is between 1 and 999", field="counts")
    grade = Grade.parse(charge.grade) if charge.grade.strip() else only_grade(offence)
    if grade is not None and grade not in offence.grades:
        allowed = ", ".join(one.value or "none" for one in offence.grades)
        raise BadInput(f"{statute} has no grade {grade.value}; it may be {allowed}", field="grade")
    if charge.nibrs is not None and charge.nibrs not in NIBRS_CODES:
        raise BadInput("that is no NIBRS offense code; they have three signs, such as 13B or 90D", field="nibrs")
    return {
        "statute": str(statute),
        "grade": grade.value if grade else "",
        "grade_fact": text_given("the fact relied on", charge.grade_fact, "grade_fact"),
        "counts": charge.counts,
        "nibrs": charge.nibrs or offence.nibrs,
    }


def _checked(
    connection: Connection[TupleRow], arrest: NewArrest, by: By, unread: Sequence[BadInput]
) -> dict[str, object]:
    """The row of an arrest; refused with everything in it that cannot be, and what was `unread` of its form."""
    faults = Faults(unread)
    of = faults.in_reading
    row: dict[str, object] = {
        "agency_id": of(_agency, connection, arrest.agency_ori),
        "arrested_at": of(_time, arrest.arrested_at),
        "written_by": by.account,
        "kind": of(_kind, arrest.kind),
        "place": of(_needed, "the place of arrest", arrest.place, "place"),
        "district": of(_district, arrest.district),
        "dc_number": of(_dc_number, arrest.dc_number),
        "officers": of(_badges, arrest.officers),
        "offence_on": arrest.offence_on,
        "warrant_number": of(text_given, "the warrant number", arrest.warrant_number, "warrant_number"),
        "weapon": of(text_given, "the weapon", arrest.weapon, "weapon"),
        "site": of(_site, connection, arrest.site) or by.site,
        "synthetic": list(arrest.synthetic),
        "lead_statute": None,
    }
    with faults.gathered():
        row |= person_row(arrest.person)
    for number, charge in enumerate(arrest.charges, 1):
        with faults.gathered():
            statute = _in_charge(number, charge)["statute"]
            row["lead_statute"] = row["lead_statute"] or statute
    _order(arrest, city_day(arrest.arrested_at if row["arrested_at"] else now()), faults)
    faults.settle()
    return row


def _agency(connection: Connection[TupleRow], text: str) -> int:
    ori = Ori.parse(text)
    found = accounts.agency_by_ori(connection, str(ori))
    if found is None:
        raise BadInput(f"no agency here has the ORI {ori}", field="agency_ori")
    return found


def _kind(text: str) -> str:
    if text not in {"on-view", "warrant", "summons"}:
        raise BadInput("an arrest is on view, on a warrant or by summons", field="kind")
    return text


def _site(connection: Connection[TupleRow], site: str | None) -> str | None:
    if site is not None and site not in dict(accounts.sites(connection)):
        raise BadInput("there is no such site", field="site")
    return site


def _dc_number(text: str | None) -> str | None:
    return str(DcNumber.parse(text)) if text else None


def _badges(texts: Sequence[str]) -> list[str]:
    return [str(Badge.parse(text)) for text in texts]


def _time(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise BadInput("the time of arrest needs its time zone", field="arrested_at")
    if at > now() + AHEAD:
        raise BadInput("the time of arrest lies in the future; check the date and the clock", field="arrested_at")
    if at.year < 1990:  # noqa: PLR2004 - nothing older is booked
        raise BadInput("the time of arrest lies before 1990; check the year", field="arrested_at")
    return at


def _order(arrest: NewArrest, arrested_on: date, faults: Faults) -> None:
    """Somebody was born before they are arrested, and arrested after what they did."""
    born = arrest.person.birth_date
    with faults.gathered():
        if born is not None and born >= arrested_on:
            raise BadInput("the birth date is not before the arrest; check the year", field="birth_date")
    with faults.gathered():
        if arrest.offence_on is not None and arrest.offence_on > arrested_on:
            raise BadInput("the offense lies after the arrest; check the dates", field="offence_on")


def _district(value: str | None) -> str | None:
    """A district's number or short code: it is answered to partners as a code, so no text may stand in it (T10)."""
    text = (value or "").strip()
    if text and _DISTRICT.fullmatch(text) is None:
        raise BadInput("a district is its number or short code, such as 22", field="district")
    return text or None


def _needed(what: str, value: str | None, name: str) -> str:
    text = text_given(what, value, name)
    if text is None:
        raise BadInput(f"{what} is missing", field=name)
    return text


def _is_child(arrest: NewArrest) -> bool:
    """Under 18, or in doubt. Only an offense that the Juvenile Act excludes keeps a child's case with the adults'."""
    try:
        age = Age(arrest.age)
    except ValueError:
        raise BadInput(f"an age is: {', '.join(Age)}", field="age") from None
    young = _young(arrest, age)
    if young and arrest.excluded_offence:
        if not may_be_excluded([charge.statute for charge in arrest.charges]):
            raise BadInput(
                "none of these charges can be an excluded offense (42 Pa.C.S. 6302); without one a child is kept apart",
                field="excluded_offence",
            )
        return False
    return young


def _young(arrest: NewArrest, age: Age) -> bool:
    born = arrest.person.birth_date
    return age is Age.IN_DOUBT or (born is not None and age_on(born, city_day(arrest.arrested_at)) < ADULT_AGE)


def _excluded(arrest: NewArrest) -> bool:
    """Whether somebody under 18 stands with the adults for an excluded offense: the court tells the parent."""
    return arrest.excluded_offence and _young(arrest, Age(arrest.age))


def _in_charge(number: int, charge: ChargeGiven) -> Mapping[str, object]:
    with in_charge(number):
        return classified(charge)


def _keep_child(store: Store, doing: Act, new: UUID, arrest: NewArrest, row: Mapping[str, object]) -> None:
    """Seal a child's arrest into the children's store; only what the six-hour clock needs stands open there."""
    charges = [_in_charge(number, charge) for number, charge in enumerate(arrest.charges, 1)]
    apart = {"search_keys", "lead_statute"}
    content = {**{k: v for k, v in row.items() if k not in apart}, "charges": charges, "age": arrest.age}
    arrests.insert(
        doing.connection,
        "protected.child",
        {
            "id": new,
            "arrested_at": arrest.arrested_at,
            "agency_id": row["agency_id"],
            "sealed": store.keys.seal(msgspec.json.encode(content), f"protected.child:{new}"),
            "written_by": row["written_by"],
        },
    )


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction that stands: its entry and the arrest's new version."""

    entry: UUID
    version: int


def correct(store: Store, by: By, arrest_id: UUID, person: PersonGiven, *, version: int, reason: str) -> Corrected:
    """Correct who the person is. What stood there is kept; refused when somebody else was faster."""
    with entitled(store, by, "arrest.corrected", arrest_id=arrest_id):
        if by.role not in MAY_BOOK:
            raise NotAllowed("corrections at booking are for the police desks", code="not-your-step")
    locks = alone_with(store, arrest_id)
    with act(store, by, "arrest.corrected", arrest_id=arrest_id, reason=reason, alone=locks) as doing:
        if not reason.strip():
            raise BadInput("a correction needs its reason", field="reason")
        held = arrests.hold(doing.connection, arrest_id)
        if care.frozen_at(doing.connection, arrest_id) is not None:
            raise Conflicts("the record is frozen after a death or self-harm: nothing is corrected", code="frozen")
        arrests.unchanged_since(doing.connection, held, version, by.account)
        row = {**person_row(person), "search_keys": store.keys.blind(keys_of(person, city_day(held.arrested_at)))}
        born = person.birth_date
        if born is not None and born >= city_day(held.arrested_at):
            raise BadInput("the birth date is not before the arrest; check the year", field="birth_date")
        arrests.change(doing.connection, arrest_id, row)
        adult = known_adult(person, city_day(held.arrested_at))
        if not adult:
            recalls.owe(doing.connection, arrest_id)
        said = labels.of_person(
            surname=person.surname,
            given=person.given,
            birth_date=born,
            sex=person.sex,
            race=person.race,
            ethnicity=person.ethnicity,
        )
        shown = partners.charges_shown(doing.connection, arrest_id).values() if adult else ()
        doing.note(fields=sorted(asdict(person)), reason=reason, labels={**said, **labels.of_charges(shown)})
    return Corrected(doing.entry(), held.version + 1)
