"""A dossier of one pattern: agreement, parameters, the look-ups as far as they are needed, alarms, and ledger proofs.

It is made when it is asked for, from the ledger alone, and its making is an entry that says the hash of the log in it.
An open edition is handed out first and the sealed one later, if at all: so that this opens the commitments of that, a
line has the same salt in both. It is made with the key of its day, and goes with it when somebody of it is erased.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from pars.actions import patterns, placing
from pars.actions.acting import By, act, entitled
from pars.actions.agreements import representative
from pars.actions.patterns import SEES_PATTERNS, Pattern
from pars.actions.watching import counted_by, plan_of
from pars.clock import ZONE, city_day, in_city, now
from pars.errors import NotAllowed
from pars.ledger.entry import canonical
from pars.ledger.tree import leaf_hash
from pars.sharing.agreement import Rows, Terms, Watch
from pars.sharing.reading import as_written
from pars.store import agreements as kept
from pars.store import entered, watching
from pars.store.database import Store
from pars.store.epochs import EpochKey, Epochs, day_of
from pars.store.watching import Alarm
from pars.watch.dossier import Line, Names, Salt, in_time, lines_of, root_of
from pars.watch.feed import CANARY, CANARY_ENDED, HEARD, RESET, STEPPED, Feed, Heard, arrest_of
from pars.watch.judging import Counted, rows_of
from pars.watch.lines import Booking, Disclosure, instant
from pars.watch.parameters import BY_NAME
from pars.watch.showing import Telling

VERSION: Final = 1
AT_A_TIME: Final = 2000


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry with its place in the log and the hashes that lead to the root of a signed checkpoint."""

    what: str
    entry: UUID
    leaf_hash: str
    index: int | None
    size: int | None
    hashes: Sequence[str]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a dossier says. `lines` are the log of the agency, in both editions; `canaries` name persons in it.

    `allowed` is by what replay comes to the same: what the terms state of the watch, `stated`, or what was allowed when
    the alarm fell, with its part of the bound where versions share it.
    """

    pattern: Pattern
    alarms: Sequence[Pattern]
    partner: str
    terms: str
    version: str
    stated: Watch
    allowed: Watch
    measured_by: Sequence[Mapping[str, object]]
    proofs: Sequence[Proof]
    lines: Sequence[Line] = field(repr=False)
    canaries: Sequence[str] = field(repr=False)
    sealed_hash: str
    open_hash: str
    entry: UUID
    made_at: datetime

    @property
    def look_ups(self) -> int:
        """How many look-ups are in the log."""
        return sum(b'"type":"disclosure"' in line.sealed for line in self.lines)


def dossier(store: Store, by: By, alarm_id: UUID, *, sealed: bool = False) -> Dossier:
    """Make the dossier of a pattern. The sealed edition is for the owners' representatives."""
    with entitled(store, by, "dossier.made"):
        if by.role not in SEES_PATTERNS:
            raise NotAllowed("dossiers are for the owners' representatives and those who oversee", code="no-duty")
        if sealed:
            representative(by)
        found = patterns.pattern(store, by, alarm_id)
    same = found.alarm.agency_id, found.alarm.era
    every = [one for one in patterns.patterns(store, by) if (one.alarm.agency_id, one.alarm.era) == same]
    with store.transaction("pars_act") as connection:
        versions = kept.versions(connection, found.alarm.agreement)
        rows = rows_of(plan_of(watching.in_force(connection)), found.alarm.agency)
    version = next((one for one in versions if one.hash == found.alarm.version), versions[-1])
    terms, counted = as_written(version.terms), counted_by(found.alarm)
    # Before the act: a transaction may not stand still for as long as a long log takes.
    log, names = _logged(store, found.alarm, rows, terms, counted), Names()
    lines = list(lines_of(found.alarm.agency, log.entries, _salts(store.keys.epochs), names))
    hashes = root_of(one.sealed for one in lines), root_of(one.open for one in lines if one.open is not None)
    with act(store, by, "dossier.made") as doing:
        doing.commits |= {"alarm": str(alarm_id)}
        doing.note(alarm=str(alarm_id), edition="sealed" if sealed else "open", sealed_hash=hashes[0])
    return Dossier(
        found,
        every,
        found.alarm.agency,
        version.terms,
        version.hash,
        terms.watch,
        terms.watch if counted is None else counted.allowed,
        patterns.parameters_of(store, by, found.alarm.agreement),
        _proofs(store, every, version.hash),
        lines,
        [names.person(one) for one in log.canaries],
        *hashes,
        doing.entry(),
        doing.at,
    )


