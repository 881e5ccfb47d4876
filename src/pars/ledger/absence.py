"""That a partner did not search by a criterion: a statement about a log's entries that anybody can compute again."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import msgspec
from msgspec import UNSET

from pars.errors import BadInput
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.form import entry_of
from pars.ledger.log import Log, Unequal
from pars.ledger.note import note_from
from pars.ledger.public import NotCanonical, OfInquiry, Public, Told, once_each
from pars.ledger.texts import Texts
from pars.sharing.vocabulary import CRITERIA, FLOOR_CRITERIA

FORMAT: Final = "pars-ledger-absence/1"
KNOWN: Final = (*CRITERIA, *FLOOR_CRITERIA)
"""Every criterion that there is a word for; of another one absence would say nothing."""
NOT_PROVED: Final = (
    "that nobody read the database, its backups or its disk past the program: such a look leaves no entry",
    "that what an entry says is true: it says what the program wrote down of the question",
    "anything about questions that were refused before they were read whole: their entries name a code and no criteria",
    "anything about another agency that asked on this one's behalf, or under another name",
    "anything about the owners' own people, whose entries do not tell what they searched by",
    "that an agency did not choose whom to ask about by what it knew from elsewhere",
    "anything after the checkpoint, or before the log began",
)
"""What such a file does not prove; it stands in every one."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which agency, which criterion, and from which day until which, both included."""

    agency: str
    criterion: str
    first_day: date
    last_day: date


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entries: how many, the first and the last index, and the SHA-256 over their leaf hashes, one behind the other."""

    entries: int
    first: int | None
    last: int | None
    sha256: str


class Absence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statement, and everything that it was computed from."""

    format: str
    checkpoint: str
    size: int
    root: str
    question: Question
    examined: Range
    matched: Range
    verbs: dict[str, int]
    refused: dict[str, int]
    criteria: dict[str, int]
    with_criterion: Range
    agencies: dict[str, int]
    absent: bool
    says: str
    does_not_prove: list[str]


@dataclass(slots=True)
class _Counted:
    entries: int = 0
    first: int | None = None
    last: int | None = None
    hashes: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, index: int, leaf: bytes) -> None:
        self.entries += 1
        self.first = index if self.first is None else self.first
        self.last = index
        self.hashes.update(leaf)

    @property
    def told(self) -> Range:
        return Range(self.entries, self.first, self.last, self.hashes.hexdigest())


@dataclass(slots=True)
class _Named:
    """The agencies that a log names, in its entries and in the terms that entries name."""

    agencies: set[str] = field(default_factory=set)
    versions: dict[str, None] = field(default_factory=dict)

    def add(self, said: Public) -> None:
        """A refused act names what somebody typed; a refused question names who asked."""
        if not isinstance(said, Told) or not (said.done or isinstance(said, OfInquiry)):
            return
        if said.agency is not UNSET:
            self.agencies.add(said.agency)
        if said.version is not UNSET and said.done:
            self.versions[said.version] = None

    def need(self, agency: str, texts: Texts) -> None:
        """Refuse an agency that nothing names: of a misspelt one every criterion would be absent."""
        if agency in self.agencies:
            return
        for version in self.versions:
            self.agencies.add(texts.terms(version).partner)
            if agency in self.agencies:
                return
        there = ", ".join(sorted(self.agencies)) or "none"
        raise BadInput(
            f"no entry and no terms of this log name an agency “{agency}”; it names: {there}", code="no-agency"
        )


def asked(agency: str, criterion: str, first: date, last: date) -> Question:
    """A question about a criterion that there is, and days in their order."""
    if criterion not in KNOWN:
        raise BadInput(f"there is no such criterion; there are {', '.join(KNOWN)}", code="no-criterion")
    if first > last:
        raise BadInput("the first day comes after the last", code="days")
    return Question(agency, criterion, first, last)


def absence(log: Log, texts: Texts, checkpoint: bytes, question: Question, progress: Callable[[int], None]) -> Absence:
    """Walk the whole log of that checkpoint and say what it holds. Raises `Unequal` when its files contradict it.

    Refused for an agency that neither an entry nor the terms of an agreement in it name.
    """
    note = note_from(checkpoint)
    tree = checkpoint_from(note.text)
    examined, matched, found = _Counted(), _Counted(), _Counted()
    named = _Named()
    verbs, refused, criteria, agencies = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for stretch in log.walk(tree.size, tree.root):
        for index, (entry, leaf) in enumerate(zip(stretch.entries, stretch.hashes, strict=True), stretch.first):
            try:
                said = entry_of(entry)
            except NotCanonical as fault:
                raise Unequal("canonical", index, f"entry {index} cannot be accepted: {fault}") from fault
            named.add(said)
            if not question.first_day <= said.day <= question.last_day:
                continue
            examined.add(index, leaf)
            if not isinstance(said, OfInquiry) or said.agency is UNSET:
                continue
            agencies[said.agency] += 1
            if said.agency != question.agency:
                continue
            matched.add(index, leaf)
            verbs[said.verb] += 1
            if said.refused is not UNSET:
                refused[said.refused] += 1
            if said.criteria is not UNSET:
                criteria.update(said.criteria)
                if question.criterion in said.criteria:
                    found.add(index, leaf)
        progress(stretch.first + len(stretch.entries))
    named.need(question.agency, texts)
    return Absence(
        FORMAT,
        checkpoint.decode(),
        tree.size,
        tree.root.hex(),
        question,
        examined.told,
        matched.told,
        dict(sorted(verbs.items())),
        dict(sorted(refused.items())),
        dict(sorted(criteria.items())),
        found.told,
        dict(sorted(agencies.items())),
        found.entries == 0,
        _sentence(question, tree.size, matched.entries, found.entries),
        list(NOT_PROVED),
    )


def _sentence(question: Question, size: int, matched: int, found: int) -> str:
    days = f"from {question.first_day} until {question.last_day}"
    told = f"{found} of them name" if found else "none of them names"
    return (
        f"Of {size} entries, {matched} are questions, messages or reports of {question.agency} {days}; "
        f"{told} {question.criterion} among its criteria."
    )


def written(statement: Absence) -> str:
    """The statement as its file."""
    return msgspec.json.format(msgspec.json.encode(statement), indent=2).decode() + "\n"


def absence_from(body: bytes) -> Absence:
    """A statement from its file; refused when it is none."""
    once_each(body)
    try:
        said = msgspec.json.decode(body, type=Absence)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise BadInput("this is no statement of absence", code="not-absence") from cause
    if said.format != FORMAT:
        raise BadInput("this statement of absence is of another format", code="not-absence")
    return said


def differences(one: Absence, other: Absence) -> list[str]:
    """The names of what two statements say differently."""
    return [name for name in Absence.__struct_fields__ if getattr(one, name) != getattr(other, name)]
