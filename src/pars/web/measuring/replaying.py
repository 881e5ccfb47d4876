"""How fast the watch judges a log, by how often people are booked in it: the least processor time of several runs.

Nobody looks for garbage meanwhile, as in `pars watch replay`, which leaves none.
"""

import gc
import time
from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec

from pars.sharing.agreement import Watch
from pars.watch.lines import Booking, Disclosure
from pars.watch.replay import Replay
from pars.watch.simulate import World, entries
from pars.web.measuring.figures import Figure, Size

A_SECOND = 100_000
FEW = World(seed=7, looks=1100, users=30)
LOGS: Mapping[str, World] = {
    "a booking for 59 look-ups, half of them of nobody": World(seed=8, looks=1100, intake=20, users=30, no_hits=0.5),
    "a booking for 12 look-ups": FEW,
    "a booking for 3 look-ups": World(seed=11, intake=100, looks=300, days=60, users=30),
    "2 bookings for a look-up": World(seed=5),
}
"""Made-up cities; how many bookings come on a look-up follows from them."""


def replaying(size: Size) -> list[Figure]:
    """Look-ups a second, in a log without bookings and in others with more and more of them."""
    logs = {what: _log(world, size) for what, world in LOGS.items()}
    alone = [line for line in _log(FEW, size) if _is_look(line)]
    return [_figure(what, lines, size) for what, lines in {"nobody is booked": alone, **logs}.items()]


def _log(world: World, size: Size) -> list[bytes]:
    return [msgspec.json.encode(entry) + b"\n" for _, entry in islice(entries(world), size.log_lines)]


def _is_look(line: bytes) -> bool:
    return isinstance(msgspec.json.decode(line, type=Booking | Disclosure), Disclosure)


def _figure(what: str, lines: Sequence[bytes], size: Size) -> Figure:
    seconds = min(_seconds(lines) for _ in range(size.replays))
    looks = sum(map(_is_look, lines))
    return Figure(f"look-ups judged in replay, {what}", looks / seconds, "a second", A_SECOND, at_least=True)


def _seconds(lines: Sequence[bytes]) -> float:
    """Of the processor, for a log from its first line to its last."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        for _ in Replay(Watch()).alarms(lines):
            pass
        return time.process_time() - began
    finally:
        gc.enable()
