"""Logs of made-up worlds, as files and as what came of judging them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pars.sharing.agreement import Rows, Watch
from pars.watch.agency import Told
from pars.watch.lines import Disclosure
from pars.watch.replay import Replay
from pars.watch.simulate import World, entries


@dataclass(frozen=True)
class Judged:
    """The alarms that act, and how many look-ups the pattern had made when the first fell."""

    acting: list[Told]
    looks: int | None


def judged(
    world: World, terms: Watch | None = None, *, rows: Mapping[str, Rows] | None = None, grades: int = 1
) -> Judged:
    """A world carried through the watch until so many alarms act."""
    beside: list[bool] = []
    acting: list[Told] = []
    for told in Replay(terms or Watch(), rows=rows).alarms(_lines(world, beside)):
        acting += [told] if told.alarm.action != "note" else []
        if len(acting) == grades:
            break
    return Judged(acting, sum(beside[: acting[0].disclosures_so_far]) if acting else None)


def written(world: World, file: Path) -> Path:
    """The same as a log."""
    with file.open("wb") as opened:
        opened.writelines(_lines(world, []))
    return file


def _lines(world: World, beside: list[bool]) -> Iterator[bytes]:
    """The log, telling of each look-up whether it is the pattern's."""
    for _, entry in entries(world):
        if isinstance(entry, Disclosure):
            beside.append(entry.user.startswith("x-"))
        yield msgspec.json.encode(entry) + b"\n"
