"""Clients that ask without pause over kept-alive connections, each again as soon as it is answered.

Plain sockets and prepared bytes: what the clients themselves cost is taken from the machine that is measured.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_CODE = re.compile(rb'"code":"([a-z-]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """When something was asked and answered (monotonic seconds), with which status, and whether a record came.

    `code` is a refusal's; empty for an answer.
    """

    asked: float
    answered: float
    status: int
    shown: bool
    code: str = ""

    @property
    def ms(self) -> float:
        """How long it took."""
        return (self.answered - self.asked) * 1000


def post(path: str, token: str, body: object) -> bytes:
    """A request as it goes over the wire."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class _Client(asyncio.Protocol):
    def __init__(self, ask: Callable[[], bytes | None], heard: list[Answer], over: "asyncio.Future[None]") -> None:
        self._ask, self._heard, self._over = ask, heard, over
        self._got, self._asked = b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        question = self._ask()
        if question is None or not isinstance(self._transport, asyncio.WriteTransport):
            self._transport.close()
            return
        self._asked = time.monotonic()
        self._transport.write(question)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, ended, body = self._got.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not ended or length is None or len(body) < int(length[1]):
            return
        shown = b'"record":' in body and b'"record":null' not in body
        code = _CODE.search(body) if head[9:12] != b"200" else None
        said = code[1].decode() if code else ""
        self._heard.append(Answer(self._asked, time.monotonic(), int(head[9:12]), shown, said))
        self._got = b""
        self._next()

    def connection_lost(self, _: Exception | None) -> None:
        if not self._over.done():
            self._over.set_result(None)


async def ask(ports: Sequence[int], clients: int, question: Callable[[], bytes | None], heard: list[Answer]) -> None:
    """Ask with so many clients, spread over the ports, until there is no further question; `heard` grows meanwhile."""
    loop = asyncio.get_running_loop()
    over = []
    for port, _ in zip(cycle(ports), range(clients), strict=False):
        done: asyncio.Future[None] = loop.create_future()
        await loop.create_connection(lambda done=done: _Client(question, heard, done), "127.0.0.1", port)  # type: ignore[misc] # bound now
        over.append(done)
    await asyncio.gather(*over)


def ask_for(ports: Sequence[int], clients: int, questions: Sequence[bytes], seconds: float) -> list[Answer]:
    """Ask these questions in turn for so long; a second, at most, is for warming up and not counted.

    Before that each client asks once, however long it takes: connections are opened and terms compiled meanwhile.
    """
    turn, heard = cycle(questions), list[Answer]()
    first = iter(questions[place % len(questions)] for place in range(clients))
    asyncio.run(ask(ports, clients, lambda: next(first, None), []))
    warm = time.monotonic() + min(1.0, seconds / 4)
    until = warm + seconds
    asyncio.run(ask(ports, clients, lambda: next(turn) if time.monotonic() < until else None, heard))
    return [one for one in heard if one.asked >= warm]
