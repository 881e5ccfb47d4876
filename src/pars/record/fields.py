"""The catalogue: every column of the database once: what it means, who writes it, how long it is kept, who sees it.

The table is `fields.csv` beside this module; `docs/data-dictionary.md` is generated from it, and a law of the tests
holds it against the database itself, so that no column exists outside it. A cell of the table that is none of the
words below stops the import: nothing runs on a catalogue with a hole in it.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from pars.record.arrest import Step
from pars.record.care import READERS as CARE_READERS
from pars.record.roles import SUPERVISORS, Role
from pars.record.steps import STEPS


class FieldKind(StrEnum):
    """What stands in a column, and so what may ever be done with it (the vocabulary of agreements)."""

    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    BIRTH_DATE = "birth date"
    ADDRESS = "address"
    IMAGE = "image"
    FREE_TEXT = "free text"
    INSTANT = "instant"
    FLAG = "flag"
    LIST = "list"
    REFERENCE = "reference"
    DIGEST = "digest"
    SEALED = "sealed"


KIND_WORDS: Mapping[FieldKind, str] = {
    FieldKind.CODE: "a word of a closed list, or one that a rule or a machine makes",
    FieldKind.NUMBER: "a quantity, or an identifier with a shape of its own",
    FieldKind.DATE: "a day of the city's calendar",
    FieldKind.NAME: "a name as typed",
    FieldKind.BIRTH_DATE: "the day on which somebody was born",
    FieldKind.ADDRESS: "where somebody lives",
    FieldKind.IMAGE: "a picture",
    FieldKind.FREE_TEXT: "whatever somebody typed; on the floor for every partner, by kind",
    FieldKind.INSTANT: "a moment, in UTC",
    FieldKind.FLAG: "yes or no",
    FieldKind.LIST: "several codes, numbers or references",
    FieldKind.REFERENCE: "points to another row; an opaque number",
    FieldKind.DIGEST: "a fixed function of something that is not kept itself, or the bytes that the log signs",
    FieldKind.SEALED: "encrypted by the application; the database cannot read it",
}
"""What each kind means, for the dictionary."""

FREE_KINDS = frozenset({FieldKind.FREE_TEXT, FieldKind.SEALED})
"""Kinds in which anything may stand, so that no partner is ever given one (promise 5)."""

SAYS_WHO = frozenset({FieldKind.NAME, FieldKind.BIRTH_DATE, FieldKind.ADDRESS})
"""Kinds that name a person by themselves."""


class DataClass(StrEnum):
    """What the law and the owners' rules call the content of a column."""

    PUBLIC_COURT = "public-court"
    PERSONAL = "personal"
    CRIMINAL_HISTORY = "criminal-history"
    INVESTIGATIVE = "investigative"
    CUSTODY = "custody"
    INTERVIEW = "interview"
    VICTIM = "victim"
    JUVENILE = "juvenile"
    CARE = "care"
    OFF_BY_DEFAULT = "off-by-default"
    AT_WORK = "at-work"
    OPERATIONAL = "operational"
    CREDENTIAL = "credential"
    LEDGER = "ledger"


CLASS_WORDS: Mapping[DataClass, str] = {
    DataClass.PUBLIC_COURT: "what the court's own docket or calendar tells (18 Pa.C.S. 9104)",
    DataClass.PERSONAL: "who the person arrested is",
    DataClass.CRIMINAL_HISTORY: "arrests, charges and dispositions of a named person (18 Pa.C.S. 9102)",
    DataClass.INVESTIGATIVE: "what was found out and how, which is no criminal history (18 Pa.C.S. 9102, 9106)",
    DataClass.CUSTODY: "where the person is kept, why, and when the door opens (Phila. Code ch. 21-3600)",
    DataClass.INTERVIEW: "the pretrial interview, in a store of its own (234 Pa. Code Rule 530(C))",
    DataClass.VICTIM: "victims, witnesses and complainants, in a store of their own (18 P.S. 11.201)",
    DataClass.JUVENILE: "records of children, apart from those of adults (42 Pa.C.S. 6308)",
    DataClass.CARE: "health, disability and language needs",
    DataClass.OFF_BY_DEFAULT: "what nobody is asked unless an owner switches it on, in a store of its own",
    DataClass.AT_WORK: "people in their work: officers, attorneys, magistrates",
    DataClass.OPERATIONAL: "how the system runs; says nothing about a person arrested",
    DataClass.CREDENTIAL: "what signing in needs",
    DataClass.LEDGER: "the account of what was done",
}
"""What each class means, with the law that speaks of it where there is one."""


