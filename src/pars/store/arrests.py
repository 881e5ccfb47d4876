"""Arrests as rows: writing them, and reading what is needed to decide. What is shown is read elsewhere (`lookup`)."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection, errors, sql
from psycopg.rows import TupleRow

from pars.errors import Conflicts, NotThere
from pars.record.arrest import IN_CUSTODY, Charging, Court, Custody, Exit, Paper, Standing, Step
from pars.record.steps import step_named

KEPT = sql.SQL("custody in ({})").format(sql.SQL(", ").join(sql.Literal(one.value) for one in sorted(IN_CUSTODY)))
"""That somebody is in custody. Relies on the partial index of 0003."""

ON_LISTS = sql.SQL("(access = 'open' or ") + KEPT + sql.SQL(")")
"""What lists and searches hold: a record to which access is limited only while somebody is kept under it."""

_SOMEBODYS = sql.SQL(
    "not exists (select 1 from watch.canary c where c.arrest_id = arrest.id and c.confirmed_at is not null"
    " and c.ended_at is null)"
)
"""What stands for nobody is on no desk's list. By canary_by_arrest."""

_THERE = sql.SQL("(access <> 'expunged' or ") + KEPT + sql.SQL(")")
"""What acts find by its number: an expunged record is gone for everybody, once nobody is kept under it."""

FINDERS: Mapping[str, sql.Composable] = {
    "board": KEPT,
    "charging": sql.SQL("charging in ('submitted', 'returned', 'charged') and exit <> 'charged-by-summons'"),
    "session": sql.SQL("court = 'listed'"),
    "left": sql.SQL("left_at > house.city_now() - interval '24 hours'"),
    "dockets": sql.SQL("court = 'arraigned'"),
    "listing": sql.SQL("court = 'not-listed' and charging in ('certified', 'charged', 'not-needed')"),
    "interviews": sql.SQL("interview = 'pending' and court in ('not-listed', 'listed') and ") + KEPT,
    "releases": sql.SQL("custody = 'release-owed'"),
    "count": sql.SQL("custody in ('booked', 'held-on-bail', 'release-owed')"),
    "hospital": sql.SQL("custody = 'at-hospital'"),
    "reports": sql.SQL("report in ('pending', 'written') and exit in ('none', 'pending-investigation') and ")
    + KEPT
    + sql.SQL(" or charging = 'returned'"),
}
"""Which arrests a list holds, in SQL on columns that are read to decide. Relies on the partial indexes of 0003."""


def insert(connection: Connection[TupleRow], table: str, row: Mapping[str, object]) -> None:
    """Insert one row; the names of table and columns are our own words, the values are bound."""
    connection.execute(_insertion(table, row), list(row.values()))


def insert_new(connection: Connection[TupleRow], table: str, row: Mapping[str, object]) -> bool:
    """Insert one row like that; False, and nothing, when there is one by its key."""
    insertion = _insertion(table, row) + sql.SQL(" on conflict do nothing")
    return connection.execute(insertion, list(row.values())).rowcount == 1


def _insertion(table: str, row: Mapping[str, object]) -> sql.Composed:
    schema, name = table.split(".")
    return sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(schema, name),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )


def change(connection: Connection[TupleRow], arrest_id: UUID, row: Mapping[str, object]) -> None:
    """Change columns of an arrest and raise its version; what stood there is kept by the database."""
    with with_its_otn():
        connection.execute(
            sql.SQL("update record.arrest set {}, version = version + 1 where id = %s").format(
                sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in row)
            ),
            [*row.values(), arrest_id],
        )


@contextlib.contextmanager
def with_its_otn() -> Iterator[None]:
    """Write an OTN; refused when another arrest was given it since anybody looked, which no `on conflict` can say."""
    try:
        yield
    except errors.UniqueViolation as cause:
        if cause.diag.constraint_name != "arrest_by_otn":
            raise
        raise _otn_taken() from None  # its cause tells the number (T26)


class Held:
    """An arrest locked for an act: what is needed to decide about it."""

    __slots__ = (
        "agency_id",
        "arrested_at",
        "complainants",
        "dc_number",
        "excluded_offence",
        "id",
        "kind",
        "number",
        "person_id",
        "site",
        "standing",
        "version",
    )

    def __init__(self, row: TupleRow) -> None:
        """From the columns that `hold` selects."""
        self.id: UUID = row[0]
        self.number: int = row[1]
        self.arrested_at: datetime = row[2]
        self.version: int = row[3]
        self.agency_id: int = row[4]
        self.site: str | None = row[5]
        self.dc_number: str | None = row[6]
        self.person_id: UUID | None = row[7]
        self.standing = Standing(
            Custody(row[8]),
            Paper(row[9]),
            Paper(row[10]),
            Charging(row[11]),
            Paper(row[12]),
            Court(row[13]),
            Exit(row[14]),
        )
        self.kind: str = row[15]
        self.complainants: int = row[16]
        self.excluded_offence: bool = row[17] is True


