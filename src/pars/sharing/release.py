"""What a purpose releases: columns and rows, as data.

Compiled from the same terms as the Cedar policies, it may only narrow; what it would do is told to Cedar as a plan
before any row is read.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias

from pars.record.bail import CONDITIONS
from pars.record.fields import FIELDS as CATALOGUE
from pars.record.fields import FREE_KINDS, DataClass, PartnerField, released_by
from pars.record.roles import Owner
from pars.sharing.agreement import Purpose, Terms
from pars.sharing.plan import Plan, Shows
from pars.sharing.vocabulary import (
    CHARGE_CLASSES,
    FIELDS,
    FLOOR_FIELDS,
    WARRANT_FIELDS,
    WRITER,
    Consent,
    Transform,
)

Value: TypeAlias = object
"""A value as JSON has it."""
Columns: TypeAlias = Mapping[str, tuple[str, ...]]
"""Columns by table, as `{"record.arrest": ("surname", …)}`."""

_SOURCE: Final[Mapping[str, str]] = {
    "record.arrest": "record.arrest",
    "record.photo": "record.photo",
    "record.arraignment": "record.arraignment",
    "record.classification": "sharing.standing_charge",
    "record.bail": "sharing.bail_order",
}
"""Where the columns of a table are read for partners: what stands of a case, and nothing that was dropped."""

DISPOSITION: Final = "sharing.disposition"


@dataclass(frozen=True, slots=True)
class RowRule:
    """Which rows may be found, in words; the store knows each as SQL and none of them as text of its own."""

    status: frozenset[str]
    after: str
    delay_hours: int
    charge_class: frozenset[str]
    district: frozenset[str]


ANY_ROW: Final = RowRule(frozenset(), "charged", 0, frozenset(), frozenset())
"""For an instrument, which names its arrests by itself: no rule of rows finds them."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What one purpose of an agreement reads: the words of its fields, their columns, the rule of its rows."""

    fields: tuple[str, ...]
    columns: Columns
    catalogued: tuple[str, ...]
    rule: RowRule
    transform: Mapping[str, Transform]

    @property
    def shows(self) -> Shows:
        """Classes of records that these columns could show, read off the catalogue and not off the terms."""
        touched = [CATALOGUE[name] for name in self.catalogued]
        classes = {field.data_class for field in touched}
        return Shows(
            juvenile=DataClass.JUVENILE in classes or "juvenile" in self.rule.status,
            sealed=bool(self.rule.status & {"sealed", "expunged"}),
            declined=bool(self.rule.status & {"declined", "dismissed", "arrested"}),
            victims=DataClass.VICTIM in classes,
            free_text=any(field.kind in FREE_KINDS for field in touched),
        )


def projection(terms: Terms, purpose: Purpose, granted: frozenset[Owner]) -> Projection:
    """Compile a purpose. Under “two of three” a field whose writer has not granted is left out (T18)."""
    objecting = frozenset(Owner) - granted if terms.consent is Consent.TWO_OF_THREE else frozenset()
    fields = tuple(name for name in purpose.fields if WRITER.get(name) not in objecting)
    rows = purpose.rows
    rule = RowRule(
        frozenset(rows.status), rows.after, rows.delay_hours, frozenset(rows.charge_class), frozenset(rows.district)
    )
    kept = {name: how for name, how in purpose.transform.items() if name in fields}
    return of_fields(fields, rule, kept)


def of_fields(
    fields: tuple[str, ...], rule: RowRule = ANY_ROW, transform: Mapping[str, Transform] | None = None
) -> Projection:
    """The columns of these words, whoever decided that they may go: an agreement, or one instrument for one person."""
    columns: dict[str, tuple[str, ...]] = {}
    touched = [field for name in fields for field in released_by(PartnerField(name))]
    for field in touched:
        source = DISPOSITION if field.partners is PartnerField.DISPOSITION else _SOURCE.get(field.table)
        if source is not None:
            columns[source] = tuple(dict.fromkeys((*columns.get(source, ()), field.column)))
    return Projection(fields, columns, tuple(field.name for field in touched), rule, transform or {})


def plan(  # noqa: PLR0913 - a plan has this many facts, all named
    terms: Terms,
    purpose: Purpose,
    projected: Projection,
    *,
    partner: str,
    unit: str,
    search: frozenset[str],
    today: date,
    granted: frozenset[Owner],
    stopped: bool,
    co_signed: bool,
    tells: frozenset[str] = frozenset(),
) -> Plan:
    """The plan of an inquiry, told from the projection that would carry it out."""
    return Plan(
        agreement=terms.id,
        partner=partner,
        unit=unit,
        purpose=purpose.code,
        case_kind=purpose.case_reference.value,
        search=search,
        fields=frozenset(projected.fields),
        status=projected.rule.status,
        after=projected.rule.after,
        delay_hours=projected.rule.delay_hours,
        charge_class=projected.rule.charge_class or frozenset(CHARGE_CLASSES),
        district=projected.rule.district or frozenset({"every"}),
        today=today,
        granted=granted,
        stopped=stopped,
        judicial_warrant=purpose.judicial_warrant,
        co_signed=co_signed,
        tells=tells,
        shows=projected.shows,
    )


@dataclass(frozen=True, slots=True)
class Withheld:
    """A field that is known and not answered, and why; the same for every person (T20)."""

    field: str
    reason: str


