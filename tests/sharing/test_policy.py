"""Cedar decides, the projection carries out, the solvers prove: the three never disagree."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import TypeAlias

import cedarpy
import pytest

from pars.record.roles import Owner
from pars.sharing.agreement import Terms
from pars.sharing.plan import Plan, Shows, consent_name
from pars.sharing.policy import SCHEMA, Denied, Permitted, Policy, cedar
from pars.sharing.reading import terms_of
from pars.sharing.release import consented, plan, projection
from pars.sharing.smt import ATTRIBUTES, ENTITIES, SETS, STRINGS, Translation, has
from pars.sharing.theorems import WORDS
from pars.sharing.vocabulary import (
    AFTER,
    CHARGE_CLASSES,
    CRITERIA,
    FIELDS,
    FLOOR_CRITERIA,
    FLOOR_FIELDS,
    FLOOR_PURPOSES,
    FLOOR_STATUS,
    FLOOR_STEPS,
    PURPOSES,
    STATUS,
    TELL_OF,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    CaseReference,
    Consent,
)

Request: TypeAlias = dict[str, object]
RANDOM_REQUESTS = 10_000
ALL = frozenset(Owner)

TEMPLATE = """
[agreement]
id = "{id}"
partner = "{partner}"
units = {units}
term = {{ from = 2026-09-01, until = 2027-08-31 }}
consent = "{consent}"
{purposes}
"""


def _toml(words: object) -> str:
    return str(words).replace("'", '"')


def made_terms(dice: Random, name: str = "sheriff") -> Terms:
    """Lawful terms with random words."""
    purposes = []
    for code in dice.sample(PURPOSES, dice.randrange(1, 4)):
        judge = dice.random() < 0.3
        kind = "warrant" if judge else dice.choice(list(CaseReference)).value
        searches = dice.sample([["name", "birth_date"], ["otn", "name"], ["pid", "birth_date"], ["sid", "name"]], 2)
        fields = dice.sample((*FIELDS, *WARRANT_FIELDS) if judge else FIELDS, dice.randrange(1, 8))
        status = dice.sample((*STATUS, *WARRANT_STATUS) if judge else STATUS, dice.randrange(1, 3))
        rows = [f"status = {_toml(status)}", f'after = "{dice.choice(AFTER)}"']
        rows += [f"delay_hours = {dice.randrange(1, 72)}"] if dice.random() < 0.3 else []
        rows += [f"charge_class = {_toml(dice.sample(CHARGE_CLASSES, 2))}"] if dice.random() < 0.3 else []
        rows += ['district = ["9", "22"]'] if dice.random() < 0.3 else []
        signed = dice.random() < 0.2
        told = dice.sample(TELL_OF, 2) if dice.random() < 0.6 and not (judge or signed) else []
        purposes.append(
            f'[[purpose]]\ncode = "{code}"\ncase_reference = "{kind}"\nsearch_by = {_toml(searches)}\n'
            f"fields = {_toml(fields)}\nrows = {{ {', '.join(rows)} }}\n"
            f"judicial_warrant = {str(judge).lower()}\nco_sign = {str(signed).lower()}\n"
            + (f"tell_of = {_toml(told)}\n" if told else "")
        )
    units = ["all"] if dice.random() < 0.3 else ["warrants", "civil"]
    consent = dice.choice(list(Consent)).value
    partner = "Example County Sheriff"
    text = TEMPLATE.format(id=name, partner=partner, units=_toml(units), consent=consent, purposes="\n".join(purposes))
    return terms_of(text)


def some(dice: Random, words: tuple[str, ...], most: int = 4) -> list[str]:
    """A few of these words."""
    return dice.sample(words, dice.randrange(0, min(most, len(words)) + 1))


def near(dice: Random, terms: Terms) -> Request:
    """A request close to what the terms permit, with a few things changed."""
    purpose = dice.choice(terms.purposes)
    context: dict[str, object] = {
        "unit": dice.choice(["warrants", "civil", "elsewhere"]) if dice.random() < 0.2 else "warrants",
        "purpose": purpose.code,
        "case_kind": purpose.case_reference.value,
        "search": sorted(dice.choice(purpose.search_by)),
        "fields": sorted(purpose.fields),
        "status": sorted(purpose.rows.status),
        "after": purpose.rows.after,
        "delay_hours": purpose.rows.delay_hours,
        "charge_class": sorted(purpose.rows.charge_class or CHARGE_CLASSES),
        "district": sorted(purpose.rows.district or ("every",)),
        "today": 20261001,
        "consents": {consent_name(owner): dice.random() < 0.95 for owner in Owner},
        "stopped": dice.random() < 0.05,
        "judicial_warrant": purpose.judicial_warrant,
        "co_signed": purpose.co_sign,
        "tells": sorted(dice.sample(purpose.tell_of, 1)) if purpose.tell_of and dice.random() < 0.5 else [],
        "shows": {name: dice.random() < 0.02 for name in Shows.__dataclass_fields__},
    }
    others: Mapping[str, Callable[[], object]] = {
        "purpose": lambda: dice.choice([*PURPOSES, *FLOOR_PURPOSES, "curiosity"]),
        "case_kind": lambda: dice.choice([*(kind.value for kind in CaseReference), "hunch"]),
        "search": lambda: some(dice, (*CRITERIA, *FLOOR_CRITERIA, "shoe_size")),
        "fields": lambda: some(dice, (*FIELDS, *WARRANT_FIELDS, *FLOOR_FIELDS, "horoscope")),
        "status": lambda: some(dice, (*STATUS, *WARRANT_STATUS, *FLOOR_STATUS, "suspected")),
        "after": lambda: dice.choice([*AFTER, "booked"]),
        "delay_hours": lambda: dice.randrange(0, 80),
        "charge_class": lambda: some(dice, (*CHARGE_CLASSES, "contempt")),
        "district": lambda: some(dice, ("9", "22", "24", "every")),
        "today": lambda: dice.choice([20260831, 20260901, 20270831, 20270901]),
        "judicial_warrant": lambda: dice.random() < 0.5,
        "co_signed": lambda: dice.random() < 0.5,
        "tells": lambda: some(dice, (*TELL_OF, *FLOOR_STEPS, "born")),
    }
    for name in dice.sample(sorted(others), dice.choice([0, 0, 0, 1, 1, 2])):
        context[name] = others[name]()
    return {
        "principal": dice.choice([terms.partner] * 9 + ["Another Agency"]),
        "resource": dice.choice([terms.id] * 9 + ["another"]),
        "context": context,
    }


def with_holes(dice: Random, request: Request) -> Request:
    """The request with attributes missing, of the context or of its records."""
    context = dict(request["context"])  # type: ignore[call-overload] # a dictionary by construction
    for name in dice.sample(sorted(context), dice.choice([0, 0, 0, 1, 2])):
        value = context[name]
        if isinstance(value, dict) and dice.random() < 0.7:
            context[name] = {key: one for key, one in value.items() if dice.random() < 0.8}
        else:
            del context[name]
    return {**request, "context": context}


def cedar_says(handle: cedarpy.PolicySet, request: Request) -> bool:
    """Cedar's own decision, without the schema that would refuse a request with holes unread."""
    answer = cedarpy.is_authorized(
        {
            "principal": {"type": "Partner", "id": request["principal"]},
            "action": {"type": "Action", "id": "disclose"},
            "resource": {"type": "Agreement", "id": request["resource"]},
            "context": request["context"],
        },
        handle,
        cedarpy.Entities.from_json_str("[]"),
    )
    return answer.decision is cedarpy.Decision.Allow