def hold(connection: Connection[TupleRow], arrest_id: UUID) -> Held:
    """Lock an arrest until the end of the transaction and tell how it stands; an expunged one is not there."""
    query = sql.SQL(
        """
        select id, number, arrested_at, version, agency_id, site, dc_number, person_id,
          custody, prints, report, charging, interview, court, exit, kind, complainants, excluded_offence
        from record.arrest
        where id = %s and {}
        for no key update
        """
    ).format(_THERE)
    row = connection.execute(query, (arrest_id,)).fetchone()
    if row is None:
        raise NotThere("there is no arrest by that number")
    return Held(row)


def lock_row(connection: Connection[TupleRow], arrest_id: UUID) -> int:
    """The row that an arrest's lock is on: its number, as far as a lock's key holds it."""
    query = sql.SQL("select number from record.arrest where id = %s and {}").format(_THERE)
    row = connection.execute(query, (arrest_id,), prepare=True).fetchone()
    if row is None:
        raise NotThere("there is no arrest by that number")
    return int(row[0]) % 2**31


def _finder(view: str, site: str | None) -> tuple[sql.Composable, list[str]]:
    """The condition of a list; at a site, of what is there or at none yet."""
    if site is None:
        return sql.SQL("({}) and {} and {}").format(FINDERS[view], ON_LISTS, _SOMEBODYS), []
    at_site = sql.SQL("({}) and {} and {} and (site = %s or site is null)")
    return at_site.format(FINDERS[view], ON_LISTS, _SOMEBODYS), [site]


def ids_for(connection: Connection[TupleRow], view: str, site: str | None = None) -> list[UUID]:
    """The arrests that a list holds now, oldest first; at a site, if it is bound to one."""
    where, values = _finder(view, site)
    query = sql.SQL("select id from record.arrest where {} order by arrested_at limit 2000").format(where)
    return [row[0] for row in connection.execute(query, values)]


def belongs(connection: Connection[TupleRow], view: str, arrests: Sequence[UUID], site: str | None = None) -> set[UUID]:
    """Which of these arrests a list holds now."""
    where, values = _finder(view, site)
    query = sql.SQL("select id from record.arrest where id = any(%s) and {}").format(where)
    return {row[0] for row in connection.execute(query, [list(arrests), *values])}


def access_limited(connection: Connection[TupleRow], arrest_id: UUID) -> list[str]:
    """How access to an arrest is limited: both words when it is expunged, one when sealed, none when open."""
    row = connection.execute("select access from record.arrest where id = %s", (arrest_id,)).fetchone()
    return {"sealed": ["sealed"], "expunged": ["sealed", "expunged"]}.get(row[0] if row else "open", [])


class Erasable(NamedTuple):
    """What has to be known of an arrest before it is erased: how it stands, whose it is, what finds it."""

    access: str
    custody: str
    owner: str | None
    search_keys: list[str]
    numbers: dict[str, str]
    alone: bool


def erasable(connection: Connection[TupleRow], arrest_id: UUID) -> Erasable | None:
    """How an arrest stands; `alone` says that no other arrest is known to be of that person."""
    row = connection.execute(
        """
        select a.access, a.custody, g.owner, a.search_keys,
          jsonb_strip_nulls(jsonb_build_object(
            'otn', a.otn, 'pid', a.pid, 'sid', a.sid, 'docket_number', a.docket_number)),
          not exists (
            select 1 from record.arrest o
            where o.id <> a.id and (o.person_id = a.person_id or (a.pid is not null and o.pid = a.pid)))
        from record.arrest a
        join house.agency g on g.id = a.agency_id
        where a.id = %s
        """,
        (arrest_id,),
    ).fetchone()
    return Erasable(*row) if row else None


def numbered(connection: Connection[TupleRow], number: int) -> UUID | None:
    """The arrest with that number, expunged ones too; None when there is none."""
    row = connection.execute("select id from record.arrest where number = %s", (number,)).fetchone()
    return row[0] if row else None


class OfPerson(NamedTuple):
    """An arrest under somebody's name: its own number, and the person that it is known to belong to."""

    id: UUID
    number: int
    person: UUID | None


def of_person(connection: Connection[TupleRow], keys: Sequence[str], counsel: UUID | None = None) -> list[OfPerson]:
    """The arrests under exactly this name and birth date that are not expunged; for counsel, those assigned to them."""
    rows = connection.execute(
        """
        select a.id, a.number, a.person_id
        from record.arrest a
        where a.search_keys && %(keys)s
          and a.access <> 'expunged'
          and (%(counsel)s::uuid is null or exists (
            select 1 from record.assignment g
            where g.arrest_id = a.id and g.account_id = %(counsel)s and g.ended_at is null))
        order by a.number
        """,
        {"keys": list(keys), "counsel": counsel},
    )
    return [OfPerson(*row) for row in rows]


def exists(connection: Connection[TupleRow], arrest_id: UUID) -> bool:
    """Whether there is such an arrest among the adults'."""
    return connection.execute("select 1 from record.arrest where id = %s", (arrest_id,)).fetchone() is not None


