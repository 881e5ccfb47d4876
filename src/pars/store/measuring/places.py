"""How long entries wait to be signed, seen from beside: a bench's look at the head of the log."""

import contextlib
import threading
from collections.abc import Iterator, Sequence

import psycopg

from pars.store.locks import Round


class Places:
    """Watches the log's head, and can keep every process from placing."""

    def __init__(self, admin_url: str) -> None:
        self._url = admin_url

    def signed(self) -> int:
        """How many entries are signed."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute("select signed_size from ledger.head").fetchone()
        return int(row[0]) if row else 0

    def entries(self) -> int:
        """How many entries there are."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute("select count(*) from ledger.entry").fetchone()
        return int(row[0]) if row else 0

    @contextlib.contextmanager
    def kept_back(self) -> Iterator[None]:
        """Nobody places while the block runs: its round is taken."""
        with psycopg.connect(self._url) as connection:
            connection.execute("select pg_advisory_xact_lock(%s, 1)", (Round.PLACING.value,))
            yield

    @contextlib.contextmanager
    def watched(self, every: float = 0.005) -> Iterator[list[tuple[float, int]]]:
        """How many entries were signed at which second of the database's clock, until the block ends."""
        seen: list[tuple[float, int]] = []
        over = threading.Event()

        def watch() -> None:
            with psycopg.connect(self._url, autocommit=True) as connection:
                while not over.wait(every):
                    row = connection.execute(
                        "select extract(epoch from clock_timestamp())::double precision, signed_size from ledger.head"
                    ).fetchone()
                    if row is not None and (not seen or row[1] > seen[-1][1]):
                        seen.append((row[0], row[1]))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield seen
        finally:
            over.set()
            watcher.join()

    def waited(self, seen: Sequence[tuple[float, int]]) -> list[float]:
        """For how many seconds each entry, from the first that was seen to be signed on, waited from its writing."""
        if len(seen) < 2:  # noqa: PLR2004 - from one signing to the next
            return []
        with psycopg.connect(self._url) as connection:
            rows = connection.execute(
                """
                select p.index, extract(epoch from e.written_at)::double precision
                from ledger.place p
                join ledger.entry e on e.nonce = p.nonce
                where p.index >= %s and p.index < %s
                order by p.index
                """,
                (seen[0][1], seen[-1][1]),
            ).fetchall()
        signings = iter(seen)
        at, size = next(signings)
        waits = []
        for index, written in rows:
            while index >= size:
                at, size = next(signings)
            waits.append(at - written)
        return waits