@dataclass(slots=True)
class _Log:
    """What the watch heard of one agency in one count, and who in it stood for nobody."""

    agency: str
    era: int
    telling: Telling
    delay: timedelta
    counted: Counted | None
    said: list[tuple[datetime, Booking | Disclosure]] = field(default_factory=list)
    standing: dict[str, None] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    feed: Feed = field(default_factory=Feed)
    begun_anew: int = 0
    begun: bool = False

    @property
    def entries(self) -> Sequence[Booking | Disclosure]:
        """The lines in time order, for replay by terms with this delay."""
        return in_time(self.said, self.delay)

    @property
    def canaries(self) -> Sequence[str]:
        """Those who stand for nobody, and those who were asked for while they did: replay tells the same of them."""
        return sorted({**self.standing, **self.touched})

    def hear(self, one: Heard) -> None:
        """One entry, in the order of the ledger. Of other agencies and other counts no look-up is kept."""
        if one.verb == RESET and one.private is not None and one.private.details.get("agency") == self.agency:
            self.begun_anew += 1
        arrest = arrest_of(one)
        if arrest is not None and one.verb == CANARY:
            self.standing[arrest] = None
        elif arrest is not None and one.verb == CANARY_ENDED:
            self.standing.pop(arrest, None)
        told = self.feed.line(one)
        if told is None:
            return
        counts = isinstance(told[1], Disclosure) and self._counts(told[1], str(one.public.get("version", "")))
        lines = self.telling.told(*told)
        self.said += [line for line in lines if isinstance(line[1], Booking) or counts]
        if isinstance(told[1], Disclosure) and counts and told[1].person in self.standing:
            self.touched[told[1].person] = None

    def _counts(self, entry: Disclosure, version: str) -> bool:
        """Whether a look-up is in the count in which the alarm fell."""
        if entry.agency != self.agency or self.begun_anew != self.era:
            return False
        if self.counted is None:
            return True
        self.begun = self.begun or version in self.counted.begins
        return self.begun and version not in self.counted.left_out


def _logged(store: Store, alarm: Alarm, rows: Sequence[Rows], terms: Terms, counted: Counted | None) -> _Log:
    """What the watch heard, with the look-ups of the count in which an alarm fell, for replay by these terms."""
    delay = timedelta(hours=min((one.rows.delay_hours for one in terms.purposes), default=0))
    log, first = _Log(alarm.agency, alarm.era, Telling(rows), delay, counted), 0
    with store.glance("pars_ledger") as connection:
        end = watching.placed(connection)
    while first < end:
        with store.transaction("pars_ledger") as connection:
            batch = watching.heard(connection, store.keys, HEARD | STEPPED, first, end, AT_A_TIME)
        for one in batch:
            log.hear(one)
        first = batch[-1].index + 1 if len(batch) == AT_A_TIME else end
    log.said += log.telling.due(now())
    return log


def _salts(epochs: Epochs) -> Salt:
    """The salt of a line, by the newest key of its day, or of the last day before it that has one."""
    names = sorted((day, len(name), name) for name in epochs.names() if (day := day_of(name)) is not None)
    keys: dict[date, EpochKey] = {}

    def salt(entry: Booking | Disclosure) -> bytes:
        day = city_day(instant(entry.at))
        if day not in keys:
            keys[day] = epochs.key(max((one for one in names if one[0] <= day), default=names[0])[-1])
        said = canonical(msgspec.to_builtins(entry)).decode()
        return b"".join(keys[day].mark(f"dossier {half}:{said}") for half in ("first", "second"))

    return salt


def _proofs(store: Store, every: Sequence[Pattern], version: str) -> list[Proof]:
    """Proofs of the look-ups at which alarms fell, and of the parameters that were entered before."""
    with store.transaction("pars_ledger") as connection:
        before = watching.parameters_entries(connection, version)
        named = {**dict.fromkeys(before, "parameters"), **{one.alarm.entry: "look-up" for one in every}}
        rows = entered.entries(connection, list(named))
    made = []
    for row in rows:
        shown = placing.proof_of(store, row.nonce)
        made.append(
            Proof(
                named[row.nonce],
                row.nonce,
                leaf_hash(row.leaf).hex(),
                shown.index if shown else None,
                shown.size if shown else None,
                [each.hex() for each in shown.hashes] if shown else [],
                shown.checkpoint.decode() if shown else "",
            )
        )
    return made


def as_json(made: Dossier, *, sealed: bool) -> bytes:
    """A dossier as JSON. `log` are the lines that replay reads, sealed or open; in both the commitments stand.

    Replay of the sealed log by the terms, with the values of `watch`, tells the alarms that are `from_log`. Another one
    rests on what accounts are called, which no line says, or fell by another count, and has a dossier of its own.
    """
    said: dict[str, object] = {
        "dossier": VERSION,
        "edition": "sealed" if sealed else "open",
        "made_at": in_city(made.made_at).isoformat(timespec="seconds"),
        "entry": str(made.entry),
        "partner": made.partner,
        "agreement": made.pattern.alarm.agreement,
        "version": made.version,
        "terms": made.terms,
        "watch": asdict(made.allowed),
        "parameters": made.measured_by,
        "time_zone": ZONE,
        "alarms": [_alarm(one, counted_by(made.pattern.alarm)) for one in made.alarms],
        "log": [line.decode() for one in made.lines if (line := one.sealed if sealed else one.open) is not None],
        "commitments": [one.commitment for one in made.lines],
        "log_sha256": {"sealed": made.sealed_hash, "open": made.open_hash},
        "proofs": made.proofs,
    }
    if sealed:
        said["salts"] = [one.salt for one in made.lines]
        said["canaries"] = made.canaries
    return msgspec.json.encode(said)


def _alarm(one: Pattern, counted: Counted | None) -> dict[str, object]:
    alarm, own = one.alarm, counted_by(one.alarm)
    alike = own is None or counted is None or own.goes_on(counted)
    return {
        "detector": alarm.detector,
        "action": alarm.action,
        "evidence": one.evidence,
        "look_ups": alarm.look_ups,
        "fell_at": in_city(alarm.fell_at).isoformat(timespec="seconds"),
        "entry": str(alarm.entry),
        "count": alarm.era,
        "case": one.case.value,
        "from_log": alarm.detector not in BY_NAME and alike,
    }
