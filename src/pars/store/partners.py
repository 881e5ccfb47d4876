"""Finding the one person whom a partner names, among the rows that its agreement could show; and counting inquiries.

Everything here is read to decide, by blind keys and codes; what is shown is read elsewhere, through the wall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.sharing.release import RowRule
from pars.sharing.vocabulary import AFTER_STEPS, CLASS_GRADES
from pars.store.agreements import GROUND, NOW, Ground, ground_of
from pars.store.days import TODAY
from pars.store.epochs import EpochKey
from pars.store.ledger import Drawn
from pars.store.signed import Signed

HELD = (
    "arrested",
    "in-transit",
    "at-hospital",
    "at-evaluation",
    "booked",
    "held-on-bail",
    "committed",
)
STATUS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "charged": {},  # every row has a standing charge
    "arraigned": {"court": ("arraigned", "docketed", "decided")},
    "disposed": {"court": ("decided",)},
    "held": {"custody": HELD},
    "released": {"custody": ("released",)},
}
"""What a word of a rule means: any row, or those whose court or custody stands at one of these."""


class Candidate(NamedTuple):
    """A row that the agreement could show: the arrest as it is, its lock's row, and what its cases are called.

    `version` counts up whenever anything of the arrest changes: under its lock it is known to be as it was found.
    """

    id: UUID
    number: int
    person: UUID
    warrant_number: str | None
    docket_number: str | None
    version: int


@lru_cache(maxsize=1024)
def _rule(rule: RowRule) -> str:
    """A row rule as `sharing.shown_under` reads it."""
    means = [STATUS[word] for word in sorted(rule.status)]
    grades = [grade for name in sorted(rule.charge_class) for grade in CLASS_GRADES[name]]
    said = {
        "every": {} in means,
        "court": sorted({one for each in means for one in each.get("court", ())}),
        "custody": sorted({one for each in means for one in each.get("custody", ())}),
        "after": AFTER_STEPS[rule.after],
        "delay_hours": rule.delay_hours,
        "grade": grades or None,
        "district": sorted(rule.district) or None,
    }
    return msgspec.json.encode(said).decode()


def candidates(
    connection: Connection[TupleRow], rule: RowRule, keys: Sequence[str], numbers: Mapping[str, str]
) -> list[Candidate]:
    """Rows that the rule shows among those with all these blind keys and numbers, newest first; at most fifty.

    In a statement that is a transaction by itself it reckons with what it read.
    """
    values = (_rule(rule), list(keys), *numbers.values())
    row = connection.execute(_candidates(tuple(numbers)), values, prepare=True).fetchone()
    if row is None or row[0] is None:
        return []
    return [Candidate(*one) for one in zip(*row[:6], strict=True)]


@lru_cache(maxsize=64)
def _candidates(columns: Sequence[str]) -> bytes:
    """The search as text, composed once for each set of numbers.

    By arrest_by_keys first and by the rule afterwards, however large the record is: as an array the few that were named
    are few to the planner, too, which knows nothing of the keys when it plans. One row whoever is found, so that what
    was read is reckoned with after it was read.
    """
    named = [sql.SQL(" and n.{} = %s").format(sql.Identifier(column)) for column in columns]
    query = sql.SQL(
        """
        select f.*, ledger.reckon()
        from (
          select array_agg(a.id), array_agg(a.number), array_agg(a.person), array_agg(a.warrant_number),
            array_agg(a.docket_number), array_agg(a.version)
          from (
            select s.*, (select v.version from record.arrest v where v.id = s.id) as version
            from sharing.shown_under(%s) s
            where s.id = any(array(select n.id from record.arrest n where n.search_keys @> %s{}))
            order by s.arrested_at desc
            limit 50) a
          offset 0) f
        """
    ).format(sql.SQL("").join(named))
    return query.as_bytes()


def still(connection: Connection[TupleRow], rule: RowRule, one: Candidate) -> bool:
    """Whether the rule still shows this row as it was found, asked again once its lock is held."""
    query = """
      select 1
      from sharing.shown_under(%s) s
      join record.arrest a on a.id = s.id
      where s.id = %s and a.version = %s
    """
    return connection.execute(query, (_rule(rule), one.id, one.version), prepare=True).fetchone() is not None


def showable(connection: Connection[TupleRow], arrest_id: UUID) -> bool:
    """Whether any agreement at all could show this arrest: open, charged, and with a charge that still stands."""
    query = "select 1 from sharing.showable a where a.id = %s"
    return connection.execute(query, (arrest_id,), prepare=True).fetchone() is not None


def charges_shown(connection: Connection[TupleRow], arrest_id: UUID) -> dict[UUID, str]:
    """The charges that stand of an arrest which some agreement could show, and their grades; none once no one can."""
    query = """
      select c.charge_id, c.grade
      from sharing.showable a
      join sharing.charge_that_stands c on c.arrest_id = a.id
      where a.id = %s
    """
    return {row[0]: row[1] for row in connection.execute(query, (arrest_id,), prepare=True)}


class People(NamedTuple):
    """How many people could be found under rules of today, under other rules, and under only one of the two."""

    now: int
    then: int
    opened: int
    closed: int


def people(connection: Connection[TupleRow], now: Sequence[RowRule], then: Sequence[RowRule]) -> People:
    """Count the people of today's records whom the rules of two versions show. Reads every charged arrest for each."""
    row = connection.execute(
        """
        select count(*) filter (where p.before), count(*) filter (where p.after),
          count(*) filter (where p.after and not p.before), count(*) filter (where p.before and not p.after)
        from (
          select s.person, bool_or(not r.then) as before, bool_or(r.then) as after
          from (
            select n.rule, false as then from unnest(%s::jsonb[]) n (rule)
            union all
            select t.rule, true from unnest(%s::jsonb[]) t (rule)) r
          cross join lateral sharing.shown_under(r.rule) s
          group by s.person) p
        """,
        ([_rule(one) for one in now], [_rule(one) for one in then]),
    ).fetchone()
    return People(*row) if row else People(0, 0, 0, 0)


