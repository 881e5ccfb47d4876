"""From terms to Cedar, and Cedar's answer to a plan.

One policy set an agreement: a `permit` for each purpose, and the floor as `forbid`. Cedar skips a policy that meets an
error, so a `forbid` alone would let through what it cannot read (T9): each `permit` therefore says the floor once more
in the positive, requests are validated against the schema each time, and any error is a refusal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import cedarpy
import msgspec

from pars.record.roles import Owner
from pars.sharing.agreement import Purpose, Rows, Terms
from pars.sharing.floor import FLOOR, About, Floor
from pars.sharing.plan import Plan, Shows, consent_name, day_number
from pars.sharing.vocabulary import (
    CRITERIA,
    FIELDS,
    NUMBERS,
    STATUS,
    STEP_WRITER,
    TELL_OF,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    WRITER,
    CaseReference,
    Consent,
)

SHOWS: Final = tuple(Shows.__dataclass_fields__)

SCHEMA: Final = f"""
entity Partner;
entity Agreement;
action "disclose" appliesTo {{
  principal: Partner,
  resource: Agreement,
  context: {{
    unit: String,
    purpose: String,
    case_kind: String,
    search: Set<String>,
    fields: Set<String>,
    status: Set<String>,
    after: String,
    delay_hours: Long,
    charge_class: Set<String>,
    district: Set<String>,
    today: Long,
    consents: {{ {", ".join(f"{consent_name(owner)}: Bool" for owner in Owner)} }},
    stopped: Bool,
    judicial_warrant: Bool,
    co_signed: Bool,
    tells: Set<String>,
    shows: {{ {", ".join(f"{name}: Bool" for name in SHOWS)} }}
  }}
}};
"""
"""The shape of a request. A request that lacks an attribute, or has one of another type, is refused unread."""


def quoted(text: str) -> str:
    """A Cedar string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _set(words: Iterable[str]) -> str:
    return f"[{', '.join(quoted(word) for word in words)}]"


def _all(conditions: Sequence[str]) -> str:
    return " &&\n  ".join(conditions)


def _any(conditions: Iterable[str]) -> str:
    return f"({' || '.join(conditions)})"


def _consents(terms: Terms) -> list[str]:
    granted = [f"context.consents.{consent_name(owner)}" for owner in Owner]
    if terms.consent is Consent.UNANIMOUS:
        return granted
    pairs = [f"({one} && {other})" for place, one in enumerate(granted) for other in granted[place + 1 :]]
    own = [f"(context.consents.{consent_name(owner)} || !({_written_by(owner)}))" for owner in Owner]
    return [_any(pairs), *own]


def _written_by(owner: Owner) -> str:
    """That something which an owner writes would leave: a field, a step that is told, or a number that is confirmed."""
    fields = [name for name, writer in WRITER.items() if writer is owner]
    numbers = [name for name in NUMBERS if WRITER[name] is owner]
    steps = [name for name, writer in STEP_WRITER.items() if writer is owner]
    parts = [
        f"context.{name}.containsAny({_set(words)})"
        for name, words in (("fields", fields), ("search", numbers), ("tells", steps))
        if words
    ]
    if WRITER["docket_number"] is owner:
        parts.append(f"context.case_kind == {quoted(CaseReference.DOCKET.value)}")
    return " || ".join(parts)


def _rows(rows: Rows) -> list[str]:
    """Rows that are among those of the terms."""
    conditions = [
        f"{_set(sorted(rows.status_within))}.containsAll(context.status)",
        f"{_set(rows.after_within)}.contains(context.after)",
        f"context.delay_hours >= {rows.delay_hours}",
    ]
    if rows.charge_class:
        conditions.append(f"{_set(rows.charge_class)}.containsAll(context.charge_class)")
    if rows.district:
        conditions.append(f"{_set(rows.district)}.containsAll(context.district)")
    return conditions


def _terms(terms: Terms, purpose: Purpose) -> list[str]:
    searches = [f"context.search == {_set(sorted(one))}" for one in purpose.search_by]
    conditions = [
        f"context.purpose == {quoted(purpose.code)}",
        f"context.case_kind == {quoted(purpose.case_reference.value)}",
        _any(searches),
        f"{_set(purpose.fields)}.containsAll(context.fields)",
        *_rows(purpose.rows),
        f"context.today >= {day_number(terms.term.first)}",
        f"context.today <= {day_number(terms.term.last)}",
        *_consents(terms),
        "context.stopped == false",
        f"{_set(purpose.tell_of)}.containsAll(context.tells)" if purpose.tell_of else "context.tells.isEmpty()",
    ]
    if terms.units != ("all",):
        conditions.append(f"{_set(terms.units)}.contains(context.unit)")
    if purpose.co_sign:
        conditions.append("context.co_signed")
    if purpose.judicial_warrant:
        conditions.append("context.judicial_warrant")
    return conditions


def _lawful_search() -> str:
    numbers = f"context.search.containsAny({_set(NUMBERS)})"
    who = 'context.search.containsAny(["name", "birth_date"])'
    return f'(context.search.containsAll(["name", "birth_date"]) || ({numbers} && {who}))'


def _asks_for_custody() -> str:
    return f"context.fields.containsAny({_set(WARRANT_FIELDS)}) || context.status.containsAny({_set(WARRANT_STATUS)})"


