"""The wait for the wake-up."""

import os
import resource
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from tests.waiting import PATIENCE_SECONDS

from pars.actions import live
from pars.store import events
from pars.store.database import Store
from pars.store.events import CHANNEL, changed, listening


@pytest.fixture
def many_descriptors() -> Iterator[None]:
    """More files are open than a set of `select` holds, as in a server with a thousand open pages."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2048:
        resource.setrlimit(resource.RLIMIT_NOFILE, (2048, hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    yield
    for one in opened:
        os.close(one)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_descriptors")
def test_a_listener_is_told_however_many_files_are_open(store: Store) -> None:
    with listening(store) as listener, store.glance("pars_act") as connection:
        quiet = listener.wait(0.01)
        connection.execute("select pg_notify(%s, '')", (CHANNEL,))

        assert (quiet, listener.wait(PATIENCE_SECONDS), listener.wait(0.01)) == (False, True, False)


def test_a_wait_ends_when_it_is_stirred(store: Store) -> None:
    with listening(store) as listener:
        threading.Timer(0.05, listener.stir).start()
        began = time.monotonic()

        assert listener.wait(PATIENCE_SECONDS) is False
        assert time.monotonic() - began < PATIENCE_SECONDS / 2


def test_no_turn_is_taken_while_no_event_waits_for_its_position(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[object] = []
    monkeypatch.setattr(events, "takes_round", lambda *asked: turns.append(asked))

    live.place_events(store)
    idle = list(turns)
    with store.transaction("pars_act") as connection:
        changed(connection, uuid4())
    live.place_events(store)

    assert (idle, len(turns)) == ([], 1)