class Asked(NamedTuple):
    """How often somebody asked today, this question among them; the rows that the locks of it are on.

    `ground` is what it can be decided on, read on the way; it counts only when it is still so under the locks.
    """

    user: int
    unit: int
    agency: int
    account_row: int
    agreement_row: int | None
    ground: Ground | None = None


def count_question(
    connection: Connection[TupleRow], agreement: str, account: UUID, unit: str | None, agency_id: int
) -> Asked:
    """Count a question before anything is decided of it; one statement, a transaction by itself (`Store.glance`).

    It need not be durable. The agency's row is always taken before its unit's and that before the person's, each made
    from the one before, so that nobody waits in a ring. People of no unit are one together. `agreement_row` is None
    when there is no agreement by that name.
    """
    row = connection.execute(
        f"""
        with agency as (
          insert into sharing.asked (day, agency_id)
          values ({TODAY}, %(agency)s)
          on conflict (day, agency_id, account_id, unit) do update set times = asked.times + 1
          returning day, agency_id, times
        ), unit as (
          insert into sharing.asked (day, agency_id, unit)
          select day, agency_id, %(unit)s from agency
          on conflict (day, agency_id, account_id, unit) do update set times = asked.times + 1
          returning day, agency_id, times
        ), person as (
          insert into sharing.asked (day, agency_id, account_id)
          select day, agency_id, %(account)s from unit
          on conflict (day, agency_id, account_id, unit) do update set times = asked.times + 1
          returning times
        )
        select person.times, unit.times, agency.times,
          (select number from house.account where id = %(account)s),
          (select number from sharing.agreement where id = %(agreement)s),
          {GROUND}, set_config('synchronous_commit', 'off', true)
        from person, unit, agency, {NOW}
        """,
        {"agency": agency_id, "unit": unit or "", "account": account, "agreement": agreement},
        prepare=True,
    ).fetchone()
    if row is None:
        raise LookupError("a question was not counted")
    ground = ground_of(row[5], row[6], Signed(*row[7:10]))
    return Asked(row[0], row[1], row[2], row[3], row[4], ground)


