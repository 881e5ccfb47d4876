"""Reading an agreement's terms from the file that lawyers read; refused whole when any word is not understood.

Reading finds every fault at once, each with its line. A word on the floor is a fault of its own kind, so that `prove`
can show what such terms would give away.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Final, TypeGuard, TypeVar

from pars.errors import BadInput
from pars.sharing.agreement import Duties, Limits, Purpose, Rows, Term, Terms, Watch
from pars.sharing.cells import Cells, Fault, shown, twice
from pars.sharing.floor import FLOOR, About, Floor
from pars.sharing.places import step
from pars.sharing.vocabulary import (
    AFTER,
    CHARGE_CLASSES,
    CRITERIA,
    FIELDS,
    PURPOSES,
    STATUS,
    TELL_OF,
    TRANSFORMS,
    WARRANT_FIELDS,
    WARRANT_STATUS,
    CaseReference,
    Consent,
    Onward,
    Transform,
    lawful,
)

IDENTIFIER: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DISTRICT: Final = re.compile(r"[0-9]{1,2}")
ALL_UNITS: Final = ("all",)
MOST_A_DAY: Final = 100_000
MOST_CHARACTERS: Final = 200_000
"""No contract that people vote on is longer; a longer file is not read."""
_PART: Final = r"""(?:(?<![\w-])[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
TOO_DEEP: Final = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART}){{50}}")
"""A key of so many parts names nothing here, and takes TOML's parser minutes when they are thousands."""
SETS: Final = 'a list of sets of criteria, such as [["name", "birth_date"]]'
BY_A_JUDGE: Final = "only under a judge's warrant: Phila. Code ch. 21-3600"
NEVER_TOLD: Final = "custody, release and future appearances are told to nobody: Phila. Code ch. 21-3600"
ONE_PERSON: Final = "one named person at a time: names and numbers alone make lists"
SOMEBODY: Final = frozenset({"name", "birth_date"})
STAND_IN: Final = Terms(
    "these-terms",
    "the partner",
    ALL_UNITS,
    Term(date(2000, 1, 1), date(2099, 12, 31)),
    Consent.UNANIMOUS,
    (Purpose(PURPOSES[0], CaseReference.WARRANT, (SOMEBODY,), ("name",)),),
)
"""What stands in for a word that cannot be read, so that what the others would give away can be shown."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading terms: the terms, when there is enough for an agreement, and every fault.

    `readable` is all that could be read, whatever is missing beside it; `stand_ins` names what is missing, for which
    `STAND_IN` stands there. It is for proving alone, and is None when there is no purpose at all.
    """

    terms: Terms | None
    faults: tuple[Fault, ...]
    readable: Terms | None = None
    stand_ins: tuple[str, ...] = ()

    @property
    def on_the_floor(self) -> bool:
        """Whether a word on the floor stands in what could be read: what it would give can be shown."""
        return self.readable is not None and any(fault.red_line for fault in self.faults)


class NoToml(BadInput):
    """The file is no TOML at all."""

    code = "no-toml"


def read_terms(text: str, floor: Floor = FLOOR) -> Reading:
    """Read terms, with every fault that they have. Refused only when the text is no TOML, or too long for terms."""
    if len(text) > MOST_CHARACTERS:
        raise NoToml(f"this file is longer than terms can be: at most {MOST_CHARACTERS} characters")
    if TOO_DEEP.search(text):
        raise NoToml("this file is no TOML that can be terms: a key in it has more than fifty parts")
    try:
        said = tomllib.loads(text.removeprefix("\ufeff"))  # some editors put a byte order mark before the first line
    except (
        ValueError,
        RecursionError,
    ) as cause:  # TOMLDecodeError, or a number or a nesting that Python itself refuses
        why = cause if isinstance(cause, tomllib.TOMLDecodeError) else "a number or a list in it goes too far"
        raise NoToml(f"this file is no TOML: {why}") from cause
    reader = _Reader(text, floor)
    terms = reader.terms(said)
    faults = tuple(sorted(reader.faults, key=lambda fault: fault.line))
    return Reading(terms, faults, reader.readable, tuple(reader.stand_ins))


def terms_of(text: str, floor: Floor = FLOOR) -> Terms:
    """Terms without a fault; refused with the first one's sentence otherwise."""
    reading = read_terms(text, floor)
    if reading.faults:
        raise BadInput(reading.faults[0].shown, code="terms")
    if reading.terms is None:
        raise BadInput("these terms cannot be read", code="terms")
    return reading.terms


