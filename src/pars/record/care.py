"""Care of the person in the cell: what is asked, noted and checked, and what follows a death or self-harm (N11).

A note is asked like a step and moves no track. Levels, intervals, reports and their times are settings of the owners;
the restraint rule is law (61 Pa.C.S. 1104, 5905; V22). The headings follow the police directives that V9 names.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pars.record.arrest import Ask, AskKind, Step
from pars.record.roles import Role

READERS: Final = frozenset({Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.MEDIC})
"""Custody and medical staff, on shift. Nobody else reads or writes a care record."""

LEVELS: Final[Mapping[str, int]] = {"constant": 5, "close": 15, "general": 30}
"""Watch levels with the minutes between two checks: settings."""

NEEDS: Final[Mapping[str, str]] = {
    "by-video": "by video from the site",
    "seated": "has to sit",
    "wheelchair": "comes in a wheelchair",
    "breaks": "needs breaks",
    "water": "needs water",
    "medicine-due": "has a medicine due that day",
    "medic-present": "a medic has to be present",
    "support-person": "needs a support person",
}
"""What is needed to appear, in codes: the magistrate is told these and nothing of why."""

REPORTS: Final[Mapping[str, Mapping[str, timedelta]]] = {
    "death": {
        "medical examiner": timedelta(hours=1),
        "District Attorney": timedelta(hours=2),
        "internal investigation": timedelta(hours=2),
        "next of kin": timedelta(hours=4),
        "state report under the Death in Custody Reporting Act": timedelta(days=30),
    },
    "self-harm": {
        "medical review": timedelta(hours=1),
        "internal investigation": timedelta(hours=24),
    },
}
"""Reports that are owed afterwards, and within which time: settings of the owners; a statute stands behind the last."""


WAITS: Final = frozenset(
    {"screen", "screen-refused", "check", "medicine", "meal", "phone-call", "preference", "travels", "restraint"}
)
"""Notes that say what was seen or given at their time, and so may be sent later (N20). What changes who is looked at,
or calls others at once, is told by voice and on paper while the network is away."""


def _yes(name: str, label: str) -> Ask:
    return Ask(name, label, AskKind.YES_NO)


def _said(name: str, label: str, *, required: bool = True) -> Ask:
    return Ask(name, label, AskKind.NARRATIVE, required=required)


def _chosen(name: str, label: str, *choices: str) -> Ask:
    return Ask(name, label, AskKind.CHOICE, choices=choices)


def _form(name: str, label: str, does: str, source: str, *asks: Ask) -> Step:
    return Step(name, label, READERS, {}, {}, does, source, asks)


SCREEN_ASKS = (
    _yes("injury", "Injured?"),
    _yes("medicine", "Is a medicine due?"),
    _yes("withdrawal", "Withdrawal from alcohol or drugs?"),
    _yes("chest_pain", "Chest pain?"),
    _yes("pregnancy", "Pregnant, or gave birth lately?"),
    _yes("self_harm", "Thoughts of harming oneself?"),
    _yes("disability", "A disability?"),
    Ask("needed", "What is needed because of it", required=False),
    Ask("allergies", "Allergies", required=False),
    _said("more", "What else was said or seen", required=False),
)

FORMS: Final[Mapping[str, Step]] = {
    form.name: form
    for form in (
        _form("screen", "Intake screen", "asked of everybody on arrival; may be refused", "N11", *SCREEN_ASKS),
        _form("screen-refused", "Intake screen refused", "asked again later", "N11", _said("reason", "What was said")),
        _form(
            "watch",
            "Watch level",
            "begins or changes a watch: constant 5, close 15, general 30 minutes; a missed check rings",
            "N11, V9",
            _chosen("level", "Level", *LEVELS),
            _said("reason", "Reason"),
        ),
        _form(
            "check",
            "Check",
            "looked at the person, and signed for it",
            "N11",
            _chosen("seen", "Seen", "awake and calm", "asleep and breathing", "distressed", "injured"),
            _said("more", "What else was said or seen", required=False),
        ),
        _form("watch-ended", "Watch ended", "no check is due any more", "N11", _said("reason", "Reason")),
        _form(
            "medicine",
            "Medicine",
            "given or refused",
            "N11",
            Ask("what", "Medicine and dose"),
            _chosen("how", "Given or refused", "given", "refused"),
        ),
        _form(
            "meal",
            "Meal",
            "offered",
            "V9",
            _chosen("how", "Eaten or refused", "eaten", "refused"),
        ),
        _form(
            "phone-call",
            "Phone call offered",
            "the person may call somebody",
            "V9",
            _chosen("how", "Made or refused", "made", "nobody answered", "refused"),
        ),
        _form("keep-apart", "Keep apart", "whom, and why", "N11", Ask("whom", "From whom"), _said("reason", "Reason")),
        _form(
            "preference",
            "Search and housing preference",
            "who searches, and where the person is safe",
            "V9",
            _chosen("search", "To be searched by", "a woman", "a man", "either"),
            Ask("housing", "Housing preference", required=False),
        ),
        _form(
            "travels",
            "Travels with the person",
            "property and medicine that go along",
            "N11",
            _said("what", "Property and medicine"),
            Ask("handed_to", "Handed to"),
        ),
        _form(
            "to-hospital",
            "Sent to hospital",
            "why",
            "N11",
            Ask("hospital", "Hospital"),
            _said("reason", "Reason"),
        ),
        _form(
            "from-hospital",
            "Back from hospital",
            "what the hospital said",
            "N11",
            _yes("cleared", "Fit to be kept?"),
            _said("orders", "Orders of the hospital", required=False),
        ),
        _form(
            "restraint",
            "Restraint",
            "every restraint is a written finding; none in labor or recovery",
            "61 Pa.C.S. 1104, 5905; V22",
            Ask("what", "Which restraint"),
            _yes("labour_or_recovery", "In labor, or recovering from birth?"),
            _yes("pregnancy", "Pregnant?"),
            _said("finding", "Finding: why nothing less would do"),
        ),
        _form(
            "self-harm",
            "Serious self-harm",
            "freezes what was written before, and starts the reports owed",
            "N11",
            _said("what", "What happened"),
        ),
    )
}
"""Every kind of note by its name, with what is asked."""
