"""Numbers of downtime sheets: drawn by chance, read as people write them, and wrong ones are refused."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pars.errors import BadInput
from pars.record.sheets import LETTERS, MOST_SHEETS, SheetNumber, drawn

NUMBERS = drawn(MOST_SHEETS, Random(1).choice)


def test_no_two_are_alike_and_each_is_read_as_people_write_it() -> None:
    assert len(set(NUMBERS)) == MOST_SHEETS
    for number in NUMBERS:
        assert SheetNumber.parse(f" {number.lower().replace('-', ' ')} ") == number


@given(st.sampled_from(NUMBERS), st.integers(0, 9), st.sampled_from(LETTERS))
def test_one_wrong_sign_is_refused(number: SheetNumber, place: int, sign: str) -> None:
    plain = list(number.replace("-", ""))
    if plain[place] == sign:
        return
    plain[place] = sign

    with pytest.raises(BadInput, match="downtime sheet"):
        SheetNumber.parse("".join(plain))


@pytest.mark.parametrize("count", [0, -1, MOST_SHEETS + 1])
def test_no_sheet_and_a_pile_are_refused(count: int) -> None:
    with pytest.raises(BadInput):
        drawn(count, Random(1).choice)
