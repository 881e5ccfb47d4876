"""From entries of the ledger to what the watch hears: what is known of a case, and what was disclosed to whom.

A case is told from the entry that charges somebody on, with the owners' labels as they were written down by then, and
again when an entry says that other grades stand, that a step was taken, or that nobody is shown it any more: a charge
fell, the record was sealed or is a child's. A correction of labels changes nothing: what was not known at the
time explains no look-up. Whom an entry is about is told by its private part alone; where that was erased, a look-up is
one at an older record. Whom the rows of an agreement then show is `showing`'s.
"""

import ast
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pars.ledger.entry import NOBODY, Private
from pars.ledger.erasure import STRUCK
from pars.record.person import name_key
from pars.sharing.agreement import Rows
from pars.sharing.vocabulary import AFTER_STEPS, CLASS_GRADES
from pars.watch.lines import Attributes, Criteria, Disclosure
from pars.watch.namesakes import Namesakes, person_called
from pars.watch.showing import HORIZON_DAYS, Case, written_at

WRITTEN: Final = frozenset({"arrest.recorded", "count.row-made", "adult.moved"})
"""Entries by which an arrest is written down first."""
BOOKED: Final = WRITTEN | {"arrest.corrected", "optional.recorded"}
"""Entries in which an owner says who somebody is."""
CHARGED: Final = frozenset({"step.charge", "step.charge-by-summons"})
"""Entries from which on an agreement can show somebody; a summons alone has no charge that was approved."""
GONE: Final = frozenset(
    {
        "step.transfer-juvenile", "step.transfer-jurisdiction", "step.not-the-person", "step.die",
        "record.sealed", "record.expunged", "child.moved",
    }
)  # fmt: skip
"""Entries from which on no agreement can show somebody."""
STEPPED: Final = frozenset({"step.certify", "step.list", "step.list-at-limit"})
"""Steps after which alone rows may show somebody, and which say nothing else; heard where rows name them."""
JUDGED: Final = frozenset({"step.arraign", "step.arraign-at-bedside", "step.decide"})
"""Steps after which rows may show somebody, and by which all charges or some may fall."""
ASKED: Final = frozenset({"inquiry.asked", "subscription.made", "inquiry.told"})
"""Entries that disclose, or may."""
RESET: Final = "watch.reset"
CANARY, CANARY_ENDED = "canary.registered", "canary.ended"
"""From which entry on a record stands for nobody, and from which on it does so no longer."""
HEARD: Final = BOOKED | CHARGED | GONE | JUDGED | ASKED | {RESET, CANARY, CANARY_ENDED}
"""What a log for replay is made of, and what rows of every kind rest on."""
NAMED: Final = frozenset({"account.founded", "account.confirmed"})
"""Entries that say what an account is called, once somebody answers for it."""
_OPENED, _SEARCHED = "arrest.shown", "search.shown"
SHOWN: Final = frozenset({_OPENED, _SEARCHED})
"""Looks of the owners' own people that somebody chose; a list of a desk is shown to whoever works there."""
ALL_HEARD: Final = HEARD | NAMED | SHOWN
"""What the watch hears of; everything else in the ledger says nothing to it."""

_BEGINS: Final = WRITTEN | CHARGED
_COLUMNS: Final = frozenset(Attributes.__struct_fields__)
_STEP: Final = "step."
_WORDS: Final = {f"{_STEP}{step}": word for word, steps in AFTER_STEPS.items() for step in steps}
"""What a step is called in `rows.after`."""
_CLASSES: Final = {grade: name for name, grades in CLASS_GRADES.items() for grade in grades}
_A_MOMENT: Final = timedelta(seconds=5)
_NO_CAUSE: Final = "no-probable-cause"
_CASE: Final = "case"
"""The outcome of a look-up whose case belonged to nobody whom it found."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One entry in its place: when, what stands in public, who asked, and the private part while there is one."""

    index: int
    verb: str
    at: datetime
    public: Mapping[str, object]
    account: str | None = None
    private: Private | None = field(default=None, repr=False)
    entry: str = ""


