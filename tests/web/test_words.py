"""Every sentence that a page says has its Spanish, and no Spanish is kept that nothing says any more."""

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import product

import pytest
from fastapi import Request

from pars.actions.arraignment import POSITION_WORDS, POSITIONS, lacking
from pars.actions.counsel import WAYS as COUNSEL_WAYS
from pars.actions.custody import HOLD_KINDS, NO_HOLDS
from pars.actions.letters import LetterKind
from pars.actions.patterns import Case
from pars.actions.requesting import Answered
from pars.actions.victims import ORDER_KINDS, SERVED_HOW
from pars.record import protected, words
from pars.record.arrest import TRACKS, Custody, Paper
from pars.record.bail import CONDITIONS, TYPE_WORDS, BailAction
from pars.record.calendar import OWN_HEARINGS, RULE_SETS
from pars.record.calls import WORDS as CALL_WORDS
from pars.record.care import FORMS, NEEDS, REPORTS
from pars.record.charge import Decision
from pars.record.children import STEPS as CHILD_STEPS
from pars.record.clocks import Level
from pars.record.consular import LANGUAGES
from pars.record.counts import How
from pars.record.figures import TOTAL, figures
from pars.record.grading import WORDINGS, Document, Grade
from pars.record.groups import COURT as GROUP_COURT
from pars.record.groups import FIGURES as GROUP_FIGURES
from pars.record.groups import KINDS as GROUP_KINDS
from pars.record.identifiers import OTN_WARNING
from pars.record.needs import FOLLOWS, MODES, QUALIFIED
from pars.record.needs import KINDS as NEED_KINDS
from pars.record.offences import Fact
from pars.record.person import WORDS
from pars.record.release import QUESTIONS
from pars.record.roles import Owner, Role
from pars.record.steps import LATE_CHARGING, STEPS
from pars.record.switches import SWITCHES
from pars.sharing.amendment import Direction
from pars.sharing.breakglass import Finding
from pars.sharing.consent import Decision as OwnersDecision
from pars.sharing.consent import Stands
from pars.sharing.duty import Shift
from pars.sharing.instrument import CLASSES, Presenter
from pars.sharing.instrument import Answered as InstrumentAnswered
from pars.sharing.instrument import Decision as InstrumentDecision
from pars.sharing.owed import DUTY_WORDS
from pars.sharing.subscription import Deliver
from pars.sharing.theorems import MONOTONE, THEOREMS
from pars.sharing.vocabulary import (
    CLAUSES,
    CLAUSES_OTHERWISE,
    PURPOSES,
    TELL_OF,
    CaseReference,
    Destruction,
    Enforcement,
    Outcome,
)
from pars.sharing.words import FIELD_WORDS, REASON_WORDS
from pars.watch.lines import Attributes
from pars.watch.parameters import Detector
from pars.web.arrests import LEFT_OUT
from pars.web.caring import PAPERS as CARE_PAPERS
from pars.web.children import CHILD_PAPERS
from pars.web.consular import PAPERS as CONSULAR_PAPERS
from pars.web.keeping import WHAT
from pars.web.labels import LABELS, Label, label_of
from pars.web.pages import LISTS, OPENED_WORDS, desks, language_of
from pars.web.papers.sheet import Language
from pars.web.papers.table import KINDS
from pars.web.papers.words import BAIL_WORDS, CONDITION_WORDS
from pars.web.patterns import (
    ACTION_WORDS,
    BY_CHANCE,
    GROUP_WORDS,
    LABEL_WORDS,
    OF_A_SIGNATURE,
    PATTERN_WORDS,
    SAID_WORDS,
    SAYINGS,
    SETTLED,
    WAITING,
)
from pars.web.problems import TITLES
from pars.web.session import ENDED, LOCKED, SENT
from pars.web.unsent import NOT_SHOWN, SECRET
from pars.web.words import NO_NAME, REFUSALS, SPANISH

