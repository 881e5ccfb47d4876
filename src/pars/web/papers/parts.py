"""What papers take from an arrest as its reader may see it; refused, naming what is missing."""

from dataclasses import dataclass

import msgspec

from pars.actions.arraignment import ROOM
from pars.actions.disclosure import Page
from pars.clock import now
from pars.errors import Conflicts, NotAllowed
from pars.record import measures
from pars.record.bail import BailOrder, BailSettings, BailType, deposit_usd
from pars.record.charge import STANDING_DECISIONS, Decision, Stage
from pars.record.identifiers import Otn, Statute
from pars.record.offences import find
from pars.record.person import WORDS, Ethnicity, Race, Resident, Sex
from pars.record.roles import Role
from pars.sharing.duty import Part
from pars.sharing.projection import Arraignment, Bail, Classification, Identity, Listing, PropertyItem, StepTaken
from pars.sharing.projection import Hold as HoldRow
from pars.web.papers.sheet import (
    BailTerms,
    Charge,
    Door,
    Hearing,
    Hold,
    HoldKind,
    NextDate,
    OrderAction,
    Person,
    Signed,
)

HEARINGS = {
    "Preliminary hearing": Hearing.PRELIMINARY_HEARING,
    "Extradition hearing": Hearing.EXTRADITION,
    "Contempt hearing": Hearing.CONTEMPT,
    "Bench warrant hearing": Hearing.BENCH_WARRANT,
}
"""What happens on a next date, by the court's own words; a trial otherwise."""


MAGISTRATE, ATTORNEY = "Arraignment Court Magistrate", "Assistant District Attorney"


@dataclass(frozen=True, slots=True)
class Courthouse:
    """Where the court is and how its clerk is called, as papers print it; None is left to be written in by hand."""

    address: str | None = None
    telephone: str | None = None


NO_COURTHOUSE = Courthouse()


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose paper it is: the city, and the colleague who prints it."""

    city: str
    full_name: str
    role: Role
    bail: BailSettings
    courthouse: Courthouse = NO_COURTHOUSE

    @property
    def title(self) -> str:
        """The duty of the one who prints, in words."""
        return self.role.value.replace("-", " ")

    @property
    def court(self) -> str:
        """The court as papers name it."""
        return f"{self.city} Municipal Court, Arraignment Court"

    @property
    def signed(self) -> Signed:
        """The one who prints signs by hand."""
        return Signed(name=self.full_name, title=self.title)


def identity(page: Page) -> Identity:
    """Who the person is; refused to a duty that is not shown it."""
    if page.identity is None:
        raise NotAllowed("your duty prints no papers of an arrest", code="no-duty")
    return page.identity


def name(page: Page) -> str:
    """LAST, First as papers write it."""
    who = identity(page)
    given = " ".join(part for part in (who.given, who.middle, who.suffix) if part)
    return f"{who.surname}, {given}".rstrip(", ") if who.surname else "Name unknown"


def person(page: Page) -> Person:
    """Whom the paper is about."""
    who = identity(page)
    return Person(
        name=name(page),
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


def charges(page: Page) -> tuple[Charge, ...]:
    """The standing charges as a paper's table; refused when there is none."""
    rows = standing_charges(page)
    if not rows:
        raise Conflicts("there is no charge that this paper could name", code="nothing-to-print")
    return tuple(
        Charge(
            sequence=place,
            statute=row.statute,
            title=find(Statute.parse(row.statute)).short_title,
            grade=row.grade or "not graded",
            counts=row.counts,
        )
        for place, row in enumerate(rows, 1)
    )


def holds(page: Page) -> tuple[Hold, ...]:
    """The holds that stand now."""
    at = now()
    return tuple(
        Hold(kind=HoldKind(row.kind), authority=row.authority, number=row.number)
        for row in page.all(HoldRow)
        if row.lifted_at is None and (row.expires_at is None or row.expires_at > at)
    )


def description(who: Identity) -> str | None:
    """What somebody looks like, in words; None when nothing was written down."""
    parts = [
        WORDS[Sex].get(who.sex) if who.sex != "U" else None,
        height(who),
        weight(who),
        f"{who.eyes} eyes" if who.eyes else None,
        f"{who.hair} hair" if who.hair else None,
    ]
    return ", ".join(part for part in parts if part) or None


