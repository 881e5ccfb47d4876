"""Cities and partners put together entry by entry, apart from those by which the watch is measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pars.sharing.agreement import Rows, Watch
from pars.watch.agency import Told
from pars.watch.lines import Attributes, Booking, Criteria, Disclosure
from pars.watch.replay import Replay

DAY, HOUR = 86_400, 3_600
BEGAN = 20_454 * DAY
KINDS = ("drug", "assault", "theft", "weapon")


@dataclass
class City:
    """A log that is put together, in whatever order."""

    seed: int
    log: list[tuple[float, int, Booking | Disclosure]] = field(default_factory=list)
    people: int = 0
    dice: np.random.Generator = field(init=False)
    surnames: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """All of it comes from the seed."""
        self.dice = np.random.default_rng(self.seed)

    def times(self, day: int, many: float, hours: tuple[int, int] = (0, 24)) -> Sequence[float]:
        """About so many instants of a day."""
        first, last = (BEGAN + day * DAY + hour * HOUR for hour in hours)
        return sorted(self.dice.uniform(first, last, self.dice.poisson(many)).tolist())

    def book(self, at: float, kind: str | None = None, abroad: float = 0.15, **said: str) -> str:
        """Somebody is booked."""
        dice = self.dice
        self.people += 1
        name = f"p-{self.people}"
        attributes = {
            "surname": f"N{dice.integers(2000):04}",
            "birth_date": f"{dice.integers(1950, 2007)}-{dice.integers(1, 13):02}-{dice.integers(1, 29):02}",
            "race": "WBA"[dice.choice(3, p=(0.45, 0.45, 0.1))],
            "ethnicity": "H" if dice.random() < 0.15 else "N",
            "sex": "M" if dice.random() < 0.78 else "F",
            "neighbourhood": str(dice.integers(1, 21)),
            "charge_class": kind or KINDS[dice.integers(4)],
        } | said
        self.surnames[name] = attributes["surname"]
        self.add(at, Booking("", name, Attributes(birthplace_foreign=bool(dice.random() < abroad), **attributes)))
        return name

    def ask(self, at: float, person: str | None, user: int = 1, criteria: Criteria | None = None) -> None:
        """The partner asks; three of a hundred cases cannot be checked."""
        checked = bool(self.dice.random() >= 0.03)
        asked = criteria or Criteria(name=f"of {person}")
        self.add(
            at, Disclosure("", "fed", f"u-{user}", "fugitive", case_verified=checked, person=person, criteria=asked)
        )

    def acting(self, terms: Watch | None = None, rows: Mapping[str, Rows] | None = None) -> list[Told]:
        """The alarms that ask for a signature or suspend."""
        replay = Replay(terms or Watch(), rows=rows)
        for at, _, entry in sorted(self.log, key=lambda one: one[:2]):
            replay.read(entry, at)
        return [one for one in replay.judged() if one.alarm.action != "note"]

    def add(self, at: float, entry: Booking | Disclosure) -> None:
        """Any entry."""
        self.log.append((at, len(self.log), entry))
