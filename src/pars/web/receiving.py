"""A small server that takes messages and says whether each one verifies: for trying out, on this machine alone."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final

from pars.errors import BadInput
from pars.web.signing import check

LARGEST: Final = 20_000_000
Heard = Callable[[str | None, str], None]
"""Told of each message: its name and body when it verifies, None and the reason when it does not."""


def server(secret: str, port: int, heard: Heard) -> HTTPServer:
    """A server that verifies each message before it answers 204; 400 for one that does not verify."""
    check_secret(secret)

    class Handler(BaseHTTPRequestHandler):
        """One message."""

        timeout = 10

        def do_POST(self) -> None:
            """Verify, tell, answer."""
            length = self.headers.get("Content-Length", "")
            known = length.isascii() and length.isdigit() and int(length) <= LARGEST
            body = self.rfile.read(int(length)) if known else b""
            try:
                name = check(
                    secret, {key.lower(): value for key, value in self.headers.items()}, body, int(time.time())
                )
            except BadInput as refusal:
                self._answer(400)
                heard(None, refusal.sentence)
            else:
                self._answer(204)
                heard(name, body.decode(errors="replace"))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """What came is told by `heard`, and by nobody else."""

    return HTTPServer(("127.0.0.1", port), Handler)


def check_secret(secret: str) -> None:
    """Refused when this is no secret of a webhook."""
    try:
        check(secret, {"webhook-id": "x", "webhook-timestamp": "0", "webhook-signature": "x"}, b"", 0)
    except BadInput as refusal:
        if refusal.field == "secret":
            raise
