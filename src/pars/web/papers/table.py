"""The table of papers: every form that is printed anywhere, with its number, its languages, and who prints it.

A new paper is a template in `forms/`, a module or a place in one, and a row here. `docs/papers.md` is written from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pars.actions import downtime, letters, patterns, victims, who_looked
from pars.actions.disclosure import Page
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.care import READERS as CARE_READERS
from pars.record.consular import READERS as CONSULAR_READERS
from pars.record.roles import Role
from pars.sharing.duty import CHILDREN_READERS, PARTS, Part
from pars.sharing.instrument import RECEIVES
from pars.web.papers import bail, cells, complaint, court, parts, release
from pars.web.papers.sheet import Form, Language, Paper, Printed
from pars.web.papers.typesetting import typeset

VERSION: Final = "2026-11"


def of_arrest(*shown: Part) -> frozenset[Role]:
    """Whoever prints papers of an arrest and is shown these parts of it."""
    return frozenset(role for role, given in PARTS.items() if {Part.PAPERS, *shown} <= given)


def form_of(number: str, template: str, english: str, spanish: str | None = None, *, by: frozenset[Role]) -> Form:
    """A form with its title, in Spanish too when the paper is a person's own."""
    titles = {Language.ENGLISH: english}
    if spanish is not None:
        titles[Language.SPANISH] = spanish
    return Form(number, VERSION, template, titles, by)


FORMS: Final[Mapping[str, Form]] = {
    "complaint": form_of("PARS-01", "criminal_complaint", "Criminal Complaint", by=of_arrest(Part.COURT)),
    "bail-order": form_of("PARS-02", "bail_order", "Bail Order", "Orden de fianza", by=of_arrest(Part.BAIL)),
    "bail-bond": form_of("PARS-03", "bail_bond", "Bail Bond", "Compromiso de fianza", by=of_arrest(Part.BAIL)),
    "commitment": form_of("PARS-04", "commitment", "Commitment", by=of_arrest(Part.BAIL)),
    "release-order": form_of(
        "PARS-05", "release_order", "Order of Release and Discharge", "Orden de libertad", by=of_arrest()
    ),
    "booking-sheet": form_of("PARS-06", "booking_sheet", "Booking Sheet", by=of_arrest()),
    "property-receipt": form_of(
        "75-3", "property_receipt", "Property Receipt", "Recibo de pertenencias", by=of_arrest(Part.PROPERTY)
    ),
    "next-date": form_of(
        "PARS-07",
        "next_date_notice",
        "Notice of Next Court Date",
        "Aviso de la próxima fecha en el tribunal",
        by=of_arrest(Part.COURT),
    ),
    "release-on-decline": form_of(
        "PARS-08",
        "release_on_decline",
        "Order of Release: No Grounds to Hold",
        "Orden de libertad: sin motivo para retener",
        by=of_arrest(),
    ),
    "cell-card": form_of("PARS-09", "cell_card", "Cell Card", by=of_arrest()),
    "transport-sheet": form_of("PARS-10", "transport_sheet", "Transport Sheet", by=of_arrest()),
    "surety-receipt": form_of(
        "PARS-11",
        "surety_receipt",
        "Receipt for Bail Posted",
        "Recibo de la fianza depositada",
        by=of_arrest(Part.BAIL),
    ),
    "property-return": form_of(
        "PARS-12", "property_return", "Return of Property", "Devolución de pertenencias", by=of_arrest(Part.PROPERTY)
    ),
    "discharge": form_of("PARS-13", "discharge", "Discharge from Custody", "Salida de la custodia", by=of_arrest()),
    "fingerprint-order": form_of(
        "PARS-47",
        "fingerprint_order",
        "Order to Be Fingerprinted",
        "Orden de tomarse las huellas",
        by=of_arrest(),
    ),
    "firearms-order": form_of("PARS-48", "firearms_order", "Firearms to the Sheriff", by=of_arrest()),
    "access-certificate": form_of(
        "PARS-49", "access_certificate", "Certificate of Public Access Compliance", by=complaint.FILES
    ),
    "withdrawal": form_of("PARS-20", "agreement_notice", "Notice of Withdrawal", by=letters.READS_LETTERS),
    "suspension": form_of("PARS-21", "agreement_notice", "Notice of Suspension", by=letters.READS_LETTERS),
    "overdue": form_of(
        "PARS-22", "agreement_notice", "Notice of Suspension for Overdue Duties", by=letters.READS_LETTERS
    ),
    "non-renewal": form_of("PARS-23", "agreement_notice", "Notice of Non-Renewal", by=letters.READS_LETTERS),
    "request": form_of("PARS-24", "request_receipt", "Receipt of an Information Request", by=letters.READS_LETTERS),
    "pattern": form_of("PARS-25", "agreement_notice", "Notice of Suspension for a Pattern", by=letters.READS_LETTERS),
    "who-looked": form_of("PARS-30", "who_looked", "Who Looked", "Quién consultó", by=who_looked.SEES),
    "downtime-sheet": form_of("PARS-31", "downtime_sheet", "Downtime Sheet", by=downtime.SEES_SHEETS),
    "dossier": form_of(
        "PARS-40", "dossier", "Dossier of a Pattern That Needs an Explanation", by=patterns.SEES_PATTERNS
    ),
    "victim-notice": form_of(
        "PARS-42", "victim_notice", "Notice to a Victim", "Aviso a una víctima", by=victims.NOTICE_DESK
    ),
    "no-contact-order": form_of(
        "PARS-43", "no_contact_order", "Order to Keep Away", "Orden de no acercarse", by=of_arrest(Part.COURT)
    ),
    "wrong-person-letter": form_of(
        "PARS-44", "wrong_person", "Not the Person Sought", "No es la persona que se buscaba", by=of_arrest()
    ),
    "care-sheet": form_of("PARS-50", "care_sheet", "Care Sheet", by=CARE_READERS),
    "check-log": form_of("PARS-51", "check_log", "Log of Checks in the Cell", by=CARE_READERS),
    "hospital-handover": form_of("PARS-52", "hospital_handover", "Handover to a Hospital", by=CARE_READERS),
    "parent-notice": form_of(
        "PARS-53",
        "parent_notice",
        "Notice to a Parent or Guardian",
        "Aviso a la madre, el padre o quien tenga la tutela",
        by=CHILDREN_READERS,
    ),
    "consular-request": form_of(
        "PARS-54", "consular_request", "Your Request to a Consulate", "Su solicitud a un consulado", by=CONSULAR_READERS
    ),
    "consular-notice": form_of("PARS-55", "consular_notice", "Notice to a Consulate", by=CONSULAR_READERS),
    "instrument-answer": form_of("PARS-45", "instrument_answer", "Answer to an Instrument", by=RECEIVES),
    "instrument-recall": form_of("PARS-56", "instrument_recall", "Destroy What You Were Answered", by=RECEIVES),
    "not-held": form_of("PARS-46", "not_held", "Not Held, Not Disclosed", by=RECEIVES),
}
"""Every form by its name. It comes in Spanish as well when it is the person's own; the others are between desks."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A paper of an arrest: the words of its button, what it says, and how it is made."""

    label: str
    paper: type[Paper]
    make: Callable[[Page, parts.Desk], Paper]