def withheld(projected: Projection, purpose: Purpose) -> tuple[Withheld, ...]:
    """Every known field that this purpose does not answer; depends on agreement and purpose alone."""
    found = [
        Withheld(
            name, "judicial-warrant" if name in WARRANT_FIELDS and not purpose.judicial_warrant else "not-in-agreement"
        )
        for name in (*FIELDS, *WARRANT_FIELDS)
        if name not in projected.fields
    ]
    return (*found, *(Withheld(name, "red-line") for name in FLOOR_FIELDS))


Row: TypeAlias = Mapping[str, object]
Rows: TypeAlias = Mapping[str, Sequence[Row]]
"""What was read: rows by table, with only the columns that were asked for."""
Builder: TypeAlias = Callable[[Rows, Mapping[str, Row]], Value]
"""How a field is made."""


def record(
    projected: Projection, rows: Rows, names: Mapping[str, Row], day_of: Callable[[datetime], date]
) -> dict[str, Value]:
    """The answer's record: each released field by its word, null when nothing is written down.

    `names` are the agency and the site beside the arrest; `day_of` tells the city's day of an instant.
    """
    answered: dict[str, Value] = {}
    for name in projected.fields:
        value = _BUILT[name](rows, names)
        if isinstance(value, date):  # an instant is one, too
            value = (day_of(value) if isinstance(value, datetime) and name in DAYS else value).isoformat()
        answered[name] = value
    for name, how in projected.transform.items():
        answered[name] = _narrowed(answered[name], how)
    return answered


DAYS: Final = frozenset({"arrest.date", "arraignment.date"})
"""Fields that are told as the city's day, never the hour."""


def _arrest(rows: Rows) -> Row:
    return rows["record.arrest"][0]


def _name(rows: Rows, _: Mapping[str, Row]) -> Value:
    arrest = _arrest(rows)
    return {part: arrest[part] for part in ("surname", "given", "middle", "suffix")}


def _plain(column: str) -> Builder:
    def built(rows: Rows, _: Mapping[str, Row]) -> Value:
        return _arrest(rows)[column]

    return built


def _last(table: str, column: str) -> Builder:
    def built(rows: Rows, _: Mapping[str, Row]) -> Value:
        found = rows.get(table, ())
        return found[-1][column] if found else None

    return built


def _description(rows: Rows, _: Mapping[str, Row]) -> Value:
    arrest = _arrest(rows)
    return {"height_cm": arrest["height_cm"], "weight_kg": arrest["weight_kg"]}


def _photo(rows: Rows, _: Mapping[str, Row]) -> Value:
    found = rows.get("record.photo", ())
    return b64encode(image).decode() if found and isinstance(image := found[-1]["image"], bytes | memoryview) else None


def _agency(_: Rows, names: Mapping[str, Row]) -> Value:
    agency = names.get("agency")
    return {"ori": agency["ori"], "name": agency["name"]} if agency else None


def _site(_: Rows, names: Mapping[str, Row]) -> Value:
    site = names.get("site")
    return site["name"] if site else None


def _charges(rows: Rows, _: Mapping[str, Row]) -> Value:
    return [dict(row) for row in rows["sharing.standing_charge"]]


def _disposition(rows: Rows, _: Mapping[str, Row]) -> Value:
    return [row["disposition"] for row in rows[DISPOSITION]]


def _outcome(rows: Rows, _: Mapping[str, Row]) -> Value:
    found = rows.get("record.arraignment", ())
    return ("probable-cause" if found[-1]["probable_cause"] else "no-probable-cause") if found else None


def _bail(rows: Rows, _: Mapping[str, Row]) -> Value:
    orders = rows["sharing.bail_order"]
    if not orders:
        return None
    conditions = orders[-1]["conditions"]
    codes = [code for code in conditions if code in CONDITIONS] if isinstance(conditions, list) else []
    return {**orders[-1], "conditions": codes}


def _next_hearing(rows: Rows, _: Mapping[str, Row]) -> Value:
    found = rows.get("record.arraignment", ())
    if not found:
        return None
    return {"court": found[-1]["next_court"], "at": _json(found[-1]["next_at"])}


def _json(value: object) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _narrowed(value: Value, how: Transform) -> Value:
    if not isinstance(value, str):
        return value
    match how:
        case Transform.YEAR:
            return value[:4]
        case Transform.LAST4:
            return value[-4:]
        case Transform.BAND:
            first = int(value[:4]) // 10 * 10
            return f"{first}-{first + 9}"


_BUILT: Final[Mapping[str, Builder]] = {
    "name": _name,
    "other_names": _plain("other_names"),
    "birth_date": _plain("birth_date"),
    "sex": _plain("sex"),
    "description": _description,
    "photo": _photo,
    "pid": _plain("pid"),
    "sid": _plain("sid"),
    "otn": _plain("otn"),
    "dc_number": _plain("dc_number"),
    "docket_number": _plain("docket_number"),
    "arrest.date": _last("record.arrest", "arrested_at"),
    "arrest.district": _plain("district"),
    "arrest.agency": _agency,
    "charges": _charges,
    "arraignment.date": _last("record.arraignment", "held_at"),
    "arraignment.outcome": _outcome,
    "bail": _bail,
    "disposition": _disposition,
    "address": _plain("address"),
    "custody.site": _site,
    "custody.released_at": _plain("left_at"),
    "next_hearing": _next_hearing,
}
"""How each field is made from its columns; a test proves that every word of the vocabulary stands here."""
