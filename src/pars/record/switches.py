"""What the owners can set, and what each setting may be.

Birthplace and Social Security number are off until an owner switches one on, with its reason, the law that wants it and
the day on which it ends (N26).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from pars.errors import BadInput
from pars.record.bail import MOST_PERCENT, BailSettings
from pars.record.calendar import RULE_SETS
from pars.record.identifiers import CheckDigitRule, is_number
from pars.record.livescan import is_states_own

Value: TypeAlias = str | int | bool


class Name(StrEnum):
    """The settings by name."""

    BIRTHPLACE = "birthplace"
    SSN = "ssn"
    DEPOSIT_PERCENT = "bail.deposit-percent"
    CLERK_FEE_USD = "bail.clerk-fee-usd"
    REVIEW_DAYS = "bail.review-days"
    REVIEW_MOST_USD = "bail.review-most-usd"
    NEXT_DATE_RULES = "court.next-date-rules"
    OTN_CHECK_DIGIT = "otn.check-digit"
    LEDGER_DELAY_DAYS = "ledger.delay-days"
    WHO_LOOKED_DELAY_DAYS = "who-looked.delay-days"
    KEEP_INTERVIEW_DAYS = "keep.interview-days"
    KEEP_PROTECTED_DAYS = "keep.protected-days"
    KEEP_OPTIONAL_DAYS = "keep.optional-days"
    LIVESCAN_OTN = "livescan.otn-field"
    LIVESCAN_PID = "livescan.pid-field"
    LIVESCAN_QUALITY = "livescan.quality-field"


@dataclass(frozen=True, slots=True)
class Switch:
    """One setting: its words, what it is when nobody set it, its choices or its limits, and whether a law is named."""

    words: str
    default: Value
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    needs_law: bool = False


SWITCHES: Final[Mapping[Name, Switch]] = {
    Name.BIRTHPLACE: Switch("Place of birth is written down", default=False, needs_law=True),
    Name.SSN: Switch("Social Security number is written down", default=False, needs_law=True),
    Name.DEPOSIT_PERCENT: Switch(
        "Usual deposit of monetary bail, in percent", MOST_PERCENT, least=1, most=MOST_PERCENT
    ),
    Name.CLERK_FEE_USD: Switch("Clerk's fee on a deposit, in dollars", BailSettings().clerk_fee_usd, most=1000),
    Name.REVIEW_DAYS: Switch("Days within which money that holds somebody is reviewed; 0 for no review", 5, most=30),
    Name.REVIEW_MOST_USD: Switch(
        "Highest amount of monetary bail that has an early review, in dollars; 0 for any amount", 0, most=999_999
    ),
    Name.NEXT_DATE_RULES: Switch(
        "Rule set by which the next date in court is measured", "philadelphia-2026", choices=tuple(RULE_SETS)
    ),
    Name.OTN_CHECK_DIGIT: Switch(
        "Rule that compares the last digit of an OTN; it warns and never refuses",
        CheckDigitRule.NONE.value,
        choices=tuple(rule.value for rule in CheckDigitRule),
    ),
    Name.WHO_LOOKED_DELAY_DAYS: Switch(
        "Days after which a person may learn who looked; the same for everybody", 7, most=30
    ),
    Name.LEDGER_DELAY_DAYS: Switch("Days after which anybody may read what was entered in the ledger", 1, most=366),
    Name.KEEP_INTERVIEW_DAYS: Switch(
        "Days after the door and the decision when a pretrial interview ends; 0 keeps it", 0, most=36_500
    ),
    Name.KEEP_PROTECTED_DAYS: Switch(
        "Days after the door and the decision when victims' and witnesses' data end; 0 keeps them", 0, most=36_500
    ),
    Name.KEEP_OPTIONAL_DAYS: Switch(
        "Days after the door and the decision when birthplace and Social Security number end; 0 keeps them",
        0,
        most=36_500,
    ),
    Name.LIVESCAN_OTN: Switch(
        "Field of a fingerprint file (2.200 to 2.999) that holds the OTN; 0 for none", 0, most=999
    ),
    Name.LIVESCAN_PID: Switch(
        "Field of a fingerprint file (2.200 to 2.999) that holds the PID; 0 for none", 0, most=999
    ),
    Name.LIVESCAN_QUALITY: Switch(
        "Field of a fingerprint file (2.200 to 2.999) that holds the quality of the prints; 0 for none", 0, most=999
    ),
}
"""Every setting of the owners; what does not stand here cannot be set."""

LIVESCAN: Final = frozenset({Name.LIVESCAN_OTN, Name.LIVESCAN_PID, Name.LIVESCAN_QUALITY})
"""Fields of a file that may be read besides the fixed list: a state's own alone."""

OPTIONAL_FIELDS: Final = frozenset({Name.BIRTHPLACE, Name.SSN})
"""Fields that are kept sealed and apart when they are switched on, and that no partner ever sees."""


def named(text: str) -> Name:
    """The setting of that name; refused when there is none."""
    try:
        return Name(text)
    except ValueError:
        raise BadInput(f"a setting is one of: {', '.join(Name)}", field="name") from None


def read(name: Name, value: object) -> Value:
    """A value for a setting, as a page or a program gives it; refused when the setting cannot be that."""
    switch = SWITCHES[name]
    if isinstance(switch.default, bool):
        answer = {"yes": True, "no": False, True: True, False: False}.get(
            value if isinstance(value, str | bool) else ""
        )
        if answer is None:
            raise BadInput("this setting is yes or no", field="value")
        return answer
    if switch.choices:
        if value not in switch.choices:
            raise BadInput(f"this setting is one of: {', '.join(switch.choices)}", field="value")
        return str(value)
    text = str(value).strip()
    if not is_number(text) or len(text) > 6 or not switch.least <= int(text) <= switch.most:  # noqa: PLR2004 - digits of `most`
        raise BadInput(f"this setting is a whole number from {switch.least} to {switch.most}", field="value")
    if name in LIVESCAN and int(text) and not is_states_own(int(text)):
        raise BadInput(
            "a federal field holds who somebody is and is never read; name one from 200 to 999", field="value"
        )
    return int(text)
