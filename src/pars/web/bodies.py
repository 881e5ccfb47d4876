"""JSON bodies, read so that each name stands once in each object, at any depth.

Of two values for one name this program would take the last, and whatever stands in front of it, or reads its log, might
take the first: somebody could be asked about under another case than the one that was seen.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

TWICE: Final = "a name stands twice"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise json.JSONDecodeError(TWICE, "", 0)
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_each_once)


def read(body: bytes) -> Any:  # noqa: ANN401 - what JSON may hold; the route's own shape comes next
    """A JSON body; refused like one that is no JSON when an object in it says a name twice."""
    return _DECODER.decode(body.decode(json.detect_encoding(body), "surrogatepass"))


class _Asked(Request):
    async def json(self) -> Any:  # noqa: ANN401 - the framework's own
        """The body as the framework reads it, once for all who ask for it."""
        if not hasattr(self, "_json"):
            self._json = read(await self.body())
        return self._json


class Route(APIRoute):
    """A route for programs: every body that it takes is read here."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, given a request that reads its body so."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(_Asked(request.scope, request.receive))

        return handle