def keep_question(  # noqa: PLR0913 - a question has this many facts, all named
    connection: Connection[TupleRow],
    nonce: UUID,
    *,
    term: UUID,
    agreement: str,
    agency_id: int,
    account: UUID,
    purpose: str,
    on_behalf_of: str,
    criteria: Sequence[str],
    day: date,
) -> None:
    """Keep that a question was asked whose entry an act writes; asking keeps its own."""
    connection.execute(
        "select sharing.keep_question(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (nonce, term, agreement, agency_id, account, purpose, on_behalf_of, list(criteria), day),
    )


class Answered(StrEnum):
    """What came of asking; anything but the first has entered nothing."""

    ENTERED = "entered"
    CHANGED = "changed"  # what it was decided on
    HIDDEN = "hidden"  # the row that it would have shown
    UNSIGNED = "unsigned"  # somebody else's signature is used up or too old
    TURNED = "turned"  # the key of the day


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was decided: on what, under which term, and by which locks' rows.

    `shows` is the row that it would show, None for nobody; `signed` the question that somebody else has to have signed.
    """

    agreement: str
    asked: Asked
    agency_id: int
    account: UUID
    ground: Ground
    term: UUID
    rule: RowRule
    shows: Candidate | None
    signed: bytes | None
    on_behalf_of: str


def ask(connection: Connection[TupleRow], question: Question, entry: Drawn, key: EpochKey) -> Answered:
    """Enter a question under its locks, if everything is still as it was decided on; one durable transaction by itself.

    It is kept for quotas, duties and the partner's own log as the entry says in public: not what it found, and not
    under which case; a docket number would tie the entry to a person for good.
    """
    shows, (sealed, marks) = question.shows, entry.sealed(key)
    row = connection.execute(
        "select sharing.ask(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            question.agreement,
            question.asked.agreement_row,
            question.agency_id,
            question.account,
            question.asked.account_row,
            question.ground.text,
            question.term,
            shows.id if shows else None,
            shows.number % 2**31 if shows else None,
            shows.version if shows else None,
            _rule(question.rule),
            question.signed,
            entry.nonce,
            entry.at,
            entry.leaf,
            key.name,
            sealed,
            marks,
            question.on_behalf_of,
        ),
        prepare=True,
    ).fetchone()
    if row is None:
        raise LookupError("a question was not answered")
    return Answered(row[0])


def report_outcome(connection: Connection[TupleRow], nonce: UUID, outcome: str) -> None:
    """Write down what came of an inquiry."""
    connection.execute(
        "update sharing.inquiry set outcome = %s, outcome_at = house.city_now() where nonce = %s", (outcome, nonce)
    )


class OwnInquiry(NamedTuple):
    """One line of a partner's own log; the case stands in the entry's private part, and is filled in from there."""

    nonce: UUID
    agreement: str
    purpose: str
    case_reference: str
    criteria: list[str]
    asked_by: str
    asked_at: datetime
    outcome: str | None


_OWN: LiteralString = """
  select i.nonce, i.agreement_id, i.purpose, '', i.criteria, a.full_name, i.asked_at, i.outcome
  from sharing.inquiry i
  join house.account a on a.id = i.account_id
  where i.agency_id = %s
"""


def log_of(connection: Connection[TupleRow], agency_id: int, most: int = 200) -> list[OwnInquiry]:
    """A partner's own inquiries, newest first; what they found is not in it."""
    rows = connection.execute(f"{_OWN} order by i.asked_at desc limit %s", (agency_id, most))
    return [OwnInquiry(*row) for row in rows]


def own_inquiry(connection: Connection[TupleRow], agency_id: int, nonce: UUID) -> OwnInquiry | None:
    """One inquiry of a partner by its number, held until the transaction ends; None when it has none by it."""
    row = connection.execute(f"{_OWN} and i.nonce = %s for update of i", (agency_id, nonce)).fetchone()
    return OwnInquiry(*row) if row else None
