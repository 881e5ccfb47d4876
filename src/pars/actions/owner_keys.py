"""The owners' own signing keys: offered by their owner, confirmed by another owner's representative (T5)."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act, entitled
from pars.actions.agreements import representative
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.sharing.ed25519 import sound
from pars.store import agreements as kept
from pars.store.database import Store
from pars.store.locks import key_of


def keys(store: Store, by: By) -> Sequence[kept.Key]:
    """Every owner's keys, for the representatives."""
    with act(store, by, "keys.shown") as doing:
        representative(by)
        return kept.keys(doing.connection)


def key_named(text: str) -> UUID:
    """The number of a key, as a form sends it."""
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("choose the key that is confirmed", field="confirm") from None


def offer_key(store: Store, by: By, public_key: bytes) -> UUID:
    """Offer one's owner's signing key; it counts once another owner's representative has confirmed it."""
    with act(store, by, "key.offered") as doing:
        owner = representative(by)
        if not sound(public_key):
            raise BadInput("a signing key is an Ed25519 public key of 32 bytes", field="public_key")
        new = uuid4()
        if not kept.offer_key(doing.connection, new, owner, public_key, by.account):
            raise Conflicts("this key is known already", code="known-key")
        doing.publish(Kind.AGREEMENT, owner_of_key=owner.value, key=public_key.hex())
        doing.answer |= {"id": str(new)}
    return new


def confirm_key(store: Store, by: By, key_id: UUID) -> None:
    """Confirm the key that another owner offered: two owners make the ceremony (T5).

    It has the lock of that owner's key alone: a grant by the key before is entered before this, or refused after it.
    """
    with entitled(store, by, "key.confirmed"):
        owner = representative(by)
        with store.transaction("pars_act") as connection:
            offered = _waiting(connection, key_id)
        if offered.owner is owner:
            raise NotAllowed("a key is confirmed by another owner than the one who offers it", code="same-owner")
    with act(store, by, "key.confirmed", alone=[key_of(offered.owner)]) as doing:
        key = _waiting(doing.connection, key_id)
        doing.publish(Kind.AGREEMENT, owner_of_key=key.owner.value, key=key.public_key.hex(), by=owner.value)
        kept.confirm_key(doing.connection, key, by.account)
        doing.answer |= {"id": str(key.id)}


def _waiting(connection: Connection[TupleRow], key_id: UUID) -> kept.Key:
    key = next((one for one in kept.keys(connection) if one.id == key_id), None)
    if key is None or key.confirmed_at is not None:
        raise NotThere("there is no key that waits by that number")
    return key
