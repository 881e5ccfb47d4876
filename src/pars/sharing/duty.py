"""The basis of the owners' own staff: a duty. What each role may look at, and which parts of an arrest it is shown.

Staff read through the same door as partners; their basis is role, desk, shift and assignment instead of an agreement.
The tables below are default deny: a part that a role is not given is never fetched for it. A look outside desk or shift
is not refused: it asks why and for whom, so that nobody who must act is held up. `docs/duties.md` is written from here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from pars.record.care import READERS as CARE_READERS
from pars.record.consular import READERS as CONSULAR_READERS
from pars.record.interview import READERS as INTERVIEW_READERS
from pars.record.roles import OWNER_OF, Role


class Part(StrEnum):
    """A part of an arrest that is shown or not shown as a whole."""

    LINE = "line"
    IDENTITY = "identity"
    STEPS = "steps"
    CHARGES = "charges"
    REPORT = "report"
    PHOTO = "photo"
    PROPERTY = "property"
    HOLDS = "holds"
    COURT = "court"
    BAIL = "bail"
    PAPERS = "papers"
    HISTORY = "history"
    FITNESS = "fitness"


class View(StrEnum):
    """A list or page that somebody opens."""

    BOARD = "board"
    CHARGING = "charging"
    SESSION = "session"
    LISTING = "listing"
    DOCKETS = "dockets"
    LEFT = "left"
    INTERVIEWS = "interviews"
    RELEASES = "releases"
    HOSPITAL = "hospital"
    COUNT = "count"
    REPORTS = "reports"
    ORDERS = "orders"
    REVIEWS = "reviews"
    CLIENTS = "clients"
    SEARCH = "search"
    ARREST = "arrest"


_DESK = frozenset({Part.LINE, Part.IDENTITY, Part.STEPS, Part.CHARGES, Part.PHOTO, Part.HOLDS, Part.PAPERS})
_POLICE = _DESK | {Part.REPORT, Part.PROPERTY, Part.HISTORY, Part.COURT}
_COURT = _DESK | {Part.COURT, Part.BAIL}

PARTS: Mapping[Role, frozenset[Part]] = {
    Role.OFFICER: _POLICE,
    Role.DETECTIVE: _POLICE,
    Role.POLICE_SUPERVISOR: _POLICE,
    Role.DETENTION_OFFICER: _DESK | {Part.PROPERTY, Part.COURT, Part.BAIL, Part.FITNESS},
    Role.CUSTODY_SUPERVISOR: _DESK | {Part.PROPERTY, Part.COURT, Part.BAIL, Part.FITNESS},
    Role.MEDIC: frozenset({Part.LINE, Part.IDENTITY, Part.PHOTO, Part.FITNESS}),
    Role.CHARGING_ATTORNEY: _DESK | {Part.REPORT, Part.COURT, Part.BAIL, Part.HISTORY},
    Role.CHARGING_SUPERVISOR: _DESK | {Part.REPORT, Part.COURT, Part.BAIL, Part.HISTORY},
    Role.INTERVIEWER: _COURT,
    Role.MAGISTRATE: _COURT | {Part.FITNESS},
    Role.CLERK: _COURT,
    Role.DEFENDER: _COURT - {Part.PHOTO},
}
"""What each role is shown of an arrest. Roles that do not stand here see no arrest at all: administrators too."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: who may open a list or page, whom it binds to the site of their desk, and to their shift.

    Whoever is bound to a site sees the arrests of that site, and those that are at none yet, without a word typed.
    """

    roles: frozenset[Role]
    at_site: frozenset[Role] = frozenset()
    on_shift: bool = True


_ALL_BUT_DEFENDERS = frozenset(PARTS) - {Role.DEFENDER}
_AT_SITE = frozenset({Role.OFFICER, Role.DETENTION_OFFICER, Role.MEDIC})

RULES: Mapping[View, Rule] = {
    View.BOARD: Rule(_ALL_BUT_DEFENDERS, at_site=_AT_SITE),
    View.CHARGING: Rule(frozenset({Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR})),
    View.SESSION: Rule(
        frozenset({Role.MAGISTRATE, Role.CLERK, Role.INTERVIEWER, Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR})
    ),
    View.LISTING: Rule(frozenset({Role.MAGISTRATE, Role.CLERK})),
    View.LEFT: Rule(_ALL_BUT_DEFENDERS - {Role.MEDIC}, at_site=_AT_SITE),
    View.DOCKETS: Rule(frozenset({Role.CLERK, Role.MAGISTRATE})),
    View.INTERVIEWS: Rule(frozenset({Role.INTERVIEWER})),
    View.RELEASES: Rule(
        frozenset({Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}), at_site=_AT_SITE
    ),
    View.HOSPITAL: Rule(
        frozenset({Role.OFFICER, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR, Role.CLERK})
    ),
    View.COUNT: Rule(
        frozenset({Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}), at_site=_AT_SITE
    ),
    View.REPORTS: Rule(frozenset({Role.OFFICER, Role.DETECTIVE, Role.POLICE_SUPERVISOR}), at_site=_AT_SITE),
    View.ORDERS: Rule(_ALL_BUT_DEFENDERS - {Role.INTERVIEWER, Role.MEDIC}, on_shift=False),
    View.REVIEWS: Rule(frozenset({Role.CLERK, Role.MAGISTRATE, Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR})),
    View.CLIENTS: Rule(frozenset({Role.DEFENDER}), on_shift=False),
    View.SEARCH: Rule(_ALL_BUT_DEFENDERS - {Role.MEDIC}, on_shift=False),
    View.ARREST: Rule(frozenset(PARTS)),
}
"""The duties: a line for each list and page. A search says why each time, so that no shift binds it."""

VIEWS: Mapping[View, frozenset[Role]] = {view: rule.roles for view, rule in RULES.items()}
"""Who may open which list or page."""


def bound_to(role: Role, view: View, site: str | None) -> str | None:
    """The site whose arrests somebody's list holds without a word typed; None for the whole city."""
    return site if role in RULES[view].at_site else None


