"""The order of the log as rows: each committed entry's index, what was signed, and what holds the horizon back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Head(NamedTuple):
    """The one row, read at `now`, real time.

    `size` entries have a place, the tree of the first `signed_size` was signed. `waits`: an entry could get its place
    now. `renumbered`: the cluster's transactions have begun to count anew.
    """

    size: int
    signed_size: int
    root: bytes
    signed_at: datetime
    now: datetime
    behind: bool
    wanting: int | None
    stopped: str | None
    day: date | None
    waits: bool
    renumbered: bool


class Held(NamedTuple):
    """Who holds the horizon back: process, what its program calls itself, whether in another database, how long."""

    process: int | None
    application: str
    elsewhere: bool
    seconds: float


class Found(NamedTuple):
    """Where an entry is, and its day in the city."""

    place: int
    day: date


_WAITING = """
    from ledger.entry e
    where (e.xid, e.id) > (h.xid, h.entry_id)
      and e.id > h.after_id
      and (select p.index from ledger.place p where p.nonce = e.nonce) is null
"""
"""Entries after the last that has its place. One that a recovery placed itself is passed over.

Asked for in their order and so many at most, so that these alone are read (entry_by_order) and not the whole log.
Each is asked whether it has its place: a join would read every place that there is.
"""


def head(connection: Connection[TupleRow]) -> Head:
    """How the log stands."""
    row = connection.execute(
        f"""
        select h.size, h.signed_size, h.root, h.signed_at, clock_timestamp(), h.behind, h.wanting, h.stopped, h.day,
          (select true {_WAITING} and e.xid < pg_snapshot_xmin(pg_current_snapshot())
            order by e.xid, e.id
            limit 1) is not null,
          h.xid > pg_snapshot_xmax(pg_current_snapshot())
        from ledger.head h
        """,
        prepare=True,
    ).fetchone()
    if row is None:
        raise LookupError("the log has no head")
    return Head(row[0], row[1], bytes(row[2]), *row[3:])


def give(connection: Connection[TupleRow], most: int) -> int:
    """Give the next entries their indices, at most so many and of one day of the city; how many.

    Of a batch that reaches into the next day the part before it is taken: its checkpoint closes the day.
    """
    row = connection.execute(
        f"""
        with head as (
          select size, xid, entry_id, after_id, day from ledger.head for update
        ), waiting as materialized (
          select w.nonce, w.xid, w.id, w.leaf, w.day
          from head h
          cross join lateral (
            select e.nonce, e.xid, e.id, e.leaf, (e.public ->> 'day')::date as day
            {_WAITING}
              and e.xid < pg_snapshot_xmin(pg_current_snapshot())
            order by e.xid, e.id
            limit %(most)s) w
        ), counted as (
          select nonce, xid, id, leaf, row_number() over inorder as n, max(day) over inorder as newest,
            first_value(day) over inorder as first
          from waiting
          window inorder as (order by xid, id)
        ), taken as (
          select c.nonce, c.xid, c.id, c.leaf, c.n, c.newest
          from counted c
          cross join head h
          where c.newest <= greatest(c.first, h.day)
        ), given as (
          insert into ledger.place (index, nonce, hash)
          select h.size + t.n - 1, t.nonce, sha256('\\x00'::bytea || t.leaf)
          from taken t
          cross join head h
          order by t.n
        )
        update ledger.head k
        set size = k.size + last.n, xid = last.xid, entry_id = last.id, day = greatest(k.day, last.newest)
        from (select n, xid, id, newest from taken order by n desc limit 1) last
        returning last.n
        """,
        {"most": most},
        prepare=True,
    ).fetchone()
    return int(row[0]) if row else 0


def renumber(connection: Connection[TupleRow]) -> None:
    """Go on in a cluster that counts its transactions anew, as one does into which a dump was read.

    Entries that came with the dump and wait still get their places first, in their own cluster's order; all of that
    cluster's transactions are over. Whatever is written here has a higher number of its own.
    """
    connection.execute(
        """
        with head as (
          select size, xid, entry_id from ledger.head for update
        ), brought as (
          select e.nonce, e.leaf, (e.public ->> 'day')::date as day, row_number() over (order by e.xid, e.id) as n
          from ledger.entry e
          cross join head h
          where (e.xid, e.id) > (h.xid, h.entry_id)
            and not exists (select 1 from ledger.place p where p.nonce = e.nonce)
            and e.xid > pg_snapshot_xmax(pg_current_snapshot())
        ), given as (
          insert into ledger.place (index, nonce, hash)
          select h.size + b.n - 1, b.nonce, sha256('\\x00'::bytea || b.leaf)
          from brought b
          cross join head h
        )
        update ledger.head k
        set size = k.size + (select count(*) from brought), xid = '0', entry_id = 0,
          day = greatest(k.day, (select max(day) from brought)),
          after_id = (select max(e.id) from ledger.entry e where e.xid > pg_snapshot_xmax(pg_current_snapshot()))
        """
    )


def leaves(connection: Connection[TupleRow], start: int, end: int) -> tuple[list[bytes], list[bytes]]:
    """The hashes and the leaves of the entries from one index up to another."""
    rows = connection.execute(
        """
        select p.hash, e.leaf
        from ledger.place p
        join ledger.entry e on e.nonce = p.nonce
        where p.index >= %s and p.index < %s
        order by p.index
        """,
        (start, end),
        prepare=True,
    ).fetchall()
    return [bytes(row[0]) for row in rows], [bytes(row[1]) for row in rows]


def named(connection: Connection[TupleRow], start: int, end: int) -> tuple[set[str], set[str]]:
    """The hashes of the terms and of the floors that entries from one index up to another name."""
    rows = connection.execute(
        """
        select distinct e.public ->> 'version', e.public ->> 'floor'
        from ledger.place p
        join ledger.entry e on e.nonce = p.nonce
        where p.index >= %s and p.index < %s
          and e.public ->> 'kind' in ('inquiry', 'agreement')
        """,
        (start, end),
        prepare=True,
    ).fetchall()
    return {row[0] for row in rows if row[0]}, {row[1] for row in rows if row[1]}


def terms(connection: Connection[TupleRow], hashes: Sequence[str]) -> dict[str, str]:
    """The files of terms by their hashes; through the acting door."""
    found = connection.execute("select hash, terms from sharing.version where hash = any(%s)", (list(hashes),))
    return dict(found.fetchall())


def sign(connection: Connection[TupleRow], size: int, root: bytes, day: date | None, note: bytes) -> None:
    """The tree of that size was signed just now, and its note is the newest of that day; real time never runs back.

    One statement, a transaction by itself (`Store.glance`). It need not be durable: the checkpoint on disk is, and
    after a crash the next round finds that it says more. The day is None while no entry has a place.
    """
    connection.execute(
        """
        with quick as materialized (
          select set_config('synchronous_commit', 'off', true)
        ), head as (
          update ledger.head
          set signed_size = %s, root = %s, behind = false, wanting = null, stopped = null,
            signed_at = greatest(clock_timestamp(), signed_at + interval '1 microsecond')
          from quick
        )
        insert into ledger.checkpoint (day, size, note)
        select d.day, %s, %s from (select %s::date) d (day) where d.day is not null
        on conflict (day) do update set size = excluded.size, note = excluded.note
        """,
        (size, root, size, note, day),
        prepare=True,
    )


def stop(connection: Connection[TupleRow], why: str, *, behind: bool, wanting: int | None = None) -> None:
    """Nothing is signed for that reason; a log that is behind answers no partner."""
    connection.execute(
        "update ledger.head set stopped = %s, behind = behind or %s, wanting = coalesce(%s, wanting)",
        (why, behind, wanting),
    )


def go_on(connection: Connection[TupleRow]) -> None:
    """What stopped the signing is over; the next round looks for itself."""
    connection.execute("update ledger.head set stopped = null, behind = false, wanting = null")


def closed(connection: Connection[TupleRow], up_to: date) -> tuple[date, int, bytes] | None:
    """The newest checkpoint whose entries are all of that day or earlier: its day, size and note."""
    row = connection.execute(
        "select day, size, note from ledger.checkpoint where day <= %s order by day desc limit 1", (up_to,)
    ).fetchone()
    return (row[0], int(row[1]), bytes(row[2])) if row else None


_FOUND = """
    select p.index, (e.public ->> 'day')::date
    from ledger.place p
    join ledger.entry e on e.nonce = p.nonce
