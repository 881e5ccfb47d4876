"""Papers of the booking desk and the cells: booking sheet, property receipt, cell card, transport sheet."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from pars.actions.disclosure import Page
from pars.clock import city_day
from pars.errors import Conflicts
from pars.record.person import WORDS, Ethnicity, Race, Resident, Sex, age_on
from pars.sharing.projection import Photo, PropertyItem, StepTaken
from pars.web.papers import parts
from pars.web.papers.sheet import Charges, Count, Hold, Instant, Ordinal, Paper, Signed, Text


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


class Item(Struct, frozen=True, kw_only=True):
    """A thing taken for safekeeping."""

    item: Text
    quantity: Ordinal = 1


class PropertyReceipt(Paper, frozen=True, kw_only=True):
    """What was taken for safekeeping and its return (police form 75-3)."""

    receipt_number: Text
    taken_at: Instant
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    kept_at: Text | None
    taken_by: Signed


class PropertyReturn(Paper, frozen=True, kw_only=True):
    """What goes back to the person at the door, line by line, and their signature for it."""

    receipt_number: Text
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]
    left_at: Instant | None
    returned_by: Signed


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


def booking_sheet(page: Page, desk: parts.Desk) -> Paper:
    """What booking wrote down, as it stands now."""
    who = parts.identity(page)
    booked = [step for step in page.all(StepTaken) if step.step == "book"]
    return BookingSheet(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        other_names=tuple(who.other_names),
        name_used=None,
        age=age_on(who.birth_date, city_day(page.line.arrested_at)) if who.birth_date else None,
        sex=WORDS[Sex].get(who.sex, "Unknown"),
        race=parts.words(Race, who.race),
        ethnicity=parts.words(Ethnicity, who.ethnicity),
        height=parts.height(who),
        weight=parts.weight(who),
        eyes=who.eyes,
        hair=who.hair,
        address=who.address,
        lives_in_city=parts.words(Resident, who.lives_in_city),
        pid=who.pid,
        sid=who.sid,
        interpreter=parts.interpreter(page),
        arrested_at=page.line.arrested_at,
        place=who.place,
        district=who.district,
        agency=f"{desk.city} Police Department",
        officers=tuple(f"badge {badge}" for badge in who.officers) or ("not recorded",),
        warrant_number=who.warrant_number,
        offence_on=who.offence_on,
        booked_at=booked[-1].at if booked else None,
        site=page.line.site,
        cell=page.line.cell,
        prints=page.line.prints.value.replace("-", " "),
        photograph="taken" if page.all(Photo) else "not taken",
        property_receipt=parts.receipt(page),
        charges=parts.charges(page),
        holds=parts.holds(page),
        booked_by=Signed(name=page.who(booked[-1].taken_by), title="booking desk", at=booked[-1].at)
        if booked
        else desk.signed,
    )


def property_receipt(page: Page, desk: parts.Desk) -> Paper:
    """What was taken; refused when nothing was."""
    items = page.all(PropertyItem)
    if not items:
        raise Conflicts("no property was taken", code="nothing-to-print")
    return PropertyReceipt(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        receipt_number=f"75-3-{page.line.number}",
        taken_at=items[0].taken_at,
        items=tuple(Item(item=row.item, quantity=row.quantity) for row in items),
        kept_at=parts.facility(page),
        taken_by=Signed(name=page.who(items[0].taken_by), title="booking desk", at=items[0].taken_at),
    )


def property_return(page: Page, desk: parts.Desk) -> Paper:
    """What goes back; refused while no release is owed, and when nothing was taken."""
    parts.owed(page)
    items = page.all(PropertyItem)
    if not items:
        raise Conflicts("no property was taken", code="nothing-to-print")
    return PropertyReturn(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        receipt_number=f"75-3-{page.line.number}",
        items=tuple(Item(item=row.item, quantity=row.quantity) for row in items),
        left_at=page.line.left_at,
        returned_by=desk.signed,
    )


def cell_card(page: Page, desk: parts.Desk) -> Paper:
    """The card of whoever stands in a cell; refused for others."""
    booked = [step for step in page.all(StepTaken) if step.step == "book"]
    if not booked or page.line.left_at is not None:
        raise Conflicts("nobody stands in a cell under this arrest", code="nothing-to-print")
    return CellCard(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        site=page.line.site,
        cell=page.line.cell,
        arrested_at=page.line.arrested_at,
        booked_at=booked[-1].at,
    )


def transport_sheet(page: Page, desk: parts.Desk) -> Paper:
    """The last move; refused when there was none."""
    moves = [step for step in page.all(StepTaken) if step.step in {"transport", "commit", "arrive-hospital"}]
    if not moves:
        raise Conflicts("nobody was moved under this arrest", code="nothing-to-print")
    last = moves[-1]
    return TransportSheet(
        issuer=f"{desk.city} Police Department",
        person=parts.person(page),
        from_place=page.line.site,
        to_place=parts.said(last, "facility") or parts.said(last, "hospital"),
        left_at=last.at,
        vehicle=parts.said(last, "vehicle"),
        property_receipt=parts.receipt(page),
        holds=parts.holds(page),
        handed_by=Signed(name=page.who(last.taken_by), title="handed over", at=last.at),
    )
