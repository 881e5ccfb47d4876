"""An application that is really served, and its streams of events, read as a client reads them."""

import contextlib
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

import uvicorn
from fastapi import FastAPI
from tests.ports import free_port
from tests.serving import serving
from tests.waiting import PATIENCE_SECONDS


@contextlib.contextmanager
def served(application: FastAPI) -> Iterator[int]:
    """The port at which an application is served while the block runs."""
    port = free_port()
    with serving(uvicorn.Config(application, port=port, log_config=None, timeout_graceful_shutdown=1)):
        yield port


class Stream:
    """An open stream."""

    def __init__(self, port: int, path: str, credential: Mapping[str, str], last: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        more = {"Last-Event-ID": last} if last else {}
        self._connection.request("GET", path, headers={**credential, **more})
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        """Be closed when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """The client goes away."""
        self.close()

    def line(self) -> str | None:
        """The next line, without its end; None when the stream was closed."""
        raw = self._answer.readline()
        if not raw:
            return None
        self.lines.append(raw.decode().rstrip("\n"))
        return self.lines[-1]

    def event(self) -> tuple[str, dict[str, Any]] | None:
        """The next event's id and data; None when the stream was closed."""
        name = ""
        while (line := self.line()) is not None:
            if line.startswith("id: "):
                name = line[4:]
            if line.startswith("data: "):
                return name, json.loads(line[6:])
        return None

    def close(self) -> None:
        """The client goes away."""
        self._answer.close()
        self._connection.close()
