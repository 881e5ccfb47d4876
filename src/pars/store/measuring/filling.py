"""Filling a database by COPY, from people that the caller makes up: charged, certified and arraigned arrests.

It goes round the acts, so it is for a bench's own folder and nothing else: what the acts would have written of an
arrest is written, but for its entries.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from pars.store.grades import today

TOGETHER = 20_000
"""People whose rows are written together."""
_SPACE = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_MADE = """
  create temporary table made on commit drop as
  select 0::bigint as number, null::uuid as arrest, '' as surname, '' as given, null::date as born,
    '{}'::text[] as keys, null::timestamptz as at, null::uuid as account, 0 as agency
  with no data
"""
_ROWS = """
  insert into record.arrest (id, arrested_at, written_by, agency_id, kind, place, officers, surname, given, birth_date,
    sex, race, ethnicity, otn, search_keys, custody, prints, report, charging, interview, court, arraigned_at)
  select m.arrest, m.at, m.account, m.agency, 'on-view', '500 block of Sample Street', '{4417}', m.surname, m.given,
    m.born, 'U', 'U', 'U', format('U %s-0', lpad(m.number::text, 7, '0')), m.keys, 'released', 'done', 'approved',
    'certified', 'done', 'arraigned', m.at
  from made m
  order by m.number;

  insert into record.step (arrest_id, step, at, taken_by)
  select m.arrest, s.step, m.at, m.account
  from made m
  cross join unnest('{charge,certify,arraign}'::text[]) with ordinality s (step, place)
  order by m.number, s.place;

  create temporary table made_charge on commit drop as
  select m.number, m.arrest, m.at, m.account, c.place, gen_random_uuid() as charge,
    ('{18 § 2701 §§ A1,18 § 3921 §§ A,35 § 780-113 §§ A16,18 § 5503 §§ A4}'::text[])[c.place] as statute
  from made m
  cross join generate_series(1, case when m.number % 4 = 3 then 3 else 4 end) c (place);

  insert into record.charge (id, arrest_id, sequence)
  select c.charge, c.arrest, c.place - 1 from made_charge c order by c.number, c.place;

  insert into record.classification (charge_id, arrest_id, stage, statute, grade, counts, decision, decided_by,
    decided_at)
  select c.charge, c.arrest, 'district-attorney', c.statute, 'M2', 1, 'approved', c.account, c.at
  from made_charge c
  order by c.number, c.place;

  insert into record.bail (arrest_id, action, position, type, amount_usd, percent, authority, at)
  select m.arrest, 'set', 'order', 'monetary', 5000, 10, m.account, m.at from made m order by m.number
"""
"""What the acts would have written of each: three or four charges, so 1.5 million for 400,000 arrests."""
_BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
_APART = timedelta(seconds=14)
"""From one arrest to the next; four million have all been made by now."""


class MadeUp(NamedTuple):
    """One made-up person, arrested once; `keys` are blind already."""

    number: int
    surname: str
    given: str
    born: date
    keys: Sequence[str]

    @property
    def arrest(self) -> UUID:
        """The id of the arrest."""
        return uuid5(_SPACE, f"arrest {self.number}")


def fill(admin_url: str, people: Iterable[MadeUp], account: UUID, agency_id: int) -> None:
    """Write an arrest with its charges for each of these people, and let the planner know."""
    left, index = iter(people), _without(admin_url, "arrest_by_keys")
    while some := list(islice(left, TOGETHER)):
        with psycopg.connect(admin_url) as connection:
            connection.execute("set session_replication_role = replica")  # the rows fit together; nobody has to check
            connection.execute("set synchronous_commit = off")
            connection.execute(_MADE)
            with connection.cursor() as cursor, cursor.copy("copy made from stdin") as copy:
                for one in some:
                    at = _BEGAN + one.number * _APART
                    person = (one.number, one.arrest, one.surname, one.given, one.born, list(one.keys))
                    copy.write_row((*person, at, account, agency_id))
            connection.execute(_ROWS)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("set maintenance_work_mem = '1GB'")
        connection.execute(index)
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def _without(admin_url: str, index: str) -> bytes:
    """Drop an index that is built faster at once than row by row; the statement that makes it again."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute("select indexdef from pg_indexes where indexname = %s", (index,)).fetchone()
        if row is None:
            raise LookupError("there is no such index")
        connection.execute(sql.SQL("drop index record.{}").format(sql.Identifier(index)))
    return str(row[0]).encode()


def forget_counts(admin_url: str) -> None:
    """Begin the day's counts of questions anew: no agreement allows as many as a bench asks."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("delete from sharing.asked")


def enter(admin_url: str, entries: int) -> None:
    """Write so many entries of colleagues' acts without their private parts, so that the log has something to place."""
    with psycopg.connect(admin_url) as connection:
        connection.execute(
            """
            insert into ledger.entry (nonce, at, verb, public, leaf)
            select e.nonce, clock_timestamp(), 'list.shown', e.text::jsonb, convert_to(e.text, 'UTF8')
            from (
              select r.nonce, format('{"commit":{"account":"%%s","verb":"%%s"},"day":"%%s",'
                '"kind":"record","nonce":"%%s","owner":"police","v":1}',
                encode(sha256(convert_to(r.nonce::text, 'UTF8')), 'hex'),
                encode(sha256(convert_to('v' || r.nonce::text, 'UTF8')), 'hex'),
                %s::text, replace(r.nonce::text, '-', '')) as text
              from (select gen_random_uuid() as nonce from generate_series(1, %s)) r) e
            """,
            (today(connection), entries),
        )
