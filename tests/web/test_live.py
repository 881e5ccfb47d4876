"""Streams of open pages: nothing is lost at a seam, and what cannot be told ends the stream."""

import asyncio
import contextlib
import http.client
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
import uvicorn
from fastapi import FastAPI, Request
from tests.partnership import PASSWORD, Partnership
from tests.ports import free_port
from tests.streams import Stream as Listened
from tests.streams import served
from tests.waiting import PATIENCE_SECONDS, comes

from pars.actions import agreements_shown, disclosure, live, signin
from pars.errors import Unavailable
from pars.record.roles import Owner, Role
from pars.sharing.consent import Decision as OwnersDecision
from pars.sharing.duty import View
from pars.store.database import DOWN, Store
from pars.store.events import Event
from pars.web import hub as hubs
from pars.web import live as streaming
from pars.web.app import Serving, create_app
from pars.web.hub import Hub, Message, Stream
from pars.web.serving import STOP_SECONDS, Server

T = TypeVar("T")
SUPERVISOR = Role.CUSTODY_SUPERVISOR


def away(*_: object) -> Any:  # noqa: ANN401 - stands in for any read
    """The database is away."""
    raise Unavailable(DOWN)


def broken(*_: object) -> Any:  # noqa: ANN401 - stands in for any read
    """A fault of ours."""
    raise LookupError("a fault")


