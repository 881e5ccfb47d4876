"""The parameters of the watch that no agreement states: they stand before any log is read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Detector(StrEnum):
    """The habits that the watch knows, by the name that an alarm carries."""

    DISPARITY = "disparity"
    COVERAGE = "coverage"
    UNLINKED = "unlinked"
    CRAWL_NAMES = "crawl-names"
    CRAWL_BIRTH_DATES = "crawl-birth-dates"
    CRAWL_NUMBERS = "crawl-numbers"
    NO_HITS = "no-hits"
    GUESSING = "guessing"
    CLOCKWORK = "clockwork"
    TEMPLATE = "template"
    FAN_OUT = "fan-out"
    DORMANT = "dormant"
    CROWD = "crowd"
    SIDE_DOOR = "side-door"
    CANARY = "canary"
    OWN_NAME = "own-name"
    OWN_SURNAME = "own-surname"
    COLLEAGUE = "colleague"
    ATTENTION = "attention"


class Level(StrEnum):
    """Whose look-ups are taken together. A cohort: the accounts that first asked, or asked again, in one month."""

    AGENCY = "agency"
    USER = "user"
    COHORT = "cohort"
    PURPOSE = "purpose"
    BEHALF = "behalf"


BUDGET: Final = {
    Detector.DISPARITY: 0.48,
    Detector.COVERAGE: 0.26,
    Detector.UNLINKED: 0.08,
    Detector.CRAWL_NAMES: 0.08,
    Detector.CRAWL_BIRTH_DATES: 0.03,
    Detector.CRAWL_NUMBERS: 0.03,
    Detector.NO_HITS: 0.02,
    Detector.GUESSING: 0.02,
}
"""How the agreement's bound is spread over the detectors that may ask for a signature or suspend; together 1."""
LEVELS: Final = {
    Level.AGENCY: 0.38,
    Level.USER: 0.42,
    Level.COHORT: 0.12,
    Level.PURPOSE: 0.04,
    Level.BEHALF: 0.04,
}
"""How a detector's part is spread over levels; together 1. Coverage has the agency's alone, an order that one goes
through is the agency's or a user's."""

NO_HITS_ALLOWED: Final = 0.8
"""A partner that serves warrants honestly finds most of its people not there."""
GUESSING_ALLOWED: Final = 0.25
"""Share of a user's look-ups that ask for the name of the last no-hit with another birth date."""

NOTES: Final = {
    Detector.CLOCKWORK: 0.2,
    Detector.TEMPLATE: 0.5,
    Detector.FAN_OUT: 0.1,
    Detector.DORMANT: 0.05,
    Detector.CROWD: 0.2,
    Detector.SIDE_DOOR: 0.2,
}
"""Habits that no agreement speaks of: they are noted and never act, with the share that is nothing special."""
NOTED_A_YEAR: Final = 1.0
"""What is only noted falls on an honest partner at most this often a year, each detector by itself."""

BY_NAME: Final = (Detector.OWN_NAME, Detector.OWN_SURNAME, Detector.COLLEAGUE)
"""Habits that rest on what an account is called; noted, never more. No line of a log for replay says it."""
SURNAME_AT_MOST: Final = 0.02
"""No surname is borne by more of those who are looked up; the country's most frequent one has 0.8 % of all."""
GIVEN_NAME_AT_MOST: Final = 0.05
"""No given name is borne by more of those of a surname; in the census of 1990 the most frequent had 3.3 % of men."""
OWN_PEOPLE_NOTED_A_YEAR: Final = 12.0
"""The same rate for each agency of the owners, whose people open far more records than a partner asks about."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A pattern that needs an explanation: which, on what evidence, what follows, and whose look-ups most of it is."""

    detector: Detector
    evidence: str
    action: str
    level: Level = Level.AGENCY
    key: str = ""
