"""What a row of charges says of its grade: the questions, what was answered, and what follows from it.

The answers are fields of the form, `fact-2-value_usd`, and are read on the server wherever they come from: a fragment
for an open form, a page that was refused, a half-typed form that is opened again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pars.errors import BadInput, ParsError
from pars.record.grading import (
    Document,
    DrugSchedule,
    Facts,
    Kind,
    Question,
    Suggestion,
    answers_of,
    in_one_sentence,
    only_grade,
    questions,
    suggest,
)
from pars.record.identifiers import Statute
from pars.record.offences import Fact, Grade, Offence, find
from pars.web.reading import Fields

_CHOSEN: Final = {Fact.DRUG_SCHEDULE: DrugSchedule, Fact.TARGET_GRADE: Grade, Fact.DOCUMENT: Document}
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Graded:
    """A row as its form shows it. `chosen` is the grade that somebody chose, never one that follows from the answers.

    `before` is what the grade was said to rest on in somebody's own words; it stands until a question is answered.
    """

    row: int
    offence: Offence
    only: Grade | None
    questions: tuple[Question, ...]
    answers: Mapping[Fact, str]
    found: Suggestion | None
    refusal: ParsError | None
    chosen: str
    before: str


def graded(fields: Fields, row: int) -> Graded:
    """What a row says; refused when its statute is none."""
    offence = find(Statute.parse(_typed(fields, f"statute-{row}")))
    asked = questions(offence)
    answers = _answers(fields, row, asked)
    found: Suggestion | None = None
    refusal: ParsError | None = None
    try:
        known = {question.code.value: _known(question, answers[question.code], row) for question in asked}
        found = suggest(offence, Facts(**known))  # type: ignore[arg-type] # each answer is of its fact's kind
    except ParsError as refused:
        refusal = refused
    before = fields.get(f"grade_fact-{row}", "")
    return Graded(
        row=row,
        offence=offence,
        only=only_grade(offence),
        questions=asked,
        answers=answers,
        found=found,
        refusal=refusal,
        chosen=_typed(fields, f"grade-{row}"),
        before="" if answers_of(before) else before,
    )


def if_known(fields: Fields, row: int) -> Graded | None:
    """The same for a page; None where the statute is none: then the whole row is still open."""
    try:
        return graded(fields, row)
    except ParsError:
        return None


def facts_said(fields: Fields, row: int) -> str | None:
    """The facts of a row as its charge keeps them; refused when an answer cannot be read."""
    said = if_known(fields, row)
    if said is None:
        return fields.get(f"grade_fact-{row}") or None
    if said.refusal is not None:
        raise said.refusal
    return in_one_sentence({fact: _plain(answer) for fact, answer in said.answers.items()}) or said.before or None


def _typed(fields: Fields, name: str) -> str:
    return fields.get(name, "")[:200]  # a longer one is refused where it is kept


def _answers(fields: Fields, row: int, asked: tuple[Question, ...]) -> Mapping[Fact, str]:
    """What was answered here; where nothing was, what the charge says already."""
    names = {question.code: f"fact-{row}-{question.code.value}" for question in asked}
    if not any(fields.get(name) for name in names.values()):
        kept = answers_of(fields.get(f"grade_fact-{row}", ""))
        return {code: kept.get(code, "") for code in names}
    return {code: fields.get(name, "")[:100] for code, name in names.items()}


def _plain(text: str) -> str:
    return text.replace(",", "").removeprefix("$")


def _known(question: Question, text: str, row: int) -> object:
    """An answer as the rule reads it; nothing typed is not known."""
    if not text:
        return None
    match question.kind:
        case Kind.YES_NO:
            return {"yes": True, "no": False}.get(text)
        case Kind.CHOICE:
            return _CHOSEN.get(question.code, str)(text) if text in question.choices else None
        case Kind.MONEY | Kind.NUMBER:
            plain = _plain(text)
            amount = question.kind is Kind.MONEY or question.code is Fact.DRUG_WEIGHT
            if not (_AMOUNT if amount else _COUNT).fullmatch(plain):
                raise BadInput(
                    f"{question.wording} Give a number, 0 or more.", field=f"fact-{row}-{question.code.value}"
                )
            return Decimal(plain) if amount else int(plain)
