"""Reading terms: what is not understood is refused, with its line, and nothing is silently ignored."""

import time
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.sharing.agreement import Duties, Limits, Rows, Watch, version_hash
from pars.sharing.cells import MOST_FAULTS
from pars.sharing.floor import FLOOR
from pars.sharing.reading import MOST_CHARACTERS, NoToml, _Reader, read_terms, terms_of

GOOD = """# a contract
[agreement]
id = "example-sheriff-2026"
partner = "Example County Sheriff"
units = ["warrants"]
term = { from = 2026-09-01, until = 2027-08-31 }
consent = "unanimous"
fee_usd_per_year = 5565
text = "example-sheriff-2026.md"

[[purpose]]
code = "warrant-service"
case_reference = "warrant"
search_by = [["name", "birth_date"], ["otn", "name"]]
fields = ["name", "birth_date", "charges", "arraignment.date", "bail"]
rows = { status = ["charged"], after = "arraigned" }

[limits]
per_user_per_day = 20
per_agency_per_day = 100

[duties]
outcome_within_days = 30
retain_days = 90
onward = "forbidden"

[watch]
odds_ratio_allowed = 1.5
coverage_allowed = 0.35
unlinked_allowed = 0.06
false_alarms_per_year = 0.01
"""


def test_the_example_of_the_design_is_read_whole() -> None:
    terms = terms_of(GOOD)

    assert (terms.id, terms.partner, terms.units) == ("example-sheriff-2026", "Example County Sheriff", ("warrants",))
    assert (terms.term.first, terms.term.last) == (date(2026, 9, 1), date(2027, 8, 31))
    assert terms.purposes[0].search_by == (frozenset({"name", "birth_date"}), frozenset({"otn", "name"}))
    assert terms.purposes[0].rows == Rows(("charged",), "arraigned")
    assert (terms.limits, terms.duties, terms.watch) == (Limits(), Duties(), Watch())
    assert terms.fee_usd_per_year == 5565


def test_what_is_not_said_stands_by_default() -> None:
    short = GOOD.split("[limits]", maxsplit=1)[0].replace("rows =", "# rows =").replace("fee_usd", "# fee_usd")
    terms = terms_of(short)

    assert (terms.limits, terms.duties, terms.watch, terms.fee_usd_per_year) == (Limits(), Duties(), Watch(), 0)
    assert terms.purposes[0].rows == Rows(("charged",), "charged")


