"""Agreements as rows: versions, owners' keys, what owners said, and terms that began and ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from pars.record.roles import Owner
from pars.sharing.consent import Decision, Said
from pars.store.days import TODAY
from pars.store.signed import COLUMNS, Signed


class Version(NamedTuple):
    """One version of an agreement's terms, as it was proposed; proved under the floor that is laid, or not any more.

    `contract` is the hash of the contract that was given with it, None when none was.
    """

    id: UUID
    agreement: str
    row: int
    agency_id: int
    number: int
    hash: str
    terms: str
    floor_version: int
    floor_hash: str
    proofs: list[dict[str, object]]
    proposed_by: UUID
    proposed_at: datetime
    floor_stands: bool
    contract: str | None


class Term(NamedTuple):
    """One term of an agreement."""

    id: UUID
    agreement: str
    version_id: UUID
    grants_needed: int
    began_at: datetime
    really_began_at: datetime
    ended_at: datetime | None
    ended_by: str | None


class Key(NamedTuple):
    """An owner's key."""

    id: UUID
    owner: Owner
    public_key: bytes
    offered_by: UUID
    confirmed_at: datetime | None
    replaced_at: datetime | None


class Spoken(NamedTuple):
    """What an owner said, with who said it, why, and the signature of a grant; whether the partner is told why.

    Who said it is empty for what was entered again from the log after a backup was restored.
    """

    said: Said
    version_id: UUID
    reason: str
    said_by: str
    key: bytes | None
    signature: bytes | None
    has_letter: bool
    reason_told: bool


_VERSION = """
    select v.id, v.agreement_id, a.number, a.agency_id, v.number, v.hash, v.terms, v.floor_version, v.floor_hash,
      v.proofs, v.proposed_by, v.proposed_at, v.floor_hash = sharing.floor_hash(), v.contract_hash
    from sharing.version v
    join sharing.agreement a on a.id = v.agreement_id
"""
_TERM = """
    select id, agreement_id, version_id, grants_needed, began_at, really_began_at, ended_at, ended_by
    from sharing.term
"""


def row_of(connection: Connection[TupleRow], agreement: str) -> int | None:
    """The row number of an agreement, which its lock is on; None when there is none by that name."""
    row = connection.execute("select number from sharing.agreement where id = %s", (agreement,)).fetchone()
    return int(row[0]) if row else None


def found(connection: Connection[TupleRow], agreement: str, agency_id: int) -> None:
    """An agreement with its partner; one that is there stays as it is."""
    connection.execute(
        "insert into sharing.agreement (id, agency_id) values (%s, %s) on conflict do nothing", (agreement, agency_id)
    )


def versions(connection: Connection[TupleRow], agreement: str) -> list[Version]:
    """The versions of an agreement, oldest first."""
    return versions_of(connection, [agreement])[agreement]


def versions_of(connection: Connection[TupleRow], agreements: Sequence[str]) -> Mapping[str, list[Version]]:
    """The versions of each of these agreements, oldest first."""
    found: dict[str, list[Version]] = {one: [] for one in agreements}
    for row in connection.execute(_VERSION + "where v.agreement_id = any(%s) order by v.number", (list(agreements),)):
        version = Version(*row)
        found[version.agreement].append(version)
    return found


def version(connection: Connection[TupleRow], version_id: UUID) -> Version:
    """One version by its id."""
    row = connection.execute(_VERSION + "where v.id = %s", (version_id,), prepare=True).fetchone()
    if row is None:
        raise LookupError("a term names a version that is not there")
    return Version(*row)


def insert_version(  # noqa: PLR0913 - a version has this many facts, all named
    connection: Connection[TupleRow],
    *,
    version_id: UUID,
    agreement: str,
    text: str,
    hashed: str,
    days: tuple[date, date],
    floor: tuple[int, str],
    proofs: Sequence[Mapping[str, object]],
    proposed_by: UUID,
    contract: str | None,
) -> int | None:
    """A new version; its number, None when another version was given it at the same moment."""
    row = connection.execute(
        """
        insert into sharing.version (id, agreement_id, number, hash, terms, first_day, last_day, floor_version,
          floor_hash, proofs, proposed_by, contract_hash)
        select %s, %s, coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s, %s, %s, %s, %s
        from sharing.version
        where agreement_id = %s
        on conflict (agreement_id, number) do nothing
        returning number
        """,
        (version_id, agreement, hashed, text, *days, *floor, Jsonb(list(proofs)), proposed_by, contract, agreement),
    ).fetchone()
    return int(row[0]) if row else None


def spoken(connection: Connection[TupleRow], agreement: str) -> list[Spoken]:
    """Everything that owners said of an agreement, oldest first."""
    return spoken_of(connection, [agreement])[agreement]


