"""Each theorem is proved of lawful agreements by both solvers, and fails, by name, when the policies are broken."""

import subprocess
import sys
import time
from collections.abc import Callable
from random import Random

import pytest
from tests.sharing.test_policy import made_terms
from tests.sharing.test_vocabulary import HEAD, purpose

from pars.sharing.floor import FLOOR
from pars.sharing.policy import cedar, forbids, permits
from pars.sharing.proof import PROVED, REFUTED, prove, prove_text, what_it_would_give
from pars.sharing.reading import read_terms, terms_of
from pars.sharing.theorems import MONOTONE, THEOREMS

TERMS = terms_of(HEAD + purpose(fields='["name", "charges", "bail"]'))
TWO = terms_of(HEAD.replace('"unanimous"', '"two of three"') + purpose(fields='["name", "charges", "bail"]'))
SOUND = cedar(TERMS)
PERMIT = permits(TERMS)
LAST = "\n};"


def without(*parts: str) -> Callable[[], str]:
    """The policies without conditions that hold one of these parts; the floor's forbids are taken away as well."""

    def broken() -> str:
        lines = PERMIT.replace(LAST, " &&\n};").splitlines()
        kept = [line for line in lines if not any(part in line for part in parts)]
        assert len(kept) < len(lines), parts
        return "\n".join(kept).replace(" &&\n}", "\n}")

    return broken


BROKEN: dict[str, Callable[[], str]] = {
    "no-floor-field": without("containsAll(context.fields)"),
    "no-floor-search": without("context.search"),
    "one-named-person": without("context.search"),
    "consent": without("context.consents.court"),
    "term": without("context.today <="),
    "no-hidden-record": without("context.shows"),
    "no-free-text": without("context.shows"),
    "only-under-a-warrant": without("containsAll(context.status)", "containsAny"),
    "only-case-steps": without("context.tells"),
    "purpose": without("context.purpose =="),
    "own-partner": lambda: PERMIT.replace('principal == Partner::"Example County Sheriff"', "principal"),
    "writers-consent": without("context.consents.district_attorney"),
}


def test_every_theorem_is_proved_of_lawful_terms_by_both_solvers() -> None:
    for terms in (TERMS, TWO):
        proofs = prove([terms])

        assert [(proof.theorem.name, proof.z3, proof.cvc5) for proof in proofs] == [
            (theorem.name, PROVED, PROVED) for theorem in (*THEOREMS, MONOTONE)
        ]


@pytest.mark.parametrize("name", [theorem.name for theorem in THEOREMS])
def test_a_theorem_fails_with_a_counterexample_when_what_it_speaks_of_is_broken(name: str) -> None:
    proofs = {proof.theorem.name: proof for proof in prove_text([BROKEN[name]()], [TERMS])}

    failed = proofs[name]

    assert (failed.z3, failed.cvc5) == (REFUTED, REFUTED)
    assert failed.counterexample is not None
    assert "asks under" in failed.counterexample


def test_consent_that_adds_an_answer_when_it_is_taken_away_is_found() -> None:
    text = SOUND.replace("context.consents.court", "context.consents.court == false")

    (monotone,) = [proof for proof in prove_text([text], [TERMS]) if proof.theorem is MONOTONE]

    assert not monotone.holds


def test_a_stop_that_adds_an_answer_is_found() -> None:
    text = PERMIT.replace("context.stopped == false", "context.stopped")

    assert not next(proof for proof in prove_text([text], [TERMS]) if proof.theorem is MONOTONE).holds


def test_a_forbid_alone_does_not_hold_the_floor_when_the_attribute_is_missing() -> None:
    """T9: the floor as `forbid` only; a request without `shows` is then allowed, and the theorem says so."""
    text = without("shows")() + forbids(FLOOR)

    hidden = next(proof for proof in prove_text([text], [TERMS]) if proof.theorem.name == "no-hidden-record")

    assert not hidden.holds
    assert hidden.counterexample is not None
    assert "unsaid" in hidden.counterexample


@pytest.mark.parametrize("line", FLOOR.lines, ids=lambda line: f"{line.about}-{line.word}")
def test_terms_with_a_word_of_the_floor_are_shown_what_they_would_give_away(line: object) -> None:
    about, word = line.about.value, line.word  # type: ignore[attr-defined] # a line of the floor
    said = {
        "purpose": {"code": f'"{word}"'},
        "search": {"search_by": f'[["name", "birth_date", "{word}"]]'},
        "field": {"fields": f'["name", "{word}"]'},
        "row": {"rows": f'{{ status = ["{word}"] }}'},
        "step": {"tell_of": f'["{word}"]'},
    }[about]
    terms = read_terms(HEAD + purpose(**said)).terms
    assert terms is not None

    broken = what_it_would_give(terms)

    assert broken != []
    assert any(word in (proof.counterexample or "") for proof in broken)


def test_another_fault_beside_a_word_on_the_floor_does_not_hide_what_it_would_give() -> None:
    reading = read_terms(HEAD + "scope = 1\n" + purpose(fields='["name", "birthplace"]'))

    assert reading.on_the_floor
    assert reading.terms is not None
    assert any("birthplace" in (proof.counterexample or "") for proof in what_it_would_give(reading.terms))


def test_more_units_than_fit_in_twelve_bits_are_proved() -> None:
    units = ", ".join(f'"u{number}"' for number in range(5000))

    assert all(proof.holds for proof in prove([terms_of(HEAD.replace('"warrants"', units) + purpose())]))


def test_adding_an_agreement_concerns_its_own_partner_alone() -> None:
    other = terms_of(
        HEAD.replace('"sheriff"', '"other"').replace("Example County Sheriff", "Another Agency") + purpose()
    )

    assert all(proof.holds for proof in prove([TERMS, other]))


def test_among_many_the_agreement_that_breaks_a_theorem_is_named() -> None:
    sound = [made_terms(Random(n), f"sound-{n}") for n in range(4)]
    faulty = read_terms(HEAD.replace('"sheriff"', '"faulty"') + purpose(code='"civil-immigration-enforcement"')).terms
    assert faulty is not None

    together = prove_text([*(permits(terms) for terms in sound), permits(faulty, floor=False)], [*sound, faulty])

    broken = next(proof for proof in together if proof.theorem.name == "purpose")
    assert "under faulty" in (broken.counterexample or "")


def test_three_hundred_agreements_are_proved_in_under_ten_seconds() -> None:
    agreements = [made_terms(Random(n), f"agreement-{n}") for n in range(300)]
    began = time.process_time()  # of this process, whatever else the machine does

    proofs = prove(agreements)

    assert [proof.theorem.name for proof in proofs if not proof.holds] == []
    assert time.process_time() - began < 10


SIX_THREADS = """
from concurrent.futures import ThreadPoolExecutor
from tests.sharing.test_proof import TERMS
from pars.sharing.proof import prove
with ThreadPoolExecutor(6) as threads:
    print(sum(proof.holds for proofs in threads.map(lambda _: prove([TERMS]), range(30)) for proof in proofs))
"""


def test_threads_that_prove_at_once_neither_crash_nor_wait_for_ever() -> None:
    """In a process of its own: solvers that share a context end the whole process, and a hang ends by the clock."""
    ran = subprocess.run([sys.executable, "-c", SIX_THREADS], capture_output=True, text=True, timeout=600, check=False)

    assert (ran.returncode, ran.stdout.strip()) == (0, str(30 * len(prove([TERMS]))))