Values: TypeAlias = Mapping[str, int | bool]
Formula: TypeAlias = Callable[[Values], int | bool]


def evaluable(text: str, named: Mapping[str, Formula]) -> Formula:
    """An SMT-LIB expression as a function of the values of its constants; written apart from any solver."""
    tokens = re.findall(r"[()]|[^\s()]+", text)

    def read(at: int) -> tuple[Formula, int]:
        token = tokens[at]
        if token != "(":
            return _atom(token, named), at + 1
        op, at, parts = tokens[at + 1], at + 2, []
        while tokens[at] != ")":
            part, at = read(at)
            parts.append(part)
        return _applied(op, parts), at + 1

    return read(0)[0]


def _atom(token: str, named: Mapping[str, Formula]) -> Formula:
    if token in {"true", "false"}:
        return lambda _: token == "true"
    if token.isdigit():
        return lambda _: int(token)
    if token in named:
        return named[token]
    return lambda values: values[token]


def _applied(op: str, parts: list[Formula]) -> Formula:
    match op:
        case "and":
            return lambda values: all(part(values) for part in parts)
        case "or":
            return lambda values: any(part(values) for part in parts)
        case "not":
            return lambda values: not parts[0](values)
    left, right = parts
    compared: Mapping[str, Formula] = {
        "=": lambda values: left(values) == right(values),
        "distinct": lambda values: left(values) != right(values),
        "<": lambda values: left(values) < right(values),
        "<=": lambda values: left(values) <= right(values),
        ">": lambda values: left(values) > right(values),
        ">=": lambda values: left(values) >= right(values),
    }
    return compared[op]


