"""Migrations: SQL files in order, forward only, each in one transaction under one lock; and the roles they speak of.

Our own instead of a framework: see docs/adr/0003-migrations.md.
"""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.errors import Misconfigured, Unavailable
from pars.store.keys import DOORS, Keys

_LOCK = (7071, 1)  # class and row of the advisory lock: one migration at a time in a database


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered file of SQL."""

    name: str
    text: str

    @property
    def hash(self) -> str:
        """Hex SHA-256 of its text: a file that was applied and then changed is refused."""
        return sha256(self.text.encode()).hexdigest()


def all_migrations() -> list[Migration]:
    """Those that this version brings, in order."""
    folder = files("pars.store") / "migrations"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [Migration(f.name, f.read_text()) for f in found]


def connected(admin_url: str) -> Connection[TupleRow]:
    """A connection as the database's administrator; refused in words when nothing answers there."""
    try:
        return psycopg.connect(admin_url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError:
        raise Unavailable("no database answers at the address of PARS_DATABASE_URL, or not to that account") from None


def migrate(admin_url: str, keys: Keys) -> list[str]:
    """Bring the database to this version; the names of what was applied. Refused when its history differs."""
    with connected(admin_url) as connection:
        connection.execute("select pg_advisory_lock(%s, %s)", _LOCK)
        _make_roles(connection, keys)
        _take_away_locks(connection)
        applied = []
        done = _history(connection)
        for number, migration in enumerate(all_migrations()):
            if number < len(done):
                if done[number] != (migration.name, migration.hash):
                    raise Misconfigured(
                        f"migration {done[number][0]} was applied in another form; do not change applied files"
                    )
                continue
            _apply(connection, migration)
            applied.append(migration.name)
        _learn_relations(connection)
        if len(done) > len(all_migrations()):
            raise Misconfigured(f"the database is newer than this version: it knows {done[-1][0]}")
        return applied


def _history(connection: Connection[TupleRow]) -> list[tuple[str, str]]:
    connection.execute(
        """
        create table if not exists public.pars_migration (
          id integer generated always as identity primary key,
          name text not null unique,
          hash text not null,
          at timestamptz not null default clock_timestamp()
        )
        """
    )
    connection.execute("grant select on public.pars_migration to pars_act")
    return [
        (name, kept) for name, kept in connection.execute("select name, hash from public.pars_migration order by id")
    ]


def _apply(connection: Connection[TupleRow], migration: Migration) -> None:
    with connection.transaction():
        connection.execute("set local role pars_owner")
        connection.execute(migration.text.encode())
        connection.execute("reset role")
        connection.execute(
            "insert into public.pars_migration (name, hash) values (%s, %s)", (migration.name, migration.hash)
        )


def _learn_relations(connection: Connection[TupleRow]) -> None:
    """Tell the reckoning of reads which tables and indexes the record has: after a restore they have other numbers."""
    row = connection.execute("select to_regprocedure('ledger.learn_relations()') is not null").fetchone()
    if row and row[0]:
        connection.execute("select ledger.learn_relations()")


def _make_roles(connection: Connection[TupleRow], keys: Keys) -> None:
    """The owner, who cannot sign in, and a role for each door with the key file's password."""
    for role in ("pars_owner", *DOORS):
        if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() is None:
            connection.execute(sql.SQL("create role {} nologin noinherit").format(sql.Identifier(role)))
    connection.execute("grant pars_owner to current_user")
    for door in DOORS:
        connection.execute(
            sql.SQL("alter role {} login noinherit nocreatedb nocreaterole nosuperuser nobypassrls password {}").format(
                sql.Identifier(door), sql.Literal(keys.passwords[door])
            )
        )
    row = connection.execute("select current_database()").fetchone()
    database = sql.Identifier(row[0] if row else "")
    connection.execute(sql.SQL("grant create, connect on database {} to pars_owner").format(database))
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    connection.execute(
        sql.SQL("grant connect on database {} to {}").format(
            database, sql.SQL(", ").join(sql.Identifier(d) for d in DOORS)
        )
    )
    connection.execute("revoke create on schema public from public")


def _take_away_locks(connection: Connection[TupleRow]) -> None:
    """A raw advisory lock could hold up a withdrawal without end (T16): doors take locks by our own functions alone."""
    rows = connection.execute(
        """
        select p.oid::regprocedure::text
        from pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace
          and p.proname like 'pg\\_%advisory%'
        """
    ).fetchall()
    for (signature,) in rows:
        connection.execute(sql.SQL("revoke execute on function {} from public").format(sql.SQL(signature)))
        connection.execute(sql.SQL("grant execute on function {} to pars_owner").format(sql.SQL(signature)))
    connection.execute("alter role pars_owner inherit")
    connection.execute("grant pg_signal_backend to pars_owner")  # for house.end_holders alone
    connection.execute("grant pg_read_all_stats to pars_owner")  # for ledger.held_back_by alone
