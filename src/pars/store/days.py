"""Days of the city in SQL, for statements that compare them with days; the city's zone is the clock's."""

from typing import Final, LiteralString

from pars.clock import ZONE


def day_in_city(instant: LiteralString) -> LiteralString:
    """The day that people in the city would write for an instant, which is an expression of our own words."""
    return f"({instant} at time zone '{ZONE}')::date"


TODAY: Final = day_in_city("house.city_now()")
"""The city's day of now."""
