"""Theorems about agreements, proved by two solvers that know nothing of one another.

A theorem is put as its negation: the request that would break it. Both solvers must find that there is none. One
question is asked over all agreements together; only when it fails is the one that breaks it looked for.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cvc5
import z3

from pars.record.fields import FREE_KINDS
from pars.record.roles import Owner
from pars.sharing.agreement import Terms
from pars.sharing.amendment import more_of_the_same
from pars.sharing.floor import FLOOR, About, Floor
from pars.sharing.plan import consent_name, day_number
from pars.sharing.policy import SHOWS, cedar, forbids, permits
from pars.sharing.smt import (
    ATTRIBUTES,
    NEVER,
    Formula,
    Translation,
    both,
    either,
    has,
    negated,
)
from pars.sharing.vocabulary import (
    AFTER,
    CRITERIA,
    FIELDS,
    FLOOR_CRITERIA,
    FLOOR_FIELDS,
    FLOOR_PURPOSES,
    FLOOR_STATUS,
    FLOOR_STEPS,
    NUMBERS,
    PURPOSES,
    STATUS,
    STEP_WRITER,
    TELL_OF,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    WRITER,
    CaseReference,
    Consent,
    kinds_of,
)

PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"
WORDS: Final[Mapping[str, Sequence[str]]] = {
    "search": (*CRITERIA, *FLOOR_CRITERIA),
    "fields": (*FIELDS, *WARRANT_FIELDS, *FLOOR_FIELDS),
    "status": (*STATUS, *WARRANT_STATUS, *FLOOR_STATUS),
    "purpose": (*PURPOSES, *FLOOR_PURPOSES),
    "tells": (*TELL_OF, *FLOOR_STEPS),
    "case_kind": tuple(CaseReference),
    "after": AFTER,
}
"""Words that the theorems speak of, by attribute."""


@dataclass(frozen=True, slots=True)
class Question:
    """What theorems are asked of: a translation of policies, and the terms that they were compiled from."""

    over: Translation
    agreements: Sequence[Terms]
    floor: Floor

    def some(self, name: str, words: Sequence[str]) -> Formula:
        """That a set attribute holds one of these words."""
        return either([self.over.holds(name, word) for word in words])


Breaks = Callable[[Question], Formula]
"""The request that would break a theorem, besides being allowed."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """What is proved: its name, a sentence that lawyers read, and what would break it."""

    name: str
    sentence: str
    breaks: Breaks


def _granted(owner: Owner) -> Formula:
    return f"consents.{consent_name(owner)}"


def _rule_met(terms: Terms) -> Formula:
    one, two, three = (_granted(owner) for owner in Owner)
    if terms.consent is Consent.UNANIMOUS:
        return both([one, two, three])
    return either([both([one, two]), both([one, three]), both([two, three])])


def _is(asked: Question, terms: Terms) -> Formula:
    return asked.over.equals("resource", terms.id)


def _lawful(asked: Question) -> Formula:
    name, born = asked.over.holds("search", "name"), asked.over.holds("search", "birth_date")
    numbered = both([asked.some("search", NUMBERS), either([name, born])])
    return both([either([both([name, born]), numbered]), negated(asked.over.outside("search", CRITERIA))])


def _shows(*names: str) -> Formula:
    """That a class of records is shown, or that nobody says whether it is."""
    said = [both([has("shows"), has(f"shows.{name}"), negated(f"shows.{name}")]) for name in names]
    return negated(both(said))


def _consent_breaks(asked: Question) -> Formula:
    known = [both([_is(asked, terms), negated(_rule_met(terms))]) for terms in asked.agreements]
    unknown = negated(either([_is(asked, terms) for terms in asked.agreements]))
    stopped = either([negated(has("stopped")), "stopped"])
    return either([*known, unknown, stopped])


def _term_breaks(asked: Question) -> Formula:
    return either(
        [
            both(
                [
                    _is(asked, terms),
                    either([f"(< today {day_number(terms.term.first)})", f"(> today {day_number(terms.term.last)})"]),
                ]
            )
            for terms in asked.agreements
        ]
    )


def _free_text_breaks(asked: Question) -> Formula:
    free = [word for word in WORDS["fields"] if kinds_of(word) & FREE_KINDS]
    return either([_shows("free_text"), asked.some("fields", free)])


def _warrant_breaks(asked: Question) -> Formula:
    asks = either([asked.some("fields", WARRANT_FIELDS), asked.some("status", WARRANT_STATUS)])
    return both([asks, negated(both([has("judicial_warrant"), "judicial_warrant"]))])


def _told_breaks(asked: Question) -> Formula:
    told = asked.over.outside("tells", ())
    custody = either([asked.some("fields", WARRANT_FIELDS), asked.some("status", WARRANT_STATUS)])
    return either([asked.over.outside("tells", TELL_OF), both([told, custody])])


def _purpose_breaks(asked: Question) -> Formula:
    return negated(either([asked.over.equals("purpose", word) for word in PURPOSES]))


def _partner_breaks(asked: Question) -> Formula:
    return negated(
        either([both([_is(asked, one), asked.over.equals("principal", one.partner)]) for one in asked.agreements])
    )


def _writer_breaks(asked: Question) -> Formula:
    taken = either([both([_written_by(asked, owner), negated(_granted(owner))]) for owner in Owner])
    return both([either([_is(asked, one) for one in asked.agreements]), taken])


def _written_by(asked: Question, owner: Owner) -> Formula:
    """That something which an owner writes would leave, be told, or be confirmed."""
    theirs = [word for word, writer in WRITER.items() if writer is owner]
    steps = [word for word, writer in STEP_WRITER.items() if writer is owner]
    docket = asked.over.equals("case_kind", CaseReference.DOCKET) if "docket_number" in theirs else NEVER
    numbers = [word for word in NUMBERS if word in theirs]
    return either([asked.some("fields", theirs), asked.some("search", numbers), asked.some("tells", steps), docket])


THEOREMS: Final = (
    Theorem(
        "no-floor-field",
        "no agreement releases a field on the floor",
        lambda asked: asked.some("fields", [*FLOOR_FIELDS, *asked.floor.words(About.FIELD)]),
    ),
    Theorem(
        "no-floor-search",
        "nobody searches by a word on the floor, alone or with others",
        lambda asked: asked.some("search", [*FLOOR_CRITERIA, *asked.floor.words(About.SEARCH)]),
    ),
    Theorem(
        "one-named-person",
        "nobody searches by less than one named person: no number alone, no name alone",
        lambda asked: negated(_lawful(asked)),
    ),
    Theorem("consent", "nothing is answered unless the owners' rule of consent is met", _consent_breaks),
    Theorem("term", "nothing is answered before the first day or after the last", _term_breaks),
    Theorem(
        "no-hidden-record",
        "no juvenile, sealed, expunged, declined or victim's record is shown",
        lambda asked: either([_shows("juvenile", "sealed", "declined", "victims"), asked.some("status", FLOOR_STATUS)]),
    ),
    Theorem("no-free-text", "no free text is released, by kind", _free_text_breaks),
    Theorem(
        "only-under-a-warrant",
        "address, custody site, release and future appearances go out under a judge's warrant alone",
        _warrant_breaks,
    ),
    Theorem(
        "only-case-steps",
        "nobody is told of custody, release, bail posting or a future appearance, but of steps of a case alone",
        _told_breaks,
    ),
    Theorem("purpose", "nothing is answered for a purpose outside the closed list", _purpose_breaks),
    Theorem(
        "own-partner", "an agreement answers its own partner, and adding one concerns nobody else", _partner_breaks
    ),
    Theorem(
        "writers-consent",
        "a field, a number or a step leaves or is confirmed only with the grant of the owner who writes it",
        _writer_breaks,
    ),
)
MONOTONE: Final = Theorem(
    "less-consent-less-answer", "taking a consent away, or stopping, never adds an answer", lambda _: NEVER
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the two solvers say of a theorem; `counterexample` in plain words when it does not hold."""

    theorem: Theorem
    z3: str
    cvc5: str
    z3_ms: float
    cvc5_ms: float
    counterexample: str | None = None

    @property
    def holds(self) -> bool:
        """Both solvers proved it. A doubt or a disagreement is no proof."""
        return self.z3 == PROVED and self.cvc5 == PROVED