WRONG = {
    "an unknown table": ("[watch]", "[surveillance]", "surveillance"),
    "an unknown key of the head": ('text = "example', 'scope = "example', "scope"),
    "an unknown key of a purpose": ("rows =", "columns =", "columns"),
    "an unknown key of rows": ("status = [", "state = [", "state"),
    "an unknown key of limits": ("per_user_per_day", "per_user_per_hour", "per_user_per_hour"),
    "an unknown key of duties": ("retain_days", "keep_days", "keep_days"),
    "an unknown key of watch": ("odds_ratio_allowed", "odds_allowed", "odds_allowed"),
    "a unit that may ask more than the agency": (
        "per_agency_per_day = 100",
        "per_agency_per_day = 100\nper_unit_per_day = 101",
        "lies between",
    ),
    "a unit that may ask less than one user": (
        "per_agency_per_day = 100",
        "per_agency_per_day = 100\nper_unit_per_day = 19",
        "lies between",
    ),
    "no day to be late": (
        "retain_days = 90",
        "retain_days = 90\noverdue_suspends_after_days = 0",
        "whole number from 1",
    ),
    "late by half a day": (
        "retain_days = 90",
        "retain_days = 90\noverdue_suspends_after_days = 0.5",
        "whole number from 1",
    ),
    "an unknown key of the term": ("until =", "to =", "to"),
    "an unknown purpose": ('"warrant-service"', '"curiosity"', "curiosity"),
    "an unknown case reference": ('case_reference = "warrant"', 'case_reference = "hunch"', "hunch"),
    "an unknown criterion": ('["otn", "name"]', '["shoe_size", "name"]', "shoe_size"),
    "an unknown field": ('"bail"]', '"horoscope"]', "horoscope"),
    "an unknown status": ('["charged"]', '["suspected"]', "suspected"),
    "a step before charged": ('after = "arraigned"', 'after = "booked"', "booked"),
    "an unknown consent": ('"unanimous"', '"one of three"', "one of three"),
    "an unknown onward": ('"forbidden"', '"welcome"', "welcome"),
    "a criterion said twice": ('["otn", "name"]', '["name", "name"]', "once"),
    "a set said twice": ('["otn", "name"]', '["birth_date", "name"]', "twice"),
    "a field said twice": ('"charges", ', '"charges", "charges", ', "twice"),
    "no units": ('["warrants"]', "[]", "units may not be empty"),
    "all and others": ('["warrants"]', '["all", "warrants"]', "stands alone"),
    "a term that ends before it begins": ("until = 2027-08-31", "until = 2025-08-31", "before it begins"),
    "a term of texts": ("until = 2027-08-31", 'until = "2027-08-31"', "two days"),
    "a term of instants": ("until = 2027-08-31", "until = 2027-08-31T00:00:00Z", "two days"),
    "a negative limit": ("per_user_per_day = 20", "per_user_per_day = -1", "whole number"),
    "a limit of none": ("per_user_per_day = 20", "per_user_per_day = 0", "whole number"),
    "a true limit": ("per_user_per_day = 20", "per_user_per_day = true", "whole number"),
    "a user above the agency": ("per_user_per_day = 20", "per_user_per_day = 200", "whole agency"),
    "a share above one": ("coverage_allowed = 0.35", "coverage_allowed = 1.35", "number from"),
    "not a number": ("coverage_allowed = 0.35", "coverage_allowed = nan", "number from"),
    "no false alarms at all": ("false_alarms_per_year = 0.01", "false_alarms_per_year = 0", "above"),
    "a negative fee": ("fee_usd_per_year = 5565", "fee_usd_per_year = -5", "whole number"),
    "a name with capitals": ('"example-sheriff-2026"', '"Example Sheriff"', "small letters"),
    "a partner of nothing": ('"Example County Sheriff"', '"  "', "line of text"),
    "a partner of two lines": ('"Example County Sheriff"', '"Example\\nSheriff"', "line of text"),
    "search_by that is no list": ('[["name", "birth_date"], ["otn", "name"]]', '"name"', "list of sets"),
    "search_by of nothing": ('[["name", "birth_date"], ["otn", "name"]]', "[]", "search_by may not be empty"),
    "fields of nothing": ('["name", "birth_date", "charges", "arraignment.date", "bail"]', "[]", "may not be empty"),
    "a set of nothing": ('["otn", "name"]', "[]", "not empty"),
    "a set of a number": ('["otn", "name"]', '["otn", 3]', "once, as text"),
    "a consent that is a table": ('consent = "unanimous"', "consent.of.all = 3", "a table is no consent"),
    "a consent that is a list": ('"unanimous"', '["unanimous"]', "a list is no consent"),
    "a consent of thousands of digits": ('"unanimous"', "0x" + "f" * 5000, "a number so large is no consent"),
    "a consent of many words": ('"unanimous"', f'"{"a" * 500}"', f"“{'a' * 60}…” is no consent"),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_terms_that_are_not_understood_are_refused_at_their_line(what: str) -> None:
    old, new, told = WRONG[what]
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    changed = next(
        n for n, (one, other) in enumerate(zip(GOOD.splitlines(), text.splitlines(), strict=False)) if one != other
    )

    faults = read_terms(text).faults

    assert any(told in fault.sentence for fault in faults), faults
    assert changed + 1 in {fault.line for fault in faults}
    with pytest.raises(BadInput, match="line "):
        terms_of(text)


@pytest.mark.parametrize(
    "key", ["id", "partner", "units", "term", "consent", "code", "case_reference", "search_by", "fields"]
)
def test_a_required_word_that_is_missing_is_named(key: str) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))

    assert any(key in fault.sentence for fault in read_terms(text).faults)


