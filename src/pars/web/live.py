"""The stream of an open page: server-sent events that resume from `Last-Event-ID`."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from pars.actions.acting import By
from pars.actions.looking import allowed, outside_list
from pars.errors import BadInput, NotAllowed
from pars.record.identifiers import is_number
from pars.sharing.breakglass import TOLD
from pars.sharing.duty import VIEWS, View, say_why
from pars.web.asking import Listening, TheStore, still_here, token_of
from pars.web.hub import Hub, Message, Stream
from pars.web.pages import language_of

router = APIRouter(tags=["live"])
OPENINGS = "openings"
"""What a page without a list asks for instead of one."""
BEFORE_ALL = -1
BEAT_SECONDS = 10.0
"""How often a stream, busy or quiet, says that it is there and looks whether its session still stands."""


@router.get("/api/v1/live", responses={200: {"content": {"text/event-stream": {}}}})
async def listen(
    request: Request,
    store: TheStore,
    by: Listening,
    view: Annotated[str, Query(max_length=20)] = "board",
    since: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    last_event_id: Annotated[str | None, Header(max_length=30)] = None,
) -> StreamingResponse:
    """Changes of a list as they are committed: events `line`, `gone` and `reload`, each with its position as id.

    Besides, `openings` says what stands open by break-glass to those who are told of it; `view=openings` says that
    alone, and first of all as it stands now. A stream that ends is to be opened again from the last id.
    """
    wanted = None if view == OPENINGS else _list(by, view)
    if wanted is None and by.role not in TOLD:
        raise NotAllowed("your duty has no access to openings", code="no-duty")
    if last_event_id is not None and not is_number(last_event_id):
        raise BadInput("Last-Event-ID is a position, a whole number", field="Last-Event-ID")
    hub: Hub = request.app.state.hub
    position = int(last_event_id) if last_event_id else since
    resumed = wanted is not None and position is not None
    start = position if wanted else BEFORE_ALL
    stream = hub.open(by, wanted, language_of(request), start, catches_up=resumed or wanted is None)
    return StreamingResponse(
        _events(request, store, hub, stream, resumed=resumed),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _list(by: By, view: str) -> View:
    """The list that somebody may leave open without a word typed."""
    try:
        wanted = View(view)
    except ValueError:
        raise BadInput("there is no such list", field="view") from None
    if by.role not in VIEWS[wanted]:
        raise NotAllowed("your duty has no access to this list", code="no-duty")
    allowed(say_why(outside_list(by, wanted, city=False), None))
    return wanted


async def _events(
    request: Request, store: TheStore, hub: Hub, stream: Stream, *, resumed: bool
) -> AsyncIterator[bytes]:
    token = token_of(request)
    try:
        yield b"retry: 1000\n\n"
        if resumed and hub.behind(stream.position):
            yield Message("reload", stream.position, {}).encoded()
            return
        if resumed:
            await asyncio.to_thread(hub.missed, stream)
        if stream.view is None:
            await asyncio.to_thread(hub.openings, stream)
        beat_at = time.monotonic() + BEAT_SECONDS
        while True:
            try:
                message = await asyncio.wait_for(stream.queue.get(), beat_at - time.monotonic())
            except TimeoutError:
                if await request.is_disconnected() or not await asyncio.to_thread(still_here, store, token):
                    return
                yield b": here\n\n"
                beat_at = time.monotonic() + BEAT_SECONDS
                continue
            if message is None:
                return
            if message.position <= stream.position:
                continue
            stream.position = message.position
            yield message.encoded()
    finally:
        hub.close(stream)
