"""What papers are made of: words, moments, people, charges, bail; and what every sheet and every printing has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from pars.errors import BadInput
from pars.record.bail import CONDITIONS, BailAction, BailType
from pars.record.roles import Role

Text: TypeAlias = Annotated[str, Meta(pattern=r"\S")]
"""Words that are there: never blank."""


Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A moment with its zone; papers show the city's wall time."""


Count: TypeAlias = Annotated[int, Meta(ge=0)]


Ordinal: TypeAlias = Annotated[int, Meta(ge=1)]


class Language(StrEnum):
    """Languages that papers are written in."""

    ENGLISH = "en"
    SPANISH = "es"


class Hearing(StrEnum):
    """What happens on a date in court."""

    PRELIMINARY_HEARING = "preliminary-hearing"
    TRIAL = "trial"
    PRETRIAL_CONFERENCE = "pretrial-conference"
    BAIL_REVIEW = "bail-review"
    EXTRADITION = "extradition-hearing"
    CONTEMPT = "contempt-hearing"
    BENCH_WARRANT = "bench-warrant-hearing"
    OTHER = "other"


class OrderAction(StrEnum):
    """Links of the chain of bail that are orders and come on paper."""

    SET = BailAction.SET.value
    MODIFIED = BailAction.MODIFIED.value
    REVOKED = BailAction.REVOKED.value
    REINSTATED = BailAction.REINSTATED.value


class HoldKind(StrEnum):
    """Reasons besides this case for keeping someone (N2); an administrative immigration paper is none."""

    BENCH_WARRANT = "bench-warrant"
    PROBATION_DETAINER = "probation-detainer"
    PAROLE_DETAINER = "parole-detainer"
    OTHER_COUNTY = "other-county"
    OTHER_STATE = "other-state"
    SENTENCE = "sentence"
    PROTECTION_ORDER_CONTEMPT = "protection-order-contempt"


class Signed(Struct, frozen=True, kw_only=True):
    """Who is to sign by hand; `at` is when they did it by the record, and None when the record does not say."""

    name: Text
    title: Text
    at: Instant | None = None


class Recorder(Struct, frozen=True, kw_only=True):
    """Who wrote something down, and when it was: often a colleague of whoever did it."""

    name: Text
    at: Instant


class Door(Struct, frozen=True, kw_only=True):
    """The badge that opened the door, and the colleague who recorded it: often two people."""

    badge: Text
    recorded_by: Text
    at: Instant


class Person(Struct, frozen=True, kw_only=True):
    """Whom a paper is about. None: not known, or not yet given."""

    name: Text
    arrest_number: Text
    birth_date: date | None = None
    docket_number: Text | None = None
    otn: Text | None = None
    dc_number: Text | None = None


class Charge(Struct, frozen=True, kw_only=True):
    """One charge as a table of charges shows it; `facts` only where they differ from the common summary."""

    sequence: Ordinal
    statute: Text
    title: Text
    grade: Text
    counts: Ordinal
    facts: Text | None = None


Charges: TypeAlias = Annotated[tuple[Charge, ...], Meta(min_length=1)]


class Hold(Struct, frozen=True, kw_only=True):
    """A hold that remains, with the court or authority that issued it."""

    kind: HoldKind
    authority: Text
    number: Text


class NextDate(Struct, frozen=True, kw_only=True):
    """When and where the case goes on; an address that nobody set is None and is written in by hand."""

    hearing: Hearing
    at: Instant
    court: Text
    address: Text | None
    room: Text


class BailTerms(Struct, frozen=True, kw_only=True):
    """Bail as it stands. Dollars are whole; `deposit_usd` is all that must be paid, the clerk's fee included."""

    type: BailType
    amount_usd: Ordinal | None = None
    percent: Ordinal | None = None
    deposit_usd: Ordinal | None = None
    fee_usd: Ordinal | None = None
    conditions: tuple[str, ...] = ()
    """Codes of `record.bail.CONDITIONS`."""

    def __post_init__(self) -> None:
        """Refuse a condition that no order knows."""
        if not set(self.conditions) <= set(CONDITIONS):
            raise BadInput(f"a condition of bail is one of: {', '.join(CONDITIONS)}", field="conditions")


class Sheet(Struct, frozen=True, kw_only=True):
    """What is printed by a form: the court or agency that issues it, and the number in its head."""

    issuer: Text

    @property
    def number(self) -> str:
        """The number by which people ask for it."""
        raise NotImplementedError


class Paper(Sheet, frozen=True, kw_only=True):
    """What every paper of an arrest has: who issues it, and the person."""

    person: Person

    @property
    def number(self) -> str:
        """The docket number; before there is one, the arrest's."""
        return self.person.docket_number or self.person.arrest_number


class Printed(Struct, frozen=True, kw_only=True):
    """One printing: when and by whom, the code that finds its ledger entry, and whether it is a copy (N25).

    `form_number` and `version` are those of `table.FORMS`, or of the version that the first printing had.
    """

    form_number: Text
    version: Text
    printed_at: Text
    printed_by: Text
    entry_code: Text
    copy: bool
    language: Language
    city: Text
    demo: bool
    large: bool = False
    """In letters of 18 points, for whoever cannot see well (N18)."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its number and version at the foot, its template, its title in each language, and who prints it."""

    number: str
    version: str
    template: str
    titles: Mapping[Language, str]
    printed_by: frozenset[Role]
