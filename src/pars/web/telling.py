"""The stream of an analyst's subscriptions: each event asked for anew, closed by the earliest end, without a word.

An event's id is the name of its message, random: nobody counts by it what others are told, or what has vanished.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from pars.actions import agreements_shown, telling
from pars.actions.acting import By
from pars.actions.agreements_shown import SignIn
from pars.actions.door import still_open
from pars.clock import real_now
from pars.errors import NotAllowed, ParsError
from pars.record.roles import Role
from pars.store.database import Store
from pars.web.api import REFUSALS
from pars.web.api_sharing import NO_STORE
from pars.web.asking import Listening, TheStore, still_here, token_of
from pars.web.outgoing import body_of, name_of

router = APIRouter(prefix="/api/v1", tags=["sharing"], responses=REFUSALS)
LOOKS_EVERY = 0.25
"""Seconds between two looks at what is owed and at whether everything still stands."""
BEATS_EVERY = 10.0


@router.get("/subscriptions/stream", responses={200: {"content": {"text/event-stream": {}}}})
async def get_stream(
    request: Request,
    store: TheStore,
    by: Listening,
    last_event_id: Annotated[str | None, Header(max_length=60)] = None,
) -> StreamingResponse:
    """Steps as they are taken: events `case.step`, each with the name of its message as id. It ends in silence."""
    terms = await run_in_threadpool(may_listen, store, by)
    telling = Telling(store, by, token_of(request), terms, last_event_id)
    return StreamingResponse(
        telling.events(request), media_type="text/event-stream", headers={"X-Accel-Buffering": "no", **NO_STORE}
    )


def may_listen(store: Store, by: By) -> Sequence[str]:
    """The agreements under which somebody may listen now; refused when there is none."""
    if by.role is not Role.ANALYST:
        raise NotAllowed("subscriptions are for partners' analysts", code="no-duty")
    still_open(store)
    found = [one.id for one in agreements_shown.named(store, by) if _stands(store, by, one.id)]
    if not found:
        raise NotAllowed("no agreement of your agency is in force for this sign-in", code="not-in-force")
    return found


def _stands(store: Store, by: By, name: str) -> bool:
    return agreements_shown.stands_for(store, by, name) is SignIn.OF_THIS_TERM


class Telling:
    """One open stream. What it has sent it does not send again, unless it is asked to."""

    def __init__(self, store: Store, by: By, token: str, under: Sequence[str], last: str | None) -> None:
        self._store, self._by, self._token, self._under = store, by, token, under
        self._last = last
        self._sent: set[UUID] = set()
        self._begun = False

    async def events(self, request: Request) -> AsyncIterator[bytes]:
        """Events until the client is gone, the session is over, or an agreement that stood at the beginning ends."""
        yield b"retry: 1000\n\n"
        quiet = 0.0
        while not request.app.state.hub.stopping and not await request.is_disconnected():
            try:
                if not await run_in_threadpool(self._still):
                    return
                async for event in self._owed():
                    yield event
            except ParsError:
                return
            if quiet >= BEATS_EVERY:
                yield b": here\n\n"
                quiet = 0.0
            await asyncio.sleep(LOOKS_EVERY)
            quiet += LOOKS_EVERY

    def _still(self) -> bool:
        if not still_here(self._store, self._token):
            return False
        still_open(self._store)
        return all(_stands(self._store, self._by, name) for name in self._under)

    async def _owed(self) -> AsyncIterator[bytes]:
        owed = await run_in_threadpool(telling.owed_to, self._store, self._by, real_now())
        if not self._begun:
            self._begun = True
            self._sent |= self._passed([(one.message, one.told_at is not None) for one in owed])
        for one in owed:
            if one.message in self._sent and one.told_at is not None:
                continue
            told = await run_in_threadpool(telling.tell, self._store, one)
            if told is None:
                await run_in_threadpool(telling.drop, self._store, one)
                continue
            event = f"event: case.step\nid: {name_of(told.message)}\ndata: {body_of(told).decode()}\n\n".encode()
            if time.monotonic() > told.answer.until:
                continue
            yield event
            self._sent.add(one.message)
            await run_in_threadpool(lambda: telling.settle(self._store, one, real_now(), taken=True))  # noqa: B023 - awaited at once

    def _passed(self, owed: Sequence[tuple[UUID, bool]]) -> set[UUID]:
        """What the client has had: everything up to the id that it names; without one, everything that was told."""
        names = [name_of(message) for message, _ in owed]
        if self._last is None:
            return {message for message, told in owed if told}
        place = names.index(self._last) + 1 if self._last in names else 0
        return {message for message, _ in owed[:place]}