class Shift(StrEnum):
    """The hours of a working day, in the city's time. Whoever has none works at any hour."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


SHIFTS: Mapping[Shift, tuple[time, time]] = {
    Shift.DAY: (time(6), time(17)),
    Shift.EVENING: (time(14), time(1)),
    Shift.NIGHT: (time(22), time(9)),
}
"""From when until when somebody of a shift counts as on it: eight hours with an hour before and two after."""


def on_shift(shift: Shift | None, at: time) -> bool:
    """Whether somebody of that shift is on it at that hour of the city's clocks."""
    if shift is None:
        return True
    begins, ends = SHIFTS[shift]
    return begins <= at < ends if begins < ends else at >= begins or at < ends


ASSIGNED_DAYS = 30
"""For so many days an arrest is that of whoever wrote it down, made it, or took a step in it."""

ASSIGNS: Mapping[Role, frozenset[Role]] = {
    Role.OFFICER: frozenset({Role.POLICE_SUPERVISOR}),
    Role.DETECTIVE: frozenset({Role.POLICE_SUPERVISOR}),
    Role.CHARGING_ATTORNEY: frozenset({Role.CHARGING_SUPERVISOR}),
    Role.INTERVIEWER: frozenset({Role.CLERK}),
    Role.DEFENDER: frozenset({Role.CLERK, Role.MAGISTRATE}),
}
"""Who assigns an arrest to somebody of a role: a detective, a charging attorney, the defender who was appointed."""

PROTECTED_READERS = frozenset(
    {Role.DETECTIVE, Role.POLICE_SUPERVISOR, Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR, Role.CLERK}
)
"""Who investigates and prosecutes reads victims and witnesses, and the court's notice desk: its clerk (N13)."""

CHILDREN_READERS = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR, Role.DETECTIVE})
"""42 Pa.C.S. 6308: officers when necessary for duty; kept apart from adult records."""


READERS: Mapping[str, frozenset[Role]] = {
    "interview": INTERVIEW_READERS,
    "protected": PROTECTED_READERS,
    "children": CHILDREN_READERS,
    "care": CARE_READERS,
    "consular": CONSULAR_READERS,
}
"""Who reads each store of its own, by the name of its door. The wall in the database holds the same table."""

SEALED_READERS = frozenset(role for role in PARTS if OWNER_OF[role] is not None) - {Role.MEDIC}
"""Limited access leaves a record to criminal justice agencies (18 Pa.C.S. 9122.1, 9122.2), for a reason. Nobody reads
what was expunged, once nobody is kept under it any more."""


class Bond(StrEnum):
    """What ties a look to a duty besides the role; a look outside one asks why."""

    DESK = "desk"
    SHIFT = "shift"
    SEALED = "sealed"


OUTSIDE: Mapping[Bond, str] = {
    Bond.DESK: "this is outside your own queue and site",
    Bond.SHIFT: "you are not on shift",
    Bond.SEALED: "a court's order limits access to this record",
}
"""What somebody is told who looks outside a bond."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A duty covers the look: these parts may be fetched."""

    parts: frozenset[Part]


@dataclass(frozen=True, slots=True)
class Refused:
    """No duty covers the look, and why, in words for the one who asks."""

    reason: str
    code: str = "no-duty"


def decide(role: Role, view: View, *, outside: Collection[Bond] = (), why: str | None = None) -> Shown | Refused:
    """Whether this role may open this view, and which parts of each arrest it is shown.

    `outside` are the bonds that do not hold; with any of them, `why` must say why and for whom.
    """
    if role not in VIEWS[view]:
        return Refused(f"your duty ({role.value.replace('-', ' ')}) has no access to this page")
    return say_why(outside, why) or Shown(PARTS[role])


def say_why(outside: Collection[Bond], why: str | None) -> Refused | None:
    """Refused when the look is outside a bond and nothing was said; None when it may go on."""
    if not outside or (why and why.strip()):
        return None
    told = " and ".join(OUTSIDE[bond] for bond in Bond if bond in outside)
    return Refused(f"{told}: say why you look, and for whom", "say-why")
