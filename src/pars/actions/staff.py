"""Accounts: an administrator makes and changes them and sees no record; a second owner's supervisor confirms them.

A new or changed account can sign in and reads nothing until it is confirmed, so that no owner alone lets anyone in.
Whoever speaks for an owner is out of an administrator's reach: their accounts are made by a representative of the same
owner and confirmed by another owner's, so that nobody votes by resetting a password (T5).
"""

from collections.abc import Sequence
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, Entered, act, entitled
from pars.actions.founding import NewAccount, account_row, agency_of, full_name_of
from pars.actions.signin import may_unlock, password_row
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.record.roles import OF_AN_OWNER, OF_NO_OWNER, OWNER_OF, SUPERVISORS, Owner, Role
from pars.sharing.duty import Shift
from pars.store import accounts, subscriptions
from pars.store.accounts import Account
from pars.store.database import Store
from pars.store.locks import Lock

SEES_ACCOUNTS = SUPERVISORS | {Role.ADMINISTRATOR, Role.REPRESENTATIVE}


def everyone(store: Store, by: By) -> Sequence[Account]:
    """All accounts, for an administrator or a supervisor; for a representative theirs, and those to unlock."""
    with act(store, by, "accounts.shown") as doing:
        if by.role not in SEES_ACCOUNTS:
            raise NotAllowed("accounts are for an administrator or a supervisor", code="no-duty")
        speaks = by.role is Role.REPRESENTATIVE
        every = accounts.everyone(doing.connection)
        return [one for one in every if not speaks or one.role is Role.REPRESENTATIVE or _waits_for(by, one)]


def _waits_for(by: By, account: Account) -> bool:
    return account.locked_at is not None and may_unlock(by, account)


def agencies(store: Store, by: By) -> Sequence[tuple[int, str, str, str | None]]:
    """The agencies that an account may belong to: id, ORI, name, owner."""
    with act(store, by, "agencies.shown") as doing:
        return accounts.agencies(doing.connection)


def create(store: Store, by: By, new: NewAccount) -> Entered:
    """A new account, which waits for its confirmation."""
    with act(store, by, "account.created") as doing:
        row = account_row(new)
        agency_id = agency_of(doing.connection, new)
        _makes(by, new.role, agency_id)
        _of_its_owner(doing.connection, new.role, agency_id, field="agency_ori")
        accounts.create(doing.connection, {**row, "agency_id": agency_id, "created_by": by.account})
        doing.note(account=str(row["id"]), role=new.role.value)
        doing.answer |= {"id": str(row["id"])}
    return Entered(UUID(str(row["id"])), doing.entry())


