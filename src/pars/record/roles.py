"""Who works in the record: the three owners, and the duties people hold at their desks."""

from enum import StrEnum


class Owner(StrEnum):
    """The three owners of the record, equal to one another."""

    POLICE = "police"
    DISTRICT_ATTORNEY = "district-attorney"
    COURT = "court"


class Role(StrEnum):
    """A duty. One account holds one role in one agency; what it may do and see follows from it alone."""

    OFFICER = "officer"
    DETECTIVE = "detective"
    POLICE_SUPERVISOR = "police-supervisor"
    DETENTION_OFFICER = "detention-officer"
    CUSTODY_SUPERVISOR = "custody-supervisor"
    MEDIC = "medic"
    CHARGING_ATTORNEY = "charging-attorney"
    CHARGING_SUPERVISOR = "charging-supervisor"
    INTERVIEWER = "interviewer"
    MAGISTRATE = "magistrate"
    CLERK = "clerk"
    DEFENDER = "defender"
    REPRESENTATIVE = "representative"
    COUNSEL = "counsel"
    ANALYST = "analyst"
    PRIVACY_OFFICER = "privacy-officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


OWNER_OF: dict[Role, Owner | None] = {
    Role.OFFICER: Owner.POLICE,
    Role.DETECTIVE: Owner.POLICE,
    Role.POLICE_SUPERVISOR: Owner.POLICE,
    Role.DETENTION_OFFICER: Owner.POLICE,
    Role.CUSTODY_SUPERVISOR: Owner.POLICE,
    Role.MEDIC: Owner.POLICE,
    Role.CHARGING_ATTORNEY: Owner.DISTRICT_ATTORNEY,
    Role.CHARGING_SUPERVISOR: Owner.DISTRICT_ATTORNEY,
    Role.INTERVIEWER: Owner.COURT,
    Role.MAGISTRATE: Owner.COURT,
    Role.CLERK: Owner.COURT,
    Role.DEFENDER: None,
    Role.REPRESENTATIVE: None,
    Role.COUNSEL: None,
    Role.ANALYST: None,
    Role.PRIVACY_OFFICER: None,
    Role.AUDITOR: None,
    Role.ADMINISTRATOR: None,
}
"""The owner a role works for by its nature; None where the account's agency decides or there is none."""

OF_AN_OWNER = frozenset({Role.REPRESENTATIVE, Role.COUNSEL})
"""Who speaks for an owner or decides in its name: of whichever owner their agency is."""

OF_NO_OWNER = frozenset({Role.ANALYST, Role.DEFENDER})
"""Who asks or speaks against the owners: of an agency that is no owner's."""

CITYS_OWN = frozenset({Role.DEFENDER, Role.PRIVACY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Desks of the city that no owner has by its nature: an agency with one of them is no partner."""

SUPERVISORS = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR, Role.CHARGING_SUPERVISOR, Role.CLERK})
"""Who confirms another owner's new accounts and unlocks those of the shift; for the court it is the clerk."""
