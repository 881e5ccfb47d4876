"""The pretrial interview (Rules 523, 530): what is asked, and who may ever read it."""

from dataclasses import dataclass

from pars.record.roles import Role

READERS = frozenset({Role.INTERVIEWER, Role.MAGISTRATE, Role.DEFENDER})
"""Rule 530(C) as practitioners read it (N27): bail agency staff, the bail authority, counsel of the person.

The Commonwealth's attorney reads it for bail only, and never for the charging decision; the charging desk's roles
therefore do not stand here. Never police, custody or partners.
"""


@dataclass(frozen=True, slots=True)
class Interview:
    """What the person said. Everything but the recommendation may be left open; nothing holds anyone for it."""

    residence: str = ""
    residence_months: int | None = None
    household: str = ""
    employment: str = ""
    ties: str = ""
    appearances_missed: int | None = None
    ability_to_pay: str = ""
    references: str = ""
    verified_by: str = ""
    recommendation: str = ""
