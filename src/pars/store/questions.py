"""What partners asked under an agreement, as the ledger says it: every inquiry, refused ones among them."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Entered(NamedTuple):
    """An entry of an inquiry: its public part, and the account that asked."""

    nonce: UUID
    at: datetime
    public: Mapping[str, object]
    account: UUID | None


class Behind(NamedTuple):
    """What the entry of an answered inquiry does not publish."""

    on_behalf_of: str
    outcome: str | None


def entered(connection: Connection[TupleRow], agreement: str, day: date | None, most: int) -> list[Entered]:
    """Inquiries under an agreement, newest first; of one day of the city when it is given. By the ledger's door."""
    rows = connection.execute(
        """
        select e.nonce, e.at, e.public, d.account_id
        from ledger.entry e
        left join ledger.detail d on d.nonce = e.nonce
        where e.public ->> 'kind' = 'inquiry'
          and e.public ->> 'agreement' = %s
          and (%s::text is null or e.public ->> 'day' = %s)
        order by e.id desc
        limit %s
        """,
        (agreement, *[day.isoformat() if day else None] * 2, most),
    )
    return [Entered(*row) for row in rows]


def behind(connection: Connection[TupleRow], nonces: Collection[UUID]) -> Mapping[UUID, Behind]:
    """On whose behalf, and what was reported of answered inquiries, by their entries."""
    rows = connection.execute(
        "select nonce, on_behalf_of, outcome from sharing.inquiry where nonce = any(%s)",
        (list(nonces),),
    )
    return {row[0]: Behind(*row[1:]) for row in rows}


def names(connection: Connection[TupleRow], accounts: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of those who asked."""
    rows = connection.execute("select id, full_name from house.account where id = any(%s)", (list(accounts),))
    return {row[0]: row[1] for row in rows}
