"""Papers of the court's dates and orders: the next date, keeping away, prints after a summons, firearms given up."""

from typing import Annotated

from msgspec import Meta, Struct

from pars.actions.disclosure import Page
from pars.errors import Conflicts
from pars.record.arrest import Exit
from pars.record.arrest import Paper as PaperState
from pars.sharing.projection import NoContact, StepTaken
from pars.web.papers import parts
from pars.web.papers.sheet import Charges, Instant, NextDate, Ordinal, Paper, Signed, Text


class NextDateNotice(Paper, frozen=True, kw_only=True):
    """The date that the person must keep; `contact` is whom to call, by a number that may have to be written in."""

    next_date: NextDate
    contact: Text
    telephone: Text | None
    given: Signed
    interpreter: Text | None = None


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


class FingerprintOrder(Paper, frozen=True, kw_only=True):
    """The order to be printed, for whoever was charged by summons and never printed (18 Pa.C.S. 9112(b)(2)).

    The court orders it, and the record has no line of that: whoever did signs by hand, and nobody is named.
    """

    charges: Charges
    next_date: NextDate | None
    report_to: Text
    interpreter: Text | None = None


class FirearmsOrder(Paper, frozen=True, kw_only=True):
    """Firearms that go to the sheriff after an arrest for contempt of a protection order (23 Pa.C.S. 6113)."""

    order_number: Text
    arrested_at: Instant
    weapon: Text | None
    handed_by: Signed


def next_date_notice(page: Page, desk: parts.Desk) -> Paper:
    """The date that was given; refused when none was."""
    next_date = parts.next_date(page, desk)
    if next_date is None:
        raise Conflicts("no next date was given", code="nothing-to-print")
    return NextDateNotice(
        issuer=desk.court,
        person=parts.person(page),
        next_date=next_date,
        contact=f"Clerk of the {desk.city} Municipal Court",
        telephone=desk.courthouse.telephone,
        given=desk.signed,
        interpreter=parts.interpreter(page),
    )


def no_contact_order(page: Page, desk: parts.Desk) -> Paper:
    """The orders in force; refused when there is none."""
    orders = [row for row in page.all(NoContact) if row.ended_at is None]
    if not orders:
        raise Conflicts("no order to keep away is in force", code="nothing-to-print")
    last, served = orders[-1], [row for row in orders if row.served_at is not None]
    return NoContactOrder(
        issuer=desk.court,
        person=parts.person(page),
        orders=tuple(
            KeepAway(
                kind=row.kind,
                complainant=row.complainant,
                says=row.says,
                ordered_at=row.ordered_at,
                served_at=row.served_at,
                served_language=row.served_language,
                refused=row.served_how == "refused",
            )
            for row in orders
        ),
        ordered=Signed(name=page.who(last.ordered_by), title=parts.MAGISTRATE, at=last.ordered_at),
        served=Signed(name=page.who(served[-1].served_by), title="served by", at=served[-1].served_at)
        if served
        else None,
    )


def fingerprint_order(page: Page, desk: parts.Desk) -> Paper:
    """The order of whoever was charged by summons; refused once prints are taken."""
    if page.line.exit is not Exit.CHARGED_BY_SUMMONS or page.line.prints is PaperState.DONE:
        raise Conflicts("nobody who was charged by summons is still to be printed here", code="nothing-to-print")
    return FingerprintOrder(
        issuer=desk.court,
        person=parts.person(page),
        charges=parts.charges(page),
        next_date=parts.next_date(page, desk),
        report_to=f"{desk.city} Police Department, booking desk",
        interpreter=parts.interpreter(page),
    )


def firearms_order(page: Page, desk: parts.Desk) -> Paper:
    """What goes with firearms to the sheriff; refused unless the arrest is for contempt of a protection order."""
    taken = [step for step in page.all(StepTaken) if step.step == "contempt"]
    if page.line.exit is not Exit.CONTEMPT or not taken:
        raise Conflicts("this is no arrest for contempt of a protection order", code="nothing-to-print")
    return FirearmsOrder(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        order_number=parts.said(taken[-1], "order_number") or "not recorded",
        arrested_at=page.line.arrested_at,
        weapon=parts.identity(page).weapon,
        handed_by=desk.signed,
    )
