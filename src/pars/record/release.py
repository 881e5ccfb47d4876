"""Release by police under Rule 519(B): every condition is asked; a domestic arrest is closed to it (N4)."""

from collections.abc import Sequence
from dataclasses import dataclass

DOMESTIC_SECTIONS = frozenset({"2504", "2701", "2702", "2705", "2706", "2709.1", "2718"})
"""Sections of Title 18 for which 18 Pa.C.S. 2711 lets police arrest without a warrant, and forbids them to release."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was asked. None is not asked, and not asked is not answered."""

    most_serious_grade: str | None = None
    is_dui: bool | None = None
    threat_to_others: bool | None = None
    threat_to_self: bool | None = None
    will_appear: bool | None = None
    complainant_is_family_or_household: bool | None = None
    contempt_of_protection_order: bool | None = None
    statutes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """All conditions hold; the complaint is due within five days, then a summons."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not, in words for the supervisor."""

    reasons: tuple[str, ...]


QUESTIONS = (
    ("most_serious_grade", "the most serious grade"),
    ("is_dui", "whether it is driving under the influence"),
    ("threat_to_others", "whether the person threatens bodily harm to others"),
    ("threat_to_self", "whether the person threatens bodily harm to themselves"),
    ("will_appear", "whether the person will appear"),
    ("complainant_is_family_or_household", "whether the complainant is a family or household member"),
    ("contempt_of_protection_order", "whether it is contempt of a protection order"),
)


def decide(answers: Answers) -> Allowed | Refused:
    """Whether Rule 519(B) lets the police release; each reason that stands against it."""
    reasons = [f"not asked: {words}" for name, words in QUESTIONS if getattr(answers, name) in {None, ""}]
    domestic = any(_section(statute) in DOMESTIC_SECTIONS for statute in answers.statutes)
    if answers.contempt_of_protection_order:
        reasons.append("an arrest for contempt of a protection order is never released by police (23 Pa.C.S. 6113)")
    if domestic and answers.complainant_is_family_or_household:
        reasons.append("a domestic arrest is never released by police (18 Pa.C.S. 2711(c)(1))")
    dui = answers.is_dui and answers.most_serious_grade == "M1"
    if answers.most_serious_grade not in {"M2", "M3", "M", "S", "", None} and not dui:
        reasons.append("the most serious charge is above a misdemeanor of the second degree")
    if answers.threat_to_others:
        reasons.append("the person threatens others")
    if answers.threat_to_self:
        reasons.append("the person threatens themselves")
    if answers.will_appear is False:
        reasons.append("the person is not expected to appear")
    return Refused(tuple(reasons)) if reasons else Allowed()


def _section(statute: str) -> str:
    title, _, rest = statute.partition("§")
    return rest.split("§§")[0].strip() if title.strip() == "18" else ""
