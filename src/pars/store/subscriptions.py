"""Subscriptions as rows: stored questions, steps that were taken, and what is owed to be told.

Nothing here is read to be shown: questions and arrests are sealed, and what is sent is asked for through the door.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.sharing.vocabulary import AFTER_STEPS, TELL_OF

TOLD_AS: Mapping[str, str] = {step: word for word in TELL_OF for step in AFTER_STEPS[word]}
"""Steps in the life of an arrest, by the words under which a partner may be told of them."""


class Webhook(NamedTuple):
    """Where a partner's messages go; `secret` is sealed."""

    id: UUID
    agency_id: int
    agency: str
    address: str
    secret: bytes
    registered_at: datetime
    ended_at: datetime | None


class Subscription(NamedTuple):
    """A stored question; `question` is sealed, and gone once it has ended."""

    id: UUID
    term: UUID
    agreement: str
    agency_id: int
    account: UUID
    purpose: str
    tell_of: list[str]
    deliver: str
    question: bytes | None
    made_at: datetime
    ended_at: datetime | None


class Step(NamedTuple):
    """A step that was taken: when it happened in the city, and when it was taken, real time."""

    arrest: UUID
    step: str
    at: datetime
    taken_at: datetime


class Delivery(NamedTuple):
    """Something owed to be told; `sealed` holds the arrest and the step."""

    id: int
    message: UUID
    sealed: bytes
    tries: int
    queued_at: datetime
    told_at: datetime | None
    subscription: Subscription


_WEBHOOK: LiteralString = """
    select w.id, w.agency_id, g.name, w.address, w.secret, w.registered_at, w.ended_at
    from sharing.webhook w
    join house.agency g on g.id = w.agency_id
"""
_COLUMNS: LiteralString = """
    s.id, s.term_id, s.agreement_id, s.agency_id, s.account_id, s.purpose, s.tell_of, s.deliver, s.question, s.made_at,
    s.ended_at
"""


def register_webhook(
    connection: Connection[TupleRow], *, webhook: UUID, agency_id: int, address: str, secret: bytes, by: UUID
) -> bool:
    """An address takes the place of the one before; False when another did at the same moment. By webhook_at_work."""
    connection.execute(
        "update sharing.webhook set ended_at = house.city_now() where agency_id = %s and ended_at is null", (agency_id,)
    )
    made = connection.execute(
        "insert into sharing.webhook (id, agency_id, address, secret, registered_by) values (%s, %s, %s, %s, %s)"
        " on conflict (agency_id) where ended_at is null do nothing",
        (webhook, agency_id, address, secret, by),
    )
    return made.rowcount == 1


def webhook_of(connection: Connection[TupleRow], agency_id: int) -> Webhook | None:
    """Where a partner's messages go now; None when nowhere."""
    row = connection.execute(_WEBHOOK + "where w.agency_id = %s and w.ended_at is null", (agency_id,)).fetchone()
    return _webhook(row) if row else None


def webhooks(connection: Connection[TupleRow]) -> list[Webhook]:
    """Every address that was registered, newest first."""
    return [_webhook(row) for row in connection.execute(_WEBHOOK + "order by w.registered_at desc")]


def _webhook(row: TupleRow) -> Webhook:
    return Webhook(row[0], row[1], row[2], row[3], bytes(row[4]), row[5], row[6])


def end_webhook(connection: Connection[TupleRow], webhook: UUID) -> bool:
    """An address is not used any more; whether it was."""
    ended = connection.execute(
        "update sharing.webhook set ended_at = house.city_now() where id = %s and ended_at is null", (webhook,)
    )
    return ended.rowcount == 1


