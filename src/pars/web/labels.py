"""What a field of a form is called where the form itself does not stand: the words beside it there, by its name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pars.record.bail import CONDITIONS
from pars.record.care import NEEDS
from pars.record.grading import WORDINGS
from pars.sharing.words import FIELD_WORDS


@dataclass(frozen=True, slots=True)
class Label:
    """The English words, which have their Spanish, and the number of the row, empty where there is one alone."""

    words: str
    row: str = ""


_IN_ROWS: Final = re.compile(r"(?P<field>[a-z_]+)-(?P<row>[0-9]+)(?:-(?P<of>[a-z_]+))?")
_OF_ONE: Final = re.compile(r"(?P<field>[a-z_]+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "condition": CONDITIONS,
    "need": NEEDS,
    "field": FIELD_WORDS,
    "tell": {},
}
"""Boxes to check: their words by the code that follows; where there is no table the code is a word itself."""
_FACTS: Final[Mapping[str | None, str]] = {fact.value: wording for fact, (_, wording) in WORDINGS.items()}
"""What sets the grade of a charge, as it is asked for."""


def label_of(name: str) -> Label:
    """What a form calls a field of that name; of one that several forms have, what fits them all."""
    if (found := _IN_ROWS.fullmatch(name)) is not None:
        return Label(_FACTS.get(found["of"]) or _plain(found["field"]), found["row"])
    if (found := _OF_ONE.fullmatch(name)) is not None:
        return Label(_plain(found["field"]))
    kind, _, code = name.partition("-")
    if code and kind in _CODES:
        return Label(_CODES[kind].get(code, code))
    return Label(_plain(name))


def _plain(name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


LABELS: Final[Mapping[str, str]] = {
    "ability_asked": "Ability to pay: what was asked",
    "ability_said": "Ability to pay: what was said",
    "action": "What is done",
    "affiant_badge": "Affiant's badge",
    "affiant_name": "Affiant",
    "again_at": "Time, 24 hours",
    "again_on": "Heard again on",
    "agency_ori": "Agency",
    "amount_usd": "Amount in dollars",
    "arrest_number": "Number of the arrest",
    "arrested_at": "Time, 24 hours",
    "arrested_on": "Day of arrest",
    "authority": "Court or authority",
    "bail_reasons": "Reasons in writing",
    "bail_type": "Bail",
    "because": "Court's order, or rule of keeping",
    "case_reference": "Case number",
    "certified": "Certified until",
    "chest_pain": "Chest pain?",
    "cleared": "Fit to be kept?",
    "consulate": "Which consulate",
    "counsel_heard": "Counsel heard in private",
    "counsel_reason": "Why counsel was not heard in private",
    "count": "How many entries",
    "country": "Which country's",
    "dc_number": "DC number",
    "decisions": "Decision on each charge",
    "deliver": "How",
    "disability": "A disability?",
    "disposition": "Disposition of each charge",
    "dispositions": "Disposition of each charge",
    "done": "What is done",
    "excluded_offence": "Under 18: an excluded offense (42 Pa.C.S. 6302)",
    "expires_at": "Time, 24 hours",
    "expires_on": "Runs out on",
    "family_or_household": "Family or household member",
    "first": "First day",
    "fit": "Fit to appear before the magistrate",
    "form": "Interview",
    "from_time": "From, on the first day",
    "given": "Given name",
    "grade_fact": "What the grade rests on",
    "happened_at": "Time, 24 hours",
    "happened_on": "Day",
    "hearing_at": "Time, 24 hours",
    "hearing_on": "Hearing due on",
    "height_ft": "Height, feet",
    "height_in": "Height, inches",
    "housing": "Housing preference",
    "injury": "Injured?",
    "interpreter": "Interpreter for",
    "issued_by": "Court or authority",
    "item": "What was taken",
    "laboratory": "Criminal laboratory services are requested",
    "labour_or_recovery": "In labor, or recovering from birth?",
    "language": "Interpreter for",
    "last": "Last day",
    "law": "Law that wants it",
    "lives_in_city": "Lives in the city",
    "look_ups": "Look-ups, by their entries or receipts",
    "match": "What the search came to",
    "method": "How",
    "middle": "Middle name",
    "mode": "How they come",
    "more": "What else was said or seen",
    "needed": "What is needed because of it",
    "next_reason": "Why another date than the rule gives",
    "of": "Agency",
    "offence_on": "Day of the offense",
    "officers": "Badges of the arresting officers",
    "on_behalf_of": "On behalf of, if not your own agency",
    "opened_by": "Badge of who opened the door",
    "optional": "Value",
    "order": "Number of the order",
    "order_number": "Number of the order",
    "orders": "Orders of the hospital",
    "ori": "ORI",
    "other": "Number of the other arrest",
    "other_names": "Other names used",
    "outcome": "What came of it",
    "otn": "OTN",
    "paper": "Which",
    "parent": "Part of",
    "parent_notice": "Who was told and how, or why nobody was",
    "parent_told": "Parent or guardian told of this arraignment",
    "pattern": "Form of its case numbers",
    "percent": "Percent to deposit",
    "period": "Month or quarter",
    "pid": "PID",
    "place": "Where",
    "pregnancy": "Pregnant?",
    "presented_by": "Who presents it",
    "presenter": "Name and address for the answer",
    "probable_cause": "Probable cause found",
    "property_returned": "Property returned against receipt",
    "public_key": "Ed25519 public key, 64 hexadecimal digits",
    "qualified": "Certified or otherwise qualified",
    "quality": "Quality of the prints, 0 to 100",
    "reached": "Reached?",
    "reason_left_out": "Leave the reason out of what the partner reads",
    "reasons": "Reasons in writing",
    "reference": "Its number or docket",
    "residence_months": "Months there",
    "role": "Duty",
    "say": "Answer",
    "says": "What the order says",
    "search": "To be searched by",
    "self_harm": "Thoughts of harming oneself?",
    "sheet": "Number of the downtime sheet, if any",
    "sheets": "How many sheets",
    "sid": "SID",
    "sign_in": "Sign-in name",
    "signed": "Signed by a judge, or by the probation or parole authority that the law names",
    "since_at": "Time, 24 hours",
    "since_on": "From day",
    "surety": "Who posted it",
    "to": "To whom",
    "trained": "Trained until",
    "transaction": "Number of the scanner's transaction",
    "under": "Agreement and purpose",
    "until": "Last day",
    "until_at": "Time, 24 hours",
    "until_on": "To day",
    "until_time": "Until, on the last day",
    "up_to": "Destroyed up to",
    "url": "Address",
    "user": "Sign-in name",
    "vehicle": "Wagon or car",
    "verified": "The affiant has verified and signed",
    "warrant_number": "Warrant number",
    "watched_by": "Who supervises",
    "way": "How",
    "weight_lb": "Weight, pounds",
    "whom": "From whom",
    "why_not": "Why it was not possible",
    "withdrawal": "Withdrawal from alcohol or drugs?",
    "words": "In words",
}
"""Fields whose name alone is not the word for them. A test finds a name of a form whose label has no Spanish."""