def test_every_fault_is_told_at_once() -> None:
    text = (
        GOOD.replace('"bail"]', '"horoscope"]').replace('"unanimous"', '"one of three"').replace("retain_days", "keep")
    )

    assert len(read_terms(text).faults) == 3


def test_a_transform_narrows_a_field_of_the_purpose_in_a_way_that_fits() -> None:
    for transform, told in (
        ('{ sex = "year" }', "no field of this purpose"),
        ('{ charges = "last4" }', "cannot be narrowed"),
        ('{ birth_date = "month" }', "no transform"),
        ('{ arraignment.date = "year" }', 'in quotes: transform = { "arraignment.date" = "year" }'),
        ('{ birth.date = "year" }', "a table is no transform"),
    ):
        text = GOOD.replace("[limits]", f"transform = {transform}\n[limits]")

        assert any(told in fault.sentence for fault in read_terms(text).faults)


def test_two_purposes_of_one_code_contradict_one_another() -> None:
    purpose = GOOD[GOOD.index("[[purpose]]") : GOOD.index("[limits]")]

    assert any("twice" in fault.sentence for fault in read_terms(GOOD + "\n" + purpose).faults)


def test_a_file_that_is_no_toml_is_told_from_terms_that_are_wrong() -> None:
    for text in (
        "this is a letter, not a file of terms",
        GOOD + "x = " + "[" * 5000 + "]" * 5000,
        GOOD.replace("5565", "9" * 5000),
        GOOD + 'id = "again"\nid = "and again"\n',
        GOOD.replace("2027-08-31", "2027-02-30"),
    ):
        with pytest.raises(NoToml, match="no TOML"):
            read_terms(text)


@pytest.mark.parametrize("dot", [".", " . "])
@pytest.mark.parametrize("part", ["a", '"a b"', "'a.b'", r'"\""'])
def test_a_key_of_thousands_of_parts_is_refused_at_once(part: str, dot: str) -> None:
    deep = dot.join([part] * 16_000)
    began = time.process_time()

    for text in (f"{deep} = 1\n", f"[{deep}]\n", GOOD.replace("consent =", f"consent.{deep} =")):
        with pytest.raises(NoToml, match="fifty parts"):
            read_terms(text)

    assert time.process_time() - began < 2


def test_a_value_that_lies_deep_is_named_by_what_it_is() -> None:
    deep = ".".join(["a"] * 45)
    shown = read_terms(GOOD.replace("[limits]", f"transform.{deep} = {{ {deep} = {{ {deep} = 1 }} }}\n[limits]")).faults

    assert [fault.sentence.split(" here")[0] for fault in shown] == ["a table is no transform"]


def test_a_file_longer_than_any_contract_is_not_read() -> None:
    with pytest.raises(NoToml, match="longer than terms can be"):
        read_terms(GOOD + "# " + "x" * MOST_CHARACTERS)


def test_a_byte_order_mark_and_the_line_ends_of_another_system_change_nothing() -> None:
    assert terms_of("\ufeff" + GOOD.replace("\n", "\r\n")) == terms_of(GOOD)


def test_lines_are_counted_as_toml_ends_them() -> None:
    text = GOOD.replace("# a contract", "# a\u2028con\x85tract").replace("retain_days", "keep_days")

    (fault,) = read_terms(text).faults

    assert text.split("\n")[fault.line - 1].startswith("keep_days")


def test_what_a_terminal_would_obey_is_not_repeated_to_it() -> None:
    (fault,) = read_terms(GOOD.replace('"bail"]', '"ba\\u001b[31mil"]')).faults

    assert fault.sentence.isprintable()


def test_a_flood_of_faults_is_told_in_part_and_in_time() -> None:
    flood = "".join(f"k{number} = 1\n" for number in range(10_000))
    began = time.process_time()

    reading = read_terms(GOOD.replace("[limits]", f"[limits]\n{flood}"))

    assert len(reading.faults) == MOST_FAULTS
    assert time.process_time() - began < 5


