"""An inquiry: a requestor asks for one named person, for a purpose, under a case, on somebody's behalf.

Reading it and refusing it depends on the question and the agreement alone, so a refusal says nothing about anybody.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from typing import Final

from pars.errors import BadInput, NotAllowed
from pars.record.identifiers import DocketNumber, Otn, Pid, Sid
from pars.record.person import Name, exact_keys
from pars.sharing.agreement import Purpose, Terms
from pars.sharing.behalf import of_immigration_enforcement, same_name, written_plainly
from pars.sharing.floor import FLOOR, About
from pars.sharing.vocabulary import CRITERIA, FLOOR_CRITERIA, NUMBERS, CaseReference, Onward
from pars.sharing.words import FIELD_WORDS, search_in_words

LONGEST: Final = 200
"""Characters of a criterion: what a name's column takes."""
WILDCARDS: Final = frozenset("*%?_[]")
_WARRANT: Final = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{3,39}")
_NO_JUDGE: Final = re.compile(r"(?:.* )?I[- ]?(?:200|203A?|205|213|247[ADNX]?|286|862)\b.*|(?:FORM|ICE) .*")
"""Forms of civil immigration enforcement, which officers of the agency sign and no judge (8 CFR 287.5(e), 287.7)."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARSERS: Final = {"pid": Pid, "sid": Sid, "otn": Otn, "docket_number": DocketNumber}
_CRITERION_WORDS: Final = {
    "birthplace": "place of birth",
    "ssn": "Social Security number",
    "birth_date": "birth date",
    "docket_number": "docket number",
}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a partner asks, as it was sent; `subject` holds criteria by their words."""

    agreement: str
    purpose: str
    case_reference: str
    on_behalf_of: str | None
    subject: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Whom an inquiry names: exact name and full birth date, or a number with one of the two."""

    search: frozenset[str]
    keys: frozenset[str]
    numbers: Mapping[str, str]


class Refused(NotAllowed):
    """The question or the agreement does not allow it; the same whoever is named."""


def purpose_of(terms: Terms, inquiry: Inquiry, unit: str | None) -> Purpose:
    """The purpose under which the inquiry falls; refused when unit or purpose are none of the agreement's."""
    if terms.units != ("all",) and unit not in terms.units:
        raise Refused("your unit is not one that this agreement names", code="unit")
    because = FLOOR.because(About.PURPOSE, inquiry.purpose)
    if because is not None:
        raise Refused(f"this is no purpose under any agreement: {because}", code="purpose")
    found = terms.purpose(inquiry.purpose)
    if found is None:
        raise Refused("your agreement does not have this purpose", code="purpose")
    return found


def case_of(purpose: Purpose, inquiry: Inquiry, pattern: str | None) -> str:
    """The case number in its canonical writing; refused when it is missing or not written as its kind is."""
    given = " ".join(inquiry.case_reference.split()).upper()
    if not given:
        raise Refused("name the case: an inquiry without a case number is not answered", code="case-reference")
    match purpose.case_reference:
        case CaseReference.DOCKET:
            try:
                return str(DocketNumber.parse(given))
            except BadInput as cause:
                raise Refused(
                    f"the case number is no docket number: {cause.sentence}", code="case-reference"
                ) from cause
        case CaseReference.WARRANT:
            if _NO_JUDGE.fullmatch(_plainly(given)):
                raise Refused("that is a form of immigration enforcement and no warrant", code="case-reference")
            if not _WARRANT.fullmatch(given) or not any(letter.isdigit() for letter in given):
                raise Refused("the case number is not written as a warrant's number is", code="case-reference")
            return given
        case CaseReference.PARTNER:
            if pattern is None:
                raise Refused(
                    "your agency has registered no form of its case numbers; ask an administrator of the owners",
                    code="case-reference",
                )
            if re.fullmatch(pattern, given) is None:
                raise Refused(
                    f"the case number is not of the form that your agency registered, such as {example_of(pattern)}",
                    code="case-reference",
                )
            return given


_SET: Final = re.compile(r"(\[[^\]]+\])(?:\{(\d+)[^}]*\})?\??")
_SIGNS: Final = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