def heard_for(rows: Iterable[Rows]) -> frozenset[str]:
    """What the watch hears of where agreements have these rows."""
    named = {f"{_STEP}{step}" for one in rows for step in AFTER_STEPS[one.after]}
    return HEARD | (STEPPED & named)


@dataclass(slots=True)
class _Known:
    """What entries have said of an arrest: its labels, the steps, and the classes that stand once somebody is charged.

    `classes` are empty before and after an agreement can show it; None when it is charged, and no entry said a grade.
    """

    at: datetime
    said: dict[str, object] = field(default_factory=dict)
    labelled: Attributes | None = None
    taken: dict[str, datetime] = field(default_factory=dict)
    classes: frozenset[str] | None = frozenset()


class Feed:
    """What is known of those who were booked or told of lately, and the time of the last line, which only grows."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._last = datetime.min.replace(tzinfo=UTC)

    def line(self, heard: Heard) -> tuple[datetime, Case | Disclosure] | None:
        """What an entry says to the watch, with its instant; None when that is nothing."""
        self._last = max(self._last, heard.at.astimezone(UTC))
        if heard.verb in ASKED:
            return self._last, _disclosure(heard, self._last)
        arrest = _arrest(heard.private)
        if arrest is None or heard.private is None:
            return None
        known = self._of(arrest, heard.verb)
        if known is None:
            return None
        if heard.verb in BOOKED and known.labelled is None:
            known.said.update(_labels(heard.private))
        return self._case(arrest, known, heard.verb, heard.private)

    def _of(self, arrest: str, verb: str) -> _Known | None:
        """What is known of an arrest, the newest last; an entry that changes something begins nothing."""
        known = self._known.pop(arrest, None)
        if known is None:
            if verb not in _BEGINS:
                return None
            self._forget()
            known = _Known(self._last)
        known.at = self._last
        self._known[arrest] = known
        return known

    def _case(self, arrest: str, known: _Known, verb: str, private: Private) -> tuple[datetime, Case] | None:
        before, steps = known.classes, len(known.taken)
        word = _WORDS.get(verb)
        if word is not None:
            happened = _happened(private, self._last)
            known.taken[word] = min(happened, known.taken.get(word, happened))
        known.classes = _standing(verb, private, before)
        if known.classes == before and (len(known.taken) == steps or before == frozenset()):
            return None
        if known.labelled is None:
            known.labelled = _attributes(known.said, arrest)
        return self._last, Case(arrest, known.labelled, known.classes, dict(known.taken))

    def _forget(self) -> None:
        """Whoever was not told of for so long: the oldest come first."""
        oldest = self._last - timedelta(days=HORIZON_DAYS)
        while self._known and (first := next(iter(self._known))) and self._known[first].at < oldest:
            del self._known[first]


def _standing(verb: str, private: Private, before: frozenset[str] | None) -> frozenset[str] | None:
    """The classes of the charges that stand after an entry; what its labels do not say, its verb does."""
    said = private.details.get("labels")
    grades = said.get("grades") if isinstance(said, dict) else None
    if verb in GONE:
        return frozenset()
    if isinstance(grades, list):
        return frozenset(_CLASSES[one] for one in map(str, grades) if one in _CLASSES)
    if verb == "step.charge":
        return None
    return frozenset() if private.details.get("outcome") == _NO_CAUSE else before


def _happened(private: Private, entered: datetime) -> datetime:
    """When a step was taken, as its entry says; when it was entered, where that says nothing or names the same moment.

    An act reads the clock for its entry first and for its step a moment later.
    """
    said = private.details.get("at")
    try:
        happened = datetime.fromisoformat(said).astimezone(UTC) if isinstance(said, str) else entered
    except ValueError:
        return entered
    return entered if entered < happened < entered + _A_MOMENT else happened


def _disclosure(heard: Heard, at: datetime) -> Disclosure:
    """A look-up, or a message, which counts for whom it names. A case that cannot be compared contradicts nothing."""
    private, said = heard.private, heard.public
    found = private.commits.get("found", NOBODY) if private else f"erased-{heard.index}"
    outcome = private.details.get("outcome") if private else None
    case = private.details.get("case") if private else None
    behalf = private.details.get("on_behalf_of") if private else None
    return Disclosure(
        at=written_at(at),
        agency=str(said.get("agency", "")),
        user=heard.account or "",
        purpose=str(said.get("purpose", "")),
        case_verified=outcome != _CASE,
        person=None if found == NOBODY else found,
        criteria=_criteria(private),
        case_reference=str(case) if case else None,
        on_behalf_of=str(behalf) if behalf else None,
    )


def _criteria(private: Private | None) -> Criteria:
    """By what was asked, as the search compares it: another spelling of the same question is no other question."""
    subject = private.details.get("subject") if private else None
    if not isinstance(subject, dict):
        return Criteria()
    names = set(Criteria.__struct_fields__)
    asked = {str(name): " ".join(str(value).split()) for name, value in subject.items() if name in names}
    if "name" in asked:
        asked["name"] = _by_letters(asked["name"])
    return Criteria(**asked)


def _by_letters(name: str) -> str:
    """A name by its letters, surname first. Its entry keeps one text or, as Python writes them, two boxes."""
    surname, _, given = name.partition(",")
    if name.startswith("{"):
        with contextlib.suppress(ValueError, SyntaxError, KeyError):
            boxes = ast.literal_eval(name)
            surname, given = str(boxes["surname"]), str(boxes["given"])
    return f"{name_key(surname)}, {name_key(given)}"


def _attributes(said: Mapping[str, object], arrest: str) -> Attributes:
    """Labels that the watch knows; what is none of its codes is left out, as missing. No incident is one of its own."""
    known: dict[str, object] = {name: value for name, value in said.items() if name in _COLUMNS}
    foreign = known.pop("birthplace_foreign", None)
    texts = {name: str(value) for name, value in known.items() if value is not None}
    texts.setdefault("incident", arrest)
    return Attributes(**texts, birthplace_foreign=foreign if isinstance(foreign, bool) else None)


def learn(names: Namesakes, heard: Heard) -> None:
    """Learn from an entry what an account or somebody who was booked is called; most entries say nothing of it."""
    if heard.verb in NAMED:
        said = heard.private.details if heard.private is not None else {}
        account, agency, called = (said.get(name) for name in ("account", "agency", "called"))
        if isinstance(account, str) and isinstance(agency, str):
            names.name(account, agency, "" if called == STRUCK else str(called or ""), heard.at.timestamp())
    elif heard.verb in BOOKED:
        arrest, labels = _arrest(heard.private), _labels(heard.private)
        person = person_called(str(labels.get("surname") or ""), str(labels.get("given") or ""))
        if arrest is not None and person is not None:
            names.book(arrest, person, heard.at.timestamp())


def arrests_shown(heard: Heard) -> list[str]:
    """The arrests that a look of the owners' own people showed."""
    said = heard.private.details.get("arrests") if heard.private is not None else None
    return [str(one) for one in said] if isinstance(said, list) else []


def was_handed(heard: Heard) -> bool:
    """Whether a look was at somebody of the own queue, site and shift; not where that is not known any more."""
    private = heard.private
    return heard.verb == _OPENED and private is not None and not private.details.get("outside")


def arrest_of(heard: Heard) -> str | None:
    """The arrest that an entry is about, while its private part is there."""
    return _arrest(heard.private)


def _arrest(private: Private | None) -> str | None:
    return private.commits.get("arrest") if private is not None else None


def _labels(private: Private | None) -> dict[str, object]:
    said = private.details.get("labels") if private is not None else None
    return {str(name): value for name, value in said.items()} if isinstance(said, dict) else {}
