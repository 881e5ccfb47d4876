"""Break-glass: what may be opened in an emergency, who asks, who opens it, who is told, who judges it afterwards.

Two people of two owners open one part of one arrest to one colleague for 60 minutes. Neither of them is the one who
asks; their own owner may be one of the two, since it knows best whether the emergency is real, and is never both.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from pars.record.roles import OWNER_OF, SUPERVISORS, Owner, Role
from pars.sharing.duty import CHILDREN_READERS, PARTS, PROTECTED_READERS

MINUTES = 60
"""How long an opening lasts, and for how long one that was asked for can be agreed to. Real time: people at screens."""


class Opened(StrEnum):
    """What is opened: every part of an arrest's page, or one store of its own."""

    ARREST = "arrest"
    INTERVIEW = "interview"
    PROTECTED = "protected"
    CHILDREN = "children"


_COLLEAGUES = frozenset(role for role in PARTS if OWNER_OF[role] is not None) - {Role.MEDIC}

MAY_ASK: Mapping[Opened, frozenset[Role]] = {
    Opened.ARREST: _COLLEAGUES,
    Opened.INTERVIEW: frozenset({Role.CLERK}),
    Opened.PROTECTED: _COLLEAGUES - PROTECTED_READERS,
    Opened.CHILDREN: _COLLEAGUES - CHILDREN_READERS,
}
"""To whom each may be opened. The interview only within the court: Rule 530 knows no emergency for police, custody or
the charging desk, so that no two owners can open it to them. Nothing to a defender, whose way is discovery."""

AGREES = SUPERVISORS
"""Who opens: a supervisor of a shift, for the court its clerk."""

CLOSES = SUPERVISORS | {Role.REPRESENTATIVE}
"""Who closes an opening at once, besides the one who asked: of any of the three owners."""

SEES = CLOSES | {Role.PRIVACY_OFFICER, Role.AUDITOR}
"""Who sees the openings of others; everybody sees their own."""

TOLD = SEES | MAY_ASK[Opened.ARREST]
"""Who is told on every page, at once, what stands open: of all, or of what they asked for themselves."""

REVIEWS = frozenset({Role.PRIVACY_OFFICER, Role.REPRESENTATIVE})
"""Who judges an opening afterwards."""


class Finding(StrEnum):
    """What came of a review."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not justified"
    REFER = "refer"


def third(agreed: Collection[Owner]) -> tuple[Owner, ...]:
    """The owners who have not agreed: once two have, the one who is told."""
    return tuple(owner for owner in Owner if owner not in agreed)
