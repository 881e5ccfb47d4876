"""Papers of a release: in a case that goes on, without a case, and for who was not the person sought (N3, N19)."""

from enum import StrEnum

from msgspec import Struct

from pars.actions.disclosure import Page
from pars.clock import now
from pars.errors import Conflicts
from pars.record.arrest import Exit
from pars.record.bail import BailType
from pars.sharing.projection import Bail, StepTaken
from pars.web.papers import parts
from pars.web.papers.sheet import BailTerms, Count, Door, Hold, Instant, NextDate, Paper, Recorder, Signed, Text


class ReleaseReason(StrEnum):
    """Why a release is ordered in a case that goes on, or has ended in court."""

    ROR = "ror"
    NONMONETARY = "nonmonetary"
    UNSECURED = "unsecured"
    NOMINAL = "nominal"
    BAIL_POSTED = "bail-posted"
    ORDERED = "ordered"
    BY_POLICE = "by-police"
    DIVERTED = "diverted"
    PENDING_INVESTIGATION = "pending-investigation"
    NOT_THE_PERSON = "not-the-person"


class Basis(StrEnum):
    """Why a person goes without a case that could hold them."""

    DECLINED = "declined"
    NO_PROBABLE_CAUSE = "no-probable-cause"


class BailPosted(Struct, frozen=True, kw_only=True):
    """That bail was posted: when, and who wrote it down; and who had set it last, where the reader is shown bail."""

    set_by: Text | None
    set_at: Instant | None
    posted_at: Instant
    recorded_by: Text


class ReleaseOrder(Paper, frozen=True, kw_only=True):
    """Release and discharge, with the holds that remain and the names of the door (N3).

    A magistrate's order is `ordered`; of another the record has who wrote it down, and who ordered it signs by hand.
    Once bail is `posted` nobody is named as who orders the release: the record has who set bail, and who took it in.
    """

    facility: Text
    reason: ReleaseReason
    owed_at: Instant
    holds: tuple[Hold, ...]
    bail: BailTerms | None
    posted: BailPosted | None = None
    complainants: Count
    next_date: NextDate | None
    property_receipt: Text | None
    papers_given: Text | None
    ordered: Signed | None = None
    recorded: Recorder | None = None
    opened: Door | None = None


class ReleaseOnDecline(Paper, frozen=True, kw_only=True):
    """Release because the charges were declined, or because no probable cause was found (Rule 540)."""

    basis: Basis
    facility: Text
    decided_at: Instant
    owed_at: Instant
    holds: tuple[Hold, ...]
    property_receipt: Text | None
    ordered: Signed
    opened: Door | None = None


class Discharge(Paper, frozen=True, kw_only=True):
    """That custody ended, when and by whose hand: for the person to carry, with what was given along."""

    facility: Text
    arrested_at: Instant
    owed_at: Instant | None
    left_at: Instant
    property_receipt: Text | None
    papers_given: Text | None
    next_date: NextDate | None
    opened: Door


class WrongPersonLetter(Paper, frozen=True, kw_only=True):
    """A letter to carry: this person was arrested under a name and was not the one who was sought (N19)."""

    arrested_at: Instant
    found_at: Instant
    warrant_number: Text | None
    prints: Text
    recorded: Recorder


_RELEASE_FOR = {
    BailType.ROR: ReleaseReason.ROR,
    BailType.NONMONETARY: ReleaseReason.NONMONETARY,
    BailType.UNSECURED: ReleaseReason.UNSECURED,
    BailType.NOMINAL: ReleaseReason.NOMINAL,
}


_WITHOUT_THE_COURT = {
    "owe-release": ReleaseReason.ORDERED,
    "release-by-police": ReleaseReason.BY_POLICE,
    "divert": ReleaseReason.DIVERTED,
    "release-pending-investigation": ReleaseReason.PENDING_INVESTIGATION,
    "not-the-person": ReleaseReason.NOT_THE_PERSON,
}
"""Steps by which a release is owed, whoever takes them."""
_HEARINGS = frozenset({"arraign", "arraign-at-bedside", "review-bail"})
"""Steps of a magistrate, who orders the release that is owed by them."""


