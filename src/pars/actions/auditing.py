"""The auditor's desk: search the ledger, draw samples that anybody can draw again, reconcile reads, export packs.

An auditor sees what was done, by whom and why, and no record: whom a question named in words is left out.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog

from pars.actions import placing
from pars.actions.acting import By, act, entitled
from pars.clock import CITY_ZONE, city_day, in_city, now
from pars.errors import BadInput, NotAllowed, NotThere, Unavailable
from pars.ledger.checkpoint import checkpoint_from
from pars.ledger.entry import Kind, Private
from pars.ledger.note import note_from
from pars.ledger.pack import VERSION, Opened, Pack, Packed, Sample
from pars.ledger.sampling import SEED_BYTES, drawn
from pars.record.roles import Role
from pars.store import accounts, auditing, details, entered
from pars.store.auditing import APART, RECORD, Counted, Hours, Reconciled
from pars.store.database import Store
from pars.store.entered import Desk, Entered
from pars.store.tilefiles import CHECKPOINT

MOST: Final = 500
MOST_READ: Final = 5000
MOST_DRAWN: Final = 1000
LONGEST: Final = timedelta(days=366)
_AN_HOUR: Final = re.compile(r"([0-9]{1,2})(?::?00)?")
NEVER_SHOWN: Final = frozenset({"subject", "labels", "words", "called"})
"""Details that name somebody in words, labels that are the watch's alone, and what a partner said of its look-ups."""
log = structlog.get_logger("pars.auditing")


def _auditor(by: By) -> None:
    if by.role is not Role.AUDITOR:
        raise NotAllowed("this desk is the auditor's", code="no-duty")


@dataclass(frozen=True, slots=True)
class Sought:
    """What an auditor searches for: days, both included, and whatever else is given.

    `from_time` on the first day and `until_time` on the last are hours of the city's clocks, as they are typed.
    """

    first: date
    last: date
    from_time: str = ""
    until_time: str = ""
    agency: str = ""
    user: str = ""
    purpose: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as an auditor reads it. Without a private part it was erased, or its epoch's key is gone.

    The public part tells the day alone; `at` is the private part's, and goes with it.
    """

    entry: UUID
    index: int | None
    day: date
    at: datetime | None
    owner: str
    agency: str
    user: str
    verb: str
    purpose: str
    fields: Sequence[str]
    refused: str
    why: str
    private: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, newest first; `more` says that there may be others: narrow the days."""

    lines: Sequence[Line]
    more: bool
    entry: UUID


def search(store: Store, by: By, sought: Sought) -> Found:
    """Search the ledger by agency or owner, user, purpose, field, days and hours. The search is an entry itself.

    With an hour, only entries whose private part still stands are found: it alone tells the time.
    """
    with act(store, by, "ledger.searched") as doing:
        _auditor(by)
        if not timedelta() <= sought.last - sought.first <= LONGEST:
            raise BadInput("name a first and a last day, a year apart at most", field="last")
        hours = _hours(sought)
        account = accounts.by_sign_in(doing.connection, sought.user.strip().lower()) if sought.user.strip() else None
        if sought.user.strip() and account is None:
            raise NotThere("there is no account by that sign-in name")
        asked = {name: value for name, value in msgspec.structs.asdict(_plain(sought)).items() if value}
        doing.note(**asked)
    with store.transaction("pars_ledger") as connection:
        rows = auditing.search(
            connection,
            first=sought.first,
            last=sought.last,
            hours=hours,
            agency=sought.agency.strip(),
            account=account.id if account else None,
            most=MOST_READ,
        )
        private = details.open_all(connection, store.keys, [one.nonce for one in rows])
    lines = _lines(store, rows, private)
    kept = [line for line in lines if _fits(line, sought) and _within(line, *hours)]
    return Found(kept[:MOST], len(rows) == MOST_READ or len(kept) > MOST, doing.entry())


class _Asked(msgspec.Struct):
    """A search as its entry keeps it."""

    first: str
    last: str
    from_time: str
    until_time: str
    agency: str
    user: str
    purpose: str
    field: str


def _plain(sought: Sought) -> _Asked:
    return _Asked(
        sought.first.isoformat(),
        sought.last.isoformat(),
        sought.from_time,
        sought.until_time,
        sought.agency,
        sought.user,
        sought.purpose,
        sought.field,
    )