def make(  # noqa: PLR0913 - a subscription has this many facts, all named
    connection: Connection[TupleRow],
    *,
    subscription: UUID,
    term: UUID,
    agreement: str,
    agency_id: int,
    account: UUID,
    purpose: str,
    tell_of: Sequence[str],
    deliver: str,
    question: bytes,
    about: bytes,
) -> None:
    """A new subscription."""
    connection.execute(
        """
        insert into sharing.subscription
          (id, term_id, agreement_id, agency_id, account_id, purpose, tell_of, deliver, question, about)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (subscription, term, agreement, agency_id, account, purpose, list(tell_of), deliver, question, about),
    )


def at_work(connection: Connection[TupleRow], agreement: str, account: UUID) -> tuple[int, int]:
    """How many subscriptions under an agreement are at work: somebody's own, and the whole partner's."""
    row = connection.execute(
        """
        select count(*) filter (where account_id = %s), count(*)
        from sharing.subscription
        where agreement_id = %s and ended_at is null
        """,
        (account, agreement),
    ).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def is_at_work(connection: Connection[TupleRow], subscription: UUID, account: UUID) -> bool:
    """Whether somebody has a subscription at work by that number."""
    row = connection.execute(
        "select 1 from sharing.subscription where id = %s and account_id = %s and ended_at is null",
        (subscription, account),
    ).fetchone()
    return row is not None


def of_account(connection: Connection[TupleRow], account: UUID, most: int = 200) -> list[Subscription]:
    """Somebody's own subscriptions, newest first; uses the index on account and time."""
    rows = connection.execute(
        f"select {_COLUMNS} from sharing.subscription s where s.account_id = %s order by s.made_at desc limit %s",
        (account, most),
    )
    return [_subscription(row) for row in rows]


def _subscription(row: TupleRow) -> Subscription:
    question = bytes(row[8]) if row[8] is not None else None
    return Subscription(*row[:11])._replace(question=question)


def end(connection: Connection[TupleRow], subscription: UUID, account: UUID) -> bool:
    """End one's own subscription: the question is erased and what waits goes; whether it was at work."""
    ended = connection.execute(
        """
        update sharing.subscription
        set ended_at = clock_timestamp(), question = null, about = null
        where id = %s and account_id = %s and ended_at is null
        """,
        (subscription, account),
    )
    connection.execute(
        "delete from sharing.delivery where subscription_id = %s and %s", (subscription, ended.rowcount == 1)
    )
    return ended.rowcount == 1


def end_of_account(connection: Connection[TupleRow], account: UUID) -> None:
    """End everything that an account asked to be told; what took it out of service comes back without it."""
    _end_where(connection, "s.account_id = %s", (account,))


def end_those_over(connection: Connection[TupleRow]) -> int:
    """End subscriptions whose term has ended, or whose account is out of service; how many."""
    return _end_where(
        connection,
        """
        (exists (select 1 from sharing.term t where t.id = s.term_id and t.ended_at is not null)
          or exists (
            select 1 from house.account a
            where a.id = s.account_id and (a.state <> 'active' or a.confirmed_by is null or a.role <> 'analyst')))
        """,
        (),
    )


def _end_where(connection: Connection[TupleRow], which: LiteralString, values: Sequence[object]) -> int:
    row = connection.execute(
        f"""
        with ended as (
          update sharing.subscription s
          set ended_at = clock_timestamp(), question = null, about = null
          where s.ended_at is null and {which}
          returning s.id),
        gone as (delete from sharing.delivery d using ended e where d.subscription_id = e.id)
        select count(*) from ended
        """,
        values,
    ).fetchone()
    return row[0] if row else 0


def step_taken(connection: Connection[TupleRow], arrest: UUID, step: str, at: datetime) -> None:
    """A step was taken of which partners may be told; left by the act itself."""
    connection.execute("insert into sharing.step_taken (arrest_id, step, at) values (%s, %s, %s)", (arrest, step, at))


def steps_taken(connection: Connection[TupleRow], most: int) -> list[Step]:
    """Steps for whom nobody has looked yet, oldest first, taken out of the line; other rounds take others."""
    rows = connection.execute(
        """
        with next as (select id from sharing.step_taken order by id limit %s for update skip locked)
        delete from sharing.step_taken t
        using next n
        where t.id = n.id
        returning t.id, t.arrest_id, t.step, t.at, t.taken_at
        """,
        (most,),
    ).fetchall()
    return [Step(*row[1:]) for row in sorted(rows, key=lambda row: row[0])]


def same_person(connection: Connection[TupleRow], arrest: UUID) -> list[UUID]:
    """An arrest and those that are linked with it as one person's. Uses the index on `person_id`."""
    rows = connection.execute(
        """
        select a.id from record.arrest a where a.id = %s
        union
        select b.id
        from record.arrest a
        join record.arrest b on b.person_id = a.person_id
        where a.id = %s
        """,
        (arrest, arrest),
    )
    return [row[0] for row in rows]


def about(connection: Connection[TupleRow], keys: Sequence[bytes], step: Step) -> list[Subscription]:
    """Subscriptions about whoever has one of these blind keys, at work for that step before it was taken."""
    rows = connection.execute(
        f"""
        select {_COLUMNS}
        from sharing.subscription s
        where s.about = any(%s) and s.ended_at is null and %s = any(s.tell_of) and s.made_at < %s
        order by s.made_at
        """,
        (list(keys), step.step, step.taken_at),
    )
    return [_subscription(row) for row in rows]


def queue(
    connection: Connection[TupleRow],
    *,
    message: UUID,
    subscription: UUID,
    sealed: bytes,
    queued_at: datetime,
    due_at: datetime,
) -> None:
    """Something is owed to be told from `due_at` on, real time."""
    connection.execute(
        """
        insert into sharing.delivery (message, subscription_id, sealed, queued_at, due_at)
        values (%s, %s, %s, %s, %s)
        """,
        (message, subscription, sealed, queued_at, due_at),
    )


_DELIVERY: LiteralString = f"""
    select d.id, d.message, d.sealed, d.tries, d.queued_at, d.told_at, {_COLUMNS}
    from sharing.delivery d
    join sharing.subscription s on s.id = d.subscription_id and s.ended_at is null
"""


def _delivery(row: TupleRow) -> Delivery:
    return Delivery(row[0], row[1], bytes(row[2]), row[3], row[4], row[5], _subscription(row[6:]))


def claim(connection: Connection[TupleRow], at: datetime, until: datetime) -> Delivery | None:
    """The message that has been due longest, its try counted; nobody else takes it before `until`."""
    row = connection.execute(
        f"""
        with next as (
          select d.id
          from sharing.delivery d
          join sharing.subscription s on s.id = d.subscription_id
          where d.due_at <= %s and s.deliver = 'webhook' and s.ended_at is null
          order by d.due_at
          limit 1
          for update of d skip locked),
        taken as (
          update sharing.delivery d set due_at = %s, tries = d.tries + 1 from next n where d.id = n.id
          returning d.id)
        {_DELIVERY}
        join taken t on t.id = d.id
        """,
        (at, until),
    ).fetchone()
    if row is None:
        return None
    claimed = _delivery(row)
    return claimed._replace(tries=claimed.tries + 1)  # the join shows the row as it was before


def waiting_for(connection: Connection[TupleRow], account: UUID, at: datetime) -> list[Delivery]:
    """What is owed to somebody's open stream, told before or not, oldest first."""
    rows = connection.execute(
        f"""
        {_DELIVERY}
        where s.account_id = %s
          and s.deliver = 'stream'
          and (d.told_at is not null or d.due_at <= %s)
        order by d.id
        """,
        (account, at),
    )
    return [_delivery(row) for row in rows]


def told(connection: Connection[TupleRow], delivery: int, at: datetime) -> None:
    """It was told; it stays for a while, so that it can be told again."""
    connection.execute("update sharing.delivery set told_at = %s, due_at = null where id = %s", (at, delivery))


def due_again(connection: Connection[TupleRow], delivery: int, at: datetime | None) -> None:
    """It was not told and is tried again then; None: not by itself."""
    connection.execute("update sharing.delivery set due_at = %s where id = %s", (at, delivery))


def hold_back(connection: Connection[TupleRow], agency_id: int, until: datetime) -> None:
    """Let what else waits for a partner wait until then: an address that answers nothing holds up nobody else's."""
    connection.execute(
        """
        update sharing.delivery d
        set due_at = %s
        from sharing.subscription s
        where s.id = d.subscription_id and s.agency_id = %s and s.deliver = 'webhook' and d.due_at < %s
        """,
        (until, agency_id, until),
    )


def drop(connection: Connection[TupleRow], delivery: int) -> None:
    """There is nothing to tell any more; nothing of it stays."""
    connection.execute("delete from sharing.delivery where id = %s", (delivery,))


def again(connection: Connection[TupleRow], subscription: UUID, account: UUID, at: datetime) -> int:
    """Everything that a subscription of somebody's own still holds is due once more; how many."""
    return connection.execute(
        """
        update sharing.delivery d
        set due_at = %s, tries = 0, told_at = null
        from sharing.subscription s
        where s.id = d.subscription_id
          and s.id = %s
          and s.account_id = %s
          and s.ended_at is null
          and (d.told_at is not null or d.tries > 0)
        """,
        (at, subscription, account),
    ).rowcount


def forget(connection: Connection[TupleRow], before: datetime) -> int:
    """Forget what was queued before that moment, told or not; how many."""
    return connection.execute("delete from sharing.delivery where queued_at < %s", (before,)).rowcount


def count_told(connection: Connection[TupleRow], _: UUID, *, agency_id: int, day: date) -> None:
    """Count that a partner is told something, apart from what its people ask."""
    connection.execute(
        """
        insert into sharing.told (day, agency_id) values (%s, %s)
        on conflict (day, agency_id) do update set times = told.times + 1
        """,
        (day, agency_id),
    )
