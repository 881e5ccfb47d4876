"""Instruments for one person as rows: what came, what was decided, its review, its answer; and their counts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Instrument(NamedTuple):
    """One instrument, from its arrival to its answer; `sealed`, `reason` and `found` are sealed texts."""

    id: UUID
    number: int
    kind: str
    presented_by: str
    owner: str
    fields: list[str]
    sealed: bytes
    received_by: UUID
    receiver: str
    received_at: datetime
    decision: str | None
    allowed: list[str] | None
    reason: bytes | None
    decided_by: UUID | None
    decider: str | None
    decided_at: datetime | None
    finding: str | None
    found: bytes | None
    reviewer: str | None
    outcome: str | None
    code: str | None
    answerer: str | None
    answered_at: datetime | None
    withdrawn: bytes | None
    recalled_on: date | None
    recall_told_at: datetime | None


_SELECT: LiteralString = """
  select i.id, i.number, i.kind, i.presented_by, i.owner, i.fields, i.sealed, i.received_by, r.full_name, i.received_at,
    d.decision, d.fields, d.sealed, d.decided_by, c.full_name, d.decided_at,
    v.finding, v.sealed, w.full_name, a.outcome, a.code, h.full_name, a.answered_at,
    a.sealed, l.made_on, l.told_at
  from sharing.instrument i
  join house.account r on r.id = i.received_by
  left join sharing.instrument_decision d on d.instrument_id = i.id
  left join house.account c on c.id = d.decided_by
  left join sharing.instrument_review v on v.instrument_id = i.id
  left join house.account w on w.id = v.reviewed_by
  left join sharing.instrument_answer a on a.instrument_id = i.id
  left join house.account h on h.id = a.answered_by
  left join sharing.instrument_recall l on l.instrument_id = i.id
"""


def instrument(connection: Connection[TupleRow], instrument_id: UUID, owner: str) -> Instrument | None:
    """One instrument of an owner."""
    row = connection.execute(f"{_SELECT} where i.id = %s and i.owner = %s", (instrument_id, owner)).fetchone()
    return Instrument(*row) if row else None


def of_owner(connection: Connection[TupleRow], owner: str, most: int = 200) -> list[Instrument]:
    """The instruments that came to an owner, newest first. Uses instrument_by_received_at."""
    rows = connection.execute(f"{_SELECT} where i.owner = %s order by i.received_at desc limit %s", (owner, most))
    return [Instrument(*row) for row in rows]


def paper(connection: Connection[TupleRow], instrument_id: UUID) -> bytes:
    """The sealed PDF as it came."""
    row = connection.execute("select paper from sharing.instrument where id = %s", (instrument_id,)).fetchone()
    return bytes(row[0]) if row else b""


def take_in(connection: Connection[TupleRow], row: dict[str, object]) -> int:
    """Keep one that came; the number by which people ask for it."""
    made = connection.execute(
        """
        insert into sharing.instrument (id, kind, presented_by, owner, fields, sealed, paper, received_by)
        values (%(id)s, %(kind)s, %(presented_by)s, %(owner)s, %(fields)s, %(sealed)s, %(paper)s, %(received_by)s)
        returning number
        """,
        row,
    ).fetchone()
    return int(made[0]) if made else 0


def decide(
    connection: Connection[TupleRow], instrument_id: UUID, decision: str, fields: Sequence[str], sealed: bytes, by: UUID
) -> bool:
    """Approve or refuse it; whether it was the first to. Of two at once the second waits for the first."""
    made = connection.execute(
        "insert into sharing.instrument_decision (instrument_id, decision, fields, sealed, decided_by)"
        " values (%s, %s, %s, %s, %s) on conflict do nothing",
        (instrument_id, decision, list(fields), sealed, by),
    )
    return made.rowcount == 1


def review(connection: Connection[TupleRow], instrument_id: UUID, finding: str, sealed: bytes, by: UUID) -> bool:
    """What counsel found of an emergency; whether it was the first to."""
    made = connection.execute(
        "insert into sharing.instrument_review (instrument_id, finding, sealed, reviewed_by) values (%s, %s, %s, %s)"
        " on conflict do nothing",
        (instrument_id, finding, sealed, by),
    )
    return made.rowcount == 1


def answer(
    connection: Connection[TupleRow],
    instrument_id: UUID,
    outcome: str,
    code: str,
    by: UUID,
    *,
    sealed: bytes | None = None,
) -> bool:
    """It is answered, or withdrawn; whether it was the first to. Of two at once the second waits, and is none."""
    made = connection.execute(
        "insert into sharing.instrument_answer (instrument_id, outcome, code, answered_by, sealed)"
        " values (%s, %s, %s, %s, %s) on conflict (instrument_id) do nothing",
        (instrument_id, outcome, code, by, sealed),
    )
    return made.rowcount == 1


def showed(connection: Connection[TupleRow], instrument_id: UUID, arrests: Sequence[UUID]) -> None:
    """Whose record leaves with the answer, so that a recall reaches who holds it."""
    connection.cursor().executemany(
        "insert into sharing.instrument_shown (instrument_id, arrest_id) values (%s, %s)",
        [(instrument_id, arrest) for arrest in arrests],
    )


def recall(
    connection: Connection[TupleRow], arrest_id: UUID, on: date, kept_by: Sequence[str], of: Sequence[str]
) -> int:
    """Recall the answers that showed this arrest, but those to presenters who keep theirs; how many are new.

    `of` names fields: only answers that gave one of them; none means all. What was recalled is remembered by its
    instrument alone.
    """
    made = connection.execute(
        """
        insert into sharing.instrument_recall (instrument_id, made_on)
        select s.instrument_id, %(on)s
        from sharing.instrument_shown s
        join sharing.instrument i on i.id = s.instrument_id
        left join sharing.instrument_decision d on d.instrument_id = i.id
        where s.arrest_id = %(arrest)s and not i.presented_by = any(%(kept_by)s)
          and (%(of)s::text[] = '{}' or d.fields && %(of)s::text[])
        on conflict do nothing
        """,
        {"arrest": arrest_id, "on": on, "kept_by": list(kept_by), "of": list(of)},
    )
    if not of:
        connection.execute("delete from sharing.instrument_shown where arrest_id = %s", (arrest_id,))
    return made.rowcount


def recall_told(connection: Connection[TupleRow], instrument_id: UUID, at: datetime, by: UUID) -> bool:
    """Who was answered is told to destroy it; whether it was still to be told."""
    done = connection.execute(
        "update sharing.instrument_recall set told_at = %s, told_by = %s where instrument_id = %s and told_at is null",
        (at, by, instrument_id),
    )
    return done.rowcount == 1


def counsel_of(connection: Connection[TupleRow], owner: str) -> str | None:
    """The name of an owner's counsel: the first who works and is confirmed."""
    row = connection.execute(
        """
        select a.full_name
        from house.account a
        join house.agency g on g.id = a.agency_id
        where a.role = 'counsel' and g.owner = %s and a.state = 'active' and a.confirmed_by is not null
        order by a.number
        limit 1
        """,
        (owner,),
    ).fetchone()
    return row[0] if row else None


