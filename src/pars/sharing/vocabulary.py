"""The closed vocabulary of agreements: every word that terms may use, and those that are known and never granted.

A word outside it is refused, never ignored. Extending it takes a decision record.
"""

from collections.abc import Mapping
from enum import StrEnum

from pars.record.fields import NOT_RELEASED, ONLY_UNDER_A_JUDGES_WARRANT, FieldKind, PartnerField, RedLine, released_by
from pars.record.roles import Owner

PURPOSES = (
    "warrant-service",
    "felony-investigation",
    "firearms-investigation",
    "fugitive",
    "prosecution",
    "supervision",
    "custody-transfer",
    "court-hearing",
)
"""What a partner may ask for."""

FLOOR_PURPOSES = ("civil-immigration-enforcement",)
"""Known, and no purpose here."""


class CaseReference(StrEnum):
    """The kind of case number that must check out; `partner` is the partner's own registered pattern."""

    WARRANT = "warrant"
    DOCKET = "docket"
    PARTNER = "partner"


NUMBERS = ("pid", "sid", "otn", "docket_number")
"""Criteria that are numbers: none finds alone, since numbers run on and make a list (T11)."""

CRITERIA = ("name", "birth_date", *NUMBERS)
"""What one may search by; `name` is surname and given name."""

FLOOR_CRITERIA = ("birthplace", "race", "ethnicity", "language", "ssn", "address")
"""Known, and nothing that one may search by, alone or with others."""

WARRANT_FIELDS = tuple(sorted(field.value for field in ONLY_UNDER_A_JUDGES_WARRANT))
"""Fields for a purpose with `judicial_warrant = true` alone."""

FIELDS = tuple(
    field.value for field in PartnerField if field not in NOT_RELEASED and field not in ONLY_UNDER_A_JUDGES_WARRANT
)
"""Fields that any purpose may be given."""

FLOOR_FIELDS = tuple(line.value for line in RedLine)
"""Known, and given to nobody."""

WRITER: Mapping[str, Owner] = {
    **dict.fromkeys(
        ("name", "other_names", "birth_date", "sex", "description", "photo", "pid", "sid", "otn", "dc_number"),
        Owner.POLICE,
    ),
    **dict.fromkeys(("arrest.date", "arrest.district", "arrest.agency"), Owner.POLICE),
    **dict.fromkeys(("address", "custody.site", "custody.released_at"), Owner.POLICE),
    "charges": Owner.DISTRICT_ATTORNEY,
    **dict.fromkeys(("docket_number", "arraignment.date", "arraignment.outcome", "bail"), Owner.COURT),
    **dict.fromkeys(("disposition", "next_hearing"), Owner.COURT),
}
"""The owner who writes a field; under “two of three” it leaves only with that owner's own grant (T18)."""

STEP_WRITER: Mapping[str, Owner] = {
    "charged": Owner.DISTRICT_ATTORNEY,
    **dict.fromkeys(("certified", "arraigned", "disposed"), Owner.COURT),
}
"""The owner whose step it is that a partner may be told of; under “two of three” as with fields."""

STATUS = ("charged", "arraigned", "disposed")
"""Words of which one must be true of a row."""

WARRANT_STATUS = ("held", "released")
"""Words of a row for a purpose with `judicial_warrant = true` alone."""

FLOOR_STATUS = ("arrested", "declined", "dismissed", "juvenile", "sealed", "expunged")
"""Known, and no rows for a partner."""

AFTER = ("charged", "certified", "listed", "arraigned", "disposed")
"""Steps in the life of an arrest before which nothing is shown; none comes before `charged`."""

AFTER_STEPS: Mapping[str, tuple[str, ...]] = {
    "charged": ("charge", "charge-by-summons"),
    "certified": ("certify",),
    "listed": ("list", "list-at-limit"),
    "arraigned": ("arraign", "arraign-at-bedside"),
    "disposed": ("decide",),
}
"""The steps of the table of which one must have been taken, so long ago as the delay says."""

TELL_OF = ("charged", "certified", "arraigned", "disposed")
"""Steps of a case of which a purpose may have its partner told. A listing is a future appearance and no such step."""