def within(story: Coroutine[Any, Any, T]) -> T:
    """What comes of it, on a loop of its own: a browser's may run in this thread. A stream that never ends fails."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(asyncio.wait_for(story, PATIENCE_SECONDS))).result()


class City:
    """A partnership, its hub, which nothing feeds but the test, and what happened in it."""

    def __init__(self, made: Partnership) -> None:
        self.made = made
        self.hub = Hub(made.store)
        live.place_events(made.store)
        self.start = live.newest(made.store)

    def happens(self, times: int) -> Sequence[Event]:
        """So many people are booked; the events of it."""
        before = live.newest(self.made.store)
        for _ in range(times):
            self.made.record()
        live.place_events(self.made.store)
        return live.since(self.made.store, before)

    def opens(self, role: Role = SUPERVISOR, view: View | None = View.BOARD, *, resumed: bool = True) -> Stream:
        """A page opens its stream."""
        return self.hub.open(
            self.made.staff(role), view, "en", self.start if view else -1, catches_up=resumed or view is None
        )

    def told(self, stream: Stream, token: str = "", *, resumed: bool = True) -> AsyncIterator[bytes]:
        """What the stream carries."""
        scope = {"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode())]}
        return streaming._events(Request(scope, _stays), self.made.store, self.hub, stream, resumed=resumed)


async def _stays() -> dict[str, object]:
    await asyncio.sleep(PATIENCE_SECONDS)
    return {"type": "http.disconnect"}


@pytest.fixture
def city(partnership: Partnership) -> City:
    """The city of the tests."""
    return City(partnership)


def ids(lines: Sequence[bytes]) -> list[int]:
    """The positions of what was told."""
    return [int(line.partition(b"id: ")[2].partition(b"\n")[0]) for line in lines if b"id: " in line]


# the seam between what was missed and what is live


def test_what_is_fed_while_a_page_is_given_what_it_missed_loses_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = city.happens(4)
    missed = city.hub.missed

    def newest_comes_first(stream: Stream) -> None:
        city.hub.send([stream], events[-1:])
        missed(stream)

    monkeypatch.setattr(city.hub, "missed", newest_comes_first)

    async def story() -> list[bytes]:
        told = city.told(city.opens())
        return [await anext(told) for _ in range(1 + len(events))]

    assert ids(within(story())) == [position for position, _ in events]


def test_what_opens_by_break_glass_while_a_page_begins_is_told_once_and_last(city: City) -> None:
    async def story() -> list[bytes]:
        stream = city.opens(Role.PRIVACY_OFFICER, None)
        city.hub.send([stream], [(city.start + 7, None)])
        told = city.told(stream, resumed=False)
        lines = [await anext(told) for _ in range(3)]
        city.hub.send([stream], [(city.start + 7, None), (city.start + 8, None)])
        return [*lines, await anext(told)]

    assert ids(within(story())) == [0, city.start + 7, city.start + 8]


def test_a_page_that_says_no_position_is_told_all_that_is_fed_from_when_it_joined(city: City) -> None:
    async def story() -> int:
        city.hub._position = city.start + 3
        stream = city.hub.open(city.made.staff(SUPERVISOR), View.BOARD, "en", None, catches_up=False)
        return stream.position

    assert within(story()) == city.start + 3


# what cannot be told


@pytest.mark.parametrize("fault", [away, broken])
def test_a_stream_whose_lines_cannot_be_read_ends_and_the_page_that_comes_again_is_told(
    city: City, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Any]
) -> None:
    async def story() -> tuple[list[bytes], list[bytes]]:
        stream = city.opens(resumed=False)
        events = city.happens(2)
        with monkeypatch.context() as patched:
            patched.setattr(hubs, "lines_for", fault)
            city.hub.send([stream], events)
            ended = [line async for line in city.told(stream, resumed=False)]
        again = city.told(city.opens())
        return ended, [await anext(again) for _ in range(3)]

    ended, again = within(story())

    assert ended == [b"retry: 1000\n\n"]
    assert ids(again) == [city.start + 1, city.start + 2]


def test_a_stream_that_cannot_be_given_what_it_missed_ends(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.happens(1)
    monkeypatch.setattr(live, "since", away)

    async def story() -> list[bytes]:
        return [line async for line in city.told(city.opens())]

    assert within(story()) == [b"retry: 1000\n\n"]
    assert not city.hub._streams


def test_a_page_without_a_list_that_cannot_be_told_what_stands_open_comes_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> tuple[list[bytes], list[bytes]]:
        with monkeypatch.context() as patched:
            patched.setattr(hubs, "opened_now", away)
            stream = city.opens(Role.PRIVACY_OFFICER, None)
            ended = [line async for line in city.told(stream, resumed=False)]
        again = city.told(city.opens(Role.PRIVACY_OFFICER, None), resumed=False)
        return ended, [await anext(again) for _ in range(2)]

    ended, again = within(story())

    assert ended == [b"retry: 1000\n\n"]
    assert b"event: openings" in again[1]


def test_what_keeps_one_kind_of_page_from_being_told_keeps_no_other(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines_for(store: Any, by: Any, *more: Any) -> Any:  # noqa: ANN401 - the action's own arguments
        return away() if by.role is SUPERVISOR else disclosure.lines_for(store, by, *more)

    monkeypatch.setattr(hubs, "lines_for", lines_for)

    async def story() -> tuple[Message | None, Message | None]:
        city.hub._position = city.start
        without, told = city.opens(resumed=False), city.opens(Role.DETENTION_OFFICER, resumed=False)
        city.happens(1)
        await asyncio.to_thread(city.hub._catch_up)
        return await without.queue.get(), await told.queue.get()

    ended, told = within(story())

    assert ended is None
    assert told is not None
    assert told.event == "line"


def test_a_slow_page_ends_with_what_it_has_not_taken(city: City) -> None:
    async def story() -> list[bytes]:
        stream = city.opens(resumed=False)
        gone = [Message("gone", city.start + place, {"id": str(uuid4())}) for place in range(1, 2000)]
        city.hub._feed_one(stream, gone)
        return [line async for line in city.told(stream, resumed=False)]

    assert within(story()) == [b"retry: 1000\n\n"]
    assert not city.hub._streams


@pytest.mark.parametrize("bound", ["MOST_MISSED", "KEPT"])
def test_a_page_that_missed_more_than_it_can_be_given_loads_the_list_anew(
    city: City, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    city.happens(3)
    city.hub._position = city.start
    monkeypatch.setattr(hubs, bound, 2)

    async def story() -> list[bytes]:
        told = city.told(city.opens())
        return [await anext(told) for _ in range(2)]

    assert b"event: reload" in within(story())[1]


# the session of a busy page


@pytest.mark.parametrize("ends", [signin.sign_out, signin.lock])
def test_a_busy_stream_ends_with_its_session(
    city: City, monkeypatch: pytest.MonkeyPatch, ends: Callable[..., None]
) -> None:
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.05)
    store = city.made.store
    token = signin.sign_in(store, SUPERVISOR.value, PASSWORD, demo_allowed=True)

    async def flows(stream: Stream) -> None:
        for place in range(1, 10**9):
            with contextlib.suppress(asyncio.QueueFull):
                stream.queue.put_nowait(Message("gone", city.start + place, {"id": str(UUID(int=place))}))
            await asyncio.sleep(0.002)

    async def story() -> int:
        stream = city.opens(resumed=False)
        flowing = asyncio.create_task(flows(stream))
        lines = 0
        async for _ in city.told(stream, token, resumed=False):
            lines += 1
            if lines == 100:
                await asyncio.to_thread(ends, store, token)
        flowing.cancel()
        return lines

    assert within(story()) >= 100


# the page of a partner


def over(store: Store, token: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an open page of a partner stands on is over."""
    match how:
        case "signed out":
            signin.sign_out(store, token)
        case "locked":
            signin.lock(store, token)
        case "away":
            monkeypatch.setattr(agreements_shown, "stands_for", away)


