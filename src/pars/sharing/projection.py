"""Projections: which columns a look fetches, as data. A struct's fields are the columns; the rest stays unread.

`TABLE` names where a struct's rows come from and `KEY` the column that holds the arrest's id.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from pars.record.arrest import Charging, Court, Custody, Exit, Paper, Standing
from pars.sharing.duty import Part, View


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a projection."""

    TABLE: ClassVar[str] = ""
    KEY: ClassVar[str] = "arrest_id"
    ORDER: ClassVar[str] = "id"


class Line(Row, frozen=True, kw_only=True):
    """One arrest on a list: enough to know whom, where, since when and what is missing."""

    TABLE: ClassVar[str] = "record.arrest"
    KEY: ClassVar[str] = "id"
    ORDER: ClassVar[str] = "arrested_at"

    id: UUID
    number: int
    surname: str | None
    given: str | None
    birth_date: date | None
    sex: str
    arrested_at: datetime
    written_at: datetime
    agency_id: int
    site: str | None
    cell: str | None
    dc_number: str | None
    lead_statute: str | None
    custody: Custody
    prints: Paper
    report: Paper
    charging: Charging
    interview: Paper
    court: Court
    exit: Exit
    release_owed_at: datetime | None
    submitted_at: datetime | None
    session_at: datetime | None
    arraigned_at: datetime | None
    left_at: datetime | None
    calling: str | None
    version: int

    @property
    def standing(self) -> Standing:
        """How the arrest stands on all its tracks."""
        return Standing(self.custody, self.prints, self.report, self.charging, self.interview, self.court, self.exit)

    @property
    def name(self) -> str:
        """LAST, FIRST as people at the desks write it; or the words for a name that nobody knows yet."""
        if not self.surname:
            return "name unknown"
        return f"{self.surname.upper()}, {self.given or ''}".rstrip(", ")

    def placed_by(self, view: str) -> datetime:
        """What gives the line its place on a list: when they left, since when release is owed, or the arrest."""
        instants = {View.LEFT: self.left_at, View.RELEASES: self.release_owed_at}
        return instants.get(View(view)) or self.arrested_at


class ScreenLine(Row, frozen=True, kw_only=True):
    """One arrest on the large screen: stage and clock, no name (T29)."""

    TABLE: ClassVar[str] = "record.arrest"
    KEY: ClassVar[str] = "id"
    ORDER: ClassVar[str] = "arrested_at"

    id: UUID
    number: int
    arrested_at: datetime
    site: str | None
    custody: Custody
    prints: Paper
    report: Paper
    charging: Charging
    interview: Paper
    court: Court
    exit: Exit
    release_owed_at: datetime | None

    @property
    def stage(self) -> str:
        """The stage as the desks call it."""
        return Standing(
            self.custody, self.prints, self.report, self.charging, self.interview, self.court, self.exit
        ).stage


class Identity(Row, frozen=True, kw_only=True):
    """Who the person is, as far as it is known, and how the arrest was made."""

    TABLE: ClassVar[str] = "record.arrest"
    KEY: ClassVar[str] = "id"
    ORDER: ClassVar[str] = "arrested_at"

    id: UUID
    kind: str
    place: str
    district: str | None
    officers: list[str]
    offence_on: date | None
    warrant_number: str | None
    weapon: str | None
    surname: str | None
    given: str | None
    middle: str | None
    suffix: str | None
    other_names: list[str]
    birth_date: date | None
    sex: str
    race: str
    ethnicity: str
    lives_in_city: str
    address: str | None
    height_cm: int | None
    weight_kg: int | None
    weight_lb: int | None
    eyes: str | None
    hair: str | None
    pid: str | None
    sid: str | None
    otn: str | None
    docket_number: str | None
    synthetic: list[str]
    person_id: UUID | None
    complainants: int
    excluded_offence: bool | None


class StepTaken(Row, frozen=True, kw_only=True):
    """A step that was taken: when it happened, when it was written, by whom."""

    TABLE: ClassVar[str] = "record.step"

    id: int
    arrest_id: UUID
    step: str
    outcome: str | None
    at: datetime
    written_at: datetime
    taken_by: UUID
    answers: dict[str, str | int | bool | None]

    @property
    def late(self) -> bool:
        """Written more than an hour after it happened: normal, and marked."""
        return (self.written_at - self.at).total_seconds() > 3600  # noqa: PLR2004 - an hour in seconds