def _hours(sought: Sought) -> Hours:
    """The instants that a search begins at and ends before, as far as it names hours."""
    since = _hour(sought.first, sought.from_time, "from_time")
    until = _hour(sought.last, sought.until_time, "until_time")
    if since is not None and until is not None and since >= until:
        raise BadInput("the hour from which you search comes before the hour until which you search", field="from_time")
    return since, until


def _hour(on: date, typed: str, name: str) -> datetime | None:
    """An hour of a day of the city as an instant; where the clocks go back, the first of the two."""
    if not typed.strip():
        return None
    shaped = _AN_HOUR.fullmatch(typed.strip())
    if shaped is None or int(shaped[1]) > 24:  # noqa: PLR2004 - 24:00 ends a day
        raise BadInput("a time is typed to the hour, in 24 hours, such as 14:00", field=name)
    midnight = datetime(on.year, on.month, on.day, tzinfo=CITY_ZONE)
    try:
        wall = midnight + timedelta(days=1) if int(shaped[1]) == 24 else midnight.replace(hour=int(shaped[1]))  # noqa: PLR2004
        return wall.astimezone(UTC)
    except OverflowError:
        raise BadInput("name a first and a last day, a year apart at most", field=name) from None


def _within(line: Line, since: datetime | None, until: datetime | None) -> bool:
    """Whether the private part says a time between these; without one, only a search without hours finds it."""
    if since is None and until is None:
        return True
    return line.at is not None and (since is None or line.at >= since) and (until is None or line.at < until)


def _fits(line: Line, sought: Sought) -> bool:
    purpose, field = sought.purpose.strip().replace(" ", "-"), sought.field.strip()
    return (not purpose or line.purpose == purpose) and (not field or field in line.fields)


def _lines(store: Store, rows: Sequence[Entered], private: Mapping[UUID, Private]) -> list[Line]:
    with store.transaction("pars_act") as connection:
        desks = entered.desks(connection, {one.account for one in rows if one.account})
    return [_line(one, private.get(one.nonce), desks.get(one.account) if one.account else None) for one in rows]


