"""The hidden-field suite: two worlds that differ only in what an outsider may not see answer it byte for byte alike.

One world is plain. The other holds what may not be seen besides: a sealed record, another value in a withheld column,
an event that concerns the outsider in no way. Everything that an outsider can send goes to both, in the same order,
over a real socket; the whole raw answers are compared, status line, headers, framing and body. Where they part, there
is a leak, and it has the name of what was sent.

To point the suite at another system, write an adapter (`Subject`):

* make its worlds: each a served installation of its own (`World` is a port of this machine) with the same accounts and
  the same records that the outsider may see; then plant the hidden ones in one of them. `World.happens` is called in
  the middle of an open stream and does something hidden in the world that has it, nothing in the other;
* `scripts` says how each attack of `ATTACKS` is written in that system, as a script: it is handed a world, sends
  requests (`request`, `World.send`, `World.stream`), and yields what came back. Its name begins with the attack's:
  `"filter: by a withheld column"`. An attack that cannot be written there stands in `without`, with the reason;
* `blank` overwrites what rightly differs from answer to answer (a date, a receipt's random values) with signs of the
  same number. Whatever it does not overwrite is compared, lengths included.

`leaks(subject, plain, other)` then names what leaks. `leaky.py` is such an adapter for a small filterable interface
over a table, of the kind that generated interfaces are; the tests show that the suite names its leaks one by one.
"""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import uvicorn
from starlette.types import ASGIApp
from tests.ports import free_port

ATTACKS: Final = (
    "ask",
    "filter",
    "sort",
    "alias",
    "extra key",
    "withheld search",
    "wildcard",
    "error text",
    "duplicate key",
    "duplicate parameter",
    "count",
    "gap",
    "conditional",
    "range",
    "quota",
    "replay",
    "negotiation",
    "override",
    "event",
    "own log",
    "outcome",
    "conflict",
)
"""What an outsider may try. Size and headers are part of every comparison; time is measured apart."""

SETTLES_SECONDS: Final = 0.2
STREAM_SECONDS: Final = 0.7
_PATIENCE_SECONDS: Final = 120.0


def request(method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """A request as it goes over the wire; the connection is closed after its answer, so that the answer is whole."""
    lines = [f"{method} {target} HTTP/1.1", "Host: subject", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method in {"POST", "PUT", "PATCH"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class World:
    """A served installation, and what happens in it unseen."""

    port: int
    happens: Callable[[], None] = lambda: None

    def send(self, raw: bytes) -> bytes:
        """Everything that came back until the connection was closed."""
        with socket.create_connection(("127.0.0.1", self.port), _PATIENCE_SECONDS) as wire:
            wire.sendall(raw)
            return b"".join(iter(lambda: wire.recv(65_536), b""))

    def stream(self, raw: bytes) -> bytes:
        """What an open stream said, before and after something happened that does not concern it."""
        with socket.create_connection(("127.0.0.1", self.port), _PATIENCE_SECONDS) as wire:
            wire.sendall(raw)
            said = wire.recv(65_536)
            time.sleep(SETTLES_SECONDS)
            self.happens()
            wire.settimeout(0.1)
            until = time.monotonic() + STREAM_SECONDS
            while time.monotonic() < until:
                with contextlib.suppress(TimeoutError):
                    if not (more := wire.recv(65_536)):
                        break
                    said += more
            return said


Script: TypeAlias = Callable[[World], Iterator[bytes]]
Said: TypeAlias = Mapping[str, Sequence[bytes]]
"""What a world answered to each script."""


class Subject(Protocol):
    """A system under test, seen as an outsider sees it."""

    @property
    def scripts(self) -> Mapping[str, Script]:
        """How each attack is written here, by a name that begins with the attack's."""

    @property
    def without(self) -> Mapping[str, str]:
        """Attacks that cannot be written here, with the reason."""

    def blank(self, answer: bytes) -> bytes:
        """An answer with what rightly differs overwritten, each value by as many signs."""


def untried(subject: Subject) -> set[str]:
    """Attacks that the adapter neither writes nor explains away."""
    return set(ATTACKS) - {name.partition(":")[0] for name in subject.scripts} - set(subject.without)


def leaks(subject: Subject, plain: World, other: World) -> dict[str, str]:
    """The scripts that two worlds answer differently, each with where the answers part. Each world is asked once."""
    return parted(said_in(subject, plain), said_in(subject, other))


def parted(one: Said, other: Said) -> dict[str, str]:
    """The scripts whose answers differ between two worlds that were asked the same."""
    return {name: told for name in one if (told := difference(one[name], other[name]))}


def said_in(subject: Subject, world: World) -> Said:
    """What a world answers to every script, in their order, without what rightly differs."""
    return {name: [subject.blank(answer) for answer in script(world)] for name, script in subject.scripts.items()}


def difference(one: Sequence[bytes], two: Sequence[bytes]) -> str:
    """Where two rows of answers part; empty when they are the same."""
    if len(one) != len(two):
        return f"{len(one)} answers against {len(two)}"
    for place, (left, right) in enumerate(zip(one, two, strict=True)):
        if left != right:
            at = next(
                (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(map(len, (left, right)))
            )
            around = slice(max(0, at - 40), at + 40)
            sizes = f"{len(left)} and {len(right)} long"
            return f"answer {place}, byte {at}, {sizes}: {left[around]!r} against {right[around]!r}"
    return ""


@contextlib.contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve an application on a free port, as `pars serve` does; its port."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_config=None, server_header=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + _PATIENCE_SECONDS
    while not server.started:
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
