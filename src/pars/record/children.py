"""Children: who is treated as one, what is done from the first minute, and the ways out (N12; V6, V7).

237 Pa. Code 221 (six hours, apart, under supervision), 42 Pa.C.S. 6302 (excluded offenses), 6326 and 6327 (parent and
court told). A step about a child is asked like a step of an arrest; it may move custody and nothing else.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pars.record.arrest import Ask, AskKind, Custody, Step
from pars.record.roles import Role

TAKERS: Final = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR, Role.DETECTIVE})
MOVES: Final = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR})
"""Who moves an adult's record across that turns out to be a child's."""


class Age(StrEnum):
    """How an age is known. In doubt counts as a child until it is known."""

    KNOWN = "known"
    CLAIMED = "claimed"
    IN_DOUBT = "in-doubt"


EXCLUDED_SECTIONS: Final = frozenset(
    {"2501", "2502", "2503", "2702", "2901", "3121", "3123", "3125", "3701", "3702", "901", "903"}
)
"""Sections of Title 18 among which an excluded offense can be; weapon, age and history decide (42 Pa.C.S. 6302)."""


def may_be_excluded(statutes: list[str]) -> bool:
    """Whether any of these can be an excluded offense at all."""
    return any(_section(statute) in EXCLUDED_SECTIONS for statute in statutes)


def _section(statute: str) -> str:
    title, _, rest = statute.partition("§")
    return rest.split("§§")[0].strip() if title.strip() == "18" else ""


def _form(name: str, label: str, does: str, source: str, *asks: Ask, to: Custody | None = None) -> Step:
    return Step(name, label, TAKERS, {}, {"custody": to} if to else {}, does, source, asks)


_NOTE = Ask("note", "Note", AskKind.NARRATIVE, required=False)
STEPS: Final[Mapping[str, Step]] = {
    form.name: form
    for form in (
        _form(
            "place-apart",
            "Kept apart from adults",
            "out of sight and sound of adults, under continuous supervision, from the first minute",
            "237 Pa. Code 221",
            Ask("where", "Where"),
            Ask("watched_by", "Who supervises"),
        ),
        _form(
            "tell-parent",
            "Parent or guardian told",
            "each try is written down, until somebody is reached",
            "42 Pa.C.S. 6326",
            Ask("who", "Parent or guardian"),
            Ask("reached", "Reached?", AskKind.YES_NO),
            Ask("how", "How, and what was said", AskKind.NARRATIVE),
        ),
        _form(
            "tell-court",
            "Juvenile court told",
            "the court is told at once",
            "42 Pa.C.S. 6327",
            Ask("who", "Who took the message"),
            _NOTE,
        ),
        _form(
            "release-to-parent",
            "Released to parent or guardian",
            "the clock of six hours stops",
            "42 Pa.C.S. 6326",
            Ask("who", "Parent or guardian"),
            _NOTE,
            to=Custody.RELEASED,
        ),
        _form(
            "detention-order",
            "Detention order",
            "to a juvenile facility, on the court's order",
            "42 Pa.C.S. 6325, 6327",
            Ask("order", "Number of the order"),
            Ask("facility", "Facility"),
            to=Custody.COMMITTED,
        ),
        _form(
            "transfer",
            "Handed to the juvenile authorities",
            "handed over, with what belongs to the child",
            "42 Pa.C.S. 6326",
            Ask("to", "To whom"),
            _NOTE,
            to=Custody.TRANSFERRED,
        ),
    )
}
"""What is done about a child, by its name."""
