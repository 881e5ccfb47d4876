"""The watch as rows: what it heard of the ledger, the parameters it used, and the alarms that fell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.ledger.entry import Private
from pars.store.details import Part, open_all, opened
from pars.store.epochs import KeyGone
from pars.store.keys import Keys
from pars.watch.feed import Heard


def placed(connection: Connection[TupleRow]) -> int:
    """How many entries have their place."""
    row = connection.execute("select size from ledger.head").fetchone()
    return int(row[0]) if row else 0


def heard(
    connection: Connection[TupleRow], keys: Keys, verbs: Collection[str], first: int, until: int, most: int
) -> list[Heard]:
    """Entries of these verbs from a place on, before another one, in the order of the log; at most so many.

    By ledger.place's key, then entry and detail by their nonces: what a batch costs does not grow with the log.
    """
    rows = connection.execute(
        """
        select p.index, e.verb, e.at, e.public, d.account_id, d.epoch, d.sealed, e.nonce
        from ledger.place p
        join ledger.entry e on e.nonce = p.nonce
        left join ledger.detail d on d.nonce = e.nonce
        where p.index >= %s and p.index < %s
          and e.verb = any(%s)
        order by p.index
        limit %s
        """,
        (first, until, sorted(verbs), most),
        prepare=True,
    ).fetchall()
    private = _opened(connection, keys, [Part(row[7], row[4], row[5], bytes(row[6])) for row in rows if row[6]])
    return [
        Heard(
            index=row[0],
            verb=row[1],
            at=row[2],
            public=row[3],
            account=str(row[4]) if row[4] else None,
            private=private.get(row[7]),
            entry=str(row[7]),
        )
        for row in rows
    ]


def _opened(connection: Connection[TupleRow], keys: Keys, parts: Sequence[Part]) -> Mapping[UUID, Private]:
    """What is inside of each. One whose key went while it was sealed anew is read again: it is not erased."""
    found, again = {}, []
    for part in parts:
        try:
            found[part.nonce] = opened(keys, part)
        except KeyGone:
            again.append(part.nonce)
    return {**found, **open_all(connection, keys, again)} if again else found


def judged(connection: Connection[TupleRow]) -> int:
    """How many places of the log were judged."""
    row = connection.execute("select judged from watch.head").fetchone()
    return int(row[0]) if row else 0


def judged_up_to(connection: Connection[TupleRow], place: int) -> None:
    """So many are judged; never fewer than before."""
    connection.execute("update watch.head set judged = %s where judged < %s", (place, place))


class InForce(NamedTuple):
    """A version that was in force: whose agreement, its hash and its terms."""

    agreement: str
    agency_id: int
    agency: str
    version: str
    terms: str


def in_force(connection: Connection[TupleRow]) -> list[InForce]:
    """Every version that ever had a term, in the order in which they came into force."""
    rows = connection.execute(
        """
        select v.agreement_id, a.agency_id, g.name, v.hash, v.terms
        from sharing.version v
        join sharing.agreement a on a.id = v.agreement_id
        join house.agency g on g.id = a.agency_id
        join lateral (select min(t.began_at) as at from sharing.term t where t.version_id = v.id) began on true
        where began.at is not null
        order by began.at, v.id
        """
    )
    return [InForce(*row) for row in rows]


def entered(connection: Connection[TupleRow]) -> set[tuple[str, str, str]]:
    """The parameters that were entered: agreement, version, what was said."""
    return {
        (row[0], row[1], row[2])
        for row in connection.execute("select agreement_id, version, said from watch.parameters")
    }


def enter(connection: Connection[TupleRow], new: UUID, agreement: str, version: str, said: str) -> bool:
    """Write parameters down; False when they were entered before."""
    made = connection.execute(
        "insert into watch.parameters (id, agreement_id, version, said) values (%s, %s, %s, %s) on conflict do nothing",
        (new, agreement, version, said),
    )
    return made.rowcount == 1


def parameters_entries(connection: Connection[TupleRow], version: str) -> list[UUID]:
    """The entries that say by what a version is measured, oldest first. By the ledger's door."""
    rows = connection.execute(
        """
        select nonce
        from ledger.entry
        where verb = 'watch.parameters' and public ->> 'version' = %s
        order by id
        """,
        (version,),
    )
    return [row[0] for row in rows]


class Alarm(NamedTuple):
    """An alarm that fell, and how many look-ups its agency had made by then."""

    id: UUID
    number: int
    agency_id: int
    agency: str
    agreement: str
    version: str
    era: int
    detector: str
    action: str
    account: UUID | None
    tip: int
    entry: UUID
    look_ups: int
    evidence: str
    day: date
    fell_at: datetime
    counted: str | None
    """By which count, in one line of JSON (`actions.watching`); None of notes by names, and of alarms of before."""


_ALARM: LiteralString = """
  select w.id, w.number, w.agency_id, g.name, w.agreement_id, w.version, w.era, w.detector, w.action, w.account_id,
    w.tip, w.entry, w.look_ups, w.evidence, w.day, w.fell_at, w.counted
  from watch.alarm w
  join house.agency g on g.id = w.agency_id
"""


