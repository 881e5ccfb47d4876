"""Forms that came while their writer's screen was locked or the session was over: nothing of them is done.

Each is kept as half-typed forms are: sealed, for its writer alone, for a day (ADR 0049). A form whose page keeps what
is half typed goes back into that page; any other stands on a page of its own, from which its writer sends it or throws
it away. Its own key and version go with it, so that what was done already is not done twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from pars.actions import drafts as half_typed
from pars.actions.acting import By
from pars.clock import now
from pars.store import drafts
from pars.store.database import Store

MOST: Final = 10
"""So many forms of one account are kept; whoever stands before a locked screen fills no table by sending more."""
MOST_PAGES: Final = 50
"""Into so many pages of one account something is put back, with those that are half typed: the same, for steps."""
SENT_AT: Final = "_sent_at"
"""Beside the fields of a form that went back into its page: when it was sent, in the city's time."""


class _Form(msgspec.Struct, frozen=True):
    address: str
    fields: dict[str, str]
    again: dict[str, str]
    sent_at: datetime
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form that was not taken. `refused_at`: when it was sent again and refused, None while it was not.

    `again` are the kinds of the fields that are not kept, files and passwords, by their names.
    """

    ticket: str
    address: str
    fields: Mapping[str, str]
    again: Mapping[str, str]
    sent_at: datetime
    refused_at: datetime | None


def _place(by: By, form: str) -> str:
    return f"house.draft.unsent:{by.account}:{form}"


def put_back(store: Store, by: By, page: str, fields: Mapping[str, str]) -> bool:
    """Keep a form in its own page, which keeps what is half typed; False when that is one page too many."""
    sealed = half_typed.sealed_for(store, by, page, {**fields, SENT_AT: now().isoformat()})
    with store.transaction("pars_act") as connection:
        drafts.one_at_a_time(connection, by.account)
        if drafts.pages(connection, by.account, page) >= MOST_PAGES:
            return False
        drafts.put(connection, by.account, page, sealed)
    return True


def keep(store: Store, by: By, address: str, fields: Mapping[str, str], again: Mapping[str, str]) -> bool:
    """Keep any other form, with the address that it was sent to; False when it is too long, or one too many."""
    one = _Form(address, dict(fields), dict(again), now())
    if len(msgspec.json.encode(one)) > half_typed.MOST_BYTES:
        return False
    form = drafts.UNSENT + _ticket(store, by, address, fields)
    with store.transaction("pars_act") as connection:
        drafts.one_at_a_time(connection, by.account)
        known = dict(drafts.unsent(connection, by.account))
        if form in known:  # as it was sent first, at that time
            one = msgspec.structs.replace(_opened(store, by, form, known[form]), refused_at=None)
        elif len(known) >= MOST:
            return False
        drafts.put(connection, by.account, form, _sealed(store, by, form, one))
    return True


def _ticket(store: Store, by: By, address: str, fields: Mapping[str, str]) -> str:
    """The same for the same form, by its own key if it has one, so that one which is sent three times is kept once."""
    said = fields.get("once") or sorted(fields.items())
    whole = msgspec.json.encode((str(by.account), address, said))
    return store.keys.index(whole.decode(), "house.draft.unsent").hex()[:24]


def waiting(store: Store, by: By) -> Sequence[Unsent]:
    """What somebody sent and was not taken, the oldest first."""
    with store.transaction("pars_act") as connection:
        rows = drafts.unsent(connection, by.account)
    found = [(form, _opened(store, by, form, sealed)) for form, sealed in rows]
    return [
        Unsent(form.removeprefix(drafts.UNSENT), one.address, one.fields, one.again, one.sent_at, one.refused_at)
        for form, one in found
    ]


def _sealed(store: Store, by: By, form: str, one: _Form) -> bytes:
    return store.keys.seal(msgspec.json.encode(one), _place(by, form))


def _opened(store: Store, by: By, form: str, sealed: bytes) -> _Form:
    return msgspec.json.decode(store.keys.open(sealed, _place(by, form)), type=_Form)


def waits(store: Store, by: By) -> bool:
    """Whether there is one that its writer has not sent again."""
    return any(one.refused_at is None for one in waiting(store, by))


def forget(store: Store, by: By, ticket: str) -> None:
    """It was taken, or its writer throws it away."""
    with store.transaction("pars_act") as connection:
        drafts.drop(connection, by.account, drafts.UNSENT + ticket)


def refused(store: Store, by: By, ticket: str) -> None:
    """It was sent again and refused; it stays, and says so."""
    form = drafts.UNSENT + ticket
    with store.transaction("pars_act") as connection:
        sealed = drafts.get(connection, by.account, form)
        if sealed is None:
            return
        marked = msgspec.structs.replace(_opened(store, by, form, sealed), refused_at=now())
        drafts.mark(connection, by.account, form, _sealed(store, by, form, marked))
