"""Papers: what a desk prints, as tagged PDF (PDF/UA-1), from complete and frozen inputs.

An input names no table and no column. Its types refuse a blank where a paper needs words; whether the record has all
that a paper needs is asked where the paper is asked for. Values travel to the templates in `forms/` as JSON and are
shown as strings, so that nothing in them is read as markup. The same input gives the same bytes.

Persons protected are numbers here and never names: a paper that the defendant receives says "Complainant 1" (N13). No
paper but the booking sheet takes a SID, which is confidential in court filings (204 Pa. Code 213.81).
"""

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec
import segno
import typst
from babel.dates import format_date
from msgspec import Meta, Struct

from pars.clock import in_city
from pars.errors import BadInput, Unavailable
from pars.record.bail import CONDITIONS, FIVE_CONDITIONS, TYPE_WORDS, BailAction, BailType

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


class Process(StrEnum):
    """What the affiant asks for (Rule 504); nothing when the person has been arrested."""

    ARRESTED = "arrested"
    WARRANT = "warrant"
    SUMMONS = "summons"


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


class ReleaseReason(StrEnum):
    """Why a release is ordered in a case that goes on, or has ended in court."""

    ROR = "ror"
    NONMONETARY = "nonmonetary"
    UNSECURED = "unsecured"
    NOMINAL = "nominal"
    BAIL_POSTED = "bail-posted"
    CHARGES_DISMISSED = "charges-dismissed"
    HOLD_LIFTED = "hold-lifted"
    COURT_ORDER = "court-order"


class Basis(StrEnum):
    """Why a person goes without a case that could hold them."""

    DECLINED = "declined"
    NO_PROBABLE_CAUSE = "no-probable-cause"


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
    """Who signs, and when it was signed in the record; `at` is None when the paper is signed by hand."""

    name: Text
    title: Text
    at: Instant | None = None


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


class Affiant(Struct, frozen=True, kw_only=True):
    """Who accuses (Rule 504(1))."""

    name: Text
    badge: Text
    agency: Text


class Hold(Struct, frozen=True, kw_only=True):
    """A hold that remains, with the court or authority that issued it."""

    kind: HoldKind
    authority: Text
    number: Text


class NextDate(Struct, frozen=True, kw_only=True):
    """When and where the case goes on; `court` holds its address."""

    hearing: Hearing
    at: Instant
    court: Text
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


class Surety(Struct, frozen=True, kw_only=True):
    """Who answers for the amount of bail beside the defendant."""

    name: Text
    address: Text


class Item(Struct, frozen=True, kw_only=True):
    """A thing taken for safekeeping."""

    item: Text
    quantity: Ordinal = 1


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


class CriminalComplaint(Paper, frozen=True, kw_only=True):
    """The complaint of Rule 504, item by item. Refused without an address or a description of the defendant."""

    affiant: Affiant
    address: Text | None
    description: Text | None
    offence_on: date
    offence_until: date | None = None
    place: Text
    county: Text
    charges: Charges
    facts: Text
    complainants: Count
    laboratory: bool
    fingerprinted: bool
    process: Process
    verified: Signed
    public_access: Signed
    approved: Signed
    certified: Signed
    version: Ordinal = 1

    def __post_init__(self) -> None:
        """Rule 504 wants one of the two."""
        if self.address is None and self.description is None:
            raise BadInput(
                "the complaint needs the defendant's address or a description (Rule 504); write one of them",
                field="address",
            )


class OrderOfBail(Paper, frozen=True, kw_only=True):
    """The order that sets, changes or denies bail. A denial is refused without written reasons (Rule 520)."""

    action: OrderAction
    charges: Charges
    bail: BailTerms
    ability_considered: bool
    reasons: Text | None
    complainants: Count
    next_date: NextDate | None
    holds: tuple[Hold, ...]
    ordered: Signed
    interpreter: Text | None = None

    def __post_init__(self) -> None:
        """Rule 520 wants the reasons written."""
        if self.bail.type is BailType.DENIED and self.reasons is None:
            raise BadInput("a denial of bail is not printed without its reasons (Rule 520)", field="reasons")