def fall(  # noqa: PLR0913 - an alarm has this many facts, all named
    connection: Connection[TupleRow],
    new: UUID,
    *,
    agency_id: int,
    agreement: str,
    version: str,
    era: int,
    detector: str,
    action: str,
    account: UUID | None,
    tip: int,
    entry: UUID,
    look_ups: int,
    evidence: str,
    day: date,
    counted: str | None,
) -> bool:
    """Write an alarm down; False when it has fallen before."""
    made = connection.execute(
        """
        insert into watch.alarm (id, agency_id, agreement_id, version, era, detector, action, account_id, tip, entry,
          look_ups, evidence, day, counted)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        (
            new,
            agency_id,
            agreement,
            version,
            era,
            detector,
            action,
            account,
            tip,
            entry,
            look_ups,
            evidence,
            day,
            counted,
        ),
    )
    return made.rowcount == 1


def has_fallen(connection: Connection[TupleRow], agency_id: int, era: int, tip: int) -> bool:
    """Whether an alarm that suspends has fallen at that place already."""
    row = connection.execute(
        "select 1 from watch.alarm where agency_id = %s and era = %s and tip = %s and action = 'suspend'",
        (agency_id, era, tip),
    ).fetchone()
    return row is not None


def alarms(connection: Connection[TupleRow], agency_id: int | None = None) -> list[Alarm]:
    """The alarms that fell, newest first; of one partner when it is named."""
    rows = connection.execute(
        f"{_ALARM} where %s::integer is null or w.agency_id = %s order by w.number desc", (agency_id, agency_id)
    )
    return [Alarm(*row) for row in rows]


def alarm(connection: Connection[TupleRow], alarm_id: UUID) -> Alarm | None:
    """One alarm; None when there is none by that number."""
    row = connection.execute(f"{_ALARM} where w.id = %s", (alarm_id,)).fetchone()
    return Alarm(*row) if row else None


class Said(NamedTuple):
    """What somebody said of an alarm; the words are sealed."""

    id: int
    alarm: UUID
    what: str
    owner: str | None
    by: str
    agency: str
    at: datetime
    words: bytes


def said(connection: Connection[TupleRow], alarms: Sequence[UUID]) -> list[Said]:
    """What was said of these alarms, oldest first."""
    rows = connection.execute(
        """
        select s.id, s.alarm_id, s.what, s.owner, a.full_name, g.name, s.said_at, s.words
        from watch.said s
        join house.account a on a.id = s.said_by
        join house.agency g on g.id = a.agency_id
        where s.alarm_id = any(%s)
        order by s.id
        """,
        (list(alarms),),
    )
    return [Said(row[0], row[1], row[2], row[3], row[4], row[5], row[6], bytes(row[7])) for row in rows]


def say(
    connection: Connection[TupleRow], alarm_id: UUID, what: str, *, owner: str | None, by: UUID, words: bytes
) -> None:
    """Write down what somebody says of an alarm."""
    connection.execute(
        "insert into watch.said (alarm_id, what, owner, said_by, words) values (%s, %s, %s, %s, %s)",
        (alarm_id, what, owner, by, words),
    )


class Vote(NamedTuple):
    """An owner's vote that a count begins anew: who gave it, when, and why."""

    owner: str
    by: str
    at: datetime
    reason: str


def votes(connection: Connection[TupleRow], agency_id: int, era: int) -> list[Vote]:
    """The votes to begin anew a count of an agency, oldest first."""
    rows = connection.execute(
        """
        select v.owner, a.full_name, v.said_at, v.reason
        from watch.vote v
        join house.account a on a.id = v.said_by
        where v.agency_id = %s
          and v.era = %s
        order by v.said_at, v.owner
        """,
        (agency_id, era),
    )
    return [Vote(*row) for row in rows]


def vote(connection: Connection[TupleRow], agency_id: int, era: int, *, owner: str, reason: str, by: UUID) -> bool:
    """An owner's vote to begin a count anew; False when it has voted already."""
    made = connection.execute(
        """
        insert into watch.vote (agency_id, era, owner, reason, said_by) values (%s, %s, %s, %s, %s)
        on conflict do nothing
        """,
        (agency_id, era, owner, reason, by),
    )
    return made.rowcount == 1


def era(connection: Connection[TupleRow], agency_id: int) -> int:
    """How often the owners began an agency's count anew."""
    row = connection.execute("select count(*) / 3 from watch.vote where agency_id = %s", (agency_id,)).fetchone()
    return int(row[0]) if row else 0


def terms_at_work(connection: Connection[TupleRow], agency_id: int) -> list[tuple[str, int]]:
    """The agreements of an agency with a term at work, and the rows that their locks are on."""
    rows = connection.execute(
        """
        select a.id, a.number
        from sharing.agreement a
        where a.agency_id = %s
          and exists (select 1 from sharing.term t where t.agreement_id = a.id and t.ended_at is null)
        order by a.number
        """,
        (agency_id,),
    )
    return [(row[0], row[1]) for row in rows]
