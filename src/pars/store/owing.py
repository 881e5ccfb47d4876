"""What partners owe, as rows: look-ups without an outcome, information requests, certificates of destruction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.store.days import day_in_city


class Counted(NamedTuple):
    """How many of a kind are open, how many of them are overdue, and the day of the oldest."""

    open: int
    overdue: int
    oldest_on: date | None


_NOTHING = Counted(0, 0, None)


def terms_with_look_ups(connection: Connection[TupleRow], agreements: Sequence[str]) -> list[tuple[UUID, str]]:
    """The versions under which these agreements had a term, with their text: a look-up owes what its version says."""
    rows = connection.execute(
        """
        select v.id, v.terms
        from sharing.version v
        where v.agreement_id = any(%s) and exists (select 1 from sharing.term t where t.version_id = v.id)
        """,
        (list(agreements),),
    )
    return [(row[0], row[1]) for row in rows]


_OF_VERSION: LiteralString = """
    select i.agreement_id, count(*), count(*) filter (where i.day < v.due), min(i.day)
    from sharing.inquiry i
    join sharing.term t on t.id = i.term_id
    join unnest(%(versions)s::uuid[], %(days)s::date[]) as v(id, due) on v.id = t.version_id
    left join (
      select agreement_id, max(up_to) as up_to
      from sharing.certificate
      where agreement_id = any(%(agreements)s)
      group by agreement_id) c on c.agreement_id = i.agreement_id
    where i.agreement_id = any(%(agreements)s)
"""


def _of_version(
    connection: Connection[TupleRow], open_while: LiteralString, agreements: Sequence[str], due: Mapping[UUID, date]
) -> Mapping[str, Counted]:
    rows = connection.execute(
        f"{_OF_VERSION} and {open_while} group by i.agreement_id",
        {"versions": list(due), "days": list(due.values()), "agreements": list(agreements)},
    )
    return _by_agreement(agreements, rows)


def _by_agreement(agreements: Sequence[str], rows: Iterable[TupleRow]) -> Mapping[str, Counted]:
    return dict.fromkeys(agreements, _NOTHING) | {row[0]: Counted(*row[1:]) for row in rows}


def without_outcome(
    connection: Connection[TupleRow], agreements: Sequence[str], due: Mapping[UUID, date]
) -> Mapping[str, Counted]:
    """Look-ups without an outcome, by agreement; overdue are those of a version that were asked before its day."""
    return _of_version(connection, "i.outcome is null", agreements, due)


def without_certificate(
    connection: Connection[TupleRow], agreements: Sequence[str], due: Mapping[UUID, date]
) -> Mapping[str, Counted]:
    """Look-ups that no certificate covers, whatever they found: a count that tells hits would tell who is hidden."""
    return _of_version(connection, "i.day > coalesce(c.up_to, '-infinity')", agreements, due)


def without_answer(
    connection: Connection[TupleRow], agreements: Sequence[str], today: date, *, of_owners: bool = False
) -> Mapping[str, Counted]:
    """Information requests that are not answered; overdue are those due before today. Those of owners alone, if so."""
    rows = connection.execute(
        f"""
        select agreement_id, count(*), count(*) filter (where due_on < %s),
          min({day_in_city("asked_at")})
        from sharing.request
        where agreement_id = any(%s) and answered_at is null and (owner is not null or not %s)
        group by agreement_id
        """,
        (today, list(agreements), of_owners),
    )
    return _by_agreement(agreements, rows)


class Request(NamedTuple):
    """An information request; question, answer and letter are sealed."""

    id: UUID
    agreement: str
    agency_id: int
    partner: str
    owner: str | None
    asked_by: str
    asked_at: datetime
    due_on: date
    first_day: date | None
    last_day: date | None
    inquiries: list[UUID]
    question: bytes
    answered_by: str | None
    answered_at: datetime | None
    answer: bytes | None
    has_letter: bool


_REQUEST: LiteralString = """
    select r.id, r.agreement_id, a.agency_id, g.name, r.owner, asker.full_name, r.asked_at, r.due_on, r.first_day,
      r.last_day, r.inquiries, r.question, answerer.full_name, r.answered_at, r.answer, r.letter is not null
    from sharing.request r
    join sharing.agreement a on a.id = r.agreement_id
    join house.agency g on g.id = a.agency_id
    join house.account asker on asker.id = r.asked_by
    left join house.account answerer on answerer.id = r.answered_by
