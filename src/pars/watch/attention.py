"""Somebody whom many of the owners' people look at without being handed them: what fame does to a record.

Counted for each arrest: the accounts that found it by a search, or opened it from outside their own queue, site or
shift, within a week after it was written down. Whoever has it on their desk is not counted, however many they are.
Null: how many look at an arrest so is exchangeable with how many looked at those of the month before.
Statistic: more than at anybody written down in the 31 days that ended a week before, by `TIMES`, and `FEWEST` at least.
Bound: with n arrests in those days the count is above all of theirs with a chance of at most 1 / (n + 1), so that where
arrests come at one rate a note falls at most about twelve times a year, whatever that rate is and however uneven
counts are. `TIMES` and `FEWEST` only make it rarer. An intake that doubles doubles it until the month is over.
Source: a rank among exchangeable ones, as in Vovk, Gammerman and Shafer 2005.

No list of well-known people is kept: who they are is what the looks say. Without 38 days of a past it is silent.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pars.watch.evidence import SECONDS_A_DAY

WEEK: Final = 7 * SECONDS_A_DAY
"""For how long after an arrest was written down looks at it count; all that is compared with had as long."""
MONTH: Final = 31 * SECONDS_A_DAY
"""Of how long a time the arrests are compared with."""
TIMES: Final = 2
FEWEST: Final = 8
"""Fewer accounts are no crowd."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many accounts looked at one arrest, since when, and how many looked at any of the month before at most."""

    many: int
    since: float
    before: int


@dataclass(slots=True)
class _Seen:
    at: float
    by: set[str] = field(default_factory=set)
    since: float = 0.0
    told: bool = False


class Attention:
    """Who looked at whom of the last weeks without being handed them."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._begins: float | None = None

    def write(self, arrest: str, at: float) -> None:
        """An arrest is written down; one that was before stays where it is. Those of too long ago are forgotten."""
        if self._begins is None:
            self._begins = at
        self._seen.setdefault(arrest, _Seen(at))
        while next(iter(self._seen.values())).at < at - MONTH - 2 * WEEK:
            self._seen.popitem(last=False)

    def look(self, account: str, arrests: Iterable[str], at: float) -> Iterator[Drawn]:
        """An account looks at these without being handed them; what falls, once for an arrest."""
        for arrest in arrests:
            seen = self._seen.get(arrest)
            if seen is None or at > seen.at + WEEK or account in seen.by:
                continue
            seen.since = seen.since or at
            seen.by.add(account)
            if seen.told or len(seen.by) < FEWEST:
                continue
            before = self._most_before(seen)
            if before is not None and len(seen.by) > TIMES * before:
                seen.told = True
                yield Drawn(len(seen.by), seen.since, before)

    def _most_before(self, seen: _Seen) -> int | None:
        """How many looked at any arrest of the month that ended a week before this one; None: not known."""
        until = seen.at - WEEK
        since = until - MONTH
        if self._begins is None or self._begins > since:
            return None
        return max((len(one.by) for one in self._seen.values() if since <= one.at < until), default=None)
