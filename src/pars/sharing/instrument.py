"""The third basis: one instrument for one person. A lawful ask that is no agreement, classed from a closed table.

Each class says who may present it, who approves it, what it can reach at most, and how long it is kept. What it reaches
are words of the agreements' vocabulary alone: no free text, no store of its own, nothing sealed, no child. Papers of an
administration and questions about status have one answer, a letter, and touch nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from pars.record.fields import KEEPING, Keeping
from pars.record.roles import SUPERVISORS, Owner, Role
from pars.sharing.vocabulary import FIELDS, WARRANT_FIELDS


class Class(StrEnum):
    """What an instrument is."""

    COURT_ORDER = "court-order"
    JUDGES_WARRANT = "judges-warrant"
    SUBPOENA = "subpoena"
    DISCOVERY = "discovery"
    RIGHT_TO_KNOW = "right-to-know"
    OWN_REQUEST = "own-request"
    EMERGENCY = "emergency"
    ADMINISTRATIVE_WARRANT = "administrative-warrant"
    ADMINISTRATIVE_SUBPOENA = "administrative-subpoena"
    STATUS_REQUEST = "status-request"


class Presenter(StrEnum):
    """Who brings it."""

    COURT = "a court"
    LAW_ENFORCEMENT = "a law enforcement agency"
    PROSECUTOR = "a prosecutor"
    DEFENSE = "counsel of the defendant"
    PARTY = "counsel of a party"
    PERSON = "the person, or counsel for them"
    RESCUE = "a hospital, coroner or rescue service"
    ANYBODY = "anybody"


class Decision(StrEnum):
    """What is decided of an instrument."""

    APPROVED = "approved"
    REFUSED = "refused"


class Answered(StrEnum):
    """How an instrument was answered."""

    RECORD = "record"
    NOTHING = "nothing"
    LETTER = "letter"
    WITHDRAWN = "withdrawn"


_EVERY: Final = tuple(name for name in FIELDS if name != "photo")
_COURT: Final = (
    "name",
    "arrest.date",
    "arrest.agency",
    "docket_number",
    "charges",
    "arraignment.date",
    "bail",
    "disposition",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One class. `uncharged`: it reaches an arrest that no agreement could show, not charged yet or declined."""

    label: str
    law: str
    presented_by: frozenset[Presenter]
    owners: frozenset[Owner]
    fields: tuple[str, ...] = ()
    uncharged: bool = False
    keeping: Keeping = KEEPING["listing"]

    @property
    def letter(self) -> bool:
        """Whether its only answer is the fixed letter."""
        return not self.fields


_ALL_OWNERS: Final = frozenset(Owner)
_LETTER_LAW: Final = "Phila. Code 21-3600; 8 U.S.C. 1373 speaks of status alone, which is not held"

CLASSES: Mapping[Class, Row] = {
    Class.COURT_ORDER: Row(
        "Court order",
        "18 Pa.C.S. 9121(a), 9124(a); the order itself",
        frozenset({Presenter.COURT, Presenter.PARTY, Presenter.DEFENSE, Presenter.PROSECUTOR}),
        _ALL_OWNERS,
        (*_EVERY, *WARRANT_FIELDS),
        uncharged=True,
    ),
    Class.JUDGES_WARRANT: Row(
        "Judge's warrant",
        "234 Pa. Code Rules 200 to 211; Fed. R. Crim. P. 41",
        frozenset({Presenter.LAW_ENFORCEMENT, Presenter.PROSECUTOR}),
        _ALL_OWNERS,
        (*_EVERY, *WARRANT_FIELDS),
        uncharged=True,
    ),
    Class.SUBPOENA: Row(
        "Subpoena of a court",
        "234 Pa. Code Rule 107; 18 Pa.C.S. 9121(b)",
        frozenset({Presenter.COURT, Presenter.PROSECUTOR, Presenter.DEFENSE, Presenter.PARTY}),
        _ALL_OWNERS,
        (*_COURT, "birth_date", "otn", "arraignment.outcome"),
    ),
    Class.DISCOVERY: Row(
        "Discovery obligation",
        "234 Pa. Code Rule 573; reports go by the prosecutor's own file",
        frozenset({Presenter.DEFENSE}),
        frozenset({Owner.DISTRICT_ATTORNEY}),
        (*_EVERY, "next_hearing"),
        uncharged=True,
    ),
    Class.RIGHT_TO_KNOW: Row(
        "Right-to-Know request",
        "65 P.S. 67.101 to 67.3104; 18 Pa.C.S. 9104, 9121(b)",
        frozenset({Presenter.ANYBODY}),
        _ALL_OWNERS,
        _COURT,
    ),
    Class.OWN_REQUEST: Row(
        "The person's own request",
        "18 Pa.C.S. 9151",
        frozenset({Presenter.PERSON}),
        _ALL_OWNERS,
        (*_EVERY, *WARRANT_FIELDS),
        uncharged=True,
    ),
    Class.EMERGENCY: Row(
        "Emergency to life",
        "necessity; reviewed by counsel within 24 hours (N10)",
        frozenset({Presenter.RESCUE, Presenter.LAW_ENFORCEMENT}),
        _ALL_OWNERS,
        ("name", "birth_date", "description", "custody.site"),
        uncharged=True,
    ),
    Class.ADMINISTRATIVE_WARRANT: Row(
        "Administrative warrant or detainer",
        _LETTER_LAW,
        frozenset({Presenter.LAW_ENFORCEMENT, Presenter.ANYBODY}),
        _ALL_OWNERS,
    ),
    Class.ADMINISTRATIVE_SUBPOENA: Row(
        "Administrative subpoena",
        _LETTER_LAW,
        frozenset({Presenter.LAW_ENFORCEMENT, Presenter.ANYBODY}),
        _ALL_OWNERS,
    ),
    Class.STATUS_REQUEST: Row(
        "Request that asks for somebody's status",
        _LETTER_LAW,
        frozenset({Presenter.LAW_ENFORCEMENT, Presenter.ANYBODY}),
        _ALL_OWNERS,
    ),
}
"""The closed table; `docs/instruments.md` is written from it, and a test proves that it covers every class."""

NOT_RECALLED: Final = frozenset({Presenter.COURT, Presenter.PERSON})
"""Who keeps what they were answered when the record ends: a court has its own, and the person is whose it is."""

REVIEW_WITHIN: Final = timedelta(hours=24)
"""Until when counsel reviews what a supervisor approved in an emergency."""

RECEIVES: Final = SUPERVISORS | {Role.CHARGING_ATTORNEY, Role.COUNSEL}
"""Who takes an instrument in, and hands out its answer, for their own owner."""

COUNTED_FOR: Final = frozenset({Role.REPRESENTATIVE, Role.PRIVACY_OFFICER, Role.AUDITOR})
"""Who reads how many came and what became of them, without a person in it."""

SEES: Final = RECEIVES | COUNTED_FOR
"""Who opens the page."""


def approves(kind: Class) -> frozenset[Role]:
    """Who decides of a class, for their own owner: counsel; in an emergency a supervisor."""
    if CLASSES[kind].letter:
        return frozenset()
    return SUPERVISORS if kind is Class.EMERGENCY else frozenset({Role.COUNSEL})
