"""Until when accounts stay open, as rows."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.record.roles import Owner, Role


class Reviewed(NamedTuple):
    """An account with the days that keep it open."""

    id: UUID
    sign_in: str
    full_name: str
    role: Role
    owner: Owner | None
    trained_until: date | None
    certified_until: date | None
    review_by: date
    open_until: date


def every(connection: Connection[TupleRow]) -> list[Reviewed]:
    """Accounts that are not disabled, those that close first at the head."""
    rows = connection.execute(
        """
        select a.id, a.sign_in, a.full_name, a.role, g.owner,
          a.trained_until, a.certified_until, a.review_by, a.open_until
        from house.account a
        join house.agency g on g.id = a.agency_id
        where a.state = 'active'
        order by a.open_until, a.full_name
        """
    )
    return [
        Reviewed(i, sign_in, name, Role(role), Owner(owner) if owner else None, trained, certified, review, until)
        for i, sign_in, name, role, owner, trained, certified, review, until in rows
    ]


def set_dates(connection: Connection[TupleRow], account: UUID, dates: Mapping[str, object]) -> None:
    """Change the days that keep an account open."""
    columns = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in dates)
    connection.execute(sql.SQL("update house.account set {} where id = %s").format(columns), (*dates.values(), account))


def lapsed(connection: Connection[TupleRow], today: date) -> list[UUID]:
    """Accounts that have closed by themselves and of which no entry says so yet."""
    rows = connection.execute(
        """
        select id
        from house.account
        where state = 'active' and open_until < %s and lapse_told is distinct from open_until
        """,
        (today,),
    )
    return [row[0] for row in rows]


def tell(connection: Connection[TupleRow], account: UUID) -> bool:
    """Remember that it is said; False when it was said before."""
    found = connection.execute(
        "update house.account set lapse_told = open_until where id = %s and lapse_told is distinct from open_until",
        (account,),
    )
    return found.rowcount == 1
