"""Open pages of this process: one listener for all, one read for each kind of viewer, one queue for each page.

A stream starts at a position. The page was rendered at or before it, so nothing falls between page and stream: what is
fed while it is still being given what it missed waits until that has gone. A page that is further behind than the
outbox goes back is told to load the whole list.

A stream that could not be told something, or takes it too slowly, ends: one that went on would be old for good without
a word. Its page comes again by itself, says where it was, and is given what it missed.
"""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from pars.actions import live
from pars.actions.acting import By
from pars.actions.disclosure import lines_for
from pars.actions.looking import at_work
from pars.clock import real_now
from pars.errors import NotAllowed, ParsError, Unavailable
from pars.record.roles import Role
from pars.sharing.breakglass import TOLD
from pars.sharing.duty import View, bound_to
from pars.sharing.projection import Line
from pars.store.database import Store
from pars.store.events import Event, Listener, listening
from pars.web.pages import opened_now, render

KEPT = 5_000
"""How many positions a page may be behind before it gets the whole list."""
_MOST_QUEUED = 1_000
MOST_MISSED = 500
"""How many messages a page is given at once when it comes again; the rest of the queue is for what is fed meanwhile.

More than that, and it would come again at the same place for ever: it gets the whole list.
"""
_number = itertools.count(1)
log = structlog.get_logger("pars.web.hub")


Kind = tuple[Role, View | None, str | None]


class Message(msgspec.Struct, frozen=True):
    """One server-sent event.

    `line` (new or changed), `gone` (left the list), `openings` (what stands open by break-glass), `reload` (too far
    behind).
    """

    event: str
    position: int
    data: dict[str, str]

    def encoded(self) -> bytes:
        """As the stream carries it."""
        return f"event: {self.event}\nid: {self.position}\ndata: {msgspec.json.encode(self.data).decode()}\n\n".encode()


@dataclass(eq=False)
class Stream:
    """One open page; one without a list hears of openings by break-glass alone. Its queue is the loop's alone.

    `None` in the queue is its end. `early` is what was fed before what it missed; None from then on.
    """

    by: By
    view: View | None
    language: str
    position: int
    loop: asyncio.AbstractEventLoop
    early: list[Message] | None = None
    queue: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(_MOST_QUEUED))
    number: int = field(default_factory=lambda: next(_number))
    opened_at: datetime = field(default_factory=real_now)

    @property
    def kind(self) -> Kind:
        """Same duty, same site if it is bound to one, same projection: such pages are served by one read."""
        site = bound_to(self.by.role, self.view, self.by.site) if self.view else None
        return (self.by.role, self.view, site)