def confirm(store: Store, by: By, account_id: UUID) -> UUID:
    """Confirm another owner's account; from now on it reads what its duty covers. The entry."""
    with act(store, by, "account.confirmed") as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        speaks = account.role is Role.REPRESENTATIVE
        if (by.role is not Role.REPRESENTATIVE) if speaks else (by.role not in SUPERVISORS):
            who = "an owner's representative" if speaks else "a supervisor"
            raise NotAllowed(f"this account is confirmed by {who}", code="not-your-step")
        if by.account in {account.id, account.created_by}:
            raise NotAllowed("nobody confirms an account of their own making", code="not-your-step")
        if _owner(account) == by.works_for:
            raise NotAllowed("an account is confirmed by somebody of another owner", code="same-owner")
        if account.confirmed_by is not None:
            raise Conflicts("this account is confirmed already", code="confirmed")
        accounts.confirm(doing.connection, account_id, by.account)
        doing.note(account=str(account_id), called=account.full_name, agency=account.agency)
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def disable(store: Store, by: By, account_id: UUID) -> UUID:
    """Take an account out of service and end its sessions at once; the entry."""
    _may_make(store, by, "account.disabled")
    with act(store, by, "account.disabled", alone=_user(store, account_id)) as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _makes(by, account.role, account.agency_id)
        if account.id == by.account:
            raise NotAllowed("somebody else disables your account", code="not-your-step")
        accounts.set_state(doing.connection, account_id, "disabled")
        accounts.end_all(doing.connection, account_id)
        subscriptions.end_of_account(doing.connection, account_id)
        doing.note(account=str(account_id))
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def change_role(store: Store, by: By, account_id: UUID, role: Role) -> UUID:
    """Give an account another duty; it waits for confirmation again, and its sessions end. The entry."""
    _may_make(store, by, "account.changed")
    with act(store, by, "account.changed", alone=_user(store, account_id)) as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _makes(by, account.role, account.agency_id)
        if Role.REPRESENTATIVE in {role, account.role}:
            raise NotAllowed("whoever speaks for an owner has an account of its own for that", code="not-your-step")
        _of_its_owner(doing.connection, role, account.agency_id, field="role")
        accounts.change(doing.connection, account_id, {"role": role.value})
        accounts.end_all(doing.connection, account_id)
        subscriptions.end_of_account(doing.connection, account_id)
        doing.note(account=str(account_id), role=role.value)
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def change_name(store: Store, by: By, account_id: UUID, full_name: str) -> UUID:
    """Give an account another full name, as after a marriage; it waits for confirmation again. The entry.

    The name goes into the entry of that confirmation, from which on the watch knows it.
    """
    _may_make(store, by, "account.renamed")
    with act(store, by, "account.renamed", alone=_user(store, account_id)) as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _makes(by, account.role, account.agency_id)
        accounts.change(doing.connection, account_id, {"full_name": full_name_of(full_name)})
        accounts.end_all(doing.connection, account_id)
        subscriptions.end_of_account(doing.connection, account_id)
        doing.note(account=str(account_id))
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def new_password(store: Store, by: By, account_id: UUID, password: str) -> UUID:
    """Give an account a new first password; the entry.

    It waits for confirmation again, so that no administrator slips into it.
    """
    _may_make(store, by, "account.password-set")
    with act(store, by, "account.password-set", alone=_user(store, account_id)) as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        _makes(by, account.role, account.agency_id)
        hashed_password = password_row(password)
        accounts.change(doing.connection, account_id, {"password_hash": hashed_password, "demo_password": False})
        accounts.end_all(doing.connection, account_id)
        subscriptions.end_of_account(doing.connection, account_id)
        doing.note(account=str(account_id))
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def set_shift(store: Store, by: By, account_id: UUID, shift: str) -> UUID:
    """Say which hours somebody of one's own owner works; empty for any. It decides when a look asks why; the entry."""
    with act(store, by, "account.shift-set") as doing:
        account = _there(accounts.by_id(doing.connection, account_id))
        if by.role not in SUPERVISORS or _owner(account) != by.works_for or account.id == by.account:
            raise NotAllowed("a shift is set by a supervisor of the same owner", code="not-your-step")
        if shift and shift not in tuple(Shift):
            raise BadInput(f"a shift is one of: {', '.join(Shift)}; or empty for any hour", field="shift")
        accounts.set_shift(doing.connection, account_id, shift or None)
        doing.note(account=str(account_id), shift=shift)
        doing.answer |= {"id": str(account_id)}
    return doing.entry()


def _user(store: Store, account_id: UUID) -> Sequence[tuple[Lock, int]]:
    """The lock of an account: whatever narrows it waits for its looks under way, and every later one sees it."""
    with store.transaction("pars_act") as connection:
        return [(Lock.USER, accounts.number_of(connection, account_id))]


def _may_make(store: Store, by: By, verb: str) -> None:
    """Refused for whoever changes no account at all, before it is looked for or locked."""
    with entitled(store, by, verb):
        if by.role not in {Role.ADMINISTRATOR, Role.REPRESENTATIVE}:
            raise NotAllowed("accounts are made and changed by an administrator", code="not-your-step")


def _makes(by: By, role: Role, agency_id: int) -> None:
    """Refused unless this is somebody who makes and changes accounts of that role."""
    if role is Role.REPRESENTATIVE:
        if by.role is not Role.REPRESENTATIVE or by.agency_id != agency_id:
            sentence = "an account that speaks for an owner is made and changed by a representative of that owner"
            raise NotAllowed(sentence, code="not-your-step")
    elif by.role is not Role.ADMINISTRATOR:
        raise NotAllowed("accounts are made and changed by an administrator", code="not-your-step")


def _of_its_owner(connection: Connection[TupleRow], role: Role, agency_id: int, *, field: str) -> None:
    """Refused for a duty that no agency of this owner has: no magistrate is of the police, and no analyst of the court.

    Whoever oversees or administers may be of any agency.
    """
    owner = next(owner for number, _, _, owner in accounts.agencies(connection) if number == agency_id)
    called, its = role.value.replace("-", " "), OWNER_OF[role]
    if its is not None and owner != its:
        raise BadInput(
            f"{called} is a duty of one owner alone, {its.value.replace('-', ' ')}: choose an agency of that owner, or"
            " another duty",
            field=field,
        )
    if role in OF_AN_OWNER and owner is None:
        raise BadInput(f"{called} is a duty of an owner: choose an agency of one, or another duty", field=field)
    if role in OF_NO_OWNER and owner is not None:
        raise BadInput(
            f"{called} is no duty of an owner: choose an agency that is none's, or another duty", field=field
        )


def _there(account: Account | None) -> Account:
    if account is None:
        raise NotThere("there is no such account")
    return account


def _owner(account: Account) -> Owner | None:
    return OWNER_OF[account.role] or account.owner
