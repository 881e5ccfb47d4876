"""Consular notice as rows: who was told, and requests by their blind key alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

PLACE = "consular.note"
"""The place of the blind key: made of an arrest's number by the application, whose key is not in the database."""


class Told(NamedTuple):
    """Somebody was told: when, in which language, by whom."""

    told_at: datetime
    language: str
    told_by: str


def told(connection: Connection[TupleRow], arrest: UUID) -> list[Told]:
    """When somebody was told, oldest first."""
    rows = connection.execute(
        """
        select t.told_at, t.language, a.full_name
        from consular.told t
        join house.account a on a.id = t.told_by
        where t.arrest_id = %s
        order by t.id
        """,
        (arrest,),
    )
    return [Told(*row) for row in rows]


def tell(connection: Connection[TupleRow], arrest: UUID, language: str, by: UUID, at: datetime) -> None:
    """Somebody was told."""
    connection.execute(
        "insert into consular.told (arrest_id, told_at, language, told_by) values (%s, %s, %s, %s)",
        (arrest, at, language, by),
    )


def note(connection: Connection[TupleRow], row: UUID, of: bytes, kind: str, sealed: bytes) -> None:
    """Write a request down, or what became of it."""
    connection.execute(
        "insert into consular.note (id, of, kind, sealed) values (%s, %s, %s, %s)", (row, of, kind, sealed)
    )


def found(connection: Connection[TupleRow], of: bytes) -> list[tuple[UUID, str]]:
    """The notes under a key, by number and kind."""
    rows = connection.execute("select id, kind from consular.note where of = %s", (of,))
    return [(row[0], row[1]) for row in rows]


def custody_ended(connection: Connection[TupleRow], of: bytes, erase_after: datetime) -> None:
    """Custody has ended: from when on the notes under a key are erased."""
    connection.execute("update consular.note set erase_after = %s where of = %s", (erase_after, of))


def over(connection: Connection[TupleRow], at: datetime) -> list[bytes]:
    """The keys whose notes have served their time."""
    rows = connection.execute("select distinct of from consular.note where erase_after <= %s", (at,))
    return [bytes(row[0]) for row in rows]


def erase(connection: Connection[TupleRow], of: bytes, at: datetime) -> Sequence[str]:
    """Erase the notes under a key that have served their time; which kinds they were."""
    rows = connection.execute("delete from consular.note where of = %s and erase_after <= %s returning kind", (of, at))
    return sorted(row[0] for row in rows)