def height(who: Identity) -> str | None:
    """How tall, in feet and inches."""
    if who.height_cm is None:
        return None
    feet, inches = measures.height(who.height_cm)
    return f"{feet} ft {inches} in"


def weight(who: Identity) -> str | None:
    """How heavy, in pounds."""
    found = pounds(who)
    return None if found is None else f"{found} lb"


def pounds(who: Identity) -> int | None:
    """A weight as it was typed; where it came in kilograms, the nearest pounds."""
    if who.weight_lb is not None or who.weight_kg is None:
        return who.weight_lb
    return measures.pounds(who.weight_kg)


def order(page: Page) -> Bail:
    """The last order on bail; refused to a duty that sees no bail, and when none was made."""
    if Part.BAIL not in page.parts:
        raise NotAllowed("your duty sees no bail", code="no-duty")
    last = last_order(page)
    if last is None:
        raise Conflicts("no bail was ordered in this case", code="nothing-to-print")
    return last


def last_order(page: Page) -> Bail | None:
    """The last order on bail, which says who set it and on which conditions: what was posted says neither.

    What is reinstated has the conditions that it had, and its row says none.
    """
    orders = [row for row in page.all(Bail) if row.position == "order" and row.action in set(OrderAction)]
    if not orders:
        return None
    last = orders[-1]
    if last.action != OrderAction.REINSTATED:
        return last
    said = [row for row in orders if row.action in {OrderAction.SET, OrderAction.MODIFIED}]
    return msgspec.structs.replace(last, conditions=said[-1].conditions) if said else last


def terms(row: Bail, settings: BailSettings) -> BailTerms:
    """Bail as it stands, with the deposit and the clerk's fee."""
    whole = BailOrder(type=BailType(row.type), amount_usd=row.amount_usd, percent=row.percent)
    monetary = whole.type is BailType.MONETARY
    return BailTerms(
        type=whole.type,
        amount_usd=row.amount_usd,
        percent=row.percent,
        deposit_usd=deposit_usd(whole, settings) if monetary else None,
        fee_usd=settings.clerk_fee_usd if monetary and row.percent else None,
        conditions=tuple(row.conditions),
    )


def next_date(page: Page, desk: Desk) -> NextDate | None:
    """When and where the case goes on; None when no date was given."""
    held = page.last(Arraignment)
    if held is None or held.next_at is None:
        return None
    return NextDate(
        hearing=HEARINGS.get(held.next_court or "", Hearing.TRIAL),
        at=held.next_at,
        court=f"{desk.city} Municipal Court, Criminal Division",
        address=desk.courthouse.address,
        room=ROOM,
    )


def interpreter(page: Page) -> str | None:
    """The language that the list of the session names."""
    listed = page.last(Listing)
    return listed.interpreter if listed else None


def posted(page: Page) -> StepTaken | None:
    """The posting of bail, when somebody posted it."""
    found = [step for step in page.all(StepTaken) if step.step == "post-bail"]
    return found[-1] if found else None


def facility(page: Page) -> str:
    """Where the person is kept."""
    return page.line.site or "place of custody"


def owed(page: Page) -> None:
    """Refuse while no release is owed."""
    if page.line.release_owed_at is None:
        raise Conflicts("no release is owed in this case", code="nothing-to-print")


def signed_out(page: Page) -> StepTaken | None:
    """The signing out, when the door has opened."""
    return next((step for step in reversed(page.all(StepTaken)) if step.step == "sign-out"), None)


def opened(page: Page) -> Door | None:
    """Whose badge opened the door and who recorded it, when it is open."""
    out = signed_out(page)
    return Door(badge=str(out.answers["opened_by"]), recorded_by=page.who(out.taken_by), at=out.at) if out else None


def papers_given(page: Page) -> str | None:
    """Which papers went along, as it was said when the door opened; None before that."""
    out = signed_out(page)
    return said(out, "papers_given") if out else None


def receipt(page: Page) -> str | None:
    """The number of the property receipt, when property was taken."""
    return f"75-3-{page.line.number}" if page.all(PropertyItem) else None


def said(step: StepTaken, name: str) -> str | None:
    """An answer of a step that is words."""
    answer = step.answers.get(name)
    return answer if isinstance(answer, str) and answer else None


def words(kind: type[Sex] | type[Race] | type[Ethnicity] | type[Resident], code: str) -> str | None:
    """A code in words; None when it says that nothing is known."""
    return None if code in {"U", "unknown"} else WORDS[kind].get(code)
