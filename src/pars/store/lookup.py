"""Reading record data to show it: through the wall, the columns of a projection, for an entry already committed.

Only `actions/disclosure` may import this module: record data leaves by one door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, TypeVar
from uuid import UUID

import msgspec
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.record.fields import tables
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


def permitted(
    connection: Connection[TupleRow], entry: UUID, words: Sequence[str], arrest: UUID | None
) -> Sequence[object] | None:
    """The values of these words of an arrest, as far as the committed entry shows it and its agreement stands.

    None when the wall stays shut. One statement, a transaction by itself, and the same for nobody as for somebody.
    """
    row = connection.execute(_permitted(tuple(words)), (arrest, str(entry)), prepare=True).fetchone()
    return None if row is None or row[0] is None else row[1:-1]


@lru_cache(maxsize=1024)
def _permitted(words: Sequence[str]) -> bytes:
    """The question for these words, composed once.

    What names the entry is a row that everything else waits for, and what reckons is asked of the finished row: if
    either came in another order the wall would stay shut, or the auditor would see a gap. Every other column is left
    unread.
    """
    columns = [sql.Identifier("p", name) for name in ("id", *(word.replace(".", "_") for word in words))]
    query = sql.SQL(
        "select r.*, ledger.reckon() from (select f.* from"
        " (select %s::uuid as arrest, set_config('pars.entry', %s, true) offset 0) n"
        " left join lateral (select {} from sharing.permitted p where p.id = n.arrest offset 0) f on true offset 0) r"
    ).format(sql.SQL(", ").join(columns))
    return query.as_bytes()


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


_UNREAD = frozenset({"record.count_difference"})
"""Tables that hang on an arrest and say nothing of who it is; the staff's door has no grant on them."""
_OF_ARRESTS = tuple(
    table
    for table, fields in tables().items()
    if table.startswith("record.")
    and table not in _UNREAD
    and (table == "record.arrest" or any(field.column == "arrest_id" for field in fields))
)

Noted: TypeAlias = tuple[UUID, str, datetime, UUID, datetime, bytes]


def care(connection: Connection[TupleRow], arrest_id: UUID) -> list[Noted]:
    """Care notes as far as the committed entry shows them: id, kind, when, by whom, written when, sealed."""
    found = connection.execute(
        """
        select id, kind, happened_at, written_by, written_at, sealed
        from care.note
        where arrest_id = %s
        order by happened_at, written_at
        """,
        (arrest_id,),
    )
    return [(row[0], row[1], row[2], row[3], row[4], bytes(row[5])) for row in found]


def consular(connection: Connection[TupleRow], notes: Sequence[UUID]) -> list[tuple[UUID, str, bytes]]:
    """Consular notes as far as the committed entry shows them: id, kind, sealed."""
    found = connection.execute("select id, kind, sealed from consular.note where id = any(%s)", (list(notes),))
    return [(row[0], row[1], bytes(row[2])) for row in found]


def whole(connection: Connection[TupleRow], arrest_id: UUID) -> Mapping[str, list[dict[str, object]]]:
    """Every row of every table that an arrest has, as far as the committed entry shows them, as plain JSON."""
    named = [(table, "id" if table == "record.arrest" else "arrest_id") for table in _OF_ARRESTS]
    found: dict[str, list[dict[str, object]]] = {}
    for table, key in named:
        schema, name = table.split(".")
        query = sql.SQL("select to_jsonb(t) from {} t where {} = %s").format(
            sql.Identifier(schema, name), sql.Identifier(key)
        )
        if held := [row[0] for row in connection.execute(query, (arrest_id,))]:
            found[table] = held
    return found


def child_steps(
    connection: Connection[TupleRow], found: Sequence[UUID]
) -> list[tuple[UUID, UUID, str, datetime, UUID, bytes]]:
    """What was done about children, as far as the entry shows them: id, child, step, when, by whom, sealed."""
    rows_found = connection.execute(
        """
        select id, child_id, step, happened_at, written_by, sealed
        from protected.child_step
        where child_id = any(%s)
        order by happened_at, written_at
        """,
        (list(found),),
    )
    return [(row[0], row[1], row[2], row[3], row[4], bytes(row[5])) for row in rows_found]


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