def test_a_flood_of_faults_hides_no_red_line() -> None:
    flood = "".join(f"k{number} = 1\n" for number in range(2 * MOST_FAULTS))

    reading = read_terms(flood + GOOD.replace('"bail"]', '"victims"]'))

    assert len(reading.faults) == MOST_FAULTS + 1
    assert [fault.sentence for fault in reading.faults if fault.red_line] == [
        "“victims” is on the floor: no agreement gives it"
    ]


MISSING = {
    "no partner": ('partner = "Example County Sheriff"\n', "", ("agreement.partner",)),
    "a term that ends before it begins": ("until = 2027", "until = 2025", ("agreement.term",)),
    "another rule": ('"unanimous"', '"one of three"', ("agreement.consent",)),
    "no units": ('["warrants"]', "[]", ("agreement.units",)),
    "another purpose": ('"warrant-service"', '"curiosity"', ("purpose[0].code",)),
    "another case": ('"warrant"', '"hunch"', ("purpose[0].case_reference",)),
    "sets that are none": ('[["name", "birth_date"], ["otn", "name"]]', '["otn"]', ("purpose[0].search_by",)),
    "another status": ('["charged"]', '["suspected"]', ("purpose[0].rows.status",)),
    "no head": (GOOD[: GOOD.index("[[purpose]]")], "", ("agreement",)),
}


@pytest.mark.parametrize("what", sorted(MISSING))
def test_what_can_be_read_is_kept_for_proving_with_a_stand_in_for_what_cannot(what: str) -> None:
    old, new, stand_ins = MISSING[what]
    assert old in GOOD

    reading = read_terms(GOOD.replace(old, new, 1).replace('"bail"]', '"victims"]'))

    assert reading.terms is None
    assert reading.on_the_floor
    assert reading.stand_ins == stand_ins
    assert reading.readable is not None
    assert "victims" in reading.readable.purposes[0].fields


def test_a_purpose_that_cannot_be_read_whole_is_kept_for_proving_beside_one_that_can() -> None:
    second = GOOD[GOOD.index("[[purpose]]") : GOOD.index("[limits]")].replace('"warrant-service"', '"curiosity"')

    reading = read_terms(GOOD + second.replace('"bail"]', '"victims"]'))

    assert reading.terms is not None
    assert [one.code for one in reading.terms.purposes] == ["warrant-service"]
    assert reading.readable is not None
    assert "victims" in reading.readable.purposes[1].fields


def test_a_word_of_the_floor_is_told_beside_what_is_no_word() -> None:
    for old, new in (('"bail"]', '"victims", 3]'), ('["otn", "name"]', '["otn", "otn", "birthplace"]')):
        reading = read_terms(GOOD.replace(old, new, 1))

        assert reading.on_the_floor
        assert len(reading.faults) == 2


def test_a_version_is_named_by_every_byte_of_its_text() -> None:
    assert version_hash(GOOD) != version_hash(GOOD + " ")
    assert len(version_hash(GOOD)) == 64


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
PATHS = [
    ("agreement", "id"), ("agreement", "units"), ("agreement", "term"), ("agreement", "consent"),
    ("agreement", "fee_usd_per_year"), ("agreement", "text"), ("limits", "per_user_per_day"), ("duties", "onward"),
    ("watch", "coverage_allowed"), ("purpose", "fields"), ("purpose", "search_by"), ("purpose", "rows"),
    ("purpose", "transform"), ("purpose", "co_sign"), ("purpose", "judicial_warrant"), ("purpose", "code"),
]  # fmt: skip


@given(path=st.sampled_from(PATHS), value=VALUES)
def test_whatever_stands_in_a_clause_is_read_or_a_fault_and_never_a_crash(path: tuple[str, str], value: object) -> None:
    said = tomllib.loads(GOOD)
    table = said["purpose"][0] if path[0] == "purpose" else said[path[0]]
    table[path[1]] = value

    reader = _Reader(GOOD, FLOOR)
    terms = reader.terms(said)

    assert terms is not None or reader.faults
    assert all(fault.sentence and fault.line >= 1 for fault in reader.faults)