class BailBond(Paper, frozen=True, kw_only=True):
    """The agreement of Rule 526: five conditions by law, and those ordered. Refused when bail is denied."""

    bail: BailTerms
    address: Text | None
    paid_usd: Ordinal | None
    receipt_number: Text | None
    surety: Surety | None
    refund_to: Text | None
    complainants: Count
    next_date: NextDate | None
    taken: Signed
    interpreter: Text | None = None

    def __post_init__(self) -> None:
        """Nobody signs for bail that was denied."""
        if self.bail.type is BailType.DENIED:
            raise BadInput("bail was denied; there is no bond to sign", field="bail")


class Commitment(Paper, frozen=True, kw_only=True):
    """The order to a facility to keep the person, and what would release them. Refused unless money or denial holds."""

    facility: Text
    bail: BailTerms
    charges: Charges
    next_date: NextDate | None
    holds: tuple[Hold, ...]
    ordered: Signed

    def __post_init__(self) -> None:
        """Other kinds of bail mean release."""
        if self.bail.type not in {BailType.MONETARY, BailType.DENIED, BailType.NOMINAL}:
            raise BadInput("this bail holds nobody; print the release order instead", field="bail")


class ReleaseOrder(Paper, frozen=True, kw_only=True):
    """Release and discharge, with the holds that remain and the names of the door (N3)."""

    facility: Text
    reason: ReleaseReason
    owed_at: Instant
    holds: tuple[Hold, ...]
    bail: BailTerms | None
    complainants: Count
    next_date: NextDate | None
    property_receipt: Text | None
    papers_given: tuple[Text, ...]
    ordered: Signed
    opened: Signed | None = None


class BookingSheet(Paper, frozen=True, kw_only=True):
    """What booking wrote down, in words and not in codes. None: not asked, or not answered."""

    other_names: tuple[Text, ...]
    name_used: Text | None
    age: Count | None
    sex: Text
    race: Text | None
    ethnicity: Text | None
    height: Text | None
    weight: Text | None
    eyes: Text | None
    hair: Text | None
    address: Text | None
    lives_in_city: Text | None
    pid: Text | None
    sid: Text | None
    interpreter: Text | None
    arrested_at: Instant
    place: Text
    district: Text | None
    agency: Text
    officers: Annotated[tuple[Text, ...], Meta(min_length=1)]
    warrant_number: Text | None
    offence_on: date | None
    booked_at: Instant | None
    site: Text | None
    cell: Text | None
    prints: Text
    photograph: Text
    property_receipt: Text | None
    charges: Charges
    holds: tuple[Hold, ...]
    booked_by: Signed


class PropertyReceipt(Paper, frozen=True, kw_only=True):
    """What was taken for safekeeping and its return (police form 75-3)."""

    receipt_number: Text
    taken_at: Instant
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    kept_at: Text | None
    taken_by: Signed


class NextDateNotice(Paper, frozen=True, kw_only=True):
    """The date that the person must keep; `contact` is whom to call."""

    next_date: NextDate
    contact: Text
    given: Signed
    interpreter: Text | None = None


class ReleaseOnDecline(Paper, frozen=True, kw_only=True):
    """Release because the charges were declined, or because no probable cause was found (Rule 540)."""

    basis: Basis
    facility: Text
    decided_at: Instant
    owed_at: Instant
    holds: tuple[Hold, ...]
    property_receipt: Text | None
    ordered: Signed
    opened: Signed | None = None


class CellCard(Paper, frozen=True, kw_only=True):
    """Cell card and wristband: who it is and since when; no charge and no need of care, since others can read it."""

    site: Text | None
    cell: Text | None
    arrested_at: Instant
    booked_at: Instant | None


