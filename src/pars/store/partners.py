"""Finding the one person whom a partner names, among the rows that its agreement could show; and counting inquiries.

Everything here is read to decide, by blind keys and codes; what is shown is read elsewhere, through the wall.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.sharing.release import RowRule

STANDING_CHARGE = sql.SQL("exists (select 1 from sharing.charge_that_stands c where c.arrest_id = a.id{})")
"""A charge as the District Attorney approved it, which the court has not dropped."""

SHOWABLE = sql.SQL(
    "a.access = 'open' and a.charging in ('charged', 'certified') and a.exit in ('none', 'charged-by-summons') and "
)
"""What no agreement can widen: never sealed, expunged, declined, diverted or without a complaint."""

STATUS: Mapping[str, sql.SQL] = {
    "charged": sql.SQL("true"),  # every row has a standing charge
    "arraigned": sql.SQL("a.court in ('arraigned', 'docketed', 'decided')"),
    "disposed": sql.SQL("a.court = 'decided'"),
    "held": sql.SQL(
        "a.custody in ('arrested', 'in-transit', 'at-hospital', 'at-evaluation', 'booked', 'held-on-bail', 'committed')"
    ),
    "released": sql.SQL("a.custody = 'released'"),
}
AFTER_STEPS: Mapping[str, tuple[str, ...]] = {
    "charged": ("charge", "charge-by-summons"),
    "certified": ("certify",),
    "listed": ("list", "list-at-limit"),
    "arraigned": ("arraign", "arraign-at-bedside"),
    "disposed": ("decide",),
}
"""The steps of which one must have been taken, so long ago as the delay says."""

CLASS_GRADES: Mapping[str, tuple[str, ...]] = {
    "murder": ("murder",),
    "felony": ("F", "F1", "F2", "F3"),
    "misdemeanor": ("M", "M1", "M2", "M3", "IC"),
    "summary": ("S",),
}


class Candidate(NamedTuple):
    """A row that the agreement could show: the arrest, its lock's row, and what its cases are called."""

    id: UUID
    number: int
    person: UUID
    warrant_number: str | None
    docket_number: str | None


@lru_cache(maxsize=1024)
def _rule(rule: RowRule) -> tuple[sql.Composable, Sequence[object]]:
    """A row rule as SQL over `record.arrest a`, and its parameters."""
    grades = [grade for name in sorted(rule.charge_class) for grade in CLASS_GRADES[name]]
    charge = STANDING_CHARGE.format(sql.SQL(" and c.grade = any(%s)" if grades else ""))
    parts: list[sql.Composable] = [SHOWABLE, charge]
    values: list[object] = [grades] if grades else []
    parts += [sql.SQL(" and ("), sql.SQL(" or ").join(STATUS[word] for word in sorted(rule.status)), sql.SQL(")")]
    parts.append(
        sql.SQL(
            " and exists (select 1 from record.step s where s.arrest_id = a.id and s.step = any(%s)"
            " and s.at <= house.city_now() - make_interval(hours => %s))"
        )
    )
    values += [list(AFTER_STEPS[rule.after]), rule.delay_hours]
    if rule.district:
        parts.append(sql.SQL(" and a.district = any(%s)"))
        values.append(sorted(rule.district))
    return sql.SQL("").join(parts), values


def candidates(
    connection: Connection[TupleRow], rule: RowRule, keys: Sequence[str], numbers: Mapping[str, str]
) -> list[Candidate]:
    """Rows that the rule shows among those with all these blind keys and numbers, newest first; at most fifty."""
    query, values = _candidates(rule, tuple(numbers))
    found = connection.execute(query, [list(keys), *numbers.values(), *values], prepare=True)
    return [Candidate(*row) for row in found]


@lru_cache(maxsize=1024)
def _candidates(rule: RowRule, columns: Sequence[str]) -> tuple[bytes, Sequence[object]]:
    """The search as text, composed once for each rule.

    By arrest_by_keys first and by the rule afterwards, however large the record is: as an array the few that were named
    are few to the planner, too, which knows nothing of the keys when it plans.
    """
    where, values = _rule(rule)
    named = [sql.SQL(" and n.{} = %s").format(sql.Identifier(column)) for column in columns]
    query = sql.SQL(
        "select a.id, a.number, coalesce(a.person_id, a.id), a.warrant_number, a.docket_number"
        " from record.arrest a"
        " where a.id = any(array(select n.id from record.arrest n where n.search_keys @> %s{}))"
        " and {} order by a.arrested_at desc limit 50"
    ).format(sql.SQL("").join(named), where)
    return query.as_bytes(), values


