"""Papers of a filing: the criminal complaint (Rule 504; N22), and the certificate that goes with it (Rule 113.1)."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from pars.actions.disclosure import Page
from pars.clock import city_day
from pars.errors import BadInput, Conflicts, NotAllowed
from pars.record import complaint as rule_504
from pars.record.arrest import Exit
from pars.record.arrest import Paper as PaperState
from pars.record.roles import Role
from pars.sharing.projection import Complaint
from pars.web.papers import parts
from pars.web.papers.sheet import Charges, Count, Ordinal, Paper, Recorder, Signed, Text


class Process(StrEnum):
    """What the affiant asks for (Rule 504); nothing when the person has been arrested."""

    ARRESTED = "arrested"
    WARRANT = "warrant"
    SUMMONS = "summons"


class Affiant(Struct, frozen=True, kw_only=True):
    """Who accuses (Rule 504(1))."""

    name: Text
    badge: Text
    agency: Text


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
    certification: Recorder | None
    """Who recorded that the affiant had signed and the issuing authority certified: a clerk is neither."""
    version: Ordinal = 1

    def __post_init__(self) -> None:
        """Rule 504 wants one of the two."""
        if self.address is None and self.description is None:
            raise BadInput(
                "the complaint needs the defendant's address or a description (Rule 504); write one of them",
                field="address",
            )


class AccessCertificate(Paper, frozen=True, kw_only=True):
    """That a filing keeps to the public access policy (Rule 113.1); an attorney signs it, and writes their number."""

    filing: Text
    for_the: Text
    certified: Signed


def complaint(page: Page, desk: parts.Desk) -> Paper:
    """Rule 504, item by item; refused while an item is missing."""
    who, written = parts.identity(page), page.last(Complaint)
    if written is None:
        raise Conflicts("the charging unit has not written a complaint yet", code="nothing-to-print")
    charges = parts.standing_charges(page)
    gaps = rule_504.missing(
        rule_504.Complaint(
            affiant=written.affiant_name,
            defendant=parts.name(page),
            address_or_description=who.address or parts.description(who),
            offence_on=(who.offence_on or city_day(page.line.arrested_at)).isoformat(),
            place=who.place,
            charges=len(charges),
            facts=written.facts,
            laboratory=written.laboratory,
            fingerprinted=page.line.prints is PaperState.DONE,
            verified=written.verified_at is not None,
            approved=written.approved_at is not None,
        )
    )
    if gaps:
        raise Conflicts("the complaint is not printed; missing: " + "; ".join(gaps), code="rule-504")
    attorney = page.who(written.approved_by)
    return CriminalComplaint(
        issuer=desk.court,
        person=parts.person(page),
        affiant=Affiant(name=written.affiant_name, badge=written.affiant_badge, agency=f"{desk.city} Police"),
        address=who.address,
        description=parts.description(who),
        offence_on=who.offence_on or city_day(page.line.arrested_at),
        place=who.place,
        county=desk.city,
        charges=parts.charges(page),
        facts=written.facts,
        complainants=who.complainants,
        laboratory=written.laboratory,
        fingerprinted=page.line.prints is PaperState.DONE,
        process=Process.SUMMONS if page.line.exit is Exit.CHARGED_BY_SUMMONS else Process.ARRESTED,
        verified=Signed(name=written.affiant_name, title=f"badge {written.affiant_badge}"),
        public_access=Signed(name=attorney, title=parts.ATTORNEY),
        approved=Signed(name=attorney, title=parts.ATTORNEY, at=written.approved_at),
        certification=Recorder(name=page.who(written.certified_by), at=written.certified_at)
        if written.certified_at
        else None,
        version=written.version,
    )


def access_certificate(page: Page, desk: parts.Desk) -> Paper:
    """The certificate of the attorney who prints it; refused to others, and before there is a complaint."""
    if desk.role not in FILES:
        raise NotAllowed("a filing is certified by the attorney who files it", code="no-duty")
    if page.last(Complaint) is None:
        raise Conflicts("nothing is filed in this case yet", code="nothing-to-print")
    defends = desk.role is Role.DEFENDER
    return AccessCertificate(
        issuer=desk.court,
        person=parts.person(page),
        filing="Filing of the defense" if defends else "Criminal complaint",
        for_the="Attorney for the defendant" if defends else "Attorney for the Commonwealth",
        certified=desk.signed,
    )


FILES = frozenset({Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR, Role.DEFENDER})
"""Attorneys, who file and certify."""