def as_written(text: str) -> Terms:
    """The terms of a version that was proposed once, though today's floor may refuse them: to show, and to end."""
    terms = read_terms(text).terms
    if terms is None:
        raise LookupError("terms that were accepted once cannot be read any more")
    return terms


class _Reader(Cells):
    """One reading: table after table, and what had to be stood in for."""

    def __init__(self, text: str, floor: Floor) -> None:
        super().__init__(text, floor)
        self.readable: Terms | None = None
        self.stand_ins: list[str] = []

    def terms(self, said: Mapping[str, object]) -> Terms | None:
        """The whole file."""
        self.known(said, ("agreement", "purpose", "limits", "duties", "watch"), "")
        head = self.table(said, "agreement")
        purposes = self._purposes(said.get("purpose"))
        limits = self._limits(self.table(said, "limits", required=False))
        duties = self._duties(self.table(said, "duties", required=False))
        watch = self._watch(self.table(said, "watch", required=False))
        before = len(self.stand_ins)
        if head is not None:
            named = self._head(head)
        else:
            named = STAND_IN
            self.stand_ins.append("agreement")
        if purposes:
            every = tuple(purpose for purpose, _ in purposes)
            self.readable = replace(named, purposes=every, limits=limits, duties=duties, watch=watch)
        whole = tuple(purpose for purpose, is_whole in purposes if is_whole)
        if self.readable is None or not whole or len(self.stand_ins) > before:
            return None
        return replace(self.readable, purposes=whole)

    def _head(self, head: Mapping[str, object]) -> Terms:
        """The table [agreement], with a stand-in for what cannot be read."""
        self.known(head, ("id", "partner", "units", "term", "consent", "fee_usd_per_year", "text"), "agreement")
        name = self.text_of(head, "agreement", "id", shape=IDENTIFIER)
        partner = self.text_of(head, "agreement", "partner")
        units = self.words(head, "agreement", "units", shape=IDENTIFIER)
        if "all" in units and units != ALL_UNITS:
            self.fault("agreement.units", "“all” stands alone: name the units, or all of them")
        term = self._term(head)
        consent = self.one_of(head, "agreement", "consent", tuple(Consent))
        fee = self.whole(head, "agreement", "fee_usd_per_year", 0, 0, 10**9)
        text = self.text_of(head, "agreement", "text") if "text" in head else None
        return Terms(
            self._or("agreement.id", name, STAND_IN.id),
            self._or("agreement.partner", partner, STAND_IN.partner),
            self._or("agreement.units", units, STAND_IN.units),
            self._or("agreement.term", term, STAND_IN.term),
            self._or("agreement.consent", Consent(consent) if consent else None, STAND_IN.consent),
            (),
            fee_usd_per_year=fee,
            text=text,
        )

    def _or(self, at: str, read: T | None, stand_in: T) -> T:
        """What was read, or what stands in for it; an empty list was not read."""
        if read:
            return read
        self.stand_ins.append(at)
        return stand_in

    def _purposes(self, said: object) -> Sequence[tuple[Purpose, bool]]:
        """Every purpose as far as it can be read, and whether it is whole."""
        if not isinstance(said, list) or not said or not all(isinstance(one, dict) for one in said):
            self.fault("purpose", "at least one [[purpose]] is needed")
            return ()
        read: list[tuple[Purpose, bool]] = []
        for place, table in enumerate(said):
            before = len(self.stand_ins)
            read.append((self._purpose(table, f"purpose[{place}]"), len(self.stand_ins) == before))
        codes = [one.code if is_whole else "" for one, is_whole in read]
        for code in twice([code for code in codes if code]):
            self.fault(f"purpose[{codes.index(code)}].code", f"the purpose “{code}” stands here twice")
        return read

    def _purpose(self, said: Mapping[str, object], at: str) -> Purpose:
        self.known(said, tuple(one.name for one in fields(Purpose)), at)
        warrant = self.flag(said, at, "judicial_warrant")
        co_sign = self.flag(said, at, "co_sign")
        code = self.floored(at, "code", self.text_of(said, at, "code"), PURPOSES, About.PURPOSE, "purpose")
        reference = self.one_of(said, at, "case_reference", tuple(CaseReference))
        search_by = self._search_by(said, at)
        asked = self._fields(said, at, warrant=warrant)
        rows = self._rows(said, at, warrant=warrant)
        tell_of = self._tell_of(said, at, warrant=warrant, co_sign=co_sign)
        transform = self._transform(said, at, asked)
        if warrant and reference and reference != CaseReference.WARRANT.value:
            self.fault(f"{at}.case_reference", "a purpose under a judge's warrant refers to a warrant")
        (other,) = STAND_IN.purposes
        return Purpose(
            self._or(f"{at}.code", code, other.code),
            self._or(f"{at}.case_reference", CaseReference(reference) if reference else None, other.case_reference),
            self._or(f"{at}.search_by", search_by, other.search_by),
            self._or(f"{at}.fields", asked, other.fields),
            rows,
            tell_of,
            transform,
            co_sign,
            warrant,
        )

    def _search_by(self, said: Mapping[str, object], at: str) -> tuple[frozenset[str], ...]:
        given = said.get("search_by")
        if not isinstance(given, list) or not given:
            empty = "may not be empty: it is" if given == [] else "is"
            self.fault(f"{at}.search_by", f"search_by {empty} {SETS}")
            return ()
        sets: list[frozenset[str]] = []
        for place, one in enumerate(given):
            if not isinstance(one, list):
                self.fault(f"{at}.search_by", f"search_by is {SETS}")
            elif (search := self._search(one, at, f"search_by[{place}]")) is not None:
                if search in sets:
                    self.fault(f"{at}.search_by[{place}]", f"{shown(' + '.join(sorted(search)))} stands here twice")
                sets.append(search)
        return tuple(sets)

    def _search(self, one: Sequence[object], at: str, key: str) -> frozenset[str] | None:
        """A set of criteria; None when it is no set, and holds no word of the floor that would be worth showing."""
        words = [word for word in one if isinstance(word, str)]
        odd = not words or len(words) != len(one) or len(set(words)) != len(words)
        if odd:
            sentence = "a set of criteria names each of them once, as text" if one else "a set of criteria is not empty"
            self.fault(f"{at}.{key}", sentence)
        known = [self.floored(at, key, word, CRITERIA, About.SEARCH, "criterion") for word in words]
        on_floor = any(self._floor.because(About.SEARCH, word) for word in words)
        if not odd and all(known) and not on_floor and not lawful(frozenset(words)):
            sentence = f"{' + '.join(words)} finds more than one named person: add the name or the birth date"
            self.fault(f"{at}.{key}", sentence, red_line=ONE_PERSON)
        return None if odd and not on_floor else frozenset(words)

    def _fields(self, said: Mapping[str, object], at: str, *, warrant: bool) -> tuple[str, ...]:
        words = self.words(said, at, "fields")
        for word in words:
            self.floored(at, "fields", word, (*FIELDS, *WARRANT_FIELDS), About.FIELD, "field")
            if word in WARRANT_FIELDS and not warrant:
                self.fault(
                    f"{at}.fields",
                    f"“{word}” is released only with judicial_warrant = true",
                    word=word,
                    red_line=BY_A_JUDGE,
                )
        return words

    def _rows(self, said: Mapping[str, object], at: str, *, warrant: bool) -> Rows:
        table = said.get("rows", {})
        here = f"{at}.rows"
        if not isinstance(table, dict):
            self.fault(here, 'rows is a table, such as { status = ["charged"], after = "charged" }')
            return Rows()
        self.known(table, tuple(one.name for one in fields(Rows)), here)
        said_status = self.words(table, here, "status") if "status" in table else Rows().status
        every = (*STATUS, *WARRANT_STATUS)
        status = tuple(one for one in said_status if self.floored(here, "status", one, every, About.ROW, "status"))
        for word in status:
            if word in WARRANT_STATUS and not warrant:
                self.fault(
                    f"{here}.status",
                    f"“{word}” is a status of rows only with judicial_warrant = true",
                    word=word,
                    red_line=BY_A_JUDGE,
                )
        status = self._or(f"{here}.status", status, Rows().status)
        after = self.one_of(table, here, "after", AFTER) if "after" in table else Rows().after
        delay = self.whole(table, here, "delay_hours", 0, 0, 24 * 366)
        classes = self.words(table, here, "charge_class") if "charge_class" in table else ()
        for word in classes:
            if word not in CHARGE_CLASSES:
                self.unknown(f"{here}.charge_class", "charge class", word, CHARGE_CLASSES)
        districts = self.words(table, here, "district", shape=DISTRICT) if "district" in table else ()
        return Rows(status, after or Rows().after, delay, classes, districts)

    def _tell_of(self, said: Mapping[str, object], at: str, *, warrant: bool, co_sign: bool) -> tuple[str, ...]:
        """Steps of which the partner may be told; never where a judge opens custody, or somebody signs each inquiry."""
        words = self.words(said, at, "tell_of") if "tell_of" in said else ()
        for word in words:
            self.floored(at, "tell_of", word, TELL_OF, About.STEP, "step")
        if words and warrant:
            self.fault(f"{at}.tell_of", "nobody is told of anything under a judge's warrant", red_line=NEVER_TOLD)
        if words and co_sign:
            self.fault(f"{at}.tell_of", "nobody is told of anything where each inquiry needs a second signature")
        return words

    def _transform(self, said: Mapping[str, object], at: str, asked: Sequence[str]) -> dict[str, Transform]:
        table = said.get("transform", {})
        if not isinstance(table, dict):
            self.fault(f"{at}.transform", 'transform is a table, such as { birth_date = "year" }')
            return {}
        found: dict[str, Transform] = {}
        known = (*FIELDS, *WARRANT_FIELDS)
        for name, how in table.items():
            here = step(f"{at}.transform", name)
            within = [f"{name}.{key}" for key in how] if isinstance(how, dict) else []
            if dotted := next((word for word in within if word in known), None):
                self.fault(here, f'a field with a dot stands in quotes: transform = {{ "{dotted}" = "year" }}')
            elif how not in tuple(Transform):
                self.unknown(here, "transform", how, tuple(Transform))
            elif name not in asked:
                self.fault(here, f"{shown(name)} is narrowed and is no field of this purpose")
            elif name not in TRANSFORMS[Transform(how)]:
                self.fault(here, f"{shown(name)} cannot be narrowed to “{how}”")
            else:
                found[name] = Transform(how)
        return found

    def _term(self, head: Mapping[str, object]) -> Term | None:
        table = head.get("term")
        if not isinstance(table, dict):
            self.fault("agreement.term", "term is missing: { from = 2026-09-01, until = 2027-08-31 }")
            return None
        self.known(table, ("from", "until"), "agreement.term")
        first, last = table.get("from"), table.get("until")
        if not _is_day(first) or not _is_day(last):
            self.fault("agreement.term", "the term has two days: { from = 2026-09-01, until = 2027-08-31 }")
            return None
        if first > last:
            self.fault("agreement.term", "the term ends before it begins")
            return None
        return Term(first, last)

    def _limits(self, table: Mapping[str, object] | None) -> Limits:
        if table is None:
            return Limits()
        self.known(table, tuple(one.name for one in fields(Limits)), "limits")
        user = self.whole(table, "limits", "per_user_per_day", Limits().per_user_per_day, 1, MOST_A_DAY)
        agency = self.whole(table, "limits", "per_agency_per_day", Limits().per_agency_per_day, 1, MOST_A_DAY)
        unit = self.optional(table, "limits", "per_unit_per_day", MOST_A_DAY)
        if user > agency:
            sentence = f"one user may not ask more often ({user}) than the whole agency ({agency})"
            self.fault(
                "limits.per_user_per_day" if "per_user_per_day" in table else "limits.per_agency_per_day", sentence
            )
        if unit is not None and not user <= unit <= agency:
            self.fault("limits.per_unit_per_day", "a unit's limit lies between one user's and the whole agency's")
        return Limits(user, agency, unit)

    def _duties(self, table: Mapping[str, object] | None) -> Duties:
        if table is None:
            return Duties()
        self.known(table, tuple(one.name for one in fields(Duties)), "duties")
        outcome = self.whole(table, "duties", "outcome_within_days", Duties().outcome_within_days, 1, 3660)
        retain = self.whole(table, "duties", "retain_days", Duties().retain_days, 0, 36_600)
        onward = self.one_of(table, "duties", "onward", tuple(Onward)) if "onward" in table else Duties().onward.value
        overdue = self.optional(table, "duties", "overdue_suspends_after_days", 3660)
        return Duties(outcome, retain, Onward(onward) if onward else Duties().onward, overdue)

    def _watch(self, table: Mapping[str, object] | None) -> Watch:
        if table is None:
            return Watch()
        self.known(table, tuple(one.name for one in fields(Watch)), "watch")
        return Watch(
            self.number(table, "odds_ratio_allowed", Watch().odds_ratio_allowed, 1, 100),
            self.number(table, "coverage_allowed", Watch().coverage_allowed, 0, 1),
            self.number(table, "unlinked_allowed", Watch().unlinked_allowed, 0, 1),
            self.number(table, "false_alarms_per_year", Watch().false_alarms_per_year, 0, 10, above=True),
        )


def _is_day(value: object) -> TypeGuard[date]:
    return isinstance(value, date) and not isinstance(value, datetime)
