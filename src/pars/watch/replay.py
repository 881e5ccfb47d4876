"""A log carried through the watch, entry by entry, in bounded memory: one stock, and one state for each agency."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from pars.errors import BadInput
from pars.sharing.agreement import Rows, Watch
from pars.watch.agency import Agency, Told
from pars.watch.coverage import Coverage, Intake
from pars.watch.evidence import TOGETHER
from pars.watch.lines import Booking, Disclosure, entries
from pars.watch.parameters import BUDGET, Alarm, Detector, Level
from pars.watch.scan import keep_pages
from pars.watch.showing import NOTHING, Showing
from pars.watch.stock import SECONDS_A_DAY, Stock
from pars.watch.words import of_canary

_QUARTER: Final = 900
"""Seconds; every time zone's day begins at a quarter of an hour."""


class Replay:
    """Everything that is known after the entries so far; each agency is judged by the same terms.

    `rows` are those of the agreement's purposes, and narrow who could have been asked about; `canaries` name people who
    stand for nobody.
    """

    def __init__(
        self,
        terms: Watch,
        zone: tzinfo = UTC,
        *,
        rows: Mapping[str, Rows] | None = None,
        canaries: Collection[str] = (),
    ) -> None:
        self._terms, self._zone, self._canaries = terms, zone, set(canaries)
        self._touched: set[tuple[str, str]] = set()
        showing = Showing(rows or {})
        self._stock, self._delay = Stock(showing), showing.delay_seconds
        self._waiting: deque[tuple[float, Booking]] = deque()
        self._hidden: Counter[str] = Counter()
        self._agencies: dict[str, Agency] = {}
        self._looks = 0
        self._canaries_touched: list[tuple[int, Told]] = []
        self._intake = Intake()
        self._untouched = Coverage(terms, BUDGET[Detector.COVERAGE], self._intake)
        self._on: int | None = None
        self._from = self._until = 0.0
        self._of_quarter = 0

    def alarms(
        self, lines: Iterable[bytes], together: int = TOGETHER, waits: Callable[[], bool] | None = None
    ) -> Iterator[Told]:
        """Every alarm of a log, in order; refused at the first line that cannot be right, after what fell before it.

        Look-ups are judged so many at a time, or sooner when the next line has to be waited for, which changes nothing
        but when an alarm is told.
        """
        keep_pages()
        try:
            for at, entry in entries(lines):
                if self.read(entry, at) >= together or (waits is not None and waits()):
                    yield from self.judged()
        except BadInput:
            yield from self.judged()
            raise
        yield from self.judged()

    def book(self, booking: Booking, at: datetime) -> None:
        """Somebody is booked."""
        self._book(booking, at.timestamp())

    def put_canary(self, person: str) -> None:
        """From now on this person stands for nobody."""
        self._canaries.add(person)

    def take_canary(self, person: str) -> None:
        """This person stands for nobody no longer."""
        self._canaries.discard(person)

    def disclose(self, entry: Disclosure, at: datetime) -> Iterator[Told]:
        """An agency looks somebody up; judged at once."""
        self.read(entry, at.timestamp())
        yield from self.judged()

    def read(self, entry: Booking | Disclosure, at: float) -> int:
        """An entry and its instant in seconds, not judged yet; how much of its agency's waits to be (`TOGETHER`)."""
        if isinstance(entry, Booking):
            self._book(entry, at)
            return 0
        if self._waiting:
            self._show(at)
            if entry.person is not None and self._hidden[entry.person]:
                self._show(at, entry.person)
        on = self._of_quarter if self._from <= at < self._until else self._today(at)
        agency = self._agencies.get(entry.agency) or self._begun(entry.agency, on)
        self._looks = order = self._looks + 1
        if self._canaries and entry.person in self._canaries:
            self._canary(entry, agency)
        return agency.look(entry, at, on, order)

    def judged(self) -> Iterator[Told]:
        """The alarms of all that has been read since, in the order of the look-ups that tipped them."""
        told, self._canaries_touched = self._canaries_touched, []
        for agency in self._agencies.values():
            told += agency.judged()
        for _, one in sorted(told, key=lambda pair: pair[0]):
            yield one

    def _begun(self, name: str, on: int) -> Agency:
        """An agency whose first look-up this is."""
        agency = self._agencies[name] = Agency(name, self._terms, self._stock, self._untouched.begun(on))
        return agency

    def _book(self, booking: Booking, at: float) -> None:
        if self._delay:
            self._waiting.append((at + self._delay, booking))
            self._hidden[booking.person] += 1
            self._show(at)
        else:
            self._shown(booking, at)

    def _show(self, at: float, person: str | None = None) -> None:
        """Those whose delay has passed are shown from now on; all until somebody who was shown before their time."""
        while self._waiting and (self._waiting[0][0] <= at or (person is not None and self._hidden[person])):
            due, booking = self._waiting.popleft()
            self._hidden[booking.person] -= 1
            if not self._hidden[booking.person]:
                del self._hidden[booking.person]
            self._shown(booking, min(due, at))

    def _shown(self, booking: Booking, at: float) -> None:
        on = self._of_quarter if self._from <= at < self._until else self._today(at)
        if booking.attributes == NOTHING and self._stock.leave(booking.person):
            return
        self._intake.add(self._stock.book(booking, at, on))

    def _canary(self, entry: Disclosure, agency: Agency) -> None:
        """The first touch of each canary by each agency asks for a signature, and nothing more ever follows (T24)."""
        if entry.person is None or (entry.agency, entry.person) in self._touched:
            return
        self._touched.add((entry.agency, entry.person))
        alarm = Alarm(Detector.CANARY, of_canary(entry.user), "cosign", Level.USER, entry.user)
        self._canaries_touched.append((self._looks, Told(entry.at, entry.agency, alarm, agency.looks + 1)))

    def _today(self, at: float) -> int:
        """The day of an instant of another quarter than the last, and its midnight for all when it is a new one."""
        if self._zone is UTC:
            on, second = divmod(int(at), SECONDS_A_DAY)
        else:
            local = datetime.fromtimestamp(at, self._zone)
            on, second = local.date().toordinal() - _EPOCH, (local.hour * 60 + local.minute) * 60
        if self._on is not None and on < self._on:  # a clock that goes back over midnight
            on, second = self._on, 0
        self._from = at // _QUARTER * _QUARTER
        self._until, self._of_quarter = self._from + _QUARTER, on
        if self._on is not None and on > self._on:
            for coverage in (self._untouched, *(one.coverage for one in self._agencies.values())):
                coverage.midnight(self._on, on)
            self._intake.begin(self._on, on)
        self._on = on
        self._intake.go_on(second // _QUARTER)
        return on


_EPOCH: Final = 719_163
"""The ordinal of 1 January 1970, from which days are counted."""
