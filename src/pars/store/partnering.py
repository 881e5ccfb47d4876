"""Partner agencies as rows: who they are, and whom they belong to."""

from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.record.roles import CITYS_OWN


class Partner(NamedTuple):
    """An agency that is no owner's; `parent` is the name of the agency that it is part of."""

    id: int
    ori: str
    name: str
    parent: str | None
    case_pattern: str | None
    agreements: list[str]


def partners(connection: Connection[TupleRow]) -> list[Partner]:
    """Every partner, by name, with its agreements: agencies that are no owner's and have no desk of the city's own."""
    rows = connection.execute(
        """
        select g.id, g.ori, g.name, p.name, r.case_pattern,
          array(select a.id from sharing.agreement a where a.agency_id = g.id order by a.id)
        from house.agency g
        left join house.agency p on p.id = g.parent_id
        left join sharing.partner r on r.agency_id = g.id
        where g.owner is null
          and not exists (select from house.account c where c.agency_id = g.id and c.role = any(%s))
        order by g.name
        """,
        (sorted(CITYS_OWN),),
    )
    return [Partner(*row) for row in rows]


def register(connection: Connection[TupleRow], ori: str, name: str, parent: int | None) -> int:
    """A new partner; its number."""
    row = connection.execute(
        "insert into house.agency (ori, name, parent_id) values (%s, %s, %s) returning id", (ori, name, parent)
    ).fetchone()
    return int(row[0]) if row else 0


def agreements_of_family(connection: Connection[TupleRow], agency_id: int) -> list[str]:
    """The agreements of a partner, of the agency that it is part of, and of whatever else is part of that one."""
    rows = connection.execute(
        """
        select a.id
        from sharing.agreement a
        join house.agency g on g.id = a.agency_id
        where coalesce(g.parent_id, g.id) = (
          select coalesce(own.parent_id, own.id) from house.agency own where own.id = %s)
        order by a.id
        """,
        (agency_id,),
    )
    return [row[0] for row in rows]