class PartnerField(StrEnum):
    """The words by which an agreement gives a field to a partner; or that none ever can."""

    NAME = "name"
    OTHER_NAMES = "other_names"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    DESCRIPTION = "description"
    PHOTO = "photo"
    PID = "pid"
    SID = "sid"
    OTN = "otn"
    DC_NUMBER = "dc_number"
    DOCKET_NUMBER = "docket_number"
    ARREST_DATE = "arrest.date"
    ARREST_DISTRICT = "arrest.district"
    ARREST_AGENCY = "arrest.agency"
    CHARGES = "charges"
    ARRAIGNMENT_DATE = "arraignment.date"
    ARRAIGNMENT_OUTCOME = "arraignment.outcome"
    BAIL = "bail"
    DISPOSITION = "disposition"
    ADDRESS = "address"
    CUSTODY_SITE = "custody.site"
    CUSTODY_RELEASED_AT = "custody.released_at"
    NEXT_HEARING = "next_hearing"
    FLOOR = "floor"
    NEVER = "never"


NOT_RELEASED = frozenset({PartnerField.FLOOR, PartnerField.NEVER})
"""No agreement can give these: a red line names the column, or no word does."""

ONLY_UNDER_A_JUDGES_WARRANT = frozenset(
    {
        PartnerField.ADDRESS,
        PartnerField.CUSTODY_SITE,
        PartnerField.CUSTODY_RELEASED_AT,
        PartnerField.NEXT_HEARING,
    }
)
"""Fields for a purpose with `judicial_warrant = true` alone (promise 5)."""


class RedLine(StrEnum):
    """The words of fields on the floor: known, and refused in every agreement."""

    BIRTHPLACE = "birthplace"
    SSN = "ssn"
    RACE = "race"
    ETHNICITY = "ethnicity"
    LANGUAGE = "language"
    VICTIMS = "victims"
    WITNESSES = "witnesses"
    INTERVIEW = "interview"
    CARE = "care"
    CONSULAR = "consular"
    CONTACTS = "contacts"
    PROPERTY = "property"
    NARRATIVE = "narrative"
    COMPLAINT = "complaint"
    JUVENILE = "juvenile"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until when something is kept, and who says so. A legal hold stops the end of it."""

    until: str
    source: str


OWNERS = "setting of the owners"
"""The source of every keeping time for which no law or policy is known to name one."""

KEEPING: Mapping[str, Keeping] = MappingProxyType(
    {
        "record": Keeping(
            "until it is expunged; out of sight while access is limited; otherwise the length that the owners set",
            f"18 Pa.C.S. 9122 (expungement), 9122.1 and 9122.2 (limited access); the length is a {OWNERS}",
        ),
        "juvenile": Keeping(
            "until it is expunged, apart from the records of adults; otherwise the length that the owners set",
            f"18 Pa.C.S. 9123 (expungement), 42 Pa.C.S. 6308 (apart); the length is a {OWNERS}",
        ),
        "interview": Keeping(
            "the length that the owners set, no longer than bail and presentence need it",
            f"{OWNERS}; 234 Pa. Code Rule 530(C) says for what it may serve and names no time",
        ),
        "care": Keeping("the length that the owners set, no longer than claims about the custody can be made", OWNERS),
        "consular": Keeping("30 days after custody ends; then a round erases it", OWNERS),
        "victim": Keeping("the length that the owners set, no longer than the case needs notices", OWNERS),
        "optional": Keeping("no longer than the setting that switched the field on", OWNERS),
        "log": Keeping(
            "for good: it names nobody",
            f"{OWNERS}; CJIS Security Policy AU-11 asks for one year at least",
        ),
        "listing": Keeping(
            "as long as the record that it speaks of, and one year at least",
            "18 Pa.C.S. 9106(e) and 9121(f) (listing of disclosures), CJIS Security Policy AU-11 (one year); "
            f"that a listing lives as long as its record is a {OWNERS}",
        ),
        "look": Keeping("5 seconds are needed; the length that the owners set", OWNERS),
        "live": Keeping("the newest events; a page further behind gets the whole list", OWNERS),
        "subscription": Keeping("until it ends; then it is erased", OWNERS),
        "delivery": Keeping("two days; nothing when it ends before", OWNERS),
        "owed": Keeping("until every receipt about it is recalled, a minute", OWNERS),
        "draft": Keeping("until the form is sent; offered again within a day", OWNERS),
        "answered": Keeping("a day", OWNERS),
        "bad-try": Keeping(
            "until the right password is given or a supervisor unlocks; counted for 15 minutes",
            f"CJIS Security Policy AC-7 (the 15 minutes); the rest is a {OWNERS}",
        ),
        "session": Keeping("the length that the owners set after it has ended", OWNERS),
        "account": Keeping(
            "as long as an entry of the ledger names it, and one year at least after it is disabled",
            f"CJIS Security Policy IA (a name is given to nobody else for one year); the rest is a {OWNERS}",
        ),
        "house": Keeping("as long as a record names it", OWNERS),
        "setting": Keeping("for good: the account of what an owner switched", OWNERS),
        "installation": Keeping("as long as the installation lives", OWNERS),
    }
)
"""Keeping times by the word that the table uses. A law stands here only where the project's research has read it."""

