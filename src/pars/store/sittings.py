"""Days of the court as rows: sessions, bail reviews that are due, hearings on holds, until when fugitives are kept."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Review(NamedTuple):
    """An early bail review that was not held yet."""

    id: UUID
    arrest: UUID
    due_on: date


def reviews_due(connection: Connection[TupleRow]) -> list[Review]:
    """Reviews of whoever bail still holds, the first due first. Uses bail_review_open."""
    rows = connection.execute(
        """
        select r.id, r.arrest_id, r.due_on
        from record.bail_review r
        join record.arrest a on a.id = r.arrest_id
        where r.held_at is null and a.custody in ('held-on-bail', 'committed') and a.court in ('arraigned', 'docketed')
          and a.access = 'open'
        order by r.due_on, r.id
        limit 500
        """
    )
    return [Review(*row) for row in rows]


def review_held(connection: Connection[TupleRow], arrest_id: UUID, *, at: datetime, by: UUID, outcome: str) -> None:
    """Every open review of an arrest was held, with its outcome; none open is no fault: a review may come early."""
    connection.execute(
        "update record.bail_review set held_at = %s, held_by = %s, outcome = %s"
        " where arrest_id = %s and held_at is null",
        (at, by, outcome, arrest_id),
    )


class Due(NamedTuple):
    """A hearing on a hold that is due."""

    id: UUID
    arrest: UUID
    at: datetime


def hearings_due(connection: Connection[TupleRow]) -> list[Due]:
    """Hearings on holds that stand and were not heard, of whoever is kept here or in the prison."""
    rows = connection.execute(
        """
        select h.id, h.arrest_id, h.hearing_due
        from record.hold h
        join record.arrest a on a.id = h.arrest_id
        where h.hearing_due is not null and h.lifted_at is null
          and (h.heard_at is null or h.heard_at < h.hearing_due)
          and (h.expires_at is null or h.expires_at > house.city_now())
          and a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail',
            'release-owed', 'committed')
        """,
        prepare=True,
    )
    return [Due(*row) for row in rows]


class Running(NamedTuple):
    """Until when a fugitive is kept."""

    arrest: UUID
    until_on: date


def terms_running(connection: Connection[TupleRow]) -> list[Running]:
    """The newest term of every fugitive who is still kept."""
    rows = connection.execute(
        """
        select t.arrest_id, max(t.until_on)
        from record.fugitive_term t
        join record.arrest a on a.id = t.arrest_id
        where a.custody in ('booked', 'held-on-bail', 'committed', 'at-hospital', 'in-transit')
          and a.court in ('arraigned', 'docketed')
        group by t.arrest_id
        """,
        prepare=True,
    )
    return [Running(*row) for row in rows]


def term(connection: Connection[TupleRow], arrest_id: UUID) -> tuple[date, bool] | None:
    """The newest term of a fugitive, and whether it is the extension; None when there is none."""
    row = connection.execute(
        "select until_on, extension from record.fugitive_term where arrest_id = %s order by id desc limit 1",
        (arrest_id,),
    ).fetchone()
    return (row[0], row[1]) if row else None


def session_at(connection: Connection[TupleRow], starts_at: datetime, room: str, otherwise: UUID) -> UUID:
    """The session of the court that starts then; made when it is the first time that someone is listed for it."""
    connection.execute(
        "insert into record.court_session (id, starts_at, room) values (%s, %s, %s) on conflict (starts_at) do nothing",
        (otherwise, starts_at, room),
    )
    row = connection.execute("select id from record.court_session where starts_at = %s", (starts_at,)).fetchone()
    return row[0] if row else otherwise


def unlist(connection: Connection[TupleRow], arrest_id: UUID) -> None:
    """Take an arrest off its session's list."""
    connection.execute("delete from record.listing where arrest_id = %s", (arrest_id,))
