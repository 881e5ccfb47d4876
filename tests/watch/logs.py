"""Logs of made-up worlds, as files and as what came of judging them."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from pars.sharing.agreement import Watch
from pars.watch.lines import Booking
from pars.watch.replay import Replay, Told
from pars.watch.simulate import World, entries


@dataclass(frozen=True)
class Judged:
    """The alarms that act, how many look-ups the pattern had made when the first fell, and how often it was noted."""

    acting: list[Told]
    looks: int | None
    noted: int


def judged(world: World, terms: Watch | None = None) -> Judged:
    """A world carried through the watch until an alarm acts."""
    replay, looks, noted = Replay(terms or Watch()), 0, 0
    for at, entry in entries(world):
        if isinstance(entry, Booking):
            replay.book(entry, at)
            continue
        looks += entry.user.startswith("x-")
        told = list(replay.disclose(entry, at))
        noted += sum(one.alarm.action == "note" for one in told)
        acting = [one for one in told if one.alarm.action != "note"]
        if acting:
            return Judged(acting, looks, noted)
    return Judged([], None, noted)


def written(world: World, file: Path) -> Path:
    """The same as a log."""
    with file.open("wb") as opened:
        for _, entry in entries(world):
            opened.write(msgspec.json.encode(entry) + b"\n")
    return file