def _line(one: Entered, private: Private | None, desk: Desk | None) -> Line:
    said, noted = one.public, private.details if private else {}
    fields = said.get("fields") or noted.get("parts") or []
    return Line(
        entry=one.nonce,
        index=one.place,
        day=one.day,
        at=private.at if private else None,
        owner=str(said.get("owner", "")),
        agency=str(said.get("agency") or (desk.agency if desk else "")),
        user=desk.sign_in if desk else "",
        verb=str(said.get("verb") or (private.verb or private.commits.get("verb", "") if private else "")),
        purpose=str(said.get("purpose") or noted.get("view") or ""),
        fields=[str(each) for each in fields] if isinstance(fields, list) else [],
        refused=str(said.get("refused") or noted.get("code") or ""),
        why=str(noted.get("why") or ""),
        private=private is not None,
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sample: the entry that tells its seed, the size that it is drawn from, and the places drawn; once placed."""

    id: UUID
    seed: str
    count: int
    size: int | None
    indices: Sequence[int]


def draw(store: Store, by: By, count: int) -> UUID:
    """Draw a random sample. The seed stands in the ledger first: the places below that entry are what it draws from."""
    with act(store, by, "sample.drawn") as doing:
        _auditor(by)
        if not 1 <= count <= MOST_DRAWN:
            raise BadInput(f"draw 1 to {MOST_DRAWN} entries", field="count")
        seed = secrets.token_bytes(SEED_BYTES)
        doing.publish(Kind.OVERSIGHT, seed=seed.hex(), count=count)
        doing.after(auditing.draw, seed=seed, count=count, by=by.account)
    return doing.entry()


def drawings(store: Store, by: By) -> Sequence[Drawing]:
    """Every sample that was drawn, by anybody; one whose entry waits for its place has no places yet."""
    with act(store, by, "samples.shown") as doing:
        _auditor(by)
        kept = auditing.samples(doing.connection)
    with store.transaction("pars_ledger") as connection:
        told = {one.nonce: one for one in entered.entries(connection, [one.nonce for one in kept])}
    made = []
    for one in kept:
        size = told[one.nonce].place
        places = drawn(one.seed, size, one.many) if size is not None else []
        made.append(Drawing(one.nonce, one.seed.hex(), one.many, size, places))
    return sorted(made, key=lambda one: -(one.size if one.size is not None else 1 << 62))


def sampled(store: Store, by: By, sample: UUID) -> tuple[Drawing, Sequence[Line]]:
    """A sample with its entries."""
    found = next((one for one in drawings(store, by) if one.id == sample), None)
    if found is None:
        raise NotThere("no sample was drawn by that number")
    with store.transaction("pars_ledger") as connection:
        rows = entered.at_indices(connection, found.indices)
        private = details.open_all(connection, store.keys, [one.nonce for one in rows])
    return found, _lines(store, rows, private)


def pack(store: Store, by: By, sample: UUID) -> bytes:
    """A sample as a pack that stands up by itself: checkpoint, entries, proofs, opened private parts, the seed."""
    found, _ = sampled(store, by, sample)
    if found.size is None:
        raise Unavailable("the sample's entry waits for its place in the log; try again in a moment")
    with act(store, by, "pack.exported") as doing:
        _auditor(by)
        doing.note(sample=str(sample))
    body = store.files.read(CHECKPOINT)
    if body is None or checkpoint_from(note_from(body).text).size <= found.size:
        raise Unavailable("the sample's entry is not signed yet; try again in a moment")
    with store.transaction("pars_ledger") as connection:
        rows = entered.at_indices(connection, [*found.indices, found.size])
        private = details.open_all(connection, store.keys, [one.nonce for one in rows])
    packed = [_packed(store, one, private.get(one.nonce), body) for one in rows]
    made = Pack(VERSION, body.decode(), packed, Sample(found.seed, found.count, found.size))
    return msgspec.json.encode(made)


def _packed(store: Store, one: Entered, private: Private | None, checkpoint: bytes) -> Packed:
    proof = placing.proof_at(store, one.place or 0, checkpoint)
    opened = None
    if private is not None:
        shown = {name: value for name, value in private.details.items() if name not in NEVER_SHOWN}
        at = in_city(private.at).isoformat(timespec="seconds") if private.at else ""
        opened = Opened(private.verb, private.commits, private.salts, shown, at)
    hashes = [each.hex() for each in proof.hashes] if proof else []
    return Packed(one.place or 0, one.leaf.decode(), hashes, opened)


def reconcile(store: Store, by: By) -> Sequence[Reconciled]:
    """Compare the reads that PostgreSQL counted with the entries that opened what was read; a gap is an alarm."""
    with entitled(store, by, "reads.reconciled"):
        _auditor(by)
    with store.glance("pars_ledger") as connection:
        counts = {place: auditing.counted(connection, place) for place in APART}
        counts[RECORD] = auditing.counted_record(connection)
    with act(store, by, "reads.reconciled") as doing:
        before = {place: auditing.last(doing.connection, place) for place in counts}
        found = [_compare(place, count, before[place], doing.at) for place, count in counts.items()]
        gap = sum(one.gap for one in found)
        doing.publish(Kind.OVERSIGHT, gap=gap)
        doing.note(places={one.place: one.gap for one in found})
        doing.answer |= {"gap": gap}
        auditing.keep(doing.connection, found)
    if gap:
        log.error("alarm", alarm="reads-without-entry", gap=gap)
    return found


def _compare(place: str, counts: Counted, before: Reconciled | None, at: datetime) -> Reconciled:
    """What is between reads and entries since the counting began.

    It begins anew when the counters were reset, and then with the entries that are settled: a read that is still on
    its way is counted against its entry later, and never seems to have none. An entry whose read did not follow within
    its time is counted once, so that no later read hides behind it.
    """
    if before is None or counts.since != before.since or counts.reads < before.reads or counts.entries < before.entries:
        return Reconciled(
            place,
            at,
            counts.since,
            counts.reads,
            counts.settled,
            0,
            counts.reads,
            counts.entries,
            0,
            anew=True,
            decided_before=counts.decided,
            decided=counts.decided,
        )
    reads = counts.reads - before.reads_before
    gap = max(0, reads - (counts.entries - before.entries_before - before.unread))
    unread = max(before.unread, counts.settled - before.entries_before - reads)
    return Reconciled(
        place,
        at,
        counts.since,
        before.reads_before,
        before.entries_before,
        unread,
        counts.reads,
        counts.entries,
        gap,
        anew=False,
        decided_before=before.decided_before,
        decided=counts.decided,
    )


def reconciled(store: Store, by: By) -> Sequence[Reconciled]:
    """What was reconciled, newest first."""
    with act(store, by, "reconciling.shown") as doing:
        _auditor(by)
        return auditing.history(doing.connection)


def usual_days() -> tuple[date, date]:
    """The days that a search begins with: the last week, by the city's clocks, as the entries have their days."""
    today = city_day(now())
    return today - timedelta(days=6), today