class TransportSheet(Paper, frozen=True, kw_only=True):
    """Who is moved, from where to where, in which vehicle, with which holds and property."""

    from_place: Text | None
    to_place: Text | None
    left_at: Instant
    vehicle: Text | None
    property_receipt: Text | None
    holds: tuple[Hold, ...]
    handed_by: Signed


class SuretyReceipt(Paper, frozen=True, kw_only=True):
    """For whoever posted bail: what, when, and how it comes back (Rule 528)."""

    posted_by: Text
    posted_at: Instant
    amount_usd: Ordinal
    security: Text
    bail: BailTerms
    taken: Signed


class KeepAway(Struct, frozen=True, kw_only=True):
    """One order to keep away: from whom, by number, and what it says; when and how it was served."""

    kind: Text
    complainant: Ordinal
    says: Text
    ordered_at: Instant
    served_at: Instant | None = None
    served_language: Text | None = None
    refused: bool = False


class NoContactOrder(Paper, frozen=True, kw_only=True):
    """The defendant's copy of the orders in force: what they say, and no name or address of anybody."""

    orders: Annotated[tuple[KeepAway, ...], Meta(min_length=1)]
    ordered: Signed
    served: Signed | None


class WrongPersonLetter(Paper, frozen=True, kw_only=True):
    """A letter to carry: this person was arrested under a name and was not the one who was sought (N19)."""

    arrested_at: Instant
    found_at: Instant
    warrant_number: Text | None
    prints: Text
    signed: Signed


class Printed(Struct, frozen=True, kw_only=True):
    """One printing: when and by whom, the code that finds its ledger entry, and whether it is a copy (N25).

    `form_number` and `version` are those of `FORMS`, or of the version that the first printing had.
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


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its number and version at the foot, its template, and its title in each language that it comes in."""

    number: str
    version: str
    template: str
    titles: Mapping[Language, str]


def form_of(number: str, template: str, english: str, spanish: str | None = None) -> Form:
    """A form with its title, in Spanish too when the paper is a person's."""
    titles = {Language.ENGLISH: english}
    if spanish is not None:
        titles[Language.SPANISH] = spanish
    return Form(number, "2026-11", template, titles)


FORMS: Mapping[type[Paper], Form] = {
    CriminalComplaint: form_of("PARS-01", "criminal_complaint", "Criminal Complaint"),
    OrderOfBail: form_of("PARS-02", "bail_order", "Bail Order", "Orden de fianza"),
    BailBond: form_of("PARS-03", "bail_bond", "Bail Bond", "Compromiso de fianza"),
    Commitment: form_of("PARS-04", "commitment", "Commitment"),
    ReleaseOrder: form_of("PARS-05", "release_order", "Order of Release and Discharge", "Orden de libertad"),
    BookingSheet: form_of("PARS-06", "booking_sheet", "Booking Sheet"),
    PropertyReceipt: form_of("75-3", "property_receipt", "Property Receipt", "Recibo de pertenencias"),
    NextDateNotice: form_of(
        "PARS-07", "next_date_notice", "Notice of Next Court Date", "Aviso de la próxima fecha en el tribunal"
    ),
    ReleaseOnDecline: form_of(
        "PARS-08",
        "release_on_decline",
        "Order of Release: No Grounds to Hold",
        "Orden de libertad: sin motivo para retener",
    ),
    CellCard: form_of("PARS-09", "cell_card", "Cell Card"),
    TransportSheet: form_of("PARS-10", "transport_sheet", "Transport Sheet"),
    SuretyReceipt: form_of("PARS-11", "surety_receipt", "Receipt for Bail Posted", "Recibo de la fianza depositada"),
    NoContactOrder: form_of("PARS-43", "no_contact_order", "Order to Keep Away", "Orden de no acercarse"),
    WrongPersonLetter: form_of("PARS-44", "wrong_person", "Not the Person Sought", "No es la persona que se buscaba"),
}
"""Every paper with its form. Papers that are the person's come in Spanish as well."""

