"""Calls as rows: who waits, the calls that stand, whom they were put to, and what was answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.errors import NotThere
from pars.record.arrest import Charging, Court, Custody, Exit, Paper, Standing
from pars.record.calls import SITE, Waits
from pars.record.clocks import Level
from pars.record.roles import Role
from pars.store.accounts import NO_PASSWORD
from pars.store.arrests import KEPT


class Kept(NamedTuple):
    """Somebody in custody, as far as a clock needs to know."""

    id: UUID
    arrested_at: datetime
    release_owed_at: datetime | None
    site: str | None
    standing: Standing


def in_custody(connection: Connection[TupleRow]) -> list[Kept]:
    """Every adult who is kept. Uses the partial index on who is in custody."""
    rows = connection.execute(
        sql.SQL(
            """
            select id, arrested_at, release_owed_at, site, custody, prints, report, charging, interview, court, exit
            from record.arrest
            where {}
            """
        ).format(KEPT),
        prepare=True,
    )
    return [Kept(row[0], row[1], row[2], row[3], _standing(row[4:])) for row in rows]


def _standing(row: TupleRow) -> Standing:
    return Standing(
        Custody(row[0]),
        Paper(row[1]),
        Paper(row[2]),
        Charging(row[3]),
        Paper(row[4]),
        Court(row[5]),
        Exit(row[6]),
    )


class Call(NamedTuple):
    """A call that stands. `put_to` None: nobody was on shift; `answered_at` None: nobody has answered."""

    id: UUID
    subject: str
    arrest: UUID | None
    waits: Waits
    since: datetime
    minutes: int
    level: Level
    turn: int
    desk: Role
    put_to: UUID | None
    put_name: str | None
    put_at: datetime
    asked: Sequence[UUID]
    escalated_at: datetime | None
    answered_at: datetime | None
    until: datetime | None

    @property
    def site(self) -> str | None:
        """The site that waits; None where somebody does."""
        return self.subject.removeprefix(SITE) if self.subject.startswith(SITE) else None

    @property
    def about(self) -> UUID | None:
        """Whose clock it is: an adult's arrest, or a child's; None where a site waits."""
        return UUID(self.subject) if self.site is None else None

    @property
    def stands(self) -> str:
        """How it stands, as the line of its arrest says."""
        if self.answered_at is not None:
            return "answered"
        return "escalated" if self.escalated_at is not None or self.put_to is None else "put"


_CALLS = """
    select c.id, c.subject, c.arrest_id, c.waits, c.since, c.minutes, c.level, c.turn, c.desk, c.put_to, a.full_name,
      c.put_at, c.asked, c.escalated_at, c.answered_at, c.until
    from record.clock_call c
    left join house.account a on a.id = c.put_to
    where c.ended_at is null"""


def _call(row: TupleRow) -> Call:
    who, when, level, said = row[:3], row[4:6], Level(row[6]), row[9:]
    return Call(*(*who, Waits(row[3]), *when, level, row[7], Role(row[8]), *said))


def standing(connection: Connection[TupleRow]) -> list[Call]:
    """The calls that have not ended, the gravest and oldest first; one for each clock that runs over."""
    rows = connection.execute(_CALLS + " order by c.minutes desc, c.since", prepare=True)
    return [_call(row) for row in rows]


def hold(connection: Connection[TupleRow], call: UUID) -> Call:
    """Lock a call that stands; refused when it is over."""
    row = connection.execute(_CALLS + " and c.id = %s for no key update of c", (call,)).fetchone()
    if row is None:
        raise NotThere("there is no open call by that number: what was waited for has come, or the clock went on")
    return _call(row)


def put(connection: Connection[TupleRow], row: Mapping[str, object]) -> bool:
    """Put a call; False when another process has put the same one."""
    done = connection.execute(
        """
        insert into record.clock_call (id, subject, arrest_id, waits, since, minutes, level, turn, desk, put_to, put_at)
        values (%(id)s, %(subject)s, %(arrest_id)s, %(waits)s, %(since)s, %(minutes)s, %(level)s, %(turn)s, %(desk)s,
          %(put_to)s, %(put_at)s)
        on conflict do nothing
        """,
        row,
    )
    return done.rowcount == 1


def put_on(connection: Connection[TupleRow], call: Call, account: UUID | None, at: datetime, *, over: bool) -> None:
    """Put a call to somebody else; `over` says that nobody answered in time, otherwise it was handed on."""
    connection.execute(
        """
        update record.clock_call
        set put_to = %s, put_at = %s, escalated_at = case when %s then %s else escalated_at end,
          asked = case when put_to is null then asked else array_append(asked, put_to) end
        where id = %s
        """,
        (account, at, over, at, call.id),
    )


def answer(connection: Connection[TupleRow], call: UUID, by: UUID, at: datetime, done: str, until: datetime) -> None:
    """A call is answered: what is done, and until when."""
    connection.execute(
        "update record.clock_call set answered_by = %s, answered_at = %s, answer = %s, until = %s where id = %s",
        (by, at, done, until, call),
    )


def end(connection: Connection[TupleRow], call: UUID, at: datetime) -> bool:
    """A call is over; False when it was already."""
    done = connection.execute(
        "update record.clock_call set ended_at = %s where id = %s and ended_at is null", (at, call)
    )
    return done.rowcount == 1


def show(connection: Connection[TupleRow], arrest: UUID | None, word: str | None) -> None:
    """Say beside an arrest's line how the call about it stands; nothing that is edited changes its version."""
    if arrest is not None:
        connection.execute("update record.arrest set calling = %s where id = %s", (word, arrest))


class Colleague(NamedTuple):
    """Somebody to whom a call may be put."""

    id: UUID
    full_name: str
    role: Role
    site: str | None
    shift: str | None
    calls: int


def colleagues(connection: Connection[TupleRow], roles: Sequence[Role], today: date) -> list[Colleague]:
    """Who works in these duties, with how many calls wait for them.

    An account that nobody can sign in to, a program's or one that has lapsed, has no desk at which it would answer.
    """
    rows = connection.execute(
        """
        select a.id, a.full_name, a.role, a.site, a.shift,
          (select count(*) from record.clock_call c
            where c.put_to = a.id and c.ended_at is null and c.answered_at is null)
        from house.account a
        where a.role = any(%s) and a.state = 'active' and a.confirmed_by is not null
          and a.password_hash <> %s and (a.open_until is null or a.open_until >= %s)
        order by a.number
        """,
        ([role.value for role in roles], NO_PASSWORD, today),
    )
    return [Colleague(row[0], row[1], Role(row[2]), *row[3:]) for row in rows]
