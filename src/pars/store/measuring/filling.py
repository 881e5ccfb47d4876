"""Filling a database by COPY, from people that the caller makes up: charged, certified and arraigned arrests.

It goes round the acts, so it is for a bench's own folder and nothing else: what the acts would have written of an
arrest is written, but for its entries.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

import psycopg

CHARGES = (4, 4, 4, 3)
"""Charges of one arrest after another: 3.75 on average, so 1.5 million for 400,000 arrests."""
_SPACE = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_STATUTES = ("18 § 2701 §§ A1", "18 § 3921 §§ A", "35 § 780-113 §§ A16", "18 § 5503 §§ A4")


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


def fill(admin_url: str, people: Sequence[MadeUp], account: UUID, agency_id: int) -> None:
    """Write an arrest with its charges for each of these people, and let the planner know."""
    with psycopg.connect(admin_url) as connection:
        connection.execute("set session_replication_role = replica")  # the rows fit together; nobody has to check
        _copy(
            connection,
            "record.arrest (id, arrested_at, written_by, agency_id, kind, place, officers, surname, given, birth_date,"
            " sex, race, ethnicity, otn, search_keys, custody, prints, report, charging, interview, court,"
            " arraigned_at)",
            (_arrest(one, account, agency_id) for one in people),
        )
        _copy(
            connection,
            "record.step (arrest_id, step, at, taken_by)",
            ((one.arrest, step, _at(one), account) for one in people for step in ("charge", "certify", "arraign")),
        )
        _copy(
            connection,
            "record.charge (id, arrest_id, sequence)",
            ((_charge(one, place), one.arrest, place) for one in people for place in _charges(one)),
        )
        _copy(
            connection,
            "record.classification (charge_id, arrest_id, stage, statute, grade, counts, decision, decided_by,"
            " decided_at)",
            (
                (
                    _charge(one, place),
                    one.arrest,
                    "district-attorney",
                    _STATUTES[place],
                    "M2",
                    1,
                    "approved",
                    account,
                    _at(one),
                )
                for one in people
                for place in _charges(one)
            ),
        )
        _copy(
            connection,
            "record.bail (arrest_id, action, position, type, amount_usd, percent, authority, at)",
            ((one.arrest, "set", "order", "monetary", 5000, 10, account, _at(one)) for one in people),
        )
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def _copy(connection: psycopg.Connection, target: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"copy {target} from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _arrest(one: MadeUp, account: UUID, agency_id: int) -> Sequence[object]:
    return (
        one.arrest,
        _at(one),
        account,
        agency_id,
        "on-view",
        "500 block of Sample Street",
        ["4417"],
        one.surname,
        one.given,
        one.born,
        "U",
        "U",
        "U",
        f"U {one.number:07d}-0",
        list(one.keys),
        "released",
        "done",
        "approved",
        "certified",
        "done",
        "arraigned",
        _at(one),
    )


def _at(one: MadeUp) -> datetime:
    return datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=one.number)


def _charges(one: MadeUp) -> range:
    return range(CHARGES[one.number % len(CHARGES)])


def _charge(one: MadeUp, place: int) -> UUID:
    return uuid5(_SPACE, f"charge {one.number} {place}")


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
                (house.city_now() at time zone 'America/New_York')::date, replace(r.nonce::text, '-', '')) as text
              from (select gen_random_uuid() as nonce from generate_series(1, %s)) r) e
            """,
            (entries,),
        )