BAIL_WORDS: Mapping[Language, Mapping[BailType, str]] = {
    Language.ENGLISH: TYPE_WORDS,
    Language.SPANISH: {
        BailType.ROR: "Libertad bajo palabra",
        BailType.NONMONETARY: "Libertad con condiciones no monetarias",
        BailType.UNSECURED: "Libertad con fianza sin depósito",
        BailType.NOMINAL: "Libertad con fianza nominal",
        BailType.MONETARY: "Libertad con fianza monetaria",
        BailType.DENIED: "Fianza denegada",
    },
}
CONDITION_WORDS: Mapping[Language, Mapping[str, str]] = {
    Language.ENGLISH: CONDITIONS,
    Language.SPANISH: {
        "report": "Preséntese ante los servicios previos al juicio como se le indique",
        "travel": "No salga del condado sin permiso del tribunal",
        "no-contact": "No tenga contacto con las personas nombradas en la lista protegida",
        "stay-away": "No se acerque a los lugares nombrados en la lista protegida",
        "no-weapons": "Entregue las armas y no las tenga",
        "curfew": "Esté en casa en las horas que indica la orden",
        "house-arrest": "Arresto domiciliario con vigilancia electrónica",
        "treatment": "Siga el tratamiento como se le indique",
        "testing": "Sométase a pruebas de drogas o alcohol como se le indique",
        "no-driving": "No conduzca",
    },
}
HOLD_WORDS: Mapping[Language, Mapping[HoldKind, str]] = {
    Language.ENGLISH: {
        HoldKind.BENCH_WARRANT: "Bench warrant",
        HoldKind.PROBATION_DETAINER: "Probation detainer",
        HoldKind.PAROLE_DETAINER: "Parole detainer",
        HoldKind.OTHER_COUNTY: "Case in another county",
        HoldKind.OTHER_STATE: "Case in another state",
        HoldKind.SENTENCE: "Sentence",
        HoldKind.PROTECTION_ORDER_CONTEMPT: "Contempt of a protection order",
    },
    Language.SPANISH: {
        HoldKind.BENCH_WARRANT: "Orden judicial de arresto",
        HoldKind.PROBATION_DETAINER: "Retención por libertad condicional (probation)",
        HoldKind.PAROLE_DETAINER: "Retención por libertad bajo palabra (parole)",
        HoldKind.OTHER_COUNTY: "Causa en otro condado",
        HoldKind.OTHER_STATE: "Causa en otro estado",
        HoldKind.SENTENCE: "Condena",
        HoldKind.PROTECTION_ORDER_CONTEMPT: "Desacato de una orden de protección",
    },
}

_FOLDER: Final = Path(__file__).with_name("forms")
_FONTS: Final = typst.Fonts(include_system_fonts=False)
"""Only the fonts in the wheel, so that every machine prints the same bytes; many threads may compile with them."""

_PATTERNS: Mapping[Language, tuple[str, str, str]] = {
    Language.ENGLISH: ("EEEE, MMMM d, y", "MMMM d, y", "en_US"),
    Language.SPANISH: ("EEEE, d 'de' MMMM 'de' y", "d 'de' MMMM 'de' y", "es_US"),
}


def render(paper: Paper, printed: Printed) -> bytes:
    """The paper as PDF/UA-1.

    Refuses a blank where the paper needs words, and a language that the form does not come in, naming the place. A
    character that the fonts cannot draw is printed as its code point, `[U+738B]`: no spelling keeps a person from it.
    """
    return typeset(FORMS[type(paper)], paper, printed)


