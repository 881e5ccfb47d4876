"""Recalls as rows: a receipt, the partner that holds it, and the day on which it said that all is destroyed."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


class Recall(NamedTuple):
    """A recall. It names no person, and why it was made is written nowhere beside it."""

    id: UUID
    agreement: str
    partner: str
    receipt: bytes
    made_on: date
    confirmed_on: date | None


_SELECT = """
  select r.id, r.agreement_id, g.name, r.receipt, r.made_on, r.confirmed_on
  from sharing.recall r
  join house.agency g on g.id = r.agency_id
"""


def make(connection: Connection[TupleRow], recall: UUID, agreement: str, receipt: bytes, on: date) -> bool:
    """Recall a receipt; False when it was recalled before."""
    made = connection.execute(
        """
        insert into sharing.recall (id, agency_id, agreement_id, receipt, made_on)
        select %s, a.agency_id, a.id, %s, %s
        from sharing.agreement a
        where a.id = %s
        on conflict do nothing
        """,
        (recall, receipt, on, agreement),
    )
    return made.rowcount == 1


def known(connection: Connection[TupleRow], receipts: Sequence[bytes]) -> set[bytes]:
    """Which of these receipts were recalled already."""
    rows = connection.execute("select receipt from sharing.recall where receipt = any(%s)", (list(receipts),))
    return {bytes(row[0]) for row in rows}


class Owed(NamedTuple):
    """An arrest whose receipts are to be recalled, by the number under which that was written down.

    `charges_up_to`: only those that told of charges, in entries up to this one; one was dropped and others stand.
    """

    id: int
    arrest: UUID
    charges_up_to: int | None


def owe(connection: Connection[TupleRow], arrest: UUID) -> None:
    """Write down that whatever was handed out about this arrest is to be recalled, with the act that ended it."""
    connection.execute("insert into sharing.recall_owed (arrest_id) values (%s)", (arrest,))


def owe_charges(connection: Connection[TupleRow], arrest: UUID) -> None:
    """Write down that what told of its charges until now is to be recalled, with the act that dropped one."""
    connection.execute(
        "insert into sharing.recall_owed (arrest_id, charges_up_to) select %s, max(e.id) from ledger.entry e", (arrest,)
    )


def owed(connection: Connection[TupleRow], most: int) -> list[Owed]:
    """The arrests whose receipts are still to be recalled, at most so many."""
    rows = connection.execute(
        "select id, arrest_id, charges_up_to from sharing.recall_owed order by id limit %s", (most,)
    )
    return [Owed(*row) for row in rows]


def settled(connection: Connection[TupleRow], numbers: Sequence[int]) -> None:
    """Everything of these was recalled."""
    connection.execute("delete from sharing.recall_owed where id = any(%s)", (list(numbers),))


def recalls(connection: Connection[TupleRow], agreements: Sequence[str]) -> list[Recall]:
    """The recalls under some agreements, what is still to be destroyed first."""
    rows = connection.execute(
        f"{_SELECT} where r.agreement_id = any(%s) order by r.confirmed_on is not null, r.made_on desc, r.id",
        (list(agreements),),
    )
    return [_recall(row) for row in rows]


def hold(connection: Connection[TupleRow], recall: UUID, agency_id: int) -> Recall | None:
    """A recall of an agency, held until the transaction ends; None when it has none by that number."""
    row = connection.execute(
        f"{_SELECT} where r.id = %s and r.agency_id = %s for update of r", (recall, agency_id)
    ).fetchone()
    return _recall(row) if row else None


def _recall(row: TupleRow) -> Recall:
    return Recall(row[0], row[1], row[2], bytes(row[3]), row[4], row[5])


def confirm(connection: Connection[TupleRow], recall: UUID, by: UUID, on: date) -> None:
    """The partner says that it is destroyed."""
    connection.execute("update sharing.recall set confirmed_on = %s, confirmed_by = %s where id = %s", (on, by, recall))
