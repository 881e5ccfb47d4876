"""An agreement in plain words: every clause that it holds, and what becomes of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pars.sharing.agreement import Purpose, Rows, Terms
from pars.sharing.vocabulary import CLAUSES, CLAUSES_OTHERWISE, Enforcement

FIELD_WORDS: Mapping[str, str] = {
    "name": "name",
    "other_names": "other names",
    "birth_date": "birth date",
    "sex": "sex",
    "description": "height and weight",
    "photo": "photograph",
    "pid": "PID",
    "sid": "SID",
    "otn": "OTN",
    "dc_number": "DC number",
    "docket_number": "docket number",
    "arrest.date": "day of arrest",
    "arrest.district": "district of arrest",
    "arrest.agency": "agency of arrest",
    "charges": "charges that stand",
    "arraignment.date": "day of arraignment",
    "arraignment.outcome": "outcome of arraignment",
    "bail": "bail",
    "disposition": "disposition",
    "address": "address",
    "custody.site": "place of custody",
    "custody.released_at": "moment of release",
    "next_hearing": "next hearing",
    "birthplace": "place of birth",
    "ssn": "Social Security number",
    "race": "race",
    "ethnicity": "ethnicity",
    "language": "language",
    "victims": "victims",
    "witnesses": "witnesses",
    "interview": "bail interview",
    "care": "care notes",
    "consular": "consular requests",
    "contacts": "family and friends",
    "property": "property",
    "narrative": "narratives",
    "complaint": "the complaint",
    "juvenile": "children's records",
    "sealed": "sealed records",
}
"""What people call a field or a criterion of the vocabulary; a test proves that no word is missing."""

REASON_WORDS: Mapping[str, str] = {
    "not-in-agreement": "your agreement does not give it for this purpose",
    "red-line": "no agreement gives it",
    "judicial-warrant": "only under a judge's warrant",
    "delay": "not yet: the agreement's delay is not over",
}
"""Why a field is withheld, as its reader is told."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its key, its value in words, what becomes of it, and in which words."""

    key: str
    value: str
    enforcement: Enforcement
    sentence: str
    purpose: str | None = None


def clauses(terms: Terms) -> Sequence[Clause]:
    """Every clause that these terms hold, those that stand by default among them."""
    return tuple(_clause(key, value, purpose) for key, value, purpose in _said(terms))


def _clause(key: str, value: str, purpose: str | None) -> Clause:
    enforcement, sentence = CLAUSES_OTHERWISE.get((key, value), CLAUSES[key])
    return Clause(key, value, enforcement, sentence, purpose)


def _said(terms: Terms) -> Iterator[tuple[str, str, str | None]]:
    yield "agreement.id", terms.id, None
    yield "agreement.partner", terms.partner, None
    yield "agreement.units", ", ".join(terms.units), None
    yield "agreement.term", f"{written(terms.term.first)} to {written(terms.term.last)}, both days included", None
    yield "agreement.consent", terms.consent.value, None
    yield "agreement.fee_usd_per_year", f"{terms.fee_usd_per_year} dollars", None
    if terms.text is not None:
        yield "agreement.text", terms.text, None
    for purpose in terms.purposes:
        for key, value in _purpose(purpose):
            yield f"purpose.{key}", value, purpose.code
    yield "limits.per_user_per_day", str(terms.limits.per_user_per_day), None
    yield "limits.per_agency_per_day", str(terms.limits.per_agency_per_day), None
    yield "limits.per_unit_per_day", unit_in_words(terms), None
    yield "duties.outcome_within_days", f"{terms.duties.outcome_within_days} days", None
    yield "duties.retain_days", f"{terms.duties.retain_days} days", None
    yield "duties.onward", terms.duties.onward.value, None
    yield "duties.overdue_suspends_after_days", overdue_in_words(terms.duties.overdue_suspends_after_days), None
    yield "watch.odds_ratio_allowed", str(terms.watch.odds_ratio_allowed), None
    yield "watch.coverage_allowed", str(terms.watch.coverage_allowed), None
    yield "watch.unlinked_allowed", str(terms.watch.unlinked_allowed), None
    yield "watch.false_alarms_per_year", str(terms.watch.false_alarms_per_year), None


def _purpose(purpose: Purpose) -> Iterator[tuple[str, str]]:
    yield "code", purpose.code
    yield "case_reference", f"a {purpose.case_reference.value} number"
    yield "search_by", "; or ".join(search_in_words(one) for one in purpose.search_by)
    yield "fields", ", ".join(purpose.fields)
    yield "rows", rows_in_words(purpose.rows)
    if purpose.tell_of:
        yield "tell_of", ", ".join(purpose.tell_of)
    if purpose.transform:
        yield "transform", "; ".join(f"{name} as {how.value}" for name, how in sorted(purpose.transform.items()))
    yield "co_sign", "yes" if purpose.co_sign else "no"
    yield "judicial_warrant", "yes" if purpose.judicial_warrant else "no"


def search_in_words(search: frozenset[str]) -> str:
    """A set of criteria as people say it."""
    return " and ".join(FIELD_WORDS[name] for name in sorted(search))


def rows_in_words(rows: Rows) -> str:
    """A rule of rows as people say it."""
    parts = [status_in_words(rows)]
    parts += [f"{rows.delay_hours} hours later"] if rows.delay_hours else []
    parts += [f"charges of the class {' or '.join(rows.charge_class)}"] if rows.charge_class else []
    parts += [f"district {' or '.join(rows.district)}"] if rows.district else []
    return "; ".join(parts)


def status_in_words(rows: Rows) -> str:
    """What must be true of a row, and what must have happened before, as people say it."""
    return f"{' or '.join(rows.status)}, not before {rows.after}"


def unit_in_words(terms: Terms) -> str:
    """A unit's limit as people say it."""
    limit = terms.limits.per_unit_per_day
    return "as many as the agency" if limit is None else str(limit)


def overdue_in_words(days: int | None) -> str:
    """When being late ends the term, as people say it."""
    return "never by itself" if days is None else f"more than {days} days"


def written(day: date) -> str:
    """A day as contracts write it."""
    return f"{day.day} {day.strftime('%B')} {day.year}"


def describe(terms: Terms) -> str:
    """The whole agreement, a line a clause, each followed by what becomes of it."""
    lines = [f"Agreement {terms.id} with {terms.partner}", ""]
    under: str | None = None
    for clause in clauses(terms):
        if clause.purpose != under:
            lines += ["", f"For the purpose {clause.purpose}:" if clause.purpose else "Besides:"]
            under = clause.purpose
        lines.append(f"  {clause.key} = {clause.value} [{clause.enforcement.value}: {clause.sentence}]")
    return "\n".join(lines)