def typeset(form: Form, paper: Sheet, printed: Printed) -> bytes:
    """A sheet by its form, as `render` says."""
    _refuse_gaps(paper)
    _refuse_gaps(printed)
    language = printed.language
    title = form.titles.get(language)
    if title is None:
        raise BadInput("this paper is printed in English only; choose English", field="language")
    data = {
        "paper": _shown(_plain(paper), language),
        "printed": _shown(_plain(printed), language),
        "title": title,
        "number": _drawable_text(paper.number),
        "qr": square_code(printed.entry_code),
        "bail_words": BAIL_WORDS[language],
        "condition_words": CONDITION_WORDS[language],
        "hold_words": HOLD_WORDS[language],
        "five_conditions": FIVE_CONDITIONS[language],
    }
    try:
        return _compile(form.template, {"data": msgspec.json.encode(data).decode()})
    except typst.TypstError:
        # The compiler's message may quote the person's name, and a cause would carry it into the operator's log (T26).
        raise Unavailable("this paper cannot be printed now; use the downtime sheet and tell the operator") from None


def _compile(template: str, inputs: dict[str, str]) -> bytes:
    pdf: bytes = typst.compile(
        str(_FOLDER / f"{template}.typ"),
        root=str(_FOLDER),
        font_paths=_FONTS,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return pdf


def _refuse_gaps(given: Sheet | Printed) -> None:
    """The types are asked again: building a Struct does not ask them."""
    try:
        msgspec.convert(_plain(given), type(given), builtin_types=(date, datetime))
    except msgspec.ValidationError as error:
        found = re.search(r"at `\$\.?([^`]*)`", str(error))
        place = found.group(1) if found else ""
        words = place.replace("_", " ").replace("[...]", "").replace(".", ", ")
        raise BadInput(f"the paper is not printed: “{words}” is missing or cannot be right", field=place) from None


def _plain(given: Sheet | Printed) -> object:
    plain: object = msgspec.to_builtins(given, builtin_types=(date, datetime))
    return plain


def _shown(value: object, language: Language) -> object:
    """A value as templates show it: instants and dates in words, text that the fonts can draw, the rest as it is."""
    match value:
        case dict():
            return {key: _shown(item, language) for key, item in value.items()}
        case list() | tuple():
            return [_shown(item, language) for item in value]
        case datetime():
            return _instant(value, language)
        case date():
            return _day(value, language)
        case str():
            return _drawable_text(value)
        case _:
            return value


def _day(day: date, language: Language) -> str:
    _, short, locale = _PATTERNS[language]
    return format_date(day, short, locale=locale)


def _instant(instant: datetime, language: Language) -> dict[str, str]:
    """The city's wall time with its zone, so that the hour that autumn has twice is one of the two."""
    local = in_city(instant)
    long, short, locale = _PATTERNS[language]
    half = "a.m." if local.hour < 12 else "p.m."  # noqa: PLR2004 - noon
    time = f"{local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"
    day = format_date(local.date(), long, locale=locale)
    return {"day": day, "time": time, "short": f"{format_date(local.date(), short, locale=locale)}, {time}"}


def square_code(code: str) -> str:
    """A code as a square that a telephone reads, as SVG."""
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def _drawable_text(text: str) -> str:
    """The text composed (NFC), every space a space, marks of direction and control left out, the undrawable spelled."""
    return "".join(_shape(char) for char in unicodedata.normalize("NFC", text))


_PLAIN_FOR: Mapping[str, str] = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Cc": "", "Cf": ""}
_NEVER_DRAWN: Final = frozenset({"Cs", "Co", "Cn"})


@lru_cache(maxsize=4096)
def _shape(char: str) -> str:
    if char == "\n" or " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category in _PLAIN_FOR:
        return " " if char == "\t" else _PLAIN_FOR[category]
    if category not in _NEVER_DRAWN and _drawable(char):
        return char
    return f"[U+{ord(char):04X}]"


def _drawable(char: str) -> bool:
    """Whether the wheel's fonts have a glyph; the compiler is asked, about a millisecond for each new character."""
    try:
        _compile("glyph", {"char": char})
    except typst.TypstError:
        return False
    return True
