"""What a page gives its script to keep forms while the network is away (ADR 0029, ADR 0037), and what makes one act."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from pars.actions.acting import By, Once
from pars.store.database import Store

NOT_SAID = frozenset({"form_key", "once"})
"""Fields of a form that say nothing of what was typed."""
STAMPED = frozenset({"happened_on", "happened_at"})
"""Fields that the script fills when it keeps a form: one whose answer was lost comes with them the second time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """For pages of one account's own session: the key that seals what waits, whose it is, and a new form's own key."""

    key: str = field(repr=False)
    of: str
    once: str


def waiting(store: Store, by: By) -> Waiting:
    """What a page of somebody's session is given."""
    whose = str(by.account)
    key = store.keys.index(whose, "web.waiting").hex()
    return Waiting(key, store.keys.index(whose, "web.waiting.whose").hex()[:16], secrets.token_urlsafe(12))


def once(store: Store, by: By, what: str, fields: Mapping[str, str]) -> By:
    """Whoever sends a form that carries a key of its own: a second sending is answered as the first."""
    key = fields.get("once")
    if not key:
        return by
    said = sorted((name, value) for name, value in fields.items() if name not in NOT_SAID | STAMPED)
    whole = sha256(repr(said).encode()).hexdigest()
    return replace(by, once=Once(f"{what}:{key[:60]}", store.keys.index(whole, "house.answered.question")))