TEMPLATES = files("pars.web") / "templates"
SAID = re.compile(r"""\bt\("((?:[^"\\]|\\.)*)"\)""")
LABEL = re.compile(r"""\b(?:text|area|choice|yesno)\((?:"[^"]*"|[^,()]*(?:~[^,()]*)*), "([^"]+)", """)
HINT = re.compile(r"""\bhint="([^"]+)\"""")
EVIDENCE = re.findall(r'Evidence\("([^"]+)"', (files("pars.record") / "person.py").read_text(encoding="utf-8"))
STAGES = (
    "awaits charging",
    "returned with a question",
    "awaits certification",
    "to be listed",
    "declined",
    "report awaits approval",
    "no prints",
    "no report",
    "no interview",
)
UNTOLD = frozenset({"mm/dd/yyyy", "23:40", "4417, 3902", "10 or 12 digits", "Surname, Given; Surname, Given"})
"""Samples of what is typed: numbers and shapes, the same in both languages where they have no words."""


def of_templates() -> Iterator[str]:
    """What the templates themselves say."""
    for file in TEMPLATES.iterdir():
        text = file.read_text(encoding="utf-8")
        yield from SAID.findall(text)
        yield from LABEL.findall(text)
        yield from (hint for hint in HINT.findall(text) if hint not in UNTOLD)


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ([], "en"),
        ([(b"accept-language", b"es-US,es;q=0.9,en;q=0.8")], "es"),
        ([(b"accept-language", b"fr-CA, en;q=0.5")], "en"),
        ([(b"accept-language", b"es"), (b"cookie", b"pars_language=en")], "en"),
    ],
)
def test_a_page_is_in_the_language_that_was_chosen_or_that_the_browser_asks_for(
    headers: list[tuple[bytes, bytes]], language: str
) -> None:
    assert language_of(Request({"type": "http", "headers": headers})) == language


def of_custody() -> Iterator[str]:
    """What stands in the tables of the custody desks."""
    for form in FORMS.values():
        yield from (form.label, form.does, *(ask.label for ask in form.asks))
        yield from (choice for ask in form.asks for choice in ask.choices)
    for form in CHILD_STEPS.values():
        yield from (form.label, form.does, *(ask.label for ask in form.asks))
    yield from (*NEED_KINDS.values(), *FOLLOWS.values(), *NO_HOLDS.values())
    yield from (word.replace("-", " ") for word in (*QUALIFIED, *MODES))
    yield from NEEDS.values()
    yield from (*LANGUAGES, "asked", "sent", "confirmed", "The notice was sent", "The consulate has confirmed it")
    yield from (report for reports in REPORTS.values() for report in reports)


def of_tables() -> Iterator[str]:
    """What stands in tables and is said by pages."""
    for step in STEPS.values():
        yield step.label
        yield step.does
        yield from (ask.label for ask in step.asks)
        yield from (choice for ask in step.asks for choice in ask.choices)
        yield from (outcome.replace("-", " ") for outcome in step.outcomes or ())
    yield from (state.value.replace("-", " ") for states in TRACKS.values() for state in states)
    yield from STAGES
    yield from (custody.value.replace("-", " ") for custody in Custody)
    yield from (role.value.replace("-", " ") for role in Role)
    yield from LISTS.values()
    yield from (*SENT.values(), ENDED, LOCKED)
    yield from (name for role in Role for _, name in desks(role))
    yield from (word for kind in WORDS.values() for word in kind.values())
    yield from TYPE_WORDS.values()
    yield from CONDITIONS.values()
    yield from (level.value for level in Level)
    yield from (kind.label for kind in KINDS.values())
    yield from (words for words, _ in CARE_PAPERS.values())
    yield from (words for _, words in (*CHILD_PAPERS, *CONSULAR_PAPERS))
    yield from (decision.value for decision in Decision)
    yield from (action.value for action in BailAction)
    yield from (sentence[0].upper() + sentence[1:] for name, sentence in QUESTIONS if name != "most_serious_grade")
    yield from (switch.words for switch in SWITCHES.values())
    yield from TITLES.values()
    yield from (kind.replace("-", " ") for kind in HOLD_KINDS)
    yield from POSITION_WORDS.values()
    yield from EVIDENCE
    yield from CALL_WORDS.values()
    yield from (how.value.replace("-", " ") for how in How)
    yield from (sentence for _, sentence in (*CLAUSES.values(), *CLAUSES_OTHERWISE.values()))
    yield from (theorem.sentence for theorem in (*THEOREMS, MONOTONE))
    yield from (owner.value.replace("-", " ") for owner in Owner)
    yield from ("in force", "proposed", "suspended", "withdrawn", "expired")
    yield from (
        word.value
        for kind in (Direction, OwnersDecision, Stands, Enforcement, CaseReference, Outcome, Finding, Shift)
        for word in kind
    )
    yield from (word.value for kind in (Answered, Destruction, LetterKind) for word in kind)
    yield from DUTY_WORDS.values()
    yield from (purpose.replace("-", " ") for purpose in PURPOSES)
    yield from (*TELL_OF, *(way.value for way in Deliver))
    yield from ("The message was taken.", "The message was not taken.")
    yield from (*FIELD_WORDS.values(), *REASON_WORDS.values())
    yield from (*OPENED_WORDS.values(), "What your duty does not show")
    yield from {word for one in figures([]) for word in (one.name, one.unit, TOTAL)}
    yield from (*GROUP_FIGURES.values(), *GROUP_COURT.values(), *GROUP_KINDS.values())
    yield from ("under 25", "25 to 34", "35 to 44", "45 to 54", "55 or older", "Unknown")
    yield from WHAT.values()
    yield LEFT_OUT
    yield words.WARNING
    yield OTN_WARNING