ONE_AT_A_TIME: Final = threading.Lock()
"""Solvers share state beneath: two threads that prove at once have crashed the process."""


class _Solvers:
    """One text in both solvers; each theorem is asked by assuming the Boolean that stands for its negation.

    The context is this object's own, since what another thread still frees must not touch it.
    """

    def __init__(self, text: str) -> None:
        self._context = z3.Context()
        self._z3 = z3.SolverFor("QF_LIA", self._context)
        self._z3.from_string(text)
        self._terms = cvc5.TermManager()
        self._cvc5 = cvc5.Solver(self._terms)
        self._symbols = cvc5.SymbolManager(self._terms)
        self._cvc5.setOption("incremental", "true")
        self._invoke("(set-logic QF_LIA)" + text)

    def _invoke(self, text: str) -> str:
        parser = cvc5.InputParser(self._cvc5, self._symbols)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "policies")
        said = []
        while not (command := parser.nextCommand()).isNull():
            said.append(str(command.invoke(self._cvc5, self._symbols)))
        return "".join(said).strip()

    def ask(self, theorem: Theorem, name: str) -> tuple[Proof, Mapping[str, str]]:
        """The verdicts, and the values of the request that breaks it when z3 finds one."""
        began = time.perf_counter()
        first = str(self._z3.check(z3.Bool(name, self._context)))
        then = time.perf_counter()
        second = self._invoke(f"(check-sat-assuming ({name}))")
        ended = time.perf_counter()
        found: dict[str, str] = {}
        if first == "sat":
            model = self._z3.model()
            found = {str(one): str(model[one]) for one in model.decls()}
        proof = Proof(theorem, _verdict(first), _verdict(second), (then - began) * 1000, (ended - then) * 1000)
        return proof, found


