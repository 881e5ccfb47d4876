"""Children's arrests as rows: what the acts move and add. What is shown of them is read through `lookup`."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from pars.errors import NotThere
from pars.store.arrests import with_its_otn

Rows: TypeAlias = Connection[TupleRow]


def hold(connection: Rows, child: UUID) -> tuple[datetime, str]:
    """Lock a child's arrest: when it was made, and how custody stands."""
    row = connection.execute(
        "select arrested_at, custody from protected.child where id = %s for no key update", (child,)
    ).fetchone()
    if row is None:
        raise NotThere("there is no child's arrest by that number")
    return row[0], row[1]


def move(connection: Rows, child: UUID, custody: str) -> None:
    """A child leaves."""
    connection.execute("update protected.child set custody = %s where id = %s", (custody, child))


def forget_adult(connection: Rows, arrest: UUID) -> None:
    """Nothing of this record stays among the adults': refused unless this transaction has sealed it as a child's."""
    connection.execute("select record.forget(%s)", (arrest,))


def bring_back(connection: Rows, child: UUID, arrest: Mapping[str, object], hung: Mapping[str, object]) -> None:
    """Write an adult's record again that was moved across before, with every row that hung on it."""
    with with_its_otn():
        connection.execute("select record.bring_back(%s, %s, %s)", (child, Jsonb(dict(arrest)), Jsonb(dict(hung))))


def forget_child(connection: Rows, child: UUID) -> None:
    """Nothing of it stays among the children's: refused unless this transaction has written it among the adults'."""
    connection.execute("select protected.forget_child(%s)", (child,))


def is_there(connection: Connection[TupleRow], arrest: UUID) -> bool:
    """Whether that is the number of a child's arrest."""
    return connection.execute("select 1 from protected.child where id = %s", (arrest,)).fetchone() is not None


def kept(connection: Connection[TupleRow]) -> list[UUID]:
    """Children who are still kept; ids and nothing else, to decide about a look."""
    return [row[0] for row in connection.execute("select id from protected.child where custody = 'arrested'")]


def kept_since(connection: Connection[TupleRow]) -> list[tuple[UUID, datetime]]:
    """Children who are still kept, and since when."""
    rows = connection.execute("select id, arrested_at from protected.child where custody = 'arrested'", prepare=True)
    return [(row[0], row[1]) for row in rows]