class Translated:
    """The translation of one policy text as a function of a request."""

    def __init__(self, text: str) -> None:
        self.over = Translation([text], WORDS)
        named: dict[str, Formula] = {}
        for definition in self.over.definitions:
            name, body = re.fullmatch(r"\(define-fun (\S+) \(\) Bool (.*)\)", definition, re.DOTALL).groups()  # type: ignore[union-attr]
            named[name] = evaluable(body, named)
        self.allowed = evaluable(self.over.allowed, named)

    def says(self, request: Request) -> bool:
        """What the formula says of a request."""
        return bool(self.allowed(self._values(request)))

    def _values(self, request: Request) -> Values:
        context: Mapping[str, object] = request["context"]  # type: ignore[assignment] # a mapping by construction
        entities = {"principal": request["principal"], "action": "disclose", "resource": request["resource"]}
        values: dict[str, int | bool] = {}
        for name in ENTITIES:
            values |= self._word(name, entities[name])
        for path in ATTRIBUTES:
            found = _at(context, path)
            values[has(path)] = found is not None
            if path in SETS:
                words = set(found) if isinstance(found, list) else set()
                known = self.over.numbers[path].numbers
                values |= {f"{path}.{number}": word in words for word, number in known.items()}
                values[f"{path}.others"] = bool(words - set(known))
            elif path in STRINGS:
                values |= self._word(path, found)
            elif isinstance(found, int):
                values[path] = found
            else:
                values[path] = False
        return values

    def _word(self, name: str, said: object) -> Values:
        return {f"{name}.is{number}": word == said for word, number in self.over.numbers[name].numbers.items()}


