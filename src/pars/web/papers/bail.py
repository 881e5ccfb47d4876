"""Papers of bail: the order, the bond, the commitment, the receipt of who posted it (N16)."""

from msgspec import Struct

from pars.actions.disclosure import Page
from pars.errors import BadInput, Conflicts
from pars.record.bail import BailType
from pars.sharing.projection import StepTaken
from pars.web.papers import parts
from pars.web.papers.sheet import (
    BailTerms,
    Charges,
    Count,
    Hold,
    Instant,
    NextDate,
    OrderAction,
    Ordinal,
    Paper,
    Signed,
    Text,
)


class Surety(Struct, frozen=True, kw_only=True):
    """Who answers for the amount of bail beside the defendant."""

    name: Text
    address: Text


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


class SuretyReceipt(Paper, frozen=True, kw_only=True):
    """For whoever posted bail: what, when, and how it comes back (Rule 528)."""

    posted_by: Text
    posted_at: Instant
    amount_usd: Ordinal
    security: Text
    bail: BailTerms
    taken: Signed


def bail_order(page: Page, desk: parts.Desk) -> Paper:
    """The last order on bail."""
    row = parts.order(page)
    return OrderOfBail(
        issuer=desk.court,
        person=parts.person(page),
        action=OrderAction(row.action),
        charges=parts.charges(page),
        bail=parts.terms(row, desk.bail),
        ability_considered=row.ability_asked is not None,
        reasons=row.reasons,
        complainants=parts.identity(page).complainants,
        next_date=parts.next_date(page, desk),
        holds=parts.holds(page),
        ordered=Signed(name=page.who(row.authority), title=parts.MAGISTRATE, at=row.at),
        interpreter=parts.interpreter(page),
    )


def bail_bond(page: Page, desk: parts.Desk) -> Paper:
    """The bond of the last order, for the person's signature."""
    row, posted = parts.order(page), parts.posted(page)
    paid = posted.answers.get("amount_usd") if posted else None
    poster = posted.answers.get("surety") if posted else None
    return BailBond(
        issuer=desk.court,
        person=parts.person(page),
        bail=parts.terms(row, desk.bail),
        address=parts.identity(page).address,
        paid_usd=paid if isinstance(paid, int) and paid > 0 else None,
        receipt_number=None,
        surety=None,
        refund_to=poster if isinstance(poster, str) and poster else None,
        complainants=parts.identity(page).complainants,
        next_date=parts.next_date(page, desk),
        taken=desk.signed,
        interpreter=parts.interpreter(page),
    )


def commitment(page: Page, desk: parts.Desk) -> Paper:
    """The order to keep the person, of whoever ordered bail last."""
    row = parts.order(page)
    taken = [step for step in page.all(StepTaken) if step.step == "commit"]
    facility = taken[-1].answers.get("facility") if taken else None
    return Commitment(
        issuer=desk.court,
        person=parts.person(page),
        facility=facility if isinstance(facility, str) else f"{desk.city} Department of Prisons",
        bail=parts.terms(row, desk.bail),
        charges=parts.charges(page),
        next_date=parts.next_date(page, desk),
        holds=parts.holds(page),
        ordered=Signed(name=page.who(row.authority), title=parts.MAGISTRATE, at=row.at),
    )


def surety_receipt(page: Page, desk: parts.Desk) -> Paper:
    """The receipt of who posted bail; refused before it is posted."""
    posted = parts.posted(page)
    if posted is None:
        raise Conflicts("no bail was posted in this case", code="nothing-to-print")
    amount = posted.answers.get("amount_usd")
    return SuretyReceipt(
        issuer=desk.court,
        person=parts.person(page),
        posted_by=parts.said(posted, "surety") or parts.person(page).name,
        posted_at=posted.at,
        amount_usd=amount if isinstance(amount, int) else 0,
        security=parts.said(posted, "security") or "cash",
        bail=parts.terms(parts.order(page), desk.bail),
        taken=Signed(name=page.who(posted.taken_by), title="clerk", at=posted.at),
    )
