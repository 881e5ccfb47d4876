"""From an arrest as its reader may see it to the paper that a desk prints; refused, naming what is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pars.actions.arraignment import ROOM
from pars.actions.disclosure import Page
from pars.clock import city_day, now
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record import complaint as rule_504
from pars.record.arrest import Exit
from pars.record.arrest import Paper as PaperState
from pars.record.bail import BailOrder, BailSettings, BailType, deposit_usd
from pars.record.charge import STANDING_DECISIONS, Decision, Stage
from pars.record.identifiers import Otn, Statute
from pars.record.offences import find
from pars.record.person import WORDS, Ethnicity, Race, Resident, Sex, age_on
from pars.sharing.duty import Part
from pars.sharing.projection import (
    Arraignment,
    Bail,
    Classification,
    Complaint,
    Identity,
    Listing,
    NoContact,
    Photo,
    PropertyItem,
    StepTaken,
)
from pars.sharing.projection import Hold as HoldRow
from pars.web import papers
from pars.web.papers import HoldKind, NextDate, Person, Signed

HEARINGS = {
    "Preliminary hearing": papers.Hearing.PRELIMINARY_HEARING,
    "Extradition hearing": papers.Hearing.EXTRADITION,
    "Contempt hearing": papers.Hearing.CONTEMPT,
    "Bench warrant hearing": papers.Hearing.BENCH_WARRANT,
}
"""What happens on a next date, by the court's own words; a trial otherwise."""
MAGISTRATE, ATTORNEY = "Arraignment Court Magistrate", "Assistant District Attorney"


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose paper it is: the city, and the colleague who prints it."""

    city: str
    full_name: str
    title: str
    bail: BailSettings

    @property
    def court(self) -> str:
        """The court as papers name it."""
        return f"{self.city} Municipal Court, Arraignment Court"

    @property
    def signed(self) -> Signed:
        """The one who prints signs by hand."""
        return Signed(name=self.full_name, title=self.title)


def _identity(page: Page) -> Identity:
    if page.identity is None:
        raise NotAllowed("your duty prints no papers of an arrest", code="no-duty")
    return page.identity


def _name(page: Page) -> str:
    who = _identity(page)
    given = " ".join(part for part in (who.given, who.middle, who.suffix) if part)
    return f"{who.surname}, {given}".rstrip(", ") if who.surname else "Name unknown"


def person(page: Page) -> Person:
    """Whom the paper is about."""
    who = _identity(page)
    return Person(
        name=_name(page),
        arrest_number=str(page.line.number),
        birth_date=who.birth_date,
        docket_number=who.docket_number,
        otn=Otn(who.otn).shown if who.otn else None,
        dc_number=page.line.dc_number,
    )


def standing_charges(page: Page) -> list[Classification]:
    """The charges as the District Attorney approved them; as the police recommend them before that."""
    approved = [stages.get(Stage.DISTRICT_ATTORNEY) for stages in page.charges.values()]
    standing = [row for row in approved if row is not None and row.decision in STANDING_DECISIONS]
    if standing or any(row is not None for row in approved):
        return standing
    police = [stages.get(Stage.POLICE) for stages in page.charges.values()]
    return [row for row in police if row is not None and row.decision != Decision.REFUSED]


def _charges(page: Page) -> tuple[papers.Charge, ...]:
    rows = standing_charges(page)
    if not rows:
        raise Conflicts("there is no charge that this paper could name", code="nothing-to-print")
    return tuple(
        papers.Charge(
            sequence=place,
            statute=row.statute,
            title=find(Statute.parse(row.statute)).short_title,
            grade=row.grade or "not graded",
            counts=row.counts,
        )
        for place, row in enumerate(rows, 1)
    )


def _holds(page: Page) -> tuple[papers.Hold, ...]:
    at = now()
    return tuple(
        papers.Hold(kind=HoldKind(row.kind), authority=row.authority, number=row.number)
        for row in page.all(HoldRow)
        if row.lifted_at is None and (row.expires_at is None or row.expires_at > at)
    )


def description(who: Identity) -> str | None:
    """What somebody looks like, in words; None when nothing was written down."""
    parts = [
        WORDS[Sex].get(who.sex) if who.sex != "U" else None,
        _height(who),
        _weight(who),
        f"{who.eyes} eyes" if who.eyes else None,
        f"{who.hair} hair" if who.hair else None,
    ]
    return ", ".join(part for part in parts if part) or None


def _height(who: Identity) -> str | None:
    if who.height_cm is None:
        return None
    inches = round(who.height_cm / 2.54)
    return f"{inches // 12} ft {inches % 12} in"


def _weight(who: Identity) -> str | None:
    return f"{round(who.weight_kg * 2.2046)} lb" if who.weight_kg is not None else None


def _complaint(page: Page, desk: Desk) -> papers.Paper:
    who, written = _identity(page), page.last(Complaint)
    if written is None:
        raise Conflicts("the charging unit has not written a complaint yet", code="nothing-to-print")
    charges = standing_charges(page)
    gaps = rule_504.missing(
        rule_504.Complaint(
            affiant=written.affiant_name,
            defendant=_name(page),
            address_or_description=who.address or description(who),
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
    approved = Signed(name=page.who(written.approved_by), title=ATTORNEY, at=written.approved_at)
    certified = written.certified_by
    return papers.CriminalComplaint(
        issuer=desk.court,
        person=person(page),
        affiant=papers.Affiant(name=written.affiant_name, badge=written.affiant_badge, agency=f"{desk.city} Police"),
        address=who.address,
        description=description(who),
        offence_on=who.offence_on or city_day(page.line.arrested_at),
        place=who.place,
        county=desk.city,
        charges=_charges(page),
        facts=written.facts,
        complainants=who.complainants,
        laboratory=written.laboratory,
        fingerprinted=page.line.prints is PaperState.DONE,
        process=papers.Process.SUMMONS if page.line.exit is Exit.CHARGED_BY_SUMMONS else papers.Process.ARRESTED,
        verified=Signed(
            name=written.affiant_name, title=f"Police Officer, badge {written.affiant_badge}", at=written.verified_at
        ),
        public_access=approved,
        approved=approved,
        certified=Signed(
            name=page.who(certified) if certified else "Issuing authority",
            title="Issuing authority",
            at=written.certified_at,
        ),
        version=written.version,
    )


def _order(page: Page) -> Bail:
    if Part.BAIL not in page.parts:
        raise NotAllowed("your duty sees no bail", code="no-duty")
    orders = [row for row in page.all(Bail) if row.position == "order" and row.action in set(papers.OrderAction)]
    if not orders:
        raise Conflicts("no bail was ordered in this case", code="nothing-to-print")
    return orders[-1]


def _terms(row: Bail, settings: BailSettings) -> papers.BailTerms:
    whole = BailOrder(type=BailType(row.type), amount_usd=row.amount_usd, percent=row.percent)
    monetary = whole.type is BailType.MONETARY
    return papers.BailTerms(
        type=whole.type,
        amount_usd=row.amount_usd,
        percent=row.percent,
        deposit_usd=deposit_usd(whole, settings) if monetary else None,
        fee_usd=settings.clerk_fee_usd if monetary and row.percent else None,
        conditions=tuple(row.conditions),
    )


def _next_date(page: Page, desk: Desk) -> NextDate | None:
    held = page.last(Arraignment)
    if held is None or held.next_at is None:
        return None
    return NextDate(
        hearing=HEARINGS.get(held.next_court or "", papers.Hearing.TRIAL),
        at=held.next_at,
        court=f"{desk.city} Municipal Court, Criminal Division",
        room=ROOM,
    )


def _magistrate(page: Page) -> Signed:
    held = page.last(Arraignment)
    if held is None:
        raise Conflicts("the preliminary arraignment has not been held", code="nothing-to-print")
    return Signed(name=page.who(held.magistrate), title=MAGISTRATE, at=held.held_at)


def _interpreter(page: Page) -> str | None:
    listed = page.last(Listing)
    return listed.interpreter if listed else None


def _bail_order(page: Page, desk: Desk) -> papers.Paper:
    row = _order(page)
    return papers.OrderOfBail(
        issuer=desk.court,
        person=person(page),
        action=papers.OrderAction(row.action),
        charges=_charges(page),
        bail=_terms(row, desk.bail),
        ability_considered=row.ability_asked is not None,
        reasons=row.reasons,
        complainants=_identity(page).complainants,
        next_date=_next_date(page, desk),
        holds=_holds(page),
        ordered=Signed(name=page.who(row.authority), title=MAGISTRATE, at=row.at),
        interpreter=_interpreter(page),
    )


def _posted(page: Page) -> StepTaken | None:
    found = [step for step in page.all(StepTaken) if step.step == "post-bail"]
    return found[-1] if found else None


def _bail_bond(page: Page, desk: Desk) -> papers.Paper:
    row, posted = _order(page), _posted(page)
    paid = posted.answers.get("amount_usd") if posted else None
    poster = posted.answers.get("surety") if posted else None
    return papers.BailBond(
        issuer=desk.court,
        person=person(page),
        bail=_terms(row, desk.bail),
        address=_identity(page).address,
        paid_usd=paid if isinstance(paid, int) and paid > 0 else None,
        receipt_number=None,
        surety=None,
        refund_to=poster if isinstance(poster, str) and poster else None,
        complainants=_identity(page).complainants,
        next_date=_next_date(page, desk),
        taken=desk.signed,
        interpreter=_interpreter(page),
    )


def _facility(page: Page) -> str:
    return page.line.site or "place of custody"


def _commitment(page: Page, desk: Desk) -> papers.Paper:
    row = _order(page)
    taken = [step for step in page.all(StepTaken) if step.step == "commit"]
    facility = taken[-1].answers.get("facility") if taken else None
    return papers.Commitment(
        issuer=desk.court,
        person=person(page),
        facility=facility if isinstance(facility, str) else f"{desk.city} Department of Prisons",
        bail=_terms(row, desk.bail),
        charges=_charges(page),
        next_date=_next_date(page, desk),
        holds=_holds(page),
        ordered=Signed(name=page.who(row.authority), title=MAGISTRATE, at=row.at),
    )


_RELEASE_FOR = {
    BailType.ROR: papers.ReleaseReason.ROR,
    BailType.NONMONETARY: papers.ReleaseReason.NONMONETARY,
    BailType.UNSECURED: papers.ReleaseReason.UNSECURED,
    BailType.NOMINAL: papers.ReleaseReason.NOMINAL,
}


def _owed(page: Page) -> None:
    if page.line.release_owed_at is None:
        raise Conflicts("no release is owed in this case", code="nothing-to-print")


def _opened(page: Page) -> Signed | None:
    out = [step for step in page.all(StepTaken) if step.step == "sign-out"]
    if not out:
        return None
    return Signed(name=page.who(out[-1].taken_by), title=f"badge {out[-1].answers.get('opened_by')}", at=out[-1].at)


def _receipt(page: Page) -> str | None:
    return f"75-3-{page.line.number}" if page.all(PropertyItem) else None


def _release_order(page: Page, desk: Desk) -> papers.Paper:
    _owed(page)
    row = next((r for r in reversed(page.all(Bail)) if r.position == "order"), None)
    if row is None:
        reason = papers.ReleaseReason.COURT_ORDER
    else:
        reason = _RELEASE_FOR.get(BailType(row.type), papers.ReleaseReason.BAIL_POSTED)
    return papers.ReleaseOrder(
        issuer=desk.court,
        person=person(page),
        facility=_facility(page),
        reason=reason,
        owed_at=page.line.release_owed_at or now(),
        holds=_holds(page),
        bail=_terms(row, desk.bail) if row else None,
        complainants=_identity(page).complainants,
        next_date=_next_date(page, desk),
        property_receipt=_receipt(page),
        papers_given=(),
        ordered=_magistrate(page) if page.last(Arraignment) else desk.signed,
        opened=_opened(page),
    )


def _release_on_decline(page: Page, desk: Desk) -> papers.Paper:
    _owed(page)
    basis = {Exit.DECLINED: papers.Basis.DECLINED, Exit.NO_PROBABLE_CAUSE: papers.Basis.NO_PROBABLE_CAUSE}
    if page.line.exit not in basis:
        raise Conflicts("nothing was declined in this case, and probable cause was not denied", code="nothing-to-print")
    decided = [step for step in page.all(StepTaken) if step.step in {"decline", "arraign", "arraign-at-bedside"}][-1]
    declined = page.line.exit is Exit.DECLINED
    return papers.ReleaseOnDecline(
        issuer="Office of the District Attorney" if declined else desk.court,
        person=person(page),
        basis=basis[page.line.exit],
        facility=_facility(page),
        decided_at=decided.at,
        owed_at=page.line.release_owed_at or decided.at,
        holds=_holds(page),
        property_receipt=_receipt(page),
        ordered=Signed(name=page.who(decided.taken_by), title=ATTORNEY if declined else MAGISTRATE, at=decided.at),
        opened=_opened(page),
    )


def _next_date_notice(page: Page, desk: Desk) -> papers.Paper:
    next_date = _next_date(page, desk)
    if next_date is None:
        raise Conflicts("no next date was given", code="nothing-to-print")
    return papers.NextDateNotice(
        issuer=desk.court,
        person=person(page),
        next_date=next_date,
        contact=f"Clerk of the {desk.city} Municipal Court",
        given=desk.signed,
        interpreter=_interpreter(page),
    )


def _property_receipt(page: Page, desk: Desk) -> papers.Paper:
    items = page.all(PropertyItem)
    if not items:
        raise Conflicts("no property was taken", code="nothing-to-print")
    return papers.PropertyReceipt(
        issuer=f"{desk.city} Police Department",
        person=person(page),
        receipt_number=f"75-3-{page.line.number}",
        taken_at=items[0].taken_at,
        items=tuple(papers.Item(item=row.item, quantity=row.quantity) for row in items),
        kept_at=_facility(page),
        taken_by=Signed(name=page.who(items[0].taken_by), title="booking desk", at=items[0].taken_at),
    )


def _cell_card(page: Page, desk: Desk) -> papers.Paper:
    booked = [step for step in page.all(StepTaken) if step.step == "book"]
    if not booked or page.line.left_at is not None:
        raise Conflicts("nobody stands in a cell under this arrest", code="nothing-to-print")
    return papers.CellCard(
        issuer=f"{desk.city} Police Department",
        person=person(page),
        site=page.line.site,
        cell=page.line.cell,
        arrested_at=page.line.arrested_at,
        booked_at=booked[-1].at,
    )


def _said(step: StepTaken, name: str) -> str | None:
    answer = step.answers.get(name)
    return answer if isinstance(answer, str) and answer else None


def _transport_sheet(page: Page, desk: Desk) -> papers.Paper:
    moves = [step for step in page.all(StepTaken) if step.step in {"transport", "commit", "arrive-hospital"}]
    if not moves:
        raise Conflicts("nobody was moved under this arrest", code="nothing-to-print")
    last = moves[-1]
    return papers.TransportSheet(
        issuer=f"{desk.city} Police Department",
        person=person(page),
        from_place=page.line.site,
        to_place=_said(last, "facility") or _said(last, "hospital"),
        left_at=last.at,
        vehicle=_said(last, "vehicle"),
        property_receipt=_receipt(page),
        holds=_holds(page),
        handed_by=Signed(name=page.who(last.taken_by), title="handed over", at=last.at),
    )


def _surety_receipt(page: Page, desk: Desk) -> papers.Paper:
    posted = _posted(page)
    if posted is None:
        raise Conflicts("no bail was posted in this case", code="nothing-to-print")
    amount = posted.answers.get("amount_usd")
    return papers.SuretyReceipt(
        issuer=desk.court,
        person=person(page),
        posted_by=_said(posted, "surety") or person(page).name,
        posted_at=posted.at,
        amount_usd=amount if isinstance(amount, int) else 0,
        security=_said(posted, "security") or "cash",
        bail=_terms(_order(page), desk.bail),
        taken=Signed(name=page.who(posted.taken_by), title="clerk", at=posted.at),
    )


def _words(kind: type[Sex] | type[Race] | type[Ethnicity] | type[Resident], code: str) -> str | None:
    return None if code in {"U", "unknown"} else WORDS[kind].get(code)


def _booking_sheet(page: Page, desk: Desk) -> papers.Paper:
    who = _identity(page)
    booked = [step for step in page.all(StepTaken) if step.step == "book"]
    return papers.BookingSheet(
        issuer=f"{desk.city} Police Department",
        person=person(page),
        other_names=tuple(who.other_names),
        name_used=None,
        age=age_on(who.birth_date, city_day(page.line.arrested_at)) if who.birth_date else None,
        sex=WORDS[Sex].get(who.sex, "Unknown"),
        race=_words(Race, who.race),
        ethnicity=_words(Ethnicity, who.ethnicity),
        height=_height(who),
        weight=_weight(who),
        eyes=who.eyes,
        hair=who.hair,
        address=who.address,
        lives_in_city=_words(Resident, who.lives_in_city),
        pid=who.pid,
        sid=who.sid,
        interpreter=_interpreter(page),
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
        property_receipt=_receipt(page),
        charges=_charges(page),
        holds=_holds(page),
        booked_by=Signed(name=page.who(booked[-1].taken_by), title="booking desk", at=booked[-1].at)
        if booked
        else desk.signed,
    )


def _no_contact_order(page: Page, desk: Desk) -> papers.Paper:
    orders = [row for row in page.all(NoContact) if row.ended_at is None]
    if not orders:
        raise Conflicts("no order to keep away is in force", code="nothing-to-print")
    last, served = orders[-1], [row for row in orders if row.served_at is not None]
    return papers.NoContactOrder(
        issuer=desk.court,
        person=person(page),
        orders=tuple(
            papers.KeepAway(
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
        ordered=Signed(name=page.who(last.ordered_by), title=MAGISTRATE, at=last.ordered_at),
        served=Signed(name=page.who(served[-1].served_by), title="served by", at=served[-1].served_at)
        if served
        else None,
    )


def _wrong_person(page: Page, desk: Desk) -> papers.Paper:
    found = [step for step in page.all(StepTaken) if step.step == "not-the-person"]
    if page.line.exit is not Exit.NOT_THE_PERSON or not found:
        raise Conflicts("nobody was found to be another than the one sought", code="nothing-to-print")
    return papers.WrongPersonLetter(
        issuer=f"{desk.city} Police Department",
        person=person(page),
        arrested_at=page.line.arrested_at,
        found_at=found[-1].at,
        warrant_number=_identity(page).warrant_number,
        prints=page.line.prints.value.replace("-", " "),
        signed=Signed(name=page.who(found[-1].taken_by), title="supervisor", at=found[-1].at),
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A paper by its name in addresses, the words of its button, and how it is made."""

    label: str
    make: Callable[[Page, Desk], papers.Paper]


