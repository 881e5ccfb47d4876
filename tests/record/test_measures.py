"""What a desk types in feet, inches and pounds comes back as it was typed."""

import pytest

from pars.actions.person_given import HEIGHT, WEIGHT, PersonGiven, person_row
from pars.errors import BadInput
from pars.record.measures import centimeters, height, kilograms, pounds


def test_every_whole_inch_comes_back() -> None:
    for inches in range(16, 103):
        tall = height(centimeters(0, inches))

        assert (tall.feet, tall.inches) == divmod(inches, 12)
        assert centimeters(*tall) == centimeters(0, inches)


def test_every_whole_pound_is_kept_as_it_was_typed_with_its_kilograms() -> None:
    for typed in range(4, 883):
        row = person_row(PersonGiven(weight_lb=typed))

        assert (row["weight_lb"], row["weight_kg"]) == (typed, kilograms(typed))
        assert abs(pounds(kilograms(typed)) - typed) <= 1


@pytest.mark.parametrize("person", [PersonGiven(weight_lb=3), PersonGiven(weight_lb=883), PersonGiven(weight_kg=401)])
def test_a_weight_that_nobody_has_is_refused_in_either_unit(person: PersonGiven) -> None:
    with pytest.raises(BadInput, match="between 4 and 882 pounds"):
        person_row(person)


def test_a_weight_that_came_in_kilograms_has_no_pounds() -> None:
    row = person_row(PersonGiven(weight_kg=82, height_cm=180))

    assert (row["weight_lb"], row["weight_kg"], row["height_cm"]) == (None, 82, 180)
    assert HEIGHT.least <= 180 <= HEIGHT.most
    assert WEIGHT.least <= 82 <= WEIGHT.most
