"""Whether two rows of times differ: how questions are timed through the real stack, and a test of two samples."""

import gc
import math
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Times: TypeAlias = NDArray[np.float64]
Rounds: TypeAlias = Mapping[str, Times]
"""The milliseconds of each question, one for each round."""
WARM_UP: Final = 20
_LENGTH: Final = b"content-length: "


def mann_whitney(one: Times, other: Times) -> float:
    """The two-sided p-value of the Mann–Whitney test, by the normal approximation with its correction for ties."""
    both = np.concatenate([one, other])
    values, place, counts = np.unique(both, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    left, right, every = len(one), len(other), len(both)
    u = ranks[:left].sum() - left * (left + 1) / 2
    ties = (counts**3 - counts).sum() / (every * (every - 1))
    spread = math.sqrt(left * right / 12 * (every + 1 - ties))
    distance = abs(u - left * right / 2) - 0.5
    return math.erfc(max(0.0, distance) / spread / math.sqrt(2)) if len(values) > 1 else 1.0


class Wire:
    """One kept connection, over which one question is asked after another."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self._socket = socket.create_connection(("127.0.0.1", port), 20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, raw: bytes) -> tuple[bytes, float]:
        """The whole answer, and the milliseconds from the question to its last byte."""
        began = time.perf_counter()
        self._socket.sendall(raw)
        answer = self._socket.recv(262_144)
        while b"\r\n\r\n" not in answer:
            answer += self._socket.recv(262_144)
        head, end, body = answer.partition(b"\r\n\r\n")
        at = head.lower().index(_LENGTH) + len(_LENGTH)
        length = int(head[at:].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._socket.recv(262_144)
        return head + end + body, (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def interleaved(
    wire: Wire, questions: Mapping[str, bytes], rounds: int, dice: Random, check: Callable[[str, bytes], None]
) -> Rounds:
    """Ask every question once in each round, in an order that the dice draw anew; the milliseconds of each.

    The first rounds warm up and are not kept; the collector of garbage runs between rounds only.
    """
    times: dict[str, list[float]] = {name: [] for name in questions}
    order = list(questions)
    gc.collect()
    gc.disable()
    try:
        for turn in range(-WARM_UP, rounds):
            dice.shuffle(order)
            for name in order:
                answer, took = wire.ask(questions[name])
                check(name, answer)
                if turn >= 0:
                    times[name].append(took)
            if turn % 50 == 0:
                gc.collect()
    finally:
        gc.enable()
    return {name: np.array(took) for name, took in times.items()}


def quiet(times: Rounds) -> Rounds:
    """The quieter half of the rounds. A round is kept or left whole, so that no question gains by it."""
    whole = np.sum(list(times.values()), axis=0)
    kept = whole <= np.median(whole)
    return {name: took[kept] for name, took in times.items()}


def finest_percent(times: Times) -> float:
    """The difference of two medians that would stand out of such times by five standard errors, in per cent.

    By luck two medians are that far apart less than once in a million times.
    """
    low, middle, high = np.percentile(times, [25, 50, 75])
    error = 1.2533 * (high - low) / 1.349 * math.sqrt(2 / len(times))
    return float(5 * error / middle * 100)


@dataclass(frozen=True)
class Compared:
    """Two rows of times beside each other."""

    who: str
    one_ms: float
    other_ms: float
    apart_percent: float
    p: float


def compared(who: str, one: Times, other: Times) -> Compared:
    """The medians, how far they are apart, and how likely so much would be if there were no difference."""
    left, right = float(np.median(one)), float(np.median(other))
    apart = abs(left / right - 1) * 100
    return Compared(who, round(left, 3), round(right, 3), round(apart, 2), round(mann_whitney(one, other), 5))
