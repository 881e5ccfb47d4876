"""Accounts, sessions, agencies and sites as rows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from pars.errors import Conflicts
from pars.record.roles import Owner, Role

NO_PASSWORD = ""
"""What stands in the place of a hash where nobody has a password: a program's account, at which nobody sits."""


class Account(NamedTuple):
    """A row of an account, as sign-in and administration need it. `hashed` is the Argon2id string, or `NO_PASSWORD`."""

    id: UUID
    sign_in: str
    full_name: str
    role: Role
    agency_id: int
    agency: str
    owner: Owner | None
    site: str | None
    badge: str | None
    hashed: str
    demo_password: bool
    state: str
    created_by: UUID | None
    confirmed_by: UUID | None
    locked_at: datetime | None
    unit: str | None
    shift: str | None
    open_until: date | None

    def answers(self, today: date) -> bool:
        """Whether somebody can be reached by it: in service, confirmed, not lapsed on that day, and with a password."""
        lapsed = self.open_until is not None and self.open_until < today
        return self.state == "active" and self.confirmed_by is not None and self.hashed != NO_PASSWORD and not lapsed


_COLUMNS: LiteralString = """
    a.id, a.sign_in, a.full_name, a.role, a.agency_id, g.name, g.owner, a.site, a.badge,
      a.password_hash, a.demo_password, a.state, a.created_by, a.confirmed_by, a.locked_at, a.unit,
      a.shift, a.open_until
"""
_SELECT: LiteralString = f"""
    select {_COLUMNS}
    from house.account a
    join house.agency g on g.id = a.agency_id
"""


def _account(row: TupleRow | None) -> Account | None:
    if row is None:
        return None
    head, role, agency_id, agency, owner, rest = row[:3], Role(row[3]), row[4], row[5], row[6], row[7:]
    return Account(*head, role, agency_id, agency, Owner(owner) if owner else None, *rest)  # type: ignore[call-arg] # rows are untyped


def by_sign_in(connection: Connection[TupleRow], sign_in: str) -> Account | None:
    """The account of that sign-in name."""
    return _account(connection.execute(_SELECT + "where a.sign_in = %s", (sign_in,)).fetchone())


def by_id(connection: Connection[TupleRow], account: UUID) -> Account | None:
    """The account of that id."""
    return _account(connection.execute(_SELECT + "where a.id = %s", (account,)).fetchone())


def everyone(connection: Connection[TupleRow]) -> list[Account]:
    """All accounts, by agency and name."""
    found = [_account(row) for row in connection.execute(_SELECT + "order by g.name, a.full_name")]
    return [account for account in found if account is not None]


class Session(NamedTuple):
    """A signed-in session or credential, with its account."""

    kind: str
    form_key: str
    seen_at: datetime
    locked_at: datetime | None
    account: UUID
    started_at: datetime


def session(connection: Connection[TupleRow], token_hash: bytes) -> Session | None:
    """The session of that token, unless it has ended."""
    row = connection.execute(
        """
        select kind, form_key, seen_at, locked_at, account_id, started_at
        from house.session
        where token_hash = %s and ended_at is null
        """,
        (token_hash,),
    ).fetchone()
    return Session(*row) if row else None


def signed_in(connection: Connection[TupleRow], token_hash: bytes) -> tuple[Session, Account] | None:
    """The session of that token with its account, unless it has ended; read at once, for every request asks it."""
    row = connection.execute(
        f"""
        select s.kind, s.form_key, s.seen_at, s.locked_at, s.account_id, s.started_at, {_COLUMNS}
        from house.session s
        join house.account a on a.id = s.account_id
        join house.agency g on g.id = a.agency_id
        where s.token_hash = %s and s.ended_at is null
        """,
        (token_hash,),
        prepare=True,
    ).fetchone()
    account = _account(row[6:]) if row else None
    return (Session(*row[:6]), account) if row and account else None


