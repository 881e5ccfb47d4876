"""What goes unseen: how slow a pattern has to be, and the most that somebody gets who knows the watch.

The floor curve gives so many look-ups a week of the group for nine months, each by an account of the pattern's own, by
one honest person's, or by those of all in turn. The adversary knows every detector and tries what hides from it:
fewer a day, decoys, accounts, lateness, true case numbers, hours. It keeps of each in turn what got it most records of
the group before an alarm acted, until nothing does better: no proof that there is no better way, and a lower bound of
what one gets.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Final

from pars.watch.evaluating import BEGIN, Asked, Row, first
from pars.watch.evidence import TOGETHER
from pars.watch.fewest import TERMS
from pars.watch.lines import Disclosure
from pars.watch.replay import Replay
from pars.watch.simulate import DAY, MIDNIGHT, World, events, few, swept

A_WEEK: Final = (1, 2, 3, 7, 14, 21, 35)
WAYS: Final = {"own account": 1, "one honest account": -1, "all honest accounts": 0}
FLOOR_DAYS: Final = 270
HORIZON_DAYS: Final = 120
"""So long an adversary has time."""
TRIES: Final = 2
"""Cities in which each plan is tried."""
_EVERYBODY: Final = 1_000


def rows() -> list[Row]:
    """The floor curve: rates by ways."""
    return [
        Row(
            f"{rate} a week, {way}",
            World(from_day=BEGIN, accounts=accounts),
            lambda rate=rate: few(-(-rate // 7), min(rate, 7)),  # type: ignore[misc]
            FLOOR_DAYS,
            "",
            None,
        )
        for way, accounts in WAYS.items()
        for rate in A_WEEK
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an adversary does each day: so many of the group, decoys for each, by which accounts, how late."""

    a_day: int = _EVERYBODY
    decoys: int = 0
    accounts: int = 1
    late: int = 0
    checked: bool = True
    spread: bool = False

    def in_words(self) -> str:
        """The same for people."""
        many = "nine of ten" if self.a_day == _EVERYBODY else f"at most {self.a_day}"
        how = {0: "by all honest accounts", -1: "by one honest account"}.get(
            self.accounts, f"by {self.accounts} accounts of its own"
        )
        hours = "through the day" if self.spread else "at the day's end"
        cases = "cases checked" if self.checked else "no cases"
        return f"{many} a day, {self.decoys} decoys each, {how}, {self.late} days after booking, {cases}, {hours}"


@dataclass(frozen=True, slots=True)
class Got:
    """What a plan got: records of the group before an alarm acted or its time was over, and whether one did."""

    records: int
    seen: bool


_TURNS: Final[tuple[Callable[[Plan], list[Plan]], ...]] = (
    lambda plan: [replace(plan, a_day=one) for one in (1, 2, 3, 5, 8, _EVERYBODY)],
    lambda plan: [replace(plan, decoys=one) for one in (0, 1, 2, 3, 7)],
    lambda plan: [replace(plan, accounts=one) for one in (1, 0, -1, 10, 50)],
    lambda plan: [replace(plan, late=one) for one in (0, 2, 8, 30, 90)],
    lambda plan: [replace(plan, checked=one) for one in (True, False)],
    lambda plan: [replace(plan, spread=one) for one in (True, False)],
)
"""What an adversary can choose, one thing after another."""


class Search:
    """One thing after another is changed to what got most, until a whole round of them finds nothing better."""

    def __init__(self) -> None:
        self.best = Plan()
        self._got: dict[Plan, float] = {}
        self._turn = self._since = 0

    @property
    def tried(self) -> int:
        """How many ways were tried."""
        return len(self._got)

    def next(self) -> list[Plan]:
        """The plans to try now; none when nothing does better."""
        while self._since < len(_TURNS):
            plans = _TURNS[self._turn % len(_TURNS)](self.best)
            self._turn, self._since = self._turn + 1, self._since + 1
            if new := [plan for plan in plans if plan not in self._got]:
                return new
        return []

    def learn(self, got: Mapping[Plan, Sequence[Got]]) -> None:
        """What each of them got."""
        self._got.update({plan: mean(one.records for one in some) for plan, some in got.items()})
        best = max(self._got, key=self._got.__getitem__)
        if best != self.best:
            self.best, self._since = best, 0


def tried(plan: Plan, seed: int) -> Got:
    """A plan once, in a city of this seed; the owners' labels are true."""
    begin = max(BEGIN, plan.late + 1)
    pattern = swept(share=0.9, decoys=plan.decoys, late=plan.late, most=plan.a_day)
    world = World(
        seed=seed, days=begin + HORIZON_DAYS, from_day=begin, pattern=pattern, accounts=plan.accounts,
        checked=plan.checked, spread=plan.spread, odds_ratio=(0.8, 1.0, 1.2, 1.4)[seed % 4],
    )  # fmt: skip
    replay, begun = Replay(TERMS), MIDNIGHT + begin * DAY
    asked: list[Asked] = []
    looks = group = 0
    for at, entry, one in events(world):
        if isinstance(entry, Disclosure):
            if one is not None:
                looks, group = looks + 1, group + one.abroad
            asked.append((at, looks, group))
        if replay.read(entry, at) >= TOGETHER and (seen := first(replay, asked, begun)):
            return Got(seen[2], seen=True)
    last = first(replay, asked, begun)
    return Got(group, seen=False) if last is None else Got(last[2], seen=True)
