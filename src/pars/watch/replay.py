"""A log carried through the watch, entry by entry, in bounded memory: one stock, and one state for each agency."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pars.sharing.agreement import Watch
from pars.watch.agency import Agency, Look
from pars.watch.coverage import Coverage
from pars.watch.lines import Booking, Disclosure, entries
from pars.watch.parameters import BUDGET, Alarm, Detector, Level
from pars.watch.stock import Stock
from pars.watch.words import of_canary


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm where it fell. `at` is the entry's own text, and `disclosures_so_far` the agency's, with this one."""

    at: str
    agency: str
    alarm: Alarm
    disclosures_so_far: int


class Replay:
    """Everything that is known after the entries so far; each agency is judged by the same terms."""

    def __init__(self, terms: Watch, zone: tzinfo = UTC, *, canaries: Collection[str] = ()) -> None:
        self._terms, self._zone, self._canaries = terms, zone, frozenset(canaries)
        self._touched: set[tuple[str, str]] = set()
        self._stock = Stock()
        self._agencies: dict[str, Agency] = {}
        self._counts: dict[str, int] = {}
        self._nobody: Coverage | None = None

    def alarms(self, lines: Iterable[bytes]) -> Iterator[Told]:
        """Every alarm of a log, when it falls; refused at the first line that cannot be right."""
        for at, entry in entries(lines):
            if isinstance(entry, Booking):
                self.book(entry, at)
            else:
                yield from self.disclose(entry, at)

    def book(self, booking: Booking, at: datetime) -> None:
        """Somebody is booked."""
        on = at.astimezone(self._zone).date()
        person = self._stock.book(booking, at, on)
        self._untouched(at).booked(person)
        for agency in self._agencies.values():
            agency.coverage.booked(person)

    def disclose(self, entry: Disclosure, at: datetime) -> Iterator[Told]:
        """An agency looks somebody up."""
        agency = self._agencies.get(entry.agency)
        on = at.astimezone(self._zone).date()
        if agency is None:
            agency = Agency(entry.agency, self._terms, self._stock, self._untouched(at).begun(on))
            self._agencies[entry.agency] = agency
        self._counts[entry.agency] = many = self._counts.get(entry.agency, 0) + 1
        person = None if entry.person is None else self._stock.person(entry.person)
        new = person is not None and entry.agency not in person.incident.drawn_by
        for alarm in (*self._canary(entry), *agency.look(Look(entry, at, on, person, new))):
            yield Told(entry.at, entry.agency, alarm, many)

    def _canary(self, entry: Disclosure) -> Iterator[Alarm]:
        """The first touch of each canary by each agency asks for a signature, and nothing more ever follows (T24)."""
        if entry.person not in self._canaries or (entry.agency, entry.person) in self._touched:
            return
        self._touched.add((entry.agency, entry.person))
        yield Alarm(Detector.CANARY, of_canary(entry.user), "cosign", Level.USER, entry.user)

    def _untouched(self, at: datetime) -> Coverage:
        """The coverage of an agency that has asked for nobody."""
        if self._nobody is None:
            share = BUDGET[Detector.COVERAGE]
            self._nobody = Coverage(self._terms.coverage_allowed, share, at.astimezone(self._zone).date())
        return self._nobody