class Counted(NamedTuple):
    """How many of a class came to an owner, and how they stand; of emergencies, how many wait for review too long."""

    kind: str
    owner: str
    came: int
    waiting: int
    refused: int
    record: int
    nothing: int
    letter: int
    withdrawn: int
    review_overdue: int
    recalls: int


def counted(connection: Connection[TupleRow], owner: str | None, since: datetime, late: datetime) -> list[Counted]:
    """Counts by class and owner since an instant; an emergency approved before `late` is overdue for its review."""
    rows = connection.execute(
        """
        select i.kind, i.owner, count(*),
          count(*) filter (where a.instrument_id is null and coalesce(d.decision, 'approved') = 'approved'),
          count(*) filter (where d.decision = 'refused'),
          count(*) filter (where a.outcome = 'record'),
          count(*) filter (where a.outcome = 'nothing'),
          count(*) filter (where a.outcome = 'letter'),
          count(*) filter (where a.outcome = 'withdrawn'),
          count(*) filter (
            where i.kind = 'emergency' and d.decision = 'approved' and v.instrument_id is null
              and d.decided_at < %(late)s),
          count(*) filter (where l.instrument_id is not null and l.told_at is null)
        from sharing.instrument i
        left join sharing.instrument_decision d on d.instrument_id = i.id
        left join sharing.instrument_review v on v.instrument_id = i.id
        left join sharing.instrument_answer a on a.instrument_id = i.id
        left join sharing.instrument_recall l on l.instrument_id = i.id
        where i.received_at >= %(since)s and (%(owner)s::text is null or i.owner = %(owner)s)
        group by 1, 2
        order by 1, 2
        """,
        {"owner": owner, "since": since, "late": late},
    )
    return [Counted(*row) for row in rows]


class Found(NamedTuple):
    """An arrest that an instrument may name: its row for the lock, whose it is, and its number."""

    id: UUID
    number: int
    person: UUID


def found(connection: Connection[TupleRow], keys: Sequence[str]) -> list[Found]:
    """Arrests of adults under exactly this name and birth date to which access is open, newest first."""
    rows = connection.execute(
        """
        select a.id, a.number, coalesce(a.person_id, a.id)
        from record.arrest a
        where a.search_keys @> %s and a.access = 'open'
        order by a.arrested_at desc
        limit 20
        """,
        (list(keys),),
    )
    return [Found(*row) for row in rows]
