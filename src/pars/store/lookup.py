"""Reading record data to show it: through the wall, the columns of a projection, for an entry already committed.

Only `actions/disclosure` may import this module: record data leaves by one door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.sharing.projection import Row

R = TypeVar("R", bound=Row)


def rows(connection: Connection[TupleRow], shape: type[R], arrests: Sequence[UUID]) -> list[R]:
    """The rows of that shape for these arrests, as far as the committed entry shows them, in the shape's order."""
    schema, table = shape.TABLE.split(".")
    names = shape.__struct_fields__
    query = sql.SQL("select {} from {} where {} = any(%s) order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Identifier(schema, table),
        sql.Identifier(shape.KEY),
        sql.Identifier(shape.ORDER),
    )
    found = connection.execute(query, (list(arrests),), prepare=True)
    return [msgspec.convert(dict(zip(names, row, strict=True)), shape, strict=False) for row in found]


_PERMITTED: Mapping[str, tuple[str, str]] = {
    "record.arrest": ("id", "id"),
    "record.photo": ("arrest_id", "arrest_id"),
    "record.arraignment": ("arrest_id", "held_at"),
    "sharing.standing_charge": ("arrest_id", "charge_id"),
    "sharing.disposition": ("arrest_id", "charge_id"),
    "sharing.bail_order": ("arrest_id", "arrest_id"),
}
"""Sources of a partner's answer: the column that holds the arrest's id, and the order."""


def opens(connection: Connection[TupleRow], arrests: Sequence[UUID]) -> bool:
    """Whether the wall shows a partner any of these arrests."""
    query = "select 1 from record.arrest where id = any(%s) limit 1"
    return connection.execute(query, (list(arrests),), prepare=True).fetchone() is not None


def permitted(
    connection: Connection[TupleRow], columns: Mapping[str, Sequence[str]], arrests: Sequence[UUID]
) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """The permitted columns of these arrests, as far as the committed entry shows them and its agreement stands."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for source, names in columns.items():
        rows_read = connection.execute(_permitted(source, tuple(names)), (list(arrests),), prepare=True)
        found[source] = [dict(zip(names, row, strict=True)) for row in rows_read]
    return found


@lru_cache(maxsize=1024)
def _permitted(source: str, names: Sequence[str]) -> bytes:
    """The question for these columns of a source, composed once."""
    key, order = _PERMITTED[source]
    schema, table = source.split(".")
    query = sql.SQL("select {} from {} where {} = any(%s) order by {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.Identifier(schema, table),
        sql.Identifier(key),
        sql.Identifier(order),
    )
    return query.as_bytes()


def agency(connection: Connection[TupleRow], agency_id: object) -> Mapping[str, object]:
    """ORI and name of an agency."""
    row = connection.execute("select ori, name from house.agency where id = %s", (agency_id,), prepare=True).fetchone()
    return {"ori": row[0], "name": row[1]} if row else {}


def site(connection: Connection[TupleRow], code: object) -> Mapping[str, object]:
    """Name of a site."""
    row = connection.execute("select name from house.site where code = %s", (code,), prepare=True).fetchone()
    return {"name": row[0]} if row else {}


def people(connection: Connection[TupleRow]) -> Mapping[UUID, str]:
    """Names of the colleagues who acted, by account; staff are named to staff."""
    return dict(connection.execute("select id, full_name from house.account").fetchall())


def shows(connection: Connection[TupleRow], door: str, arrest_id: UUID) -> bool:
    """Whether the committed entry shows that arrest through a door; without it an empty answer would be a lie."""
    row = connection.execute("select %s = any(ledger.shown(%s))", (arrest_id, door), prepare=True).fetchone()
    return bool(row and row[0])


def sealed(connection: Connection[TupleRow], table: str, arrest_id: UUID) -> list[tuple[UUID, str, bytes]]:
    """Sealed rows of a store of its own (`interview.interview`, `protected.person`), as (id, kind, sealed bytes)."""
    schema, name = table.split(".")
    kind = sql.SQL("kind") if table == "protected.person" else sql.SQL("''")
    query = sql.SQL("select id, {}, sealed from {} where arrest_id = %s order by written_at").format(
        kind, sql.Identifier(schema, name)
    )
    return [(row[0], row[1], bytes(row[2])) for row in connection.execute(query, (arrest_id,))]


def children(connection: Connection[TupleRow], found: Sequence[UUID]) -> list[tuple[UUID, int, datetime, str, bytes]]:
    """Children's arrests as far as the committed entry shows them: id, number, when, custody, sealed."""
    rows_found = connection.execute(
        """
        select id, number, arrested_at, custody, sealed
        from protected.child
        where id = any(%s)
        order by arrested_at
        """,
        (list(found),),
    )
    return [(row[0], row[1], row[2], row[3], bytes(row[4])) for row in rows_found]