def _floor_in_the_positive(purpose: Purpose) -> list[str]:
    fields = (*FIELDS, *WARRANT_FIELDS) if purpose.judicial_warrant else FIELDS
    status = (*STATUS, *WARRANT_STATUS) if purpose.judicial_warrant else STATUS
    return [
        "context has shows",
        *(f"context.shows has {name} && context.shows.{name} == false" for name in SHOWS),
        f"{_set(fields)}.containsAll(context.fields)",
        f"{_set(status)}.containsAll(context.status)",
        f"context.status.containsAny({_set(status)})",
        f"{_set(CRITERIA)}.containsAll(context.search)",
        _lawful_search(),
        f"{_set(TELL_OF)}.containsAll(context.tells)",
        f"(context.tells.isEmpty() || !({_asks_for_custody()}))",
    ]


def permits(terms: Terms, *, floor: bool = True) -> str:
    """The permits of an agreement. Without the floor only to show what terms would give away if there were none."""
    policies = []
    for purpose in terms.purposes:
        conditions = [*_terms(terms, purpose), *(_floor_in_the_positive(purpose) if floor else ())]
        policies.append(
            f"@id({quoted(f'{terms.id}/{purpose.code}')})\n"
            f"permit (\n  principal == Partner::{quoted(terms.partner)},\n"
            f'  action == Action::"disclose",\n  resource == Agreement::{quoted(terms.id)}\n'
            f") when {{\n  {_all(conditions)}\n}};\n"
        )
    return "\n".join(policies)


def forbids(floor: Floor) -> str:
    """The floor's forbids, the same for every agreement."""
    conditions = {
        "floor/purpose": f"{_set(floor.words(About.PURPOSE))}.contains(context.purpose)",
        "floor/search": f"context.search.containsAny({_set(floor.words(About.SEARCH))})",
        "floor/field": f"context.fields.containsAny({_set(floor.words(About.FIELD))})",
        "floor/row": f"context.status.containsAny({_set(floor.words(About.ROW))})",
        "floor/warrant-field": f"context.fields.containsAny({_set(WARRANT_FIELDS)}) && !context.judicial_warrant",
        "floor/warrant-row": f"context.status.containsAny({_set(WARRANT_STATUS)}) && !context.judicial_warrant",
        "floor/step": f"context.tells.containsAny({_set(floor.words(About.STEP))})",
        "floor/told-of-custody": f"!context.tells.isEmpty() && ({_asks_for_custody()})",
        "floor/stopped": "context.stopped",
        **{f"floor/{name.replace('_', '-')}": f"context.shows.{name}" for name in SHOWS},
    }
    return "\n".join(
        f"@id({quoted(name)})\nforbid (principal, action, resource) when {{ {condition} }};\n"
        for name, condition in conditions.items()
    )


def cedar(terms: Terms, floor: Floor = FLOOR) -> str:
    """The policies of an agreement as Cedar text: what decides, what is proved, and what a person can read."""
    return f"{permits(terms)}\n{forbids(floor)}"


class NotDecidable(Exception):
    """The policies of terms do not fit the schema: a fault of ours, and nothing is answered under them."""


@dataclass(frozen=True, slots=True)
class Permitted:
    """Cedar permits the plan, by these policies."""

    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Denied:
    """Cedar does not permit the plan: by these forbids, or by none; `errors` is a fault and an alarm."""

    by: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


_SCHEMA = cedarpy.Schema.from_str(SCHEMA)
_NOBODY = cedarpy.Entities.from_json_str("[]")


@dataclass(frozen=True)
class Policy:
    """The policies of one agreement, parsed once."""

    text: str

    @classmethod
    def of(cls, terms: Terms, floor: Floor = FLOOR) -> "Policy":
        """Compile terms; they fit the schema or nothing is ever answered under them."""
        made = cls(cedar(terms, floor))
        checked = cedarpy.validate_policies(made.text, SCHEMA)
        if not checked.validation_passed:
            raise NotDecidable("; ".join(str(error) for error in checked.errors))
        return made

    @cached_property
    def handle(self) -> cedarpy.PolicySet:
        """Cedar's own form."""
        return cedarpy.PolicySet.from_str(self.text)

    def decide(self, plan: Plan) -> Permitted | Denied:
        """Cedar's answer to a plan."""
        context = msgspec.json.encode(plan.context()).decode()
        return _answer(self, plan.partner, plan.agreement, context)


def ask_cedar(policy: Policy, partner: str, agreement: str, context: str) -> Permitted | Denied:
    """Cedar's answer to a request, validated against the schema; `context` is a plan's, as JSON."""
    request = {
        "principal": {"type": "Partner", "id": partner},
        "action": {"type": "Action", "id": "disclose"},
        "resource": {"type": "Agreement", "id": agreement},
        "context": context,
    }
    answer = cedarpy.is_authorized(request, policy.handle, _NOBODY, _SCHEMA)
    errors = tuple(answer.diagnostics.errors)
    by = tuple(answer.diagnostics.reasons)
    if errors:
        return Denied(by, errors)
    return Permitted(by) if answer.decision is cedarpy.Decision.Allow else Denied(by)


_answer = lru_cache(maxsize=4096)(ask_cedar)
"""The same, worked out once: it is a value of the policies and the request, to the letter, and of nothing besides.

The request names the consents, the day and whether anybody stopped it, each read anew for every question: what ended
asks something else and hears something else. Nothing is remembered of whether an agreement stands.
"""
