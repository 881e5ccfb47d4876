"""Words for what happens to a charge: the decision of the District Attorney and the disposition of the court."""

from enum import StrEnum


class Stage(StrEnum):
    """Who classified a charge; the three stand side by side."""

    POLICE = "police"
    DISTRICT_ATTORNEY = "district-attorney"
    COURT = "court"


class Decision(StrEnum):
    """What became of a charge at one stage."""

    RECOMMENDED = "recommended"
    APPROVED = "approved"
    MODIFIED = "modified"
    REFUSED = "refused"
    ADDED = "added"
    DECIDED = "decided"


STANDING_DECISIONS = frozenset({Decision.APPROVED, Decision.MODIFIED, Decision.ADDED})
"""Decisions after which a charge stands as the District Attorney approved it."""

NEEDS_REASON = frozenset({Decision.MODIFIED, Decision.REFUSED, Decision.ADDED})
"""Decisions that cannot be written without their reason."""

DISPOSITIONS = (
    "Guilty",
    "Guilty Plea - Negotiated",
    "Guilty Plea - Non-Negotiated",
    "Not Guilty",
    "Judgment of Acquittal",
    "Demurrer Sustained",
    "Nolle Prossed",
    "Nolle Prosequi - Administrative",
    "Withdrawn",
    "Withdrawn - Administrative",
    "Dismissed",
    "Dismissed - Lack of Evidence",
    "Dismissed - Lack of Prosecution",
    "Dismissed - Rule 546",
    "Dismissed - Rule 586",
    "Dismissed - Rule 600",
    "Dismissed - Rule 1013",
    "Quashed",
    "Held for Court",
    "Charge Changed",
    "ARD - County",
    "Community Court Program",
    "Summary Diversion Completed",
    "Transferred to Juvenile Division",
    "Transferred to Another Jurisdiction",
)
"""Dispositions as Municipal Court and Common Pleas dockets write them, abbreviations spelled out."""