def by_keys(connection: Connection[TupleRow], keys: Sequence[str], most: int) -> list[UUID]:
    """Arrests that share a search key, the ones with most keys in common first. Uses the GIN index on `search_keys`."""
    query = sql.SQL(
        """
        select id
        from record.arrest
        where search_keys && %s and {}
        order by
          cardinality(array(select unnest(search_keys) intersect select unnest(%s::text[]))) desc,
          arrested_at desc
        limit %s
        """
    ).format(ON_LISTS)
    found = connection.execute(query, (list(keys), list(keys), most))
    return [row[0] for row in found]


def numbers(connection: Connection[TupleRow], ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """The numbers of those arrests among these that stand in the record."""
    rows = connection.execute("select id, number from record.arrest where id = any(%s)", (list(ids),))
    return {row[0]: row[1] for row in rows}


def by_number(connection: Connection[TupleRow], column: str, value: str, most: int) -> list[UUID]:
    """Arrests by a number of their own (`dc_number`, `pid`, `otn`, `number`), newest first."""
    query = sql.SQL(
        "select id from record.arrest where {}::text = %s and {} order by arrested_at desc limit %s"
    ).format(sql.Identifier(column), ON_LISTS)
    return [row[0] for row in connection.execute(query, (value, most))]


def unchanged_since(
    connection: Connection[TupleRow], held: Held, version: int, by: UUID, step: Step | None = None
) -> None:
    """Refuse what somebody does on an older version, telling what happened since, and whether it was their own doing.

    `step` is the one that they would take: when it is open no longer, the page has no form left to send again.
    """
    if held.version == version:
        return
    row = connection.execute(
        "select step, taken_by from record.step where arrest_id = %s order by id desc limit 1", (held.id,)
    ).fetchone()
    last, own = (step_named(row[0]), row[1] == by) if row else (None, False)
    if step is not None and not step.open_at(held.standing):
        raise Conflicts(f"{_gone(step, last, own=own)}; nothing of this form was written", code="changed-meanwhile")
    raise Conflicts(
        f"{_changed(last, own=own)}; what you typed is kept, look again and send it", code="changed-meanwhile"
    )


def _gone(step: Step, last: Step | None, *, own: bool) -> str:
    """Why a step that was open when its form was opened can be taken no longer."""
    if last is None:
        return f"“{step.label}” cannot be taken any more"
    if last.name == step.name:
        return f"“{step.label}” has been taken already, by {'you in another window' if own else 'somebody else'}"
    return f"“{step.label}” cannot be taken any more: {'you' if own else 'somebody else'} took “{last.label}”"


def _changed(last: Step | None, *, own: bool) -> str:
    """What is known of a change: the last step may be older than a correction, which this door does not read."""
    if last is None:
        return "this arrest was corrected while you were typing"
    if own:
        return (
            f"this arrest has changed since you opened it in this window (the last step was your own, “{last.label}”)"
        )
    return f"somebody else changed this arrest while you were typing (the last step was “{last.label}”)"


def charges_of(connection: Connection[TupleRow], arrest_id: UUID) -> dict[UUID, dict[str, tuple[str, str, int, str]]]:
    """Each charge in order, with its newest classification by stage: (statute, grade, counts, decision)."""
    found: dict[UUID, dict[str, tuple[str, str, int, str]]] = {}
    for charge, stage, *rest in connection.execute(
        """
        select c.id, k.stage, k.statute, k.grade, k.counts, k.decision
        from record.charge c
        left join record.classification k on k.charge_id = c.id
        where c.arrest_id = %s
        order by c.sequence, k.id
        """,
        (arrest_id,),
    ):
        stages = found.setdefault(charge, {})
        if stage is not None:
            stages[stage] = (rest[0], rest[1], rest[2], rest[3])
    return found


def newest_complaint(connection: Connection[TupleRow], arrest_id: UUID) -> tuple[UUID, int] | None:
    """The newest version of the complaint: id and number."""
    row = connection.execute(
        "select id, version from record.complaint where arrest_id = %s order by version desc limit 1", (arrest_id,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def certify(connection: Connection[TupleRow], complaint: UUID, by: UUID, at: datetime) -> None:
    """The issuing authority certifies the complaint, verified by its affiant."""
    connection.execute(
        "update record.complaint set certified_by = %s, certified_at = %s, verified_at = %s where id = %s",
        (by, at, at, complaint),
    )


def one_more_complainant(connection: Connection[TupleRow], arrest_id: UUID) -> None:
    """Count a protected person; papers say “Complainant 1” and no name. Nothing that is edited changes its version."""
    connection.execute("update record.arrest set complainants = complainants + 1 where id = %s", (arrest_id,))


def otn_free(connection: Connection[TupleRow], otn: str, arrest_id: UUID) -> None:
    """Refused when another arrest has that OTN; asked first, since what fails stands in the server's log."""
    if connection.execute("select 1 from record.arrest where otn = %s and id <> %s", (otn, arrest_id)).fetchone():
        raise _otn_taken()


def _otn_taken() -> Conflicts:
    return Conflicts("this OTN belongs to another arrest; look at the number again", code="taken")
