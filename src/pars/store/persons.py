"""Persons as rows: to whom arrests are linked, and the numbers by which prints know them."""

from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow


def new(connection: Connection[TupleRow], person: UUID, pid: str | None = None) -> UUID:
    """A person to whom arrests can be linked."""
    connection.execute("insert into record.person (id, pid) values (%s, %s)", (person, pid))
    return person


def with_pid(connection: Connection[TupleRow], pid: str, otherwise: UUID) -> UUID:
    """The person whom prints found under that PID; a new one when it is the first time."""
    connection.execute(
        "insert into record.person (id, pid) values (%s, %s) on conflict (pid) do nothing", (otherwise, pid)
    )
    row = connection.execute("select id from record.person where pid = %s", (pid,)).fetchone()
    return row[0] if row else otherwise


def numbers(connection: Connection[TupleRow], arrest_id: UUID) -> tuple[str | None, str | None]:
    """The SID and the PID of an arrest, to compare them with an answer."""
    row = connection.execute("select sid, pid from record.arrest where id = %s", (arrest_id,)).fetchone()
    return (row[0], row[1]) if row else (None, None)


def taken_prints(connection: Connection[TupleRow], arrest_id: UUID) -> bool:
    """Whether prints of an arrest are taken already."""
    row = connection.execute("select prints = 'done' from record.arrest where id = %s", (arrest_id,)).fetchone()
    return bool(row and row[0])
