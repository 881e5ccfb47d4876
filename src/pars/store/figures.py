"""Rows for figures: an arrest each, by columns that name nobody. By the acting door, which reckons with its reads."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.record.figures import Case
from pars.record.groups import Counted
from pars.store.arrests import ON_LISTS


def counted(connection: Connection[TupleRow], since: datetime, until: datetime) -> Sequence[Counted]:
    """Counts by sex, race, ethnicity and age, and of what the court did; the door gives counts and no row."""
    rows = connection.execute("select kind, word, figure, people from record.counted(%s, %s)", (since, until))
    return [Counted(*row) for row in rows]


def cases(connection: Connection[TupleRow], since: datetime, until: datetime) -> Sequence[Case]:
    """The arrests between two instants, without those that stand for nobody.

    One to which access is limited is in no figure once nobody is kept under it.
    """
    query = sql.SQL(
        """
        select coalesce(a.site, '–'), a.arrested_at, a.written_at, a.arraigned_at, a.release_owed_at, a.left_at, a.exit,
          a.charging,
          exists (select 1 from record.step s where s.arrest_id = a.id and s.step = 'arrive-hospital'),
          b.type, b.amount_usd
        from record.arrest a
        left join lateral (
          select o.type, o.amount_usd
          from record.bail o
          where o.arrest_id = a.id and o.position = 'order'
          order by o.id desc
          limit 1) b on true
        where a.arrested_at >= %s and a.arrested_at < %s and {}
          and not exists (select 1 from watch.canary c where c.arrest_id = a.id and c.confirmed_at is not null)
        """
    ).format(ON_LISTS)
    return [Case(*row) for row in connection.execute(query, (since, until))]


def arrivals_by_hour(connection: Connection[TupleRow], since: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """Arrests an hour, for the board's comparison with the usual."""
    found = connection.execute(
        """
        select date_trunc('hour', arrested_at), count(*)
        from record.arrest
        where arrested_at >= %s and arrested_at < %s
        group by 1
        order by 1
        """,
        (since, until),
    )
    return [(row[0], row[1]) for row in found]


def usual_by_hour(connection: Connection[TupleRow], until: datetime, weeks: int = 4) -> Mapping[int, float]:
    """The mean number of arrests in each hour of the day (UTC) over the weeks before."""
    found = connection.execute(
        """
        select extract(hour from arrested_at)::int, count(*)::float / %s
        from record.arrest
        where arrested_at >= %s and arrested_at < %s
        group by 1
        """,
        (weeks * 7, until - timedelta(weeks=weeks), until),
    )
    return {row[0]: row[1] for row in found}
