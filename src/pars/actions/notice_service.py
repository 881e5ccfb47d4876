"""The service by which victims are told: the court connects one, and what it may be told is a closed list (N13).

A notice goes when the court's notice desk sends it, by a look at the protected persons like any other. The service
learns whom to reach and when it is safe, of what, and the case's number; never the defendant's name, a charge, where
somebody is kept, an hour or a place. What it does not take stays owed, on the printed list.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from pars.actions import disclosure
from pars.actions.acting import By, act
from pars.actions.reporting import ProtectedPerson
from pars.actions.victims import NOTICE_DESK
from pars.actions.webhooks import PREFIX, SECRET_BYTES, Address, checked
from pars.errors import Conflicts, NotAllowed, NotThere
from pars.record.roles import Owner, Role
from pars.store import installation
from pars.store import protected as kept
from pars.store.database import Store
from pars.store.protected import Service

TELLS: Final = ("about", "case", "contact", "language", "name", "notice", "safe_hours")
"""All that the service is ever told; a test holds every message to it."""
SEES: Final = NOTICE_DESK | {Role.REPRESENTATIVE}
SENT: Final = "service"
"""How somebody was told whom the service reached."""


def _place(service: UUID) -> str:
    return f"protected.notice_service:{service}"


def _courts(by: By) -> None:
    if by.role is not Role.REPRESENTATIVE or by.owner is not Owner.COURT:
        raise NotAllowed("the service for notices is connected by the court's representative", code="not-your-step")


@dataclass(frozen=True, slots=True)
class Connected:
    """A service that was connected; this is the only time that its secret is shown."""

    id: UUID
    secret: str = field(repr=False)
    entry: UUID


def connect(store: Store, by: By, url: str) -> Connected:
    """Connect a service, in place of the one before; its secret is made here."""
    new, secret = uuid4(), PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with act(store, by, "notice-service.connected") as doing:
        _courts(by)
        host = checked(url, demo=installation.installation(doing.connection).kind == "demo")
        kept.end_service(doing.connection, doing.at)
        sealed = store.keys.seal(secret.encode(), _place(new))
        if not kept.connect_service(doing.connection, new, url, sealed, by.account):
            raise Conflicts(
                "somebody connected another service at the same moment: look at it, then connect yours again",
                code="changed-meanwhile",
            )
        doing.note(host=host)
        doing.answer |= {"id": str(new), "secret": secret}
    return Connected(new, secret, doing.entry())


def end(store: Store, by: By) -> UUID:
    """Stop telling the service anything; the entry."""
    with act(store, by, "notice-service.ended") as doing:
        _courts(by)
        if not kept.end_service(doing.connection, doing.at):
            raise NotThere("no service is connected")
    return doing.entry()


def connected(store: Store, by: By) -> Service | None:
    """The service that is connected, without its secret; for the owners' representatives and the notice desk."""
    with act(store, by, "notice-service.shown") as doing:
        if by.role not in SEES:
            raise NotAllowed("your duty has no access to the service for notices", code="no-duty")
        found = kept.service(doing.connection)
        return found._replace(secret=b"") if found else None


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as the service is told it, and where it goes."""

    notice: UUID
    address: Address
    told: Mapping[str, str] = field(repr=False)


def messages(store: Store, by: By, arrest_id: UUID, *, why: str | None = None) -> Sequence[Message]:
    """What the service is to be told of an arrest: each notice that is owed, by a look of the notice desk."""
    if by.role not in NOTICE_DESK:
        raise NotAllowed("notices to victims are given by the court's notice desk", code="no-duty")
    with store.transaction("pars_act") as connection:
        service = kept.service(connection)
        owed = [one for one in kept.of_arrest(connection, arrest_id) if one.told_at is None]
    if service is None:
        raise Conflicts("no service is connected; tell them from the list, or print their notice", code="no-service")
    address = Address(service.address, store.keys.open(service.secret, _place(service.id)).decode())
    held = disclosure.open_protected(store, by, arrest_id, why=why)
    people = {one.row: disclosure.read_sealed(one, ProtectedPerson) for one in held}
    return [
        Message(one.id, address, _told(one, people[one.person]))
        for one in owed
        if one.person in people and people[one.person].contact.strip()
    ]


def _told(notice: kept.Notice, whom: ProtectedPerson) -> Mapping[str, str]:
    return {
        "notice": str(notice.id),
        "about": notice.about,
        "case": str(notice.number),
        "name": f"{whom.given} {whom.surname}".strip(),
        "contact": whom.contact,
        "safe_hours": whom.safe_hours,
        "language": whom.language,
    }


def taken(store: Store, by: By, arrest_id: UUID, notice: UUID) -> UUID:
    """The service has taken a notice: it counts as told; the entry."""
    with act(store, by, "victim.told", arrest_id=arrest_id) as doing:
        if by.role not in NOTICE_DESK:
            raise NotAllowed("notices to victims are given by the court's notice desk", code="not-your-step")
        if not kept.told(doing.connection, notice, SENT, by.account, doing.at):
            raise Conflicts("this notice was given already", code="told")
        doing.note(way=SENT)
    return doing.entry()
