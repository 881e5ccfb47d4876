"""Theorems about agreements, proved by two solvers that know nothing of one another.

A theorem is put as its negation: the request that would break it. Both solvers must find that there is none. One
question is asked over all agreements together; only when it fails is the one that breaks it looked for.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cvc5
import z3

from pars.record.roles import Owner
from pars.sharing.agreement import Terms
from pars.sharing.amendment import more_of_the_same
from pars.sharing.floor import FLOOR, Floor
from pars.sharing.plan import day_number
from pars.sharing.policy import SHOWS, cedar, forbids, permits
from pars.sharing.smt import ATTRIBUTES, Formula, Translation, both, either, has, negated
from pars.sharing.theorems import (
    MONOTONE,
    NO_FLOOR_ROW,
    NOT_BROADER,
    THEOREMS,
    TOLD_BY_WORDS,
    WORDS,
    Question,
    Theorem,
    granted,
)

PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"


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


_CONSENTS: Final = tuple(granted(owner) for owner in Owner)


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

    consenting = [owner.value for owner in Owner if said(granted(owner))]
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
        f"with the grants of {', '.join(consenting) or 'no owner'}",
        *([f"being told of {told}"] if (told := many("tells")) else []),
        *([f"showing records of the class {', '.join(shown)}"] if shown else []),
        *(["after a stop"] if said("stopped") else []),
        *([f"with {', '.join(missing)} unsaid"] if missing else []),
    ]
    return "; ".join(parts)


def _day(number: str | None) -> str:
    """A day's number as a day: 20260901 is 2026-09-01."""
    return f"{number[:-4]}-{number[-4:-2]}-{number[-2:]}" if number and len(number) == len("20260901") else "any day"
