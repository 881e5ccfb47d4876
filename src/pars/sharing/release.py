"""What a purpose releases: columns and rows, as data.

Compiled from the same terms as the Cedar policies, it may only narrow; what it would do is told to Cedar as a plan
before any row is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
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
    NUMBERS,
    STEP_WRITER,
    WARRANT_FIELDS,
    WRITER,
    CaseReference,
    Consent,
    Transform,
)

Value: TypeAlias = object
"""A value as JSON has it."""
Narrows: TypeAlias = Callable[[Value], Value]
"""What is done to a value before it leaves: it says the same or less."""


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
    """What one purpose of an agreement reads: the words of its fields, the columns beneath, the rule of its rows.

    `narrows` says by its word what is done to a value, for those to which anything is; `blank` is a record with nothing
    written down, from which each record is made.
    """

    fields: tuple[str, ...]
    catalogued: tuple[str, ...]
    rule: RowRule
    narrows: tuple[tuple[str, Narrows], ...]
    blank: Mapping[str, None]

    @property
    def shows(self) -> Shows:
        """Classes of records that these columns could show, read off the catalogue and not off the terms."""
        return _shows(self.catalogued, self.rule.status)


@lru_cache(maxsize=1024)
def _shows(catalogued: tuple[str, ...], status: frozenset[str]) -> Shows:
    """The same, a value of columns and words; worked out once."""
    touched = [CATALOGUE[name] for name in catalogued]
    classes = {field.data_class for field in touched}
    return Shows(
        juvenile=DataClass.JUVENILE in classes or "juvenile" in status,
        sealed=bool(status & {"sealed", "expunged"}),
        declined=bool(status & {"declined", "dismissed", "arrested"}),
        victims=DataClass.VICTIM in classes,
        free_text=any(field.kind in FREE_KINDS for field in touched),
    )


def consented(terms: Terms, purpose: Purpose, granted: frozenset[Owner]) -> Purpose:
    """What of a purpose stands on these grants: under “two of three” nothing that an objecting owner writes (T18).

    No field of theirs, no step of theirs that is told, no search by a number of theirs, since it confirms the number.
    Of a purpose whose case is a docket number nothing is left without the court, by whom it would be confirmed.
    """
    objecting = frozenset(Owner) - granted if terms.consent is Consent.TWO_OF_THREE else frozenset()
    if not objecting:
        return purpose
    theirs = {name for name in NUMBERS if WRITER[name] in objecting}
    docket = purpose.case_reference is CaseReference.DOCKET and WRITER["docket_number"] in objecting
    fields = tuple(name for name in purpose.fields if WRITER[name] not in objecting)
    return replace(
        purpose,
        search_by=() if docket else tuple(one for one in purpose.search_by if not one & theirs),
        fields=fields,
        tell_of=tuple(step for step in purpose.tell_of if STEP_WRITER[step] not in objecting),
        transform={name: how for name, how in purpose.transform.items() if name in fields},
    )


def projection(purpose: Purpose) -> Projection:
    """Compile a purpose, as far as it is consented to."""
    rows = purpose.rows
    rule = RowRule(
        frozenset(rows.status), rows.after, rows.delay_hours, frozenset(rows.charge_class), frozenset(rows.district)
    )
    return of_fields(purpose.fields, rule, purpose.transform)


def of_fields(
    fields: tuple[str, ...], rule: RowRule = ANY_ROW, transform: Mapping[str, Transform] | None = None
) -> Projection:
    """What these words read, whoever decided that they may go: an agreement, or one instrument for one person."""
    transforms = [(name, _NARROWED[how]) for name, how in (transform or {}).items()]
    coded = [("bail", _in_codes)] if "bail" in fields else []
    return Projection(fields, _columns(fields), rule, (*transforms, *coded), dict.fromkeys(fields))


@lru_cache(maxsize=1024)
def _columns(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The columns beneath these words, by the catalogue."""
    return tuple(field.name for name in fields for field in released_by(PartnerField(name)))


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


def record(projected: Projection, values: Sequence[Value]) -> dict[str, Value]:
    """The answer's record: each released field by its word, null when nothing is written down."""
    fields = projected.fields
    if len(values) != len(fields):
        raise ValueError("a record has a value for each word that is released")
    answered: dict[str, Value] = {**projected.blank}
    answered |= zip(fields, values)  # noqa: B905 - of one length; counted again it would take a fifth longer
    for name, narrowed in projected.narrows:
        answered[name] = narrowed(answered[name])
    return answered


def _year(value: Value) -> Value:
    return value[:4] if isinstance(value, str) else value


def _last_four(value: Value) -> Value:
    return value[-4:] if isinstance(value, str) else value


def _ten_years(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    first = int(value[:4]) // 10 * 10
    return f"{first}-{first + 9}"


_NARROWED: Final[Mapping[Transform, Narrows]] = {
    Transform.YEAR: _year,
    Transform.LAST4: _last_four,
    Transform.BAND: _ten_years,
}
_CODES: Final = frozenset(CONDITIONS)


def _in_codes(bail: Value) -> Value:
    """Bail with those of its conditions alone that are codes: whatever else stands there might name somebody (T10)."""
    if not isinstance(bail, dict) or _CODES.issuperset(bail["conditions"]):
        return bail
    return bail | {"conditions": [one for one in bail["conditions"] if one in _CODES]}