KINDS: Final[Mapping[str, Kind]] = {
    "complaint": Kind("Criminal complaint", complaint.CriminalComplaint, complaint.complaint),
    "bail-order": Kind("Bail order", bail.OrderOfBail, bail.bail_order),
    "bail-bond": Kind("Bail bond", bail.BailBond, bail.bail_bond),
    "commitment": Kind("Commitment", bail.Commitment, bail.commitment),
    "release-order": Kind("Release order", release.ReleaseOrder, release.release_order),
    "release-on-decline": Kind("Release without grounds to hold", release.ReleaseOnDecline, release.release_on_decline),
    "next-date": Kind("Notice of next court date", court.NextDateNotice, court.next_date_notice),
    "booking-sheet": Kind("Booking sheet", cells.BookingSheet, cells.booking_sheet),
    "property-receipt": Kind("Property receipt", cells.PropertyReceipt, cells.property_receipt),
    "property-return": Kind("Return of property", cells.PropertyReturn, cells.property_return),
    "cell-card": Kind("Cell card and wristband", cells.CellCard, cells.cell_card),
    "transport-sheet": Kind("Transport sheet", cells.TransportSheet, cells.transport_sheet),
    "surety-receipt": Kind("Receipt for bail posted", bail.SuretyReceipt, bail.surety_receipt),
    "no-contact-order": Kind("Order to keep away", court.NoContactOrder, court.no_contact_order),
    "discharge": Kind("Discharge from custody", release.Discharge, release.discharge),
    "fingerprint-order": Kind("Order to be fingerprinted", court.FingerprintOrder, court.fingerprint_order),
    "firearms-order": Kind("Firearms to the sheriff", court.FirearmsOrder, court.firearms_order),
    "access-certificate": Kind("Public access certificate", complaint.AccessCertificate, complaint.access_certificate),
    "wrong-person-letter": Kind("Letter: not the person sought", release.WrongPersonLetter, release.wrong_person),
}
"""Every paper that a desk can print of an arrest, by its name in addresses, which is the name of its form."""

_NAME_OF: Final[Mapping[type[Paper], str]] = {kind.paper: name for name, kind in KINDS.items()}


def form_for(paper: Paper) -> Form:
    """The form of a paper of an arrest."""
    return FORMS[_NAME_OF[type(paper)]]


def render(paper: Paper, printed: Printed) -> bytes:
    """A paper of an arrest as PDF."""
    return typeset(form_for(paper), paper, printed)


def made(kind: str, page: Page, desk: parts.Desk) -> Paper:
    """The paper of that kind; refused when there is no such paper, or something that it must say is missing."""
    if kind not in KINDS:
        raise NotThere("there is no such paper")
    if Part.PAPERS not in page.parts:
        raise NotAllowed("your duty prints no papers of an arrest", code="no-duty")
    return KINDS[kind].make(page, desk)


@dataclass(frozen=True, slots=True)
class Printable:
    """The papers of an arrest that can be printed now, by name and label; and for what others wait, by label too."""

    papers: Sequence[tuple[str, str]]
    gaps: Sequence[tuple[str, str]]


def printable(page: Page, desk: parts.Desk) -> Printable:
    """What can be printed of this arrest now. A paper for which there is no occasion is not spoken of."""
    found, gaps = [], []
    for name, kind in KINDS.items():
        try:
            made(name, page, desk)
        except (Conflicts, NotAllowed, BadInput) as refusal:
            if refusal.code not in {"nothing-to-print", "no-duty"}:
                gaps.append((kind.label, refusal.sentence))
        else:
            found.append((name, kind.label))
    return Printable(found, gaps)
