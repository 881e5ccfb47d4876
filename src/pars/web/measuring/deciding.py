"""The decision alone, without any database: Cedar over the plan, and the projection of what was read."""

import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date

import msgspec

from pars.record.roles import Owner
from pars.sharing.plan import Plan
from pars.sharing.policy import Permitted, Policy, ask_cedar
from pars.sharing.reading import terms_of
from pars.sharing.release import consented, plan, projection, record
from pars.sharing.vocabulary import FIELDS, WARRANT_FIELDS
from pars.web.measuring.figures import Figure
from pars.web.measuring.sharing import TERMS

RECORDS = 100
TIMES = 300
WITHIN_MS = 0.25
_EVERY_FIELD = """
[[purpose]]
code = "fugitive"
case_reference = "warrant"
judicial_warrant = true
search_by = [["name", "birth_date"]]
fields = [{fields}]
rows = {{ status = ["charged"], after = "charged" }}

[limits]
"""


def deciding() -> list[Figure]:
    """One decision by Cedar, and the decision with the projection of a hundred records of every field there is."""
    today = date(2026, 9, 1)
    every = _EVERY_FIELD.format(fields=", ".join(f'"{word}"' for word in (*FIELDS, *WARRANT_FIELDS)))
    text = TERMS.format(first=today, last=today).replace("\n[limits]\n", every)
    terms = terms_of(text)
    policy = Policy.of(terms)
    granted = frozenset(Owner)
    purpose = terms.purposes[-1]
    search = purpose.search_by[0]

    def planned() -> Plan:
        return plan(
            terms,
            purpose,
            projection(consented(terms, purpose, granted)),
            partner=terms.partner,
            unit="warrants",
            search=frozenset(search),
            today=today,
            granted=granted,
            stopped=False,
            co_signed=False,
        )

    def decided_anew() -> object:
        asked = planned()
        return ask_cedar(policy, asked.partner, asked.agreement, msgspec.json.encode(asked.context()).decode())

    projected = projection(consented(terms, purpose, granted))
    values = tuple(_VALUES.get(word, "a value") for word in projected.fields)
    columns = len(projected.catalogued)
    permits = isinstance(decided_anew(), Permitted)
    if not permits:
        raise AssertionError("the bench's own terms do not permit its plan")
    decision, again = _ms(decided_anew), _ms(lambda: policy.decide(planned()))
    shown = _ms(lambda: [record(projected, values) for _ in range(RECORDS)])
    what = f"{RECORDS} records of {len(projected.fields)} fields from {columns} columns"
    return [
        Figure("one decision: projection, plan and Cedar's answer", decision, "ms"),
        Figure("one decision of a request that Cedar has answered before", again, "ms"),
        Figure(f"one record of {len(projected.fields)} fields from {columns} columns", shown / RECORDS, "ms"),
        Figure(f"one decision and {what}", decision + shown, "ms", WITHIN_MS),
        Figure("the same, of a request that Cedar has answered before", again + shown, "ms", WITHIN_MS),
    ]


_VALUES: Mapping[str, object] = {
    "name": {"surname": "Quillfeather", "given": "Rosalind", "middle": None, "suffix": None},
    "birth_date": "1990-02-03",
    "charges": [{"statute": "18 § 2701 §§ A1", "grade": "M2", "counts": 1}] * 4,
    "bail": {"type": "monetary", "amount_usd": 5000, "percent": 10, "conditions": ["no-contact"]},
    "disposition": ["Held for Court"],
}
"""Values as they are read, for the words whose values are not one line of text."""


def _ms(do: Callable[[], object]) -> float:
    """The median of many times; one call at least is for warming up."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        do()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