def release_order(page: Page, desk: parts.Desk) -> Paper:
    """Release in a case that goes on, has ended in court or never came there; refused while none is owed."""
    parts.owed(page)
    if page.line.exit in {Exit.DECLINED, Exit.NO_PROBABLE_CAUSE}:
        raise Conflicts("nothing holds this person; print the release without grounds instead", code="nothing-to-print")
    owing = [step for step in page.all(StepTaken) if step.step in {*_HEARINGS, "post-bail", *_WITHOUT_THE_COURT}][-1]
    row = parts.last_order(page)
    without_the_court = owing.step in _WITHOUT_THE_COURT
    return ReleaseOrder(
        issuer=f"{desk.city} Police Department" if without_the_court else desk.court,
        person=parts.person(page),
        facility=parts.facility(page),
        reason=_reason(owing, row),
        owed_at=page.line.release_owed_at or now(),
        holds=parts.holds(page),
        bail=parts.terms(row, desk.bail) if row else None,
        posted=_posted(page, owing, row) if owing.step == "post-bail" else None,
        complainants=parts.identity(page).complainants,
        next_date=parts.next_date(page, desk),
        property_receipt=parts.receipt(page),
        papers_given=parts.papers_given(page),
        ordered=Signed(name=page.who(owing.taken_by), title=parts.MAGISTRATE, at=owing.at)
        if owing.step in _HEARINGS
        else None,
        recorded=Recorder(name=page.who(owing.taken_by), at=owing.at) if without_the_court else None,
        opened=parts.opened(page),
    )


def _reason(owing: StepTaken, row: Bail | None) -> ReleaseReason:
    """Why a release is owed: by the step that it is owed by, and by the kind of bail where a magistrate took that."""
    if owing.step == "post-bail":
        return ReleaseReason.BAIL_POSTED
    if owing.step in _WITHOUT_THE_COURT:
        return _WITHOUT_THE_COURT[owing.step]
    return _RELEASE_FOR.get(BailType(row.type), ReleaseReason.ORDERED) if row else ReleaseReason.ORDERED


def _posted(page: Page, step: StepTaken, row: Bail | None) -> BailPosted:
    return BailPosted(
        set_by=f"{page.who(row.authority)}, {parts.MAGISTRATE}" if row else None,
        set_at=row.at if row else None,
        posted_at=step.at,
        recorded_by=page.who(step.taken_by),
    )


def release_on_decline(page: Page, desk: parts.Desk) -> Paper:
    """Release because nothing holds the person; refused for another reason of release."""
    parts.owed(page)
    basis = {Exit.DECLINED: Basis.DECLINED, Exit.NO_PROBABLE_CAUSE: Basis.NO_PROBABLE_CAUSE}
    if page.line.exit not in basis:
        raise Conflicts("nothing was declined in this case, and probable cause was not denied", code="nothing-to-print")
    decided = [step for step in page.all(StepTaken) if step.step in {"decline", "arraign", "arraign-at-bedside"}][-1]
    declined = page.line.exit is Exit.DECLINED
    return ReleaseOnDecline(
        issuer="Office of the District Attorney" if declined else desk.court,
        person=parts.person(page),
        basis=basis[page.line.exit],
        facility=parts.facility(page),
        decided_at=decided.at,
        owed_at=page.line.release_owed_at or decided.at,
        holds=parts.holds(page),
        property_receipt=parts.receipt(page),
        ordered=Signed(
            name=page.who(decided.taken_by), title=parts.ATTORNEY if declined else parts.MAGISTRATE, at=decided.at
        ),
        opened=parts.opened(page),
    )


def discharge(page: Page, desk: parts.Desk) -> Paper:
    """The paper to carry when custody has ended; refused before the door."""
    opened = parts.opened(page)
    if opened is None or page.line.left_at is None:
        raise Conflicts("the door has not opened under this arrest", code="nothing-to-print")
    return Discharge(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        facility=parts.facility(page),
        arrested_at=page.line.arrested_at,
        owed_at=page.line.release_owed_at,
        left_at=page.line.left_at,
        property_receipt=parts.receipt(page),
        papers_given=parts.papers_given(page),
        next_date=parts.next_date(page, desk),
        opened=opened,
    )


def wrong_person(page: Page, desk: parts.Desk) -> Paper:
    """The letter to carry; refused unless the person was found not to be the one sought."""
    found = [step for step in page.all(StepTaken) if step.step == "not-the-person"]
    if page.line.exit is not Exit.NOT_THE_PERSON or not found:
        raise Conflicts("nobody was found to be another than the one sought", code="nothing-to-print")
    return WrongPersonLetter(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        arrested_at=page.line.arrested_at,
        found_at=found[-1].at,
        warrant_number=parts.identity(page).warrant_number,
        prints=page.line.prints.value.replace("-", " "),
        recorded=Recorder(name=page.who(found[-1].taken_by), at=found[-1].at),
    )