FLOOR_STEPS = (
    "arrested",
    "booked",
    "held",
    "moved",
    "committed",
    "release-owed",
    "released",
    "bail-posted",
    "listed",
    "next-hearing",
    "declined",
    "dismissed",
    "interviewed",
    "died",
)
"""Known, and told to nobody: custody, the door, and where somebody will be; and what accuses nobody."""

STATUS_WITHIN: Mapping[str, tuple[str, ...]] = {
    "charged": STATUS,
    "arraigned": ("arraigned", "disposed"),
    "disposed": ("disposed",),
    **{word: (word,) for word in (*WARRANT_STATUS, *FLOOR_STATUS)},
}
"""The words whose rows are among those of a word: whoever is shown is charged, and who is disposed was arraigned.

Custody stands by itself: that somebody is shown because they are held tells that they are.
"""

AFTER_WITHIN: Mapping[str, tuple[str, ...]] = {
    "charged": ("charged", "certified"),
    "certified": ("certified",),
    "listed": ("listed", "arraigned", "disposed"),
    "arraigned": ("arraigned", "disposed"),
    "disposed": ("disposed",),
}
"""The words of `after` that show nobody earlier than a word does, whatever the delay.

It is no chain: at the limit somebody is listed and arraigned without a complaint, and charged later or never certified.
"""

CHARGE_CLASSES = ("murder", "felony", "misdemeanor", "summary")
"""Classes of the charge that stands, as its grade says."""

CLASS_GRADES: Mapping[str, tuple[str, ...]] = {
    "murder": ("murder",),
    "felony": ("F", "F1", "F2", "F3"),
    "misdemeanor": ("M", "M1", "M2", "M3", "IC"),
    "summary": ("S",),
}
"""The grades of each class."""


class Transform(StrEnum):
    """How a field is narrowed before it leaves."""

    YEAR = "year"
    LAST4 = "last4"
    BAND = "band"


TRANSFORMS: Mapping[Transform, tuple[str, ...]] = {
    Transform.YEAR: ("birth_date", "arrest.date", "arraignment.date"),
    Transform.LAST4: ("pid", "sid", "otn", "dc_number", "docket_number"),
    Transform.BAND: ("birth_date",),
}
"""Which fields a transform narrows: a date to its year, a number to its last four, a birth date to ten years."""


class Consent(StrEnum):
    """The rule by which owners' grants put an agreement in force."""

    UNANIMOUS = "unanimous"
    TWO_OF_THREE = "two of three"


class Onward(StrEnum):
    """Whether a partner may pass on what it was given."""

    FORBIDDEN = "forbidden"
    WITH_WRITTEN_CONSENT = "with written consent"


def kinds_of(field: str) -> frozenset[FieldKind]:
    """The kinds of the columns that a word gives; empty for a word that gives none."""
    try:
        return frozenset(column.kind for column in released_by(PartnerField(field)))
    except ValueError:
        return frozenset()


def lawful(search: frozenset[str]) -> bool:
    """Whether a set of criteria names one person: name and birth date, or a number with one of the two."""
    who = search & {"name", "birth_date"}
    return search <= frozenset(CRITERIA) and (len(who) == 2 or bool(who and search & frozenset(NUMBERS)))  # noqa: PLR2004


class Outcome(StrEnum):
    """What came of a look-up, as a partner reports it."""

    WARRANT_SERVED = "warrant served"
    ARREST_MADE = "arrest made"
    CHARGE_FILED = "charge filed"
    HEARING_ATTENDED = "hearing attended"
    CUSTODY_TRANSFERRED = "custody transferred"
    STILL_OPEN = "case still open"
    NO_ACTION = "no action"
    NOT_THE_PERSON = "not the person"


class Destruction(StrEnum):
    """How a partner destroyed what it was given, as it certifies."""

    ERASED = "erased, copies and backups included"
    OVERWRITTEN = "overwritten"
    SHREDDED = "shredded"
    KEY_DESTROYED = "key destroyed"
    NOTHING_KEPT = "nothing was kept"


class Enforcement(StrEnum):
    """What becomes of a clause: the software enforces it, a duty with a date attests it, or it is prose."""

    ENFORCED = "enforced"
    ATTESTED = "attested"
    PROSE = "prose"


