"""The evidence of an alarm as a sentence that people read."""

from dataclasses import replace

import pytest

from pars.sharing.agreement import Watch
from pars.watch.parameters import Detector, Level
from pars.watch.words import in_words

ABROAD = ("national origin", "abroad, by surname")


@pytest.mark.parametrize(
    ("allowed", "odds"),
    [(1.0, "at higher odds than others of the same"), (1.5, "at more than 1.5 times the odds of others of the same")],
)
def test_odds_are_said_as_people_compare_them(allowed: float, odds: str) -> None:
    terms = replace(Watch(), odds_ratio_allowed=allowed)

    said = in_words(Detector.DISPARITY, terms, Level.AGENCY, "sheriff", 2000.0, 1000.0, ABROAD)

    assert odds in said
    assert "told by shares of surnames in the 2020 census" in said
    assert said.endswith("; counted over all look-ups of the agency; evidence 2,000, where 1,000 is enough")


@pytest.mark.parametrize(
    ("level", "whose"),
    [
        (Level.USER, "mostly in look-ups by user one"),
        (Level.PURPOSE, "mostly in look-ups for the purpose one"),
        (Level.BEHALF, "mostly in look-ups on behalf of one"),
    ],
)
def test_whose_look_ups_a_pattern_is_mostly_of_is_named(level: Level, whose: str) -> None:
    assert f"; {whose}; evidence" in in_words(Detector.NO_HITS, Watch(), level, "one", 2000.0, 1000.0)
