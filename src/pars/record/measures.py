"""How tall and how heavy somebody is: desks write feet, inches and pounds, programs centimeters and kilograms.

An inch is more than two centimeters, so every whole inch comes back from whole centimeters. A pound is less than half a
kilogram, so pounds that were typed do not come back from whole kilograms: they are kept beside them.
"""

from typing import NamedTuple

_CM_PER_INCH = 2.54
_KG_PER_POUND = 0.45359237


class Height(NamedTuple):
    """As a desk writes it."""

    feet: int
    inches: int


def centimeters(feet: int, inches: int) -> int:
    """A height in whole centimeters; 102 inches without feet are one, too."""
    return round((feet * 12 + inches) * _CM_PER_INCH)


def height(height_cm: int) -> Height:
    """A height as desks write it, with fewer than twelve inches."""
    return Height(*divmod(round(height_cm / _CM_PER_INCH), 12))


def kilograms(weight_lb: int) -> int:
    """A weight in whole kilograms."""
    return round(weight_lb * _KG_PER_POUND)


def pounds(weight_kg: int) -> int:
    """The nearest pounds to a weight that was given in kilograms."""
    return round(weight_kg / _KG_PER_POUND)