def _ask(text: str, theorems: Mapping[str, Theorem]) -> Sequence[tuple[Proof, Mapping[str, str]]]:
    with ONE_AT_A_TIME:
        solvers = _Solvers(text)
        return [solvers.ask(theorem, name) for name, theorem in theorems.items()]


def _verdict(said: str) -> str:
    return {"unsat": PROVED, "sat": REFUTED}.get(said, UNKNOWN)


def _text(over: Translation, asked: Mapping[str, Formula], more: Sequence[str] = ()) -> str:
    formulas = [*over.declarations(), *more, *over.definitions]
    for name, formula in asked.items():
        formulas += [f"(declare-const {name} Bool)", f"(assert (=> {name} {formula}))"]
    return "\n".join(formulas)


def prove_text(
    texts: Sequence[str], agreements: Sequence[Terms], floor: Floor = FLOOR, theorems: Sequence[Theorem] = THEOREMS
) -> Sequence[Proof]:
    """The theorems over policies as Cedar text, for the terms that they stand for."""
    over = Translation(texts, WORDS)
    question = Question(over, agreements, floor)
    names = {f"theorem{place}": theorem for place, theorem in enumerate(theorems)}
    asked = {name: both([over.allowed, theorem.breaks(question)]) for name, theorem in names.items()}
    less, more = _with_less_consent(texts)
    asked["monotone"] = both([less.allowed, negated(over.allowed), _less()])
    said = _ask(_text(over, asked, more), {**names, "monotone": MONOTONE})
    return [proof if proof.holds else _explained(proof, over, found) for proof, found in said]


_CONSENTS: Final = tuple(_granted(owner) for owner in Owner)


def _with_less_consent(texts: Sequence[str]) -> tuple[Translation, Sequence[str]]:
    """The same policies over the same request, but for its consents and its stop, which are others."""
    less = Translation(texts, WORDS, mark="less.")
    changed = [*_CONSENTS, "stopped"]
    more = [f"(declare-const less.{name} Bool)" for name in changed]
    for definition in less.definitions:
        text = definition
        for name in changed:
            text = text.replace(f" {name} ", f" less.{name} ").replace(f" {name})", f" less.{name})")
        more.append(text)
    return less, more


def _less() -> Formula:
    fewer = [f"(=> less.{name} {name})" for name in _CONSENTS]
    return both([*fewer, "(=> stopped less.stopped)"])


def prove(agreements: Sequence[Terms], floor: Floor = FLOOR) -> Sequence[Proof]:
    """The theorems over all these agreements together; one that fails names the agreement that breaks it."""
    together = prove_text([*(permits(terms) for terms in agreements), forbids(floor)], agreements, floor)
    if len(agreements) == 1 or all(proof.holds for proof in together):
        return together
    return [proof if proof.holds else _named(proof, agreements, floor) for proof in together]


def _named(proof: Proof, agreements: Sequence[Terms], floor: Floor) -> Proof:
    """The same failure, with the first agreement that breaks the theorem by itself."""
    for terms in agreements:
        alone = next(one for one in prove_text([cedar(terms, floor)], [terms], floor) if one.theorem is proof.theorem)
        if not alone.holds:
            return Proof(proof.theorem, proof.z3, proof.cvc5, proof.z3_ms, proof.cvc5_ms, alone.counterexample)
    return proof


TOLD_BY_WORDS: Final = frozenset(
    {"no-floor-field", "no-floor-search", "one-named-person", "only-case-steps", "only-under-a-warrant", "purpose"}
)
"""Theorems that the words of terms break by themselves; the others hang on the policies around them."""
NO_FLOOR_ROW: Final = Theorem(
    "no-hidden-record",
    "no juvenile, sealed, expunged, declined or victim's record is shown",
    lambda asked: asked.some("status", FLOOR_STATUS),
)


def what_it_would_give(terms: Terms, floor: Floor = FLOOR) -> Sequence[Proof]:
    """The theorems that terms with words on the floor would break if nothing stood in their way."""
    told = [*(theorem for theorem in THEOREMS if theorem.name in TOLD_BY_WORDS), NO_FLOOR_ROW]
    proofs = prove_text([permits(terms, floor=False)], [terms], floor, told)
    return [proof for proof in proofs if not proof.holds and proof.theorem in told]


