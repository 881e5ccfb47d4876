"""Reading record data to show it: through the wall, the columns of a projection, for an entry already committed.

Only `actions/disclosure` may import this module: record data leaves by one door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar
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


ARREST = "record.arrest"
_MANY: Mapping[str, str] = {
    "record.photo": "arrest_id",
    "sharing.standing_charge": "charge_id",
    "sharing.disposition": "charge_id",
}
"""Sources of a partner's answer of which an arrest has many, with their order; of the others it has one at most."""


class Read(NamedTuple):
    """What was read for a partner: whether the wall opened, rows by source, and the names of agency and site."""

    there: bool
    rows: Mapping[str, Sequence[Mapping[str, object]]]
    names: Mapping[str, Mapping[str, object]]


def permitted(
    connection: Connection[TupleRow], entry: UUID, columns: Mapping[str, Sequence[str]], arrest: UUID | None
) -> Read:
    """The permitted columns of an arrest, as far as the committed entry shows it and its agreement stands.

    One statement, a transaction by itself, and the same for nobody as for somebody.
    """
    plan = _permitted(tuple((source, tuple(names)) for source, names in sorted(columns.items())))
    row = connection.execute(plan.query, (arrest, str(entry)), prepare=True).fetchone()
    if row is None or row[0] is None:
        return Read(there=False, rows=dict.fromkeys(columns, ()), names={})
    found, names, place = dict[str, Sequence[Mapping[str, object]]](), dict[str, Mapping[str, object]](), 1
    for part in plan.parts:
        values = row[place : place + len(part.names)]
        place += len(part.names)
        if part.source in _NAMES:
            names[part.source] = dict(zip(part.names, values, strict=True))
        elif part.many:
            each_row = zip(*(each or () for each in values), strict=True)
            found[part.source] = [dict(zip(part.names, one, strict=True)) for one in each_row]
        else:  # of what is there the first column, its key, is filled
            one = dict(zip(part.names[1:], values[1:], strict=True))
            found[part.source] = [one] if values[0] is not None else []
    return Read(there=True, rows=found, names={name: one for name, one in names.items() if any(one.values())})


class _Part(NamedTuple):
    """Columns of the statement: of which source, many rows or one, by which names; and how they are asked for."""

    source: str
    names: Sequence[str]
    told: Sequence[sql.Composable]
    join: sql.Composable
    many: bool = False


class _Plan(NamedTuple):
    """The statement, and what its columns are."""

    query: bytes
    parts: Sequence[_Part]


_NAMES: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    "agency": ("house.agency", "id", "agency_id", ("ori", "name")),
    "site": ("house.site", "code", "site", ("name",)),
}
"""Names beside the arrest: their table, its key, the arrest's column that refers to it, and what is told."""


@lru_cache(maxsize=1024)
def _permitted(columns: Sequence[tuple[str, Sequence[str]]]) -> _Plan:
    """The question for these columns, composed once.

    What names the entry is a row that everything else waits for, and what reckons is asked of the finished row: if
    either came in another order the wall would stay shut, or the auditor would see a gap. Every other column is left
    unread.
    """
    arrests = dict(columns).get(ARREST, ())
    parts = [_of_source(source, names) for source, names in columns if source != ARREST]
    parts += [_of_name(name) for name, (_, _, column, _) in _NAMES.items() if column in arrests]
    if arrests:
        shown = ("id", *arrests)
        parts.insert(0, _Part(ARREST, shown, [sql.Identifier("a", name) for name in shown], sql.SQL("")))
    query = sql.SQL(
        "select r.*, ledger.reckon() from (select {} from"
        " (select %s::uuid as arrest, set_config('pars.entry', %s, true) offset 0) n"
        " left join lateral (select {} from record.arrest s where s.id = n.arrest offset 0) a on true{} offset 0) r"
    ).format(
        sql.SQL(", ").join([sql.SQL("a.id"), *(column for part in parts for column in part.told)]),
        sql.SQL(", ").join(map(sql.Identifier, ("id", *arrests))),
        sql.SQL("").join(part.join for part in parts),
    )
    return _Plan(query.as_bytes(), parts)


def _of_source(source: str, names: Sequence[str]) -> _Part:
    """The columns of a table beside the arrest; of many rows as an array each, of one with its key before them."""
    many, alias = source in _MANY, sql.Identifier(source)
    shown = names if many else ("arrest_id", *names)
    cells: list[sql.Composable] = [sql.SQL("s.{}").format(sql.Identifier(name)) for name in shown]
    if many:
        order = sql.Identifier("s", _MANY[source])
        cells = [sql.SQL("array_agg({} order by {})").format(cell, order) for cell in cells]
    named = [sql.Identifier(f"c{place}") for place in range(len(shown))]
    join = sql.SQL(" left join lateral (select {} from {} s where s.arrest_id = n.arrest offset 0) {} on true").format(
        sql.SQL(", ").join(sql.SQL("{} as {}").format(*pair) for pair in zip(cells, named, strict=True)),
        sql.Identifier(*source.split(".")),
        alias,
    )
    return _Part(source, shown, [sql.SQL("{}.{}").format(alias, name) for name in named], join, many)


def _of_name(name: str) -> _Part:
    """A name beside the arrest."""
    table, key, column, shown = _NAMES[name]
    join = sql.SQL(" left join {} {} on {} = {}").format(
        sql.Identifier(*table.split(".")), sql.Identifier(name), sql.Identifier(name, key), sql.Identifier("a", column)
    )
    return _Part(name, shown, [sql.Identifier(name, one) for one in shown], join)


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
