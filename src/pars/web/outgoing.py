"""HTTP that goes out: signed messages to a partner's registered address, and nothing else.

A message goes to the address that its name has at that moment, which must be a public one; a redirect is not followed;
what the partner answers is not read but for its status. What is told has left within two seconds of its entry, or not.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog

from pars.actions import telling
from pars.actions.notice_service import Message
from pars.actions.telling import Told
from pars.actions.webhooks import LOOPBACK, Address, Test
from pars.clock import real_now
from pars.errors import Conflicts, ParsError
from pars.store.database import Store
from pars.web.signing import headers

ANSWERS_WITHIN: Final = 5.0
"""Seconds that a partner has to say that it took a message."""
TAKEN: Final = range(200, 300)
PIECE: Final = 65_536
_NAT64, _SIX_TO_FOUR = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2002::/16")
_tests_at_once = threading.BoundedSemaphore(2)
log = structlog.get_logger("pars.outgoing")


class NotSent(Exception):
    """A message did not arrive; nobody learns more than that."""


def body_of(told: Told) -> bytes:
    """A told step as its message."""
    return msgspec.json.encode(
        {
            "type": "case.step",
            "data": {
                "subscription": str(told.subscription),
                "step": told.step,
                "receipt": told.answer.receipt,
                "record": told.answer.record,
                "withheld": told.answer.withheld,
            },
        }
    )


def name_of(message: UUID) -> str:
    """The name of a message: the same each time that it is tried, so that a partner acts on it once."""
    return f"msg_{message.hex}"


def deliver_next(store: Store, at: datetime | None = None, *, demo: bool) -> bool:
    """Try the message that has been due longest at that instant, real time; whether there was one."""
    moment = at or real_now()
    claimed = telling.claim(store, moment)
    if claimed is None:
        return False
    told = telling.tell(store, claimed.delivery)
    if told is None:
        telling.drop(store, claimed.delivery)
        return True
    taken = False
    if claimed.address is not None:
        with contextlib.suppress(NotSent):
            status = send(claimed.address, name_of(told.message), body_of(told), until=told.answer.until, demo=demo)
            taken = status in TAKEN
    telling.settle(store, claimed.delivery, moment, taken=taken)
    log.info("message tried", taken=taken)
    return True


def send_test(test: Test, *, demo: bool) -> int | None:
    """Send a message without any data; the status that came back, None when nothing did.

    A few at a time: somebody waits for each, and a partner's slow server must not take every desk's place.
    """
    if not _tests_at_once.acquire(blocking=False):
        raise Conflicts("other messages are being tried at this moment; try again in a few seconds", code="busy")
    body = msgspec.json.encode({"type": "test", "data": {}})
    try:
        return send(test.address, name_of(test.message), body, until=time.monotonic() + 2, demo=demo)
    except NotSent:
        return None
    finally:
        _tests_at_once.release()


def tell_service(message: Message, *, demo: bool) -> bool:
    """Tell the service of the court one notice; whether it took it."""
    body = msgspec.json.encode({"type": "victim.notice", "data": message.told})
    with contextlib.suppress(NotSent):
        return send(message.address, name_of(message.notice), body, until=time.monotonic() + 2, demo=demo) in TAKEN
    return False


def send(address: Address, name: str, body: bytes, *, until: float, demo: bool) -> int:
    """Send a signed message that has left before `until`, monotonic; the status that came back."""
    parts = urlsplit(address.url)
    connection = _Pinned(parts.hostname or "", parts.port, tls=parts.scheme == "https", until=until, demo=demo)
    try:
        signed = headers(address.secret, name, int(time.time()), body)
        connection.connect()
        _post(connection, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), signed, body, until)
        return _status(connection)
    except (OSError, http.client.HTTPException, ParsError, ValueError) as cause:
        raise NotSent from cause
    finally:
        connection.close()


def _post(
    connection: http.client.HTTPConnection, path: str, signed: Mapping[str, str], body: bytes, until: float
) -> None:
    """Send it in pieces, so that a partner who takes them slowly cannot stretch the time that an answer has."""
    connection.putrequest("POST", path, skip_accept_encoding=True)
    more = {"Content-Type": "application/json", "Content-Length": str(len(body)), "User-Agent": "PARS"}
    for header, value in {**signed, **more}.items():
        connection.putheader(header, value)
    connection.endheaders()
    for place in range(0, len(body), PIECE):
        connection.sock.settimeout(_left(until))
        connection.send(body[place : place + PIECE])


def _status(connection: http.client.HTTPConnection) -> int:
    """The status that comes back in time; a timer closes what answers a byte at a time."""
    sock = connection.sock
    sock.settimeout(ANSWERS_WITHIN)
    timer = threading.Timer(ANSWERS_WITHIN, lambda: _shut(sock))
    timer.start()
    try:
        return connection.getresponse().status
    finally:
        timer.cancel()


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NotSent
    return left


class _Pinned(http.client.HTTPConnection):
    """A connection to the number that was looked at, so that a name cannot lead elsewhere a moment later."""

    def __init__(self, host: str, port: int | None, *, tls: bool, until: float, demo: bool) -> None:
        super().__init__(host, port or (443 if tls else 80))
        self._tls, self._until, self._demo = tls, until, demo

    def connect(self) -> None:
        """Connect to the first number of the name, if every number of it may be reached."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        numbers = [str(one[4][0]) for one in found]
        if not numbers or not all(may_reach(number, self.host, demo=self._demo) for number in numbers):
            raise NotSent
        self.sock = socket.create_connection((numbers[0], self.port), _left(self._until))
        if self._tls:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def may_reach(number: str, host: str, *, demo: bool) -> bool:
    """Whether a message may go to that number: a public one, or this machine in a demonstration that names it."""
    address = ipaddress.ip_address(number)
    if demo and host in LOOPBACK:
        return address.is_loopback
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is not None:
            address = inner
        elif address in _NAT64 or address in _SIX_TO_FOUR or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def verdict(status: int | None) -> Mapping[str, object]:
    """What came of a test, for whoever asked for it."""
    return {"delivered": status in TAKEN if status is not None else False, "status": status}
