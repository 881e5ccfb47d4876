"""The record of an answer: each released word with its value, or with less of it, and nothing besides."""

import copy
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.record.bail import CONDITIONS
from pars.sharing.release import Projection, Value, of_fields, record
from pars.sharing.vocabulary import FIELDS, TRANSFORMS, WARRANT_FIELDS, Transform

BAIL = {"type": "monetary", "amount_usd": 5000, "percent": 10, "conditions": ["no-contact"]}
WAYS = {word: [how for how in TRANSFORMS if word in TRANSFORMS[how]] for words in TRANSFORMS.values() for word in words}
DATES, NUMBERS = ("birth_date", "arrest.date", "arraignment.date"), ("pid", "sid", "otn", "dc_number", "docket_number")


def narrowed(word: str, value: Value, how: Transform | None) -> Value:
    """What leaves of one value, said once more and as plainly as it can be."""
    if word == "bail" and isinstance(value, dict):
        return {**value, "conditions": [one for one in value["conditions"] if one in CONDITIONS]}
    if how is None or not isinstance(value, str):
        return value
    if how is Transform.BAND:
        return f"{value[:3]}0-{value[:3]}9"
    return value[:4] if how is Transform.YEAR else value[-4:]


VALUES: Mapping[str, st.SearchStrategy[Value]] = {
    **dict.fromkeys(DATES, st.none() | st.dates().map(str)),
    **dict.fromkeys(NUMBERS, st.none() | st.text("0123456789-", max_size=12)),
    "bail": st.none()
    | st.lists(st.sampled_from([*CONDITIONS, "Stay away from Marked Person"])).map(
        lambda said: {**BAIL, "conditions": said}
    ),
}


@st.composite
def projections_with_values(draw: st.DrawFn) -> tuple[Projection, Mapping[str, Transform], Sequence[Value]]:
    """Any words that can be released, some of them narrowed, and what might stand there."""
    fields = tuple(draw(st.lists(st.sampled_from((*FIELDS, *WARRANT_FIELDS)), unique=True)))
    transform = {word: draw(st.sampled_from(WAYS[word])) for word in fields if word in WAYS and draw(st.booleans())}
    values = tuple(draw(VALUES.get(word, st.none() | st.text(max_size=5))) for word in fields)
    return of_fields(fields, transform=transform), transform, values


@given(projections_with_values())
def test_a_record_is_each_released_word_with_its_value_narrowed_as_agreed(
    made: tuple[Projection, Mapping[str, Transform], Sequence[Value]],
) -> None:
    projected, transform, values = made
    read = copy.deepcopy(values)

    answered = record(projected, values)

    told = zip(projected.fields, values, strict=True)
    assert answered == {word: narrowed(word, value, transform.get(word)) for word, value in told}
    assert tuple(answered) == projected.fields  # in their order, which an answer is written in
    assert values == read  # what was read stays as it was


def test_a_condition_that_is_no_code_stays_behind() -> None:
    """T10. Whatever else stands there might name somebody."""
    projected = of_fields(("bail",))

    answered = record(projected, ({**BAIL, "conditions": ["curfew", "Stay away from Marked Person", "travel"]},))

    assert answered == {"bail": {**BAIL, "conditions": ["curfew", "travel"]}}


@pytest.mark.parametrize("values", [(), ("Quillfeather",), ("Quillfeather", "1990-02-03", "a value too many")])
def test_values_that_are_not_one_for_each_word_are_no_record(values: Sequence[Value]) -> None:
    with pytest.raises(ValueError, match="a value for each word"):
        record(of_fields(("name", "birth_date")), values)


def test_two_records_share_nothing_that_one_of_them_could_change() -> None:
    projected = of_fields(("name", "sex"))
    first = record(projected, ("Quillfeather", "F"))
    first |= {"name": "another", "narrative": "Marked narrative."}

    assert record(projected, (None, None)) == {"name": None, "sex": None}
