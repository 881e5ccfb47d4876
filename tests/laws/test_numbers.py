"""Numbers of the law and of the plan, once more by the rule that says them: whoever changes one reads here what it was.

Tests elsewhere hold what the program does at a limit; this one holds the limit.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest

from pars import clock
from pars.actions import attesting, custody, keeping, signin
from pars.record import bail, calendar, calls, care, clocks, consular, figures, person
from pars.record.clocks import Level
from pars.sharing import breakglass, consent, duty, instrument, owed, subscription
from pars.watch import attention, coverage, crawl, evidence, grade, parameters, showing, stock, users

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

RULES: Final[Mapping[str, tuple[object, object]]] = {
    "somebody arrested without a warrant is before a magistrate within 48 hours": (clocks.LEGAL_LIMIT, 48 * HOUR),
    "the clock to the magistrate warns at 6, 12 and 20 hours and is over at 48": (
        clocks.TO_MAGISTRATE.minutes,
        "360:notice 720:amber 1200:red 2880:over",
    ),
    "the clock to the door warns at one hour and two": (clocks.TO_THE_DOOR.minutes, "60:amber 120:red"),
    "a child stays six hours at most, 237 Pa. Code 221": (clocks.CHILD.minutes, "180:amber 360:over"),
    "an interpreter is there within two hours": (clocks.INTERPRETER.minutes, "30:notice 60:amber 120:red"),
    "a cell is counted within two hours of the change of shift": (clocks.COUNT.minutes, "60:amber 120:red"),
    "a hearing on a hold is called up a day before, Rule 150": (clocks.HEARING_BEFORE, DAY),
    "a bench warrant's hearing is due within 72 hours, Rule 150": (custody.HEARING_WITHIN, 72 * HOUR),
    "a fugitive is kept 30 days, 42 Pa.C.S. 9136": (calendar.FUGITIVE_DAYS, 30),
    "and at most 60 more, 42 Pa.C.S. 9138": (calendar.FUGITIVE_EXTENSION_DAYS, 60),
    "a fugitive's commitment is called up five days before its end": (clocks.COMMITMENT_BEFORE, 5 * DAY),
    "a watched person is looked at every 5, 15 or 30 minutes": (
        care.LEVELS,
        {"constant": 5, "close": 15, "general": 30},
    ),
    "a missed check rings at once and is over after 15 minutes": (clocks.CARE_CHECK.minutes, "0:red 15:over"),
    "a call goes on unanswered after 30, 15, 10 or 5 minutes": (
        calls.ANSWER_WITHIN,
        {Level.NOTICE: 30 * MINUTE, Level.AMBER: 15 * MINUTE, Level.RED: 10 * MINUTE, Level.OVER: 5 * MINUTE},
    ),
    "an answer to a clock holds for four hours at most": (calls.LONGEST_UNTIL, 4 * HOUR),
    "a deposit is ten percent at most, Rule 528(C)": (bail.MOST_PERCENT, 10),
    "whoever is under 18 is a child": (person.ADULT_AGE, 18),
    "a terminal's clock runs five minutes ahead at most": (clock.AHEAD, 5 * MINUTE),
    "a consular request is erased 30 days after custody": (consular.KEPT, 30 * DAY),
    "a record is kept for an order two years at most": (keeping.LONGEST_HOLD, 731 * DAY),
    "no count under ten is published": (figures.LEAST, 10),
    "a screen locks after 30 minutes": (signin.IDLE, 30 * MINUTE),
    "five wrong passwords within 15 minutes lock an account": (
        (signin.TRIES, signin.TRIES_WITHIN),
        (5, 15 * MINUTE),
    ),
    "a password has twelve signs": (signin.SHORTEST_PASSWORD, 12),
    "what was sent in vain is kept for a day": (signin.FORMS_OUTLIVE, DAY),
    "an account is looked at anew each year, and warned 60 days before": (
        (attesting.REVIEW, attesting.WARNED),
        (365 * DAY, 60 * DAY),
    ),
    "an arrest is its writer's for 30 days": (duty.ASSIGNED_DAYS, 30),
    "a large screen goes on for twelve hours without a use": (signin.LARGE_SCREEN_GOES_ON, 12 * HOUR),
    "break-glass lasts an hour": (breakglass.MINUTES, 60),
    "an emergency instrument is reviewed within a day": (instrument.REVIEW_WITHIN, DAY),
    "an owner who withdrew is not passed over for 90 days, T18": (consent.STAYS_AWAY, 90 * DAY),
    "a suspension that nobody lifts is a withdrawal after 30 days, T18": (consent.SUSPENSION_LASTS, 30 * DAY),
    "the end of a term is told 90, 60, 30 and 7 days before": (owed.REMINDED_AT, (90, 60, 30, 7)),
    "a message to a partner is kept two days at most": (subscription.KEPT, 2 * DAY),
    "a partner's word changes after twenty look-ups at the least, T3": (grade.LEAST_BETWEEN, 20),
    "all detectors that act share one bound": (sum(parameters.BUDGET.values()), pytest.approx(1.0)),
    "a user's evidence suspends an agreement at a hundred times the threshold, T24": (evidence.SECOND_GRADE, 100.0),
    "somebody can be asked about for 120 days": (showing.HORIZON_DAYS, 120),
    "whoever is booked into an incident within three days is of it": (stock.JOINED_DAYS, 3),
    "a day with fewer than eight of a class is compared with its weeks": (stock.FEW, 8),
    "coverage looks back a day, a week, a month and four": (
        [days for days, _ in coverage.WINDOWS],
        [1, 7, 30, 120],
    ),
    "numbers are in a row that are next to each other, birth dates within three days": (
        (crawl.NEAR_DAYS, crawl.REMEMBERED),
        (3, 8),
    ),
    "a pile may be sorted: the next name is near by a chance of twice its share": (crawl.CLOSE, 2.0),
    "many look at an arrest: eight within a week, and over twice the most of the month before": (
        (attention.FEWEST, attention.WEEK, attention.TIMES, attention.MONTH),
        (8, 7 * 86_400.0, 2, 31 * 86_400.0),
    ),
    "an account that was quiet for 45 days counts as new": (users.QUIET_SECONDS, 45 * 86_400.0),
}
"""What the program has, and what the rule says."""


@pytest.mark.parametrize("rule", RULES)
def test_the_number_is_the_rules(rule: str) -> None:
    has, said = RULES[rule]

    assert has == said
