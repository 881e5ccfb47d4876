"""The evidence of an alarm in one neutral sentence, for the owners alone: a partner never reads it (T3)."""

from collections.abc import Mapping
from typing import Final

from pars.sharing.agreement import Watch
from pars.watch.attention import Drawn
from pars.watch.crawl import walked_at_most
from pars.watch.namesakes import Noted
from pars.watch.parameters import GUESSING_ALLOWED, NO_HITS_ALLOWED, NOTES, Detector, Level

_ORDER: Final = "people were looked up in the order of their {}, closer together than the stock explains"
_PATTERNS: Final[Mapping[Detector, str]] = {
    Detector.COVERAGE: (
        "more than {coverage:.0%} of the intake was looked up, of all or of a group, "
        "within a day, a week, a month or four months"
    ),
    Detector.UNLINKED: "more than {unlinked:.0%} of look-ups had no case that could be checked",
    Detector.CRAWL_NAMES: _ORDER.format("names"),
    Detector.CRAWL_BIRTH_DATES: _ORDER.format("birth dates"),
    Detector.CRAWL_NUMBERS: "more than {walked:.0%} of look-ups went on to a neighboring number or birth date",
    Detector.NO_HITS: f"more than {NO_HITS_ALLOWED:.0%} of look-ups found nobody",
    Detector.GUESSING: f"more than {GUESSING_ALLOWED:.0%} of look-ups tried a new birth date for a name asked in vain",
    Detector.CLOCKWORK: f"more than {NOTES[Detector.CLOCKWORK]:.0%} of pauses between look-ups were the same again",
    Detector.TEMPLATE: f"more than {NOTES[Detector.TEMPLATE]:.0%} of look-ups repeated the case reference before them",
    Detector.FAN_OUT: f"more than {NOTES[Detector.FAN_OUT]:.0%} of look-ups came from accounts that had never asked",
    Detector.DORMANT: f"more than {NOTES[Detector.DORMANT]:.0%} of look-ups came from accounts long quiet",
    Detector.CROWD: f"more than {NOTES[Detector.CROWD]:.0%} of look-ups were of people asked for by several accounts",
    Detector.SIDE_DOOR: f"more than {NOTES[Detector.SIDE_DOOR]:.0%} of look-ups were made on behalf of somebody else",
    Detector.CANARY: "a record that stands for nobody was looked up",
    Detector.OWN_NAME: "somebody of the user’s own full name was looked up, which chance hardly does",
    Detector.OWN_SURNAME: "people of the user’s own surname were looked up, more of them than chance explains",
    Detector.COLLEAGUE: "people of the full name of a colleague were looked up, more of them than chance explains",
    Detector.ATTENTION: (
        "accounts that found one arrest by a search, or opened it from outside their own queue or shift, "
        "within a week of its booking"
    ),
}
_DISPARITY: Final = (
    "people of {} “{}” were looked up at {} others of the same charge class; who belongs to that group is told by {}"
)
_WHOSE: Final = {
    Level.AGENCY: "counted over all look-ups of the agency",
    Level.USER: "mostly in look-ups by user {}",
    Level.COHORT: "mostly in look-ups by accounts that first asked, or asked again, in the same thirty days",
    Level.PURPOSE: "mostly in look-ups for the purpose {}",
    Level.BEHALF: "mostly in look-ups on behalf of {}",
}
_LABELS: Final = {"national origin": "shares of surnames in the 2020 census, as birthplaces are hardly ever known"}


def of_canary(user: str) -> str:
    """A record that the owners put there was asked for; no count is needed."""
    return f"{_PATTERNS[Detector.CANARY]}, by user {user}"


def of_name(noted: Noted) -> str:
    """Names that an account has to do with; it says whose look-ups these were, and nobody who was looked up."""
    strong = f"evidence {noted.evidence:,.0f}, where {noted.least:,.0f} is enough"
    return f"{_PATTERNS[noted.detector]}; look-ups: {noted.many}, by user {noted.account}; {strong}"


def of_attention(drawn: Drawn, last: str) -> str:
    """Many who looked at one arrest; it says how many, and by whose look it fell, and not at whom."""
    told = f"{drawn.many} {_PATTERNS[Detector.ATTENTION]}, the last of them user {last}"
    return f"{told}; no arrest of the month before had more than {drawn.before}"


def in_words(
    detector: Detector,
    terms: Watch,
    level: Level,
    key: str,
    evidence: float,
    least: float,
    group: tuple[str, str] | None = None,
) -> str:
    """What was seen, at which level, and how strong it is beside what was needed."""
    if detector is Detector.DISPARITY:
        name, value = group or ("any characteristic", "")
        seen = _DISPARITY.format(
            name, value, _odds(terms.odds_ratio_allowed), _LABELS.get(name, "the owners’ own labels")
        )
    else:
        walked = walked_at_most(terms.coverage_allowed)
        seen = _PATTERNS[detector].format(
            coverage=terms.coverage_allowed, unlinked=terms.unlinked_allowed, walked=walked
        )
    whose = _WHOSE[level].format(key)
    return f"{seen}; {whose}; evidence {evidence:,.0f}, where {least:,.0f} is enough"


def _odds(allowed: float) -> str:
    """Beyond which odds it was, against whom is said next; once the odds of others are simply their odds."""
    return "higher odds than" if allowed == 1 else f"more than {allowed:g} times the odds of"
