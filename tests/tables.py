"""What PostgreSQL counts of its tables, once everybody has told what they counted."""

from psycopg import Connection
from psycopg.rows import TupleRow
from tests.waiting import comes


def told_by_all(connection: Connection[TupleRow]) -> None:
    """Wait until the backends of a store that was closed have ended, which is when they tell what they counted."""
    ended = """
        select count(*) = 0
        from pg_stat_activity
        where datname = current_database() and application_name = 'pars'
        """
    assert comes(lambda: connection.execute(ended).fetchall()[0][0])
    connection.execute("select pg_stat_clear_snapshot()")


def rows_read(connection: Connection[TupleRow], tables: str) -> int:
    """How many rows of these tables (`schema.name, …`) were read so far, by any way."""
    return sum(
        connection.execute(
            "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
            " where relid = %s::regclass",
            (table,),
        ).fetchall()[0][0]
        for table in tables.split(", ")
    )