"""


def requests(connection: Connection[TupleRow], agency_id: int | None = None) -> list[Request]:
    """Every information request, newest first; of one partner when it is named."""
    rows = connection.execute(
        _REQUEST + "where %s::integer is null or a.agency_id = %s order by r.asked_at desc", (agency_id, agency_id)
    )
    return [Request(*row) for row in rows]


def request(connection: Connection[TupleRow], request_id: UUID) -> Request | None:
    """One information request, held until the transaction ends; None when there is none by that number."""
    row = connection.execute(_REQUEST + "where r.id = %s for no key update of r", (request_id,)).fetchone()
    return Request(*row) if row else None


def ask(  # noqa: PLR0913 - a request has this many facts, all named
    connection: Connection[TupleRow],
    request_id: UUID,
    *,
    agreement: str,
    owner: str | None,
    asked_by: UUID,
    due_on: date,
    days: tuple[date | None, date | None],
    inquiries: Sequence[UUID],
    question: bytes,
) -> None:
    """Write down an information request."""
    connection.execute(
        """
        insert into sharing.request (id, agreement_id, owner, asked_by, due_on, first_day, last_day, inquiries,
          question)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (request_id, agreement, owner, asked_by, due_on, *days, list(inquiries), question),
    )


def answer(
    connection: Connection[TupleRow], request_id: UUID, *, by: UUID, answer: bytes, letter: bytes | None
) -> None:
    """Write down the answer; there is one."""
    connection.execute(
        """
        update sharing.request
        set answered_by = %s, answered_at = house.city_now(), answer = %s, letter = %s
        where id = %s and answered_at is null
        """,
        (by, answer, letter, request_id),
    )


def letter(connection: Connection[TupleRow], request_id: UUID) -> bytes | None:
    """The letter that came with an answer, sealed."""
    row = connection.execute("select letter from sharing.request where id = %s", (request_id,)).fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


def unsaid_overdue(connection: Connection[TupleRow], today: date) -> list[UUID]:
    """Requests whose due day is over without an answer, of which no entry says so yet."""
    rows = connection.execute(
        """
        select id
        from sharing.request
        where answered_at is null and overdue_at is null and due_on < %s
        order by due_on
        """,
        (today,),
    )
    return [row[0] for row in rows]


def said_overdue(connection: Connection[TupleRow], request_id: UUID) -> bool:
    """Mark that an entry says it; whether it was not answered or said meanwhile."""
    marked = connection.execute(
        """
        update sharing.request
        set overdue_at = house.city_now()
        where id = %s and answered_at is null and overdue_at is null
        """,
        (request_id,),
    )
    return marked.rowcount == 1


def of_agreement(connection: Connection[TupleRow], agreement: str, entries: Sequence[UUID]) -> set[UUID]:
    """Which of these entries are look-ups under the agreement."""
    rows = connection.execute(
        "select nonce from sharing.inquiry where agreement_id = %s and nonce = any(%s)", (agreement, list(entries))
    )
    return {row[0] for row in rows}


def of_receipt(connection: Connection[TupleRow], agreement: str, entry_hash: bytes) -> UUID | None:
    """The look-up under the agreement whose receipt has this hash."""
    row = connection.execute("select sharing.inquiry_of_receipt(%s, %s)", (agreement, entry_hash)).fetchone()
    return row[0] if row else None


class Certificate(NamedTuple):
    """A partner's word that what it was given up to a day is destroyed."""

    id: UUID
    agreement: str
    up_to: date
    method: str
    certified_by: str
    certified_at: datetime


def certificates(connection: Connection[TupleRow], agreements: Sequence[str]) -> list[Certificate]:
    """The certificates of some agreements, newest first."""
    rows = connection.execute(
        """
        select c.id, c.agreement_id, c.up_to, c.method, a.full_name, c.certified_at
        from sharing.certificate c
        join house.account a on a.id = c.certified_by
        where c.agreement_id = any(%s)
        order by c.up_to desc, c.agreement_id
        """,
        (list(agreements),),
    )
    return [Certificate(*row) for row in rows]


def certify(
    connection: Connection[TupleRow], certificate: UUID, *, agreement: str, up_to: date, method: str, by: UUID
) -> None:
    """Write down a certificate."""
    connection.execute(
        "insert into sharing.certificate (id, agreement_id, up_to, method, certified_by) values (%s, %s, %s, %s, %s)",
        (certificate, agreement, up_to, method, by),
    )
