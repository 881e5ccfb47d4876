"""Protected persons as far as acts touch them: marks, notices that are owed, conflicts. Names are read elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def named(connection: Connection[TupleRow], arrest_id: UUID, marks: Sequence[str]) -> bool:
    """Whether one of these marks is that of somebody protected in this arrest."""
    row = connection.execute("select protected.named(%s, %s)", (arrest_id, list(marks))).fetchone()
    return bool(row and row[0])


def conflict(connection: Connection[TupleRow], arrest_id: UUID, counsel: UUID) -> bool:
    """Whether the office of this defender has a client against whom the arrest stands."""
    row = connection.execute("select protected.conflict(%s, %s)", (arrest_id, counsel)).fetchone()
    return bool(row and row[0])


def owe(connection: Connection[TupleRow], arrest_id: UUID, about: Sequence[str], since: datetime) -> None:
    """Whoever is a victim or complainant of this arrest has to be told of these things."""
    for what in about:
        connection.execute("select protected.owe_notices(%s, %s, %s)", (arrest_id, what, since))


class Notice(NamedTuple):
    """Something that a victim has to be told of, or was; whom it is for stands in the store of their own."""

    id: UUID
    arrest_id: UUID
    number: int
    about: str
    owed_at: datetime
    told_at: datetime | None
    told_by: str | None
    way: str | None
    person: UUID


def owed(connection: Connection[TupleRow], most: int = 300) -> list[Notice]:
    """Notices that are owed, the oldest first. Uses notice_owed."""
    return _notices(connection, "where n.told_at is null order by n.owed_at, n.about, n.id limit %s", most)


def of_arrest(connection: Connection[TupleRow], arrest_id: UUID) -> list[Notice]:
    """All notices of an arrest, in order."""
    return _notices(connection, "where n.arrest_id = %s order by n.owed_at, n.about, n.id", arrest_id)


def _notices(connection: Connection[TupleRow], where: str, value: object) -> list[Notice]:
    rows = connection.execute(
        "select n.id, n.arrest_id, a.number, n.about, n.owed_at, n.told_at, c.full_name, n.way, n.person_id"
        " from protected.notice n join record.arrest a on a.id = n.arrest_id"
        " left join house.account c on c.id = n.told_by " + where,
        (value,),
    )
    return [Notice(*row) for row in rows]


class Service(NamedTuple):
    """The service that tells victims; its secret is sealed."""

    id: UUID
    address: str
    secret: bytes
    connected_at: datetime


def service(connection: Connection[TupleRow]) -> Service | None:
    """The service that is connected."""
    row = connection.execute(
        "select id, address, secret, connected_at from protected.notice_service where ended_at is null"
    ).fetchone()
    return Service(*row) if row else None


def connect_service(connection: Connection[TupleRow], new: UUID, address: str, secret: bytes, by: UUID) -> bool:
    """A service is connected; False when another was at the same moment. By notice_service_at_work."""
    made = connection.execute(
        "insert into protected.notice_service (id, address, secret, connected_by) values (%s, %s, %s, %s)"
        " on conflict do nothing",
        (new, address, secret, by),
    )
    return made.rowcount == 1


def end_service(connection: Connection[TupleRow], at: datetime) -> bool:
    """The service is told nothing any more; whether there was one."""
    done = connection.execute("update protected.notice_service set ended_at = %s where ended_at is null", (at,))
    return done.rowcount == 1


def named_in_texts(connection: Connection[TupleRow], arrest_id: UUID, marks: Sequence[str]) -> bool:
    """Whether a report or complaint of the arrest holds one of these marks: it was written before its victim was."""
    row = connection.execute(
        """
        select exists (select 1 from record.report r where r.arrest_id = %(arrest)s and r.marks && %(marks)s)
          or exists (select 1 from record.complaint c where c.arrest_id = %(arrest)s and c.marks && %(marks)s)
        """,
        {"arrest": arrest_id, "marks": list(marks)},
    ).fetchone()
    return bool(row and row[0])


def told(connection: Connection[TupleRow], notice: UUID, way: str, by: UUID, at: datetime) -> bool:
    """A notice was given; whether it was owed until now."""
    done = connection.execute(
        "update protected.notice set told_at = %s, told_by = %s, way = %s where id = %s and told_at is null",
        (at, by, way, notice),
    )
    return done.rowcount == 1


def order(connection: Connection[TupleRow], order_id: UUID, arrest_id: UUID) -> tuple[bool, bool] | None:
    """Whether an order of this arrest has ended, and whether it was served; None when there is none."""
    row = connection.execute(
        "select ended_at is not null, served_at is not null from record.no_contact where id = %s and arrest_id = %s",
        (order_id, arrest_id),
    ).fetchone()
    return (row[0], row[1]) if row else None


def serve(connection: Connection[TupleRow], order_id: UUID, *, at: datetime, by: UUID, language: str, how: str) -> None:
    """An order was served."""
    connection.execute(
        "update record.no_contact set served_at = %s, served_by = %s, served_language = %s, served_how = %s"
        " where id = %s",
        (at, by, language, how, order_id),
    )


def end(connection: Connection[TupleRow], order_id: UUID, at: datetime, by: UUID) -> None:
    """An order ends."""
    connection.execute("update record.no_contact set ended_at = %s, ended_by = %s where id = %s", (at, by, order_id))


def in_force(connection: Connection[TupleRow]) -> list[UUID]:
    """Arrests with an order in force that access is open to, the newest order first. Uses no_contact_in_force."""
    rows = connection.execute(
        """
        select n.arrest_id
        from record.no_contact n
        join record.arrest a on a.id = n.arrest_id
        where n.ended_at is null and a.access = 'open'
        group by n.arrest_id
        order by max(n.ordered_at) desc
        limit 500
        """
    )
    return [row[0] for row in rows]
