"""Signing in, locking, switching and signing out; and who may unlock whom.

Argon2id; opaque tokens kept only as hashes and tied to role and agency; five wrong passwords in a quarter of an hour
lock the account (CJIS AC-7), for whoever holds a session of it too, until somebody else unlocks it, a supervisor of its
agency, or a representative where it has none; half an hour without use locks the session (AC-11) and keeps the
half-typed form.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Final
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act, entitled, refuse
from pars.clock import city_day, real_now
from pars.errors import BadInput, NotAllowed, NotSignedIn, NotThere
from pars.record.roles import SUPERVISORS, Role
from pars.sharing.duty import Shift
from pars.store import accounts
from pars.store.accounts import Account
from pars.store.database import Store

IDLE = timedelta(minutes=30)
TRIES = 5
SHORTEST_PASSWORD = 12
TRIES_WITHIN = timedelta(minutes=15)
FORMS_OUTLIVE = timedelta(days=1)
"""For how long a page of a session that is over can still send a form that is kept for its writer."""
LARGE_SCREEN_GOES_ON: Final = timedelta(hours=12)
"""For how long a large screen goes on without a use of its session, locked or not: as long as anybody is on shift."""
_TOUCH_EVERY = timedelta(seconds=30)

# OWASP's second parameter set: 19 MiB, two passes. At most two at once: a burst of sign-ins cannot take the memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = BoundedSemaphore(2)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))

WRONG = "that sign-in name and password do not belong together"
WRONG_OF_ONE = "that is not the password of this account; type it again"
"""What whoever holds a session is told: the name was not asked for."""
REFUSED = f"{WRONG}; after five wrong passwords an account is locked until a supervisor or a representative unlocks it"
"""What a stranger is told whatever it was that did not fit: neither which names there are nor which word was right."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as a request sees it. `form_key` stands in every form of it and is checked when it comes back.

    `idle` is for how long nobody has used it.
    """

    by: By
    form_key: str
    locked: bool
    kind: str
    idle: timedelta


def hashed(password: str) -> str:
    """The Argon2id string of a password."""
    with _at_once:
        return _hasher.hash(password)


def password_row(password: str) -> str:
    """The hash of a password; refused when it is too short."""
    if not SHORTEST_PASSWORD <= len(password) <= 200:  # noqa: PLR2004 - what the form takes
        raise BadInput(f"a password has at least {SHORTEST_PASSWORD} characters", field="password")
    return hashed(password)


def _right(stored: str, password: str) -> bool:
    """Whether it is the password; the same work where there is none, so that no time says at whose name nobody sits."""
    with _at_once:
        try:
            return _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _by(account: Account, since: datetime | None = None) -> By:
    return By(
        account=account.id,
        sign_in=account.sign_in,
        full_name=account.full_name,
        role=account.role,
        agency_id=account.agency_id,
        agency=account.agency,
        owner=account.owner,
        site=account.site,
        badge=account.badge,
        confirmed=account.confirmed_by is not None,
        unit=account.unit,
        since=since,
        shift=Shift(account.shift) if account.shift else None,
    )


def sign_in(store: Store, name: str, password: str, *, kind: str = "browser", demo_allowed: bool = False) -> str:
    """A new session's token for the right password.

    The same words, after the same work, for a name that there is not, a wrong password, and any password of an account
    that is locked: whoever guesses learns neither that a name is there nor, after the lock, which word is right.
    """
    with store.transaction("pars_act") as connection:
        account = accounts.by_sign_in(connection, name.strip().lower())
    if account is None or account.state != "active":
        _right(account.hashed if account else accounts.NO_PASSWORD, password)
        refuse(store, None, "session.started", NotSignedIn(WRONG))
        raise NotSignedIn(REFUSED)
    try:
        _checked(store, account, password, "session.started")
    except NotSignedIn as refusal:
        raise NotSignedIn(REFUSED) from refusal
    with entitled(store, _by(account), "session.started"):
        _not_lapsed(account)
        if account.demo_password and not demo_allowed:
            asks = "this account still has a demonstration password; ask the administrator for a real one"
            raise NotSignedIn(asks, code="demo-password")
    token = secrets.token_urlsafe(32)
    with act(store, None, "session.started") as doing:
        if not accounts.forget_tries(doing.connection, account.id):
            raise NotSignedIn(REFUSED, code="locked")
        accounts.start_session(
            doing.connection, token_hash=_key(token), account=account.id, kind=kind, form_key=secrets.token_urlsafe(16)
        )
        doing.note(account=str(account.id), kind=kind)
    return token


def _not_lapsed(account: Account) -> None:
    """Refused once training, certification or the yearly review is over; a supervisor's new date opens it again."""
    if account.open_until is not None and account.open_until < city_day(real_now()):
        raise NotSignedIn(
            "this account is closed: its training, certification or yearly review has lapsed; ask your supervisor",
            code="lapsed",
        )


def _checked(store: Store, account: Account, password: str, verb: str) -> None:
    """Refused when the account is locked, whatever the password; and when it is wrong, which is counted.

    The password is worked on in either case: the time it takes tells nobody that an account is locked.
    """
    right = _right(account.hashed, password)
    locked = account.locked_at is not None
    if right and not locked:
        return
    if not locked:
        with store.transaction("pars_act") as connection:
            locked = accounts.bad_try(connection, account.id, TRIES_WITHIN) >= TRIES
            if locked:
                accounts.set_locked(connection, account.id, locked=True)
    refusal = NotSignedIn(_locked(account), code="locked") if locked else NotSignedIn(WRONG_OF_ONE, code="wrong")
    refuse(store, _by(account), verb, refusal)
    raise refusal


