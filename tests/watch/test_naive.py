"""The watch, which judges many look-ups at once, comes to the alarms of one that counts everything anew by hand.

The naive one (`naive`) takes nothing from the watch but its parameters. Packages of sequential tests were looked at to
stand beside it: `ville` 0.1.0 (BSD) is weeks old, `savvi` 0.3.1 (MIT) has had no release for two years; both bring
scipy, one cvxpy, and have tests of means, proportions and counts in mixtures of their own: no draws without replacement
and no sum over starts, which are what could be wrong here. So all is counted by hand, shares in exact fractions.
"""

from dataclasses import replace

import pytest
from msgspec import structs
from tests.watch.naive import Alarms, Naive

from pars.sharing.agreement import Watch
from pars.watch.lines import Booking
from pars.watch.parameters import BUDGET
from pars.watch.replay import Replay
from pars.watch.simulate import World, crawled, entries, swept

BASE = World(days=6, intake=40, abroad=0.2, looks=8, users=3, from_day=3, accounts=2)
WORLDS = {
    "sweep with decoys": lambda: replace(BASE, seed=1, pattern=swept(decoys=7)),
    "crawl without cases": lambda: replace(BASE, seed=2, pattern=crawled(6), checked=False),
    "groups, swept by honest accounts": lambda: replace(
        BASE, seed=3, pattern=swept(), accounts=0, group=9, group_share=0.5, spread=True
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_alarms_are_those_of_counting_by_hand(name: str) -> None:
    terms = Watch()
    replay, naive = Replay(terms), Naive(terms)
    found: Alarms = []
    for at, entry in entries(WORLDS[name]()):
        if isinstance(entry, Booking):
            told = structs.replace(entry, attributes=structs.replace(entry.attributes, neighbourhood=None))
            naive.book(told, at)
            replay.read(told, at)
        else:
            naive.look(entry, at)
            replay.read(entry, at)
    for one in replay.judged():
        detector, evidence = one.alarm.detector, one.alarm.evidence.rpartition("evidence ")[2].partition(", where")[0]
        if detector in BUDGET:
            found.append((one.disclosures_so_far, detector.value, one.alarm.action, evidence))

    assert found == naive.alarms
    assert found