def of_the_watch() -> Iterator[str]:
    """What patterns and statements say."""
    for said in (PATTERN_WORDS, ACTION_WORDS, GROUP_WORDS, BY_CHANCE, LABEL_WORDS, SAID_WORDS, SAYINGS, OF_A_SIGNATURE):
        yield from said.values()
    yield from (case.value for case in Case)
    yield from (WAITING, SETTLED)
    yield from ("people", "odds ratio", "or less", "or more")
    yield "Between which odds ratios the truth lies, by group"
    yield "People newly charged and people looked up, by day"


def of_the_court_side() -> Iterator[str]:
    """What instruments, victims' notices, orders to keep away and the defender's desk say."""
    yield from (row.label for row in CLASSES.values())
    yield from (word.value for kind in (Presenter, InstrumentAnswered, InstrumentDecision) for word in kind)
    yield from ("answered", "to be answered", "to be recalled", "waits for counsel", "waits for a supervisor")
    yield from (protected.WARNING, *protected.ABOUT.values())
    yield from (way.replace("-", " ") for way in (*protected.WAYS, *COUNSEL_WAYS))
    yield from (*ORDER_KINDS, *SERVED_HOW)
    yield from (hearing.court for hearing in OWN_HEARINGS.values())
    yield from (name for code, rules in RULE_SETS.items() for name in (code, rules.name, rules.lesser_court))


def of_grading() -> Iterator[str]:
    """What sets a grade, and the grades that are words."""
    yield from (wording for _, wording in WORDINGS.values())
    yield from (grade.value for grade in Grade if grade.value.islower())
    yield from (kind.value for kind in Document)


FIELD = re.compile(
    r"""\b(?:text|area|choice|yesno)\("([^"]+)"|<(?:input|select|textarea|button)[^>]*? name="([^"]*)"[^>]*>"""
)
PLACE = re.compile(r"\{\{ *[a-z_.]+ *\}\}")


def field_names() -> Iterator[str]:
    """The names of all fields that a form of a page or of a table can send and that are kept."""
    for file in TEMPLATES.iterdir():
        for macro, tag in FIELD.findall(file.read_text(encoding="utf-8")):
            name = f"{macro}1" if macro.endswith("-") else macro or PLACE.sub("1", tag)
            if name not in {"1", "form_key", "unsent", *NOT_SHOWN, *SECRET, *ELSEWHERE} | CODED:
                yield name
    for form in (*FORMS.values(), *STEPS.values(), *CHILD_STEPS.values()):
        yield from (ask.name for ask in form.asks)
    yield from (f"fact-2-{fact}" for fact in Fact)
    yield from (f"condition-{code}" for code in CONDITIONS)
    yield from (f"need-{code}" for code in NEEDS)
    yield from (f"field-{word}" for word in FIELD_WORDS)
    yield from (f"tell-{step}" for step in TELL_OF)
    yield "seen-1b4e28ba-2fa1-11d2-883f-0016d3cca427"


