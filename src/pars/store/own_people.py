"""Notes on looks of the owners' own people, as rows."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Note(NamedTuple):
    """A note: whose looks, which habit, how many such looks by then, since when, and at which entry it fell.

    Where many looked at one arrest, the looks are theirs, and the account is that of the last one.
    """

    id: UUID
    number: int
    sign_in: str
    agency: str
    detector: str
    look_ups: int
    since: datetime
    entry: UUID
    evidence: str
    fell_at: datetime


def notes(connection: Connection[TupleRow]) -> list[Note]:
    """Every note, newest first."""
    rows = connection.execute(
        """
        select n.id, n.number, a.sign_in, g.name, n.detector, n.look_ups, n.since, n.entry,
          replace(n.evidence, n.account_id::text, a.sign_in), n.fell_at
        from watch.own_people n
        join house.account a on a.id = n.account_id
        join house.agency g on g.id = a.agency_id
        order by n.number desc
        """
    )
    return [Note(*row) for row in rows]


def fall(  # noqa: PLR0913 - a note has this many facts, all named
    connection: Connection[TupleRow],
    new: UUID,
    *,
    account: UUID,
    detector: str,
    look_ups: int,
    since: datetime,
    tip: int,
    entry: UUID,
    evidence: str,
) -> bool:
    """Write a note down; False when it stands already: of the account for this habit, or at this look."""
    made = connection.execute(
        """
        insert into watch.own_people (id, account_id, detector, look_ups, since, tip, entry, evidence)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        (new, account, detector, look_ups, since, tip, entry, evidence),
    )
    return made.rowcount == 1


def noted(connection: Connection[TupleRow], account: UUID, detector: str) -> bool:
    """Whether an account was noted for a habit."""
    row = connection.execute(
        "select 1 from watch.own_people where account_id = %s and detector = %s", (account, detector)
    ).fetchone()
    return row is not None