def spoken_of(connection: Connection[TupleRow], agreements: Sequence[str]) -> Mapping[str, list[Spoken]]:
    """Everything that owners said of each of these agreements, oldest first."""
    rows = connection.execute(
        """
        select c.owner, c.decision, v.hash, c.said_at, c.version_id, c.reason, coalesce(a.full_name, ''), k.public_key,
          c.signature,
          c.letter is not null, c.reason_in_letter,
          exists (
            select 1
            from sharing.term t
            where t.agreement_id = c.agreement_id
              and t.ended_by in ('floor', 'overdue', 'pattern')
              and t.ended_at >= c.said_at),
          c.agreement_id
        from sharing.consent c
        join sharing.version v on v.id = c.version_id
        left join house.account a on a.id = c.said_by
        left join sharing.owner_key k on k.id = c.key_id
        where c.agreement_id = any(%s)
        order by c.id
        """,
        (list(agreements),),
        prepare=True,
    )
    found: dict[str, list[Spoken]] = {one: [] for one in agreements}
    for row in rows:
        found[row[12]].append(
            Spoken(
                Said(Owner(row[0]), Decision(row[1]), row[2], row[3], row[11]),
                row[4],
                row[5],
                row[6],
                bytes(row[7]) if row[7] else None,
                bytes(row[8]) if row[8] else None,
                bool(row[9]),
                row[10],
            )
        )
    return found


