"""What the owners set, as rows: the newest of a name counts, until its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb


class Set(NamedTuple):
    """A setting as somebody set it."""

    value: object
    reason: str
    law: str | None
    until: datetime | None
    set_by: UUID | None
    set_at: datetime


def newest(connection: Connection[TupleRow]) -> Mapping[str, Set]:
    """The newest row of each name. Uses the index on name and id."""
    found = connection.execute(
        """
        select distinct on (name) name, value, reason, law, until, set_by, set_at
        from house.setting
        order by name, id desc
        """
    )
    return {row[0]: Set(*row[1:]) for row in found}


def put(
    connection: Connection[TupleRow], name: str, value: object, *, reason: str, law: str | None, until: datetime | None
) -> None:
    """Set it from now on."""
    connection.execute(
        """
        insert into house.setting (name, value, reason, law, until, set_by)
        values (%s, %s, %s, %s, %s, nullif(current_setting('pars.account', true), '')::uuid)
        """,
        (name, Jsonb(value), reason, law, until),
    )
