"""What the auditor asks for, as rows: entries by agency, user and day, samples, and reads against entries."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.store.entered import Entered

SETTLED = "20 seconds"
"""Longer than a read follows its entry, and than PostgreSQL keeps a read to itself before it counts it."""

FLUSHED = 1.0
"""Seconds: longer than a commit takes, after which PostgreSQL hands over what a door reckoned with."""

RECORD = "record"
"""The schema of the record itself, whose scans the doors reckon with (docs/adr/0026)."""

STAND_IN = "protected.stand_in"
"""What acts ask instead of the store of protected persons; its scans are reckoned with beside the record's (0050)."""

APART = {
    "interview": ("interview.interview", ["interview.shown", "interview.ended"]),
    "protected": ("protected.person", ["protected.shown", "protected.ended"]),
}
"""Stores of their own with the verbs of the entries that open or end them: one scan an entry, and nobody else's.

No function, trigger or foreign key may scan one without such an entry (tests/laws/test_reckoned.py).
"""


Hours = tuple[datetime | None, datetime | None]
"""The instants that a search begins at and ends before, as far as it names any."""


def search(
    connection: Connection[TupleRow],
    *,
    first: date,
    last: date,
    hours: Hours,
    agency: str,
    account: UUID | None,
    most: int,
) -> list[Entered]:
    """Entries of these days, newest first; of an agency or owner, and of an account, when they are given.

    `hours` (the first included, the last not) only narrow what is read: the time of an entry is its private part's, and
    an entry whose private part was erased is of no hour any more.
    """
    rows = connection.execute(
        """
        select e.nonce, (e.public ->> 'day')::date, e.public, e.leaf, d.account_id, p.index
        from ledger.entry e
        left join ledger.detail d on d.nonce = e.nonce
        left join ledger.place p on p.nonce = e.nonce
        where e.public ->> 'day' between %(first)s and %(last)s
          and (%(agency)s = '' or e.public ->> 'agency' = %(agency)s or e.public ->> 'owner' = %(agency)s)
          and (%(account)s::uuid is null or d.account_id = %(account)s)
          and (%(since)s::timestamptz is null or (e.at >= %(since)s and d.nonce is not null))
          and (%(until)s::timestamptz is null or (e.at < %(until)s and d.nonce is not null))
        order by e.id desc
        limit %(most)s
        """,
        {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "since": hours[0],
            "until": hours[1],
            "agency": agency,
            "account": account,
            "most": most,
        },
    )
    return [Entered(row[0], row[1], row[2], bytes(row[3]), row[4], row[5]) for row in rows]


class Drawn(NamedTuple):
    """A sample: the entry that tells its seed, the seed, and how many are drawn."""

    nonce: UUID
    seed: bytes
    many: int


def draw(connection: Connection[TupleRow], nonce: UUID, *, seed: bytes, count: int, by: UUID) -> None:
    """Keep a sample beside the entry that tells its seed."""
    connection.execute(
        "insert into house.sample (nonce, seed, count, drawn_by) values (%s, %s, %s, %s)", (nonce, seed, count, by)
    )


def samples(connection: Connection[TupleRow]) -> list[Drawn]:
    """Every sample."""
    return [
        Drawn(row[0], bytes(row[1]), row[2])
        for row in connection.execute("select nonce, seed, count from house.sample")
    ]


class Counted(NamedTuple):
    """What stands in a store's account at a moment: reads that PostgreSQL counted, since when, and entries.

    Of the record itself `entries` are scans that a door reckoned with, `decided` those among them that the acting door
    made to decide.
    """

    since: datetime | None
    reads: int
    entries: int
    settled: int
    decided: int = 0


def counted(connection: Connection[TupleRow], place: str) -> Counted:
    """Count a store's reads and the entries that opened it; `settled` are those whose read would be counted by now.

    PostgreSQL counts every scan of a table, whoever scans it: by a door, as superuser, or for a dump. By the ledger's
    door.
    """
    table, verbs = APART[place]
    row = connection.execute(
        """
        select d.stats_reset, t.seq_scan + coalesce(t.idx_scan, 0),
          (select count(*) from ledger.entry where verb = any(%(verbs)s)),
          (select count(*) from ledger.entry
            where verb = any(%(verbs)s) and written_at < clock_timestamp() - %(settled)s::interval)
        from pg_stat_all_tables t, pg_stat_database d
        where t.schemaname || '.' || t.relname = %(table)s and d.datname = current_database()
        """,
        {"verbs": verbs, "table": table, "settled": SETTLED},
    ).fetchone()
    if row is None:
        raise LookupError("PostgreSQL keeps no counters of this store")
    return Counted(row[0], int(row[1]), int(row[2]), int(row[3]))


