"""From entries of the ledger to the lines that the watch reads: who became visible, and what was disclosed to whom.

Somebody stands in the stock from the entry that charges them on, which is when an agreement can first show them, with
the owners' labels as they were written down by then. A correction after it changes nothing: what was not known at the
time explains no look-up. Whom an entry is about is told by its private part alone; where that was erased, a look-up is
one at an older record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from pars.ledger.entry import NOBODY, Private
from pars.ledger.erasure import STRUCK
from pars.watch.lines import Attributes, Booking, Criteria, Disclosure
from pars.watch.namesakes import Namesakes, person_called
from pars.watch.stock import HORIZON_DAYS

WRITTEN: Final = frozenset({"arrest.recorded", "count.row-made", "adult.moved"})
"""Entries by which an arrest is written down first."""
BOOKED: Final = WRITTEN | {"arrest.corrected", "optional.recorded"}
"""Entries in which an owner says who somebody is."""
CHARGED: Final = frozenset({"step.charge"})
"""Entries from which on an agreement can show somebody; a summons alone has no charge that was approved."""
ASKED: Final = frozenset({"inquiry.asked", "subscription.made", "inquiry.told"})
"""Entries that disclose, or may."""
RESET: Final = "watch.reset"
CANARY, CANARY_ENDED = "canary.registered", "canary.ended"
"""From which entry on a record stands for nobody, and from which on it does so no longer."""
HEARD: Final = BOOKED | CHARGED | ASKED | {RESET, CANARY, CANARY_ENDED}
"""What a log for replay is made of."""
NAMED: Final = frozenset({"account.founded", "account.confirmed"})
"""Entries that say what an account is called, once somebody answers for it."""
SHOWN: Final = frozenset({"arrest.shown", "search.shown"})
"""Looks of the owners' own people that somebody chose; a list of a desk is shown to whoever works there."""
ALL_HEARD: Final = HEARD | NAMED | SHOWN
"""What the watch hears of; everything else in the ledger says nothing to it."""

_COLUMNS: Final = frozenset(Attributes.__struct_fields__)
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


class Feed:
    """The labels of those who are booked and not charged yet, and the time of the last line, which only grows."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[datetime, dict[str, object]]] = {}
        self._last = datetime.min.replace(tzinfo=UTC)

    def line(self, heard: Heard) -> tuple[datetime, Booking | Disclosure] | None:
        """The line that an entry makes, with its instant; None when it makes none."""
        self._last = max(self._last, heard.at.astimezone(UTC))
        if heard.verb in BOOKED:
            self._label(heard)
        if heard.verb in CHARGED:
            return self._visible(heard)
        return (self._last, _disclosure(heard, self._last)) if heard.verb in ASKED else None

    def _label(self, heard: Heard) -> None:
        arrest, said = _arrest(heard.private), _labels(heard.private)
        if arrest is None:
            return
        if arrest in self._waiting:
            self._waiting[arrest][1].update(said)
        elif heard.verb in WRITTEN:
            self._forget()
            self._waiting[arrest] = (self._last, said)

    def _visible(self, heard: Heard) -> tuple[datetime, Booking] | None:
        arrest = _arrest(heard.private)
        if arrest is None:
            return None
        _, said = self._waiting.pop(arrest, (self._last, {}))
        return self._last, Booking(_written(self._last), arrest, _attributes(said))

    def _forget(self) -> None:
        """Whoever was not charged for so long was let go: the oldest come first."""
        oldest = self._last - timedelta(days=HORIZON_DAYS)
        while self._waiting and next(iter(self._waiting.values()))[0] < oldest:
            del self._waiting[next(iter(self._waiting))]


def _disclosure(heard: Heard, at: datetime) -> Disclosure:
    """A look-up, or a message, which counts for whom it names. A case that cannot be compared contradicts nothing."""
    private, said = heard.private, heard.public
    found = private.commits.get("found", NOBODY) if private else f"erased-{heard.index}"
    outcome = private.details.get("outcome") if private else None
    case = private.details.get("case") if private else None
    behalf = private.details.get("on_behalf_of") if private else None
    return Disclosure(
        at=_written(at),
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
    """By what was asked, as its entry keeps it: the name as one text, and whatever else was given."""
    subject = private.details.get("subject") if private else None
    if not isinstance(subject, dict):
        return Criteria()
    names = set(Criteria.__struct_fields__)
    return Criteria(**{str(name): str(value) for name, value in subject.items() if name in names})


def _attributes(said: Mapping[str, object]) -> Attributes:
    """Labels that the watch knows; what is none of its codes is left out, as missing."""
    known: dict[str, object] = {name: value for name, value in said.items() if name in _COLUMNS}
    foreign = known.pop("birthplace_foreign", None)
    texts = {name: str(value) for name, value in known.items() if value is not None}
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


def arrest_of(heard: Heard) -> str | None:
    """The arrest that an entry is about, while its private part is there."""
    return _arrest(heard.private)


def _arrest(private: Private | None) -> str | None:
    return private.commits.get("arrest") if private is not None else None


def _labels(private: Private | None) -> dict[str, object]:
    said = private.details.get("labels") if private is not None else None
    return {str(name): value for name, value in said.items()} if isinstance(said, dict) else {}


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
