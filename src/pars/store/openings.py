"""Openings by break-glass as rows: who asked for what, who agreed, the looks, the end, the review."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Opening(NamedTuple):
    """One opening, from its asking to its review. Times are real time; `sealed` and `said` are sealed texts."""

    id: UUID
    arrest_id: UUID
    number: int | None
    part: str
    sealed: bytes
    asked_by: UUID
    asker: str
    role: str
    owner: str
    asked_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    signers: list[UUID]
    signed_by: list[str]
    owners: list[str]
    looks: int
    reviewer: str | None
    finding: str | None
    said: bytes | None
    reviewed_at: datetime | None


_SELECT: LiteralString = """
  select o.id, o.arrest_id, coalesce(r.number, c.number), o.part, o.sealed, o.asked_by, a.full_name, a.role, o.owner,
    o.asked_at, t.opened_at, t.closes_at, o.ended_at, e.full_name,
    coalesce(g.signers, '{}'), coalesce(g.signed_by, '{}'), coalesce(g.owners, '{}'),
    (select count(*)::integer from sharing.opening_look l where l.opening_id = o.id),
    w.full_name, v.finding, v.sealed, v.reviewed_at
  from sharing.opening o
  join house.account a on a.id = o.asked_by
  left join sharing.opening_time t on t.id = o.id
  left join house.account e on e.id = o.ended_by
  left join record.arrest r on r.id = o.arrest_id
  left join protected.child c on c.id = o.arrest_id
  left join sharing.opening_review v on v.opening_id = o.id
  left join house.account w on w.id = v.reviewed_by
  left join lateral (
    select array_agg(s.account_id order by s.signed_at) as signers,
      array_agg(p.full_name order by s.signed_at) as signed_by,
      array_agg(s.owner order by s.signed_at) as owners
    from sharing.opening_signature s
    join house.account p on p.id = s.account_id
    where s.opening_id = o.id) g on true
"""


def opening(connection: Connection[TupleRow], opening_id: UUID) -> Opening | None:
    """One opening."""
    row = connection.execute(f"{_SELECT} where o.id = %s", (opening_id,)).fetchone()
    return Opening(*row) if row else None


def hold(connection: Connection[TupleRow], opening_id: UUID) -> Opening | None:
    """One opening, held until the end of the transaction, so that two signatures come one after the other."""
    connection.execute("select 1 from sharing.opening where id = %s for no key update", (opening_id,))
    return opening(connection, opening_id)


def openings(connection: Connection[TupleRow], account: UUID | None = None, most: int = 200) -> list[Opening]:
    """Openings, newest first: all, or those that somebody asked for."""
    rows = connection.execute(
        f"{_SELECT} where %(account)s::uuid is null or o.asked_by = %(account)s"
        " order by o.asked_at desc limit %(most)s",
        {"account": account, "most": most},
    )
    return [Opening(*row) for row in rows]


def at_work(connection: Connection[TupleRow], account: UUID | None = None) -> list[Opening]:
    """Openings that are at work at this moment: all, or somebody's."""
    rows = connection.execute(
        f"{_SELECT} where o.id in (select w.id from sharing.opening_at_work w)"
        " and (%(account)s::uuid is null or o.asked_by = %(account)s) order by t.closes_at",
        {"account": account},
    )
    return [Opening(*row) for row in rows]


def unreviewed(connection: Connection[TupleRow]) -> list[Opening]:
    """Openings that are over and that nobody has judged yet, oldest first."""
    rows = connection.execute(
        f"{_SELECT} where t.opened_at is not null and v.opening_id is null"
        " and (o.ended_at is not null or clock_timestamp() >= t.closes_at) order by t.opened_at"
    )
    return [Opening(*row) for row in rows]


def ask(
    connection: Connection[TupleRow],
    opening_id: UUID,
    arrest_id: UUID,
    part: str,
    *,
    sealed: bytes,
    by: UUID,
    owner: str,
) -> None:
    """Somebody asks for an opening."""
    connection.execute(
        "insert into sharing.opening (id, arrest_id, part, sealed, asked_by, owner) values (%s, %s, %s, %s, %s, %s)",
        (opening_id, arrest_id, part, sealed, by, owner),
    )


def sign(connection: Connection[TupleRow], opening_id: UUID, account: UUID, owner: str) -> None:
    """Somebody agrees for their owner; the database writes the time."""
    connection.execute(
        "insert into sharing.opening_signature (opening_id, account_id, owner) values (%s, %s, %s)",
        (opening_id, account, owner),
    )


def end(connection: Connection[TupleRow], opening_id: UUID, account: UUID) -> None:
    """Somebody closes it before its time."""
    connection.execute(
        "update sharing.opening set ended_at = clock_timestamp(), ended_by = %s where id = %s and ended_at is null",
        (account, opening_id),
    )


def looked(connection: Connection[TupleRow], _: UUID, *, opening: UUID) -> None:
    """A look went through it: counted, and not tied to its entry, which the opening's arrest would name for good."""
    connection.execute("insert into sharing.opening_look (opening_id) values (%s)", (opening,))


def review(connection: Connection[TupleRow], opening_id: UUID, account: UUID, finding: str, sealed: bytes) -> None:
    """Somebody has judged it."""
    connection.execute(
        "insert into sharing.opening_review (opening_id, reviewed_by, finding, sealed) values (%s, %s, %s, %s)",
        (opening_id, account, finding, sealed),
    )


def through(connection: Connection[TupleRow], account: UUID, arrest_id: UUID, part: str) -> UUID | None:
    """The opening at work by which somebody may look at this part of this arrest; None when there is none."""
    row = connection.execute(
        """
        select id from sharing.opening_at_work
        where asked_by = %s and arrest_id = %s and part = %s
        order by closes_at desc
        limit 1
        """,
        (account, arrest_id, part),
        prepare=True,
    ).fetchone()
    return row[0] if row else None


def children_opened(connection: Connection[TupleRow], account: UUID) -> Sequence[tuple[UUID, UUID]]:
    """The children whose arrests are open to somebody: opening and child."""
    rows = connection.execute(
        "select id, arrest_id from sharing.opening_at_work where asked_by = %s and part = 'children'", (account,)
    )
    return [(row[0], row[1]) for row in rows]


def subject(connection: Connection[TupleRow], arrest_id: UUID, *, child: bool) -> bool:
    """Whether there is such an arrest to open: among the children's, or among the adults' and not expunged."""
    if child:
        found = connection.execute("select 1 from protected.child where id = %s", (arrest_id,)).fetchone()
    else:
        found = connection.execute(
            "select 1 from record.arrest where id = %s and access <> 'expunged'", (arrest_id,)
        ).fetchone()
    return found is not None


def child_numbered(connection: Connection[TupleRow], number: int) -> UUID | None:
    """The child's arrest with that number; None when there is none."""
    row = connection.execute("select id from protected.child where number = %s", (number,)).fetchone()
    return row[0] if row else None