CODED = frozenset({"condition-1", "need-1", "tell-1", "field-1"})
"""Boxes to check, which stand in templates once for all codes."""
ELSEWHERE = frozenset({"contract", "file", "photo", "q", "sent", "hold", "assignment"})
"""Fields of files, which are chosen again; of forms that record nothing; and the ids of rows, which nobody is shown."""


def of_forms() -> Iterator[str]:
    """What the fields of forms are called apart from their form, and what a listing at the limit lacks."""
    yield from (label_of(name).words for name in field_names())
    for charging, prints, report in product(LATE_CHARGING, Paper, Paper):
        yield from lacking(charging, prints=prints, report=report)


EVERYTHING = sorted(
    {*of_templates(), *of_tables(), *of_grading(), NO_NAME, *of_the_court_side(), *of_custody(), *of_the_watch()}
    | {*of_forms()}
)


def test_every_sentence_of_the_pages_has_its_spanish() -> None:
    assert [sentence for sentence in EVERYTHING if sentence not in SPANISH] == []


def test_no_spanish_is_blank_and_none_is_left_in_english() -> None:
    same = {english for english, spanish in SPANISH.items() if not spanish.strip() or spanish == english}

    assert same <= {
        "no",
        "No",
        "PID",
        "SID",
        "OTN",
        "ORI",
        "Hospital",
        "auditor",
        "detective",
    }


def test_every_label_apart_from_its_form_is_of_a_field_that_a_form_has() -> None:
    names = {*field_names()}

    assert len(names) > 200
    assert {name for name in LABELS if name not in names and f"{name}-1" not in names} == set()


@pytest.mark.parametrize(
    ("name", "words", "row"),
    [
        ("offence_on", "Day of the offense", ""),
        ("sign_in", "Sign-in name", ""),
        ("statute-3", "Statute", "3"),
        ("fact-12-firearm", "Is it a firearm?", "12"),
        ("condition-no-driving", "Do not drive", ""),
        ("field-arrest.date", FIELD_WORDS["arrest.date"], ""),
        ("seen-1b4e28ba-2fa1-11d2-883f-0016d3cca427", "Seen", ""),
    ],
)
def test_a_field_is_called_apart_from_its_form_as_it_is_there(name: str, words: str, row: str) -> None:
    assert label_of(name) == Label(words, row)


@pytest.mark.parametrize("code", sorted(CONDITIONS))
def test_pages_and_papers_say_a_condition_alike(code: str) -> None:
    assert SPANISH[CONDITIONS[code]] == CONDITION_WORDS[Language.SPANISH][code]


def test_pages_and_papers_say_bail_alike() -> None:
    for kind, english in TYPE_WORDS.items():
        assert SPANISH[english] == BAIL_WORDS[Language.SPANISH][kind]


def test_whatever_a_sealed_dossier_says_of_a_person_is_named_beside_its_button() -> None:
    assert tuple(LABEL_WORDS) == Attributes.__struct_fields__


def test_each_detector_says_what_was_seen() -> None:
    assert set(PATTERN_WORDS) == {one.value for one in Detector}


def test_every_position_on_bail_has_the_word_by_which_it_is_read() -> None:
    assert set(POSITION_WORDS) == {*POSITIONS.values(), "order"}


BRITISH = re.compile(r"\b(defence|licence|offence|colour|labour|neighbour|favour|behaviour|centre)", re.IGNORECASE)


def test_what_people_read_is_spelled_as_in_the_city() -> None:
    assert [sentence for sentence in (*EVERYTHING, *SPANISH, *REFUSALS.known) if BRITISH.search(sentence)] == []