def still(connection: Connection[TupleRow], rule: RowRule, arrest_id: UUID) -> bool:
    """Whether the rule still shows this row, asked again once its lock is held."""
    query, values = _still(rule)
    return connection.execute(query, [arrest_id, *values], prepare=True).fetchone() is not None


@lru_cache(maxsize=1024)
def _still(rule: RowRule) -> tuple[bytes, Sequence[object]]:
    where, values = _rule(rule)
    return sql.SQL("select 1 from record.arrest a where a.id = %s and {}").format(where).as_bytes(), values


def showable(connection: Connection[TupleRow], arrest_id: UUID) -> bool:
    """Whether any agreement at all could show this arrest: open, charged, and with a charge that still stands."""
    query = sql.SQL("select 1 from record.arrest a where a.id = %s and {}{}").format(
        SHOWABLE, STANDING_CHARGE.format(sql.SQL(""))
    )
    return connection.execute(query, (arrest_id,), prepare=True).fetchone() is not None


class People(NamedTuple):
    """How many people could be found under rules of today, under other rules, and under only one of the two."""

    now: int
    then: int
    opened: int
    closed: int


def people(connection: Connection[TupleRow], now: Sequence[RowRule], then: Sequence[RowRule]) -> People:
    """Count the people of today's records whom the rules of two versions show. Reads every charged arrest once."""
    before, values = _any_rule(now)
    after, more = _any_rule(then)
    query = sql.SQL(
        "select count(*) filter (where before), count(*) filter (where after),"
        " count(*) filter (where after and not before), count(*) filter (where before and not after)"
        " from (select coalesce(a.person_id, a.id), bool_or({}) as before, bool_or({}) as after"
        " from record.arrest a group by 1) p"
    ).format(before, after)
    row = connection.execute(query, [*values, *more]).fetchone()
    return People(*row) if row else People(0, 0, 0, 0)


def _any_rule(rules: Sequence[RowRule]) -> tuple[sql.Composable, list[object]]:
    parts: list[sql.Composable] = [sql.SQL("false")]
    values: list[object] = []
    for rule in rules:
        where, more = _rule(rule)
        parts.append(sql.SQL("({})").format(where))
        values += more
    return sql.SQL(" or ").join(parts), values


class Asked(NamedTuple):
    """How often somebody asked today, this question among them; and the rows that the locks of it are on."""

    user: int
    unit: int
    agency: int
    account_row: int
    agreement_row: int | None


def count_question(
    connection: Connection[TupleRow], agreement: str, account: UUID, unit: str | None, agency_id: int
) -> Asked:
    """Count a question before anything is decided of it; one statement, a transaction by itself (`Store.glance`).

    It need not be durable. The agency's row is always taken before its unit's and that before the person's, each made
    from the one before, so that nobody waits in a ring. People of no unit are one together. `agreement_row` is None
    when there is no agreement by that name.
    """
    row = connection.execute(
        """
        with agency as (
          insert into sharing.asked (day, agency_id)
          values ((house.city_now() at time zone 'America/New_York')::date, %(agency)s)
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
          set_config('synchronous_commit', 'off', true)
        from person, unit, agency
        """,
        {"agency": agency_id, "unit": unit or "", "account": account, "agreement": agreement},
        prepare=True,
    ).fetchone()
    if row is None:
        raise LookupError("a question was not counted")
    return Asked(*row[:5])


def enter_inquiry(  # noqa: PLR0913 - an inquiry has this many facts, all named
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
    """Write down that an inquiry was asked: for quotas, duties and the partner's own log.

    Not what it found, and not under which case: a docket number would tie the entry to a person for good.
    """
    connection.execute(
        """
        insert into sharing.inquiry (nonce, term_id, agreement_id, agency_id, account_id, purpose, on_behalf_of,
          criteria, day)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (nonce, term, agreement, agency_id, account, purpose, on_behalf_of, list(criteria), day),
        prepare=True,
    )


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
