"""What each partner is told of how it stands, as rows: the word, the day on which it was settled, its last change."""

from datetime import date
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.store.days import TODAY


class Stood(NamedTuple):
    """What a partner is told; before the first close of a day it is ordinary."""

    grade: str = "ordinary"
    settled_on: date | None = None
    changed_on: date | None = None


def today(connection: Connection[TupleRow]) -> date:
    """The day of the city."""
    row = connection.execute(f"select {TODAY}").fetchone()
    if row is None or row[0] is None:
        raise LookupError("the database has no installation row; run pars migrate")
    on: date = row[0]
    return on


def due(connection: Connection[TupleRow]) -> list[int]:
    """Partners with an agreement whose grade was not settled today."""
    rows = connection.execute(
        f"""
        select distinct a.agency_id
        from sharing.agreement a
        left join watch.grade g on g.agency_id = a.agency_id
        where g.settled_on is distinct from {TODAY}
        order by a.agency_id
        """
    )
    return [row[0] for row in rows]


def hold(connection: Connection[TupleRow], agency_id: int) -> Stood:
    """What a partner is told, held until the transaction ends."""
    connection.execute("insert into watch.grade (agency_id) values (%s) on conflict do nothing", (agency_id,))
    connection.execute("select 1 from watch.grade where agency_id = %s for update", (agency_id,))
    return stood(connection, agency_id)


def stood(connection: Connection[TupleRow], agency_id: int) -> Stood:
    """What a partner is told."""
    row = connection.execute(
        "select grade, settled_on, changed_on from watch.grade where agency_id = %s", (agency_id,)
    ).fetchone()
    return Stood(*row) if row else Stood()


def look_ups_since(connection: Connection[TupleRow], agency_id: int, since: date | None, before: date) -> int:
    """How many look-ups a partner made from a day on, or ever, on days that are over."""
    row = connection.execute(
        "select count(*) from sharing.inquiry where agency_id = %s and (%s::date is null or day >= %s) and day < %s",
        (agency_id, since, since, before),
    ).fetchone()
    return int(row[0]) if row else 0


def settle(connection: Connection[TupleRow], agency_id: int, grade: str, on: date, *, changed: bool) -> None:
    """Write down what a partner is told from now on."""
    connection.execute(
        """
        update watch.grade
        set grade = %s, settled_on = %s, changed_on = case when %s then %s::date else changed_on end
        where agency_id = %s
        """,
        (grade, on, changed, on, agency_id),
    )
