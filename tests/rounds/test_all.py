"""Rounds end with their process, and one that falls is begun again."""

import threading
import time
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from pars.rounds import all as rounds
from pars.rounds import placing
from pars.store.database import Store


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """No round but those of the test goes."""
    with patch.object(rounds, "ROUNDS", ()), patch.object(placing, "run", lambda *_, **__: None):
        yield


def test_rounds_in_the_middle_of_something_long_are_waited_for_together(store: Store) -> None:
    over = threading.Event()

    def deaf(_: threading.Event) -> None:
        over.wait(10)

    with patch.object(rounds, "ENDS_WITHIN_SECONDS", 0.3):
        with rounds.going(store, *[deaf] * 4):
            began = time.monotonic()
        took = time.monotonic() - began
    over.set()

    assert 0.2 < took < 0.8


def test_a_round_that_falls_is_begun_again(store: Store) -> None:
    again, turns = threading.Event(), list[int]()

    def falls(_: threading.Event) -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ValueError
        again.set()

    with patch.object(rounds, "AGAIN_SECONDS", 0.01), rounds.going(store, falls):
        assert again.wait(5)