def of_form(connection: Connection[TupleRow], form_key: str, within: timedelta) -> UUID | None:
    """Whose browser's session a form is of by its key, also one that is locked, or was over within the span."""
    row = connection.execute(
        """
        select account_id
        from house.session
        where form_key = %s  -- session_by_form_key
          and kind = 'browser'
          and (ended_at is null or ended_at > clock_timestamp() - %s)
        """,
        (form_key, within),
    ).fetchone()
    return row[0] if row else None


def start_session(
    connection: Connection[TupleRow], *, token_hash: bytes, account: UUID, kind: str, form_key: str
) -> None:
    """A new session of an account."""
    connection.execute(
        "insert into house.session (token_hash, account_id, kind, form_key) values (%s, %s, %s, %s)",
        (token_hash, account, kind, form_key),
    )


def touch(connection: Connection[TupleRow], token_hash: bytes) -> None:
    """The session was used just now."""
    connection.execute("update house.session set seen_at = clock_timestamp() where token_hash = %s", (token_hash,))


def lock(connection: Connection[TupleRow], token_hash: bytes) -> None:
    """The session waits for its password; half-typed forms stay."""
    connection.execute(
        "update house.session set locked_at = clock_timestamp() where token_hash = %s and locked_at is null",
        (token_hash,),
    )


def unlock(connection: Connection[TupleRow], token_hash: bytes) -> None:
    """The password was given again."""
    connection.execute(
        "update house.session set locked_at = null, seen_at = clock_timestamp() where token_hash = %s", (token_hash,)
    )


def end(connection: Connection[TupleRow], token_hash: bytes) -> None:
    """The session is over for good."""
    connection.execute(
        "update house.session set ended_at = clock_timestamp() where token_hash = %s and ended_at is null",
        (token_hash,),
    )


def end_all(connection: Connection[TupleRow], account: UUID, *, but: bytes = b"") -> None:
    """Every session of an account is over; `but` is the hash of the token of one that goes on."""
    connection.execute(
        "update house.session set ended_at = clock_timestamp()"
        " where account_id = %s and ended_at is null and token_hash <> %s",
        (account, but),
    )


def bad_try(connection: Connection[TupleRow], account: UUID, within: timedelta) -> int:
    """Write down a wrong password; how many there were within the span, this one included."""
    connection.execute("insert into house.bad_try (account_id) values (%s)", (account,))
    row = connection.execute(
        "select count(*) from house.bad_try where account_id = %s and at > clock_timestamp() - %s", (account, within)
    ).fetchone()
    return int(row[0]) if row else 0


def forget_tries(connection: Connection[TupleRow], account: UUID) -> bool:
    """Forget wrong passwords where the account is not locked; whether it is not, at this moment and until the end."""
    locked = connection.execute("select locked_at from house.account where id = %s for update", (account,)).fetchone()
    if locked is None or locked[0] is not None:
        return False
    connection.execute("delete from house.bad_try where account_id = %s", (account,))
    return True


def set_locked(connection: Connection[TupleRow], account: UUID, *, locked: bool) -> None:
    """Lock an account or unlock it."""
    connection.execute(
        "update house.account set locked_at = case when %s then clock_timestamp() end where id = %s", (locked, account)
    )


def agency_by_ori(connection: Connection[TupleRow], ori: str) -> int | None:
    """The agency with that ORI."""
    row = connection.execute("select id from house.agency where ori = %s", (ori,)).fetchone()
    return row[0] if row else None


def agency_name(connection: Connection[TupleRow], agency_id: int) -> str:
    """What an agency is called; there is one by every id that is handed out."""
    row = connection.execute("select name from house.agency where id = %s", (agency_id,)).fetchone()
    if row is None:
        raise LookupError("no agency has that id")
    return str(row[0])


def agencies(connection: Connection[TupleRow]) -> list[tuple[int, str, str, str | None]]:
    """Every agency: id, ORI, name, owner."""
    return [tuple(row) for row in connection.execute("select id, ori, name, owner from house.agency order by name")]


def sites(connection: Connection[TupleRow], kind: str | None = None) -> list[tuple[str, str]]:
    """Sites, by code: all or those of one kind."""
    return [
        (row[0], row[1])
        for row in connection.execute(
            "select code, name from house.site where %s::text is null or kind = %s order by code", (kind, kind)
        )
    ]


