"""HTTP that asks somebody's log for its files: one connection, nothing followed, nothing believed."""

import http.client
import ssl
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from pars.errors import BadInput, NotThere, Unavailable

WAITS: Final = 20.0
"""Seconds that a log has to answer each request."""
MOST_BYTES: Final = 256 * (65_535 + 2)
"""The longest file that a log has: a full bundle of the longest entries."""
_TRIES: Final = 3


class Fetched:
    """A log at an address, as files by their paths below it."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname or "", parts.port
            url.encode("ascii")
        except ValueError as cause:
            raise BadInput("this is no address of a log", code="not-a-log") from cause
        if parts.scheme not in {"http", "https"} or not self._host or parts.query or parts.fragment or parts.username:
            raise BadInput("the address of a log is http(s)://host[:port]/path and nothing else", code="not-a-log")
        self._tls = parts.scheme == "https"
        self._base = parts.path.rstrip("/")
        self._url = url.rstrip("/")
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        """Connects with the first file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Close the connection."""
        self._close()

    def __call__(self, path: str) -> bytes:
        """One file; `NotThere` when the log has none by that path, another refusal when it does not answer."""
        for rest in reversed(range(_TRIES)):
            try:
                return self._get(path)
            except (OSError, http.client.HTTPException, ValueError) as cause:
                self._close()
                if not rest:
                    raise Unavailable(f"the log did not answer for {path}", code="no-answer") from cause
        raise Unavailable(f"the log did not answer for {path}", code="no-answer")

    def _get(self, path: str) -> bytes:
        if self._connection is None:
            self._connection = (
                http.client.HTTPSConnection(self._host, self._port, timeout=WAITS, context=ssl.create_default_context())
                if self._tls
                else http.client.HTTPConnection(self._host, self._port, timeout=WAITS)
            )
        self._connection.request("GET", f"{self._base}/{path}", headers={"Accept-Encoding": "identity"})
        answer = self._connection.getresponse()
        body = answer.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            self._close()
            raise BadInput(f"what the log sends for {path} is longer than any file of a log", code="too-long")
        if answer.status in {http.client.NOT_FOUND, http.client.GONE}:
            raise NotThere(f"{path} of {self._url} is missing", code="missing")
        if answer.status != http.client.OK:
            raise Unavailable(f"the log answers {answer.status} for {path}", code="no-answer")
        return body

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
