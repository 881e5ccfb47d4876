"""Papers of the court's dates and orders: the next date, the order to keep away."""

from typing import Annotated

from msgspec import Meta, Struct

from pars.actions.disclosure import Page
from pars.errors import Conflicts
from pars.sharing.projection import NoContact
from pars.web.papers import parts
from pars.web.papers.sheet import Instant, NextDate, Ordinal, Paper, Signed, Text


class NextDateNotice(Paper, frozen=True, kw_only=True):
    """The date that the person must keep; `contact` is whom to call."""

    next_date: NextDate
    contact: Text
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