def found_agency(connection: Connection[TupleRow], ori: str, name: str, owner: Owner | None) -> None:
    """An agency; one that is there already stays as it is."""
    connection.execute(
        "insert into house.agency (ori, name, owner) values (%s, %s, %s) on conflict (ori) do nothing",
        (ori, name, owner.value if owner else None),
    )


def found_site(connection: Connection[TupleRow], code: str, name: str, kind: str) -> None:
    """A site; one that is there already stays as it is."""
    connection.execute(
        "insert into house.site (code, name, kind) values (%s, %s, %s) on conflict (code) do nothing",
        (code, name, kind),
    )


def number_of(connection: Connection[TupleRow], account: UUID) -> int:
    """The row number of an account, which its lock is on."""
    row = connection.execute("select number from house.account where id = %s", (account,), prepare=True).fetchone()
    return int(row[0]) if row else 0


def works(connection: Connection[TupleRow], account: UUID) -> bool:
    """Whether an account is active and confirmed, read again under its lock."""
    row = connection.execute(
        "select state = 'active' and confirmed_by is not null from house.account where id = %s",
        (account,),
        prepare=True,
    ).fetchone()
    return bool(row and row[0])


def other_agencies(connection: Connection[TupleRow], agency_id: int) -> list[str]:
    """The names of all other agencies."""
    rows = connection.execute("select name from house.agency where id <> %s", (agency_id,), prepare=True)
    return [row[0] for row in rows]


def partner_named(connection: Connection[TupleRow], name: str) -> int | None:
    """The agency of that name which is no owner's; None when there is none."""
    row = connection.execute(
        "select id from house.agency where name = %s and owner is null order by id limit 1", (name,)
    ).fetchone()
    return int(row[0]) if row else None


def create(connection: Connection[TupleRow], row: Mapping[str, object]) -> None:
    """A new account; refused when the sign-in name is taken."""
    made = connection.execute(
        """
        insert into house.account
          (id, sign_in, full_name, role, agency_id, site, badge, unit, password_hash, demo_password, created_by,
           confirmed_by, confirmed_at)
        values
          (%(id)s, %(sign_in)s, %(full_name)s, %(role)s, %(agency_id)s, %(site)s, %(badge)s, %(unit)s,
           %(password_hash)s, %(demo_password)s, %(created_by)s, %(confirmed_by)s,
           case when %(confirmed_by)s::uuid is not null then clock_timestamp() end)
        on conflict (sign_in) do nothing
        """,
        {"unit": None, "demo_password": False, "created_by": None, "confirmed_by": None, **row},
    )
    if made.rowcount == 0:
        raise Conflicts("that sign-in name is taken", code="taken")


def confirm(connection: Connection[TupleRow], account: UUID, by: UUID) -> None:
    """A supervisor of another owner confirms the account; from now on it reads."""
    connection.execute(
        "update house.account set confirmed_by = %s, confirmed_at = clock_timestamp() where id = %s", (by, account)
    )


def change(connection: Connection[TupleRow], account: UUID, row: Mapping[str, object]) -> None:
    """Change columns of an account; whoever changes it takes away its confirmation."""
    connection.execute(
        sql.SQL(
            "update house.account set {}, changed_at = clock_timestamp(), confirmed_by = null, confirmed_at = null"
            " where id = %s"
        ).format(sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in row)),
        [*row.values(), account],
    )


def set_password(connection: Connection[TupleRow], account: UUID, hashed: str) -> None:
    """A password that its owner chose, which keeps the account's confirmation."""
    connection.execute(
        "update house.account set password_hash = %s, demo_password = false, changed_at = clock_timestamp()"
        " where id = %s",
        (hashed, account),
    )


def set_state(connection: Connection[TupleRow], account: UUID, state: str) -> None:
    """Let an account work, or disable it."""
    connection.execute("update house.account set state = %s where id = %s", (state, account))


def set_shift(connection: Connection[TupleRow], account: UUID, shift: str | None) -> None:
    """The hours that an account works; nothing else of it changes, and its confirmation stands."""
    connection.execute("update house.account set shift = %s where id = %s", (shift, account))