class Reckoned(NamedTuple):
    """Scans of the record that doors reckoned with: under an entry, and to decide."""

    entered: int
    decided: int


def reckoned(connection: Connection[TupleRow]) -> Reckoned:
    """How many scans of the record were reckoned with. By the ledger's door; a statement and transaction by itself."""
    row = connection.execute(
        """
        select
          (select case when is_called then last_value else 0 end from ledger.reads_entered),
          (select case when is_called then last_value else 0 end from ledger.reads_entered_thousands),
          (select case when is_called then last_value else 0 end from ledger.reads_to_decide),
          (select case when is_called then last_value else 0 end from ledger.reads_to_decide_thousands)
        """
    ).fetchone()
    if row is None:
        raise LookupError("nothing says what was reckoned with")
    return Reckoned(row[0] + 1000 * row[1], row[2] + 1000 * row[3])


def counted_record(connection: Connection[TupleRow]) -> Counted:
    """Count the scans of the record's own tables, and those that were reckoned with.

    A door reckons, commits, and PostgreSQL then hands its counters over. So what had been reckoned with FLUSHED seconds
    before is counted, and what is counted has been reckoned with by the time that is asked last.
    """
    before = reckoned(connection)
    time.sleep(FLUSHED)
    row = connection.execute(
        """
        select max(d.stats_reset), sum(t.seq_scan + coalesce(t.idx_scan, 0))
        from pg_stat_all_tables t, pg_stat_database d
        where (t.schemaname = %s or t.schemaname || '.' || t.relname = %s)
          and d.datname = current_database()
        """,
        (RECORD, STAND_IN),
    ).fetchone()
    if row is None or row[1] is None:
        raise LookupError("PostgreSQL keeps no counters of the record")
    now = reckoned(connection)
    return Counted(row[0], int(row[1]), sum(now), sum(before), now.decided)


class Reconciled(NamedTuple):
    """A store's account as it was reconciled: since the counting began, reads, entries, and what is between them."""

    place: str
    at: datetime
    since: datetime | None
    reads_before: int
    entries_before: int
    unread: int
    reads: int
    entries: int
    gap: int
    anew: bool
    decided_before: int = 0
    decided: int = 0

    @property
    def counted_decided(self) -> int:
        """Those of the entries' scans that the acting door made to decide, without an entry of their own."""
        return self.decided - self.decided_before

    @property
    def counted_reads(self) -> int:
        """Reads since the counting began."""
        return self.reads - self.reads_before

    @property
    def counted_entries(self) -> int:
        """Entries since the counting began whose read followed, or may still follow."""
        return self.entries - self.entries_before - self.unread


_COLUMNS = "place, at, counting_since, reads_before, entries_before, unread, reads, entries, gap, anew"
_COLUMNS += ", decided_before, decided"


def last(connection: Connection[TupleRow], place: str) -> Reconciled | None:
    """How a store was reconciled last."""
    query = f"select {_COLUMNS} from house.reconciling where place = %s order by id desc limit 1"
    row = connection.execute(query, (place,)).fetchone()
    return Reconciled(*row) if row else None


def history(connection: Connection[TupleRow], most: int = 50) -> list[Reconciled]:
    """What was reconciled, newest first."""
    rows = connection.execute(f"select {_COLUMNS} from house.reconciling order by id desc limit %s", (most,))
    return [Reconciled(*row) for row in rows]


def keep(connection: Connection[TupleRow], found: Sequence[Reconciled]) -> None:
    """Write down what was found."""
    for one in found:
        connection.execute(
            """
            insert into house.reconciling (place, at, counting_since, reads_before, entries_before, unread, reads,
              entries, gap, anew, decided_before, decided)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            tuple(one),
        )
