"""An application that is really served while a block runs, by a server that stops as soon as nothing is left to do."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from types import ModuleType

import uvicorn
import uvicorn.server
from tests.waiting import PATIENCE_SECONDS, comes

OFTENER = 10
"""Uvicorn looks ten times a second whether it shall stop, idles a tenth in between, and looks as seldom whether all is
answered. Of an odd request's test that was a quarter; what a stop does, and in which order, is as it was."""


def _asyncio_of_short_naps() -> ModuleType:
    """What uvicorn's server sees as `asyncio`."""

    async def nap(seconds: float) -> None:
        await asyncio.sleep(seconds / OFTENER)

    seen = ModuleType("asyncio")
    seen.__dict__.update(asyncio.__dict__, sleep=nap)
    return seen


setattr(uvicorn.server, "asyncio", _asyncio_of_short_naps())  # noqa: B010 - no name that a module exports


@contextlib.contextmanager
def serving(config: uvicorn.Config) -> Iterator[uvicorn.Server]:
    """Serve in a thread beside the block, from when it answers until it has stopped."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert comes(lambda: server.started, every=0.005)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