CLAUSES: Mapping[str, tuple[Enforcement, str]] = {
    "agreement.id": (Enforcement.ENFORCED, "names it in every inquiry, entry and letter"),
    "agreement.partner": (Enforcement.ENFORCED, "only this agency's accounts may ask under it"),
    "agreement.units": (Enforcement.ENFORCED, "only accounts of these units may ask"),
    "agreement.term": (Enforcement.ENFORCED, "nothing is answered before the first day or after the last"),
    "agreement.consent": (Enforcement.ENFORCED, "how many owners must have signed; one is enough to end it"),
    "agreement.fee_usd_per_year": (Enforcement.PROSE, "nothing here asks for it, dates it or notes that it was paid"),
    "agreement.text": (
        Enforcement.PROSE,
        "names the file of the signed contract; where it was given, its hash is kept and each grant signs it",
    ),
    "purpose.code": (Enforcement.ENFORCED, "each inquiry names one of these purposes"),
    "purpose.case_reference": (Enforcement.ENFORCED, "the case number must have this form and belong to the person"),
    "purpose.search_by": (Enforcement.ENFORCED, "an inquiry names exactly one of these sets, whole"),
    "purpose.fields": (Enforcement.ENFORCED, "no other field leaves"),
    "purpose.rows": (Enforcement.ENFORCED, "no other row is found"),
    "purpose.tell_of": (
        Enforcement.ENFORCED,
        "of these steps alone may the partner be told, one named person at a time",
    ),
    "purpose.transform": (Enforcement.ENFORCED, "the field is narrowed before it leaves"),
    "purpose.co_sign": (Enforcement.ENFORCED, "another person of the partner signs each inquiry before it is asked"),
    "purpose.judicial_warrant": (
        Enforcement.ENFORCED,
        "the case number must be that of the arrest's warrant; that a judge signed it, nobody can see from here",
    ),
    "limits.per_user_per_day": (Enforcement.ENFORCED, "further inquiries of the day are refused"),
    "limits.per_agency_per_day": (Enforcement.ENFORCED, "further inquiries of the day are refused"),
    "limits.per_unit_per_day": (Enforcement.ENFORCED, "further inquiries of the unit on that day are refused"),
    "duties.outcome_within_days": (Enforcement.ATTESTED, "what came of each look-up is reported by then"),
    "duties.retain_days": (Enforcement.ATTESTED, "what was given is destroyed by then, and certified"),
    "duties.onward": (
        Enforcement.ENFORCED,
        "nothing is asked for another registered agency; whether an answer is passed on, nobody can see from here",
    ),
    "duties.overdue_suspends_after_days": (
        Enforcement.ENFORCED,
        "a duty that is overdue for more days ends the term; it comes back by new grants",
    ),
    **dict.fromkeys(
        ("watch.odds_ratio_allowed", "watch.coverage_allowed", "watch.unlinked_allowed"),
        (
            Enforcement.ENFORCED,
            "look-ups beyond it that chance does not explain need a second signature, or end the term",
        ),
    ),
    "watch.false_alarms_per_year": (
        Enforcement.ENFORCED,
        "the watch acts at most so often on a partner that keeps to its terms",
    ),
}
"""Every clause that terms can hold, what becomes of it, and in which words its page says so."""

CLAUSES_OTHERWISE: Mapping[tuple[str, str], tuple[Enforcement, str]] = {
    ("purpose.case_reference", "a partner number"): (
        Enforcement.ENFORCED,
        "the case number must have the form that the partner registered; there is nothing to compare it with",
    ),
    ("purpose.co_sign", "no"): (Enforcement.ENFORCED, "no second signature is needed, unless the watch asks for one"),
    ("purpose.judicial_warrant", "no"): (Enforcement.ENFORCED, "what only a judge opens is not given"),
    ("duties.onward", Onward.WITH_WRITTEN_CONSENT.value): (
        Enforcement.PROSE,
        "on whose behalf is written down; who consented, and what is passed on, nobody can see from here",
    ),
    ("duties.overdue_suspends_after_days", "never by itself"): (
        Enforcement.ENFORCED,
        "no duty that is overdue ends the term",
    ),
}
"""Clauses of which something else becomes when they say this, in the words of their page."""
