"""Locks that order looks and ends: shared by a look-up, alone by whatever narrows a thing.

Always in this order: floor, agreement, agency, user, person, key, count; always before the transaction writes anything.
A lock by row number and never by a hash, so that no two things share one by accident.
"""

import contextlib
from collections.abc import Iterator, Sequence
from enum import IntEnum

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.errors import Unavailable
from pars.record.roles import Owner
from pars.store.database import Store

WAITS_MS = 500
"""For so long an end waits for the looks under way."""
TRIES = 10
WHOLE = 0
"""The row of a thing of which there is one: the floor; the counting of cells; the list of the agencies, whose own rows
begin with 1."""


class Lock(IntEnum):
    """What is locked, in the order in which locks are taken."""

    FLOOR = 7101
    AGREEMENT = 7102
    AGENCY = 7103
    USER = 7104
    PERSON = 7105
    KEY = 7106
    COUNT = 7107


class Round(IntEnum):
    """What one process at a time does for all: a class of its own for each."""

    TAILING = 7072
    PROVING = 7110
    PLACING = 7111


def takes_round(connection: Connection[TupleRow], round_: Round) -> bool:
    """Whether this process does it now: until the transaction ends, no other does."""
    row = connection.execute("select house.try_round(%s, 1)", (round_.value,)).fetchone()
    return bool(row and row[0])


def key_of(owner: Owner) -> tuple[Lock, int]:
    """The lock of an owner's signing key: shared by a grant under it, alone for whatever puts another in its place."""
    return Lock.KEY, list(Owner).index(owner) + 1


def share(connection: Connection[TupleRow], locks: Sequence[tuple[Lock, int]]) -> None:
    """Share locks until the end of the transaction, all in one statement, which takes them in their order.

    What is looked at comes in later statements: one that locks and looks at once sees what was before the lock. Those
    ask by key or number, so they are planned once for each connection: left to itself PostgreSQL plans the search and
    the read anew each time, which takes longer than to carry them out.
    """
    if not locks:
        return
    ordered = sorted(locks)
    connection.execute(
        """
        select house.take_lock(l.class, l.key, false), set_config('plan_cache_mode', 'force_generic_plan', true)
        from (
          select class, key
          from unnest(%s::integer[], %s::integer[]) as named (class, key)
          order by class, key
          offset 0) l
        """,
        ([int(lock) for lock, _ in ordered], [row for _, row in ordered]),
        prepare=True,
    )


def alone(connection: Connection[TupleRow], locks: Sequence[tuple[Lock, int]]) -> None:
    """Have locks alone until the end of the transaction; waits for the looks under way."""
    for lock, row in sorted(locks):
        connection.execute("select house.take_lock(%s, %s, true)", (int(lock), row))


@contextlib.contextmanager
def narrowing(store: Store, locks: Sequence[tuple[Lock, int]], **local: str) -> Iterator[Connection[TupleRow]]:
    """A transaction that has the locks alone, for an end: it waits half a second and then ends whoever holds them."""
    for _ in range(TRIES):
        with store.transaction("pars_act", **local) as connection:
            if _got(connection, locks):
                yield connection
                return
        with store.transaction("pars_act") as connection:
            for lock, row in locks:
                connection.execute("select house.end_holders(%s, %s)", (int(lock), row))
    raise Unavailable("somebody holds this up and cannot be ended; try again")


def _got(connection: Connection[TupleRow], locks: Sequence[tuple[Lock, int]]) -> bool:
    connection.execute(sql.SQL("set local lock_timeout = {}").format(WAITS_MS))
    try:
        alone(connection, locks)
    except psycopg.errors.LockNotAvailable:
        connection.rollback()
        return False
    connection.execute("set local lock_timeout = 0")
    return True
