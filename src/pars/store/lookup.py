"""Reading record data to show it: through the wall, the columns of a projection, for an entry already committed.

Only `actions/disclosure` may import this module: record data leaves by one door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar
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


ARREST = "record.arrest"
_ONE: Mapping[str, str] = {"record.arraignment": "arrest_id", "sharing.bail_order": "arrest_id"}
_MANY: Mapping[str, str] = {
    "record.photo": "arrest_id",
    "sharing.standing_charge": "charge_id",
    "sharing.disposition": "charge_id",
}
"""Sources of a partner's answer beside the arrest: of which there is one at most, and of which there are many with
their order."""


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
    for source, many, told in plan.parts:
        values = row[place : place + len(told)]
        if source in _NAMES:
            names[source] = dict(zip(told, values, strict=True))
        elif many:
            each_row = zip(*(each or () for each in values), strict=True)
            found[source] = [dict(zip(told, one, strict=True)) for one in each_row]
        else:  # what is there has its first column, the key, filled
            found[source] = [dict(zip(told[1:], values[1:], strict=True))] if values[0] is not None else []
        place += len(told)
    return Read(there=True, rows=found, names={name: one for name, one in names.items() if any(one.values())})


class _Plan(NamedTuple):
    """A statement, and what its columns are: of which source, of many rows or one, by which names."""

    query: bytes
    parts: Sequence[tuple[str, bool, Sequence[str]]]


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
    parts: list[tuple[str, bool, Sequence[str]]] = []
    told: list[sql.Composable] = [sql.SQL("a.id")]
    joins: list[sql.Composable] = []
    given = dict(columns)
    arrests = given.get(ARREST, ())
    inner = [sql.Identifier("id"), *(sql.Identifier(name) for name in arrests if name != "id")]
    if arrests:
        parts.append((ARREST, False, ("id", *arrests)))
        told += [sql.Identifier("a", name) for name in ("id", *arrests)]
    for source, names in columns:
        if source == ARREST:
            continue
        alias, table = sql.Identifier(source), sql.Identifier(*source.split("."))
        many = source in _MANY
        shown = names if many else ("arrest_id", *names)
        cells = [sql.SQL("s.{}").format(sql.Identifier(name)) for name in shown]
        if many:
            order = sql.SQL("s.{}").format(sql.Identifier(_MANY[source]))
            cells = [sql.SQL("array_agg({} order by {})").format(cell, order) for cell in cells]
        named = [sql.Identifier(f"c{place}") for place in range(len(shown))]
        cells = [sql.SQL("{} as {}").format(cell, name) for cell, name in zip(cells, named, strict=True)]
        joins.append(
            sql.SQL(" left join lateral (select {} from {} s where s.arrest_id = n.arrest offset 0) {} on true").format(
                sql.SQL(", ").join(cells), table, alias
            )
        )
        told += [sql.SQL("{}.{}").format(alias, name) for name in named]
        parts.append((source, many, shown))
    for name, (table_name, key, column, shown) in _NAMES.items():
        if column in arrests:
            joins.append(
                sql.SQL(" left join {} {} on {}.{} = a.{}").format(
                    sql.Identifier(*table_name.split(".")),
                    sql.Identifier(name),
                    sql.Identifier(name),
                    sql.Identifier(key),
                    sql.Identifier(column),
                )
            )
            told += [sql.Identifier(name, one) for one in shown]
            parts.append((name, False, shown))
    query = sql.SQL(
        "select r.*, ledger.reckon() from (select {} from"
        " (select %s::uuid as arrest, set_config('pars.entry', %s, true) offset 0) n"
        " left join lateral (select {} from record.arrest s where s.id = n.arrest offset 0) a on true{} offset 0) r"
    ).format(sql.SQL(", ").join(told), sql.SQL(", ").join(inner), sql.SQL("").join(joins))
    return _Plan(query.as_bytes(), parts)


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