KINDS: Mapping[str, Kind] = {
    "complaint": Kind("Criminal complaint", _complaint),
    "bail-order": Kind("Bail order", _bail_order),
    "bail-bond": Kind("Bail bond", _bail_bond),
    "commitment": Kind("Commitment", _commitment),
    "release-order": Kind("Release order", _release_order),
    "release-on-decline": Kind("Release, no grounds to hold", _release_on_decline),
    "next-date": Kind("Notice of next court date", _next_date_notice),
    "booking-sheet": Kind("Booking sheet", _booking_sheet),
    "property-receipt": Kind("Property receipt", _property_receipt),
    "cell-card": Kind("Cell card and wristband", _cell_card),
    "transport-sheet": Kind("Transport sheet", _transport_sheet),
    "surety-receipt": Kind("Receipt for bail posted", _surety_receipt),
    "no-contact-order": Kind("Order to keep away", _no_contact_order),
    "wrong-person-letter": Kind("Letter: not the person sought", _wrong_person),
}
"""Every paper that a desk can print of an arrest."""


def made(kind: str, page: Page, desk: Desk) -> papers.Paper:
    """The paper of that kind; refused when there is no such paper, or something that it must say is missing."""
    if kind not in KINDS:
        raise NotThere("there is no such paper")
    return KINDS[kind].make(page, desk)


@dataclass(frozen=True, slots=True)
class Printable:
    """The papers of an arrest that can be printed now, by name and label; and what others wait for, in sentences."""

    papers: Sequence[tuple[str, str]]
    gaps: Sequence[str]


def printable(page: Page, desk: Desk) -> Printable:
    """What can be printed of this arrest now. A paper for which there is no occasion is not spoken of."""
    found, gaps = [], []
    for name, kind in KINDS.items():
        try:
            kind.make(page, desk)
        except (Conflicts, NotAllowed, BadInput) as refusal:
            if refusal.code not in {"nothing-to-print", "no-duty"}:
                gaps.append(refusal.sentence)
        else:
            found.append((name, kind.label))
    return Printable(found, gaps)
