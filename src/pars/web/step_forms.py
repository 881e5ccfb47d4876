"""The forms within steps, read from what a page posts into the same shapes that programs send as JSON."""

from collections.abc import Callable, Mapping

from pars.actions.arraignment import BailGiven
from pars.actions.effect import converted
from pars.errors import BadInput, Faults, ParsError, together
from pars.record.arrest import Ask, AskKind, Step
from pars.record.identifiers import is_number
from pars.record.release import QUESTIONS
from pars.web.graded import facts_said
from pars.web.reading import Fields, day, plain_answers, rows, whole, yes_no

MOST_CHARGES = 20
OF_A_CHARGE = frozenset({"statute", "counts", "grade", "grade_fact"})
"""What a row of charges holds, and may be refused for."""


def given_to(step: Step, fields: Fields) -> dict[str, object]:
    """Everything that was said to a step on its page."""
    given = plain_answers(step.asks, fields)
    for ask in step.asks:
        if ask.kind is AskKind.DATE and ask.name in given:
            chosen = day(fields, ask.name)
            given[ask.name] = chosen.isoformat() if chosen else ""
        if ask.kind is AskKind.FORM:
            form = READERS[ask.name](fields, ask)
            if form is not None:
                given[ask.name] = form
    return given


def charges(fields: Fields, _: Ask | None = None) -> list[dict[str, object]]:
    """Charges as somebody puts them, one a row; refused with every row that cannot be read."""
    faults = Faults()
    given = charges_given(fields, faults)
    faults.settle()
    return given


def charges_given(fields: Fields, faults: Faults) -> list[dict[str, object]]:
    """The same, as far as they can be read: what cannot is among the faults."""
    filled = [row for row in range(1, MOST_CHARGES + 1) if fields.get(f"statute-{row}")]
    return [
        {
            "statute": fields[f"statute-{row}"],
            "counts": faults.in_reading(_counts, fields.get(f"counts-{row}", ""), number, otherwise=1),
            "grade": fields.get(f"grade-{row}", ""),
            "grade_fact": facts_said(fields, row),
        }
        for number, row in enumerate(filled, 1)
    ]


def _counts(text: str, number: int) -> int:
    if text and not is_number(text):
        raise BadInput("the number of counts is a whole number", field=f"counts-{number}")
    return int(text or 1)


def in_row(error: ParsError | None, fields: Fields) -> ParsError | None:
    """The refusal with its fields as the form names them: acts count the charges that were given, a form its rows."""
    return together([_in_row(one, fields) for one in (error, *error.also)]) if error else None


def _in_row(error: ParsError, fields: Fields) -> ParsError:
    if error.field == "bail":
        return type(error)(error.sentence, code=error.code, field="bail_type")
    name, _, number = (error.field or "").rpartition("-")
    filled = [row for row in range(1, MOST_CHARGES + 1) if fields.get(f"statute-{row}")]
    if name not in OF_A_CHARGE or not 1 <= int(number) <= len(filled):
        return error
    return type(error)(error.sentence, code=error.code, field=f"{name}-{filled[int(number) - 1]}")


def _decisions(fields: Fields, _: Ask) -> dict[str, object]:
    decided: list[dict[str, object]] = []
    for number in range(1, MOST_CHARGES + 1):
        decision = fields.get(f"decision-{number}", "")
        if not decision:
            if fields.get(f"charge-{number}"):
                raise BadInput(f"charge {number} has no decision yet", field=f"decision-{number}")
            continue
        if decision == "added" and not fields.get(f"statute-{number}"):
            continue
        one: dict[str, object] = {
            "decision": decision,
            "charge": fields.get(f"charge-{number}") or None,
            "statute": fields.get(f"statute-{number}") or None,
            "grade": fields.get(f"grade-{number}", ""),
            "grade_fact": facts_said(fields, number),
            "counts": _counts(fields.get(f"counts-{number}", ""), len(decided) + 1),
            "reason": fields.get(f"reason-{number}") or None,
        }
        decided.append(one)
    return {
        "charges": decided,
        "affiant_name": fields.get("affiant_name", ""),
        "affiant_badge": fields.get("affiant_badge", ""),
        "facts": fields.get("facts", ""),
        "laboratory": fields.get("laboratory", "") == "yes",
    }


def _interview(fields: Fields, _: Ask) -> dict[str, object]:
    words = ("residence", "household", "employment", "ties", "ability_to_pay", "references", "verified_by")
    return {
        **{name: fields.get(name, "") for name in (*words, "recommendation")},
        "residence_months": whole(fields, "residence_months", "how many months there"),
        "appearances_missed": whole(fields, "appearances_missed", "how many appearances were missed"),
    }


def bail(fields: Fields, _: Ask | None = None) -> dict[str, object] | None:
    """Bail as somebody asks for it or orders it; None when no type was chosen."""
    if not fields.get("bail_type"):
        return None
    return {
        "type": fields["bail_type"],
        "amount_usd": whole(fields, "amount_usd", "the amount in dollars"),
        "percent": whole(fields, "percent", "the percent to deposit"),
        "conditions": [name.removeprefix("condition-") for name in fields if name.startswith("condition-")],
        "reasons": fields.get("bail_reasons") or None,
        "ability_asked": fields.get("ability_asked") or None,
        "ability_said": fields.get("ability_said") or None,
    }


def bail_given(fields: Fields) -> BailGiven | None:
    """The same, in the shape in which acts take it."""
    form = bail(fields)
    return converted(form, BailGiven, "bail") if form is not None else None


def _conditions(fields: Fields, _: Ask) -> dict[str, object]:
    answers: dict[str, object] = {name: yes_no(fields, name) for name, _words in QUESTIONS}
    answers["most_serious_grade"] = fields.get("most_serious_grade") or None
    answers["statutes"] = [part.strip() for part in fields.get("statutes", "").split(";") if part.strip()]
    return answers


def _dispositions(fields: Fields, _: Ask) -> list[dict[str, object]]:
    return [
        {"charge": row["charge"], "disposition": row["disposition"]}
        for row in rows(fields, ("charge", "disposition"), MOST_CHARGES)
    ]


READERS: Mapping[str, Callable[[Fields, Ask], object]] = {
    "charges": charges,
    "decisions": _decisions,
    "form": _interview,
    "bail": bail,
    "conditions": _conditions,
    "dispositions": _dispositions,
}
"""How each form within a step is read, by the name of its ask; a test finds an ask without a reader."""
