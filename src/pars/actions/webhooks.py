"""Where a partner's messages go: an address that an owner registers, and the secret that signs them.

The secret is made here, sealed, and shown once. An address is https and a public name; in a demonstration it may be
this very machine, without TLS. Whether the name leads somewhere private is asked each time, when the message goes.
"""

import base64
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act
from pars.actions.agreements import representative
from pars.errors import BadInput, Conflicts, NotAllowed, NotThere
from pars.ledger.entry import Kind
from pars.record.roles import Role
from pars.store import accounts, installation
from pars.store import subscriptions as kept
from pars.store.database import Store
from pars.store.subscriptions import Webhook

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
LONGEST: Final = 500
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes and what signs it."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """An address that was registered; this is the only time that its secret is shown."""

    id: UUID
    secret: str = field(repr=False)
    entry: UUID


def register(store: Store, by: By, partner: str, url: str) -> Registered:
    """Register where a partner's messages go, in place of the address before."""
    new, secret = uuid4(), PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with act(store, by, "webhook.registered") as doing:
        owner = representative(by)
        agency_id = accounts.partner_named(doing.connection, partner)
        if agency_id is None:
            raise BadInput("no partner agency is registered by that name; ask an administrator", field="partner")
        demo = installation.installation(doing.connection).kind == "demo"
        host = checked(url, demo=demo)
        doing.publish(Kind.AGREEMENT, agency=partner, host=host, by=owner.value)
        sealed = store.keys.seal(secret.encode(), _place(new))
        if not kept.register_webhook(
            doing.connection, webhook=new, agency_id=agency_id, address=url, secret=sealed, by=by.account
        ):
            raise Conflicts(
                "somebody registered another address at the same moment: look at it, then register yours again",
                code="changed-meanwhile",
            )
        doing.answer |= {"id": str(new), "url": url, "secret": secret}
    return Registered(new, secret, doing.entry())


def checked(url: str, *, demo: bool) -> str:
    """The host of an address that may be registered; refused with one sentence otherwise."""
    wrong = BadInput(
        "an address is https:// with a public name, such as https://messages.example.gov/pars", field="url"
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if not plain or not host or port == 0 or parts.username is not None or parts.password is not None or parts.fragment:
        raise wrong
    if demo and host in LOOPBACK and parts.scheme in {"http", "https"}:
        return host
    if (
        parts.scheme != "https"
        or _is_number(host)
        or "." not in host.strip(".")
        or host.endswith((".local", ".internal"))
    ):
        raise wrong
    return host


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.replace(".", "").isdigit()
    return True


def _place(webhook: UUID) -> str:
    return f"sharing.webhook:{webhook}"


def address_of(store: Store, connection: Connection[TupleRow], agency_id: int) -> Address | None:
    """Where a partner's messages go now, with the secret that signs them."""
    one = kept.webhook_of(connection, agency_id)
    return Address(one.address, store.keys.open(one.secret, _place(one.id)).decode()) if one else None


def registered(store: Store, by: By) -> Sequence[Webhook]:
    """Every address that was registered, for the owners' representatives; without its secret."""
    with act(store, by, "webhooks.shown") as doing:
        representative(by)
        return [one._replace(secret=b"") for one in kept.webhooks(doing.connection)]


def end(store: Store, by: By, webhook: UUID) -> UUID:
    """Stop using an address; the entry."""
    with act(store, by, "webhook.ended") as doing:
        owner = representative(by)
        doing.publish(Kind.AGREEMENT, by=owner.value)
        if not kept.end_webhook(doing.connection, webhook):
            raise NotThere("there is no address in use by that number")
        doing.answer |= {"id": str(webhook)}
    return doing.entry()


@dataclass(frozen=True, slots=True)
class Test:
    """A message without any data, and where it goes."""

    message: UUID
    address: Address
    entry: UUID


def test(store: Store, by: By) -> Test:
    """A message without any data to one's own agency's address; it is sent by whoever called this."""
    message = uuid4()
    with act(store, by, "webhook.tested") as doing:
        if by.role is not Role.ANALYST:
            raise NotAllowed("messages are tested by partners' analysts", code="no-duty")
        address = address_of(store, doing.connection, by.agency_id)
        if address is None:
            raise Conflicts("no address is registered for your agency's messages; ask an owner", code="no-address")
        doing.answer |= {"id": str(message)}
    return Test(message, address, doing.entry())