def _locked(account: Account) -> str:
    return f"this account is locked after wrong passwords; it is unlocked by {_unlocker(account)}"


def _by_representative(account: Account) -> bool:
    """Whether a representative unlocks it: one of their own, or one of an agency that has no supervisor here."""
    return account.role is Role.REPRESENTATIVE or account.owner is None


def _unlocker(account: Account) -> str:
    """Who unlocks an account; no administrator does."""
    return "a representative of any owner" if _by_representative(account) else "a supervisor of the same agency"


def may_unlock(by: By, account: Account) -> bool:
    """Whether somebody may unlock an account; nobody their own, or whoever holds their session guesses on."""
    supervises = by.role in SUPERVISORS and account.agency_id == by.agency_id
    unlocks = by.role is Role.REPRESENTATIVE if _by_representative(account) else supervises
    return unlocks and account.id != by.account


def who(store: Store, token: str, *, used: bool = True) -> SignedIn:
    """Whose token this is. Refused when it is unknown or ended; locked when unused for half an hour.

    `used` says that a person did something; an open page that asks by itself is no use, and does not keep it open.
    """
    with store.glance("pars_act") as connection:
        found = accounts.signed_in(connection, _key(token))
        if found is None or found[1].state != "active":
            raise NotSignedIn("you are not signed in")
        _not_lapsed(found[1])
        session, account = found
        idle = real_now() - session.seen_at
        locked = session.locked_at is not None
        if not locked and session.kind == "browser" and idle > IDLE:
            accounts.lock(connection, _key(token))
            locked = True
        elif used and not locked and idle > _TOUCH_EVERY:
            accounts.touch(connection, _key(token))
    return SignedIn(_by(account, session.started_at), session.form_key, locked, session.kind, idle)


def whose_form(store: Store, token: str, form_key: str) -> By | None:
    """Who was given a form, by its key, though their session is locked by now or over. It lets nobody in.

    None when it is of no session, of one that has been over for a day, or of somebody else than who sits there now.
    """
    with store.glance("pars_act") as connection:
        writer = accounts.of_form(connection, form_key, FORMS_OUTLIVE)
        account = accounts.by_id(connection, writer) if writer else None
        here = accounts.session(connection, _key(token))
    if account is None or account.state != "active" or (here is not None and here.account != account.id):
        return None
    return _by(account)


def known(store: Store, name: str) -> By | None:
    """The account of a sign-in name, for a command that is run by whoever holds the data folder; None when unknown."""
    with store.transaction("pars_act") as connection:
        account = accounts.by_sign_in(connection, name.strip().lower())
    return _by(account) if account is not None and account.state == "active" else None


def in_the_name_of(connection: Connection[TupleRow], account_id: UUID, since: datetime) -> By | None:
    """Who asked for something at that moment, for what is done later in their name; None when out of service."""
    account = accounts.by_id(connection, account_id)
    if account is None or account.state != "active" or account.confirmed_by is None:
        return None
    return _by(account, since)


def lock(store: Store, token: str) -> None:
    """Lock the screen; the password opens it again, and the half-typed form is still there."""
    with act(store, None, "session.locked") as doing:
        session = accounts.session(doing.connection, _key(token))
        if session is None:
            raise NotSignedIn("you are not signed in")
        accounts.lock(doing.connection, _key(token))
        doing.note(account=str(session.account))


def unlock(store: Store, token: str, password: str) -> None:
    """Open a locked screen with the account's password; nobody guesses at it either."""
    with store.transaction("pars_act") as connection:
        session = accounts.session(connection, _key(token))
        account = accounts.by_id(connection, session.account) if session else None
    if account is None:
        raise NotSignedIn("you are not signed in")
    _checked(store, account, password, "session.unlocked")
    with act(store, None, "session.unlocked") as doing:
        if not accounts.forget_tries(doing.connection, account.id):
            raise NotSignedIn(_locked(account), code="locked")
        accounts.unlock(doing.connection, _key(token))
        doing.note(account=str(account.id))


def own_password(store: Store, token: str, former: str, chosen: str) -> None:
    """Choose another password of one's own; every other session of the account ends."""
    signed = who(store, token)
    with store.transaction("pars_act") as connection:
        account = accounts.by_id(connection, signed.by.account)
    if account is None:
        raise NotSignedIn("you are not signed in")
    _checked(store, account, former, "account.password-chosen")
    with act(store, signed.by, "account.password-chosen") as doing:
        if chosen == former:
            raise BadInput("choose another password than the one you have", field="chosen")
        if not accounts.forget_tries(doing.connection, account.id):
            raise NotSignedIn(_locked(account), code="locked")
        accounts.set_password(doing.connection, account.id, password_row(chosen))
        accounts.end_all(doing.connection, account.id, but=_key(token))


def sign_out(store: Store, token: str) -> None:
    """End the session."""
    signed = who(store, token)
    with act(store, signed.by, "session.ended") as doing:
        accounts.end(doing.connection, _key(token))


def unlock_account(store: Store, by: By, account_id: UUID) -> UUID:
    """A supervisor of the same agency unlocks an account, or a representative where there is none. The entry."""
    with act(store, by, "account.unlocked") as doing:
        account = accounts.by_id(doing.connection, account_id)
        if account is None:
            raise NotThere("there is no such account")
        if account.id == by.account:
            raise NotAllowed("nobody unlocks their own account; ask somebody else", code="not-your-step")
        if not may_unlock(by, account):
            raise NotAllowed(f"this account is unlocked by {_unlocker(account)}", code="not-your-step")
        accounts.set_locked(doing.connection, account.id, locked=False)
        accounts.forget_tries(doing.connection, account.id)
        doing.note(unlocked=str(account.id))
        doing.answer |= {"id": str(account.id)}
    return doing.entry()
