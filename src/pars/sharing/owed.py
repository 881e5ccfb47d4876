"""What a partner owes besides keeping to its terms, and when its owners remind it that a term ends. No clock here."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from pars.sharing.agreement import Term

REMINDED_AT: Final = (90, 60, 30, 7)
"""Days before the last one at which owners and partner are reminded."""


class Duty(StrEnum):
    """A kind of thing that is owed: what came of a look-up, an answer to a question, a certificate of destruction."""

    OUTCOME = "outcome"
    ANSWER = "answer"
    CERTIFICATE = "certificate"


DUTY_WORDS: Mapping[Duty, str] = {
    Duty.OUTCOME: "what came of look-ups",
    Duty.ANSWER: "answers to information requests",
    Duty.CERTIFICATE: "certificates of destruction",
}
"""What people call what is owed."""


class Notice(StrEnum):
    """What owners and partner are told of a term."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    NON_RENEWAL = "non-renewal"
    PATTERN = "pattern"


def reminder(term: Term, began: date, today: date, said: Collection[int]) -> int | None:
    """The reminder to give today, by its days; None when there is none.

    Each is given once. When several days were passed at once only the last of them is given; and none for a day that
    lies before the term began, so that a short term does not begin with reminders.
    """
    passed = [days for days in REMINDED_AT if (term.last - today).days <= days]
    if not passed or today > term.last:
        return None
    last = min(passed)
    if any(days <= last for days in said) or term.last - timedelta(days=last) < max(term.first, began):
        return None
    return last
