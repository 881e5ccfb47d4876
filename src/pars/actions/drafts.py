"""Half-typed forms: kept sealed for their writer, through a lock, a crash, and on another terminal."""

from collections.abc import Mapping
from typing import Final

import msgspec

from pars.actions.acting import By
from pars.errors import TooLarge
from pars.store import drafts
from pars.store.database import Store

MOST_BYTES = 100_000
WINDOW: Final = "_window"
"""Beside the fields of a form: the window that kept it, by a name that it drew itself, and when by its clock."""


def _place(by: By, form: str) -> str:
    return f"house.draft:{by.account}:{form}"


def save(store: Store, by: By, form: str, fields: Mapping[str, str]) -> None:
    """Keep what stands in a form; `form` is the page's path, which names no person."""
    sealed = sealed_for(store, by, form, fields)
    with store.transaction("pars_act") as connection:
        drafts.put(connection, by.account, form, sealed)


def sealed_for(store: Store, by: By, form: str, fields: Mapping[str, str]) -> bytes:
    """What is kept of a form in its page, for its writer alone; refused when it is too long."""
    plain = msgspec.json.encode(fields)
    if len(plain) > MOST_BYTES:
        raise TooLarge("this form is too long to keep half typed; send it")
    return store.keys.seal(plain, _place(by, form))


def half_typed(store: Store, by: By, form: str) -> dict[str, str]:
    """What was typed into a form before; empty when there is nothing."""
    with store.transaction("pars_act") as connection:
        sealed = drafts.get(connection, by.account, form)
    return _opened(store, by, form, sealed) if sealed else {}


def _opened(store: Store, by: By, form: str, sealed: bytes) -> dict[str, str]:
    return msgspec.json.decode(store.keys.open(sealed, _place(by, form)), type=dict[str, str])


def done(store: Store, by: By, form: str, *, once: str | None = None) -> None:
    """The form was sent; nothing of the draft is kept. `once`: unless it is the draft of a form with another key."""
    with store.transaction("pars_act") as connection:
        if once is None:
            drafts.drop(connection, by.account, form)
            return
        sealed = drafts.get(connection, by.account, form)
        if sealed and _opened(store, by, form, sealed).get("once", once) == once:
            drafts.drop(connection, by.account, form, as_kept=sealed)


def left_at(store: Store, by: By) -> str | None:
    """The page with the newest half-typed form of this person."""
    with store.transaction("pars_act") as connection:
        return drafts.newest(connection, by.account)
