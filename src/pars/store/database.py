"""Connections to PostgreSQL, a pool for each door, and the transaction that every act and look runs in.

READ COMMITTED, one flat transaction, transaction-local settings only, so that a pooler in between changes nothing.
Whatever the database cannot do now becomes `Unavailable`; nothing that failed was acknowledged.
"""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import LiteralString, Self

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from pars.errors import BadInput, Misconfigured, Unavailable
from pars.store.keys import Keys
from pars.store.tilefiles import TileFiles

LIMITS = (
    "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=5000 -c lock_timeout=4000 -c timezone=UTC"
    " -c max_parallel_workers_per_gather=0"
)
"""A writer that stands still stalls the ledger (T17), a look that stands still a withdrawal (T16): both are ended.

A parallel worker's scans would be counted apart from those of its transaction, and nobody could reckon with them.
"""

PLANNED_ONCE = LIMITS + " -c plan_cache_mode=force_generic_plan -c seq_page_cost=20"
"""Left to itself PostgreSQL plans the search and the read anew each time, which takes longer than to carry them out.

A plan that is made once goes by indexes, which one that was made while a table was small would not: it would go through
all of it later, until PostgreSQL counts it again. To forbid the other way (`enable_seqscan`) blurs every other cost
before PostgreSQL 18, where a table has no index to go by.
"""

RECKONS = frozenset(
    {"pars_act", "pars_staff", "pars_interview", "pars_protected", "pars_partner"} | {"pars_care", "pars_consular"}
)
"""The doors that read the record, and so reckon at the end with what they read (`ledger.reckon`)."""

DOWN = "the record cannot be reached at this moment; what was acknowledged is safe, please send it again"
UNWRITABLE = "something in it cannot be written down: a character, or a number out of range"


class Store:
    """The database seen through its doors, and the keys for what is sealed in it. Safe to share between threads."""

    def __init__(self, url: str, keys: Keys, *, most: int = 12, ledger: Path | None = None) -> None:
        """`url` says where; who signs in is each door's own role. `most` connections a door at a time.

        `ledger` is the folder of the log's files; without one nothing can be placed or proved from this store.
        """
        self.keys = keys
        self._ledger = TileFiles(ledger) if ledger is not None else None
        self._where = {k: v for k, v in conninfo_to_dict(url).items() if k not in {"user", "password"}}
        self._most = most
        self._pools: dict[str, ConnectionPool[Connection[TupleRow]]] = {}
        self._lock = threading.Lock()

    @property
    def files(self) -> TileFiles:
        """The log as files; refused where no folder was named."""
        if self._ledger is None:
            raise Misconfigured("no folder was named for the files of the ledger")
        return self._ledger

    def conninfo(self, door: str, options: str = LIMITS) -> str:
        """How to connect as that door."""
        return make_conninfo(
            "",
            **{"application_name": "pars", **self._where},
            user=door,
            password=self.keys.passwords[door],
            options=options,
        )

    def _pool(self, door: str, *, glances: bool) -> "ConnectionPool[Connection[TupleRow]]":
        name = f"{door} glances" if glances else door
        with self._lock:
            if name not in self._pools:
                self._pools[name] = ConnectionPool(
                    self.conninfo(door, PLANNED_ONCE if glances else LIMITS),
                    kwargs={"autocommit": glances},
                    min_size=0,
                    max_size=self._most,
                    timeout=4,
                    max_idle=60,
                    reconnect_timeout=5,  # so that a long outage is not followed by minutes of growing pauses
                    open=True,
                    name=name,
                )
            return self._pools[name]

    @contextlib.contextmanager
    def transaction(self, door: str, **local: str) -> Iterator[Connection[TupleRow]]:
        """One durable transaction through a door; `local` are its transaction-local settings (`pars.…`)."""
        with self._connected(door) as connection:
            if local:
                _set(connection, local)
            if door not in RECKONS:
                yield connection
                return
            try:
                yield connection
            except BaseException:
                _reckon_and_roll_back(connection, local)
                raise
            if connection.info.transaction_status is TransactionStatus.INTRANS:
                # With the commit in one message, so that it costs none of its own.
                connection.execute("select ledger.reckon(); commit", prepare=False)

    @contextlib.contextmanager
    def glance(self, door: str) -> Iterator[Connection[TupleRow]]:
        """A connection of its own kind, on which each statement is a transaction by itself and is planned once.

        For a statement that asks by key or number, with nothing after it that has to agree with it; what reads the
        record has to reckon with it itself. It saves the messages that begin and end a transaction.
        """
        with self._connected(door, glances=True) as connection:
            yield connection

    @contextlib.contextmanager
    def _connected(self, door: str, *, glances: bool = False) -> Iterator[Connection[TupleRow]]:
        pool = self._pool(door, glances=glances)
        try:
            with pool.connection() as connection:
                yield connection
        except PoolTimeout as cause:
            raise Unavailable(DOWN) from cause
        except (psycopg.OperationalError, psycopg.InterfaceError) as cause:
            with contextlib.suppress(PoolTimeout):
                pool.check()
            raise Unavailable(DOWN) from cause
        except (psycopg.DataError, UnicodeEncodeError):
            # Without its cause, which would carry what was typed into the operator's log (T26).
            raise BadInput(UNWRITABLE) from None

    def __enter__(self) -> Self:
        """For `with Store(…) as store`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every pool."""
        self.close()

    def close(self) -> None:
        """Close every pool; the store can be used again and opens new ones."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()


def _reckon_and_roll_back(connection: Connection[TupleRow], local: Mapping[str, str]) -> None:
    """PostgreSQL has counted what was read, although it comes to nothing.

    After an error nothing can be asked before the end; the rest of the same message is asked before PostgreSQL hands
    its counters over.
    """
    status = connection.info.transaction_status
    with contextlib.suppress(psycopg.Error):
        if status is TransactionStatus.INTRANS:
            connection.execute("select ledger.reckon(); rollback", prepare=False)
        elif status is TransactionStatus.INERROR:
            again = sql.SQL("rollback; select set_config('pars.entry', {}, true), ledger.reckon()")
            connection.execute(again.format(sql.Literal(local.get("entry", ""))), prepare=False)


def _set(connection: Connection[TupleRow], local: Mapping[str, str]) -> None:
    """Settings for this transaction alone; the names are our own words, the values are bound."""
    columns: LiteralString = ", ".join(["set_config(%s, %s, true)"] * len(local))
    connection.execute("select " + columns, [part for name, value in local.items() for part in (f"pars.{name}", value)])
