"""Private parts of entries, opened: by their names, or because they are about somebody. Through the ledger's door."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.ledger.entry import Private
from pars.store.epochs import KeyGone
from pars.store.keys import Keys
from pars.store.ledger import place_of


class Part(NamedTuple):
    """A private part as it is kept: sealed, under the key of its epoch."""

    nonce: UUID
    account: UUID | None
    epoch: str
    sealed: bytes


def opened(keys: Keys, part: Part) -> Private:
    """What is inside; refused when the key of its epoch is gone."""
    return msgspec.json.decode(keys.open_of(part.epoch, part.sealed, place_of(part.nonce)), type=Private)


def parts(connection: Connection[TupleRow], nonces: Collection[UUID]) -> list[Part]:
    """The private parts of these entries, sealed; those that were erased are not among them."""
    rows = connection.execute(
        "select nonce, account_id, epoch, sealed from ledger.detail where nonce = any(%s)", (list(nonces),)
    )
    return [Part(row[0], row[1], row[2], bytes(row[3])) for row in rows]


def open_all(connection: Connection[TupleRow], keys: Keys, nonces: Collection[UUID]) -> Mapping[UUID, Private]:
    """The private parts of these entries, opened; without those that were erased or whose key is gone.

    One that an eraser is sealing anew between the read and the opening is read again.
    """
    found: dict[UUID, Private] = {}
    missing: Collection[UUID] = nonces
    for _ in range(2):
        again = []
        for part in parts(connection, missing):
            try:
                found[part.nonce] = opened(keys, part)
            except KeyGone:
                again.append(part.nonce)
        missing = again
    return found


def epochs_about(connection: Connection[TupleRow], keys: Keys, about: Collection[str]) -> Mapping[str, list[UUID]]:
    """The entries about any of these, by epoch: asked with each key that there is, and with none that is gone."""
    known: dict[bytes, str] = {}
    for name in keys.epochs.names():
        try:
            key = keys.epochs.key(name)
        except KeyGone:
            continue
        known |= {key.mark(one): name for one in about}
    rows = connection.execute(
        "select epoch, mark, nonce from ledger.trace where mark = any(%s)", (list(known),)
    ).fetchall()
    found: dict[str, set[UUID]] = {}
    for epoch, mark, nonce in rows:
        if known[bytes(mark)] == epoch:
            found.setdefault(epoch, set()).add(nonce)
    return {epoch: sorted(nonces) for epoch, nonces in sorted(found.items())}


def entries_about(connection: Connection[TupleRow], keys: Keys, about: Collection[str]) -> list[UUID]:
    """The entries about any of these, in every epoch whose key there is."""
    return sorted({nonce for nonces in epochs_about(connection, keys, about).values() for nonce in nonces})


def about_of(arrests: Iterable[object], search_keys: Iterable[str] = ()) -> set[str]:
    """What an entry is found by: the arrests that it concerns, and the blind keys of whoever was asked for."""
    return {f"arrest:{one}" for one in arrests} | {f"asked:{one}" for one in search_keys}


class Handed(NamedTuple):
    """What a partner was given about somebody: in which entry, under what, the hash on its receipt, which fields."""

    entry: int
    agreement: str
    receipt: bytes
    version: str
    purpose: str
    fields: frozenset[str]


def handed_out(connection: Connection[TupleRow], keys: Keys, arrest: UUID) -> list[Handed]:
    """Every answer and message that named this arrest to a partner, as its receipt names it; in no telling order.

    A subscription that found it is none: its receipt does not say whether it found anybody, and a recall would.
    """
    private = open_all(connection, keys, entries_about(connection, keys, about_of([arrest])))
    given = [nonce for nonce, part in private.items() if part.commits.get("found") == str(arrest)]
    rows = connection.execute(
        """
        select e.id, e.public ->> 'agreement', sha256('\\x00'::bytea || e.leaf), e.public ->> 'version',
          e.public ->> 'purpose', coalesce(e.public -> 'fields', '[]')
        from ledger.entry e
        where e.nonce = any(%s)
          and e.public ->> 'kind' = 'inquiry'
          and e.public ->> 'verb' in ('inquiry.asked', 'inquiry.told')
          and e.public -> 'refused' is null
        order by 3
        """,
        (given,),
    )
    return [Handed(row[0], row[1], bytes(row[2]), row[3], row[4], frozenset(row[5])) for row in rows]