def _at(context: Mapping[str, object], path: str) -> object:
    found: object = context
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def disagreements(seed: int, requests: int) -> tuple[int, int, list[Request]]:
    """How many random requests Cedar allowed, how many had an attribute missing, and on which the formula differs."""
    dice = Random(seed)
    allowed = holes = 0
    differ = []
    for _ in range(requests // 200):
        terms = made_terms(dice)
        text = cedar(terms)
        handle, translated = cedarpy.PolicySet.from_str(text), Translated(text)
        for _ in range(200):
            whole = near(dice, terms)
            request = with_holes(dice, whole)
            decided = cedar_says(handle, request)
            allowed += decided
            holes += request["context"] != whole["context"]
            if decided != translated.says(request):
                differ.append(request)
    return allowed, holes, differ


def test_the_translation_to_the_solvers_and_cedar_agree_on_random_requests_with_missing_attributes() -> None:
    allowed, holes, differ = disagreements(18, RANDOM_REQUESTS)

    assert differ == []
    assert RANDOM_REQUESTS / 20 < allowed < RANDOM_REQUESTS * 19 / 20  # both answers are tried
    assert holes > RANDOM_REQUESTS / 5


@pytest.mark.soak
def test_the_translation_and_cedar_agree_on_a_hundred_thousand_random_requests() -> None:
    allowed, holes, differ = disagreements(2026, 100_000)

    assert differ == []
    assert allowed > 5_000
    assert holes > 20_000


def test_a_translation_that_forgets_that_a_missing_attribute_skips_a_policy_is_found_out() -> None:
    """The guard of the guard: with errors taken for plain falsehood the two would differ on requests with holes."""
    text = "permit (principal, action, resource);\nforbid (principal, action, resource) when { context.stopped };"
    handle, translated = cedarpy.PolicySet.from_str(text), Translated(text)
    request: Request = {"principal": "p", "resource": "r", "context": {}}

    assert cedar_says(handle, request) is translated.says(request) is True


def planned(terms: Terms, place: int = 0, granted: frozenset[Owner] = ALL, tells: frozenset[str] = frozenset()) -> Plan:
    """The plan of an inquiry that should be permitted, told from the projection that carries it out."""
    purpose = terms.purposes[place]
    return plan(
        terms,
        purpose,
        projection(consented(terms, purpose, granted)),
        partner=terms.partner,
        unit=terms.units[0],
        search=purpose.search_by[0],
        today=date(2026, 10, 1),
        granted=granted,
        stopped=False,
        co_signed=True,
        tells=tells,
    )


def test_what_the_projection_would_do_is_what_cedar_permits() -> None:
    """Over random terms every lawful plan is permitted: the projection does nothing that the policies do not know."""
    dice = Random(4)

    for _ in range(200):
        terms = made_terms(dice)
        policy = Policy.of(terms)
        for place in range(len(terms.purposes)):
            assert isinstance(policy.decide(planned(terms, place)), Permitted)
            agreed = frozenset(terms.purposes[place].tell_of)
            for told in agreed:
                assert isinstance(policy.decide(planned(terms, place, tells=frozenset({told}))), Permitted)
            for told in {*TELL_OF, *FLOOR_STEPS} - agreed:
                assert isinstance(policy.decide(planned(terms, place, tells=frozenset({told}))), Denied)


@cache
def _sheriff() -> tuple[Terms, Policy]:
    dice = Random(5)
    terms = made_terms(dice)
    while terms.units == ("all",) or terms.consent is Consent.TWO_OF_THREE or terms.purposes[0].judicial_warrant:
        terms = made_terms(dice)
    return terms, Policy.of(terms)


WIDER: Mapping[str, Callable[[Plan], Plan]] = {
    "another partner": lambda p: replace(p, partner="Another Agency"),
    "another agreement": lambda p: replace(p, agreement="another"),
    "another unit": lambda p: replace(p, unit="elsewhere"),
    "another purpose": lambda p: replace(p, purpose="civil-immigration-enforcement"),
    "another kind of case": lambda p: replace(p, case_kind="hunch"),
    "a criterion more": lambda p: replace(p, search=p.search | {"birthplace"}),
    "a criterion less": lambda p: replace(p, search=frozenset({"otn"})),
    "no criterion": lambda p: replace(p, search=frozenset()),
    "a field of the floor": lambda p: replace(p, fields=p.fields | {"birthplace"}),
    "a field that is unknown": lambda p: replace(p, fields=p.fields | {"horoscope"}),
    "rows of the floor": lambda p: replace(p, status=p.status | {"sealed"}),
    "no status": lambda p: replace(p, status=frozenset()),
    "before the first day": lambda p: replace(p, today=date(2026, 8, 31)),
    "after the last day": lambda p: replace(p, today=date(2027, 9, 1)),
    "without the police": lambda p: replace(p, granted=p.granted - {Owner.POLICE}),
    "without the attorney": lambda p: replace(p, granted=p.granted - {Owner.DISTRICT_ATTORNEY}),
    "without the court": lambda p: replace(p, granted=p.granted - {Owner.COURT}),
    "stopped": lambda p: replace(p, stopped=True),
    "juvenile": lambda p: replace(p, shows=Shows(juvenile=True)),
    "sealed": lambda p: replace(p, shows=Shows(sealed=True)),
    "declined": lambda p: replace(p, shows=Shows(declined=True)),
    "victims": lambda p: replace(p, shows=Shows(victims=True)),
    "free text": lambda p: replace(p, shows=Shows(free_text=True)),
    "told of a release": lambda p: replace(p, tells=frozenset({"released"})),
    "told of a future appearance": lambda p: replace(p, tells=frozenset({"next-hearing"})),
    "told of a step that nobody knows": lambda p: replace(p, tells=frozenset({"born"})),
}


@pytest.mark.parametrize("what", sorted(WIDER))
def test_a_plan_that_is_wider_than_the_terms_in_one_thing_is_denied(what: str) -> None:
    terms, policy = _sheriff()
    lawful = planned(terms)
    assert isinstance(policy.decide(lawful), Permitted)

    decision = policy.decide(WIDER[what](lawful))

    assert isinstance(decision, Denied)
    assert decision.errors == ()


@pytest.mark.parametrize("name", ["shows", "consents", "stopped", "today", "fields", "search", "tells"])
def test_a_request_that_lacks_an_attribute_is_an_error_and_a_refusal(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms, policy = _sheriff()
    whole = dict(planned(terms).context())
    monkeypatch.setattr(Plan, "context", lambda _: {key: value for key, value in whole.items() if key != name})

    decision = policy.decide(planned(terms))

    assert isinstance(decision, Denied)


def test_the_schema_knows_every_attribute_that_the_translation_knows() -> None:
    assert all(name.rpartition(".")[2] in SCHEMA for name in ATTRIBUTES)


def test_a_field_whose_writer_has_not_granted_is_left_out_under_two_of_three() -> None:
    text = """
[agreement]
id = "sheriff"
partner = "Example County Sheriff"
units = ["all"]
term = { from = 2026-09-01, until = 2027-08-31 }
consent = "two of three"
[[purpose]]
code = "fugitive"
case_reference = "warrant"
search_by = [["name", "birth_date"]]
fields = ["name", "charges", "bail"]
"""
    terms = terms_of(text)
    two = frozenset({Owner.POLICE, Owner.DISTRICT_ATTORNEY})

    narrowed = projection(consented(terms, terms.purposes[0], two))

    assert narrowed.fields == ("name", "charges")
    assert isinstance(Policy.of(terms).decide(planned(terms, granted=two)), Permitted)
    whole = replace(planned(terms, granted=two), fields=frozenset({"name", "charges", "bail"}))
    assert isinstance(Policy.of(terms).decide(whole), Denied)


@pytest.mark.parametrize(
    ("objects", "wider"),
    [
        (Owner.COURT, {"search": frozenset({"docket_number", "name"})}),
        (Owner.COURT, {"case_kind": "docket"}),
        *((Owner.COURT, {"tells": frozenset({step})}) for step in ("certified", "arraigned", "disposed")),
        (Owner.DISTRICT_ATTORNEY, {"tells": frozenset({"charged"})}),
        *((Owner.POLICE, {"search": frozenset({number, "name"})}) for number in ("pid", "sid", "otn")),
    ],
)
def test_nothing_that_an_objecting_owner_writes_is_told_or_confirmed(objects: Owner, wider: dict[str, object]) -> None:
    """T18. Under “two of three” an owner's own steps and numbers stay with it as its fields do."""
    kind = wider.get("case_kind", "warrant")
    terms = terms_of(f"""
[agreement]
id = "sheriff"
partner = "Example County Sheriff"
units = ["all"]
term = {{ from = 2026-09-01, until = 2027-08-31 }}
consent = "two of three"
[[purpose]]
code = "fugitive"
case_reference = "{kind}"
search_by = [["name", "birth_date"], ["docket_number", "name"], ["pid", "name"], ["sid", "name"], ["otn", "name"]]
fields = ["sex", "charges", "bail"]
tell_of = ["charged", "certified", "arraigned", "disposed"]
""")
    policy, others = Policy.of(terms), frozenset(Owner) - {objects}
    agreed = consented(terms, terms.purposes[0], others)
    alone, all_three = planned(terms, granted=others), planned(terms)

    assert isinstance(policy.decide(replace(all_three, **wider)), Permitted)  # type: ignore[arg-type]
    assert isinstance(policy.decide(replace(alone, **wider)), Denied)  # type: ignore[arg-type]
    assert wider.get("search") not in agreed.search_by
    assert not set(agreed.tell_of) & set(wider.get("tells", ()))  # type: ignore[call-overload]
    assert bool(agreed.search_by) == ("case_kind" not in wider)
    for search in agreed.search_by:
        for told in (frozenset[str](), *(frozenset({step}) for step in agreed.tell_of)):
            assert isinstance(policy.decide(replace(alone, search=search, tells=told)), Permitted)