"""


def of_entry(connection: Connection[TupleRow], nonce: UUID) -> Found | None:
    """Where the entry of that name is; None while it waits."""
    row = connection.execute(_FOUND + "where p.nonce = %s", (nonce,)).fetchone()
    return Found(*row) if row else None


def of_hash(connection: Connection[TupleRow], leaf_hash: bytes) -> Found | None:
    """Where the leaf of that hash is; None while it waits, or when there is none."""
    row = connection.execute(_FOUND + "where p.hash = %s", (leaf_hash,)).fetchone()
    return Found(*row) if row else None


def waits_seconds(connection: Connection[TupleRow]) -> float:
    """For how long the oldest committed entry has waited to be signed; 0 when none waits."""
    row = connection.execute(
        f"""
        select extract(epoch from clock_timestamp() - coalesce(
          (select e.written_at
            from ledger.place p
            join ledger.entry e on e.nonce = p.nonce
            where p.index = h.signed_size),
          (select e.written_at {_WAITING} order by e.xid, e.id limit 1)))
        from ledger.head h
        """
    ).fetchone()
    return max(0.0, float(row[0])) if row and row[0] is not None else 0.0


def waits_of(connection: Connection[TupleRow], day: date) -> bool:
    """Whether a committed entry of a day up to this one waits for its place."""
    row = connection.execute(
        f"select exists (select 1 {_WAITING} and (e.public ->> 'day')::date <= %s) from ledger.head h", (day,)
    ).fetchone()
    return bool(row and row[0])


def held_back_by(connection: Connection[TupleRow]) -> Held | None:
    """Who holds back the horizon; None when nobody does."""
    row = connection.execute("select process, application, elsewhere, seconds from ledger.held_back_by()").fetchone()
    return Held(*row) if row else None
