"""Every word of the closed vocabulary: what may be granted is read and told, what is on the floor is refused."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pars.actions import duties
from pars.record.arrest import Standing
from pars.record.arrest import after as after_step
from pars.record.fields import FREE_KINDS
from pars.record.steps import STEPS
from pars.sharing import vocabulary
from pars.sharing.agreement import Duties, Limits, Purpose, Rows, Watch
from pars.sharing.floor import FLOOR, KNOWN, About, read_floor
from pars.sharing.policy import Policy
from pars.sharing.proof import prove
from pars.sharing.reading import Reading, read_terms, terms_of
from pars.sharing.release import projection, withheld
from pars.sharing.vocabulary import (
    AFTER,
    AFTER_STEPS,
    AFTER_WITHIN,
    CHARGE_CLASSES,
    CLASS_GRADES,
    CLAUSES,
    CLAUSES_OTHERWISE,
    CRITERIA,
    FIELDS,
    FLOOR_FIELDS,
    NUMBERS,
    PURPOSES,
    STATUS,
    STATUS_WITHIN,
    STEP_WRITER,
    TELL_OF,
    TRANSFORMS,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    WRITER,
    CaseReference,
    Consent,
    Enforcement,
    Onward,
    kinds_of,
)
from pars.sharing.words import FIELD_WORDS, REASON_WORDS, clauses, describe
from pars.store.partners import STATUS as STATUS_SQL

HEAD = """
[agreement]
id = "sheriff"
partner = "Example County Sheriff"
units = ["warrants"]
term = { from = 2026-09-01, until = 2027-08-31 }
consent = "unanimous"
"""
PURPOSE = {
    "code": '"warrant-service"',
    "case_reference": '"warrant"',
    "search_by": '[["name", "birth_date"]]',
    "fields": '["name"]',
}


def purpose(**changed: str) -> str:
    """One purpose as TOML, with other clauses."""
    return "\n[[purpose]]\n" + "\n".join(f"{key} = {value}" for key, value in (PURPOSE | changed).items()) + "\n"


def read(more: str = "", head: str = HEAD, **changed: str) -> Reading:
    """Terms with one purpose, read."""
    return read_terms(head + purpose(**changed) + more)


def granted() -> Iterator[tuple[str, dict[str, str]]]:
    """Every word that may be granted, as its page tells it, and a purpose that uses it."""
    judge = {"judicial_warrant": "true"}
    yield from ((word, {"code": f'"{word}"'}) for word in PURPOSES)
    yield from ((kind.value, {"case_reference": f'"{kind.value}"'}) for kind in CaseReference)
    yield from ((word, {"search_by": f'[["{word}", "name"], ["{word}", "birth_date"]]'}) for word in NUMBERS)
    yield from ((word, {"fields": f'["{word}"]'}) for word in FIELDS)
    yield from ((word, {"fields": f'["{word}"]'} | judge) for word in WARRANT_FIELDS)
    yield from ((word, {"rows": f'{{ status = ["{word}"] }}'}) for word in STATUS)
    yield from ((word, {"rows": f'{{ status = ["{word}"] }}'} | judge) for word in WARRANT_STATUS)
    yield from ((f"not before {step}", {"rows": f'{{ after = "{step}" }}'}) for step in AFTER)
    yield from ((word, {"rows": f'{{ charge_class = ["{word}"] }}'}) for word in CHARGE_CLASSES)
    yield from ((f"tell_of = {step}", {"tell_of": f'["{step}"]'}) for step in TELL_OF)
    yield "district 9 or 22", {"rows": '{ district = ["9", "22"] }'}
    yield "48 hours later", {"rows": "{ delay_hours = 48 }"}
    yield "co_sign = yes", {"co_sign": "true"}
    yield "judicial_warrant = yes", judge
    for how, names in TRANSFORMS.items():
        for word in names:
            yield f"{word} as {how.value}", {"fields": f'["{word}"]', "transform": f'{{ "{word}" = "{how.value}" }}'}


GRANTED = dict(granted())


@pytest.mark.parametrize("word", sorted(GRANTED))
def test_a_word_that_may_be_granted_is_read_compiled_and_told(word: str) -> None:
    reading = read(**GRANTED[word])

    assert reading.faults == ()
    assert reading.terms is not None
    assert Policy.of(reading.terms)
    assert word in describe(reading.terms) or word.replace("_", " ") in describe(reading.terms)


def test_all_granted_words_are_proved_together() -> None:
    agreements = [
        terms_of(HEAD.replace('"sheriff"', f'"sheriff-{n}"') + purpose(**one)) for n, one in enumerate(GRANTED.values())
    ]

    assert [proof.theorem.name for proof in prove(agreements) if not proof.holds] == []


@pytest.mark.parametrize(("about", "word"), [(line.about, line.word) for line in FLOOR.lines], ids=str)
def test_a_word_on_the_floor_is_refused_with_its_red_line(about: About, word: str) -> None:
    said = {
        About.PURPOSE: {"code": f'"{word}"'},
        About.SEARCH: {"search_by": f'[["name", "birth_date", "{word}"]]'},
        About.FIELD: {"fields": f'["name", "{word}"]'},
        About.ROW: {"rows": f'{{ status = ["{word}"] }}'},
        About.STEP: {"tell_of": f'["charged", "{word}"]'},
    }[about]

    reading = read(**said)

    assert reading.on_the_floor
    (fault,) = reading.faults
    assert fault.red_line == FLOOR.because(about, word)
    assert word in fault.sentence
    assert (HEAD + purpose(**said)).splitlines()[fault.line - 1].count(word) == 1


@pytest.mark.parametrize("search", [*([number] for number in NUMBERS), ["name"], ["birth_date"], ["pid", "otn"]])
def test_less_than_one_named_person_is_on_the_floor(search: list[str]) -> None:
    reading = read(search_by=str([search]).replace("'", '"'))

    assert reading.on_the_floor


@pytest.mark.parametrize("field", WARRANT_FIELDS)
def test_what_only_a_judge_opens_is_refused_without_a_warrant(field: str) -> None:
    assert read(fields=f'["{field}"]').on_the_floor


@pytest.mark.parametrize("status", WARRANT_STATUS)
def test_rows_that_only_a_judge_opens_are_refused_without_a_warrant(status: str) -> None:
    assert read(rows=f'{{ status = ["{status}"] }}').on_the_floor


def test_where_a_judge_opens_custody_nobody_is_told_of_anything() -> None:
    reading = read(judicial_warrant="true", tell_of='["charged"]')

    assert reading.on_the_floor
    assert "21-3600" in reading.faults[0].shown


def test_where_each_inquiry_needs_a_second_signature_nobody_is_told_of_anything() -> None:
    (fault,) = read(co_sign="true", tell_of='["charged"]').faults

    assert "second signature" in fault.sentence


def test_every_step_of_which_a_partner_may_be_told_has_its_steps_in_the_life_of_an_arrest() -> None:
    assert set(TELL_OF) <= set(AFTER_STEPS)
    assert {step for word in TELL_OF for step in AFTER_STEPS[word]} <= set(STEPS)


def test_the_floors_file_and_the_known_words_agree() -> None:
    assert {about: set(FLOOR.words(about)) for about in About} == {about: set(words) for about, words in KNOWN.items()}


def test_a_floor_that_says_a_word_twice_is_refused() -> None:
    line = '[[line]]\nword = "race"\nabout = "field"\nbecause = "x"\n'

    with pytest.raises(ValueError, match="twice"):
        read_floor("version = 1\n" + line + line)


def test_every_clause_that_terms_can_hold_is_enforced_attested_or_prose_and_nothing_else_stands_in_the_table() -> None:
    of_head = {"id", "partner", "units", "term", "consent", "fee_usd_per_year", "text"}
    tables = (("purpose", Purpose), ("limits", Limits), ("duties", Duties), ("watch", Watch))
    known = {f"agreement.{key}" for key in of_head}
    known |= {f"{table}.{field.name}" for table, kind in tables for field in fields(kind)}

    assert set(CLAUSES) == known
    assert {enforcement for enforcement, _ in CLAUSES.values()} == set(Enforcement)
    assert {key for key, _ in CLAUSES_OTHERWISE} <= known


def becoming(enforcement: Enforcement) -> set[str]:
    """The clauses that become this, whatever they say."""
    return {key for key, (what, _) in CLAUSES.items() if what is enforcement}


def reads(source: str, key: str) -> bool:
    """Whether code reads a clause off terms."""
    return re.search(rf"\.{key.partition('.')[2]}\b", source) is not None


def test_what_is_enforced_is_read_by_code_that_does_more_than_read_and_tell_terms() -> None:
    telling = {"amendment.py", "reading.py", "vocabulary.py", "words.py"}
    rooms = Path(vocabulary.__file__).parents[1]
    ours = [path for path in rooms.rglob("*.py") if path.parent.name != "sharing" or path.name not in telling]
    doing = "".join(path.read_text() for path in ours)

    assert {key for key in becoming(Enforcement.ENFORCED) if not reads(doing, key)} == set()
    assert not reads(doing, "agreement.fee_usd_per_year")


def test_what_is_attested_is_what_a_partner_owes_by_a_day() -> None:
    owing = Path(duties.__file__).read_text()

    assert becoming(Enforcement.ATTESTED) == {key for key in CLAUSES if key.startswith("duties.") and reads(owing, key)}


OTHERWISE = {
    "a partner number": ({"case_reference": '"partner"'}, "", "nothing to compare it with"),
    "a warrant number": ({}, "", "belong to the person"),
    "no second signature": ({}, "", "unless the watch asks for one"),
    "a second signature": ({"co_sign": "true"}, "", "another person of the partner signs"),
    "no judge": ({}, "", "enforced: what only a judge opens is not given"),
    "a judge": ({"judicial_warrant": "true"}, "", "that a judge signed it, nobody can see from here"),
    "passing on is forbidden": ({}, "", "enforced: nothing is asked for another registered agency"),
    "passing on": ({}, '[duties]\nonward = "with written consent"\n', "prose: on whose behalf is written down"),
    "late for ever": ({}, "", "no duty that is overdue ends the term"),
    "late for days": ({}, "[duties]\noverdue_suspends_after_days = 14\n", "for more days ends the term"),
    "the fee": ({}, "", "prose: nothing here asks for it"),
    "the watch": ({}, "", "enforced: look-ups beyond it that chance does not explain"),
}


@pytest.mark.parametrize("what", sorted(OTHERWISE))
def test_a_page_says_what_becomes_of_a_clause_that_says_so(what: str) -> None:
    changed, more, told = OTHERWISE[what]

    assert told in describe(terms_of(HEAD + purpose(**changed) + more))


def test_every_clause_of_which_something_else_becomes_can_say_so() -> None:
    some = purpose(case_reference='"partner"') + '[duties]\nonward = "with written consent"\n'

    said = {(clause.key, clause.value) for clause in clauses(terms_of(HEAD + some))}

    assert set(CLAUSES_OTHERWISE) <= said


def test_a_page_of_terms_tells_every_clause_once_for_each_purpose() -> None:
    text = HEAD + 'fee_usd_per_year = 5565\ntext = "signed.md"\n'
    full = purpose(tell_of='["charged"]', fields='["name", "birth_date"]', transform='{ birth_date = "year" }')

    told = [clause.key for clause in clauses(terms_of(text + full))]

    assert sorted(told) == sorted(CLAUSES)


def test_every_word_that_may_be_given_has_its_columns_its_writer_and_its_name() -> None:
    words = {*FIELDS, *WARRANT_FIELDS}

    assert set(WRITER) == words
    assert words | set(FLOOR_FIELDS) | set(CRITERIA) <= set(FIELD_WORDS)
    assert all(kinds_of(word) for word in words)
    assert [word for word in words if kinds_of(word) & FREE_KINDS] == []


def test_the_store_knows_every_word_of_rows() -> None:
    assert set(STATUS_SQL) == {*STATUS, *WARRANT_STATUS}
    assert set(AFTER_STEPS) == set(AFTER)
    assert set(CLASS_GRADES) == set(CHARGE_CLASSES)
    assert {field.name for field in fields(Rows)} == {"status", "after", "delay_hours", "charge_class", "district"}


def test_what_is_withheld_is_every_known_field_but_those_that_are_given() -> None:
    terms = terms_of(HEAD + purpose(fields='["name", "photo"]'))
    projected = projection(terms.purposes[0])

    kept = {one.field: one.reason for one in withheld(projected, terms.purposes[0])}

    assert set(kept) == {*FIELDS, *WARRANT_FIELDS, *FLOOR_FIELDS} - {"name", "photo"}
    assert set(kept.values()) <= set(REASON_WORDS)
    assert {field for field, reason in kept.items() if reason == "red-line"} == set(FLOOR_FIELDS)
    assert {field for field, reason in kept.items() if reason == "judicial-warrant"} == set(WARRANT_FIELDS)


def test_a_units_limit_and_an_end_by_overdue_duties_are_read_told_and_left_out() -> None:
    said = read("\n[limits]\nper_unit_per_day = 60\n[duties]\noverdue_suspends_after_days = 14\n").terms
    silent = read().terms
    assert said is not None
    assert silent is not None

    assert (said.limits.of_unit, said.duties.overdue_suspends_after_days) == (60, 14)
    assert "limits.per_unit_per_day = 60" in describe(said)
    assert "duties.overdue_suspends_after_days = more than 14 days" in describe(said)
    assert (silent.limits.of_unit, silent.duties.overdue_suspends_after_days) == (100, None)
    assert "limits.per_unit_per_day = as many as the agency" in describe(silent)
    assert "duties.overdue_suspends_after_days = never by itself" in describe(silent)


@pytest.mark.parametrize("rule", list(Consent))
def test_each_rule_of_consent_and_of_passing_on_is_read(rule: Consent) -> None:
    head = HEAD.replace('"unanimous"', f'"{rule.value}"')

    for onward in Onward:
        reading = read(f'\n[duties]\nonward = "{onward.value}"\n', head=head)

        assert reading.faults == ()
        assert reading.terms is not None
        assert (reading.terms.consent, reading.terms.duties.onward) == (rule, onward)


def _taken_without(word: str) -> set[str]:
    """The words of `after` of which a step can be taken by somebody of whom no step of that word was."""
    never, seen, waiting, found = set(AFTER_STEPS[word]), {Standing()}, [Standing()], set[str]()
    while waiting:
        standing = waiting.pop()
        for step in STEPS.values():
            if step.name in never or not step.open_at(standing):
                continue
            found |= {other for other, steps in AFTER_STEPS.items() if step.name in steps}
            for outcome in step.outcomes or [None]:
                following = after_step(standing, step, outcome)
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
    return found


@pytest.mark.parametrize("word", AFTER)
def test_a_later_word_is_one_that_the_table_of_steps_lets_nobody_reach_without_the_earlier(word: str) -> None:
    assert set(AFTER_WITHIN[word]) == set(AFTER) - (_taken_without(word) - {word})


def test_a_status_lies_within_another_as_the_store_finds_it() -> None:
    for word in STATUS:
        for other in STATUS:
            wide, narrow = STATUS_SQL[word].get("court"), STATUS_SQL[other].get("court")
            within = wide is None or (narrow is not None and set(narrow) <= set(wide))
            assert (other in STATUS_WITHIN[word]) is within, (word, other)


def test_every_field_number_and_step_has_an_owner_who_writes_it() -> None:
    assert set(WRITER) == {*FIELDS, *WARRANT_FIELDS}
    assert set(NUMBERS) <= set(WRITER)
    assert set(STEP_WRITER) == set(TELL_OF)
