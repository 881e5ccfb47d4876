"""After a breach: whose data an account was shown or found between two instants, from the ledger alone.

The list says what the doors gave. Whoever read past them, as superuser or from a copied disk, is in no list (T26).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pars.actions.acting import By, act
from pars.errors import BadInput, NotAllowed, NotThere
from pars.ledger.entry import Private, arrests_in
from pars.record.roles import Role
from pars.store import accounts, arrests, details, entered
from pars.store.database import Store

WORDS_WARNED = "words.warned"


@dataclass(frozen=True, slots=True)
class Reached:
    """One arrest that the account was shown: its number, None for a child's or one that is erased; when, and what."""

    arrest: UUID
    number: int | None
    first: datetime
    last: datetime
    times: int
    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Breach:
    """Whose data an account reached, out of how many entries; `closed` are entries whose private part is erased."""

    sign_in: str
    since: datetime
    until: datetime
    reached: Sequence[Reached] = field(repr=False)
    entries: int
    closed: int
    entry: UUID


def reached_by(store: Store, by: By, sign_in: str, since: datetime | None, until: datetime | None) -> Breach:
    """Whose data an account could read between two instants; for the privacy officer alone, with an entry."""
    with act(store, by, "breach.listed") as doing:
        if by.role is not Role.PRIVACY_OFFICER:
            raise NotAllowed("this list is the privacy officer's", code="no-duty")
        if since is None or until is None or since >= until:
            raise BadInput("give both days and times, the first before the last", field="since")
        account = accounts.by_sign_in(doing.connection, sign_in.strip().lower())
        if account is None:
            raise NotThere("there is no account with that sign-in name")
        doing.note(account=str(account.id), since=since.isoformat(), until=until.isoformat())
    with store.transaction("pars_ledger") as connection:
        nonces = entered.nonces_of(connection, account.id, since, until)
        private = details.open_all(connection, store.keys, nonces)
    found = _found({nonce: part for nonce, part in private.items() if part.at is not None})
    with store.transaction("pars_act") as connection:
        numbers = arrests.numbers(connection, list(found))
    rows = [_reached(arrest, numbers.get(arrest), looks) for arrest, looks in found.items()]
    rows.sort(key=lambda one: (one.first, str(one.arrest)))
    return Breach(account.sign_in, since, until, rows, len(nonces), len(nonces) - len(private), doing.entry())


def _found(private: Mapping[UUID, Private]) -> Mapping[UUID, list[Private]]:
    """The entries that showed or named each arrest."""
    found: dict[UUID, list[Private]] = {}
    for part in private.values():
        if part.verb.endswith(".refused"):
            continue
        for one in arrests_in(part):
            found.setdefault(UUID(one), []).append(part)
    return found


def _reached(arrest: UUID, number: int | None, looks: Sequence[Private]) -> Reached:
    parts: set[str] = set()
    for look in looks:
        said = look.details.get("parts") or look.details.get("fields") or [look.verb]
        parts |= {str(one) for one in said} if isinstance(said, list) else {str(said)}
    times = [look.at for look in looks if look.at is not None]
    return Reached(arrest, number, min(times), max(times), len(looks), sorted(parts))


def warn(store: Store, by: By) -> None:
    """Enter that a text spoke of status or origin and its writer was warned, and no word of it: it is counted."""
    with act(store, by, WORDS_WARNED):
        pass


def warnings_by_month(store: Store, by: By) -> Sequence[tuple[datetime, int]]:
    """How often writers were warned, by month, newest first; for the privacy officer."""
    with act(store, by, "words.counted") as doing:
        if by.role is not Role.PRIVACY_OFFICER:
            raise NotAllowed("this count is the privacy officer's", code="no-duty")
        return entered.by_month(doing.connection, WORDS_WARNED)
