"""The log of one agency in a dossier: as `pars watch replay` reads it, in a sealed and in an open edition.

Persons, users, cases and incidents have names of the dossier's own, by which nobody is found elsewhere. From when to
when somebody was shown stands in it as the agreement's rows make it (`showing`). The sealed edition holds the owners'
labels of each booking and what was asked: with it an expert comes to the same alarms. The
open edition leaves both out and commits to each by SHA-256 over a salt and the canonical label: it lets
recomputed whatever needs no label (cases, no-hits, coverage, clockwork), and whoever is given the sealed edition later
checks that no label was changed. A question that found nobody has a name of the dossier's own in it, since the same one
asked again is no other no-hit. It has each person's first line alone, so that nobody learns from it whose charge fell
or whose record was sealed. Which of the persons stand for nobody is told beside the sealed edition alone.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec
from msgspec import structs

from pars.watch.lines import Attributes, Booking, Criteria, Disclosure
from pars.watch.showing import written_at

Salt: TypeAlias = Callable[[Booking | Disclosure], bytes]
"""32 bytes for an entry by the names that the log has: nobody guesses them, and another time they are the same."""
_canonical: Final = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: sealed as replay reads it, and open with the commitment to what was left out; the salt is sealed.

    `open` is None of whom was told again.
    """

    sealed: bytes
    open: bytes | None
    commitment: str
    salt: str


class Names:
    """Names of the dossier's own, counted as they first appear."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}

    def booking(self, entry: Booking) -> Booking:
        """A booking by these names."""
        said = entry.attributes
        incident = self._named("i", said.incident) if said.incident else None
        return structs.replace(
            entry, person=self._named("p", entry.person), attributes=structs.replace(said, incident=incident)
        )

    def disclosure(self, entry: Disclosure) -> Disclosure:
        """A look-up by these names."""
        return structs.replace(
            entry,
            user=self._named("u", entry.user),
            person=self._named("p", entry.person) if entry.person else None,
            case_reference=self._named("c", entry.case_reference) if entry.case_reference else None,
        )

    def person(self, name: str) -> str:
        """The dossier's own name of a person."""
        return self._named("p", name)

    def question(self, entry: Disclosure) -> Criteria:
        """What is told in the open of by what was asked: which question it was, where nobody was found."""
        if entry.person is not None:
            return Criteria()
        return Criteria(name=self._named("q", _canonical.encode(entry.criteria).decode()))

    def _named(self, kind: str, name: str) -> str:
        return self._given.setdefault((kind, name), f"{kind}-{len(self._given) + 1}")


def lines_of(agency: str, entries: Iterable[Booking | Disclosure], salt: Salt, names: Names) -> Iterator[Line]:
    """The lines of one agency's log, in the order of the ledger; other agencies' look-ups are not in it."""
    told: set[str] = set()
    for entry in entries:
        if isinstance(entry, Disclosure) and entry.agency != agency:
            continue
        whole = names.booking(entry) if isinstance(entry, Booking) else names.disclosure(entry)
        yield _line(whole, salt(entry), names, again=isinstance(whole, Booking) and whole.person in told)
        if isinstance(whole, Booking):
            told.add(whole.person)


def in_time(said: Iterable[tuple[datetime, Booking | Disclosure]], delay: timedelta) -> list[Booking | Disclosure]:
    """The lines of a log in time order. Replay waits for the delay of the terms: people are booked so much earlier."""
    lines = [(at - delay if isinstance(one, Booking) else at, one) for at, one in said]
    lines.sort(key=lambda line: line[0])
    return [structs.replace(one, at=written_at(at)) for at, one in lines]


def _line(whole: Booking | Disclosure, salt: bytes, names: Names, *, again: bool) -> Line:
    label: Attributes | Criteria
    bare: Booking | Disclosure
    if isinstance(whole, Booking):
        label = whole.attributes
        bare = structs.replace(whole, attributes=Attributes(incident=whole.attributes.incident))
    else:
        label, bare = whole.criteria, structs.replace(whole, criteria=names.question(whole))
    return Line(
        msgspec.json.encode(whole),
        None if again else msgspec.json.encode(bare),
        hashlib.sha256(salt + _canonical.encode(label)).hexdigest(),
        salt.hex(),
    )


def root_of(lines: Iterable[bytes]) -> str:
    """One hash for a whole log: SHA-256 over its lines, each with its line feed."""
    made = hashlib.sha256()
    for line in lines:
        made.update(line + b"\n")
    return made.hexdigest()