class Hub:
    """The streams of one process and the thread that feeds them."""

    def __init__(self, store: Store) -> None:
        """On a store; nothing runs until `running`."""
        self._store = store
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._position = 0
        self._listener: Listener | None = None
        self.stopping = False
        """Whether the server stops: whatever looks now and then whether to go on ends by itself."""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Feed the streams while the block runs."""
        thread = threading.Thread(target=self._feed, name="hub", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            if self._listener is not None:
                self._listener.stir()
            await asyncio.to_thread(thread.join, 5)

    def open(self, by: By, view: View | None, language: str, position: int | None, *, catches_up: bool) -> Stream:
        """A new stream of all after `position`, or after now; who `catches_up` calls `missed` or `openings` next."""
        early: list[Message] | None = [] if catches_up else None
        with self._lock:  # now, and no later: what is fed from here on is this stream's, too
            start = self._position if position is None else position
            stream = Stream(by, view, language, start, asyncio.get_running_loop(), early)
            self._streams.add(stream)
        if self.stopping:
            self._end(stream)
        return stream

    def end_all(self) -> None:
        """The server stops: every stream ends, so that none has to be cut off. On the loop of the streams."""
        self.stopping = True
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            self._end(stream)

    def close(self, stream: Stream) -> None:
        """The page is gone."""
        with self._lock:
            self._streams.discard(stream)

    def _feed(self) -> None:
        while not self._stop.is_set():
            try:
                with listening(self._store) as listener:
                    self._listener = listener
                    self._position = self._position or live.newest(self._store)
                    while not self._stop.is_set():
                        self._catch_up()
                        listener.wait(0.5)
            except Unavailable:
                log.warning("live lists wait for the database")
                self._stop.wait(0.5)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the lists of this process must go on
                log.warning("live lists begin again", kind=type(fault).__name__)
                self._stop.wait(0.5)

    def _catch_up(self) -> None:
        while events := live.since(self._store, self._position):
            with self._lock:
                self._position = events[-1][0]
                streams = list(self._streams)
            kinds: dict[Kind, list[Stream]] = {}
            for stream in streams:
                kinds.setdefault(stream.kind, []).append(stream)
            for group in kinds.values():
                self.send(group, events)

    def send(self, group: Sequence[Stream], events: Sequence[Event]) -> None:
        """Read the changed lines once for pages of one kind, and hand each page what it has not seen, in order.

        Whatever keeps one kind from being told keeps no other: its streams end, and their pages come again.
        """
        if told := self._told_or_ended(group, events):
            for stream, messages in told.items():
                stream.loop.call_soon_threadsafe(self._feed_one, stream, messages)

    def _told_or_ended(self, group: Sequence[Stream], events: Sequence[Event]) -> Mapping[Stream, list[Message]] | None:
        """What each page of one kind is to be told; None, and their streams end, when it cannot be said now."""
        try:
            return self._told(group, events)
        except Exception as fault:  # noqa: BLE001 - whatever it is, a page that is not told must come again
            code = fault.code if isinstance(fault, ParsError) else type(fault).__name__
            log.warning("lines not sent", code=code, streams=len(group))
        for stream in group:
            stream.loop.call_soon_threadsafe(self._end, stream)
        return None

    def _told(self, group: Sequence[Stream], events: Sequence[Event]) -> Mapping[Stream, list[Message]]:
        newest = {arrest: position for position, arrest in events if arrest is not None}
        opened = max((position for position, arrest in events if arrest is None), default=None)
        view = group[0].view
        if opened is None and view is None:
            return {}
        group = self._at_work(group, events[-1][0])
        lines = self._changed(group, newest) if view else {}
        made: dict[str, list[Message]] = {}
        told: dict[Stream, list[Message]] = {}
        for stream in group:
            if view and stream.language not in made:
                made[stream.language] = [
                    message_for(view, stream.language, arrest, line, newest[arrest]) for arrest, line in lines.items()
                ]
            openings = [] if opened is None else self._openings(stream, opened)
            told[stream] = sorted([*made.get(stream.language, ()), *openings], key=lambda message: message.position)
        return told

    def _changed(self, group: Sequence[Stream], newest: Mapping[UUID, int]) -> Mapping[UUID, Line | None]:
        """The changed lines of a list that pages of one kind show; none once their duty has no access to it."""
        if not group or not newest or group[0].view is None:
            return {}
        first = group[0]
        try:
            return lines_for(self._store, first.by, group[0].view, list(newest), [str(s.number) for s in group])
        except NotAllowed as refusal:
            log.info("lines not sent", code=refusal.code)
            return {}

    def _openings(self, stream: Stream, position: int) -> list[Message]:
        """What stands open by break-glass, for those who are told of it."""
        if stream.by.role not in TOLD:
            return []
        return [Message("openings", position, {"html": opened_now(self._store, stream.by, stream.language)})]

    def openings(self, stream: Stream) -> None:
        """Say what stands open now to a page without a list; called once when it begins, off the event loop."""
        try:
            messages = self._openings(stream, self._position)
        except ParsError as refusal:
            log.warning("lines not sent", code=refusal.code, streams=1)
            stream.loop.call_soon_threadsafe(self._end, stream)
            return
        stream.loop.call_soon_threadsafe(self._begin, stream, messages)

    def _at_work(self, group: Sequence[Stream], position: int) -> Sequence[Stream]:
        """The pages whose account still works; the others load anew, and so come to the sign-in page."""
        working = at_work(self._store, [stream.by.account for stream in group])
        for stream in group:
            if stream.by.account not in working:
                stream.loop.call_soon_threadsafe(self._put, stream, [Message("reload", position, {})])
        return [stream for stream in group if stream.by.account in working]

    def _feed_one(self, stream: Stream, messages: Sequence[Message]) -> None:
        """What was fed, behind what the stream missed; on the loop, like all that touches a queue."""
        if stream.early is None:
            self._put(stream, messages)
        else:
            stream.early.extend(messages)

    def _begin(self, stream: Stream, missed: Sequence[Message]) -> None:
        early, stream.early = stream.early or [], None
        self._put(stream, [*missed, *early])

    def _put(self, stream: Stream, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.position <= stream.position:
                continue
            try:
                stream.queue.put_nowait(message)
            except asyncio.QueueFull:
                log.info("a slow page comes again")
                self._end(stream)
                return

    def _end(self, stream: Stream) -> None:
        """The stream is over, with what it has not taken: its page comes again from where it was."""
        self.close(stream)
        while not stream.queue.empty():
            stream.queue.get_nowait()
        stream.queue.put_nowait(None)

    @property
    def position(self) -> int:
        """The newest position that this process has handed on."""
        return self._position

    def behind(self, position: int) -> bool:
        """Whether a page at that position is further behind than the outbox surely goes back.

        One that is as far ahead names a position of another log, or none: it would wait for it without a word.
        """
        return abs(self._position - position) > KEPT

    def missed(self, stream: Stream) -> None:
        """Send a stream what happened between its position and now; called once, off the event loop."""
        try:
            events = live.since(self._store, stream.position, KEPT + 1)
        except ParsError as refusal:
            log.warning("lines not sent", code=refusal.code, streams=1)
            stream.loop.call_soon_threadsafe(self._end, stream)
            return
        told: Mapping[Stream, list[Message]] | None = {}
        if len(events) > KEPT or len({arrest for _, arrest in events}) > MOST_MISSED:
            told = {stream: [Message("reload", events[-1][0], {})]}
        elif events:
            told = self._told_or_ended([stream], events)
        if told is not None:
            stream.loop.call_soon_threadsafe(self._begin, stream, told.get(stream, []))


def message_for(view: View, language: str, arrest: UUID, line: Line | None, position: int) -> Message:
    """The message of a changed line: rendered by the same template as the page, or word that it left the list."""
    if line is None:
        return Message("gone", position, {"id": str(arrest)})
    html = render("line.html", language, {"line": line, "view": view.value})
    return Message("line", position, {"id": str(arrest), "html": html, "order": line.placed_by(view.value).isoformat()})
