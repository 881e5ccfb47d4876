"""What owners and partners are told of a term, and the letters that were printed, as rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Told(NamedTuple):
    """A notice: of which term, of what kind, when, and by whom when somebody gave it."""

    id: int
    agreement: str
    term: UUID
    kind: str
    days_left: int | None
    owner: str | None
    reason: str | None
    reason_told: bool
    said_by: str | None
    said_at: datetime
    last_day: date


_TOLD: LiteralString = """
    select n.id, n.agreement_id, n.term_id, n.kind, n.days_left, n.owner, n.reason, n.reason_in_letter, a.full_name,
      n.said_at, v.last_day
    from sharing.notice n
    join sharing.term t on t.id = n.term_id
    join sharing.version v on v.id = t.version_id
    left join house.account a on a.id = n.said_by
"""


def notices(connection: Connection[TupleRow], agreements: Sequence[str]) -> Mapping[str, list[Told]]:
    """The notices of each of these agreements, newest first."""
    found: dict[str, list[Told]] = {one: [] for one in agreements}
    for row in connection.execute(_TOLD + "where n.agreement_id = any(%s) order by n.id desc", (list(agreements),)):
        told = Told(*row)
        found[told.agreement].append(told)
    return found


class AtWork(NamedTuple):
    """A term at work with its days, and the reminders that were given of it."""

    id: UUID
    agreement: str
    began_at: datetime
    first_day: date
    last_day: date
    reminded: list[int]


_AT_WORK: LiteralString = """
    select t.id, t.agreement_id, t.began_at, v.first_day, v.last_day,
      array(select n.days_left::integer from sharing.notice n where n.term_id = t.id and n.kind = 'reminder')
    from sharing.term t
    join sharing.version v on v.id = t.version_id
    where t.ended_at is null
"""


def at_work(connection: Connection[TupleRow]) -> list[AtWork]:
    """Every term at work."""
    return [AtWork(*row) for row in connection.execute(_AT_WORK + "order by t.agreement_id")]


def hold(connection: Connection[TupleRow], term: UUID) -> AtWork | None:
    """A term at work, held until the transaction ends, so that each reminder is given once; None when it has ended.

    Held without its key, which looks refer to: none of them waits here. What was said of it is read once it is held.
    """
    connection.execute("select 1 from sharing.term where id = %s for no key update", (term,))
    row = connection.execute(_AT_WORK + "and t.id = %s", (term,)).fetchone()
    return AtWork(*row) if row else None


def tell(  # noqa: PLR0913 - a notice has this many facts, all named
    connection: Connection[TupleRow],
    *,
    agreement: str,
    term: UUID,
    kind: str,
    days_left: int | None = None,
    owner: str | None = None,
    reason: str | None = None,
    reason_told: bool = True,
    said_by: UUID | None = None,
) -> bool:
    """Write down a notice; whether it was not given before."""
    written = connection.execute(
        """
        insert into sharing.notice (agreement_id, term_id, kind, days_left, owner, reason, reason_in_letter, said_by)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        (agreement, term, kind, days_left, owner, reason, reason_told, said_by),
    )
    return written.rowcount == 1


def printed_before(connection: Connection[TupleRow], agreement: str, about: str, agency_id: int) -> bool:
    """Whether somebody of the agency printed this letter before, so that another one is a copy."""
    row = connection.execute(
        """
        select 1
        from sharing.letter l
        join house.account a on a.id = l.printed_by
        where l.agreement_id = %s and l.about = %s and a.agency_id = %s
        limit 1
        """,
        (agreement, about, agency_id),
    ).fetchone()
    return row is not None


def write_letter(  # noqa: PLR0913 - a printing has this many facts, all named
    connection: Connection[TupleRow],
    entry: UUID,
    *,
    code: str,
    agreement: str,
    about: str,
    printed_by: UUID,
    printed_at: datetime,
    copy: bool,
) -> None:
    """Write down that a letter was printed, beside the entry that says so."""
    connection.execute(
        """
        insert into sharing.letter (code, agreement_id, about, printed_by, printed_at, copy, entry)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        (code, agreement, about, printed_by, printed_at, copy, entry),
    )