def say(  # noqa: PLR0913 - a vote has this many facts, all named
    connection: Connection[TupleRow],
    *,
    version: Version,
    owner: Owner,
    decision: Decision,
    reason: str,
    said_by: UUID,
    key_id: UUID | None,
    signature: bytes | None,
    letter: bytes | None,
    reason_told: bool,
) -> None:
    """Write down what an owner says."""
    connection.execute(
        """
        insert into sharing.consent (version_id, agreement_id, owner, decision, reason, said_by, key_id, signature,
          letter, reason_in_letter)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (version.id, version.agreement, owner, decision, reason, said_by, key_id, signature, letter, reason_told),
    )


def last_stop(connection: Connection[TupleRow], agreement: str, owner: Owner) -> bytes | None:
    """The leaf hash of the last entry that stopped an owner's grants; None when nothing has."""
    return last_stops(connection, [agreement], owner)[agreement]


def last_stops(connection: Connection[TupleRow], agreements: Sequence[str], owner: Owner) -> Mapping[str, bytes | None]:
    """The same of each of these agreements."""
    rows = connection.execute(
        "select a.name, sharing.last_stop(a.name, %s) from unnest(%s::text[]) a (name)", (owner.value, list(agreements))
    )
    return {row[0]: None if row[1] is None else bytes(row[1]) for row in rows}


def letter(connection: Connection[TupleRow], agreement: str, place: int) -> tuple[UUID, Owner, bytes] | None:
    """What was said in that place, the oldest being 1, if a letter came with it: version, owner, the letter sealed."""
    row = connection.execute(
        """
        select version_id, owner, letter
        from sharing.consent
        where agreement_id = %s
        order by id
        offset %s
        limit 1
        """,
        (agreement, place - 1),
    ).fetchone()
    return (row[0], Owner(row[1]), bytes(row[2])) if row and row[2] is not None else None


def term_at_work(connection: Connection[TupleRow], agreement: str) -> Term | None:
    """The term that has begun and not been ended; its days may be over."""
    row = connection.execute(
        _TERM + "where agreement_id = %s and ended_at is null", (agreement,), prepare=True
    ).fetchone()
    return Term(*row) if row else None


class Voted(NamedTuple):
    """What an owner said, with the key and the signature of a grant."""

    said: Said
    key: bytes | None
    signature: bytes | None


class Basis(msgspec.Struct, frozen=True):
    """Everything about agreement and asker that an inquiry is decided on; without a term, of the newest version.

    `stopped_at`: when the last term ended, if none is at work and nobody voted for its end.
    `works`: whether the asker's account is active and confirmed. `co_sign` names the accounts whose inquiries the watch
    wants signed by a second person; empty for all of the agency. The version's proofs are not read.
    """

    term: Term | None
    version: Version
    said: list[Voted]
    day: date
    behind: bool
    works: bool
    case_pattern: str | None
    co_sign: list[str]
    stopped_at: datetime | None


@lru_cache(maxsize=1024)
def _basis(text: str) -> Basis:
    """A basis as it was read. A value of its text, which is read anew each time and compared to the letter."""
    return msgspec.json.decode(text, type=Basis)


class Ground(NamedTuple):
    """What is decided on: the text of the basis, the city's time of which it is, and whether the log is signed."""

    text: str
    at: datetime
    log: Signed

    @property
    def basis(self) -> Basis:
        """What the text says."""
        return _basis(self.text)


GROUND = f"sharing.basis(%(agreement)s, %(account)s, n.at), n.at, {COLUMNS}"
"""The columns of a ground, for a statement over `NOW`."""
NOW = "(select house.city_now() as at offset 0) n cross join ledger.head h"
"""The city's time, read once, and the head of the log."""


def ground_of(text: str | None, at: datetime, log: Signed) -> Ground | None:
    """A ground from its columns; None when there is no agreement by that name."""
    return None if text is None else Ground(text, at, log)


def ground(connection: Connection[TupleRow], agreement: str, account: UUID | None = None) -> Ground | None:
    """What an inquiry of that account under that agreement is decided on now; None when there is no such one."""
    row = connection.execute(
        f"select {GROUND} from {NOW}", {"agreement": agreement, "account": account}, prepare=True
    ).fetchone()
    return ground_of(row[0], row[1], Signed(*row[2:])) if row else None


def grounds(connection: Connection[TupleRow], agreements: Sequence[str]) -> Mapping[str, Ground]:
    """How each of these agreements stands is decided on this, nobody asking; without those that are not there."""
    rows = connection.execute(
        f"""
        select a.name, sharing.basis(a.name, null, n.at), n.at, {COLUMNS}
        from {NOW}
        cross join unnest(%s::text[]) a (name)
        """,
        (list(agreements),),
        prepare=True,
    )
    found = {row[0]: ground_of(row[1], row[2], Signed(*row[3:])) for row in rows}
    return {name: ground for name, ground in found.items() if ground is not None}


def terms(connection: Connection[TupleRow], agreement: str) -> list[Term]:
    """Every term of an agreement, oldest first."""
    return [Term(*row) for row in connection.execute(_TERM + "where agreement_id = %s order by began_at", (agreement,))]


def over(connection: Connection[TupleRow]) -> list[str]:
    """Agreements with a term at work whose last day is over."""
    rows = connection.execute(
        f"""
        select t.agreement_id
        from sharing.term t
        join sharing.version v on v.id = t.version_id
        where t.ended_at is null
          and v.last_day < {TODAY}
        """
    )
    return [row[0] for row in rows]


def begin_term(connection: Connection[TupleRow], term: UUID, version: Version, grants_needed: int) -> None:
    """A term begins."""
    connection.execute(
        "insert into sharing.term (id, agreement_id, version_id, grants_needed) values (%s, %s, %s, %s)",
        (term, version.agreement, version.id, grants_needed),
    )


def end_term(connection: Connection[TupleRow], term: UUID, ended_by: str) -> None:
    """A term ends, for good."""
    connection.execute(
        "update sharing.term set ended_at = house.city_now(), ended_by = %s where id = %s and ended_at is null",
        (ended_by, term),
    )


def stands(connection: Connection[TupleRow], term: UUID) -> bool:
    """Whether a term stands at this moment, as the second wall sees it."""
    return (
        connection.execute("select 1 from sharing.standing where term_id = %s", (term,), prepare=True).fetchone()
        is not None
    )


def keys(connection: Connection[TupleRow], owner: Owner | None = None) -> list[Key]:
    """Owners' keys, oldest first."""
    rows = connection.execute(
        """
        select id, owner, public_key, offered_by, confirmed_at, replaced_at
        from sharing.owner_key
        where owner = coalesce(%s, owner)
        order by offered_at
        """,
        (owner,),
    )
    return [Key(row[0], Owner(row[1]), bytes(row[2]), *row[3:]) for row in rows]


def offer_key(connection: Connection[TupleRow], key: UUID, owner: Owner, public_key: bytes, by: UUID) -> bool:
    """A key that its owner offers; it counts once another owner's representative has confirmed it. False: known."""
    made = connection.execute(
        "insert into sharing.owner_key (id, owner, public_key, offered_by) values (%s, %s, %s, %s)"
        " on conflict (public_key) do nothing",
        (key, owner, public_key, by),
    )
    return made.rowcount == 1


def confirm_key(connection: Connection[TupleRow], key: Key, by: UUID) -> None:
    """The offered key takes the place of the one before."""
    connection.execute(
        """
        update sharing.owner_key
        set replaced_at = house.city_now()
        where owner = %s and confirmed_at is not null and replaced_at is null
        """,
        (key.owner,),
    )
    connection.execute(
        "update sharing.owner_key set confirmed_by = %s, confirmed_at = house.city_now() where id = %s", (by, key.id)
    )


class Named(NamedTuple):
    """An agreement by its name, with its partner's id and name."""

    id: str
    agency_id: int
    partner: str


_NAMED = """
    select a.id, a.agency_id, g.name
    from sharing.agreement a
    join house.agency g on g.id = a.agency_id
"""


def everything(connection: Connection[TupleRow], name: str | None = None) -> list[Named]:
    """Every agreement, or that one, by name; nothing where there is none. The one is found by the primary key."""
    if name is None:
        rows = connection.execute(_NAMED + "order by a.id")
    else:
        rows = connection.execute(_NAMED + "where a.id = %s", (name,))
    return [Named(*row) for row in rows]


def case_patterns(connection: Connection[TupleRow], agencies: Iterable[int]) -> Mapping[int, str]:
    """The registered forms of partners' own case numbers, of those that have one."""
    rows = connection.execute(
        "select agency_id, case_pattern from sharing.partner where agency_id = any(%s) and case_pattern is not null",
        (sorted(agencies),),
        prepare=True,
    )
    return dict(rows.fetchall())


def register_pattern(connection: Connection[TupleRow], agency_id: int, pattern: str) -> None:
    """Register the form of a partner's own case numbers."""
    connection.execute(
        """
        insert into sharing.partner (agency_id, case_pattern) values (%s, %s)
        on conflict (agency_id) do update set case_pattern = excluded.case_pattern
        """,
        (agency_id, pattern),
    )