class ClockCall(Row, frozen=True, kw_only=True):
    """A clock that passed a limit, to whom it was put, and what they answered until when."""

    TABLE: ClassVar[str] = "record.clock_call"
    ORDER: ClassVar[str] = "put_at"

    id: UUID
    arrest_id: UUID
    waits: str
    minutes: int
    level: str
    put_to: UUID | None
    put_at: datetime
    escalated_at: datetime | None
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str | None
    until: datetime | None
    ended_at: datetime | None


class Classification(Row, frozen=True, kw_only=True):
    """One of the three classifications of a charge."""

    TABLE: ClassVar[str] = "record.classification"

    id: int
    charge_id: UUID
    arrest_id: UUID
    stage: str
    statute: str
    grade: str
    grade_fact: str | None
    counts: int
    decision: str
    disposition: str | None
    reason: str | None
    decided_by: UUID
    decided_at: datetime


class Report(Row, frozen=True, kw_only=True):
    """The facts as the police wrote them; the newest stands, the older ones are kept."""

    TABLE: ClassVar[str] = "record.report"

    id: int
    arrest_id: UUID
    facts: str
    written_by: UUID
    written_at: datetime


class Photo(Row, frozen=True, kw_only=True):
    """A photograph, re-encoded without metadata."""

    TABLE: ClassVar[str] = "record.photo"
    ORDER: ClassVar[str] = "taken_at"

    id: UUID
    arrest_id: UUID
    image: bytes
    width: int
    height: int
    taken_at: datetime


class PropertyItem(Row, frozen=True, kw_only=True):
    """A thing taken from the person against a receipt."""

    TABLE: ClassVar[str] = "record.property_item"

    id: int
    arrest_id: UUID
    item: str
    quantity: int
    taken_by: UUID
    taken_at: datetime


class Hold(Row, frozen=True, kw_only=True):
    """A reason besides this case for keeping the person, signed by a judge or the named authority."""

    TABLE: ClassVar[str] = "record.hold"

    id: UUID
    arrest_id: UUID
    kind: str
    authority: str
    number: str
    hearing_due: datetime | None
    expires_at: datetime | None
    lifted_at: datetime | None
    heard_at: datetime | None


class Listing(Row, frozen=True, kw_only=True):
    """The place on a session's list."""

    TABLE: ClassVar[str] = "record.listing"
    ORDER: ClassVar[str] = "arrest_id"

    arrest_id: UUID
    session_id: UUID
    video_site: str | None
    interpreter: str | None
    counsel: str | None
    missing: list[str]


class Complaint(Row, frozen=True, kw_only=True):
    """A version of the criminal complaint."""

    TABLE: ClassVar[str] = "record.complaint"
    ORDER: ClassVar[str] = "version"

    id: UUID
    arrest_id: UUID
    version: int
    affiant_name: str
    affiant_badge: str
    facts: str
    laboratory: bool
    verified_at: datetime | None
    approved_by: UUID
    approved_at: datetime
    certified_by: UUID | None
    certified_at: datetime | None


class Arraignment(Row, frozen=True, kw_only=True):
    """What the magistrate found and said."""

    TABLE: ClassVar[str] = "record.arraignment"
    ORDER: ClassVar[str] = "held_at"

    arrest_id: UUID
    magistrate: UUID
    held_at: datetime
    probable_cause: bool
    counsel_heard: bool
    counsel_reason: str | None
    next_court: str | None
    next_at: datetime | None
    next_reason: str | None
    next_rule: str | None
    parent_told: bool | None
    parent_notice: str | None


class BailReview(Row, frozen=True, kw_only=True):
    """The early review of bail that holds somebody: due, held, and how it ended."""

    TABLE: ClassVar[str] = "record.bail_review"
    ORDER: ClassVar[str] = "opened_at"

    id: UUID
    arrest_id: UUID
    due_on: date
    opened_at: datetime
    held_at: datetime | None
    held_by: UUID | None
    outcome: str | None