@dataclass(frozen=True, slots=True)
class Broader:
    """Whether new terms give what the old ones did not: by a request that both solvers found, or by more of the same.

    `witness` is such a request in plain words, or what opens though each request was permitted before.
    """

    proof: Proof
    witness: str | None
    more: Sequence[str] = ()

    @property
    def broader(self) -> bool:
        """Both solvers found such a request, or more is given than each of them tells of."""
        return bool(self.more) or (self.proof.z3 == REFUTED and self.proof.cvc5 == REFUTED)


NOT_BROADER: Final = Theorem(
    "not-broader", "the new terms permit nothing that the old ones do not permit", lambda _: NEVER
)


def broader(new: Terms, old: Terms, floor: Floor = FLOOR) -> Broader:
    """Whether there is a request that the new terms permit and the old do not; their names are taken for one."""
    renamed = cedar(old, floor).replace(f'resource == Agreement::"{old.id}"', f'resource == Agreement::"{new.id}"')
    texts = [cedar(new, floor)], [renamed]
    first = Translation([*texts[0], *texts[1]], WORDS)
    words = {**WORDS, **{name: list(numbering.numbers) for name, numbering in first.numbers.items()}}
    over, before = Translation(texts[0], words), Translation(texts[1], words, mark="old.")
    asked = {"broader": both([over.allowed, negated(before.allowed), _could_be_sent(new)])}
    [(proof, found)] = _ask(_text(over, asked, before.definitions), {"broader": NOT_BROADER})
    more = more_of_the_same(old, new)
    if proof.holds:
        return Broader(proof, more[0] if more else None, more)
    told = _explained(proof, over, found)
    return Broader(told, told.counterexample, more)


def _could_be_sent(terms: Terms) -> Formula:
    """That it is a request of ours: nothing is unsaid, and its day is the first or the last of these terms.

    No other day needs to be asked about: the new terms begin earlier or end later, or their days make no difference.
    """
    days = [f"(= today {day_number(day)})" for day in (terms.term.first, terms.term.last)]
    return both([*(has(name) for name in ATTRIBUTES), either(days)])


def _explained(proof: Proof, over: Translation, found: Mapping[str, str]) -> Proof:
    """The proof with its counterexample in plain words."""
    words = _in_words(over, found) if found else "one solver found no answer"
    return Proof(proof.theorem, proof.z3, proof.cvc5, proof.z3_ms, proof.cvc5_ms, words)


def _in_words(over: Translation, found: Mapping[str, str]) -> str:
    """A request in plain words: everything of it that terms speak of, each part as far as it was said."""

    def one(name: str) -> str:
        number = sum(1 << place for place in range(over.bits(name)) if found.get(f"{name}.bit{place}") == "True")
        known = {place: word for word, place in over.numbers[name].numbers.items()}
        return known.get(number, "any other")

    def many(name: str) -> str:
        held = [word for word, number in over.numbers[name].numbers.items() if found.get(f"{name}.{number}") == "True"]
        return ", ".join([*held, *(["others"] if found.get(f"{name}.others") == "True" else [])])

    def said(name: str) -> bool:
        return found.get(name) == "True"

    granted = [owner.value for owner in Owner if said(_granted(owner))]
    shown = [name for name in SHOWS if said(f"shows.{name}")]
    missing = [name for name in ATTRIBUTES if found.get(has(name)) == "False"]
    rows = [f"not before {one('after')}", f"{found.get('delay_hours', '0')} hours after it"]
    rows += [f"{name.replace('_', ' ')}: {words}" for name in ("charge_class", "district") if (words := many(name))]
    parts = [
        f"{one('principal')} asks under {one('resource')} for the purpose {one('purpose')}",
        f"by the unit {one('unit')}",
        f"with a case of the kind {one('case_kind')}",
        *(["under a judge's warrant"] if said("judicial_warrant") else []),
        *(["signed by a second person"] if said("co_signed") else []),
        f"searching by {many('search') or 'nothing'}",
        f"receiving {many('fields') or 'no field'}",
        f"from rows that are {many('status') or 'anything'}, {', '.join(rows)}",
        f"on {_day(found.get('today'))}",
        f"with the grants of {', '.join(granted) or 'no owner'}",
        *([f"being told of {told}"] if (told := many("tells")) else []),
        *([f"showing records of the class {', '.join(shown)}"] if shown else []),
        *(["after a stop"] if said("stopped") else []),
        *([f"with {', '.join(missing)} unsaid"] if missing else []),
    ]
    return "; ".join(parts)


def _day(number: str | None) -> str:
    """A day's number as a day: 20260901 is 2026-09-01."""
    return f"{number[:-4]}-{number[-4:-2]}-{number[-2:]}" if number and len(number) == len("20260901") else "any day"
