"""Erasing as rows: what is under way, which keys were turned, and private parts sealed anew or gone."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.ledger.entry import Private, concerned
from pars.store import answers
from pars.store.details import Part, opened
from pars.store.epochs import EpochKey, day_of
from pars.store.keys import Keys
from pars.store.ledger import place_of


class Begun(NamedTuple):
    """An erasing under way: whom it is about is sealed."""

    id: UUID
    sealed: bytes


def begin(connection: Connection[TupleRow], erasing: UUID, sealed: bytes) -> None:
    """Write down that somebody is to be erased, so that whatever falls now, it is finished."""
    connection.execute("insert into ledger.erasing (id, sealed) values (%s, %s)", (erasing, sealed))


def begun(connection: Connection[TupleRow]) -> list[Begun]:
    """The erasings under way."""
    rows = connection.execute("select id, sealed from ledger.erasing order by id").fetchall()
    return [Begun(row[0], bytes(row[1])) for row in rows]


def done(connection: Connection[TupleRow], erasings: Collection[UUID]) -> int:
    """Forget whom these were about; how many of them nobody had ended before."""
    return connection.execute("delete from ledger.erasing where id = any(%s)", (list(erasings),)).rowcount


def turn(connection: Connection[TupleRow], names: Collection[str]) -> None:
    """Nothing is written under these keys from now on, but by transactions that began before this one committed."""
    for name in sorted(names):
        connection.execute(
            "insert into ledger.turned (epoch, day) values (%s, %s) on conflict do nothing", (name, day_of(name))
        )


def turned(connection: Connection[TupleRow]) -> list[str]:
    """The epochs under whose keys nothing is written any more, in the order in which they were turned."""
    return [row[0] for row in connection.execute("select epoch from ledger.turned order by turned_at, epoch")]


def turned_since(connection: Connection[TupleRow], erasings: Collection[UUID]) -> list[str]:
    """The epochs that were turned since the first of these erasings began."""
    rows = connection.execute(
        """
        select t.epoch
        from ledger.turned t
        where t.turned_at >= (select min(e.begun_at) from ledger.erasing e where e.id = any(%s))
        order by t.epoch
        """,
        (list(erasings),),
    )
    return [row[0] for row in rows]


def forget_looks(connection: Connection[TupleRow], arrests: Collection[str]) -> None:
    """What the wall would have forgotten in a few seconds: looks at these arrests, named beside their entries."""
    connection.execute("delete from ledger.look where arrests && %s::uuid[]", (sorted(arrests),))


def writers_at_work(connection: Connection[TupleRow]) -> set[str]:
    """The transactions under way that may write entries, by a name that no later transaction has."""
    row = connection.execute("select ledger.writers_at_work()").fetchone()
    return set(row[0]) if row else set()


def unfinished(connection: Connection[TupleRow]) -> set[str]:
    """The turned epochs under whose keys something is still sealed."""
    rows = connection.execute(
        """
        select t.epoch
        from ledger.turned t
        where exists (select 1 from ledger.detail d where d.epoch = t.epoch)
          or exists (select 1 from house.answered a where a.epoch = t.epoch)
        """
    )
    return {row[0] for row in rows}


def holds(connection: Connection[TupleRow], epoch: str) -> bool:
    """Whether anything is still sealed under the key of an epoch; marks come and go with what they find."""
    row = connection.execute(
        """
        select exists (select 1 from ledger.detail where epoch = %(epoch)s)
          or exists (select 1 from house.answered where epoch = %(epoch)s)
        """,
        {"epoch": epoch},
    ).fetchone()
    return bool(row and row[0])


def remaining(connection: Connection[TupleRow], epoch: str) -> int:
    """How many private parts an epoch has."""
    row = connection.execute("select count(*) from ledger.detail where epoch = %s", (epoch,)).fetchone()
    return int(row[0]) if row else 0


Judge = Callable[[Private], Private | None]


def rewrap_some(
    connection: Connection[TupleRow], keys: Keys, epoch: str, fresh: EpochKey, judge: Judge, most: int
) -> int:
    """Seal some private parts of an epoch anew under a fresh key, as the judge leaves them; how many were taken.

    All of one call is one transaction: a part is under the old key or under the new one, or gone.
    """
    rows = connection.execute(
        """
        select nonce, account_id, epoch, sealed
        from ledger.detail
        where epoch = %s
        order by nonce
        limit %s
        for update skip locked
        """,
        (epoch, most),
    ).fetchall()
    taken = [Part(row[0], row[1], row[2], bytes(row[3])) for row in rows]
    judged = [(part.nonce, judge(opened(keys, part))) for part in taken]
    kept = [(nonce, private) for nonce, private in judged if private is not None]
    _delete(connection, [part.nonce for part in taken], [nonce for nonce, private in judged if private is None])
    _seal_anew(connection, fresh, kept)
    return len(taken)


def _delete(connection: Connection[TupleRow], taken: Sequence[UUID], gone: Sequence[UUID]) -> None:
    connection.execute("delete from ledger.trace where nonce = any(%s)", (list(taken),))
    connection.execute("delete from ledger.detail where nonce = any(%s)", (list(gone),))


def _seal_anew(connection: Connection[TupleRow], fresh: EpochKey, kept: Sequence[tuple[UUID, Private]]) -> None:
    sealed = [fresh.seal(msgspec.json.encode(private), place_of(nonce)) for nonce, private in kept]
    connection.execute(
        """
        update ledger.detail d
        set epoch = %s, sealed = n.sealed
        from unnest(%s::uuid[], %s::bytea[]) n (nonce, sealed)
        where d.nonce = n.nonce
        """,
        (fresh.name, [nonce for nonce, _ in kept], sealed),
    )
    marks = [
        (fresh.mark(one), nonce) for nonce, private in kept for one in sorted({*concerned(private), *private.about})
    ]
    connection.execute(
        """
        insert into ledger.trace (mark, nonce, epoch)
        select n.mark, n.nonce, %s
        from unnest(%s::bytea[], %s::uuid[]) n (mark, nonce)
        """,
        (fresh.name, [mark for mark, _ in marks], [nonce for _, nonce in marks]),
    )


def rewrap_answers(
    connection: Connection[TupleRow], keys: Keys, epoch: str, fresh: EpochKey, erased: Collection[str]
) -> None:
    """Seal the kept answers of an epoch anew, those about the erased among them gone."""
    rows = connection.execute(
        "select account_id, key, sealed from house.answered where epoch = %s for update", (epoch,)
    ).fetchall()
    for account, key, sealed in rows:
        place = answers.place_of(account, key)
        told = keys.open_of(epoch, bytes(sealed), place)
        if any(one in told.decode() for one in erased):
            connection.execute("delete from house.answered where account_id = %s and key = %s", (account, key))
        else:
            connection.execute(
                "update house.answered set epoch = %s, sealed = %s where account_id = %s and key = %s",
                (fresh.name, fresh.seal(told, place), account, key),
            )