def example_of(pattern: str) -> str:
    """A made-up case number of a registered form: each set's first signs, as many as the form wants at least."""

    def signs(found: re.Match[str]) -> str:
        known = [sign for sign in _SIGNS if re.fullmatch(found[1], sign)]
        return "".join(islice(cycle(known), int(found[2] or 1)))

    return _SET.sub(signs, pattern)


def behalf_of(terms: Terms, inquiry: Inquiry, others: frozenset[str]) -> str:
    """On whose behalf it is asked; the partner itself when nobody else is named. `others` are other agencies' names.

    Names are known by lists, and a list is no proof (`sharing.behalf`): who is not registered here, or writes another
    name, is passed on as a name that the ledger keeps.
    """
    if inquiry.on_behalf_of is None:
        return terms.partner
    given = " ".join(inquiry.on_behalf_of.split())
    if not given:
        raise Refused("say on whose behalf you ask", code="on-behalf-of")
    if not written_plainly(given):
        raise Refused("write on whose behalf you ask in Latin letters, in one line", code="on-behalf-of")
    if of_immigration_enforcement(given):
        raise Refused(
            "nothing is asked here on behalf of civil immigration enforcement; write the name of anybody else in full",
            code="on-behalf-of",
        )
    elsewhere = any(same_name(given, name) for name in others)
    if elsewhere and terms.duties.onward is Onward.FORBIDDEN:
        raise Refused("your agreement does not let you ask for another agency", code="on-behalf-of")
    return given


def criteria_of(purpose: Purpose, inquiry: Inquiry) -> Criteria:
    """Whom the inquiry names; refused when it is more or less than one set of criteria of this purpose."""
    given = {name for name, value in inquiry.subject.items() if value is not None}
    for name in sorted(given):
        if name in FLOOR_CRITERIA:
            shown = _CRITERION_WORDS.get(name, name)
            raise _search(f"{shown} is not a field that any agreement lets you search by")
        if name not in CRITERIA:
            raise _search("that is no field to search by; name one person by name and birth date, or by a number")
    search = frozenset(given)
    if search not in purpose.search_by:
        sets = "; or ".join(search_in_words(one) for one in purpose.search_by)
        raise _search(f"name one person by: {sets}")
    named = _name(inquiry.subject["name"]) if "name" in search else None
    born = _born(inquiry.subject["birth_date"]) if "birth_date" in search else None
    numbers = {one: _number(one, inquiry.subject[one]) for one in NUMBERS if one in search}
    keys = exact_keys(named, born)
    wanted = {key for key in keys if key.startswith("x:")} if named and born else keys
    return Criteria(search, frozenset(wanted), numbers)


def _search(sentence: str) -> Refused:
    return Refused(sentence, code="search-not-allowed")


def _plainly(text: str) -> str:
    """The same characters in their plain form, so that a look-alike width hides nothing."""
    return unicodedata.normalize("NFKC", text)


def _plain(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise _search("each criterion is one value: no lists, no ranges")
    text = " ".join(value.split())
    if not text:
        raise _search(f"the {what} is empty")
    if len(text) > LONGEST:
        raise _search(f"the {what} is longer than {LONGEST} characters")
    if not text.isprintable():
        raise _search(f"the {what} holds a character that no name or number has")
    if WILDCARDS & set(_plainly(text)):
        raise _search("no wildcards: name one person in full")
    return text


def _name(value: object) -> Name:
    if isinstance(value, Mapping) and set(value) == {"surname", "given"}:
        surname, given = _plain(value["surname"], "surname"), _plain(value["given"], "given name")
    else:
        surname, comma, given = (part.strip() for part in _plain(value, "name").partition(","))
        if not comma:
            raise _search("write the name as SURNAME, GIVEN")
    name = Name(surname, given)
    if not surname or not given or not exact_keys(name, None):
        raise _search("the name needs surname and given name in full")
    return name


def _born(value: object) -> date:
    text = _plain(value, "birth date")
    refusal = _search("the birth date is a full date, such as 1990-02-03")
    if not _DAY.fullmatch(text):  # Python reads weeks and other writings of ISO 8601 as well
        raise refusal
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refusal from None


def _number(name: str, value: object) -> str:
    try:
        return str(_PARSERS[name].parse(_plain(value, FIELD_WORDS[name])))
    except BadInput as cause:
        raise _search(cause.sentence) from cause