class FugitiveTerm(Row, frozen=True, kw_only=True):
    """Until when a fugitive is kept for another state, and whether that is the one extension."""

    TABLE: ClassVar[str] = "record.fugitive_term"

    id: int
    arrest_id: UUID
    until_on: date
    extension: bool
    ordered_by: UUID
    ordered_at: datetime


class NoContact(Row, frozen=True, kw_only=True):
    """An order to keep away from somebody protected, who is named by number alone."""

    TABLE: ClassVar[str] = "record.no_contact"
    ORDER: ClassVar[str] = "ordered_at"

    id: UUID
    arrest_id: UUID
    kind: str
    complainant: int
    says: str
    ordered_by: UUID
    ordered_at: datetime
    ended_at: datetime | None
    served_at: datetime | None
    served_by: UUID | None
    served_language: str | None
    served_how: str | None


class Talk(Row, frozen=True, kw_only=True):
    """That counsel and client talked in confidence, or why not; never what of."""

    TABLE: ClassVar[str] = "record.confidential_talk"
    ORDER: ClassVar[str] = "held_at"

    id: UUID
    arrest_id: UUID
    way: str
    place: str
    minutes: int
    interpreter: str | None
    why_not: str | None
    held_at: datetime
    written_by: UUID


class Bail(Row, frozen=True, kw_only=True):
    """One position or action on bail."""

    TABLE: ClassVar[str] = "record.bail"

    id: int
    arrest_id: UUID
    action: str
    position: str
    type: str
    amount_usd: int | None
    percent: int | None
    conditions: list[str]
    reasons: str | None
    ability_asked: str | None
    ability_said: str | None
    authority: UUID
    at: datetime


class PaperPrinted(Row, frozen=True, kw_only=True):
    """A paper that was printed, and the code on it."""

    TABLE: ClassVar[str] = "record.paper"
    ORDER: ClassVar[str] = "printed_at"

    code: str
    arrest_id: UUID
    kind: str
    language: str
    printed_at: datetime
    printed_by: UUID
    copy: bool


class Correction(Row, frozen=True, kw_only=True):
    """What a correction replaced."""

    TABLE: ClassVar[str] = "record.correction"

    id: int
    arrest_id: UUID
    field: str
    was: str | None
    became: str | None
    reason: str | None
    corrected_by: UUID | None
    corrected_at: datetime


class Fitness(Row, frozen=True, kw_only=True):
    """Fit to appear or not, and what is needed, in codes."""

    TABLE: ClassVar[str] = "record.fitness"

    id: int
    arrest_id: UUID
    fit: bool
    needs: list[str]
    said_by: UUID
    said_at: datetime


class Need(Row, frozen=True, kw_only=True):
    """What somebody needs to understand and take part, and what became of it."""

    TABLE: ClassVar[str] = "record.need"
    ORDER: ClassVar[str] = "noted_at"

    id: UUID
    arrest_id: UUID
    kind: str
    language: str | None
    what: str | None
    noted_by: UUID
    noted_at: datetime
    asked_at: datetime | None
    found_at: datetime | None
    interpreter: str | None
    qualified: str | None
    mode: str | None
    arrived_at: datetime | None
    none_reason: str | None


FETCHED: Mapping[Part, tuple[type[Row], ...]] = {
    Part.LINE: (Line, Need),
    Part.IDENTITY: (Identity,),
    Part.STEPS: (StepTaken, ClockCall),
    Part.CHARGES: (Classification,),
    Part.REPORT: (Report,),
    Part.PHOTO: (Photo,),
    Part.PROPERTY: (PropertyItem,),
    Part.HOLDS: (Hold,),
    Part.COURT: (Listing, Complaint, Arraignment, FugitiveTerm, NoContact, Talk),
    Part.BAIL: (Bail, BailReview),
    Part.PAPERS: (PaperPrinted,),
    Part.HISTORY: (Correction,),
    Part.FITNESS: (Fitness,),
}
"""Which rows a part is made of. A part without a line here could never be shown, and a test says so."""