ENDED_BY: Mapping[str, str] = MappingProxyType(
    {
        "record": "no round: a court's order expunges it (*Erasing*), and no owner has set a length",
        "juvenile": "no round: the juvenile court's order; a legal hold from before a record moved here stands on,"
        " and none is placed here yet",
        "interview": "round keeping",
        "care": "no round: claims about custody can be made for years, and no owner has set a length",
        "consular": "round tidying",
        "victim": "round keeping",
        "optional": "round keeping",
        "log": "no round: it is kept for good and names nobody",
        "listing": "round erasing, with its record",
        "look": "round tidying",
        "live": "round tidying",
        "subscription": "round expiring, and the act that ends it",
        "delivery": "round delivering",
        "owed": "round recalling",
        "draft": "round tidying, and the act that the form is of",
        "answered": "round tidying",
        "bad-try": "no round: the right password, or a supervisor's unlocking",
        "session": "no round: the ledger's looks name it, and no owner has set a length",
        "account": "no round: entries name it for as long as the log lives",
        "house": "no round: records name it",
        "setting": "no round: it is kept for good",
        "installation": "no round: it ends with the installation",
    }
)
"""By which round what is over its keeping time ends, or why by none; every word of `KEEPING` stands here."""

GROUPS: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "system": frozenset[Role](),
        "everyone": frozenset(Role),
        "supervisors": SUPERVISORS,
        "bail-chain": frozenset({Role.CLERK, Role.DEFENDER, Role.MAGISTRATE})
        | frozenset({Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR}),
        "serves": frozenset({Role.CLERK, Role.MAGISTRATE, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR}),
        "receives": SUPERVISORS | {Role.CHARGING_ATTORNEY, Role.COUNSEL},
        "booking": frozenset(
            {Role.OFFICER, Role.DETECTIVE, Role.DETENTION_OFFICER, Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}
        ),
        "holds": frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR, Role.CLERK}),
        "links": frozenset({Role.DETECTIVE, Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR}),
        "care": CARE_READERS,
        "protected": frozenset({Role.OFFICER, Role.DETECTIVE, Role.POLICE_SUPERVISOR}),
        "bail-positions": frozenset(
            {Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR, Role.DEFENDER, Role.INTERVIEWER}
        ),
        "step-takers": frozenset[Role]().union(*(step.takes for step in STEPS.values())),
    }
)
"""Who writes, by a word for several. Tests hold them against the actions that let those roles in."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column.

    `name` is schema.table.column; `writers` are the duties whose acts write it, none when the act or the database
    fills it by itself; `red_lines` stand only where `partners` is the floor; an empty `meaning` says that the label
    says it all.
    """

    name: str
    label: str
    kind: FieldKind
    data_class: DataClass
    keeping: Keeping
    writers: frozenset[Role]
    partners: PartnerField
    red_lines: tuple[RedLine, ...] = ()
    meaning: str = ""

    @property
    def table(self) -> str:
        """Schema and table."""
        return self.name.rpartition(".")[0]

    @property
    def column(self) -> str:
        """The column alone."""
        return self.name.rpartition(".")[2]


def _moves(step: Step, track: str) -> bool:
    return track in step.to or any(track in change for change in (step.outcomes or {}).values())


def _writers(word: str) -> frozenset[Role]:
    """The duties behind one word of the table: a role, a group, a step's takers, or those who move a track."""
    what, _, name = word.partition(":")
    if what == "step":
        return STEPS[name].takes
    if what == "track":
        return frozenset[Role]().union(*(step.takes for step in STEPS.values() if _moves(step, name)))
    return GROUPS[word] if word in GROUPS else frozenset({Role(word)})


def _field(row: Mapping[str, str]) -> Field:
    partners, _, lines = row["partners"].partition(":")
    return Field(
        name=row["field"],
        label=row["label"],
        kind=FieldKind(row["kind"]),
        data_class=DataClass(row["class"]),
        keeping=KEEPING[row["keeping"]],
        writers=frozenset[Role]().union(*(_writers(word) for word in row["writers"].split())),
        partners=PartnerField(partners),
        red_lines=tuple(RedLine(line) for line in lines.split()),
        meaning=row["meaning"],
    )


def _read(text: str) -> Iterator[Field]:
    rows = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), strict=True)
    return (_field(row) for row in rows)


FIELDS: Mapping[str, Field] = MappingProxyType(
    {field.name: field for field in _read((files("pars.record") / "fields.csv").read_text(encoding="utf-8"))}
)
"""Every column by `schema.table.column`, in the order of the tables."""


def tables() -> Mapping[str, tuple[Field, ...]]:
    """The fields of each table, in the catalogue's order."""
    found: dict[str, list[Field]] = {}
    for field in FIELDS.values():
        found.setdefault(field.table, []).append(field)
    return {table: tuple(fields) for table, fields in found.items()}


@cache
def released_by(word: PartnerField) -> tuple[Field, ...]:
    """The columns that an agreement's word gives to a partner; none for what no agreement can give."""
    if word in NOT_RELEASED:
        return ()
    return tuple(field for field in FIELDS.values() if field.partners is word)
