"""The floor as it was laid in this database, and when each agreement's terms were last proved under it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from pars.store.days import day_in_city


class Laid(NamedTuple):
    """A floor that was laid."""

    version: int
    hash: str


class Due(NamedTuple):
    """Terms in force that are to be proved again."""

    version_id: UUID
    agreement: str
    row: int
    terms: str
    hash: str
    floor_hash: str


def newest(connection: Connection[TupleRow]) -> Laid | None:
    """The newest floor; None in a database that has none yet."""
    row = connection.execute("select version, hash from sharing.floor order by version desc limit 1").fetchone()
    return Laid(*row) if row else None


def lay(connection: Connection[TupleRow], floor: Laid, text: str) -> None:
    """A newer floor with its file; from now on nothing stands that is not proved under it."""
    connection.execute("insert into sharing.floor (version, hash, text) values (%s, %s, %s)", (*floor, text))


def texts(connection: Connection[TupleRow], hashes: Sequence[str]) -> dict[str, str]:
    """The files of floors by their hashes, as far as they are kept."""
    found = connection.execute(
        "select hash, text from sharing.floor where hash = any(%s) and text is not null", (list(hashes),)
    )
    return dict(found.fetchall())


def without_text(connection: Connection[TupleRow]) -> list[str]:
    """The hashes of floors that were laid by programs which did not keep their files."""
    return [row[0] for row in connection.execute("select hash from sharing.floor where text is null")]


def keep(connection: Connection[TupleRow], hashed: str, text: str) -> None:
    """Keep the file of a floor that was laid without it."""
    connection.execute("update sharing.floor set text = %s where hash = %s and text is null", (text, hashed))


def due(connection: Connection[TupleRow], floor_hash: str, today: date) -> list[Due]:
    """Terms at work that were not proved today, or were proved under another floor."""
    rows = connection.execute(
        f"""
        select v.id, v.agreement_id, a.number, v.terms, v.hash, v.floor_hash
        from sharing.term t
        join sharing.version v on v.id = t.version_id
        join sharing.agreement a on a.id = t.agreement_id
        where t.ended_at is null
          and (v.floor_hash <> %s or {day_in_city("v.proved_at")} < %s)
        order by v.agreement_id
        """,
        (floor_hash, today),
    )
    return [Due(*row) for row in rows]


def proved(
    connection: Connection[TupleRow], version_id: UUID, floor: Laid, proofs: Sequence[Mapping[str, object]]
) -> None:
    """Write down that terms are proved under a floor."""
    connection.execute(
        """
        update sharing.version
        set floor_version = %s, floor_hash = %s, proofs = %s, proved_at = house.city_now()
        where id = %s
        """,
        (floor.version, floor.hash, Jsonb(list(proofs)), version_id),
    )