@pytest.mark.parametrize("how", ["signed out", "locked", "away"])
def test_the_stream_of_an_agreement_ends_without_a_word_when_nobody_may_or_can_say_how_it_stands(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    store = partnership.store
    partnership.agree()
    token = signin.sign_in(store, "analyst", PASSWORD, demo_allowed=True)
    credential = {"Authorization": f"Bearer {token}"}

    application = create_app(store, Serving(demo=True))
    with served(application) as port, Listened(port, "/agreements/sheriff/standing", credential) as stream:
        begun = stream.line()
        over(store, token, how, monkeypatch)
        ended = stream.event()

    assert (begun, ended) == ("retry: 1000", None)
    assert "event: ended" not in stream.lines
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == []


def test_the_stream_of_an_agreement_says_that_it_has_ended_and_to_strangers_nothing_else(
    partnership: Partnership,
) -> None:
    partnership.agree()
    said = {}
    with served(create_app(partnership.store, Serving(demo=True))) as port:
        for name in ("stranger", "analyst"):
            token = signin.sign_in(partnership.store, name, PASSWORD, demo_allowed=True)
            with Listened(port, "/agreements/sheriff/standing", {"Authorization": f"Bearer {token}"}) as stream:
                if name == "analyst":
                    partnership.say(Owner.COURT, OwnersDecision.WITHDRAW)
                stream.event()
                said[name] = stream.lines

    assert said["stranger"] == said["analyst"] == ["retry: 1000", "", "event: ended", "data: {}"]


@pytest.mark.parametrize(
    "path", ["/api/v1/live?view=board", "/agreements/sheriff/standing", "/api/v1/subscriptions/stream"]
)
def test_a_server_that_stops_ends_its_streams_and_cuts_nothing_off(
    partnership: Partnership, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    partnership.agree()
    name = SUPERVISOR.value if "live" in path else "analyst"
    credential = signin.sign_in(partnership.store, name, PASSWORD, kind="credential", demo_allowed=True)
    server, port, thread = started(create_app(partnership.store, Serving(demo=True)))

    with Listened(port, path, {"Authorization": f"Bearer {credential}"}) as stream:
        assert stream.line() == "retry: 1000"
        server.should_exit = True
        while stream.line() is not None:
            pass

    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_fault_in_a_stream_that_goes_on_is_still_a_fault_in_the_log(
    partnership: Partnership, caplog: pytest.LogCaptureFixture
) -> None:
    credential = signin.sign_in(partnership.store, SUPERVISOR.value, PASSWORD, kind="credential", demo_allowed=True)
    with patch.object(streaming, "still_here", broken), patch.object(streaming, "BEAT_SECONDS", 0.1):
        server, port, thread = started(create_app(partnership.store, Serving(demo=True)))
        stream = Listened(port, "/api/v1/live?view=board", {"Authorization": f"Bearer {credential}"})
        with stream, contextlib.suppress(http.client.IncompleteRead):
            while stream.line() is not None:
                pass
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)

    assert any(record.levelname == "ERROR" and record.exc_info for record in caplog.records)


def started(app: FastAPI) -> tuple[Server, int, threading.Thread]:
    """A server of an application, as a command starts it, its port, and what it runs in."""
    port = free_port()
    server = Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=STOP_SECONDS))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert comes(lambda: server.started)
    return server, port, thread
